/* request.c - "lines[0].work_date=2026-07-01" and JSON into a message. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/pb/json.h"
#include "services/cli/cli.h"

#define PATH_MAX_LENGTH 256

/* Reads "name" or "name[3]" from *path and moves behind it and its dot. index: -1 when none is given. */
static bool next_segment(char **path, char **name, int64_t *index) {
  char *segment = strsep(path, "."), *bracket = strchr(segment, '[');
  *name = segment;
  *index = -1;
  if (!bracket) return *segment != '\0';
  size_t length = strlen(bracket);
  if (bracket[length - 1] != ']') return false;
  bracket[length - 1] = '\0';
  *bracket = '\0';
  return parse_int64(bracket + 1, 0, 100000, index);
}

static bool put_value(struct arena *arena, message *target, const message_field *field, const char *value) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_ENUM: return pb_put_text(arena, target, field, value);
    case PROTOBUF_C_TYPE_BYTES: {
      size_t length = strlen(value) / 2;
      uint8_t *bytes = arena_alloc(arena, length);
      return bytes && hex_decode(value, bytes, length) && pb_put_bytes(arena, target, field, bytes, length);
    }
    case PROTOBUF_C_TYPE_BOOL: {
      bool yes = strcmp(value, "true") == 0 || strcmp(value, "1") == 0, no = strcmp(value, "false") == 0 || strcmp(value, "0") == 0;
      return (yes || no) && pb_put_int(arena, target, field, yes);
    }
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64: {
      int64_t number;
      return parse_int64(value, INT64_MIN, INT64_MAX, &number) && pb_put_int(arena, target, field, number);
    }
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_MESSAGE: return false;
  }
  return false;
}

/* The sub-message of field at index, made when it is the next one. */
static message *descend(struct arena *arena, message *target, const message_field *field, int64_t index) {
  size_t count = pb_count(target, field), wanted = index < 0 ? 0 : (size_t)index;
  if (wanted < count) return pb_get_message(target, field, wanted);
  if (wanted > count) return NULL;
  message *fresh = pb_new(arena, field->descriptor);
  return fresh && pb_put_message(arena, target, field, fresh) ? fresh : NULL;
}

bool request_put(struct arena *arena, message *request, const char *assignment) {
  char buffer[PATH_MAX_LENGTH], *path = buffer, *name;
  const char *equals = strchr(assignment, '=');
  if (!equals || equals == assignment || (size_t)(equals - assignment) >= sizeof(buffer)) {
    complain(ASSIGNMENT_FORM, assignment);
    return false;
  }
  memcpy(buffer, assignment, (size_t)(equals - assignment));
  buffer[equals - assignment] = '\0';
  message *target = request;
  for (int64_t index; path;) {
    const message_field *field = next_segment(&path, &name, &index) ? pb_field(target->descriptor, name) : NULL;
    if (!field || (index >= 0 && !pb_is_repeated(field)) || (path && field->type != PROTOBUF_C_TYPE_MESSAGE)) {
      complain(FIELD_UNKNOWN, pb_type_name(target->descriptor), assignment);
      return false;
    }
    if (path) {
      target = descend(arena, target, field, index);
      if (target) continue;
      complain(INDEX_SKIPS, assignment);
      return false;
    }
    if (!pb_is_repeated(field) && pb_count(target, field) > 0 && !pb_is_nullable(field)) {
      complain(FIELD_TWICE, name);
      return false;
    }
    if (put_value(arena, target, field, equals + 1)) continue;
    complain(VALUE_BAD, name, equals + 1);
    return false;
  }
  return true;
}

static json_t *load_json(const char *text, json_error_t *error) {
  if (strcmp(text, "-") == 0) return json_loadf(stdin, JSON_REJECT_DUPLICATES, error);
  if (text[0] == '@') return json_load_file(text + 1, JSON_REJECT_DUPLICATES, error);
  return json_loads(text, JSON_REJECT_DUPLICATES, error);
}

message *request_from_json(struct arena *arena, const message_type *type, const char *json) {
  json_error_t error;
  json_t *source = load_json(json, &error);
  if (!source) {
    complain(JSON_BAD, error.line, error.column, error.text);
    return NULL;
  }
  struct problems problems;
  problems_init(&problems, arena);
  message *request = pb_from_json(arena, type, source, &problems);
  json_decref(source);
  for (size_t i = 0; i < problems.count; i++) {
    const struct problem *problem = &problems.list[i];
    fprintf(stderr, "  %s  %s  %s\n", problem->path, problem->reason, BOTH(problem->zh, problem->en));
  }
  if (!request && !problems.count) complain(OUT_OF_MEMORY);
  return request;
}
