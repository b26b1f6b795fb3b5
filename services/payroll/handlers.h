/* handlers.h - what SQL cannot say of payroll's methods; named in methods.def and main.c. */
#ifndef WORKRELIEF_PAYROLL_HANDLERS_H
#define WORKRELIEF_PAYROLL_HANDLERS_H

#include "common/daemon/service.h"

procedure_function record_enquiry, record_return; /* payments.c */
/* codes.c: codes for workers, and the secret behind the codes of slips. */
void gather_codes(struct call *call, struct runtime *runtime);
void gather_slip_seed(struct call *call, struct runtime *runtime);
/* reopened.c: makes void what was drawn from a month that is open again. */
void reopened_run(struct runtime *runtime);

#endif
