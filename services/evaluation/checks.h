/* checks.h - evaluation's two procedures; named in methods.def. */
#ifndef WORKRELIEF_EVALUATION_CHECKS_H
#define WORKRELIEF_EVALUATION_CHECKS_H

#include "common/daemon/call.h"

procedure_function check_ratio;   /* candidates by SQL, the verdict by rules.c, stored by SQL */
procedure_function check_ledgers; /* months and trainings by SQL, compared by rules.c, findings stored by SQL */

#endif
