/* migrate.c - numbered files, each once, each in a transaction of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/db/complaint.h"
#include "common/db/database.h"
#include "common/db/migrate.h"

#define LOCK_KEY "pg_catalog.hashtextextended('workrelief schema ' || pg_catalog.current_database(), 0)"
#define DEADLOCKS_MOST 10

static void digest_of(const char *text, char hex[2 * SM3_SIZE + 1]) {
  uint8_t digest[SM3_SIZE];
  sm3_of(text, strlen(text), digest);
  hex_encode(digest, SM3_SIZE, hex);
}

/* The rows of schema_version against the texts: the first applied ones must be the same, name by name, byte by byte. */
static bool compare_applied(const PGresult *applied, const struct sql_text *texts, size_t count, size_t *next, const char **problem) {
  size_t rows = (size_t)PQntuples(applied);
  for (size_t i = 0; i < rows; i++) {
    const char *name = PQgetvalue(applied, (int)i, 0), *digest = PQgetvalue(applied, (int)i, 1);
    char hex[2 * SM3_SIZE + 1];
    if (i >= count || strcmp(name, texts[i].name) != 0) {
      *problem = complain("migration %s was applied to this schema but stands not at place %zu of this program: an older program, or a "
                          "migration renamed or taken out",
                          name, i + 1);
      return false;
    }
    digest_of(texts[i].text, hex);
    if (strcmp(hex, digest) != 0) {
      *problem = complain("migration %s was changed after it was applied; undo the change and add a new migration", name);
      return false;
    }
  }
  *next = rows;
  return true;
}

static bool read_applied(PGconn *connection, const struct sql_text *texts, size_t count, size_t *next, const char **problem) {
  PGresult *result = PQexec(connection, "SELECT name, digest FROM schema_version ORDER BY number");
  bool fine = PQresultStatus(result) == PGRES_TUPLES_OK;
  if (!fine)
    *problem = complain("schema_version cannot be read: %s", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
  else
    fine = compare_applied(result, texts, count, next, problem);
  PQclear(result);
  return fine;
}

static bool record(PGconn *connection, size_t number, const struct sql_text *text, const char *software, const char **problem) {
  char place[24], hex[2 * SM3_SIZE + 1];
  snprintf(place, sizeof place, "%zu", number);
  digest_of(text->text, hex);
  const char *const values[] = {place, text->name, hex, software};
  PGresult *result =
      PQexecParams(connection, "INSERT INTO schema_version (number, name, digest, applied_at, software) VALUES ($1::int4, $2, $3, now(), $4)", 4,
                   NULL, values, NULL, NULL, 0);
  bool fine = PQresultStatus(result) == PGRES_COMMAND_OK;
  if (!fine) *problem = complain("schema_version cannot be written: %s", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
  PQclear(result);
  return fine;
}

static bool apply(PGconn *connection, size_t number, const struct sql_text *text, const char *software, const char **problem) {
  if (!database_execute(connection, "BEGIN", problem)) return false;
  if (database_execute(connection, text->text, problem) && record(connection, number, text, software, problem))
    return database_execute(connection, "COMMIT", problem);
  char *why = strdup(*problem); /* ROLLBACK may complain too */
  const char *unused;
  if (!database_execute(connection, "ROLLBACK", &unused)) PQreset(connection);
  *problem = complain("migration %s: %s", text->name, why != NULL ? why : "failed");
  free(why);
  return false;
}

/* A daemon of the version before may still work while the next one, its standby, makes the schema ready: where their locks cross, one waits for
 * nobody and tries again. */
static bool apply_patiently(PGconn *connection, size_t number, const struct sql_text *text, const char *software, const char **problem) {
  for (int tries = 0; tries < DEADLOCKS_MOST; tries++) {
    if (apply(connection, number, text, software, problem)) return true;
    if (!database_was_deadlock(*problem)) return false;
  }
  return false;
}

static bool apply_missing(PGconn *connection, const char *schema, const struct sql_text *texts, size_t count, const char *software,
                          const char **problem) {
  char create[200];
  snprintf(create, sizeof create, "CREATE SCHEMA IF NOT EXISTS %s", schema);
  size_t next;
  if (!database_execute(connection, create, problem) ||
      !database_execute(connection,
                        "CREATE TABLE IF NOT EXISTS schema_version (number int4 PRIMARY KEY, name text NOT NULL UNIQUE, digest text NOT NULL, "
                        "applied_at timestamptz NOT NULL, software text NOT NULL)",
                        problem) ||
      !read_applied(connection, texts, count, &next, problem))
    return false;
  for (; next < count; next++)
    if (!apply_patiently(connection, next + 1, &texts[next], software, problem)) return false;
  return true;
}

bool migrate(PGconn *connection, const char *schema, const struct sql_text *texts, size_t count, const char *software, const char **problem) {
  /* Two daemons that start together make their schemas one after the other; the second waits longer than a lock should. */
  if (!database_execute(connection, "SET lock_timeout = '60s'; SET statement_timeout = 0; SELECT pg_catalog.pg_advisory_lock(" LOCK_KEY ")", problem))
    return false;
  bool fine = apply_missing(connection, schema, texts, count, software, problem);
  char *why = fine ? NULL : strdup(*problem);
  const char *end;
  bool released =
      database_execute(connection, "SELECT pg_catalog.pg_advisory_unlock(" LOCK_KEY "); RESET lock_timeout; RESET statement_timeout", &end);
  if (!fine)
    *problem = complain("%s", why != NULL ? why : "migration failed");
  else if (!released)
    *problem = end;
  free(why);
  return fine && released;
}

/* A schema that was never made has had no file; that is no fault. */
static bool has_versions(PGconn *connection) {
  PGresult *result = PQexec(connection, "SELECT 1 WHERE pg_catalog.to_regclass('schema_version') IS NOT NULL");
  bool has = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
  PQclear(result);
  return has;
}

enum migrate_verdict migrate_look(const char *conninfo, const char *schema, const struct sql_text *texts, size_t count, size_t *applied,
                                  const char **problem) {
  PGconn *connection = database_connect(conninfo, schema, "doctor", problem);
  if (!connection) return MIGRATE_UNREACHABLE;
  *applied = 0;
  bool fits = !has_versions(connection) || read_applied(connection, texts, count, applied, problem);
  PQfinish(connection);
  return fits ? MIGRATE_FITS : MIGRATE_UNLIKE;
}
