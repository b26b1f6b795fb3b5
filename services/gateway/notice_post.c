/* notice_post.c - the forms' routes: what is refused before anything is read, and what is handed to the second thread. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/pb/validate.h"
#include "services/gateway/notice_board.h"
#include "services/gateway/notice_form.h"

#define BODY_MOST 65536u
#define FORM_PAGE_S 3600
#define COOKIE_S 7200

static const char *cookie_name(const struct http_site *site) { return http_is_tls(site) ? "__Host-workrelief-form" : "workrelief-form"; }

/* The cookie that our own form came with; false: none. */
static bool nonce_of(const struct http_site *site, const struct exchange *exchange, char nonce[NONCE_TEXT + 1]) {
  const char *value = MHD_lookup_connection_value(exchange->connection, MHD_COOKIE_KIND, cookie_name(site));
  if (!value || !notice_nonce_ok(value)) return false;
  snprintf(nonce, NONCE_TEXT + 1, "%s", value);
  return true;
}

static void set_nonce(const struct http_site *site, struct exchange *exchange, const char *nonce) {
  snprintf(exchange->answer.cookie, sizeof exchange->answer.cookie, "%s=%s; Path=/%s; HttpOnly; SameSite=Strict; Max-Age=%d%s", cookie_name(site),
           nonce, http_is_tls(site) ? "" : "notice", COOKIE_S, http_is_tls(site) ? "; Secure" : "");
}

/* False: no form of ours; answered. */
static bool is_form(struct exchange *exchange) {
  static const char wanted[] = "application/x-www-form-urlencoded";
  const char *type = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
  bool english = notice_english(exchange);
  if (exchange->length > BODY_MOST)
    notice_say(&exchange->answer, english, MHD_HTTP_CONTENT_TOO_LARGE, "内容过长", "Too long", "提交的内容过长，请缩短后再提交。",
               "What was sent is too long; shorten it.");
  else if (!type || strncasecmp(type, wanted, sizeof wanted - 1) != 0)
    notice_say(&exchange->answer, english, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "没有收到", "Not received", "请从页面上的表单提交。",
               "Use the form on the page.");
  else if (!is_from_here(exchange))
    notice_say(&exchange->answer, english, MHD_HTTP_FORBIDDEN, "没有收到", "Not received", "请从本站页面提交。", "Use the form on this site.");
  else
    return true;
  return false;
}

/* A page made here and now. */
static void answer_page(struct exchange *exchange, void (*write)(FILE *out, bool english, bool unknown)) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out) write(out, notice_english(exchange), false);
  if (out && fclose(out) != 0) free(text), text = NULL;
  answer_text(&exchange->answer, MHD_HTTP_OK, "text/html; charset=utf-8", text, length);
  exchange->answer.cacheable = exchange->answer.is_unlisted = true;
  exchange->answer.max_age_s = FORM_PAGE_S;
}

static void code_begin(struct http_site *site, struct exchange *exchange, void (*write)(FILE *out, bool english, bool unknown),
                       void (*run)(struct http_site *site, struct http_job *job)) {
  if (!exchange->is_post) return answer_page(exchange, write);
  if (!is_form(exchange) || !notice_may(site, exchange, http_board(site)->codes)) return;
  snprintf(exchange->path, sizeof exchange->path, "%d", notice_english(exchange));
  http_work(site, exchange, run);
}

void notice_query_begin(struct http_site *site, struct exchange *exchange) { code_begin(site, exchange, notice_write_query, notice_progress_job); }
void notice_slip_begin(struct http_site *site, struct exchange *exchange) { code_begin(site, exchange, notice_write_slip_form, notice_slip_job); }

static void complaint_page(struct http_site *site, struct exchange *exchange, const Workrelief__NoticeProject *project) {
  char nonce[NONCE_TEXT + 1], token[FORM_TOKEN_SIZE], *text = NULL;
  size_t length = 0;
  if (!nonce_of(site, exchange, nonce)) notice_nonce_new(nonce);
  notice_form_make(http_board(site), nonce, project->project_code, clock_now_us(), token);
  const struct complaint_form form = {.english = notice_english(exchange),
                                      .project_code = project->project_code,
                                      .project_name = project->project_name,
                                      .token = token,
                                      .note = "",
                                      .about = "",
                                      .source = "",
                                      .name = "",
                                      .phone = ""};
  FILE *out = open_memstream(&text, &length);
  if (out) notice_write_complaint(out, &form);
  if (out && fclose(out) != 0) free(text), text = NULL;
  answer_text(&exchange->answer, MHD_HTTP_OK, "text/html; charset=utf-8", text, length);
  exchange->answer.is_unlisted = true;
  set_nonce(site, exchange, nonce);
}

void notice_complain_begin(struct http_site *site, struct exchange *exchange) {
  const char *project_code = exchange->rest + strlen("complain/");
  char nonce[NONCE_TEXT + 1] = "-";
  if (!code_ok(project_code)) return notice_unknown(exchange);
  if (exchange->is_post && !exchange->waited && (!is_form(exchange) || !notice_may(site, exchange, http_board(site)->complaints))) return;
  if (!notice_indexed(site, exchange)) return;
  const Workrelief__NoticeProject *project = notice_project(http_board(site), project_code);
  if (!project) return notice_unknown(exchange);
  if (!exchange->is_post) return complaint_page(site, exchange, project);
  if (!nonce_of(site, exchange, nonce)) { /* the form comes back, with a cookie this time */
    notice_nonce_new(nonce);
    set_nonce(site, exchange, nonce);
  }
  char path[HTTP_PATH_SIZE];
  snprintf(path, sizeof path, "%d|%s|%s", notice_english(exchange), project_code, nonce);
  memcpy(exchange->path, path, sizeof path);
  http_work(site, exchange, notice_complaint_job);
}
