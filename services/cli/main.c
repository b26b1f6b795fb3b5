/* main.c - `workrelief NOUN VERB ...`: the operator's command. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "services/cli/cli.h"

#define MEMORY_LIMIT ((size_t)2 << 30)

const struct noun *const nouns[] = {
#define NOUN(name) &name##_noun,
#include "services/cli/nouns.def"
#undef NOUN
};
const size_t noun_count = ARRAY_LENGTH(nouns);

static struct cli cli = {.output = "table"};
static struct {
  bool help, version;
  const char *language;
} want;

const struct option common_options[] = {
    {"node", 0, "DIR", &cli.node, NULL, "节点目录 (缺省 $WORKRELIEF_NODE, 否则 var/demo/office)",
     "the node's directory (default $WORKRELIEF_NODE, else var/demo/office)"},
    {"as", 0, "KEYFILE", &cli.as, NULL, "以谁的密钥 (缺省: 节点的 operator.key)", "whose key (default: the node's operator.key)"},
    {"via", 0, "gateway|service", &cli.via, NULL, "经网关还是直连服务 (缺省: 直连; 给了 --as 则经网关)",
     "through the gateway or straight (default: straight; with --as the gateway)"},
    {"endpoint", 0, "ENDPOINT", &cli.endpoint, NULL, "服务地址 (缺省: 取自 node.conf)", "the service's address (default: node.conf's)"},
    {"server-key", 0, "Z85|FILE.pub", &cli.server_key, NULL, "服务公钥 (缺省: 取自节点目录)", "the service's public key (default: the node's)"},
    {"timeout", 0, "SECONDS", &cli.timeout, NULL, "最多等多少秒 (缺省 30)", "how long to wait (default 30)"},
    {"output", 'o', "table|json|csv", &cli.output, NULL, "输出格式", "output"},
    {"lang", 0, "zh|en|..", &want.language, NULL, "语言: 中文、英文, 或装有译文目录的语言", "language: Chinese, English, or one that a catalogue is installed for"},
    {"help", 'h', NULL, NULL, &want.help, "帮助", "help"},
    {"version", 0, NULL, NULL, &want.version, "版本", "version"},
    {0},
};

/* --- help --- */

static void help_all(void) {
  say(HELP_HEAD);
  for (size_t i = 0; i < ARRAY_LENGTH(nouns); i++) printf("  workrelief %-11s %s\n", nouns[i]->name, BOTH(nouns[i]->zh, nouns[i]->en));
  say(HELP_MORE);
  options_print(common_options);
  say(HELP_START);
}

static void print_examples(const char *examples) {
  for (const char *line = examples; line && *line;) {
    size_t length = strcspn(line, "\n");
    printf("  %.*s\n", (int)length, line);
    line += length + (line[length] == '\n');
  }
}

static void help_command(const struct noun *noun, const struct command *command) {
  printf("%sworkrelief %s%s%s%s%s%s\n  %s\n", paint(stdout, PAINT_BOLD), noun->name, *command->verb ? " " : "", command->verb,
         *command->arguments ? " " : "", command->arguments, paint(stdout, PAINT_OFF), BOTH(command->zh, command->en));
  options_print(command->options);
  print_examples(command->examples);
}

static void help_noun(const struct noun *noun) {
  printf("%s\n\n", BOTH(noun->zh, noun->en));
  for (const struct command *command = noun->commands; command->run; command++) help_command(noun, command);
  putchar('\n');
  say(HELP_COMMON);
}

const struct exit_meaning exit_meanings[] = {
    {CLI_OK, "办成", "done"},
    {CLI_REFUSED, "按规则不予办理, 是最终结论", "refused by a rule, for good"},
    {CLI_FINDINGS, "核对或状态查出问题", "a check found something wrong"},
    {CLI_USAGE, "命令写法不对", "wrong usage"},
    {CLI_BAD_DATA, "内容不对 (字段、单元格、请求)", "bad data: a field, a cell, a request"},
    {CLI_NO_INPUT, "读不到文件", "a file cannot be read"},
    {CLI_UNREACHABLE, "连不上服务, 什么也没有发出", "the service cannot be reached; nothing was sent"},
    {CLI_INTERNAL, "程序内部错误", "an internal fault"},
    {CLI_CANNOT_WRITE, "写不了文件", "a file cannot be written"},
    {CLI_TRY_AGAIN, "结果未知或暂不可办, 以同一请求编号再试", "outcome open; try again with the same request id"},
    {CLI_NOT_ALLOWED, "无权办理", "not allowed"},
    {CLI_BAD_CONFIG, "节点配置或密钥不对", "the node's settings or keys are wrong"},
    {0},
};

static void help_exit(void) {
  for (const struct exit_meaning *row = exit_meanings; row->zh; row++) printf("  %3d  %s\n", row->code, BOTH(row->zh, row->en));
}

static const struct noun *find_noun(const char *name) {
  for (size_t i = 0; i < ARRAY_LENGTH(nouns); i++)
    if (strcmp(nouns[i]->name, name) == 0) return nouns[i];
  return NULL;
}

/* `help`, `help NOUN`, `help SERVICE`, `help SERVICE.Method`, `help methods`, `help exit`, `help man`. */
static int help(const char *about) {
  struct contract_method method;
  const struct noun *noun = about ? find_noun(about) : NULL;
  if (!about) {
    help_all();
  } else if (noun) {
    help_noun(noun);
  } else if (strcmp(about, "exit") == 0) {
    help_exit();
  } else if (strcmp(about, "man") == 0) {
    man_print();
  } else if (strcmp(about, "methods") == 0) {
    contract_list(&cli, NULL);
  } else if (strchr(about, '.')) {
    if (!contract_find(about, &method)) return CLI_USAGE;
    contract_describe(&cli, &method);
  } else if (is_daemon(about) || strcmp(about, "admin") == 0 || strcmp(about, "journal") == 0) {
    contract_list(&cli, about);
  } else {
    complain(NOUN_UNKNOWN, about);
    return CLI_USAGE;
  }
  return CLI_OK;
}

/* --- dispatch --- */

static bool is_command_of(const struct command *command, const char *verb) { return !*command->verb || (verb && strcmp(command->verb, verb) == 0); }

static const struct command *find_command(const struct noun *noun, const char *verb) {
  for (const struct command *command = noun->commands; command->run; command++)
    if (is_command_of(command, verb)) return command;
  return NULL;
}

/* The language may be asked for anywhere on the line and by LANG; complaints about other flags already follow it. */
static void choose_language(int count, char **words) {
  const char *language = getenv("WORKRELIEF_LANG");
  for (int i = 0; i < count; i++) {
    if (strncmp(words[i], "--lang=", 7) == 0) language = words[i] + 7;
    if (strcmp(words[i], "--lang") == 0 && i + 1 < count) language = words[i + 1];
  }
  say_in(language && *language ? language : "zh", cli.bin);
}

static void find_programs(void) {
  static char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
  char *slash = length > 0 ? (path[length] = '\0', strrchr(path, '/')) : NULL;
  if (slash) *slash = '\0';
  cli.bin = slash ? path : ".";
}

static bool settle(void) {
  int64_t seconds = 30;
  if (!cli.node) cli.node = getenv("WORKRELIEF_NODE");
  if (!cli.node || !*cli.node) cli.node = "var/demo/office";
  cli.json = strcmp(cli.output, "json") == 0;
  grid_as_csv = strcmp(cli.output, "csv") == 0;
  if (!cli.json && !grid_as_csv && strcmp(cli.output, "table") != 0) {
    complain(VALUE_BAD, "--output", cli.output);
    return false;
  }
  if (cli.timeout && !parse_int64(cli.timeout, 1, 600, &seconds)) {
    complain(VALUE_BAD, "--timeout", cli.timeout);
    return false;
  }
  cli.timeout_ms = (int)seconds * 1000;
  return cli_take_caller(&cli);
}

/* Those that print one table, of which CSV makes sense; reports have titles and several tables, files have their own. */
static bool is_one_table(const struct noun *noun) {
  static const struct noun *const tables[] = {&call_noun, &explain_noun, &follow_noun, &node_noun, &keys_noun};
  for (size_t i = 0; i < ARRAY_LENGTH(tables); i++)
    if (tables[i] == noun) return true;
  return false;
}

static int run(int count, char **words) {
  const struct noun *noun = count > 0 ? find_noun(words[0]) : NULL;
  const char *verb = count > 1 && words[1][0] != '-' ? words[1] : NULL;
  const struct command *command = noun ? find_command(noun, verb) : NULL;
  if (!options_parse(common_options, command ? command->options : NULL, &count, words)) return CLI_USAGE;
  if (want.version) return puts("workrelief " WORKRELIEF_VERSION), CLI_OK;
  if (!settle()) return CLI_USAGE;
  if (count == 0 || strcmp(words[0], "help") == 0) return help(count > 1 ? words[1] : NULL);
  if (!noun) {
    complain(NOUN_UNKNOWN, words[0]);
    return CLI_USAGE;
  }
  if (want.help)
    return command && *command->verb ? (help_command(noun, command), CLI_OK) : help(count > 1 && strchr(words[1], '.') ? words[1] : noun->name);
  if (!command) {
    complain(VERB_UNKNOWN, noun->name, verb ? verb : "");
    help_noun(noun);
    return CLI_USAGE;
  }
  if (grid_as_csv && !is_one_table(noun)) {
    complain(CSV_NOT_HERE, noun->name);
    return CLI_USAGE;
  }
  int skip = *command->verb ? 2 : 1;
  return command->run(&cli, count - skip, words + skip);
}

int main(int argc, char **argv) {
  log_open("workrelief", LOG_WARN);
  find_programs();
  choose_language(argc - 1, argv + 1);
  arena_init(&cli.arena, MEMORY_LIMIT);
  if (!hash_open()) log_fatal("libcrypto lacks SM3");
  int code = run(argc - 1, argv + 1);
  arena_reset(&cli.arena);
  return fflush(stdout) == 0 ? code : CLI_CANNOT_WRITE;
}
