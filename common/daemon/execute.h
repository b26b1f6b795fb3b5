/* execute.h - calls inside an open transaction: hundreds of statement methods pipelined, each in its savepoint, or one alone. */
#ifndef WORKRELIEF_EXECUTE_H
#define WORKRELIEF_EXECUTE_H

#include "common/daemon/pipeline.h"

struct session {
  struct pipeline *pipeline;
  struct call *call;
};

/* Runs calls that are not alone, in order; each ends with reply and event, or refused. False: the connection is lost, or *again: a
 * result did not fit and the transaction must be begun anew with that call alone. */
bool execute_pipelined(struct pipeline *pipeline, struct call **calls, size_t count, bool *again) MUST_CHECK;
/* Runs one call by itself; a refusal or failure leaves nothing behind. False: lost. */
bool execute_alone(struct pipeline *pipeline, struct call *call) MUST_CHECK;
/* What a failed statement means to its call. */
void execute_refuse_error(struct call *call, const PGresult *result);
/* Takes reply, event and refusals out of a result. */
enum fill_outcome execute_fill(struct call *call, PGresult *result);

#endif
