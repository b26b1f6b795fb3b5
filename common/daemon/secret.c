/* secret.c - see secret.h. The walk goes over the whole message; only messages that boot found to bear such fields come here. */
#include "common/daemon/secret.h"

#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/pb/validate.h"

#define SIBLING_SIZE 96
#define MASK_SIZE 128

struct walk {
  const struct seal_keys *keys;
  struct arena *arena;
  struct problems *problems;
  bool trusted;
};

static const message_field *sibling(const message *owner, const message_field *field, const char *suffix) {
  char name[SIBLING_SIZE];
  snprintf(name, sizeof name, "%s%s", field->name, suffix);
  return pb_field(owner->descriptor, name);
}

static bool put_birth_and_sex(struct walk *walk, message *owner, const message_field *field, const char *clear) {
  const message_field *birth = sibling(owner, field, "_birth_date"), *sex = sibling(owner, field, "_sex");
  int32_t day;
  char date[CLOCK_DATE_SIZE];
  if (birth && id_number_birth(clear, &day) && !pb_put_text(walk->arena, owner, birth, date_format(day, date))) return false;
  return !sex || pb_put_int(walk->arena, owner, sex, id_number_sex(clear));
}

static bool seal_field(struct walk *walk, message *owner, const message_field *field, const struct field_rule *rule) {
  const char *clear = pb_get_text(owner, field, 0);
  if (!*clear || (walk->trusted && text_is_sealed(clear))) return true;
  const message_field *token = sibling(owner, field, "_token"), *mask = sibling(owner, field, "_mask");
  uint8_t bytes[TOKEN_SIZE];
  char masked[MASK_SIZE];
  if (token) {
    token_of(walk->keys, field->name, clear, bytes);
    if (!pb_put_bytes(walk->arena, owner, token, bytes, sizeof bytes)) return false;
  }
  if (mask && rule->mask) {
    rule->mask(clear, masked, sizeof masked);
    if (!pb_put_text(walk->arena, owner, mask, masked)) return false;
  }
  if (strcmp(field->name, "id_number") == 0 && !put_birth_and_sex(walk, owner, field, clear)) return false;
  const char *sealed = seal_text(walk->keys, walk->arena, field->name, clear);
  return sealed && pb_put_text(walk->arena, owner, field, sealed);
}

static void refuse_derived(struct walk *walk, const char *path, const message_field *field) {
  const char *full = arena_printf(walk->arena, "%s%s", path, field->name);
  problem_add(walk->problems, SEVERITY_BLOCK, full ? full : field->name, "NOT_YOURS_TO_FILL", "该字段由系统填写，请留空。",
              "This field is filled by the node; leave it empty.", "");
}

static bool seal_message(struct walk *walk, message *owner, const char *path);

static bool seal_children(struct walk *walk, message *owner, const message_field *field, const char *path) {
  size_t count = pb_count(owner, field);
  for (size_t i = 0; i < count; i++) {
    const char *deeper =
        pb_is_repeated(field) ? arena_printf(walk->arena, "%s%s[%zu].", path, field->name, i) : arena_printf(walk->arena, "%s%s.", path, field->name);
    if (!deeper || !seal_message(walk, pb_get_message(owner, field, i), deeper)) return false;
  }
  return true;
}

/* First what outsiders filled, then sealing: sealing itself fills derived fields. */
static bool seal_message(struct walk *walk, message *owner, const char *path) {
  for (unsigned i = 0; i < owner->descriptor->n_fields; i++) {
    const message_field *field = &owner->descriptor->fields[i];
    const struct field_rule *rule = field_rule_find(field->name);
    if (rule && rule->secrecy == FIELD_DERIVED && !walk->trusted && pb_count(owner, field)) refuse_derived(walk, path, field);
  }
  for (unsigned i = 0; i < owner->descriptor->n_fields; i++) {
    const message_field *field = &owner->descriptor->fields[i];
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
      if (!seal_children(walk, owner, field, path)) return false;
      continue;
    }
    const struct field_rule *rule = field_rule_find(field->name);
    if (rule && rule->secrecy == FIELD_SEALED && !seal_field(walk, owner, field, rule)) return false;
  }
  return true;
}

bool secret_seal(const struct seal_keys *keys, struct arena *arena, message *request, bool trusted, struct problems *problems) {
  struct walk walk = {keys, arena, problems, trusted};
  return seal_message(&walk, request, "") && !problems->blocking;
}

bool secret_open(const struct seal_keys *keys, struct arena *arena, message *reply) {
  for (unsigned i = 0; i < reply->descriptor->n_fields; i++) {
    const message_field *field = &reply->descriptor->fields[i];
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
      for (size_t n = 0; n < pb_count(reply, field); n++)
        if (!secret_open(keys, arena, pb_get_message(reply, field, n))) return false;
      continue;
    }
    const struct field_rule *rule = field_rule_find(field->name);
    if (!rule || rule->secrecy != FIELD_SEALED) continue;
    const char *sealed = pb_get_text(reply, field, 0);
    if (!text_is_sealed(sealed)) continue;
    const char *clear = open_text(keys, arena, field->name, sealed);
    if (!clear || !pb_put_text(arena, reply, field, clear)) return false;
  }
  return true;
}
