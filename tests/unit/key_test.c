/* key_test.c - CURVE key files and the ring: modes, pairs that are none, junk lines, revocation. */
#include "common/bus/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/crypto/key_file.h"
#include "header.pb-c.h"
#include "tests/lib/scratch.h"

static const struct identity clerk = {.principal = "jtj-clerk",
                                      .unit_id = "140214-jtj",
                                      .kind = KEY_PRINCIPAL,
                                      .duty = WORKRELIEF__DUTY__VALUE__MAKER,
                                      .relations = 1u << WORKRELIEF__RELATION__VALUE__BUREAU | 1u << WORKRELIEF__RELATION__VALUE__OFFICE};

static int setup(void **state) {
  (void)state;
  scratch_directory();
  return 0;
}

static void make_key(const char *principal) {
  const char *problem = NULL;
  struct identity identity = clerk;
  snprintf(identity.principal, sizeof(identity.principal), "%s", principal);
  if (!key_generate(scratch_path("."), &identity, &problem)) fail_msg("%s", problem);
}

static void assert_load_refused(const char *name, const char *word) {
  struct key key;
  const char *problem = NULL;
  assert_false(key_load(scratch_path(name), &key, &problem));
  if (!strstr(problem, word)) fail_msg("'%s' does not say '%s'", problem, word);
  assert_int_equal(key.secret_key[0], 0);
}

static void test_round_trip(void **state) {
  (void)state;
  struct key pair, public_half;
  struct stat about;
  const char *problem = NULL;
  make_key("jtj-clerk");
  assert_true(key_load(scratch_path("jtj-clerk.key"), &pair, &problem));
  assert_true(key_load(scratch_path("jtj-clerk.pub"), &public_half, &problem));
  assert_string_equal(pair.public_key, public_half.public_key);
  assert_int_equal(strlen(pair.secret_key), KEY_Z85_SIZE - 1);
  assert_int_equal(public_half.secret_key[0], 0);
  assert_memory_equal(&pair.identity, &clerk, sizeof(clerk));
  assert_memory_equal(&public_half.identity, &clerk, sizeof(clerk));
  assert_int_equal(stat(scratch_path("jtj-clerk.key"), &about), 0);
  assert_int_equal(about.st_mode & 0777, 0600);
}

static void test_names_and_replacing(void **state) {
  (void)state;
  const char *problem = NULL;
  static const char *const bad[] = {"", "../x", "a/b", ".hidden", "a b", "张三"};
  for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
    struct identity identity = clerk;
    snprintf(identity.principal, sizeof(identity.principal), "%s", bad[i]);
    assert_false(key_generate(scratch_path("."), &identity, &problem));
  }
  make_key("jtj-clerk");
  assert_false(key_generate(scratch_path("."), &clerk, &problem));
}

static void test_mode(void **state) {
  (void)state;
  make_key("jtj-clerk");
  static const mode_t open_modes[] = {0640, 0604, 0620, 0666};
  for (size_t i = 0; i < ARRAY_LENGTH(open_modes); i++) {
    assert_int_equal(chmod(scratch_path("jtj-clerk.key"), open_modes[i]), 0);
    assert_load_refused("jtj-clerk.key", "chmod 600");
  }
  assert_int_equal(rename(scratch_path("jtj-clerk.key"), scratch_path("leak.pub")), 0);
  assert_load_refused("leak.pub", "with a secret");
  assert_load_refused("absent.key", "No such file");
  assert_load_refused(".", "regular");
}

static void test_junk(void **state) {
  (void)state;
  char text[1024];
  struct key first, second;
  const char *problem = NULL;
  make_key("first");
  make_key("second");
  assert_true(key_load(scratch_path("first.key"), &first, &problem));
  assert_true(key_load(scratch_path("second.key"), &second, &problem));
  const struct {
    const char *format, *word;
  } cases[] = {
      {"public = %s\nsecret = %s\nprincipal = x\n", "no pair"},
      {"public = short%.0s%.0s\nprincipal = x\n", "no pair"},
      {"public = %s%.0s\n", "no principal"},
      {"public = %s%.0s\nprincipal = x\nduty = KING\n", "line 3"},
      {"public = %s%.0s\nprincipal = x\nrelations = BUREAU KING\n", "line 3"},
      {"public = %s%.0s\nprincipal = x\nkind = root\n", "line 3"},
      {"public = %s%.0s\nprincipal = x\nnonsense\n", "line 3"},
      {"public = %s%.0s\nprincipal = xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", "line 2"},
      {"%.0s%.0s", "no principal"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof(text), cases[i].format, first.public_key, second.secret_key);
#pragma GCC diagnostic pop
    scratch_write("case.key", text, 0600);
    assert_load_refused("case.key", cases[i].word);
  }
}

static void test_ring(void **state) {
  (void)state;
  const char *problem = NULL;
  struct key first, second;
  struct identity found;
  make_key("first");
  make_key("second");
  assert_true(key_load(scratch_path("first.key"), &first, &problem));
  assert_true(key_load(scratch_path("second.key"), &second, &problem));
  struct key_ring *ring = key_ring_new();
  assert_false(key_ring_find(ring, first.public_key, &found));
  assert_int_equal(key_ring_load(ring, scratch_path("."), &problem), 2);
  assert_true(key_ring_find(ring, first.public_key, &found));
  assert_string_equal(found.principal, "first");

  assert_int_equal(unlink(scratch_path("first.pub")), 0); /* revoked */
  scratch_write("broken.pub", "rubbish", 0644);           /* admits nobody and bars nobody */
  assert_int_equal(key_ring_load(ring, scratch_path("."), &problem), 1);
  assert_false(key_ring_find(ring, first.public_key, &found));
  assert_true(key_ring_find(ring, second.public_key, &found));

  assert_int_equal(key_ring_load(ring, scratch_path("absent"), &problem), -1);
  assert_true(key_ring_find(ring, second.public_key, &found));
  key_ring_free(&ring);
  assert_null(ring);
}

static void test_ring_of_tables(void **state) {
  (void)state;
  struct identity found, other = clerk;
  char key[KEY_Z85_SIZE] = "0123456789012345678901234567890123456789";
  struct key_ring *ring = key_ring_new();
  char short_key[KEY_Z85_SIZE] = "short";
  assert_false(key_ring_put(ring, short_key, &clerk));
  for (int i = 0; i < 3000; i++) {
    snprintf(key, sizeof(key), "%040d", i);
    assert_true(key_ring_put(ring, key, &clerk));
  }
  other.duty = WORKRELIEF__DUTY__VALUE__CHECKER;
  assert_true(key_ring_put(ring, key, &other)); /* the later word counts */
  assert_true(key_ring_find(ring, key, &found));
  assert_int_equal(found.duty, WORKRELIEF__DUTY__VALUE__CHECKER);
  key_ring_remove(ring, key);
  assert_false(key_ring_find(ring, key, &found));
  assert_true(key_ring_find(ring, "0000000000000000000000000000000000000000", &found));
  assert_true(key_ring_replace(ring, NULL, 0));
  assert_false(key_ring_find(ring, "0000000000000000000000000000000000000000", &found));
  assert_false(key_ring_find(ring, "", &found));
  key_ring_free(&ring);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_round_trip), TEST(test_names_and_replacing), TEST(test_mode), TEST(test_junk),
                                     TEST(test_ring),       TEST(test_ring_of_tables)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
