/* audience.c - see audience.h. */
#include "common/daemon/audience.h"

#include <string.h>

#include "common/daemon/scope.h"

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

bool audience_is_everybody(const struct runtime *runtime, const char *event_type) {
  const char *list = runtime->service->open_events;
  size_t length = strlen(event_type);
  for (const char *at = list; at && *at; at += strcspn(at, " "), at += strspn(at, " "))
    if (strcspn(at, " ") == length && strncmp(at, event_type, length) == 0) return true;
  return false;
}

bool audience_names_unit(const message *event, const char *unit_id) {
  for (unsigned i = 0; *unit_id && i < event->descriptor->n_fields; i++) {
    const message_field *field = &event->descriptor->fields[i];
    if (field->type != PROTOBUF_C_TYPE_STRING || !(ends_with(field->name, "unit_id") || ends_with(field->name, "unit_ids"))) continue;
    for (size_t k = 0; k < pb_count(event, field); k++)
      if (strcmp(pb_get_text(event, field, k), unit_id) == 0) return true;
  }
  return false;
}

bool audience_may_see(const struct call *call, const char *event_type, const message *event) {
  if (call->caller.relations & (SELF | OFFICE | AUDIT | UPPER)) return true;
  if (audience_is_everybody(call->runtime, event_type)) return true;
  if (!event) return false;
  if (audience_names_unit(event, call->caller.unit_id)) return true;
  const char *scope_name = call->runtime->service->scope_field;
  const message_field *scope = scope_name ? pb_field(event->descriptor, scope_name) : NULL;
  return scope && scope_relations(call->runtime->scope, pb_get_text(event, scope, 0), call->caller.unit_id);
}
