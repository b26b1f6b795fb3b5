/* http_api.c - /v1/{service}/{Method}: JSON in, one call on the bus in the name of who asks, JSON out. Everything a method may demand is
 * enforced by its service; here is only translation. POST for every method; GET for those that read (Get..., List...). */
#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/daemon/service.h"
#include "common/pb/json.h"
#include "services/gateway/http.h"

#define CALL_ARENA ((size_t)16 << 20)
#define TIMEOUT_MS 30000
#define POSITIONS_MOST 8

static const char *header_of(const struct exchange *exchange, const char *name) {
  return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

static void refuse(struct exchange *exchange, unsigned status, const char *reason, const char *zh, const char *en) {
  answer_problem(&exchange->answer, status, reason, zh, en, exchange->english);
}

/* --- what is asked ---------------------------------------------------------------------------------------------------------------- */

/* "payroll/DrawWageSheet" */
static bool find_method(struct exchange *exchange) {
  int length = snprintf(exchange->method, sizeof exchange->method, "%s", exchange->rest);
  char *slash = strchr(exchange->method, '/');
  if (slash) *slash = '.';
  exchange->rpc = length > 0 && (size_t)length < sizeof exchange->method && slash ? rpc_find(exchange->method) : NULL;
  if (exchange->rpc) return true;
  refuse(exchange, MHD_HTTP_NOT_FOUND, "UNKNOWN_METHOD", "没有这个方法；方法清单见 /openapi.json。",
         "There is no such method; /openapi.json lists them.");
  return false;
}

static bool may_be_read(const char *method) {
  const char *name = strchr(method, '.') + 1;
  return strncmp(name, "Get", 3) == 0 || strncmp(name, "List", 4) == 0;
}

/* "2f1c..-..": a UUID's bytes are the request id itself; any other text is hashed. The id is the caller's own: two callers may use the same. */
static void take_key(struct exchange *exchange, const char *text) {
  char hex[33];
  size_t used = 0;
  for (const char *from = text; *from && used < 32; from++)
    if (*from != '-') hex[used++] = *from;
  hex[used] = '\0';
  if (used == 32 && strlen(text) <= 36 && hex_decode(hex, exchange->request_id, 16)) return;
  uint8_t digest[SM3_SIZE];
  sm3_of(text, strlen(text), digest);
  memcpy(exchange->request_id, digest, sizeof exchange->request_id);
}

static void take_request_id(struct exchange *exchange) {
  const char *key = header_of(exchange, "Idempotency-Key");
  if (key && *key && strlen(key) <= 128)
    take_key(exchange, key);
  else
    uuid7(exchange->request_id, clock_now_us());
  hex_encode(exchange->request_id, 16, exchange->answer.idempotency_key);
}

/* --- JSON in ---------------------------------------------------------------------------------------------------------------------- */

struct query {
  const message_type *type;
  json_t *object;
};

/* sheet_code or sheetCode */
static const message_field *field_of_query(const message_type *type, const char *key) {
  char snake[96];
  size_t used = 0;
  for (; *key && used + 2 < sizeof snake; key++) {
    if (isupper((unsigned char)*key)) snake[used++] = '_';
    snake[used++] = (char)tolower((unsigned char)*key);
  }
  snake[used] = '\0';
  return pb_field(type, snake);
}

static enum MHD_Result take_argument(void *context, enum MHD_ValueKind kind, const char *key, const char *value) {
  struct query *query = context;
  (void)kind;
  const message_field *field = field_of_query(query->type, key);
  bool is_flag = field && field->type == PROTOBUF_C_TYPE_BOOL && value;
  json_t *item = is_flag && strcmp(value, "true") == 0    ? json_true()
                 : is_flag && strcmp(value, "false") == 0 ? json_false()
                                                          : json_string(value ? value : "");
  if (!field || !pb_is_repeated(field)) return json_object_set_new(query->object, key, item) == 0 ? MHD_YES : MHD_NO;
  json_t *list = json_object_get(query->object, key);
  if (!list && json_object_set_new(query->object, key, list = json_array()) != 0) list = NULL;
  return list && json_array_append_new(list, item) == 0 ? MHD_YES : MHD_NO;
}

static json_t *read_query(struct exchange *exchange) {
  struct query query = {exchange->rpc->input, json_object()};
  if (query.object) (void)MHD_get_connection_values(exchange->connection, MHD_GET_ARGUMENT_KIND, take_argument, &query);
  return query.object;
}

static json_t *read_body(struct exchange *exchange) {
  json_error_t error;
  if (!exchange->length) return json_object();
  json_t *body = json_loadb(exchange->body, exchange->length, JSON_REJECT_DUPLICATES, &error);
  if (body) return body;
  char zh[320], en[320];
  snprintf(zh, sizeof zh, "正文不是有效的 JSON（第 %d 行第 %d 列）：%s", error.line, error.column, error.text);
  snprintf(en, sizeof en, "The body is no JSON (line %d, column %d): %s", error.line, error.column, error.text);
  refuse(exchange, MHD_HTTP_BAD_REQUEST, "BAD_JSON", zh, en);
  return NULL;
}

/* All that is wrong with the JSON, as the services' own problems look. */
static void refuse_problems(struct exchange *exchange, const struct problems *problems) {
  Workrelief__ReplyHeader header = WORKRELIEF__REPLY_HEADER__INIT;
  Workrelief__Problem list[PROBLEMS_MAX], *pointers[PROBLEMS_MAX];
  for (size_t i = 0; i < problems->count; i++) {
    const struct problem *problem = &problems->list[i];
    list[i] = (Workrelief__Problem)WORKRELIEF__PROBLEM__INIT;
    list[i].path = (char *)(uintptr_t)problem->path;
    list[i].reason = (char *)(uintptr_t)problem->reason;
    list[i].message = (char *)(uintptr_t)(exchange->english ? problem->en : problem->zh);
    list[i].basis = (char *)(uintptr_t)problem->basis;
    list[i].severity = (Workrelief__Severity__Value)problem->severity;
    pointers[i] = &list[i];
  }
  header.problems = pointers;
  header.n_problems = problems->count;
  header.reason = problems->count ? list[0].reason : header.reason;
  header.message = problems->count ? list[0].message : header.message;
  answer_refusal(&exchange->answer, exchange->method, &(struct client_reply){.status = STATUS_INVALID_ARGUMENT, .header = &header});
}

/* --- the call --------------------------------------------------------------------------------------------------------------------- */

/* "workforce:1:234, payroll:1:8": what the caller has written elsewhere and wants to be seen. False: no such text. */
static bool read_positions(struct arena *arena, const char *text, struct client_call *call) {
  call->after = arena_array(arena, POSITIONS_MOST, sizeof(Workrelief__Position *));
  while (call->after && *text) {
    char service[16];
    long long epoch, seq;
    int used = 0;
    if (call->n_after == POSITIONS_MOST || sscanf(text, " %15[a-z]:%18lld:%18lld%n", service, &epoch, &seq, &used) != 3 || !used) return false;
    Workrelief__Position *position = arena_alloc(arena, sizeof *position);
    if (!position) return false;
    workrelief__position__init(position);
    position->service = arena_strdup(arena, service);
    position->epoch = epoch;
    position->seq = seq;
    call->after[call->n_after++] = position;
    text += used;
    text += strspn(text, ", ");
  }
  return call->after && !arena->failed;
}

static Workrelief__Caller caller_of(const struct session_entry *session) {
  Workrelief__Caller caller = WORKRELIEF__CALLER__INIT;
  caller.principal = (char *)(uintptr_t)session->account_name;
  caller.unit_id = (char *)(uintptr_t)session->unit_id;
  caller.duty = (Workrelief__Duty__Value)session->duty;
  caller.relations = (Workrelief__Relation__Value *)(uintptr_t)session->relations;
  caller.n_relations = session->relation_count;
  return caller;
}

static void send_call(struct http_site *site, struct exchange *exchange, const struct session_entry *session, struct arena *arena,
                      const message *request) {
  Workrelief__Caller caller = caller_of(session);
  struct client_call call = {.method = exchange->method, .timeout_ms = TIMEOUT_MS, .language = exchange->english ? "en" : "zh", .caller = &caller};
  const char *after = header_of(exchange, "Workrelief-After"), *dry = header_of(exchange, "Workrelief-Dry-Run");
  size_t length;
  const uint8_t *bytes = pb_pack(arena, request, &length);
  memcpy(call.request_id, exchange->request_id, sizeof call.request_id);
  call.dry_run = dry && strcmp(dry, "1") == 0;
  if (!bytes)
    refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "TOO_LARGE", "请求过大，请分批提交。", "The request is too large; send it in parts.");
  else if (after && !read_positions(arena, after, &call))
    refuse(exchange, MHD_HTTP_BAD_REQUEST, "BAD_POSITION", "Workrelief-After 应写作 workforce:1:234，以逗号分隔。",
           "Workrelief-After is written workforce:1:234, with commas between.");
  else if (http_send(site, exchange, &call, bytes, length))
    exchange->state = EXCHANGE_WAITING, exchange->rpc_sent = true;
}

static void call_from_json(struct http_site *site, struct exchange *exchange, const struct session_entry *session, const json_t *source) {
  static struct problems problems; /* large; one thread */
  struct arena arena;
  arena_init(&arena, CALL_ARENA);
  problems_init(&problems, &arena);
  message *request = pb_from_json(&arena, exchange->rpc->input, source, &problems);
  if (request)
    send_call(site, exchange, session, &arena, request);
  else
    refuse_problems(exchange, &problems);
  arena_reset(&arena);
}

void api_begin(struct http_site *site, struct exchange *exchange) {
  if (!exchange->rpc && !find_method(exchange)) return;
  if (!exchange->is_post && !may_be_read(exchange->method))
    return refuse(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "METHOD_WRITES", "此方法须用 POST。", "This method takes POST.");
  if (exchange->is_post && exchange->length && !is_json(exchange))
    return refuse(exchange, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "NOT_JSON", "正文应为 application/json。", "The body must be application/json.");
  if (!identify(site, exchange, true)) return;
  const struct session_entry *session = session_of(site, exchange);
  if (!session || !session_allows(session, exchange->method))
    return refuse(exchange, MHD_HTTP_FORBIDDEN, "TOKEN_SCOPE", "此令牌不能调用该方法。", "This token may not call this method.");
  if (exchange->is_post && !has_csrf(exchange)) return;
  take_request_id(exchange);
  json_t *source = exchange->is_post ? read_body(exchange) : read_query(exchange);
  if (source) call_from_json(site, exchange, session, source);
  json_decref(source);
}

/* --- JSON out --------------------------------------------------------------------------------------------------------------------- */

static void put_position(struct exchange *exchange, const Workrelief__ReplyHeader *header) {
  if (!header->journal_seq) return;
  snprintf(exchange->answer.position, sizeof exchange->answer.position, "%.*s:%" PRId64 ":%" PRId64, (int)strcspn(exchange->method, "."),
           exchange->method, header->journal_epoch, header->journal_seq);
}

void api_reply(struct http_site *site, struct exchange *exchange, const struct client_reply *reply) {
  (void)site;
  if (reply->header) put_position(exchange, reply->header);
  if (reply->status != STATUS_OK) return answer_refusal(&exchange->answer, exchange->method, reply);
  struct arena arena;
  arena_init(&arena, CALL_ARENA);
  message *body = pb_unpack(&arena, exchange->rpc->output, reply->body, reply->body_length);
  size_t length = 0;
  char *text = body ? pb_json_text(body, &length) : NULL;
  answer_text(&exchange->answer, MHD_HTTP_OK, "application/json; charset=utf-8", text, length);
  exchange->answer.cacheable = !exchange->is_post;
  arena_reset(&arena);
}
