/* reload.h - what the door needs of the tables: scopes and admitted principals, read at boot and after commits that change them. */
#ifndef WORKRELIEF_RELOAD_H
#define WORKRELIEF_RELOAD_H

#include "common/daemon/pipeline.h"

/* Outside a transaction, on the writer's connection. False: lost or the arena is full; the old tables stay. */
bool reload_scope(struct runtime *runtime, struct pipeline *pipeline) MUST_CHECK;

#endif
