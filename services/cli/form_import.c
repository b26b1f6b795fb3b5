/* form_import.c - 调度表 as districts send it, into the registry: its three-row head, signs that stand for nothing, ticks of every kind, total rows,
 * and what formulas leave behind. The file is read whole; every bad cell is listed with what would mend it. */
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/pb/cell.h"
#include "common/pb/table.h"
#include "registry.pb-c.h"
#include "services/cli/batch.h"
#include "services/cli/form.h"
#include "services/cli/import.h"
#include "services/cli/ledger.h"

#define HEAD_ROWS_MOST 5
#define STEP_FEN 5000 /* half of what two decimals of 万元 show */

struct reading {
  struct cli *cli;
  struct faults *faults;
  struct form_sheet filled;
  struct place *places; /* of each row */
  size_t place_room;
  size_t at[64];                         /* of each column of the form, the file's column; SIZE_MAX = none */
  const char *heads[SOURCE_COLUMNS_MAX]; /* of the file's columns, the lowest row that says something */
  size_t head_rows, sheets;
  bool in_head, has_head;
  size_t first_row, part_row; /* of the sheet; behind its last total row */
  size_t rounded;
  char *month;
};

/* --- heads ----------------------------------------------------------------------------------------------------------------------------- */

/* Without spaces, line breaks, and what stands in brackets. */
static const char *plain_head(struct arena *arena, const char *cell) {
  static const char *const open[] = {"(", "（"}, *const close[] = {")", "）"}, *const skipped[] = {" ", "\n", "\r", "\t", "　", ":", "：", ",", "，"};
  char *plain = arena_strdup(arena, cell);
  size_t used = 0;
  int depth = 0;
  for (const char *next = cell; plain && *next;) {
    size_t step = 1, skip = 0;
    while ((next[step] & 0xc0) == 0x80) step++;
    for (size_t i = 0; i < ARRAY_LENGTH(open); i++) {
      if (strncmp(next, open[i], strlen(open[i])) == 0) depth++, skip = step;
      if (strncmp(next, close[i], strlen(close[i])) == 0) depth -= depth > 0, skip = step;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(skipped); i++)
      if (strncmp(next, skipped[i], strlen(skipped[i])) == 0) skip = step;
    if (!skip && !depth) memcpy(plain + used, next, step), used += step;
    next += step;
  }
  if (plain) plain[used] = '\0';
  return plain ? plain : "";
}

static bool begins_head(const struct reading *reading, const struct source_row *row) {
  bool place = false, project = false;
  for (size_t i = 0; i < row->count; i++) {
    const char *head = plain_head(&reading->cli->arena, row->cells[i]);
    place = place || strcmp(head, "市县") == 0;
    project = project || strcmp(head, "项目名称") == 0;
  }
  return place && project;
}

static void take_head_row(struct reading *reading, const struct source_row *row) {
  for (size_t i = 0; i < row->count && i < SOURCE_COLUMNS_MAX; i++) {
    const char *head = plain_head(&reading->cli->arena, row->cells[i]);
    if (*head) reading->heads[i] = head;
  }
  reading->head_rows++;
}

/* Each column's lowest head, to the form's columns. */
static void settle_heads(struct reading *reading, const struct source_row *row) {
  const struct form *form = reading->filled.form;
  for (size_t i = 0; i < form->column_count; i++) {
    reading->at[i] = SIZE_MAX;
    for (size_t n = 0; n < SOURCE_COLUMNS_MAX && reading->at[i] == SIZE_MAX; n++)
      if (reading->heads[n] && strstr(reading->heads[n], form->columns[i].words)) reading->at[i] = n;
    if (reading->at[i] == SIZE_MAX && form->columns[i].kind != SERIAL)
      fault_row(reading->faults, row->sheet, row->row, form->columns[i].head, TEXT(FORM_HEAD_MISSING));
  }
  reading->in_head = false;
  reading->has_head = true;
  reading->sheets++;
  reading->first_row = reading->part_row = reading->filled.count;
}

/* --- above the table ------------------------------------------------------------------------------------------------------------------------ */

/* "…(2026年7月更新)" */
static void take_month(struct reading *reading, const char *cell) {
  const char *behind = strstr(cell, "更新"), *year = NULL;
  for (const char *next = cell; behind && next < behind; next++)
    if (strspn(next, "0123456789") == 4 && strncmp(next + 4, "年", strlen("年")) == 0) year = next;
  int month = year ? (int)strtol(year + 4 + strlen("年"), NULL, 10) : 0;
  if (month >= 1 && month <= 12 && !reading->month) reading->month = arena_printf(&reading->cli->arena, "%.4s-%02d", year, month);
}

static const char *behind_label(const struct reading *reading, const char *cell, const char *word) {
  const char *found = strstr(cell, word);
  if (!found) return NULL;
  found += strlen(word);
  size_t colon = strncmp(found, "：", strlen("：")) == 0 ? strlen("：") : *found == ':' ? 1 : 0;
  return colon ? cell_clean(&reading->cli->arena, found + colon) : NULL;
}

static void take_top(struct reading *reading, const struct source_row *row) {
  for (size_t i = 0; i < row->count; i++) {
    take_month(reading, row->cells[i]);
    const char *date = behind_label(reading, row->cells[i], "填报日期"), *name = behind_label(reading, row->cells[i], "填报人");
    if (date && *date) reading->filled.filled_date = date;
    if (name && *name) reading->filled.filler_name = name;
  }
}

/* --- cells ---------------------------------------------------------------------------------------------------------------------------------- */

static void fault(struct reading *reading, const struct source_row *row, size_t column, const char *why) {
  size_t at = reading->at[column];
  fault_cell(reading->faults, row->sheet, at, row->row, reading->filled.form->columns[column].head, row->cells[at], why);
}

/* More decimals than fen can hold, as formulas leave them: what the sheet shows, two decimals half up. False: no number at all. */
static bool round_residue(const char *cell, int64_t *fen) {
  const char *point = strchr(cell, '.');
  size_t whole = point ? (size_t)(point - cell) : 0, decimals = point ? strlen(point + 1) : 0;
  int64_t value = 0;
  if (!point || decimals < 3 || !whole || whole > 10 || strspn(cell, "0123456789") != whole || strspn(point + 1, "0123456789") != decimals)
    return false;
  for (size_t i = 0; i < whole; i++) value = value * 10 + (cell[i] - '0');
  value = value * 100 + (point[1] - '0') * 10 + (point[2] - '0') + (point[3] >= '5');
  *fen = value * 10000;
  return true;
}

static const char *amount_of(struct reading *reading, const struct source_row *row, size_t column, const char *cell) {
  int64_t fen = 0;
  if (cell_is_residue(cell)) return fault(reading, row, column, TEXT(FORM_FORMULA)), "";
  if (!money_parse_wanyuan(cell, &fen)) {
    if (!round_residue(cell, &fen)) return fault(reading, row, column, TEXT(FORM_AMOUNT)), "";
    char name[CELL_NAME_SIZE];
    reading->rounded++;
    say(FORM_ROUNDED, row->sheet, *row->sheet ? "!" : "", cell_name(reading->at[column], row->row, name), cell, form_amount(reading->cli, fen));
  }
  if (fen < 0) return fault(reading, row, column, TEXT(FORM_AMOUNT)), "";
  return form_amount(reading->cli, fen);
}

static const char *people_of(struct reading *reading, const struct source_row *row, size_t column, const char *cell) {
  int64_t count;
  const char *end = cell + strspn(cell, "0123456789");
  const char *number =
      end > cell && (strcmp(end, "人") == 0 || strcmp(end, "个") == 0) ? text_of(reading->cli, "%.*s", (int)(end - cell), cell) : cell;
  if (cell_is_residue(cell)) return fault(reading, row, column, TEXT(FORM_FORMULA)), "";
  if (!parse_int64(number, 0, INT32_MAX, &count)) return fault(reading, row, column, TEXT(FORM_PEOPLE)), "";
  return number_text(reading->cli, count);
}

static bool is_ticked(struct reading *reading, const struct source_row *row, size_t column, const char *cell) {
  static const char *const yes[] = {"√", "✓", "✔", "☑", "是", "v", "V", "y", "Y", "1", "●", "■"}, *const no[] = {"×", "✗", "✘", "☐", "□", "否",
                                                                                                                 "x", "X", "n", "N", "0"};
  for (size_t i = 0; i < ARRAY_LENGTH(yes); i++)
    if (strcmp(cell, yes[i]) == 0) return true;
  for (size_t i = 0; i < ARRAY_LENGTH(no); i++)
    if (strcmp(cell, no[i]) == 0) return false;
  fault(reading, row, column, TEXT(FORM_TICK));
  return false;
}

static const char *cell_at(const struct reading *reading, const struct source_row *row, size_t column) {
  size_t at = reading->at[column];
  const char *cell = at < row->count ? cell_clean(&reading->cli->arena, row->cells[at]) : "";
  return !cell || cell_is_blank(cell) ? "" : cell;
}

/* --- rows ------------------------------------------------------------------------------------------------------------------------------------ */

static bool is_total(const struct source_row *row) {
  for (size_t i = 0; i < row->count && i < 4; i++)
    if (*row->cells[i] && strspn(row->cells[i], "0123456789") != strlen(row->cells[i])) return cell_is_total(row->cells[i]);
  return false;
}

/* The sums of all rows of the sheet, or of those behind the last such row; what was rounded may be off by as much. */
static void check_totals(struct reading *reading, const struct source_row *row) {
  const struct form *form = reading->filled.form;
  for (size_t i = 0; i < form->column_count; i++) {
    const char *cell = form->columns[i].total ? cell_at(reading, row, i) : "";
    int64_t said = 0, all = 0, part = 0;
    struct form_sheet behind = reading->filled;
    if (!*cell) continue;
    bool exact = form->columns[i].kind == AMOUNT ? money_parse_wanyuan(cell, &said) : parse_int64(cell, 0, INT64_MAX, &said);
    if (!exact && (form->columns[i].kind != AMOUNT || !round_residue(cell, &said))) continue;
    behind.rows += reading->first_row;
    behind.count = reading->filled.count - reading->first_row;
    if (!form_total(&behind, i, &all)) continue;
    behind.rows = reading->filled.rows + reading->part_row;
    behind.count = reading->filled.count - reading->part_row;
    if (!form_total(&behind, i, &part)) continue;
    int64_t most = form->columns[i].kind == AMOUNT && (!exact || reading->rounded) ? STEP_FEN * (int64_t)(reading->rounded + 1) : 0;
    if (llabs(said - all) > most && llabs(said - part) > most)
      fault(reading, row, i,
            text_of(reading->cli, TEXT(LEDGER_TOTAL_DIFFERS),
                    form->columns[i].kind == AMOUNT ? form_amount(reading->cli, all) : number_text(reading->cli, all)));
  }
  reading->part_row = reading->filled.count;
}

static bool keep_place(struct reading *reading, const struct source_row *row) {
  if (reading->filled.count >= reading->place_room) {
    size_t wider = reading->place_room ? 2 * reading->place_room : 256;
    struct place *places = realloc(reading->places, wider * sizeof(*places));
    if (!places) return false;
    reading->places = places;
    reading->place_room = wider;
  }
  reading->places[reading->filled.count] = (struct place){row->sheet, row->row};
  return true;
}

static void take_tick(struct reading *reading, const struct source_row *row, const char **cells, size_t column, const char *cell) {
  const char *key = reading->filled.form->columns[column].key, *stage = strchr(key, '=');
  if (!is_ticked(reading, row, column, cell)) return;
  for (size_t i = 0; i < reading->filled.form->column_count; i++)
    if (reading->filled.form->columns[i].kind == TICK && *cells[i]) return fault(reading, row, column, TEXT(FORM_TWO_TICKS));
  form_set(&reading->filled, cells, "form_stage", stage + 1);
}

static bool add_project(struct reading *reading, const struct source_row *row) {
  const struct form *form = reading->filled.form;
  size_t project = form_column(form, "project_name"), place = form_column(form, "place_name"), filled = 0;
  for (size_t i = 0; i < form->column_count; i++) filled += form->columns[i].kind != SERIAL && *cell_at(reading, row, i);
  if (!filled) return true; /* numbered beforehand and never filled in */
  const char **cells = keep_place(reading, row) ? form_add_row(&reading->filled) : NULL;
  if (!cells) return false;
  for (size_t i = 0; i < form->column_count; i++) {
    const char *cell = form->columns[i].kind == SERIAL ? "" : cell_at(reading, row, i);
    if (!*cell && (i == project || i == place)) fault_row(reading->faults, row->sheet, row->row, form->columns[i].head, TEXT(FORM_KEY_MISSING));
    if (!*cell) continue;
    if (form->columns[i].kind == TICK)
      take_tick(reading, row, cells, i, cell);
    else
      cells[i] = form->columns[i].kind == AMOUNT   ? amount_of(reading, row, i, cell)
                 : form->columns[i].kind == PEOPLE ? people_of(reading, row, i, cell)
                                                   : cell;
  }
  for (size_t i = 0; i + 1 < reading->filled.count; i++)
    if (*cells[project] && strcmp(reading->filled.rows[i][project], cells[project]) == 0 && strcmp(reading->filled.rows[i][place], cells[place]) == 0)
      fault(reading, row, project, text_of(reading->cli, TEXT(FORM_TWICE), reading->places[i].row));
  return true;
}

static bool take_source_row(struct reading *reading, const struct source_row *row) {
  if (row->new_sheet) {
    reading->in_head = reading->has_head = false;
    reading->head_rows = 0;
    memset(reading->heads, 0, sizeof(reading->heads));
  }
  if (begins_head(reading, row)) { /* also repeated at the top of a printed page */
    reading->in_head = true;
    reading->head_rows = 0;
    memset(reading->heads, 0, sizeof(reading->heads));
  }
  if (!reading->in_head && !reading->has_head) return take_top(reading, row), true;
  if (reading->in_head) {
    bool is_head = !reading->head_rows || (reading->head_rows < HEAD_ROWS_MOST && (!row->count || !*row->cells[0]) &&
                                           (row->count < 2 || !*row->cells[1]) && (row->count < 3 || !*row->cells[2]));
    if (is_head) return take_head_row(reading, row), true;
    settle_heads(reading, row);
  }
  if (is_signature(row)) return take_top(reading, row), true;
  if (is_total(row)) return check_totals(reading, row), true;
  return add_project(reading, row);
}

/* --- as a request ------------------------------------------------------------------------------------------------------------------------------ */

static bool put_row(struct cli *cli, const struct form *form, const char **cells, message *row) {
  for (size_t i = 0; i < form->column_count; i++) {
    const struct form_column *column = &form->columns[i];
    const char *value = strchr(column->key, '=');
    const message_field *field = value ? pb_field(row->descriptor, "form_stage") : pb_field(row->descriptor, column->key);
    int64_t number = 0;
    if (!field || !*cells[i]) continue;
    bool put = column->kind == AMOUNT   ? money_parse_wanyuan(cells[i], &number) && pb_put_int(&cli->arena, row, field, number)
               : column->kind == PEOPLE ? parse_int64(cells[i], 0, INT32_MAX, &number) && pb_put_int(&cli->arena, row, field, number)
                                        : pb_put_text(&cli->arena, row, field, value ? value + 1 : cells[i]);
    if (!put) return false;
  }
  return true;
}

struct looking {
  const struct reading *reading;
};
static struct head_of find_head_of(const void *context, const char *field_name) {
  const struct looking *looking = context;
  const struct form *form = looking->reading->filled.form;
  size_t column = form_column(form, field_name);
  if (column == form->column_count || looking->reading->at[column] == SIZE_MAX) return (struct head_of){0};
  return (struct head_of){form->columns[column].head, looking->reading->at[column], true, false};
}

static Workrelief__RecordProgressFormRequest *request_of(struct reading *reading) {
  struct arena *arena = &reading->cli->arena;
  const message_type *type = &workrelief__record_progress_form_request__descriptor;
  message *request = pb_new(arena, type);
  struct looking looking = {reading};
  for (size_t i = 0; request && i < reading->filled.count; i++) {
    message *row = pb_new(arena, &workrelief__progress_form_row__descriptor);
    if (!row || !put_row(reading->cli, reading->filled.form, reading->filled.rows[i], row)) return NULL;
    check_line(arena, reading->faults, row, "", reading->places[i], find_head_of, &looking);
    if (!pb_put_message(arena, request, pb_field(type, "rows"), row)) return NULL;
  }
  return (Workrelief__RecordProgressFormRequest *)request;
}

static int record(struct reading *reading, Workrelief__RecordProgressFormRequest *request, bool dry_run) {
  struct client_call call = {.dry_run = dry_run};
  message *answer = NULL;
  int code = CLI_UNREACHABLE;
  struct client *client = cli_connect(reading->cli, "registry", &code);
  if (!client) return code;
  cli_prepare(reading->cli, &call, "registry.RecordProgressForm");
  code = cli_ask(reading->cli, client, &call, &request->base, &workrelief__progress_form_reply__descriptor, &answer);
  client_close(&client);
  if (code != CLI_OK) return code;
  const Workrelief__ProgressFormReply *reply = (const Workrelief__ProgressFormReply *)answer;
  say(FORM_RECORDED, reply->month, reply->row_count, reply->linked_count, reading->rounded,
      dry_run               ? TEXT(IMPORT_TRIED)
      : reply->is_unchanged ? TEXT(FORM_UNCHANGED)
                            : TEXT(IMPORT_TAKEN),
      reply->version_number);
  return CLI_OK;
}

static const char *iso_date(struct cli *cli, const char *text) {
  Workrelief__RecordProgressFormRequest scratch = WORKRELIEF__RECORD_PROGRESS_FORM_REQUEST__INIT;
  const char *zh, *en;
  const message_field *field = pb_field(scratch.base.descriptor, "filled_date");
  return *text && table_put_cell(&cli->arena, &scratch.base, field, text, &zh, &en) ? scratch.filled_date : NULL;
}

static int finish(struct reading *reading, int count, char **assignments, bool dry_run) {
  Workrelief__RecordProgressFormRequest *request = reading->sheets ? request_of(reading) : NULL;
  if (!reading->sheets) complain(FORM_NO_HEADS);
  faults_end(reading->faults);
  if (!reading->sheets || faults_count(reading->faults)) return CLI_BAD_DATA;
  if (!request) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  const char *date = iso_date(reading->cli, reading->filled.filled_date);
  if (reading->month) request->month = reading->month;
  if (date) request->filled_date = (char *)(uintptr_t)date;
  request->filler_name = (char *)(uintptr_t)reading->filled.filler_name;
  for (int i = 0; i < count; i++)
    if (!request_put(&reading->cli->arena, &request->base, assignments[i])) return CLI_BAD_DATA;
  if (!*request->month) return complain(FORM_NO_MONTH), CLI_BAD_DATA;
  return record(reading, request, dry_run);
}

int form_import(struct cli *cli, const char *path, int count, char **assignments, bool dry_run) {
  struct reading *reading = arena_alloc(&cli->arena, sizeof(*reading));
  int code = CLI_INTERNAL, got;
  struct source_row row;
  if (!reading || !(reading->faults = faults_new(&cli->arena))) return complain(OUT_OF_MEMORY), code;
  reading->cli = cli;
  reading->filled = (struct form_sheet){.cli = cli, .form = form_find("progress"), .annex = "", .title = "", .filled_date = "", .filler_name = ""};
  struct source *source = source_open(&cli->arena, path, &code);
  if (!source) return code;
  bool good = true;
  while (good && (got = source_next(source, &row)) == 1) good = take_source_row(reading, &row);
  source_close(&source);
  code = !good ? (complain(OUT_OF_MEMORY), CLI_INTERNAL) : got < 0 ? CLI_BAD_DATA : finish(reading, count, assignments, dry_run);
  free(reading->places);
  return code;
}

/* --- back as it was recorded ---------------------------------------------------------------------------------------------------------------------- */

static bool show_row(struct form_sheet *filled, const message *row) {
  const char **cells = form_add_row(filled);
  for (size_t i = 0; cells && i < filled->form->column_count; i++) {
    const struct form_column *column = &filled->form->columns[i];
    const message_field *field = pb_field(row->descriptor, column->key);
    if (!field || !pb_count(row, field)) continue;
    if (column->kind == AMOUNT)
      cells[i] = form_amount(filled->cli, pb_get_int(row, field, 0));
    else if (column->kind == PEOPLE)
      cells[i] = number_text(filled->cli, pb_get_int(row, field, 0));
    else
      cells[i] = pb_get_text(row, field, 0);
  }
  if (cells) form_set(filled, cells, "form_stage", pb_get_text(row, pb_field(row->descriptor, "form_stage"), 0));
  return cells != NULL;
}

int form_recorded(struct form_sheet *filled, const char *month, const char *unit_id) {
  Workrelief__ListProgressFormRequest request = WORKRELIEF__LIST_PROGRESS_FORM_REQUEST__INIT;
  request.month = (char *)(uintptr_t)month;
  if (unit_id) request.unit_id = (char *)(uintptr_t)unit_id;
  request.page_size = 1000;
  for (;;) {
    message *answer;
    int code =
        cli_ask_once(filled->cli, "registry", "registry.ListProgressForm", &request.base, &workrelief__progress_form_page__descriptor, &answer);
    if (code != CLI_OK) return code;
    const Workrelief__ProgressFormPage *page = (const Workrelief__ProgressFormPage *)answer;
    for (size_t i = 0; i < page->n_rows; i++)
      if (!show_row(filled, &page->rows[i]->base)) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
    if (page->n_rows) {
      filled->filled_date = page->filled_date;
      filled->filler_name = page->filler_name;
      request.version_number = page->version_number; /* the next page is of the same */
    }
    if (!*page->next_page_token) return CLI_OK;
    request.page_token = page->next_page_token;
  }
}
