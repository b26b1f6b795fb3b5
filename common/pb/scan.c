/* scan.c - one pass over the wire bytes, guided by the descriptor; recursion is bounded by SCAN_DEPTH_MAX. */
#include "common/pb/scan.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"

#define FIELDS_MAX 256 /* of one message type of ours; counted on the stack */
#define PATH_SIZE 512
#define TAG_BITS 35    /* the longest varint that protobuf-c reads as tag or length */
#define NUMBER_BITS 70 /* and as number */

enum wire { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

/* The message that is being read, and its place in the one around it. */
struct frame {
  const struct frame *outer;
  const message_type *type;
  const message_field *field; /* of the outer type; NULL at the top */
  uint32_t index;             /* among the outer's elements of that field */
  uint32_t *counts;           /* seen so far, by field index of type */
};

struct scan {
  struct problems *problems;
  enum scan_unknown unknown;
  size_t elements;
  bool stopped; /* nothing behind this point can be trusted or is worth reading */
};

struct complaint {
  const char *reason, *zh, *en;
};
static const struct complaint malformed = {"MALFORMED", "报文损坏: 此处的字节不是合法的 Protocol Buffers 编码, 请按 proto 文件重新编码。",
                                           "The bytes are no valid Protocol Buffers encoding here; encode the message again from the proto files."};
static const struct complaint too_deep = {"TOO_DEEP", "报文嵌套超过16层, 请拆开发送。", "Messages are nested more than 16 deep; send them apart."};
static const struct complaint too_many = {"TOO_MANY_ELEMENTS", "一次报文的明细超过20000条, 请分批发送。",
                                          "The message has more than 20,000 elements; send it in batches."};
static const struct complaint bad_utf8 = {"BAD_UTF8", "文字不是有效的 UTF-8, 或含有空字符, 请改用 UTF-8 编码。",
                                          "The text is not valid UTF-8 or holds a NUL; send UTF-8."};
static const struct complaint unknown_field = {
    "UNKNOWN_FIELD", "报文含有本节点不认识的字段, 为免丢失内容不予受理; 请核对 proto 文件版本。",
    "The message has a field this node does not know; it is refused so that nothing is lost. Compare the proto files."};
static const struct complaint unknown_enum = {"UNKNOWN_ENUM", "代码值不在约定的取值范围内, 请按 proto 文件取值。",
                                              "The number is none of the values the contract names; use one of the proto file's."};
static const struct complaint repeated_singular = {"REPEATED_SINGULAR", "只能出现一次的字段出现了多次, 请只保留一个。",
                                                   "A field that may stand once stands more than once; keep one."};

/* Appends "outer[2].inner" of the frames around. */
static size_t put_path(const struct frame *frame, char *out, size_t size) {
  if (!frame || !frame->field) return 0;
  size_t used = put_path(frame->outer, out, size);
  if (used >= size) return size;
  const int n = pb_is_repeated(frame->field) ? snprintf(out + used, size - used, "%s%s[%u]", used ? "." : "", frame->field->name, frame->index)
                                             : snprintf(out + used, size - used, "%s%s", used ? "." : "", frame->field->name);
  used += n > 0 ? (size_t)n : 0;
  return used < size ? used : size - 1;
}

/* field: within the frame's message; NULL means the message itself. index: for a repeated field. */
static void complain(struct scan *scan, const struct complaint *about, const struct frame *frame, const message_field *field, uint32_t index) {
  const struct frame inner = {.outer = frame, .field = field, .index = index};
  char path[PATH_SIZE];
  const bool kept = scan->problems->count < PROBLEMS_MAX; /* a path costs more than the rest of the look */
  path[kept ? put_path(field ? &inner : frame, path, sizeof path) : 0] = 0;
  problem_add(scan->problems, SEVERITY_BLOCK, path, about->reason, about->zh, about->en, "");
}

static void stop(struct scan *scan, const struct complaint *about, const struct frame *frame, const message_field *field, uint32_t index) {
  complain(scan, about, frame, field, index);
  scan->stopped = true;
}

struct cursor {
  const uint8_t *at, *end;
};

static bool take_varint(struct cursor *cursor, unsigned longest, uint64_t *value) {
  uint64_t taken = 0;
  for (unsigned shift = 0; cursor->at < cursor->end && shift < longest; shift += 7) {
    const uint8_t byte = *cursor->at++;
    if (shift == 63 && byte > 1) return false;
    taken |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *value = taken;
      return true;
    }
  }
  return false;
}

static bool take_bytes(struct cursor *cursor, uint64_t length, struct cursor *taken) {
  if (length > (uint64_t)(cursor->end - cursor->at)) return false;
  *taken = (struct cursor){cursor->at, cursor->at + length};
  cursor->at += length;
  return true;
}

static enum wire wire_of(const message_field *field) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE: return WIRE_BYTES;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE: return WIRE_64;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT: return WIRE_32;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM: return WIRE_VARINT;
  }
  return WIRE_VARINT;
}

/* protobuf-c would cut a number that is too wide for its field, so a sum could change in silence. */
static bool varint_fits(const message_field *field, uint64_t value) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM: return (int64_t)value >= INT32_MIN && (int64_t)value <= INT32_MAX;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_SINT32: return value <= UINT32_MAX;
    case PROTOBUF_C_TYPE_BOOL: return value <= 1;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE: return true;
  }
  return true;
}

static void check_varint(struct scan *scan, const struct frame *frame, const message_field *field, uint32_t index, uint64_t value) {
  if (!varint_fits(field, value))
    complain(scan, &malformed, frame, field, index);
  else if (field->type == PROTOBUF_C_TYPE_ENUM && !pb_enum_name(field, (int32_t)value))
    complain(scan, &unknown_enum, frame, field, index);
}

static bool count_element(struct scan *scan, const struct frame *frame, const message_field *field, uint32_t index) {
  if (++scan->elements <= SCAN_ELEMENTS_MAX) return true;
  stop(scan, &too_many, frame, field, index);
  return false;
}

static void scan_message(struct scan *scan, const struct frame *frame, struct cursor bytes, int depth);

static void scan_packed(struct scan *scan, const struct frame *frame, const message_field *field, uint32_t *count, struct cursor bytes) {
  const enum wire wire = wire_of(field);
  while (bytes.at < bytes.end && !scan->stopped) {
    const uint32_t index = (*count)++;
    uint64_t value;
    struct cursor fixed;
    if (!count_element(scan, frame, field, index)) return;
    if (wire == WIRE_VARINT ? !take_varint(&bytes, NUMBER_BITS, &value) : !take_bytes(&bytes, wire == WIRE_64 ? 8 : 4, &fixed))
      stop(scan, &malformed, frame, field, index);
    else if (wire == WIRE_VARINT)
      check_varint(scan, frame, field, index, value);
  }
}

static void scan_bytes(struct scan *scan, const struct frame *frame, const message_field *field, uint32_t index, struct cursor bytes, int depth) {
  size_t bad;
  if (field->type == PROTOBUF_C_TYPE_STRING && !utf8_is_valid(bytes.at, (size_t)(bytes.end - bytes.at), &bad))
    complain(scan, &bad_utf8, frame, field, index);
  if (field->type != PROTOBUF_C_TYPE_MESSAGE) return;
  if (depth == SCAN_DEPTH_MAX) {
    stop(scan, &too_deep, frame, field, index);
    return;
  }
  uint32_t counts[FIELDS_MAX];
  const message_type *const type = field->descriptor;
  assert(type->n_fields <= FIELDS_MAX);
  memset(counts, 0, type->n_fields * sizeof counts[0]);
  const struct frame inner = {.outer = frame, .type = type, .field = field, .index = index, .counts = counts};
  scan_message(scan, &inner, bytes, depth + 1);
}

/* A second member of the same oneof hides the first just as a second value of the same field does. */
static bool sibling_seen(const struct frame *frame, const message_field *field) {
  for (unsigned i = 0; i < frame->type->n_fields; i++) {
    const message_field *const other = &frame->type->fields[i];
    if (other != field && pb_is_nullable(other) && other->quantifier_offset == field->quantifier_offset && frame->counts[i] > 0) return true;
  }
  return false;
}

static void scan_field(struct scan *scan, const struct frame *frame, const message_field *field, unsigned wire, struct cursor *cursor, int depth) {
  uint32_t *const count = &frame->counts[field - frame->type->fields];
  const enum wire expected = wire_of(field);
  uint64_t number = 0;
  struct cursor bytes = {0};
  const bool whole = wire == WIRE_VARINT  ? take_varint(cursor, NUMBER_BITS, &number)
                     : wire == WIRE_BYTES ? take_varint(cursor, TAG_BITS, &number) && take_bytes(cursor, number, &bytes)
                                          : take_bytes(cursor, wire == WIRE_64 ? 8 : 4, &bytes);
  const bool packed = wire == WIRE_BYTES && expected != WIRE_BYTES && pb_is_repeated(field);
  if (!whole || (wire != (unsigned)expected && !packed)) {
    stop(scan, &malformed, frame, field, *count);
    return;
  }
  if (packed) {
    scan_packed(scan, frame, field, count, bytes);
    return;
  }
  const uint32_t index = (*count)++;
  if (!pb_is_repeated(field) && (index > 0 || (pb_is_nullable(field) && sibling_seen(frame, field))))
    complain(scan, &repeated_singular, frame, field, index);
  if ((pb_is_repeated(field) || field->type == PROTOBUF_C_TYPE_MESSAGE) && !count_element(scan, frame, field, index)) return;
  if (wire == WIRE_VARINT)
    check_varint(scan, frame, field, index, number);
  else if (wire == WIRE_BYTES)
    scan_bytes(scan, frame, field, index, bytes, depth);
}

/* Unknown fields count as elements: protobuf-c keeps each. */
static void skip_unknown(struct scan *scan, const struct frame *frame, unsigned wire, struct cursor *cursor) {
  uint64_t number;
  struct cursor bytes;
  const bool whole = wire == WIRE_VARINT  ? take_varint(cursor, NUMBER_BITS, &number)
                     : wire == WIRE_BYTES ? take_varint(cursor, TAG_BITS, &number) && take_bytes(cursor, number, &bytes)
                                          : take_bytes(cursor, wire == WIRE_64 ? 8 : 4, &bytes);
  if (!whole) {
    stop(scan, &malformed, frame, NULL, 0);
    return;
  }
  if (!count_element(scan, frame, NULL, 0)) return;
  if (scan->unknown == SCAN_UNKNOWN_REFUSE) complain(scan, &unknown_field, frame, NULL, 0);
}

/* Fields mostly come in order of their numbers: try the last one and its neighbour before searching. */
static const message_field *find_field(const message_type *type, uint64_t number, unsigned *hint) {
  for (unsigned i = *hint; i < type->n_fields && i <= *hint + 1; i++)
    if (type->fields[i].id == number) {
      *hint = i;
      return &type->fields[i];
    }
  const message_field *const field = protobuf_c_message_descriptor_get_field(type, (unsigned)number);
  if (field) *hint = (unsigned)(field - type->fields);
  return field;
}

static void scan_message(struct scan *scan, const struct frame *frame, struct cursor bytes, int depth) {
  unsigned hint = 0;
  while (bytes.at < bytes.end && !scan->stopped) {
    uint64_t tag;
    if (!take_varint(&bytes, TAG_BITS, &tag) || tag >> 3 == 0 || tag > UINT32_MAX) {
      stop(scan, &malformed, frame, NULL, 0);
      return;
    }
    const unsigned wire = (unsigned)(tag & 7);
    if (wire != WIRE_VARINT && wire != WIRE_64 && wire != WIRE_BYTES && wire != WIRE_32) { /* groups are of proto2 */
      stop(scan, &malformed, frame, NULL, 0);
      return;
    }
    const message_field *const field = find_field(frame->type, tag >> 3, &hint);
    if (field)
      scan_field(scan, frame, field, wire, &bytes, depth);
    else
      skip_unknown(scan, frame, wire, &bytes);
  }
}

bool pb_scan(const message_type *type, const void *bytes, size_t length, enum scan_unknown unknown, struct problems *problems) {
  const size_t before = problems->blocking;
  struct scan scan = {.problems = problems, .unknown = unknown};
  uint32_t counts[FIELDS_MAX] = {0};
  assert(type->n_fields <= FIELDS_MAX);
  const struct frame top = {.type = type, .counts = counts};
  if (length > 0) scan_message(&scan, &top, (struct cursor){bytes, (const uint8_t *)bytes + length}, 1);
  return problems->blocking == before;
}
