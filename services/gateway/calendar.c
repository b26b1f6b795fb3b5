/* calendar.c - time passes as a command too: at an office that wants it so, the quarter opens on its first day and closes when its days of
 * grace and of decision are over. What it does is journalled like anybody's call, so a replay needs no clock. */
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/bus/client.h"
#include "gateway.pb-c.h"
#include "services/gateway/handlers.h"

#define TURN_ARENA ((size_t)8 << 20)

struct calendar {
  struct runtime *runtime;
  struct arena arena; /* one turn's */
};

static message *ask(struct calendar *calendar, const char *method, const message *request, const message_type *reply_type) {
  struct client_reply reply;
  message *answer;
  runtime_ask(calendar->runtime, &calendar->arena, method, NULL, request, reply_type, &reply, &answer);
  return answer;
}

static bool is_known(const Workrelief__QuarterPage *page, const char *quarter) {
  for (size_t i = 0; i < page->n_rows; i++)
    if (strcmp(page->rows[i]->quarter, quarter) == 0) return true;
  return false;
}

static void open_current(struct calendar *calendar, const Workrelief__QuarterPage *known, int32_t today) {
  char quarter[16];
  struct civil civil = civil_of_day(today);
  snprintf(quarter, sizeof quarter, "%04dQ%d", civil.year, (civil.month - 1) / 3 + 1);
  if (is_known(known, quarter)) return;
  Workrelief__OpenQuarterRequest request = WORKRELIEF__OPEN_QUARTER_REQUEST__INIT;
  request.quarter = quarter;
  request.grace_days = (int32_t)runtime_number(calendar->runtime, "grace_days");
  request.close_after_days = (int32_t)runtime_number(calendar->runtime, "close_after_days");
  if (ask(calendar, "gateway.OpenQuarter", &request.base, &workrelief__quarter__descriptor)) log_info("calendar: opened quarter=%s", quarter);
}

/* A report under review keeps its quarter open; asking first spares the journal a refusal every turn. */
static bool is_decided(struct calendar *calendar, char *quarter) {
  Workrelief__GetCompletenessRequest request = WORKRELIEF__GET_COMPLETENESS_REQUEST__INIT;
  request.quarter = quarter;
  const Workrelief__Completeness *state =
      (const Workrelief__Completeness *)ask(calendar, "gateway.GetCompleteness", &request.base, &workrelief__completeness__descriptor);
  for (size_t i = 0; state && i < state->n_units; i++)
    if (state->units[i]->report_state == WORKRELIEF__REPORT_STATE__VALUE__SUBMITTED) return false;
  return state != NULL;
}

/* Until when it may be entered. A quarter that was opened before this was kept on it goes by the setting; extensions are waited for. */
static int32_t last_day(const struct calendar *calendar, const Workrelief__Quarter *quarter) {
  int32_t last, on_time, extended;
  if (date_parse(quarter->enter_until_date, &last)) return last;
  if (!date_parse(quarter->on_time_until_date, &on_time)) return INT32_MAX;
  last = on_time + (int32_t)runtime_number(calendar->runtime, "close_after_days");
  return date_parse(quarter->extended_until_date, &extended) && extended > last ? extended : last;
}

static void close_over(struct calendar *calendar, const Workrelief__QuarterPage *known, int32_t today) {
  for (size_t i = 0; i < known->n_rows; i++) {
    const Workrelief__Quarter *quarter = known->rows[i];
    if (quarter->quarter_state != WORKRELIEF__QUARTER_STATE__VALUE__OPEN || today <= last_day(calendar, quarter)) continue;
    if (!is_decided(calendar, quarter->quarter)) continue;
    Workrelief__CloseQuarterRequest request = WORKRELIEF__CLOSE_QUARTER_REQUEST__INIT;
    request.quarter = quarter->quarter;
    if (ask(calendar, "gateway.CloseQuarter", &request.base, &workrelief__quarter__descriptor))
      log_info("calendar: closed quarter=%s", quarter->quarter);
  }
}

static void turn(struct calendar *calendar) {
  Workrelief__ListQuartersRequest request = WORKRELIEF__LIST_QUARTERS_REQUEST__INIT;
  request.page_size = 1000;
  const Workrelief__QuarterPage *known =
      (const Workrelief__QuarterPage *)ask(calendar, "gateway.ListQuarters", &request.base, &workrelief__quarter_page__descriptor);
  int32_t today = clock_day_of(clock_now_us());
  if (!known) return; /* starting or stopping: the next turn sees */
  open_current(calendar, known, today);
  close_over(calendar, known, today);
}

void calendar_run(struct runtime *runtime) {
  if (!runtime_number(runtime, "calendar") || *runtime_setting(runtime, "parent.unit_id")) return;
  struct calendar calendar = {.runtime = runtime};
  arena_init(&calendar.arena, TURN_ARENA);
  do {
    turn(&calendar);
    arena_reset(&calendar.arena);
  } while (runtime_sleep(runtime, (int)runtime_number(runtime, "calendar_interval_ms")));
}
