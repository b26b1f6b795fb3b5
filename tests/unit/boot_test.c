/* boot_test.c - what the boot says of tables that no daemon should run with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/daemon/runtime.h"

static const struct rule once[] = {{"FIRST", STATUS_NOT_FOUND, "", "一", "one"}, {"SECOND", STATUS_NOT_FOUND, "", "二", "two"}};
static const struct rule twice[] = {
    {"FIRST", STATUS_NOT_FOUND, "", "一", "one"}, {"SECOND", STATUS_NOT_FOUND, "", "二", "two"}, {"FIRST", STATUS_ABORTED, "", "三", "three"}};
static const struct rule common[] = {{"QUARANTINED", STATUS_ABORTED, "", "四", "four"}};
static const struct constraint constraints[] = {{"one_of_them", "FIRST", "a"}, {"one_of_them", "SECOND", "b"}};
static const struct setting settings[] = {{"bank.name", "", "", 0, 0}, {"bank.name", "x", "", 0, 0}};
static const struct method methods[] = {{.name = "GetThing"}, {.name = "ListThings"}, {.name = "GetThing"}};

static void assert_complaint(const struct service *service, const char *expected) {
  const char *problem = "";
  assert_false(boot_tables(service, &problem));
  assert_string_equal(problem, expected);
}

static void a_name_that_stands_twice_is_named(void **state) {
  (void)state;
  assert_complaint(&(struct service){.name = "x", .rules = twice, .rule_count = 3}, "x: rules.def has two rows of one name: FIRST");
  assert_complaint(&(struct service){.name = "x", .constraints = constraints, .constraint_count = 2},
                   "x: constraints.def has two rows of one name: one_of_them");
  assert_complaint(&(struct service){.name = "x", .settings = settings, .setting_count = 2}, "x: settings.def has two rows of one name: bank.name");
  assert_complaint(&(struct service){.name = "x", .methods = methods, .method_count = 3}, "x: methods.def has two rows of one name: GetThing");
}

static void a_rule_of_every_daemon_is_not_written_again(void **state) {
  (void)state;
  assert_complaint(&(struct service){.name = "x", .rules = common, .rule_count = 1},
                   "x: rules.def has a rule that every daemon knows already: QUARANTINED");
}

static void tables_without_doubles_pass(void **state) {
  (void)state;
  const char *problem = "";
  const struct service service = {.name = "x",
                                  .rules = once,
                                  .rule_count = 2,
                                  .constraints = constraints,
                                  .constraint_count = 1,
                                  .settings = settings,
                                  .setting_count = 1,
                                  .methods = methods,
                                  .method_count = 2};
  assert_true(boot_tables(&service, &problem));
  assert_string_equal(problem, "");
  const struct service empty = {.name = "x"};
  assert_true(boot_tables(&empty, &problem));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_name_that_stands_twice_is_named),
      cmocka_unit_test(a_rule_of_every_daemon_is_not_written_again),
      cmocka_unit_test(tables_without_doubles_pass),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
