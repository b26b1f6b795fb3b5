/* reopened.c - a follower's command emits no event of its own. So the sheets that a reopened month stopped are made void here, each by a call
 * that is journalled and tells others (SheetChanged). A sheet is stopped from the moment the reopening is followed; this only says so. */
#include "common/base/log.h"
#include "common/bus/client.h"
#include "payroll.pb-c.h"
#include "services/payroll/handlers.h"

#define TURN_ARENA ((size_t)1 << 20)
#define TURN_MS 2000
#define SHEETS_A_TURN 200

static void make_void(struct runtime *runtime, struct arena *arena, const Workrelief__ReopenedSheet *sheet) {
  Workrelief__VoidReopenedSheetRequest request = WORKRELIEF__VOID_REOPENED_SHEET_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.project_code = sheet->project_code;
  request.sheet_code = sheet->sheet_code;
  runtime_ask(runtime, arena, "payroll.VoidReopenedSheet", NULL, &request.base, &workrelief__sheet__descriptor, &reply, &answer);
  if (answer) log_info("void: its month was opened again sheet=%s", sheet->sheet_code);
}

static void turn(struct runtime *runtime, struct arena *arena) {
  Workrelief__ListReopenedSheetsRequest request = WORKRELIEF__LIST_REOPENED_SHEETS_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.page_size = SHEETS_A_TURN;
  runtime_ask(runtime, arena, "payroll.ListReopenedSheets", NULL, &request.base, &workrelief__reopened_sheet_page__descriptor, &reply, &answer);
  const Workrelief__ReopenedSheetPage *page = (const Workrelief__ReopenedSheetPage *)answer; /* NULL: starting or stopping */
  for (size_t i = 0; page && i < page->n_rows && !runtime_is_stopping(runtime); i++) make_void(runtime, arena, page->rows[i]);
}

void reopened_run(struct runtime *runtime) {
  struct arena arena;
  arena_init(&arena, TURN_ARENA);
  while (runtime_sleep(runtime, TURN_MS)) {
    turn(runtime, &arena);
    arena_reset(&arena);
  }
}
