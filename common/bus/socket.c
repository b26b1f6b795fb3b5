/* socket.c - every socket of the house gets its options from here. */
#include "common/bus/socket.h"

#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "common/base/log.h"
#include "common/crypto/key_file.h"

#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93 /* hidden behind the draft macro in some builds' header */
#endif

enum side { ROUTER = 1, DEALER = 2, BOTH = 3 };
enum need { MUST, MAY }; /* MAY: a library without the option is warned about, not refused */
enum width { INT32, INT64 };

static const struct option {
  int option, value;
  enum side side;
  enum need need;
  enum width width;
  const char *name, *reason;
} options[] = {
    {ZMQ_CURVE_SERVER, 1, ROUTER, MUST, INT32, "CURVE_SERVER", "on the binding side only; on the other a ZAP refusal aborts the process"},
    {ZMQ_ZAP_ENFORCE_DOMAIN, 1, ROUTER, MAY, INT32, "ZAP_ENFORCE_DOMAIN", "a dead ZAP handler must shut everybody out, not let everybody in"},
    {ZMQ_ROUTER_MANDATORY, 1, ROUTER, MUST, INT32, "ROUTER_MANDATORY", "a reply that cannot be routed is told, not dropped in silence"},
    {ZMQ_ROUTER_HANDOVER, 0, ROUTER, MUST, INT32, "ROUTER_HANDOVER", "a second client must not take over the first one's replies"},
    {ZMQ_MAXMSGSIZE, BUS_FRAME_MAX, BOTH, MUST, INT64, "MAXMSGSIZE", "a stranger decides the size; counts CURVE's 33 bytes"},
    {ZMQ_RCVHWM, 500, ROUTER, MUST, INT32, "RCVHWM", "per peer; behind it TCP slows the peer down"},
    {ZMQ_SNDHWM, 2000, ROUTER, MUST, INT32, "SNDHWM", "per peer; above the 1,024 calls a client may have outstanding"},
    {ZMQ_RCVHWM, 2000, DEALER, MUST, INT32, "RCVHWM", "above the 1,024 calls a client may have outstanding"},
    {ZMQ_SNDHWM, 2000, DEALER, MUST, INT32, "SNDHWM", "above the 1,024 calls a client may have outstanding"},
    {ZMQ_SNDTIMEO, 5000, BOTH, MUST, INT32, "SNDTIMEO", "the default waits for ever"},
    {ZMQ_RCVTIMEO, 5000, BOTH, MUST, INT32, "RCVTIMEO", "the default waits for ever"},
    {ZMQ_LINGER, 0, DEALER, MUST, INT32, "LINGER", "the default keeps zmq_ctx_term hanging on a peer that is gone"},
    {ZMQ_LINGER, 1000, ROUTER, MUST, INT32, "LINGER", "a second for the last replies of a stopping daemon"},
    {ZMQ_IMMEDIATE, 1, DEALER, MUST, INT32, "IMMEDIATE", "nothing queues for a server that is away: calls are repeated, not stored here"},
    {ZMQ_HANDSHAKE_IVL, 5000, BOTH, MUST, INT32, "HANDSHAKE_IVL", "connections that never finish the handshake hold a descriptor each"},
    {ZMQ_HEARTBEAT_IVL, 10000, BOTH, MUST, INT32, "HEARTBEAT_IVL", "half-open connections live for hours otherwise"},
    {ZMQ_HEARTBEAT_TIMEOUT, 30000, BOTH, MUST, INT32, "HEARTBEAT_TIMEOUT", "must exceed the time of one frame on the slowest line"},
    {ZMQ_HEARTBEAT_TTL, 60000, BOTH, MUST, INT32, "HEARTBEAT_TTL", "the peer gives us up after this"},
    {ZMQ_TCP_KEEPALIVE, 1, BOTH, MUST, INT32, "TCP_KEEPALIVE", "firewalls forget idle connections"},
    {ZMQ_TCP_KEEPALIVE_IDLE, 60, BOTH, MUST, INT32, "TCP_KEEPALIVE_IDLE", "the kernel's default is two hours"},
    {ZMQ_TCP_KEEPALIVE_INTVL, 10, BOTH, MUST, INT32, "TCP_KEEPALIVE_INTVL", "six probes in a minute"},
    {ZMQ_TCP_KEEPALIVE_CNT, 6, BOTH, MUST, INT32, "TCP_KEEPALIVE_CNT", "six probes in a minute"},
    {ZMQ_TCP_MAXRT, 60000, BOTH, MUST, INT32, "TCP_MAXRT", "unacknowledged bytes end a connection after a minute, not after fifteen"},
    {ZMQ_CONNECT_TIMEOUT, 5000, DEALER, MUST, INT32, "CONNECT_TIMEOUT", "the kernel's default is two minutes"},
    {ZMQ_RECONNECT_IVL, 200, DEALER, MUST, INT32, "RECONNECT_IVL", "quick after a restart"},
    {ZMQ_RECONNECT_IVL_MAX, 5000, DEALER, MUST, INT32, "RECONNECT_IVL_MAX", "backs off, yet is there within seconds of the server's return"},
    {ZMQ_BACKLOG, 256, ROUTER, MUST, INT32, "BACKLOG", "all bureaus reconnect at once when a gateway returns"},
};

static bool set_option(void *socket, const struct option *row, const char **problem) {
  int64_t wide = row->value;
  int rc = row->width == INT64 ? zmq_setsockopt(socket, row->option, &wide, sizeof(wide))
                               : zmq_setsockopt(socket, row->option, &row->value, sizeof(row->value));
  if (rc == 0) return true;
  if (row->need == MAY) {
    log_warn("this libzmq lacks ZMQ_%s (%s)", row->name, row->reason);
    return true;
  }
  *problem = problem_text("ZMQ_%s: %s", row->name, zmq_strerror(errno));
  return false;
}

static bool set_text(void *socket, int option, const char *value, const char *name, const char **problem) {
  if (zmq_setsockopt(socket, option, value, strlen(value) + (option != ZMQ_ZAP_DOMAIN)) == 0) return true;
  *problem = problem_text("ZMQ_%s: %s", name, zmq_strerror(errno));
  return false;
}

static void *open_socket(void *context, int type, enum side side, const struct key *own, const char **problem) {
  void *socket = zmq_socket(context, type);
  if (!socket) {
    *problem = problem_text("no socket: %s", zmq_strerror(errno));
    return NULL;
  }
  bool good = set_text(socket, ZMQ_CURVE_SECRETKEY, own->secret_key, "CURVE_SECRETKEY", problem);
  for (size_t i = 0; good && i < ARRAY_LENGTH(options); i++)
    if (options[i].side & side) good = set_option(socket, &options[i], problem);
  if (good) return socket;
  zmq_close(socket);
  return NULL;
}

/* The domain is never empty: with an empty one libzmq passes the ZAP handler by. */
void *bus_router(void *context, const struct key *server, const char **problem) {
  void *socket = open_socket(context, ZMQ_ROUTER, ROUTER, server, problem);
  int mechanism = 0;
  size_t size = sizeof(mechanism);
  if (!socket) return NULL;
  bool good = set_text(socket, ZMQ_ZAP_DOMAIN, BUS_ZAP_DOMAIN, "ZAP_DOMAIN", problem);
  if (good && (zmq_getsockopt(socket, ZMQ_MECHANISM, &mechanism, &size) != 0 || mechanism != ZMQ_CURVE)) {
    *problem = "the socket does not speak CURVE";
    good = false;
  }
  if (good) return socket;
  zmq_close(socket);
  return NULL;
}

void *bus_dealer(void *context, const struct key *client, const char *server_public, const char **problem) {
  void *socket = open_socket(context, ZMQ_DEALER, DEALER, client, problem);
  if (!socket) return NULL;
  if (set_text(socket, ZMQ_CURVE_PUBLICKEY, client->public_key, "CURVE_PUBLICKEY", problem) &&
      set_text(socket, ZMQ_CURVE_SERVERKEY, server_public, "CURVE_SERVERKEY", problem))
    return socket;
  zmq_close(socket);
  return NULL;
}
