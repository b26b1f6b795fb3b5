/* pipeline.c - see pipeline.h. */
#include "common/daemon/pipeline.h"

#include <endian.h>
#include <poll.h>
#include <string.h>

#include "common/base/log.h"

static const struct {
  const char *name, *sql;
} verbs[] = {
    [VERB_BEGIN] = {"wr_begin", "BEGIN"},
    [VERB_COMMIT] = {"wr_commit", "COMMIT"},
    [VERB_ROLLBACK] = {"wr_rollback", "ROLLBACK"},
    [VERB_SAVEPOINT] = {"wr_savepoint", "SAVEPOINT s"},
    [VERB_RELEASE] = {"wr_release", "RELEASE SAVEPOINT s"},
    [VERB_ROLLBACK_TO] = {"wr_rollback_to", "ROLLBACK TO SAVEPOINT s"},
    {"wr_read", "SELECT seq, at_us, caller, caller_identity, request_id, method, request, status, reply_header, reply, event_type, event, "
                "prev_hash, hash FROM journal WHERE epoch = $1::int8 AND seq > $2::int8 ORDER BY seq LIMIT 200"},
    {"wr_watch",
     "WITH looked AS MATERIALIZED (SELECT seq, at_us, event_type, event FROM journal WHERE epoch = $1::int8 AND seq > $2::int8 "
     "ORDER BY seq LIMIT 5000) SELECT m.through_seq, w.seq, w.at_us, w.event_type, w.event FROM (SELECT max(seq) AS through_seq FROM looked) m "
     "LEFT JOIN looked w ON w.event_type IS NOT NULL AND ($3::text = '' OR w.event_type = ANY (string_to_array($3::text, ' '))) "
     "ORDER BY w.seq LIMIT 201"},
};

struct call_values call_values_of(const struct call *call) {
  struct call_values values = {
      .now_us = call->now_us,
      .principal = call->caller.principal,
      .unit_id = call->caller.unit_id,
      .sees_all = (call->caller.relations & (OFFICE | AUDIT | UPPER | SELF)) != 0,
      .sees_people = (call->caller.relations & (OFFICE | AUDIT | UPPER | SELF | HR)) != 0,
  };
  memcpy(values.request_id, call->request_id, sizeof values.request_id);
  return values;
}

static bool prepare_verbs(PGconn *connection, const char **problem) {
  for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++) {
    PGresult *result = PQprepare(connection, verbs[i].name, verbs[i].sql, 0, NULL);
    bool fine = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    if (!fine) return *problem = verbs[i].sql, false;
  }
  return true;
}

bool pipeline_open(struct pipeline *pipeline, struct runtime *runtime, const char *what, const char *sets, const char **problem) {
  *pipeline = (struct pipeline){.runtime = runtime, .connection = runtime_connect(runtime, what, problem)};
  if (!pipeline->connection) return false;
  if (database_execute(pipeline->connection, sets, problem) && prepare_verbs(pipeline->connection, problem) &&
      statements_prepare(runtime->statements, pipeline->connection, false, problem)) {
    if (PQsetnonblocking(pipeline->connection, 1) == 0 && PQenterPipelineMode(pipeline->connection) == 1) return true;
    *problem = "the connection refuses pipeline mode";
  }
  pipeline_close(pipeline);
  return false;
}

void pipeline_close(struct pipeline *pipeline) {
  if (pipeline->connection) PQfinish(pipeline->connection);
  pipeline->connection = NULL;
}

static void sent(struct pipeline *pipeline, int fine) {
  if (fine) return;
  if (!pipeline->lost) log_warn("database connection lost service=%s", pipeline->runtime->service->name);
  pipeline->lost = true;
}

void pipeline_verb(struct pipeline *pipeline, enum pipeline_verb verb) { pipeline_prepared(pipeline, verbs[verb].name, 0, NULL, NULL); }

void pipeline_prepared(struct pipeline *pipeline, const char *name, int count, const char *const *values, const int *lengths) {
  if (pipeline->lost) return;
  static const int binary[32] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  sent(pipeline, PQsendQueryPrepared(pipeline->connection, name, count, values, lengths, binary, 1));
}

void pipeline_statement(struct pipeline *pipeline, const struct statement *statement, struct call *call, const message *request) {
  if (pipeline->lost) return;
  struct call_values values = call_values_of(call);
  sent(pipeline, statement_send(statement, pipeline->connection, &call->arena, request, &values));
}

void pipeline_many(struct pipeline *pipeline, const struct statement *statement, struct arena *arena, struct call *const *calls, size_t count) {
  if (pipeline->lost) return;
  const message **requests = arena_array(arena, count, sizeof *requests);
  struct call_values *values = arena_array(arena, count, sizeof *values);
  for (size_t i = 0; requests && values && i < count; i++) {
    requests[i] = calls[i]->request;
    values[i] = call_values_of(calls[i]);
  }
  sent(pipeline, requests && values && statement_send_many(statement, pipeline->connection, arena, requests, values, count));
}

static void flush_all(struct pipeline *pipeline) {
  int left;
  while ((left = PQflush(pipeline->connection)) == 1) {
    struct pollfd wait = {.fd = PQsocket(pipeline->connection), .events = POLLIN | POLLOUT};
    if (poll(&wait, 1, 1000) > 0 && (wait.revents & POLLIN) && !PQconsumeInput(pipeline->connection)) break;
  }
  sent(pipeline, left == 0);
}

void pipeline_flush(struct pipeline *pipeline) {
  if (pipeline->lost) return;
  sent(pipeline, PQsendFlushRequest(pipeline->connection));
  if (!pipeline->lost) flush_all(pipeline);
}

int64_t pipeline_int8(const PGresult *result, int row, int column) {
  uint64_t value;
  memcpy(&value, PQgetvalue(result, row, column), sizeof value);
  return (int64_t)be64toh(value);
}

bool pipeline_is_error(const PGresult *result) {
  ExecStatusType status = PQresultStatus(result);
  return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
}

/* A result that says the session is over: class 57P (shutdown, crash of another backend) or no SQLSTATE at all. */
static bool says_lost(const struct pipeline *pipeline, const PGresult *result) {
  if (PQstatus(pipeline->connection) != CONNECTION_OK) return true;
  if (PQresultStatus(result) != PGRES_FATAL_ERROR) return false;
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return database_verdict_of(state) == DATABASE_LOST;
}

static PGresult *next_result(struct pipeline *pipeline) {
  if (pipeline->lost) return NULL;
  PGresult *result = PQgetResult(pipeline->connection);
  if (!result || says_lost(pipeline, result)) {
    PQclear(result);
    sent(pipeline, 0);
    return NULL;
  }
  if (PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
    PGresult *end = PQgetResult(pipeline->connection); /* the NULL behind every statement */
    if (end) {
      PQclear(end);
      log_error("pipeline out of step service=%s", pipeline->runtime->service->name);
      sent(pipeline, 0);
    }
  }
  return result;
}

void pipeline_owe(struct pipeline *pipeline) { pipeline->owed++; }

PGresult *pipeline_result(struct pipeline *pipeline) {
  while (pipeline->owed > 0 && !pipeline->lost) {
    PGresult *skipped = next_result(pipeline);
    pipeline->owed--;
    if (skipped && pipeline_is_error(skipped)) sent(pipeline, 0); /* a transaction that does not begin: start anew */
    PQclear(skipped);
  }
  return next_result(pipeline);
}

bool pipeline_skip(struct pipeline *pipeline, int statements) {
  bool fine = true;
  for (int i = 0; i < statements; i++) {
    PGresult *result = pipeline_result(pipeline);
    if (!result) return false;
    fine = fine && !pipeline_is_error(result);
    PQclear(result);
  }
  return fine;
}

void pipeline_recover(struct pipeline *pipeline) {
  if (pipeline->lost) return;
  pipeline->owed = 0; /* all is dropped */
  sent(pipeline, PQpipelineSync(pipeline->connection));
  if (!pipeline->lost) flush_all(pipeline);
  bool synced = false;
  while (!synced) {
    PGresult *result = pipeline_result(pipeline);
    if (!result) return;
    synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    PQclear(result);
  }
}

void pipeline_undo(struct pipeline *pipeline) {
  pipeline_verb(pipeline, VERB_ROLLBACK_TO);
  pipeline_verb(pipeline, VERB_RELEASE);
  pipeline_flush(pipeline);
  if (!pipeline_skip(pipeline, 2) && !pipeline->lost) {
    log_error("a savepoint could not be rolled back service=%s", pipeline->runtime->service->name);
    pipeline->lost = true; /* begin again on a fresh connection */
  }
}
