/* workers.c - what a batch of workers or agreements is told beside what SQL refuses; and the answer of a procedure. */
#include <stdio.h>
#include <string.h>

#include "services/workforce/handlers.h"
#include "workforce.pb-c.h"

#define PATH_SIZE 64

/* Pay goes to the worker in person (Reg. 724 art. 31); another holder may be a slip of the pen, so it is a warning here and payroll's to
 * judge. */
void check_workers(struct call *call) {
  const Workrelief__AddWorkersRequest *request = (const Workrelief__AddWorkersRequest *)call_request(call);
  for (size_t i = 0; i < request->n_lines; i++) {
    const Workrelief__WorkerLine *line = request->lines[i];
    if (!*line->account_holder || strcmp(line->account_holder, line->worker_name) == 0) continue;
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "lines[%zu].account_holder", i);
    call_warn(call, "HOLDER_DIFFERS", path, NULL);
  }
}

void finish_agreements(struct call *call) {
  const Workrelief__AddAgreementsReply *reply = (const Workrelief__AddAgreementsReply *)call_reply(call);
  for (size_t i = 0; i < reply->n_rows; i++) { /* rows stand as the lines came */
    if (!reply->rows[i]->age_warning) continue;
    char path[PATH_SIZE], age[16];
    snprintf(path, sizeof path, "lines[%zu].worker_number", i);
    snprintf(age, sizeof age, "%d", reply->rows[i]->age_years);
    call_warn(call, "OVER_AGE", path, age);
  }
}

void answer_same(struct call *call, const message *answer, const char *rule) {
  message *const targets[] = {call_reply(call), call_event(call)};
  for (size_t t = 0; t < sizeof targets / sizeof *targets; t++)
    for (unsigned i = 0; targets[t] && i < answer->descriptor->n_fields; i++) {
      const message_field *field = &answer->descriptor->fields[i];
      if (!pb_copy_field(targets[t], field, answer, field)) return call_refuse(call, rule, "", field->name);
    }
}
