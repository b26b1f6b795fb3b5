/* rules.h - evaluation's pure rules: is a share of pay reached, and where do three ledgers disagree. No SQL, no messages, no clock. */
#ifndef WORKRELIEF_EVALUATION_RULES_H
#define WORKRELIEF_EVALUATION_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- share of pay (R138, R139) --------------------------------------------------------------------------------------------------- */

struct ratio_case {
  int64_t pay_fen, base_fen;
  int32_t floor_bp;
};
enum ratio_verdict { RATIO_PASS, RATIO_BELOW, RATIO_NOT_APPLICABLE };

/* The least pay that reaches the floor, rounded up to the fen; 0 where the basis is 0 or less. */
int64_t ratio_required_fen(int64_t base_fen, int32_t floor_bp);
/* A basis of 0 is never a pass: it is not applicable. */
enum ratio_verdict ratio_judge(const struct ratio_case *one);
/* What is wanting to the floor; 0 when it is reached. */
int64_t ratio_missing_fen(const struct ratio_case *one);
/* Of several rules that hold at once for the same pay: the one that asks the most. count when none has a basis. */
size_t ratio_governing(const struct ratio_case *cases, size_t count);

/* --- three ledgers (R103, R135) -------------------------------------------------------------------------------------------------- */

struct ledger_month {
  bool has_attendance, has_sheet, digests_equal;
  bool is_sheet_due; /* the day by which the month should have been paid is over */
  bool is_settled;   /* the sheet says that every line is paid */
  int32_t workers, lines;
  int64_t attendance_hundredths, payroll_hundredths;
  int64_t net_fen, paid_fen, bank_fen;
};
enum ledger_mismatch { LEDGER_SHEET_MISSING, LEDGER_WORKERS, LEDGER_DAYS, LEDGER_DIGEST, LEDGER_PAID, LEDGER_MISMATCHES };

bool ledger_differs(const struct ledger_month *month, enum ledger_mismatch mismatch);
/* One worker in one month; -1 = the ledger does not know him. */
struct ledger_worker {
  int64_t roster_hundredths, attendance_hundredths, payroll_hundredths;
  int64_t paid_fen, bank_fen;
  bool is_sheet_due;
};
enum worker_mismatch { WORKER_ROSTER, WORKER_DAYS, WORKER_MISSING, WORKER_PAID, WORKER_MISMATCHES };
/* Days outside agreements; days that differ; in one ledger and not in the other; paid otherwise than the bank says (-1: no bank was asked). */
bool ledger_worker_differs(const struct ledger_worker *worker, enum worker_mismatch mismatch);

/* The money a mismatch is about. */
int64_t ledger_involved_fen(const struct ledger_month *month, enum ledger_mismatch mismatch);

/* --- forecast of the share (R136) ------------------------------------------------------------------------------------------------ */

/* Months are counted: year * 12 + month - 1. */
struct forecast_case {
  int64_t pay_fen, final_pay_fen; /* so far; at completion, as the pay grows with the progress */
  int64_t base_fen;
  int32_t floor_bp, progress_bp;
  int64_t worked_hundredths; /* for pay_fen */
  int32_t worked_months, workers, month_workdays;
  int32_t start_month, progress_month, planned_end_month, this_month; /* planned_end_month -1: not planned */
};
enum forecast_state { FORECAST_ON_TRACK, FORECAST_MENDABLE, FORECAST_TOO_LATE, FORECAST_UNKNOWN };
struct forecast {
  enum forecast_state state;
  int64_t missing_fen, extra_hundredths; /* worker-days that make up for it at the average pay of a day */
  int32_t end_month, last_month;         /* of the works; in which to begin at the latest */
};
/* The end is the planned one, or where the progress leads when none is planned or it has passed. Every worker may be on the site for
 * month_workdays; what the works take anyway, on the average, leaves the rest for making up. */
struct forecast forecast_judge(const struct forecast_case *one);

/* --- fraud signals (R160) -------------------------------------------------------------------------------------------------------- */

/* Exactly one of month ("2026-06", "" = none) and year (0 = none), begun by today ("2026-06-30"). */
bool scan_period_ok(const char *month, int32_t year, const char *today);

#endif
