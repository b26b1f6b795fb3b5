/* downlink.h - what the parent tells: pages of its events, taken in order, each event applied once in effect. */
#ifndef WORKRELIEF_GATEWAY_DOWNLINK_H
#define WORKRELIEF_GATEWAY_DOWNLINK_H

#include "services/gateway/taking.h"

enum downlink_outcome { DOWNLINK_IDLE, DOWNLINK_MOVED, DOWNLINK_LATER }; /* the last: a service of this node is away, ask again after a pause */

/* What to ask the parent for; NULL: the own books could not be read. */
Workrelief__ListDownPagesRequest *downlink_request(const struct taking *taking) MUST_CHECK;
/* Applies what the parent answered to that request. A page that is not the parent's, does not continue, or holds an event that cannot be
 * applied stops its source, which health and `workrelief follow status` show; the other sources go on. */
enum downlink_outcome downlink_take(const struct taking *taking, const Workrelief__ListDownPagesRequest *request, const Workrelief__DownPages *pages);

#endif
