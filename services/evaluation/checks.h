/* checks.h - evaluation's procedures, named in methods.def, and its thread. */
#ifndef WORKRELIEF_EVALUATION_CHECKS_H
#define WORKRELIEF_EVALUATION_CHECKS_H

#include "common/daemon/call.h"

procedure_function check_ratio;   /* candidates by SQL, the verdict by rules.c, stored by SQL */
procedure_function check_ledgers; /* months and trainings by SQL, compared by rules.c, findings stored by SQL */

check_function check_scan;                         /* one period, none that lies ahead */
procedure_function scan_fraud;                     /* one statement a signal */
finish_function finish_forecast, finish_forecasts; /* forecast.c: the verdict and its sentences */

procedure_function assess_year; /* a version by SQL, whether its order holds by stability.c */

/* Beside the writer: fetches the lines of wage sheets that have changed, page by page. */
void ledger_fetch_run(struct runtime *runtime);

#endif
