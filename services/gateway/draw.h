/* draw.h - rows drawn from beneath a report: which ones, the answer of the node that has them, and what does not fit in an answer. */
#ifndef WORKRELIEF_GATEWAY_DRAW_H
#define WORKRELIEF_GATEWAY_DRAW_H

#include "common/crypto/tree.h"
#include "common/daemon/service.h"
#include "draw.pb-c.h"
#include "gateway.pb-c.h"

#define DRAW_ROWS_MOST 300 /* with a proof of 20 steps a row, the answer stays below the size of a message */

/* A report of this node with all its lines. NULL: *status says why; NOT_FOUND, there is none. */
Workrelief__Report *draw_report(struct runtime *runtime, struct arena *arena, char *report_code, enum status *status) MUST_CHECK;
/* Refuses the call for now: a stored report it needs could not be read. */
void report_not_read(struct call *call);
/* wanted rows out of all that lie beneath the lines, or all when there are fewer: every row has the same chance, whichever line it is of. In
 * the order of the lines. Returns how many there are in positions, which has room for wanted. */
size_t draw_positions(const uint8_t seed[SM3_SIZE], Workrelief__ReportLine *const *lines, size_t line_count, size_t wanted,
                      Workrelief__DrawPosition *positions);
/* Holds an answer, whose signature is good, against the lines that were signed. Findings in the arena; false: it is full. Pure. */
bool draw_findings(struct arena *arena, const Workrelief__Draw *draw, const Workrelief__Report *report, const Workrelief__DrawAnswerContent *answer,
                   Workrelief__DrawFinding ***findings, size_t *count) MUST_CHECK;
/* The answer to a draw, made of the rows that were kept when the report was drafted and of the ledgers as they are now; signed. NULL: try
 * later, the log says why. */
Workrelief__Signed *draw_answer(struct runtime *runtime, struct arena *arena, const Workrelief__Draw *draw, char *receiver_unit_id) MUST_CHECK;
/* For a child: the answer that is on record for this draw, made and recorded first when there is none. */
Workrelief__Signed *draw_answer_recorded(struct runtime *runtime, struct arena *arena, const Workrelief__Draw *draw) MUST_CHECK;

/* draw_relay.c. Passes what is drawn from a level's report on to the nodes beneath, once. True: all have answered, or the due day is here. */
struct taking;
bool draw_relay(const struct taking *taking, const Workrelief__Draw *draw) MUST_CHECK;
/* Adds the rows that came from beneath, under the lines of this node's report. False: try later. */
bool draw_relayed_rows(const struct taking *taking, const Workrelief__Draw *draw, Workrelief__DrawnRow **rows, size_t room, size_t *count) MUST_CHECK;

#endif
