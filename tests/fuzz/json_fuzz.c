/* json_fuzz.c - JSON of a stranger: into a message, checked, and out again; what came out must go in again and stay the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/pb/json.h"
#include "common/pb/validate.h"
#include "tests/specimen.pb-c.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define must(condition)                                                                                                                              \
  do {                                                                                                                                               \
    if (!(condition)) abort();                                                                                                                       \
  } while (0)

static void check_again(struct arena *arena, const message *made, struct problems *problems) {
  json_t *const out = pb_to_json(made);
  must(out != NULL);
  problems_init(problems, arena);
  const message *const again = pb_from_json(arena, made->descriptor, out, problems);
  must(again || arena->failed);
  json_t *const twice = again ? pb_to_json(again) : NULL;
  must(!again || json_equal(out, twice));
  json_decref(out);
  json_decref(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  static struct problems problems;
  static const message_type *const types[] = {&specimen__scalars__descriptor, &specimen__tree__descriptor, &specimen__person__descriptor};
  if (length < 1) return 0;
  json_t *const source = json_loadb((const char *)bytes + 1, length - 1, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
  if (!source) return 0;
  struct arena arena;
  arena_init(&arena, 8 << 20);
  problems_init(&problems, &arena);
  message *const made = pb_from_json(&arena, types[bytes[0] % ARRAY_LENGTH(types)], source, &problems);
  must((made != NULL) == (problems.blocking == 0));
  if (made) {
    must(pb_validate(made, &problems) == (problems.blocking == 0));
    check_again(&arena, made, &problems);
  }
  json_decref(source);
  arena_reset(&arena);
  return 0;
}
