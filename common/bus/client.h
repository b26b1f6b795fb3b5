/* client.h - one who calls: a DEALER with its own socket, for one thread. Replies are matched by request id; a reply nobody waits
 * for is dropped. Used by CLI, followers, uplink, tests and benchmarks. */
#ifndef WORKRELIEF_CLIENT_H
#define WORKRELIEF_CLIENT_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/bus/key.h"
#include "common/pb/reflect.h"
#include "header.pb-c.h"

struct client;

/* endpoint: "tcp://127.0.0.1:7014" or "ipc://...". context: borrowed; NULL = the client makes its own. NULL: *problem. */
struct client *client_open(void *context, const char *endpoint, const struct key *own, const char *server_public, const char **problem) MUST_CHECK;
void client_close(struct client **client);

struct client_call {
  const char *method;     /* "payroll.DrawWageSheet" */
  uint8_t request_id[16]; /* all zero: a fresh UUIDv7 is made and written back here */
  int timeout_ms;         /* 0 = 30,000 */
  int connect_ms;         /* how long client_call waits for a connection; 0 = 5,000, at most timeout_ms */
  const char *language;   /* NULL = "zh" */
  bool dry_run;
  const Workrelief__Caller *caller; /* NULL = as the key says */
  Workrelief__Position **after;     /* may be NULL */
  size_t n_after;
  int64_t hop_id; /* comes back in the reply's header: tells apart calls that bear the same request_id */
};

struct client_reply {
  enum status status;              /* without a header: STATUS_UNAVAILABLE, the outcome is unknown; ask again with the same id */
  Workrelief__ReplyHeader *header; /* in the arena; NULL when no answer came. Made here, with nothing sent, for the reasons
                                      NOT_CONNECTED and REQUEST_TOO_LARGE */
  const void *body;                /* in the arena */
  size_t body_length;
};

/* Sends and does not wait (only a client that was never connected yet waits up to 3 s for its connection). body over BUS_BODY_MAX is
 * refused here: false with *problem; false too when the server is away or too far behind. */
bool client_send(struct client *client, struct client_call *call, const void *body, size_t body_length, const char **problem) MUST_CHECK;
/* Next reply of any call, within timeout_ms; header and body in the arena. False when none came. */
bool client_receive(struct client *client, struct arena *arena, int timeout_ms, struct client_reply *reply) MUST_CHECK;
/* For a caller with a loop of its own: returns when a reply may be there, when one of the descriptors can be read, or after timeout_ms.
 * At most CLIENT_WATCH_MOST descriptors. */
#define CLIENT_WATCH_MOST 8
void client_wait(struct client *client, const int *descriptors, size_t count, int timeout_ms);
/* Sends and waits for its own reply, a second longer than the service may take; retries nothing. */
void client_call(struct client *client, struct arena *arena, struct client_call *call, const void *body, size_t body_length,
                 struct client_reply *reply);
/* The same with messages: packs the request, unpacks an OK reply into *answer (else NULL). */
void client_ask(struct client *client, struct arena *arena, struct client_call *call, const message *request, const message_type *reply_type,
                struct client_reply *reply, message **answer);

#endif
