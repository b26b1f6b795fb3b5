/* fraud.c - ScanFraud: every signal of a month, or those of a year, by one statement each; what they hit is folded into signals at the end. */
#include "common/base/attribute.h"
#include "common/base/clock.h"
#include "evaluation.pb-c.h"
#include "services/evaluation/checks.h"
#include "services/evaluation/rules.h"

#define SIGNAL(statement, yearly) {#statement, yearly},
static const struct {
  const char *statement;
  bool yearly;
} signals[] = {
#include "services/evaluation/signals.def"
};

void check_scan(struct call *call) {
  const Workrelief__ScanFraudRequest *request = (const Workrelief__ScanFraudRequest *)call_request(call);
  char today[16];
  date_format(clock_day_of(call_now_us(call)), today);
  if (!scan_period_ok(request->month, request->scan_year, today)) call_refuse(call, "SCAN_PERIOD", "month", NULL);
}

void scan_fraud(struct call *call, struct session *session) {
  const Workrelief__ScanFraudRequest *request = (const Workrelief__ScanFraudRequest *)call_request(call);
  struct filled filled;
  if (!session_run(session, "scan_ground", &request->base, &filled)) return;
  if (((const Workrelief__ScanGround *)filled.reply)->pending_count > 0)
    return call_unavailable(call, "LEDGER_LINES_PENDING", "工资表明细正在同步，请稍后再筛查。",
                            "Lines of a wage sheet are on their way from payroll; ask again in a moment.");
  for (size_t i = 0; i < ARRAY_LENGTH(signals); i++)
    if (signals[i].yearly == (request->scan_year != 0) && !session_run(session, signals[i].statement, &request->base, NULL)) return;
  if (!session_run(session, "keep_signals", &request->base, &filled)) return;
  const Workrelief__FraudScan *scan = (const Workrelief__FraudScan *)filled.reply;
  *(Workrelief__FraudScan *)call_reply(call) = *scan;
  Workrelief__FraudScanned *event = (Workrelief__FraudScanned *)call_event(call);
  event->scan_number = scan->scan_number;
  event->period = scan->period;
  event->found_count = scan->found_count;
  event->new_count = scan->new_count;
  event->cleared_count = scan->cleared_count;
}
