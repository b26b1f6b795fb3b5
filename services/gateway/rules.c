/* rules.c - see rules.h. Tables of small predicates; a new rule is a row. */
#include "services/gateway/rules.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/attribute.h"

#define BLOCK WORKRELIEF__SEVERITY__VALUE__BLOCK
#define WARN WORKRELIEF__SEVERITY__VALUE__WARN
#define INFO WORKRELIEF__SEVERITY__VALUE__INFO

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
static bool group_over_whole(line *l) {
  for (size_t i = 0; l->figures && i < l->figures->n_groups; i++)
    if (l->figures->groups[i]->worker_count > l->absorbed_count) return true;
  return false;
}
static bool trained_over_whole(line *l) {
  return l->figures && (l->figures->safety_trainee_count > l->trainee_count || l->figures->skill_trainee_count > l->trainee_count);
}
static bool posts_over_whole(line *l) { return l->figures && l->figures->post_filled_count > l->figures->post_set_count; }
static bool relief_over_whole(line *l) { return l->figures && l->figures->relief_paid_fen > l->paid_fen; }
/* The list says each unit once, in order; the counts are the list's, and who was reached in the quarter was reached in the year. */
static bool outreach_differs(line *l) {
  const Workrelief__LineFigures *figures = l->figures;
  if (!figures) return false;
  int32_t required = (int32_t)figures->n_outreach_units, in_quarter = 0, in_year = 0;
  for (size_t i = 0; i < figures->n_outreach_units; i++) {
    const Workrelief__OutreachUnit *unit = figures->outreach_units[i];
    if (i && strcmp(figures->outreach_units[i - 1]->unit_id, unit->unit_id) >= 0) return true;
    if (!*unit->unit_id || (unit->reached_in_quarter && !unit->reached_in_year)) return true;
    in_quarter += unit->reached_in_quarter;
    in_year += unit->reached_in_year;
  }
  if (!figures->outreach_required_known_case) return required > 0;
  return !figures->outreach_reached_known_case || !figures->cumulative_outreach_reached_known_case || figures->outreach_required_count != required ||
         figures->outreach_reached_count != in_quarter || figures->cumulative_outreach_reached_count != in_year;
}
static bool trainees_below_quarter(line *l) { return l->figures && l->figures->cumulative_trainee_count < l->trainee_count; }
static bool relief_below_quarter(line *l) { return l->figures && l->figures->cumulative_relief_paid_fen < l->figures->relief_paid_fen; }
/* Parts of the year's people and trainees, where a line says them: none above its whole, none below the quarter's own. */
#define YEAR_PART(part, whole, quarter)                                                                                                              \
  static bool year_##part##_over_whole(line *l) {                                                                                                    \
    const Workrelief__LineFigures *f = l->figures;                                                                                                   \
    return f && f->cumulative_##part##_known_case && f->cumulative_##part##_count > (whole);                                                         \
  }                                                                                                                                                  \
  static bool year_##part##_below_quarter(line *l) {                                                                                                 \
    const Workrelief__LineFigures *f = l->figures;                                                                                                   \
    return f && f->cumulative_##part##_known_case && f->cumulative_##part##_count < (quarter);                                                       \
  }
YEAR_PART(local, l->cumulative_absorbed_count, l->local_count)
YEAR_PART(female, l->cumulative_absorbed_count, l->female_count)
YEAR_PART(priority, l->cumulative_absorbed_count, l->priority_count)
YEAR_PART(safety_trainee, f->cumulative_trainee_count, f->safety_trainee_count)
YEAR_PART(skill_trainee, f->cumulative_trainee_count, f->skill_trainee_count)
#undef YEAR_PART
static bool central_over_fiscal(line *l) {
  return l->central_known_case == WORKRELIEF__REPORT_LINE__CENTRAL_KNOWN_CENTRAL_FEN &&
         l->fiscal_known_case == WORKRELIEF__REPORT_LINE__FISCAL_KNOWN_FISCAL_FEN && l->central_fen > l->fiscal_fen;
}

const struct line_rule line_rules[] = {
    {"PAID_OVER_DUE", "paid_fen", BLOCK, "R196", paid_over_due},
    {"PAY_DOES_NOT_ADD_UP", "due_fen", BLOCK, "R196", pay_does_not_add_up},
    {"PART_OVER_WHOLE", "local_count", BLOCK, "R196", local_over_whole},
    {"PART_OVER_WHOLE", "female_count", BLOCK, "R196", female_over_whole},
    {"PART_OVER_WHOLE", "priority_count", BLOCK, "R196", priority_over_whole},
    {"PART_OVER_WHOLE", "figures.groups", BLOCK, "R196", group_over_whole},
    {"PART_OVER_WHOLE", "figures.safety_trainee_count", BLOCK, "R196", trained_over_whole},
    {"PART_OVER_WHOLE", "figures.post_filled_count", BLOCK, "R196", posts_over_whole},
    {"PART_OVER_WHOLE", "figures.relief_paid_fen", BLOCK, "R196", relief_over_whole},
    {"OUTREACH_DIFFERS", "figures.outreach_required_count", BLOCK, "R201", outreach_differs},
    {"CUMULATIVE_BELOW_QUARTER", "figures.cumulative_trainee_count", BLOCK, "R196", trainees_below_quarter},
    {"CUMULATIVE_BELOW_QUARTER", "figures.cumulative_relief_paid_fen", BLOCK, "R196", relief_below_quarter},
    {"PART_OVER_WHOLE", "figures.cumulative_local_count", BLOCK, "R196", year_local_over_whole},
    {"CUMULATIVE_BELOW_QUARTER", "figures.cumulative_local_count", BLOCK, "R196", year_local_below_quarter},
    {"PART_OVER_WHOLE", "figures.cumulative_female_count", BLOCK, "R196", year_female_over_whole},
    {"CUMULATIVE_BELOW_QUARTER", "figures.cumulative_female_count", BLOCK, "R196", year_female_below_quarter},
    {"PART_OVER_WHOLE", "figures.cumulative_priority_count", BLOCK, "R196", year_priority_over_whole},
    {"CUMULATIVE_BELOW_QUARTER", "figures.cumulative_priority_count", BLOCK, "R196", year_priority_below_quarter},
    {"PART_OVER_WHOLE", "figures.cumulative_safety_trainee_count", BLOCK, "R196", year_safety_trainee_over_whole},
    {"CUMULATIVE_BELOW_QUARTER", "figures.cumulative_safety_trainee_count", BLOCK, "R196", year_safety_trainee_below_quarter},
    {"PART_OVER_WHOLE", "figures.cumulative_skill_trainee_count", BLOCK, "R196", year_skill_trainee_over_whole},
    {"CUMULATIVE_BELOW_QUARTER", "figures.cumulative_skill_trainee_count", BLOCK, "R196", year_skill_trainee_below_quarter},
    {"PEOPLE_WITHOUT_DAYS", "absorbed_count", BLOCK, "R196", people_without_days},
    {"CUMULATIVE_BELOW_QUARTER", "cumulative_due_fen", BLOCK, "R196", due_below_quarter},
    {"CUMULATIVE_BELOW_QUARTER", "cumulative_paid_fen", BLOCK, "R196", paid_below_quarter},
    {"CUMULATIVE_BELOW_QUARTER", "cumulative_day_hundredths", BLOCK, "R196", days_below_quarter},
    {"CUMULATIVE_BELOW_QUARTER", "cumulative_absorbed_count", BLOCK, "R196", people_below_quarter},
    {"FUNDS_OVER_TOTAL", "central_fen", BLOCK, "R196", central_over_fiscal},
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

static bool per_head_differs(line *l) {
  const Workrelief__LineFigures *figures = l->figures;
  return figures && figures->per_head_known_case == WORKRELIEF__LINE_FIGURES__PER_HEAD_KNOWN_PER_HEAD_FEN &&
         (!l->absorbed_count || figures->per_head_fen != figures->relief_paid_fen / l->absorbed_count);
}

static bool year_per_head_differs(line *l) {
  const Workrelief__LineFigures *figures = l->figures;
  return figures && figures->cumulative_per_head_known_case &&
         (!l->cumulative_absorbed_count || figures->cumulative_per_head_fen != figures->cumulative_relief_paid_fen / l->cumulative_absorbed_count);
}

static bool pay_without_attendance(line *l) { return l->due_fen > 0 && l->day_hundredths == 0; }
static bool sheets_not_filed(line *l) { return l->sheets_filed_count < l->sheets_due_count; }
static bool notices_open(line *l) { return l->notices_done_count < l->notices_due_count; }

/* What the rows beneath add up to; a line without a root says nothing of them. */
static bool ledger_differs(line *l) {
  return l->ledger_root.len &&
         (l->ledger_day_hundredths != l->day_hundredths || l->ledger_due_fen != l->due_fen || l->ledger_paid_fen != l->paid_fen);
}

const struct line_rule exception_rules[] = {
    {"ZERO_PAY_UNDER_CONSTRUCTION", "paid_fen", WARN, "R164", zero_pay_under_construction},
    {"RATIO_BELOW_FLOOR", "ratio_bp", WARN, "R164", ratio_below_floor},
    {"SHEETS_LATE", "sheets_late_count", WARN, "R164", sheets_late},
    {"PAY_IN_ARREARS", "unpaid_fen", WARN, "R164", pay_in_arrears},
    {"FINDINGS_OVERDUE", "overdue_count", WARN, "R164", findings_overdue},
    {"PAY_WITHOUT_ATTENDANCE", "due_fen", WARN, "R164", pay_without_attendance},
    {"LEDGER_DIFFERS", "due_fen", WARN, "R196", ledger_differs},
    {"PER_HEAD_DIFFERS", "figures.per_head_fen", WARN, "R190", per_head_differs},
    {"PER_HEAD_DIFFERS", "figures.cumulative_per_head_fen", WARN, "R190", year_per_head_differs},
    {"SHEETS_NOT_FILED", "sheets_filed_count", INFO, "R164", sheets_not_filed},
    {"NOTICES_OPEN", "notices_done_count", INFO, "R164", notices_open},
};
const size_t exception_rule_count = ARRAY_LENGTH(exception_rules);

const char *line_fallen(const Workrelief__ReportLine *l, const Workrelief__PastLine *past) {
  if (l->invested_fen < past->invested_fen) return "invested_fen"; /* since the works began, over the years */
  if (!past->same_year) return NULL;
  if (l->cumulative_due_fen < past->cumulative_due_fen) return "cumulative_due_fen";
  if (l->cumulative_paid_fen < past->cumulative_paid_fen) return "cumulative_paid_fen";
  if (l->cumulative_day_hundredths < past->cumulative_day_hundredths) return "cumulative_day_hundredths";
  return l->cumulative_absorbed_count < past->cumulative_absorbed_count ? "cumulative_absorbed_count" : NULL;
}

const char *line_mismatch(const Workrelief__ReportLine *l, const Workrelief__PastLine *past) {
  if (!past->same_year) return NULL;
  if (l->cumulative_due_fen != past->cumulative_due_fen + l->due_fen) return "cumulative_due_fen";
  if (l->cumulative_paid_fen != past->cumulative_paid_fen + l->paid_fen) return "cumulative_paid_fen";
  return l->cumulative_day_hundredths != past->cumulative_day_hundredths + l->day_hundredths ? "cumulative_day_hundredths" : NULL;
}

typedef const Workrelief__PastQuarter quarter_of_unit;

static int64_t paid(quarter_of_unit *q) { return q->paid_fen; }
static int64_t people(quarter_of_unit *q) { return q->absorbed_count; }
static int64_t days(quarter_of_unit *q) { return q->day_hundredths; }
static int64_t day_pay(quarter_of_unit *q) {
  return q->day_hundredths ? q->due_fen / q->day_hundredths * 100 + q->due_fen % q->day_hundredths * 100 / q->day_hundredths : -1;
}

const struct unit_rule unit_rules[] = {
    {"OUTLIER_PAID", "R164", paid}, {"OUTLIER_PEOPLE", "R164", people}, {"OUTLIER_DAYS", "R164", days}, {"OUTLIER_DAY_PAY", "R164", day_pay}};
const size_t unit_rule_count = ARRAY_LENGTH(unit_rules);

Workrelief__PastQuarter lines_total(Workrelief__ReportLine *const *lines, size_t count) {
  Workrelief__PastQuarter total = WORKRELIEF__PAST_QUARTER__INIT;
  for (size_t i = 0; i < count; i++) {
    if (!lines[i]->is_counted) continue;
    total.paid_fen += lines[i]->paid_fen;
    total.due_fen += lines[i]->due_fen;
    total.absorbed_count += lines[i]->absorbed_count;
    total.day_hundredths += lines[i]->day_hundredths;
  }
  return total;
}

Workrelief__ReportLine *lines_find(Workrelief__ReportLine *const *lines, size_t count, const char *project_code) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(lines[i]->project_code, project_code) == 0) return lines[i];
  return NULL;
}

/* Equal lines in the order in which they stand. */
static int by_project(const void *left, const void *right) {
  Workrelief__ReportLine *const *one = *(Workrelief__ReportLine *const *const *)left, *const *other = *(Workrelief__ReportLine *const *const *)right;
  int order = strcmp((*one)->project_code, (*other)->project_code);
  if (!order) order = strcmp((*one)->origin_unit_id, (*other)->origin_unit_id);
  return order ? order : (one > other) - (one < other);
}

size_t lines_repeated(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count) {
  Workrelief__ReportLine *const **sorted = arena_array(arena, count + 1, sizeof *sorted);
  size_t second = count;
  if (!sorted) return SIZE_MAX;
  for (size_t i = 0; i < count; i++) sorted[i] = &lines[i];
  qsort(sorted, count, sizeof *sorted, by_project);
  for (size_t i = 1; i < count; i++) {
    const Workrelief__ReportLine *one = *sorted[i - 1], *other = *sorted[i];
    bool same = strcmp(one->project_code, other->project_code) == 0 && strcmp(one->origin_unit_id, other->origin_unit_id) == 0;
    if (same && (size_t)(sorted[i] - lines) < second) second = (size_t)(sorted[i] - lines);
  }
  return second;
}
