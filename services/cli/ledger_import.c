/* ledger_import.c - what all ledgers share on the way in. */
#include "services/cli/ledger_import.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/money.h"
#include "common/pb/cell.h"
#include "common/pb/table.h"
#include "common/pb/validate.h"
#include "services/cli/import.h"
#include "services/cli/outcome.h"

/* Where the reading of the file stands. */
struct reading {
  struct ledger_import *import;
  size_t *at; /* NULL = the sheet's heads have not come yet */
  size_t sheets, first_entry, part_entry;
  const char *heads[SOURCE_COLUMNS_MAX];
  size_t head_count;
};

/* --- heads ------------------------------------------------------------------------------------------------------------------------ */

static bool head_means(const struct ledger_column *column, const char *head) {
  size_t length = strlen(column_head(column));
  if (strncmp(column_head(column), head, length) == 0 && (!head[length] || (column->kind == GRID && strcmp(head + length, "日") == 0))) return true;
  if (column->kind == GRID || column->kind == SEQUENCE) return false;
  return table_head_is(column->taken, head) || table_head_is(column->shown, head);
}

/* Heads broken over two lines, and with a unit behind them. */
static const char *plain_head(struct arena *arena, const char *cell) {
  const char *clean = cell_clean(arena, cell);
  char *plain = clean ? arena_strdup(arena, clean) : NULL;
  size_t used = 0;
  for (const char *from = clean; plain && *from; from++)
    if (!strchr(" \n\r", *from)) plain[used++] = *from;
  if (plain) plain[used] = '\0';
  return plain ? plain : "";
}

static size_t column_of_head(const struct ledger *ledger, const char *head) {
  for (size_t i = 0; *head && i < ledger->column_count; i++)
    if (head_means(&ledger->columns[i], head)) return i;
  return SIZE_MAX;
}

static bool are_heads(const struct reading *reading, const struct source_row *row) {
  struct arena *arena = &reading->import->cli->arena;
  size_t found = 0, all = 0;
  for (size_t i = 0; i < row->count; i++) {
    const char *head = plain_head(arena, row->cells[i]);
    all += *head != '\0';
    found += column_of_head(reading->import->ledger, head) != SIZE_MAX;
  }
  return found >= 2 && 2 * found >= all;
}

static bool take_heads(struct reading *reading, const struct source_row *row) {
  struct ledger_import *import = reading->import;
  const struct ledger *ledger = import->ledger;
  struct arena *arena = &import->cli->arena;
  reading->at = arena_array(arena, ledger->column_count, sizeof(size_t));
  if (!reading->at || row->count > SOURCE_COLUMNS_MAX) return false;
  for (size_t i = 0; i < ledger->column_count; i++) reading->at[i] = SIZE_MAX;
  for (size_t i = 0; i < row->count; i++) {
    const char *head = plain_head(arena, row->cells[i]);
    size_t column = column_of_head(ledger, head);
    reading->heads[i] = head;
    if (column != SIZE_MAX && reading->at[column] == SIZE_MAX)
      reading->at[column] = i;
    else if (*head)
      fault_cell(import->faults, row->sheet, i, row->row, head, row->cells[i], TEXT(LEDGER_HEAD_UNKNOWN));
  }
  reading->head_count = row->count;
  reading->sheets++;
  reading->first_entry = reading->part_entry = import->count;
  return true;
}

static bool repeats_heads(const struct reading *reading, const struct source_row *row) {
  for (size_t i = 0; i < reading->head_count; i++)
    if (strcmp(plain_head(&reading->import->cli->arena, i < row->count ? row->cells[i] : ""), reading->heads[i]) != 0) return false;
  return true;
}

/* --- rows ------------------------------------------------------------------------------------------------------------------------- */

static struct ledger_entry *add_entry(struct ledger_import *import) {
  if (import->count == import->capacity) {
    size_t wider = import->capacity ? 2 * import->capacity : 1024;
    struct ledger_entry *entries = realloc(import->entries, wider * sizeof(*entries));
    if (!entries) return NULL;
    import->entries = entries;
    import->capacity = wider;
  }
  struct ledger_entry *entry = &import->entries[import->count++];
  *entry = (struct ledger_entry){.cells = arena_array(&import->cli->arena, import->ledger->column_count, sizeof(char *))};
  return entry->cells ? entry : NULL;
}

/* A row that was numbered beforehand and never filled in. */
static bool is_unused(const struct ledger_import *import, const struct ledger_entry *entry) {
  for (size_t i = 0; i < import->ledger->column_count; i++)
    if (import->ledger->columns[i].kind > CSV_ONLY && *entry->cells[i]) return false;
  return true;
}

static bool take_entry(struct reading *reading, const struct source_row *row) {
  struct ledger_import *import = reading->import;
  struct ledger_entry *entry = add_entry(import);
  if (!entry) return false;
  entry->place = (struct place){row->sheet, row->row};
  entry->at = reading->at;
  for (size_t i = 0; i < import->ledger->column_count; i++) {
    size_t at = reading->at[i];
    const char *cell = at < row->count ? cell_clean(&import->cli->arena, row->cells[at]) : "";
    if (!cell) return false;
    bool blank = cell_is_blank(cell) && strcmp(cell, "无") != 0; /* what 无 says depends on the field */
    entry->cells[i] = blank ? "" : cell;
  }
  for (size_t i = reading->head_count; i < row->count; i++)
    if (*row->cells[i]) fault_cell(import->faults, row->sheet, i, row->row, "", row->cells[i], TEXT(IMPORT_CELL_COUNT));
  if (is_unused(import, entry)) import->count--;
  return true;
}

static bool sum_from(const struct ledger_import *import, size_t first, size_t column, int64_t *sum) {
  *sum = 0;
  for (size_t i = first; i < import->count; i++) {
    int64_t value = 0;
    const char *cell = import->entries[i].cells[column];
    if (*cell && (!money_parse_yuan(cell, &value) || !money_add(*sum, value, sum))) return false;
  }
  return true;
}

/* 合计 and 小计 are checked, not imported: against all rows of the sheet, or those behind the last such row. */
static void check_totals(struct reading *reading, const struct source_row *row) {
  struct ledger_import *import = reading->import;
  for (size_t i = 0; i < import->ledger->column_count; i++) {
    int64_t said, all, part;
    size_t at = reading->at[i];
    const char *cell = import->ledger->columns[i].total && at < row->count ? cell_clean(&import->cli->arena, row->cells[at]) : NULL;
    if (!cell || !*cell || !sum_from(import, reading->first_entry, i, &all) || !sum_from(import, reading->part_entry, i, &part)) continue;
    if (money_parse_yuan(cell, &said) && (said == all || said == part)) continue;
    char text[MONEY_TEXT_SIZE];
    fault_cell(import->faults, row->sheet, at, row->row, reading->heads[at], cell,
               text_of(import->cli, TEXT(LEDGER_TOTAL_DIFFERS), money_yuan(all, text)));
  }
  reading->part_entry = import->count;
}

static bool is_total(const struct source_row *row) {
  for (size_t i = 0; i < row->count && i < 4; i++)
    if (*row->cells[i] && strspn(row->cells[i], "0123456789") != strlen(row->cells[i])) return cell_is_total(row->cells[i]);
  return false;
}

/* "项目代码：" and "月份：" above the heads, unless the command says them. */
static void take_labels(struct reading *reading, const struct source_row *row) {
  struct ledger_record *record = &reading->import->record;
  struct arena *arena = &reading->import->cli->arena;
  const char *project = label_value(arena, row, "project_code"), *month = label_value(arena, row, "month");
  if (project && !record->project_code) record->project_code = project;
  if (month && !record->month) record->month = month;
}

static int read_rows(struct reading *reading, struct source *source) {
  struct source_row row;
  size_t above = 0;
  int got;
  while ((got = source_next(source, &row)) == 1) {
    if (row.new_sheet) reading->at = NULL, above = 0;
    if (!reading->at) {
      if (above++ >= HEADS_WITHIN) continue;
      if (!are_heads(reading, &row))
        take_labels(reading, &row);
      else if (!take_heads(reading, &row))
        return CLI_BAD_DATA;
      if (above == HEADS_WITHIN && !reading->at) fprintf(stderr, TEXT(LEDGER_SHEET_SKIPPED), row.sheet);
      continue;
    }
    if (is_signature(&row) || repeats_heads(reading, &row)) continue;
    if (is_total(&row)) {
      check_totals(reading, &row);
      continue;
    }
    if (!take_entry(reading, &row)) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  }
  if (got < 0) return CLI_BAD_DATA;
  if (reading->sheets) return CLI_OK;
  complain(IMPORT_NO_HEADS);
  fputs(TEXT(IMPORT_HEADS), stderr);
  for (size_t i = 0; i < reading->import->ledger->column_count; i++) fprintf(stderr, " %s", column_head(&reading->import->ledger->columns[i]));
  fputc('\n', stderr);
  return CLI_BAD_DATA;
}

/* --- what an entry says ------------------------------------------------------------------------------------------------------------ */

void fault_entry(struct ledger_import *import, const struct ledger_entry *entry, size_t column, const char *why) {
  const char *head = column_head(&import->ledger->columns[column]);
  if (entry->at[column] == SIZE_MAX)
    fault_row(import->faults, entry->place.sheet, entry->place.row, head, why);
  else
    fault_cell(import->faults, entry->place.sheet, entry->at[column], entry->place.row, head, entry->cells[column], why);
}

static const message_type *type_of(enum column_into into) {
  static const char *const names[TARGET_COUNT] = {[WORKER] = "WorkerLine",
                                                  [GROUP] = "PriorityGroupLine",
                                                  [AGREEMENT] = "AgreementLine",
                                                  [ENTRY] = "AttendanceLine",
                                                  [TRAINING] = "HoldTrainingRequest",
                                                  [TRAINEE] = "Trainee",
                                                  [CONFIRMATION] = "LineConfirmation",
                                                  [POST] = "SetPostRequest",
                                                  [HOLDING] = "FillPostRequest"};
  return names[into] ? pb_type_find(names[into]) : NULL;
}

/* The field that takes the column's cells; several groups stand in one cell and go in one by one. */
static const message_field *field_of(const struct ledger_column *column) {
  const message_type *type = type_of(column->into);
  if (!type && column->kind == DATE) return pb_field(pb_type_find("AgreementLine"), "start_date");
  if (type && strcmp(column->taken, "priority_groups") == 0) return pb_field(pb_type_find("AgreementRow"), "priority_groups");
  return type ? pb_field(type, column->taken) : NULL;
}

static bool is_masked(const char *cell) { return strchr(cell, '*') != NULL; }

/* The cell as the record would show it; NULL after a complaint. */
static const char *as_on_record(struct ledger_import *import, const struct ledger_entry *entry, size_t i) {
  struct arena *arena = &import->cli->arena;
  const struct ledger_column *column = &import->ledger->columns[i];
  const message_field *field = field_of(column);
  const char *zh, *en, *cell = entry->cells[i];
  if (!field) return cell;
  if (is_masked(cell) && strcmp(column->shown, column->taken) != 0) return cell;
  message *scratch = pb_new(arena, field == pb_field(pb_type_find("AgreementLine"), "start_date") ? pb_type_find("AgreementLine")
                                   : pb_is_repeated(field)                                        ? pb_type_find("AgreementRow")
                                                                                                  : type_of(column->into));
  if (!scratch) return "";
  if (!table_put_cell(arena, scratch, field, cell, &zh, &en)) {
    fault_entry(import, entry, i, BOTH(zh, en));
    return NULL;
  }
  char mask[64];
  const char *text = field_cell(arena, scratch, field);
  if (strcmp(field->name, "id_number") == 0) return mask_id_number(text, mask, sizeof(mask)), text_of(import->cli, "%s", mask);
  if (strcmp(field->name, "account_no") == 0) return mask_account_no(text, mask, sizeof(mask)), text_of(import->cli, "%s", mask);
  return column->kind == NUMBER && strcmp(text, "0") == 0 ? "" : text;
}

static bool same_amount(const struct ledger_column *column, const char *left, const char *right) {
  int64_t a, b;
  if (column->kind < NUMBER || column->kind == GRID) return false;
  return money_parse_yuan(*left ? left : "0", &a) && money_parse_yuan(*right ? right : "0", &b) && a == b;
}

bool ledger_same(struct ledger_import *import, const struct ledger_entry *entry) {
  size_t before = faults_count(import->faults);
  for (size_t i = 0; i < import->ledger->column_count; i++) {
    const struct ledger_column *column = &import->ledger->columns[i];
    if (column->into == NOTHING || column->into == REQUEST || column->kind == GRID || !*entry->cells[i]) continue;
    if (strcmp(column->shown, "none") == 0) continue;                                             /* not known to the record */
    if ((column->into == CONFIRMATION || column->into == HOLDING) && !*entry->known[i]) continue; /* still to come */
    const char *text = as_on_record(import, entry, i);
    if (text && strcmp(text, entry->known[i]) != 0 && !same_amount(column, text, entry->known[i]))
      fault_entry(import, entry, i, text_of(import->cli, TEXT(LEDGER_DIFFERS), *entry->known[i] ? entry->known[i] : TEXT(LEDGER_EMPTY)));
  }
  return faults_count(import->faults) == before;
}

void put_entry(struct ledger_import *import, struct ledger_entry *entry, enum column_into into, message *target) {
  for (size_t i = 0; i < import->ledger->column_count; i++) {
    const struct ledger_column *column = &import->ledger->columns[i];
    const message_field *field = column->into == into && column->kind != GRID ? pb_field(target->descriptor, column->taken) : NULL;
    const char *zh = NULL, *en = NULL;
    if (!field || !*entry->cells[i] || is_masked(entry->cells[i])) continue;
    if (table_put_cell(&import->cli->arena, target, field, entry->cells[i], &zh, &en)) continue;
    if (!(entry->failed & UINT64_C(1) << i)) fault_entry(import, entry, i, BOTH(zh, en));
    entry->failed |= UINT64_C(1) << i;
  }
}

struct looking {
  const struct ledger_import *import;
  const struct ledger_entry *entry;
};

static struct head_of find_entry_head(const void *context, const char *field_name) {
  const struct looking *looking = context;
  for (size_t i = 0; i < looking->import->ledger->column_count; i++) {
    const struct ledger_column *column = &looking->import->ledger->columns[i];
    if (strcmp(column->taken, field_name) == 0 && column->kind != GRID && looking->entry->at[i] != SIZE_MAX)
      return (struct head_of){column_head(column), looking->entry->at[i], true, (looking->entry->failed & UINT64_C(1) << i) != 0};
  }
  return (struct head_of){0};
}

void check_entry(struct ledger_import *import, const struct ledger_entry *entry, const message *subject, const char *required) {
  struct looking looking = {import, entry};
  check_line(&import->cli->arena, import->faults, subject, required, entry->place, find_entry_head, &looking);
}

/* --- keys -------------------------------------------------------------------------------------------------------------------------- */

struct keyed {
  const char *first, *second;
  const char **row;
  struct ledger_entry *entry;
};

static int by_key(const void *left, const void *right) {
  const struct keyed *a = left, *b = right;
  int order = strcmp(a->first, b->first);
  return order ? order : strcmp(a->second, b->second);
}

static bool find_twice(struct ledger_import *import, struct keyed *list, size_t count, size_t column) {
  for (size_t i = 1; i < count; i++)
    if (by_key(&list[i - 1], &list[i]) == 0 && *list[i].first)
      fault_entry(import, list[i].entry, column, text_of(import->cli, TEXT(LEDGER_TWICE), list[i - 1].entry->place.row));
  return true;
}

bool ledger_match(struct ledger_import *import, const char *key, const char *second) {
  size_t first_column = ledger_column(import->ledger, key), second_column = *second ? ledger_column(import->ledger, second) : 0;
  size_t records = import->record.count;
  struct keyed *list = arena_array(&import->cli->arena, records + 1, sizeof(*list)),
               *own = arena_array(&import->cli->arena, import->count + 1, sizeof(*own));
  if (!list || !own) return complain(OUT_OF_MEMORY), false;
  for (size_t i = 0; i < records; i++) {
    const char **row = import->record.rows[i];
    list[i] = (struct keyed){row[first_column], *second ? row[second_column] : "", row, NULL};
  }
  qsort(list, records, sizeof(*list), by_key);
  for (size_t i = 0; i < import->count; i++) {
    struct ledger_entry *entry = &import->entries[i];
    own[i] = (struct keyed){entry->cells[first_column], *second ? entry->cells[second_column] : "", NULL, entry};
    const struct keyed *found = *own[i].first ? bsearch(&own[i], list, records, sizeof(*list), by_key) : NULL;
    entry->known = found ? found->row : NULL;
  }
  qsort(own, import->count, sizeof(*own), by_key);
  return find_twice(import, own, import->count, first_column);
}

/* --- the run ------------------------------------------------------------------------------------------------------------------------ */

bool begin_for_project(struct ledger_import *import, struct batch *batch) {
  message *request = batch_begin(batch);
  return request && request_put(&import->cli->arena, request, text_of(import->cli, "project_code=%s", import->record.project_code));
}

bool ledger_send(struct ledger_import *import, struct batch *batch, int *code) {
  if (!batch_finish(batch)) return *code = CLI_BAD_DATA, false;
  int ended = batch_send(import->cli, batch, import->dry_run);
  import->refused += batch->refused;
  import->sent += batch->row_count - batch->refused;
  if (ended != CLI_OK) *code = ended;
  return ended == CLI_OK;
}

/* The rows of one file are of one project, and of one month. */
static void check_request_columns(struct ledger_import *import) {
  for (size_t i = 0; i < import->ledger->column_count; i++) {
    const struct ledger_column *column = &import->ledger->columns[i];
    if (column->into != REQUEST) continue;
    const char **wanted = strcmp(column->taken, "month") == 0 ? &import->record.month : &import->record.project_code;
    for (size_t j = 0; j < import->count; j++) {
      const char *cell = import->entries[j].cells[i];
      if (*cell && !*wanted) *wanted = cell;
      if (*cell && strcmp(cell, *wanted) != 0) fault_entry(import, &import->entries[j], i, text_of(import->cli, TEXT(LEDGER_ANOTHER), *wanted));
    }
  }
}

/* "project_code=P1" and "month=2026-07", the only fields around a ledger. */
static bool take_assignments(struct ledger_import *import, int count, char **assignments) {
  for (int i = 0; i < count; i++) {
    if (strncmp(assignments[i], "project_code=", 13) == 0)
      import->record.project_code = assignments[i] + 13;
    else if (strncmp(assignments[i], "month=", 6) == 0)
      import->record.month = assignments[i] + 6;
    else
      return complain(LEDGER_FIELDS, assignments[i]), false;
  }
  return true;
}

static int run(struct ledger_import *import, const char *path) {
  struct reading reading = {.import = import};
  int code = CLI_INTERNAL;
  struct source *source = source_open(&import->cli->arena, path, &code);
  if (!source) return code;
  code = read_rows(&reading, source);
  source_close(&source);
  if (code != CLI_OK) return code;
  check_request_columns(import);
  import->record.ledger = import->ledger;
  code = ledger_fetch(&import->record);
  return code == CLI_OK ? import->ledger->take(import) : code;
}

int ledger_import(struct cli *cli, const struct ledger *ledger, const char *path, int count, char **assignments, bool dry_run, const char *reason) {
  struct ledger_import import = {
      .cli = cli, .ledger = ledger, .dry_run = dry_run, .reason = reason, .faults = faults_new(&cli->arena), .record.cli = cli};
  if (!import.faults) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  if (!take_assignments(&import, count, assignments)) return CLI_USAGE;
  int code = run(&import, path);
  faults_end(import.faults);
  if (faults_count(import.faults)) code = CLI_BAD_DATA;
  outcome_done(import.count, import.unchanged, import.sent, import.refused, dry_run);
  if (!outcome_wanted && (code == CLI_OK || import.sent || import.refused))
    say(LEDGER_DONE, import.count, import.unchanged, import.sent, dry_run ? TEXT(IMPORT_TRIED) : TEXT(IMPORT_TAKEN), import.refused);
  free(import.entries);
  return code;
}
