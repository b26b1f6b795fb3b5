/* socket.h - the one table of socket options (RELIABILITY 3.1), each with its reason, for all sockets of the house. */
#ifndef WORKRELIEF_SOCKET_H
#define WORKRELIEF_SOCKET_H

#include <stdbool.h>

#include "common/base/attribute.h"
#include "common/bus/key.h"

#define BUS_BODY_MAX 1000000  /* bytes of a frame we send; below 1 MiB less CURVE's 33 bytes */
#define BUS_FRAME_MAX 1048576 /* ZMQ_MAXMSGSIZE counts CURVE's 33 bytes */
#define BUS_ZAP_DOMAIN "workrelief"

/* A ROUTER with CURVE server key, ZAP domain enforced, limits and time-outs. The ZAP handler must be bound before (zap.h). NULL:
 * *problem. */
void *bus_router(void *context, const struct key *server, const char **problem) MUST_CHECK;
/* A DEALER that will only talk to the server with this public key. */
void *bus_dealer(void *context, const struct key *client, const char *server_public, const char **problem) MUST_CHECK;

#endif
