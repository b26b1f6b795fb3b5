/* rules.c - see rules.h. Tables of small predicates; a new rule is a row. */
#include "services/gateway/rules.h"

#include <string.h>

#include "common/base/attribute.h"

typedef const Workrelief__ReportLine line;

static bool paid_over_due(line *l) { return l->paid_fen > l->due_fen; }
static bool pay_does_not_add_up(line *l) { return l->paid_fen <= l->due_fen && l->due_fen - l->paid_fen != l->unpaid_fen; }
static bool local_over_whole(line *l) { return l->local_count > l->absorbed_count; }
static bool female_over_whole(line *l) { return l->female_count > l->absorbed_count; }
static bool priority_over_whole(line *l) { return l->priority_count > l->absorbed_count; }
static bool people_without_days(line *l) { return (l->absorbed_count > 0) != (l->day_hundredths > 0); }
static bool due_below_quarter(line *l) { return l->cumulative_due_fen < l->due_fen; }
static bool paid_below_quarter(line *l) { return l->cumulative_paid_fen < l->paid_fen; }
static bool days_below_quarter(line *l) { return l->cumulative_day_hundredths < l->day_hundredths; }
static bool people_below_quarter(line *l) { return l->cumulative_absorbed_count < l->absorbed_count; }
static bool central_over_fiscal(line *l) {
  return l->central_known_case == WORKRELIEF__REPORT_LINE__CENTRAL_KNOWN_CENTRAL_FEN &&
         l->fiscal_known_case == WORKRELIEF__REPORT_LINE__FISCAL_KNOWN_FISCAL_FEN && l->central_fen > l->fiscal_fen;
}

const struct line_rule line_rules[] = {
    {"PAID_OVER_DUE", "paid_fen", paid_over_due},
    {"PAY_DOES_NOT_ADD_UP", "due_fen", pay_does_not_add_up},
    {"PART_OVER_WHOLE", "local_count", local_over_whole},
    {"PART_OVER_WHOLE", "female_count", female_over_whole},
    {"PART_OVER_WHOLE", "priority_count", priority_over_whole},
    {"PEOPLE_WITHOUT_DAYS", "absorbed_count", people_without_days},
    {"CUMULATIVE_BELOW_QUARTER", "cumulative_due_fen", due_below_quarter},
    {"CUMULATIVE_BELOW_QUARTER", "cumulative_paid_fen", paid_below_quarter},
    {"CUMULATIVE_BELOW_QUARTER", "cumulative_day_hundredths", days_below_quarter},
    {"CUMULATIVE_BELOW_QUARTER", "cumulative_absorbed_count", people_below_quarter},
    {"FUNDS_OVER_TOTAL", "central_fen", central_over_fiscal},
};
const size_t line_rule_count = ARRAY_LENGTH(line_rules);

static bool zero_pay_under_construction(line *l) { return l->project_state == WORKRELIEF__PROJECT_STATE__VALUE__CONSTRUCTION && l->paid_fen == 0; }
static bool ratio_below_floor(line *l) {
  return l->ratio_known_case == WORKRELIEF__REPORT_LINE__RATIO_KNOWN_RATIO_BP &&
         l->floor_known_case == WORKRELIEF__REPORT_LINE__FLOOR_KNOWN_FLOOR_BP && l->ratio_bp < l->floor_bp;
}
static bool sheets_late(line *l) { return l->sheets_late_count > 0; }
static bool pay_in_arrears(line *l) { return l->unpaid_fen > 0; }
static bool findings_overdue(line *l) { return l->overdue_count > 0; }

const struct line_rule exception_rules[] = {
    {"ZERO_PAY_UNDER_CONSTRUCTION", "paid_fen", zero_pay_under_construction},
    {"RATIO_BELOW_FLOOR", "ratio_bp", ratio_below_floor},
    {"SHEETS_LATE", "sheets_late_count", sheets_late},
    {"PAY_IN_ARREARS", "unpaid_fen", pay_in_arrears},
    {"FINDINGS_OVERDUE", "overdue_count", findings_overdue},
};
const size_t exception_rule_count = ARRAY_LENGTH(exception_rules);

Workrelief__ReportLine *lines_find(Workrelief__ReportLine *const *lines, size_t count, const char *project_code) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(lines[i]->project_code, project_code) == 0) return lines[i];
  return NULL;
}

size_t lines_repeated(Workrelief__ReportLine *const *lines, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (lines_find(lines, i, lines[i]->project_code)) return i;
  return count;
}
