/* gateway_rules_test.c - the gateway's pure rules by tables of cases, and the page's escaping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "services/gateway/outlier.c"
#include "services/gateway/page.c"
#include "services/gateway/page_figures.c"
#include "services/gateway/rules.c"

/* A line of which nothing can be said against. */
static Workrelief__ReportLine good_line(void) {
  Workrelief__ReportLine l = WORKRELIEF__REPORT_LINE__INIT;
  l.project_code = (char *)(uintptr_t) "P1";
  l.project_state = WORKRELIEF__PROJECT_STATE__VALUE__CONSTRUCTION;
  l.is_counted = true;
  l.fiscal_known_case = WORKRELIEF__REPORT_LINE__FISCAL_KNOWN_FISCAL_FEN, l.fiscal_fen = 300;
  l.central_known_case = WORKRELIEF__REPORT_LINE__CENTRAL_KNOWN_CENTRAL_FEN, l.central_fen = 200;
  l.absorbed_count = 10, l.local_count = 10, l.female_count = 4, l.priority_count = 7, l.day_hundredths = 12345;
  l.due_fen = 1000, l.paid_fen = 1000;
  l.cumulative_due_fen = 3000, l.cumulative_paid_fen = 3000, l.cumulative_day_hundredths = 20000, l.cumulative_absorbed_count = 12;
  l.ratio_known_case = WORKRELIEF__REPORT_LINE__RATIO_KNOWN_RATIO_BP, l.ratio_bp = 3000;
  l.floor_known_case = WORKRELIEF__REPORT_LINE__FLOOR_KNOWN_FLOOR_BP, l.floor_bp = 3000;
  return l;
}

static const char *first_broken(const struct line_rule *rules, size_t count, const Workrelief__ReportLine *l) {
  for (size_t i = 0; i < count; i++)
    if (rules[i].broken(l)) return rules[i].id;
  return "";
}

/* R196: parts do not exceed wholes, due = paid + unpaid, cumulative holds the quarter; published sums that do not hold are never mended. */
static void test_line_rules(void **state) {
  (void)state;
  Workrelief__ReportLine l = good_line();
  assert_string_equal(first_broken(line_rules, line_rule_count, &l), "");
#define BREAKS(change, id)                                                                                                                           \
  l = good_line();                                                                                                                                   \
  change;                                                                                                                                            \
  assert_string_equal(first_broken(line_rules, line_rule_count, &l), id);
  BREAKS(l.paid_fen = 1001, "PAID_OVER_DUE")
  BREAKS(l.unpaid_fen = 1, "PAY_DOES_NOT_ADD_UP")
  BREAKS((l.paid_fen = 900, l.unpaid_fen = 99), "PAY_DOES_NOT_ADD_UP")
  BREAKS((l.paid_fen = 900, l.unpaid_fen = 100), "")
  BREAKS(l.local_count = 11, "PART_OVER_WHOLE")
  BREAKS(l.female_count = 11, "PART_OVER_WHOLE")
  BREAKS(l.priority_count = 11, "PART_OVER_WHOLE")
  BREAKS(l.day_hundredths = 0, "PEOPLE_WITHOUT_DAYS")
  BREAKS((l.absorbed_count = l.local_count = l.female_count = l.priority_count = 0), "PEOPLE_WITHOUT_DAYS")
  BREAKS(l.cumulative_due_fen = 999, "CUMULATIVE_BELOW_QUARTER")
  BREAKS(l.cumulative_paid_fen = 999, "CUMULATIVE_BELOW_QUARTER")
  BREAKS(l.cumulative_day_hundredths = 12344, "CUMULATIVE_BELOW_QUARTER")
  BREAKS(l.cumulative_absorbed_count = 9, "CUMULATIVE_BELOW_QUARTER")
  BREAKS(l.central_fen = 301, "FUNDS_OVER_TOTAL")
  BREAKS((l.fiscal_fen = 0, l.fiscal_known_case = WORKRELIEF__REPORT_LINE__FISCAL_KNOWN__NOT_SET), "")
#undef BREAKS
}

/* R201: the counts of outreach are those of the units listed, each once and in order; a line of the time before says nothing and is fine. */
static void test_outreach(void **state) {
  (void)state;
  Workrelief__OutreachUnit bureau = WORKRELIEF__OUTREACH_UNIT__INIT, owner = WORKRELIEF__OUTREACH_UNIT__INIT, *units[] = {&bureau, &owner};
  Workrelief__LineFigures figures = WORKRELIEF__LINE_FIGURES__INIT, unsaid = WORKRELIEF__LINE_FIGURES__INIT;
  Workrelief__ReportLine l = good_line();
  bureau.unit_id = (char *)(uintptr_t) "140214-jtj", bureau.is_member = bureau.reached_in_year = bureau.reached_in_quarter = true;
  owner.unit_id = (char *)(uintptr_t) "owner-1", owner.is_owner = owner.reached_in_year = true;
  figures.outreach_units = units, figures.n_outreach_units = 2;
  figures.outreach_required_known_case = WORKRELIEF__LINE_FIGURES__OUTREACH_REQUIRED_KNOWN_OUTREACH_REQUIRED_COUNT;
  figures.outreach_reached_known_case = WORKRELIEF__LINE_FIGURES__OUTREACH_REACHED_KNOWN_OUTREACH_REACHED_COUNT;
  figures.cumulative_outreach_reached_known_case = WORKRELIEF__LINE_FIGURES__CUMULATIVE_OUTREACH_REACHED_KNOWN_CUMULATIVE_OUTREACH_REACHED_COUNT;
  figures.outreach_required_count = 2, figures.outreach_reached_count = 1, figures.cumulative_outreach_reached_count = 2;
  l.figures = &unsaid;
  assert_string_equal(first_broken(line_rules, line_rule_count, &l), "");
  l.figures = &figures;
  assert_string_equal(first_broken(line_rules, line_rule_count, &l), "");
#define DIFFERS(change, back)                                                                                                                        \
  change;                                                                                                                                            \
  assert_string_equal(first_broken(line_rules, line_rule_count, &l), "OUTREACH_DIFFERS");                                                            \
  back;
  DIFFERS(figures.outreach_required_count = 3, figures.outreach_required_count = 2)
  DIFFERS(figures.outreach_reached_count = 2, figures.outreach_reached_count = 1)
  DIFFERS(figures.cumulative_outreach_reached_count = 1, figures.cumulative_outreach_reached_count = 2)
  DIFFERS(bureau.reached_in_year = false, bureau.reached_in_year = true)
  DIFFERS(units[1] = &bureau, units[1] = &owner)
  DIFFERS((units[0] = &owner, units[1] = &bureau), (units[0] = &bureau, units[1] = &owner))
  DIFFERS(figures.outreach_required_known_case = 0,
          figures.outreach_required_known_case = WORKRELIEF__LINE_FIGURES__OUTREACH_REQUIRED_KNOWN_OUTREACH_REQUIRED_COUNT)
#undef DIFFERS
  assert_string_equal(first_broken(line_rules, line_rule_count, &l), "");
}

/* R196: parts of the year's people and trainees are within their whole and hold the quarter's own; a line of the time before says none and is fine. */
static void test_year_parts(void **state) {
  (void)state;
  Workrelief__LineFigures figures = WORKRELIEF__LINE_FIGURES__INIT;
  Workrelief__ReportLine l = good_line();
  l.figures = &figures;
  l.trainee_count = figures.cumulative_trainee_count = 5, figures.safety_trainee_count = 3, figures.skill_trainee_count = 2;
  assert_string_equal(first_broken(line_rules, line_rule_count, &l), "");
#define PART(part, name, quarter, whole)                                                                                                             \
  figures.cumulative_##part##_known_case = WORKRELIEF__LINE_FIGURES__CUMULATIVE_##name##_KNOWN_CUMULATIVE_##name##_COUNT;                            \
  figures.cumulative_##part##_count = (whole) + 1;                                                                                                   \
  assert_string_equal(first_broken(line_rules, line_rule_count, &l), "PART_OVER_WHOLE");                                                             \
  figures.cumulative_##part##_count = (quarter)-1;                                                                                                   \
  assert_string_equal(first_broken(line_rules, line_rule_count, &l), "CUMULATIVE_BELOW_QUARTER");                                                    \
  figures.cumulative_##part##_count = (whole);                                                                                                       \
  assert_string_equal(first_broken(line_rules, line_rule_count, &l), "");                                                                            \
  figures.cumulative_##part##_count = (quarter);                                                                                                     \
  assert_string_equal(first_broken(line_rules, line_rule_count, &l), "");
  PART(local, LOCAL, 10, 12)
  PART(female, FEMALE, 4, 12)
  PART(priority, PRIORITY, 7, 12)
  PART(safety_trainee, SAFETY_TRAINEE, 3, 5)
  PART(skill_trainee, SKILL_TRAINEE, 2, 5)
#undef PART
  figures.cumulative_relief_paid_fen = 2999;
  figures.cumulative_per_head_known_case = WORKRELIEF__LINE_FIGURES__CUMULATIVE_PER_HEAD_KNOWN_CUMULATIVE_PER_HEAD_FEN;
  figures.cumulative_per_head_fen = 249;
  assert_string_equal(first_broken(exception_rules, exception_rule_count, &l), "");
  figures.cumulative_per_head_fen = 250;
  assert_string_equal(first_broken(exception_rules, exception_rule_count, &l), "PER_HEAD_DIFFERS");
}

/* R164: zero pay under construction, a ratio below its floor, late sheets, arrears, findings overdue; a ratio that does not apply is none. */
static void test_exceptions(void **state) {
  (void)state;
  Workrelief__ReportLine l = good_line();
  assert_string_equal(first_broken(exception_rules, exception_rule_count, &l), "");
#define SHOWS(change, id)                                                                                                                            \
  l = good_line();                                                                                                                                   \
  change;                                                                                                                                            \
  assert_string_equal(first_broken(exception_rules, exception_rule_count, &l), id);
  SHOWS(l.paid_fen = 0, "ZERO_PAY_UNDER_CONSTRUCTION")
  SHOWS((l.paid_fen = 0, l.project_state = WORKRELIEF__PROJECT_STATE__VALUE__APPROVED), "")
  SHOWS(l.ratio_bp = 2999, "RATIO_BELOW_FLOOR")
  SHOWS(l.ratio_bp = 0, "RATIO_BELOW_FLOOR")
  SHOWS((l.ratio_bp = 0, l.ratio_known_case = WORKRELIEF__REPORT_LINE__RATIO_KNOWN__NOT_SET), "")
  SHOWS(l.sheets_late_count = 1, "SHEETS_LATE")
  SHOWS(l.unpaid_fen = 1, "PAY_IN_ARREARS")
  SHOWS(l.overdue_count = 1, "FINDINGS_OVERDUE")
  SHOWS((l.day_hundredths = 0), "PAY_WITHOUT_ATTENDANCE")
  SHOWS((l.day_hundredths = l.due_fen = 0), "")
  SHOWS((l.sheets_due_count = 3, l.sheets_filed_count = 2), "SHEETS_NOT_FILED")
  SHOWS((l.sheets_due_count = 3, l.sheets_filed_count = 3), "")
  SHOWS((l.notices_due_count = 2, l.notices_done_count = 1), "NOTICES_OPEN")
#undef SHOWS
}

static void test_repeated(void **state) {
  (void)state;
  Workrelief__ReportLine a = good_line(), b = good_line(), c = good_line();
  b.project_code = (char *)(uintptr_t) "P2";
  Workrelief__ReportLine *lines[] = {&a, &b, &c};
  struct arena arena;
  arena_init(&arena, 100000);
  assert_int_equal(lines_repeated(&arena, lines, 0), 0);
  assert_int_equal(lines_repeated(&arena, lines, 2), 2);
  assert_int_equal(lines_repeated(&arena, lines, 3), 2);
  c.origin_unit_id = (char *)(uintptr_t) "140214-jtj";
  assert_int_equal(lines_repeated(&arena, lines, 3), 3);
  c.origin_unit_id = (char *)(uintptr_t) "";
  arena_reset(&arena);
  assert_ptr_equal(lines_find(lines, 3, "P2"), &b);
  assert_null(lines_find(lines, 3, "P3"));
}

/* Whatever a unit is called, it runs nothing in the office's browser. */
static void test_page_escapes(void **state) {
  (void)state;
  Workrelief__UnitStatus unit = WORKRELIEF__UNIT_STATUS__INIT;
  Workrelief__UnitStatus *units[] = {&unit};
  Workrelief__Completeness completeness = WORKRELIEF__COMPLETENESS__INIT;
  Workrelief__QuarterPage quarters = WORKRELIEF__QUARTER_PAGE__INIT;
  unit.unit_name = (char *)(uintptr_t) "<script>alert('&\"')</script>";
  completeness.quarter = (char *)(uintptr_t) "2026Q1";
  completeness.units = units, completeness.n_units = 1;
  char *names[] = {unit.unit_name};
  completeness.missing_unit_names = names, completeness.n_missing_unit_names = 1;
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  assert_non_null(out);
  page_report(out, &completeness, NULL, &quarters);
  assert_int_equal(fclose(out), 0);
  assert_null(strstr(text, "<script"));
  assert_non_null(strstr(text, "&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;"));
  assert_non_null(strstr(text, "2026年第一季度"));
  assert_non_null(strstr(text, "尚未汇总"));
  free(text);
}

static char *table_of(const Workrelief__Total *total) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  assert_non_null(out);
  const struct subject subject = {"PROJECTS", total_figures, ARRAY_LENGTH(total_figures)};
  total_row(out, &subject, "合计", total, "total");
  money_note(out, total);
  assert_int_equal(fclose(out), 0);
  return text;
}

/* R190: a sum says what it does not hold; unknown is never 0, and 0 is never unknown. */
static void test_page_unknown_amounts(void **state) {
  (void)state;
  Workrelief__Total total = WORKRELIEF__TOTAL__INIT;
  static const struct {
    bool known;
    int unknown_count;
    const char *cell, *note;
  } cases[] = {{true, 0, "<td class=n>1.00</td>", NULL},
               {true, 2, "<td class=n>≥ 1.00 <span class=en>(+2)</span></td>", "总投资：另有 2 个项目未公布总投资"},
               {false, 3, "<td class=n>—</td>", "总投资：另有 3 个项目未公布总投资"}};
  total.total_key = (char *)(uintptr_t) "";
  total.fiscal_known_case = WORKRELIEF__TOTAL__FISCAL_KNOWN_FISCAL_FEN;
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    total.total_investment_known_case =
        cases[i].known ? WORKRELIEF__TOTAL__TOTAL_INVESTMENT_KNOWN_TOTAL_INVESTMENT_FEN : WORKRELIEF__TOTAL__TOTAL_INVESTMENT_KNOWN__NOT_SET;
    total.total_investment_fen = cases[i].known ? 1000000 : 0;
    total.total_investment_unknown_count = cases[i].unknown_count;
    char *text = table_of(&total);
    assert_non_null(strstr(text, cases[i].cell));
    assert_true(cases[i].note ? strstr(text, cases[i].note) != NULL : strstr(text, "class=note") == NULL);
    free(text);
  }
  total.fiscal_unknown_count = 1;
  char *text = table_of(&total);
  assert_non_null(strstr(text, "财政资金：另有 1 个项目未登记资金来源"));
  assert_non_null(strstr(text, "No source of money is on record for 1 of the projects"));
  free(text);
}

/* Every rule has its weight and its basis: a rule of a line blocks, an exception wants a comment or is only shown. */
static void test_severities(void **state) {
  (void)state;
  for (size_t i = 0; i < line_rule_count; i++) assert_int_equal(line_rules[i].severity, BLOCK), assert_true(*line_rules[i].basis);
  for (size_t i = 0; i < exception_rule_count; i++) {
    assert_true(exception_rules[i].severity == WARN || exception_rules[i].severity == INFO);
    assert_true(*exception_rules[i].basis);
    assert_string_not_equal(exception_word(exception_rules[i].id), exception_rules[i].id);
  }
  for (size_t i = 0; i < unit_rule_count; i++) assert_string_not_equal(exception_word(unit_rules[i].id), unit_rules[i].id);
}

/* R196: what is counted since January, or since the works began, never falls; a new year begins anew. */
static void test_cumulative(void **state) {
  (void)state;
  Workrelief__ReportLine l = good_line();
  Workrelief__PastLine past = WORKRELIEF__PAST_LINE__INIT;
  l.invested_fen = past.invested_fen = 500;
  past.same_year = true;
  past.cumulative_due_fen = 3000, past.cumulative_paid_fen = 3000, past.cumulative_day_hundredths = 20000, past.cumulative_absorbed_count = 12;
  assert_null(line_fallen(&l, &past));
  past.cumulative_absorbed_count = 13;
  assert_string_equal(line_fallen(&l, &past), "cumulative_absorbed_count");
  past.cumulative_day_hundredths = 20001;
  assert_string_equal(line_fallen(&l, &past), "cumulative_day_hundredths");
  past.cumulative_paid_fen = 3001;
  assert_string_equal(line_fallen(&l, &past), "cumulative_paid_fen");
  past.cumulative_due_fen = 3001;
  assert_string_equal(line_fallen(&l, &past), "cumulative_due_fen");
  past.same_year = false;
  assert_null(line_fallen(&l, &past));
  past.invested_fen = 501;
  assert_string_equal(line_fallen(&l, &past), "invested_fen");
  past.same_year = true;
  past.cumulative_due_fen = 2000, past.cumulative_paid_fen = 2000, past.cumulative_day_hundredths = 20000 - 12345;
  assert_null(line_mismatch(&l, &past));
  past.cumulative_day_hundredths++;
  assert_string_equal(line_mismatch(&l, &past), "cumulative_day_hundredths");
  past.cumulative_paid_fen = 1999;
  assert_string_equal(line_mismatch(&l, &past), "cumulative_paid_fen");
  past.cumulative_due_fen = 2001;
  assert_string_equal(line_mismatch(&l, &past), "cumulative_due_fen");
  past.same_year = false;
  assert_null(line_mismatch(&l, &past));
}

static bool is_far(const int64_t *past, size_t count, int64_t value) { return outlier_of(past, count, value).is_far; }

/* R164: modified z-score above 3.5 in whole numbers; with fewer than four earlier quarters nothing is said. */
static void test_outliers(void **state) {
  (void)state;
  const int64_t steady[] = {100, 102, 98, 101, 99}, same[] = {70, 70, 70, 70}, even[] = {10, 20, 30, 40};
  assert_false(is_far(steady, 5, 105)); /* median 100, MAD 1: 5 * 6745 = 33725 <= 35000 */
  assert_true(is_far(steady, 5, 106));
  assert_true(is_far(steady, 5, 94));
  assert_false(is_far(steady, 3, 1000000));
  assert_false(is_far(same, 4, 70));
  assert_true(is_far(same, 4, 71)); /* it never moved before */
  assert_int_equal(outlier_of(even, 4, 25).median, 25);
  assert_false(is_far(even, 4, 76)); /* MAD 10: 51 * 6745 = 343995 <= 350000 */
  assert_true(is_far(even, 4, 77));
  const int64_t huge[] = {INT64_C(90000000000000000), INT64_C(90000000000000002), INT64_C(90000000000000004), INT64_C(90000000000000006)};
  assert_false(is_far(huge, 4, INT64_C(90000000000000003)));
  assert_true(is_far(huge, 4, 0));
  int64_t many[OUTLIER_PAST_MOST + 8] = {0};
  for (size_t i = 0; i < OUTLIER_PAST_MOST; i++) many[8 + i] = 1000 + (int64_t)(i % 3);
  assert_false(is_far(many, OUTLIER_PAST_MOST + 8, 1003));
  assert_true(is_far(many, OUTLIER_PAST_MOST + 8, 0));
}

/* Only what counts is summed; pay a day needs days. */
static void test_totals(void **state) {
  (void)state;
  Workrelief__ReportLine first = good_line(), second = good_line(), third = good_line();
  third.is_counted = false;
  Workrelief__ReportLine *lines[] = {&first, &second, &third};
  Workrelief__PastQuarter total = lines_total(lines, 3);
  assert_int_equal(total.paid_fen, 2000);
  assert_int_equal(total.absorbed_count, 20);
  assert_int_equal(total.day_hundredths, 24690);
  assert_int_equal(unit_rules[3].value(&total), 2000 * 100 / 24690);
  total.day_hundredths = 0;
  assert_int_equal(unit_rules[3].value(&total), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_line_rules),
                                     cmocka_unit_test(test_outreach),
                                     cmocka_unit_test(test_year_parts),
                                     cmocka_unit_test(test_exceptions),
                                     cmocka_unit_test(test_repeated),
                                     cmocka_unit_test(test_page_escapes),
                                     cmocka_unit_test(test_page_unknown_amounts),
                                     cmocka_unit_test(test_severities),
                                     cmocka_unit_test(test_cumulative),
                                     cmocka_unit_test(test_outliers),
                                     cmocka_unit_test(test_totals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
