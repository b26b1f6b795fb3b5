/* text_test.c - UTF-8, numbers, hex, base64; and the tables of status and log that stand beside them. */
#include "common/base/text.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/base/log.h"
#include "common/base/status.h"

/* The plain definition, to compare with. */
static bool is_utf8_slowly(const unsigned char *at, size_t length) {
  for (size_t i = 0; i < length;) {
    const unsigned char first = at[i];
    const size_t size = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
    static const uint32_t smallest[] = {0, 1, 0x80, 0x800, 0x10000};
    if (size == 0 || length - i < size) return false;
    uint32_t point = size == 1 ? first : first & (0x7fu >> size);
    for (size_t k = 1; k < size; k++) {
      if ((at[i + k] & 0xc0) != 0x80) return false;
      point = point << 6 | (at[i + k] & 0x3fu);
    }
    if (point < smallest[size] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
    i += size;
  }
  return true;
}

static void test_utf8_against_definition(void **state) {
  (void)state;
  size_t bad;
  for (unsigned first = 0; first < 256; first++)
    for (unsigned second = 0; second < 256; second++)
      for (unsigned third = 0x70; third < 0xd0; third += 5) {
        const unsigned char bytes[4] = {(unsigned char)first, (unsigned char)second, (unsigned char)third, 0x80};
        for (size_t length = 1; length <= 4; length++)
          if (utf8_is_valid(bytes, length, &bad) != is_utf8_slowly(bytes, length)) fail_msg("%02x %02x %02x, %zu", first, second, third, length);
      }
}

static void test_utf8_place_of_fault(void **state) {
  (void)state;
  size_t bad = 99;
  assert_true(utf8_is_valid("以工代赈 work-relief 𠀀", strlen("以工代赈 work-relief 𠀀"), &bad));
  assert_true(utf8_is_valid("", 0, &bad));
  assert_false(utf8_is_valid("abcdefghij\0klmnop", 17, &bad));
  assert_int_equal(bad, 10);
  assert_false(utf8_is_valid("abcdefghijk\xff", 12, &bad));
  assert_int_equal(bad, 11);
  assert_false(utf8_is_valid("ab\xe4\xbb", 4, &bad));
  assert_int_equal(bad, 2);
}

static void test_code_points(void **state) {
  (void)state;
  const char *text = "a张·𠀀";
  assert_int_equal(utf8_length(text), 4);
  assert_int_equal(utf8_columns(text), 6);
  assert_int_equal(utf8_columns("王小二 ABC（元）"), 6 + 1 + 3 + 6);
  assert_int_equal(utf8_next(&text), 'a');
  assert_int_equal(utf8_next(&text), 0x5f20);
  assert_int_equal(utf8_next(&text), 0xb7);
  assert_int_equal(utf8_next(&text), 0x20000);
  assert_int_equal(utf8_next(&text), 0);
  assert_int_equal(utf8_next(&text), 0);
}

static void test_numbers(void **state) {
  (void)state;
  int64_t value = 5;
  assert_true(parse_int64("9223372036854775807", INT64_MIN, INT64_MAX, &value));
  assert_true(value == INT64_MAX);
  assert_true(parse_int64("-9223372036854775808", INT64_MIN, INT64_MAX, &value));
  assert_true(value == INT64_MIN);
  static const char *const bad[] = {
      "", "-", "+1", " 1", "1 ", "0x1", "1.0", "9223372036854775808", "-9223372036854775809", "99999999999999999999999"};
  for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
    value = 5;
    if (parse_int64(bad[i], INT64_MIN, INT64_MAX, &value)) fail_msg("%s", bad[i]);
    assert_true(value == 5);
  }
  assert_false(parse_int64("101", 1, 100, &value));
  assert_false(parse_int64("0", 1, 100, &value));
}

static void test_hex(void **state) {
  (void)state;
  char text[9];
  uint8_t bytes[4];
  assert_string_equal(hex_encode("\x00\x7f\xab\xff", 4, text), "007fabff");
  assert_true(hex_decode("007FabFF", bytes, 4));
  assert_memory_equal(bytes, "\x00\x7f\xab\xff", 4);
  assert_false(hex_decode("007fabf", bytes, 4));
  assert_false(hex_decode("007fabff0", bytes, 4));
  assert_false(hex_decode("007fabfg", bytes, 4));
}

static void test_base64(void **state) {
  (void)state;
  static const struct {
    const char *bytes, *text;
  } cases[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    char text[16];
    uint8_t bytes[16];
    assert_string_equal(base64_encode(cases[i].bytes, strlen(cases[i].bytes), text), cases[i].text);
    assert_int_equal(base64_decode(text, strlen(text), bytes, sizeof bytes), strlen(cases[i].bytes));
    assert_memory_equal(bytes, cases[i].bytes, strlen(cases[i].bytes));
  }
  uint8_t bytes[16];
  static const char *const bad[] = {"Zg=", "Zg", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9v", "Zm9-"};
  for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
    if (base64_decode(bad[i], strlen(bad[i]), bytes, sizeof bytes) != -1) fail_msg("%s", bad[i]);
  assert_int_equal(base64_decode("Zm9v", 4, bytes, 2), -1);
}

static void test_wipe(void **state) {
  (void)state;
  char secret[] = "secret";
  wipe(secret, sizeof secret);
  assert_memory_equal(secret, "\0\0\0\0\0\0\0", sizeof secret);
}

static void test_status(void **state) {
  (void)state;
  assert_string_equal(status_name(STATUS_OK), "OK");
  assert_string_equal(status_name(STATUS_UNAUTHENTICATED), "UNAUTHENTICATED");
  assert_string_equal(status_name((enum status)99), "UNKNOWN");
  assert_true(status_is_retryable(STATUS_RESOURCE_EXHAUSTED));
  assert_false(status_is_retryable(STATUS_FAILED_PRECONDITION));
  assert_true(status_is_stored(STATUS_FAILED_PRECONDITION));
  assert_false(status_is_stored(STATUS_ABORTED));
  assert_int_equal(status_log_level(STATUS_INTERNAL), LOG_ERROR);
}

/* A peer's line ends must not forge a line of ours. */
static void test_log_is_one_line(void **state) {
  (void)state;
  char path[] = "log-test-XXXXXX", line[4096];
  const int made = mkstemp(path);
  assert_true(made >= 0);
  close(made);
  const int level = log_level_parse("warn");
  assert_int_equal(level, LOG_WARN);
  assert_int_equal(log_level_parse("loud"), -1);
  const int kept = dup(STDERR_FILENO), target = open(path, O_WRONLY);
  assert_true(kept >= 0 && dup2(target, STDERR_FILENO) == STDERR_FILENO);
  log_open("tester", LOG_WARN);
  log_info("not written");
  log_warn("peer said method=%s", "a\nb\x1b[31m");
  log_error("long %0*d", 5000, 7);
  assert_true(dup2(kept, STDERR_FILENO) == STDERR_FILENO);
  close(kept);
  close(target);
  FILE *const read = fopen(path, "r");
  assert_non_null(read);
  assert_non_null(fgets(line, sizeof line, read));
  assert_non_null(strstr(line, "warn  tester peer said method=a b [31m\n"));
  assert_non_null(fgets(line, sizeof line, read));
  assert_non_null(strstr(line, "error tester long 000"));
  assert_int_equal(line[strlen(line) - 1], '\n');
  assert_null(fgets(line, sizeof line, read));
  fclose(read);
  remove(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_utf8_against_definition),
      cmocka_unit_test(test_utf8_place_of_fault),
      cmocka_unit_test(test_code_points),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_hex),
      cmocka_unit_test(test_base64),
      cmocka_unit_test(test_wipe),
      cmocka_unit_test(test_status),
      cmocka_unit_test(test_log_is_one_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
