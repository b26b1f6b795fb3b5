/* report.c - a stored report on its way: what its checker sees and settles, and the signed parts that go to a parent. */
#include <string.h>

#include "common/base/log.h"
#include "common/base/status.h"
#include "common/bus/client.h"
#include "services/gateway/content.h"
#include "services/gateway/handlers.h"
#include "services/gateway/ledger_proof.h"
#include "services/gateway/rules.h"

#define PAGE_ROWS 1000

static void no_answer(struct call *call) {
  call_unavailable(call, "REPORT_NOT_READ", "读取季报失败；请稍后重试。", "The report could not be read; try again.");
}

/* The report as it is stored; NULL when there is none (the statement then says so) or the call has been refused. */
static Workrelief__Report *fetch_report(struct call *call, struct runtime *runtime, char *report_code) {
  Workrelief__GetReportRequest request = WORKRELIEF__GET_REPORT_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.report_code = report_code;
  runtime_ask(runtime, call_arena(call), "gateway.GetReport", NULL, &request.base, &workrelief__report__descriptor, &reply, &answer);
  if (!answer && reply.status != STATUS_NOT_FOUND) no_answer(call);
  return (Workrelief__Report *)answer;
}

static bool put_digest(struct call *call, Workrelief__Report *report, ProtobufCBinaryData *digest) {
  uint8_t *bytes = arena_alloc(call_arena(call), SM3_SIZE);
  if (!bytes || !lines_digest(call_arena(call), report->lines, report->n_lines, bytes)) return no_answer(call), false;
  *digest = (ProtobufCBinaryData){SM3_SIZE, bytes};
  return true;
}

/* The lines with the comments on them: so they are hashed, and so they will stand. */
void gather_checked(struct call *call, struct runtime *runtime) {
  Workrelief__CheckReportRequest *request = (Workrelief__CheckReportRequest *)call_request(call);
  Workrelief__Report *report = fetch_report(call, runtime, request->report_code);
  if (!report) return;
  for (size_t i = 0; i < request->n_comments; i++) {
    Workrelief__ReportLine *line = lines_find(report->lines, report->n_lines, request->comments[i]->project_code);
    if (line) line->line_note = request->comments[i]->comment_note;
  }
  request->gathered_lines = report->lines;
  request->n_gathered_lines = report->n_lines;
  request->gathered_past = past_figures(call, runtime, report->unit_id, report->quarter);
  if (!request->gathered_past) return no_answer(call);
  if (put_digest(call, report, &request->gathered_digest) &&
      !lines_exceptions(call_arena(call), report->lines, report->n_lines, request->gathered_past, &request->gathered_exceptions,
                        &request->n_gathered_exceptions))
    no_answer(call);
}

static void refuse_line(struct call *call, const char *rule, const Workrelief__ReportLine *line, const char *field,
                        const Workrelief__PastLine *past) {
  if (field)
    call_refuse(call, rule, arena_printf(call_arena(call), "lines[%d].%s", line->line_number - 1, field),
                arena_printf(call_arena(call), "%s %s", line->project_code, past->quarter));
}

static void check_past(struct call *call, const Workrelief__CheckReportRequest *request) {
  const Workrelief__PastFigures *past = request->gathered_past;
  for (size_t i = 0; past && i < past->n_lines; i++) {
    const Workrelief__ReportLine *line = lines_find(request->gathered_lines, request->n_gathered_lines, past->lines[i]->project_code);
    if (!line) continue;
    refuse_line(call, "CUMULATIVE_FELL", line, line_fallen(line, past->lines[i]), past->lines[i]);
    refuse_line(call, "CUMULATIVE_MISMATCH", line, line_mismatch(line, past->lines[i]), past->lines[i]);
  }
}

/* A project's comment is on its line; one without a project is on the unit. */
static bool is_commented(const Workrelief__CheckReportRequest *request, const Workrelief__ReportException *exception) {
  const Workrelief__ReportLine *line = lines_find(request->gathered_lines, request->n_gathered_lines, exception->project_code);
  for (size_t i = 0; !*exception->project_code && i < request->n_comments; i++)
    if (!*request->comments[i]->project_code && *request->comments[i]->comment_note) return true;
  return line && *line->line_note;
}

void check_report(struct call *call) {
  const Workrelief__CheckReportRequest *request = (const Workrelief__CheckReportRequest *)call_request(call);
  lines_check(call, request->gathered_lines, request->n_gathered_lines);
  check_past(call, request);
  for (size_t i = 0; i < request->n_comments && request->n_gathered_lines; i++)
    if (*request->comments[i]->project_code && !lines_find(request->gathered_lines, request->n_gathered_lines, request->comments[i]->project_code))
      call_refuse(call, "COMMENT_PROJECT", arena_printf(call_arena(call), "comments[%zu].project_code", i), request->comments[i]->project_code);
  for (size_t i = 0; i < request->n_gathered_exceptions; i++) {
    const Workrelief__ReportException *exception = request->gathered_exceptions[i];
    if (exception->severity != WORKRELIEF__SEVERITY__VALUE__INFO && !is_commented(request, exception))
      call_refuse(call, "COMMENT_MISSING", "comments", arena_printf(call_arena(call), "%s %s", exception->project_code, exception->exception_rule));
  }
}

/* --- for the parent ------------------------------------------------------------------------------------------------------------- */

struct sending {
  struct call *call;
  struct runtime *runtime;
  const struct sign_key *key;
  const Workrelief__Report *report;
  Workrelief__ReportPerson **persons;
  size_t person_count, person_room;
  ProtobufCBinaryData ledger_root;
};

static bool make_room(struct sending *sending, size_t more) {
  if (sending->person_count + more <= sending->person_room) return true;
  size_t room = 2 * sending->person_room + more;
  Workrelief__ReportPerson **bigger = arena_array(call_arena(sending->call), room, sizeof *bigger);
  if (!bigger) return false;
  if (sending->person_count) memcpy(bigger, sending->persons, sending->person_count * sizeof *bigger);
  sending->persons = bigger;
  sending->person_room = room;
  return true;
}

/* Appends the page behind the token; the next token, "" = the last, NULL = refused. */
static const char *fetch_persons(struct sending *sending, const char *page_token) {
  Workrelief__ListReportPersonsRequest request = WORKRELIEF__LIST_REPORT_PERSONS_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.report_code = sending->report->report_code;
  request.page_size = PAGE_ROWS;
  request.page_token = (char *)(uintptr_t)page_token;
  runtime_ask(sending->runtime, call_arena(sending->call), "gateway.ListReportPersons", NULL, &request.base,
              &workrelief__report_person_page__descriptor, &reply, &answer);
  const Workrelief__ReportPersonPage *page = (const Workrelief__ReportPersonPage *)answer;
  if (!page || !make_room(sending, page->n_rows)) return no_answer(sending->call), NULL;
  for (size_t i = 0; i < page->n_rows; i++) sending->persons[sending->person_count++] = page->rows[i];
  return page->next_page_token;
}

static bool fetch_all_persons(struct sending *sending) {
  const char *token = "";
  do token = fetch_persons(sending, token);
  while (token && *token);
  return token != NULL;
}

static void fill_head(const struct sending *sending, Workrelief__ReportContent *content, size_t part, size_t parts) {
  const Workrelief__Report *report = sending->report;
  content->content_version = CONTENT_VERSION;
  content->sender_unit_id = (char *)(uintptr_t)runtime_setting(sending->runtime, "unit_id");
  content->receiver_unit_id = (char *)(uintptr_t)runtime_setting(sending->runtime, "parent.unit_id");
  content->method = (char *)(uintptr_t) "gateway.Deliver";
  content->report_code = report->report_code;
  content->unit_id = report->unit_id;
  content->quarter = report->quarter;
  content->revision = report->revision;
  content->is_zero = report->is_zero;
  content->zero_reason = report->zero_reason;
  content->restate_reason = report->restate_reason;
  content->unit_note = report->unit_note;
  content->line_digest = report->line_digest;
  content->ledger_root = sending->ledger_root;
  content->part_number = (int32_t)part + 1;
  content->part_count = (int32_t)parts;
  content->line_count = report->line_count;
  content->person_count = report->person_count;
}

static Workrelief__OutgoingPart *sign_part(const struct sending *sending, size_t part, size_t parts) {
  struct arena *arena = call_arena(sending->call);
  Workrelief__ReportContent content = WORKRELIEF__REPORT_CONTENT__INIT;
  fill_head(sending, &content, part, parts);
  if (part == 0) {
    content.lines = sending->report->lines;
    content.n_lines = sending->report->n_lines;
  }
  size_t first = part * PERSONS_A_PART, left = sending->person_count - first;
  content.persons = sending->persons + first;
  content.n_persons = left < PERSONS_A_PART ? left : PERSONS_A_PART;
  const Workrelief__Signed *content_signed = content_sign(arena, sending->key, &content.base);
  Workrelief__OutgoingPart *out = arena_alloc(arena, sizeof *out);
  uint8_t *digest = arena_alloc(arena, SM3_SIZE);
  if (!content_signed || !out || !digest) return NULL;
  workrelief__outgoing_part__init(out);
  sm3_of(content_signed->content.data, content_signed->content.len, digest);
  out->part_number = content.part_number;
  out->content = content_signed->content;
  out->signature = content_signed->signature;
  out->key_id = content_signed->key_id;
  out->digest = (ProtobufCBinaryData){SM3_SIZE, digest};
  return out;
}

static void sign_parts(struct sending *sending, Workrelief__SubmitReportRequest *request) {
  size_t parts = sending->person_count ? (sending->person_count + PERSONS_A_PART - 1) / PERSONS_A_PART : 1;
  request->gathered_parts = arena_array(call_arena(sending->call), parts, sizeof *request->gathered_parts);
  for (size_t i = 0; request->gathered_parts && i < parts; i++) {
    if (!(request->gathered_parts[i] = sign_part(sending, i, parts))) return no_answer(sending->call);
    request->n_gathered_parts = i + 1;
  }
}

static void refuse_unsigned(struct call *call) {
  call_unavailable(call, "SIGN_KEY_MISSING", "本节点没有可用的签名密钥（keys/sign.key）：请先生成。",
                   "This node has no usable signing key (keys/sign.key): make one first.");
}

void gather_parts(struct call *call, struct runtime *runtime) {
  Workrelief__SubmitReportRequest *request = (Workrelief__SubmitReportRequest *)call_request(call);
  Workrelief__Report *report = fetch_report(call, runtime, request->report_code);
  if (!report || !put_digest(call, report, &request->gathered_digest) || !*runtime_setting(runtime, "parent.unit_id")) return;
  struct sign_key *key = node_sign_key(runtime);
  if (!key) return refuse_unsigned(call);
  struct sending sending = {.call = call, .runtime = runtime, .key = key, .report = report};
  uint8_t root[SM3_SIZE];
  if (lines_ledger_root(report->lines, report->n_lines, root)) sending.ledger_root = (ProtobufCBinaryData){sizeof root, root};
  if (fetch_all_persons(&sending)) sign_parts(&sending, request);
  sign_key_close(&key);
}
