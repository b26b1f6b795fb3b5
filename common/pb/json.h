/* json.h - messages and JSON, as the Protocol Buffers JSON mapping defines it: 64-bit integers as strings, enums by name, bytes in
 * base64, lowerCamelCase out, lowerCamelCase and snake_case in, absent fields left out, null = absent. */
#ifndef WORKRELIEF_JSON_H
#define WORKRELIEF_JSON_H

#include <jansson.h>

#include "common/pb/problem.h"
#include "common/pb/reflect.h"

/* Compact, malloc'ed, with a NUL behind *length bytes. NULL on memory, or when a text in it is no UTF-8. */
char *pb_json_text(const message *source, size_t *length) MUST_CHECK;
/* The same as a tree: a new reference; NULL likewise. */
json_t *pb_to_json(const message *source) MUST_CHECK;
/* Adds problems with paths for unknown names, wrong types, values out of range. NULL when any blocks. */
message *pb_from_json(struct arena *arena, const message_type *type, const json_t *source, struct problems *problems) MUST_CHECK;

#endif
