/* payments.c - what SQL alone cannot say of payments: the answer to an enquiry and a return file are a bank's results like any other, and are
 * judged by the same statement. */
#include "services/payroll/handlers.h"

#include "payroll.pb-c.h"

/* Reply and event of a procedure are those of the statement that did the work: of one type, so each field goes over as it is. */
static void answer_settled(struct call *call, const struct filled *filled) {
  const message *parts[] = {filled->reply, filled->event};
  message *wholes[] = {call_reply(call), call_event(call)};
  for (size_t part = 0; part < 2; part++)
    for (unsigned i = 0; i < parts[part]->descriptor->n_fields; i++) {
      const message_field *field = &parts[part]->descriptor->fields[i];
      (void)pb_copy_field(wholes[part], field, parts[part], field);
    }
}

/* The bank's results of an order, whoever brings them. */
static bool record_results(struct session *session, char *project_code, char *order_code, Workrelief__BankResult **lines, size_t count,
                           struct filled *filled) {
  Workrelief__RecordBankResultsRequest results = WORKRELIEF__RECORD_BANK_RESULTS_REQUEST__INIT;
  results.project_code = project_code;
  results.order_code = order_code;
  results.lines = lines;
  results.n_lines = count;
  return session_run(session, "RecordBankResults", &results.base, filled);
}

void record_enquiry(struct call *call, struct session *session) {
  const Workrelief__RecordEnquiryRequest *request = (const Workrelief__RecordEnquiryRequest *)call_request(call);
  struct filled filled;
  if (!session_run(session, "enquiry_check", &request->base, NULL)) return;
  if (!record_results(session, request->project_code, request->order_code, request->lines, request->n_lines, &filled)) return;
  if (session_run(session, "enquiry_close", &request->base, NULL)) answer_settled(call, &filled);
}

void record_return(struct call *call, struct session *session) {
  const Workrelief__RecordReturnFileRequest *request = (const Workrelief__RecordReturnFileRequest *)call_request(call);
  struct filled filled;
  if (!session_run(session, "return_check", &request->base, NULL)) return;
  if (record_results(session, request->project_code, request->order_code, request->lines, request->n_lines, &filled)) answer_settled(call, &filled);
}
