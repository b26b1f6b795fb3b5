/* zap.h - ZAP handler: a CURVE socket without one lets everybody in. It asks the ring, and gives the public key as User-Id; the
 * server looks the ring up again for every message, so a revoked key stops at once. */
#ifndef WORKRELIEF_ZAP_H
#define WORKRELIEF_ZAP_H

#include <stdbool.h>

#include "common/bus/key.h"

struct zap;
/* Binds inproc://zeromq.zap.01 and starts the thread; must precede every bind. If the thread dies the process aborts. ring: borrowed. */
struct zap *zap_start(void *context, struct key_ring *ring, const char **problem) MUST_CHECK;
void zap_stop(struct zap **zap);
/* Handshakes refused so far. */
long zap_refused(const struct zap *zap);

#endif
