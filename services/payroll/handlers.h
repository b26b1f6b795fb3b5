/* handlers.h - what payroll does in C beside its statements. */
#ifndef WORKRELIEF_PAYROLL_HANDLERS_H
#define WORKRELIEF_PAYROLL_HANDLERS_H

#include "common/daemon/service.h"

/* reopened.c: makes void what was drawn from a month that is open again. */
void reopened_run(struct runtime *runtime);

#endif
