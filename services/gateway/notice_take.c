/* notice_take.c - what the second thread does with a form of the notice board: a complaint, a code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/daemon/service.h"
#include "common/pb/validate.h"
#include "services/gateway/notice_ask.h"
#include "services/gateway/notice_form.h"
#include "services/gateway/web_form.h"

/* "1|project|nonce": the language and what else the listener knows. */
static bool read_path(const struct http_job *job, bool *english, char project_code[NOTICE_CODE_SIZE], char nonce[NONCE_TEXT + 1]) {
  int number;
  if (sscanf(job->path, "%d|%64[^|]|%32s", &number, project_code, nonce) != 3) return false;
  *english = number != 0;
  return true;
}

/* The form in the arena; NULL: answered. */
static const struct web_form *read_form(struct asking *asking) {
  const struct http_job *job = asking->job;
  char *body = arena_alloc(&asking->arena, job->length + 1);
  struct web_form *form = arena_alloc(&asking->arena, sizeof *form);
  if (body && job->length) memcpy(body, job->body, job->length);
  if (body && form && web_form_parse(body, job->length, form)) return form;
  notice_say(&asking->job->answer, asking->view.english, MHD_HTTP_BAD_REQUEST, "没有收到", "Not received", "表单内容无法识别，请返回重填。",
             "The form could not be read; go back and fill it in again.");
  return NULL;
}

static void wrong(struct complaint_form *form, const char *zh, const char *en) {
  if (form->problem_count < FORM_PROBLEMS_MOST) form->problems[form->problem_count++] = form->english ? en : zh;
}

static void check_complaint(struct complaint_form *form) {
  size_t length = utf8_length(form->note);
  if (length < COMPLAINT_LEAST || length > COMPLAINT_MOST)
    wrong(form, "请写明反映的事情，5 至 2000 字。", "Say what happened, in 5 to 2,000 characters.");
  if (*form->phone && !phone_ok(form->phone))
    wrong(form, "电话号码不正确：请核对，或不填。", "This is no telephone number: check it, or leave it out.");
  if (*form->phone && !*form->name) wrong(form, "留电话的，请同时填姓名。", "With a telephone number, give a name too.");
  if (strcmp(form->source, "PUBLIC") != 0 && strcmp(form->source, "WORKER") != 0) wrong(form, "请选择您是谁。", "Choose who you are.");
}

/* The unit complained of, by how it stands to the project: the form knows no unit's id. */
static const char *unit_about(const Workrelief__NoticeBoard *board, const char *about) {
  const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value_by_name(&workrelief__relation__value__descriptor, about);
  for (size_t i = 0; value && i < board->n_parties; i++)
    if ((int)board->parties[i]->relation == value->value) return board->parties[i]->unit_id;
  return "";
}

/* The form again, with what is wrong with it; its token is fresh, for the old one may stand for a call that was refused. */
static void show_form(struct asking *asking, struct complaint_form *form, const char *nonce, unsigned status) {
  struct sink sink;
  char token[FORM_TOKEN_SIZE];
  if (!sink_open(&sink)) return;
  notice_form_make(http_board(asking->site), nonce, form->project_code, clock_now_us(), token);
  form->token = token;
  notice_write_complaint(sink.out, form);
  form->token = "";
  sink_close(&sink, asking->job, status);
}

static void show_refusal(struct asking *asking, struct complaint_form *form, const char *nonce, const struct client_reply *reply) {
  if (!reply->header || reply->status == STATUS_UNAVAILABLE) return notice_away(&asking->job->answer, form->english);
  if (reply->status == STATUS_ALREADY_EXISTS || reply->status == STATUS_ABORTED)
    wrong(form, "这份表单已经提交过；如要再反映一件事，请确认后重新提交。",
          "This form was sent before; to complain of something else, send it again.");
  for (size_t i = 0; form->problem_count < FORM_PROBLEMS_MOST && i < reply->header->n_problems; i++)
    form->problems[form->problem_count++] = reply->header->problems[i]->message;
  if (!form->problem_count) wrong(form, reply->header->message, reply->header->message);
  show_form(asking, form, nonce, http_status_of(reply->status));
}

static void send_complaint(struct asking *asking, struct complaint_form *form, const char *nonce) {
  Workrelief__AddComplaintRequest request = WORKRELIEF__ADD_COMPLAINT_REQUEST__INIT;
  struct client_reply reply;
  struct sink sink;
  char code[QUERY_CODE_TEXT + 1];
  uint8_t digest[SM3_SIZE], request_id[SM3_SIZE];
  notice_query_code(http_board(asking->site), nonce, form->token, code);
  sm3_of(code, QUERY_CODE_TEXT, digest);
  sm3_of(form->token, strlen(form->token), request_id); /* the same form twice is one complaint */
  request.project_code = (char *)(uintptr_t)form->project_code;
  request.complaint_source =
      strcmp(form->source, "WORKER") == 0 ? WORKRELIEF__COMPLAINT_SOURCE__VALUE__WORKER : WORKRELIEF__COMPLAINT_SOURCE__VALUE__PUBLIC;
  request.complaint_note = (char *)(uintptr_t)form->note;
  request.complainant_name = (char *)(uintptr_t)form->name;
  request.complainant_phone = (char *)(uintptr_t)form->phone;
  request.about_unit_id = (char *)(uintptr_t)unit_about(asking->view.board, form->about);
  request.query_digest = (ProtobufCBinaryData){SM3_SIZE, digest};
  const message *answer = asking_send(asking, "evaluation.AddComplaint", request_id, &request.base, &workrelief__complaint__descriptor, &reply);
  if (!answer) return show_refusal(asking, form, nonce, &reply);
  if (!sink_open(&sink)) return;
  notice_write_complained(sink.out, form->english, code, ((const Workrelief__Complaint *)answer)->due_date);
  sink_close(&sink, asking->job, MHD_HTTP_OK);
}

static void take_complaint(struct asking *asking, const char *project_code, const char *nonce) {
  const struct web_form *sent = read_form(asking);
  if (!sent) return;
  struct complaint_form form = {.english = asking->view.english,
                                .project_code = project_code,
                                .token = web_form_text(sent, "form"),
                                .note = web_form_text(sent, "note"),
                                .about = web_form_text(sent, "about"),
                                .source = web_form_text(sent, "source"),
                                .name = web_form_text(sent, "name"),
                                .phone = web_form_text(sent, "phone")};
  if (!asking_board(asking, project_code)) return;
  form.project_name = asking->view.board->project_name;
  if (!notice_form_fits(http_board(asking->site), nonce, project_code, form.token, clock_now_us())) {
    wrong(&form, "表单已过期或不是从本页提交的：请核对后再次提交。",
          "The form is too old or did not come from this page: look at it and send it again.");
    return show_form(asking, &form, nonce, MHD_HTTP_FORBIDDEN);
  }
  check_complaint(&form);
  if (form.problem_count) return show_form(asking, &form, nonce, MHD_HTTP_UNPROCESSABLE_CONTENT);
  send_complaint(asking, &form, nonce);
}

void notice_complaint_job(struct http_site *site, struct http_job *job) {
  struct asking asking;
  bool english;
  char project_code[NOTICE_CODE_SIZE], nonce[NONCE_TEXT + 1];
  if (!read_path(job, &english, project_code, nonce)) return;
  asking_begin(&asking, site, job, english);
  take_complaint(&asking, project_code, nonce);
  arena_reset(&asking.arena);
}

/* What stands under a code; a code that cannot be one and a code that is none are answered alike. */
static void take_code(struct asking *asking, void (*ask_one)(struct asking *asking, const char *text)) {
  const struct web_form *form = read_form(asking);
  if (form) ask_one(asking, web_form_text(form, "code"));
}

static void ask_progress(struct asking *asking, const char *text) {
  Workrelief__GetComplaintByCodeRequest request = WORKRELIEF__GET_COMPLAINT_BY_CODE_REQUEST__INIT;
  struct client_reply reply = {.status = STATUS_NOT_FOUND};
  struct sink sink;
  char code[QUERY_CODE_TEXT + 1];
  uint8_t digest[SM3_SIZE];
  const Workrelief__ComplaintProgress *progress = NULL;
  if (notice_query_code_read(text, code)) {
    sm3_of(code, QUERY_CODE_TEXT, digest);
    request.query_digest = (ProtobufCBinaryData){SM3_SIZE, digest};
    progress = (const Workrelief__ComplaintProgress *)asking_ask(asking, "evaluation.GetComplaintByCode", &request.base,
                                                                 &workrelief__complaint_progress__descriptor, &reply);
  }
  if (!progress && reply.status != STATUS_NOT_FOUND) return notice_away(&asking->job->answer, asking->view.english);
  if (!sink_open(&sink)) return;
  if (progress)
    notice_write_progress(sink.out, asking->view.english, progress);
  else
    notice_write_query(sink.out, asking->view.english, true);
  sink_close(&sink, asking->job, progress ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND);
}

static void ask_slip(struct asking *asking, const char *text) {
  Workrelief__GetSlipByCodeRequest request = WORKRELIEF__GET_SLIP_BY_CODE_REQUEST__INIT;
  struct client_reply reply = {.status = STATUS_NOT_FOUND};
  struct sink sink;
  char code[SLIP_CODE_TEXT + 1];
  const Workrelief__Payslip *slip = NULL;
  if (notice_slip_code_read(text, code)) {
    request.slip_code = code;
    slip = (const Workrelief__Payslip *)asking_ask(asking, "payroll.GetSlipByCode", &request.base, &workrelief__payslip__descriptor, &reply);
  }
  if (!slip && reply.status != STATUS_NOT_FOUND) return notice_away(&asking->job->answer, asking->view.english);
  if (!sink_open(&sink)) return;
  if (slip)
    notice_write_slip(sink.out, asking->view.english, slip);
  else
    notice_write_slip_form(sink.out, asking->view.english, true);
  sink_close(&sink, asking->job, slip ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND);
}

static void code_job(struct http_site *site, struct http_job *job, void (*ask_one)(struct asking *asking, const char *text)) {
  struct asking asking;
  asking_begin(&asking, site, job, job->path[0] == '1');
  take_code(&asking, ask_one);
  arena_reset(&asking.arena);
}

void notice_progress_job(struct http_site *site, struct http_job *job) { code_job(site, job, ask_progress); }
void notice_slip_job(struct http_site *site, struct http_job *job) { code_job(site, job, ask_slip); }
