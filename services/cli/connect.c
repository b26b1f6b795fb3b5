/* connect.c - node.conf, keys, one call and how it ended. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "services/cli/cli.h"

#define LINE_MAX_LENGTH 1200

char *node_path(struct cli *cli, const char *format, ...) {
  char name[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(name, sizeof(name), format, arguments);
  va_end(arguments);
  char *path = arena_printf(&cli->arena, "%s/%s", cli->node, name);
  if (path) return path;
  complain(OUT_OF_MEMORY);
  exit(CLI_INTERNAL);
}

bool node_conf_line(char *line, char **name, char **value) {
  line[strcspn(line, "\r\n")] = '\0';
  char *start = line + strspn(line, " \t"), *equals = strchr(start, '=');
  if (*start == '#' || !equals) return false;
  char *end = equals;
  while (end > start && strchr(" \t", end[-1])) end--;
  *end = '\0';
  *name = start;
  *value = equals + 1 + strspn(equals + 1, " \t");
  size_t length = strlen(*value);
  while (length && strchr(" \t", (*value)[length - 1])) (*value)[--length] = '\0';
  return true;
}

/* The last line wins, as in the daemons. */
const char *node_setting(struct cli *cli, const char *service, const char *name) {
  const char *path = node_path(cli, "node.conf"), *own = "", *common = "";
  char line[LINE_MAX_LENGTH], *found, *value;
  FILE *file = fopen(path, "re");
  if (!file) {
    complain(NODE_MISSING, path, strerror(errno));
    exit(CLI_BAD_CONFIG);
  }
  const char *wanted = service ? text_of(cli, "%s.%s", service, name) : name;
  while (fgets(line, sizeof(line), file)) {
    if (!node_conf_line(line, &found, &value)) continue;
    if (strcmp(found, wanted) == 0) own = text_of(cli, "%s", value);
    if (strcmp(found, name) == 0) common = text_of(cli, "%s", value);
  }
  fclose(file);
  return *own ? own : common;
}

static bool server_of(struct cli *cli, const char *service, const char **endpoint, const char **public_key) {
  static struct key server;
  const char *problem = NULL;
  *endpoint = cli->endpoint ? cli->endpoint : node_setting(cli, service, "endpoint");
  if (!**endpoint) {
    complain(NO_ENDPOINT, service, node_path(cli, "node.conf"));
    return false;
  }
  if (cli->server_key && strlen(cli->server_key) == KEY_Z85_SIZE - 1) {
    *public_key = cli->server_key;
    return true;
  }
  if (!key_load(cli->server_key ? cli->server_key : node_path(cli, "keys/%s.pub", service), &server, &problem)) {
    complain(KEY_BAD, problem);
    return false;
  }
  *public_key = server.public_key;
  return true;
}

/* An operator speaks to the services themselves; anybody else is known to the gateway only. */
static bool is_by_gateway(const struct cli *cli) { return cli->via ? strcmp(cli->via, "gateway") == 0 : cli->as != NULL; }

const char *cli_common_method(struct cli *cli, const char *service, const char *method) {
  return is_by_gateway(cli) && strcmp(service, "gateway") != 0 ? text_of(cli, "%s:%s", service, method) : method;
}

struct client *cli_connect(struct cli *cli, const char *service, int *code) {
  const bool by_gateway = is_by_gateway(cli);
  const char *endpoint, *server_public, *problem = NULL;
  struct key own;
  *code = CLI_BAD_CONFIG;
  if (cli->via && !by_gateway && strcmp(cli->via, "service") != 0) {
    complain(VIA_BAD, cli->via);
    *code = CLI_USAGE;
    return NULL;
  }
  if (!server_of(cli, by_gateway ? "gateway" : service, &endpoint, &server_public)) return NULL;
  if (!key_load(cli->as ? cli->as : node_path(cli, "keys/operator.key"), &own, &problem)) {
    complain(KEY_BAD, problem);
    return NULL;
  }
  struct client *client = client_open(NULL, endpoint, &own, server_public, &problem);
  wipe(&own, sizeof(own));
  if (!client) complain(CONNECT_FAILED, problem);
  return client;
}

bool cli_take_caller(struct cli *cli) {
  const char *hex = cli->as ? getenv("WORKRELIEF_CALLER") : NULL;
  if (!hex) return true;
  size_t length = strlen(hex) / 2;
  uint8_t *bytes = arena_alloc(&cli->arena, length + 1);
  if (bytes && hex_decode(hex, bytes, length)) cli->caller = workrelief__caller__unpack(NULL, length, bytes);
  if (!cli->caller) complain(CALLER_BAD);
  return cli->caller != NULL;
}

void cli_prepare(const struct cli *cli, struct client_call *call, const char *method) {
  call->method = method;
  call->timeout_ms = cli->timeout_ms;
  call->language = say_service_language();
  if (cli->caller) call->caller = cli->caller; /* else whom the command itself speaks for */
}

/* --- how it ended --- */

static const struct {
  enum status status;
  enum exit_code code;
} endings[] = {
    {STATUS_OK, CLI_OK},
    {STATUS_INVALID_ARGUMENT, CLI_BAD_DATA},
    {STATUS_UNIMPLEMENTED, CLI_BAD_DATA},
    {STATUS_PERMISSION_DENIED, CLI_NOT_ALLOWED},
    {STATUS_UNAUTHENTICATED, CLI_NOT_ALLOWED},
    {STATUS_INTERNAL, CLI_INTERNAL},
    {STATUS_DATA_LOSS, CLI_INTERNAL},
};

int exit_code_of(const struct client_reply *reply) {
  if (!reply->header) return CLI_TRY_AGAIN;
  if (strcmp(reply->header->reason, "NOT_CONNECTED") == 0) return CLI_UNREACHABLE;
  for (size_t i = 0; i < ARRAY_LENGTH(endings); i++)
    if (endings[i].status == reply->status) return endings[i].code;
  return status_is_retryable(reply->status) ? CLI_TRY_AGAIN : CLI_REFUSED;
}

/* "NOT_FOUND " or, for a success with warnings, nothing. */
static const char *text_status(const struct client_reply *reply) {
  static char text[32];
  snprintf(text, sizeof(text), reply->status == STATUS_OK ? "%.0s" : "%s ", status_name(reply->status));
  return text;
}

static void complain_problem(const char *indent, const char *status, const Workrelief__Problem *problem) {
  bool warning = problem->severity != WORKRELIEF__SEVERITY__VALUE__BLOCK;
  char room[SENTENCE_SIZE];
  fprintf(stderr, "%s%s%s%s%s  %s%s%s", indent, status, paint(stderr, warning ? PAINT_YELLOW : PAINT_RED), problem->reason, paint(stderr, PAINT_OFF),
          problem->path, *problem->path ? "  " : "", say_told(problem->message, room, sizeof room));
  if (*problem->basis) fprintf(stderr, TEXT(BASIS), problem->basis);
  fputc('\n', stderr);
}

/* One problem stands on one line with the status; several stand below it. */
void complain_reply(const struct client_reply *reply) {
  const Workrelief__ReplyHeader *header = reply->header;
  if (!header) {
    complain(NO_ANSWER);
    return;
  }
  const char *status = text_status(reply);
  char room[SENTENCE_SIZE];
  if (header->n_problems == 1) {
    complain_problem("workrelief: ", status, header->problems[0]);
  } else {
    if (reply->status != STATUS_OK && !header->n_problems) complain(REFUSED, status, header->reason, say_told(header->message, room, sizeof room));
    if (header->n_problems) complain(REFUSED_MANY, status, header->n_problems);
    for (size_t i = 0; i < header->n_problems; i++) complain_problem("  ", "", header->problems[i]);
  }
  if (header->retry_after_ms > 0) complain(RETRY_AFTER, header->retry_after_ms);
}

int cli_ask(struct cli *cli, struct client *client, struct client_call *call, const message *request, const message_type *reply_type,
            message **answer) {
  struct client_reply reply;
  client_ask(client, &cli->arena, call, request, reply_type, &reply, answer);
  complain_reply(&reply);
  if (reply.status == STATUS_OK && !*answer) {
    complain(REPLY_UNREADABLE, call->method);
    return CLI_INTERNAL;
  }
  return exit_code_of(&reply);
}

int cli_ask_once(struct cli *cli, const char *service, const char *method, const message *request, const message_type *reply_type, message **answer) {
  int code;
  struct client *client = cli_connect(cli, service, &code);
  if (!client) return code;
  struct client_call call = {0};
  cli_prepare(cli, &call, method);
  code = cli_ask(cli, client, &call, request, reply_type, answer);
  client_close(&client);
  return code;
}
