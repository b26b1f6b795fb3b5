/* handlers.h - what SQL cannot say of payroll's methods; named in methods.def. */
#ifndef WORKRELIEF_PAYROLL_HANDLERS_H
#define WORKRELIEF_PAYROLL_HANDLERS_H

#include "common/daemon/service.h"

procedure_function record_enquiry;

#endif
