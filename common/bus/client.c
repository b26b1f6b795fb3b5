/* client.c - one who calls. */
#include "common/bus/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/bus/socket.h"
#include "common/crypto/hash.h"
#include "common/crypto/key_file.h"

#define TIMEOUT_DEFAULT_MS 30000
#define CONNECT_WAIT_MS 3000
#define CALL_CONNECT_WAIT_MS 5000
#define LOOK_MS 150   /* between two looks whether the peer is still there; below RECONNECT_IVL, so that no loss is missed */
#define GRACE_MS 1000 /* the service answers DEADLINE_EXCEEDED itself; its answer says more than our silence */
#define HEADER_MAX 8192
#define SCRATCH_LIMIT (4u << 20)

struct client {
  void *own_context; /* NULL when borrowed */
  void *socket;
  bool was_ready;
  struct arena scratch;
};

struct client *client_open(void *context, const char *endpoint, const struct key *own, const char *server_public, const char **problem) {
  struct client *client = calloc(1, sizeof(*client));
  if (!client) {
    *problem = "no memory for a client";
    return NULL;
  }
  arena_init(&client->scratch, SCRATCH_LIMIT);
  if (!context) {
    context = client->own_context = zmq_ctx_new();
    if (context) zmq_ctx_set(context, ZMQ_BLOCKY, 0);
  }
  if (!context)
    *problem = problem_text("no context: %s", zmq_strerror(errno));
  else
    client->socket = bus_dealer(context, own, server_public, problem);
  if (client->socket && zmq_connect(client->socket, endpoint) == 0) return client;
  if (client->socket) *problem = problem_text("%s: %s", endpoint, zmq_strerror(errno));
  client_close(&client);
  return NULL;
}

void client_close(struct client **client) {
  if (!*client) return;
  if ((*client)->socket) zmq_close((*client)->socket);
  if ((*client)->own_context) zmq_ctx_term((*client)->own_context);
  arena_reset(&(*client)->scratch);
  free(*client);
  *client = NULL;
}

/* --- send --- */

static int milliseconds_until(int64_t deadline_us) {
  int64_t left = (deadline_us - clock_monotonic_us() + 999) / 1000;
  return left > 0 ? (int)left : 0;
}

/* Waits for events of the socket; a signal does not shorten the wait. */
static bool wait_for(struct client *client, short events, int timeout_ms) {
  int64_t deadline = clock_monotonic_us() + (int64_t)timeout_ms * 1000;
  for (;;) {
    zmq_pollitem_t item = {client->socket, 0, events, 0};
    int rc = zmq_poll(&item, 1, milliseconds_until(deadline));
    if (rc > 0) return true;
    if (rc == 0 || errno != EINTR) return false;
  }
}

static bool request_id_is_unset(const uint8_t id[16]) { return bytes_equal(id, (const uint8_t[16]){0}, 16); }

static size_t pack_header(struct client_call *call, uint8_t out[HEADER_MAX]) {
  if (request_id_is_unset(call->request_id)) uuid7(call->request_id, clock_now_us());
  Workrelief__RequestHeader header;
  Workrelief__Caller caller;
  char method[129], language[17] = "zh";
  if (strnlen(call->method, sizeof(method)) == sizeof(method)) return 0;
  memcpy(method, call->method, strlen(call->method) + 1);
  if (call->language && strlen(call->language) < sizeof(language)) memcpy(language, call->language, strlen(call->language) + 1);
  workrelief__request_header__init(&header);
  header.version = 1;
  header.method = method;
  header.request_id = (ProtobufCBinaryData){16, call->request_id};
  header.timeout_ms = call->timeout_ms > 0 ? call->timeout_ms : TIMEOUT_DEFAULT_MS;
  header.language = language;
  header.dry_run = call->dry_run;
  header.after = call->after;
  header.n_after = call->n_after;
  header.hop_id = call->hop_id;
  if (call->caller) {
    caller = *call->caller;
    header.caller = &caller;
  }
  if (workrelief__request_header__get_packed_size(&header) > HEADER_MAX) return 0;
  return workrelief__request_header__pack(&header, out);
}

enum sent { SENT, SENT_TOO_LARGE, SENT_NOT_CONNECTED };

static enum sent send_frames(struct client *client, struct client_call *call, const void *body, size_t body_length, int wait_ms) {
  uint8_t header[HEADER_MAX];
  size_t header_length = pack_header(call, header);
  if (body_length > BUS_BODY_MAX || header_length == 0) return SENT_TOO_LARGE;
  if (!wait_for(client, ZMQ_POLLOUT, client->was_ready ? 0 : wait_ms)) return SENT_NOT_CONNECTED;
  client->was_ready = true;
  if (zmq_send(client->socket, header, header_length, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0 ||
      zmq_send(client->socket, body, body_length, ZMQ_DONTWAIT) < 0)
    return SENT_NOT_CONNECTED;
  return SENT;
}

bool client_send(struct client *client, struct client_call *call, const void *body, size_t body_length, const char **problem) {
  enum sent sent = send_frames(client, call, body, body_length, CONNECT_WAIT_MS);
  if (sent == SENT_TOO_LARGE)
    *problem = problem_text("a request of %zu bytes is larger than %d; send it in parts", body_length, BUS_BODY_MAX);
  else if (sent == SENT_NOT_CONNECTED)
    *problem = "the service is not connected or takes no more";
  return sent == SENT;
}

/* --- receive --- */

/* Exactly two frames are a reply; anything else is read to its end and dropped. */
static bool receive_frames(struct client *client, zmq_msg_t *header, zmq_msg_t *body) {
  int count = 0;
  zmq_msg_t spare;
  zmq_msg_init(&spare);
  for (bool more = true; more; count++) {
    zmq_msg_t *frame = count == 0 ? header : count == 1 ? body : &spare;
    if (zmq_msg_recv(frame, client->socket, ZMQ_DONTWAIT) < 0) {
      count = -1;
      break;
    }
    more = zmq_msg_more(frame);
  }
  zmq_msg_close(&spare);
  return count == 2;
}

static Workrelief__ReplyHeader *unpack_header(struct arena *arena, zmq_msg_t *frame) {
  message *header = pb_unpack(arena, &workrelief__reply_header__descriptor, zmq_msg_data(frame), zmq_msg_size(frame));
  return (Workrelief__ReplyHeader *)header;
}

/* wanted: NULL = any. A reply to a call given up long ago is dropped before it costs the caller's arena anything. */
static bool is_wanted(struct client *client, zmq_msg_t *frame, const uint8_t *wanted) {
  if (!wanted) return true;
  const Workrelief__ReplyHeader *header = unpack_header(&client->scratch, frame);
  bool good = header && header->request_id.len == 16 && bytes_equal(header->request_id.data, wanted, 16);
  arena_reset(&client->scratch);
  return good;
}

static bool take(struct client *client, struct arena *arena, const uint8_t *wanted, struct client_reply *reply) {
  zmq_msg_t header, body;
  zmq_msg_init(&header);
  zmq_msg_init(&body);
  bool good = receive_frames(client, &header, &body) && is_wanted(client, &header, wanted);
  if (good) {
    reply->header = unpack_header(arena, &header);
    reply->body_length = zmq_msg_size(&body);
    reply->body = arena_memdup(arena, zmq_msg_data(&body), reply->body_length);
    good = reply->header && reply->body;
    if (good) reply->status = (enum status)reply->header->status;
  }
  zmq_msg_close(&header);
  zmq_msg_close(&body);
  return good;
}

/* A peer that is gone has taken the question with it (IMMEDIATE): its answer need not be waited for. */
static bool wait_for_answer(struct client *client, int timeout_ms) {
  int64_t deadline = clock_monotonic_us() + (int64_t)timeout_ms * 1000;
  for (int left = timeout_ms; left > 0; left = milliseconds_until(deadline)) {
    if (wait_for(client, ZMQ_POLLIN, left < LOOK_MS ? left : LOOK_MS)) return true;
    if (!wait_for(client, ZMQ_POLLOUT, 0)) return false;
  }
  return false;
}

static bool receive(struct client *client, struct arena *arena, int timeout_ms, const uint8_t *wanted, struct client_reply *reply) {
  int64_t deadline = clock_monotonic_us() + (int64_t)timeout_ms * 1000;
  do {
    *reply = (struct client_reply){.status = STATUS_UNAVAILABLE};
    int left = milliseconds_until(deadline);
    if (!(wanted ? wait_for_answer(client, left) : wait_for(client, ZMQ_POLLIN, left))) return false;
    if (take(client, arena, wanted, reply)) return true;
  } while (milliseconds_until(deadline) > 0 && !arena->failed);
  *reply = (struct client_reply){.status = STATUS_UNAVAILABLE};
  return false;
}

bool client_receive(struct client *client, struct arena *arena, int timeout_ms, struct client_reply *reply) {
  return receive(client, arena, timeout_ms, NULL, reply);
}

void client_wait(struct client *client, const int *descriptors, size_t count, int timeout_ms) {
  zmq_pollitem_t items[1 + CLIENT_WATCH_MOST] = {{client->socket, 0, ZMQ_POLLIN, 0}};
  if (count > CLIENT_WATCH_MOST) count = CLIENT_WATCH_MOST;
  for (size_t i = 0; i < count; i++) items[1 + i] = (zmq_pollitem_t){NULL, descriptors[i], ZMQ_POLLIN, 0};
  (void)zmq_poll(items, (int)(1 + count), timeout_ms); /* a signal wakes early, which does no harm */
}

/* A reply made here because nothing was sent. */
static void refuse_locally(struct arena *arena, const struct client_call *call, enum sent sent, struct client_reply *reply) {
  static const struct {
    enum status status;
    const char *reason, *zh, *en;
  } local[] = {
      [SENT_TOO_LARGE] = {STATUS_INVALID_ARGUMENT, "REQUEST_TOO_LARGE", "请求超过 1,000,000 字节, 请分批发送。",
                          "The request is larger than 1,000,000 bytes; send it in parts."},
      [SENT_NOT_CONNECTED] = {STATUS_UNAVAILABLE, "NOT_CONNECTED", "连不上服务 (未启动、地址不对或密钥未被接纳), 请求没有发出。",
                              "The service cannot be reached (not running, wrong address, or the key is not admitted); nothing was sent."},
  };
  bool english = call->language && strcmp(call->language, "en") == 0;
  *reply = (struct client_reply){.status = local[sent].status};
  reply->header = (Workrelief__ReplyHeader *)pb_new(arena, &workrelief__reply_header__descriptor);
  if (!reply->header) return;
  reply->header->status = (int)local[sent].status;
  char *reason = arena_strdup(arena, local[sent].reason), *sentence = arena_strdup(arena, english ? local[sent].en : local[sent].zh);
  if (reason) reply->header->reason = reason;
  if (sentence) reply->header->message = sentence;
}

void client_call(struct client *client, struct arena *arena, struct client_call *call, const void *body, size_t body_length,
                 struct client_reply *reply) {
  int timeout_ms = call->timeout_ms > 0 ? call->timeout_ms : TIMEOUT_DEFAULT_MS;
  int connect_ms = call->connect_ms > 0 ? call->connect_ms : CALL_CONNECT_WAIT_MS;
  if (connect_ms > timeout_ms) connect_ms = timeout_ms;
  client->was_ready = false; /* one who waits for the answer may wait for the connection too */
  enum sent sent = send_frames(client, call, body, body_length, connect_ms);
  if (sent != SENT) {
    refuse_locally(arena, call, sent, reply);
    return;
  }
  receive(client, arena, timeout_ms + GRACE_MS, call->request_id, reply);
}

void client_ask(struct client *client, struct arena *arena, struct client_call *call, const message *request, const message_type *reply_type,
                struct client_reply *reply, message **answer) {
  size_t length = 0;
  const uint8_t *body = pb_pack(arena, request, &length);
  *answer = NULL;
  if (!body) {
    *reply = (struct client_reply){.status = STATUS_RESOURCE_EXHAUSTED};
    return;
  }
  client_call(client, arena, call, body, length, reply);
  if (reply->status == STATUS_OK && reply->header) *answer = pb_unpack(arena, reply_type, reply->body, reply->body_length);
}
