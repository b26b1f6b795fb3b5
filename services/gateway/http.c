/* http.c - the one thing this node shows to browsers: the report page, its style, /metrics and /health. Read-only, no personal data.
 * libmicrohttpd runs in this worker's own thread, so that connections to siblings have one owner. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin.pb-c.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/bus/client.h"
#include "common/pb/validate.h"
#include "services/gateway/handlers.h"
#include "services/gateway/page.h"

#define WAIT_MS 200
#define CONNECTIONS_MOST 64u
#define IDLE_SECONDS 10u
#define REQUEST_ARENA ((size_t)64 << 20)
#define PATIENCE_MS 1500
#define SILENT_US (5 * INT64_C(1000000)) /* a sibling that did not answer is not waited for again so soon */

static const char *const services[] = {"gateway", "registry", "workforce", "payroll", "evaluation"};
#define SERVICES ARRAY_LENGTH(services)

struct site {
  struct runtime *runtime;
  struct client *clients[SERVICES]; /* for metrics and health; NULL: not dialled */
  int64_t silent_until_us[SERVICES];
};

/* What a path is answered with; the text is on out. */
struct answer {
  unsigned status;
  const char *type;
};
typedef struct answer path_function(struct site *site, struct arena *arena, const char *rest, FILE *out);

static message *ask(struct site *site, struct arena *arena, const char *method, const message *request, const message_type *reply_type,
                    enum status *status) {
  struct client_reply reply;
  message *answer;
  runtime_ask(site->runtime, arena, method, NULL, request, reply_type, &reply, &answer);
  *status = answer ? STATUS_OK : reply.status;
  return answer;
}

/* --- the report page ----------------------------------------------------------------------------------------------------------------- */

static struct answer notice(FILE *out, unsigned status, const char *title, const char *zh, const char *en) {
  page_notice(out, title, zh, en);
  return (struct answer){status, "text/html; charset=utf-8"};
}

static struct answer unavailable(FILE *out) {
  return notice(out, MHD_HTTP_SERVICE_UNAVAILABLE, "暂不可用", "数据库或服务正在启动，请稍后刷新。", "The node is starting; reload in a moment.");
}

static const Workrelief__QuarterPage *quarters_of(struct site *site, struct arena *arena) {
  Workrelief__ListQuartersRequest request = WORKRELIEF__LIST_QUARTERS_REQUEST__INIT;
  enum status status;
  request.page_size = 1000;
  return (const Workrelief__QuarterPage *)ask(site, arena, "gateway.ListQuarters", &request.base, &workrelief__quarter_page__descriptor, &status);
}

static struct answer quarter_page(struct site *site, struct arena *arena, const Workrelief__QuarterPage *quarters, const char *quarter, FILE *out) {
  Workrelief__GetCompletenessRequest asked = WORKRELIEF__GET_COMPLETENESS_REQUEST__INIT;
  Workrelief__GetConsolidatedReportRequest wanted = WORKRELIEF__GET_CONSOLIDATED_REPORT_REQUEST__INIT;
  enum status status;
  asked.quarter = wanted.quarter = (char *)(uintptr_t)quarter;
  const message *completeness = ask(site, arena, "gateway.GetCompleteness", &asked.base, &workrelief__completeness__descriptor, &status);
  if (status == STATUS_NOT_FOUND)
    return notice(out, MHD_HTTP_NOT_FOUND, "没有这个季度", "该季度尚未开启：由协调机制办公室开启后，报送情况会显示在这里。",
                  "This quarter has not been opened by the coordination office.");
  if (!completeness) return unavailable(out);
  const message *report = ask(site, arena, "gateway.GetConsolidatedReport", &wanted.base, &workrelief__consolidated_report__descriptor, &status);
  if (!report && status != STATUS_NOT_FOUND) return unavailable(out);
  page_report(out, (const Workrelief__Completeness *)completeness, (const Workrelief__ConsolidatedReport *)report, quarters);
  return (struct answer){MHD_HTTP_OK, "text/html; charset=utf-8"};
}

static struct answer show_report(struct site *site, struct arena *arena, const char *rest, FILE *out) {
  const Workrelief__QuarterPage *quarters = quarters_of(site, arena);
  if (!quarters) return unavailable(out);
  if (!quarter_ok(rest))
    return notice(out, MHD_HTTP_NOT_FOUND, "没有这一页", "季度写作 2026Q3，例如 /report/2026Q3。", "Write the quarter as in /report/2026Q3.");
  return quarter_page(site, arena, quarters, rest, out);
}

static struct answer show_newest(struct site *site, struct arena *arena, const char *rest, FILE *out) {
  (void)rest;
  const Workrelief__QuarterPage *quarters = quarters_of(site, arena);
  if (!quarters) return unavailable(out);
  if (!quarters->n_rows)
    return notice(out, MHD_HTTP_OK, "本季报送情况", "尚未开启任何季度：由协调机制办公室开启季度后，报送情况会显示在这里。",
                  "No quarter has been opened yet.");
  return quarter_page(site, arena, quarters, quarters->rows[quarters->n_rows - 1]->quarter, out);
}

static struct answer show_style(struct site *site, struct arena *arena, const char *rest, FILE *out) {
  (void)site, (void)arena, (void)rest;
  fputs(page_style, out);
  return (struct answer){MHD_HTTP_OK, "text/css; charset=utf-8"};
}

/* --- metrics and health --------------------------------------------------------------------------------------------------------------- */

/* Connections of the site's own with a short patience: browsers wait behind this thread. */
static bool dial(struct site *site, size_t service) {
  char path[512], endpoint[64];
  struct key key;
  const char *problem = "";
  if (site->clients[service]) return true;
  snprintf(path, sizeof path, "%s/keys/%s.pub", runtime_directory(site->runtime), services[service]);
  snprintf(endpoint, sizeof endpoint, "%s.endpoint", services[service]);
  if (key_load(path, &key, &problem))
    site->clients[service] = runtime_dial(site->runtime, runtime_setting(site->runtime, endpoint), key.public_key, &problem);
  if (!site->clients[service]) log_warn("http: cannot reach %s: %s", services[service], problem);
  return site->clients[service] != NULL;
}

static message *ask_service(struct site *site, struct arena *arena, size_t service, const char *method, const message *request,
                            const message_type *reply_type) {
  struct client_call call = {.method = method, .timeout_ms = PATIENCE_MS};
  struct client_reply reply;
  message *answer = NULL;
  if (clock_monotonic_us() < site->silent_until_us[service] || !dial(site, service)) return NULL;
  client_ask(site->clients[service], arena, &call, request, reply_type, &reply, &answer);
  if (answer) return answer;
  site->silent_until_us[service] = clock_monotonic_us() + SILENT_US;
  client_close(&site->clients[service]);
  return NULL;
}

static void metric_label(FILE *out, const char *text) {
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') fputc('\\', out);
    fputc(*text == '\n' ? ' ' : *text, out);
  }
}

static void metric_row(FILE *out, const char *service, const Workrelief__Metric *metric) {
  fprintf(out, "workrelief_%s{service=\"%s\"", metric->name, service);
  if (*metric->label) {
    fputs(",label=\"", out);
    metric_label(out, metric->label);
    fputc('"', out);
  }
  fprintf(out, "} %" PRId64 "\n", metric->value);
}

static bool seen_before(const Workrelief__StatsReply *const *replies, size_t service, size_t row) {
  const char *name = replies[service]->rows[row]->name;
  for (size_t s = 0; s <= service; s++)
    for (size_t r = 0; replies[s] && r < (s == service ? row : replies[s]->n_rows); r++)
      if (strcmp(replies[s]->rows[r]->name, name) == 0) return true;
  return false;
}

/* All rows of one name stand together, as the exposition format wants them. */
static void metric_family(FILE *out, const Workrelief__StatsReply *const *replies, const Workrelief__Metric *first) {
  fprintf(out, "# HELP workrelief_%s ", first->name);
  metric_label(out, first->help);
  fprintf(out, "\n# TYPE workrelief_%s %s\n", first->name, *first->kind ? first->kind : "untyped");
  for (size_t s = 0; s < SERVICES; s++)
    for (size_t r = 0; replies[s] && r < replies[s]->n_rows; r++)
      if (strcmp(replies[s]->rows[r]->name, first->name) == 0) metric_row(out, services[s], replies[s]->rows[r]);
}

static struct answer show_metrics(struct site *site, struct arena *arena, const char *rest, FILE *out) {
  (void)rest;
  const Workrelief__StatsReply *replies[SERVICES];
  Workrelief__StatsRequest request = WORKRELIEF__STATS_REQUEST__INIT;
  fputs("# HELP workrelief_up whether the daemon answered\n# TYPE workrelief_up gauge\n", out);
  for (size_t s = 0; s < SERVICES; s++) {
    replies[s] = (const Workrelief__StatsReply *)ask_service(site, arena, s, "admin.Stats", &request.base, &workrelief__stats_reply__descriptor);
    fprintf(out, "workrelief_up{service=\"%s\"} %d\n", services[s], replies[s] != NULL);
  }
  for (size_t s = 0; s < SERVICES; s++)
    for (size_t r = 0; replies[s] && r < replies[s]->n_rows; r++)
      if (!seen_before(replies, s, r)) metric_family(out, replies, replies[s]->rows[r]);
  return (struct answer){MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8"};
}

static struct answer show_health(struct site *site, struct arena *arena, const char *rest, FILE *out) {
  (void)rest;
  Workrelief__HealthRequest request = WORKRELIEF__HEALTH_REQUEST__INIT;
  bool ready = true;
  for (size_t s = 0; s < SERVICES; s++) {
    const Workrelief__HealthReply *reply =
        (const Workrelief__HealthReply *)ask_service(site, arena, s, "admin.Health", &request.base, &workrelief__health_reply__descriptor);
    bool fine = reply && strcmp(reply->state, "READY") == 0 && reply->database_up;
    fprintf(out, "%s %s\n", services[s], reply ? reply->state : "NO_ANSWER");
    ready = ready && fine;
  }
  return (struct answer){ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, "text/plain; charset=utf-8"};
}

/* --- requests ------------------------------------------------------------------------------------------------------------------------- */

/* prefix: the rest of the path goes to the function; otherwise the whole path must match. */
static const struct {
  const char *path;
  bool prefix;
  path_function *show;
} paths[] = {{"/", false, show_newest},
             {"/report/", true, show_report},
             {"/style.css", false, show_style},
             {"/metrics", false, show_metrics},
             {"/health", false, show_health}};

static struct answer show(struct site *site, struct arena *arena, const char *url, FILE *out) {
  for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
    size_t length = strlen(paths[i].path);
    if (paths[i].prefix ? strncmp(url, paths[i].path, length) == 0 : strcmp(url, paths[i].path) == 0)
      return paths[i].show(site, arena, url + length, out);
  }
  return notice(out, MHD_HTTP_NOT_FOUND, "没有这一页", "本节点提供 /、/report/2026Q3、/metrics 和 /health。",
                "This node serves /, /report/2026Q3, /metrics and /health.");
}

static const struct {
  const char *name, *value;
} headers[] = {{"Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
               {"X-Content-Type-Options", "nosniff"},
               {"Referrer-Policy", "no-referrer"},
               {"Cache-Control", "no-store"}};

static enum MHD_Result respond(struct MHD_Connection *connection, struct answer answer, char *text, size_t length) {
  struct MHD_Response *response = MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
  if (!response) {
    free(text);
    return MHD_NO;
  }
  enum MHD_Result result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.type);
  for (size_t i = 0; result == MHD_YES && i < ARRAY_LENGTH(headers); i++)
    result = MHD_add_response_header(response, headers[i].name, headers[i].value);
  if (result == MHD_YES) result = MHD_queue_response(connection, answer.status, response);
  MHD_destroy_response(response);
  return result;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                                  const char *upload, size_t *upload_size, void **state) {
  (void)version, (void)upload, (void)state;
  struct site *site = context;
  struct arena arena;
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out) return MHD_NO;
  arena_init(&arena, REQUEST_ARENA);
  struct answer answer;
  if (*upload_size || (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0))
    answer = notice(out, MHD_HTTP_METHOD_NOT_ALLOWED, "不支持", "本页只供查看。", "These pages are for reading only.");
  else
    answer = show(site, &arena, url, out);
  arena_reset(&arena);
  if (fclose(out) != 0) {
    free(text);
    return MHD_NO;
  }
  *upload_size = 0;
  return respond(connection, answer, text, length);
}

static bool address_of(const char *endpoint, struct sockaddr_in *address) {
  char host[64];
  const char *colon = strrchr(endpoint, ':');
  int64_t port;
  if (!colon || (size_t)(colon - endpoint) >= sizeof host || !parse_int64(colon + 1, 1, 65535, &port)) return false;
  memcpy(host, endpoint, (size_t)(colon - endpoint));
  host[colon - endpoint] = '\0';
  *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  return inet_pton(AF_INET, host, &address->sin_addr) == 1;
}

void http_run(struct runtime *runtime) {
  const char *endpoint = runtime_setting(runtime, "http_endpoint");
  struct sockaddr_in address;
  if (!*endpoint) return;
  if (!address_of(endpoint, &address)) {
    log_error("http: http_endpoint is no address and port: %s", endpoint);
    return;
  }
  struct site site = {.runtime = runtime};
  struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, &site, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                                               MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
                                               MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
  if (!daemon) {
    log_error("http: cannot listen at %s", endpoint);
    return;
  }
  log_info("http: the report page is at http://%s/", endpoint);
  while (!runtime_is_stopping(runtime)) (void)MHD_run_wait(daemon, WAIT_MS);
  MHD_stop_daemon(daemon);
  for (size_t i = 0; i < SERVICES; i++)
    if (site.clients[i]) client_close(&site.clients[i]);
}
