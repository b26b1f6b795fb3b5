/* database.c - one connection with the house's settings. */
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/db/complaint.h"
#include "common/db/database.h"

/* Ours first: what the conninfo says comes behind and wins. */
static const struct {
  const char *keyword, *value;
} connection_settings[] = {
    {"client_encoding", "UTF8"}, {"connect_timeout", "5"},
    {"keepalives", "1"}, /* a peer that vanished must not hold the writer for hours */
    {"keepalives_idle", "30"},   {"keepalives_interval", "10"},
    {"keepalives_count", "3"},   {"tcp_user_timeout", "15000"},
    {"gssencmode", "disable"},   {"target_session_attrs", "read-write"}, /* after a failover, only the primary will do */
};

/* A hung statement, a lock nobody releases and a forgotten transaction all end by themselves. jit costs more than it gives here. */
#define SESSION_OPTIONS                                                                                                                              \
  "-c statement_timeout=60s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s -c TimeZone=UTC -c DateStyle=ISO -c jit=off "              \
  "-c standard_conforming_strings=on -c bytea_output=hex -c search_path="

static pthread_once_t environment_once = PTHREAD_ONCE_INIT;

/* libpq would fill every gap of the conninfo from PGHOST, PGPASSWORD, PGSERVICE and their kind: what a node does must not depend on
 * the shell it was started from. */
static void forget_environment(void) {
  PQconninfoOption *options = PQconndefaults();
  for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
    if (option->envvar != NULL) unsetenv(option->envvar);
  PQconninfoFree(options);
}

static void take_notice(void *unused, const PGresult *notice) {
  (void)unused;
  const char *sentence = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
  log_debug("database notice: %s", sentence != NULL ? sentence : "");
}

static bool is_plain_name(const char *name) {
  for (const char *p = name; *p != '\0'; p++)
    if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_') return false;
  return *name != '\0' && strlen(name) < 64;
}

/* The conninfo's own "options" stand behind ours. */
static bool session_options(const char *conninfo, const char *schema, char *text, size_t size, const char **problem) {
  char *why = NULL;
  PQconninfoOption *given = PQconninfoParse(conninfo, &why);
  if (given == NULL) {
    *problem = complain("database: %s", why != NULL ? why : "out of memory");
    PQfreemem(why);
    return false;
  }
  const char *more = "";
  for (PQconninfoOption *option = given; option->keyword != NULL; option++)
    if (strcmp(option->keyword, "options") == 0 && option->val != NULL) more = option->val;
  int length = snprintf(text, size, SESSION_OPTIONS "%s %s", schema, more);
  PQconninfoFree(given);
  if (length > 0 && (size_t)length < size) return true;
  *problem = complain("database: the options of the connection are too long");
  return false;
}

PGconn *database_connect(const char *conninfo, const char *schema, const char *name, const char **problem) {
  enum { OWN = ARRAY_LENGTH(connection_settings), ALL = OWN + 4 };
  const char *keywords[ALL] = {0}, *values[ALL] = {0};
  char options[1024];
  if (!is_plain_name(schema)) {
    *problem = complain("database: \"%s\" is no name for a schema", schema);
    return NULL;
  }
  if (!session_options(conninfo, schema, options, sizeof options, problem)) return NULL;
  pthread_once(&environment_once, forget_environment);
  for (size_t i = 0; i < OWN; i++) keywords[i] = connection_settings[i].keyword, values[i] = connection_settings[i].value;
  keywords[OWN] = "dbname", values[OWN] = conninfo;
  keywords[OWN + 1] = "options", values[OWN + 1] = options;
  keywords[OWN + 2] = "application_name", values[OWN + 2] = name;
  PGconn *connection = PQconnectdbParams(keywords, values, 1);
  if (connection == NULL || PQstatus(connection) != CONNECTION_OK) {
    *problem = complain("database: %s", connection != NULL ? PQerrorMessage(connection) : "out of memory");
    PQfinish(connection);
    return NULL;
  }
  PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE); /* sentences of the server may quote personal data */
  PQsetNoticeReceiver(connection, take_notice, NULL);
  return connection;
}

static const char *result_sentence(PGconn *connection, const PGresult *result) {
  const char *sentence = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char *context = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
  if (sentence == NULL) return complain("database: %s", PQerrorMessage(connection));
  return complain("database: %s (%s%s%s)", sentence, state != NULL ? state : "", context != NULL ? ", character " : "",
                  context != NULL ? context : "");
}

bool database_was_deadlock(const char *problem) { return strstr(problem, " (40P01") != NULL; }

bool database_execute(PGconn *connection, const char *sql, const char **problem) {
  PGresult *result = PQexec(connection, sql);
  ExecStatusType status = PQresultStatus(result);
  bool fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
  if (!fine) *problem = result_sentence(connection, result);
  PQclear(result);
  return fine;
}

bool database_lock(PGconn *connection, const char *schema, bool *held, const char **problem) {
  const char *const values[] = {schema};
  PGresult *result =
      PQexecParams(connection, "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('workrelief writer of ' || $1::text, 0))", 1, NULL,
                   values, NULL, NULL, 0);
  bool fine = PQresultStatus(result) == PGRES_TUPLES_OK;
  if (fine)
    *held = *PQgetvalue(result, 0, 0) == 't';
  else
    *problem = result_sentence(connection, result);
  PQclear(result);
  return fine;
}
