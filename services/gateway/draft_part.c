/* draft_part.c - see draft_part.h. The marks are asked for before anything is read under them: what changes meanwhile takes its mark away, and the next
 * draft reads it again. */
#include "services/gateway/draft_part.h"

#include <string.h>

#include "common/base/log.h"
#include "common/bus/client.h"
#include "common/crypto/hash.h"
#include "common/daemon/crash.h"
#include "services/gateway/rows.h"
#include "workforce.pb-c.h"

#define PAGE_ROWS 1000
#define PAGES_MOST 10000
#define BLOCK_PEOPLE 1000
#define PAGE_ARENA ((size_t)16 << 20)
#define BLOCK_ARENA ((size_t)1 << 20)
#define KEY_SIZE 16
#define TOKEN_MOST 256

/* --- what is kept ---------------------------------------------------------------------------------------------------------------- */

struct marks {
  Workrelief__LedgerMark **rows;
  size_t count, last; /* found last: both lists are sorted by project */
};

static bool list_marks(struct call *call, struct runtime *runtime, const Workrelief__DraftReportRequest *request, const char *method,
                       struct marks *marks) {
  Workrelief__ListLedgerMarksRequest ask = WORKRELIEF__LIST_LEDGER_MARKS_REQUEST__INIT;
  ask.unit_id = request->unit_id;
  ask.quarter = request->quarter;
  marks->rows = (Workrelief__LedgerMark **)(void *)rows_fetch(call, runtime, method, &ask.base, &marks->count);
  if (!marks->rows) marks->count = 0;
  bool has_all = marks->rows != NULL;
  for (size_t i = 0; i < marks->count; i++) has_all = has_all && marks->rows[i]->ledger_mark.len;
  return has_all;
}

/* A service that gives none is asked for everything, this time and next. */
static struct marks marks_of(struct call *call, struct runtime *runtime, const Workrelief__DraftReportRequest *request, const char *list_method,
                             const char *mark_method) {
  Workrelief__MarkLedgersRequest ask = WORKRELIEF__MARK_LEDGERS_REQUEST__INIT;
  struct marks marks = {0};
  struct client_reply reply;
  message *answer;
  if (list_marks(call, runtime, request, list_method, &marks) || !marks.rows) return marks;
  ask.unit_id = request->unit_id;
  ask.quarter = request->quarter;
  runtime_ask(runtime, call_arena(call), mark_method, NULL, &ask.base, &workrelief__mark_ledgers_reply__descriptor, &reply, &answer);
  if (answer && !list_marks(call, runtime, request, list_method, &marks))
    log_info("some ledgers have changed while they were marked method=%s", mark_method);
  return marks;
}

static ProtobufCBinaryData mark_of(struct marks *marks, const char *project_code) {
  for (size_t step = 0; step < marks->count; step++) {
    size_t i = (marks->last + step) % marks->count;
    if (strcmp(marks->rows[i]->project_code, project_code) != 0) continue;
    marks->last = i;
    return marks->rows[i]->ledger_mark;
  }
  return (ProtobufCBinaryData){0, NULL};
}

static bool is_same_mark(ProtobufCBinaryData one, ProtobufCBinaryData other) {
  return one.len && one.len == other.len && memcmp(one.data, other.data, one.len) == 0;
}

struct kept {
  Workrelief__DraftPart **rows;
  size_t count, last;
};

static const Workrelief__DraftPart *kept_of(struct kept *kept, const char *project_code) {
  for (size_t step = 0; step < kept->count; step++) {
    size_t i = (kept->last + step) % kept->count;
    if (strcmp(kept->rows[i]->project_code, project_code) != 0) continue;
    kept->last = i;
    return kept->rows[i];
  }
  return NULL;
}

static void take_over(Workrelief__DraftPart *part, const Workrelief__DraftPart *kept) {
  if (!kept || !is_same_mark(part->workforce_mark, kept->workforce_mark)) return;
  part->people_key = kept->people_key;
  part->people_count = kept->people_count;
  if (!is_same_mark(part->payroll_mark, kept->payroll_mark)) return;
  part->ledger_key = kept->ledger_key;
  part->ledger_root = kept->ledger_root;
  part->ledger_row_count = kept->ledger_row_count;
  part->ledger_day_hundredths = kept->ledger_day_hundredths;
  part->ledger_due_fen = kept->ledger_due_fen;
  part->ledger_paid_fen = kept->ledger_paid_fen;
}

static void no_room(struct call *call) {
  call_unavailable(call, "FIGURES_TOO_LARGE", "本单位本季数据超过一次汇集的上限；请联系运维。",
                   "The unit's quarter is larger than one gathering may hold; tell the operator.");
}

static bool give_key(struct call *call, Workrelief__DraftReportRequest *request) {
  uint8_t *key = arena_alloc(call_arena(call), KEY_SIZE);
  if (!key) return false;
  uuid7(key, call_now_us(call));
  request->gathered_ledger_key = (ProtobufCBinaryData){KEY_SIZE, key};
  return true;
}

void plan_parts(struct call *call, struct runtime *runtime, Workrelief__DraftReportRequest *request) {
  if (call_is_refused(call) || !request->n_gathered_lines) return;
  if (!give_key(call, request)) return no_room(call);
  if (call_is_dry_run(call)) return;
  Workrelief__ListDraftPartsRequest ask = WORKRELIEF__LIST_DRAFT_PARTS_REQUEST__INIT;
  ask.unit_id = request->unit_id;
  ask.quarter = request->quarter;
  struct marks workforce = marks_of(call, runtime, request, "workforce.ListLedgerMarks", "workforce.MarkLedgers");
  struct marks payroll = marks_of(call, runtime, request, "payroll.ListLedgerMarks", "payroll.MarkLedgers");
  struct kept kept = {0};
  kept.rows = (Workrelief__DraftPart **)(void *)rows_fetch(call, runtime, "gateway.ListDraftParts", &ask.base, &kept.count);
  if (!kept.rows) kept.count = 0;
  request->gathered_parts = arena_array(call_arena(call), request->n_gathered_lines, sizeof *request->gathered_parts);
  Workrelief__DraftPart *parts = arena_array(call_arena(call), request->n_gathered_lines, sizeof *parts);
  if (!request->gathered_parts || !parts) return no_room(call);
  for (size_t i = 0; i < request->n_gathered_lines; i++) {
    workrelief__draft_part__init(&parts[i]);
    parts[i].line_number = request->gathered_lines[i]->line_number;
    parts[i].project_code = request->gathered_lines[i]->project_code;
    parts[i].workforce_mark = mark_of(&workforce, parts[i].project_code);
    parts[i].payroll_mark = mark_of(&payroll, parts[i].project_code);
    take_over(&parts[i], kept_of(&kept, parts[i].project_code));
    request->gathered_parts[request->n_gathered_parts++] = &parts[i];
  }
}

/* --- people ---------------------------------------------------------------------------------------------------------------------- */

struct people {
  struct call *call;
  struct runtime *runtime;
  Workrelief__DraftReportRequest *request;
  const Workrelief__ReportLine *line;
  Workrelief__ReportPerson *rows[BLOCK_PEOPLE];
  size_t row_count, room; /* room: of the request's list, in a trial run */
  int32_t block_number, people_count;
  bool is_trial;
  struct arena page, block;
};
typedef void person_function(struct people *people, const message *row);

static void no_answer(struct people *people, const char *method) {
  log_warn("people not gathered method=%s", method);
  call_unavailable(people->call, "FIGURES_UNAVAILABLE", "汇集人员时有服务没有答复；请稍后重试，仍不行请联系运维。",
                   "A service gave no answer while the people were gathered; try again, then tell the operator.");
}

static void end_block(struct people *people) {
  Workrelief__StorePeopleBlockRequest request = WORKRELIEF__STORE_PEOPLE_BLOCK_REQUEST__INIT;
  struct client_reply reply;
  message *answer = NULL;
  if (!people->row_count || call_is_refused(people->call)) return;
  request.people_key = people->request->gathered_ledger_key;
  request.unit_id = people->request->unit_id;
  request.quarter = people->request->quarter;
  request.project_code = people->line->project_code;
  request.block_number = ++people->block_number;
  request.people = people->rows;
  request.n_people = people->row_count;
  runtime_ask(people->runtime, &people->page, "gateway.StorePeopleBlock", NULL, &request.base, &workrelief__nothing__descriptor, &reply, &answer);
  if (!answer) no_answer(people, "gateway.StorePeopleBlock");
  people->people_count += (int32_t)people->row_count;
  people->row_count = 0;
  arena_reset(&people->block);
  crash_point("people_after_block");
}

/* In a trial run the list doubles. */
static bool bring(struct people *people, Workrelief__ReportPerson *person) {
  Workrelief__DraftReportRequest *request = people->request;
  if (request->n_gathered_persons == people->room) {
    size_t room = people->room ? people->room * 2 : 64;
    Workrelief__ReportPerson **bigger = arena_array(call_arena(people->call), room, sizeof *bigger);
    if (!bigger) return false;
    if (people->room) memcpy(bigger, request->gathered_persons, people->room * sizeof *bigger);
    request->gathered_persons = bigger;
    people->room = room;
  }
  person->line_number = people->line->line_number;
  request->gathered_persons[request->n_gathered_persons++] = person;
  return true;
}

static Workrelief__ReportPerson *add_person(struct people *people, ProtobufCBinaryData token) {
  if (people->row_count == BLOCK_PEOPLE) end_block(people);
  struct arena *arena = people->is_trial ? call_arena(people->call) : &people->block;
  Workrelief__ReportPerson *person = arena_alloc(arena, sizeof *person);
  uint8_t *copy = arena_memdup(arena, token.data, token.len);
  if (person) workrelief__report_person__init(person);
  if (!person || !copy || (people->is_trial && !bring(people, person))) return no_room(people->call), NULL;
  person->worker_token = (ProtobufCBinaryData){token.len, copy};
  if (!people->is_trial) people->rows[people->row_count++] = person;
  return person;
}

static void take_worker(struct people *people, const message *row) {
  const Workrelief__QuarterPerson *worker = (const Workrelief__QuarterPerson *)row;
  Workrelief__ReportPerson *person = add_person(people, worker->worker_token);
  if (!person) return;
  person->sex = worker->sex;
  person->is_local = worker->is_local;
  for (size_t i = 0; i < worker->n_priority_groups; i++)
    if (worker->priority_groups[i] > 0 && worker->priority_groups[i] < 31) person->priority_mask |= (int32_t)1 << worker->priority_groups[i];
  person->first_whole_mask = worker->first_whole_mask;
  person->second_whole_mask = worker->second_whole_mask;
  person->third_whole_mask = worker->third_whole_mask;
  person->first_part_mask = worker->first_part_mask;
  person->second_part_mask = worker->second_part_mask;
  person->third_part_mask = worker->third_part_mask;
}

static void take_trainee(struct people *people, const message *row) {
  const Workrelief__QuarterTrainee *trainee = (const Workrelief__QuarterTrainee *)row;
  Workrelief__ReportPerson *person = add_person(people, trainee->worker_token);
  if (!person) return;
  person->is_trainee = true;
  person->safety_trained = trainee->safety_trained;
  person->skill_trained = trainee->skill_trained;
}

static void walk_people(struct people *people, const char *method, const message_type *reply_type, person_function *take) {
  Workrelief__QuarterPersonsRequest request = WORKRELIEF__QUARTER_PERSONS_REQUEST__INIT;
  const message_field *rows = pb_field(reply_type, "rows"), *next = pb_field(reply_type, "next_page_token");
  char token[TOKEN_MOST] = "";
  request.unit_id = people->request->unit_id;
  request.quarter = people->request->quarter;
  request.project_code = people->line->project_code;
  request.page_size = PAGE_ROWS;
  request.page_token = token;
  for (int page = 0; page < PAGES_MOST && !call_is_refused(people->call); page++) {
    struct client_reply reply;
    message *answer;
    runtime_ask(people->runtime, &people->page, method, NULL, &request.base, reply_type, &reply, &answer);
    if (!answer || strlen(pb_get_text(answer, next, 0)) >= sizeof token) return no_answer(people, method);
    for (size_t i = 0; !call_is_refused(people->call) && i < pb_count(answer, rows); i++) take(people, pb_get_message(answer, rows, i));
    memcpy(token, pb_get_text(answer, next, 0), strlen(pb_get_text(answer, next, 0)) + 1);
    arena_reset(&people->page);
    if (!*token) return;
  }
}

static void gather_line(struct people *people, const Workrelief__ReportLine *line, Workrelief__DraftPart *part) {
  people->line = line;
  people->block_number = people->people_count = 0;
  walk_people(people, "workforce.ListQuarterPersons", &workrelief__quarter_persons_reply__descriptor, take_worker);
  walk_people(people, "workforce.ListQuarterTrainees", &workrelief__quarter_trainees_reply__descriptor, take_trainee);
  end_block(people);
  if (!part) return;
  part->people_key = people->request->gathered_ledger_key;
  part->people_count = people->people_count;
}

void gather_people(struct call *call, struct runtime *runtime, Workrelief__DraftReportRequest *request) {
  if (call_is_refused(call) || !request->n_gathered_lines) return;
  struct people *people = arena_alloc(call_arena(call), sizeof *people);
  if (!people) return no_room(call);
  *people = (struct people){.call = call, .runtime = runtime, .request = request, .is_trial = call_is_dry_run(call)};
  arena_init(&people->page, PAGE_ARENA);
  arena_init(&people->block, BLOCK_ARENA);
  for (size_t i = 0; i < request->n_gathered_lines && !call_is_refused(call); i++) {
    Workrelief__DraftPart *part = i < request->n_gathered_parts ? request->gathered_parts[i] : NULL;
    if (!part || !part->people_key.len) gather_line(people, request->gathered_lines[i], part);
  }
  arena_reset(&people->page);
  arena_reset(&people->block);
}
