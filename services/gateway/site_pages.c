/* site_pages.c - pages the gateway itself writes: the report page, its style, /metrics and /health. Read-only, no personal data. */
#include "services/gateway/site_pages.h"

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
  if (!site->clients[service]) site->clients[service] = http_dial(site->runtime, services[service]);
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

/* --- by path ------------------------------------------------------------------------------------------------------------------------- */

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

static struct site site; /* its connections; one thread */

void site_page(struct runtime *runtime, const char *path, struct http_answer *reply) {
  struct arena arena;
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  site.runtime = runtime;
  arena_init(&arena, REQUEST_ARENA);
  struct answer answer = {MHD_HTTP_INTERNAL_SERVER_ERROR, "text/plain"};
  if (out) answer = show(&site, &arena, path, out);
  arena_reset(&arena);
  if (out && fclose(out) != 0) {
    free(text);
    text = NULL;
  }
  answer_text(reply, answer.status, answer.type, text, length);
}

void site_pages_close(void) {
  for (size_t i = 0; i < SERVICES; i++)
    if (site.clients[i]) client_close(&site.clients[i]);
}
