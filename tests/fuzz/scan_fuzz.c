/* scan_fuzz.c - bytes of a stranger on their way to a handler: scan, unpack in a bounded arena, validate, JSON, pack.
 *
 * The first byte chooses the message type and the severity towards unknown fields. What must hold: what the scan passes, protobuf-c
 * takes (or the arena is full); what it passes strictly, survives a round trip; no complaint without path and sentence. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/pb/json.h"
#include "common/pb/scan.h"
#include "common/pb/validate.h"
#include "tests/specimen.pb-c.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

extern const message_type *const all_messages[];
extern const size_t all_messages_count;

#define must(condition)                                                                                                                              \
  do {                                                                                                                                               \
    if (!(condition)) abort();                                                                                                                       \
  } while (0)

static const message_type *type_of(unsigned choice) {
  static const message_type *const specimens[] = {&specimen__scalars__descriptor, &specimen__tree__descriptor, &specimen__person__descriptor};
  return choice < ARRAY_LENGTH(specimens) ? specimens[choice] : all_messages[(choice - ARRAY_LENGTH(specimens)) % all_messages_count];
}

static void check_complaints(const struct problems *problems) {
  must(problems->count <= PROBLEMS_MAX && problems->total >= problems->count);
  for (size_t i = 0; i < problems->count; i++)
    must(problems->list[i].path && *problems->list[i].reason && *problems->list[i].zh && *problems->list[i].en && problems->list[i].basis);
}

/* Through JSON and back the message must pack to the same bytes. */
static void check_json(struct arena *arena, const message *subject, struct problems *problems) {
  json_t *const object = pb_to_json(subject);
  must(object != NULL);
  problems_init(problems, arena);
  message *const again = pb_from_json(arena, subject->descriptor, object, problems);
  json_decref(object);
  if (!again) {
    /* uint64 beyond int64, and arrays of more elements than the door lets in by one way or the other */
    must(problems->blocking > 0);
    return;
  }
  size_t left_length, right_length;
  const uint8_t *const left = pb_pack(arena, subject, &left_length), *const right = pb_pack(arena, again, &right_length);
  must(!left || !right || (left_length == right_length && !memcmp(left, right, left_length)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  static struct problems problems;
  struct arena arena;
  if (length < 1) return 0;
  const message_type *const type = type_of(bytes[0] >> 1);
  const enum scan_unknown unknown = bytes[0] & 1 ? SCAN_UNKNOWN_KEEP : SCAN_UNKNOWN_REFUSE;
  arena_init(&arena, 8 << 20);
  problems_init(&problems, &arena);
  const bool sound = pb_scan(type, bytes + 1, length - 1, unknown, &problems);
  check_complaints(&problems);
  must(sound == (problems.blocking == 0));
  message *const subject = sound ? pb_unpack(&arena, type, bytes + 1, length - 1) : NULL;
  must(!sound || subject || arena.failed);
  if (subject) {
    problems_init(&problems, &arena);
    must(pb_validate(subject, &problems) == (problems.blocking == 0));
    check_complaints(&problems);
    if (unknown == SCAN_UNKNOWN_REFUSE) must(subject->n_unknown_fields == 0);
    if (unknown == SCAN_UNKNOWN_REFUSE) check_json(&arena, subject, &problems);
  }
  arena_reset(&arena);
  return 0;
}
