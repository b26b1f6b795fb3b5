/* ledger_training.c - 技能培训台账: one row a trainee; the training's own facts stand in each. */
#include <stdlib.h>
#include <string.h>

#include "services/cli/ledger_import.h"
#include "workforce.pb-c.h"

/* Names for the numbers of trainees. */
struct person {
  int64_t worker_number;
  const char *worker_name, *id_number_mask;
};
struct people {
  struct cli *cli;
  struct person *list;
  size_t count, capacity;
};

static bool add_person(struct people *people, int64_t worker_number, const char *name, const char *mask) {
  if (people->count == people->capacity) {
    size_t wider = people->capacity ? 2 * people->capacity : 1024;
    struct person *list = arena_array(&people->cli->arena, wider, sizeof(*list));
    if (!list) return false;
    if (people->count) memcpy(list, people->list, people->count * sizeof(*list));
    people->list = list;
    people->capacity = wider;
  }
  people->list[people->count++] = (struct person){worker_number, name, mask};
  return true;
}

static bool take_agreement(void *context, message *row) {
  const Workrelief__AgreementRow *agreement = (const Workrelief__AgreementRow *)row;
  return add_person(context, agreement->worker_number, agreement->worker_name, agreement->id_number_mask);
}

static int by_number(const void *left, const void *right) {
  const struct person *a = left, *b = right;
  return (a->worker_number > b->worker_number) - (a->worker_number < b->worker_number);
}

/* Who has no agreement on the project is asked for by himself. */
static struct person find_person(const struct people *people, int64_t worker_number) {
  struct person wanted = {worker_number, "", ""};
  const struct person *found = people->count ? bsearch(&wanted, people->list, people->count, sizeof(wanted), by_number) : NULL;
  message *answer = NULL;
  if (found) return *found;
  const char *const number[] = {text_of(people->cli, "worker_number=%lld", (long long)worker_number), NULL};
  if (ask_with(people->cli, "workforce.GetWorker", number, &answer) == CLI_OK)
    wanted = (struct person){worker_number, ((Workrelief__Worker *)answer)->worker_name, ((Workrelief__Worker *)answer)->id_number_mask};
  return wanted;
}

/* --- trainings and trainees ------------------------------------------------------------------------------------------------------ */

struct filling {
  struct ledger_record *record;
  const struct people *people;
  const message *training;
  message **trainings;
  size_t count, capacity, trainees;
};

static bool take_training(void *context, message *row) {
  struct filling *filling = context;
  if (filling->count == filling->capacity) {
    size_t wider = filling->capacity ? 2 * filling->capacity : 256;
    message **list = arena_array(&filling->record->cli->arena, wider, sizeof(message *));
    if (!list) return false;
    if (filling->count) memcpy(list, filling->trainings, filling->count * sizeof(message *));
    filling->trainings = list;
    filling->capacity = wider;
  }
  filling->trainings[filling->count++] = row;
  return true;
}

static bool take_trainee(void *context, message *row) {
  struct filling *filling = context;
  const char **cells = ledger_add_row(filling->record);
  if (!cells) return false;
  ledger_show(filling->record, cells, filling->training);
  ledger_show(filling->record, cells, row);
  struct person person = find_person(filling->people, ((const Workrelief__TraineeRow *)row)->worker_number);
  ledger_set(filling->record, cells, "worker_name", person.worker_name);
  ledger_set(filling->record, cells, "id_number_mask", person.id_number_mask);
  filling->trainees++;
  return true;
}

/* A training of cadres has no registered trainees: a row of its own. */
static bool add_bare(struct filling *filling) {
  const char **cells = ledger_add_row(filling->record);
  if (cells) ledger_show(filling->record, cells, filling->training);
  return cells != NULL;
}

static int fill(struct filling *filling, const char *project) {
  struct cli *cli = filling->record->cli;
  for (size_t i = 0; i < filling->count; i++) {
    filling->training = filling->trainings[i];
    filling->trainees = 0;
    const char *code_is = text_of(cli, "training_code=%s", ((const Workrelief__Training *)filling->training)->training_code);
    int code = list_rows(cli, "workforce.ListTrainees", (const char *const[]){project, code_is, NULL}, take_trainee, filling);
    if (code != CLI_OK) return code;
    if (!filling->trainees && !add_bare(filling)) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  }
  return CLI_OK;
}

int training_fetch(struct ledger_record *record) {
  struct people people = {.cli = record->cli};
  struct filling filling = {.record = record, .people = &people};
  const char *project = text_of(record->cli, "project_code=%s", record->project_code);
  int code = list_rows(record->cli, "workforce.ListAgreements", (const char *const[]){project, NULL}, take_agreement, &people);
  if (people.count) qsort(people.list, people.count, sizeof(*people.list), by_number);
  if (code == CLI_OK) code = list_rows(record->cli, "workforce.ListTrainings", (const char *const[]){project, NULL}, take_training, &filling);
  return code == CLI_OK ? fill(&filling, project) : code;
}

/* --- in --------------------------------------------------------------------------------------------------------------------------- */

static bool is_held(const struct ledger_import *import, const char *training_code) {
  size_t column = ledger_column(import->ledger, "training_code");
  for (size_t i = 0; i < import->record.count; i++)
    if (strcmp(import->record.rows[i][column], training_code) == 0) return true;
  return false;
}

/* The training's facts stand in every row of it, or in the first alone. */
static void check_repeats(struct ledger_import *import, const struct ledger_entry *first, const struct ledger_entry *entry) {
  for (size_t i = 0; i < import->ledger->column_count; i++)
    if (import->ledger->columns[i].into == TRAINING && *entry->cells[i] && strcmp(entry->cells[i], first->cells[i]) != 0)
      fault_entry(import, entry, i, text_of(import->cli, TEXT(TRAINING_DIFFERS), first->cells[i]));
}

static bool add_trainee(struct ledger_import *import, struct batch *batch, struct ledger_entry *entry) {
  message *trainee = batch_row(batch);
  if (!trainee) return false;
  if (!*entry->cells[ledger_column(import->ledger, "worker_number")]) return true; /* of cadres */
  put_entry(import, entry, TRAINEE, trainee);
  check_entry(import, entry, trainee, batch->row_required);
  return batch_add(batch, trainee, entry->place);
}

/* entries[0 .. count - 1] are one training. */
static bool hold(struct ledger_import *import, struct batch *batch, struct ledger_entry *entries, size_t count) {
  if (!begin_for_project(import, batch)) return false;
  put_entry(import, entries, TRAINING, batch->request);
  check_entry(import, entries, batch->request, batch->required);
  for (size_t i = 0; i < count; i++) {
    if (i) check_repeats(import, entries, &entries[i]);
    if (!add_trainee(import, batch, &entries[i])) return false;
  }
  return true;
}

static void compare(struct ledger_import *import, const struct ledger_entry *entries, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (entries[i].known)
      import->unchanged += ledger_same(import, &entries[i]);
    else
      fault_entry(import, &entries[i], ledger_column(import->ledger, "worker_number"), TEXT(TRAINING_HELD));
  }
}

static int take_all(struct ledger_import *import, struct batch *batch) {
  size_t column = ledger_column(import->ledger, "training_code");
  int code = CLI_OK;
  if (!ledger_match(import, "training_code", "worker_number")) return CLI_INTERNAL;
  for (size_t i = 0, next; i < import->count; i = next) {
    const char *training_code = import->entries[i].cells[column];
    for (next = i + 1; next < import->count; next++)
      if (*import->entries[next].cells[column] && strcmp(import->entries[next].cells[column], training_code) != 0) break;
    if (is_held(import, training_code))
      compare(import, &import->entries[i], next - i);
    else if (!hold(import, batch, &import->entries[i], next - i))
      return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  }
  if (faults_count(import->faults)) return CLI_BAD_DATA;
  (void)ledger_send(import, batch, &code);
  return code;
}

int training_take(struct ledger_import *import) {
  struct batch batch;
  if (!batch_open(&batch, &import->cli->arena, "workforce.HoldTraining", "trainees", 0)) return CLI_INTERNAL;
  int code = take_all(import, &batch);
  batch_free(&batch);
  return code;
}
