/* page.h - the report page: one quarter on one page, from the replies of GetCompleteness and GetConsolidatedReport. Pure. */
#ifndef WORKRELIEF_GATEWAY_PAGE_H
#define WORKRELIEF_GATEWAY_PAGE_H

#include <stdio.h>

#include "gateway.pb-c.h"

extern const char page_style[]; /* the style sheet */

/* Text as HTML shows it; every value of a message goes through here. */
void page_text(FILE *out, const char *text);
/* The same as a cell of a table. */
void page_cell(FILE *out, const char *text);
/* A whole page. report: NULL = not consolidated yet. quarters: those to choose from. */
void page_report(FILE *out, const Workrelief__Completeness *completeness, const Workrelief__ConsolidatedReport *report,
                 const Workrelief__QuarterPage *quarters);
/* A page that says why there is nothing, and what to do next. */
void page_notice(FILE *out, const char *title, const char *zh, const char *en);

#endif
