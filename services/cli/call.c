/* call.c - `workrelief call SERVICE.Method field=value ...`. */
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "services/cli/cli.h"

static struct {
  const char *json, *service, *request_id, *after;
  bool dry_run;
} want;

static const struct option options[] = {
    {"json", 0, "TEXT|-|@FILE", &want.json, NULL, "请求内容的 JSON (- 从标准输入读, @FILE 从文件读)",
     "the request as JSON (- reads standard input, @FILE a file)"},
    {"dry-run", 'n', NULL, NULL, &want.dry_run, "试算: 执行并给出结果, 然后全部撤销", "execute, answer, and roll back"},
    {"request-id", 0, "HEX", &want.request_id, NULL, "32 位十六进制请求编号; 同一编号重发不会重复办理",
     "32 hex digits; the same id again changes nothing twice"},
    {"after", 0, "SERVICE:SEQ,..", &want.after, NULL, "等该服务跟进到来源的这一序号之后再办",
     "wait until the service has followed its source that far"},
    {"service", 's', "SERVICE", &want.service, NULL, "admin.* 与 journal.* 问哪一个服务", "which service admin.* and journal.* are asked of"},
    {0},
};

static bool read_request_id(struct client_call *call) {
  if (!want.request_id) return true;
  char digits[33];
  size_t length = 0;
  for (const char *next = want.request_id; *next && length < sizeof(digits); next++)
    if (*next != '-') digits[length++] = *next;
  if (length == 32) {
    digits[32] = '\0';
    if (hex_decode(digits, call->request_id, 16)) return true;
  }
  complain(REQUEST_ID_BAD, want.request_id);
  return false;
}

/* "registry:17" or "registry:2:17" (with its epoch), comma-separated. */
static bool read_after(struct cli *cli, struct client_call *call) {
  if (!want.after) return true;
  char *rest = arena_strdup(&cli->arena, want.after);
  call->after = arena_array(&cli->arena, strlen(want.after) + 1, sizeof(*call->after));
  for (char *word; call->after && rest && (word = strsep(&rest, ","));) {
    Workrelief__Position *position = (Workrelief__Position *)pb_new(&cli->arena, &workrelief__position__descriptor);
    char *service = strsep(&word, ":"), *first = strsep(&word, ":");
    if (!position || !first || !is_daemon(service) || !parse_int64(word ? word : first, 0, INT64_MAX, &position->seq) ||
        (word && !parse_int64(first, 0, INT64_MAX, &position->epoch))) {
      complain(AFTER_BAD, want.after);
      return false;
    }
    position->service = service;
    call->after[call->n_after++] = position;
  }
  return call->after != NULL;
}

static message *build_request(struct cli *cli, const message_type *type, int count, char **words) {
  message *request = want.json ? request_from_json(&cli->arena, type, want.json) : pb_new(&cli->arena, type);
  for (int i = 0; request && i < count; i++)
    if (!request_put(&cli->arena, request, words[i])) return NULL;
  return request;
}

static void print_answer(struct cli *cli, const struct client_call *call, const struct client_reply *reply, const message *answer) {
  if (cli->json) {
    print_json(answer);
    return;
  }
  print_message(cli, answer);
  if (grid_as_csv) return;
  if (call->dry_run) say(DRY_RUN_DONE);
  char hex[33];
  if (reply->header && reply->header->journal_seq) say(RECORDED, (long long)reply->header->journal_seq, hex_encode(call->request_id, 16, hex));
}

static int run(struct cli *cli, int count, char **words) {
  struct contract_method method;
  struct client_call call = {.dry_run = want.dry_run};
  struct client_reply reply;
  message *answer;
  int code;
  if (count < 1) {
    complain(CALL_NEEDS_METHOD);
    return CLI_USAGE;
  }
  if (!contract_find(words[0], &method) || !read_request_id(&call) || !read_after(cli, &call)) return CLI_USAGE;
  if (method.everywhere && (!want.service || !is_daemon(want.service))) {
    complain(CALL_NEEDS_SERVICE, words[0]);
    return CLI_USAGE;
  }
  message *request = build_request(cli, method.input, count - 1, words + 1);
  if (!request) return CLI_BAD_DATA;
  struct client *client = cli_connect(cli, method.everywhere ? want.service : method.service, &code);
  if (!client) return code;
  cli_prepare(cli, &call, method.everywhere ? cli_common_method(cli, want.service, words[0]) : words[0]);
  client_ask(client, &cli->arena, &call, request, method.output, &reply, &answer);
  client_close(&client);
  complain_reply(&reply);
  char hex[33];
  if (!reply.header) complain(SAME_ID_AGAIN, hex_encode(call.request_id, 16, hex));
  if (answer) print_answer(cli, &call, &reply, answer);
  return reply.status == STATUS_OK && !answer ? CLI_INTERNAL : exit_code_of(&reply);
}

static const struct command commands[] = {
    {"", "SERVICE.Method [field=value ...]", run, options, "调用一个方法", "call a method",
     "workrelief call registry.ListProjects field=TRANSPORT page_size=20\n"
     "workrelief call workforce.RecordAttendance project_code=P1 worker_number=1201 work_date=2026-07-01 day_hundredths=100\n"
     "workrelief call payroll.DrawWageSheet --json '{\"projectCode\":\"P1\",\"month\":\"2026-07\"}' --dry-run\n"
     "workrelief call registry.SetParties project_code=P1 'parties[0].unit_id=140214-jtj' 'parties[0].relation=BUREAU'\n"
     "workrelief call admin.Health --service payroll -o json\n"
     "workrelief call gateway.ListQuarters --as keys/office-maker.key\n"},
    {0},
};
const struct noun call_noun = {"call", "调用任一方法 (参数由接口定义自动得出)", "call any method; its flags come from the contract", commands};
