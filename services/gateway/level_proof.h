/* level_proof.h - a decision of a level further up is that level's own word: it comes with its signature, and with a chain in which each node that
 * passes it on vouches for the key of the node above it. A node knows one key, its parent's; the chain begins there. */
#ifndef WORKRELIEF_GATEWAY_LEVEL_PROOF_H
#define WORKRELIEF_GATEWAY_LEVEL_PROOF_H

#include "services/gateway/taking.h"

/* Whether the proof that came with the decision leads from the parent's key to that level and to what the decision says. One without a proof is
 * no lie, only unproven: nodes of an earlier version pass none on. */
bool level_proof_holds(const struct taking *taking, const Workrelief__Decision *decision) MUST_CHECK;
/* What goes on to the nodes beneath: the same with this node's own word on its parent's key in front. Empty: nothing was signed. */
ProtobufCBinaryData level_proof_passed(const struct taking *taking, const Workrelief__Decision *decision) MUST_CHECK;

#endif
