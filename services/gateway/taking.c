/* taking.c - see taking.h. */
#include "services/gateway/taking.h"

#include <string.h>

#include "common/base/log.h"
#include "common/base/status.h"
#include "services/gateway/level_proof.h"

#define PAGE_MOST 1000

message *taking_ask(const struct taking *taking, const char *method, const message *request, const message_type *reply_type) {
  struct client_reply reply;
  message *answer;
  runtime_ask(taking->runtime, taking->arena, method, NULL, request, reply_type, &reply, &answer);
  if (!answer && reply.status != STATUS_UNAVAILABLE)
    log_warn("uplink: %s refused status=%s reason=%s", method, status_name(reply.status), reply.header ? reply.header->reason : "");
  return answer;
}

const Workrelief__ReceiptContent *receipt_open(const struct taking *taking, const Workrelief__Signed *receipt) {
  if (!receipt || !content_verify(receipt, "ReceiptContent", taking->parent_key)) return NULL;
  const Workrelief__ReceiptContent *content = (const Workrelief__ReceiptContent *)pb_unpack(taking->arena, &workrelief__receipt_content__descriptor,
                                                                                            receipt->content.data, receipt->content.len);
  bool ours = content && strcmp(content->receiver_unit_id, runtime_setting(taking->runtime, "parent.unit_id")) == 0 &&
              strcmp(content->sender_unit_id, runtime_setting(taking->runtime, "unit_id")) == 0;
  return ours ? content : NULL;
}

bool take_receipt(const struct taking *taking, const Workrelief__ReceiptContent *content, Workrelief__Signed *receipt) {
  Workrelief__RecordReceiptRequest request = WORKRELIEF__RECORD_RECEIPT_REQUEST__INIT;
  request.report_code = content->report_code;
  request.part_number = content->part_number;
  request.receipt = receipt;
  request.digest = content->digest;
  return taking_ask(taking, "gateway.RecordReceipt", &request.base, &workrelief__report_key__descriptor) != NULL;
}

bool take_refusal(const struct taking *taking, Workrelief__RecordRefusalRequest *refusal) {
  return taking_ask(taking, "gateway.RecordRefusal", &refusal->base, &workrelief__report_key__descriptor) != NULL;
}

/* What the parent signed must be what it says; a parent of an earlier version signs none. */
static bool is_parents_word(const struct taking *taking, const Workrelief__Decision *decision) {
  const Workrelief__Signed *word = decision->signed_;
  if (!word || !word->content.len) return true;
  if (!content_verify(word, "DecisionContent", taking->parent_key)) return false;
  const Workrelief__DecisionContent *content =
      (const Workrelief__DecisionContent *)pb_unpack(taking->arena, &workrelief__decision_content__descriptor, word->content.data, word->content.len);
  return content && content->report_state == decision->report_state && strcmp(content->report_code, decision->report_code) == 0 &&
         strcmp(content->return_reason, decision->return_reason) == 0 &&
         strcmp(content->sender_unit_id, runtime_setting(taking->runtime, "parent.unit_id")) == 0;
}

/* Beside the streams that come down: one that does not verify stops the decisions behind it, which are in order. */
static void show_decisions(const struct taking *taking, const Workrelief__Decision *decision, bool good) {
  char *problem = good ? NULL
                       : arena_printf(taking->arena, "decision %lld on %s is not signed by %s", (long long)decision->decision_number,
                                      decision->report_code, decision->level_number > 1 ? decision->level_unit_id : "the parent");
  const char *shown = problem ? problem : "a decision does not verify";
  runtime_show_follow(taking->runtime, "parent:decisions", 1, decision->decision_number - !good, good ? "RUNNING" : "STOPPED", good ? "" : shown);
  if (!good) log_error("uplink: %s", shown);
}

bool take_decision(const struct taking *taking, const Workrelief__Decision *decision) {
  Workrelief__RecordDecisionRequest record = WORKRELIEF__RECORD_DECISION_REQUEST__INIT;
  bool good = is_parents_word(taking, decision) && level_proof_holds(taking, decision);
  show_decisions(taking, decision, good);
  if (!good) return false;
  record.signed_ = decision->signed_;
  record.decision_number = decision->decision_number;
  record.report_code = decision->report_code;
  record.report_state = decision->report_state;
  record.decided_by = decision->decided_by;
  record.return_reason = decision->return_reason;
  record.remarks = decision->remarks;
  record.n_remarks = decision->n_remarks;
  record.level_number = decision->level_number ? decision->level_number : 1;
  record.level_unit_id = decision->level_number ? decision->level_unit_id : (char *)(uintptr_t)runtime_setting(taking->runtime, "parent.unit_id");
  record.level_unit_name = decision->level_unit_name;
  record.level_report_code = decision->level_report_code;
  record.decided_at_us = decision->decided_at_us;
  record.level_proof = decision->level_proof;
  record.passed_level_proof = level_proof_passed(taking, decision);
  return taking_ask(taking, "gateway.RecordDecision", &record.base, &workrelief__report_key__descriptor) != NULL;
}

static bool has_quarter(const Workrelief__QuarterPage *page, const Workrelief__Quarter *wanted) {
  for (size_t i = 0; i < page->n_rows; i++) {
    const Workrelief__Quarter *quarter = page->rows[i];
    if (strcmp(quarter->quarter, wanted->quarter) == 0)
      return strcmp(quarter->due_date, wanted->due_date) == 0 && quarter->grace_days == wanted->grace_days &&
             strcmp(quarter->on_time_until_date, wanted->on_time_until_date) == 0 && quarter->quarter_state == wanted->quarter_state;
  }
  return false;
}

static bool has_upper_quarter(const Workrelief__UpperQuarterPage *page, const Workrelief__RecordUpperQuarterRequest *wanted) {
  for (size_t i = 0; i < page->n_rows; i++) {
    const Workrelief__UpperQuarter *quarter = page->rows[i];
    if (strcmp(quarter->quarter, wanted->quarter) == 0)
      return strcmp(quarter->due_date, wanted->due_date) == 0 && strcmp(quarter->on_time_until_date, wanted->on_time_until_date) == 0 &&
             quarter->quarter_state == wanted->quarter_state;
  }
  return false;
}

bool takes_upper_calendar(const struct taking *taking) { return *runtime_setting(taking->runtime, "upper_unit_id") != '\0'; }

bool take_upper_quarter(const struct taking *taking, const Workrelief__Quarter *quarter, Workrelief__Extension *const *extensions, size_t count) {
  Workrelief__ListUpperQuartersRequest request = WORKRELIEF__LIST_UPPER_QUARTERS_REQUEST__INIT;
  Workrelief__RecordUpperQuarterRequest record = WORKRELIEF__RECORD_UPPER_QUARTER_REQUEST__INIT;
  record.quarter = quarter->quarter;
  record.due_date = quarter->due_date;
  record.quarter_state = quarter->quarter_state;
  record.on_time_until_date = quarter->on_time_until_date;
  for (size_t i = 0; i < count; i++) /* dates as text stand in order */
    if (strcmp(extensions[i]->unit_id, runtime_setting(taking->runtime, "upper_unit_id")) == 0 &&
        strcmp(extensions[i]->until_date, record.on_time_until_date) > 0)
      record.on_time_until_date = extensions[i]->until_date;
  request.page_size = PAGE_MOST;
  const Workrelief__UpperQuarterPage *ours = (const Workrelief__UpperQuarterPage *)taking_ask(taking, "gateway.ListUpperQuarters", &request.base,
                                                                                              &workrelief__upper_quarter_page__descriptor);
  if (!ours || has_upper_quarter(ours, &record)) return ours != NULL;
  return taking_ask(taking, "gateway.RecordUpperQuarter", &record.base, &workrelief__upper_quarter__descriptor) != NULL;
}

bool take_quarters(const struct taking *taking, Workrelief__Quarter *const *quarters, size_t count) {
  if (takes_upper_calendar(taking)) {
    for (size_t i = 0; i < count; i++)
      if (!*quarters[i]->extended_until_date && !take_upper_quarter(taking, quarters[i], NULL, 0)) return false;
    return true;
  }
  Workrelief__ListQuartersRequest request = WORKRELIEF__LIST_QUARTERS_REQUEST__INIT;
  request.page_size = PAGE_MOST;
  const Workrelief__QuarterPage *ours =
      (const Workrelief__QuarterPage *)taking_ask(taking, "gateway.ListQuarters", &request.base, &workrelief__quarter_page__descriptor);
  for (size_t i = 0; ours && i < count; i++) {
    if (has_quarter(ours, quarters[i])) continue;
    Workrelief__RecordQuarterRequest record = WORKRELIEF__RECORD_QUARTER_REQUEST__INIT;
    record.quarter = quarters[i]->quarter;
    record.due_date = quarters[i]->due_date;
    record.grace_days = quarters[i]->grace_days;
    record.quarter_state = quarters[i]->quarter_state;
    record.on_time_until_date = quarters[i]->on_time_until_date;
    if (!taking_ask(taking, "gateway.RecordQuarter", &record.base, &workrelief__quarter__descriptor)) return false;
  }
  return ours != NULL;
}

static bool has_extension(const Workrelief__ExtensionPage *page, const Workrelief__Extension *wanted) {
  for (size_t i = 0; i < page->n_rows; i++)
    if (strcmp(page->rows[i]->unit_id, wanted->unit_id) == 0 && page->rows[i]->extension_number == wanted->extension_number) return true;
  return false;
}

bool take_extensions(const struct taking *taking, char *quarter, Workrelief__Extension *const *extensions, size_t count) {
  Workrelief__ListExtensionsRequest request = WORKRELIEF__LIST_EXTENSIONS_REQUEST__INIT;
  request.quarter = quarter;
  request.page_size = PAGE_MOST;
  const Workrelief__ExtensionPage *ours =
      (const Workrelief__ExtensionPage *)taking_ask(taking, "gateway.ListExtensions", &request.base, &workrelief__extension_page__descriptor);
  for (size_t i = 0; ours && i < count; i++) {
    if (has_extension(ours, extensions[i])) continue;
    Workrelief__RecordExtensionRequest record = WORKRELIEF__RECORD_EXTENSION_REQUEST__INIT;
    record.quarter = extensions[i]->quarter;
    record.unit_id = extensions[i]->unit_id;
    record.extension_number = extensions[i]->extension_number;
    record.until_date = extensions[i]->until_date;
    record.extension_reason = extensions[i]->extension_reason;
    record.granted_by = extensions[i]->granted_by;
    record.granted_at_us = extensions[i]->granted_at_us;
    if (!taking_ask(taking, "gateway.RecordExtension", &record.base, &workrelief__extension__descriptor)) return false;
  }
  return ours != NULL;
}
