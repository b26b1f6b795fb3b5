/* sqlstate.c - what an SQLSTATE means to a call: one table, the exact code first, then its class. */
#include <string.h>

#include "common/base/attribute.h"
#include "common/db/database.h"

static const struct sqlstate_row {
  const char *code;
  enum database_verdict verdict;
  enum status status;
} states[] = {
    {"0A000", DATABASE_LOST, STATUS_UNAVAILABLE},            /* cached plan must not change result type: prepare again */
    {"23502", DATABASE_REFUSED, STATUS_INVALID_ARGUMENT},    /* not_null */
    {"23503", DATABASE_REFUSED, STATUS_FAILED_PRECONDITION}, /* foreign key: what it refers to is missing */
    {"23505", DATABASE_REFUSED, STATUS_ALREADY_EXISTS},      /* unique: another intent with the same natural key */
    {"23514", DATABASE_REFUSED, STATUS_FAILED_PRECONDITION}, /* check */
    {"23P01", DATABASE_REFUSED, STATUS_ALREADY_EXISTS},      /* exclusion */
    {"22003", DATABASE_REFUSED, STATUS_OUT_OF_RANGE},        /* number too large for its column */
    {"25006", DATABASE_LOST, STATUS_UNAVAILABLE},            /* read-only: the primary has moved */
    {"25P02", DATABASE_RETRY, STATUS_ABORTED},               /* another statement of the transaction failed */
    {"25P03", DATABASE_LOST, STATUS_UNAVAILABLE},            /* idle in transaction: the server hung up */
    {"25P04", DATABASE_LOST, STATUS_UNAVAILABLE},
    {"26000", DATABASE_LOST, STATUS_UNAVAILABLE},         /* the prepared statement is gone: a pooler or a reset in between */
    {"40001", DATABASE_RETRY, STATUS_ABORTED},            /* serialization */
    {"40P01", DATABASE_RETRY, STATUS_ABORTED},            /* deadlock */
    {"53100", DATABASE_RETRY, STATUS_RESOURCE_EXHAUSTED}, /* disk full */
    {"55P03", DATABASE_RETRY, STATUS_ABORTED},            /* lock time-out */
    {"57014", DATABASE_RETRY, STATUS_DEADLINE_EXCEEDED},  /* statement time-out */
    {"XX001", DATABASE_BROKEN, STATUS_DATA_LOSS},         /* data corrupted */
    {"XX002", DATABASE_BROKEN, STATUS_DATA_LOSS},         /* index corrupted */
    /* classes */
    {"08", DATABASE_LOST, STATUS_UNAVAILABLE},
    {"22", DATABASE_REFUSED, STATUS_INVALID_ARGUMENT},
    {"23", DATABASE_REFUSED, STATUS_FAILED_PRECONDITION},
    {"40", DATABASE_RETRY, STATUS_ABORTED},
    {"53", DATABASE_RETRY, STATUS_RESOURCE_EXHAUSTED},
    {"57", DATABASE_LOST, STATUS_UNAVAILABLE},            /* shutdown, crash, cannot connect now */
    {"58", DATABASE_RETRY, STATUS_UNAVAILABLE},           /* the machine's I/O */
    {"P0", DATABASE_REFUSED, STATUS_FAILED_PRECONDITION}, /* RAISE in a trigger */
};

static const struct sqlstate_row *find(const char *sqlstate) {
  for (size_t i = 0; i < ARRAY_LENGTH(states); i++)
    if (strncmp(sqlstate, states[i].code, strlen(states[i].code)) == 0) return &states[i];
  return NULL;
}

enum database_verdict database_verdict_of(const char *sqlstate) {
  if (sqlstate == NULL || *sqlstate == '\0') return DATABASE_LOST;
  const struct sqlstate_row *row = find(sqlstate);
  return row != NULL ? row->verdict : DATABASE_REFUSED;
}

enum status database_status_of(const char *sqlstate) {
  if (sqlstate == NULL || *sqlstate == '\0') return STATUS_UNAVAILABLE;
  const struct sqlstate_row *row = find(sqlstate);
  return row != NULL ? row->status : STATUS_INTERNAL;
}
