/* ledger_proof.h - the ledger rows beneath a report: what of them is hashed, in which order, and what stands of them on a line. */
#ifndef WORKRELIEF_GATEWAY_LEDGER_PROOF_H
#define WORKRELIEF_GATEWAY_LEDGER_PROOF_H

#include "common/crypto/tree.h"
#include "common/daemon/service.h"
#include "gateway.pb-c.h"
#include "ledger_row.pb-c.h"

/* What a row adds to the line above it: hundredths of a day, pay due, pay paid. */
void ledger_row_sums(const Workrelief__LedgerRow *row, int64_t sums[TREE_SUMS]);
/* For gather functions, behind plan_parts: walks the rows of each project that are not kept page by page, keeps them in blocks under the gathering's key,
 * and puts root, count and sums into each line. Holds one page and one node a level of each tree. A service that does not answer refuses the call. */
void gather_ledger(struct call *call, struct runtime *runtime, Workrelief__DraftReportRequest *request);
/* The root over the lines' roots; false: no line has any. */
bool lines_ledger_root(Workrelief__ReportLine *const *lines, size_t count, uint8_t root[SM3_SIZE]) MUST_CHECK;

#endif
