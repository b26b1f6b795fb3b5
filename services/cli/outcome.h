/* outcome.h - what an import says with -o json: one JSON value a line, for the program that started it. Silent otherwise.
 *   {"fault": {"sheet", "row", "cell", "head", "value", "why", "rule", "basis"}}   a cell that is wrong, or a line that was refused
 *   {"progress": {"rows", "of"}}   {"done": {"rows", "unchanged", "sent", "refused", "tried"}} */
#ifndef WORKRELIEF_CLI_OUTCOME_H
#define WORKRELIEF_CLI_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

extern bool outcome_wanted; /* -o json */

struct outcome_fault {
  const char *sheet, *cell, *head, *value, *why, *rule, *basis; /* NULL = absent */
  size_t row;
};

void outcome_fault(const struct outcome_fault *fault);
void outcome_progress(size_t rows, size_t of);
void outcome_done(size_t rows, size_t unchanged, size_t sent, size_t refused, bool tried);

#endif
