/* validate_test.c - the standards' validators on the published vectors, the rules of fields.def on whole messages, required paths. */
#include "common/pb/validate.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/pb/table.h"
#include "tests/specimen.pb-c.h"

static struct arena arena;
static struct problems problems;

static int begin(void **state) {
  (void)state;
  arena_init(&arena, 64 << 20);
  problems_init(&problems, &arena);
  return 0;
}

static int end(void **state) {
  (void)state;
  arena_reset(&arena);
  return 0;
}

/* --- standards ------------------------------------------------------------------------------------------------------------------ */

static void test_vectors(void **state) {
  (void)state;
  static const struct {
    const char *kind;
    bool (*ok)(const char *);
  } validators[] = {{"gb11643", id_number_ok}, {"gb32100", uscc_ok}, {"gb11714", organisation_code_ok}, {"luhn", card_number_ok}, {"date", date_ok}};
  FILE *const file = fopen("tests/data/vectors.csv", "r");
  assert_non_null(file); /* run from the project's root */
  struct csv_reader *reader = csv_open(file);
  char **cells;
  size_t count, seen = 0;
  while (csv_next(reader, &cells, &count) == 1) {
    assert_int_equal(count, 4);
    for (size_t i = 0; i < ARRAY_LENGTH(validators); i++) {
      if (strcmp(cells[0], validators[i].kind) != 0) continue;
      const bool wanted = !strcmp(cells[2], "valid");
      /* The standard's own specimen of 1880 is a good number of a person our floor excludes. */
      const bool below_floor = strstr(cells[3], "1880") != NULL;
      if (validators[i].ok(cells[1]) != (wanted && !below_floor)) fail_msg("%s %s (%s)", cells[0], cells[1], cells[3]);
      seen++;
    }
  }
  assert_string_equal(csv_problem(reader), "");
  assert_int_equal(seen, 47);
  csv_close(&reader);
  fclose(file);
}

static void test_id_number_facts(void **state) {
  (void)state;
  int32_t day;
  char text[CLOCK_DATE_SIZE];
  assert_true(id_number_birth("140298197202290034", &day));
  assert_string_equal(date_format(day, text), "1972-02-29");
  assert_int_equal(id_number_sex("140298198506150019"), 1);
  assert_int_equal(id_number_sex("140298199001010023"), 2);
  assert_int_equal(id_number_sex("14029819800101007X"), 1);
}

static void test_codes(void **state) {
  (void)state;
  static const struct {
    bool (*ok)(const char *);
    const char *text;
    bool wanted;
  } cases[] = {
      {division_code_ok, "140214", true},
      {division_code_ok, "140214002", true},
      {division_code_ok, "140214002001", true},
      {division_code_ok, "140000", true},
      {division_code_ok, "140200", true},
      {division_code_ok, "442000100", true},
      {division_code_ok, "140200100", false},
      {division_code_ok, "140014", false},
      {division_code_ok, "140214000001", false},
      {division_code_ok, "990000", false},
      {division_code_ok, "14021", false},
      {division_code_ok, "14021x", false},
      {division_code_ok, "1402140020", false},
      {division_code_ok, "", false},
      {project_code_ok, "2408-140298-04-01-000010", true},
      {project_code_ok, "2408-140298-04-01-00001X", true},
      {project_code_ok, "2413-140298-04-01-000010", false},
      {project_code_ok, "2400-140298-04-01-000010", false},
      {project_code_ok, "2408140298040100001", false},
      {project_code_ok, "2408-140298-04-01-00001x", false},
      {project_code_ok, "2408-140298-04-01-0000100", false},
      {phone_ok, "13800000000", true},
      {phone_ok, "12800000000", false},
      {phone_ok, "1380000000", false},
      {phone_ok, "0352-6030000", true},
      {phone_ok, "010-60300000", true},
      {phone_ok, "03526030000", true},
      {phone_ok, "0352-603", false},
      {phone_ok, "6030000", false},
      {phone_ok, "138-0000-0000", false},
      {phone_ok, "01-60300000", false},
      {phone_ok, "", false},
      {month_ok, "2026-03", true},
      {month_ok, "2026-3", false},
      {quarter_ok, "2026Q4", true},
      {quarter_ok, "2026Q5", false},
      {code_ok, "140214-jtj", true},
      {code_ok, "a_b.C-9", true},
      {code_ok, "", false},
      {code_ok, "a b", false},
      {code_ok, "编号", false},
      {code_ok, "a/b", false},
      {account_number_ok, "6200000000000005", true},
      {account_number_ok, "6200000000000006", false},
      {account_number_ok, "1234-ABC", true},
      {account_number_ok, "123", false},
      {account_number_ok, "1402 9800", false},
      {account_number_ok, "4242424242424241", true},
      {card_number_ok, "62000000000000a5", false},
      {card_number_ok, "", false},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
    if (cases[i].ok(cases[i].text) != cases[i].wanted) fail_msg("case %zu: %s", i, cases[i].text);
  char code[66];
  memset(code, 'a', sizeof code);
  code[64] = 0;
  assert_true(code_ok(code));
  code[64] = 'a';
  code[65] = 0;
  assert_false(code_ok(code));
}

/* What is shown in public: PIPL, and the names of three code points and more. */
static void test_masks(void **state) {
  (void)state;
  static const struct {
    void (*mask)(const char *, char *, size_t);
    const char *text, *shown;
  } cases[] = {
      {mask_name, "张三", "张*"},
      {mask_name, "张小三", "张*三"},
      {mask_name, "欧阳小娜", "欧**娜"},
      {mask_name, "张", "*"},
      {mask_name, "", ""},
      {mask_name, "阿依古丽·买买提", "阿***·**提"},
      {mask_name, "𠀀三", "𠀀*"},
      {mask_id_number, "140298198506150019", "**************0019"},
      {mask_account_no, "6205500000000000004", "***************0004"},
      {mask_account_no, "123", "***"},
      {mask_phone, "13800001234", "138****1234"},
      {mask_phone, "1234567", "*******"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    char shown[64];
    cases[i].mask(cases[i].text, shown, sizeof shown);
    assert_string_equal(shown, cases[i].shown);
  }
  char little[4];
  mask_id_number("140298198506150019", little, sizeof little);
  assert_string_equal(little, "*");
  mask_name("张小三", little, sizeof little);
  assert_string_equal(little, "*");
}

/* --- rules ---------------------------------------------------------------------------------------------------------------------- */

static const char *pattern_of(const char *name) {
  const struct field_rule *const rule = field_rule_find(name);
  return rule ? rule->pattern : "";
}

static void test_rule_by_name(void **state) {
  (void)state;
  assert_string_equal(pattern_of("id_number"), "id_number");
  assert_string_equal(pattern_of("worker_number"), "*_number");
  assert_string_equal(pattern_of("paid_fen"), "*_fen");
  assert_string_equal(pattern_of("year_before_delta_fen"), "*_delta_fen");
  assert_string_equal(pattern_of("floor_bp"), "floor_bp");
  assert_string_equal(pattern_of("local_share_bp"), "*_bp");
  assert_string_equal(pattern_of("home_division_code"), "*_division_code");
  assert_string_equal(pattern_of("agreement_code"), "*_code");
  assert_string_equal(pattern_of("gathered_paid_fen"), "gathered_*");
  assert_string_equal(pattern_of("worker_count_year"), "*_count_year");
  assert_string_equal(pattern_of("fen"), "");
  assert_string_equal(pattern_of("_"), "");
  assert_string_equal(pattern_of(""), "");
  assert_int_equal(field_rule_find("id_number")->secrecy, FIELD_SEALED);
  assert_int_equal(field_rule_find("account_no")->secrecy, FIELD_SEALED);
  assert_int_equal(field_rule_find("id_number_token")->secrecy, FIELD_DERIVED);
  assert_int_equal(field_rule_find("gathered_lines")->secrecy, FIELD_DERIVED);
}

static message *new_person(void) {
  message *const person = pb_new(&arena, &specimen__person__descriptor);
  assert_non_null(person);
  return person;
}

static void put_text(message *target, const char *name, const char *text) {
  assert_true(pb_put_text(&arena, target, pb_field(target->descriptor, name), text));
}

static void put_int(message *target, const char *name, int64_t value) {
  assert_true(pb_put_int(&arena, target, pb_field(target->descriptor, name), value));
}

static bool validate(message *subject) {
  problems_init(&problems, &arena);
  return pb_validate(subject, &problems);
}

static void test_absent_passes(void **state) {
  (void)state;
  assert_true(validate(new_person()));
  assert_int_equal(problems.total, 0);
}

static void test_single_texts(void **state) {
  (void)state;
  static const struct {
    const char *name, *text, *reason;
  } cases[] = {
      {"id_number", "140298198506150019", NULL},
      {"id_number", "140298198506150018", "ID_NUMBER_INVALID"},
      {"id_number", "140298209906150013", "ID_NUMBER_INVALID"}, /* not born yet */
      {"uscc", "91140214PDY00001X3", NULL},
      {"uscc", "9114021IPDY00001X3", "USCC_INVALID"},
      {"account_no", "6200000000000006", "ACCOUNT_NO_INVALID"},
      {"phone", "110", "PHONE_INVALID"},
      {"person_name", "欧阳小娜", NULL},
      {"person_name", " 张三", "NAME_INVALID"},
      {"person_name", "张\n三", "NAME_INVALID"},
      {"person_name", "张\xc2\x85三", "NAME_INVALID"},
      {"birth_date", "2026-02-31", "DATE_INVALID"},
      {"month", "2026-13", "MONTH_INVALID"},
      {"quarter", "2026Q5", "QUARTER_INVALID"},
      {"division_code", "140014", "DIVISION_CODE_INVALID"},
      {"project_code", "P-1", NULL},
      {"project_code", "2408-140298-04-01-000010", NULL},
      {"project_code", "2413-140298-04-01-000010", "PROJECT_CODE_INVALID"},
      {"project_code", "项目1", "PROJECT_CODE_INVALID"},
      {"change_reason", "张某 **************0019 要求更正", NULL},
      {"change_reason", "张某 140298198506150019 要求更正", "PERSONAL_NUMBER_SHOWN"},
      {"change_reason", "卡号 6205 5000 0000 0000 004", "PERSONAL_NUMBER_SHOWN"},
      {"any_text", "140298198506150019", NULL}, /* no sentence: its method knows what it is */
      {"any_text", "anything\twith\nlines", NULL},
      {"any_text", "bell\x07", "CONTROL_CHARACTER"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    message *const person = new_person();
    put_text(person, cases[i].name, cases[i].text);
    const bool valid = validate(person);
    if (valid != !cases[i].reason) fail_msg("%s %s", cases[i].name, cases[i].text);
    if (valid) continue;
    assert_int_equal(problems.count, 1);
    assert_string_equal(problems.list[0].reason, cases[i].reason);
    assert_string_equal(problems.list[0].path, cases[i].name);
  }
}

/* What people wrote elsewhere is handed on, or the node would stand still for a sentence that it cannot mend. */
static void test_the_node_hands_on_what_was_written(void **state) {
  (void)state;
  message *const person = new_person();
  put_text(person, "change_reason", "张某 140298198506150019 要求更正");
  problems_init(&problems, &arena);
  assert_true(pb_validate_inside(person, &problems));
  put_text(person, "phone", "110");
  assert_false(pb_validate_inside(person, &problems));
}

static void test_lengths_in_code_points(void **state) {
  (void)state;
  static const struct {
    const char *name;
    size_t longest;
  } cases[] = {{"change_reason", 500}, {"any_text", 4000}, {"person_name", 200}};
  char text[4001 * 3 + 1];
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
    for (size_t points = cases[i].longest; points <= cases[i].longest + 1; points++) {
      for (size_t k = 0; k < points; k++) memcpy(text + 3 * k, "赈", 3);
      text[3 * points] = 0;
      message *const person = new_person();
      put_text(person, cases[i].name, text);
      assert_int_equal(validate(person), points == cases[i].longest);
    }
}

static void test_numbers(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int64_t value;
    const char *reason;
  } cases[] = {
      {"pay_fen", 1, NULL},
      {"pay_fen", -1, "MONEY_INVALID"},
      {"pay_fen", INT64_C(100000000000000), NULL},
      {"pay_fen", INT64_C(100000000000001), "MONEY_INVALID"},
      {"change_delta_fen", -1, NULL},
      {"change_delta_fen", INT64_C(-100000000000001), "MONEY_INVALID"},
      {"known_fen", 0, NULL},
      {"known_fen", -1, "MONEY_INVALID"},
      {"ratio_bp", -1, "RATIO_INVALID"},
      {"ratio_bp", 100001, "RATIO_INVALID"},
      {"day_hundredths", -1, "WORK_INVALID"},
      {"page_size", 1000, NULL},
      {"page_size", 1001, "PAGE_SIZE_INVALID"},
      {"page_size", -1, "PAGE_SIZE_INVALID"},
      {"made_at_us", -1, "TIME_INVALID"},
      {"worker_count", -1, "COUNT_INVALID"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    message *const person = new_person();
    put_int(person, cases[i].name, cases[i].value);
    if (validate(person) != !cases[i].reason) fail_msg("%s %lld", cases[i].name, (long long)cases[i].value);
    if (cases[i].reason) assert_string_equal(problems.list[0].reason, cases[i].reason);
  }
  Specimen__Person huge = SPECIMEN__PERSON__INIT;
  huge.huge_count = UINT64_MAX; /* must not pass as -1 does not */
  assert_false(validate(&huge.base));
}

/* All complaints come back together, each with its path. */
static void test_whole_message(void **state) {
  (void)state;
  message *const outer = new_person();
  put_text(outer, "id_number", "14029819800101007x");
  put_text(outer, "uscc", "91140214pdy00001x3");
  put_int(outer, "pay_fen", -1);
  const message_field *const people = pb_field(outer->descriptor, "people"), *const boss = pb_field(outer->descriptor, "boss");
  for (int i = 0; i < 3; i++) {
    message *const inner = new_person();
    put_text(inner, "id_number", i == 2 ? "110105194912310021" : "11010519491231002x");
    assert_true(pb_put_message(&arena, outer, people, inner));
  }
  message *const inner = new_person();
  put_text(inner, "birth_date", "2024-04-31");
  put_text(inner, "codes", "no rule");
  assert_true(pb_put_message(&arena, outer, boss, inner));
  assert_false(validate(outer));
  assert_int_equal(problems.count, 3);
  assert_string_equal(problems.list[0].path, "pay_fen");
  assert_string_equal(problems.list[1].path, "people[2].id_number");
  assert_string_equal(problems.list[1].basis, "GB 11643-1999");
  assert_string_equal(problems.list[2].path, "boss.birth_date");
}

static void test_right_form(void **state) {
  (void)state;
  message *const person = new_person();
  put_text(person, "id_number", "14029819800101007x");
  put_text(person, "uscc", "91140214pdy00001x3");
  assert_true(validate(person));
  assert_string_equal(pb_get_text(person, pb_field(person->descriptor, "id_number"), 0), "14029819800101007X");
  assert_string_equal(pb_get_text(person, pb_field(person->descriptor, "uscc"), 0), "91140214PDY00001X3");
}

static void test_many_problems(void **state) {
  (void)state;
  message *const outer = new_person();
  for (int i = 0; i < 1000; i++) {
    message *const inner = new_person();
    put_int(inner, "pay_fen", -1);
    assert_true(pb_put_message(&arena, outer, pb_field(outer->descriptor, "people"), inner));
  }
  assert_false(validate(outer));
  assert_int_equal(problems.count, PROBLEMS_MAX);
  assert_int_equal(problems.total, 1000);
  assert_string_equal(problems.list[99].path, "people[99].pay_fen");
}

/* --- required ------------------------------------------------------------------------------------------------------------------- */

static void test_required(void **state) {
  (void)state;
  message *const outer = new_person();
  problems_init(&problems, &arena);
  assert_false(pb_require(outer, "project_code people people.person_name boss.phone known_fen", &problems));
  assert_int_equal(problems.count, 4);
  assert_string_equal(problems.list[0].path, "project_code");
  assert_string_equal(problems.list[1].path, "people");
  assert_string_equal(problems.list[2].path, "boss.phone");
  assert_string_equal(problems.list[3].path, "known_fen");
  assert_string_equal(problems.list[0].reason, "REQUIRED");
  put_text(outer, "project_code", "P1");
  put_int(outer, "known_fen", 0);
  for (int i = 0; i < 3; i++) {
    message *const inner = new_person();
    if (i != 1) put_text(inner, "person_name", "张三");
    assert_true(pb_put_message(&arena, outer, pb_field(outer->descriptor, "people"), inner));
  }
  message *const boss = new_person();
  put_text(boss, "phone", "13800000000");
  assert_true(pb_put_message(&arena, outer, pb_field(outer->descriptor, "boss"), boss));
  problems_init(&problems, &arena);
  assert_false(pb_require(outer, "project_code people people.person_name boss.phone known_fen", &problems));
  assert_int_equal(problems.count, 1);
  assert_string_equal(problems.list[0].path, "people[1].person_name");
  assert_true(pb_require(outer, "", &problems));
}

static void test_required_fits(void **state) {
  (void)state;
  const char *missing = NULL;
  const message_type *const type = &specimen__person__descriptor;
  assert_true(pb_require_fits(type, "", &missing));
  assert_true(pb_require_fits(type, "project_code people.boss.phone", &missing));
  assert_false(pb_require_fits(type, "project_code people.bos.phone phone", &missing));
  assert_string_equal(missing, "people.bos.phone");
  assert_false(pb_require_fits(type, "phone.phone", &missing));
  assert_false(pb_require_fits(type, "people.", &missing));
}

/* Every message of the contract must get its plan, and every rule must suit the fields it meets. */
static void test_rules_fit_the_contract(void **state) {
  (void)state;
  extern const message_type *const all_messages[];
  extern const size_t all_messages_count;
  for (size_t i = 0; i < all_messages_count; i++) {
    message *const empty = pb_new(&arena, all_messages[i]);
    problems_init(&problems, &arena);
    if (!pb_validate(empty, &problems)) fail_msg("%s", all_messages[i]->name);
    for (unsigned k = 0; k < all_messages[i]->n_fields; k++) {
      const message_field *const field = &all_messages[i]->fields[k];
      const struct field_rule *const rule = field_rule_find(field->name);
      const bool unruled = field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_ENUM || field->type == PROTOBUF_C_TYPE_BOOL;
      if (rule && rule->text_ok && rule->secrecy != FIELD_DERIVED && !unruled)
        fail_msg("%s.%s is a number, its rule is for text", all_messages[i]->name, field->name);
      if (strlen(field->name) > 100) fail_msg("%s", field->name);
    }
  }
}

/* The table of what to check is made by whichever thread comes first; under TSan this must be silent. */
static void *validate_all(void *failed) {
  extern const message_type *const all_messages[];
  extern const size_t all_messages_count;
  struct arena own;
  struct problems complaints;
  arena_init(&own, 16 << 20);
  for (size_t i = 0; i < all_messages_count; i++) {
    message *const empty = pb_new(&own, all_messages[i]);
    problems_init(&complaints, &own);
    if (!empty || !pb_validate(empty, &complaints)) *(bool *)failed = true;
  }
  arena_reset(&own);
  return NULL;
}

static void test_many_threads(void **state) {
  (void)state;
  pthread_t threads[4];
  bool failed[4] = {false};
  for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) assert_int_equal(pthread_create(&threads[i], NULL, validate_all, &failed[i]), 0);
  for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
    assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_false(failed[i]);
  }
}

/* R171: a sentence shows nobody's number in full, however it is written; dates, codes, phones and masks may stand. */
static void test_bears_personal_number(void **state) {
  (void)state;
  static const char *const bad[] = {"140298198506150019",          "张某140298198506150019，男",
                                    "证件 14029819800101007x 号",  "140298 19850615 0019",
                                    "140298-1985-0615-0019",       "卡号6200000000000005",
                                    "6205 5000 0000 0000 004",     "工号3 140298198506150019",
                                    "2026-06-20 6200000000000005", "１４０２９８１９８５０６１５００１９",
                                    "14029819800101007ｘ",         "0352 140298-19850615-0019",
                                    "62055000000000000 04"};
  static const char *const good[] = {"",
                                     "140298198506150018",
                                     "**************0019",
                                     "2606-140214-04-01-000030",
                                     "2026-06-20 2026-07-10",
                                     "电话 0352-0000000、12333",
                                     "13800000000",
                                     "6200000000000006",
                                     "1402981985061500190",
                                     "XX路",
                                     "91140214PDY00001X3"};
  for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) assert_true(bears_personal_number(bad[i]));
  for (size_t i = 0; i < ARRAY_LENGTH(good); i++) assert_false(bears_personal_number(good[i]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_many_threads), /* first, while no plan is made */
      cmocka_unit_test(test_vectors),
      cmocka_unit_test(test_id_number_facts),
      cmocka_unit_test(test_codes),
      cmocka_unit_test(test_masks),
      cmocka_unit_test(test_bears_personal_number),
      cmocka_unit_test(test_rule_by_name),
      cmocka_unit_test_setup_teardown(test_absent_passes, begin, end),
      cmocka_unit_test_setup_teardown(test_single_texts, begin, end),
      cmocka_unit_test_setup_teardown(test_the_node_hands_on_what_was_written, begin, end),
      cmocka_unit_test_setup_teardown(test_lengths_in_code_points, begin, end),
      cmocka_unit_test_setup_teardown(test_numbers, begin, end),
      cmocka_unit_test_setup_teardown(test_whole_message, begin, end),
      cmocka_unit_test_setup_teardown(test_right_form, begin, end),
      cmocka_unit_test_setup_teardown(test_many_problems, begin, end),
      cmocka_unit_test_setup_teardown(test_required, begin, end),
      cmocka_unit_test_setup_teardown(test_required_fits, begin, end),
      cmocka_unit_test_setup_teardown(test_rules_fit_the_contract, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
