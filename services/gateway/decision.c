/* decision.c - what the office decides of a report is signed by its node, so that the unit can show it to anybody. */
#include <string.h>

#include "common/bus/client.h"
#include "services/gateway/content.h"
#include "services/gateway/draw.h"
#include "services/gateway/handlers.h"

/* A node without a key decides all the same: it has no children then, and the decision stands in its journal. */
static Workrelief__Signed *signed_decision(struct call *call, struct runtime *runtime, char *report_code, Workrelief__ReportState__Value state,
                                           char *return_reason) {
  Workrelief__GetReportRequest request = WORKRELIEF__GET_REPORT_REQUEST__INIT;
  Workrelief__DecisionContent content = WORKRELIEF__DECISION_CONTENT__INIT;
  struct client_reply reply;
  message *answer;
  request.report_code = report_code;
  runtime_ask(runtime, call_arena(call), "gateway.GetReport", NULL, &request.base, &workrelief__report__descriptor, &reply, &answer);
  if (!answer && reply.status != STATUS_NOT_FOUND) report_not_read(call);
  const Workrelief__Report *report = (const Workrelief__Report *)answer;
  if (!report) return NULL;
  content.content_version = CONTENT_VERSION;
  content.sender_unit_id = (char *)(uintptr_t)runtime_setting(runtime, "unit_id");
  content.report_code = report->report_code;
  content.unit_id = report->unit_id;
  content.quarter = report->quarter;
  content.revision = report->revision;
  content.line_digest = report->line_digest;
  content.report_state = state;
  content.decided_by = (char *)(uintptr_t)call_caller(call)->principal;
  content.decided_at_us = call_now_us(call);
  content.return_reason = return_reason;
  return content_sign_here(call_arena(call), runtime, &content.base);
}

void gather_accepted(struct call *call, struct runtime *runtime) {
  Workrelief__AcceptReportRequest *request = (Workrelief__AcceptReportRequest *)call_request(call);
  request->gathered_decision =
      signed_decision(call, runtime, request->report_code, WORKRELIEF__REPORT_STATE__VALUE__ACCEPTED, (char *)(uintptr_t) "");
}

void gather_returned(struct call *call, struct runtime *runtime) {
  Workrelief__ReturnReportRequest *request = (Workrelief__ReturnReportRequest *)call_request(call);
  request->gathered_decision =
      signed_decision(call, runtime, request->report_code, WORKRELIEF__REPORT_STATE__VALUE__RETURNED, request->return_reason);
}
