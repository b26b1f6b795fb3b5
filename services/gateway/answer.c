/* answer.c - a parent's answer that came as a file: the same receipts, refusals, decisions and calendar as over the wire, and nothing of
 * it is believed before the parent's signature over the whole has been verified. */
#include <string.h>

#include "bundle.pb-c.h"
#include "common/base/log.h"
#include "common/pb/scan.h"
#include "common/pb/validate.h"
#include "services/gateway/downlink.h"
#include "services/gateway/draw.h"
#include "services/gateway/handlers.h"
#include "services/gateway/taking.h"

/* The answer behind a good signature; NULL once the call is refused. */
static const Workrelief__BundleAnswer *opened(struct call *call, const Workrelief__Signed *content, const struct sign_key *key) {
  struct problems *problems = arena_alloc(call_arena(call), sizeof *problems);
  if (!problems) return call_refuse(call, "CONTENT_BAD", "answer", NULL), NULL;
  problems_init(problems, call_arena(call));
  if (!content_verify(content, "BundleAnswer", key)) return call_refuse(call, "SIGNATURE_BAD", "answer", NULL), NULL;
  message *answer = NULL;
  if (pb_scan(&workrelief__bundle_answer__descriptor, content->content.data, content->content.len, SCAN_UNKNOWN_REFUSE, problems))
    answer = pb_unpack(call_arena(call), &workrelief__bundle_answer__descriptor, content->content.data, content->content.len);
  if (answer && pb_validate(answer, problems)) return (const Workrelief__BundleAnswer *)answer;
  call_refuse(call, "CONTENT_BAD", "answer.content", problems->count ? problems->list[0].path : NULL);
  return NULL;
}

static bool addressed(struct call *call, struct runtime *runtime, const Workrelief__BundleAnswer *answer) {
  if (answer->content_version == CONTENT_VERSION && strcmp(answer->sender_unit_id, runtime_setting(runtime, "parent.unit_id")) == 0 &&
      strcmp(answer->receiver_unit_id, runtime_setting(runtime, "unit_id")) == 0)
    return true;
  call_refuse(call, "SENDER_MISMATCH", "answer", NULL);
  return false;
}

static void not_taken(struct call *call, const char *kind, size_t i) {
  call_refuse(call, "ANSWER_NOT_TAKEN", arena_printf(call_arena(call), "answer.%s[%zu]", kind, i), NULL);
}

static bool take_custody(struct call *call, const struct taking *taking, const Workrelief__BundleAnswer *answer) {
  for (size_t i = 0; i < answer->n_receipts; i++) {
    const Workrelief__ReceiptContent *content = receipt_open(taking, answer->receipts[i]);
    if (!content || !take_receipt(taking, content, answer->receipts[i])) return not_taken(call, "receipts", i), false;
  }
  for (size_t i = 0; i < answer->n_refusals; i++) {
    Workrelief__RecordRefusalRequest refusal = WORKRELIEF__RECORD_REFUSAL_REQUEST__INIT;
    refusal.report_code = answer->refusals[i]->report_code;
    refusal.part_number = answer->refusals[i]->part_number;
    refusal.digest = answer->refusals[i]->digest;
    refusal.refusal_note = answer->refusals[i]->refusal_note;
    if (!take_refusal(taking, &refusal)) return not_taken(call, "refusals", i), false;
  }
  return true;
}

static bool is_newest(struct call *call, const struct taking *taking, int64_t made_at_us) {
  Workrelief__GetUplinkRequest request = WORKRELIEF__GET_UPLINK_REQUEST__INIT;
  const Workrelief__Uplink *uplink =
      (const Workrelief__Uplink *)taking_ask(taking, "gateway.GetUplink", &request.base, &workrelief__uplink__descriptor);
  if (!uplink) not_taken(call, "quarters", 0);
  return uplink && made_at_us >= uplink->answer_made_at_us;
}

/* What the parent tells beside; an event that cannot be applied stops its stream, which health shows, and the file is taken all the same. */
static bool take_down(struct call *call, const struct taking *taking, const Workrelief__BundleAnswer *answer) {
  if (!answer->n_down_pages) return true;
  Workrelief__DownPages pages = WORKRELIEF__DOWN_PAGES__INIT;
  pages.rows = answer->down_pages;
  pages.n_rows = answer->n_down_pages;
  const Workrelief__ListDownPagesRequest *request = downlink_request(taking);
  if (request && downlink_take(taking, request, &pages) != DOWNLINK_LATER) return true;
  return not_taken(call, "down_pages", 0), false;
}

/* What the parent draws is answered now and goes with the next file; a draw that cannot be answered yet comes again with the next answer. */
static void take_draws(const struct taking *taking, const Workrelief__BundleAnswer *answer) {
  for (size_t i = 0; i < answer->n_draws; i++)
    if (!draw_answer_recorded(taking->runtime, taking->arena, answer->draws[i]))
      log_warn("bundle: a draw is not answered yet draw=%lld", (long long)answer->draws[i]->draw_number);
}

static void take_all(struct call *call, const struct taking *taking, const Workrelief__BundleAnswer *answer) {
  Workrelief__TakeAnswerRequest *request = (Workrelief__TakeAnswerRequest *)call_request(call);
  if (!take_custody(call, taking, answer)) return;
  for (size_t i = 0; i < answer->n_decisions; i++)
    if (!take_decision(taking, answer->decisions[i])) return not_taken(call, "decisions", i);
  if (!take_down(call, taking, answer)) return;
  bool calendar = is_newest(call, taking, answer->made_at_us);
  if (calendar && !take_quarters(taking, answer->quarters, answer->n_quarters)) return not_taken(call, "quarters", 0);
  take_draws(taking, answer);
  request->gathered_receipt_count = (int32_t)answer->n_receipts;
  request->gathered_refusal_count = (int32_t)answer->n_refusals;
  request->gathered_decision_count = (int32_t)answer->n_decisions;
  request->gathered_quarter_count = calendar ? (int32_t)answer->n_quarters : 0;
  request->gathered_made_at_us = answer->made_at_us;
}

void gather_answer(struct call *call, struct runtime *runtime) {
  const Workrelief__TakeAnswerRequest *request = (const Workrelief__TakeAnswerRequest *)call_request(call);
  struct sign_key *key = sign_key_of_hex(runtime_setting(runtime, "parent.sign_public"));
  if (!key) return call_refuse(call, "NO_PARENT", "", NULL);
  const Workrelief__BundleAnswer *answer = opened(call, request->answer, key);
  struct taking taking = {.runtime = runtime, .arena = call_arena(call), .parent_key = key};
  /* What is recorded below stays recorded: a trial run ends behind the checks. */
  if (answer && addressed(call, runtime, answer) && !call_is_dry_run(call)) take_all(call, &taking, answer);
  sign_key_close(&key);
}
