/* epoch.c - after a restore: a new epoch of the journal, so that whoever has read rows that are no more notices. The chain goes on, so a reader
 * who has read nothing else goes on too. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/log.h"
#include "common/daemon/runtime.h"

#define BUSY 75 /* EX_TEMPFAIL */
#define BROKEN 70

static int raise_epoch(PGconn *connection, const char *service, const char *reason) {
  const char *values[] = {reason};
  PGresult *result =
      PQexecParams(connection, "INSERT INTO journal_epoch (epoch, reason) SELECT max(epoch) + 1, $1 FROM journal_epoch RETURNING epoch", 1, NULL,
                   values, NULL, NULL, 0);
  bool fine = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
  if (fine)
    printf("%s: epoch %s\n", service, PQgetvalue(result, 0, 0));
  else
    log_error("the epoch was not raised: %s", PQerrorMessage(connection));
  PQclear(result);
  return fine ? 0 : BROKEN;
}

int epoch_run(struct runtime *runtime, const char *reason) {
  const char *problem = "";
  bool held = false;
  PGconn *connection = runtime_connect(runtime, "epoch", &problem);
  if (!connection || !database_lock(connection, runtime->service->name, &held, &problem)) {
    log_error("the epoch was not raised: %s", problem);
    if (connection) PQfinish(connection);
    return BROKEN;
  }
  int status = BUSY;
  if (held)
    status = raise_epoch(connection, runtime->service->name, reason);
  else
    log_error("the daemon runs: stop it first, it knows its epoch from its start");
  PQfinish(connection);
  return status;
}
