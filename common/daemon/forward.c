/* forward.c - the gateway passes calls for its sibling services on, in the name of who asked, and brings the answers back. Nothing is
 * stored here: the service that executes answers for it, and the asker's request id makes a repeat harmless. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/bus/socket.h"
#include "common/daemon/front.h"

#define PENDING_SIZE 16384 /* calls under way; a power of two */
#define SIBLINGS_MOST 8

static const char *const sibling_names[] = {"registry", "workforce", "payroll", "evaluation"};

struct pending {
  int64_t hop_id; /* 0 = free */
  int64_t asker_hop_id, deadline_us;
  uint8_t route[ROUTE_SIZE], request_id[16];
  size_t route_length;
  bool english;
};

struct forward {
  struct front *front;
  void *sockets[SIBLINGS_MOST];
  const char *names[SIBLINGS_MOST];
  size_t count;
  int64_t next_hop_id;
  struct pending pending[PENDING_SIZE];
};

static bool open_sibling(struct forward *forward, const char *name, const char **problem) {
  struct runtime *runtime = forward->front->runtime;
  char path[512], setting[64];
  struct key key;
  snprintf(path, sizeof path, "%s/keys/%s.pub", runtime->directory, name);
  snprintf(setting, sizeof setting, "%s.endpoint", name);
  if (!key_load(path, &key, problem)) return false;
  void *socket = bus_dealer(runtime->context, &runtime->own_key, key.public_key, problem);
  if (!socket) return false;
  forward->sockets[forward->count] = socket;
  forward->names[forward->count++] = name;
  if (zmq_connect(socket, settings_text(runtime->settings, setting)) == 0) return true;
  *problem = "a sibling's endpoint is no address";
  return false;
}

struct forward *forward_open(struct front *front, const char **problem) {
  struct forward *forward = calloc(1, sizeof *forward);
  if (!forward) return *problem = "out of memory", NULL;
  forward->front = front;
  for (size_t i = 0; i < ARRAY_LENGTH(sibling_names); i++)
    if (!open_sibling(forward, sibling_names[i], problem)) {
      forward_close(forward);
      return NULL;
    }
  return forward;
}

void forward_close(struct forward *forward) {
  for (size_t i = 0; i < forward->count; i++) zmq_close(forward->sockets[i]);
  free(forward);
}

size_t forward_items(struct forward *forward, zmq_pollitem_t *items) {
  for (size_t i = 0; i < forward->count; i++) items[i] = (zmq_pollitem_t){.socket = forward->sockets[i], .events = ZMQ_POLLIN};
  return forward->count;
}

/* "payroll.X" and "payroll:journal.Read" are payroll's; *method is what payroll is asked for. */
static void *socket_for(struct forward *forward, const char *wire_name, const char **method) {
  size_t length = strcspn(wire_name, ".:");
  for (size_t i = 0; i < forward->count; i++)
    if (strlen(forward->names[i]) == length && strncmp(forward->names[i], wire_name, length) == 0) {
      *method = wire_name[length] == ':' ? wire_name + length + 1 : wire_name;
      return forward->sockets[i];
    }
  return NULL;
}

struct own_answer {
  enum status status;
  const char *reason, *zh, *en;
};
static const struct own_answer not_honoured = {STATUS_PERMISSION_DENIED, "CALLER_NOT_HONOURED", "只有网关和服务密钥可以代他人发言。",
                                               "Only a gateway or a service key may speak for somebody else."};
static const struct own_answer service_away = {STATUS_UNAVAILABLE, "SERVICE_AWAY", "后端服务未运行，未办理；请稍后用同一请求编号重试。",
                                               "The service is not running and nothing was done; send it again later with the same request id."};
static const struct own_answer no_answer = {STATUS_UNAVAILABLE, "NO_ANSWER", "后端服务未在时限内答复，结果未知；请用同一请求编号重试。",
                                            "The service gave no answer in time and the outcome is unknown; send it again with the same request id."};

static void answer(struct forward *forward, const uint8_t *route, size_t route_length, const uint8_t *request_id, int64_t hop_id,
                   const struct own_answer *refusal, bool english) {
  Workrelief__ReplyHeader header = WORKRELIEF__REPLY_HEADER__INIT;
  uint8_t bytes[512];
  header.version = 1;
  header.request_id = (ProtobufCBinaryData){16, (uint8_t *)request_id};
  header.status = (int32_t)refusal->status;
  header.reason = (char *)refusal->reason;
  header.message = (char *)(english ? refusal->en : refusal->zh);
  header.retry_after_ms = status_is_retryable(refusal->status) ? 1000 : 0;
  size_t length = workrelief__reply_header__get_packed_size(&header);
  if (length > sizeof bytes) return;
  workrelief__reply_header__pack(&header, bytes);
  front_send(forward->front, route, route_length, bytes, length, hop_id, "", 0);
}

static struct pending *pending_new(struct forward *forward) {
  struct pending *pending = &forward->pending[++forward->next_hop_id & (PENDING_SIZE - 1)];
  if (pending->hop_id) return NULL; /* so many calls later the one before has still no answer: we are full */
  pending->hop_id = forward->next_hop_id;
  return pending;
}

/* The caller as the services shall see him. A gateway or a service may itself speak for somebody. */
static Workrelief__Caller *caller_of(struct arena *arena, const struct identity *speaker, const Workrelief__RequestHeader *header) {
  if (speaker->kind != KEY_PRINCIPAL && header->caller) return header->caller;
  Workrelief__Caller *caller = (Workrelief__Caller *)pb_new(arena, &workrelief__caller__descriptor);
  if (!caller) return NULL;
  caller->principal = arena_strdup(arena, speaker->principal);
  caller->unit_id = arena_strdup(arena, speaker->unit_id);
  caller->duty = (Workrelief__Duty__Value)speaker->duty;
  caller->relations = arena_array(arena, 32, sizeof *caller->relations);
  for (unsigned i = 0; caller->relations && i < 32; i++)
    if (speaker->relations & (1u << i)) caller->relations[caller->n_relations++] = (Workrelief__Relation__Value)i;
  return arena->failed ? NULL : caller;
}

static bool claims_another(const struct identity *speaker, const Workrelief__RequestHeader *header) {
  const Workrelief__Caller *claimed = header->caller;
  return speaker->kind == KEY_PRINCIPAL && claimed && claimed->principal[0] &&
         (strcmp(claimed->principal, speaker->principal) != 0 || strcmp(claimed->unit_id, speaker->unit_id) != 0);
}

static bool pass_on(void *socket, const struct identity *speaker, const Workrelief__RequestHeader *header, const char *method, int64_t hop_id,
                    const void *body, size_t body_length) {
  struct arena arena;
  arena_init(&arena, 65536);
  Workrelief__RequestHeader onward = *header;
  onward.method = (char *)method;
  onward.hop_id = hop_id;
  onward.caller = caller_of(&arena, speaker, header);
  size_t length;
  const uint8_t *bytes = onward.caller ? pb_pack(&arena, &onward.base, &length) : NULL;
  bool sent = bytes && zmq_send(socket, bytes, length, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 && zmq_send(socket, body, body_length, ZMQ_DONTWAIT) >= 0;
  arena_reset(&arena);
  return sent;
}

bool forward_take(struct forward *forward, const struct identity *speaker, const Workrelief__RequestHeader *header, const uint8_t *route,
                  size_t route_length, const void *body, size_t body_length) {
  const char *method = "";
  void *socket = socket_for(forward, header->method, &method);
  if (!socket) return false;
  static const uint8_t no_id[16];
  const uint8_t *request_id = header->request_id.len == 16 ? header->request_id.data : no_id;
  const bool english = strcmp(header->language, "en") == 0;
  if (claims_another(speaker, header)) {
    log_warn("caller claimed to be another principal=%s", speaker->principal);
    answer(forward, route, route_length, request_id, header->hop_id, &not_honoured, english);
    return true;
  }
  struct pending *pending = pending_new(forward);
  if (!pending || !pass_on(socket, speaker, header, method, pending->hop_id, body, body_length)) {
    if (pending) pending->hop_id = 0;
    answer(forward, route, route_length, request_id, header->hop_id, &service_away, english);
    return true;
  }
  int64_t timeout_us = header->timeout_ms > 0 ? (int64_t)header->timeout_ms * 1000 : forward->front->runtime->call_timeout_us;
  pending->asker_hop_id = header->hop_id;
  pending->english = english;
  pending->deadline_us = clock_monotonic_us() + timeout_us;
  pending->route_length = route_length;
  memcpy(pending->route, route, route_length);
  memcpy(pending->request_id, request_id, sizeof pending->request_id);
  return true;
}

static void return_reply(struct forward *forward, zmq_msg_t *header_frame, zmq_msg_t *body_frame) {
  struct arena arena;
  arena_init(&arena, 1 << 20);
  Workrelief__ReplyHeader *header =
      (Workrelief__ReplyHeader *)pb_unpack(&arena, &workrelief__reply_header__descriptor, zmq_msg_data(header_frame), zmq_msg_size(header_frame));
  struct pending *pending = header ? &forward->pending[header->hop_id & (PENDING_SIZE - 1)] : NULL;
  if (pending && pending->hop_id && pending->hop_id == header->hop_id) {
    size_t length;
    header->hop_id = 0;
    const uint8_t *bytes = pb_pack(&arena, &header->base, &length);
    if (bytes)
      front_send(forward->front, pending->route, pending->route_length, bytes, length, pending->asker_hop_id, zmq_msg_data(body_frame),
                 zmq_msg_size(body_frame));
    pending->hop_id = 0;
  }
  arena_reset(&arena);
}

void forward_receive(struct forward *forward, size_t socket) {
  for (int i = 0; i < 64; i++) {
    zmq_msg_t frames[2];
    zmq_msg_init(&frames[0]);
    zmq_msg_init(&frames[1]);
    bool whole = zmq_msg_recv(&frames[0], forward->sockets[socket], ZMQ_DONTWAIT) >= 0 && zmq_msg_more(&frames[0]) &&
                 zmq_msg_recv(&frames[1], forward->sockets[socket], 0) >= 0;
    if (whole) return_reply(forward, &frames[0], &frames[1]);
    zmq_msg_close(&frames[0]);
    zmq_msg_close(&frames[1]);
    if (!whole) return;
  }
}

void forward_expire(struct forward *forward) {
  int64_t now = clock_monotonic_us();
  for (size_t i = 0; i < PENDING_SIZE; i++) {
    struct pending *pending = &forward->pending[i];
    if (!pending->hop_id || now < pending->deadline_us) continue;
    answer(forward, pending->route, pending->route_length, pending->request_id, pending->asker_hop_id, &no_answer, pending->english);
    pending->hop_id = 0;
  }
}
