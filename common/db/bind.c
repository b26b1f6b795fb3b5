/* bind.c - fields of a request into the binary parameters of a statement.
 *
 * Everything was decided at boot; a call walks its plan. One allocation holds the fixed-size values, one more each array. */
#include <endian.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/db/plan.h"

#define SLOT 16 /* bytes for a fixed-size value */
/* A value that no column of its type can hold (a date that is none, a number out of range) goes with more bytes than its type has,
 * which PostgreSQL refuses (22P03): this call fails and its neighbours do not. */
#define REFUSED_LENGTH 9
#define ABSENT (-1)

static void put16(char *to, uint16_t value) { value = htobe16(value), memcpy(to, &value, sizeof value); }
static void put32(char *to, uint32_t value) { value = htobe32(value), memcpy(to, &value, sizeof value); }
static void put64(char *to, uint64_t value) { value = htobe64(value), memcpy(to, &value, sizeof value); }

static int64_t read_integer(const void *member, ProtobufCType type) {
  if (type_is_int64(type)) return *(const int64_t *)member;
  if (type_is_uint32(type)) return *(const uint32_t *)member;
  return *(const int32_t *)member; /* bool and enum too */
}

static int encode_integer(enum codec codec, int64_t value, char slot[SLOT]) {
  if (codec == CODEC_INT2) {
    put16(slot, (uint16_t)value);
    return value >= INT16_MIN && value <= INT16_MAX ? 2 : REFUSED_LENGTH;
  }
  if (codec == CODEC_INT4) {
    put32(slot, (uint32_t)value);
    return value >= INT32_MIN && value <= INT32_MAX ? 4 : REFUSED_LENGTH;
  }
  if (codec == CODEC_TIME) {
    put64(slot, (uint64_t)value - (uint64_t)POSTGRES_EPOCH_US);
    return value >= INT64_MIN + 2 * POSTGRES_EPOCH_US ? 8 : REFUSED_LENGTH;
  }
  put64(slot, (uint64_t)value);
  return 8;
}

static int encode_date(const char *text, char slot[SLOT]) {
  int32_t day = 0;
  bool fine = date_parse(text, &day);
  put32(slot, (uint32_t)(day - POSTGRES_EPOCH_DAYS));
  return fine ? 4 : REFUSED_LENGTH;
}

/* Length of the value and where it stands (in slot, or in the message). zero_is_absent: a scalar without presence. */
static int encode(enum codec codec, const message_field *field, const void *member, bool zero_is_absent, char slot[SLOT], const char **bytes) {
  *bytes = slot;
  switch (codec) {
    case CODEC_INT2:
    case CODEC_INT4:
    case CODEC_INT8:
    case CODEC_TIME: {
      int64_t value = read_integer(member, field->type);
      return value == 0 && zero_is_absent ? ABSENT : encode_integer(codec, value, slot);
    }
    case CODEC_BOOL: slot[0] = *(const protobuf_c_boolean *)member != 0; return 1;
    case CODEC_ENUM: {
      int32_t number = *(const int32_t *)member;
      *bytes = number == 0 ? NULL : pb_enum_name(field, number);
      return *bytes == NULL ? ABSENT : (int)strlen(*bytes);
    }
    case CODEC_TEXT:
    case CODEC_DATE: {
      const char *text = *(const char *const *)member;
      if (text == NULL || (*text == '\0' && (zero_is_absent || codec == CODEC_DATE))) return ABSENT;
      if (codec == CODEC_DATE) return encode_date(text, slot);
      *bytes = text;
      return (int)strlen(text);
    }
    case CODEC_BYTES: {
      const ProtobufCBinaryData *data = member;
      if (data->len == 0 && zero_is_absent) return ABSENT;
      *bytes = data->data != NULL ? (const char *)data->data : slot;
      return (int)data->len;
    }
    case CODEC_JSON: /* refused at boot: a message is no parameter */
    case CODEC_JSONB: break;
  }
  return ABSENT;
}

/* Down the steps [first, last) of singular messages; NULL when one is absent. */
static const message *descend(const message *source, const struct field_path *path, int first, int last) {
  for (int i = first; source != NULL && i < last; i++)
    source = field_is_chosen(source, path->steps[i]) ? *(const message *const *)field_member(source, path->steps[i]) : NULL;
  return source;
}

static int encode_leaf(const struct parameter *parameter, const message *holder, char slot[SLOT], const char **bytes) {
  const message_field *leaf = field_path_leaf(&parameter->path);
  *bytes = NULL;
  if (holder == NULL || !field_is_chosen(holder, leaf)) return ABSENT;
  return encode(parameter->codec, leaf, field_member(holder, leaf), !(leaf->flags & PROTOBUF_C_FIELD_FLAG_ONEOF), slot, bytes);
}

int32_t statement_page_size(const struct statement *statement, const message *request) {
  int64_t size = statement->page_size != NULL ? read_integer(field_member(request, statement->page_size), statement->page_size->type) : 0;
  return size <= 0 ? PAGE_SIZE_DEFAULT : size > PAGE_SIZE_MAX ? PAGE_SIZE_MAX : (int32_t)size;
}

static int encode_text(const char *text, const char **bytes) {
  *bytes = text;
  return text != NULL && *text != '\0' ? (int)strlen(text) : ABSENT;
}

static int encode_call(const struct statement *statement, enum parameter_source source, const message *request, const struct call_values *values,
                       char slot[SLOT], const char **bytes) {
  *bytes = slot;
  switch (source) {
    case FROM_NOW: return encode_integer(CODEC_TIME, values->now_us, slot);
    case FROM_TODAY: return encode_integer(CODEC_INT4, clock_day_of(values->now_us) - POSTGRES_EPOCH_DAYS, slot);
    case FROM_PRINCIPAL: return encode_text(values->principal, bytes);
    case FROM_UNIT: return encode_text(values->unit_id, bytes);
    case FROM_SEES_ALL: slot[0] = values->sees_all; return 1;
    case FROM_SEES_PEOPLE: slot[0] = values->sees_people; return 1;
    case FROM_LIMIT: return encode_integer(CODEC_INT4, statement_page_size(statement, request) + 1, slot);
    case FROM_ID: *bytes = (const char *)values->request_id; return (int)sizeof values->request_id;
    case FROM_FIELD: break;
  }
  return ABSENT;
}

/* Where the elements of an array come from: a repeated field of one request, or one value of each of many calls. */
struct elements {
  const struct statement *statement;
  const struct parameter *parameter;
  const void *list;               /* the repeated field's own array; NULL = */
  const message *const *requests; /* those of many calls */
  const struct call_values *values;
  size_t count;
};

static int encode_element(const struct elements *elements, size_t i, char slot[SLOT], const char **bytes) {
  const struct parameter *parameter = elements->parameter;
  const struct field_path *path = &parameter->path;
  if (elements->requests != NULL && parameter->source != FROM_FIELD)
    return encode_call(elements->statement, parameter->source, elements->requests[i], &elements->values[i], slot, bytes);
  if (elements->requests != NULL) return encode_leaf(parameter, descend(elements->requests[i], path, 0, path->depth - 1), slot, bytes);
  if (elements->list == NULL) return ABSENT; /* never: then there are no elements */
  const message_field *leaf = field_path_leaf(path);
  if (path->repeated == path->depth - 1)
    return encode(parameter->codec, leaf, (const char *)elements->list + i * type_size(leaf->type), false, slot, bytes);
  const message *element = ((const message *const *)elements->list)[i];
  return encode_leaf(parameter, descend(element, path, path->repeated + 1, path->depth - 1), slot, bytes);
}

/* Enough for all elements. */
static size_t array_size(const struct elements *elements) {
  enum codec codec = elements->parameter->codec;
  char slot[SLOT];
  const char *bytes;
  size_t size = 0;
  if (codec != CODEC_TEXT && codec != CODEC_ENUM && codec != CODEC_BYTES) return elements->count * (4 + SLOT);
  for (size_t i = 0; i < elements->count; i++) {
    int needs = encode_element(elements, i, slot, &bytes);
    size += 4 + (size_t)(needs > 0 ? needs : 0);
  }
  return size;
}

/* PostgreSQL's binary array: dimensions, "has NULLs", element type, length, lower bound; then length and bytes of each. */
#define ARRAY_HEAD 20
static char *encode_array(const struct elements *elements, struct arena *arena, int *length) {
  size_t count = elements->count, size = ARRAY_HEAD + array_size(elements);
  char *array = size < INT32_MAX ? arena_alloc(arena, size) : NULL, *to = array;
  if (array == NULL) return NULL;
  to += count > 0 ? ARRAY_HEAD : 12;
  bool has_null = false;
  for (size_t i = 0; i < count; i++) {
    char slot[SLOT];
    const char *bytes;
    int bytes_length = encode_element(elements, i, slot, &bytes);
    put32(to, (uint32_t)bytes_length);
    to += 4;
    if (bytes_length == ABSENT)
      has_null = true;
    else
      memcpy(to, bytes, (size_t)bytes_length), to += bytes_length;
  }
  put32(array, count > 0 ? 1 : 0);
  put32(array + 4, has_null);
  put32(array + 8, elements->parameter->element_oid);
  if (count > 0) put32(array + 12, (uint32_t)count), put32(array + 16, 1);
  *length = (int)(to - array);
  return array;
}

/* The elements of a repeated field of one request. */
static struct elements elements_of(const struct parameter *parameter, const message *request) {
  const struct field_path *path = &parameter->path;
  const message_field *repeated = path->steps[path->repeated];
  const message *holder = descend(request, path, 0, path->repeated);
  size_t count = holder != NULL ? field_count(holder, repeated) : 0;
  return (struct elements){.parameter = parameter, .count = count, .list = count > 0 ? *(const void *const *)field_member(holder, repeated) : NULL};
}

/* Room for the parameters of one execution: pointers, fixed-size values, lengths. */
struct bound {
  const char **pointers;
  char *slots;
  int *lengths;
};

static bool bound_new(struct bound *bound, struct arena *arena, size_t count) {
  char *block = arena_alloc(arena, count * (sizeof(char *) + sizeof(int) + SLOT) + 1);
  if (block == NULL) return false;
  bound->pointers = (const char **)(void *)block;
  bound->slots = block + count * sizeof(char *);
  bound->lengths = (int *)(void *)(bound->slots + count * SLOT);
  return true;
}

static bool bound_send(const struct bound *bound, const struct statement *statement, PGconn *connection) {
  return PQsendQueryPrepared(connection, statement->name, statement->parameter_count, bound->pointers, bound->lengths, statement->formats, 1) == 1;
}

bool statement_send(const struct statement *statement, PGconn *connection, struct arena *arena, const message *request,
                    const struct call_values *values) {
  struct bound bound;
  if (!bound_new(&bound, arena, (size_t)statement->parameter_count)) return false;
  for (int i = 0; i < statement->parameter_count; i++) {
    const struct parameter *parameter = &statement->parameters[i];
    char *slot = bound.slots + i * SLOT;
    if (parameter->source != FROM_FIELD)
      bound.lengths[i] = encode_call(statement, parameter->source, request, values, slot, &bound.pointers[i]);
    else if (parameter->path.repeated >= 0) {
      struct elements elements = elements_of(parameter, request);
      bound.pointers[i] = encode_array(&elements, arena, &bound.lengths[i]);
      if (bound.pointers[i] == NULL) return false;
    } else
      bound.lengths[i] = encode_leaf(parameter, descend(request, &parameter->path, 0, parameter->path.depth - 1), slot, &bound.pointers[i]);
    if (bound.lengths[i] == ABSENT) bound.pointers[i] = NULL;
  }
  return bound_send(&bound, statement, connection);
}

bool statement_send_many(const struct statement *statement, PGconn *connection, struct arena *arena, const message *const *requests,
                         const struct call_values *values, size_t count) {
  struct bound bound;
  if (!bound_new(&bound, arena, (size_t)statement->parameter_count)) return false;
  for (int i = 0; i < statement->parameter_count; i++) {
    struct elements elements = {
        .statement = statement, .parameter = &statement->parameters[i], .requests = requests, .values = values, .count = count};
    bound.pointers[i] = encode_array(&elements, arena, &bound.lengths[i]);
    if (bound.pointers[i] == NULL) return false;
  }
  return bound_send(&bound, statement, connection);
}
