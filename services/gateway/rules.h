/* rules.h - what must hold of a report's lines, and what of them must be commented on. Pure: no SQL, no clock, no calls. */
#ifndef WORKRELIEF_GATEWAY_RULES_H
#define WORKRELIEF_GATEWAY_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway.pb-c.h"

/* One rule of a line: its id in rules.def, the field to name, and whether the line breaks it. */
struct line_rule {
  const char *id, *field;
  bool (*broken)(const Workrelief__ReportLine *line);
};
extern const struct line_rule line_rules[];
extern const size_t line_rule_count;

/* What is legal and still wants a comment (R164): the ids stand in the report's exceptions. */
extern const struct line_rule exception_rules[];
extern const size_t exception_rule_count;

/* Whether a project stands twice: index of the second one, or count when none does. */
size_t lines_repeated(Workrelief__ReportLine *const *lines, size_t count);
/* The line of a project; NULL = none. */
Workrelief__ReportLine *lines_find(Workrelief__ReportLine *const *lines, size_t count, const char *project_code);

#endif
