/* gateway_level_test.c - a level's report against itself: conflicts, origins, totals, heads, by tables of cases (R192, R196). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/gateway/level.c"

#define TEXT(literal) ((char *)(uintptr_t)(literal))
#define LINES 3

/* Two bureaus of district 140214, three projects; fifteen places, and twelve people when three worked twice. */
struct report {
  struct arena arena;
  Workrelief__ReportLine line[LINES], *lines[LINES];
  Workrelief__Total total[3], *totals[3];
};

static void make_line(struct report *report, size_t i, const char *project, const char *unit, const char *path, Workrelief__FieldOfWork__Value field,
                      int32_t absorbed) {
  Workrelief__ReportLine *line = report->lines[i] = &report->line[i];
  workrelief__report_line__init(line);
  line->project_code = TEXT(project);
  line->origin_unit_id = line->origin_unit_name = TEXT(unit);
  line->origin_path = TEXT(path);
  line->origin_report_code = TEXT("R");
  line->field = field;
  line->is_counted = true;
  line->absorbed_count = line->female_count = absorbed;
  line->day_hundredths = absorbed * 100;
  line->due_fen = line->paid_fen = line->cumulative_due_fen = line->cumulative_paid_fen = absorbed * 1000;
}

static void make_total(struct report *report, size_t i, Workrelief__TotalKind__Value kind, const char *key, int32_t projects, int32_t places,
                       int32_t people) {
  Workrelief__Total *total = report->totals[i] = &report->total[i];
  workrelief__total__init(total);
  total->total_kind = kind;
  total->total_key = TEXT(key);
  total->project_count = projects;
  total->absorbed_count = total->female_count = people;
  total->day_hundredths = places * 100;
  total->due_fen = total->paid_fen = total->cumulative_due_fen = total->cumulative_paid_fen = places * 1000;
}

static void make_report(struct report *report) {
  arena_init(&report->arena, 1000000);
  make_line(report, 0, "P1", "140214-jtj", "140214/140214-jtj", WORKRELIEF__FIELD_OF_WORK__VALUE__TRANSPORT, 5);
  make_line(report, 1, "P2", "140214-jtj", "140214/140214-jtj", WORKRELIEF__FIELD_OF_WORK__VALUE__WATER, 4);
  make_line(report, 2, "P3", "140214-swj", "140214/140214-swj", WORKRELIEF__FIELD_OF_WORK__VALUE__WATER, 6);
  make_total(report, 0, WORKRELIEF__TOTAL_KIND__VALUE__ALL, "", 3, 15, 12);
  make_total(report, 1, WORKRELIEF__TOTAL_KIND__VALUE__FIELD, "WATER", 2, 10, 7);
  make_total(report, 2, WORKRELIEF__TOTAL_KIND__VALUE__UNIT, "140214-jtj", 2, 9, 9);
}

static const char *total_fault(struct report *report, struct level_fault *fault) {
  bool *conflicts = level_conflicts(&report->arena, report->lines, LINES);
  assert_non_null(conflicts);
  return level_total_fault(&report->arena, report->lines, LINES, conflicts, report->totals, 3, fault) ? fault->rule : "";
}

#define FAULT(change, rule_id, at, name)                                                                                                             \
  {                                                                                                                                                  \
    struct report r;                                                                                                                                 \
    struct level_fault fault = {0};                                                                                                                  \
    make_report(&r);                                                                                                                                 \
    change;                                                                                                                                          \
    assert_string_equal(total_fault(&r, &fault), rule_id);                                                                                           \
    if (*rule_id) assert_int_equal(fault.index, at);                                                                                                 \
    if (*rule_id) assert_string_equal(fault.field ? fault.field : "", name);                                                                         \
    arena_reset(&r.arena);                                                                                                                           \
  }

static void test_totals(void **state) {
  (void)state;
  FAULT((void)0, "", 0, "")
  FAULT(r.total[0].paid_fen += 1, "TOTAL_MISMATCH", 0, "paid_fen")
  FAULT(r.total[1].day_hundredths -= 1, "TOTAL_MISMATCH", 1, "day_hundredths")
  FAULT(r.total[2].project_count = 3, "TOTAL_MISMATCH", 2, "project_count")
  FAULT(r.total[2].total_key = TEXT("140214-jt"), "TOTAL_MISMATCH", 2, "project_count")
  FAULT(r.total[0].absorbed_count = 16, "HEADS_OUT_OF_BOUNDS", 0, "absorbed_count")
  FAULT((r.total[0].absorbed_count = 5), "HEADS_OUT_OF_BOUNDS", 0, "absorbed_count")
  FAULT(r.total[1].female_count = 8, "HEADS_OUT_OF_BOUNDS", 1, "female_count")
  FAULT((r.total[0].absorbed_count = r.total[0].female_count = 6), "", 0, "")
  FAULT((r.total[0].absorbed_count = r.total[0].female_count = 15), "", 0, "")
  FAULT(r.total[0].total_kind = WORKRELIEF__TOTAL_KIND__VALUE__UNSPECIFIED, "TOTAL_MISMATCH", 0, "total_kind") /* none over all */
  FAULT(r.line[2].is_counted = false, "TOTAL_MISMATCH", 0, "project_count")
  FAULT((r.line[2].project_code = TEXT("P1")), "TOTAL_MISMATCH", 0, "project_count")
}

/* What is not published is unknown on lines and in totals, which is not 0. */
static void test_unknown_amounts(void **state) {
  (void)state;
  FAULT((r.line[0].fiscal_known_case = WORKRELIEF__REPORT_LINE__FISCAL_KNOWN_FISCAL_FEN, r.line[0].fiscal_fen = 7), "TOTAL_MISMATCH", 0, "fiscal_fen")
  FAULT((r.total[1].fiscal_known_case = WORKRELIEF__TOTAL__FISCAL_KNOWN_FISCAL_FEN), "TOTAL_MISMATCH", 1, "fiscal_fen")
}

/* A project of two units is in no total; an uncounted line of another unit makes no conflict. */
static void test_conflicts(void **state) {
  (void)state;
  struct report r;
  make_report(&r);
  r.line[2].project_code = TEXT("P1");
  bool *conflicts = level_conflicts(&r.arena, r.lines, LINES);
  assert_true(conflicts[0] && !conflicts[1] && conflicts[2]);
  r.line[2].is_counted = false;
  conflicts = level_conflicts(&r.arena, r.lines, LINES);
  assert_false(conflicts[0] || conflicts[1] || conflicts[2]);
  arena_reset(&r.arena);
  make_report(&r);
  Workrelief__ReportException **list = NULL;
  Workrelief__LevelCounts counts = WORKRELIEF__LEVEL_COUNTS__INIT;
  size_t count = 0;
  counts.expected_count = counts.accepted_count = 20;
  assert_true(level_exceptions(&r.arena, r.lines, LINES, (const bool[LINES]){false}, &counts, &list, &count));
  assert_int_equal(count, 0);
  counts.accepted_count = 18;
  assert_true(level_exceptions(&r.arena, r.lines, LINES, (const bool[LINES]){true, false, true}, &counts, &list, &count));
  assert_int_equal(count, 3);
  assert_string_equal(list[0]->exception_rule, "UNITS_MISSING_BELOW");
  assert_string_equal(list[0]->exception_note, "18 / 20");
  assert_string_equal(list[2]->exception_note, "140214/140214-swj");
  arena_reset(&r.arena);
}

static void test_origins(void **state) {
  (void)state;
  static const struct {
    const char *unit, *path;
    bool fine;
  } cases[] = {{"140214-jtj", "140214/140214-jtj", true},
               {"140214-jtj", "140214/140214-zz/140214-jtj", true},
               {"140214-jtj", "140215/140214-jtj", false},
               {"140214-jtj", "1402141/140214-jtj", false},
               {"140214-jtj", "140214/140214-swj", false},
               {"jtj", "140214/140214-jtj", false},
               {"140214", "140214", false},
               {"", "140214/", false}};
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    struct report r;
    struct level_fault fault;
    make_report(&r);
    r.line[1].origin_unit_id = TEXT(cases[i].unit);
    r.line[1].origin_path = TEXT(cases[i].path);
    assert_int_equal(level_origin_fault("140214", r.lines, LINES, true, &fault), !cases[i].fine);
    assert_true(level_origin_fault("140214", r.lines, LINES, false, &fault)); /* without totals a line comes from nowhere else */
    arena_reset(&r.arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_totals), cmocka_unit_test(test_unknown_amounts), cmocka_unit_test(test_conflicts),
                                     cmocka_unit_test(test_origins)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
