/* rules.c - evaluation's pure rules. Products of two amounts are taken in 128 bits. */
#include "services/evaluation/rules.h"

#include <stdlib.h>
#include <string.h>

#define BASIS_POINTS 10000

int64_t ratio_required_fen(int64_t base_fen, int32_t floor_bp) {
  if (base_fen <= 0) return 0;
  __int128 product = (__int128)base_fen * floor_bp;
  return (int64_t)((product + BASIS_POINTS - 1) / BASIS_POINTS);
}

enum ratio_verdict ratio_judge(const struct ratio_case *one) {
  if (one->base_fen <= 0) return RATIO_NOT_APPLICABLE;
  return one->pay_fen >= ratio_required_fen(one->base_fen, one->floor_bp) ? RATIO_PASS : RATIO_BELOW;
}

int64_t ratio_missing_fen(const struct ratio_case *one) {
  int64_t required = ratio_required_fen(one->base_fen, one->floor_bp);
  return one->pay_fen >= required ? 0 : required - one->pay_fen;
}

size_t ratio_governing(const struct ratio_case *cases, size_t count) {
  size_t governing = count;
  for (size_t i = 0; i < count; i++) {
    if (cases[i].base_fen <= 0) continue;
    if (governing == count ||
        ratio_required_fen(cases[i].base_fen, cases[i].floor_bp) > ratio_required_fen(cases[governing].base_fen, cases[governing].floor_bp))
      governing = i;
  }
  return governing;
}

/* More on the sheets than was sealed is wrong at once; less only when the month is due: a team's sheet may still be to come. */
static bool is_beyond(const struct ledger_month *month, int64_t listed, int64_t sealed) {
  return listed > sealed || (listed < sealed && month->is_sheet_due);
}

bool ledger_differs(const struct ledger_month *month, enum ledger_mismatch mismatch) {
  switch (mismatch) {
    case LEDGER_SHEET_MISSING: return month->has_attendance && !month->has_sheet && month->is_sheet_due;
    case LEDGER_WORKERS: return month->has_sheet && is_beyond(month, month->lines, month->workers);
    case LEDGER_DAYS: return month->has_sheet && is_beyond(month, month->payroll_hundredths, month->attendance_hundredths);
    case LEDGER_DIGEST: return month->has_sheet && month->has_attendance && !month->digests_equal;
    case LEDGER_PAID: return month->has_sheet && (month->paid_fen != month->bank_fen || (month->is_settled && month->paid_fen != month->net_fen));
    case LEDGER_MISMATCHES: break;
  }
  return false;
}

bool ledger_worker_differs(const struct ledger_worker *worker, enum worker_mismatch mismatch) {
  bool attended = worker->attendance_hundredths >= 0, listed = worker->payroll_hundredths >= 0;
  switch (mismatch) {
    case WORKER_ROSTER: return attended && worker->roster_hundredths != worker->attendance_hundredths;
    case WORKER_DAYS: return attended && listed && worker->attendance_hundredths != worker->payroll_hundredths;
    case WORKER_MISSING: return listed ? !attended : attended && worker->is_sheet_due;
    case WORKER_PAID: return listed && worker->bank_fen >= 0 && worker->bank_fen != worker->paid_fen;
    case WORKER_MISMATCHES: break;
  }
  return false;
}

static int64_t distance(int64_t left, int64_t right) { return left > right ? left - right : right - left; }

int64_t ledger_involved_fen(const struct ledger_month *month, enum ledger_mismatch mismatch) {
  if (mismatch == LEDGER_SHEET_MISSING) return 0;
  if (mismatch != LEDGER_PAID) return month->net_fen;
  int64_t to_bank = distance(month->paid_fen, month->bank_fen), to_net = month->is_settled ? distance(month->paid_fen, month->net_fen) : 0;
  return to_bank > to_net ? to_bank : to_net;
}

static int64_t divided_up(__int128 dividend, int64_t divisor) {
  __int128 quotient = (dividend + divisor - 1) / divisor;
  return quotient > INT64_MAX ? INT64_MAX : (int64_t)quotient;
}

static int32_t end_by_progress(const struct forecast_case *one) {
  int64_t months = one->progress_month - one->start_month + 1;
  if (months < 1) months = 1;
  int64_t whole = divided_up((__int128)months * BASIS_POINTS, one->progress_bp);
  if (whole > 1200) whole = 1200; /* a hundred years are as good as never */
  return one->start_month + (int32_t)whole - 1;
}

struct forecast forecast_judge(const struct forecast_case *one) {
  struct forecast told = {.state = FORECAST_UNKNOWN, .end_month = -1, .last_month = -1};
  if (one->progress_bp <= 0 || one->pay_fen <= 0 || one->base_fen <= 0) return told;
  told.end_month = one->planned_end_month >= one->this_month ? one->planned_end_month : end_by_progress(one);
  const struct ratio_case final = {one->final_pay_fen, one->base_fen, one->floor_bp};
  told.missing_fen = ratio_missing_fen(&final);
  told.state = told.missing_fen > 0 ? FORECAST_TOO_LATE : FORECAST_ON_TRACK;
  if (told.missing_fen == 0 || one->worked_hundredths <= 0) return told;
  told.extra_hundredths = divided_up((__int128)told.missing_fen * one->worked_hundredths, one->pay_fen);
  int64_t usual = one->worked_months > 0 ? one->worked_hundredths / one->worked_months : 0;
  int64_t spare = (int64_t)one->workers * one->month_workdays * 100 - usual;
  if (spare <= 0 || one->progress_bp >= BASIS_POINTS) return told;
  int64_t months = divided_up(told.extra_hundredths, spare);
  if (months > told.end_month - one->this_month + 1) return told;
  told.state = FORECAST_MENDABLE;
  told.last_month = told.end_month - (int32_t)months + 1;
  return told;
}

bool scan_period_ok(const char *month, int32_t year, const char *today) {
  if ((month[0] != '\0') == (year != 0)) return false;
  return year ? year <= strtol(today, NULL, 10) : strncmp(month, today, 7) <= 0;
}
