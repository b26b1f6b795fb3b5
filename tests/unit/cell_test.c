/* cell_test.c - what people and spreadsheets leave in a cell. */
#include "common/pb/cell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_clean(void **state) {
  (void)state;
  static const struct {
    const char *cell, *clean;
  } cases[] = {
      {"", ""},
      {"  a b ", "a b"},
      {"\u3000张三\u00a0", "张三"},
      {"\xef\xbb\xbf姓名", "姓名"},
      {"１２．５０", "12.50"},
      {"１４０２９８１９８００１０１００７Ｘ", "14029819800101007X"},
      {"２０２６－０３－０１", "2026-03-01"},
      {"生态建设（自然资源）", "生态建设（自然资源）"},
      {"１号楼", "１号楼"}, /* text keeps its signs */
      {"'140298198506150019", "140298198506150019"},
      {"'", "'"},
      {"0.30000000000000004", "0.3"},
      {"199.99999999999997", "200"},
      {"-0.30000000000000004", "-0.3"},
      {"1201.0", "1201"},
      {"12.50", "12.50"},
      {"1.005", "1.005"},                             /* three decimals are somebody's, and refused later */
      {"0.33333333333333331", "0.33333333333333331"}, /* a quotient is no noise */
      {"12.", "12."},
      {".5", ".5"},
      {"1.2.3", "1.2.3"},
      {"1234567890123.0", "1234567890123.0"}, /* too long to be sure */
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    struct arena arena;
    arena_init(&arena, 4096);
    assert_string_equal(cell_clean(&arena, cases[i].cell), cases[i].clean);
    arena_reset(&arena);
  }
  struct arena full;
  arena_init(&full, 1);
  assert_null(cell_clean(&full, "long enough to need more than that"));
  arena_reset(&full);
}

static void test_kinds(void **state) {
  (void)state;
  static const char *const blanks[] = {"", "-", "—", "——", "/", "无", "空"}, *const totals[] = {"合计", "合 计", "总计：", "小计:", "合\u3000计"},
                           *const residues[] = {"#REF!", "#N/A", "=A1+B1", "####"}, *const wholes[] = {"张三", "-5", "合计人",
                                                                                                       "=",    "#1", "合计表在后"};
  for (size_t i = 0; i < ARRAY_LENGTH(blanks); i++) assert_true(cell_is_blank(blanks[i]));
  for (size_t i = 0; i < ARRAY_LENGTH(totals); i++) assert_true(cell_is_total(totals[i]));
  for (size_t i = 0; i < ARRAY_LENGTH(residues); i++) assert_true(cell_is_residue(residues[i]));
  for (size_t i = 0; i < ARRAY_LENGTH(wholes); i++)
    if (cell_is_blank(wholes[i]) || cell_is_total(wholes[i]) || cell_is_residue(wholes[i])) fail_msg("%s", wholes[i]);
}

static void test_lost_digits(void **state) {
  (void)state;
  static const char *const lost[] = {"1.40298E+17", "1.4029819850615E+17", "6.2e15", "140298198506150000", "6200000000000000000"},
                           *const kept[] = {"140298198506150019", "14029819850615001X", "100000", "123456789012345", "E+17", "1E5X", "1.5", "", "1E"};
  for (size_t i = 0; i < ARRAY_LENGTH(lost); i++)
    if (!cell_has_lost_digits(lost[i])) fail_msg("%s", lost[i]);
  for (size_t i = 0; i < ARRAY_LENGTH(kept); i++)
    if (cell_has_lost_digits(kept[i])) fail_msg("%s", kept[i]);
}

static void test_serial_days(void **state) {
  (void)state;
  int32_t day = -1;
  assert_true(cell_serial_day("25569", &day));
  assert_int_equal(day, 0);
  assert_true(cell_serial_day("46112", &day)); /* 2026-03-31 */
  assert_int_equal(day, 20543);
  static const char *const none[] = {"", "4611", "461122", "19999", "80001", "4611x", "-4611", "46112.5"};
  for (size_t i = 0; i < ARRAY_LENGTH(none); i++) assert_false(cell_serial_day(none[i], &day));
}

static void test_names(void **state) {
  (void)state;
  char name[CELL_NAME_SIZE];
  assert_string_equal(cell_name(0, 1, name), "A1");
  assert_string_equal(cell_name(2, 17, name), "C17");
  assert_string_equal(cell_name(25, 3, name), "Z3");
  assert_string_equal(cell_name(26, 3, name), "AA3");
  assert_string_equal(cell_name(701, 3, name), "ZZ3");
  assert_string_equal(cell_name(702, 1048576, name), "AAA1048576");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_clean), cmocka_unit_test(test_kinds), cmocka_unit_test(test_lost_digits),
                                     cmocka_unit_test(test_serial_days), cmocka_unit_test(test_names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
