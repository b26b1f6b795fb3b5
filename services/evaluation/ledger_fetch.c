/* ledger_fetch.c - lines of wage sheets, from payroll into evaluation's own tables. A sheet of 10,000 lines changes hundreds of times while
 * it is confirmed and paid; following each change with all its lines would move them hundreds of times. So a changed sheet is only marked
 * stale when the change is followed, and this thread reads it once the writer has a moment: pages of 500 lines, each a short call of its own.
 * A crash between two pages costs a second reading; the same rows come again. */
#include <string.h>

#include "admin.pb-c.h"
#include "common/base/log.h"
#include "common/bus/client.h"
#include "common/daemon/crash.h"
#include "common/daemon/service.h"
#include "evaluation.pb-c.h"
#include "services/evaluation/checks.h"

#define PAGE_SIZE 500
#define SHEETS_A_TURN 20
#define TURN_ARENA ((size_t)16 << 20)
#define CATCH_UP_TRIES 50
#define CATCH_UP_PAUSE_MS 100

static message *ask(struct runtime *runtime, struct arena *arena, const char *method, const message *request, const message_type *reply_type) {
  struct client_reply reply;
  message *answer;
  runtime_ask(runtime, arena, method, NULL, request, reply_type, &reply, &answer);
  return answer;
}

/* True once the follower has applied payroll's journal up to seq: what was read is then no news to this service. */
static bool has_followed(struct runtime *runtime, int64_t seq) {
  for (int try = 0; try < CATCH_UP_TRIES; try++) {
    struct arena arena;
    arena_init(&arena, TURN_ARENA);
    Workrelief__HealthRequest request = WORKRELIEF__HEALTH_REQUEST__INIT;
    struct client_reply reply;
    message *answer;
    runtime_ask_at(runtime, &arena, "evaluation", "admin.Health", &request.base, &workrelief__health_reply__descriptor, &reply, &answer);
    const Workrelief__HealthReply *health = (const Workrelief__HealthReply *)answer;
    bool reached = false;
    for (size_t i = 0; health && i < health->n_follows; i++)
      reached |= strcmp(health->follows[i]->source, "payroll") == 0 && health->follows[i]->seq >= seq;
    arena_reset(&arena);
    if (reached) return true;
    if (!runtime_sleep(runtime, CATCH_UP_PAUSE_MS)) return false;
  }
  return false;
}

/* One page, read and stored. False: try again another time. token: where to go on, "" at the end. */
static bool fetch_page(struct runtime *runtime, const Workrelief__StaleSheet *sheet, char *token, size_t token_size, int64_t *as_of_seq) {
  struct arena arena;
  arena_init(&arena, TURN_ARENA);
  Workrelief__ListLedgerLinesRequest request = WORKRELIEF__LIST_LEDGER_LINES_REQUEST__INIT;
  request.project_code = sheet->project_code;
  request.sheet_code = sheet->sheet_code;
  request.page_size = PAGE_SIZE;
  request.page_token = token;
  const Workrelief__LedgerLinePage *page =
      (const Workrelief__LedgerLinePage *)ask(runtime, &arena, "payroll.ListLedgerLines", &request.base, &workrelief__ledger_line_page__descriptor);
  bool fine = page != NULL;
  if (fine) {
    Workrelief__StoreLedgerLinesRequest store = WORKRELIEF__STORE_LEDGER_LINES_REQUEST__INIT;
    store.project_code = sheet->project_code;
    store.sheet_code = sheet->sheet_code;
    store.rows = page->rows;
    store.n_rows = page->n_rows;
    fine = ask(runtime, &arena, "evaluation.StoreLedgerLines", &store.base, &workrelief__store_ledger_lines_reply__descriptor) != NULL;
    if (page->as_of_seq > *as_of_seq) *as_of_seq = page->as_of_seq;
    size_t length = strlen(page->next_page_token);
    fine = fine && length < token_size;
    if (fine) memcpy(token, page->next_page_token, length + 1);
  }
  arena_reset(&arena);
  return fine;
}

static bool fetch_sheet(struct runtime *runtime, const Workrelief__StaleSheet *sheet) {
  char token[64] = "";
  int64_t as_of_seq = 0;
  do {
    if (runtime_is_stopping(runtime) || !fetch_page(runtime, sheet, token, sizeof token, &as_of_seq)) return false;
    crash_point("ledger_fetch_between_pages");
  } while (*token);
  if (!has_followed(runtime, as_of_seq)) return false;
  struct arena arena;
  arena_init(&arena, TURN_ARENA);
  Workrelief__CloseLedgerLinesRequest request = WORKRELIEF__CLOSE_LEDGER_LINES_REQUEST__INIT;
  request.project_code = sheet->project_code;
  request.sheet_code = sheet->sheet_code;
  request.change_number = sheet->change_number;
  request.as_of_seq = as_of_seq;
  bool fine = ask(runtime, &arena, "evaluation.CloseLedgerLines", &request.base, &workrelief__close_ledger_lines_reply__descriptor) != NULL;
  arena_reset(&arena);
  return fine;
}

/* Some of the stale sheets, behind the one that was tried last: one that cannot be had holds up no other. after: its code, "" = from the first. */
static void turn(struct runtime *runtime, char *after, size_t after_size) {
  struct arena arena;
  arena_init(&arena, TURN_ARENA);
  Workrelief__ListStaleSheetsRequest request = WORKRELIEF__LIST_STALE_SHEETS_REQUEST__INIT;
  request.page_size = SHEETS_A_TURN;
  request.page_token = after;
  const Workrelief__StaleSheets *stale =
      (const Workrelief__StaleSheets *)ask(runtime, &arena, "evaluation.ListStaleSheets", &request.base, &workrelief__stale_sheets__descriptor);
  bool fine = stale && stale->n_rows > 0;
  for (size_t i = 0; fine && i < stale->n_rows; i++) {
    fine = fetch_sheet(runtime, stale->rows[i]);
    size_t length = strlen(stale->rows[i]->sheet_code);
    if (length < after_size) memcpy(after, stale->rows[i]->sheet_code, length + 1);
  }
  if (stale && !*stale->next_page_token && (fine || stale->n_rows == 0)) *after = '\0';
  arena_reset(&arena);
}

void ledger_fetch_run(struct runtime *runtime) {
  char after[128] = "";
  do {
    turn(runtime, after, sizeof after);
  } while (runtime_sleep(runtime, (int)runtime_number(runtime, "ledger_fetch_ms")));
}
