/* level.h - the report of a level (district, city, province) for its parent: whether its totals are those of its lines, where its lines came
 * from, and what of it wants a word. Pure; the same on the side that sends and on the side that receives. */
#ifndef WORKRELIEF_GATEWAY_LEVEL_H
#define WORKRELIEF_GATEWAY_LEVEL_H

#include "common/base/arena.h"
#include "gateway.pb-c.h"

/* What contradicts itself. rule: its id; index: of the line or of the total, field: of it. */
struct level_fault {
  const char *rule, *field, *detail;
  bool of_total;
  size_t index;
};
/* Lines whose project another unit reports too: shown, never summed. One flag a line; NULL: the arena is full. */
bool *level_conflicts(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count) MUST_CHECK;
/* The first line whose origin is not told as it should be; false: none. A report without totals names no origins. */
bool level_origin_fault(const char *unit_id, Workrelief__ReportLine *const *lines, size_t count, bool bears_totals, struct level_fault *fault);
/* The first total that its lines do not give; false: none. Heads cannot be added up: they lie between the largest and the sum of the lines. */
bool level_total_fault(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count, const bool *conflicts,
                       Workrelief__Total *const *totals, size_t total_count, struct level_fault *fault);
/* Appends what wants a comment: units missing beneath, projects that two units report. The list is made anew; false: the arena is full. */
bool level_exceptions(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count, const bool *conflicts,
                      const Workrelief__LevelCounts *counts, Workrelief__ReportException ***exceptions, size_t *exception_count) MUST_CHECK;

#endif
