/* json.c - the Protocol Buffers JSON mapping over descriptors and jansson. */
#include "common/pb/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/pb/scan.h"

#define PATH_SIZE 512
#define NAME_SIZE 128
#define COMPLAINTS_MOST 1000 /* what has so many faults is refused and not read further: a hostile body must not cost a second */
#define FIELDS_MAX 512       /* of one message; a test counts the contract's */

/* --- names: lowerCamelCase outside, snake_case inside --------------------------------------------------------------------------- */

static const char *camel_name(const char *snake, char *out, size_t size) {
  size_t used = 0;
  for (; *snake && used + 1 < size; snake++) {
    const bool joint = *snake == '_' && snake[1];
    if (joint) snake++;
    out[used++] = (char)(joint && *snake >= 'a' && *snake <= 'z' ? *snake - 'a' + 'A' : *snake);
  }
  out[used] = 0;
  return out;
}

/* key is the name in lowerCamelCase. */
static bool is_camel_of(const char *snake, const char *key) {
  for (; *snake; snake++, key++) {
    const bool joint = *snake == '_' && snake[1];
    if (joint) snake++;
    if (*key != (joint && *snake >= 'a' && *snake <= 'z' ? *snake - 'a' + 'A' : *snake)) return false;
  }
  return !*key;
}

static const message_field *field_of_key(const message_type *type, const char *key) {
  const message_field *const direct = pb_field(type, key);
  if (direct) return direct;
  for (unsigned i = 0; i < type->n_fields; i++)
    if (is_camel_of(type->fields[i].name, key)) return &type->fields[i];
  return NULL;
}

/* --- out: straight into text, because every answer over HTTP is one; a tree would cost an allocation a field ----------------------- */

struct text {
  char *start;
  size_t length, room;
  bool failed; /* no memory, or a text that is no UTF-8 */
};

static bool make_room(struct text *out, size_t more) {
  if (out->length + more <= out->room) return !out->failed;
  size_t room = out->room ? out->room : 512;
  while (room < out->length + more) room *= 2;
  char *const bigger = out->failed ? NULL : realloc(out->start, room);
  if (bigger) out->start = bigger, out->room = room;
  out->failed = !bigger;
  return !out->failed;
}

static void put_chars(struct text *out, const char *chars, size_t length) {
  if (!make_room(out, length)) return;
  memcpy(out->start + out->length, chars, length);
  out->length += length;
}

static void put_char(struct text *out, char one) { put_chars(out, &one, 1); }

static void put_number(struct text *out, bool is_unsigned, int64_t value) {
  char digits[24];
  const int length = is_unsigned ? snprintf(digits, sizeof digits, "%" PRIu64, (uint64_t)value) : snprintf(digits, sizeof digits, "%" PRId64, value);
  put_chars(out, digits, (size_t)length);
}

static void put_wide(struct text *out, bool is_unsigned, int64_t value) {
  put_char(out, '"');
  put_number(out, is_unsigned, value);
  put_char(out, '"');
}

static void put_escape(struct text *out, unsigned char letter) {
  static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* the letter, and what stands for it behind a backslash */
  char text[8];
  for (const char *row = shorts; *row; row += 2)
    if ((unsigned char)*row == letter) return put_chars(out, (const char[]){'\\', row[1]}, 2);
  const int length = snprintf(text, sizeof text, "\\u%04x", letter);
  put_chars(out, text, (size_t)length);
}

static void put_string(struct text *out, const char *string) {
  size_t bad;
  const size_t length = strlen(string);
  if (!utf8_is_valid(string, length, &bad)) out->failed = true;
  put_char(out, '"');
  for (const char *plain = string, *at = string;; at++) {
    const unsigned char letter = (unsigned char)*at;
    if (letter >= 0x20 && letter != '"' && letter != '\\') continue;
    put_chars(out, plain, (size_t)(at - plain));
    if (!letter) break;
    put_escape(out, letter);
    plain = at + 1;
  }
  put_char(out, '"');
}

static void put_base64(struct text *out, ProtobufCBinaryData bytes) {
  const size_t length = 4 * ((bytes.len + 2) / 3);
  put_char(out, '"');
  if (make_room(out, length + 1)) { /* its end is marked by a NUL that the next letter replaces */
    base64_encode(bytes.data, bytes.len, out->start + out->length);
    out->length += length;
  }
  put_char(out, '"');
}

static void put_object(struct text *out, const message *source);

static void put_element(struct text *out, const message *source, const message_field *field, size_t i) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64: return put_wide(out, false, pb_get_int(source, field, i));
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64: return put_wide(out, true, pb_get_int(source, field, i));
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32: return put_number(out, false, pb_get_int(source, field, i));
    case PROTOBUF_C_TYPE_BOOL: return pb_get_int(source, field, i) ? put_chars(out, "true", 4) : put_chars(out, "false", 5);
    case PROTOBUF_C_TYPE_ENUM: {
      const char *const name = pb_enum_name(field, pb_get_int(source, field, i));
      return name ? put_string(out, name) : put_number(out, false, pb_get_int(source, field, i));
    }
    case PROTOBUF_C_TYPE_STRING: return put_string(out, pb_get_text(source, field, i));
    case PROTOBUF_C_TYPE_BYTES: return put_base64(out, pb_get_bytes(source, field, i));
    case PROTOBUF_C_TYPE_MESSAGE: return put_object(out, pb_get_message(source, field, i));
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE: out->failed = true; /* the contract has none */
  }
}

static void put_field(struct text *out, const message *source, const message_field *field, size_t count) {
  char camel[NAME_SIZE];
  put_char(out, '"');
  camel_name(field->name, camel, sizeof camel);
  put_chars(out, camel, strlen(camel));
  put_chars(out, "\":", 2);
  if (!pb_is_repeated(field)) return put_element(out, source, field, 0);
  for (size_t i = 0; i < count; i++) {
    put_char(out, i ? ',' : '[');
    put_element(out, source, field, i);
  }
  put_char(out, ']');
}

static void put_object(struct text *out, const message *source) {
  bool any = false;
  put_char(out, '{');
  for (unsigned i = 0; i < source->descriptor->n_fields; i++) {
    const size_t count = pb_count(source, &source->descriptor->fields[i]);
    if (count == 0) continue;
    if (any) put_char(out, ',');
    any = true;
    put_field(out, source, &source->descriptor->fields[i], count);
  }
  put_char(out, '}');
}

char *pb_json_text(const message *source, size_t *length) {
  struct text out = {0};
  if (source) put_object(&out, source);
  put_char(&out, '\0');
  if (!source || out.failed) {
    free(out.start);
    return NULL;
  }
  *length = out.length - 1;
  return out.start;
}

json_t *pb_to_json(const message *source) {
  size_t length;
  char *const text = pb_json_text(source, &length);
  json_t *const object = text ? json_loadb(text, length, 0, NULL) : NULL;
  free(text);
  return object;
}

/* --- in ------------------------------------------------------------------------------------------------------------------------- */

struct place {
  const struct place *outer;
  const message_field *field; /* NULL at the top */
  const char *key;            /* where there is no field */
  size_t index;               /* SIZE_MAX = the field itself */
};

struct reading {
  struct arena *arena;
  struct problems *problems;
  size_t elements;
};

static size_t put_path(const struct place *place, char *out, size_t size) {
  if (!place || (!place->field && !place->key)) return 0;
  const size_t used = put_path(place->outer, out, size);
  const char *const dot = used > 0 ? "." : "", *const name = place->field ? place->field->name : place->key;
  const int n = place->index != SIZE_MAX ? snprintf(out + used, size - used, "%s%.100s[%zu]", dot, name, place->index)
                                         : snprintf(out + used, size - used, "%s%.100s", dot, name);
  const size_t total = used + (n > 0 ? (size_t)n : 0);
  return total < size ? total : size - 1;
}

static void complain(struct reading *reading, const struct place *place, const char *reason, const char *zh, const char *en) {
  char path[PATH_SIZE] = "";
  if (reading->problems->count < PROBLEMS_MAX) put_path(place, path, sizeof path);
  problem_add(reading->problems, SEVERITY_BLOCK, path, reason, zh, en, "");
}

static void wrong_type(struct reading *reading, const struct place *place, const char *zh, const char *en) {
  complain(reading, place, "WRONG_TYPE", zh, en);
}

/* After a put: the value was checked before, so only memory can have failed. */
static void settle(struct reading *reading, const struct place *place, bool stored) {
  if (!stored) complain(reading, place, "MESSAGE_TOO_LARGE", "报文过大, 请分批发送。", "The message is too large; send it in batches.");
}

/* A number, or the decimal text of one; a real number is taken when it is whole. */
static bool integer_of(const json_t *value, bool is_unsigned, int64_t *number) {
  if (json_is_integer(value)) {
    *number = json_integer_value(value);
    return !is_unsigned || *number >= 0;
  }
  if (json_is_real(value)) {
    const double real = json_real_value(value);
    if (!(fabs(real) <= 9007199254740992.0) || real != floor(real)) return false;
    *number = (int64_t)real;
    return !is_unsigned || *number >= 0;
  }
  return json_is_string(value) && parse_int64(json_string_value(value), is_unsigned ? 0 : INT64_MIN, INT64_MAX, number);
}

static void put_integer(struct reading *reading, message *target, const message_field *field, const json_t *value, const struct place *place) {
  const bool is_unsigned = field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_FIXED64;
  int64_t number;
  if (!integer_of(value, is_unsigned, &number))
    wrong_type(reading, place, "应为整数(可写成字符串)。", "A whole number is wanted here (it may be quoted).");
  else if (!pb_put_int(reading->arena, target, field, number) && !reading->arena->failed)
    complain(reading, place, "OUT_OF_RANGE", "数值超出该字段的范围。", "The number is out of this field's range.");
  else
    settle(reading, place, !reading->arena->failed);
}

static void put_enum(struct reading *reading, message *target, const message_field *field, const json_t *value, const struct place *place) {
  int64_t number = 0;
  const ProtobufCEnumValue *const named =
      json_is_string(value) ? protobuf_c_enum_descriptor_get_value_by_name(field->descriptor, json_string_value(value)) : NULL;
  if (named)
    settle(reading, place, pb_put_int(reading->arena, target, field, named->value));
  else if (json_is_number(value) && integer_of(value, false, &number) && pb_enum_name(field, number))
    settle(reading, place, pb_put_int(reading->arena, target, field, number));
  else
    complain(reading, place, "UNKNOWN_ENUM", "代码值不在约定的取值范围内, 请按 proto 文件取值。",
             "The value is none of those the contract names; use one of the proto file's.");
}

static void put_text(struct reading *reading, message *target, const message_field *field, const json_t *value, const struct place *place) {
  if (!json_is_string(value))
    wrong_type(reading, place, "应为文字(字符串)。", "Text (a string) is wanted here.");
  else if (strlen(json_string_value(value)) != json_string_length(value))
    complain(reading, place, "BAD_UTF8", "文字含有空字符, 请删除。", "The text holds a NUL; remove it.");
  else
    settle(reading, place, pb_put_text(reading->arena, target, field, json_string_value(value)));
}

/* Standard or URL-safe letters, with or without padding, as the mapping allows. */
static void put_bytes(struct reading *reading, message *target, const message_field *field, const json_t *value, const struct place *place) {
  if (!json_is_string(value)) {
    wrong_type(reading, place, "应为 base64 字符串。", "A base64 string is wanted here.");
    return;
  }
  const size_t length = json_string_length(value);
  char *const text = arena_alloc(reading->arena, length + 4);
  uint8_t *const bytes = arena_alloc(reading->arena, length);
  if (!text || !bytes) {
    settle(reading, place, false);
    return;
  }
  size_t used = 0;
  for (const char *from = json_string_value(value); used < length; used++)
    text[used] = from[used] == '-' ? '+' : from[used] == '_' ? '/' : from[used];
  while (used % 4 != 0) text[used++] = '=';
  const long decoded = base64_decode(text, used, bytes, length);
  if (decoded < 0)
    wrong_type(reading, place, "不是有效的 base64。", "This is no valid base64.");
  else
    settle(reading, place, pb_put_bytes(reading->arena, target, field, bytes, (size_t)decoded));
}

static message *read_object(struct reading *reading, const message_type *type, const json_t *source, const struct place *place, int depth);

static void put_value(struct reading *reading, message *target, const message_field *field, const json_t *value, const struct place *place,
                      int depth) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
      if (!json_is_boolean(value))
        wrong_type(reading, place, "应为 true 或 false。", "true or false is wanted here.");
      else
        settle(reading, place, pb_put_int(reading->arena, target, field, json_is_true(value)));
      return;
    case PROTOBUF_C_TYPE_ENUM: put_enum(reading, target, field, value, place); return;
    case PROTOBUF_C_TYPE_STRING: put_text(reading, target, field, value, place); return;
    case PROTOBUF_C_TYPE_BYTES: put_bytes(reading, target, field, value, place); return;
    case PROTOBUF_C_TYPE_MESSAGE: {
      message *const inner = read_object(reading, field->descriptor, value, place, depth + 1);
      if (inner) settle(reading, place, pb_put_message(reading->arena, target, field, inner));
      return;
    }
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32: put_integer(reading, target, field, value, place); return;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE: wrong_type(reading, place, "此字段不受支持。", "This field is not supported."); return;
  }
}

static bool room_for_element(struct reading *reading, const struct place *place) {
  if (++reading->elements <= SCAN_ELEMENTS_MAX) return true;
  complain(reading, place, "TOO_MANY_ELEMENTS", "一次报文的明细超过20000条, 请分批发送。",
           "The message has more than 20,000 elements; send it in batches.");
  return false;
}

static void put_array(struct reading *reading, message *target, const message_field *field, const json_t *array, const struct place *outer,
                      int depth) {
  struct place place = {.outer = outer, .field = field, .index = SIZE_MAX};
  if (!json_is_array(array)) {
    wrong_type(reading, &place, "应为数组。", "An array is wanted here.");
    return;
  }
  for (size_t i = 0; i < json_array_size(array) && reading->problems->total < COMPLAINTS_MOST; i++) {
    place.index = i;
    if (!room_for_element(reading, &place)) return;
    put_value(reading, target, field, json_array_get(array, i), &place, depth);
  }
}

/* The fields an object has named so far, by their place in the descriptor: zero and [] leave no trace in the message itself. */
struct named {
  uint64_t bits[FIELDS_MAX / 64];
};

/* The same field in its other spelling, or another member of its oneof, came before. */
static bool is_taken(const message *target, const message_field *field, struct named *named) {
  const message_type *const type = target->descriptor;
  const size_t index = (size_t)(field - type->fields) % FIELDS_MAX;
  const uint64_t bit = UINT64_C(1) << index % 64;
  if (named->bits[index / 64] & bit) return true;
  named->bits[index / 64] |= bit;
  for (unsigned i = 0; pb_is_nullable(field) && i < type->n_fields; i++)
    if (pb_is_nullable(&type->fields[i]) && type->fields[i].quantifier_offset == field->quantifier_offset && pb_count(target, &type->fields[i]) > 0)
      return true;
  return false;
}

static void read_member(struct reading *reading, message *target, struct named *named, const char *key, const json_t *value,
                        const struct place *outer, int depth) {
  const message_field *const field = field_of_key(target->descriptor, key);
  const struct place place = {.outer = outer, .field = field, .key = key, .index = SIZE_MAX};
  if (!field) {
    complain(reading, &place, "UNKNOWN_FIELD", "没有这个字段, 请核对名称。", "There is no such field; check its name.");
    return;
  }
  if (json_is_null(value)) return;
  if (is_taken(target, field, named))
    complain(reading, &place, "REPEATED_SINGULAR", "同一字段出现了两次(两种写法), 请只保留一个。",
             "The field stands twice (in two spellings); keep one.");
  else if (pb_is_repeated(field))
    put_array(reading, target, field, value, outer, depth);
  else
    put_value(reading, target, field, value, &place, depth);
}

static message *read_object(struct reading *reading, const message_type *type, const json_t *source, const struct place *place, int depth) {
  if (!json_is_object(source)) {
    wrong_type(reading, place, "应为对象 {…}。", "An object {...} is wanted here.");
    return NULL;
  }
  if (depth > SCAN_DEPTH_MAX) {
    complain(reading, place, "TOO_DEEP", "报文嵌套超过16层, 请拆开发送。", "Messages are nested more than 16 deep; send them apart.");
    return NULL;
  }
  message *const target = pb_new(reading->arena, type);
  struct named named = {{0}};
  if (!target) {
    settle(reading, place, false);
    return NULL;
  }
  /* jansson offers iteration over a const object only through a cast; nothing is changed. */
  for (void *at = json_object_iter((json_t *)(uintptr_t)source); at && reading->problems->total < COMPLAINTS_MOST;
       at = json_object_iter_next((json_t *)(uintptr_t)source, at))
    read_member(reading, target, &named, json_object_iter_key(at), json_object_iter_value(at), place, depth);
  return target;
}

message *pb_from_json(struct arena *arena, const message_type *type, const json_t *source, struct problems *problems) {
  const size_t before = problems->blocking;
  struct reading reading = {.arena = arena, .problems = problems};
  message *const made = read_object(&reading, type, source, NULL, 1);
  return problems->blocking == before ? made : NULL;
}
