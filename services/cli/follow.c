/* follow.c - `workrelief follow status|skip`: how far each service has followed the others. */
#include <string.h>

#include "common/base/text.h"
#include "services/cli/node.h"

static struct { const char *service, *source, *epoch, *seq, *reason; } want;

static const struct option skip_options[] = {
    {"service", 's', "SERVICE", &want.service, NULL, "停住的服务", "the service that stopped"},
    {"source", 0, "SERVICE", &want.source, NULL, "它跟进的来源", "the source it follows"},
    {"epoch", 0, "N", &want.epoch, NULL, "来源的纪元 (缺省 1)", "epoch of the source (default 1)"},
    {"seq", 0, "N", &want.seq, NULL, "要跳过的序号", "the entry to leave out"},
    {"reason", 0, "TEXT", &want.reason, NULL, "为什么跳过 (记录在案)", "why (it is recorded)"},
    {0},
};

static int64_t last_seq_of(const Workrelief__HealthReply *const healths[DAEMON_COUNT], const char *service) {
  for (size_t i = 0; i < DAEMON_COUNT; i++)
    if (healths[i] && strcmp(daemons[i], service) == 0) return healths[i]->last_seq;
  return -1;
}

static bool add_follow(struct cli *cli, struct grid *grid, const char *service, const Workrelief__FollowState *follow, int64_t head) {
  bool stopped = strcmp(follow->state, "STOPPED") == 0;
  grid_row(grid, (const char *[]){service, follow->source, follow->state, number_text(cli, follow->epoch), number_text(cli, follow->seq),
                                  head < 0 ? "" : number_text(cli, head), head < 0 ? "" : number_text(cli, head - follow->seq), follow->problem});
  return !stopped;
}

static int status(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  const Workrelief__HealthReply *healths[DAEMON_COUNT];
  struct grid *grid = grid_new(&cli->arena, 8);
  int code = CLI_OK;
  for (size_t i = 0; i < DAEMON_COUNT; i++) healths[i] = node_health(cli, daemons[i], 2000);
  grid_row(grid, (const char *[]){TEXT(HEAD_SERVICE), TEXT(HEAD_SOURCE), TEXT(HEAD_STATE), TEXT(HEAD_EPOCH), TEXT(HEAD_SEQ), TEXT(HEAD_SOURCE_SEQ),
                                  TEXT(HEAD_LAG), TEXT(HEAD_PROBLEM)});
  for (size_t i = 0; i < DAEMON_COUNT; i++) {
    if (!healths[i]) {
      complain(NOT_ANSWERING, daemons[i]);
      code = CLI_UNREACHABLE;
      continue;
    }
    for (size_t j = 0; j < healths[i]->n_follows; j++) {
      const Workrelief__FollowState *follow = healths[i]->follows[j];
      if (!add_follow(cli, grid, daemons[i], follow, last_seq_of(healths, follow->source)) && code == CLI_OK) code = CLI_FINDINGS;
    }
  }
  grid_print(grid);
  return code;
}

static int skip(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  Workrelief__SkipFollowRequest request;
  message *answer;
  workrelief__skip_follow_request__init(&request);
  if (!want.service || !is_daemon(want.service) || !want.source || !want.seq || !want.reason ||
      !parse_int64(want.seq, 1, INT64_MAX, &request.source_seq) || !parse_int64(want.epoch ? want.epoch : "1", 1, INT64_MAX, &request.source_epoch)) {
    complain(SKIP_NEEDS);
    return CLI_USAGE;
  }
  request.source = arena_strdup(&cli->arena, want.source);
  request.skip_reason = arena_strdup(&cli->arena, want.reason);
  if (!request.source || !request.skip_reason) return CLI_INTERNAL;
  int code = cli_ask_once(cli, want.service, "admin.SkipFollow", &request.base, &workrelief__skip_follow_reply__descriptor, &answer);
  if (code == CLI_OK) say(SKIPPED, want.service, want.source, (long long)request.source_seq);
  return code;
}

static const struct command commands[] = {
    {"status", "", status, NULL, "各服务跟进到哪里", "how far the services have followed", NULL},
    {"skip", "", skip, skip_options, "跳过停住的一条 (记录在案)", "leave out the entry that stopped a follower (recorded)",
     "workrelief follow skip --service payroll --source workforce --seq 1742 --reason '重复登记, 已人工更正'\n"},
    {0},
};
const struct noun follow_noun = {"follow", "各服务互相跟进的进度", "how the services follow each other", commands};
