/* money_test.c - fen, yuan, 万元 and ratios, against sums that were published (and some that were published wrong). */
#include "common/base/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int64_t wanyuan(const char *text) {
  int64_t fen = -1;
  if (!money_parse_wanyuan(text, &fen)) fail_msg("%s", text);
  return fen;
}

static void test_yuan(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t fen;
    const char *shown;
  } cases[] = {
      {"0", 0, "0.00"},
      {"0.05", 5, "0.05"},
      {"-0.05", -5, "-0.05"},
      {"1234.5", 123450, "1,234.50"},
      {"1,234.50", 123450, "1,234.50"},
      {"1,234,567.89", 123456789, "1,234,567.89"},
      {"-999", -99900, "-999.00"},
      {"92233720368547758.07", INT64_MAX, "92,233,720,368,547,758.07"},
      {"-92233720368547758.08", INT64_MIN, "-92,233,720,368,547,758.08"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    int64_t fen;
    char text[MONEY_TEXT_SIZE];
    assert_true(money_parse_yuan(cases[i].text, &fen));
    assert_true(fen == cases[i].fen);
    assert_string_equal(money_yuan(fen, text), cases[i].shown);
  }
  static const char *const bad[] = {"",
                                    "-",
                                    ".5",
                                    "5.",
                                    "1.234",
                                    "+1",
                                    " 1",
                                    "1 ",
                                    "1,23",
                                    "1,2345",
                                    "12,34,567",
                                    "1234,567",
                                    ",123",
                                    "1e3",
                                    "１２３",
                                    "￥1",
                                    "--1",
                                    "92233720368547758.08",
                                    "999999999999999999999999999999",
                                    "1.2.3",
                                    "1,234.5,0"};
  for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
    int64_t fen = 7;
    if (money_parse_yuan(bad[i], &fen)) fail_msg("%s", bad[i]);
    assert_true(fen == 7);
  }
}

static void test_wanyuan(void **state) {
  (void)state;
  char text[MONEY_TEXT_SIZE];
  assert_true(wanyuan("445") == 445000000);
  assert_true(wanyuan("12.3456") == 12345600);
  assert_true(wanyuan("0.000001") == 1);
  int64_t fen;
  assert_false(money_parse_wanyuan("0.0000001", &fen));
  assert_string_equal(money_wanyuan(12345600, text), "12.35");
  assert_string_equal(money_wanyuan(12345000, text), "12.35"); /* half up */
  assert_string_equal(money_wanyuan(12344999, text), "12.34");
  assert_string_equal(money_wanyuan(-12345000, text), "-12.35");
  assert_string_equal(money_wanyuan(-1, text), "0.00");
  assert_string_equal(money_wanyuan(123456789, text), "123.46");
}

/* Published sums that hold. */
static void test_published_sums(void **state) {
  (void)state;
  int64_t sum;
  assert_true(money_add(wanyuan("320"), wanyuan("85.96"), &sum));
  assert_true(sum == wanyuan("405.96"));
  assert_true(sum == wanyuan("348.94") + wanyuan("37.69") + wanyuan("19.33"));
  assert_true(wanyuan("320") + wanyuan("35") == wanyuan("355"));
  assert_true(wanyuan("370") + wanyuan("28") == wanyuan("398"));
  /* per head: pay / persons, cut off to fen; 2,347,000万元 for 1,740,000 people */
  assert_int_equal(wanyuan("2347000") / 1740000 / 100, 13488);
  assert_int_equal(wanyuan("2982000") / 1836000 / 100, 16241);
  assert_int_equal(wanyuan("318200") / 741300 / 100, 4292);
  assert_int_equal(wanyuan("1758") / 1179 / 100, 14910);
}

static void test_published_ratios(void **state) {
  (void)state;
  static const struct {
    const char *pay, *base, *shown;
  } cases[] = {
      {"160.04", "320", "50.01 %"}, {"144.6", "320", "45.19 %"}, {"186", "370", "50.27 %"}, {"14297", "30384", "47.05 %"}, {"150", "500", "30.00 %"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    char text[MONEY_TEXT_SIZE];
    assert_string_equal(ratio_text(ratio_bp(wanyuan(cases[i].pay), wanyuan(cases[i].base)), text), cases[i].shown);
  }
}

/* Published sums that do not hold must stay visible. */
static void test_published_errors_show(void **state) {
  (void)state;
  assert_true(wanyuan("697300") + wanyuan("54000") != wanyuan("741300"));
  assert_true(1294 + 2555 + 1830 != 8679);
  assert_true(ratio_bp(wanyuan("74"), wanyuan("494")) == 1498); /* 15 % of the central funds, not of the total */
}

static void test_ratio_edges(void **state) {
  (void)state;
  char text[MONEY_TEXT_SIZE];
  assert_true(ratio_bp(1, 0) == -1);
  assert_true(ratio_bp(0, -5) == -1);
  assert_string_equal(ratio_text(-1, text), "不适用");
  assert_string_equal(ratio_text(5, text), "0.05 %");
  assert_true(ratio_bp(-3, 5) == 0);
  assert_true(ratio_bp(INT64_MAX, 1) == INT64_MAX);
  assert_true(ratio_bp(INT64_MAX, INT64_MAX) == 10000);
  assert_true(ratio_meets(30, 100, 3000));
  assert_false(ratio_meets(29999, 100000, 3000)); /* 29.999 % shows as 30.00 % and does not pass */
  assert_true(ratio_bp(29999, 100000) == 3000);
  assert_false(ratio_meets(5, 0, 0));
  assert_true(ratio_meets(INT64_MAX, INT64_MAX, 10000));
  assert_false(ratio_meets(INT64_MAX - 1, INT64_MAX, 10000));
}

static void test_add_overflow(void **state) {
  (void)state;
  int64_t sum = 5;
  assert_false(money_add(INT64_MAX, 1, &sum));
  assert_true(sum == 5);
  assert_false(money_add(INT64_MIN, -1, &sum));
  assert_true(money_add(INT64_MAX, INT64_MIN, &sum));
  assert_true(sum == -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_yuan),
      cmocka_unit_test(test_wanyuan),
      cmocka_unit_test(test_published_sums),
      cmocka_unit_test(test_published_ratios),
      cmocka_unit_test(test_published_errors_show),
      cmocka_unit_test(test_ratio_edges),
      cmocka_unit_test(test_add_overflow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
