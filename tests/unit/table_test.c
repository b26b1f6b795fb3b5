/* table_test.c - CSV as spreadsheets write it, heads and labels in the offices' words, and cells that went wrong. */
#include "common/pb/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/specimen.pb-c.h"

static struct arena arena;

static int begin(void **state) {
  (void)state;
  arena_init(&arena, 16 << 20);
  return 0;
}

static int end(void **state) {
  (void)state;
  arena_reset(&arena);
  return 0;
}

/* --- CSV ------------------------------------------------------------------------------------------------------------------------ */

/* Records as "line:cell|cell;" and at the end ".", or "!" when malformed. */
static const char *read_all(const char *bytes, size_t length) {
  static char out[65536];
  size_t used = 0;
  FILE *const file = fmemopen((void *)(uintptr_t)(length > 0 ? bytes : " "), length > 0 ? length : 1, "r");
  assert_non_null(file);
  if (length == 0) (void)getc(file);
  struct csv_reader *reader = csv_open(file);
  char **cells;
  size_t count;
  int outcome;
  while ((outcome = csv_next(reader, &cells, &count)) == 1) {
    used += (size_t)snprintf(out + used, sizeof out - used, "%zu:", csv_line(reader));
    for (size_t i = 0; i < count; i++) used += (size_t)snprintf(out + used, sizeof out - used, "%s%s", i ? "|" : "", cells[i]);
    used += (size_t)snprintf(out + used, sizeof out - used, ";");
  }
  (void)snprintf(out + used, sizeof out - used, "%s", outcome == 0 ? "." : "!");
  assert_int_equal(outcome == 0, strlen(csv_problem(reader)) == 0);
  if (outcome < 0) assert_int_equal(csv_next(reader, &cells, &count), -1); /* stays so */
  csv_close(&reader);
  assert_null(reader);
  csv_close(&reader);
  fclose(file);
  return out;
}

#define EXPECT(bytes, wanted) assert_string_equal(read_all(bytes, sizeof(bytes) - 1), wanted)

static void test_csv(void **state) {
  (void)state;
  EXPECT("", ".");
  EXPECT("a,b\nc,d\n", "1:a|b;2:c|d;.");
  EXPECT("a,b\r\nc,d", "1:a|b;2:c|d;.");
  EXPECT("a\rb\r", "1:a;2:b;.");
  EXPECT("\xef\xbb\xbf姓名,工号\r\n张三,1\r\n", "1:姓名|工号;2:张三|1;.");
  EXPECT("a,,\n,\n", "1:a||;2:|;.");
  EXPECT("\n\r\na\n\n\nb", "3:a;6:b;.");
  EXPECT("\"a,b\",\"c\"\"d\"\n", "1:a,b|c\"d;.");
  EXPECT("\"two\nlines\",x\r\ny,z", "1:two\nlines|x;3:y|z;.");
  EXPECT("\"two\r\nlines\"\nz", "1:two\nlines;3:z;.");
  EXPECT("\"\"\n", "1:;.");
  EXPECT("\"\"", "1:;.");
  EXPECT("\xef\xbb\xbf", ".");
}

static void test_csv_malformed(void **state) {
  (void)state;
  EXPECT("a\nb\"c\n", "1:a;!");
  EXPECT("a\n\"b\"c\n", "1:a;!");
  EXPECT("a\n\"b", "1:a;!");
  EXPECT("a\n\xd5\xc5\xc8\xfd\n", "1:a;!"); /* 张三 in GBK */
  EXPECT("\xff\xfe"
         "a\0",
         "!");
  EXPECT("\xef\xbb"
         "a",
         "!");
  EXPECT("a\0b\n", "!");
}

static void test_csv_bounds(void **state) {
  (void)state;
  const size_t length = 3 << 20;
  char *const bytes = malloc(length);
  assert_non_null(bytes);
  memset(bytes, 'x', length);
  bytes[0] = '"';
  assert_string_equal(read_all(bytes, length), "!");
  memset(bytes, ',', length);
  assert_string_equal(read_all(bytes, length), "!");
  free(bytes);
}

/* --- heads ---------------------------------------------------------------------------------------------------------------------- */

static const char *field_named(const message_type *type, const char *head) {
  const message_field *const field = table_head_field(type, head);
  return field ? field->name : "";
}

static void test_heads(void **state) {
  (void)state;
  const message_type *const person = &specimen__person__descriptor;
  assert_string_equal(field_named(person, "id_number"), "id_number");
  assert_string_equal(field_named(person, "公民身份号码"), "id_number");
  assert_string_equal(field_named(person, "身份证号"), "id_number");
  assert_string_equal(field_named(person, "姓名"), "person_name"); /* it has no worker_name */
  assert_string_equal(field_named(person, "务工人数(人)"), "worker_count");
  assert_string_equal(field_named(person, "务工人数（人）"), "worker_count");
  assert_string_equal(field_named(person, "务工人数(万元)"), ""); /* never read ten thousands as ones */
  assert_string_equal(field_named(person, "实发金额"), "");
  assert_string_equal(field_named(person, ""), "");
  assert_string_equal(table_field_head("id_number"), "公民身份号码");
  assert_string_equal(table_field_head("net_fen"), "实发金额");
  assert_string_equal(table_field_head("nothing_of_ours"), "nothing_of_ours");
}

/* A table's own types must know their heads; the contract's words must name fields and values that exist. */
static void test_heads_name_the_contract(void **state) {
  (void)state;
  extern const message_type *const all_messages[];
  extern const size_t all_messages_count;
  static const char *const names[] = {
#define HEAD(field, zh) #field,
#define LABEL(type, value, zh)
#include "common/pb/heads.def"
#undef HEAD
#undef LABEL
  };
  for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
    bool found = false;
    for (size_t k = 0; k < all_messages_count && !found; k++) found = pb_field(all_messages[k], names[i]) != NULL;
    if (!found) fail_msg("heads.def names %s, which is no field", names[i]);
  }
}

/* Every label is of a value that a field of some message can take. */
static void test_labels_name_the_contract(void **state) {
  (void)state;
  extern const message_type *const all_messages[];
  extern const size_t all_messages_count;
  static const struct {
    const char *type, *value;
  } labels[] = {
#define HEAD(field, zh)
#define LABEL(type, value, zh) {#type, #value},
#include "common/pb/heads.def"
#undef HEAD
#undef LABEL
  };
  for (size_t i = 0; i < ARRAY_LENGTH(labels); i++) {
    char name[128];
    (void)snprintf(name, sizeof name, "workrelief.%s.Value", labels[i].type);
    bool found = false;
    for (size_t k = 0; k < all_messages_count && !found; k++)
      for (unsigned f = 0; f < all_messages[k]->n_fields && !found; f++) {
        const message_field *const field = &all_messages[k]->fields[f];
        const ProtobufCEnumDescriptor *const type = field->type == PROTOBUF_C_TYPE_ENUM ? field->descriptor : NULL;
        found = type && !strcmp(type->name, name) && protobuf_c_enum_descriptor_get_value_by_name(type, labels[i].value);
      }
    if (!found) fail_msg("heads.def: no field takes %s.%s", labels[i].type, labels[i].value);
  }
}

/* --- cells ---------------------------------------------------------------------------------------------------------------------- */

static void test_cells(void **state) {
  (void)state;
  static const struct {
    const char *field, *cell, *shown;
  } cases[] = {
      {"person_name", "　张三 \t", "张三"},
      {"person_name", "-", ""},
      {"person_name", "—", ""},
      {"person_name", "/", ""},
      {"person_name", "   ", ""},
      {"pay_fen", "1,234.50", "1234.50"},
      {"pay_fen", "1234567", "1234567.00"},
      {"known_fen", "0", "0.00"},
      {"change_delta_fen", "-0.5", "-0.50"},
      {"day_hundredths", "0.5", "0.50"},
      {"day_hundredths", "1", "1.00"},
      {"ratio_bp", "30%", "30.00 %"},
      {"ratio_bp", "45.19 %", "45.19 %"},
      {"ratio_bp", "3000", "30.00 %"},
      {"birth_date", "2026-03-31", "2026-03-31"},
      {"birth_date", "2026/3/31", "2026-03-31"},
      {"birth_date", "2026年3月31日", "2026-03-31"},
      {"birth_date", "2026.3.1", "2026-03-01"},
      {"month", "2026-03", "2026-03"},
      {"month", "2026年3月", "2026-03"},
      {"month", "2026/3", "2026-03"},
      {"quarter", "2026Q1", "2026Q1"},
      {"insured", "是", "是"},
      {"insured", "1", "是"},
      {"insured", "否", ""},
      {"choice", "FAR", "FAR"},
      {"page_size", "17", "17"},
      {"digest", "00ff", "00ff"},
      {"id_number", "140298198506150019", "140298198506150019"},
      {"made_at_us", "2026-03-31T08:00:00+08:00", "2026-03-31T08:00:00.000000+08:00"},
      {"huge_count", "9223372036854775807", "9223372036854775807"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    message *const person = pb_new(&arena, &specimen__person__descriptor);
    const message_field *const field = pb_field(person->descriptor, cases[i].field);
    const char *zh = "", *en = "";
    if (!table_put_cell(&arena, person, field, cases[i].cell, &zh, &en)) fail_msg("%s %s: %s", cases[i].field, cases[i].cell, en);
    assert_string_equal(table_get_cell(&arena, person, field, 0), cases[i].shown);
  }
}

static void test_bad_cells(void **state) {
  (void)state;
  static const struct {
    const char *field, *cell, *hint;
  } cases[] = {
      {"pay_fen", "1.234", "two decimals"},
      {"pay_fen", "12元", "yuan"},
      {"pay_fen", "1,23", "yuan"},
      {"day_hundredths", "0.333", "days"},
      {"ratio_bp", "30.001%", "percentage"},
      {"birth_date", "2026-02-30", "exists"},
      {"birth_date", "3/31/2026", "exists"},
      {"birth_date", "20260230", "exists"},
      {"birth_date", "1234", "exists"},
      {"birth_date", "2026-03-", "exists"},
      {"birth_date", "2026-03", "exists"},
      {"month", "2026-13", "month"},
      {"month", "2026-03-02", "month"},
      {"month", "3月", "month"},
      {"insured", "也许", "yes"},
      {"choice", "NONE", "choices"},
      {"page_size", "1.5", "whole"},
      {"page_size", "4294967296", "range"},
      {"digest", "0g", "hexadecimal"},
      {"digest", "123", "hexadecimal"},
      {"id_number", "1.40298E+17", "format the column as text"},
      {"id_number", "140298197202290000", "format the column as text"},
      {"id_number", "14029819800101007", "last X"},
      {"account_no", "6.2E+15", "format the column as text"},
      {"account_no", "6210000000000000000", "format the column as text"},
      {"worker_name", "#REF!", "as values"},
      {"pay_fen", "=SUM(A1:A3)", "as values"},
      {"boss", "x", "record"},
      {"made_at_us", "2026-03-31T08:00", "time"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    message *const person = pb_new(&arena, &specimen__person__descriptor);
    const char *zh = NULL, *en = NULL;
    if (table_put_cell(&arena, person, pb_field(person->descriptor, cases[i].field), cases[i].cell, &zh, &en)) fail_msg("%s", cases[i].cell);
    if (!strstr(en, cases[i].hint)) fail_msg("%s %s: %s", cases[i].field, cases[i].cell, en);
    assert_true(strlen(zh) > 0);
  }
}

static void test_several_values_in_a_cell(void **state) {
  (void)state;
  message *const person = pb_new(&arena, &specimen__person__descriptor);
  const message_field *const choices = pb_field(person->descriptor, "choices");
  const char *zh, *en;
  assert_true(table_put_cell(&arena, person, choices, "ONE、 TWO；FAR;", &zh, &en));
  assert_int_equal(pb_count(person, choices), 3);
  assert_string_equal(table_get_cell(&arena, person, choices, 1), "TWO");
  assert_string_equal(table_get_cell(&arena, person, choices, 3), "");
  assert_false(table_put_cell(&arena, person, choices, "ONE、NONE", &zh, &en));
}

static void test_labels(void **state) {
  (void)state;
  const message_type *const type = pb_type_find("WorkerLine");
  assert_non_null(type);
  message *const line = pb_new(&arena, type);
  const message_field *const kind = pb_field(type, "population_kind");
  const char *zh, *en;
  assert_true(table_put_cell(&arena, line, kind, "农村劳动力", &zh, &en));
  assert_string_equal(pb_get_text(line, kind, 0), "RURAL_LABOUR");
  assert_string_equal(table_get_cell(&arena, line, kind, 0), "农村劳动力");
  assert_false(table_put_cell(&arena, line, kind, "交通", &zh, &en)); /* a label of another enum */
}

/* R095 R096 R097 R098: the groups the four policies name, in their words, are codes of ours. */
static void test_groups_in_the_policies_words(void **state) {
  (void)state;
  static const char *const groups[] = {"返乡农民工",     "脱贫人口",         "受灾群众",
                                       "脱贫不稳定户",   "边缘易致贫户",     "突发严重困难户",
                                       "因灾需救助群体", "增收能力有限群体", "因不可抗力无法外出务工劳动力",
                                       "其他低收入人口", "失业人员"};
  static const char *const kinds[] = {"农村劳动力", "就业困难人员", "城镇低收入人口"};
  const message_type *const group_type = pb_type_find("WorkerGroup"), *const line_type = pb_type_find("WorkerLine");
  assert_non_null(group_type);
  assert_non_null(line_type);
  const char *zh, *en;
  for (size_t i = 0; i < ARRAY_LENGTH(groups); i++) {
    message *const row = pb_new(&arena, group_type);
    const message_field *const field = pb_field(group_type, "priority_group");
    assert_non_null(field);
    if (!table_put_cell(&arena, row, field, groups[i], &zh, &en)) fail_msg("%s", groups[i]);
    assert_string_equal(table_get_cell(&arena, row, field, 0), groups[i]);
  }
  for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
    message *const row = pb_new(&arena, line_type);
    if (!table_put_cell(&arena, row, pb_field(line_type, "population_kind"), kinds[i], &zh, &en)) fail_msg("%s", kinds[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_csv),
      cmocka_unit_test(test_csv_malformed),
      cmocka_unit_test(test_csv_bounds),
      cmocka_unit_test(test_heads),
      cmocka_unit_test(test_heads_name_the_contract),
      cmocka_unit_test(test_labels_name_the_contract),
      cmocka_unit_test_setup_teardown(test_cells, begin, end),
      cmocka_unit_test_setup_teardown(test_bad_cells, begin, end),
      cmocka_unit_test_setup_teardown(test_several_values_in_a_cell, begin, end),
      cmocka_unit_test_setup_teardown(test_labels, begin, end),
      cmocka_unit_test_setup_teardown(test_groups_in_the_policies_words, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
