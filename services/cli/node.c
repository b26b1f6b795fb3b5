/* node.c - `workrelief node init|up|down|epoch|status`. */
#include "services/cli/node.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/text.h"

static struct {
  const char *wait, *service, *reason;
  bool now;
} want;

static const struct option run_options[] = {
    {"wait", 'w', "SECONDS", &want.wait, NULL, "最多等多少秒 (缺省 30)", "how long to wait (default 30)"},
    {"service", 's', "SERVICE", &want.service, NULL, "只管这一个服务", "this service only"},
    {0},
};
static const struct option down_options[] = {
    {"wait", 'w', "SECONDS", &want.wait, NULL, "最多等多少秒 (缺省 30)", "how long to wait (default 30)"},
    {"service", 's', "SERVICE", &want.service, NULL, "只管这一个服务", "this service only"},
    {"kill", 0, NULL, NULL, &want.now, "过时不停就强行终止 (数据不会丢, 未提交的不作数)",
     "kill what has not stopped by then (nothing committed is lost)"},
    {0},
};

static bool is_chosen(const char *service) { return !want.service || strcmp(want.service, service) == 0; }

static bool read_wait(int64_t *seconds) {
  *seconds = 30;
  if (want.service && !is_daemon(want.service)) {
    complain(SERVICE_UNKNOWN, want.service);
    return false;
  }
  if (!want.wait || parse_int64(want.wait, 1, 3600, seconds)) return true;
  complain(VALUE_BAD, "--wait", want.wait);
  return false;
}

static void sleep_ms(long milliseconds) {
  struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (nanosleep(&pause, &pause) != 0 && errno == EINTR) continue;
}

const Workrelief__HealthReply *node_health(struct cli *cli, const char *service, int timeout_ms) {
  const char *problem = NULL, *endpoint = node_setting(cli, service, "endpoint");
  struct key own, server;
  struct client_reply reply;
  message *answer = NULL;
  if (!key_load(node_path(cli, "keys/operator.key"), &own, &problem) || !key_load(node_path(cli, "keys/%s.pub", service), &server, &problem)) {
    complain(KEY_BAD, problem);
    exit(CLI_BAD_CONFIG);
  }
  struct client *client = client_open(NULL, endpoint, &own, server.public_key, &problem);
  wipe(&own, sizeof(own));
  if (!client) return NULL;
  struct client_call call = {.method = "admin.Health", .timeout_ms = timeout_ms};
  Workrelief__HealthRequest request;
  workrelief__health_request__init(&request);
  client_ask(client, &cli->arena, &call, &request.base, &workrelief__health_reply__descriptor, &reply, &answer);
  client_close(&client);
  return (const Workrelief__HealthReply *)answer;
}

static bool is_up(const char *state) { return strcmp(state, "READY") == 0 || strcmp(state, "STANDBY") == 0; }

static void show_log_tail(struct cli *cli, const char *service) {
  const char *words[] = {"/usr/bin/tail", "-n", "8", node_path(cli, "log/%s.log", service), NULL};
  (void)run_and_wait(words);
}

static bool wait_ready(struct cli *cli, const char *service, int64_t deadline) {
  for (;;) {
    const Workrelief__HealthReply *health = node_health(cli, service, 500);
    if (health && is_up(health->state)) {
      printf("  %s%-12s%s %s %s\n", paint(stdout, PAINT_GREEN), service, paint(stdout, PAINT_OFF), health->state,
             node_setting(cli, service, "endpoint"));
      return true;
    }
    if (!daemon_pid(cli, service)) {
      complain(DAEMON_ENDED, service, node_path(cli, "log/%s.log", service));
      show_log_tail(cli, service);
      return false;
    }
    if (clock_monotonic_us() > deadline) {
      complain(DAEMON_SLOW, service, health ? health->state : TEXT(SILENT));
      return false;
    }
    sleep_ms(50);
  }
}

static int up(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  int64_t seconds;
  int code = CLI_OK;
  if (!read_wait(&seconds)) return CLI_USAGE;
  for (size_t i = 0; i < DAEMON_COUNT; i++) {
    if (!is_chosen(daemons[i]) || daemon_pid(cli, daemons[i])) continue;
    if (!daemon_start(cli, daemons[i])) return CLI_CANNOT_WRITE;
  }
  int64_t deadline = clock_monotonic_us() + seconds * 1000000;
  for (size_t i = 0; i < DAEMON_COUNT; i++)
    if (is_chosen(daemons[i]) && !wait_ready(cli, daemons[i], deadline)) code = CLI_UNREACHABLE;
  return code;
}

static bool all_stopped(struct cli *cli) {
  for (size_t i = 0; i < DAEMON_COUNT; i++)
    if (is_chosen(daemons[i]) && daemon_pid(cli, daemons[i])) return false;
  return true;
}

static void forget(struct cli *cli, const char *service) {
  if (!daemon_pid(cli, service)) unlink(node_path(cli, "run/%s.pid", service));
}

/* The gateway first, so that nothing new comes in while the others drain. */
static int down(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  int64_t seconds;
  if (!read_wait(&seconds)) return CLI_USAGE;
  for (size_t i = DAEMON_COUNT; i-- > 0;)
    if (is_chosen(daemons[i]) && daemon_signal(cli, daemons[i], SIGTERM)) say(STOPPING, daemons[i]);
  int64_t deadline = clock_monotonic_us() + seconds * 1000000;
  while (!all_stopped(cli) && clock_monotonic_us() < deadline) sleep_ms(50);
  for (size_t i = 0; want.now && i < DAEMON_COUNT; i++)
    if (is_chosen(daemons[i]) && daemon_signal(cli, daemons[i], SIGKILL)) complain(KILLED, daemons[i]);
  if (want.now) sleep_ms(200);
  bool stopped = all_stopped(cli);
  for (size_t i = 0; i < DAEMON_COUNT; i++)
    if (is_chosen(daemons[i])) forget(cli, daemons[i]);
  if (!stopped) complain(STILL_RUNNING, (long long)seconds);
  return stopped ? CLI_OK : CLI_TRY_AGAIN;
}

static const char *follows_text(struct cli *cli, const Workrelief__HealthReply *health) {
  const char *text = "";
  for (size_t i = 0; i < health->n_follows; i++)
    text = text_of(cli, "%s%s%s@%lld%s", text, i ? " " : "", health->follows[i]->source, (long long)health->follows[i]->seq,
                   strcmp(health->follows[i]->state, "STOPPED") == 0 ? "!" : "");
  return text;
}

static int status(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  struct grid *grid = grid_new(&cli->arena, 9);
  int code = CLI_OK;
  grid_row(grid, (const char *[]){TEXT(HEAD_SERVICE), "PID", TEXT(HEAD_STATE), TEXT(HEAD_VERSION), TEXT(HEAD_DATABASE), TEXT(HEAD_EPOCH),
                                  TEXT(HEAD_SEQ), TEXT(HEAD_FOLLOWS), TEXT(HEAD_ENDPOINT)});
  for (size_t i = 0; i < DAEMON_COUNT; i++) {
    int pid = daemon_pid(cli, daemons[i]);
    const Workrelief__HealthReply *health = node_health(cli, daemons[i], pid ? 2000 : 300);
    if (!health || !is_up(health->state)) code = CLI_FINDINGS;
    grid_row(grid, (const char *[]){daemons[i], pid ? number_text(cli, pid) : "-",
                                    health ? health->state
                                    : pid  ? TEXT(SILENT)
                                           : TEXT(DOWN),
                                    health ? health->version : "", health ? (health->database_up ? "up" : "DOWN") : "",
                                    health ? number_text(cli, health->epoch) : "", health ? number_text(cli, health->last_seq) : "",
                                    health ? follows_text(cli, health) : "", node_setting(cli, daemons[i], "endpoint")});
  }
  grid_print(grid);
  return code;
}

/* The operator's word that what the daemons read now was put back from a backup; each says its new epoch itself. */
static int epoch(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  if (!want.reason || !*want.reason) return complain(EPOCH_NEEDS_REASON), CLI_USAGE;
  for (size_t i = 0; i < DAEMON_COUNT; i++)
    if (daemon_pid(cli, daemons[i])) return complain(EPOCH_RUNNING, daemons[i]), CLI_TRY_AGAIN;
  int code = CLI_OK;
  for (size_t i = 0; i < DAEMON_COUNT && code == CLI_OK; i++)
    code = run_and_wait((const char *[]){text_of(cli, "%s/%s", cli->bin, daemons[i]), "--node", cli->node, "--new-epoch", want.reason, NULL});
  return code;
}

static const struct option epoch_options[] = {
    {"reason", 0, "TEXT", &want.reason, NULL, "从哪份备份恢复, 为何恢复", "which backup was restored, and why"},
    {0},
};

static const struct command commands[] = {
    {"init", "[DIR]", node_init, node_init_options, "建立节点: 配置、密钥、准入名册", "make a node: settings, keys, ring",
     "workrelief node init var/office --unit 140214-fgj --database 'host=/run/postgresql dbname=office'\n"
     "workrelief node init var/jtj --unit 140214-jtj --base-port 7110 --database 'dbname=jtj' --district-key var/office/keys/district.token.key \\\n"
     "  --parent-endpoint tcp://127.0.0.1:7010 --parent-key var/office/keys/gateway.pub --parent-sign var/office/keys/sign.key.pub\n"},
    {"up", "", up, run_options, "启动五个服务并等到就绪", "start the five daemons and wait until they are ready",
     "workrelief node up --node var/office\n"},
    {"down", "", down, down_options, "办完在办的, 然后停止", "let them finish what they have and stop",
     "workrelief node down --node var/office --wait 60\n"},
    {"epoch", "", epoch, epoch_options, "从备份恢复之后、启动之前: 日志进入新的纪元, 使跟随者察觉丢失",
     "after a restore, before the start: a new epoch of the journals, so that followers notice what was lost",
     "workrelief node down && (restore the database) && workrelief node epoch --reason '11月22日备份, 磁盘损坏' && workrelief node up\n"},
    {"status", "", status, NULL, "五个服务的状态", "how the five daemons are", NULL},
    {0},
};
const struct noun node_noun = {"node", "建立、启动、停止、查看节点", "make, start, stop and look at a node", commands};
