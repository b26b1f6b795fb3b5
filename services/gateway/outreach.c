/* outreach.c - see outreach.h. */
#include "services/gateway/outreach.h"

Workrelief__LineOutreach *outreach_row(struct arena *arena, int32_t line_number, const Workrelief__OutreachUnit *unit) {
  Workrelief__LineOutreach *row = arena_alloc(arena, sizeof *row);
  char *unit_id = arena_strdup(arena, unit->unit_id);
  if (!row || !unit_id) return NULL;
  workrelief__line_outreach__init(row);
  row->line_number = line_number;
  row->unit_id = unit_id;
  row->is_member = unit->is_member;
  row->is_owner = unit->is_owner;
  row->reached_in_quarter = unit->reached_in_quarter;
  row->reached_in_year = unit->reached_in_year;
  return row;
}

Workrelief__LineOutreach **outreach_rows(struct arena *arena, Workrelief__ReportLine *const *lines, size_t line_count, size_t *count) {
  size_t expected = 0;
  for (size_t i = 0; i < line_count; i++) expected += lines[i]->figures ? lines[i]->figures->n_outreach_units : 0;
  Workrelief__LineOutreach **rows = arena_array(arena, expected + 1, sizeof *rows);
  *count = 0;
  for (size_t i = 0; rows && i < line_count; i++)
    for (size_t u = 0; lines[i]->figures && u < lines[i]->figures->n_outreach_units; u++)
      if (!(rows[(*count)++] = outreach_row(arena, lines[i]->line_number, lines[i]->figures->outreach_units[u]))) return NULL;
  return rows;
}
