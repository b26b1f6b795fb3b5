/* delivery.c - what a child's gateway delivers: verified, unpacked and answered by a signed receipt before it is queued, so that the
 * writer stays deterministic and the receipt is on record together with what it is for. */
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "common/bus/client.h"
#include "common/pb/scan.h"
#include "common/pb/validate.h"
#include "services/gateway/content.h"
#include "services/gateway/handlers.h"
#include "services/gateway/outreach.h"
#include "services/gateway/whole.h"

static bool verified(struct call *call, struct runtime *runtime, const Workrelief__Signed *content) {
  struct sign_key *key = child_sign_key(call, runtime);
  bool fine = key && content_verify(content, "ReportContent", key);
  sign_key_close(&key);
  if (!fine && !call_is_refused(call)) {
    log_warn("delivery refused: its signature does not verify unit=%s", call_caller(call)->unit_id);
    call_refuse(call, "SIGNATURE_BAD", "signed", NULL);
  }
  return fine && !call_is_refused(call);
}

static Workrelief__ReportContent *unpacked(struct call *call, const Workrelief__Signed *content) {
  struct problems *problems = arena_alloc(call_arena(call), sizeof *problems);
  if (!problems) return NULL;
  problems_init(problems, call_arena(call));
  message *report = NULL;
  if (pb_scan(&workrelief__report_content__descriptor, content->content.data, content->content.len, SCAN_UNKNOWN_REFUSE, problems))
    report = pb_unpack(call_arena(call), &workrelief__report_content__descriptor, content->content.data, content->content.len);
  bool fine = report && pb_validate(report, problems) &&
              pb_require(report,
                         "report_code unit_id quarter revision part_number part_count line_digest lines.project_code lines.line_number "
                         "persons.line_number persons.worker_token",
                         problems);
  if (fine) return (Workrelief__ReportContent *)report;
  const char *detail = problems->count ? arena_printf(call_arena(call), "%s %s", problems->list[0].path, problems->list[0].reason) : NULL;
  call_refuse(call, "CONTENT_BAD", "signed.content", detail);
  return NULL;
}

static bool addressed(const struct call *call, const struct runtime *runtime, const Workrelief__ReportContent *content) {
  return content->content_version == CONTENT_VERSION && strcmp(content->method, "gateway.Deliver") == 0 &&
         strcmp(content->sender_unit_id, call_caller(call)->unit_id) == 0 &&
         strcmp(content->receiver_unit_id, runtime_setting(runtime, "unit_id")) == 0;
}

static bool has_digest(const Workrelief__ReportContent *content, const uint8_t digest[SM3_SIZE]) {
  return content->line_digest.len == SM3_SIZE && bytes_equal(content->line_digest.data, digest, SM3_SIZE);
}

/* The name says what it is, parts are counted, and where a part holds all lines they are those of the digest that all parts carry. */
static const char *inconsistency(struct arena *arena, const Workrelief__ReportContent *content) {
  char code[200];
  uint8_t digest[SM3_SIZE];
  snprintf(code, sizeof code, "%s-%s-%d", content->unit_id, content->quarter, content->revision);
  if (strcmp(code, content->report_code) != 0) return "report_code";
  if (content->part_count < 1 || content->part_count > PARTS_MOST || content->part_number < 1 || content->part_number > content->part_count)
    return "part_number";
  if (content->line_count < 0 || content->line_count > LINES_MOST || content->n_lines > (size_t)content->line_count) return "line_count";
  if (content->is_zero && content->line_count) return "is_zero";
  if (content->part_number > 1 && (content->n_totals || content->n_units_below || content->level_counts)) return "totals";
  if (content->n_lines != (size_t)content->line_count) return NULL; /* the last part shows */
  if (!lines_digest(arena, content->lines, content->n_lines, digest)) return "lines";
  return has_digest(content, digest) ? NULL : "line_digest";
}

static Workrelief__Signed *make_receipt(struct call *call, struct runtime *runtime, const Workrelief__ReportContent *content,
                                        ProtobufCBinaryData digest) {
  Workrelief__ReceiptContent receipt = WORKRELIEF__RECEIPT_CONTENT__INIT;
  receipt.content_version = CONTENT_VERSION;
  receipt.receiver_unit_id = content->receiver_unit_id;
  receipt.sender_unit_id = content->sender_unit_id;
  receipt.report_code = content->report_code;
  receipt.part_number = content->part_number;
  receipt.digest = digest;
  receipt.received_at_us = call_now_us(call);
  Workrelief__Signed *result = content_sign_here(call_arena(call), runtime, &receipt.base);
  if (!result)
    call_unavailable(call, "SIGN_KEY_MISSING", "上级节点暂不能签发回执；请稍后重报。", "The node cannot sign receipts now; send it again later.");
  return result;
}

static size_t add_groups(struct arena *arena, Workrelief__LineGroup **rows, size_t count, int32_t number, Workrelief__GroupCount **groups,
                         size_t more) {
  for (size_t i = 0; i < more; i++) {
    Workrelief__LineGroup *row = rows[count] = arena_alloc(arena, sizeof *row);
    if (!row) return count;
    workrelief__line_group__init(row);
    row->line_number = number;
    row->priority_group = groups[i]->priority_group;
    row->worker_count = groups[i]->worker_count;
    count++;
  }
  return count;
}

static size_t add_funds(struct arena *arena, Workrelief__LineFund **rows, size_t count, const Workrelief__ReportLine *line) {
  for (size_t i = 0; i < line->figures->n_fund_shares; i++) {
    Workrelief__LineFund *row = rows[count] = arena_alloc(arena, sizeof *row);
    if (!row) return count;
    workrelief__line_fund__init(row);
    row->line_number = line->line_number;
    row->fund_source = line->figures->fund_shares[i]->fund_source;
    row->approved_fen = line->figures->fund_shares[i]->approved_fen;
    count++;
  }
  return count;
}

/* Lists within the lines and totals, as rows for the tables. */
static bool take_lists(struct arena *arena, Workrelief__DeliverRequest *request, const Workrelief__ReportContent *content) {
  size_t groups = 0, funds = 0, total_groups = 0;
  for (size_t i = 0; i < content->n_lines; i++) {
    const Workrelief__LineFigures *figures = content->lines[i]->figures;
    if (figures) groups += figures->n_groups, funds += figures->n_fund_shares;
  }
  for (size_t i = 0; i < content->n_totals; i++) total_groups += content->totals[i]->figures ? content->totals[i]->figures->n_groups : 0;
  request->gathered_groups = arena_array(arena, groups + 1, sizeof *request->gathered_groups);
  request->gathered_funds = arena_array(arena, funds + 1, sizeof *request->gathered_funds);
  request->gathered_total_groups = arena_array(arena, total_groups + 1, sizeof *request->gathered_total_groups);
  request->gathered_outreach = outreach_rows(arena, content->lines, content->n_lines, &request->n_gathered_outreach);
  if (!request->gathered_groups || !request->gathered_funds || !request->gathered_total_groups || !request->gathered_outreach) return false;
  for (size_t i = 0; i < content->n_lines; i++) {
    const Workrelief__ReportLine *line = content->lines[i];
    if (!line->figures) continue;
    request->n_gathered_groups =
        add_groups(arena, request->gathered_groups, request->n_gathered_groups, line->line_number, line->figures->groups, line->figures->n_groups);
    request->n_gathered_funds = add_funds(arena, request->gathered_funds, request->n_gathered_funds, line);
  }
  for (size_t i = 0; i < content->n_totals; i++) {
    const Workrelief__TotalFigures *figures = content->totals[i]->figures;
    if (figures)
      request->n_gathered_total_groups =
          add_groups(arena, request->gathered_total_groups, request->n_gathered_total_groups, (int32_t)i + 1, figures->groups, figures->n_groups);
  }
  return request->n_gathered_groups == groups && request->n_gathered_funds == funds && request->n_gathered_total_groups == total_groups;
}

void gather_delivery(struct call *call, struct runtime *runtime) {
  Workrelief__DeliverRequest *request = (Workrelief__DeliverRequest *)call_request(call);
  if (!verified(call, runtime, request->signed_)) return;
  Workrelief__ReportContent *content = unpacked(call, request->signed_);
  if (!content) return;
  if (!addressed(call, runtime, content)) return call_refuse(call, "SENDER_MISMATCH", "signed", NULL);
  const char *wrong = inconsistency(call_arena(call), content);
  if (wrong) return call_refuse(call, "CONTENT_BAD", "signed.content", wrong);
  uint8_t *digest = arena_alloc(call_arena(call), SM3_SIZE);
  if (!digest || !take_lists(call_arena(call), request, content)) return delivery_too_large(call);
  if (content->part_number == content->part_count) {
    whole_check(call, runtime, request, content);
    if (call_is_refused(call)) return;
  }
  sm3_of(request->signed_->content.data, request->signed_->content.len, digest);
  request->gathered_digest = (ProtobufCBinaryData){SM3_SIZE, digest};
  request->gathered_content = content;
  request->gathered_receipt = make_receipt(call, runtime, content, request->gathered_digest);
}

void check_delivery(struct call *call) {
  const Workrelief__DeliverRequest *request = (const Workrelief__DeliverRequest *)call_request(call);
  const Workrelief__ReportContent *content = request->gathered_content;
  if (!content) return call_refuse(call, "CONTENT_BAD", "signed.content", NULL);
  lines_check(call, content->lines, content->n_lines);
  for (size_t i = 0; i < content->n_persons; i++) /* tokens have one size and belong to a line */
    if (content->persons[i]->line_number < 1 || content->persons[i]->line_number > content->line_count || content->persons[i]->worker_token.len != 16)
      call_refuse(call, "CONTENT_BAD", arena_printf(call_arena(call), "persons[%zu]", i), NULL);
}
