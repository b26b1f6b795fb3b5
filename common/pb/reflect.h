/* reflect.h - any message through its descriptor: get, set, append, pack and unpack in an arena.
 *
 * proto3 by protoc-c 1.4.1: a scalar outside a oneof has no presence; zero, "" and an unspecified enum mean "absent". Where
 * absence matters the field stands in a one-member oneof. Messages made here live in the arena and are never freed singly. */
#ifndef WORKRELIEF_REFLECT_H
#define WORKRELIEF_REFLECT_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"

typedef ProtobufCMessage message;
typedef ProtobufCMessageDescriptor message_type;
typedef ProtobufCFieldDescriptor message_field;

/* All message types of proto/, generated; sorted by name without package. pb_type_find("WageSheet"); NULL = no such message. */
const message_type *pb_type_find(const char *name);
/* Short name of a type ("WageSheet"). */
const char *pb_type_name(const message_type *type);

/* A fresh message with defaults; NULL when the arena is full. */
message *pb_new(struct arena *arena, const message_type *type) MUST_CHECK;
/* NULL when the bytes are no such message or the arena is full. Run pb_scan first on bytes of strangers. */
message *pb_unpack(struct arena *arena, const message_type *type, const void *bytes, size_t length) MUST_CHECK;
/* *length out; NULL when the arena is full. An empty message gives a valid pointer and length 0. */
uint8_t *pb_pack(struct arena *arena, const message *source, size_t *length) MUST_CHECK;

const message_field *pb_field(const message_type *type, const char *name);
/* The message that holds the field at the end of a path ("figures.visit_count"), and the field. NULL: a message on the way is absent. The path
 * must be one of the type's. */
const message *pb_find(const message *source, const char *path, const message_field **field);
bool pb_is_repeated(const message_field *field);
/* A member of a one-member oneof: absence is told from zero. */
bool pb_is_nullable(const message_field *field);
/* Elements of a repeated field; 1 for a set singular field, 0 for an absent one (zero, "", UNSPECIFIED, no submessage; for a
 * nullable field: case not set). */
size_t pb_count(const message *source, const message_field *field);

/* Element i (0 for singular). The caller knows the field's type; integers of all widths, bools and enums widen. */
int64_t pb_get_int(const message *source, const message_field *field, size_t i);
const char *pb_get_text(const message *source, const message_field *field, size_t i); /* "" when absent; an enum gives its name */
ProtobufCBinaryData pb_get_bytes(const message *source, const message_field *field, size_t i);
message *pb_get_message(const message *source, const message_field *field, size_t i); /* NULL when absent */

/* Set a singular field or append to a repeated one. Text and bytes are copied into the arena. False: arena full, value out of the
 * field's range, or no such enum name. */
bool pb_put_int(struct arena *arena, message *target, const message_field *field, int64_t value) MUST_CHECK;
bool pb_put_text(struct arena *arena, message *target, const message_field *field, const char *text) MUST_CHECK; /* also enum by name */
bool pb_put_bytes(struct arena *arena, message *target, const message_field *field, const void *bytes, size_t length) MUST_CHECK;
bool pb_put_message(struct arena *arena, message *target, const message_field *field, message *value) MUST_CHECK;
/* Copies the value(s) of a field of the same type between two messages; shares memory, both must live in arenas of equal life. */
bool pb_copy_field(message *target, const message_field *to, const message *source, const message_field *from);

/* Enum value's name without any prefix; NULL for a number outside the enum. */
const char *pb_enum_name(const message_field *field, int64_t number);

#endif
