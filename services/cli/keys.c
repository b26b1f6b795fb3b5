/* keys.c - `workrelief keys new|show|list|admit|revoke|enrol|adopt`: who may speak. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/crypto/key_file.h"
#include "gateway.pb-c.h"
#include "services/cli/cli.h"

static struct { const char *unit, *duty, *relations, *kind, *out, *sign, *units; } want = {.duty = "VIEWER", .relations = "", .kind = "principal"};

static const struct option new_options[] = {
    {"unit", 'u', "UNIT", &want.unit, NULL, "所属单位 (必填)", "the unit it belongs to (needed)"},
    {"duty", 0, "DUTY", &want.duty, NULL, "MAKER 经办, CHECKER 审核, VIEWER 查看 (缺省)", "MAKER, CHECKER or VIEWER (default)"},
    {"relations", 0, "\"R R\"", &want.relations, NULL, "单位身份, 如 \"BUREAU\" 或 \"OFFICE\"", "relations of the unit's kind, e.g. \"BUREAU\""},
    {"kind", 0, "KIND", &want.kind, NULL, "principal (缺省), gateway, service", "principal (default), gateway or service"},
    {"out", 0, "DIR", &want.out, NULL, "写到哪个目录 (缺省: 节点的 keys)", "where to (default: the node's keys)"},
    {0},
};
static const struct option adopt_options[] = {
    {"sign-key", 0, "FILE.pub", &want.sign, NULL, "下级节点的 sign.key.pub", "the child's sign.key.pub"},
    {"units", 0, "U,U,...", &want.units, NULL, "由它代报的单位", "units it reports for"},
    {0},
};

/* --- one key --- */

static bool enum_number(const ProtobufCEnumDescriptor *type, const char *name, int *number) {
  const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value_by_name(type, name);
  if (!value || value->value <= 0) {
    complain(VALUE_BAD, type->short_name, name);
    return false;
  }
  *number = value->value;
  return true;
}

static bool read_relations(struct cli *cli, uint32_t *relations) {
  char *rest = arena_strdup(&cli->arena, want.relations);
  int number = 0;
  for (char *word; (word = strsep(&rest, " ,"));) {
    if (!*word) continue;
    if (!enum_number(&workrelief__relation__value__descriptor, word, &number)) return false;
    *relations |= 1u << number;
  }
  return true;
}

static bool read_kind(enum key_kind *kind) {
  static const char *const names[] = {"principal", "gateway", "service"};
  for (int i = 0; i < (int)ARRAY_LENGTH(names); i++)
    if (strcmp(names[i], want.kind) == 0) {
      *kind = (enum key_kind)i;
      return true;
    }
  complain(VALUE_BAD, "--kind", want.kind);
  return false;
}

static int new_key(struct cli *cli, int count, char **words) {
  struct identity identity = {0};
  const char *problem = NULL, *directory = want.out ? want.out : node_path(cli, "keys");
  if (count != 1 || !want.unit) {
    complain(KEYS_NEW_NEEDS);
    return CLI_USAGE;
  }
  if (strlen(words[0]) >= PRINCIPAL_SIZE || strlen(want.unit) >= UNIT_ID_SIZE || !read_kind(&identity.kind) ||
      !enum_number(&workrelief__duty__value__descriptor, want.duty, &identity.duty) || !read_relations(cli, &identity.relations))
    return CLI_USAGE;
  memcpy(identity.principal, words[0], strlen(words[0]) + 1);
  memcpy(identity.unit_id, want.unit, strlen(want.unit) + 1);
  if (!key_generate(directory, &identity, &problem)) {
    complain(KEY_BAD, problem);
    return CLI_CANNOT_WRITE;
  }
  say(KEY_MADE, directory, words[0], directory, words[0]);
  return CLI_OK;
}

static const char *relations_text(struct cli *cli, uint32_t relations) {
  const ProtobufCEnumDescriptor *type = &workrelief__relation__value__descriptor;
  const char *text = "";
  for (unsigned i = 0; i < type->n_values; i++)
    if (type->values[i].value > 0 && relations & 1u << type->values[i].value)
      text = text_of(cli, "%s%s%s", text, *text ? " " : "", type->values[i].name);
  return text;
}

static struct grid *key_grid(struct cli *cli) {
  struct grid *grid = grid_new(&cli->arena, 6);
  grid_row(grid, (const char *[]){TEXT(HEAD_PRINCIPAL), TEXT(HEAD_UNIT), TEXT(HEAD_KIND), TEXT(HEAD_DUTY), TEXT(HEAD_RELATIONS), TEXT(HEAD_PUBLIC)});
  return grid;
}

static void add_key(struct cli *cli, struct grid *grid, const struct key *key) {
  static const char *const kinds[] = {"principal", "gateway", "service"};
  const ProtobufCEnumValue *duty = protobuf_c_enum_descriptor_get_value(&workrelief__duty__value__descriptor, key->identity.duty);
  grid_row(grid, (const char *[]){text_of(cli, "%s", key->identity.principal), text_of(cli, "%s", key->identity.unit_id), kinds[key->identity.kind],
                                  duty ? duty->name : "", relations_text(cli, key->identity.relations), text_of(cli, "%s", key->public_key)});
}

static bool load(const char *path, struct key *key) {
  const char *problem = NULL;
  if (key_load(path, key, &problem)) {
    wipe(key->secret_key, sizeof(key->secret_key));
    return true;
  }
  complain(KEY_BAD, problem);
  return false;
}

static int show(struct cli *cli, int count, char **words) {
  struct grid *grid = key_grid(cli);
  struct key key;
  for (int i = 0; i < count; i++) {
    if (!load(words[i], &key)) return CLI_BAD_DATA;
    add_key(cli, grid, &key);
  }
  grid_print(grid);
  return count ? CLI_OK : CLI_USAGE;
}

/* --- the ring --- */

static int by_name(const struct dirent **left, const struct dirent **right) { return strcmp((*left)->d_name, (*right)->d_name); }

static int is_public(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return length > 4 && strcmp(entry->d_name + length - 4, ".pub") == 0;
}

static int list(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  struct dirent **entries;
  struct grid *grid = key_grid(cli);
  int found = scandir(node_path(cli, "keys/ring"), &entries, is_public, by_name), code = CLI_OK;
  if (found < 0) {
    complain(CANNOT_READ, node_path(cli, "keys/ring"), strerror(errno));
    return CLI_BAD_CONFIG;
  }
  for (int i = 0; i < found; i++) {
    struct key key;
    if (load(node_path(cli, "keys/ring/%s", entries[i]->d_name), &key))
      add_key(cli, grid, &key);
    else
      code = CLI_FINDINGS;
    free(entries[i]);
  }
  free(entries);
  grid_print(grid);
  return code;
}

/* Only the public half goes into the ring, whatever file was given, and appears there whole. */
static int admit(struct cli *cli, int count, char **words) {
  struct key key;
  const char *problem = NULL;
  char text[KEY_FILE_MAX];
  size_t length;
  if (count != 1) return complain(KEYS_NEED_FILE), CLI_USAGE;
  size_t name_length = strlen(words[0]);
  if (name_length < 5 || strcmp(words[0] + name_length - 4, ".pub") != 0) return complain(KEYS_NEED_FILE), CLI_USAGE;
  if (!load(words[0], &key) || !key_file_read(words[0], false, text, &length, &problem)) return CLI_BAD_DATA;
  const char *path = node_path(cli, "keys/ring/%s.pub", key.identity.principal), *fresh = node_path(cli, "keys/ring/.%s.new", key.identity.principal);
  unlink(fresh);
  if (!key_file_write(fresh, false, text, length, &problem) || rename(fresh, path) != 0) {
    complain(CANNOT_WRITE, path, problem ? problem : strerror(errno));
    return CLI_CANNOT_WRITE;
  }
  say(KEY_ADMITTED, key.identity.principal);
  return CLI_OK;
}

static int revoke_key(struct cli *cli, int count, char **words) {
  if (count != 1 || strchr(words[0], '/')) return complain(KEYS_NEED_PRINCIPAL), CLI_USAGE;
  const char *path = node_path(cli, "keys/ring/%s.pub", words[0]), *folder = node_path(cli, "keys/revoked");
  (void)mkdir(folder, 0700);
  if (rename(path, node_path(cli, "keys/revoked/%s.pub", words[0])) != 0) {
    complain(CANNOT_READ, path, strerror(errno));
    return CLI_NO_INPUT;
  }
  say(KEY_REVOKED, words[0]);
  return CLI_OK;
}

/* --- what the gateway keeps --- */

static char *text_copy(struct cli *cli, const char *text) {
  char *copy = arena_strdup(&cli->arena, text);
  if (copy) return copy;
  complain(OUT_OF_MEMORY);
  exit(CLI_INTERNAL);
}

/* Key file -> gateway.AddPrincipal. */
static int enrol(struct cli *cli, int count, char **words) {
  struct key key;
  message *answer;
  if (count != 1) return complain(KEYS_NEED_FILE), CLI_USAGE;
  if (!load(words[0], &key)) return CLI_BAD_DATA;
  Workrelief__AddPrincipalRequest request;
  workrelief__add_principal_request__init(&request);
  request.principal = key.identity.principal;
  request.unit_id = key.identity.unit_id;
  request.duty = (Workrelief__Duty__Value)key.identity.duty;
  request.relations = text_copy(cli, relations_text(cli, key.identity.relations));
  request.public_key = key.public_key;
  int code = cli_ask_once(cli, "gateway", "gateway.AddPrincipal", &request.base, &workrelief__principal__descriptor, &answer);
  if (code == CLI_OK) say(KEY_ENROLLED, key.identity.principal);
  return code;
}

/* Child's gateway.pub and sign.key.pub -> gateway.AddChild. The gateway admits it from its books, as a child and for
 * nothing else; the ring is for those who may speak to all daemons of this node. */
static int adopt(struct cli *cli, int count, char **words) {
  struct key key;
  message *answer;
  const char *problem = NULL;
  char point[KEY_FILE_MAX];
  size_t length;
  if (count != 1 || !want.sign || !want.units) return complain(KEYS_ADOPT_NEEDS), CLI_USAGE;
  if (!load(words[0], &key)) return CLI_BAD_DATA;
  if (!key_file_read(want.sign, false, point, &length, &problem)) return complain(KEY_BAD, problem), CLI_BAD_DATA;
  point[strcspn(point, "\r\n")] = '\0';
  Workrelief__AddChildRequest request;
  workrelief__add_child_request__init(&request);
  request.unit_id = key.identity.unit_id;
  request.public_key = key.public_key;
  request.sign_public = point;
  char *rest = text_copy(cli, want.units);
  request.child_unit_ids = arena_array(&cli->arena, strlen(rest) + 1, sizeof(char *));
  for (char *word; request.child_unit_ids && (word = strsep(&rest, ","));)
    if (*word) request.child_unit_ids[request.n_child_unit_ids++] = word;
  int code = cli_ask_once(cli, "gateway", "gateway.AddChild", &request.base, &workrelief__child__descriptor, &answer);
  if (code == CLI_OK) say(CHILD_ADOPTED, key.identity.unit_id);
  return code;
}

static const struct command commands[] = {
    {"new", "PRINCIPAL", new_key, new_options, "新建一对密钥", "make a pair",
     "workrelief keys new jtj-maker --unit 140214-jtj --duty MAKER --relations BUREAU\n"},
    {"show", "FILE ...", show, NULL, "密钥文件说的是谁", "whom a key file stands for", NULL},
    {"list", "", list, NULL, "准入名册", "who is in the ring", NULL},
    {"admit", "FILE.pub", admit, NULL, "把公钥放入准入名册", "put a public key into the ring", NULL},
    {"revoke", "PRINCIPAL", revoke_key, NULL, "从准入名册取出, 其下一条消息即被拒绝", "take it out of the ring; its next message is refused", NULL},
    {"enrol", "FILE.pub", enrol, NULL, "在网关登记一个使用人", "make it known to the gateway", "workrelief keys enrol keys/jtj-maker.pub\n"},
    {"adopt", "GATEWAY.pub", adopt, adopt_options, "在网关登记一个下级节点", "make a child node known to the gateway",
     "workrelief keys adopt ../jtj/keys/gateway.pub --sign-key ../jtj/keys/sign.key.pub --units 140214-jtj\n"},
    {0},
};
const struct noun keys_noun = {"keys", "密钥与准入名册", "keys and the ring of those who may speak", commands};
