/* node_init.c - `workrelief node init DIR`: node.conf, keys and ring of a new node. Nothing that exists is replaced. */
#include "services/cli/node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/crypto/key_file.h"
#include "common/crypto/sign.h"

static struct {
  const char *unit, *node_id, *base_port, *bind, *database, *roles, *parent_endpoint, *parent_key, *parent_sign, *token_key, *clock_file;
} want;

const struct option node_init_options[] = {
    {"unit", 'u', "UNIT", &want.unit, NULL, "运行本节点的单位编号, 如 140214-fgj (必填)", "unit that runs the node, e.g. 140214-fgj (needed)"},
    {"node-id", 0, "NAME", &want.node_id, NULL, "节点名, 全树唯一 (缺省: 目录名)", "name, unique in the tree (default: the directory's)"},
    {"base-port", 'p', "PORT", &want.base_port, NULL, "网关端口; 其后五个端口给四个服务和网页 (缺省 7010)",
     "port of the gateway; the five behind it serve the rest (default 7010)"},
    {"bind", 0, "ADDRESS", &want.bind, NULL, "网关监听地址 (缺省 127.0.0.1)", "address on which the gateway listens (default 127.0.0.1)"},
    {"database", 'd', "CONNINFO", &want.database, NULL, "PostgreSQL 连接串 (必填)", "libpq connection string (needed)"},
    {"roles", 0, "PREFIX", &want.roles, NULL, "各服务以数据库用户 PREFIX<服务名> 连接; \"\" 即以服务名为用户",
     "each service connects as database user PREFIX<service>; \"\" = its own name"},
    {"parent-endpoint", 0, "ENDPOINT", &want.parent_endpoint, NULL, "上级网关地址, 如 tcp://10.0.0.1:7010; 网络不通的不填, 以签名文件往来",
     "the parent gateway, e.g. tcp://10.0.0.1:7010; without one, signed files go to and fro"},
    {"parent-key", 0, "FILE.pub", &want.parent_key, NULL, "上级节点的 gateway.pub", "the parent's gateway.pub"},
    {"parent-sign", 0, "FILE.pub", &want.parent_sign, NULL, "上级节点的 sign.key.pub, 用以验证回执",
     "the parent's sign.key.pub, which verifies its receipts"},
    {"district-key", 0, "FILE", &want.token_key, NULL, "全县区共用的 district.token.key (缺省: 新建一个)",
     "the district's token key (default: a new one)"},
    {"clock-file", 0, "FILE", &want.clock_file, NULL, "演示用时钟文件", "clock file, for demonstrations"},
    {0},
};

static const char *const ports[] = {"gateway", "registry", "workforce", "payroll", "evaluation"};

static bool make_directory(const char *path, unsigned mode) {
  if (mkdir(path, (mode_t)mode) == 0 || errno == EEXIST) return true;
  complain(CANNOT_WRITE, path, strerror(errno));
  return false;
}

static bool make_directories(struct cli *cli) {
  return make_directory(cli->node, 0750) && make_directory(node_path(cli, "keys"), 0700) && make_directory(node_path(cli, "keys/ring"), 0700) &&
         make_directory(node_path(cli, "run"), 0750) && make_directory(node_path(cli, "log"), 0750);
}

static bool write_new(const char *path, bool is_private, const char *text) {
  const char *problem = NULL;
  if (access(path, F_OK) == 0 || key_file_write(path, is_private, text, strlen(text), &problem)) return true;
  complain(KEY_BAD, problem);
  return false;
}

static bool write_random_key(const char *path, size_t bytes) {
  uint8_t secret[64];
  char hex[2 * sizeof(secret) + 2];
  random_bytes(secret, bytes);
  hex_encode(secret, bytes, hex);
  memcpy(hex + 2 * bytes, "\n", 2);
  bool good = write_new(path, true, hex);
  wipe(secret, sizeof(secret));
  wipe(hex, sizeof(hex));
  return good;
}

static bool make_pair(struct cli *cli, const char *principal, enum key_kind kind) {
  struct identity identity = {.kind = kind, .duty = WORKRELIEF__DUTY__VALUE__CHECKER, .relations = 1u << WORKRELIEF__RELATION__VALUE__SELF};
  const char *problem = NULL;
  char text[KEY_FILE_MAX];
  size_t length;
  snprintf(identity.principal, sizeof(identity.principal), "%s", principal);
  snprintf(identity.unit_id, sizeof(identity.unit_id), "%s", want.unit);
  if (access(node_path(cli, "keys/%s.key", principal), F_OK) != 0 && !key_generate(node_path(cli, "keys"), &identity, &problem)) {
    complain(KEY_BAD, problem);
    return false;
  }
  if (!key_file_read(node_path(cli, "keys/%s.pub", principal), false, text, &length, &problem)) {
    complain(KEY_BAD, problem);
    return false;
  }
  return write_new(node_path(cli, "keys/ring/%s.pub", principal), false, text);
}

static bool make_token_key(struct cli *cli) {
  const char *path = node_path(cli, "keys/district.token.key"), *problem = NULL;
  char text[KEY_FILE_MAX];
  size_t length;
  if (!want.token_key) return access(path, F_OK) == 0 || write_random_key(path, 32);
  if (!key_file_read(want.token_key, true, text, &length, &problem)) {
    complain(KEY_BAD, problem);
    return false;
  }
  bool good = write_new(path, true, text);
  wipe(text, sizeof(text));
  return good;
}

/* A seal key is named by the second it was made in, so that the newest sorts highest. */
static bool make_other_keys(struct cli *cli) {
  const char *problem = NULL, *mark = node_path(cli, "keys/sign.key");
  if (access(mark, F_OK) == 0) return true;
  if (!write_random_key(node_path(cli, "keys/seal-%08llx.key", (unsigned long long)time(NULL)), 48)) return false;
  if (sign_key_generate(mark, &problem)) return true;
  complain(KEY_BAD, problem);
  return false;
}

/* Appends what a child must know of its parent. */
static bool write_parent(FILE *out) {
  struct key parent;
  const char *problem = NULL;
  char point[KEY_FILE_MAX];
  size_t length;
  if (!want.parent_key) return true;
  if (!key_load(want.parent_key, &parent, &problem) || !key_file_read(want.parent_sign, false, point, &length, &problem)) {
    complain(KEY_BAD, problem);
    return false;
  }
  point[strcspn(point, "\r\n")] = '\0';
  if (want.parent_endpoint) fprintf(out, "gateway.parent.endpoint = %s\n", want.parent_endpoint);
  fprintf(out, "gateway.parent.public_key = %s\n", parent.public_key);
  fprintf(out, "gateway.parent.sign_public = %s\ngateway.parent.unit_id = %s\n", point, parent.identity.unit_id);
  return true;
}

static void write_endpoints(FILE *out, int64_t base_port) {
  long long port = (long long)base_port;
  for (size_t i = 0; i < ARRAY_LENGTH(ports); i++)
    fprintf(out, "%s.endpoint = tcp://%s:%lld\n", ports[i], i == 0 && want.bind ? want.bind : "127.0.0.1", port + (long long)i);
  fprintf(out, "gateway.http_endpoint = 127.0.0.1:%lld\n", port + (long long)ARRAY_LENGTH(ports));
}

static bool write_conf(struct cli *cli, int64_t base_port) {
  const char *path = node_path(cli, "node.conf");
  if (access(path, F_OK) == 0) return true;
  FILE *out = fopen(path, "wex");
  if (!out) {
    complain(CANNOT_WRITE, path, strerror(errno));
    return false;
  }
  char *directory = realpath(cli->node, NULL);
  const char *slash = directory ? strrchr(directory, '/') : NULL;
  fprintf(out, "node_id = %s\nunit_id = %s\n", want.node_id ? want.node_id : slash && slash[1] ? slash + 1 : "node", want.unit);
  fprintf(out, "database = %s\n", want.database);
  for (size_t i = 0; want.roles && i < ARRAY_LENGTH(ports); i++)
    fprintf(out, "%s.database = %s user=%s%s\n", ports[i], want.database, want.roles, ports[i]);
  write_endpoints(out, base_port);
  if (want.clock_file) fprintf(out, "clock_file = %s\n", want.clock_file);
  free(directory);
  bool parent_good = write_parent(out), good = fclose(out) == 0 && parent_good;
  if (parent_good && !good) complain(CANNOT_WRITE, path, strerror(errno));
  if (!good) unlink(path);
  return good;
}

int node_init(struct cli *cli, int count, char **words) {
  int64_t base_port = 7010;
  if (count == 1) cli->node = words[0];
  if (count > 1 || !want.unit || !want.database || (want.base_port && !parse_int64(want.base_port, 1024, 65530, &base_port)) ||
      (want.parent_endpoint && !want.parent_key) || !want.parent_key != !want.parent_sign) {
    complain(INIT_NEEDS);
    return CLI_USAGE;
  }
  bool existed = access(node_path(cli, "node.conf"), F_OK) == 0;
  if (!make_directories(cli)) return CLI_CANNOT_WRITE;
  for (size_t i = 0; i < ARRAY_LENGTH(ports); i++)
    if (!make_pair(cli, ports[i], i == 0 ? KEY_GATEWAY : KEY_SERVICE)) return CLI_CANNOT_WRITE;
  if (!make_pair(cli, "operator", KEY_SERVICE) || !make_token_key(cli) || !make_other_keys(cli) || !write_conf(cli, base_port))
    return CLI_CANNOT_WRITE;
  say(INIT_DONE, cli->node, existed ? TEXT(INIT_KEPT) : "", cli->node);
  return CLI_OK;
}
