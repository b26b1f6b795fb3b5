/* The horizon of request ids never calls a known id new. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/crypto/hash.h"
#include "common/daemon/horizon.h"

static const uint8_t all[16] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

static int setup(void **state) { return (*state = horizon_new()) && hash_open() ? 0 : -1; }

static int teardown(void **state) {
  struct horizon *horizon = *state;
  horizon_free(&horizon);
  return 0;
}

static void test_old_ids_may_be_known(void **state) {
  uint8_t old[16], largest[16], fresh[16];
  uuid7(old, clock_now_us() - 2000000);
  uuid7(largest, clock_now_us() - 1000000);
  uuid7(fresh, clock_now_us());
  horizon_reset(*state, largest, all);
  assert_true(horizon_may_be_known(*state, old));
  assert_true(horizon_may_be_known(*state, largest));
  assert_false(horizon_may_be_known(*state, fresh));
}

static void test_written_ids_are_known(void **state) {
  uint8_t nothing[16] = {0}, id[16];
  horizon_reset(*state, nothing, all);
  uuid7(id, clock_now_us());
  horizon_remember(*state, id);
  assert_true(horizon_may_be_known(*state, id));
}

static void test_ids_of_a_far_future_are_always_looked_up(void **state) {
  uint8_t nothing[16] = {0}, future[16], fresh[16];
  memset(future, 0xff, sizeof future);
  horizon_reset(*state, nothing, all);
  assert_true(horizon_may_be_known(*state, future));
  horizon_remember(*state, future); /* does not raise the horizon over everybody else's ids */
  uuid7(fresh, clock_now_us());
  assert_false(horizon_may_be_known(*state, fresh));
  assert_true(horizon_may_be_known(*state, future));
}

/* An id from beyond the hour that was written stays one to be looked up when the hour has caught up with it. */
static void test_an_id_whose_time_has_come_is_looked_up(void **state) {
  uint8_t nothing[16] = {0}, written[16], found[16], latest[16];
  uuid7(written, clock_now_us() + (int64_t)3600 * 1000000 + 40000);
  uuid7(found, clock_now_us() + (int64_t)3600 * 1000000 + 20000);
  horizon_reset(*state, nothing, all);
  horizon_remember(*state, written);
  do horizon_latest(latest);
  while (memcmp(latest, written, sizeof latest) <= 0);
  assert_true(horizon_may_be_known(*state, written));
  horizon_reset(*state, nothing, found); /* and so does one that stood in the journal */
  assert_true(horizon_may_be_known(*state, found));
}

static void test_a_full_set_loses_nothing(void **state) {
  static uint8_t ids[100000][16];
  uint8_t nothing[16] = {0};
  horizon_reset(*state, nothing, all);
  for (size_t i = 0; i < 100000; i++) {
    uuid7(ids[i], clock_now_us() - (int64_t)(i % 7) * 1000);
    horizon_remember(*state, ids[i]);
  }
  for (size_t i = 0; i < 100000; i++) assert_true(horizon_may_be_known(*state, ids[i]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_old_ids_may_be_known, setup, teardown),
      cmocka_unit_test_setup_teardown(test_written_ids_are_known, setup, teardown),
      cmocka_unit_test_setup_teardown(test_ids_of_a_far_future_are_always_looked_up, setup, teardown),
      cmocka_unit_test_setup_teardown(test_an_id_whose_time_has_come_is_looked_up, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_full_set_loses_nothing, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
