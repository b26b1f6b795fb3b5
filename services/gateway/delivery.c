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
#include "services/gateway/ledger_proof.h"

static struct sign_key *child_key(struct call *call, struct runtime *runtime) {
  Workrelief__GetChildRequest request = WORKRELIEF__GET_CHILD_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.unit_id = (char *)(uintptr_t)call_caller(call)->unit_id;
  runtime_ask(runtime, call_arena(call), "gateway.GetChild", NULL, &request.base, &workrelief__child__descriptor, &reply, &answer);
  const Workrelief__Child *child = (const Workrelief__Child *)answer;
  if (child && child->child_state == WORKRELIEF__CHILD_STATE__VALUE__REVOKED) call_refuse(call, "CHILD_REVOKED", "signed", child->revoke_reason);
  return child ? sign_key_of_hex(child->sign_public) : NULL;
}

static bool verified(struct call *call, struct runtime *runtime, const Workrelief__Signed *content) {
  struct sign_key *key = child_key(call, runtime);
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

/* Each line has its root or none has, and the root over them is theirs. */
static const char *ledger_fault(const Workrelief__ReportContent *content) {
  uint8_t root[SM3_SIZE];
  bool is_proven = lines_ledger_root(content->lines, content->n_lines, root);
  for (size_t i = 0; i < content->n_lines; i++)
    if (content->lines[i]->ledger_root.len != (is_proven ? SM3_SIZE : 0)) return "lines.ledger_root";
  bool same = content->ledger_root.len == (is_proven ? SM3_SIZE : 0) && (!is_proven || bytes_equal(content->ledger_root.data, root, SM3_SIZE));
  return same ? NULL : "ledger_root";
}

/* The name says what it is, parts are counted, and lines stand in the first part, whose digest all parts carry. */
static const char *inconsistency(struct arena *arena, const Workrelief__ReportContent *content) {
  char code[200];
  uint8_t digest[SM3_SIZE];
  snprintf(code, sizeof code, "%s-%s-%d", content->unit_id, content->quarter, content->revision);
  if (strcmp(code, content->report_code) != 0) return "report_code";
  if (content->part_count < 1 || content->part_count > PARTS_MOST || content->part_number < 1 || content->part_number > content->part_count)
    return "part_number";
  if (content->part_number > 1) return content->n_lines ? "lines" : NULL;
  if (content->n_lines != (size_t)content->line_count) return "line_count";
  if (content->is_zero && content->n_lines) return "is_zero";
  if (!lines_digest(arena, content->lines, content->n_lines, digest)) return "lines";
  bool same = content->line_digest.len == sizeof digest && bytes_equal(content->line_digest.data, digest, sizeof digest);
  return same ? ledger_fault(content) : "line_digest";
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
  struct sign_key *key = node_sign_key(runtime);
  Workrelief__Signed *result = key ? content_sign(call_arena(call), key, &receipt.base) : NULL;
  sign_key_close(&key);
  if (!result)
    call_unavailable(call, "SIGN_KEY_MISSING", "上级节点暂不能签发回执；请稍后重报。", "The node cannot sign receipts now; send it again later.");
  return result;
}

/* The lists of the lines as rows for the tables. */
static bool take_lists(struct arena *arena, Workrelief__DeliverRequest *request, const Workrelief__ReportContent *content) {
  size_t groups = 0, funds = 0;
  for (size_t i = 0; i < content->n_lines; i++) {
    const Workrelief__LineFigures *figures = content->lines[i]->figures;
    if (figures) groups += figures->n_groups, funds += figures->n_fund_shares;
  }
  Workrelief__LineGroup *group = arena_array(arena, groups + 1, sizeof *group);
  Workrelief__LineFund *fund = arena_array(arena, funds + 1, sizeof *fund);
  request->gathered_groups = arena_array(arena, groups + 1, sizeof *request->gathered_groups);
  request->gathered_funds = arena_array(arena, funds + 1, sizeof *request->gathered_funds);
  if (!group || !fund || !request->gathered_groups || !request->gathered_funds) return false;
  for (size_t i = 0; i < content->n_lines; i++) {
    const Workrelief__LineFigures *figures = content->lines[i]->figures;
    for (size_t k = 0; figures && k < figures->n_groups; k++, group++) {
      workrelief__line_group__init(group);
      group->line_number = content->lines[i]->line_number;
      group->priority_group = figures->groups[k]->priority_group;
      group->worker_count = figures->groups[k]->worker_count;
      request->gathered_groups[request->n_gathered_groups++] = group;
    }
    for (size_t k = 0; figures && k < figures->n_fund_shares; k++, fund++) {
      workrelief__line_fund__init(fund);
      fund->line_number = content->lines[i]->line_number;
      fund->fund_source = figures->fund_shares[k]->fund_source;
      fund->approved_fen = figures->fund_shares[k]->approved_fen;
      request->gathered_funds[request->n_gathered_funds++] = fund;
    }
  }
  return true;
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
  const Workrelief__PastFigures *past = content->n_lines ? past_figures(call, runtime, content->unit_id, content->quarter) : NULL;
  if (content->n_lines && !past)
    return call_unavailable(call, "PAST_NOT_READ", "读取往期季报失败；请稍后重报。",
                            "The unit's earlier reports could not be read; send it again later.");
  if (!digest || !take_lists(call_arena(call), request, content) ||
      !lines_exceptions(call_arena(call), content->lines, content->n_lines, past, &request->gathered_exceptions, &request->n_gathered_exceptions))
    return call_unavailable(call, "TOO_LARGE", "报文过大。", "The delivery is too large.");
  sm3_of(request->signed_->content.data, request->signed_->content.len, digest);
  request->gathered_digest = (ProtobufCBinaryData){SM3_SIZE, digest};
  request->gathered_content = content;
  request->gathered_receipt = make_receipt(call, runtime, content, request->gathered_digest);
}

/* Tokens have one size and belong to a line; when all people are here, each line has as many as it says. */
static void check_persons(struct call *call, const Workrelief__ReportContent *content) {
  int32_t *counts = arena_array(call_arena(call), (size_t)content->line_count + 1, sizeof *counts);
  if (!counts) return call_refuse(call, "CONTENT_BAD", "line_count", NULL);
  for (size_t i = 0; i < content->n_persons; i++) {
    const Workrelief__ReportPerson *person = content->persons[i];
    if (person->line_number < 1 || person->line_number > content->line_count || person->worker_token.len != 16)
      return call_refuse(call, "CONTENT_BAD", arena_printf(call_arena(call), "persons[%zu]", i), NULL);
    if (!person->is_trainee) counts[person->line_number]++;
  }
  for (size_t i = 0; content->part_count == 1 && i < content->n_lines; i++)
    if (content->lines[i]->line_number > content->line_count || counts[content->lines[i]->line_number] != content->lines[i]->absorbed_count)
      call_refuse(call, "ABSORBED_MISMATCH", arena_printf(call_arena(call), "lines[%zu].absorbed_count", i), content->lines[i]->project_code);
}

void check_delivery(struct call *call) {
  const Workrelief__DeliverRequest *request = (const Workrelief__DeliverRequest *)call_request(call);
  const Workrelief__ReportContent *content = request->gathered_content;
  if (!content) return call_refuse(call, "CONTENT_BAD", "signed.content", NULL);
  lines_check(call, content->lines, content->n_lines);
  check_persons(call, content);
}
