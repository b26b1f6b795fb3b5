/* clock.c - what locks a report, in words: the rule's own sentence, and who can open it. */
#include <string.h>

#include "gateway.pb-c.h"
#include "services/gateway/handlers.h"

static const struct {
  const char *rule, *opener_zh, *opener_en;
} locks[] = {
#define LOCK(rule, opener_zh, opener_en) {#rule, opener_zh, opener_en},
#include "services/gateway/locks.def"
#undef LOCK
};

static char *text(const char *constant) { return (char *)(uintptr_t)constant; }

void finish_report_clock(struct call *call) {
  Workrelief__ReportClock *clock = (Workrelief__ReportClock *)call_reply(call);
  for (size_t i = 0; i < ARRAY_LENGTH(locks); i++) {
    if (strcmp(clock->lock_rule, locks[i].rule) != 0) continue;
    const struct rule *rule = call_rule(call, locks[i].rule);
    clock->lock_zh = text(rule->zh), clock->lock_en = text(rule->en);
    clock->opener_zh = text(locks[i].opener_zh), clock->opener_en = text(locks[i].opener_en);
  }
}
