/* reflect_test.c - every kind of field put, read, packed and read back; growth of repeated fields, also of those protobuf-c made. */
#include "common/pb/reflect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/specimen.pb-c.h"

static struct arena arena;

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

static const message_field *field_of(const message *owner, const char *name) {
  const message_field *const field = pb_field(owner->descriptor, name);
  if (!field) fail_msg("no field %s", name);
  return field;
}

static void test_types_by_name(void **state) {
  (void)state;
  static const char *const names[] = {"RequestHeader", "ReplyHeader", "Problem", "Signed", "FollowState", "FollowedEvent", "Caller", "Nothing"};
  for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
    const message_type *const type = pb_type_find(names[i]);
    assert_non_null(type);
    assert_string_equal(pb_type_name(type), names[i]);
  }
  assert_null(pb_type_find("requestheader"));
  assert_null(pb_type_find(""));
  assert_null(pb_type_find("workrelief.RequestHeader"));
}

static void test_paths(void **state) {
  (void)state;
  const message_field *field;
  message *reply = pb_new(&arena, pb_type_find("ReportLine")), *figures = pb_new(&arena, pb_type_find("LineFigures"));
  assert_non_null(reply);
  assert_non_null(figures);
  assert_ptr_equal(pb_find(reply, "paid_fen", &field), reply);
  assert_string_equal(field->name, "paid_fen");
  assert_null(pb_find(reply, "figures.visit_count", &field)); /* the part is absent */
  assert_null(field);
  assert_true(pb_put_message(&arena, reply, field_of(reply, "figures"), figures));
  assert_ptr_equal(pb_find(reply, "figures.visit_count", &field), pb_get_message(reply, field_of(reply, "figures"), 0));
  assert_string_equal(field->name, "visit_count");
  assert_null(pb_find(reply, "figures.no_such_count", &field));
  assert_null(pb_find(reply, "nothing.visit_count", &field));
}

static void test_integers(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int64_t good[3], bad[3];
  } cases[] = {
      {"plain32", {1, INT32_MAX, INT32_MIN}, {INT64_C(2147483648), INT64_C(-2147483649), INT64_MAX}},
      {"zigzag32", {1, INT32_MAX, INT32_MIN}, {INT64_C(2147483648), INT64_C(-2147483649), INT64_MAX}},
      {"signed_fixed32", {1, INT32_MAX, INT32_MIN}, {INT64_C(2147483648), INT64_C(-2147483649), INT64_MAX}},
      {"unsigned32", {1, UINT32_MAX, 77}, {-1, INT64_C(4294967296), INT64_MIN}},
      {"fixed32_value", {1, UINT32_MAX, 77}, {-1, INT64_C(4294967296), INT64_MIN}},
      {"unsigned64", {1, INT64_MAX, 77}, {-1, INT64_MIN, -5}},
      {"fixed64_value", {1, INT64_MAX, 77}, {-1, INT64_MIN, -5}},
      {"choice", {1, 2, -1}, {3, 99, INT64_C(4294967297)}},
  };
  message *const target = pb_new(&arena, &specimen__scalars__descriptor);
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    const message_field *const field = field_of(target, cases[i].name);
    assert_int_equal(pb_count(target, field), 0);
    for (size_t k = 0; k < 3; k++) {
      assert_true(pb_put_int(&arena, target, field, cases[i].good[k]));
      assert_true(pb_get_int(target, field, 0) == cases[i].good[k]);
      assert_int_equal(pb_count(target, field), 1);
      assert_false(pb_put_int(&arena, target, field, cases[i].bad[k]));
      assert_true(pb_get_int(target, field, 0) == cases[i].good[k]);
    }
  }
  static const char *const wide[] = {"plain64", "zigzag64", "signed_fixed64"};
  for (size_t i = 0; i < ARRAY_LENGTH(wide); i++) {
    assert_true(pb_put_int(&arena, target, field_of(target, wide[i]), INT64_MIN));
    assert_true(pb_get_int(target, field_of(target, wide[i]), 0) == INT64_MIN);
  }
  assert_false(pb_put_int(&arena, target, field_of(target, "flag"), 2));
  assert_true(pb_put_int(&arena, target, field_of(target, "flag"), 1));
  assert_false(pb_put_int(&arena, target, field_of(target, "text"), 1));
  assert_false(pb_put_text(&arena, target, field_of(target, "plain32"), "1"));
  assert_false(pb_put_bytes(&arena, target, field_of(target, "text"), "x", 1));
}

static void test_enums(void **state) {
  (void)state;
  message *const target = pb_new(&arena, &specimen__scalars__descriptor);
  const message_field *const choice = field_of(target, "choice");
  assert_string_equal(pb_get_text(target, choice, 0), "");
  assert_true(pb_put_text(&arena, target, choice, "FAR"));
  assert_int_equal(pb_get_int(target, choice, 0), 1000);
  assert_string_equal(pb_get_text(target, choice, 0), "FAR");
  assert_false(pb_put_text(&arena, target, choice, "FURTHER"));
  assert_false(pb_put_text(&arena, target, choice, ""));
  assert_string_equal(pb_enum_name(choice, -1), "BELOW");
  assert_null(pb_enum_name(choice, 99));
  assert_null(pb_enum_name(choice, INT64_C(4294967297)));
}

static void test_absence(void **state) {
  (void)state;
  message *const target = pb_new(&arena, &specimen__scalars__descriptor);
  const message_field *const known = field_of(target, "known_fen"), *const plain = field_of(target, "plain64");
  assert_true(pb_is_nullable(known));
  assert_false(pb_is_nullable(plain));
  assert_true(pb_put_int(&arena, target, plain, 0));
  assert_int_equal(pb_count(target, plain), 0);
  assert_int_equal(pb_count(target, known), 0);
  assert_true(pb_put_int(&arena, target, known, 0));
  assert_int_equal(pb_count(target, known), 1);
  assert_null(pb_get_message(target, field_of(target, "tree"), 0));
  assert_string_equal(pb_get_text(target, field_of(target, "text"), 0), "");
  /* Members of one oneof: only the last one set is there, and no other is read through its memory. */
  assert_true(pb_put_text(&arena, target, field_of(target, "either_text"), "words"));
  assert_true(pb_put_int(&arena, target, field_of(target, "either_number"), 7));
  assert_int_equal(pb_count(target, field_of(target, "either_text")), 0);
  assert_string_equal(pb_get_text(target, field_of(target, "either_text"), 0), "");
  assert_null(pb_get_message(target, field_of(target, "either_tree"), 0));
  assert_int_equal(pb_get_bytes(target, field_of(target, "either_blob"), 0).len, 0);
  assert_int_equal(pb_get_int(target, field_of(target, "either_number"), 0), 7);
}

static message *full_specimen(size_t elements) {
  message *const target = pb_new(&arena, &specimen__scalars__descriptor);
  for (unsigned i = 0; i < target->descriptor->n_fields; i++) {
    const message_field *const field = &target->descriptor->fields[i];
    for (size_t k = 0; k < (pb_is_repeated(field) ? elements : 1); k++) {
      char text[32];
      (void)snprintf(text, sizeof text, "字%zu", k);
      bool put;
      if (field->type == PROTOBUF_C_TYPE_STRING) {
        put = pb_put_text(&arena, target, field, text);
      } else if (field->type == PROTOBUF_C_TYPE_BYTES) {
        put = pb_put_bytes(&arena, target, field, text, strlen(text));
      } else if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        message *const tree = pb_new(&arena, &specimen__tree__descriptor);
        put = pb_put_text(&arena, tree, field_of(tree, "tree_name"), text) && pb_put_message(&arena, target, field, tree);
      } else {
        put = pb_put_int(&arena, target, field, field->type == PROTOBUF_C_TYPE_BOOL ? 1 : (int64_t)(k % 2) + 1);
      }
      assert_true(put);
    }
  }
  return target;
}

static void test_pack_and_unpack(void **state) {
  (void)state;
  for (size_t elements = 0; elements < 40; elements += 13) {
    size_t length, again_length;
    const uint8_t *const bytes = pb_pack(&arena, full_specimen(elements), &length);
    message *const read = pb_unpack(&arena, &specimen__scalars__descriptor, bytes, length);
    assert_non_null(read);
    const uint8_t *const again = pb_pack(&arena, read, &again_length);
    assert_int_equal(length, again_length);
    assert_memory_equal(bytes, again, length);
    assert_int_equal(pb_count(read, field_of(read, "many_texts")), elements);
    /* Appending to what protobuf-c made must not write behind its array. */
    const message_field *const texts = field_of(read, "many_texts");
    for (size_t i = 0; i < 20; i++) assert_true(pb_put_text(&arena, read, texts, "more"));
    assert_int_equal(pb_count(read, texts), elements + 20);
    if (elements > 0) assert_string_equal(pb_get_text(read, texts, elements - 1), elements == 13 ? "字12" : elements == 26 ? "字25" : "字38");
    assert_string_equal(pb_get_text(read, texts, elements + 19), "more");
  }
  size_t length;
  assert_non_null(pb_pack(&arena, pb_new(&arena, &specimen__empty__descriptor), &length));
  assert_int_equal(length, 0);
  assert_non_null(pb_unpack(&arena, &specimen__empty__descriptor, NULL, 0));
  assert_null(pb_unpack(&arena, &specimen__scalars__descriptor, "\xff\xff", 2));
}

/* Growth must be linear: a hundred thousand appends take a few megabytes, not gigabytes. */
static void test_growth(void **state) {
  (void)state;
  message *const target = pb_new(&arena, &specimen__scalars__descriptor);
  const message_field *const numbers = field_of(target, "many32");
  for (int i = 0; i < 100000; i++) assert_true(pb_put_int(&arena, target, numbers, i));
  assert_true(arena.used < 3 << 20);
  for (int i = 0; i < 100000; i++)
    if (pb_get_int(target, numbers, (size_t)i) != i) fail_msg("%d", i);
  arena_reset(&arena);
}

static void test_arena_full(void **state) {
  (void)state;
  size_t length;
  const uint8_t *const bytes = pb_pack(&arena, full_specimen(5), &length);
  for (size_t limit = 0; limit < 6000; limit += 64) {
    struct arena small;
    arena_init(&small, limit);
    message *const read = pb_unpack(&small, &specimen__scalars__descriptor, bytes, length);
    assert_int_equal(read == NULL, small.failed);
    arena_reset(&small);
  }
}

static void test_copy(void **state) {
  (void)state;
  const message *const source = full_specimen(3);
  message *const target = pb_new(&arena, &specimen__scalars__descriptor);
  for (unsigned i = 0; i < source->descriptor->n_fields; i++) {
    const message_field *const field = &source->descriptor->fields[i];
    if (pb_count(source, field) > 0) assert_true(pb_copy_field(target, field, source, field));
  }
  size_t left_length, right_length;
  const uint8_t *const left = pb_pack(&arena, source, &left_length), *const right = pb_pack(&arena, target, &right_length);
  assert_int_equal(left_length, right_length);
  assert_memory_equal(left, right, left_length);
  /* Absence is copied too; from a plain field to a nullable one zero becomes absent. */
  const message *const empty = pb_new(&arena, &specimen__scalars__descriptor);
  assert_true(pb_copy_field(target, field_of(target, "many_texts"), empty, field_of(empty, "many_texts")));
  assert_int_equal(pb_count(target, field_of(target, "many_texts")), 0);
  assert_true(pb_copy_field(target, field_of(target, "text"), empty, field_of(empty, "text")));
  assert_string_equal(pb_get_text(target, field_of(target, "text"), 0), "");
  assert_true(pb_copy_field(target, field_of(target, "known_fen"), empty, field_of(empty, "plain64")));
  assert_int_equal(pb_count(target, field_of(target, "known_fen")), 0);
  assert_true(pb_copy_field(target, field_of(target, "known_fen"), source, field_of(source, "plain64")));
  assert_int_equal(pb_count(target, field_of(target, "known_fen")), 1);
  assert_false(pb_copy_field(target, field_of(target, "text"), source, field_of(source, "blob")));
  assert_false(pb_copy_field(target, field_of(target, "text"), source, field_of(source, "many_texts")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_types_by_name),
      cmocka_unit_test_setup_teardown(test_integers, begin, end),
      cmocka_unit_test_setup_teardown(test_enums, begin, end),
      cmocka_unit_test_setup_teardown(test_absence, begin, end),
      cmocka_unit_test_setup_teardown(test_pack_and_unpack, begin, end),
      cmocka_unit_test_setup_teardown(test_paths, begin, end),
      cmocka_unit_test_setup_teardown(test_growth, begin, end),
      cmocka_unit_test_setup_teardown(test_arena_full, begin, end),
      cmocka_unit_test_setup_teardown(test_copy, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
