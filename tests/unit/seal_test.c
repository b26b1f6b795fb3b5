/* seal_test.c - personal data at rest: the SM4 vector of the standard, tampering, wrong field, wrong key, key files (DESIGN 6). */
#include "common/crypto/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "tests/lib/scratch.h"

#define OLD_KEY                                                                                                                                      \
  "0123456789abcdeffedcba9876543210"                                                                                                                 \
  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define NEW_KEY                                                                                                                                      \
  "ffeeddccbbaa99887766554433221100"                                                                                                                 \
  "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100"
#define DISTRICT_KEY "aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899"

static struct arena arena;
static struct seal_keys *keys;

static int setup(void **state) {
  (void)state;
  const char *problem = NULL;
  arena_init(&arena, 1 << 20);
  scratch_directory();
  scratch_write("seal-66a00000.key", OLD_KEY "\n", 0600);
  scratch_write("district.token.key", DISTRICT_KEY "\n", 0600);
  keys = seal_keys_open(scratch_path("."), &problem);
  return keys ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  seal_keys_close(&keys);
  arena_reset(&arena);
  return 0;
}

static void test_round_trip(void **state) {
  (void)state;
  static const char *const texts[] = {"", "1", "140298199001011234", "张三, 一千字节以内的任何文字"};
  for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
    char *sealed = seal_text(keys, &arena, "id_number", texts[i]);
    assert_non_null(sealed);
    assert_true(text_is_sealed(sealed));
    assert_memory_equal(sealed, "s1:66a00000:", 12);
    char *clear = open_text(keys, &arena, "id_number", sealed);
    assert_non_null(clear);
    assert_string_equal(clear, texts[i]);
  }
  assert_false(text_is_sealed("140298199001011234"));
  assert_false(text_is_sealed("s1:"));
  assert_false(text_is_sealed("s1:66a0000g:AAAA"));
}

static void test_two_seals_differ(void **state) {
  (void)state;
  char *first = seal_text(keys, &arena, "id_number", "140298199001011234");
  char *second = seal_text(keys, &arena, "id_number", "140298199001011234");
  assert_string_not_equal(first, second);
}

/* GB/T 32907-2016 A.1: key and block 0123456789ABCDEFFEDCBA9876543210 give 681EDF34D206965E86B3E94F536E4246. In CTR mode that is the
 * first key stream block for this iv, so the sealed text of 16 known characters can be put together by hand. */
static void test_sm4_vector(void **state) {
  (void)state;
  uint8_t mac_key[32], raw[48], stream[16], digest[SM3_SIZE];
  char sealed[128] = "s1:66a00000:";
  assert_true(hex_decode("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", mac_key, sizeof(mac_key)));
  assert_true(hex_decode("0123456789abcdeffedcba9876543210", raw, 16));
  assert_true(hex_decode("681edf34d206965e86b3e94f536e4246", stream, 16));
  for (int i = 0; i < 16; i++) raw[16 + i] = (uint8_t)("6217000000000001"[i] ^ stream[i]);
  const struct hash_part parts[] = {{"s1:66a00000", 11}, {"account_no", 11}, {raw, 32}};
  hmac_sm3(mac_key, sizeof(mac_key), parts, ARRAY_LENGTH(parts), digest);
  memcpy(raw + 32, digest, 16);
  base64_encode(raw, sizeof(raw), sealed + 12);
  char *clear = open_text(keys, &arena, "account_no", sealed);
  assert_non_null(clear);
  assert_string_equal(clear, "6217000000000001");
}

static void test_any_change_is_seen(void **state) {
  (void)state;
  char *sealed = seal_text(keys, &arena, "id_number", "140298199001011234");
  size_t length = strlen(sealed);
  for (size_t i = 0; i < length; i++) {
    if (sealed[i] == '=') continue;
    char kept = sealed[i];
    sealed[i] = kept == 'A' ? 'B' : 'A';
    char *clear = open_text(keys, &arena, "id_number", sealed);
    if (clear && i + 3 < length) fail_msg("a change at %zu was not seen", i); /* the last character bears unused bits */
    sealed[i] = kept;
  }
  for (size_t cut = 12; cut < length; cut++) {
    char *part = arena_strndup(&arena, sealed, cut);
    assert_null(open_text(keys, &arena, "id_number", part));
  }
  assert_non_null(open_text(keys, &arena, "id_number", sealed));
}

static void test_wrong_field(void **state) {
  (void)state;
  char *sealed = seal_text(keys, &arena, "account_no", "6217000000000001");
  assert_null(open_text(keys, &arena, "id_number", sealed));
  assert_null(open_text(keys, &arena, "account_n", sealed));
  assert_null(open_text(keys, &arena, "account_no", "6217000000000001"));
}

static void test_other_node_cannot_open(void **state) {
  (void)state;
  const char *problem = NULL;
  char *sealed = seal_text(keys, &arena, "id_number", "140298199001011234");
  uint8_t here[TOKEN_SIZE], there[TOKEN_SIZE];
  token_of(keys, "id_number", "140298199001011234", here);
  scratch_write("seal-66a00000.key", NEW_KEY, 0600); /* another key of the same id, the same district */
  struct seal_keys *other = seal_keys_open(scratch_path("."), &problem);
  assert_non_null(other);
  assert_null(open_text(other, &arena, "id_number", sealed));
  token_of(other, "id_number", "140298199001011234", there);
  assert_memory_equal(here, there, TOKEN_SIZE); /* one person, one token, at every bureau */
  seal_keys_close(&other);
}

static void test_token_depends_on_field_and_text(void **state) {
  (void)state;
  uint8_t token[TOKEN_SIZE], other[TOKEN_SIZE];
  token_of(keys, "id_number", "140298199001011234", token);
  token_of(keys, "id_number", "140298199001011242", other);
  assert_memory_not_equal(token, other, TOKEN_SIZE);
  token_of(keys, "account_no", "140298199001011234", other);
  assert_memory_not_equal(token, other, TOKEN_SIZE);
}

/* A newer key seals from now on, the old one still opens, and request digests stay what they were. */
static void test_rotation(void **state) {
  (void)state;
  const char *problem = NULL;
  uint8_t before[32], after[32];
  char *old = seal_text(keys, &arena, "id_number", "140298199001011234");
  request_digest(keys, "body", 4, before);
  scratch_write("seal-66b00000.key", NEW_KEY, 0600);
  struct seal_keys *rotated = seal_keys_open(scratch_path("."), &problem);
  assert_non_null(rotated);
  assert_string_equal(open_text(rotated, &arena, "id_number", old), "140298199001011234");
  assert_memory_equal(seal_text(rotated, &arena, "id_number", "1"), "s1:66b00000:", 12);
  request_digest(rotated, "body", 4, after);
  assert_memory_equal(before, after, sizeof(before));
  seal_keys_close(&rotated);
}

static void assert_refused(const char *word) {
  const char *problem = NULL;
  struct seal_keys *refused = seal_keys_open(scratch_path("."), &problem);
  assert_null(refused);
  if (!strstr(problem, word)) fail_msg("'%s' does not say '%s'", problem, word);
}

static void test_key_files(void **state) {
  (void)state;
  scratch_write("seal-66a00000.key", OLD_KEY, 0640);
  assert_refused("chmod 600");
  scratch_write("seal-66a00000.key", "0123", 0600);
  assert_refused("hex digits");
  scratch_write("seal-66a00000.key", OLD_KEY "00", 0600);
  assert_refused("hex digits");
  scratch_write("seal-66a00000.key", OLD_KEY, 0600);
  scratch_write("district.token.key", DISTRICT_KEY, 0644);
  assert_refused("chmod 600");
  scratch_write("district.token.key", "", 0600);
  assert_refused("hex digits");
  remove(scratch_path("seal-66a00000.key"));
  assert_refused("no seal-");
}

static void test_full_arena(void **state) {
  (void)state;
  struct arena small;
  arena_init(&small, 64);
  assert_null(seal_text(keys, &small, "id_number", "140298199001011234"));
  arena_reset(&small);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_round_trip),  TEST(test_two_seals_differ),       TEST(test_sm4_vector),
      TEST(test_wrong_field), TEST(test_other_node_cannot_open), TEST(test_token_depends_on_field_and_text),
      TEST(test_rotation),    TEST(test_any_change_is_seen),     TEST(test_key_files),
      TEST(test_full_arena),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
