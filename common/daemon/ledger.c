/* ledger.c - see ledger.h. */
#include "common/daemon/ledger.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"

#define BYTEA_OID 17
#define INT8_OID 20
#define INT4_OID 23
#define TEXT_OID 25
#define COLUMNS 16
#define LOOK_UP_MOST 4096 /* calls of a batch */

static const char look_up_sql[] =
    "SELECT request_id, caller, request_digest, status, reply_header, reply, epoch, seq FROM journal WHERE request_id = ANY($1::bytea[])";
static const char append_sql[] =
    "INSERT INTO journal (epoch, seq, at_us, caller, caller_identity, request_id, request_digest, method, request, status, reply_header, reply, "
    "event_type, event, prev_hash, hash) SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::text[], $5::bytea[], $6::bytea[], "
    "$7::bytea[], $8::text[], $9::bytea[], $10::int4[], $11::bytea[], $12::bytea[], $13::text[], $14::bytea[], $15::bytea[], $16::bytea[])";

static bool prepare(PGconn *connection, const char *name, const char *sql, const char **problem) {
  PGresult *result = PQprepare(connection, name, sql, 0, NULL);
  bool fine = PQresultStatus(result) == PGRES_COMMAND_OK;
  PQclear(result);
  if (!fine) *problem = PQerrorMessage(connection);
  return fine;
}

bool ledger_prepare(PGconn *connection, const char **problem) {
  return prepare(connection, "wr_look_up", look_up_sql, problem) && prepare(connection, "wr_append", append_sql, problem) &&
         prepare(connection, "wr_alive", "SELECT 1", problem);
}

bool ledger_head(PGconn *connection, struct journal_head *head, const char **problem) {
  static const char sql[] =
      "SELECT e.epoch, coalesce(CASE j.epoch WHEN e.epoch THEN j.seq END, 0), coalesce(j.hash, decode(repeat('00', 32), 'hex')) "
      "FROM (SELECT max(epoch) AS epoch FROM journal_epoch) e "
      "LEFT JOIN LATERAL (SELECT epoch, seq, hash FROM journal ORDER BY epoch DESC, seq DESC LIMIT 1) j ON true"; /* the chain goes on over epochs */
  PGresult *result = PQexecParams(connection, sql, 0, NULL, NULL, NULL, NULL, 1);
  bool fine = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1 && PQgetlength(result, 0, 2) == SM3_SIZE;
  if (fine) {
    head->epoch = pipeline_int8(result, 0, 0);
    head->seq = pipeline_int8(result, 0, 1);
    memcpy(head->hash, PQgetvalue(result, 0, 2), SM3_SIZE);
  } else {
    *problem = "the journal's head cannot be read";
  }
  PQclear(result);
  return fine;
}

/* --- binary arrays ----------------------------------------------------------------------------------------------------------------
 * One buffer a column: int32 dimensions, flags, element oid, length, lower bound, then (int32 length, bytes) an element; length -1 is NULL. */

struct column {
  char *bytes;
  size_t length, capacity;
  bool failed;
};

static void column_put(struct column *column, const void *bytes, size_t length) {
  if (column->failed) return;
  if (column->length + length > column->capacity) {
    size_t capacity = (column->length + length) * 2 + 256;
    char *bigger = realloc(column->bytes, capacity);
    if (!bigger) {
      column->failed = true;
      return;
    }
    column->bytes = bigger;
    column->capacity = capacity;
  }
  if (length) memcpy(column->bytes + column->length, bytes, length);
  column->length += length;
}

static void column_int(struct column *column, int32_t value) {
  uint32_t wire = htonl((uint32_t)value);
  column_put(column, &wire, sizeof wire);
}

static void column_begin(struct column *column, int32_t oid, size_t count) {
  column_int(column, 1);
  column_int(column, 1); /* may hold NULLs */
  column_int(column, oid);
  column_int(column, (int32_t)count);
  column_int(column, 1);
}

static void column_bytes(struct column *column, const void *bytes, size_t length) {
  column_int(column, (int32_t)length);
  column_put(column, bytes, length);
}

static void column_text(struct column *column, const char *text) { column_bytes(column, text, strlen(text)); }

static void column_int8(struct column *column, int64_t value) {
  uint64_t wire = htobe64((uint64_t)value);
  column_bytes(column, &wire, sizeof wire);
}

/* --- look-up ---------------------------------------------------------------------------------------------------------------------- */

static void answer_known(struct call *call, const PGresult *result, int row) {
  if (memcmp(PQgetvalue(result, row, 2), call->digest, sizeof call->digest) != 0) return call_fail_reused(call);
  uint32_t status;
  memcpy(&status, PQgetvalue(result, row, 3), sizeof status);
  call->status = (enum status)ntohl(status);
  call->reply_header_length = (size_t)PQgetlength(result, row, 4);
  call->reply_header = arena_memdup(&call->arena, PQgetvalue(result, row, 4), call->reply_header_length);
  call->reply_body_length = (size_t)PQgetlength(result, row, 5);
  call->reply_body = arena_memdup(&call->arena, PQgetvalue(result, row, 5), call->reply_body_length);
}

static void match_row(struct call **calls, size_t count, const PGresult *result, int row) {
  for (size_t i = 0; i < count; i++)
    if (memcmp(calls[i]->request_id, PQgetvalue(result, row, 0), 16) == 0 &&
        strncmp(calls[i]->caller.principal, PQgetvalue(result, row, 1), (size_t)PQgetlength(result, row, 1)) == 0 &&
        strlen(calls[i]->caller.principal) == (size_t)PQgetlength(result, row, 1)) {
      answer_known(calls[i], result, row);
      if (calls[i]->status != STATUS_OK && !calls[i]->reply_header) call_pack_reply(calls[i]);
      return;
    }
}

bool ledger_horizon(PGconn *connection, struct horizon *horizon, const char **problem) {
  uint8_t latest[16];
  horizon_latest(latest);
  const char *values[] = {(const char *)latest};
  int lengths[] = {sizeof latest}, formats[] = {1};
  static const char sql[] =
      "SELECT coalesce((SELECT request_id FROM journal WHERE request_id <= $1::bytea ORDER BY request_id DESC LIMIT 1), decode(repeat('00', 16), "
      "'hex')), "
      "coalesce((SELECT request_id FROM journal WHERE request_id > $1::bytea ORDER BY request_id LIMIT 1), decode(repeat('ff', 16), 'hex'))";
  PGresult *result = PQexecParams(connection, sql, 1, NULL, values, lengths, formats, 1);
  bool fine = PQresultStatus(result) == PGRES_TUPLES_OK && PQgetlength(result, 0, 0) == 16 && PQgetlength(result, 0, 1) == 16;
  if (fine)
    horizon_reset(horizon, (const uint8_t *)PQgetvalue(result, 0, 0), (const uint8_t *)PQgetvalue(result, 0, 1));
  else
    *problem = "the journal's largest request id cannot be read";
  PQclear(result);
  return fine;
}

/* Sends the look-up of those ids that the journal may know; how many. */
static size_t send_look_up(struct pipeline *pipeline, const struct horizon *horizon, struct call **calls, size_t count) {
  struct call *doubtful[LOOK_UP_MOST];
  size_t doubtful_count = 0;
  for (size_t i = 0; i < count; i++)
    if (horizon_may_be_known(horizon, calls[i]->request_id)) doubtful[doubtful_count++] = calls[i];
  if (!doubtful_count) return 0;
  struct column ids = {0};
  column_begin(&ids, BYTEA_OID, doubtful_count);
  for (size_t i = 0; i < doubtful_count; i++) column_bytes(&ids, doubtful[i]->request_id, 16);
  if (ids.failed) log_fatal("out of memory");
  const char *values[] = {ids.bytes};
  int lengths[] = {(int)ids.length};
  pipeline_prepared(pipeline, "wr_look_up", 1, values, lengths);
  free(ids.bytes);
  return doubtful_count;
}

bool ledger_look_up(struct pipeline *pipeline, const struct horizon *horizon, struct call **calls, size_t count) {
  if (!send_look_up(pipeline, horizon, calls, count)) return true;
  pipeline_flush(pipeline);
  PGresult *result = pipeline_result(pipeline);
  if (!result) return false;
  bool fine = !pipeline_is_error(result);
  for (int row = 0; fine && row < PQntuples(result); row++) match_row(calls, count, result, row);
  PQclear(result);
  if (!fine) pipeline->lost = true; /* begin anew */
  return fine;
}

bool ledger_join_same(struct call **batch, size_t count, struct call *call) {
  for (size_t i = count; i-- > 0;) {
    struct call *first = batch[i];
    /* The tail of a UUIDv7 is its random part: compare it first. */
    if (memcmp(first->request_id + 8, call->request_id + 8, 8) != 0 || memcmp(first->request_id, call->request_id, 8) != 0) continue;
    if (strcmp(first->caller.principal, call->caller.principal) != 0) continue;
    if (memcmp(first->digest, call->digest, sizeof call->digest) != 0) {
      call_fail_reused(call);
      call_pack_reply(call);
      call_complete(call);
      return true;
    }
    call->same = first->same;
    first->same = call;
    return true;
  }
  return false;
}

/* --- append ----------------------------------------------------------------------------------------------------------------------- */

struct chained {
  uint8_t prev[SM3_SIZE], hash[SM3_SIZE];
};

void ledger_link(struct call *call, struct journal_head *head) {
  struct journal_link link = {
      .epoch = call->epoch,
      .seq = call->seq,
      .at_us = call->now_us,
      .caller = call->caller.principal,
      .method = call->bound->name,
      .event_type = call->event ? pb_type_name(call->event->descriptor) : "",
      .status = (int32_t)call->status,
      .request_id = call->request_id,
  };
  const struct hash_part reply[] = {{call->reply_header, call->reply_header_length}, {call->reply_body, call->reply_body_length}};
  memcpy(link.request_hash, call->request_hash, SM3_SIZE);
  sm3(reply, 2, link.reply_hash);
  if (call->event) sm3_of(call->event_bytes, call->event_length, link.event_hash);
  struct chained *chained = arena_alloc(&call->arena, sizeof *chained);
  if (!chained) log_fatal("out of memory");
  memcpy(chained->prev, head->hash, SM3_SIZE);
  journal_hash(&link, chained->prev, chained->hash);
  memcpy(head->hash, chained->hash, SM3_SIZE);
  call->chain = chained;
}

static const int32_t column_oids[COLUMNS] = {INT8_OID,  INT8_OID, INT8_OID,  TEXT_OID,  BYTEA_OID, BYTEA_OID, BYTEA_OID, TEXT_OID,
                                             BYTEA_OID, INT4_OID, BYTEA_OID, BYTEA_OID, TEXT_OID,  BYTEA_OID, BYTEA_OID, BYTEA_OID};

static void put_row(struct column *columns, const struct call *call) {
  const struct chained *chained = call->chain;
  column_int8(&columns[0], call->epoch);
  column_int8(&columns[1], call->seq);
  column_int8(&columns[2], call->now_us);
  column_text(&columns[3], call->caller.principal);
  column_bytes(&columns[4], call->caller_identity, call->caller_identity_length);
  column_bytes(&columns[5], call->request_id, sizeof call->request_id);
  column_bytes(&columns[6], call->digest, sizeof call->digest);
  column_text(&columns[7], call->bound->name);
  column_bytes(&columns[8], call->sealed_request, call->sealed_request_length);
  column_int(&columns[9], 4);
  column_int(&columns[9], (int32_t)call->status);
  column_bytes(&columns[10], call->reply_header, call->reply_header_length);
  column_bytes(&columns[11], call->reply_body, call->reply_body_length);
  if (call->event) {
    column_text(&columns[12], pb_type_name(call->event->descriptor));
    column_bytes(&columns[13], call->event_bytes, call->event_length);
  } else {
    column_int(&columns[12], -1);
    column_int(&columns[13], -1);
  }
  column_bytes(&columns[14], chained->prev, SM3_SIZE);
  column_bytes(&columns[15], chained->hash, SM3_SIZE);
}

static void send_rows(struct pipeline *pipeline, struct call **rows, size_t count) {
  struct column columns[COLUMNS] = {{0}};
  const char *values[COLUMNS];
  int lengths[COLUMNS];
  for (int c = 0; c < COLUMNS; c++) column_begin(&columns[c], column_oids[c], count);
  for (size_t i = 0; i < count; i++) put_row(columns, rows[i]);
  for (int c = 0; c < COLUMNS; c++) {
    if (columns[c].failed) log_fatal("out of memory");
    values[c] = columns[c].bytes;
    lengths[c] = (int)columns[c].length;
  }
  pipeline_prepared(pipeline, "wr_append", COLUMNS, values, lengths);
  for (int c = 0; c < COLUMNS; c++) free(columns[c].bytes);
}

/* The server refused the insert or the COMMIT and is still there: nothing of the batch was written. */
static bool refuse_rows(struct pipeline *pipeline, struct call **rows, size_t count, const PGresult *result) {
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  log_error("the journal refused a batch sqlstate=%s %s", state ? state : "", PQresultErrorMessage(result));
  if (database_verdict_of(state) == DATABASE_REFUSED)
    log_fatal("the journal does not take its next row; somebody else writes, or the schema differs");
  for (size_t i = 0; i < count; i++) {
    rows[i]->epoch = rows[i]->seq = 0;
    rows[i]->reply_header = rows[i]->reply_body = NULL;
    call_fail_busy(rows[i], state);
    call_pack_reply(rows[i]);
  }
  pipeline_recover(pipeline);
  pipeline_verb(pipeline, VERB_ROLLBACK);
  pipeline_flush(pipeline);
  return pipeline_skip(pipeline, 1);
}

bool ledger_commit(struct pipeline *pipeline, struct call **rows, size_t count, bool *written) {
  *written = false;
  send_rows(pipeline, rows, count);
  pipeline_verb(pipeline, VERB_COMMIT);
  pipeline_flush(pipeline);
  for (int statement = 0; statement < 2; statement++) {
    PGresult *result = pipeline_result(pipeline);
    if (!result) return false;
    bool failed = pipeline_is_error(result);
    bool fine = !failed || refuse_rows(pipeline, rows, count, result);
    PQclear(result);
    if (failed) return fine;
  }
  *written = true;
  return true;
}

bool ledger_alive(struct pipeline *pipeline) {
  pipeline_prepared(pipeline, "wr_alive", 0, NULL, NULL);
  pipeline_flush(pipeline);
  return pipeline_skip(pipeline, 1);
}
