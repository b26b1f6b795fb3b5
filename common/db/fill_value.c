/* fill_value.c - PostgreSQL's binary values into fields. */
#include <endian.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/db/fill.h"
#include "common/pb/json.h"

static uint32_t get32(const char *from) {
  uint32_t value;
  memcpy(&value, from, sizeof value);
  return be32toh(value);
}

static void *member_of(message *target, const message_field *field) { return (char *)target + field->offset; }
static void *quantifier_of(message *target, const message_field *field) { return (char *)target + field->quantifier_offset; }

static void choose(message *target, const message_field *field) {
  if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) *(uint32_t *)quantifier_of(target, field) = field->id;
}

static int64_t decode_integer(enum codec codec, const char *bytes) {
  uint16_t small;
  uint64_t wide;
  if (codec == CODEC_INT4) return (int32_t)get32(bytes);
  if (codec == CODEC_INT2) {
    memcpy(&small, bytes, sizeof small);
    return (int16_t)be16toh(small);
  }
  memcpy(&wide, bytes, sizeof wide);
  return (int64_t)(be64toh(wide) + (codec == CODEC_TIME ? (uint64_t)POSTGRES_EPOCH_US : 0));
}

static bool store_integer(const message_field *field, void *member, int64_t value) {
  if (type_is_int64(field->type)) {
    *(int64_t *)member = value;
    return true;
  }
  if (type_is_uint32(field->type)) {
    *(uint32_t *)member = (uint32_t)value;
    return value >= 0 && value <= UINT32_MAX;
  }
  *(int32_t *)member = (int32_t)value;
  return value >= INT32_MIN && value <= INT32_MAX;
}

static bool store_enum(struct arena *arena, const message_field *field, void *member, const char *bytes, size_t length) {
  const char *name = arena_strndup(arena, bytes, length);
  const ProtobufCEnumValue *value = name != NULL ? protobuf_c_enum_descriptor_get_value_by_name(field->descriptor, name) : NULL;
  if (value != NULL) *(int *)member = value->value;
  return value != NULL;
}

/* One scalar at its place. */
static bool store(struct arena *arena, enum codec codec, const message_field *field, void *member, const char *bytes, size_t length,
                  const char **why) {
  switch (codec) {
    case CODEC_INT2:
    case CODEC_INT4:
    case CODEC_INT8:
    case CODEC_TIME: *why = "out of the field's range"; return store_integer(field, member, decode_integer(codec, bytes));
    case CODEC_BOOL: *(protobuf_c_boolean *)member = *bytes != 0; return true;
    case CODEC_ENUM: *why = "no name of the enum"; return store_enum(arena, field, member, bytes, length);
    case CODEC_TEXT: return (*(char **)member = arena_strndup(arena, bytes, length)) != NULL;
    case CODEC_DATE: {
      char *text = arena_alloc(arena, CLOCK_DATE_SIZE);
      if (text != NULL) *(char **)member = date_format((int32_t)get32(bytes) + POSTGRES_EPOCH_DAYS, text);
      return text != NULL;
    }
    case CODEC_BYTES: {
      ProtobufCBinaryData *data = member;
      *data = (ProtobufCBinaryData){.len = length, .data = arena_memdup(arena, bytes, length)};
      return data->data != NULL;
    }
    case CODEC_JSON:
    case CODEC_JSONB: break;
  }
  *why = "of no kind a field can take";
  return false;
}

/* A one-dimensional array into a repeated scalar; NULL elements are left out. */
static bool store_array(struct arena *arena, const struct column *column, message *target, const char *bytes, const char **why) {
  const message_field *field = field_path_leaf(&column->path);
  uint32_t dimensions = get32(bytes), count = dimensions == 1 ? get32(bytes + 12) : 0;
  *why = "an array of more than one dimension";
  if (dimensions > 1) return false;
  size_t size = type_size(field->type), kept = 0;
  char *list = arena_array(arena, count, size);
  if (list == NULL) return false;
  const char *at = bytes + 20;
  for (uint32_t i = 0; i < count; i++) {
    int32_t length = (int32_t)get32(at);
    at += 4;
    if (length < 0) continue;
    if (!store(arena, column->codec, field, list + kept++ * size, at, (size_t)length, why)) return false;
    at += length;
  }
  *(void **)member_of(target, field) = kept > 0 ? list : NULL;
  *(size_t *)quantifier_of(target, field) = kept;
  return true;
}

/* problems: room for complaints, which one list of messages shares. */
static message *message_of_json(struct arena *arena, const message_field *field, const json_t *json, struct problems *problems, const char **why) {
  message *value = pb_from_json(arena, field->descriptor, json, problems);
  if (value == NULL && problems->count > 0) {
    *why = arena_printf(arena, "json that is no %s: %s %s", pb_type_name(field->descriptor), problems->list[0].path, problems->list[0].en);
    if (*why == NULL) *why = "json that does not fit";
  }
  return value;
}

static bool store_json(struct arena *arena, const message_field *field, message *target, const json_t *json, const char **why) {
  if (json_is_null(json)) return true;
  struct problems *problems = arena_alloc(arena, sizeof *problems);
  if (problems == NULL) return false;
  problems_init(problems, arena);
  if (field->label != PROTOBUF_C_LABEL_REPEATED) {
    message *value = message_of_json(arena, field, json, problems, why);
    if (value != NULL) *(message **)member_of(target, field) = value, choose(target, field);
    return value != NULL;
  }
  *why = "no json array";
  if (!json_is_array(json)) return false;
  *why = "too large";
  size_t count = json_array_size(json);
  message **list = arena_array(arena, count, sizeof *list);
  for (size_t i = 0; list != NULL && i < count; i++)
    if ((list[i] = message_of_json(arena, field, json_array_get(json, i), problems, why)) == NULL) return false;
  *(message ***)member_of(target, field) = count > 0 ? list : NULL;
  *(size_t *)quantifier_of(target, field) = count;
  return list != NULL;
}

bool fill_value(struct arena *arena, message *target, const struct column *column, const char *bytes, int length, const char **why) {
  *why = "too large";
  for (int i = 0; i + 1 < column->path.depth; i++) {
    const message_field *step = column->path.steps[i];
    message **place = member_of(target, step);
    if (*place == NULL) *place = pb_new(arena, step->descriptor);
    if (*place == NULL) return false;
    choose(target, step);
    target = *place;
  }
  const message_field *leaf = field_path_leaf(&column->path);
  if (column->codec == CODEC_JSON || column->codec == CODEC_JSONB) {
    size_t version = column->codec == CODEC_JSONB; /* one byte in front of jsonb */
    json_error_t error;
    json_t *json = json_loadb(bytes + version, (size_t)length - version, JSON_DECODE_ANY, &error);
    bool stored = json != NULL && store_json(arena, leaf, target, json, why);
    json_decref(json);
    return stored;
  }
  if (leaf->label == PROTOBUF_C_LABEL_REPEATED) return store_array(arena, column, target, bytes, why);
  choose(target, leaf);
  return store(arena, column->codec, leaf, member_of(target, leaf), bytes, (size_t)length, why);
}
