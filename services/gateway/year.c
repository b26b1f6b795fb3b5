/* year.c - 年度专题报告 (R189): facts gathered into a draft, the text frozen at its issue, any past revision printed again. */
#include "services/gateway/frozen.h"
#include "services/gateway/handlers.h"
#include "services/gateway/year.h"

static void not_read(struct call *call) {
  call_unavailable(call, "YEAR_REPORT_NOT_READ", "读取年度报告失败；请稍后重试。", "The yearly report could not be read; try again.");
}

/* The facts go to the statement as bytes alone: what is frozen is what was hashed. */
void gather_year_report(struct call *call, struct runtime *runtime) {
  Workrelief__DraftYearReportRequest *request = (Workrelief__DraftYearReportRequest *)call_request(call);
  Workrelief__YearFacts *facts = year_facts(call, runtime, request->report_year);
  if (!facts) return;
  size_t length;
  uint8_t *bytes = pb_pack(call_arena(call), &facts->base, &length);
  if (!bytes) return not_read(call);
  request->gathered_content = (ProtobufCBinaryData){length, bytes};
  if (!frozen_digest(call, bytes, length, &request->gathered_digest)) not_read(call);
}

static bool unpack_facts(struct call *call, Workrelief__YearReport *report) {
  report->facts = (Workrelief__YearFacts *)pb_unpack(call_arena(call), &workrelief__year_facts__descriptor, report->facts_content.data,
                                                     report->facts_content.len);
  return report->facts != NULL;
}

void finish_year_report(struct call *call) {
  Workrelief__YearReport *report = (Workrelief__YearReport *)call_reply(call);
  if (!unpack_facts(call, report)) return not_read(call);
  if (report->year_report_state == WORKRELIEF__YEAR_REPORT_STATE__VALUE__ISSUED) return;
  char *text = year_text(call_arena(call), report);
  if (!text) return not_read(call);
  report->report_text = text;
}

static char *text_of(struct arena *arena, const message *document) {
  const Workrelief__YearReport *report = (const Workrelief__YearReport *)document;
  return report->facts ? year_text(arena, report) : NULL;
}

void gather_year_issue(struct call *call, struct runtime *runtime) {
  static const struct frozen_kind year_report = {"gateway.GetYearReport", text_of, not_read};
  const Workrelief__IssueYearReportRequest *request = (const Workrelief__IssueYearReportRequest *)call_request(call);
  Workrelief__GetYearReportRequest get = WORKRELIEF__GET_YEAR_REPORT_REQUEST__INIT;
  get.report_year = request->report_year;
  get.revision = request->revision;
  frozen_issue(call, runtime, &year_report, &get.base);
}

void gather_year_dataset(struct call *call, struct runtime *runtime) {
  Workrelief__GetYearDatasetRequest *request = (Workrelief__GetYearDatasetRequest *)call_request(call);
  request->gathered_dataset = year_dataset(call, runtime, request->report_year);
}

void finish_year_dataset(struct call *call) {
  const Workrelief__GetYearDatasetRequest *request = (const Workrelief__GetYearDatasetRequest *)call_request(call);
  Workrelief__YearDataset *reply = (Workrelief__YearDataset *)call_reply(call), *gathered = request->gathered_dataset;
  if (!gathered) return not_read(call);
  for (unsigned i = 0; i < workrelief__year_dataset__descriptor.n_fields; i++) {
    const message_field *field = &workrelief__year_dataset__descriptor.fields[i];
    if (!pb_copy_field(&reply->base, field, &gathered->base, field)) return not_read(call);
  }
}
