/* outcome.c - see outcome.h. */
#include "services/cli/outcome.h"

#include <jansson.h>
#include <stdio.h>

bool outcome_wanted;

static void print_line(json_t *line) {
  if (!line) return;
  json_dumpf(line, stdout, JSON_COMPACT);
  fputc('\n', stdout);
  fflush(stdout); /* whoever reads wants to know now */
  json_decref(line);
}

void outcome_fault(const struct outcome_fault *fault) {
  if (!outcome_wanted) return;
  const struct {
    const char *name, *text;
  } parts[] = {{"sheet", fault->sheet}, {"cell", fault->cell}, {"head", fault->head},  {"value", fault->value},
               {"why", fault->why},     {"rule", fault->rule}, {"basis", fault->basis}};
  json_t *body = json_pack("{s:I}", "row", (json_int_t)fault->row);
  for (size_t i = 0; body && i < sizeof(parts) / sizeof(parts[0]); i++)
    if (parts[i].text && *parts[i].text) json_object_set_new(body, parts[i].name, json_string(parts[i].text));
  print_line(json_pack("{s:o}", "fault", body));
}

void outcome_progress(size_t rows, size_t of) {
  if (outcome_wanted) print_line(json_pack("{s:{s:I, s:I}}", "progress", "rows", (json_int_t)rows, "of", (json_int_t)of));
}

void outcome_done(size_t rows, size_t unchanged, size_t sent, size_t refused, bool tried) {
  if (outcome_wanted)
    print_line(json_pack("{s:{s:I, s:I, s:I, s:I, s:b}}", "done", "rows", (json_int_t)rows, "unchanged", (json_int_t)unchanged, "sent",
                         (json_int_t)sent, "refused", (json_int_t)refused, "tried", tried));
}
