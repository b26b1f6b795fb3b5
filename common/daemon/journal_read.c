/* journal_read.c - see journal_read.h. Readers pull and keep their own position; nothing queues here and nothing is dropped. */
#include "common/daemon/journal_read.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

#include "common/daemon/audience.h"
#include "common/daemon/journal.h"

#define BYTES_MOST 900000
#define ENTRY_OVERHEAD 256
#define WATCH_ROWS_MOST 200
#define SCRATCH_ARENA ((size_t)32 << 20)

static ProtobufCBinaryData bytes_at(const PGresult *result, int row, int column, struct arena *arena) {
  size_t length = (size_t)PQgetlength(result, row, column);
  return (ProtobufCBinaryData){length, arena_memdup(arena, PQgetvalue(result, row, column), length)};
}

static char *text_at(const PGresult *result, int row, int column, struct arena *arena) {
  return arena_strndup(arena, PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
}

static ProtobufCBinaryData hash_of(const PGresult *result, int row, int first, int second, struct arena *arena) {
  struct hash_part parts[] = {{PQgetvalue(result, row, first), (size_t)PQgetlength(result, row, first)},
                              {second < 0 ? "" : PQgetvalue(result, row, second), second < 0 ? 0 : (size_t)PQgetlength(result, row, second)}};
  uint8_t *digest = arena_alloc(arena, SM3_SIZE);
  if (digest) sm3(parts, 2, digest);
  return (ProtobufCBinaryData){SM3_SIZE, digest};
}

static bool may_see(const struct call *call, const char *type_name, ProtobufCBinaryData bytes, struct arena *arena) {
  const message_type *type = pb_type_find(type_name);
  const message *event = type ? pb_unpack(arena, type, bytes.data, bytes.len) : NULL;
  return audience_may_see(call, type_name, event);
}

static Workrelief__JournalEntry *entry_of(struct call *call, const PGresult *result, int row, int64_t epoch) {
  struct arena *arena = &call->arena;
  Workrelief__JournalEntry *entry = (Workrelief__JournalEntry *)pb_new(arena, &workrelief__journal_entry__descriptor);
  if (!entry) return NULL;
  uint32_t status;
  memcpy(&status, PQgetvalue(result, row, 7), sizeof status);
  entry->epoch = epoch;
  entry->seq = pipeline_int8(result, row, 0);
  entry->at_us = pipeline_int8(result, row, 1);
  entry->caller = text_at(result, row, 2, arena);
  entry->request_id = bytes_at(result, row, 4, arena);
  entry->method = text_at(result, row, 5, arena);
  entry->status = (int32_t)ntohl(status);
  entry->request_hash = hash_of(result, row, 3, 6, arena);
  entry->reply_hash = hash_of(result, row, 8, 9, arena);
  entry->prev_hash = bytes_at(result, row, 12, arena);
  entry->hash = bytes_at(result, row, 13, arena);
  if (PQgetisnull(result, row, 10)) {
    entry->event_hash = (ProtobufCBinaryData){SM3_SIZE, arena_alloc(arena, SM3_SIZE)};
    return arena->failed ? NULL : entry;
  }
  entry->event_hash = hash_of(result, row, 11, -1, arena);
  entry->event_type = text_at(result, row, 10, arena);
  ProtobufCBinaryData event = bytes_at(result, row, 11, arena);
  if (!arena->failed && may_see(call, entry->event_type, event, arena)) entry->event = event;
  return arena->failed ? NULL : entry;
}

static void fill(struct call *call, const PGresult *result, int64_t epoch, size_t most) {
  Workrelief__JournalReadReply *reply = (Workrelief__JournalReadReply *)call->reply;
  int count = PQntuples(result);
  reply->rows = arena_array(&call->arena, (size_t)count + 1, sizeof *reply->rows);
  size_t bytes = 0;
  for (int row = 0; reply->rows && row < count; row++) {
    size_t size = ENTRY_OVERHEAD + (PQgetisnull(result, row, 11) ? 0 : (size_t)PQgetlength(result, row, 11));
    if (row && bytes + size > most) break;
    Workrelief__JournalEntry *entry = entry_of(call, result, row, epoch);
    if (!entry) break;
    reply->rows[reply->n_rows++] = entry;
    bytes += size;
  }
}

/* The rows, or NULL when the database does not answer. */
static PGresult *ask(struct pipeline *pipeline, const char *name, int64_t epoch, int64_t after_seq, const char *text) {
  uint64_t wire[] = {htobe64((uint64_t)epoch), htobe64((uint64_t)after_seq)};
  const char *values[] = {(const char *)&wire[0], (const char *)&wire[1], text};
  int lengths[] = {8, 8, text ? (int)strlen(text) : 0};
  pipeline_prepared(pipeline, name, text ? 3 : 2, values, lengths);
  pipeline_flush(pipeline);
  PGresult *result = pipeline_result(pipeline);
  if (result && !pipeline_is_error(result)) return result;
  if (result) pipeline_recover(pipeline);
  PQclear(result);
  return NULL;
}

static size_t bytes_most(int32_t wanted) { return wanted > 0 && wanted < BYTES_MOST ? (size_t)wanted : BYTES_MOST; }

void journal_read(struct call *call, struct pipeline *pipeline) {
  const Workrelief__JournalReadRequest *request = (const Workrelief__JournalReadRequest *)call->request;
  Workrelief__JournalReadReply *reply = (Workrelief__JournalReadReply *)pb_new(&call->arena, call->bound->output);
  call->reply = &reply->base;
  if (!reply) return;
  int64_t epoch = request->epoch ? request->epoch : atomic_load(&call->runtime->epoch);
  reply->epoch = atomic_load(&call->runtime->epoch);
  reply->last_seq = atomic_load(&call->runtime->last_seq);
  PGresult *result = ask(pipeline, "wr_read", epoch, request->after_seq, NULL);
  if (result) fill(call, result, epoch, bytes_most(request->max_bytes));
  if (!result) call_fail_away(call);
  PQclear(result);
}

/* --- events alone ------------------------------------------------------------------------------------------------------------------- */

static bool is_asked_for(const struct call *call, const Workrelief__JournalWatchRequest *request, const char *event_type, const message *event) {
  bool named = !request->n_unit_ids || audience_is_everybody(call->runtime, event_type);
  for (size_t i = 0; !named && i < request->n_unit_ids; i++) named = audience_names_unit(event, request->unit_ids[i]);
  const message_field *project = request->n_project_codes ? pb_field(event->descriptor, "project_code") : NULL;
  bool borne = !request->n_project_codes;
  for (size_t i = 0; project && !borne && i < request->n_project_codes; i++)
    borne = strcmp(pb_get_text(event, project, 0), request->project_codes[i]) == 0;
  return named && borne;
}

/* Unpacked in memory of its own: what is left out shall not use up the reply's. */
static bool is_wanted(const struct call *call, const PGresult *result, int row) {
  struct arena scratch;
  arena_init(&scratch, SCRATCH_ARENA);
  const char *event_type = text_at(result, row, 3, &scratch);
  const message_type *type = event_type ? pb_type_find(event_type) : NULL;
  const message *event = type ? pb_unpack(&scratch, type, PQgetvalue(result, row, 4), (size_t)PQgetlength(result, row, 4)) : NULL;
  const Workrelief__JournalWatchRequest *request = (const Workrelief__JournalWatchRequest *)call->request;
  bool wanted = event && is_asked_for(call, request, event_type, event) && audience_may_see(call, event_type, event);
  arena_reset(&scratch);
  return wanted;
}

static bool take_event(struct call *call, const PGresult *result, int row, int64_t epoch, Workrelief__JournalWatchReply *reply) {
  struct arena *arena = &call->arena;
  if (!is_wanted(call, result, row)) return true;
  Workrelief__WatchedEvent *watched = (Workrelief__WatchedEvent *)pb_new(arena, &workrelief__watched_event__descriptor);
  if (!watched) return false;
  watched->epoch = epoch;
  watched->seq = pipeline_int8(result, row, 1);
  watched->at_us = pipeline_int8(result, row, 2);
  watched->event_type = text_at(result, row, 3, arena);
  watched->event = bytes_at(result, row, 4, arena);
  if (arena->failed) return false;
  reply->rows[reply->n_rows++] = watched;
  return true;
}

/* Rows in order, until there are enough: through_seq is then the last one looked at, else the end of what the query looked at. */
static void fill_watch(struct call *call, const PGresult *result, int64_t epoch, Workrelief__JournalWatchReply *reply) {
  const Workrelief__JournalWatchRequest *request = (const Workrelief__JournalWatchRequest *)call->request;
  size_t bytes = 0, most = bytes_most(request->max_bytes);
  int count = PQntuples(result);
  reply->through_seq = request->after_seq;
  reply->rows = arena_array(&call->arena, (size_t)count + 1, sizeof *reply->rows);
  if (!reply->rows || !count || PQgetisnull(result, 0, 0)) return; /* nothing behind after_seq */
  for (int row = 0; row < count && !PQgetisnull(result, row, 1); row++) {
    size_t size = ENTRY_OVERHEAD + (size_t)PQgetlength(result, row, 4), before = reply->n_rows;
    if (row == WATCH_ROWS_MOST || (before && bytes + size > most) || !take_event(call, result, row, epoch, reply)) return;
    if (reply->n_rows > before) bytes += size;
    reply->through_seq = pipeline_int8(result, row, 1);
  }
  reply->through_seq = pipeline_int8(result, 0, 0);
}

static const char *joined(struct arena *arena, char **words, size_t count) {
  const char *text = "";
  for (size_t i = 0; text && i < count; i++) text = arena_printf(arena, "%s%s%s", text, i ? " " : "", words[i]);
  return text;
}

void journal_watch(struct call *call, struct pipeline *pipeline) {
  const Workrelief__JournalWatchRequest *request = (const Workrelief__JournalWatchRequest *)call->request;
  Workrelief__JournalWatchReply *reply = (Workrelief__JournalWatchReply *)pb_new(&call->arena, call->bound->output);
  const char *types = joined(&call->arena, request->event_types, request->n_event_types);
  call->reply = &reply->base;
  if (!reply || !types) return call_fail_away(call);
  reply->epoch = atomic_load(&call->runtime->epoch);
  reply->last_seq = atomic_load(&call->runtime->last_seq);
  int64_t epoch = request->epoch ? request->epoch : reply->epoch;
  PGresult *result = ask(pipeline, "wr_watch", epoch, request->after_seq, types);
  if (result) fill_watch(call, result, epoch, reply);
  if (!result) call_fail_away(call);
  PQclear(result);
}
