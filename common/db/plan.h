/* plan.h - a statement as it stands after the boot: which field goes into which parameter, which column into which field, by which
 * encoding. Internal to this folder; computed once, then only read, by all threads. */
#ifndef WORKRELIEF_PLAN_H
#define WORKRELIEF_PLAN_H

#include "common/db/statement.h"

#define PATH_STEPS_MAX 4 /* "a.b.c.d" */
#define PARAMETERS_MAX 256
#define COLUMNS_MAX 128
#define PAGE_SIZE_DEFAULT 100
#define PAGE_SIZE_MAX 1000
#define REPLY_BYTES_MAX 900000

/* Days and microseconds from 1970-01-01 (ours) to 2000-01-01 (PostgreSQL's). */
#define POSTGRES_EPOCH_DAYS 10957
#define POSTGRES_EPOCH_US (INT64_C(946684800) * 1000000)

/* How a field's value looks in PostgreSQL's binary form. */
enum codec { CODEC_INT2, CODEC_INT4, CODEC_INT8, CODEC_TIME, CODEC_BOOL, CODEC_ENUM, CODEC_TEXT, CODEC_DATE, CODEC_BYTES, CODEC_JSON, CODEC_JSONB };

/* From a message down to a field: "period.from_date", "lines.work_date". */
struct field_path {
  const message_field *steps[PATH_STEPS_MAX];
  int depth;
  int repeated; /* the step that is repeated; -1 = none. At most one */
};

enum parameter_source { FROM_FIELD, FROM_NOW, FROM_TODAY, FROM_PRINCIPAL, FROM_UNIT, FROM_ID, FROM_SEES_ALL, FROM_SEES_PEOPLE, FROM_LIMIT };

struct parameter {
  const char *name; /* "lines.work_date", "call.now" */
  enum parameter_source source;
  struct field_path path;
  enum codec codec;
  Oid oid;         /* 0 before the check where PostgreSQL is asked for it */
  Oid element_oid; /* of an array */
};

enum column_target { TARGET_ROW, TARGET_REPLY, TARGET_EVENT_ROW, TARGET_EVENT, TARGETS };

struct column {
  int index;
  enum column_target target;
  struct field_path path;
  enum codec codec;
};

struct field_copy {
  const message_field *to, *from;
};

struct statement {
  const char *name, *sql; /* sql with $n */
  const message_type *request, *reply, *event;
  const message_field *rows;       /* of the reply; NULL = one row */
  const message_field *event_rows; /* of the event, same name; NULL = none */
  const message_field *page_size, *next_page_token;
  struct parameter *parameters;
  int parameter_count;
  int *formats; /* all binary */
  struct column *columns;
  size_t column_count;
  struct field_copy *copies;
  size_t copy_count;                                               /* request -> event */
  int result_columns;                                              /* 0 = gives no rows at all */
  int refusal, refusal_path, refusal_detail, page_key, call_index; /* column indexes; -1 = none */
  bool shares_rows;                                                /* reply and event have rows of one type */
  bool many;                                                       /* "Request[]": each parameter an array with one element a call */
  bool uses_limit, checked;
};

struct statements {
  struct arena arena;
  struct statement *list;
  size_t count;
};

/* types.c - which PostgreSQL types suit a field. */
/* The type a parameter of this field is declared with; 0 = PostgreSQL infers it (times may go two ways). */
Oid field_declared_oid(const message_field *field, bool array);
/* The encoding of a field as that type; array: whether the type must be an array. *element: of an array. */
bool field_codec(const message_field *field, bool array, Oid oid, enum codec *codec, Oid *element) MUST_CHECK;
/* "int8", "date[]", "an unnamed type (oid 16400)"; for complaints. */
const char *oid_name(Oid oid);
/* "int8, int4 or int2": what would suit the field. */
const char *field_suits(const message_field *field, bool array);

/* Resolves "a.b.c" in a type. *why: what is wrong, in a few words, when false. */
bool field_path_resolve(const message_type *type, const char *text, struct field_path *path, const char **why) MUST_CHECK;
static inline const message_field *field_path_leaf(const struct field_path *path) { return path->steps[path->depth - 1]; }

/* page_size of a request as :call.limit counts it, without the surplus row. */
int32_t statement_page_size(const struct statement *statement, const message *request);

/* check.c - compares a described statement with its types and makes its columns. Complaints are added. */
void statement_check(struct arena *arena, struct statement *statement, const PGresult *description);

/* Where a field lies in a message. */
static inline const void *field_member(const message *source, const message_field *field) { return (const char *)source + field->offset; }
static inline size_t field_count(const message *source, const message_field *field) {
  return *(const size_t *)(const void *)((const char *)source + field->quantifier_offset);
}
static inline bool type_is_int64(ProtobufCType type) {
  return type == PROTOBUF_C_TYPE_INT64 || type == PROTOBUF_C_TYPE_SINT64 || type == PROTOBUF_C_TYPE_SFIXED64;
}
static inline bool type_is_uint32(ProtobufCType type) { return type == PROTOBUF_C_TYPE_UINT32 || type == PROTOBUF_C_TYPE_FIXED32; }
/* Bytes of one element of a repeated scalar; bool and enum are 4 wide. */
static inline size_t type_size(ProtobufCType type) {
  if (type_is_int64(type)) return sizeof(int64_t);
  if (type == PROTOBUF_C_TYPE_STRING) return sizeof(char *);
  return type == PROTOBUF_C_TYPE_BYTES ? sizeof(ProtobufCBinaryData) : sizeof(int32_t);
}
/* Not a member of a oneof, or the member that is set. */
static inline bool field_is_chosen(const message *source, const message_field *field) {
  return !(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) ||
         *(const uint32_t *)(const void *)((const char *)source + field->quantifier_offset) == field->id;
}

#endif
