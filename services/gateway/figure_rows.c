/* figure_rows.c - the last step down: which call on the node that keeps them lists the rows that a line's figure was counted from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway.pb-c.h"
#include "services/gateway/handlers.h"

/* What a call of that method wants beside the project. */
enum source_span { OF_PROJECT, OF_MONTHS, OF_UNIT };
static const struct figure_source {
  const char *figure; /* "pay" matches a whole name, "sheets_*" what begins so */
  const char *method;
  enum source_span span;
} figure_sources[] = {
    {"paid_fen", "payroll.ListWageLedger", OF_MONTHS},         {"due_fen", "payroll.ListWageLedger", OF_MONTHS},
    {"unpaid_fen", "payroll.ListArrears", OF_PROJECT},         {"cumulative_*", "payroll.ListWageLedger", OF_MONTHS},
    {"day_hundredths", "workforce.ListAttendance", OF_MONTHS}, {"absorbed_count", "workforce.ListQuarterPersons", OF_UNIT},
    {"local_count", "workforce.ListQuarterPersons", OF_UNIT},  {"female_count", "workforce.ListQuarterPersons", OF_UNIT},
    {"priority_*", "workforce.ListQuarterPersons", OF_UNIT},   {"train*", "workforce.ListTrainings", OF_PROJECT},
    {"dividend*", "payroll.ListDividendPlans", OF_PROJECT},    {"fiscal_*", "registry.ListProjectFunds", OF_PROJECT},
    {"central_*", "registry.ListProjectFunds", OF_PROJECT},    {"*", "registry.GetProject", OF_PROJECT},
};

static const struct figure_source *source_of(const char *figure) {
  for (size_t i = 0; i < ARRAY_LENGTH(figure_sources); i++) {
    const char *pattern = figure_sources[i].figure;
    size_t length = strcspn(pattern, "*");
    if (pattern[length] ? strncmp(pattern, figure, length) == 0 : strcmp(pattern, figure) == 0) return &figure_sources[i];
  }
  return NULL;
}

/* The codes are those of the contract, without quotes or backslashes: they may stand in JSON as they are. */
static char *request_of(struct arena *arena, const struct figure_source *source, const Workrelief__FigureRow *row, const char *quarter, long month) {
  if (source->span == OF_UNIT)
    return arena_printf(arena, "{\"unitId\":\"%s\",\"quarter\":\"%s\"}", *row->origin_unit_id ? row->origin_unit_id : row->unit_id, quarter);
  if (source->span == OF_MONTHS) return arena_printf(arena, "{\"projectCode\":\"%s\",\"month\":\"%.4s-%02ld\"}", row->project_code, quarter, month);
  return arena_printf(arena, "{\"projectCode\":\"%s\"}", row->project_code);
}

static bool put_sources(struct arena *arena, const Workrelief__FigureRows *reply, const struct figure_source *source, Workrelief__FigureRow *row) {
  bool since_january = strncmp(reply->figure, "cumulative_", 11) == 0;
  long last = 3 * strtol(reply->quarter + 5, NULL, 10), first = since_january ? 1 : last - 2;
  size_t count = source->span == OF_MONTHS ? (size_t)(last - first + 1) : 1;
  row->sources = arena_array(arena, count, sizeof *row->sources);
  for (size_t i = 0; row->sources && i < count; i++) {
    Workrelief__FigureSource *one = arena_alloc(arena, sizeof *one);
    char *request = request_of(arena, source, row, reply->quarter, first + (long)i);
    if (!one || !request) return false;
    workrelief__figure_source__init(one);
    one->source_method = (char *)(uintptr_t)source->method;
    one->source_request = request;
    row->sources[row->n_sources++] = one;
  }
  return row->sources != NULL;
}

void finish_figure_rows(struct call *call) {
  Workrelief__FigureRows *reply = (Workrelief__FigureRows *)call_reply(call);
  const struct figure_source *source = source_of(reply->figure);
  for (size_t i = 0; source && i < reply->n_rows; i++)
    if (!put_sources(call_arena(call), reply, source, reply->rows[i])) {
      call_unavailable(call, "FIGURE_ROWS_TOO_MANY", "一页的行数过多；请减小每页条数。", "Too many rows for one page: ask for fewer.");
      return;
    }
}
