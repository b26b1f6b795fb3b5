/* journal_read.c - see journal_read.h. Readers pull and keep their own position; nothing queues here and nothing is dropped. */
#include "common/daemon/journal_read.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

#include "common/daemon/journal.h"
#include "common/daemon/scope.h"

#define BYTES_MOST 900000
#define ENTRY_OVERHEAD 256

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

/* An event is for its node, for those who see everything, for the units it names, and for the parties of its project. */
static bool may_see(const struct call *call, const char *type_name, ProtobufCBinaryData bytes, struct arena *arena) {
  if (call->caller.relations & (SELF | OFFICE | AUDIT | UPPER)) return true;
  const message_type *type = pb_type_find(type_name);
  message *event = type ? pb_unpack(arena, type, bytes.data, bytes.len) : NULL;
  for (unsigned i = 0; event && i < type->n_fields; i++) {
    const message_field *field = &type->fields[i];
    size_t length = strlen(field->name);
    bool names_unit = length >= 7 && strcmp(field->name + length - 7, "unit_id") == 0 && field->type == PROTOBUF_C_TYPE_STRING;
    if (names_unit && !pb_is_repeated(field) && strcmp(pb_get_text(event, field, 0), call->caller.unit_id) == 0) return true;
  }
  const char *scope_name = call->runtime->service->scope_field;
  const message_field *scope = event && scope_name ? pb_field(type, scope_name) : NULL;
  return scope && scope_relations(call->runtime->scope, pb_get_text(event, scope, 0), call->caller.unit_id);
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

void journal_read(struct call *call, struct pipeline *pipeline) {
  const Workrelief__JournalReadRequest *request = (const Workrelief__JournalReadRequest *)call->request;
  Workrelief__JournalReadReply *reply = (Workrelief__JournalReadReply *)pb_new(&call->arena, call->bound->output);
  call->reply = &reply->base;
  if (!reply) return;
  int64_t epoch = request->epoch ? request->epoch : atomic_load(&call->runtime->epoch);
  reply->epoch = atomic_load(&call->runtime->epoch);
  reply->last_seq = atomic_load(&call->runtime->last_seq);
  uint64_t wire[] = {htobe64((uint64_t)epoch), htobe64((uint64_t)request->after_seq)};
  const char *values[] = {(const char *)&wire[0], (const char *)&wire[1]};
  int lengths[] = {8, 8};
  pipeline_prepared(pipeline, "wr_read", 2, values, lengths);
  pipeline_flush(pipeline);
  PGresult *result = pipeline_result(pipeline);
  bool fine = result && !pipeline_is_error(result);
  size_t most = request->max_bytes > 0 && request->max_bytes < BYTES_MOST ? (size_t)request->max_bytes : BYTES_MOST;
  if (fine) fill(call, result, epoch, most);
  if (result && !fine) pipeline_recover(pipeline);
  PQclear(result);
  if (!fine) call_fail_away(call);
}
