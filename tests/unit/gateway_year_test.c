/* gateway_year_test.c - the yearly report's sentences: what is unknown is not said as 0, growth is rounded half up, what is left out is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "services/gateway/year_text.c"

static Workrelief__YearTotal now_total(void) {
  Workrelief__YearTotal total = WORKRELIEF__YEAR_TOTAL__INIT;
  total.project_count = 2, total.started_count = 1, total.absorbed_count = 30, total.local_count = 20, total.due_fen = 300, total.paid_fen = 200;
  return total;
}

static char *text_for(struct arena *arena, Workrelief__YearFacts *facts, Workrelief__YearReport *report) {
  facts->report_year = 2026;
  facts->as_of_date = (char *)(uintptr_t) "2026-12-20";
  facts->issuer_name = (char *)(uintptr_t) "区发展和改革局";
  report->facts = facts;
  char *text = year_text(arena, report);
  assert_non_null(text);
  return text;
}

static void assert_says(const char *text, const char *words, bool wanted) {
  if ((strstr(text, words) != NULL) != wanted) fail_msg("%s: %s\n%s", wanted ? "missing" : "said", words, text);
}

/* R189: a year of which nothing is known is a report all the same, and compares itself with nothing. */
static void test_nothing_is_known(void **state) {
  (void)state;
  struct arena arena;
  arena_init(&arena, (size_t)1 << 20);
  Workrelief__YearFacts facts = WORKRELIEF__YEAR_FACTS__INIT;
  Workrelief__YearReport report = WORKRELIEF__YEAR_REPORT__INIT;
  const char *text = text_for(&arena, &facts, &report);
  assert_says(text, "本年没有计入汇总的项目。", true);
  assert_says(text, "比上年", false);
  assert_says(text, "2026年度评估尚未公布。", true);
  assert_says(text, "2027年度清单尚无项目。", true);
  assert_says(text, "区发展和改革局\n", true);
  arena_reset(&arena);
}

/* R189 R196: growth half up to two decimals, from nothing no share; a sum that is not known is not written. */
static void test_year_on_year(void **state) {
  (void)state;
  static const struct {
    int32_t now, before;
    const char *words;
  } cases[] = {{30, 27, "吸纳务工人数比上年增加11.11%"}, {30, 40, "吸纳务工人数比上年减少25.00%"}, {30, 30, "吸纳务工人数与上年持平"},
               {30, 0, "吸纳务工人数上年为零"},          {2, 3, "吸纳务工人数比上年减少33.33%"},   {5, 3, "吸纳务工人数比上年增加66.67%"}};
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    struct arena arena;
    arena_init(&arena, (size_t)1 << 20);
    Workrelief__YearFacts facts = WORKRELIEF__YEAR_FACTS__INIT;
    Workrelief__YearReport report = WORKRELIEF__YEAR_REPORT__INIT;
    Workrelief__YearTotal now = now_total(), before = now_total();
    now.absorbed_count = cases[i].now, before.absorbed_count = cases[i].before;
    facts.whole = &now, facts.former_whole = &before, facts.former_quarter_count = 4;
    const char *text = text_for(&arena, &facts, &report);
    assert_says(text, cases[i].words, true);
    assert_says(text, "总投资", false);
    assert_says(text, "口径不同", true); /* four quarters against none */
    arena_reset(&arena);
  }
}

/* R196: where levels beneath have not said what part was local, no part is written as 0. */
static void test_parts_that_nobody_has_said(void **state) {
  (void)state;
  for (int unknown = 0; unknown <= 1; unknown++) {
    struct arena arena;
    arena_init(&arena, (size_t)1 << 20);
    Workrelief__YearFacts facts = WORKRELIEF__YEAR_FACTS__INIT;
    Workrelief__YearReport report = WORKRELIEF__YEAR_REPORT__INIT;
    Workrelief__YearTotal now = now_total();
    now.parts_unknown = unknown;
    facts.whole = &now;
    assert_says(text_for(&arena, &facts, &report), "当地20人", !unknown);
    arena_reset(&arena);
  }
}

/* R189: how many there are is said where a list does not fit. */
static void test_what_is_left_out_is_told(void **state) {
  (void)state;
  struct arena arena;
  arena_init(&arena, (size_t)1 << 20);
  Workrelief__YearFacts facts = WORKRELIEF__YEAR_FACTS__INIT;
  Workrelief__YearReport report = WORKRELIEF__YEAR_REPORT__INIT;
  Workrelief__YearFinding finding = WORKRELIEF__YEAR_FINDING__INIT, *findings[] = {&finding};
  finding.finding_note = (char *)(uintptr_t) "少计工日";
  facts.findings = findings, facts.n_findings = 1, facts.overdue_finding_count = 4;
  assert_says(text_for(&arena, &facts, &report), "其余3项从略。", true);
  facts.overdue_finding_count = 1;
  assert_says(text_for(&arena, &facts, &report), "从略", false);
  arena_reset(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_is_known), cmocka_unit_test(test_year_on_year),
                                     cmocka_unit_test(test_parts_that_nobody_has_said), cmocka_unit_test(test_what_is_left_out_is_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
