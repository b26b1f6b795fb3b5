/* retention.c - ledger rows beneath old reports fall away when their time is over: looked for by the clock, done by a command on record. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "registry.pb-c.h"
#include "services/gateway/handlers.h"
#include "services/gateway/taking.h"

#define TURN_ARENA ((size_t)16 << 20)
#define PAGES_MOST 10000

/* The day on which the project was over; "": it is not, or the registry does not know it. NULL: the registry does not answer. */
static char *completed_on(struct runtime *runtime, struct arena *arena, char *project_code) {
  Workrelief__GetProjectRequest request = WORKRELIEF__GET_PROJECT_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.project_code = project_code;
  runtime_ask(runtime, arena, "registry.GetProject", NULL, &request.base, &workrelief__project__descriptor, &reply, &answer);
  if (answer) return ((Workrelief__Project *)answer)->complete_date;
  return reply.status == STATUS_NOT_FOUND ? (char *)(uintptr_t) "" : NULL;
}

void gather_completion(struct call *call, struct runtime *runtime) {
  Workrelief__SweepLedgerRequest *request = (Workrelief__SweepLedgerRequest *)call_request(call);
  request->gathered_complete_date = completed_on(runtime, call_arena(call), request->project_code);
  if (!request->gathered_complete_date)
    call_unavailable(call, "REGISTRY_UNAVAILABLE", "登记服务没有答复；请稍后重试。", "The registry gave no answer; try again later.");
}

/* Asked before, so that the journal does not fill with refusals. Dates as text stand in order. */
static bool is_over(const struct taking *taking, const Workrelief__LedgerDue *due) {
  char last[CLOCK_DATE_SIZE + 16], today[CLOCK_DATE_SIZE];
  const char *completed = completed_on(taking->runtime, taking->arena, due->project_code);
  if (!completed || strlen(completed) != 10) return false;
  snprintf(last, sizeof last, "%04ld%.6s", strtol(completed, NULL, 10) + due->kept_years, completed + 4);
  date_format(clock_day_of(clock_now_us()), today);
  return strcmp(last, today) < 0;
}

static void sweep(const struct taking *taking, const Workrelief__LedgerDue *due) {
  Workrelief__SweepLedgerRequest request = WORKRELIEF__SWEEP_LEDGER_REQUEST__INIT;
  request.ledger_key = due->ledger_key;
  request.project_code = due->project_code;
  if (taking_ask(taking, "gateway.SweepLedger", &request.base, &workrelief__ledger_swept__descriptor))
    log_info("retention: the ledger rows need not be kept any longer project=%s quarter=%s rows=%d", due->project_code, due->quarter, due->row_count);
}

static void turn(struct runtime *runtime, struct arena *arena) {
  struct taking taking = {.runtime = runtime, .arena = arena};
  Workrelief__ListLedgerDueRequest request = WORKRELIEF__LIST_LEDGER_DUE_REQUEST__INIT;
  char token[256] = "";
  request.page_token = token;
  for (int i = 0; i < PAGES_MOST && !runtime_is_stopping(runtime); i++) {
    const Workrelief__LedgerDuePage *page =
        (const Workrelief__LedgerDuePage *)taking_ask(&taking, "gateway.ListLedgerDue", &request.base, &workrelief__ledger_due_page__descriptor);
    for (size_t k = 0; page && k < page->n_rows && !runtime_is_stopping(runtime); k++)
      if (is_over(&taking, page->rows[k])) sweep(&taking, page->rows[k]);
    snprintf(token, sizeof token, "%s", page ? page->next_page_token : "");
    arena_reset(arena);
    if (!*token) return;
  }
}

void retention_run(struct runtime *runtime) {
  struct arena arena;
  arena_init(&arena, TURN_ARENA);
  do turn(runtime, &arena);
  while (runtime_sleep(runtime, (int)runtime_number(runtime, "retention_interval_ms")));
}
