/* page_figures.h - the figures of figures.def on the report page: a table for each subject, with all totals or all projects in it. */
#ifndef WORKRELIEF_GATEWAY_PAGE_FIGURES_H
#define WORKRELIEF_GATEWAY_PAGE_FIGURES_H

#include <stdio.h>

#include "gateway.pb-c.h"

void page_totals(FILE *out, const Workrelief__ConsolidatedReport *report);
void page_lines(FILE *out, const Workrelief__ConsolidatedReport *report);

#endif
