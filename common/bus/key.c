/* key.c - CURVE key files. */
#include "common/bus/key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "common/base/text.h"
#include "common/crypto/key_file.h"
#include "header.pb-c.h"

static const char *const kind_names[] = {[KEY_PRINCIPAL] = "principal", [KEY_GATEWAY] = "gateway", [KEY_SERVICE] = "service"};

/* --- write --- */

static bool principal_is_name(const char *principal) {
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return principal[0] && principal[0] != '.' && strspn(principal, allowed) == strlen(principal);
}

static const char *enum_text(const ProtobufCEnumDescriptor *type, int number) {
  const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(type, number);
  return value ? value->name : "UNSPECIFIED";
}

static void write_relations(FILE *out, uint32_t relations) {
  const ProtobufCEnumDescriptor *type = &workrelief__relation__value__descriptor;
  fputs("relations =", out);
  for (unsigned i = 0; i < type->n_values; i++)
    if (type->values[i].value > 0 && relations & 1u << type->values[i].value) fprintf(out, " %s", type->values[i].name);
  fputc('\n', out);
}

static bool write_key(const char *path, const struct key *key, bool with_secret, const char **problem) {
  char text[KEY_FILE_MAX];
  FILE *out = fmemopen(text, sizeof(text), "w");
  if (!out) {
    *problem = problem_text("%s: %s", path, strerror(errno));
    return false;
  }
  const struct identity *identity = &key->identity;
  fprintf(out, "public = %s\n", key->public_key);
  if (with_secret) fprintf(out, "secret = %s\n", key->secret_key);
  fprintf(out, "principal = %s\nunit_id = %s\nkind = %s\n", identity->principal, identity->unit_id, kind_names[identity->kind]);
  fprintf(out, "duty = %s\n", enum_text(&workrelief__duty__value__descriptor, identity->duty));
  write_relations(out, identity->relations);
  long length = ftell(out);
  bool good = fclose(out) == 0 && length > 0 && key_file_write(path, with_secret, text, (size_t)length, problem);
  wipe(text, sizeof(text));
  return good;
}

bool key_generate(const char *directory, const struct identity *identity, const char **problem) {
  struct key key = {.identity = *identity};
  char path[4096], public_path[4096];
  if (!principal_is_name(identity->principal)) {
    *problem = "a principal's name has 1 to 64 of A-Z a-z 0-9 . _ - and does not begin with a dot";
    return false;
  }
  if (zmq_curve_keypair(key.public_key, key.secret_key) != 0) {
    *problem = problem_text("cannot make a CURVE pair: %s", zmq_strerror(errno));
    return false;
  }
  snprintf(path, sizeof(path), "%s/%s.key", directory, identity->principal);
  snprintf(public_path, sizeof(public_path), "%s/%s.pub", directory, identity->principal);
  bool good = write_key(path, &key, true, problem) && write_key(public_path, &key, false, problem);
  wipe(&key, sizeof(key));
  return good;
}

/* --- read --- */

static bool put_text(char *out, size_t size, const char *value) {
  if (strlen(value) >= size) return false;
  memcpy(out, value, strlen(value) + 1);
  return true;
}

static bool put_public(struct key *key, const char *value) { return put_text(key->public_key, KEY_Z85_SIZE, value); }
static bool put_secret(struct key *key, const char *value) { return put_text(key->secret_key, KEY_Z85_SIZE, value); }
static bool put_principal(struct key *key, const char *value) { return value[0] && put_text(key->identity.principal, PRINCIPAL_SIZE, value); }
static bool put_unit(struct key *key, const char *value) { return put_text(key->identity.unit_id, UNIT_ID_SIZE, value); }

static bool put_kind(struct key *key, const char *value) {
  for (int i = 0; i < (int)ARRAY_LENGTH(kind_names); i++)
    if (strcmp(value, kind_names[i]) == 0) {
      key->identity.kind = (enum key_kind)i;
      return true;
    }
  return false;
}

static bool put_duty(struct key *key, const char *value) {
  const ProtobufCEnumValue *duty = protobuf_c_enum_descriptor_get_value_by_name(&workrelief__duty__value__descriptor, value);
  if (duty) key->identity.duty = duty->value;
  return duty != NULL;
}

static bool put_relations(struct key *key, const char *value) {
  char words[512], *rest = words;
  if (!put_text(words, sizeof(words), value)) return false;
  for (char *word; (word = strsep(&rest, " "));) {
    if (!*word) continue;
    const ProtobufCEnumValue *relation = protobuf_c_enum_descriptor_get_value_by_name(&workrelief__relation__value__descriptor, word);
    if (!relation || relation->value <= 0) return false;
    key->identity.relations |= 1u << relation->value;
  }
  return true;
}

static const struct {
  const char *name;
  bool (*put)(struct key *key, const char *value);
} lines[] = {
    {"public", put_public}, {"secret", put_secret}, {"principal", put_principal}, {"unit_id", put_unit},
    {"kind", put_kind},     {"duty", put_duty},     {"relations", put_relations},
};

static char *trim(char *text) {
  text += strspn(text, " \t\r");
  size_t length = strlen(text);
  while (length > 0 && strchr(" \t\r", text[length - 1])) text[--length] = '\0';
  return text;
}

/* True for blank lines and comments, and for "name = value" of the table. */
static bool read_line(struct key *key, char *line) {
  line = trim(line);
  if (!*line || *line == '#') return true;
  char *value = strchr(line, '=');
  if (!value) return false;
  *value = '\0';
  char *name = trim(line);
  for (size_t i = 0; i < ARRAY_LENGTH(lines); i++)
    if (strcmp(name, lines[i].name) == 0) return lines[i].put(key, trim(value + 1));
  return false;
}

static bool pair_matches(const struct key *key) {
  uint8_t bytes[32];
  char derived[KEY_Z85_SIZE];
  if (strlen(key->public_key) != KEY_Z85_SIZE - 1 || !zmq_z85_decode(bytes, key->public_key)) return false;
  if (!key->secret_key[0]) return true;
  if (strlen(key->secret_key) != KEY_Z85_SIZE - 1 || !zmq_z85_decode(bytes, key->secret_key)) return false;
  bool matches = zmq_curve_public(derived, key->secret_key) == 0 && strcmp(derived, key->public_key) == 0;
  wipe(bytes, sizeof(bytes));
  return matches;
}

static bool parse(const char *path, char *text, struct key *key, const char **problem) {
  char *rest = text;
  size_t number = 0;
  for (char *line; (line = strsep(&rest, "\n"));) {
    number++;
    if (read_line(key, line)) continue;
    *problem = problem_text("%s: line %zu is not a key file's", path, number);
    return false;
  }
  if (!key->identity.principal[0] || !pair_matches(key)) {
    *problem = problem_text("%s: %s", path, key->identity.principal[0] ? "the keys are no pair" : "no principal");
    return false;
  }
  return true;
}

/* Only a .pub may be readable by others, and it may hold no secret. */
bool key_load(const char *path, struct key *key, const char **problem) {
  size_t path_length = strlen(path), length;
  bool is_public = path_length > 4 && strcmp(path + path_length - 4, ".pub") == 0;
  char text[KEY_FILE_MAX];
  memset(key, 0, sizeof(*key));
  if (!key_file_read(path, !is_public, text, &length, problem)) return false;
  bool good = parse(path, text, key, problem);
  if (good && is_public && key->secret_key[0]) {
    *problem = problem_text("%s: a public file with a secret in it", path);
    good = false;
  }
  wipe(text, sizeof(text));
  if (!good) wipe(key, sizeof(*key));
  return good;
}
