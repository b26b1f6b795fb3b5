/* ledger.h - the journal table as the writer uses it: look-up of request ids, the chain, one insert a batch, COMMIT. */
#ifndef WORKRELIEF_LEDGER_H
#define WORKRELIEF_LEDGER_H

#include "common/daemon/horizon.h"
#include "common/daemon/journal.h"
#include "common/daemon/pipeline.h"

bool ledger_prepare(PGconn *connection, const char **problem) MUST_CHECK;
bool ledger_head(PGconn *connection, struct journal_head *head, const char **problem) MUST_CHECK;
/* The largest request id of the journal, for the horizon; before pipeline mode. */
bool ledger_horizon(PGconn *connection, struct horizon *horizon, const char **problem) MUST_CHECK;
/* Answers every call that the journal already knows: same body, the stored reply byte for byte; another body, REQUEST_ID_REUSED. Asks
 * only for ids within the horizon. False: lost. */
bool ledger_look_up(struct pipeline *pipeline, const struct horizon *horizon, struct call **calls, size_t count) MUST_CHECK;
/* True when a call of the batch has the same caller and id: it is hung onto that one, or refused for another body. */
bool ledger_join_same(struct call **batch, size_t count, struct call *call) MUST_CHECK;
/* Hash of the call's row behind head; head moves on. */
void ledger_link(struct call *call, struct journal_head *head);
/* Inserts the rows and commits. False: lost, outcome unknown. *written false: a refused insert or COMMIT made every call retryable. */
bool ledger_commit(struct pipeline *pipeline, struct call **rows, size_t count, bool *written) MUST_CHECK;
/* An empty round trip, so that an idle writer notices a lost session. */
bool ledger_alive(struct pipeline *pipeline) MUST_CHECK;

#endif
