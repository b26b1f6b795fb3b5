/* reveal.c - workforce.RevealWorker for many people over one connection. */
#include "services/cli/export.h"
#include "workforce.pb-c.h"

struct revealing {
  struct cli *cli;
  struct client *client;
  const char *reason;
};

struct revealing *revealing_open(struct cli *cli, const char *reason, int *code) {
  struct revealing *revealing = arena_alloc(&cli->arena, sizeof(*revealing));
  *code = CLI_INTERNAL;
  if (!revealing) return NULL;
  revealing->cli = cli;
  revealing->reason = reason;
  revealing->client = cli_connect(cli, "workforce", code);
  return revealing->client ? revealing : NULL;
}

void revealing_close(struct revealing **revealing) {
  if (*revealing) client_close(&(*revealing)->client);
  *revealing = NULL;
}

const message *reveal_worker(struct revealing *revealing, int64_t worker_number, int *code) {
  Workrelief__RevealWorkerRequest request;
  struct client_call call = {0};
  message *answer = NULL;
  workrelief__reveal_worker_request__init(&request);
  request.worker_number = worker_number;
  request.reveal_reason = (char *)(uintptr_t)revealing->reason;
  cli_prepare(revealing->cli, &call, "workforce.RevealWorker");
  *code = cli_ask(revealing->cli, revealing->client, &call, &request.base, &workrelief__revealed_worker__descriptor, &answer);
  return answer;
}
