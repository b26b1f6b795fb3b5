/* checks.c - what can be refused before the database is asked: papers, approvals, lists, contracts, notices. */
#include <stdio.h>

#include "common/daemon/call.h"
#include "registry.pb-c.h"
#include "services/registry/rules.h"

/* protobuf-c gives each enum a type of its own; as int they share one set of rules. */
#define MASK(list, count) enum_mask((const int *)(const void *)(list), count)

#define DIGEST_SIZE 32

static void refuse_gap(struct call *call, bool gap, const char *rule, const char *path) {
  if (gap) call_refuse(call, rule, path, NULL);
}

void check_pre_review(struct call *call) {
  const Workrelief__SubmitPreReviewRequest *request = (const Workrelief__SubmitPreReviewRequest *)call_request(call);
  uint32_t kinds = 0;
  bool deep = false;
  for (size_t i = 0; i < request->n_documents; i++) {
    const Workrelief__ReviewDocument *document = request->documents[i];
    kinds |= enum_mask((const int[]){(int)document->document_kind}, 1);
    deep = deep || (document->document_kind == WORKRELIEF__DOCUMENT_KIND__VALUE__FSR && document->prelim_depth);
    char path[48];
    snprintf(path, sizeof path, "documents[%zu].document_digest", i);
    refuse_gap(call, document->document_digest.len != DIGEST_SIZE, "DIGEST_INVALID", path);
  }
  unsigned gaps = review_gaps(kinds, request->approval_mode == WORKRELIEF__APPROVAL_MODE__VALUE__SIMPLIFIED, deep);
  refuse_gap(call, gaps & GAP_REPORT, "REPORT_MISSING", "documents");
  refuse_gap(call, gaps & GAP_DESIGN, "DESIGN_MISSING", "documents");
  refuse_gap(call, gaps & GAP_DEPTH, "DEPTH_MISSING", "documents");
}

void check_pre_review_decision(struct call *call) {
  const Workrelief__DecidePreReviewRequest *request = (const Workrelief__DecidePreReviewRequest *)call_request(call);
  bool returned = request->decision == WORKRELIEF__REVIEW_STATE__VALUE__RETURNED;
  refuse_gap(call, !returned && request->decision != WORKRELIEF__REVIEW_STATE__VALUE__PASSED, "DECISION_UNKNOWN", "decision");
  refuse_gap(call, returned && !request->review_note[0], "REMARKS_MISSING", "review_note");
}

void check_approval(struct call *call) {
  const Workrelief__ApproveProjectRequest *request = (const Workrelief__ApproveProjectRequest *)call_request(call);
  bool simplified = request->approval_mode == WORKRELIEF__APPROVAL_MODE__VALUE__SIMPLIFIED;
  bool waived = request->fiscal_review == WORKRELIEF__FISCAL_REVIEW__VALUE__WAIVED;
  refuse_gap(call, !request->relief_clause, "RELIEF_CLAUSE_MISSING", "relief_clause");
  refuse_gap(call, !request->reporting_clause, "REPORTING_CLAUSE_MISSING", "reporting_clause");
  refuse_gap(call, waived && !request->waiver_reason[0], "WAIVER_REASON_MISSING", "waiver_reason");
  refuse_gap(call, simplified && !approval_covers_all(MASK(request->covered_documents, request->n_covered_documents)), "COVER_INCOMPLETE",
             "covered_documents");
}

void check_list_proposal(struct call *call) {
  const Workrelief__ProposeListEntryRequest *request = (const Workrelief__ProposeListEntryRequest *)call_request(call);
  bool from_bank = request->entry_source == WORKRELIEF__ENTRY_SOURCE__VALUE__RURAL_PROJECT_BANK;
  refuse_gap(call, !list_kind_fits((int)request->list_kind, (int)request->list_level), "NONGTUI_ONLY_COUNTY", "list_level");
  refuse_gap(call, from_bank && !request->bank_code[0], "BANK_CODE_MISSING", "bank_code");
}

void check_list_decision(struct call *call) {
  const Workrelief__DecideListEntryRequest *request = (const Workrelief__DecideListEntryRequest *)call_request(call);
  bool removed = request->decision == WORKRELIEF__ENTRY_STATE__VALUE__REMOVED;
  refuse_gap(call, !removed && request->decision != WORKRELIEF__ENTRY_STATE__VALUE__LISTED, "DECISION_UNKNOWN", "decision");
  refuse_gap(call, removed && !request->decision_note[0], "REMARKS_MISSING", "decision_note");
}

void check_list_adjustment(struct call *call) {
  const Workrelief__AdjustListEntryRequest *request = (const Workrelief__AdjustListEntryRequest *)call_request(call);
  refuse_gap(call, !list_kind_fits((int)request->list_kind, (int)request->list_level), "NONGTUI_ONLY_COUNTY", "list_level");
}

void check_award(struct call *call) {
  const Workrelief__AwardProjectRequest *request = (const Workrelief__AwardProjectRequest *)call_request(call);
  refuse_gap(call, contract_gaps(MASK(request->contract_clauses, request->n_contract_clauses)) != 0, "CONTRACT_CLAUSE_MISSING", "contract_clauses");
}

static void check_sign(struct call *call, const Workrelief__PublishNoticeRequest *request) {
  const struct {
    const char *path, *text;
  } shown[] = {{"built_from_date", request->built_from_date},
               {"built_to_date", request->built_to_date},
               {"content_note", request->content_note},
               {"benefit_note", request->benefit_note},
               {"upkeep_body_name", request->upkeep_body_name}};
  for (size_t i = 0; i < ARRAY_LENGTH(shown); i++) refuse_gap(call, !shown[i].text[0], "SIGN_FIELD_MISSING", shown[i].path);
}

static void check_board(struct call *call, const Workrelief__RightsBoard *board) {
  static const Workrelief__RightsBoard nothing = WORKRELIEF__RIGHTS_BOARD__INIT;
  if (!board) board = &nothing;
  const struct {
    const char *path, *text;
  } shown[] = {{"rights_board.owner_name", board->owner_name},
               {"rights_board.general_contractor_name", board->general_contractor_name},
               {"rights_board.project_department_name", board->project_department_name},
               {"rights_board.competent_bureau_name", board->competent_bureau_name},
               {"rights_board.labour_officer_name", board->labour_officer_name},
               {"rights_board.pay_date_note", board->pay_date_note},
               {"rights_board.bureau_hotline", board->bureau_hotline},
               {"rights_board.inspection_hotline", board->inspection_hotline},
               {"rights_board.arbitration_note", board->arbitration_note},
               {"rights_board.legal_aid_note", board->legal_aid_note},
               {"rights_board.legal_service_hotline", board->legal_service_hotline}};
  for (size_t i = 0; i < ARRAY_LENGTH(shown); i++) refuse_gap(call, !shown[i].text[0], "BOARD_FIELD_MISSING", shown[i].path);
  refuse_gap(call, board->minimum_wage_fen == 0, "BOARD_FIELD_MISSING", "rights_board.minimum_wage_fen");
}

void check_notice(struct call *call) {
  const Workrelief__PublishNoticeRequest *request = (const Workrelief__PublishNoticeRequest *)call_request(call);
  bool announces_award =
      request->notice_stage == WORKRELIEF__NOTICE_STAGE__VALUE__AWARD && request->notice_kind == WORKRELIEF__NOTICE_KIND__VALUE__ANNOUNCEMENT;
  uint32_t channels = MASK(request->channels, request->n_channels);
  refuse_gap(call, channel_gaps((int)request->notice_stage, (int)request->notice_kind, channels) != 0, "CHANNEL_MISSING", "channels");
  refuse_gap(call, announces_award && !request->states_requirement, "REQUIREMENT_TEXT_MISSING", "states_requirement");
  if (request->notice_kind == WORKRELIEF__NOTICE_KIND__VALUE__PERMANENT_SIGN) check_sign(call, request);
  if (request->notice_kind == WORKRELIEF__NOTICE_KIND__VALUE__RIGHTS_BOARD) check_board(call, request->rights_board);
}

void check_paper(struct call *call) {
  const Workrelief__AddPaperRequest *request = (const Workrelief__AddPaperRequest *)call_request(call);
  refuse_gap(call, request->paper_digest.len != DIGEST_SIZE, "DIGEST_INVALID", "paper_digest");
  refuse_gap(call, !media_type_ok(request->media_type), "MEDIA_TYPE_SHAPE", "media_type");
}

void check_paper_limit(struct call *call) {
  const Workrelief__SetPaperLimitRequest *request = (const Workrelief__SetPaperLimitRequest *)call_request(call);
  refuse_gap(call, !media_type_ok(request->media_type), "MEDIA_TYPE_SHAPE", "media_type");
}
