/* migrate.h - schema by numbered files, append-only, hashed, one transaction each, under an advisory lock. */
#ifndef WORKRELIEF_MIGRATE_H
#define WORKRELIEF_MIGRATE_H

#include <libpq-fe.h>

#include "common/db/statement.h"

/* Applies what is missing of texts (name "001_units", in order) to the connection's schema, creating it when absent. Refuses when an applied file's
 * SM3 differs from the text, or one is missing here. software: version recorded beside. */
bool migrate(PGconn *connection, const char *schema, const struct sql_text *texts, size_t count, const char *software,
             const char **problem) MUST_CHECK;

/* Changes nothing: whether a schema stands at the place of texts, seen by a connection of its own. *applied: how many files it has had; fewer
 * than count: the rest follow when the daemon starts. */
enum migrate_verdict { MIGRATE_FITS, MIGRATE_UNLIKE, MIGRATE_UNREACHABLE };
enum migrate_verdict migrate_look(const char *conninfo, const char *schema, const struct sql_text *texts, size_t count, size_t *applied,
                                  const char **problem) MUST_CHECK;

#endif
