/* draw.c - what the office draws: the seed comes from the kernel before the call is queued, so that nobody chooses the rows and a replay needs
 * no chance; the rows follow from the seed, so that anybody can draw them again. */
#include "services/gateway/draw.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/bus/client.h"
#include "services/gateway/handlers.h"

#define LINES_A_PAGE 1000

size_t draw_positions(const uint8_t seed[SM3_SIZE], Workrelief__ReportLine *const *lines, size_t line_count, size_t wanted,
                      Workrelief__DrawPosition *positions) {
  uint64_t numbers[DRAW_ROWS_MOST], total = 0, before = 0;
  for (size_t i = 0; i < line_count; i++) total += (uint64_t)lines[i]->ledger_row_count;
  if (wanted > DRAW_ROWS_MOST) wanted = DRAW_ROWS_MOST;
  if (wanted > total) wanted = (size_t)total;
  tree_draw(seed, 0, total, wanted, numbers);
  for (size_t i = 0, line = 0; i < wanted; i++) {
    while (numbers[i] >= before + (uint64_t)lines[line]->ledger_row_count) before += (uint64_t)lines[line++]->ledger_row_count;
    workrelief__draw_position__init(&positions[i]);
    positions[i].line_number = lines[line]->line_number;
    positions[i].row_number = (int64_t)(numbers[i] - before) + 1;
  }
  return wanted;
}

/* More lines than one reply holds come page by page. */
static bool add_lines(struct runtime *runtime, struct arena *arena, Workrelief__Report *report) {
  Workrelief__ListReportLinesRequest request = WORKRELIEF__LIST_REPORT_LINES_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  size_t count = 0, wanted = (size_t)report->line_count;
  Workrelief__ReportLine **lines = arena_array(arena, wanted + 1, sizeof *lines);
  request.report_code = report->report_code;
  request.page_size = LINES_A_PAGE;
  while (lines && count < wanted) {
    runtime_ask(runtime, arena, "gateway.ListReportLines", NULL, &request.base, &workrelief__report_line_page__descriptor, &reply, &answer);
    const Workrelief__ReportLinePage *page = (const Workrelief__ReportLinePage *)answer;
    if (!page || !page->n_rows || count + page->n_rows > wanted) return false;
    for (size_t i = 0; i < page->n_rows; i++) lines[count++] = page->rows[i];
    request.page_token = page->next_page_token;
  }
  report->lines = lines;
  report->n_lines = count;
  return lines != NULL;
}

Workrelief__Report *draw_report(struct runtime *runtime, struct arena *arena, char *report_code, enum status *status) {
  Workrelief__GetReportRequest request = WORKRELIEF__GET_REPORT_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.report_code = report_code;
  runtime_ask(runtime, arena, "gateway.GetReport", NULL, &request.base, &workrelief__report__descriptor, &reply, &answer);
  *status = reply.status;
  Workrelief__Report *report = (Workrelief__Report *)answer;
  if (!report || report->n_lines == (size_t)report->line_count || add_lines(runtime, arena, report)) return report;
  *status = STATUS_UNAVAILABLE;
  return NULL;
}

void report_not_read(struct call *call) {
  call_unavailable(call, "REPORT_NOT_READ", "读取季报失败；请稍后重试。", "The report could not be read; try again.");
}

static void put_due_date(struct call *call, struct runtime *runtime, Workrelief__DrawRowsRequest *request) {
  char *date = arena_alloc(call_arena(call), CLOCK_DATE_SIZE);
  if (!date) return report_not_read(call);
  date_format(clock_day_of(call_now_us(call)) + (int32_t)runtime_number(runtime, "draw_answer_days"), date);
  request->gathered_due_date = *request->due_date ? request->due_date : date;
}

static void put_positions(struct call *call, Workrelief__DrawRowsRequest *request, const Workrelief__Report *report) {
  size_t wanted = request->row_count > 0 && request->row_count <= DRAW_ROWS_MOST ? (size_t)request->row_count : 0;
  Workrelief__DrawPosition *positions = arena_array(call_arena(call), wanted + 1, sizeof *positions);
  uint8_t *seed = arena_alloc(call_arena(call), SM3_SIZE);
  request->gathered_positions = arena_array(call_arena(call), wanted + 1, sizeof *request->gathered_positions);
  if (!positions || !seed || !request->gathered_positions) return report_not_read(call);
  random_bytes(seed, SM3_SIZE);
  request->gathered_seed = (ProtobufCBinaryData){SM3_SIZE, seed};
  request->n_gathered_positions = draw_positions(seed, report->lines, report->n_lines, wanted, positions);
  for (size_t i = 0; i < request->n_gathered_positions; i++) request->gathered_positions[i] = &positions[i];
}

/* A report that is not there is the statement's to refuse. */
void gather_draw(struct call *call, struct runtime *runtime) {
  Workrelief__DrawRowsRequest *request = (Workrelief__DrawRowsRequest *)call_request(call);
  enum status status;
  const Workrelief__Report *report = draw_report(runtime, call_arena(call), request->report_code, &status);
  if (!report && status != STATUS_NOT_FOUND) return report_not_read(call);
  put_due_date(call, runtime, request);
  if (report) put_positions(call, request, report);
}
