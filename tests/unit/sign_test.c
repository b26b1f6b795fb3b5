/* sign_test.c - SM2 signatures: round trip, an outside signature, tampering, wrong key and context, key files. */
#include "common/crypto/sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "common/base/text.h"
#include "tests/lib/scratch.h"

static struct sign_key *key;

static int setup(void **state) {
  (void)state;
  const char *problem = NULL;
  scratch_directory();
  if (!sign_key_generate(scratch_path("sign.key"), &problem)) return -1;
  key = sign_key_open(scratch_path("sign.key"), &problem);
  return key ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  sign_key_close(&key);
  return 0;
}

static void test_round_trip(void **state) {
  (void)state;
  uint8_t signature[SIGN_SIGNATURE_MAX], point[SIGN_PUBLIC_SIZE], id[SIGN_KEY_ID_SIZE], same[SIGN_KEY_ID_SIZE];
  size_t length = 0;
  assert_true(sign_bytes(key, "report", "2026Q3", 6, signature, &length));
  assert_true(verify_bytes(key, "report", "2026Q3", 6, signature, length));
  sign_key_public(key, point);
  struct sign_key *public_half = sign_key_from_public(point);
  assert_non_null(public_half);
  assert_true(verify_bytes(public_half, "report", "2026Q3", 6, signature, length));
  sign_key_id(key, id);
  sign_key_id(public_half, same);
  assert_memory_equal(id, same, sizeof(id));
  assert_false(sign_bytes(public_half, "report", "2026Q3", 6, signature, &length));
  sign_key_close(&public_half);
}

static void test_tampering(void **state) {
  (void)state;
  uint8_t signature[SIGN_SIGNATURE_MAX];
  size_t length = 0;
  assert_true(sign_bytes(key, "report", "2026Q3", 6, signature, &length));
  assert_false(verify_bytes(key, "report", "2026Q4", 6, signature, length));
  assert_false(verify_bytes(key, "report", "2026Q3", 5, signature, length));
  assert_false(verify_bytes(key, "receipt", "2026Q3", 6, signature, length));
  assert_false(verify_bytes(key, "repor", "t2026Q3", 7, signature, length));
  assert_false(verify_bytes(key, "report", "2026Q3", 6, signature, length - 1));
  assert_false(verify_bytes(key, "report", "2026Q3", 6, signature, 0));
  for (size_t i = 0; i < length; i++) {
    signature[i] ^= 1;
    assert_false(verify_bytes(key, "report", "2026Q3", 6, signature, length));
    signature[i] ^= 1;
  }
}

static void test_other_key(void **state) {
  (void)state;
  const char *problem = NULL;
  uint8_t signature[SIGN_SIGNATURE_MAX];
  size_t length = 0;
  assert_true(sign_key_generate(scratch_path("other.key"), &problem));
  struct sign_key *other = sign_key_open(scratch_path("other.key"), &problem);
  assert_non_null(other);
  assert_true(sign_bytes(other, "report", "2026Q3", 6, signature, &length));
  assert_false(verify_bytes(key, "report", "2026Q3", 6, signature, length));
  sign_key_close(&other);
}

/* Made by: openssl dgst -sm3 -sign -sigopt distid:1234567812345678 over "report\0" "2026Q3": others verify and sign as we do. */
static void test_outside_signature(void **state) {
  (void)state;
  uint8_t point[SIGN_PUBLIC_SIZE], signature[SIGN_SIGNATURE_MAX];
  const char *hex = "304502205d88f3e41a2ea442b03cda6e9c79ded0217610f8411b42c79554c5c2ea0e6b26022100fe8c5cd6695ffb8acdb658"
                    "9b7513da6d950e06238a5cab5267f131a57445a045";
  size_t length = strlen(hex) / 2;
  assert_true(hex_decode("0447afc65cee154e9c654209dd7d7501ca9507f7fdf0f553ad0a718cf1ca4bf78f35363d68de46642de5f6526d2e33298600"
                         "31e7e0192e6a1adab745c19492e923",
                         point, sizeof(point)));
  assert_true(hex_decode(hex, signature, length));
  struct sign_key *other = sign_key_from_public(point);
  assert_non_null(other);
  assert_true(verify_bytes(other, "report", "2026Q3", 6, signature, length));
  assert_false(verify_bytes(other, "report", "2026Q2", 6, signature, length));
  sign_key_close(&other);
}

static void test_public_file(void **state) {
  (void)state;
  const char *problem = NULL;
  uint8_t point[SIGN_PUBLIC_SIZE], same[SIGN_PUBLIC_SIZE];
  struct sign_key *other = sign_key_open(scratch_path("sign.key.pub"), &problem);
  assert_non_null(other);
  sign_key_public(key, point);
  sign_key_public(other, same);
  assert_memory_equal(point, same, sizeof(point));
  sign_key_close(&other);
  point[40] ^= 1; /* no longer on the curve */
  assert_null(sign_key_from_public(point));
}

static void test_key_files(void **state) {
  (void)state;
  const char *problem = NULL;
  struct stat about;
  assert_int_equal(stat(scratch_path("sign.key"), &about), 0);
  assert_int_equal(about.st_mode & 0777, 0600);
  assert_false(sign_key_generate(scratch_path("sign.key"), &problem)); /* never replaces a key */
  assert_int_equal(chmod(scratch_path("sign.key"), 0644), 0);
  assert_null(sign_key_open(scratch_path("sign.key"), &problem));
  assert_non_null(strstr(problem, "chmod 600"));
  assert_null(sign_key_open(scratch_path("absent.key"), &problem));
  scratch_write("junk.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n", 0600);
  assert_null(sign_key_open(scratch_path("junk.key"), &problem));
  scratch_write("p256.key",
                "-----BEGIN PRIVATE KEY-----\n"
                "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgP92Zi7UYj0MJF3BP\n"
                "Sd3ejjxZ8GPTjRSmVfzfBZ7z8JuhRANCAASK1Uhx/sWaN7goLPXFtEcRXVcAB4az\n"
                "5a5+FHvOqTXBKULz8IRH6x57wxGG1ZvUHXjU7SPv7vUYmMrqzSPG0jwd\n"
                "-----END PRIVATE KEY-----\n",
                0600);
  assert_null(sign_key_open(scratch_path("p256.key"), &problem)); /* a key of another curve */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_round_trip),        TEST(test_tampering),   TEST(test_other_key),
                                     TEST(test_outside_signature), TEST(test_public_file), TEST(test_key_files)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
