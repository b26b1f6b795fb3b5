/* evaluation_rules_test.c - R138 R139: the share of pay to the fen; R103 R135: where three ledgers disagree. Tables of cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "services/evaluation/rules.c"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define YUAN INT64_C(100)
#define WAN (INT64_C(10000) * YUAN)

/* R138: published figures (facts C.3, forms E) and the edges around them. */
static void test_share_of_pay(void **state) {
  (void)state;
  static const struct {
    struct ratio_case one;
    enum ratio_verdict verdict;
    int64_t missing_fen;
  } cases[] = {
      {{15 * WAN, 100 * WAN, 1500}, RATIO_PASS, 0},
      {{15 * WAN - 1, 100 * WAN, 1500}, RATIO_BELOW, 1},
      {{157 * WAN + 5000 * YUAN, 375 * WAN, 4200}, RATIO_PASS, 0}, /* Jingyan 2026: 42 % of 375 is 157.50 */
      {{157 * WAN + 5000 * YUAN - 1, 375 * WAN, 4200}, RATIO_BELOW, 1},
      {{198 * WAN + 200 * YUAN, 780 * WAN, 2500}, RATIO_PASS, 0}, /* Beichuan 2023: 25 % of 780 is 195 */
      {{16004 * WAN / 100, 320 * WAN, 5000}, RATIO_PASS, 0},      /* Heshan: 160.04 / 320 */
      {{186 * WAN, 370 * WAN, 5027}, RATIO_PASS, 0},              /* 50.27 % as published is rounded up from 50.2703 */
      {{186 * WAN, 370 * WAN, 5028}, RATIO_BELOW, 36000},
      {{1, 3, 3333}, RATIO_PASS, 0}, /* required 0.9999 fen, rounded up to 1 */
      {{0, 3, 3333}, RATIO_BELOW, 1},
      {{0, 0, 1500}, RATIO_NOT_APPLICABLE, 0},
      {{100, 0, 1500}, RATIO_NOT_APPLICABLE, 0}, /* pay without a basis is never a pass */
      {{100, -5, 1500}, RATIO_NOT_APPLICABLE, 0},
      {{0, 100, 0}, RATIO_PASS, 0},
      {{INT64_C(100000000000000), INT64_C(100000000000000), 10000}, RATIO_PASS, 0}, /* the product passes 64 bits */
      {{INT64_C(99999999999999), INT64_C(100000000000000), 10000}, RATIO_BELOW, 1},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    assert_int_equal(ratio_judge(&cases[i].one), cases[i].verdict);
    assert_int_equal(ratio_missing_fen(&cases[i].one), cases[i].missing_fen);
  }
}

/* R139: of several rules at once, the one that asks the most money, whatever its percentage. */
static void test_governing_rule(void **state) {
  (void)state;
  const struct ratio_case none[] = {{50, 0, 1500}, {50, 0, 3000}};
  const struct ratio_case mixed[] = {{50, 0, 9000}, {50, 1000, 1500}, {50, 400, 3000}, {50, 1000, 1500}};
  assert_int_equal(ratio_governing(none, COUNT(none)), COUNT(none));
  assert_int_equal(ratio_governing(mixed, COUNT(mixed)), 1); /* 150 against 120; the first of two equals */
  assert_int_equal(ratio_governing(mixed, 0), 0);
}

/* Attendance and sheet both there and due; the rest by place. */
#define MONTH(workers_, lines_, days, paid_days, same, settled, net, paid, bank)                                                                     \
  {                                                                                                                                                  \
    .has_attendance = true, .has_sheet = true, .is_sheet_due = true, .workers = workers_, .lines = lines_, .attendance_hundredths = days,            \
    .payroll_hundredths = paid_days, .digests_equal = same, .is_settled = settled, .net_fen = net, .paid_fen = paid, .bank_fen = bank                \
  }

/* R103, R135 */
static void test_three_ledgers(void **state) {
  (void)state;
  static const struct {
    struct ledger_month month;
    unsigned mismatches;
    int64_t involved_fen;
  } cases[] = {
      {MONTH(3, 3, 3000, 3000, true, true, 600, 600, 600), 0, 0},
      {MONTH(2, 3, 3000, 3000, true, true, 600, 600, 600), 1u << LEDGER_WORKERS, 600},
      {MONTH(3, 3, 2999, 3000, true, true, 600, 600, 600), 1u << LEDGER_DAYS, 600},
      {MONTH(3, 3, 3000, 3000, false, true, 600, 600, 600), 1u << LEDGER_DIGEST, 600},
      {MONTH(3, 3, 3000, 3000, true, true, 600, 600, 599), 1u << LEDGER_PAID, 1},
      {MONTH(3, 3, 3000, 3000, true, true, 600, 500, 500), 1u << LEDGER_PAID, 100}, /* settled, but not in full */
      {MONTH(3, 3, 3000, 3000, true, false, 600, 200, 200), 0, 0},                  /* still being paid */
      {{.has_attendance = true, .is_sheet_due = true, .workers = 3}, 1u << LEDGER_SHEET_MISSING, 0},
      {{.has_attendance = true, .workers = 3}, 0, 0}, /* not due yet */
      {{.has_sheet = true, .lines = 3, .payroll_hundredths = 3000, .net_fen = 600}, 1u << LEDGER_WORKERS | 1u << LEDGER_DAYS, 600},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    unsigned found = 0;
    for (int k = 0; k < LEDGER_MISMATCHES; k++) {
      if (!ledger_differs(&cases[i].month, (enum ledger_mismatch)k)) continue;
      found |= 1u << k;
      assert_int_equal(ledger_involved_fen(&cases[i].month, (enum ledger_mismatch)k), cases[i].involved_fen);
    }
    assert_int_equal(found, cases[i].mismatches);
  }
}

/* R103: a month with several sheets may lack one until it is due; more than was sealed is wrong at once. */
static void test_a_sheet_still_to_come(void **state) {
  (void)state;
  struct ledger_month month = MONTH(3, 2, 3000, 2000, true, false, 400, 0, 0);
  assert_true(ledger_differs(&month, LEDGER_WORKERS) && ledger_differs(&month, LEDGER_DAYS));
  month.is_sheet_due = false;
  assert_false(ledger_differs(&month, LEDGER_WORKERS) || ledger_differs(&month, LEDGER_DAYS));
  month.lines = 4, month.payroll_hundredths = 4000;
  assert_true(ledger_differs(&month, LEDGER_WORKERS) && ledger_differs(&month, LEDGER_DAYS));
}

/* R103, R135: roster, attendance, payroll, paid, bank; -1 = unknown to that ledger */
static void test_one_worker(void **state) {
  (void)state;
  static const struct {
    struct ledger_worker worker;
    unsigned mismatches;
  } cases[] = {
      {{1000, 1000, 1000, 500, 500, true}, 0},
      {{1000, 1000, 1000, 500, -1, true}, 0}, /* paid in cash: no bank to compare with */
      {{600, 1000, 1000, 500, 500, true}, 1u << WORKER_ROSTER},
      {{1000, 1000, 900, 500, 500, true}, 1u << WORKER_DAYS},
      {{-1, -1, 1000, 500, 500, false}, 1u << WORKER_MISSING},
      {{1000, 1000, -1, 0, -1, true}, 1u << WORKER_MISSING},
      {{1000, 1000, -1, 0, -1, false}, 0}, /* his sheet may still come */
      {{1000, 1000, 1000, 500, 0, true}, 1u << WORKER_PAID},
      {{0, 1000, 1100, 500, 499, true}, 1u << WORKER_ROSTER | 1u << WORKER_DAYS | 1u << WORKER_PAID},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    unsigned found = 0;
    for (int k = 0; k < WORKER_MISMATCHES; k++) found |= ledger_worker_differs(&cases[i].worker, (enum worker_mismatch)k) ? 1u << k : 0;
    assert_int_equal(found, cases[i].mismatches);
  }
}

#define JUNE_2026 (2026 * 12 + 5)

/* R136: what the finished works will have paid, and until when it can be mended. 100 days so far at 200 yuan, four tenths done since March. */
static void test_forecast(void **state) {
  (void)state;
  const struct forecast_case usual = {.pay_fen = 20000 * YUAN,
                                      .final_pay_fen = 50000 * YUAN,
                                      .base_fen = 200000 * YUAN,
                                      .floor_bp = 2500,
                                      .progress_bp = 4000,
                                      .worked_hundredths = 10000,
                                      .worked_months = 4,
                                      .workers = 5,
                                      .month_workdays = 20,
                                      .start_month = JUNE_2026 - 3,
                                      .progress_month = JUNE_2026,
                                      .planned_end_month = JUNE_2026 + 6,
                                      .this_month = JUNE_2026};
  assert_int_equal(forecast_judge(&usual).state, FORECAST_ON_TRACK); /* 50,000 of 200,000 is 25 % to the fen */
  assert_int_equal(forecast_judge(&usual).end_month, JUNE_2026 + 6);

  struct forecast_case low = usual;
  low.floor_bp = 3000; /* 10,000 wanting: 50 days; 75 a month are free */
  struct forecast told = forecast_judge(&low);
  assert_int_equal(told.state, FORECAST_MENDABLE);
  assert_int_equal(told.missing_fen, 10000 * YUAN);
  assert_int_equal(told.extra_hundredths, 5000);
  assert_int_equal(told.last_month, JUNE_2026 + 6);
  low.floor_bp = 4000; /* 150 days: two months */
  assert_int_equal(forecast_judge(&low).last_month, JUNE_2026 + 5);
  low.floor_bp = 4001; /* one fen's worth beyond two months */
  assert_int_equal(forecast_judge(&low).last_month, JUNE_2026 + 4);
  low.workers = 1; /* busy beyond their days: nothing free */
  assert_int_equal(forecast_judge(&low).state, FORECAST_TOO_LATE);
  low = usual, low.floor_bp = 9000, low.planned_end_month = JUNE_2026;
  assert_int_equal(forecast_judge(&low).state, FORECAST_TOO_LATE);
  assert_int_equal(forecast_judge(&low).last_month, -1);

  low = usual, low.planned_end_month = -1; /* four months for four tenths: ten in all */
  assert_int_equal(forecast_judge(&low).end_month, JUNE_2026 + 6);
  low.planned_end_month = JUNE_2026 - 1; /* overdue: the plan tells nothing any more */
  assert_int_equal(forecast_judge(&low).end_month, JUNE_2026 + 6);
  low.progress_bp = 3900;
  assert_int_equal(forecast_judge(&low).end_month, JUNE_2026 + 7);

  struct forecast_case none = usual;
  none.progress_bp = 0;
  assert_int_equal(forecast_judge(&none).state, FORECAST_UNKNOWN);
  none = usual, none.pay_fen = 0;
  assert_int_equal(forecast_judge(&none).state, FORECAST_UNKNOWN);
  none = usual, none.base_fen = 0;
  assert_int_equal(forecast_judge(&none).state, FORECAST_UNKNOWN);
  struct forecast_case large = usual; /* products beyond 64 bits */
  large.base_fen = INT64_C(100000000000000), large.final_pay_fen = 1, large.pay_fen = 1, large.worked_hundredths = INT64_C(1000000000000);
  assert_int_equal(forecast_judge(&large).extra_hundredths, INT64_MAX);
}

/* R160: a scan has one period, and it has begun */
static void test_scan_period(void **state) {
  (void)state;
  assert_true(scan_period_ok("2026-06", 0, "2026-06-01"));
  assert_true(scan_period_ok("2025-12", 0, "2026-01-31"));
  assert_true(scan_period_ok("", 2026, "2026-01-01"));
  assert_false(scan_period_ok("2026-07", 0, "2026-06-30"));
  assert_false(scan_period_ok("", 2027, "2026-12-31"));
  assert_false(scan_period_ok("2026-06", 2026, "2026-06-30"));
  assert_false(scan_period_ok("", 0, "2026-06-30"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_share_of_pay),  cmocka_unit_test(test_governing_rule),
                                     cmocka_unit_test(test_three_ledgers), cmocka_unit_test(test_a_sheet_still_to_come),
                                     cmocka_unit_test(test_one_worker),    cmocka_unit_test(test_scan_period),
                                     cmocka_unit_test(test_forecast)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
