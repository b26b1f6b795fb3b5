/* policies.h - what a service's office has set and what is in force of it, as the events that would tell of it: the parent tells it to a child
 * that was not there when it was said, and the child leaves out what stands at it in the same words. */
#ifndef WORKRELIEF_GATEWAY_POLICIES_H
#define WORKRELIEF_GATEWAY_POLICIES_H

#include "admin.pb-c.h"
#include "common/daemon/service.h"

/* Which list of policies this software tells of; raised by one when an event is added to it, so that every child takes the new list once. */
#define POLICIES_VERSION 1

struct policies {
  Workrelief__WatchedEvent **rows;
  size_t count;
};

/* Of a service of this node ("payroll"), in the order of the list. False: it does not answer. */
bool policies_of(struct runtime *runtime, struct arena *arena, const char *source, bool past_too, struct policies *policies) MUST_CHECK;
/* Whether one of them says exactly this. */
bool policies_have(const struct policies *policies, const Workrelief__WatchedEvent *row);

#endif
