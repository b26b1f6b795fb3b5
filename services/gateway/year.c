/* year.c - 年度专题报告 (R189): facts gathered into a draft, the text frozen at its issue, any past revision printed again. */
#include <string.h>

#include "common/bus/client.h"
#include "common/crypto/hash.h"
#include "services/gateway/handlers.h"
#include "services/gateway/year.h"

static void not_read(struct call *call) {
  call_unavailable(call, "YEAR_REPORT_NOT_READ", "读取年度报告失败；请稍后重试。", "The yearly report could not be read; try again.");
}

static bool put_digest(struct call *call, const void *bytes, size_t length, ProtobufCBinaryData *target) {
  uint8_t *digest = arena_alloc(call_arena(call), SM3_SIZE);
  if (!digest) return not_read(call), false;
  sm3_of(bytes, length, digest);
  *target = (ProtobufCBinaryData){SM3_SIZE, digest};
  return true;
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
  if (!put_digest(call, bytes, length, &request->gathered_digest)) return;
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

/* A draft's facts do not change behind it, so what is read here is what is issued. */
void gather_year_issue(struct call *call, struct runtime *runtime) {
  Workrelief__IssueYearReportRequest *request = (Workrelief__IssueYearReportRequest *)call_request(call);
  Workrelief__GetYearReportRequest get = WORKRELIEF__GET_YEAR_REPORT_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  get.report_year = request->report_year;
  get.revision = request->revision;
  runtime_ask(runtime, call_arena(call), "gateway.GetYearReport", NULL, &get.base, &workrelief__year_report__descriptor, &reply, &answer);
  if (!answer && reply.status == STATUS_NOT_FOUND) return; /* the statement says so */
  Workrelief__YearReport *report = (Workrelief__YearReport *)answer;
  if (!report || !report->facts) return not_read(call);
  report->document_no = request->document_no;
  report->issued_date = request->issued_date;
  request->gathered_text = year_text(call_arena(call), report);
  if (!request->gathered_text) return not_read(call);
  put_digest(call, request->gathered_text, strlen(request->gathered_text), &request->gathered_digest);
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
