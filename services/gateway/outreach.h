/* outreach.h - whom outreach must reach behind a line, as rows of their own. */
#ifndef WORKRELIEF_GATEWAY_OUTREACH_H
#define WORKRELIEF_GATEWAY_OUTREACH_H

#include "common/base/arena.h"
#include "common/base/attribute.h"
#include "gateway.pb-c.h"

/* One unit of a line's list, copied whole; NULL: the arena is full. */
Workrelief__LineOutreach *outreach_row(struct arena *arena, int32_t line_number, const Workrelief__OutreachUnit *unit) MUST_CHECK;
/* The lists of all lines behind each other. NULL: the arena is full. */
Workrelief__LineOutreach **outreach_rows(struct arena *arena, Workrelief__ReportLine *const *lines, size_t line_count, size_t *count) MUST_CHECK;

#endif
