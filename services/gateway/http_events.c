/* http_events.c - GET /v1/events: what changes, as it changes (server-sent events). One reader a service, whoever listens; a listener is
 * told only of projects and units he has to do with, and only that something happened and where: what it is he asks for himself. One who
 * reads too slowly is told to load anew. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin.pb-c.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/daemon/service.h"
#include "services/gateway/http.h"
#include "services/gateway/notice.h"

#define LISTENERS_MOST 256
#define ACCOUNT_LISTENERS_MOST 8
#define BACKLOG_MOST 65536u
#define READ_WAIT_MS 20000
#define READ_PATIENCE_US (30 * INT64_C(1000000))
#define RETRY_US (1 * INT64_C(1000000))
#define BEAT_US (10 * INT64_C(1000000))
#define STREAM_IDLE_S 60u
#define PAGE_BYTES 200000
#define SEES_ALL (OFFICE | AUDIT | UPPER)

static const char *const sources[] = {"gateway", "registry", "workforce", "payroll", "evaluation"};
#define SOURCES ARRAY_LENGTH(sources)

struct source {
  int64_t epoch, seq; /* read up to here; epoch 0: not begun */
  int64_t asked_us;   /* 0: nothing under way */
};

struct listener {
  struct exchange *exchange; /* NULL: free */
  char unit_id[65], account_name[64];
  uint32_t relations;
  char *backlog; /* BACKLOG_MOST bytes */
  size_t length;
  int64_t told_us;
  bool waits, overrun; /* waits: its connection is suspended until there is something to tell */
};

struct http_events {
  bool stopped; /* who listens is told the end, and does not sleep again */
  struct source sources[SOURCES];
  struct listener listeners[LISTENERS_MOST];
  size_t count;
};

struct http_events *http_events_new(void) {
  return calloc(1, sizeof(struct http_events));
}

/* --- reading the journals --------------------------------------------------------------------------------------------------------------- */

static void ask(struct http_site *site, struct http_events *events, size_t i) {
  struct source *source = &events->sources[i];
  Workrelief__JournalReadRequest request = WORKRELIEF__JOURNAL_READ_REQUEST__INIT;
  char method[64];
  uint8_t bytes[64];
  const char *problem = "";
  request.epoch = source->epoch;
  request.after_seq = source->epoch ? source->seq : INT64_MAX / 2; /* the end, wherever it is */
  request.max_bytes = PAGE_BYTES;
  request.wait_ms = source->epoch ? READ_WAIT_MS : 0;
  snprintf(method, sizeof method, "%s%sjournal.Read", i ? sources[i] : "", i ? ":" : "");
  struct client_call call = {.method = method, .timeout_ms = READ_WAIT_MS + 5000, .hop_id = -(int64_t)(i + 1)};
  size_t length = workrelief__journal_read_request__pack(&request, bytes);
  if (client_send(http_bus(site), &call, bytes, length, &problem)) source->asked_us = clock_monotonic_us();
}

static struct listener *listener_of(struct http_events *events, const struct exchange *exchange) {
  for (size_t i = 0; i < LISTENERS_MOST; i++)
    if (events->listeners[i].exchange == exchange) return &events->listeners[i];
  return NULL;
}

static void wake(struct listener *listener) {
  if (!listener->waits) return;
  listener->waits = false;
  MHD_resume_connection(listener->exchange->connection);
}

static void tell(struct http_site *site, struct listener *listener, const char *text, size_t length) {
  if (listener->length + length > BACKLOG_MOST)
    listener->overrun = true;
  else {
    memcpy(listener->backlog + listener->length, text, length);
    listener->length += length;
  }
  listener->told_us = clock_monotonic_us();
  wake(listener);
  http_resumed(site);
}

static const char *text_of(const message *event, const char *name) {
  const message_field *field = pb_field(event->descriptor, name);
  return field && !pb_is_repeated(field) && field->type == PROTOBUF_C_TYPE_STRING ? pb_get_text(event, field, 0) : "";
}

static bool may_hear(struct http_site *site, const struct listener *listener, const char *project_code, const char *unit_id) {
  if (listener->relations & SEES_ALL) return true;
  if (*unit_id && strcmp(unit_id, listener->unit_id) == 0) return true;
  return *project_code && runtime_relations(http_runtime(site), project_code, listener->unit_id) != 0;
}

static void spread(struct http_site *site, struct http_events *events, size_t source, const Workrelief__JournalEntry *entry, struct arena *arena) {
  const message_type *type = pb_type_find(entry->event_type);
  const message *event = type ? pb_unpack(arena, type, entry->event.data, entry->event.len) : NULL;
  if (!event) return;
  const char *project_code = text_of(event, "project_code"), *unit_id = text_of(event, "unit_id");
  /* Codes have no character that JSON would have to escape: fields.def sees to it. */
  char *text = arena_printf(arena,
                            "id: %s:%" PRId64 ":%" PRId64
                            "\nevent: change\ndata: {\"service\":\"%s\",\"event\":\"%s\",\"projectCode\":\"%s\",\"unitId\":\"%s\"}\n\n",
                            sources[source], entry->epoch, entry->seq, sources[source], entry->event_type, project_code, unit_id);
  for (size_t i = 0; text && i < LISTENERS_MOST; i++)
    if (events->listeners[i].exchange && may_hear(site, &events->listeners[i], project_code, unit_id))
      tell(site, &events->listeners[i], text, strlen(text));
}

/* Whether anybody listens: a browser, or the notice board that drops its pages. */
static bool is_heard(struct http_site *site, const struct http_events *events) { return events->count > 0 || notice_listens(http_board(site)); }

void http_events_reply(struct http_site *site, struct http_events *events, const struct client_reply *reply, struct arena *arena) {
  size_t i = (size_t)(-reply->header->hop_id - 1);
  if (i >= SOURCES) return;
  struct source *source = &events->sources[i];
  const Workrelief__JournalReadReply *page =
      reply->status == STATUS_OK
          ? (const Workrelief__JournalReadReply *)pb_unpack(arena, &workrelief__journal_read_reply__descriptor, reply->body, reply->body_length)
          : NULL;
  source->asked_us = 0;
  if (!page) {
    source->asked_us = clock_monotonic_us() - READ_PATIENCE_US + RETRY_US; /* a while before the next try */
    return;
  }
  if (!source->epoch || page->epoch != source->epoch) {
    notice_heard(http_board(site), sources[i], NULL, arena);
    *source = (struct source){.epoch = page->epoch, .seq = page->last_seq};
  } else {
    for (size_t n = 0; n < page->n_rows; n++) {
      if (page->rows[n]->event.len) spread(site, events, i, page->rows[n], arena);
      notice_heard(http_board(site), sources[i], page->rows[n], arena);
    }
    if (page->n_rows) source->seq = page->rows[page->n_rows - 1]->seq;
  }
  if (is_heard(site, events)) ask(site, events, i);
}

/* Once a second: what has no answer is asked again, and a line that carries nothing for long is closed by what lies between. */
void http_events_tick(struct http_site *site, struct http_events *events) {
  int64_t now = clock_monotonic_us();
  for (size_t i = 0; is_heard(site, events) && i < SOURCES; i++)
    if (!events->sources[i].asked_us || now - events->sources[i].asked_us > READ_PATIENCE_US) ask(site, events, i);
  for (size_t i = 0; i < LISTENERS_MOST; i++) {
    struct listener *listener = &events->listeners[i];
    if (listener->exchange && now - listener->told_us > BEAT_US) tell(site, listener, ": \n\n", 4);
  }
}

/* --- listeners ------------------------------------------------------------------------------------------------------------------------------ */

struct stream {
  struct http_site *site;
  struct listener *listener;
};

/* libmicrohttpd wants more to send. Nothing to tell: the connection sleeps until there is. */
static ssize_t read_stream(void *context, uint64_t position, char *out, size_t room) {
  (void)position;
  struct stream *stream = context;
  struct listener *listener = stream->listener;
  if (listener->overrun && !listener->length) {
    static const char anew[] = "event: reload\ndata: {}\n\n";
    listener->overrun = false;
    memcpy(listener->backlog, anew, sizeof anew - 1);
    listener->length = sizeof anew - 1;
  }
  if (!listener->length && http_site_events(stream->site)->stopped) return MHD_CONTENT_READER_END_OF_STREAM;
  if (!listener->length) {
    listener->waits = true;
    MHD_suspend_connection(listener->exchange->connection);
    return 0;
  }
  size_t length = listener->length < room ? listener->length : room;
  memcpy(out, listener->backlog, length);
  memmove(listener->backlog, listener->backlog + length, listener->length - length);
  listener->length -= length;
  return (ssize_t)length;
}

static struct listener *place_for(struct http_events *events, const struct session_entry *session) {
  struct listener *place = NULL;
  size_t own = 0;
  for (size_t i = 0; i < LISTENERS_MOST; i++) {
    if (!events->listeners[i].exchange && !place) place = &events->listeners[i];
    own += events->listeners[i].exchange && strcmp(events->listeners[i].account_name, session->account_name) == 0;
  }
  return own < ACCOUNT_LISTENERS_MOST ? place : NULL;
}

void events_begin(struct http_site *site, struct exchange *exchange) {
  struct http_events *events = http_site_events(site);
  if (!identify(site, exchange, true)) return;
  const struct session_entry *session = session_of(site, exchange);
  struct listener *listener = session ? place_for(events, session) : NULL;
  char *backlog = listener ? malloc(BACKLOG_MOST) : NULL;
  if (!backlog)
    return answer_problem(&exchange->answer, MHD_HTTP_TOO_MANY_REQUESTS, "TOO_MANY_STREAMS", "同时打开的页面过多，请关闭一些后再试。",
                          "Too many pages listen at once; close some.", exchange->english);
  *listener = (struct listener){.exchange = exchange, .backlog = backlog, .told_us = clock_monotonic_us()};
  snprintf(listener->unit_id, sizeof listener->unit_id, "%s", session->unit_id);
  snprintf(listener->account_name, sizeof listener->account_name, "%s", session->account_name);
  for (size_t i = 0; i < session->relation_count; i++) listener->relations |= 1u << session->relations[i];
  listener->length = (size_t)snprintf(backlog, BACKLOG_MOST, "retry: 3000\n\n");
  exchange->streams = true;
  if (events->count++ == 0) http_events_tick(site, events); /* the readers begin now, at the journals' ends */
}

enum MHD_Result http_events_queue(struct http_site *site, struct exchange *exchange) {
  struct listener *listener = listener_of(http_site_events(site), exchange);
  struct stream *stream = listener ? malloc(sizeof *stream) : NULL;
  if (!stream) return MHD_NO;
  *stream = (struct stream){site, listener};
  struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_stream, stream, free);
  if (!response) {
    free(stream);
    return MHD_NO;
  }
  (void)MHD_set_connection_option(exchange->connection, MHD_CONNECTION_OPTION_TIMEOUT, STREAM_IDLE_S);
  answer_headers(response);
  enum MHD_Result result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
  if (result == MHD_YES) result = MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  if (result == MHD_YES) result = MHD_queue_response(exchange->connection, MHD_HTTP_OK, response);
  MHD_destroy_response(response);
  return result;
}

void http_events_forget(struct http_events *events, const struct exchange *exchange) {
  struct listener *listener = listener_of(events, exchange);
  if (!listener) return;
  free(listener->backlog);
  *listener = (struct listener){0};
  events->count--;
}

void http_events_stop(struct http_events *events) {
  events->stopped = true;
  for (size_t i = 0; i < LISTENERS_MOST; i++)
    if (events->listeners[i].exchange) wake(&events->listeners[i]);
}
