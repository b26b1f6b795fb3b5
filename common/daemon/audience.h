/* audience.h - which events a caller may see, and which of them a reader has asked for. */
#ifndef WORKRELIEF_AUDIENCE_H
#define WORKRELIEF_AUDIENCE_H

#include "common/daemon/runtime.h"

/* An event is for its node, for those who see everything, for the units it names, and for the parties of its project; some are for everybody. */
bool audience_may_see(const struct call *call, const char *event_type, const message *event);
/* Whether it is for whoever has a key. */
bool audience_is_everybody(const struct runtime *runtime, const char *event_type);
/* Whether a field of it that holds a unit, or several, holds this one. */
bool audience_names_unit(const message *event, const char *unit_id);

#endif
