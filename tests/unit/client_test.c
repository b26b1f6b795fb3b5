/* client_test.c - the caller's side against a scripted server over TCP: matching by request id, stale and odd replies, silence,
 * size, refusal. */
#include "common/bus/client.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/bus/socket.h"
#include "common/bus/zap.h"
#include "common/crypto/hash.h"
#include "tests/lib/scratch.h"

static void *context;
static struct key_ring *ring;
static struct zap *zap;
static struct key server, own;
static char endpoint[64];
static void *router;
static struct arena arena;

static void make_key(const char *name, struct key *key) {
  struct identity identity = {.kind = KEY_PRINCIPAL};
  const char *problem = NULL;
  char file[80];
  snprintf(identity.principal, sizeof(identity.principal), "%s", name);
  snprintf(file, sizeof(file), "%s.key", name);
  if (!key_generate(scratch_path("."), &identity, &problem) || !key_load(scratch_path(file), key, &problem)) fail_msg("%s", problem);
}

static int setup(void **state) {
  (void)state;
  const char *problem = NULL;
  size_t size = sizeof(endpoint);
  scratch_directory();
  make_key("server", &server);
  make_key("own", &own);
  context = zmq_ctx_new();
  ring = key_ring_new();
  zap = zap_start(context, ring, &problem);
  if (!zap || !key_ring_put(ring, own.public_key, &own.identity)) return -1;
  router = bus_router(context, &server, &problem);
  arena_init(&arena, 8 << 20);
  return router && zmq_bind(router, "tcp://127.0.0.1:*") == 0 && zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0 ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  zmq_close(router);
  zap_stop(&zap);
  zmq_ctx_term(context);
  key_ring_free(&ring);
  arena_reset(&arena);
  return 0;
}

/* --- the scripted server: takes one call, plays one script --- */

struct heard {
  char peer[256];
  size_t peer_length;
  uint8_t header[4096];
  size_t header_length;
  size_t body_length;
};

static void reply_with(const struct heard *heard, const uint8_t *id, size_t id_length, int status, const char *body) {
  Workrelief__ReplyHeader header;
  uint8_t bytes[256], copy[64];
  workrelief__reply_header__init(&header);
  memcpy(copy, id, id_length);
  header.version = 1;
  header.request_id = (ProtobufCBinaryData){id_length, copy};
  header.status = status;
  size_t length = workrelief__reply_header__pack(&header, bytes);
  zmq_send(router, heard->peer, heard->peer_length, ZMQ_SNDMORE);
  zmq_send(router, bytes, length, ZMQ_SNDMORE);
  zmq_send(router, body, strlen(body), 0);
}

static bool hear(struct heard *heard) {
  zmq_msg_t body;
  int length = zmq_recv(router, heard->peer, sizeof(heard->peer), 0);
  if (length < 0) return false;
  heard->peer_length = (size_t)length;
  heard->header_length = (size_t)zmq_recv(router, heard->header, sizeof(heard->header), 0);
  zmq_msg_init(&body);
  zmq_msg_recv(&body, router, 0);
  heard->body_length = zmq_msg_size(&body);
  bool last = !zmq_msg_more(&body);
  zmq_msg_close(&body);
  return last;
}

static Workrelief__RequestHeader *header_of(const struct heard *heard) {
  return workrelief__request_header__unpack(NULL, heard->header_length, heard->header);
}

static void *answer_plainly(void *argument) {
  struct heard *heard = argument;
  if (!hear(heard)) return NULL;
  Workrelief__RequestHeader *request = header_of(heard);
  reply_with(heard, request->request_id.data, 16, STATUS_OK, "");
  workrelief__request_header__free_unpacked(request, NULL);
  return NULL;
}

/* One frame, three frames, rubbish, another's id and an id of a wrong length come before the reply. */
static void *answer_oddly(void *argument) {
  struct heard *heard = argument;
  if (!hear(heard)) return NULL;
  Workrelief__RequestHeader *request = header_of(heard);
  uint8_t other[16] = {1, 2, 3};
  zmq_send(router, heard->peer, heard->peer_length, ZMQ_SNDMORE);
  zmq_send(router, "one frame", 9, 0);
  zmq_send(router, heard->peer, heard->peer_length, ZMQ_SNDMORE);
  zmq_send(router, "a", 1, ZMQ_SNDMORE);
  zmq_send(router, "b", 1, ZMQ_SNDMORE);
  zmq_send(router, "c", 1, 0);
  zmq_send(router, heard->peer, heard->peer_length, ZMQ_SNDMORE);
  zmq_send(router, "\xff\xff\xff", 3, ZMQ_SNDMORE);
  zmq_send(router, "", 0, 0);
  reply_with(heard, other, 16, STATUS_INTERNAL, "not yours");
  reply_with(heard, request->request_id.data, 15, STATUS_INTERNAL, "too short");
  reply_with(heard, request->request_id.data, 16, STATUS_NOT_FOUND, "yours");
  workrelief__request_header__free_unpacked(request, NULL);
  return NULL;
}

static struct client *open_client(void) {
  const char *problem = NULL;
  struct client *client = client_open(context, endpoint, &own, server.public_key, &problem);
  assert_non_null(client);
  return client;
}

/* --- tests --- */

static void test_header_says_all(void **state) {
  (void)state;
  struct heard heard = {0};
  pthread_t thread;
  Workrelief__Position position, *after[] = {&position};
  Workrelief__Caller caller;
  char service[] = "registry", principal[] = "clerk", unit[] = "140214-jtj";
  workrelief__position__init(&position);
  position.service = service;
  position.seq = 7;
  workrelief__caller__init(&caller);
  caller.principal = principal;
  caller.unit_id = unit;
  struct client_call call = {
      .method = "registry.GetProject", .timeout_ms = 2000, .language = "en", .dry_run = true, .caller = &caller, .after = after, .n_after = 1};
  struct client_reply reply;
  struct client *client = open_client();
  pthread_create(&thread, NULL, answer_plainly, &heard);
  client_call(client, &arena, &call, "body", 4, &reply);
  pthread_join(thread, NULL);
  assert_int_equal(reply.status, STATUS_OK);
  assert_non_null(reply.header);
  assert_int_equal(heard.body_length, 4);
  Workrelief__RequestHeader *request = header_of(&heard);
  assert_int_equal(request->version, 1);
  assert_string_equal(request->method, "registry.GetProject");
  assert_memory_equal(request->request_id.data, call.request_id, 16);
  assert_int_equal(call.request_id[6] >> 4, 7);
  assert_int_equal(request->timeout_ms, 2000);
  assert_string_equal(request->language, "en");
  assert_true(request->dry_run);
  assert_int_equal(request->n_after, 1);
  assert_int_equal(request->after[0]->seq, 7);
  assert_string_equal(request->caller->unit_id, "140214-jtj");
  workrelief__request_header__free_unpacked(request, NULL);
  client_close(&client);
  assert_null(client);
}

static void test_only_its_own_reply(void **state) {
  (void)state;
  struct heard heard = {0};
  pthread_t thread;
  struct client_call call = {.method = "registry.GetProject", .timeout_ms = 2000};
  struct client_reply reply;
  struct client *client = open_client();
  pthread_create(&thread, NULL, answer_oddly, &heard);
  client_call(client, &arena, &call, "", 0, &reply);
  pthread_join(thread, NULL);
  assert_int_equal(reply.status, STATUS_NOT_FOUND);
  assert_int_equal(reply.body_length, 5);
  assert_memory_equal(reply.body, "yours", 5);
  client_close(&client);
}

static void test_silence_is_unknown(void **state) {
  (void)state;
  struct client_call call = {.method = "registry.GetProject", .timeout_ms = 100};
  struct client_reply reply;
  struct client *client = open_client();
  client_call(client, &arena, &call, "", 0, &reply);
  assert_int_equal(reply.status, STATUS_UNAVAILABLE);
  assert_null(reply.header);
  client_close(&client);
}

static void test_too_large_is_refused_here(void **state) {
  (void)state;
  static char body[BUS_BODY_MAX + 1];
  const char *problem = NULL;
  struct client_call call = {.method = "registry.GetProject", .timeout_ms = 1000};
  struct client_reply reply;
  struct client *client = open_client();
  client_call(client, &arena, &call, body, sizeof(body), &reply);
  assert_int_equal(reply.status, STATUS_INVALID_ARGUMENT);
  assert_string_equal(reply.header->reason, "REQUEST_TOO_LARGE");
  assert_false(client_send(client, &call, body, sizeof(body), &problem));
  assert_non_null(strstr(problem, "1000001"));
  assert_true(client_send(client, &call, body, BUS_BODY_MAX, &problem)); /* the largest that is allowed does arrive */
  struct heard heard = {0};
  assert_true(hear(&heard));
  assert_int_equal(heard.body_length, BUS_BODY_MAX);
  client_close(&client);
}

static void test_many_outstanding(void **state) {
  (void)state;
  enum { COUNT = 1024 };
  const char *problem = NULL;
  struct client *client = open_client();
  struct heard heard;
  for (int i = 0; i < COUNT; i++) {
    struct client_call call = {.method = "registry.GetProject"};
    if (!client_send(client, &call, "x", 1, &problem)) fail_msg("call %d: %s", i, problem);
  }
  for (int i = 0; i < COUNT; i++) {
    assert_true(hear(&heard));
    Workrelief__RequestHeader *request = header_of(&heard);
    reply_with(&heard, request->request_id.data, 16, STATUS_OK, "");
    workrelief__request_header__free_unpacked(request, NULL);
  }
  for (int i = 0; i < COUNT; i++) {
    struct client_reply reply;
    assert_true(client_receive(client, &arena, 2000, &reply));
    arena_reset(&arena);
  }
  client_close(&client);
}

static void assert_not_connected(const struct key *with, const char *to, const char *server_public) {
  const char *problem = NULL;
  struct client_call call = {.method = "registry.GetProject", .timeout_ms = 400};
  struct client_reply reply;
  struct client *client = client_open(NULL, to, with, server_public, &problem);
  assert_non_null(client);
  client_call(client, &arena, &call, "", 0, &reply);
  assert_int_equal(reply.status, STATUS_UNAVAILABLE);
  assert_string_equal(reply.header->reason, "NOT_CONNECTED");
  client_close(&client);
}

static void test_not_let_in(void **state) {
  (void)state;
  struct key stranger;
  make_key("stranger", &stranger);
  assert_not_connected(&stranger, endpoint, server.public_key);
  assert_not_connected(&own, endpoint, stranger.public_key);
  assert_not_connected(&own, "tcp://127.0.0.1:1", server.public_key);
}

static void test_bad_endpoint(void **state) {
  (void)state;
  const char *problem = NULL;
  assert_null(client_open(NULL, "nowhere", &own, server.public_key, &problem));
  assert_non_null(problem);
  assert_null(client_open(NULL, endpoint, &own, "short", &problem));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  log_open("client_test", LOG_ERROR);
  const struct CMUnitTest tests[] = {
      TEST(test_header_says_all),  TEST(test_only_its_own_reply), TEST(test_silence_is_unknown), TEST(test_too_large_is_refused_here),
      TEST(test_many_outstanding), TEST(test_not_let_in),         TEST(test_bad_endpoint),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
