/* replay.c - the strongest audit: every accepted command of the journal, executed again into an empty schema by the same handlers,
 * must give equal tables and, byte for byte, equal replies. Leaves nothing behind. */
#include <arpa/inet.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/daemon/execute.h"
#include "common/daemon/runtime.h"

#define DIFFERS 1
#define BROKEN 70

struct replay {
  struct runtime *runtime;
  PGconn *source;         /* reads the real schema, journal and tables as of one moment: the daemon may go on working */
  PGconn *scratch;        /* makes, reads and drops the scratch schema */
  struct pipeline target; /* writes the scratch schema */
  char schema[64];
  int64_t run, reply_differs;
};

static const char read_sql[] =
    "SELECT seq, at_us, caller_identity, request_id, method, request, reply FROM journal WHERE epoch = $1::int8 AND seq > $2::int8 AND status = 0 "
    "ORDER BY seq LIMIT 500";

static bool take_identity(struct call *call, const PGresult *page, int row) {
  Workrelief__Caller *caller =
      (Workrelief__Caller *)pb_unpack(&call->arena, &workrelief__caller__descriptor, PQgetvalue(page, row, 2), (size_t)PQgetlength(page, row, 2));
  if (!caller) return false;
  snprintf(call->caller.principal, sizeof call->caller.principal, "%s", caller->principal);
  snprintf(call->caller.unit_id, sizeof call->caller.unit_id, "%s", caller->unit_id);
  for (size_t i = 0; i < caller->n_relations; i++) call->caller.relations |= 1u << caller->relations[i];
  call->caller.duty = (int)caller->duty;
  return true;
}

/* The call as it was when it was executed. */
static struct call *recall(struct replay *replay, const PGresult *page, int row) {
  size_t length = (size_t)PQgetlength(page, row, 5);
  struct call *call = call_new(replay->runtime, length);
  if (!call) return NULL;
  char method[METHOD_NAME_SIZE];
  snprintf(method, sizeof method, "%.*s", PQgetlength(page, row, 4), PQgetvalue(page, row, 4));
  call_make_room(call, CALL_ARENA_REPLY * 4);
  call->bound = runtime_method(replay->runtime, method);
  call->now_us = pipeline_int8(page, row, 1);
  memcpy(call->request_id, PQgetvalue(page, row, 3), sizeof call->request_id);
  if (call->bound) call->request = pb_unpack(&call->arena, call->bound->input, PQgetvalue(page, row, 5), length);
  if (call->request && take_identity(call, page, row)) return call;
  printf("  %" PRId64 " %s: cannot be read\n", pipeline_int8(page, row, 0), method);
  call_free(call);
  return NULL;
}

static bool reply_equals(struct call *call, const PGresult *page, int row) {
  call_pack_reply(call);
  return call->status == STATUS_OK && call->reply_body_length == (size_t)PQgetlength(page, row, 6) &&
         memcmp(call->reply_body, PQgetvalue(page, row, 6), call->reply_body_length) == 0;
}

static bool run_row(struct replay *replay, const PGresult *page, int row) {
  struct call *call = recall(replay, page, row);
  if (!call) return false;
  struct call *calls[] = {call};
  bool again = false;
  bool fine = call_is_alone(call) ? execute_alone(&replay->target, call) : execute_pipelined(&replay->target, calls, 1, &again);
  if (!fine) printf("  %" PRId64 " %s: not executed\n", pipeline_int8(page, row, 0), call->bound->name);
  if (fine && !reply_equals(call, page, row)) {
    replay->reply_differs++;
    printf("  %" PRId64 " %s: %s\n", pipeline_int8(page, row, 0), call->bound->name,
           call->status == STATUS_OK ? "another reply" : call->problems->list[0].en);
  }
  replay->run++;
  call_free(call);
  return fine;
}

static bool run_page(struct replay *replay, const PGresult *page) {
  pipeline_verb(&replay->target, VERB_BEGIN);
  pipeline_flush(&replay->target);
  bool fine = pipeline_skip(&replay->target, 1);
  for (int row = 0; fine && row < PQntuples(page); row++) fine = run_row(replay, page, row);
  pipeline_verb(&replay->target, fine ? VERB_COMMIT : VERB_ROLLBACK);
  pipeline_flush(&replay->target);
  return pipeline_skip(&replay->target, 1) && fine;
}

static bool run_epoch(struct replay *replay, int64_t epoch) {
  for (int64_t after = 0;;) {
    uint64_t wire[] = {htobe64((uint64_t)epoch), htobe64((uint64_t)after)};
    const char *values[] = {(const char *)&wire[0], (const char *)&wire[1]};
    int lengths[] = {8, 8}, formats[] = {1, 1};
    PGresult *page = PQexecParams(replay->source, read_sql, 2, NULL, values, lengths, formats, 1);
    int rows = PQresultStatus(page) == PGRES_TUPLES_OK ? PQntuples(page) : -1;
    bool fine = rows == 0 || (rows > 0 && run_page(replay, page));
    if (rows > 0) after = pipeline_int8(page, rows - 1, 0);
    PQclear(page);
    if (rows == 0 || !fine) return fine;
  }
}

static bool run_journal(struct replay *replay) {
  PGresult *epochs = PQexec(replay->source, "SELECT DISTINCT epoch FROM journal ORDER BY epoch");
  bool fine = PQresultStatus(epochs) == PGRES_TUPLES_OK;
  for (int row = 0; fine && row < PQntuples(epochs); row++) fine = run_epoch(replay, strtoll(PQgetvalue(epochs, row, 0), NULL, 10));
  PQclear(epochs);
  return fine;
}

/* --- comparing ------------------------------------------------------------------------------------------------------------------------ */

/* Count and an order-free digest of all rows of a table. */
static bool digest_of(PGconn *connection, const char *schema, const char *table, char *text, size_t size) {
  char sql[512], *quoted_schema = PQescapeIdentifier(connection, schema, strlen(schema)),
                 *quoted = PQescapeIdentifier(connection, table, strlen(table));
  snprintf(sql, sizeof sql, "SELECT count(*) || ' ' || coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::int8), 0) FROM %s.%s t",
           quoted_schema, quoted);
  PQfreemem(quoted_schema);
  PQfreemem(quoted);
  PGresult *result = PQexec(connection, sql);
  bool fine = PQresultStatus(result) == PGRES_TUPLES_OK;
  snprintf(text, size, "%s", fine ? PQgetvalue(result, 0, 0) : PQerrorMessage(connection));
  PQclear(result);
  return fine;
}

static bool compare_tables(struct replay *replay) {
  const char *values[] = {replay->runtime->service->name};
  PGresult *tables =
      PQexecParams(replay->source,
                   "SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename NOT IN ('journal', 'journal_epoch', 'schema_version') "
                   "ORDER BY tablename",
                   1, NULL, values, NULL, NULL, 0);
  bool equal = PQresultStatus(tables) == PGRES_TUPLES_OK;
  for (int row = 0; row < PQntuples(tables); row++) {
    char was[256], is[256];
    const char *table = PQgetvalue(tables, row, 0);
    bool same = digest_of(replay->source, values[0], table, was, sizeof was) && digest_of(replay->scratch, replay->schema, table, is, sizeof is) &&
                strcmp(was, is) == 0;
    printf("%-9s %-32s %s\n", same ? "equal" : "DIFFERENT", table, was);
    equal = equal && same;
  }
  PQclear(tables);
  return equal;
}

static bool drop_schema(struct replay *replay) {
  char sql[160];
  const char *problem = "";
  snprintf(sql, sizeof sql, "SET client_min_messages = warning; DROP SCHEMA IF EXISTS %s CASCADE", replay->schema);
  if (database_execute(replay->scratch, sql, &problem)) return true;
  log_error("%s", problem);
  return false;
}

static bool make_schema(struct replay *replay, const char **problem) {
  char sets[160];
  snprintf(sets, sizeof sets, "SET enable_seqscan = off; SET jit = off; SET search_path = %s", replay->schema);
  return drop_schema(replay) && schema_prepare(replay->runtime, replay->scratch, replay->schema, problem) &&
         pipeline_open(&replay->target, replay->runtime, "replay", sets, problem);
}

/* However long a page of calls or the digest of a large table takes. */
static const char patience_sql[] = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";

static bool open_both(struct replay *replay, const char **problem) {
  replay->scratch = database_connect(settings_text(replay->runtime->settings, "database"), replay->schema, "replay", problem);
  replay->source = replay->scratch ? runtime_connect(replay->runtime, "replay source", problem) : NULL;
  return replay->source && database_execute(replay->scratch, patience_sql, problem) && database_execute(replay->source, patience_sql, problem) &&
         database_execute(replay->source, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", problem);
}

static void close_both(struct replay *replay) {
  PQfinish(replay->source);
  PQfinish(replay->scratch);
}

int replay_run(struct runtime *runtime) {
  struct replay replay = {.runtime = runtime};
  const char *problem = "";
  snprintf(replay.schema, sizeof replay.schema, "%s_replay", runtime->service->name);
  if (!open_both(&replay, &problem) || !make_schema(&replay, &problem)) {
    log_error("replay: %s", problem);
    close_both(&replay);
    return BROKEN;
  }
  bool whole = run_journal(&replay);
  bool equal = compare_tables(&replay);
  printf("%s: %" PRId64 " commands, %" PRId64 " other replies, tables %s\n", runtime->service->name, replay.run, replay.reply_differs,
         equal ? "equal" : "DIFFERENT");
  pipeline_close(&replay.target);
  bool dropped = drop_schema(&replay);
  close_both(&replay);
  if (!dropped) return BROKEN;
  return whole && equal && !replay.reply_differs ? 0 : DIFFERS;
}
