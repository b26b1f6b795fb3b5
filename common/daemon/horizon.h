/* horizon.h - which request ids the journal cannot know, so that they need not be looked up.
 *
 * Ids are UUIDv7: they grow with time. Nothing in the journal lies above the horizon (the largest id found when this session became
 * the writer, never later than an hour from now) but what this session has written since, and that is remembered. So an id above the
 * horizon and not remembered is certainly new; every other id is looked up in the table. Ids from further ahead (a client's clock may be
 * wrong) do not raise the horizon: the smallest of them is a ceiling, from which on everything is looked up, also when its time has come.
 * Writer thread only. */
#ifndef WORKRELIEF_HORIZON_H
#define WORKRELIEF_HORIZON_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/attribute.h"

struct horizon;
struct horizon *horizon_new(void) MUST_CHECK;
void horizon_free(struct horizon **horizon);
/* The largest id that may count as made now: an hour from the machine's time. */
void horizon_latest(uint8_t id[16]);
/* Begins anew with the journal's largest id up to horizon_latest (all 00: none) and its smallest beyond (all ff: none). */
void horizon_reset(struct horizon *horizon, const uint8_t largest[16], const uint8_t ceiling[16]);
/* Whether the journal may know the id. */
bool horizon_may_be_known(const struct horizon *horizon, const uint8_t id[16]);
/* The id has been written. */
void horizon_remember(struct horizon *horizon, const uint8_t id[16]);

#endif
