/* scan_test.c - hostile bytes: each fault is named with its path, and nothing that passes can hurt protobuf-c behind it. */
#include "common/pb/scan.h"

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
  return 0;
}

static int end(void **state) {
  (void)state;
  arena_reset(&arena);
  return 0;
}

static bool scan(const message_type *type, const void *bytes, size_t length, enum scan_unknown unknown) {
  problems_init(&problems, &arena);
  return pb_scan(type, bytes, length, unknown, &problems);
}

static void expect_refusal(const message_type *type, const void *bytes, size_t length, const char *reason, const char *path) {
  assert_false(scan(type, bytes, length, SCAN_UNKNOWN_REFUSE));
  assert_true(problems.count >= 1);
  assert_string_equal(problems.list[0].reason, reason);
  assert_string_equal(problems.list[0].path, path);
  assert_true(strlen(problems.list[0].zh) > 0 && strlen(problems.list[0].en) > 0);
}

#define REFUSE(type, bytes, reason, path) expect_refusal(&specimen__##type##__descriptor, bytes, sizeof(bytes) - 1, reason, path)

static message *tree_named(const char *name) {
  message *const tree = pb_new(&arena, &specimen__tree__descriptor);
  assert_true(pb_put_text(&arena, tree, pb_field(tree->descriptor, "tree_name"), name));
  return tree;
}

static const uint8_t *nested(size_t levels, size_t *length) {
  message *tree = tree_named("leaf");
  for (size_t i = 1; i < levels; i++) {
    message *const outer = pb_new(&arena, &specimen__tree__descriptor);
    assert_true(pb_put_message(&arena, outer, pb_field(outer->descriptor, "child"), tree));
    tree = outer;
  }
  return pb_pack(&arena, tree, length);
}

static void test_depth(void **state) {
  (void)state;
  size_t length;
  const uint8_t *bytes = nested(SCAN_DEPTH_MAX, &length);
  assert_true(scan(&specimen__tree__descriptor, bytes, length, SCAN_UNKNOWN_REFUSE));
  bytes = nested(SCAN_DEPTH_MAX + 1, &length);
  assert_false(scan(&specimen__tree__descriptor, bytes, length, SCAN_UNKNOWN_REFUSE));
  assert_string_equal(problems.list[0].reason, "TOO_DEEP");
  bytes = nested(200, &length);
  assert_false(scan(&specimen__tree__descriptor, bytes, length, SCAN_UNKNOWN_KEEP));
  assert_string_equal(problems.list[0].reason, "TOO_DEEP");
  assert_int_equal(problems.total, 1);
}

static void test_elements(void **state) {
  (void)state;
  const size_t many = SCAN_ELEMENTS_MAX + 1;
  uint8_t *const bytes = malloc(2 * many);
  assert_non_null(bytes);
  for (size_t i = 0; i < many; i++) memcpy(bytes + 2 * i, "\x22\x00", 2); /* an empty "empties" */
  assert_true(scan(&specimen__tree__descriptor, bytes, 2 * (size_t)10000, SCAN_UNKNOWN_REFUSE));
  assert_true(scan(&specimen__tree__descriptor, bytes, 2 * (many - 1), SCAN_UNKNOWN_REFUSE));
  expect_refusal(&specimen__tree__descriptor, bytes, 2 * many, "TOO_MANY_ELEMENTS", "empties[20000]");
  /* The same as unknown fields of another message: protobuf-c would keep each. */
  assert_false(scan(&specimen__empty__descriptor, bytes, 2 * many, SCAN_UNKNOWN_KEEP));
  assert_string_equal(problems.list[0].reason, "TOO_MANY_ELEMENTS");
  free(bytes);
}

static void test_text(void **state) {
  (void)state;
  REFUSE(tree,
         "\x0a\x03"
         "a\0b",
         "BAD_UTF8", "tree_name");
  REFUSE(tree, "\x0a\x02\xff\xfe", "BAD_UTF8", "tree_name");
  REFUSE(tree, "\x0a\x03\xed\xa0\x80", "BAD_UTF8", "tree_name");
  REFUSE(tree, "\x1a\x00\x1a\x03\x0a\x01\x80", "BAD_UTF8", "children[1].tree_name");
  REFUSE(tree, "\x12\x05\x12\x03\x0a\x01\xff", "BAD_UTF8", "child.child.tree_name");
  REFUSE(scalars, "\xaa\x01\x01x\xaa\x01\x01\xff", "BAD_UTF8", "many_texts[1]");
  assert_true(scan(&specimen__scalars__descriptor, "\x72\x02\xff\x00", 4, SCAN_UNKNOWN_REFUSE)); /* bytes may hold anything */
}

static void test_truncated_at_every_byte(void **state) {
  (void)state;
  static const char whole[] = "\x0a\x04tree\x12\x06\x0a\x04leaf\x1a\x02\x22\x00";
  for (size_t length = 0; length < sizeof whole; length++) {
    const bool ok = scan(&specimen__tree__descriptor, whole, length, SCAN_UNKNOWN_REFUSE);
    const message *const read = pb_unpack(&arena, &specimen__tree__descriptor, whole, length);
    assert_int_equal(ok, length == 0 || length == 6 || length == 14 || length == 18);
    assert_int_equal(ok, read != NULL);
    if (!ok) assert_string_equal(problems.list[0].reason, "MALFORMED");
  }
}

static void test_malformed(void **state) {
  (void)state;
  REFUSE(tree, "\x00", "MALFORMED", "");                                                   /* field 0 */
  REFUSE(tree, "\x0b", "MALFORMED", "");                                                   /* a group */
  REFUSE(tree, "\x0e", "MALFORMED", "");                                                   /* wire type 6 */
  REFUSE(tree, "\x08\x01", "MALFORMED", "tree_name");                                      /* text as a number */
  REFUSE(tree, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "MALFORMED", "");               /* a tag of ten bytes */
  REFUSE(scalars, "\x30\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", "MALFORMED", "plain64"); /* more than 64 bits */
  REFUSE(scalars, "\x08\xff\xff\xff\xff\x0f", "MALFORMED", "plain32");                     /* 2^32 - 1 into 32 signed bits */
  REFUSE(scalars, "\x20\x80\x80\x80\x80\x10", "MALFORMED", "unsigned32");                  /* 2^32 */
  REFUSE(scalars, "\x82\x01\x02\x01\x80", "MALFORMED", "many32[1]");                       /* packed, cut */
  REFUSE(scalars, "\x92\x01\x05\x01\x00\x00\x00\x01", "MALFORMED", "many_fixed[1]");
  assert_true(scan(&specimen__scalars__descriptor, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, SCAN_UNKNOWN_REFUSE)); /* -1 */
}

static void test_unknown_fields(void **state) {
  (void)state;
  REFUSE(tree, "\xfa\x01\x01x", "UNKNOWN_FIELD", "");
  REFUSE(tree, "\x12\x04\xfa\x01\x01x", "UNKNOWN_FIELD", "child");
  assert_true(scan(&specimen__tree__descriptor, "\xfa\x01\x01x", 4, SCAN_UNKNOWN_KEEP));
  assert_int_equal(problems.total, 0);
  assert_false(scan(&specimen__tree__descriptor, "\xfa\x01\x02x", 4, SCAN_UNKNOWN_KEEP)); /* but whole it must be */
}

static void test_enums(void **state) {
  (void)state;
  REFUSE(scalars, "\x60\x63", "UNKNOWN_ENUM", "choice"); /* 99 */
  REFUSE(scalars, "\xa2\x01\x03\x01\x63\x02", "UNKNOWN_ENUM", "many_choices[1]");
  REFUSE(scalars, "\xa0\x01\x01\xa0\x01\x63", "UNKNOWN_ENUM", "many_choices[1]");                                             /* not packed */
  assert_true(scan(&specimen__scalars__descriptor, "\x60\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, SCAN_UNKNOWN_REFUSE)); /* BELOW = -1 */
  REFUSE(scalars, "\x60\x81\x80\x80\x80\x10", "MALFORMED", "choice"); /* 2^32 + 1 is not ONE */
}

static void test_singular_twice(void **state) {
  (void)state;
  REFUSE(tree, "\x0a\x01x\x0a\x01y", "REPEATED_SINGULAR", "tree_name");
  REFUSE(tree, "\x12\x00\x12\x00", "REPEATED_SINGULAR", "child");
  REFUSE(scalars, "\xc0\x01\x05\xc0\x01\x06", "REPEATED_SINGULAR", "known_fen");
  REFUSE(scalars, "\xca\x01\x01x\xd0\x01\x06", "REPEATED_SINGULAR", "either_number");                    /* its sibling was set before */
  assert_true(scan(&specimen__scalars__descriptor, "\xc0\x01\x05\xd0\x01\x06", 6, SCAN_UNKNOWN_REFUSE)); /* two oneofs */
}

static void test_all_complaints_together(void **state) {
  (void)state;
  static const char bytes[] = "\x0a\x01\xff\x1a\x03\x0a\x01\xff\xfa\x01\x00";
  assert_false(scan(&specimen__tree__descriptor, bytes, sizeof bytes - 1, SCAN_UNKNOWN_REFUSE));
  assert_int_equal(problems.count, 3);
  assert_string_equal(problems.list[1].path, "children[0].tree_name");
  assert_string_equal(problems.list[2].reason, "UNKNOWN_FIELD");
}

/* A megabyte of nothing but faults is counted, not kept. */
static void test_many_complaints(void **state) {
  (void)state;
  const size_t length = 1 << 20;
  char *const bytes = malloc(length);
  assert_non_null(bytes);
  for (size_t i = 0; i + 1 < length; i += 2) memcpy(bytes + i, "\x0a\x00", 2);
  assert_false(scan(&specimen__tree__descriptor, bytes, length, SCAN_UNKNOWN_REFUSE));
  assert_int_equal(problems.count, PROBLEMS_MAX);
  assert_int_equal(problems.total, length / 2 - 1);
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_depth, begin, end),
      cmocka_unit_test_setup_teardown(test_elements, begin, end),
      cmocka_unit_test_setup_teardown(test_text, begin, end),
      cmocka_unit_test_setup_teardown(test_truncated_at_every_byte, begin, end),
      cmocka_unit_test_setup_teardown(test_malformed, begin, end),
      cmocka_unit_test_setup_teardown(test_unknown_fields, begin, end),
      cmocka_unit_test_setup_teardown(test_enums, begin, end),
      cmocka_unit_test_setup_teardown(test_singular_twice, begin, end),
      cmocka_unit_test_setup_teardown(test_all_complaints_together, begin, end),
      cmocka_unit_test_setup_teardown(test_many_complaints, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
