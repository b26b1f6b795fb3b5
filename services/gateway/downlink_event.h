/* downlink_event.h - one event that came down, given to the service it concerns. */
#ifndef WORKRELIEF_GATEWAY_DOWNLINK_EVENT_H
#define WORKRELIEF_GATEWAY_DOWNLINK_EVENT_H

#include "admin.pb-c.h"
#include "services/gateway/taking.h"

struct delivery {
  const struct taking *taking;
  const Workrelief__DownContent *page;
  const Workrelief__WatchedEvent *row;
  const char *problem; /* set when it cannot be applied */
};

enum applied { APPLIED, APPLY_LATER, CANNOT_APPLY };

/* Applied again after a crash it is the same command, and the service answers what it answered then. */
enum applied downlink_apply(struct delivery *delivery);

#endif
