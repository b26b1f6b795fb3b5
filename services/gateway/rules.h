/* rules.h - what must hold of a report's lines, and what of them must be commented on. Pure: no SQL, no clock, no calls. */
#ifndef WORKRELIEF_GATEWAY_RULES_H
#define WORKRELIEF_GATEWAY_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "gateway.pb-c.h"

/* One rule of a line: its id in rules.def or exceptions.def, the field to name, how much it weighs (BLOCK refuses the check, WARN wants a
 * comment, INFO is only shown), what it rests on, and whether the line breaks it. */
struct line_rule {
  const char *id, *field;
  Workrelief__Severity__Value severity;
  const char *basis;
  bool (*broken)(const Workrelief__ReportLine *line);
};
extern const struct line_rule line_rules[];
extern const size_t line_rule_count;

/* What is legal and still wants a comment (R164): the ids stand in the report's exceptions. */
extern const struct line_rule exception_rules[];
extern const size_t exception_rule_count;

/* What never falls from one report to the next. Gives the first field that does; NULL = none. */
const char *line_fallen(const Workrelief__ReportLine *line, const Workrelief__PastLine *past);
/* R196: within a year cumulative = the last report's cumulative + this quarter. The first field that is not; NULL = none. */
const char *line_mismatch(const Workrelief__ReportLine *line, const Workrelief__PastLine *past);
/* A unit's figure that is held against its earlier quarters. */
struct unit_rule {
  const char *id, *basis;
  int64_t (*value)(const Workrelief__PastQuarter *quarter); /* -1: the quarter has none */
};
extern const struct unit_rule unit_rules[];
extern const size_t unit_rule_count;
/* The unit's quarter as its counted lines give it. */
Workrelief__PastQuarter lines_total(Workrelief__ReportLine *const *lines, size_t count);

/* Whether a project stands twice, as reported by the same unit: index of the second one, or count when none does; SIZE_MAX: the arena is full. */
size_t lines_repeated(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count);
/* The line of a project; NULL = none. */
Workrelief__ReportLine *lines_find(Workrelief__ReportLine *const *lines, size_t count, const char *project_code);

#endif
