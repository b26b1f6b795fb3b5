/* workforce_rules_test.c - R108: the same worker and day twice in one batch; the digest of a sealed month. Tables of cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "services/workforce/rules.c"

#define LINES 6

static void test_repeats(void **state) {
  (void)state;
  static const struct {
    struct entry entries[LINES];
    size_t count;
    struct repeat expected[LINES];
    size_t repeats;
  } cases[] = {
      {{{0}}, 0, {{0}}, 0},
      {{{7, "2026-06-22", 0}}, 1, {{0}}, 0},
      {{{7, "2026-06-22", 0}, {7, "2026-06-23", 1}, {8, "2026-06-22", 2}}, 3, {{0}}, 0},
      {{{7, "2026-06-22", 0}, {8, "2026-06-22", 1}, {7, "2026-06-22", 2}}, 3, {{2, 0}}, 1},
      {{{9, "2026-06-22", 0}, {7, "2026-06-22", 1}, {9, "2026-06-22", 2}, {7, "2026-06-22", 3}, {9, "2026-06-22", 4}},
       5,
       {{3, 1}, {2, 0}, {4, 0}},
       3}, /* by worker, each against the first of its kind */
      {{{-1, "2026-06-22", 0}, {INT64_MAX, "2026-06-22", 1}, {-1, "2026-06-22", 2}}, 3, {{2, 0}}, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct entry entries[LINES];
    struct repeat found[LINES] = {{0}};
    memcpy(entries, cases[i].entries, sizeof entries);
    assert_int_equal(find_repeats(entries, cases[i].count, found, LINES), cases[i].repeats);
    assert_memory_equal(found, cases[i].expected, sizeof found[0] * cases[i].repeats);
  }
}

static void test_repeats_beyond_the_limit_are_counted(void **state) {
  (void)state;
  struct entry entries[] = {{7, "2026-06-22", 0}, {7, "2026-06-22", 1}, {7, "2026-06-22", 2}, {7, "2026-06-22", 3}};
  struct repeat found[1];
  assert_int_equal(find_repeats(entries, 4, found, 1), 3);
  assert_int_equal(found[0].line, 1);
}

/* Each step by the definition in proto/workforce.proto; any other line, order, count or sum gives another digest. */
static void test_digest_is_the_chain_of_the_contract(void **state) {
  (void)state;
  struct seal_digest digest, other;
  uint8_t first[SM3_SIZE + sizeof "7|22:100|XY-7|DAY|20000" - 1] = {0}, expected[SM3_SIZE];
  memcpy(first + SM3_SIZE, "7|22:100|XY-7|DAY|20000", sizeof first - SM3_SIZE);
  sm3_of(first, sizeof first, expected);
  seal_digest_begin(&digest);
  seal_digest_add(&digest, "7|22:100|XY-7|DAY|20000");
  assert_memory_equal(digest.value, expected, SM3_SIZE);
  uint8_t last[SM3_SIZE + sizeof "P-1|2026-06|1|100" - 1];
  memcpy(last, expected, SM3_SIZE);
  memcpy(last + SM3_SIZE, "P-1|2026-06|1|100", sizeof last - SM3_SIZE);
  sm3_of(last, sizeof last, expected);
  seal_digest_end(&digest, "P-1", "2026-06", 1, 100);
  assert_memory_equal(digest.value, expected, SM3_SIZE);
  static const struct {
    const char *line, *month;
    int32_t workers;
    int64_t days;
  } changes[] = {{"7|22:99|XY-7|DAY|20000", "2026-06", 1, 100},  {"7|22:100|XY-7|DAY|20001", "2026-06", 1, 100},
                 {"8|22:100|XY-7|DAY|20000", "2026-06", 1, 100}, {"7|22:100|XY-7|DAY|20000", "2026-07", 1, 100},
                 {"7|22:100|XY-7|DAY|20000", "2026-06", 2, 100}, {"7|22:100|XY-7|DAY|20000", "2026-06", 1, 101}};
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    seal_digest_begin(&other);
    seal_digest_add(&other, changes[i].line);
    seal_digest_end(&other, "P-1", changes[i].month, changes[i].workers, changes[i].days);
    assert_memory_not_equal(other.value, digest.value, SM3_SIZE);
  }
}

static int open_hash(void **state) {
  (void)state;
  return hash_open() ? 0 : -1;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_repeats),
      cmocka_unit_test(test_repeats_beyond_the_limit_are_counted),
      cmocka_unit_test(test_digest_is_the_chain_of_the_contract),
  };
  return cmocka_run_group_tests(tests, open_hash, NULL);
}
