/* json_mapping.c - the JSON mapping of common/pb on a pipe, for the oracle test beside it (json_oracle_test.py).
 *
 * A line in, a line out; bytes as hexadecimal digits. Types are those of proto/, or specimen.X of tests/unit/specimen.proto.
 *
 *   out TYPE BYTES   ->  = JSON          the message of these wire bytes as JSON
 *   in TYPE JSON     ->  = BYTES         the message of this JSON, packed
 *                    or  ! REASON path   (one a complaint, with semicolons between) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/pb/json.h"
#include "tests/specimen.pb-c.h"

#define ARENA ((size_t)256 << 20)

static const message_type *const specimens[] = {&specimen__choice__descriptor, &specimen__empty__descriptor, &specimen__tree__descriptor,
                                                &specimen__scalars__descriptor, &specimen__person__descriptor};

static const message_type *type_of(const char *name) {
  if (strncmp(name, "specimen.", 9) != 0) return pb_type_find(name);
  for (size_t i = 0; i < ARRAY_LENGTH(specimens); i++)
    if (!strcmp(pb_type_name(specimens[i]), name + 9)) return specimens[i];
  return NULL;
}

static void say_bytes(const void *bytes, size_t length) {
  const unsigned char *const from = bytes;
  fputs("= ", stdout);
  for (size_t i = 0; i < length; i++) printf("%02x", from[i]);
  putchar('\n');
}

static void say_problems(const struct problems *problems) {
  fputs("!", stdout);
  for (size_t i = 0; i < problems->count; i++) printf("%s %s %s", i ? ";" : "", problems->list[i].reason, problems->list[i].path);
  putchar('\n');
}

static void to_json(struct arena *arena, const message_type *type, const uint8_t *bytes, size_t length) {
  const message *const source = pb_unpack(arena, type, bytes, length);
  size_t written = 0;
  char *const text = source ? pb_json_text(source, &written) : NULL;
  if (text)
    say_bytes(text, written);
  else
    puts("! NO_JSON ");
  free(text);
}

static void from_json(struct arena *arena, struct problems *problems, const message_type *type, const uint8_t *text, size_t length) {
  json_t *const json = json_loadb((const char *)text, length, JSON_REJECT_DUPLICATES, NULL); /* as the gateway reads */
  const message *const made = json ? pb_from_json(arena, type, json, problems) : NULL;
  size_t packed = 0;
  const uint8_t *const bytes = made ? pb_pack(arena, made, &packed) : NULL;
  if (!json)
    puts("! BAD_JSON ");
  else if (!bytes)
    say_problems(problems);
  else
    say_bytes(bytes, packed);
  json_decref(json);
}

/* False: the line is none of ours. */
static bool take(struct arena *arena, struct problems *problems, char *line) {
  char *rest = line;
  const char *const verb = strsep(&rest, " "), *const name = strsep(&rest, " ");
  const message_type *const type = name ? type_of(name) : NULL;
  const size_t length = rest ? strlen(rest) / 2 : 0;
  uint8_t *const bytes = arena_alloc(arena, length);
  if (!type || !rest || !bytes || !hex_decode(rest, bytes, length)) return false;
  if (strcmp(verb, "out") == 0)
    to_json(arena, type, bytes, length);
  else
    from_json(arena, problems, type, bytes, length);
  return true;
}

int main(void) {
  static struct problems problems;
  struct arena arena;
  char *line = NULL;
  size_t room = 0;
  ssize_t length;
  arena_init(&arena, ARENA);
  while ((length = getline(&line, &room, stdin)) > 0) {
    if (line[length - 1] == '\n') line[length - 1] = '\0';
    problems_init(&problems, &arena);
    if (!take(&arena, &problems, line)) {
      fprintf(stderr, "json_mapping: see the head of tests/wire/json_mapping.c: %.60s\n", line);
      return 64;
    }
    fflush(stdout);
    arena_reset(&arena);
  }
  free(line);
  return 0;
}
