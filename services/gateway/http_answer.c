/* http_answer.c - answers as HTTP has them: problems (RFC 9457), the status of a refusal, headers, compression, ETags. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/pb/reflect.h"
#include "services/gateway/http.h"

#define COMPRESS_LEAST 1024u /* below, a packet is a packet */
#define ETAG_HEX 32

/* The canonical statuses as HTTP says them (google.rpc.Code). */
unsigned http_status_of(enum status status) {
  static const unsigned codes[] = {
      [STATUS_OK] = MHD_HTTP_OK,
      [STATUS_CANCELLED] = 499,
      [STATUS_UNKNOWN] = MHD_HTTP_INTERNAL_SERVER_ERROR,
      [STATUS_INVALID_ARGUMENT] = MHD_HTTP_BAD_REQUEST,
      [STATUS_DEADLINE_EXCEEDED] = MHD_HTTP_GATEWAY_TIMEOUT,
      [STATUS_NOT_FOUND] = MHD_HTTP_NOT_FOUND,
      [STATUS_ALREADY_EXISTS] = MHD_HTTP_CONFLICT,
      [STATUS_PERMISSION_DENIED] = MHD_HTTP_FORBIDDEN,
      [STATUS_RESOURCE_EXHAUSTED] = MHD_HTTP_TOO_MANY_REQUESTS,
      [STATUS_FAILED_PRECONDITION] = MHD_HTTP_UNPROCESSABLE_CONTENT,
      [STATUS_ABORTED] = MHD_HTTP_CONFLICT,
      [STATUS_OUT_OF_RANGE] = MHD_HTTP_BAD_REQUEST,
      [STATUS_UNIMPLEMENTED] = MHD_HTTP_NOT_IMPLEMENTED,
      [STATUS_INTERNAL] = MHD_HTTP_INTERNAL_SERVER_ERROR,
      [STATUS_UNAVAILABLE] = MHD_HTTP_SERVICE_UNAVAILABLE,
      [STATUS_DATA_LOSS] = MHD_HTTP_INTERNAL_SERVER_ERROR,
      [STATUS_UNAUTHENTICATED] = MHD_HTTP_UNAUTHORIZED,
  };
  return (size_t)status < ARRAY_LENGTH(codes) ? codes[status] : MHD_HTTP_INTERNAL_SERVER_ERROR;
}

void answer_text(struct http_answer *answer, unsigned status, const char *type, char *text, size_t length) {
  free(answer->text);
  answer->status = text ? status : MHD_HTTP_INTERNAL_SERVER_ERROR;
  answer->type = type;
  answer->text = text;
  answer->length = text ? length : 0;
}

static void answer_json(struct http_answer *answer, unsigned status, const char *type, json_t *body) {
  char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
  answer_text(answer, status, type, text, text ? strlen(text) : 0);
  json_decref(body);
}

static json_t *problem_body(unsigned status, const char *reason, const char *detail) {
  char type[128];
  snprintf(type, sizeof type, "urn:workrelief:problem:%s", reason);
  return json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", type, "title", reason, "status", (int)status, "detail", detail, "reason", reason);
}

void answer_problem(struct http_answer *answer, unsigned status, const char *reason, const char *zh, const char *en, bool english) {
  answer_json(answer, status, "application/problem+json; charset=utf-8", problem_body(status, reason, english ? en : zh));
}

/* Problems as the bus gives them: path, reason, message, severity, basis. */
static json_t *problem_list(const Workrelief__ReplyHeader *header) {
  static const char *const severities[] = {"UNSPECIFIED", "BLOCK", "WARN", "INFO"};
  json_t *list = json_array();
  for (size_t i = 0; list && i < header->n_problems; i++) {
    const Workrelief__Problem *problem = header->problems[i];
    const char *severity = (unsigned)problem->severity < ARRAY_LENGTH(severities) ? severities[problem->severity] : severities[0];
    if (json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "path", problem->path, "reason", problem->reason, "message",
                                              problem->message, "severity", severity, "basis", problem->basis)) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

void answer_refusal(struct http_answer *answer, const char *method, const struct client_reply *reply) {
  unsigned status = http_status_of(reply->status);
  if (!reply->header) {
    answer_problem(answer, MHD_HTTP_SERVICE_UNAVAILABLE, "NO_ANSWER", "后端服务没有答复，结果未知；请用同一幂等键重试。",
                   "No answer came and the outcome is unknown; send it again with the same idempotency key.", false);
    answer->retry_after_s = 1;
    return;
  }
  json_t *body = problem_body(status, *reply->header->reason ? reply->header->reason : status_name(reply->status), reply->header->message);
  if (body) {
    json_object_set_new(body, "instance", json_string(method));
    json_object_set_new(body, "problems", problem_list(reply->header));
  }
  answer_json(answer, status, "application/problem+json; charset=utf-8", body);
  if (reply->header->retry_after_ms > 0) answer->retry_after_s = (reply->header->retry_after_ms + 999) / 1000;
}

/* --- onto the connection ---------------------------------------------------------------------------------------------------------- */

static const struct {
  const char *name, *value;
} fixed[] = {{"Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
              "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
             {"X-Content-Type-Options", "nosniff"},
             {"X-Frame-Options", "DENY"},
             {"Referrer-Policy", "no-referrer"},
             {"Cross-Origin-Opener-Policy", "same-origin"},
             {"Cross-Origin-Resource-Policy", "same-origin"},
             {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}};

void answer_headers(struct MHD_Response *response) {
  for (size_t i = 0; i < ARRAY_LENGTH(fixed); i++) (void)MHD_add_response_header(response, fixed[i].name, fixed[i].value);
}

static bool takes_gzip(struct MHD_Connection *connection) {
  const char *accepted = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT_ENCODING);
  return accepted && strstr(accepted, "gzip") && !strstr(accepted, "gzip;q=0");
}

/* NULL: not worth it, or no memory. */
static char *compressed(const char *text, size_t length, size_t *packed) {
  z_stream stream = {0};
  if (deflateInit2(&stream, 5, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return NULL;
  size_t room = deflateBound(&stream, length);
  char *out = malloc(room);
  stream.next_in = (Bytef *)(uintptr_t)text;
  stream.avail_in = (uInt)length;
  stream.next_out = (Bytef *)out;
  stream.avail_out = (uInt)room;
  bool done = out && deflate(&stream, Z_FINISH) == Z_STREAM_END;
  *packed = stream.total_out;
  deflateEnd(&stream);
  if (done && *packed < length) return out;
  free(out);
  return NULL;
}

static void etag_of(const struct http_answer *answer, char out[ETAG_HEX + 3]) {
  uint8_t digest[SM3_SIZE];
  sm3_of(answer->text ? answer->text : "", answer->length, digest);
  out[0] = '"';
  hex_encode(digest, ETAG_HEX / 2, out + 1);
  out[ETAG_HEX + 1] = '"';
  out[ETAG_HEX + 2] = '\0';
}

static bool is_known_to_asker(struct MHD_Connection *connection, const char *etag) {
  const char *known = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH);
  return known && (strstr(known, etag) || strcmp(known, "*") == 0);
}

struct header_line {
  const char *name, *value;
};

static enum MHD_Result queue(struct MHD_Connection *connection, unsigned status, char *text, size_t length, const struct header_line *lines,
                             size_t count) {
  struct MHD_Response *response =
      MHD_create_response_from_buffer(length, text ? text : (char *)(uintptr_t) "", text ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
  if (!response) {
    free(text);
    return MHD_NO;
  }
  enum MHD_Result result = MHD_YES;
  answer_headers(response);
  for (size_t i = 0; result == MHD_YES && i < count; i++)
    if (lines[i].value && *lines[i].value) result = MHD_add_response_header(response, lines[i].name, lines[i].value);
  if (result == MHD_YES) result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

#define KEEPING_SIZE 48
#define YEAR_S 31536000
/* How long the answer may be kept, and by whom. */
static void keeping_of(const struct http_answer *answer, char out[KEEPING_SIZE]) {
  if (answer->is_fixed)
    snprintf(out, KEEPING_SIZE, "public, max-age=%d, immutable", YEAR_S);
  else if (answer->max_age_s > 0)
    snprintf(out, KEEPING_SIZE, "%s, max-age=%d", answer->is_keyed ? "private" : "public", answer->max_age_s);
  else
    snprintf(out, KEEPING_SIZE, "%s", answer->cacheable ? "private, no-cache" : "no-store");
}

static const char *vary_of(const struct http_answer *answer) {
  if (!answer->cacheable) return NULL;
  return answer->is_fixed || answer->max_age_s > 0 ? "Accept-Encoding" : "Accept-Encoding, Cookie, Authorization, Accept-Language";
}

enum MHD_Result answer_queue(struct http_answer *answer, struct MHD_Connection *connection) {
  char etag[ETAG_HEX + 3] = "", retry[16] = "", keeping[KEEPING_SIZE];
  unsigned status = answer->status;
  char *text = answer->text;
  size_t length = answer->length, packed;
  const char *encoding = NULL;
  answer->text = NULL;
  if (answer->cacheable && status == MHD_HTTP_OK) {
    *answer = (struct http_answer){.status = status,
                                   .type = answer->type,
                                   .text = text,
                                   .length = length,
                                   .cacheable = true,
                                   .max_age_s = answer->max_age_s,
                                   .is_fixed = answer->is_fixed,
                                   .is_keyed = answer->is_keyed,
                                   .is_unlisted = answer->is_unlisted};
    etag_of(answer, etag);
    answer->text = NULL;
    if (is_known_to_asker(connection, etag)) {
      free(text);
      text = NULL, length = 0, status = MHD_HTTP_NOT_MODIFIED;
    }
  }
  if (length >= COMPRESS_LEAST && !answer->is_file && takes_gzip(connection)) {
    char *smaller = compressed(text, length, &packed);
    if (smaller) {
      free(text);
      text = smaller, length = packed, encoding = "gzip";
    }
  }
  keeping_of(answer, keeping);
  if (answer->retry_after_s > 0) snprintf(retry, sizeof retry, "%d", answer->retry_after_s);
  const struct header_line lines[] = {{MHD_HTTP_HEADER_CONTENT_TYPE, length ? answer->type : NULL},
                                      {MHD_HTTP_HEADER_CONTENT_ENCODING, encoding},
                                      {MHD_HTTP_HEADER_VARY, vary_of(answer)},
                                      {MHD_HTTP_HEADER_ETAG, etag},
                                      {MHD_HTTP_HEADER_CACHE_CONTROL, keeping},
                                      {"X-Robots-Tag", answer->is_unlisted ? "noindex, nofollow, noarchive" : NULL},
                                      {MHD_HTTP_HEADER_CONTENT_DISPOSITION, answer->is_file ? "attachment" : NULL},
                                      {MHD_HTTP_HEADER_RETRY_AFTER, retry},
                                      {MHD_HTTP_HEADER_LOCATION, answer->location},
                                      {MHD_HTTP_HEADER_SET_COOKIE, answer->cookie},
                                      {"Idempotency-Key", answer->idempotency_key},
                                      {"Workrelief-Position", answer->position}};
  return queue(connection, status, text, length, lines, ARRAY_LENGTH(lines));
}
