/* ledger_attendance.c - 考勤表: one row a worker, one column a day. */
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "services/cli/ledger_import.h"
#include "workforce.pb-c.h"

/* Rows of messages as they come. */
struct list {
  struct arena *arena;
  message **items;
  size_t count, capacity;
};

static bool keep(void *context, message *row) {
  struct list *list = context;
  if (list->count == list->capacity) {
    size_t wider = list->capacity ? 2 * list->capacity : 1024;
    message **items = arena_array(list->arena, wider, sizeof(message *));
    if (!items) return false;
    if (list->count) memcpy(items, list->items, list->count * sizeof(message *));
    list->items = items;
    list->capacity = wider;
  }
  list->items[list->count++] = row;
  return true;
}

static int by_worker_and_date(const void *left, const void *right) {
  const Workrelief__AttendanceEntry *a = *(const Workrelief__AttendanceEntry *const *)left, *b = *(const Workrelief__AttendanceEntry *const *)right;
  if (a->worker_number != b->worker_number) return a->worker_number < b->worker_number ? -1 : 1;
  return strcmp(a->work_date, b->work_date);
}

static int by_worker(const void *left, const void *right) {
  const Workrelief__AgreementRow *a = *(const Workrelief__AgreementRow *const *)left, *b = *(const Workrelief__AgreementRow *const *)right;
  if (a->worker_number != b->worker_number) return a->worker_number < b->worker_number ? -1 : 1;
  return strcmp(a->start_date, b->start_date);
}

/* The worker's latest agreement on the project; NULL = he is not on its roster. */
static const Workrelief__AgreementRow *agreement_of(const struct list *agreements, int64_t worker_number) {
  const Workrelief__AgreementRow *found = NULL;
  for (size_t low = 0, high = agreements->count; low < high;) {
    size_t middle = (low + high) / 2;
    const Workrelief__AgreementRow *row = (const Workrelief__AgreementRow *)agreements->items[middle];
    if (row->worker_number <= worker_number)
      found = row, low = middle + 1;
    else
      high = middle;
  }
  return found && found->worker_number == worker_number ? found : NULL;
}

static const char *days_cell(struct arena *arena, int64_t hundredths) {
  const char *text = arena_printf(arena, "%lld.%02lld", (long long)(hundredths / 100), (long long)(hundredths % 100));
  return text ? short_number(arena, text) : "";
}

/* One row from the entries of one worker; returns how many they are, 0 = no memory. */
static size_t add_worker(struct ledger_record *record, const struct list *agreements, message **entries, size_t count) {
  const Workrelief__AttendanceEntry *first = (const Workrelief__AttendanceEntry *)entries[0];
  const char **row = ledger_add_row(record);
  size_t used = 0, grid = ledger_column(record->ledger, "day_hundredths");
  int64_t sum = 0;
  if (!row) return 0;
  ledger_show(record, row, entries[0]);
  const Workrelief__AgreementRow *agreement = agreement_of(agreements, first->worker_number);
  if (agreement) ledger_set(record, row, "team_name", agreement->team_name);
  for (; used < count; used++) {
    const Workrelief__AttendanceEntry *entry = (const Workrelief__AttendanceEntry *)entries[used];
    if (entry->worker_number != first->worker_number) break;
    int32_t day;
    if (!date_parse(entry->work_date, &day)) continue;
    row[grid + (size_t)civil_of_day(day).day - 1] = days_cell(&record->cli->arena, entry->day_hundredths);
    sum += entry->day_hundredths;
  }
  ledger_set(record, row, "total_hundredths", days_cell(&record->cli->arena, sum));
  return used;
}

int attendance_fetch(struct ledger_record *record) {
  struct cli *cli = record->cli;
  struct list entries = {.arena = &cli->arena}, agreements = {.arena = &cli->arena};
  const char *project = text_of(cli, "project_code=%s", record->project_code), *month = text_of(cli, "month=%s", record->month);
  int code = list_rows(cli, "workforce.ListAgreements", (const char *const[]){project, NULL}, keep, &agreements);
  if (code == CLI_OK) code = list_rows(cli, "workforce.ListAttendance", (const char *const[]){project, month, NULL}, keep, &entries);
  if (code != CLI_OK) return code;
  if (entries.count) qsort(entries.items, entries.count, sizeof(message *), by_worker_and_date);
  if (agreements.count) qsort(agreements.items, agreements.count, sizeof(message *), by_worker);
  for (size_t i = 0, used; i < entries.count; i += used)
    if (!(used = add_worker(record, &agreements, entries.items + i, entries.count - i))) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  return CLI_OK;
}

/* --- in --------------------------------------------------------------------------------------------------------------------------- */

struct recording {
  struct ledger_import *import;
  struct list agreements;
  struct batch entries, corrections;
};

/* A number that a spreadsheet has changed would pay another man: number and name must agree. */
static bool find_worker(struct recording *recording, struct ledger_entry *entry) {
  struct ledger_import *import = recording->import;
  size_t number = ledger_column(import->ledger, "worker_number"), name = ledger_column(import->ledger, "worker_name");
  if (!parse_int64(entry->cells[number], 1, INT64_MAX, &entry->worker_number)) {
    fault_entry(import, entry, number, TEXT(ATTENDANCE_NUMBER));
    return false;
  }
  const Workrelief__AgreementRow *agreement = agreement_of(&recording->agreements, entry->worker_number);
  if (!agreement)
    fault_entry(import, entry, number, TEXT(ATTENDANCE_STRANGER));
  else if (*entry->cells[name] && strcmp(entry->cells[name], agreement->worker_name) != 0)
    fault_entry(import, entry, name, text_of(import->cli, TEXT(LEDGER_DIFFERS), agreement->worker_name));
  return agreement != NULL;
}

/* A tick is a whole day. -1 after a complaint. */
static int64_t hundredths_of(struct ledger_import *import, const struct ledger_entry *entry, size_t column) {
  const char *cell = entry->cells[column];
  int64_t hundredths;
  if (strcmp(cell, "√") == 0 || strcmp(cell, "✓") == 0) return 100;
  if (money_parse_yuan(cell, &hundredths) && hundredths >= 0 && hundredths <= 100) return hundredths;
  fault_entry(import, entry, column, TEXT(ATTENDANCE_DAY));
  return -1;
}

static bool record_day(struct recording *recording, const struct ledger_entry *entry, const char *date, int64_t hundredths) {
  struct batch *batch = &recording->entries;
  if (batch_is_full(batch) && !begin_for_project(recording->import, batch)) return false;
  Workrelief__AttendanceLine *line = (Workrelief__AttendanceLine *)batch_row(batch);
  if (!line) return false;
  line->worker_number = entry->worker_number;
  line->work_date = (char *)(uintptr_t)date;
  line->day_hundredths = (int32_t)hundredths;
  return batch_add(batch, &line->base, entry->place);
}

static bool correct_day(struct recording *recording, const struct ledger_entry *entry, const char *date, int64_t hundredths) {
  if (!begin_for_project(recording->import, &recording->corrections)) return false;
  Workrelief__CorrectAttendanceRequest *request = (Workrelief__CorrectAttendanceRequest *)recording->corrections.request;
  request->worker_number = entry->worker_number;
  request->work_date = (char *)(uintptr_t)date;
  request->corrected_known_case = WORKRELIEF__CORRECT_ATTENDANCE_REQUEST__CORRECTED_KNOWN_CORRECTED_HUNDREDTHS;
  request->corrected_hundredths = (int32_t)hundredths;
  request->correction_reason = (char *)(uintptr_t)recording->import->reason;
  return batch_add(&recording->corrections, NULL, entry->place);
}

/* An empty cell says nothing; 0 strikes out what stands there. */
static bool take_day(struct recording *recording, const struct ledger_entry *entry, size_t column, int64_t *sum) {
  struct ledger_import *import = recording->import;
  int day = column_day(&import->ledger->columns[column]);
  const char *known = entry->known ? entry->known[column] : "";
  if (!*entry->cells[column]) return true;
  if (day > import->record.days) return fault_entry(import, entry, column, TEXT(ATTENDANCE_NO_DAY)), true;
  int64_t hundredths = hundredths_of(import, entry, column);
  if (hundredths < 0) return true;
  *sum += hundredths;
  const char *date = text_of(import->cli, "%s-%02d", import->record.month, day);
  if (strcmp(days_cell(&import->cli->arena, hundredths), *known ? known : "0") == 0) return true;
  if (!*known) return record_day(recording, entry, date, hundredths);
  if (import->reason) return correct_day(recording, entry, date, hundredths);
  fault_entry(import, entry, column, text_of(import->cli, TEXT(ATTENDANCE_DIFFERS), known));
  return true;
}

static bool take_worker(struct recording *recording, struct ledger_entry *entry) {
  struct ledger_import *import = recording->import;
  size_t before = recording->entries.row_count + recording->corrections.row_count, total = ledger_column(import->ledger, "total_hundredths");
  int64_t sum = 0, said;
  if (!find_worker(recording, entry)) return true;
  for (size_t i = 0; i < import->ledger->column_count; i++)
    if (import->ledger->columns[i].kind == GRID && !take_day(recording, entry, i, &sum)) return false;
  if (*entry->cells[total] && (!money_parse_yuan(entry->cells[total], &said) || said != sum))
    fault_entry(import, entry, total, text_of(import->cli, TEXT(LEDGER_TOTAL_DIFFERS), days_cell(&import->cli->arena, sum)));
  import->unchanged += before == recording->entries.row_count + recording->corrections.row_count;
  return true;
}

static int record_all(struct recording *recording) {
  struct ledger_import *import = recording->import;
  int code = CLI_OK;
  if (!ledger_match(import, "worker_number", "")) return CLI_INTERNAL;
  for (size_t i = 0; i < import->count; i++)
    if (!take_worker(recording, &import->entries[i])) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  if (faults_count(import->faults)) return CLI_BAD_DATA;
  (void)ledger_send(import, &recording->corrections, &code); /* first: a day that was too long makes room */
  (void)ledger_send(import, &recording->entries, &code);
  return code;
}

int attendance_take(struct ledger_import *import) {
  struct arena *arena = &import->cli->arena;
  struct recording recording = {.import = import, .agreements = {.arena = arena}};
  const char *const project[] = {text_of(import->cli, "project_code=%s", import->record.project_code), NULL};
  int code = list_rows(import->cli, "workforce.ListAgreements", project, keep, &recording.agreements);
  if (code != CLI_OK) return code;
  if (recording.agreements.count) qsort(recording.agreements.items, recording.agreements.count, sizeof(message *), by_worker);
  if (!batch_open(&recording.entries, arena, "workforce.RecordAttendanceBatch", "lines", 1000) ||
      !batch_open(&recording.corrections, arena, "workforce.CorrectAttendance", NULL, 1))
    return CLI_INTERNAL;
  code = record_all(&recording);
  batch_free(&recording.entries);
  batch_free(&recording.corrections);
  return code;
}
