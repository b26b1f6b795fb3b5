/* pipeline.h - one libpq connection in pipeline mode: what is sent, what is owed, and how to get on after an error.
 *
 * WRITER.md's pitfalls live here: results come as result + NULL per statement, a sync result without NULL; an error aborts all up to
 * the next sync; both sides may block unless we read while we write. */
#ifndef WORKRELIEF_PIPELINE_H
#define WORKRELIEF_PIPELINE_H

#include <libpq-fe.h>

#include "common/daemon/runtime.h"

struct pipeline {
  struct runtime *runtime;
  PGconn *connection;
  int owed;  /* results nobody has read yet and nobody will miss: they are skipped before the next one */
  bool lost; /* sticky: connection gone, everything outstanding is unknown */
};

/* Connects, prepares the transaction statements and all of the service's, enters pipeline mode. sets: extra SQL first. */
bool pipeline_open(struct pipeline *pipeline, struct runtime *runtime, const char *what, const char *sets, const char **problem) MUST_CHECK;
void pipeline_close(struct pipeline *pipeline);

enum pipeline_verb { VERB_BEGIN, VERB_COMMIT, VERB_ROLLBACK, VERB_SAVEPOINT, VERB_RELEASE, VERB_ROLLBACK_TO };
void pipeline_verb(struct pipeline *pipeline, enum pipeline_verb verb);
void pipeline_statement(struct pipeline *pipeline, const struct statement *statement, struct call *call, const message *request);
/* The same for many calls at once; what is sent is built in arena. */
void pipeline_many(struct pipeline *pipeline, const struct statement *statement, struct arena *arena, struct call *const *calls, size_t count);
void pipeline_prepared(struct pipeline *pipeline, const char *name, int count, const char *const *values, const int *lengths);
/* Asks the server to send what it has, and sends all of ours. */
void pipeline_flush(struct pipeline *pipeline);
/* The statement just sent is BEGIN or the like: its result is skipped when the next is read. */
void pipeline_owe(struct pipeline *pipeline);
/* Next statement's result; the caller clears it. NULL: lost. */
PGresult *pipeline_result(struct pipeline *pipeline) MUST_CHECK;
/* Reads and drops results until all statements sent so far are done; false when one failed or lost. */
bool pipeline_skip(struct pipeline *pipeline, int statements);
/* After an error: Sync, drop everything up to it. The transaction stays (aborted until ROLLBACK TO). */
void pipeline_recover(struct pipeline *pipeline);
/* Ends the savepoint of a failed call: ROLLBACK TO, RELEASE. */
void pipeline_undo(struct pipeline *pipeline);
bool pipeline_is_error(const PGresult *result);
/* A binary int8 of a result that is not NULL. */
int64_t pipeline_int8(const PGresult *result, int row, int column);
struct call_values call_values_of(const struct call *call);

#endif
