/* front.h - the ROUTER's thread: takes messages, opens the door, sends answers. */
#ifndef WORKRELIEF_FRONT_H
#define WORKRELIEF_FRONT_H

#include <zmq.h>

#include "common/daemon/runtime.h"

struct forward;

struct front {
  struct runtime *runtime;
  void *router;
  struct call *parked;     /* calls that wait for a follower, or journal reads that wait for a row; oldest first */
  struct forward *forward; /* NULL: not a gateway */
  int64_t next_housekeeping_us;
  bool disk_low;
  struct timespec ring_seen; /* change time of the ring directory when it was read */
};

/* Sends a packed reply; hop_id 0 = none. A peer that is gone or full loses the reply: it is stored, and the peer will ask again. */
void front_send(struct front *front, const uint8_t *route, size_t route_length, const void *header, size_t header_length, int64_t hop_id,
                const void *body, size_t body_length);

/* forward.c: the gateway's passing on of calls to the sibling services. */
struct forward *forward_open(struct front *front, const char **problem) MUST_CHECK;
void forward_close(struct forward *forward);
/* How many sockets, and their poll items. */
size_t forward_items(struct forward *forward, zmq_pollitem_t *items);
void forward_receive(struct forward *forward, size_t socket);
/* Whether the method is a sibling's; then the call is refused or on its way, and no longer the door's. */
bool forward_take(struct forward *forward, const struct identity *speaker, const Workrelief__RequestHeader *header, const uint8_t *route,
                  size_t route_length, const void *body, size_t body_length);
/* Answers what no service has answered in time. */
void forward_expire(struct forward *forward);

#endif
