/* hash_test.c - SM3 and HMAC-SM3 against published figures, ids, threads. */
#include "common/crypto/hash.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/text.h"

static void assert_hex(const uint8_t digest[SM3_SIZE], const char *expected) {
  char hex[2 * SM3_SIZE + 1];
  assert_string_equal(hex_encode(digest, SM3_SIZE, hex), expected);
}

/* GB/T 32905-2016, appendix A. */
static void test_sm3_vectors(void **state) {
  (void)state;
  uint8_t digest[SM3_SIZE];
  sm3_of("abc", 3, digest);
  assert_hex(digest, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  char text[64];
  for (int i = 0; i < 16; i++) memcpy(text + 4 * i, "abcd", 4);
  sm3_of(text, sizeof(text), digest);
  assert_hex(digest, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
  sm3_of(NULL, 0, digest);
  assert_hex(digest, "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
}

static void test_parts_equal_whole(void **state) {
  (void)state;
  uint8_t whole[SM3_SIZE], parts[SM3_SIZE];
  sm3_of("abcdef", 6, whole);
  sm3((struct hash_part[]){{"ab", 2}, {NULL, 0}, {"cdef", 4}}, 3, parts);
  assert_true(bytes_equal(whole, parts, SM3_SIZE));
}

/* Reference figures: openssl dgst -sm3 -mac HMAC. The second key is longer than a block. */
static void test_hmac_vectors(void **state) {
  (void)state;
  uint8_t digest[SM3_SIZE], long_key[100];
  const char *text = "what do ya want for nothing?";
  hmac_sm3((const uint8_t *)"Jefe", 4, &(struct hash_part){text, strlen(text)}, 1, digest);
  assert_hex(digest, "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882");
  memset(long_key, 0xaa, sizeof(long_key));
  hmac_sm3(long_key, sizeof(long_key), (struct hash_part[]){{"a", 1}, {"bc", 2}}, 2, digest);
  assert_hex(digest, "9971b5bf007547d048ae227b28412570ffcd4a856c5d1daf3738ae12db04d362");
}

static void *hash_many(void *argument) {
  uint8_t digest[SM3_SIZE];
  for (int i = 0; i < 2000; i++) sm3_of("abc", 3, digest);
  memcpy(argument, digest, SM3_SIZE);
  return NULL;
}

static void test_threads_do_not_disturb(void **state) {
  (void)state;
  pthread_t threads[4];
  uint8_t digests[4][SM3_SIZE];
  for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, hash_many, digests[i]), 0);
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], NULL);
    assert_hex(digests[i], "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  }
}

static void test_uuid7(void **state) {
  (void)state;
  uint8_t id[16], later[16], same[16];
  const int64_t wall_us = 1790000000123456;
  uuid7(id, wall_us);
  uuid7(same, wall_us);
  uuid7(later, wall_us + 1);
  assert_int_equal(id[6] >> 4, 7);
  assert_int_equal(id[8] >> 6, 2);
  uint64_t milliseconds = 0;
  for (int i = 0; i < 6; i++) milliseconds = milliseconds << 8 | id[i];
  assert_int_equal(milliseconds, wall_us / 1000);
  assert_memory_not_equal(id, same, 16);
  assert_true(memcmp(id, later, 8) < 0);
}

static void test_bytes_equal(void **state) {
  (void)state;
  assert_true(bytes_equal("abc", "abc", 3));
  assert_false(bytes_equal("abc", "abd", 3));
  assert_true(bytes_equal("abc", "abd", 2));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sm3_vectors),  cmocka_unit_test(test_parts_equal_whole),
      cmocka_unit_test(test_hmac_vectors), cmocka_unit_test(test_threads_do_not_disturb),
      cmocka_unit_test(test_uuid7),        cmocka_unit_test(test_bytes_equal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
