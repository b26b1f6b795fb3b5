/* gateway_draw_test.c - which rows are drawn: every row of every line with the same chance, none twice, all of them when there are few (R192). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/gateway/draw.c"

#define LINES 5

static Workrelief__ReportLine line[LINES], *lines[LINES];
static const int32_t rows[LINES] = {0, 3, 0, 100, 7};

static int set_up(void **state) {
  (void)state;
  for (size_t i = 0; i < LINES; i++) {
    workrelief__report_line__init(lines[i] = &line[i]);
    line[i].line_number = (int32_t)i + 1;
    line[i].ledger_row_count = rows[i];
  }
  return hash_open() ? 0 : -1;
}

static void assert_in_order(const Workrelief__DrawPosition *positions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    assert_in_range(positions[i].line_number, 1, LINES);
    assert_in_range(positions[i].row_number, 1, rows[positions[i].line_number - 1]);
    if (i == 0) continue;
    const Workrelief__DrawPosition *before = &positions[i - 1];
    assert_true(before->line_number < positions[i].line_number ||
                (before->line_number == positions[i].line_number && before->row_number < positions[i].row_number));
  }
}

static void test_all_when_there_are_few(void **state) {
  (void)state;
  uint8_t seed[SM3_SIZE] = {9};
  Workrelief__DrawPosition positions[DRAW_ROWS_MOST];
  assert_int_equal(draw_positions(seed, lines, LINES, DRAW_ROWS_MOST, positions), 110);
  assert_in_order(positions, 110);
  assert_int_equal(positions[0].line_number, 2);
  assert_int_equal(positions[3].line_number, 4);
  assert_int_equal(positions[109].line_number, 5);
  assert_int_equal(positions[109].row_number, 7);
}

static void test_nothing_beneath(void **state) {
  (void)state;
  uint8_t seed[SM3_SIZE] = {9};
  Workrelief__DrawPosition positions[DRAW_ROWS_MOST];
  assert_int_equal(draw_positions(seed, lines, 1, 5, positions), 0);
  assert_int_equal(draw_positions(seed, lines, 0, 5, positions), 0);
}

/* 110 rows, 10 at a time, 1,100 seeds: 100 hits a row. Chi-square over 109 degrees of freedom stays below 162 but once in 1,000; seeds are fixed. */
static void test_each_row_has_the_same_chance(void **state) {
  (void)state;
  uint32_t hits[LINES][100] = {{0}};
  for (uint32_t i = 0; i < 1100; i++) {
    uint8_t seed[SM3_SIZE] = {0};
    Workrelief__DrawPosition positions[10];
    memcpy(seed, &i, sizeof i);
    assert_int_equal(draw_positions(seed, lines, LINES, 10, positions), 10);
    assert_in_order(positions, 10);
    for (size_t p = 0; p < 10; p++) hits[positions[p].line_number - 1][positions[p].row_number - 1]++;
  }
  double chi = 0;
  for (size_t i = 0; i < LINES; i++)
    for (int32_t row = 0; row < rows[i]; row++) chi += ((double)hits[i][row] - 100) * ((double)hits[i][row] - 100) / 100;
  assert_true(chi < 162);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_when_there_are_few),
      cmocka_unit_test(test_nothing_beneath),
      cmocka_unit_test(test_each_row_has_the_same_chance),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
