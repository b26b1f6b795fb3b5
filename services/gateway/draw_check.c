/* draw_check.c - an answer to a draw is held against what the unit signed: every row that was drawn is there, leads to the root of its line,
 * and makes sense; the rows under that root add up to the line; and the ledger still says what it said. */
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/bus/client.h"
#include "common/pb/scan.h"
#include "common/pb/validate.h"
#include "services/gateway/content.h"
#include "services/gateway/draw.h"
#include "services/gateway/handlers.h"
#include "services/gateway/ledger_proof.h"

#define FAULT(name) WORKRELIEF__DRAW_FAULT__VALUE__##name
#define FINDINGS_A_ROW 3 /* at most: a total, sense, and the present ledger */

struct checking {
  struct arena *arena;
  const Workrelief__Draw *draw;
  Workrelief__DrawFinding **findings;
  size_t count, room;
  bool is_full;
};

static void find(struct checking *checking, const Workrelief__ReportLine *line, int64_t row_number, Workrelief__DrawFault__Value fault,
                 const char *note) {
  Workrelief__DrawFinding *finding = arena_alloc(checking->arena, sizeof *finding);
  if (!finding || !note || checking->count == checking->room) {
    checking->is_full = true;
    return;
  }
  workrelief__draw_finding__init(finding);
  finding->line_number = line ? line->line_number : 0;
  if (line) finding->project_code = line->project_code;
  finding->row_number = row_number;
  finding->draw_fault = fault;
  finding->finding_note = (char *)(uintptr_t)note;
  checking->findings[checking->count++] = finding;
}

/* The row behind its exact bytes: nothing in it that the form does not know, and the same bytes when packed again. */
static Workrelief__LedgerRow *row_of(struct arena *arena, ProtobufCBinaryData bytes) {
  struct problems *problems = arena_alloc(arena, sizeof *problems);
  size_t length = 0;
  if (!problems) return NULL;
  problems_init(problems, arena);
  if (!pb_scan(&workrelief__ledger_row__descriptor, bytes.data, bytes.len, SCAN_UNKNOWN_REFUSE, problems)) return NULL;
  message *row = pb_unpack(arena, &workrelief__ledger_row__descriptor, bytes.data, bytes.len);
  const uint8_t *again = row && pb_validate(row, problems) ? pb_pack(arena, row, &length) : NULL;
  return again && length == bytes.len && (!length || memcmp(again, bytes.data, length) == 0) ? (Workrelief__LedgerRow *)row : NULL;
}

static bool is_in_quarter(const char *month, const char *quarter) {
  int32_t first, last, quarter_first, quarter_last;
  return month_parse(month, &first, &last) && quarter_parse(quarter, &quarter_first, &quarter_last) && first >= quarter_first && last <= quarter_last;
}

static bool is_plausible(const Workrelief__LedgerRow *row) {
  int32_t first, last;
  if (!month_parse(row->month, &first, &last)) return false;
  int32_t month_days = last - first + 1;
  if (row->day_hundredths > 100 * (int64_t)month_days || row->attended_days > month_days) return false;
  if (row->row_kind == WORKRELIEF__LEDGER_ROW_KIND__VALUE__ATTENDANCE)
    return row->day_hundredths > 0 && row->attended_days > 0 && !row->gross_fen && !row->net_fen && !row->paid_fen;
  return row->net_fen > 0 && row->net_fen <= row->gross_fen && row->paid_fen <= row->net_fen &&
         (row->paid_fen > 0) == (strcmp(row->line_state, "PAID") == 0);
}

static bool path_of(const Workrelief__DrawnRow *drawn, const Workrelief__LedgerRow *row, struct tree_path *path) {
  int64_t sums[TREE_SUMS];
  if (drawn->n_steps > TREE_DEPTH || drawn->row_number < 1) return false;
  ledger_row_sums(row, sums);
  path->index = (uint64_t)drawn->row_number - 1;
  path->step_count = drawn->n_steps;
  tree_leaf(sums, drawn->row.data, drawn->row.len, &path->leaf);
  for (size_t i = 0; i < drawn->n_steps; i++) {
    const Workrelief__DrawStep *step = drawn->steps[i];
    if (step->hash.len != SM3_SIZE) return false;
    memcpy(path->steps[i].hash, step->hash.data, SM3_SIZE);
    memcpy(path->steps[i].sums, (int64_t[TREE_SUMS]){step->day_hundredths, step->due_fen, step->paid_fen}, sizeof path->steps[i].sums);
  }
  return true;
}

/* What of a row may not change once it is reported: all but its payment, and how the person is shown. */
static const char *const fixed_fields[] = {"agreement_code", "employment_kind", "day_hundredths", "attended_days",
                                           "first_date",     "gross_fen",       "net_fen"};

static const char *shown(struct arena *arena, const message *row, const message_field *field) {
  if (field->type == PROTOBUF_C_TYPE_STRING) return pb_get_text(row, field, 0);
  return arena_printf(arena, "%lld", (long long)pb_get_int(row, field, 0));
}

/* "net_fen 200000 -> 180000", one after another; "" when nothing differs. */
static const char *differences(struct arena *arena, const message *row, const message *present) {
  const char *note = "";
  for (size_t i = 0; note && i < ARRAY_LENGTH(fixed_fields); i++) {
    const message_field *field = pb_field(row->descriptor, fixed_fields[i]);
    const char *then = shown(arena, row, field), *now = shown(arena, present, field);
    if (then && now && strcmp(then, now) != 0) note = arena_printf(arena, "%s%s%s %s -> %s", note, *note ? "; " : "", field->name, then, now);
    if (!then || !now) note = NULL;
  }
  return note;
}

static void check_present(struct checking *checking, const Workrelief__ReportLine *line, const Workrelief__DrawnRow *drawn,
                          const Workrelief__LedgerRow *row) {
  const char *name = arena_printf(checking->arena, "%s %lld", row->month, (long long)row->worker_number);
  if (!drawn->present) return find(checking, line, drawn->row_number, FAULT(ROW_GONE), name);
  const char *note = differences(checking->arena, &row->base, &drawn->present->base);
  if (!note || *note)
    return find(checking, line, drawn->row_number, FAULT(ROW_CHANGED), note ? arena_printf(checking->arena, "%s %s", name, note) : NULL);
  if (drawn->present->paid_fen < row->paid_fen) find(checking, line, drawn->row_number, FAULT(PAID_FELL), name);
}

static void check_row(struct checking *checking, const Workrelief__Report *report, const Workrelief__ReportLine *line,
                      const Workrelief__DrawnRow *drawn) {
  int64_t sums[TREE_SUMS];
  struct tree_path *path = arena_alloc(checking->arena, sizeof *path);
  const Workrelief__LedgerRow *row = row_of(checking->arena, drawn->row);
  if (!row || strcmp(row->project_code, line->project_code) != 0 || !is_in_quarter(row->month, report->quarter))
    return find(checking, line, drawn->row_number, FAULT(ROW_BAD), "");
  if (!path || !path_of(drawn, row, path) || line->ledger_root.len != SM3_SIZE ||
      !tree_verify(path, (uint64_t)line->ledger_row_count, line->ledger_root.data, sums))
    return find(checking, line, drawn->row_number, FAULT(PROOF_BAD), "");
  if (sums[0] != line->ledger_day_hundredths || sums[1] != line->ledger_due_fen || sums[2] != line->ledger_paid_fen)
    find(checking, line, drawn->row_number, FAULT(TOTAL_DIFFERS),
         arena_printf(checking->arena, "%lld %lld %lld", (long long)sums[0], (long long)sums[1], (long long)sums[2]));
  if (!is_plausible(row)) find(checking, line, drawn->row_number, FAULT(IMPLAUSIBLE), "");
  check_present(checking, line, drawn, row);
}

static const Workrelief__ReportLine *line_numbered(const Workrelief__Report *report, int32_t line_number) {
  for (size_t i = 0; i < report->n_lines; i++)
    if (report->lines[i]->line_number == line_number) return report->lines[i];
  return NULL;
}

static const Workrelief__DrawnRow *drawn_at(const Workrelief__DrawAnswerContent *answer, const Workrelief__DrawPosition *position) {
  for (size_t i = 0; i < answer->n_rows; i++)
    if (answer->rows[i]->line_number == position->line_number && answer->rows[i]->row_number == position->row_number) return answer->rows[i];
  return NULL;
}

bool draw_findings(struct arena *arena, const Workrelief__Draw *draw, const Workrelief__Report *report, const Workrelief__DrawAnswerContent *answer,
                   Workrelief__DrawFinding ***findings, size_t *count) {
  struct checking checking = {.arena = arena, .draw = draw, .room = draw->n_positions * FINDINGS_A_ROW};
  checking.findings = arena_array(arena, checking.room + 1, sizeof *checking.findings);
  if (!checking.findings) return false;
  for (size_t i = 0; i < draw->n_positions; i++) {
    const Workrelief__DrawPosition *position = draw->positions[i];
    const Workrelief__ReportLine *line = line_numbered(report, position->line_number);
    const Workrelief__DrawnRow *drawn = drawn_at(answer, position);
    if (line && drawn)
      check_row(&checking, report, line, drawn);
    else
      find(&checking, line, position->row_number, FAULT(ROW_MISSING), "");
  }
  *findings = checking.findings;
  *count = checking.count;
  return !checking.is_full;
}

/* --- an answer that has come --------------------------------------------------------------------------------------------------------- */

static Workrelief__DrawAnswerContent *opened(struct call *call, struct runtime *runtime, const Workrelief__Signed *signed_answer) {
  bool is_child = call_caller(call)->relations & CHILD;
  struct sign_key *key = is_child ? child_sign_key(call, runtime) : node_sign_key(runtime);
  bool good = key && content_verify(signed_answer, "DrawAnswerContent", key);
  sign_key_close(&key);
  if (call_is_refused(call)) return NULL;
  if (!good) return call_refuse(call, "SIGNATURE_BAD", "signed", NULL), NULL;
  struct problems *problems = arena_alloc(call_arena(call), sizeof *problems);
  if (!problems) return NULL;
  problems_init(problems, call_arena(call));
  message *content = NULL;
  if (pb_scan(&workrelief__draw_answer_content__descriptor, signed_answer->content.data, signed_answer->content.len, SCAN_UNKNOWN_REFUSE, problems))
    content = pb_unpack(call_arena(call), &workrelief__draw_answer_content__descriptor, signed_answer->content.data, signed_answer->content.len);
  if (content && pb_validate(content, problems) && pb_require(content, "draw_number report_code seed", problems))
    return (Workrelief__DrawAnswerContent *)content;
  call_refuse(call, "CONTENT_BAD", "signed.content", problems->count ? problems->list[0].path : NULL);
  return NULL;
}

static message *ask(struct call *call, struct runtime *runtime, const char *method, const message *request, const message_type *reply_type) {
  struct client_reply reply;
  message *answer;
  runtime_ask(runtime, call_arena(call), method, NULL, request, reply_type, &reply, &answer);
  if (!answer) report_not_read(call);
  return answer;
}

/* The draw that this is an answer to; NULL once the call is refused. Another node's draw is none of the sender's. */
static const Workrelief__Draw *draw_of(struct call *call, struct runtime *runtime, const Workrelief__DrawAnswerContent *content) {
  Workrelief__ListDrawsRequest request = WORKRELIEF__LIST_DRAWS_REQUEST__INIT;
  const char *sender = call_caller(call)->relations & CHILD ? call_caller(call)->unit_id : "";
  request.draw_number = content->draw_number;
  const Workrelief__DrawPage *page =
      (const Workrelief__DrawPage *)ask(call, runtime, "gateway.ListDraws", &request.base, &workrelief__draw_page__descriptor);
  if (!page) return NULL;
  const Workrelief__Draw *draw = page->n_rows ? page->rows[0] : NULL;
  if (draw && strcmp(draw->node_unit_id, sender) == 0 && strcmp(draw->report_code, content->report_code) == 0 &&
      draw->seed.len == content->seed.len && bytes_equal(draw->seed.data, content->seed.data, draw->seed.len))
    return draw;
  call_refuse(call, "DRAW_UNKNOWN", "signed", NULL);
  return NULL;
}

static bool is_addressed(const struct call *call, const struct runtime *runtime, const Workrelief__DrawAnswerContent *content) {
  const char *here = runtime_setting(runtime, "unit_id");
  const char *sender = call_caller(call)->relations & CHILD ? call_caller(call)->unit_id : here;
  return content->content_version == CONTENT_VERSION && strcmp(content->method, "gateway.AnswerDraw") == 0 &&
         strcmp(content->sender_unit_id, sender) == 0 && strcmp(content->receiver_unit_id, here) == 0;
}

void gather_draw_answer(struct call *call, struct runtime *runtime) {
  Workrelief__AnswerDrawRequest *request = (Workrelief__AnswerDrawRequest *)call_request(call);
  Workrelief__DrawAnswerContent *content = opened(call, runtime, request->signed_);
  if (!content) return;
  if (!is_addressed(call, runtime, content)) return call_refuse(call, "SENDER_MISMATCH", "signed", NULL);
  const Workrelief__Draw *draw = draw_of(call, runtime, content);
  if (!draw) return;
  enum status status;
  const Workrelief__Report *report = draw_report(runtime, call_arena(call), draw->report_code, &status);
  uint8_t *digest = arena_alloc(call_arena(call), SM3_SIZE);
  if (!report) return report_not_read(call);
  if (!digest || !draw_findings(call_arena(call), draw, report, content, &request->gathered_findings, &request->n_gathered_findings))
    return call_unavailable(call, "TOO_LARGE", "报文过大。", "The answer is too large.");
  sm3_of(request->signed_->content.data, request->signed_->content.len, digest);
  request->gathered_digest = (ProtobufCBinaryData){SM3_SIZE, digest};
  content->n_rows = 0; /* they stand in the signed bytes; once in the journal is enough */
  request->gathered_content = content;
}

/* The rows of an answer that was taken, for those who look at it. */
void finish_draw_answer(struct call *call) {
  Workrelief__DrawAnswer *reply = (Workrelief__DrawAnswer *)call_reply(call);
  struct arena *arena = call_arena(call);
  ProtobufCBinaryData bytes = reply->answer ? reply->answer->content : (ProtobufCBinaryData){0, NULL};
  const Workrelief__DrawAnswerContent *content =
      (const Workrelief__DrawAnswerContent *)pb_unpack(arena, &workrelief__draw_answer_content__descriptor, bytes.data, bytes.len);
  if (!content || !(reply->shown = arena_array(arena, content->n_rows + 1, sizeof *reply->shown))) return;
  for (size_t i = 0; i < content->n_rows; i++) {
    Workrelief__ShownRow *shown = arena_alloc(arena, sizeof *shown);
    if (!shown) return;
    workrelief__shown_row__init(shown);
    shown->line_number = content->rows[i]->line_number;
    shown->row_number = content->rows[i]->row_number;
    shown->reported = row_of(arena, content->rows[i]->row);
    shown->present = content->rows[i]->present;
    reply->shown[reply->n_shown++] = shown;
  }
}
