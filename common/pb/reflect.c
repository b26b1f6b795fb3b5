/* reflect.c - messages through protobuf-c's descriptors.
 *
 * A repeated field made here grows by doubling. Its array stands at an address of 8 modulo 16 with its capacity in the 8 bytes
 * before it; arrays of anybody else (protobuf-c's unpack, arena_array) stand at 0 modulo 16, are taken as full, and are copied on
 * the first append. */
#include "common/pb/reflect.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

extern const message_type *const all_messages[];
extern const size_t all_messages_count;

static const message_type **types_by_name;
static size_t type_count;
static pthread_once_t types_once = PTHREAD_ONCE_INIT;

const char *pb_type_name(const message_type *type) { return type->short_name; }

static int compare_types(const void *left, const void *right) {
  return strcmp(pb_type_name(*(const message_type *const *)left), pb_type_name(*(const message_type *const *)right));
}

static int compare_type_name(const void *name, const void *type) { return strcmp(name, pb_type_name(*(const message_type *const *)type)); }

/* The generated list is in the order of C symbols, which differs from that of names. */
static void sort_types(void) {
  types_by_name = malloc(all_messages_count * sizeof *types_by_name);
  if (!types_by_name) return;
  type_count = all_messages_count;
  memcpy(types_by_name, all_messages, type_count * sizeof *types_by_name);
  qsort(types_by_name, type_count, sizeof *types_by_name, compare_types);
}

const message_type *pb_type_find(const char *name) {
  pthread_once(&types_once, sort_types);
  if (type_count == 0) return NULL;
  const message_type **const found = bsearch(name, types_by_name, type_count, sizeof *types_by_name, compare_type_name);
  return found ? *found : NULL;
}

/* --- making, packing, unpacking ------------------------------------------------------------------------------------------------ */

static void *allocate(void *arena, size_t size) { return arena_alloc(arena, size); }
static void free_nothing(void *arena, void *pointer) {
  (void)arena;
  (void)pointer;
}

message *pb_new(struct arena *arena, const message_type *type) {
  message *const made = arena_alloc(arena, type->sizeof_message);
  if (made) protobuf_c_message_init(type, made);
  return made;
}

message *pb_unpack(struct arena *arena, const message_type *type, const void *bytes, size_t length) {
  ProtobufCAllocator allocator = {.alloc = allocate, .free = free_nothing, .allocator_data = arena};
  static const uint8_t empty[1];
  return protobuf_c_message_unpack(type, &allocator, length, length > 0 ? bytes : empty);
}

uint8_t *pb_pack(struct arena *arena, const message *source, size_t *length) {
  *length = protobuf_c_message_get_packed_size(source);
  uint8_t *const bytes = arena_alloc(arena, *length);
  if (bytes) protobuf_c_message_pack(source, bytes);
  return bytes;
}

/* --- fields -------------------------------------------------------------------------------------------------------------------- */

const message_field *pb_field(const message_type *type, const char *name) { return protobuf_c_message_descriptor_get_field_by_name(type, name); }

const message *pb_find(const message *source, const char *path, const message_field **field) {
  for (const char *dot; source && (dot = strchr(path, '.')) != NULL; path = dot + 1) {
    char name[64];
    size_t length = (size_t)(dot - path) < sizeof name - 1 ? (size_t)(dot - path) : sizeof name - 1;
    memcpy(name, path, length);
    name[length] = '\0';
    const message_field *part = pb_field(source->descriptor, name);
    source = part ? pb_get_message(source, part, 0) : NULL;
  }
  *field = source ? pb_field(source->descriptor, path) : NULL;
  return *field ? source : NULL;
}

bool pb_is_repeated(const message_field *field) { return field->label == PROTOBUF_C_LABEL_REPEATED; }

bool pb_is_nullable(const message_field *field) { return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0; }

static const void *member_of(const message *source, const message_field *field) { return (const char *)source + field->offset; }

static void *member_in(message *target, const message_field *field) { return (char *)target + field->offset; }

static size_t *element_count(message *target, const message_field *field) { return (size_t *)(void *)((char *)target + field->quantifier_offset); }

static uint32_t *oneof_case(message *target, const message_field *field) { return (uint32_t *)(void *)((char *)target + field->quantifier_offset); }

static size_t element_size(const message_field *field) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE: return sizeof(int64_t);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE: return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES: return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM: return sizeof(int32_t);
  }
  return 0;
}

/* Place of element i; of the member itself for a singular field. */
static const void *element_at(const message *source, const message_field *field, size_t i) {
  const void *const member = member_of(source, field);
  return pb_is_repeated(field) ? *(const char *const *)member + i * element_size(field) : member;
}

static bool is_zero(const message *source, const message_field *field) {
  const void *const member = member_of(source, field);
  if (field->type == PROTOBUF_C_TYPE_STRING) {
    const char *const text = *(const char *const *)member;
    return !text || !*text;
  }
  if (field->type == PROTOBUF_C_TYPE_MESSAGE) return !*(const void *const *)member;
  if (field->type == PROTOBUF_C_TYPE_BYTES) return ((const ProtobufCBinaryData *)member)->len == 0;
  if (element_size(field) == sizeof(int64_t)) return *(const int64_t *)member == 0;
  return *(const int32_t *)member == 0;
}

size_t pb_count(const message *source, const message_field *field) {
  const char *const quantifier = (const char *)source + field->quantifier_offset;
  if (pb_is_repeated(field)) return *(const size_t *)(const void *)quantifier;
  if (pb_is_nullable(field)) return *(const uint32_t *)(const void *)quantifier == field->id ? 1 : 0;
  return is_zero(source, field) ? 0 : 1;
}

static bool is_present(const message *source, const message_field *field) {
  return pb_is_repeated(field) || !pb_is_nullable(field) || pb_count(source, field) > 0;
}

int64_t pb_get_int(const message *source, const message_field *field, size_t i) {
  if (!is_present(source, field)) return 0;
  const void *const at = element_at(source, field, i);
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64: return *(const int64_t *)at;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32: return *(const uint32_t *)at;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM: return *(const int32_t *)at;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE: return 0;
  }
  return 0;
}

const char *pb_get_text(const message *source, const message_field *field, size_t i) {
  const char *text = NULL;
  if (is_present(source, field)) {
    if (field->type == PROTOBUF_C_TYPE_STRING)
      text = *(const char *const *)element_at(source, field, i);
    else if (field->type == PROTOBUF_C_TYPE_ENUM && pb_count(source, field) > 0)
      text = pb_enum_name(field, pb_get_int(source, field, i));
  }
  return text ? text : "";
}

ProtobufCBinaryData pb_get_bytes(const message *source, const message_field *field, size_t i) {
  if (field->type != PROTOBUF_C_TYPE_BYTES || !is_present(source, field)) return (ProtobufCBinaryData){0};
  return *(const ProtobufCBinaryData *)element_at(source, field, i);
}

message *pb_get_message(const message *source, const message_field *field, size_t i) {
  if (field->type != PROTOBUF_C_TYPE_MESSAGE || !is_present(source, field)) return NULL;
  return *(message *const *)element_at(source, field, i);
}

const char *pb_enum_name(const message_field *field, int64_t number) {
  if (field->type != PROTOBUF_C_TYPE_ENUM || number < INT32_MIN || number > INT32_MAX) return NULL;
  const ProtobufCEnumValue *const value = protobuf_c_enum_descriptor_get_value(field->descriptor, (int)number);
  return value ? value->name : NULL;
}

/* --- setting and appending ----------------------------------------------------------------------------------------------------- */

#define GROWN_HEADER ((size_t)8)
#define GROWN_FIRST ((size_t)8)

static bool is_grown_here(const void *array) { return ((uintptr_t)array & 15) == 8; }

static char *array_with_room(struct arena *arena, char *array, size_t count, size_t size) {
  size_t capacity = count;
  if (array && is_grown_here(array)) memcpy(&capacity, array - GROWN_HEADER, sizeof capacity);
  if (array && count < capacity) return array;
  capacity = count < GROWN_FIRST ? GROWN_FIRST : 2 * count;
  char *const block = arena_array(arena, capacity + 1, size < GROWN_HEADER ? GROWN_HEADER : size);
  if (!block) return NULL;
  memcpy(block, &capacity, sizeof capacity);
  if (array) memcpy(block + GROWN_HEADER, array, count * size);
  return block + GROWN_HEADER;
}

/* Where the next value of the field goes: the member, or a fresh last element. NULL = arena full. */
static void *place_for(struct arena *arena, message *target, const message_field *field) {
  void *const member = member_in(target, field);
  if (!pb_is_repeated(field)) {
    if (pb_is_nullable(field)) *oneof_case(target, field) = field->id;
    return member;
  }
  size_t *const count = element_count(target, field);
  const size_t size = element_size(field);
  char *const array = array_with_room(arena, *(char **)member, *count, size);
  if (!array) return NULL;
  *(char **)member = array;
  return array + (*count)++ * size;
}

static bool int_fits(const message_field *field, int64_t value) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64: return true;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64: return value >= 0;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32: return value >= 0 && value <= UINT32_MAX;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32: return value >= INT32_MIN && value <= INT32_MAX;
    case PROTOBUF_C_TYPE_BOOL: return value == 0 || value == 1;
    case PROTOBUF_C_TYPE_ENUM: return pb_enum_name(field, value) != NULL;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE: return false;
  }
  return false;
}

bool pb_put_int(struct arena *arena, message *target, const message_field *field, int64_t value) {
  if (!int_fits(field, value)) return false;
  void *const place = place_for(arena, target, field);
  if (!place) return false;
  if (element_size(field) == sizeof value) {
    *(int64_t *)place = value;
  } else {
    const uint32_t low = (uint32_t)value;
    memcpy(place, &low, sizeof low);
  }
  return true;
}

bool pb_put_text(struct arena *arena, message *target, const message_field *field, const char *text) {
  if (field->type == PROTOBUF_C_TYPE_ENUM) {
    const ProtobufCEnumValue *const value = protobuf_c_enum_descriptor_get_value_by_name(field->descriptor, text);
    return value && pb_put_int(arena, target, field, value->value);
  }
  if (field->type != PROTOBUF_C_TYPE_STRING) return false;
  char *const copy = arena_strdup(arena, text);
  char **const place = copy ? place_for(arena, target, field) : NULL;
  if (!place) return false;
  *place = copy;
  return true;
}

bool pb_put_bytes(struct arena *arena, message *target, const message_field *field, const void *bytes, size_t length) {
  if (field->type != PROTOBUF_C_TYPE_BYTES) return false;
  uint8_t *const copy = arena_memdup(arena, bytes, length);
  ProtobufCBinaryData *const place = copy ? place_for(arena, target, field) : NULL;
  if (!place) return false;
  *place = (ProtobufCBinaryData){.len = length, .data = copy};
  return true;
}

bool pb_put_message(struct arena *arena, message *target, const message_field *field, message *value) {
  if (field->type != PROTOBUF_C_TYPE_MESSAGE || !value || value->descriptor != field->descriptor) return false;
  message **const place = place_for(arena, target, field);
  if (!place) return false;
  *place = value;
  return true;
}

static void clear_field(message *target, const message_field *field) {
  if (pb_is_repeated(field)) {
    *element_count(target, field) = 0;
    *(void **)member_in(target, field) = NULL;
  } else if (pb_is_nullable(field)) {
    if (*oneof_case(target, field) == field->id) *oneof_case(target, field) = 0;
  } else if (field->type == PROTOBUF_C_TYPE_STRING) {
    *(const char **)member_in(target, field) = protobuf_c_empty_string;
  } else {
    memset(member_in(target, field), 0, element_size(field));
  }
}

bool pb_copy_field(message *target, const message_field *to, const message *source, const message_field *from) {
  if (to->type != from->type || to->descriptor != from->descriptor || pb_is_repeated(to) != pb_is_repeated(from)) return false;
  if (pb_count(source, from) == 0) {
    clear_field(target, to);
    return true;
  }
  if (pb_is_repeated(to)) {
    *element_count(target, to) = pb_count(source, from);
    *(const void **)member_in(target, to) = *(const void *const *)member_of(source, from);
    return true;
  }
  if (pb_is_nullable(to)) *oneof_case(target, to) = to->id;
  memcpy(member_in(target, to), member_of(source, from), element_size(to));
  return true;
}
