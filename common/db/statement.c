/* statement.c - the statements of a service: found by name, prepared on a connection. */
#include <string.h>

#include "common/db/complaint.h"
#include "common/db/plan.h"

static struct statement *find(const struct statements *statements, const char *name) {
  size_t low = 0, high = statements->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(name, statements->list[middle].name);
    if (order == 0) return &statements->list[middle];
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

const struct statement *statements_find(const struct statements *statements, const char *name) { return find(statements, name); }
const message_type *statement_request(const struct statement *statement) { return statement->request; }
const message_type *statement_reply(const struct statement *statement) { return statement->reply; }
bool statement_is_many(const struct statement *statement) { return statement->many; }
const char *statement_name(const struct statement *statement) { return statement->name; }

bool statement_set_event(struct statements *statements, const char *name, const message_type *event, const char **problem) {
  struct statement *statement = find(statements, name);
  if (statement == NULL) {
    *problem = complain("%s.sql: there is no such statement", name);
    return false;
  }
  if (statement->checked && statement->event != event) {
    *problem = complain("%s.sql: its event must be set before it is prepared", name);
    return false;
  }
  statement->event = event;
  return true;
}

/* The file's line in which the database found the fault; placeholders never span lines, so lines are the file's own. */
static int fault_line(const struct statement *statement, const PGresult *result) {
  const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
  int line = 1, characters = 0;
  for (const char *p = position; p != NULL && *p >= '0' && *p <= '9'; p++) characters = characters * 10 + (*p - '0');
  for (const char *at = statement->sql; *at != '\0' && characters > 1; at++) {
    if (*at == '\n') line++;
    if (((unsigned char)at[1] & 0xc0) != 0x80) characters--; /* the position counts code points */
  }
  return line;
}

static void complain_of_result(const struct statement *statement, const PGresult *result) {
  const char *sentence = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
  complaints_add("%s.sql line %d: %s%s%s", statement->name, fault_line(statement, result), sentence != NULL ? sentence : "no answer",
                 hint != NULL ? "; " : "", hint != NULL ? hint : "");
}

/* One after another, a Sync behind each, so that one faulty statement does not hide the faults of the others. */
static bool send_prepare(const struct statement *statement, PGconn *connection, bool check) {
  Oid types[PARAMETERS_MAX];
  for (int i = 0; i < statement->parameter_count; i++) types[i] = statement->parameters[i].oid;
  return PQsendPrepare(connection, statement->name, statement->sql, statement->parameter_count, types) == 1 &&
         (!check || PQsendDescribePrepared(connection, statement->name) == 1) && PQpipelineSync(connection) == 1;
}

static void read_prepared(struct statements *statements, struct statement *statement, PGconn *connection, bool check) {
  for (int i = 0; i < (check ? 2 : 1); i++) {
    PGresult *result = PQgetResult(connection);
    ExecStatusType status = PQresultStatus(result);
    if (result == NULL || (status != PGRES_COMMAND_OK && status != PGRES_PIPELINE_ABORTED))
      complain_of_result(statement, result);
    else if (i == 1 && status == PGRES_COMMAND_OK)
      statement_check(&statements->arena, statement, result);
    PQclear(result);
    if (result != NULL) PQclear(PQgetResult(connection)); /* the NULL that ends a statement's results */
  }
  PQclear(PQgetResult(connection)); /* the sync itself, which has no NULL behind it */
}

bool statements_prepare(struct statements *statements, PGconn *connection, bool check, const char **problem) {
  bool entered = PQpipelineStatus(connection) == PQ_PIPELINE_OFF;
  complaints_begin();
  if (entered && PQenterPipelineMode(connection) != 1) complaints_add("pipeline mode: %s", PQerrorMessage(connection));
  size_t sent = 0;
  while (complaints_text() == NULL && sent < statements->count && send_prepare(&statements->list[sent], connection, check)) sent++;
  if (complaints_text() == NULL && sent < statements->count) complaints_add("%s.sql: %s", statements->list[sent].name, PQerrorMessage(connection));
  for (size_t i = 0; i < sent && PQstatus(connection) == CONNECTION_OK; i++) read_prepared(statements, &statements->list[i], connection, check);
  if (entered && PQstatus(connection) == CONNECTION_OK && PQexitPipelineMode(connection) != 1)
    complaints_add("pipeline mode: %s", PQerrorMessage(connection));
  if (PQstatus(connection) != CONNECTION_OK) complaints_add("the connection broke while statements were prepared");
  const char *text = complaints_text();
  if (text != NULL) *problem = text; /* a caller's own sentence stays when all is well */
  return text == NULL;
}
