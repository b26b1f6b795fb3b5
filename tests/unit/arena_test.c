/* arena_test.c - the request's memory: alignment, zeroes, the cap, and one reset. */
#include "common/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_aligned_and_zeroed(void **state) {
  (void)state;
  struct arena arena;
  arena_init(&arena, 1 << 20);
  for (size_t size = 0; size < 3000; size += 7) {
    unsigned char *const bytes = arena_alloc(&arena, size);
    assert_non_null(bytes);
    assert_int_equal((uintptr_t)bytes % 16, 0);
    for (size_t i = 0; i < size; i++) assert_int_equal(bytes[i], 0);
    memset(bytes, 0xaa, size);
  }
  assert_false(arena.failed);
  arena_reset(&arena);
}

static void test_cap_is_sticky_until_reset(void **state) {
  (void)state;
  struct arena arena;
  arena_init(&arena, 1000);
  assert_non_null(arena_alloc(&arena, 900));
  assert_null(arena_alloc(&arena, 200));
  assert_true(arena.failed);
  assert_null(arena_alloc(&arena, 1));
  arena_reset(&arena);
  assert_false(arena.failed);
  assert_int_equal(arena.limit, 1000);
  assert_non_null(arena_alloc(&arena, 900));
  arena_reset(&arena);
}

static void test_sizes_that_overflow(void **state) {
  (void)state;
  struct arena arena;
  arena_init(&arena, SIZE_MAX);
  assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
  arena_reset(&arena);
  assert_null(arena_alloc(&arena, SIZE_MAX - 3));
  arena_reset(&arena);
}

static void test_large_beside_small(void **state) {
  (void)state;
  struct arena arena;
  arena_init(&arena, 16 << 20);
  char *const large = arena_alloc(&arena, 5 << 20);
  char *const small = arena_strdup(&arena, "small");
  assert_non_null(large);
  large[(5 << 20) - 1] = 1;
  assert_string_equal(small, "small");
  assert_true(arena.used >= 5 << 20);
  arena_reset(&arena);
  assert_int_equal(arena.used, 0);
}

static void test_text(void **state) {
  (void)state;
  struct arena arena;
  arena_init(&arena, 1 << 20);
  assert_string_equal(arena_strndup(&arena, "abcdef", 3), "abc");
  assert_string_equal(arena_strndup(&arena, "ab", 30), "ab");
  assert_string_equal(arena_printf(&arena, "%s[%d].%s", "lines", 12, "id_number"), "lines[12].id_number");
  const char *const wide = arena_printf(&arena, "%01000d", 7);
  assert_int_equal(strlen(wide), 1000);
  assert_memory_equal(arena_memdup(&arena, "\0x", 3), "\0x", 3);
  arena_reset(&arena);
  arena_init(&arena, 8);
  assert_null(arena_printf(&arena, "%050d", 1));
  arena_reset(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_aligned_and_zeroed),
      cmocka_unit_test(test_cap_is_sticky_until_reset),
      cmocka_unit_test(test_sizes_that_overflow),
      cmocka_unit_test(test_large_beside_small),
      cmocka_unit_test(test_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
