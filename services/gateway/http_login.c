/* http_login.c - the only places where a password or a fresh secret passes: log in and out, set a password, make an invitation or a token.
 * Hashing is slow on purpose (yescrypt), so it is done by the second thread; what the services see is hashes and digests. */
#include <crypt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/daemon/service.h"
#include "services/gateway/http.h"

#define PASSWORD_LEAST 8u  /* code points, */
#define PASSWORD_BYTES 12u /* and bytes: eight Chinese characters are more than eight letters */
#define PASSWORD_MOST 256u /* bytes */
#define INVITATION_US (7 * 86400 * INT64_C(1000000))
#define TOKEN_DAYS_MOST 366
#define LOGIN_ARENA ((size_t)1 << 20)

/* --- who asks --------------------------------------------------------------------------------------------------------------------- */

static bool cookie_of(const struct http_site *site, struct exchange *exchange) {
  const char *value = MHD_lookup_connection_value(exchange->connection, MHD_COOKIE_KIND, http_cookie_name(site));
  return value && credential_read(value, strlen(value), true, &exchange->credential);
}

static bool bearer_of(struct exchange *exchange) {
  const char *value = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
  return value && strncasecmp(value, "Bearer ", 7) == 0 && credential_read(value + 7, strlen(value + 7), false, &exchange->credential);
}

static void nobody(struct exchange *exchange) {
  answer_problem(&exchange->answer, MHD_HTTP_UNAUTHORIZED, "NOT_LOGGED_IN", "尚未登录或登录已失效：请重新登录，或在 Authorization 中给出令牌。",
                 "Not logged in, or not any more: log in, or give a token in Authorization.", exchange->english);
}

static bool ask_session(struct http_site *site, struct exchange *exchange) {
  Workrelief__GetSessionRequest request = WORKRELIEF__GET_SESSION_REQUEST__INIT;
  uint8_t bytes[64];
  request.credential_digest = (ProtobufCBinaryData){CREDENTIAL_DIGEST, exchange->credential.digest};
  size_t length = workrelief__get_session_request__pack(&request, bytes);
  struct client_call call = {.method = "gateway.GetSession", .timeout_ms = 10000};
  if (!http_send(site, exchange, &call, bytes, length)) return false;
  exchange->session_asked = true;
  exchange->state = EXCHANGE_WAITING;
  return false;
}

bool identify(struct http_site *site, struct exchange *exchange, bool required) {
  bool idle = false;
  if (!exchange->credential.present && !bearer_of(exchange) && !cookie_of(site, exchange)) {
    if (required) nobody(exchange);
    return !required;
  }
  if (session_find(http_sessions(site), exchange->credential.digest, clock_now_us(), &idle)) return true;
  if (!idle && !exchange->session_asked) return ask_session(site, exchange);
  exchange->credential.present = false;
  if (required) nobody(exchange);
  return !required;
}

const struct session_entry *session_of(struct http_site *site, const struct exchange *exchange) {
  bool idle;
  return exchange->credential.present ? session_find(http_sessions(site), exchange->credential.digest, clock_now_us(), &idle) : NULL;
}

/* A page of another site can make a browser send a form, but not JSON with our token. Login has no token yet: there the origin decides. */
static bool is_same_origin(const struct exchange *exchange) {
  const char *origin = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ORIGIN);
  const char *host = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
  if (!origin) return true; /* no browser, or one that need not say */
  const char *authority = strstr(origin, "://");
  return authority && host && strcasecmp(authority + 3, host) == 0;
}

/* A form sent without a script bears "Origin: null" under our Referrer-Policy; newer browsers then say by Sec-Fetch-Site where it came from. */
bool is_from_here(const struct exchange *exchange) {
  const char *site = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "Sec-Fetch-Site");
  const char *origin = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ORIGIN);
  if (site) return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
  return (origin && strcmp(origin, "null") == 0) || is_same_origin(exchange);
}

bool is_json(const struct exchange *exchange) {
  const char *type = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
  return type && strncasecmp(type, "application/json", 16) == 0;
}

static bool is_json_from_here(struct exchange *exchange) {
  if (is_json(exchange) && is_same_origin(exchange)) return true;
  answer_problem(&exchange->answer, MHD_HTTP_FORBIDDEN, "CROSS_SITE", "请求须来自本系统页面，正文为 application/json。",
                 "The request must come from this site, as application/json.", exchange->english);
  return false;
}

/* What a browser sends by itself must not be enough to write: a cookie needs the token that only our own pages can read. */
bool has_csrf(struct exchange *exchange) {
  const char *token = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "X-CSRF-Token");
  if (!exchange->credential.by_cookie || (token && strlen(token) == CSRF_TEXT && bytes_equal(token, exchange->credential.csrf, CSRF_TEXT)))
    return true;
  answer_problem(&exchange->answer, MHD_HTTP_FORBIDDEN, "CSRF_TOKEN", "缺少或不符的 X-CSRF-Token：请从 /v1/session 取得。",
                 "X-CSRF-Token is missing or wrong: /v1/session gives it.", exchange->english);
  return false;
}

/* --- the session itself ------------------------------------------------------------------------------------------------------------- */

static const char *duty_name(int duty) {
  static const char *const names[] = {"UNSPECIFIED", "VIEWER", "MAKER", "CHECKER"};
  return (unsigned)duty < ARRAY_LENGTH(names) ? names[duty] : names[0];
}

static json_t *relation_names(const struct session_entry *session) {
  json_t *list = json_array();
  for (size_t i = 0; list && i < session->relation_count; i++) {
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(&workrelief__relation__value__descriptor, (int)session->relations[i]);
    if (value) json_array_append_new(list, json_string(value->name));
  }
  return list;
}

void session_begin(struct http_site *site, struct exchange *exchange) {
  if (!identify(site, exchange, true)) return;
  const struct session_entry *session = session_of(site, exchange);
  if (!session) return nobody(exchange);
  json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:I, s:I}", "accountName", session->account_name, "unitId", session->unit_id, "personName",
                           session->person_name, "duty", duty_name(session->duty), "relations", relation_names(session), "csrfToken",
                           exchange->credential.by_cookie ? exchange->credential.csrf : "", "expiresAtUs", (json_int_t)session->expires_us, "nowAtUs",
                           (json_int_t)clock_now_us());
  char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
  answer_text(&exchange->answer, MHD_HTTP_OK, "application/json; charset=utf-8", text, text ? strlen(text) : 0);
  json_decref(body);
}

/* --- the second thread --------------------------------------------------------------------------------------------------------------- */

/* The members of a small JSON object, all texts. Wiped and freed by form_end. */
struct form {
  json_t *object;
};

static const char *form_text(const struct form *form, const char *name) {
  const char *text = json_string_value(json_object_get(form->object, name));
  return text ? text : "";
}

static bool form_begin(struct form *form, struct http_job *job) {
  form->object = json_loadb(job->body, job->length, JSON_REJECT_DUPLICATES, NULL);
  if (json_is_object(form->object)) return true;
  answer_problem(&job->answer, MHD_HTTP_BAD_REQUEST, "BAD_JSON", "正文不是有效的 JSON 对象。", "The body is no JSON object.", job->english);
  return false;
}

static void form_end(struct form *form, struct http_job *job) {
  const char *key;
  json_t *value;
  json_object_foreach(form->object, key, value) if (json_is_string(value))
      wipe((char *)(uintptr_t)json_string_value(value), json_string_length(value));
  json_decref(form->object);
  if (job->body) wipe(job->body, job->length);
}

static message *ask_inside(struct http_site *site, struct arena *arena, const char *method, const message *request, const message_type *type,
                           struct client_reply *reply) {
  message *answer;
  runtime_ask(http_runtime(site), arena, method, NULL, request, type, reply, &answer);
  return answer;
}

static void wrong_login(struct http_job *job) {
  answer_problem(&job->answer, MHD_HTTP_UNAUTHORIZED, "LOGIN_WRONG", "账号或密码不正确。", "The account or the password is wrong.", job->english);
}

static void locked_login(struct http_job *job, int64_t locked_until_us) {
  answer_problem(&job->answer, MHD_HTTP_TOO_MANY_REQUESTS, "LOGIN_LOCKED", "密码多次错误，账号暂时锁定：请稍后再试，或请管理员重发邀请码。",
                 "Too many wrong passwords: the account is locked for a while. Try later, or ask for a new invitation.", job->english);
  job->answer.retry_after_s = (int)((locked_until_us - clock_now_us()) / 1000000) + 1;
}

/* An account that does not exist costs as long as one that does. */
static bool password_fits(const char *password, const char *hash) {
  static const char nobody_hash[] = "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7";
  struct crypt_data *data = calloc(1, sizeof *data);
  bool known = hash && *hash;
  const char *made = data ? crypt_r(password, known ? hash : nobody_hash, data) : NULL;
  bool fits = known && made && strlen(made) == strlen(hash) && bytes_equal(made, hash, strlen(hash));
  if (data) wipe(data, sizeof *data);
  free(data);
  return fits;
}

static bool password_hash(const char *password, char out[CRYPT_OUTPUT_SIZE]) {
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  uint8_t salt[16];
  random_bytes(salt, sizeof salt);
  struct crypt_data *data = calloc(1, sizeof *data);
  const char *made =
      data && crypt_gensalt_rn("$y$", 0, (const char *)salt, sizeof salt, setting, sizeof setting) ? crypt_r(password, setting, data) : NULL;
  bool fine = made && *made != '*' && strlen(made) < CRYPT_OUTPUT_SIZE;
  if (fine) snprintf(out, CRYPT_OUTPUT_SIZE, "%s", made);
  if (data) wipe(data, sizeof *data);
  free(data);
  return fine;
}

static const Workrelief__AccountSecret *secret_of(struct http_site *site, struct arena *arena, const char *account_name, struct client_reply *reply) {
  Workrelief__GetAccountSecretRequest request = WORKRELIEF__GET_ACCOUNT_SECRET_REQUEST__INIT;
  request.account_name = (char *)(uintptr_t)account_name;
  return (const Workrelief__AccountSecret *)ask_inside(site, arena, "gateway.GetAccountSecret", &request.base,
                                                       &workrelief__account_secret__descriptor, reply);
}

/* __Host- binds a cookie to this host and path; it needs TLS. */
static void set_cookie(const struct http_site *site, struct http_answer *answer, const char *text, int64_t seconds) {
  snprintf(answer->cookie, sizeof answer->cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%" PRId64 "%s", http_cookie_name(site), text,
           seconds, http_is_tls(site) ? "; Secure" : "");
}

static void record_login(struct http_site *site, struct arena *arena, struct http_job *job, const char *account_name, bool succeeded) {
  char text[CREDENTIAL_TEXT + 1];
  uint8_t digest[CREDENTIAL_DIGEST];
  struct client_reply reply;
  Workrelief__RecordLoginRequest request = WORKRELIEF__RECORD_LOGIN_REQUEST__INIT;
  credential_new(text, digest);
  request.account_name = (char *)(uintptr_t)account_name;
  request.succeeded = succeeded;
  if (succeeded) {
    request.session_digest = (ProtobufCBinaryData){sizeof digest, digest};
    request.expires_at_us = clock_now_us() + SESSION_LONGEST_US;
  }
  const message *session = ask_inside(site, arena, "gateway.RecordLogin", &request.base, &workrelief__session__descriptor, &reply);
  if (!session) return answer_refusal(&job->answer, "gateway.RecordLogin", &reply);
  if (!succeeded) return wrong_login(job);
  struct credential credential;
  if (!credential_read(text, strlen(text), true, &credential)) return wrong_login(job);
  json_t *body = json_pack("{s:s, s:s}", "accountName", account_name, "csrfToken", credential.csrf);
  char *json = body ? json_dumps(body, JSON_COMPACT) : NULL;
  answer_text(&job->answer, MHD_HTTP_OK, "application/json; charset=utf-8", json, json ? strlen(json) : 0);
  set_cookie(site, &job->answer, text, SESSION_LONGEST_US / 1000000);
  json_decref(body);
  wipe(text, sizeof text);
}

/* What the form's account and password are worth: true when they fit. False: answered. */
static bool check_password(struct http_site *site, struct arena *arena, struct http_job *job, const char *account_name, const char *password) {
  struct client_reply reply;
  const Workrelief__AccountSecret *secret = secret_of(site, arena, account_name, &reply);
  if (!secret && reply.status != STATUS_NOT_FOUND) return answer_refusal(&job->answer, "gateway.GetAccountSecret", &reply), false;
  if (secret && secret->locked_until_at_us > clock_now_us()) return locked_login(job, secret->locked_until_at_us), false;
  if (password_fits(password, secret ? secret->password_hash : NULL)) return true;
  if (secret)
    record_login(site, arena, job, account_name, false);
  else
    wrong_login(job);
  return false;
}

static void login_job(struct http_site *site, struct http_job *job) {
  struct form form;
  struct arena arena;
  arena_init(&arena, LOGIN_ARENA);
  if (form_begin(&form, job) && check_password(site, &arena, job, form_text(&form, "account"), form_text(&form, "password")))
    record_login(site, &arena, job, form_text(&form, "account"), true);
  form_end(&form, job);
  arena_reset(&arena);
}

void login_begin(struct http_site *site, struct exchange *exchange) {
  if (is_json_from_here(exchange)) http_work(site, exchange, login_job);
}

static void logout_job(struct http_site *site, struct http_job *job) {
  struct arena arena;
  struct client_reply reply;
  Workrelief__EndSessionRequest request = WORKRELIEF__END_SESSION_REQUEST__INIT;
  arena_init(&arena, LOGIN_ARENA);
  request.session_digest = (ProtobufCBinaryData){CREDENTIAL_DIGEST, job->session_digest};
  if (ask_inside(site, &arena, "gateway.EndSession", &request.base, &workrelief__nothing__descriptor, &reply)) {
    answer_text(&job->answer, MHD_HTTP_OK, "application/json; charset=utf-8", strdup("{}"), 2);
    set_cookie(site, &job->answer, "", 0);
    memcpy(job->forget, job->session_digest, sizeof job->forget);
    job->forgets = true;
  } else {
    answer_refusal(&job->answer, "gateway.EndSession", &reply);
  }
  arena_reset(&arena);
}

void logout_begin(struct http_site *site, struct exchange *exchange) {
  if (is_json_from_here(exchange) && identify(site, exchange, true) && has_csrf(exchange)) http_work(site, exchange, logout_job);
}

/* --- passwords ------------------------------------------------------------------------------------------------------------------------ */

static bool password_will_do(struct http_job *job, const char *account_name, const char *password) {
  size_t bad;
  bool fine = strlen(password) <= PASSWORD_MOST && utf8_is_valid(password, strlen(password), &bad) && utf8_length(password) >= PASSWORD_LEAST &&
              strlen(password) >= PASSWORD_BYTES && strcmp(password, account_name) != 0;
  if (!fine)
    answer_problem(
        &job->answer, MHD_HTTP_UNPROCESSABLE_CONTENT, "PASSWORD_WEAK", "密码太短或与账号相同：至少 8 个汉字或 12 个字母数字；可用一句话作密码。",
        "A password has at least 12 letters or 8 Chinese characters and is not the account's name; a sentence is a good one.", job->english);
  return fine;
}

static void set_password(struct http_site *site, struct arena *arena, struct http_job *job, const char *account_name, const char *password,
                         const uint8_t *invitation_digest) {
  char hash[CRYPT_OUTPUT_SIZE];
  struct client_reply reply;
  Workrelief__SetPasswordRequest request = WORKRELIEF__SET_PASSWORD_REQUEST__INIT;
  if (!password_hash(password, hash)) {
    log_error("crypt cannot hash a password");
    return answer_problem(&job->answer, MHD_HTTP_INTERNAL_SERVER_ERROR, "HASH_FAILED", "密码处理失败，请联系运维。",
                          "The password could not be hashed.", job->english);
  }
  request.account_name = (char *)(uintptr_t)account_name;
  request.password_hash = hash;
  if (invitation_digest) request.invitation_digest = (ProtobufCBinaryData){SM3_SIZE, (uint8_t *)(uintptr_t)invitation_digest};
  if (ask_inside(site, arena, "gateway.SetPassword", &request.base, &workrelief__account__descriptor, &reply))
    answer_text(&job->answer, MHD_HTTP_OK, "application/json; charset=utf-8", strdup("{}"), 2);
  else
    answer_refusal(&job->answer, "gateway.SetPassword", &reply);
}

/* {"account", "invitation" or "password", "newPassword"} */
static void password_job(struct http_site *site, struct http_job *job) {
  struct form form;
  struct arena arena;
  uint8_t digest[SM3_SIZE];
  arena_init(&arena, LOGIN_ARENA);
  if (form_begin(&form, job)) {
    const char *account = form_text(&form, "account"), *invitation = form_text(&form, "invitation"), *fresh = form_text(&form, "newPassword");
    sm3_of(invitation, strlen(invitation), digest);
    if (password_will_do(job, account, fresh) && (*invitation || check_password(site, &arena, job, account, form_text(&form, "password"))))
      set_password(site, &arena, job, account, fresh, *invitation ? digest : NULL);
  }
  form_end(&form, job);
  arena_reset(&arena);
}

void password_begin(struct http_site *site, struct exchange *exchange) {
  if (is_json_from_here(exchange)) http_work(site, exchange, password_job);
}

/* --- secrets shown once --------------------------------------------------------------------------------------------------------------- */

struct once {
  char text[CREDENTIAL_TEXT + 1];
  uint8_t digest[CREDENTIAL_DIGEST];
};

/* Calls in the name of who asks; answers {"secret": text} beside what the method said is left out: the caller lists it. */
static void call_for(struct http_site *site, struct arena *arena, struct http_job *job, const char *method, const message *request,
                     const char *secret) {
  const ProtobufCMethodDescriptor *rpc = rpc_find(method);
  struct client_reply reply;
  message *answer = NULL;
  Workrelief__Relation__Value relations[32];
  Workrelief__Caller caller = WORKRELIEF__CALLER__INIT;
  Workrelief__GetSessionRequest asked = WORKRELIEF__GET_SESSION_REQUEST__INIT;
  asked.credential_digest = (ProtobufCBinaryData){CREDENTIAL_DIGEST, job->session_digest};
  const Workrelief__Session *session =
      (const Workrelief__Session *)ask_inside(site, arena, "gateway.GetSession", &asked.base, &workrelief__session__descriptor, &reply);
  if (!session || !rpc || session->is_token) return wrong_login(job);
  caller.principal = session->account_name;
  caller.unit_id = session->unit_id;
  caller.duty = session->duty;
  caller.relations = relations;
  for (size_t i = 0; i < session->n_relations && i < 32; i++) relations[caller.n_relations++] = session->relations[i];
  struct client_call call = {.method = method, .timeout_ms = 15000, .language = job->english ? "en" : "zh", .caller = &caller};
  struct client *client = http_worker_client(site);
  if (client) client_ask(client, arena, &call, request, rpc->output, &reply, &answer);
  if (!answer) return answer_refusal(&job->answer, method, &reply);
  json_t *body = json_pack("{s:s}", "secret", secret);
  char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
  answer_text(&job->answer, MHD_HTTP_OK, "application/json; charset=utf-8", text, text ? strlen(text) : 0);
  json_decref(body);
}

/* {"account"}: for one that exists; with "unitId", "duty", "personName", "relations": a new account. */
static void invitation_job(struct http_site *site, struct http_job *job) {
  struct form form;
  struct arena arena;
  struct once once;
  arena_init(&arena, LOGIN_ARENA);
  credential_new(once.text, once.digest);
  if (form_begin(&form, job)) {
    Workrelief__AddAccountRequest added = WORKRELIEF__ADD_ACCOUNT_REQUEST__INIT;
    Workrelief__InviteAccountRequest invited = WORKRELIEF__INVITE_ACCOUNT_REQUEST__INIT;
    const ProtobufCEnumValue *duty = protobuf_c_enum_descriptor_get_value_by_name(&workrelief__duty__value__descriptor, form_text(&form, "duty"));
    added.account_name = invited.account_name = (char *)(uintptr_t)form_text(&form, "account");
    added.invitation_digest = invited.invitation_digest = (ProtobufCBinaryData){sizeof once.digest, once.digest};
    added.invitation_until_at_us = invited.invitation_until_at_us = clock_now_us() + INVITATION_US;
    added.unit_id = (char *)(uintptr_t)form_text(&form, "unitId");
    added.person_name = (char *)(uintptr_t)form_text(&form, "personName");
    added.relations = (char *)(uintptr_t)form_text(&form, "relations");
    added.duty = duty ? (Workrelief__Duty__Value)duty->value : WORKRELIEF__DUTY__VALUE__UNSPECIFIED;
    bool is_new = *added.unit_id;
    call_for(site, &arena, job, is_new ? "gateway.AddAccount" : "gateway.InviteAccount", is_new ? &added.base : &invited.base, once.text);
  }
  form_end(&form, job);
  arena_reset(&arena);
  wipe(&once, sizeof once);
}

/* {"tokenName", "methods", "days"} */
static void token_job(struct http_site *site, struct http_job *job) {
  struct form form;
  struct arena arena;
  struct once once;
  arena_init(&arena, LOGIN_ARENA);
  credential_new(once.text, once.digest);
  if (form_begin(&form, job)) {
    Workrelief__AddTokenRequest request = WORKRELIEF__ADD_TOKEN_REQUEST__INIT;
    int64_t days = json_integer_value(json_object_get(form.object, "days"));
    if (days < 1 || days > TOKEN_DAYS_MOST) days = TOKEN_DAYS_MOST;
    request.token_name = (char *)(uintptr_t)form_text(&form, "tokenName");
    request.method_patterns = (char *)(uintptr_t)form_text(&form, "methods");
    request.token_digest = (ProtobufCBinaryData){sizeof once.digest, once.digest};
    request.expires_at_us = clock_now_us() + days * 86400 * INT64_C(1000000);
    call_for(site, &arena, job, "gateway.AddToken", &request.base, once.text);
  }
  form_end(&form, job);
  arena_reset(&arena);
  wipe(&once, sizeof once);
}

void invitation_begin(struct http_site *site, struct exchange *exchange) {
  if (is_json_from_here(exchange) && identify(site, exchange, true) && has_csrf(exchange)) http_work(site, exchange, invitation_job);
}

void token_begin(struct http_site *site, struct exchange *exchange) {
  if (is_json_from_here(exchange) && identify(site, exchange, true) && has_csrf(exchange)) http_work(site, exchange, token_job);
}
