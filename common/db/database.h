/* database.h - one PostgreSQL connection, and what an SQLSTATE means to a call. libpq stands behind this folder only. */
#ifndef WORKRELIEF_DATABASE_H
#define WORKRELIEF_DATABASE_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/status.h"

/* conninfo: libpq's; the schema becomes the search_path; name: application_name. NULL: *problem (thread-local text). Sets time-outs, UTF-8,
 * UTC, ISO dates; environment variables of libpq are ignored. */
PGconn *database_connect(const char *conninfo, const char *schema, const char *name, const char **problem) MUST_CHECK;
/* One or several statements without parameters outside a pipeline; false: *problem. */
bool database_execute(PGconn *connection, const char *sql, const char **problem) MUST_CHECK;
/* Whether that problem was a deadlock that another session has won: the same may go through now. */
bool database_was_deadlock(const char *problem);

enum database_verdict {
  DATABASE_REFUSED, /* the call is wrong (constraint, value): final */
  DATABASE_RETRY,   /* try again later: serialization, lock, disk full */
  DATABASE_LOST,    /* connection or server gone: outcome unknown */
  DATABASE_BROKEN   /* corruption: stop the node */
};
/* By SQLSTATE, class and code, from one table. NULL or "" = DATABASE_LOST. */
enum database_verdict database_verdict_of(const char *sqlstate);
/* The canonical status of an SQLSTATE that is no named constraint. */
enum status database_status_of(const char *sqlstate);

/* Session advisory lock on (hash of schema): true when held; false: somebody else has it. */
bool database_lock(PGconn *connection, const char *schema, bool *held, const char **problem) MUST_CHECK;

#endif
