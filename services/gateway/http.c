/* http.c - the listener: its loop, its routes, and the requests under way. See http.h. */
#include "services/gateway/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/bus/client.h"
#include "common/daemon/service.h"
#include "services/gateway/handlers.h"
#include "services/gateway/http_work.h"
#include "services/gateway/notice.h"
#include "services/gateway/site_pages.h"

#define EXCHANGES_MOST 1024u /* a power of two */
#define RECEIVE_US (60 * INT64_C(1000000)) /* a body that trickles longer is not waited for */
#define ANSWER_US (45 * INT64_C(1000000))
#define BODIES_MOST ((size_t)64 << 20)
#define LOOP_MS 200
#define KEEP_US (10 * INT64_C(1000000))
#define SESSIONS_FILE "%s/run/http-sessions"
#define REPLY_ARENA ((size_t)8 << 20)

struct http_site {
  struct runtime *runtime;
  struct MHD_Daemon *daemon;
  struct client *bus;
  struct http_work *work;
  struct session_cache *sessions;
  struct http_events *events;
  struct http_children *children;
  struct notice_board *board;
  struct exchange exchanges[EXCHANGES_MOST];
  size_t next_slot, body_bytes;
  int64_t generation, kept_us; /* kept_us: when the sessions' uses were last written down */
  bool tls, keeps, resumed; /* resumed: libmicrohttpd has to run once more before the loop may wait */
};

struct runtime *http_runtime(const struct http_site *site) {
  return site->runtime;
}
struct session_cache *http_sessions(struct http_site *site) {
  return site->sessions;
}
bool http_is_tls(const struct http_site *site) { return site->tls; }
struct client *http_bus(struct http_site *site) {
  return site->bus;
}
struct http_events *http_site_events(struct http_site *site) {
  return site->events;
}
struct notice_board *http_board(struct http_site *site) {
  return site->board;
}
struct http_children *http_site_children(struct http_site *site) {
  return site->children;
}
void http_resumed(struct http_site *site) { site->resumed = true; }
const char *http_cookie_name(const struct http_site *site) { return site->tls ? "__Host-workrelief" : "workrelief"; }

/* --- exchanges ------------------------------------------------------------------------------------------------------------------------ */

static struct exchange *exchange_new(struct http_site *site, struct MHD_Connection *connection) {
  for (size_t step = 0; step < EXCHANGES_MOST; step++) {
    size_t slot = (site->next_slot + step) & (EXCHANGES_MOST - 1);
    struct exchange *exchange = &site->exchanges[slot];
    if (exchange->state != EXCHANGE_FREE) continue;
    site->next_slot = slot + 1;
    *exchange = (struct exchange){.state = EXCHANGE_RECEIVING, .connection = connection, .began_us = clock_monotonic_us()};
    exchange->hop_id = (int64_t)(++site->generation * EXCHANGES_MOST + (int64_t)slot);
    return exchange;
  }
  return NULL;
}

static void exchange_free(struct http_site *site, struct exchange *exchange) {
  site->body_bytes -= exchange->room;
  if (exchange->body) wipe(exchange->body, exchange->length); /* a body may hold a password */
  free(exchange->body);
  free(exchange->answer.text);
  *exchange = (struct exchange){.state = EXCHANGE_FREE};
}

static struct exchange *exchange_of(struct http_site *site, int64_t hop_id) {
  struct exchange *exchange = &site->exchanges[hop_id & (EXCHANGES_MOST - 1)];
  return exchange->state == EXCHANGE_WAITING && exchange->hop_id == hop_id ? exchange : NULL;
}

static void resume(struct http_site *site, struct exchange *exchange) {
  exchange->state = EXCHANGE_ANSWERED;
  if (exchange->suspended) MHD_resume_connection(exchange->connection);
  exchange->suspended = false;
  site->resumed = true;
}

/* Runs the route; what it left neither waiting nor answered counts as answered by it. */
static void begin(struct http_site *site, struct exchange *exchange) {
  exchange->state = EXCHANGE_ANSWERED;
  exchange->begin(site, exchange);
}

bool http_send(struct http_site *site, struct exchange *exchange, struct client_call *call, const void *body, size_t length) {
  const char *problem = "";
  call->hop_id = exchange->hop_id;
  if (client_send(site->bus, call, body, length, &problem)) return true;
  log_warn("http: not sent method=%s: %s", call->method, problem);
  if (length > 1000000)
    answer_problem(&exchange->answer, MHD_HTTP_CONTENT_TOO_LARGE, "REQUEST_TOO_LARGE", "请求超过 1,000,000 字节，请分批提交。",
                   "The request is larger than 1,000,000 bytes on the bus; send it in parts.", exchange->english);
  else {
    answer_problem(&exchange->answer, MHD_HTTP_SERVICE_UNAVAILABLE, "NOT_CONNECTED", "服务未就绪，请求没有发出；请稍后重试。",
                   "The service is not ready and nothing was sent; try again.", exchange->english);
    exchange->answer.retry_after_s = 1;
  }
  return false;
}

/* --- the second thread ------------------------------------------------------------------------------------------------------------------ */

void http_work(struct http_site *site, struct exchange *exchange, void (*run)(struct http_site *site, struct http_job *job)) {
  struct http_job *job = calloc(1, sizeof *job);
  if (job) {
    *job = (struct http_job){.hop_id = exchange->hop_id,
                             .run = run,
                             .body = exchange->body,
                             .length = exchange->length,
                             .english = exchange->english,
                             .has_session = exchange->credential.present};
    snprintf(job->path, sizeof job->path, "%s", exchange->path);
    memcpy(job->session_digest, exchange->credential.digest, sizeof job->session_digest);
    site->body_bytes -= exchange->room;
    exchange->body = NULL, exchange->length = exchange->room = 0;
    exchange->state = EXCHANGE_WAITING;
    if (http_work_push(site->work, job)) return;
    http_job_free(job);
  }
  exchange->state = EXCHANGE_ANSWERED;
  answer_problem(&exchange->answer, MHD_HTTP_SERVICE_UNAVAILABLE, "BUSY", "系统繁忙，请稍后重试。", "Busy; try again later.", exchange->english);
  exchange->answer.retry_after_s = 2;
}

/* One answer, or a second beginning, for whoever waits for this job. */
static void take_answer(struct http_site *site, struct exchange *exchange, struct http_job *job) {
  exchange->shares = 0;
  if (job->again) {
    begin(site, exchange);
    if (exchange->state == EXCHANGE_ANSWERED) resume(site, exchange);
    return;
  }
  char cookie[sizeof exchange->answer.cookie];
  memcpy(cookie, exchange->answer.cookie, sizeof cookie);
  exchange->answer = job->answer;
  if (!*job->answer.cookie) memcpy(exchange->answer.cookie, cookie, sizeof cookie); /* the route's own */
  exchange->answer.text = job->answer.text ? malloc(job->answer.length + 1) : NULL;
  if (exchange->answer.text) memcpy(exchange->answer.text, job->answer.text, job->answer.length);
  resume(site, exchange);
}

static void take_job(struct http_site *site, struct http_job *job) {
  if (job->forgets) session_forget(site->sessions, job->forget);
  notice_built(site->board, job);
  for (size_t i = 0; i < EXCHANGES_MOST; i++)
    if (site->exchanges[i].state == EXCHANGE_WAITING && (site->exchanges[i].hop_id == job->hop_id || site->exchanges[i].shares == job->hop_id))
      take_answer(site, &site->exchanges[i], job);
}

static void take_jobs(struct http_site *site) {
  for (struct http_job *job = http_work_done(site->work), *next; job; job = next) {
    next = job->next;
    take_job(site, job);
    http_job_free(job);
  }
}

struct client *http_dial(struct runtime *runtime, const char *service) {
  char path[512], endpoint[64];
  struct key key;
  const char *problem = "";
  snprintf(path, sizeof path, "%s/keys/%s.pub", runtime_directory(runtime), service);
  snprintf(endpoint, sizeof endpoint, "%s.endpoint", service);
  struct client *const client =
      key_load(path, &key, &problem) ? runtime_dial(runtime, runtime_setting(runtime, endpoint), key.public_key, &problem) : NULL;
  if (!client) log_warn("http: cannot reach %s: %s", service, problem);
  return client;
}

struct client *http_worker_client(struct http_site *site) { return http_work_client(site->work); }

/* --- routes ----------------------------------------------------------------------------------------------------------------------------- */

static void page_job(struct http_site *site, struct http_job *job) { site_page(site->runtime, job->path, &job->answer); }
static void page_begin(struct http_site *site, struct exchange *exchange) { http_work(site, exchange, page_job); }

static void not_allowed_begin(struct http_site *site, struct exchange *exchange) {
  (void)site;
  answer_problem(&exchange->answer, MHD_HTTP_METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "此地址不接受这种请求。",
                 "This address does not take that method.", exchange->english);
}

/* prefix: the rest of the path is the route's own; otherwise the whole path must match. */
static const struct {
  const char *path;
  bool prefix;
  exchange_function *get, *post;
} routes[] = {{"/v1/session", false, session_begin, login_begin},
              {"/v1/logout", false, not_allowed_begin, logout_begin},
              {"/v1/password", false, not_allowed_begin, password_begin},
              {"/v1/invitation", false, not_allowed_begin, invitation_begin},
              {"/v1/token", false, not_allowed_begin, token_begin},
              {"/v1/events", false, events_begin, not_allowed_begin},
              {"/v1/ledger/", true, ledger_progress_begin, ledger_upload_begin},
              {"/v1/export/", true, export_file_begin, export_begin},
              {"/v1/", true, api_begin, api_begin},
              {"/", false, page_begin, not_allowed_begin},
              {"/report/", true, page_begin, not_allowed_begin},
              {"/qr/", true, qr_begin, not_allowed_begin},
              {"/paper.svg", false, paper_code_begin, not_allowed_begin},
              {"/notice", false, notice_begin, not_allowed_begin},
              {"/notice/", true, notice_begin, notice_post_begin},
              {"/style.css", false, page_begin, not_allowed_begin},
              {"/metrics", false, page_begin, not_allowed_begin},
              {"/health", false, page_begin, not_allowed_begin},
              {"/assets/", true, asset_begin, not_allowed_begin},
              {"/", true, static_begin, not_allowed_begin}};

static void route(struct exchange *exchange) {
  exchange->begin = not_allowed_begin;
  exchange->rest = "";
  for (size_t i = 0; i < ARRAY_LENGTH(routes); i++) {
    size_t length = strlen(routes[i].path);
    if (routes[i].prefix ? strncmp(exchange->path, routes[i].path, length) != 0 : strcmp(exchange->path, routes[i].path) != 0) continue;
    exchange->begin = exchange->is_post ? routes[i].post : routes[i].get;
    exchange->rest = exchange->path + length;
    return;
  }
}

/* --- libmicrohttpd's side ------------------------------------------------------------------------------------------------------------------- */

static bool wants_english(struct MHD_Connection *connection) {
  const char *language = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT_LANGUAGE);
  return language && strncasecmp(language, "en", 2) == 0;
}

/* The head of a request is here. What can be refused by it alone is refused before its body is read. */
static struct exchange *take_head(struct http_site *site, struct MHD_Connection *connection, const char *url, const char *method) {
  struct exchange *exchange = exchange_new(site, connection);
  if (!exchange) return NULL;
  bool fits = (size_t)snprintf(exchange->path, sizeof exchange->path, "%s", url) < sizeof exchange->path;
  exchange->english = wants_english(connection);
  exchange->is_post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
  exchange->is_head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
  route(exchange);
  if (!fits) exchange->path[0] = '\0', exchange->begin = not_allowed_begin;
  if (!exchange->is_post && !exchange->is_head && strcmp(method, MHD_HTTP_METHOD_GET) != 0) exchange->begin = not_allowed_begin;
  return exchange;
}

/* False: too much; the connection is closed. */
static bool take_body(struct http_site *site, struct exchange *exchange, const char *bytes, size_t length) {
  if (exchange->length + length > HTTP_BODY_MOST || clock_monotonic_us() - exchange->began_us > RECEIVE_US) return false;
  if (exchange->length + length > exchange->room) {
    size_t room = exchange->room ? exchange->room * 2 : 4096;
    while (room < exchange->length + length) room *= 2;
    if (site->body_bytes - exchange->room + room > BODIES_MOST) return false;
    char *bigger = malloc(room);
    if (!bigger) return false;
    if (exchange->body) {
      memcpy(bigger, exchange->body, exchange->length);
      wipe(exchange->body, exchange->length);
      free(exchange->body);
    }
    site->body_bytes += room - exchange->room;
    exchange->body = bigger;
    exchange->room = room;
  }
  memcpy(exchange->body + exchange->length, bytes, length);
  exchange->length += length;
  return true;
}

static enum MHD_Result refuse_body(struct exchange *exchange) {
  exchange->begin = NULL;
  exchange->state = EXCHANGE_ANSWERED;
  answer_problem(&exchange->answer, MHD_HTTP_CONTENT_TOO_LARGE, "BODY_TOO_LARGE", "正文过大或传输过慢，请分批提交。",
                 "The body is too large or came too slowly; send it in parts.", exchange->english);
  return answer_queue(&exchange->answer, exchange->connection);
}

/* Called with the head, with pieces of the body, with its end, and again after a resume. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                                  const char *upload, size_t *upload_size, void **state) {
  (void)version;
  struct http_site *site = context;
  struct exchange *exchange = *state;
  if (!exchange) {
    *state = take_head(site, connection, url, method);
    return *state ? MHD_YES : MHD_NO;
  }
  if (*upload_size) {
    bool fine = exchange->state != EXCHANGE_RECEIVING || take_body(site, exchange, upload, *upload_size);
    *upload_size = 0;
    return fine ? MHD_YES : refuse_body(exchange);
  }
  if (exchange->state == EXCHANGE_RECEIVING) begin(site, exchange);
  if (exchange->state == EXCHANGE_ANSWERED)
    return exchange->streams ? http_events_queue(site, exchange) : answer_queue(&exchange->answer, connection);
  exchange->suspended = true;
  MHD_suspend_connection(connection);
  return MHD_YES;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code) {
  (void)connection, (void)code;
  struct http_site *site = context;
  struct exchange *exchange = *state;
  if (exchange && exchange->streams) http_events_forget(site->events, exchange);
  if (exchange) exchange_free(site, exchange);
  *state = NULL;
}

/* --- the loop --------------------------------------------------------------------------------------------------------------------------------- */

static void take_session(struct http_site *site, struct exchange *exchange, const struct client_reply *reply, struct arena *arena) {
  const message *session = reply->status == STATUS_OK ? pb_unpack(arena, &workrelief__session__descriptor, reply->body, reply->body_length) : NULL;
  if (session) (void)session_put(site->sessions, exchange->credential.digest, (const Workrelief__Session *)session, clock_now_us());
  if (!session && reply->status != STATUS_NOT_FOUND) return answer_refusal(&exchange->answer, "gateway.GetSession", reply);
  begin(site, exchange);
}

static void take_reply(struct http_site *site, const struct client_reply *reply, struct arena *arena) {
  if (reply->header && reply->header->hop_id < 0) return http_events_reply(site, site->events, reply, arena);
  struct exchange *exchange = reply->header ? exchange_of(site, reply->header->hop_id) : NULL;
  if (!exchange) return; /* expired meanwhile */
  bool was_session = exchange->session_asked && !exchange->rpc_sent;
  exchange->state = EXCHANGE_ANSWERED;
  if (was_session)
    take_session(site, exchange, reply, arena);
  else
    api_reply(site, exchange, reply);
  if (exchange->state == EXCHANGE_ANSWERED) resume(site, exchange);
}

static void take_replies(struct http_site *site) {
  struct arena arena;
  struct client_reply reply;
  arena_init(&arena, REPLY_ARENA);
  while (client_receive(site->bus, &arena, 0, &reply)) {
    take_reply(site, &reply, &arena);
    arena_reset(&arena);
  }
  arena_reset(&arena);
}

static void expire(struct http_site *site) {
  int64_t now = clock_monotonic_us();
  for (size_t i = 0; i < EXCHANGES_MOST; i++) {
    struct exchange *exchange = &site->exchanges[i];
    if (exchange->state != EXCHANGE_WAITING || now - exchange->began_us < ANSWER_US) continue;
    answer_refusal(&exchange->answer, exchange->method, &(struct client_reply){.status = STATUS_UNAVAILABLE});
    resume(site, exchange);
  }
}

/* Coarse on purpose: a crash forgets the uses of the last seconds only. */
static void keep_sessions(struct http_site *site, int64_t now_us) {
  char path[512];
  snprintf(path, sizeof path, SESSIONS_FILE, runtime_directory(site->runtime));
  const bool kept = session_cache_keep(site->sessions, path, clock_now_us());
  if (!kept && site->keeps) log_warn("http: cannot write %s: a restart will end sessions that are older than half an hour", path);
  site->keeps = kept;
  site->kept_us = now_us;
}

static void loop(struct http_site *site) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(site->daemon, MHD_DAEMON_INFO_EPOLL_FD);
  const int watched[] = {info->epoll_fd, http_work_fd(site->work)};
  int64_t looked_us = clock_monotonic_us();
  while (!runtime_is_stopping(site->runtime)) {
    MHD_UNSIGNED_LONG_LONG due = LOOP_MS;
    if (MHD_get_timeout(site->daemon, &due) != MHD_YES || due > LOOP_MS) due = LOOP_MS;
    client_wait(site->bus, watched, ARRAY_LENGTH(watched), (int)due);
    (void)MHD_run(site->daemon);
    take_replies(site);
    take_jobs(site);
    if (site->resumed) (void)MHD_run(site->daemon);
    site->resumed = false;
    if (clock_monotonic_us() - looked_us > INT64_C(1000000)) {
      looked_us = clock_monotonic_us();
      expire(site);
      http_events_tick(site, site->events);
      if (looked_us - site->kept_us > KEEP_US) keep_sessions(site, looked_us);
      http_children_tick(site->children);
    }
  }
}

/* --- start and stop ------------------------------------------------------------------------------------------------------------------------------ */

static bool open_site(struct http_site *site) {
  char path[512];
  site->sessions = session_cache_new();
  site->events = http_events_new();
  site->children = http_children_new();
  site->board = notice_board_new(site->runtime);
  snprintf(path, sizeof path, SESSIONS_FILE, runtime_directory(site->runtime));
  if (site->sessions) session_cache_recall(site->sessions, path);
  site->keeps = true;
  site->bus = http_dial(site->runtime, "gateway");
  site->work = site->sessions && site->events && site->children && site->board && site->bus ? http_work_new(site) : NULL;
  return site->work != NULL;
}

static void close_site(struct http_site *site) {
  http_work_end(site->work);
  take_jobs(site);
  for (size_t i = 0; i < EXCHANGES_MOST; i++)
    if (site->exchanges[i].state == EXCHANGE_WAITING) { /* what is suspended must run to its end before the listener may stop */
      answer_refusal(&site->exchanges[i].answer, site->exchanges[i].method, &(struct client_reply){.status = STATUS_UNAVAILABLE});
      resume(site, &site->exchanges[i]);
    }
  keep_sessions(site, 0);
  http_events_stop(site->events);
  (void)MHD_run(site->daemon);
  MHD_stop_daemon(site->daemon);
  client_close(&site->bus);
  session_cache_free(site->sessions);
  free(site->events);
  http_children_free(&site->children);
  http_work_free(site->work);
  notice_board_free(&site->board);
}

void http_run(struct runtime *runtime) {
  const char *endpoint = runtime_setting(runtime, "http_endpoint");
  if (!*endpoint) return;
  struct http_site *site = calloc(1, sizeof *site);
  if (!site) return log_error("http: out of memory");
  site->runtime = runtime;
  site->daemon = http_listen(runtime, EXCHANGES_MOST - 8, on_request, on_completed, site, &site->tls);
  if (!site->daemon || !open_site(site)) {
    log_error("http: cannot listen at %s", endpoint);
    if (site->daemon) MHD_stop_daemon(site->daemon);
    free(site);
    return;
  }
  log_info("http: listening at %s://%s/", site->tls ? "https" : "http", endpoint);
  loop(site);
  close_site(site);
  free(site);
}
