/* inner.c - calls that begin inside: followers, workers and gather functions speaking to this daemon or to its siblings. */
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/daemon/runtime.h"
#include "common/daemon/scope.h"

#define SIBLINGS_MOST 8
#define SIBLING_TIMEOUT_MS 15000
#define SOON_MS 2000
#define SOON_CONNECT_MS 200

static _Thread_local int patience_ms = SIBLING_TIMEOUT_MS;
static _Thread_local int connect_wait_ms; /* 0 = as the client has it */

/* Connections of one thread to siblings; opened on first use, closed with the thread's last call of runtime_close_siblings. */
struct sibling {
  char service[32];
  struct client *client;
};
static _Thread_local struct sibling siblings[SIBLINGS_MOST];

static struct identity own_identity(const struct runtime *runtime) {
  struct identity identity = runtime->own_key.identity;
  identity.kind = KEY_SERVICE;
  identity.relations |= SELF;
  identity.duty = WORKRELIEF__DUTY__VALUE__CHECKER;
  return identity;
}

struct call *runtime_submit(struct runtime *runtime, const char *method, const uint8_t *request_id, const message *request) {
  size_t length = protobuf_c_message_get_packed_size(request);
  struct call *call = call_new(runtime, length);
  if (!call) return NULL;
  sem_t waiter;
  sem_init(&waiter, 0, 0);
  call->waiter = &waiter;
  uint8_t id[16];
  if (request_id)
    memcpy(id, request_id, sizeof id);
  else
    uuid7(id, call->now_us);
  Workrelief__RequestHeader header = WORKRELIEF__REQUEST_HEADER__INIT;
  header.version = 1;
  header.method = (char *)method;
  header.request_id = (ProtobufCBinaryData){sizeof id, id};
  header.timeout_ms = 600000;
  struct identity identity = own_identity(runtime);
  size_t packed;
  const uint8_t *body = pb_pack(&call->arena, request, &packed);
  if (body)
    door_admit(call, &header, &identity, body, packed);
  else
    call_unavailable(call, "TOO_LARGE", "请求过大。", "The request is too large.");
  if (call->status == STATUS_OK) {
    door_enqueue(call);
    while (sem_wait(&waiter) != 0) continue;
  } else {
    call_pack_reply(call);
  }
  call->waiter = NULL;
  sem_destroy(&waiter);
  return call;
}

static struct client *sibling_client(struct runtime *runtime, const char *service, const char **problem) {
  struct sibling *free_place = NULL;
  for (size_t i = 0; i < SIBLINGS_MOST; i++) {
    if (siblings[i].client && strcmp(siblings[i].service, service) == 0) return siblings[i].client;
    if (!siblings[i].client && !free_place) free_place = &siblings[i];
  }
  if (!free_place || strlen(service) >= sizeof free_place->service) return *problem = "too many siblings", NULL;
  free_place->client = runtime_sibling_open(runtime, service, problem);
  snprintf(free_place->service, sizeof free_place->service, "%s", service);
  return free_place->client;
}

struct client *runtime_sibling_open(struct runtime *runtime, const char *service, const char **problem) {
  char path[512], name[64];
  struct key key;
  snprintf(path, sizeof path, "%s/keys/%s.pub", runtime->directory, service);
  if (!key_load(path, &key, problem)) return NULL;
  snprintf(name, sizeof name, "%s.endpoint", service);
  return client_open(runtime->context, settings_text(runtime->settings, name), &runtime->own_key, key.public_key, problem);
}

void runtime_set_patience(int timeout_ms) { patience_ms = timeout_ms; }

void runtime_set_connect_wait(int connect_ms) { connect_wait_ms = connect_ms; }

void runtime_close_siblings(void) {
  for (size_t i = 0; i < SIBLINGS_MOST; i++)
    if (siblings[i].client) client_close(&siblings[i].client);
}

static void answer_of_call(struct arena *arena, struct call *call, const message_type *reply_type, struct client_reply *reply, message **answer) {
  reply->status = call->status;
  reply->header = (Workrelief__ReplyHeader *)pb_unpack(arena, &workrelief__reply_header__descriptor, call->reply_header, call->reply_header_length);
  reply->body_length = call->reply_body_length;
  reply->body = arena_memdup(arena, call->reply_body, call->reply_body_length);
  if (call->status == STATUS_OK && reply->body) *answer = pb_unpack(arena, reply_type, reply->body, reply->body_length);
}

static void ask_sibling(struct runtime *runtime, struct arena *arena, const char *service, const char *method, const uint8_t *request_id,
                        bool dry_run, const message *request, const message_type *reply_type, struct client_reply *reply, message **answer) {
  const char *problem = "";
  struct client *client = sibling_client(runtime, service, &problem);
  if (!client) {
    log_warn("cannot reach %s: %s", service, problem);
    return;
  }
  struct client_call call = {.method = method, .timeout_ms = patience_ms, .connect_ms = connect_wait_ms, .dry_run = dry_run};
  if (request_id) memcpy(call.request_id, request_id, sizeof call.request_id);
  client_ask(client, arena, &call, request, reply_type, reply, answer);
}

void runtime_ask_at(struct runtime *runtime, struct arena *arena, const char *service, const char *method, const message *request,
                    const message_type *reply_type, struct client_reply *reply, message **answer) {
  *reply = (struct client_reply){.status = STATUS_UNAVAILABLE};
  *answer = NULL;
  ask_sibling(runtime, arena, service, method, NULL, false, request, reply_type, reply, answer);
}

void runtime_ask_soon(struct runtime *runtime, struct arena *arena, const char *service, const char *method, const message *request,
                      const message_type *reply_type, struct client_reply *reply, message **answer) {
  int patience = patience_ms, connect = connect_wait_ms;
  patience_ms = SOON_MS;
  connect_wait_ms = SOON_CONNECT_MS;
  runtime_ask_at(runtime, arena, service, method, request, reply_type, reply, answer);
  patience_ms = patience;
  connect_wait_ms = connect;
}

void runtime_try(struct runtime *runtime, struct arena *arena, const char *method, const message *request, const message_type *reply_type,
                 struct client_reply *reply, message **answer) {
  char service[32];
  snprintf(service, sizeof service, "%.*s", (int)strcspn(method, "."), method);
  *reply = (struct client_reply){.status = STATUS_UNAVAILABLE};
  *answer = NULL;
  ask_sibling(runtime, arena, service, method, NULL, true, request, reply_type, reply, answer);
}

void runtime_ask(struct runtime *runtime, struct arena *arena, const char *method, const uint8_t *request_id, const message *request,
                 const message_type *reply_type, struct client_reply *reply, message **answer) {
  *reply = (struct client_reply){.status = STATUS_UNAVAILABLE};
  message *ignored;
  if (!answer) answer = &ignored;
  *answer = NULL;
  const char *dot = strchr(method, '.');
  char service[32];
  if (!dot || (size_t)(dot - method) >= sizeof service) return;
  memcpy(service, method, (size_t)(dot - method));
  service[dot - method] = '\0';
  if (strcmp(service, runtime->service->name) != 0)
    return ask_sibling(runtime, arena, service, method, request_id, false, request, reply_type, reply, answer);
  struct call *call = runtime_submit(runtime, method, request_id, request);
  if (!call) return;
  answer_of_call(arena, call, reply_type, reply, answer);
  call_free(call);
}

const char *runtime_directory(const struct runtime *runtime) { return runtime->directory; }

uint32_t runtime_relations(const struct runtime *runtime, const char *scope, const char *unit_id) {
  return scope_relations(runtime->scope, scope, unit_id);
}

struct client *runtime_dial(struct runtime *runtime, const char *endpoint, const char *server_public, const char **problem) {
  return client_open(runtime->context, endpoint, &runtime->own_key, server_public, problem);
}
