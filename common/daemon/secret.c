/* secret.c - see secret.h. The walk goes over the whole message; only messages that boot found to bear such fields come here. */
#include "common/daemon/secret.h"

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
  const size_t length = strlen(field->name), tail = strlen(suffix) + 1;
  if (length + tail > sizeof name) return NULL;
  memcpy(name, field->name, length);
  memcpy(name + length, suffix, tail);
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

/* Where a message stands; the path is written out only for a refusal. */
struct place {
  const struct place *outer;
  const message_field *field;
  size_t i;
};

static const char *path_of(struct arena *arena, const struct place *place) {
  if (!place) return "";
  const char *outer = path_of(arena, place->outer);
  if (!outer) return NULL;
  return pb_is_repeated(place->field) ? arena_printf(arena, "%s%s[%zu].", outer, place->field->name, place->i)
                                      : arena_printf(arena, "%s%s.", outer, place->field->name);
}

static void refuse_derived(struct walk *walk, const struct place *place, const message_field *field) {
  const char *path = path_of(walk->arena, place), *full = path ? arena_printf(walk->arena, "%s%s", path, field->name) : NULL;
  problem_add(walk->problems, SEVERITY_BLOCK, full ? full : field->name, "NOT_YOURS_TO_FILL", "该字段由系统填写，请留空。",
              "This field is filled by the node; leave it empty.", "");
}

static bool seal_message(struct walk *walk, message *owner, const struct place *place);

static bool seal_children(struct walk *walk, message *owner, const message_field *field, const struct place *outer) {
  size_t count = pb_count(owner, field);
  for (size_t i = 0; i < count; i++) {
    const struct place place = {outer, field, i};
    if (!seal_message(walk, pb_get_message(owner, field, i), &place)) return false;
  }
  return true;
}

/* First what outsiders filled, then sealing: sealing itself fills derived fields. */
static bool seal_message(struct walk *walk, message *owner, const struct place *place) {
  for (unsigned i = 0; i < owner->descriptor->n_fields; i++) {
    const message_field *field = &owner->descriptor->fields[i];
    const struct field_rule *rule = field_rule_find(field->name);
    if (rule && rule->secrecy == FIELD_DERIVED && !walk->trusted && pb_count(owner, field)) refuse_derived(walk, place, field);
  }
  for (unsigned i = 0; i < owner->descriptor->n_fields; i++) {
    const message_field *field = &owner->descriptor->fields[i];
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
      if (!seal_children(walk, owner, field, place)) return false;
      continue;
    }
    const struct field_rule *rule = field_rule_find(field->name);
    if (rule && rule->secrecy == FIELD_SEALED && !seal_field(walk, owner, field, rule)) return false;
  }
  return true;
}

bool secret_seal(const struct seal_keys *keys, struct arena *arena, message *request, bool trusted, struct problems *problems) {
  struct walk walk = {keys, arena, problems, trusted};
  return seal_message(&walk, request, NULL) && !problems->blocking;
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
