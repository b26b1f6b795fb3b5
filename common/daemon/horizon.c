/* horizon.c - see horizon.h: a bounded set of the ids written since, raised into the horizon when it is full. */
#include "common/daemon/horizon.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/crypto/hash.h"

#define SLOTS 65536 /* a power of two; half of them used at most */
#define AHEAD_MS ((int64_t)3600 * 1000)

struct horizon {
  uint8_t highest[16]; /* nothing of the table lies above it and below the ceiling, but what is in the set */
  uint8_t ceiling[16];
  uint8_t remembered[16]; /* largest of the set */
  size_t used;
  uint64_t seed[2];       /* callers choose their ids, but not where they fall */
  uint8_t ids[SLOTS][16]; /* all zero = free; open addressing */
};

static const uint8_t none[16];

struct horizon *horizon_new(void) {
  return calloc(1, sizeof(struct horizon));
}

void horizon_free(struct horizon **horizon) {
  free(*horizon);
  *horizon = NULL;
}

void horizon_latest(uint8_t id[16]) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now); /* the machine's, as the clients' ids; not the clock that demos move */
  uint64_t ms = (uint64_t)((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + AHEAD_MS);
  memset(id, 0xff, 16);
  for (int i = 5; i >= 0; i--, ms >>= 8) id[i] = (uint8_t)ms;
}

static void forget(struct horizon *horizon) {
  memset(horizon->ids, 0, sizeof horizon->ids);
  memset(horizon->remembered, 0, sizeof horizon->remembered);
  horizon->used = 0;
}

void horizon_reset(struct horizon *horizon, const uint8_t largest[16], const uint8_t ceiling[16]) {
  if (horizon->used) forget(horizon);
  memcpy(horizon->highest, largest, sizeof horizon->highest);
  memcpy(horizon->ceiling, ceiling, sizeof horizon->ceiling);
}

static uint8_t *slot_of(const struct horizon *horizon, const uint8_t id[16]) {
  uint64_t half[2];
  memcpy(half, id, sizeof half);
  uint64_t mixed = ((half[0] ^ horizon->seed[0]) * 0x9e3779b97f4a7c15u) ^ ((half[1] ^ horizon->seed[1]) * 0xc2b2ae3d27d4eb4fu);
  for (size_t at = (mixed ^ mixed >> 29 ^ mixed >> 43) & (SLOTS - 1);; at = (at + 1) & (SLOTS - 1)) {
    const uint8_t *slot = horizon->ids[at];
    if (memcmp(slot, id, 16) == 0 || memcmp(slot, none, 16) == 0) return (uint8_t *)slot;
  }
}

static bool is_between(const struct horizon *horizon, const uint8_t id[16]) {
  return memcmp(id, horizon->highest, 16) > 0 && memcmp(id, horizon->ceiling, 16) < 0;
}

bool horizon_may_be_known(const struct horizon *horizon, const uint8_t id[16]) {
  return !is_between(horizon, id) || memcmp(slot_of(horizon, id), none, 16) != 0;
}

void horizon_remember(struct horizon *horizon, const uint8_t id[16]) {
  uint8_t latest[16];
  horizon_latest(latest);
  if (!is_between(horizon, id)) return; /* looked up anyway */
  if (memcmp(id, latest, 16) > 0) {
    memcpy(horizon->ceiling, id, sizeof horizon->ceiling);
    return;
  }
  uint8_t *slot = slot_of(horizon, id);
  if (memcmp(slot, none, 16) != 0) return;
  memcpy(slot, id, 16);
  if (memcmp(id, horizon->remembered, 16) > 0) memcpy(horizon->remembered, id, 16);
  if (++horizon->used < SLOTS / 2) return;
  uint8_t highest[16];
  memcpy(highest, horizon->remembered, sizeof highest);
  forget(horizon);
  memcpy(horizon->highest, highest, sizeof horizon->highest);
}
