/* ledger_roster.c - 务工人员花名册: the agreements of a project with the facts of their workers. */
#include <string.h>

#include "common/base/text.h"
#include "registry.pb-c.h"
#include "services/cli/export.h"
#include "services/cli/ledger_import.h"
#include "workforce.pb-c.h"

static bool take(void *context, message *row) {
  struct ledger_record *record = context;
  const char **cells = ledger_add_row(record);
  if (cells) ledger_show(record, cells, row);
  return cells != NULL;
}

/* Units by name, as far as the caller may read them. */
static const char *name_of_unit(struct cli *cli, const char *unit_id) {
  message *answer = NULL;
  if (ask_with(cli, "registry.ListUnits", (const char *const[]){text_of(cli, "unit_id=%s", unit_id), NULL}, &answer) != CLI_OK) return unit_id;
  const Workrelief__ListUnitsReply *units = (const Workrelief__ListUnitsReply *)answer;
  return units->n_rows == 1 ? units->rows[0]->unit_name : unit_id;
}

static void name_employers(struct ledger_record *record) {
  const char *last = NULL, *name = NULL;
  size_t column = ledger_column(record->ledger, "employer_unit_id");
  for (size_t i = 0; i < record->count; i++) {
    const char **cell = &record->rows[i][column];
    if (!last || strcmp(last, *cell) != 0) {
      last = *cell;
      name = name_of_unit(record->cli, last);
    }
    *cell = name;
  }
}

static int reveal(struct ledger_record *record) {
  int code;
  size_t number_column = ledger_column(record->ledger, "worker_number");
  struct revealing *revealing = revealing_open(record->cli, record->reveal_reason, &code);
  for (size_t i = 0; revealing && i < record->count; i++) {
    int64_t number = 0;
    if (!parse_int64(record->rows[i][number_column], 0, INT64_MAX, &number)) continue;
    const Workrelief__RevealedWorker *worker = (const Workrelief__RevealedWorker *)reveal_worker(revealing, number, &code);
    if (!worker) break;
    ledger_set(record, record->rows[i], "id_number", worker->id_number);
    ledger_set(record, record->rows[i], "account_no", worker->account_no);
  }
  revealing_close(&revealing);
  return code;
}

int roster_fetch(struct ledger_record *record) {
  const char *const assignments[] = {text_of(record->cli, "project_code=%s", record->project_code), NULL};
  int code = list_rows(record->cli, "workforce.ListAgreements", assignments, take, record);
  if (code == CLI_OK) name_employers(record);
  return code == CLI_OK && record->reveal_reason ? reveal(record) : code;
}

/* --- in --------------------------------------------------------------------------------------------------------------------------- */

/* Steps of a roster's import: people, their groups, their agreements; each needs the worker numbers that the first one answers. */
struct hiring {
  struct ledger_import *import;
  struct batch workers, groups, agreements;
  struct ledger_entry **hired; /* new entries, in the file's order */
  message **lines;             /* their agreements, all but the worker's number */
  size_t count;
  struct ledger_entry **added; /* those of them who go through AddWorkers */
  size_t added_count;
};

static void take_numbers(void *context, const struct batch *batch, const struct chunk *chunk, const message *reply) {
  struct hiring *hiring = context;
  const Workrelief__AddWorkersReply *added = (const Workrelief__AddWorkersReply *)reply;
  (void)batch;
  for (size_t i = 0; i < added->n_rows && i < chunk->count; i++) hiring->added[chunk->first + i]->worker_number = added->rows[i]->worker_number;
}

static bool says(const struct ledger_import *import, const struct ledger_entry *entry, const char *field) {
  const char *cell = entry->cells[ledger_column(import->ledger, field)];
  return *cell && !strchr(cell, '*');
}

static bool plan_worker(struct hiring *hiring, struct ledger_entry *entry) {
  struct ledger_import *import = hiring->import;
  size_t column = ledger_column(import->ledger, "worker_number");
  if (!says(import, entry, "id_number")) {
    if (!parse_int64(entry->cells[column], 1, INT64_MAX, &entry->worker_number))
      fault_entry(import, entry, ledger_column(import->ledger, "id_number"), TEXT(ROSTER_WHO));
    return true;
  }
  if (batch_is_full(&hiring->workers) && !batch_begin(&hiring->workers)) return false;
  message *line = batch_row(&hiring->workers);
  if (!line) return false;
  put_entry(import, entry, WORKER, line);
  check_entry(import, entry, line, hiring->workers.row_required);
  hiring->added[hiring->added_count++] = entry;
  return batch_add(&hiring->workers, line, entry->place);
}

/* The line is checked with a number that any worker could have: his own comes later. */
static bool plan_agreement(struct hiring *hiring, struct ledger_entry *entry) {
  Workrelief__AgreementLine *line = (Workrelief__AgreementLine *)batch_row(&hiring->agreements);
  if (!line) return false;
  put_entry(hiring->import, entry, AGREEMENT, &line->base);
  line->worker_number = 1;
  check_entry(hiring->import, entry, &line->base, hiring->agreements.row_required);
  if (says(hiring->import, entry, "priority_groups") && !says(hiring->import, entry, "group_source"))
    fault_entry(hiring->import, entry, ledger_column(hiring->import->ledger, "group_source"), TEXT(ROSTER_GROUP_SOURCE));
  hiring->hired[hiring->count] = entry;
  hiring->lines[hiring->count++] = &line->base;
  return true;
}

static bool plan(struct hiring *hiring) {
  struct ledger_import *import = hiring->import;
  if (!ledger_match(import, "agreement_code", "")) return false;
  for (size_t i = 0; i < import->count; i++) {
    struct ledger_entry *entry = &import->entries[i];
    if (entry->known)
      import->unchanged += ledger_same(import, entry);
    else if (!plan_worker(hiring, entry) || !plan_agreement(hiring, entry))
      return complain(OUT_OF_MEMORY), false;
  }
  return true;
}

static bool add_groups(struct hiring *hiring, struct ledger_entry *entry, const message *line) {
  struct ledger_import *import = hiring->import;
  struct arena *arena = &import->cli->arena;
  message *row = pb_new(arena, &workrelief__agreement_row__descriptor);
  const message_field *groups = row ? pb_field(row->descriptor, "priority_groups") : NULL;
  if (!row) return false;
  put_entry(import, entry, GROUP, row);
  for (size_t i = 0; i < pb_count(row, groups); i++) {
    if (batch_is_full(&hiring->groups) && !batch_begin(&hiring->groups)) return false;
    Workrelief__PriorityGroupLine *group = (Workrelief__PriorityGroupLine *)batch_row(&hiring->groups);
    if (!group) return false;
    put_entry(import, entry, GROUP, &group->base);
    group->worker_number = entry->worker_number;
    group->priority_group = (Workrelief__PriorityGroup__Value)pb_get_int(row, groups, i);
    group->valid_from_date = ((Workrelief__AgreementLine *)(uintptr_t)line)->start_date; /* a roster says who he is when he begins */
    if (!batch_add(&hiring->groups, &group->base, entry->place)) return false;
  }
  return true;
}

static bool add_agreements(struct hiring *hiring) {
  for (size_t i = 0; i < hiring->count; i++) {
    struct ledger_entry *entry = hiring->hired[i];
    if (!entry->worker_number) continue;                                               /* his chunk was refused */
    if (hiring->import->dry_run && says(hiring->import, entry, "id_number")) continue; /* nobody has been kept whom it could name */
    ((Workrelief__AgreementLine *)hiring->lines[i])->worker_number = entry->worker_number;
    if (!add_groups(hiring, entry, hiring->lines[i])) return false;
    if (batch_is_full(&hiring->agreements) && !begin_for_project(hiring->import, &hiring->agreements)) return false;
    if (!batch_add(&hiring->agreements, hiring->lines[i], entry->place)) return false;
  }
  return true;
}

static int hire(struct hiring *hiring) {
  struct ledger_import *import = hiring->import;
  int code = CLI_OK;
  if (!plan(hiring)) return CLI_INTERNAL;
  if (faults_count(import->faults)) return CLI_BAD_DATA;
  hiring->workers.answered = take_numbers;
  hiring->workers.context = hiring;
  (void)ledger_send(import, &hiring->workers, &code); /* those who were taken go on */
  if (!add_agreements(hiring)) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  (void)ledger_send(import, &hiring->groups, &code);
  (void)ledger_send(import, &hiring->agreements, &code);
  return code;
}

int roster_take(struct ledger_import *import) {
  struct arena *arena = &import->cli->arena;
  struct hiring hiring = {.import = import};
  hiring.hired = arena_array(arena, import->count + 1, sizeof(*hiring.hired));
  hiring.lines = arena_array(arena, import->count + 1, sizeof(*hiring.lines));
  hiring.added = arena_array(arena, import->count + 1, sizeof(*hiring.added));
  if (!hiring.hired || !hiring.lines || !hiring.added) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  if (!batch_open(&hiring.workers, arena, "workforce.AddWorkers", "lines", 500) ||
      !batch_open(&hiring.groups, arena, "workforce.SetPriorityGroup", "lines", 500) ||
      !batch_open(&hiring.agreements, arena, "workforce.AddAgreements", "lines", 500))
    return CLI_INTERNAL;
  int code = hire(&hiring);
  batch_free(&hiring.workers);
  batch_free(&hiring.groups);
  batch_free(&hiring.agreements);
  return code;
}
