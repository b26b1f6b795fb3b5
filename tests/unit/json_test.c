/* json_test.c - the JSON mapping of Protocol Buffers: there and back, the spellings it allows, and complaints with paths. */
#include "common/pb/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

static message *read_text(const message_type *type, const char *text) {
  json_t *const source = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
  if (!source) fail_msg("%s", text);
  problems_init(&problems, &arena);
  message *const made = pb_from_json(&arena, type, source, &problems);
  json_decref(source);
  return made;
}

static void expect_text(const message *source, const char *wanted) {
  json_t *const object = pb_to_json(source);
  assert_non_null(object);
  char *const text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
  assert_string_equal(text, wanted);
  free(text);
  json_decref(object);
}

static const char whole[] =
    "{\"blob\":\"AP8=\",\"choice\":\"FAR\",\"eitherText\":\"\",\"fixed32Value\":4294967295,\"fixed64Value\":\"9223372036854775807\",\"flag\":true,"
    "\"knownFen\":\"0\",\"many32\":[0,-1,2147483647],\"many64\":[\"-9223372036854775808\"],\"manyBlobs\":[\"\",\"Zm9v\"],"
    "\"manyChoices\":[\"UNSPECIFIED\",\"BELOW\"],\"manyFixed\":[7],\"manyFlags\":[false,true],\"manyTexts\":[\"\",\"以工代赈\"],"
    "\"manyTrees\":[{},{\"treeName\":\"x\"}],\"plain32\":-5,\"plain64\":\"-6\",\"signedFixed32\":-7,\"signedFixed64\":\"-8\",\"text\":\"a\\n\\\"b\","
    "\"tree\":{\"child\":{\"empties\":[{},{}]}},\"unsigned32\":9,\"unsigned64\":\"10\",\"zigzag32\":-11,\"zigzag64\":\"-12\"}";

static void test_there_and_back(void **state) {
  (void)state;
  const message *const made = read_text(&specimen__scalars__descriptor, whole);
  assert_non_null(made);
  assert_int_equal(problems.total, 0);
  expect_text(made, whole);
  size_t length;
  const uint8_t *const bytes = pb_pack(&arena, made, &length);
  expect_text(pb_unpack(&arena, &specimen__scalars__descriptor, bytes, length), whole);
}

static void test_spellings(void **state) {
  (void)state;
  static const struct {
    const char *in, *out;
  } cases[] = {
      {"{\"known_fen\":\"5\",\"many_texts\":[\"x\"]}", "{\"knownFen\":\"5\",\"manyTexts\":[\"x\"]}"},
      {"{\"knownFen\":5,\"plain32\":\"7\"}", "{\"knownFen\":\"5\",\"plain32\":7}"},
      {"{\"plain64\":1e3,\"plain32\":2.0}", "{\"plain32\":2,\"plain64\":\"1000\"}"},
      {"{\"choice\":1000,\"many_choices\":[1,\"TWO\"]}", "{\"choice\":\"FAR\",\"manyChoices\":[\"ONE\",\"TWO\"]}"},
      {"{\"text\":null,\"tree\":null,\"many32\":null,\"known_fen\":null}", "{}"},
      {"{\"text\":\"\",\"plain32\":0,\"flag\":false,\"many32\":[]}", "{}"},
      {"{\"blob\":\"-_8\"}", "{\"blob\":\"+/8=\"}"},
      {"{\"blob\":\"\"}", "{}"},
      {"{\"fixed32_value\":1,\"signedFixed32\":2}", "{\"fixed32Value\":1,\"signedFixed32\":2}"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    const message *const made = read_text(&specimen__scalars__descriptor, cases[i].in);
    if (!made) fail_msg("%s", cases[i].in);
    expect_text(made, cases[i].out);
  }
}

static void test_complaints(void **state) {
  (void)state;
  static const struct {
    const char *in, *reason, *path;
  } cases[] = {
      {"[]", "WRONG_TYPE", ""},
      {"{\"nothing\":1}", "UNKNOWN_FIELD", "nothing"},
      {"{\"KnownFen\":1}", "UNKNOWN_FIELD", "KnownFen"},
      {"{\"nothing\":null}", "UNKNOWN_FIELD", "nothing"},
      {"{\"knownFen\":1,\"known_fen\":2}", "REPEATED_SINGULAR", "known_fen"},
      {"{\"either_text\":\"\",\"either_number\":2}", "REPEATED_SINGULAR", "either_number"},
      {"{\"plain32\":2147483648}", "OUT_OF_RANGE", "plain32"},
      {"{\"plain32\":1.5}", "WRONG_TYPE", "plain32"},
      {"{\"plain32\":\"1.0\"}", "WRONG_TYPE", "plain32"},
      {"{\"plain64\":\"9223372036854775808\"}", "WRONG_TYPE", "plain64"},
      {"{\"plain64\":1e300}", "WRONG_TYPE", "plain64"},
      {"{\"plain64\":true}", "WRONG_TYPE", "plain64"},
      {"{\"unsigned64\":-1}", "WRONG_TYPE", "unsigned64"},
      {"{\"unsigned32\":-1}", "OUT_OF_RANGE", "unsigned32"},
      {"{\"flag\":1}", "WRONG_TYPE", "flag"},
      {"{\"flag\":\"true\"}", "WRONG_TYPE", "flag"},
      {"{\"choice\":99}", "UNKNOWN_ENUM", "choice"},
      {"{\"choice\":\"one\"}", "UNKNOWN_ENUM", "choice"},
      {"{\"manyChoices\":[\"ONE\",\"NONE\"]}", "UNKNOWN_ENUM", "many_choices[1]"},
      {"{\"text\":5}", "WRONG_TYPE", "text"},
      {"{\"text\":\"a\\u0000b\"}", "BAD_UTF8", "text"},
      {"{\"blob\":\"!\"}", "WRONG_TYPE", "blob"},
      {"{\"blob\":\"A\"}", "WRONG_TYPE", "blob"},
      {"{\"blob\":7}", "WRONG_TYPE", "blob"},
      {"{\"many32\":7}", "WRONG_TYPE", "many32"},
      {"{\"many32\":[null]}", "WRONG_TYPE", "many32[0]"},
      {"{\"tree\":[]}", "WRONG_TYPE", "tree"},
      {"{\"manyTrees\":[{},{\"child\":{\"treeName\":5}}]}", "WRONG_TYPE", "many_trees[1].child.tree_name"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    if (read_text(&specimen__scalars__descriptor, cases[i].in)) fail_msg("%s", cases[i].in);
    assert_int_equal(problems.count, 1);
    assert_string_equal(problems.list[0].reason, cases[i].reason);
    assert_string_equal(problems.list[0].path, cases[i].path);
  }
  assert_null(read_text(&specimen__scalars__descriptor, "{\"plain32\":\"x\",\"flag\":2,\"what\":3}"));
  assert_int_equal(problems.count, 3);
}

static void test_depth_and_size(void **state) {
  (void)state;
  json_t *tree = json_object();
  for (int i = 0; i < 16; i++) tree = json_pack("{s:o}", "child", tree);
  problems_init(&problems, &arena);
  assert_null(pb_from_json(&arena, &specimen__tree__descriptor, tree, &problems));
  json_decref(tree);
  assert_string_equal(problems.list[0].reason, "TOO_DEEP");
  json_t *const source = json_object(), *const array = json_array();
  for (int i = 0; i < 20001; i++) assert_int_equal(json_array_append_new(array, json_object()), 0);
  assert_int_equal(json_object_set_new(source, "empties", array), 0);
  problems_init(&problems, &arena);
  assert_null(pb_from_json(&arena, &specimen__tree__descriptor, source, &problems));
  assert_string_equal(problems.list[0].reason, "TOO_MANY_ELEMENTS");
  assert_string_equal(problems.list[0].path, "empties[20000]");
  json_decref(source);
}

static void test_arena_full(void **state) {
  (void)state;
  struct arena small;
  json_t *const source = json_loads(whole, 0, NULL);
  size_t enough = 0;
  for (size_t limit = 64; !enough && limit < 65536; limit += 64) {
    arena_init(&small, limit);
    problems_init(&problems, &arena);
    if (pb_from_json(&small, &specimen__scalars__descriptor, source, &problems))
      enough = limit;
    else
      assert_string_equal(problems.list[0].reason, "MESSAGE_TOO_LARGE");
    arena_reset(&small);
  }
  assert_in_range(enough, 512, 8192);
  json_decref(source);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_there_and_back, begin, end), cmocka_unit_test_setup_teardown(test_spellings, begin, end),
      cmocka_unit_test_setup_teardown(test_complaints, begin, end),     cmocka_unit_test_setup_teardown(test_depth_and_size, begin, end),
      cmocka_unit_test_setup_teardown(test_arena_full, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
