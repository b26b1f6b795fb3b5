/* year.h - 年度专题报告 between its files: the facts gathered, and the text made of them. */
#ifndef WORKRELIEF_GATEWAY_YEAR_H
#define WORKRELIEF_GATEWAY_YEAR_H

#include "common/daemon/service.h"
#include "gateway.pb-c.h"

/* The facts of the year from this gateway and the services of its node; NULL: the call has been refused. */
Workrelief__YearFacts *year_facts(struct call *call, struct runtime *runtime, int32_t report_year) MUST_CHECK;
/* The year's plan, list and evaluation (R195); NULL: the call has been refused. */
Workrelief__YearDataset *year_dataset(struct call *call, struct runtime *runtime, int32_t report_year) MUST_CHECK;

/* The report as it reads; the same report always reads the same. In the arena; NULL: no memory. */
char *year_text(struct arena *arena, const Workrelief__YearReport *report) MUST_CHECK;

#endif
