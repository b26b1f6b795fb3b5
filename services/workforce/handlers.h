/* handlers.h - what SQL cannot say of workforce's methods; named in methods.def. */
#ifndef WORKRELIEF_WORKFORCE_HANDLERS_H
#define WORKRELIEF_WORKFORCE_HANDLERS_H

#include "common/daemon/call.h"

check_function check_workers;           /* warns when the account is another person's */
finish_function finish_agreements;      /* warns of age */
check_function check_attendance_batch;  /* refuses the same worker and day twice in one call */
procedure_function seal_month;

#endif
