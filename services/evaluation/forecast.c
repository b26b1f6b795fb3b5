/* forecast.c - GetForecast, ListForecasts: the verdict over what the statement gathered, and the sentences that say it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "evaluation.pb-c.h"
#include "services/evaluation/checks.h"
#include "services/evaluation/rules.h"

static const Workrelief__ForecastState__Value states[] = {
    [FORECAST_ON_TRACK] = WORKRELIEF__FORECAST_STATE__VALUE__ON_TRACK,
    [FORECAST_MENDABLE] = WORKRELIEF__FORECAST_STATE__VALUE__MENDABLE,
    [FORECAST_TOO_LATE] = WORKRELIEF__FORECAST_STATE__VALUE__TOO_LATE,
    [FORECAST_UNKNOWN] = WORKRELIEF__FORECAST_STATE__VALUE__UNKNOWN,
};

/* "2026-08" or "2026-08-31"; -1: absent. */
static int32_t month_number(const char *text) {
  if (strlen(text) < 7) return -1;
  return (int32_t)(strtol(text, NULL, 10) * 12 + strtol(text + 5, NULL, 10) - 1);
}

static char *month_text(struct arena *arena, int32_t month) {
  return month < 0 ? (char *)"" : arena_printf(arena, "%04d-%02d", month / 12, month % 12 + 1);
}

/* "27.4", "30", "33.33" */
static char *percent(struct arena *arena, int32_t share_bp) {
  if (share_bp % 100 == 0) return arena_printf(arena, "%" PRId32, share_bp / 100);
  if (share_bp % 10 == 0) return arena_printf(arena, "%" PRId32 ".%" PRId32, share_bp / 100, share_bp / 10 % 10);
  return arena_printf(arena, "%" PRId32 ".%02" PRId32, share_bp / 100, share_bp % 100);
}

static struct forecast_case case_of(const Workrelief__ProjectForecast *row, int32_t this_month) {
  return (struct forecast_case){.pay_fen = row->pay_fen,
                                .final_pay_fen = row->final_pay_fen,
                                .base_fen = row->base_fen,
                                .floor_bp = row->floor_bp,
                                .progress_bp = row->progress_bp,
                                .worked_hundredths = row->worked_hundredths,
                                .worked_months = row->worked_month_count,
                                .workers = row->worker_count,
                                .month_workdays = row->month_workdays,
                                .start_month = month_number(row->start_date),
                                .progress_month = month_number(row->progress_month),
                                .planned_end_month = month_number(row->planned_end_date),
                                .this_month = this_month};
}

static void say(struct arena *arena, Workrelief__ProjectForecast *row, const struct forecast *told) {
  if (told->state == FORECAST_UNKNOWN) {
    row->forecast_note = (char *)"尚无形象进度、劳务报酬或计算口径的资金，不能预测。";
    row->english_note = (char *)"There is no progress, no labour pay or no basis of funds yet; nothing can be forecast.";
    return;
  }
  const char *share = percent(arena, row->forecast_bp), *floor = percent(arena, row->floor_bp);
  int64_t days = (told->extra_hundredths + 99) / 100;
  int month = told->last_month % 12 + 1, year = told->last_month / 12;
  if (told->state == FORECAST_ON_TRACK) {
    row->forecast_note = arena_printf(arena, "按现进度完工时报酬占比 %s %%，不低于 %s %%。", share, floor);
    row->english_note = arena_printf(arena, "With this progress the share of labour pay at completion is %s %%, not below %s %%.", share, floor);
  } else if (told->state == FORECAST_MENDABLE) {
    row->forecast_note = arena_printf(arena, "按现进度完工时报酬占比 %s %%，低于 %s %%；最迟 %d 年 %d 月可补足：约 %" PRId64 " 工日。", share, floor,
                                      year, month, days);
    row->english_note =
        arena_printf(arena,
                     "With this progress the share of labour pay at completion is %s %%, below %s %%; it can be made up for when begun by "
                     "%04d-%02d: about %" PRId64 " worker-days.",
                     share, floor, year, month, days);
  } else {
    row->forecast_note = arena_printf(
        arena, "按现进度完工时报酬占比 %s %%，低于 %s %%；按现有人数完工前已不能补足（约 %" PRId64 " 工日），须增加用工。", share, floor, days);
    row->english_note =
        arena_printf(arena,
                     "With this progress the share of labour pay at completion is %s %%, below %s %%; the people there are cannot make up for "
                     "it before the end (about %" PRId64 " worker-days): more have to be taken on.",
                     share, floor, days);
  }
  row->assumption_note = arena_printf(
      arena, "报酬与形象进度同比例增长；补足的工日按本项目平均日报酬计；%" PRId32 "人，每人每月至多%" PRId32 "个工日，扣除现有月均用工；完工月份%s。",
      row->worker_count, row->month_workdays, told->end_month == month_number(row->planned_end_date) ? "取自任务计划" : "按现进度推算");
}

static void finish_row(struct call *call, Workrelief__ProjectForecast *row) {
  struct arena *arena = call_arena(call);
  char today[16];
  date_format(clock_day_of(call_now_us(call)), today);
  const struct forecast_case one = case_of(row, month_number(today));
  const struct forecast told = forecast_judge(&one);
  row->forecast_state = states[told.state];
  row->missing_fen = told.missing_fen;
  row->extra_hundredths = told.extra_hundredths;
  row->end_month = month_text(arena, told.end_month);
  row->last_month = month_text(arena, told.last_month);
  say(arena, row, &told);
  if (arena->failed) call_unavailable(call, "TOO_LARGE", "结果过大，请减少每页条数。", "The result is too large; ask for smaller pages.");
}

void finish_forecast(struct call *call) { finish_row(call, (Workrelief__ProjectForecast *)call_reply(call)); }

void finish_forecasts(struct call *call) {
  const Workrelief__ProjectForecastPage *page = (const Workrelief__ProjectForecastPage *)call_reply(call);
  for (size_t i = 0; i < page->n_rows && !call_is_refused(call); i++) finish_row(call, page->rows[i]);
}
