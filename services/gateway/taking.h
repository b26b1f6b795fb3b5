/* taking.h - taking over what the parent says: receipts, refusals, decisions, its calendar. Shared by the wire (uplink.c) and the file
 * (answer.c); each entry is a call of its own to this node, which is recorded, and which changes nothing the second time. */
#ifndef WORKRELIEF_GATEWAY_TAKING_H
#define WORKRELIEF_GATEWAY_TAKING_H

#include "common/bus/client.h"
#include "services/gateway/content.h"

struct taking {
  struct runtime *runtime;
  struct arena *arena;
  const struct sign_key *parent_key; /* receipts are verified with it */
};

/* Asks this node as the node itself; NULL: the log says why. */
message *taking_ask(const struct taking *taking, const char *method, const message *request, const message_type *reply_type) MUST_CHECK;
/* What the parent has put its signature to; NULL when it is not the parent's word to this node. */
const Workrelief__ReceiptContent *receipt_open(const struct taking *taking, const Workrelief__Signed *receipt) MUST_CHECK;
bool take_receipt(const struct taking *taking, const Workrelief__ReceiptContent *content, Workrelief__Signed *receipt) MUST_CHECK;
bool take_refusal(const struct taking *taking, Workrelief__RecordRefusalRequest *refusal) MUST_CHECK;
bool take_decision(const struct taking *taking, const Workrelief__Decision *decision) MUST_CHECK;
/* Whether this node is a level with a calendar of its own: the parent's then stands beside it and concerns the level's own report alone. */
bool takes_upper_calendar(const struct taking *taking);
/* One quarter of the parent with what it granted this level. */
bool take_upper_quarter(const struct taking *taking, const Workrelief__Quarter *quarter, Workrelief__Extension *const *extensions,
                        size_t count) MUST_CHECK;
/* Only the quarters that differ from this node's are recorded; of a level's parent only those without extensions. */
bool take_quarters(const struct taking *taking, Workrelief__Quarter *const *quarters, size_t count) MUST_CHECK;
/* More time for units of this node: their clocks here are then those of the parent. */
bool take_extensions(const struct taking *taking, char *quarter, Workrelief__Extension *const *extensions, size_t count) MUST_CHECK;

#endif
