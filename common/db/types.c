/* types.c - fields and PostgreSQL types: what suits what, as one table. */
#include <stdio.h>
#include <string.h>

#include "common/base/attribute.h"
#include "common/db/plan.h"

/* Classes of fields; a name's suffix says what a string or an integer means. */
enum field_class { CLASS_INTEGER, CLASS_WIDE, CLASS_TIME, CLASS_BOOL, CLASS_ENUM, CLASS_TEXT, CLASS_DATE, CLASS_BYTES, CLASS_MESSAGE, CLASS_NONE };

/* Oids of pg_type.dat; they are part of the wire protocol and never change. */
static const struct type_row {
  Oid oid, array;
  const char *name;
} types[] = {
    {16, 1000, "bool"},     {17, 1001, "bytea"},   {20, 1016, "int8"},      {21, 1005, "int2"},      {23, 1007, "int4"},
    {25, 1009, "text"},     {114, 199, "json"},    {1043, 1015, "varchar"}, {1082, 1182, "date"},    {1184, 1185, "timestamptz"},
    {3802, 3807, "jsonb"},  {700, 1021, "float4"}, {701, 1022, "float8"},   {1700, 1231, "numeric"}, {1114, 1115, "timestamp"},
    {2950, 2951, "uuid"},   {705, 0, "unknown"},   {1042, 1014, "char"},    {19, 1003, "name"},      {1186, 1187, "interval"},
    {2249, 2287, "record"},
};

/* First row of a class: the type its parameters are declared with, unless it may go two ways. */
static const struct suit_row {
  enum field_class class;
  Oid oid;
  enum codec codec;
} suits[] = {
    {CLASS_INTEGER, 23, CODEC_INT4}, {CLASS_INTEGER, 20, CODEC_INT8},  {CLASS_INTEGER, 21, CODEC_INT2},    {CLASS_WIDE, 20, CODEC_INT8},
    {CLASS_WIDE, 23, CODEC_INT4},    {CLASS_WIDE, 21, CODEC_INT2},     {CLASS_TIME, 1184, CODEC_TIME},     {CLASS_TIME, 20, CODEC_INT8},
    {CLASS_BOOL, 16, CODEC_BOOL},    {CLASS_ENUM, 25, CODEC_ENUM},     {CLASS_ENUM, 1043, CODEC_ENUM},     {CLASS_TEXT, 25, CODEC_TEXT},
    {CLASS_TEXT, 1043, CODEC_TEXT},  {CLASS_TEXT, 1082, CODEC_DATE},   {CLASS_DATE, 1082, CODEC_DATE},     {CLASS_DATE, 25, CODEC_TEXT},
    {CLASS_BYTES, 17, CODEC_BYTES},  {CLASS_MESSAGE, 114, CODEC_JSON}, {CLASS_MESSAGE, 3802, CODEC_JSONB},
};

static bool ends_with(const char *name, const char *suffix) {
  size_t length = strlen(name), tail = strlen(suffix);
  return length >= tail && strcmp(name + length - tail, suffix) == 0;
}

static enum field_class class_of(const message_field *field) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32: return CLASS_INTEGER;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32: return CLASS_WIDE;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64: return ends_with(field->name, "at_us") ? CLASS_TIME : CLASS_WIDE;
    case PROTOBUF_C_TYPE_BOOL: return CLASS_BOOL;
    case PROTOBUF_C_TYPE_ENUM: return CLASS_ENUM;
    case PROTOBUF_C_TYPE_STRING: return ends_with(field->name, "_date") ? CLASS_DATE : CLASS_TEXT;
    case PROTOBUF_C_TYPE_BYTES: return CLASS_BYTES;
    case PROTOBUF_C_TYPE_MESSAGE: return CLASS_MESSAGE;
    case PROTOBUF_C_TYPE_UINT64: /* wider than any integer of PostgreSQL */
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_FLOAT: /* whole numbers only in this house */
    case PROTOBUF_C_TYPE_DOUBLE: return CLASS_NONE;
  }
  return CLASS_NONE;
}

static const struct type_row *type_row_of(Oid oid) {
  for (size_t i = 0; i < ARRAY_LENGTH(types); i++)
    if (types[i].oid == oid || (types[i].array != 0 && types[i].array == oid)) return &types[i];
  return NULL;
}

Oid field_declared_oid(const message_field *field, bool array) {
  enum field_class class = class_of(field);
  /* Kept as timestamptz by some tables, as microseconds by others. But unnest() of an array of no known type means nothing to
   * PostgreSQL, so arrays are always declared. */
  if (!array && class == CLASS_TIME) return 0;
  for (size_t i = 0; i < ARRAY_LENGTH(suits); i++)
    if (suits[i].class == class) return array ? type_row_of(suits[i].oid)->array : suits[i].oid;
  return 0;
}

bool field_codec(const message_field *field, bool array, Oid oid, enum codec *codec, Oid *element) {
  enum field_class class = class_of(field);
  if (class == CLASS_MESSAGE) array = false; /* one json value, even for a repeated message */
  for (size_t i = 0; i < ARRAY_LENGTH(suits); i++) {
    if (suits[i].class != class || (array ? type_row_of(suits[i].oid)->array : suits[i].oid) != oid) continue;
    *codec = suits[i].codec;
    *element = array ? suits[i].oid : 0;
    return true;
  }
  return false;
}

const char *oid_name(Oid oid) {
  static _Thread_local char name[40];
  const struct type_row *row = type_row_of(oid);
  if (row != NULL)
    snprintf(name, sizeof name, "%s%s", row->name, row->oid == oid ? "" : "[]");
  else
    snprintf(name, sizeof name, "type %u", oid);
  return name;
}

const char *field_suits(const message_field *field, bool array) {
  static _Thread_local char text[80];
  enum field_class class = class_of(field);
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < ARRAY_LENGTH(suits); i++) {
    if (suits[i].class != class || used + 24 > sizeof text) continue;
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s%s", used > 0 ? " or " : "", type_row_of(suits[i].oid)->name,
                             array && class != CLASS_MESSAGE ? "[]" : "");
  }
  return used > 0 ? text : "no type at all (unsigned 64 bit and floats do not go into tables)";
}

bool field_path_resolve(const message_type *type, const char *text, struct field_path *path, const char **why) {
  static _Thread_local char reason[160];
  *path = (struct field_path){.repeated = -1};
  *why = reason;
  while (true) {
    const char *dot = strchr(text, '.');
    size_t length = dot != NULL ? (size_t)(dot - text) : strlen(text);
    char name[64];
    if (length == 0 || length >= sizeof name || path->depth == PATH_STEPS_MAX) {
      snprintf(reason, sizeof reason, "is too long or too deep");
      return false;
    }
    memcpy(name, text, length);
    name[length] = '\0';
    const message_field *field = pb_field(type, name);
    if (field == NULL) {
      snprintf(reason, sizeof reason, "is no field of %s", pb_type_name(type));
      return false;
    }
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
      if (path->repeated >= 0) {
        snprintf(reason, sizeof reason, "is a list within a list, which has no form as an array");
        return false;
      }
      path->repeated = path->depth;
    }
    path->steps[path->depth++] = field;
    if (dot == NULL) return true;
    if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
      snprintf(reason, sizeof reason, "goes into %s, which is no message", name);
      return false;
    }
    type = field->descriptor;
    text = dot + 1;
  }
}
