/* zap_test.c - who gets through the door of a ROUTER over TCP: nobody without CURVE, nobody with an unknown key, nobody when no ZAP
 * handler runs; User-Id is the client's public key. */
#include "common/bus/zap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include <cmocka.h>

#include "common/base/log.h"
#include "common/bus/socket.h"
#include "tests/lib/scratch.h"

#define REFUSED_MS 700

static void *context;
static struct key_ring *ring;
static struct zap *zap;
static struct key server, known, unknown;

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
  scratch_directory();
  make_key("server", &server);
  make_key("known", &known);
  make_key("unknown", &unknown);
  context = zmq_ctx_new();
  ring = key_ring_new();
  zap = zap_start(context, ring, &problem);
  return zap && key_ring_put(ring, known.public_key, &known.identity) ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  zap_stop(&zap);
  zmq_ctx_term(context);
  key_ring_free(&ring);
  return 0;
}

static void *bind_router(char endpoint[64]) {
  const char *problem = NULL;
  size_t size = 64;
  void *router = bus_router(context, &server, &problem);
  assert_non_null(router);
  assert_int_equal(zmq_bind(router, "tcp://127.0.0.1:*"), 0);
  assert_int_equal(zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, endpoint, &size), 0);
  return router;
}

/* Sends one word and tells whether the router got it; user_id: who it says it was. */
static bool gets_through(void *router, void *dealer, const char *endpoint, char user_id[KEY_Z85_SIZE]) {
  int wait = REFUSED_MS, linger = 0;
  zmq_setsockopt(dealer, ZMQ_SNDTIMEO, &wait, sizeof(wait));
  zmq_setsockopt(dealer, ZMQ_LINGER, &linger, sizeof(linger));
  assert_int_equal(zmq_connect(dealer, endpoint), 0);
  (void)!zmq_send(dealer, "hello", 5, 0);
  zmq_pollitem_t item = {router, 0, ZMQ_POLLIN, 0};
  bool arrived = zmq_poll(&item, 1, REFUSED_MS) > 0;
  if (arrived) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    do assert_true(zmq_msg_recv(&frame, router, 0) >= 0);
    while (zmq_msg_more(&frame));
    const char *id = zmq_msg_gets(&frame, "User-Id");
    snprintf(user_id, KEY_Z85_SIZE, "%s", id ? id : "");
    zmq_msg_close(&frame);
  }
  zmq_close(dealer);
  return arrived;
}

static void *dealer_of(const struct key *own, const char *server_public) {
  const char *problem = NULL;
  void *dealer = bus_dealer(context, own, server_public, &problem);
  assert_non_null(dealer);
  return dealer;
}

static void test_known_key(void **state) {
  (void)state;
  char endpoint[64], user_id[KEY_Z85_SIZE] = "";
  void *router = bind_router(endpoint);
  assert_true(gets_through(router, dealer_of(&known, server.public_key), endpoint, user_id));
  assert_string_equal(user_id, known.public_key);
  assert_int_equal(zap_refused(zap), 0);
  zmq_close(router);
}

static void test_unknown_and_revoked_key(void **state) {
  (void)state;
  char endpoint[64], user_id[KEY_Z85_SIZE] = "";
  void *router = bind_router(endpoint);
  assert_false(gets_through(router, dealer_of(&unknown, server.public_key), endpoint, user_id));
  assert_true(zap_refused(zap) >= 1);
  key_ring_remove(ring, known.public_key);
  assert_false(gets_through(router, dealer_of(&known, server.public_key), endpoint, user_id));
  zmq_close(router);
}

static void test_wrong_server_key(void **state) {
  (void)state;
  char endpoint[64], user_id[KEY_Z85_SIZE] = "";
  void *router = bind_router(endpoint);
  assert_false(gets_through(router, dealer_of(&known, unknown.public_key), endpoint, user_id));
  zmq_close(router);
}

static void test_no_curve(void **state) {
  (void)state;
  char endpoint[64], user_id[KEY_Z85_SIZE] = "";
  void *router = bind_router(endpoint);
  assert_false(gets_through(router, zmq_socket(context, ZMQ_DEALER), endpoint, user_id));
  void *plain = zmq_socket(context, ZMQ_DEALER);
  zmq_setsockopt(plain, ZMQ_PLAIN_USERNAME, "known", 5);
  zmq_setsockopt(plain, ZMQ_PLAIN_PASSWORD, "known", 5);
  assert_false(gets_through(router, plain, endpoint, user_id));
  zmq_close(router);
}

/* Without a handler nobody comes in: the domain is set and enforced. */
static void test_no_handler(void **state) {
  (void)state;
  char endpoint[64], user_id[KEY_Z85_SIZE] = "";
  zap_stop(&zap);
  assert_null(zap);
  void *router = bind_router(endpoint);
  assert_false(gets_through(router, dealer_of(&known, server.public_key), endpoint, user_id));
  zmq_close(router);
}

static void test_second_handler_is_refused(void **state) {
  (void)state;
  const char *problem = NULL;
  assert_null(zap_start(context, ring, &problem));
  assert_non_null(strstr(problem, "ZAP"));
}

/* Other questions at the handler's door than libzmq's own are answered 400 and end nothing. */
static void test_odd_questions(void **state) {
  (void)state;
  static const char *const odd[][8] = {
      {"1.0", "1"},
      {"2.0", "1", BUS_ZAP_DOMAIN, "", "", "CURVE", "01234567890123456789012345678901"},
      {"1.0", "1", "other", "", "", "CURVE", "01234567890123456789012345678901"},
      {"1.0", "1", BUS_ZAP_DOMAIN, "", "", "PLAIN", "01234567890123456789012345678901"},
      {"1.0", "1", BUS_ZAP_DOMAIN, "", "", "CURVE", "short"},
      {"1.0", "1", BUS_ZAP_DOMAIN, "", "", "CURVE", "01234567890123456789012345678901", "more"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(odd); i++) {
    void *asker = zmq_socket(context, ZMQ_REQ);
    char frame[64];
    int linger = 0;
    zmq_setsockopt(asker, ZMQ_LINGER, &linger, sizeof(linger));
    assert_int_equal(zmq_connect(asker, "inproc://zeromq.zap.01"), 0);
    for (size_t j = 0; j < ARRAY_LENGTH(odd[i]) && odd[i][j]; j++)
      zmq_send(asker, odd[i][j], strlen(odd[i][j]), j + 1 < ARRAY_LENGTH(odd[i]) && odd[i][j + 1] ? ZMQ_SNDMORE : 0);
    for (int j = 0; j < 6; j++) {
      int length = zmq_recv(asker, frame, sizeof(frame), 0);
      assert_true(length >= 0);
      if (j == 2) assert_memory_equal(frame, "400", 3);
      if (j == 4) assert_int_equal(length, 0);
    }
    zmq_close(asker);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  log_open("zap_test", LOG_ERROR);
  const struct CMUnitTest tests[] = {
      TEST(test_known_key),  TEST(test_unknown_and_revoked_key),   TEST(test_wrong_server_key), TEST(test_no_curve),
      TEST(test_no_handler), TEST(test_second_handler_is_refused), TEST(test_odd_questions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
