/* clock_test.c - the calendar against an independent count of days, the forms of GB/T 7408.1, and the shared offset. */
#include "common/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Every day from 1900 to 2400, counted one by one. */
static void test_days_count_up(void **state) {
  (void)state;
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int32_t day = -25567;
  for (int year = 1900; year <= 2400; year++)
    for (int month = 1; month <= 12; month++) {
      const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
      for (int date = 1; date <= lengths[month - 1] + (leap && month == 2 ? 1 : 0); date++, day++) {
        const struct civil civil = civil_of_day(day);
        if (civil.year != year || civil.month != month || civil.day != date || day_of_civil(civil) != day || !civil_is_valid(civil))
          fail_msg("day %d", day);
      }
    }
}

static void test_dates(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool ok;
    int32_t day;
  } cases[] = {
      {"1970-01-01", true, 0},       {"1969-12-31", true, -1},     {"2024-02-29", true, 19782}, {"2000-02-29", true, 11016},
      {"9999-12-31", true, 2932896}, {"1900-01-01", true, -25567}, {"2023-02-29", false, 0},    {"1900-02-29", false, 0},
      {"2024-04-31", false, 0},      {"2024-02-31", false, 0},     {"1899-12-31", false, 0},    {"2024-13-01", false, 0},
      {"2024-00-01", false, 0},      {"2024-01-00", false, 0},     {"2024-1-1", false, 0},      {"20240101", false, 0},
      {"2024-01-01 ", false, 0},     {" 2024-01-01", false, 0},    {"2024/01/01", false, 0},    {"", false, 0},
      {"2024-01-0x", false, 0},      {"+024-01-01", false, 0},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    int32_t day = 77;
    char text[CLOCK_DATE_SIZE];
    if (date_parse(cases[i].text, &day) != cases[i].ok) fail_msg("%s", cases[i].text);
    if (!cases[i].ok) assert_int_equal(day, 77);
    if (!cases[i].ok) continue;
    assert_int_equal(day, cases[i].day);
    assert_string_equal(date_format(day, text), cases[i].text);
  }
}

static void test_months_and_quarters(void **state) {
  (void)state;
  int32_t first, last;
  char text[CLOCK_DATE_SIZE];
  assert_true(month_parse("2024-02", &first, &last));
  assert_string_equal(date_format(first, text), "2024-02-01");
  assert_string_equal(date_format(last, text), "2024-02-29");
  static const char *const ends[] = {"2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"};
  for (int quarter = 1; quarter <= 4; quarter++) {
    char name[32];
    (void)snprintf(name, sizeof name, "2026Q%d", quarter);
    assert_true(quarter_parse(name, &first, &last));
    assert_string_equal(date_format(last, text), ends[quarter - 1]);
  }
  static const char *const bad_months[] = {"2026-13", "2026-00", "2026-1", "2026-011", "1899-01", "2026/01", ""};
  for (size_t i = 0; i < ARRAY_LENGTH(bad_months); i++) assert_false(month_parse(bad_months[i], &first, &last));
  static const char *const bad_quarters[] = {"2026Q0", "2026Q5", "2026q1", "2026Q11", "2026-Q1", "1899Q1", ""};
  for (size_t i = 0; i < ARRAY_LENGTH(bad_quarters); i++) assert_false(quarter_parse(bad_quarters[i], &first, &last));
}

static void test_timestamps(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool ok;
    int64_t us;
    const char *shown;
  } cases[] = {
      {"1970-01-01T08:00:00+08:00", true, 0, "1970-01-01T08:00:00.000000+08:00"},
      {"2026-03-31T00:00:00Z", true, INT64_C(1774915200000000), "2026-03-31T08:00:00.000000+08:00"},
      {"2026-03-31T08:00:00.000001+08:00", true, INT64_C(1774915200000001), "2026-03-31T08:00:00.000001+08:00"},
      {"2026-03-31T08:00:00.5+08:00", true, INT64_C(1774915200500000), "2026-03-31T08:00:00.500000+08:00"},
      {"2026-03-30T19:30:00-04:30", true, INT64_C(1774915200000000), "2026-03-31T08:00:00.000000+08:00"},
      {"1969-12-31T23:59:59.999999Z", true, -1, "1970-01-01T07:59:59.999999+08:00"},
      {"2026-03-31 08:00:00+08:00", false, 0, ""},
      {"2026-03-31T24:00:00+08:00", false, 0, ""},
      {"2026-03-31T08:00:60+08:00", false, 0, ""},
      {"2026-03-31T08:00:00", false, 0, ""},
      {"2026-03-31T08:00:00.+08:00", false, 0, ""},
      {"2026-03-31T08:00:00.1234567+08:00", false, 0, ""},
      {"2026-02-31T08:00:00+08:00", false, 0, ""},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    int64_t us = 0;
    char text[CLOCK_TIMESTAMP_SIZE];
    if (timestamp_parse(cases[i].text, &us) != cases[i].ok) fail_msg("%s", cases[i].text);
    if (!cases[i].ok) continue;
    assert_true(us == cases[i].us);
    assert_string_equal(timestamp_format(us, text), cases[i].shown);
  }
  char text[CLOCK_TIMESTAMP_SIZE];
  assert_int_equal(strlen(timestamp_format(INT64_MAX, text)), CLOCK_TIMESTAMP_SIZE - 1);
  assert_int_equal(strlen(timestamp_format(INT64_MIN, text)), CLOCK_TIMESTAMP_SIZE - 1);
}

static void test_china_days(void **state) {
  (void)state;
  assert_int_equal(clock_day_of(0), 0);
  assert_int_equal(clock_day_of(INT64_C(57599999999)), 0); /* 15:59:59.999999 UTC */
  assert_int_equal(clock_day_of(INT64_C(57600000000)), 1);
  assert_int_equal(clock_day_of(INT64_C(-28800000000)), 0);
  assert_int_equal(clock_day_of(INT64_C(-28800000001)), -1);
}

/* Last: the offset stays for the process. */
static void test_shared_offset(void **state) {
  (void)state;
  char path[] = "clock-test-XXXXXX";
  const int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(unlink(path), 0);
  assert_true(clock_use_file(path)); /* makes it */
  const int64_t before = clock_now_us(), monotonic = clock_monotonic_us();
  const int64_t week = INT64_C(7) * 86400 * 1000000;
  FILE *const writer = fopen(path, "r+");
  assert_non_null(writer);
  assert_int_equal(fwrite(&week, sizeof week, 1, writer), 1);
  fclose(writer);
  const int64_t moved = clock_now_us() - before;
  assert_true(moved >= week && moved < week + 60 * INT64_C(1000000));
  assert_true(clock_monotonic_us() - monotonic < 60 * INT64_C(1000000));
  close(file);
  unlink(path);
  assert_false(clock_use_file("no/such/directory/clock"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_days_count_up), cmocka_unit_test(test_dates),      cmocka_unit_test(test_months_and_quarters),
      cmocka_unit_test(test_timestamps),    cmocka_unit_test(test_china_days), cmocka_unit_test(test_shared_offset),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
