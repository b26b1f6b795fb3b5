/* ledger.c - the tables of ledgers.def, and what all ledgers share. */
#include "services/cli/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/pb/table.h"
#include "registry.pb-c.h"

#define PAGE_SIZE "page_size=1000"
#define ASSIGNMENTS_MAX 8

enum { PLAIN = 0, TOTAL = 1 };

/* All columns stand in one table; of each ledger, where its own begin and end there. */
#define JOINED(a, b) a##b
#define AT_LINE(line) JOINED(column_, line)
enum {
#define LEDGER(id, name, zh, en, by_month) FIRST_##id, BEFORE_##id = FIRST_##id - 1,
#define COLUMN(ledger, shown, taken, into, kind, width, sums, head) AT_LINE(__LINE__),
#define END(id) END_##id, LAST_##id = END_##id - 1,
#include "services/cli/ledgers.def"
#undef LEDGER
#undef COLUMN
#undef END
};

static const struct ledger_column columns[] = {
#define LEDGER(id, name, zh, en, by_month)
#define COLUMN(ledger, shown, taken, into, kind, width, sums, head) {#shown, #taken, into, kind, width, sums, head},
#define END(id)
#include "services/cli/ledgers.def"
#undef LEDGER
#undef COLUMN
#undef END
};

/* An import keeps a bit for each column. */
#define LEDGER(id, name, zh, en, by_month)
#define COLUMN(ledger, shown, taken, into, kind, width, sums, head)
#define END(id) _Static_assert(END_##id - FIRST_##id <= 64, "more columns than bits");
#include "services/cli/ledgers.def"
#undef LEDGER
#undef COLUMN
#undef END

#define COLUMNS(id) &columns[FIRST_##id], END_##id - FIRST_##id
const struct ledger ledgers[] = {
#define ROSTER_DOES roster_fetch, roster_take
#define ATTENDANCE_DOES attendance_fetch, attendance_take
#define TRAINING_DOES training_fetch, training_take
#define WAGES_DOES wages_fetch, wages_take
#define POSTS_DOES posts_fetch, posts_take
#define LEDGER(id, name, zh, en, by_month) {name, zh, en, by_month, COLUMNS(id), id##_DOES},
#define COLUMN(ledger, shown, taken, into, kind, width, sums, head)
#define END(id)
#include "services/cli/ledgers.def"
#undef LEDGER
#undef COLUMN
#undef END
};
const size_t ledger_count = ARRAY_LENGTH(ledgers);

const struct ledger *ledger_find(const char *name) {
  for (size_t i = 0; i < ledger_count; i++)
    if (strcmp(ledgers[i].name, name) == 0) return &ledgers[i];
  complain(LEDGER_UNKNOWN, name);
  for (size_t i = 0; i < ledger_count; i++) fprintf(stderr, "  %-12s %s\n", ledgers[i].name, BOTH(ledgers[i].zh, ledgers[i].en));
  return NULL;
}

static bool is_none(const char *field) { return strcmp(field, "none") == 0; }

const char *column_head(const struct ledger_column *column) {
  if (*column->head) return column->head;
  return table_field_head(is_none(column->taken) ? column->shown : column->taken);
}

size_t ledger_column(const struct ledger *ledger, const char *field) {
  for (size_t i = 0; i < ledger->column_count; i++)
    if (strcmp(ledger->columns[i].shown, field) == 0 || strcmp(ledger->columns[i].taken, field) == 0) return i;
  abort();
}

int column_day(const struct ledger_column *column) {
  int64_t day = 0;
  return column->kind == GRID && parse_int64(column->head, 1, 31, &day) ? (int)day : 0;
}

/* --- calls ----------------------------------------------------------------------------------------------------------------------- */

static message *request_of(struct cli *cli, const struct contract_method *method, const char *const *assignments) {
  message *request = pb_new(&cli->arena, method->input);
  for (; request && *assignments; assignments++)
    if (!request_put(&cli->arena, request, *assignments)) return NULL;
  return request;
}

int ask_with(struct cli *cli, const char *name, const char *const *assignments, message **answer) {
  struct contract_method method;
  *answer = NULL;
  if (!contract_find(name, &method)) return CLI_USAGE;
  message *request = request_of(cli, &method, assignments);
  return request ? cli_ask_once(cli, method.service, name, request, method.output, answer) : CLI_BAD_DATA;
}

static int list_pages(struct cli *cli, struct client *client, const struct contract_method *method, const char *name, message *request,
                      take_row *take, void *context) {
  const message_field *rows = pb_field(method->output, "rows"), *next = pb_field(method->output, "next_page_token"),
                      *token = pb_field(method->input, "page_token");
  for (;;) {
    struct client_call call = {0};
    message *page = NULL;
    cli_prepare(cli, &call, name);
    int code = cli_ask(cli, client, &call, request, method->output, &page);
    if (code != CLI_OK) return code;
    for (size_t i = 0; i < pb_count(page, rows); i++)
      if (!take(context, pb_get_message(page, rows, i))) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
    if (!next || !token || !*pb_get_text(page, next, 0)) return CLI_OK;
    if (!pb_put_text(&cli->arena, request, token, pb_get_text(page, next, 0))) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  }
}

int list_rows(struct cli *cli, const char *name, const char *const *assignments, take_row *take, void *context) {
  struct contract_method method;
  int code = CLI_USAGE;
  if (!contract_find(name, &method)) return code;
  message *request = request_of(cli, &method, assignments);
  if (!request || !request_put(&cli->arena, request, PAGE_SIZE)) return CLI_BAD_DATA;
  struct client *client = cli_connect(cli, method.service, &code);
  if (!client) return code;
  code = list_pages(cli, client, &method, name, request, take, context);
  client_close(&client);
  return code;
}

/* --- cells ----------------------------------------------------------------------------------------------------------------------- */

const char *field_cell(struct arena *arena, const message *source, const message_field *field) {
  size_t count = pb_count(source, field);
  const char *text = count ? table_get_cell(arena, source, field, 0) : "";
  for (size_t i = 1; text && i < count; i++) text = arena_printf(arena, "%s、%s", text, table_get_cell(arena, source, field, i));
  return text ? text : "";
}

const char *short_number(struct arena *arena, const char *number) {
  char *text = arena_strdup(arena, number);
  if (!text || !strchr(text, '.')) return text ? text : "";
  size_t length = strlen(text);
  while (text[length - 1] == '0') length--;
  if (text[length - 1] == '.') length--;
  text[length] = '\0';
  return text;
}

const char **ledger_add_row(struct ledger_record *record) {
  struct arena *arena = &record->cli->arena;
  if (record->count == record->capacity) {
    size_t wider = record->capacity ? 2 * record->capacity : 256;
    const char ***rows = arena_array(arena, wider, sizeof(*rows));
    if (!rows) return NULL;
    if (record->count) memcpy(rows, record->rows, record->count * sizeof(*rows));
    record->rows = rows;
    record->capacity = wider;
  }
  const char **row = arena_array(arena, record->ledger->column_count, sizeof(*row));
  if (!row) return NULL;
  for (size_t i = 0; i < record->ledger->column_count; i++) row[i] = "";
  return record->rows[record->count++] = row;
}

/* A number that is absent and one that is 0 look the same on the wire: 0 of a plain number field is an empty cell, unless it is money
 * or work. */
static bool says_nothing(const struct ledger_column *column, const char *text) { return column->kind == NUMBER && strcmp(text, "0") == 0; }

void ledger_show(struct ledger_record *record, const char **row, const message *source) {
  for (size_t i = 0; i < record->ledger->column_count; i++) {
    const struct ledger_column *column = &record->ledger->columns[i];
    const message_field *field = pb_field(source->descriptor, column->shown);
    if (!field || field->type == PROTOBUF_C_TYPE_MESSAGE) continue;
    const char *text = field_cell(&record->cli->arena, source, field);
    if (!*text && column->kind == MONEY && !pb_is_nullable(field)) text = "0.00"; /* known to be nothing */
    row[i] = says_nothing(column, text) ? "" : text;
  }
}

void ledger_set(struct ledger_record *record, const char **row, const char *field, const char *text) {
  row[ledger_column(record->ledger, field)] = text;
}

/* --- what is on record ------------------------------------------------------------------------------------------------------------ */

/* The project's name and its contractor's, for the head of the sheet. */
static int read_project(struct ledger_record *record) {
  message *answer = NULL;
  int code = ask_with(record->cli, "registry.GetProject", (const char *const[]){text_of(record->cli, "project_code=%s", record->project_code), NULL},
                      &answer);
  const Workrelief__Project *project = (const Workrelief__Project *)answer;
  if (project && project->facts) record->project_name = project->facts->project_name;
  for (size_t i = 0; project && i < project->n_parties; i++)
    if (project->parties[i]->relation == WORKRELIEF__RELATION__VALUE__CONTRACTOR) record->unit_name = project->parties[i]->unit_id;
  return code;
}

int ledger_fetch(struct ledger_record *record) {
  int32_t first = 0, last = 0;
  if (!record->project_code || !*record->project_code ||
      (record->ledger->by_month && (!record->month || !month_parse(record->month, &first, &last)))) {
    complain(LEDGER_NEEDS, record->ledger->name, record->ledger->by_month ? TEXT(LEDGER_NEEDS_MONTH) : "");
    return CLI_USAGE;
  }
  record->days = record->ledger->by_month ? (int)(last - first + 1) : 0;
  record->project_name = record->unit_name = "";
  int code = read_project(record);
  return code == CLI_OK ? record->ledger->fetch(record) : code;
}
