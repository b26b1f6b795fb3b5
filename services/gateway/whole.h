/* whole.h - a delivered report when its last part is here: all of it together against itself and against the unit's past. */
#ifndef WORKRELIEF_GATEWAY_WHOLE_H
#define WORKRELIEF_GATEWAY_WHOLE_H

#include "common/daemon/service.h"
#include "gateway.pb-c.h"

/* Refuses the call for what contradicts itself, else fills gathered_exceptions. last: the part with the highest number. */
void whole_check(struct call *call, struct runtime *runtime, Workrelief__DeliverRequest *request, const Workrelief__ReportContent *last);
void delivery_too_large(struct call *call);

#endif
