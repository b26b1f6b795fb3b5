/* level.c - see level.h. */
#include "services/gateway/level.h"

#include <stdlib.h>
#include <string.h>

#include "common/pb/reflect.h"

/* --- projects of two units -------------------------------------------------------------------------------------------------------- */

static int by_project(const void *left, const void *right) {
  const Workrelief__ReportLine *one = **(Workrelief__ReportLine *const *const *)left, *other = **(Workrelief__ReportLine *const *const *)right;
  return strcmp(one->project_code, other->project_code);
}

/* The end of the run of one project in the sorted list; *two: counted lines of it come from two units. */
static size_t run_end(Workrelief__ReportLine *const *const *sorted, size_t begin, size_t count, bool *two) {
  const Workrelief__ReportLine *counted = NULL;
  size_t end = begin;
  *two = false;
  for (; end < count && strcmp((*sorted[end])->project_code, (*sorted[begin])->project_code) == 0; end++) {
    if (!(*sorted[end])->is_counted) continue;
    *two = *two || (counted && strcmp(counted->origin_unit_id, (*sorted[end])->origin_unit_id) != 0);
    counted = *sorted[end];
  }
  return end;
}

bool *level_conflicts(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count) {
  bool *conflicts = arena_array(arena, count + 1, sizeof *conflicts), two = false;
  Workrelief__ReportLine *const **sorted = arena_array(arena, count + 1, sizeof *sorted);
  if (!conflicts || !sorted) return NULL;
  for (size_t i = 0; i < count; i++) sorted[i] = &lines[i];
  qsort(sorted, count, sizeof *sorted, by_project);
  for (size_t begin = 0, end; begin < count; begin = end) {
    end = run_end(sorted, begin, count, &two);
    for (size_t i = begin; two && i < end; i++) conflicts[sorted[i] - lines] = true;
  }
  return conflicts;
}

/* --- where lines came from -------------------------------------------------------------------------------------------------------- */

static bool has_origin(const char *unit_id, const Workrelief__ReportLine *line) {
  size_t head = strlen(unit_id), tail = strlen(line->origin_unit_id), length = strlen(line->origin_path);
  return tail && *line->origin_report_code && length > head + tail && strncmp(line->origin_path, unit_id, head) == 0 &&
         line->origin_path[head] == '/' && line->origin_path[length - tail - 1] == '/' &&
         strcmp(line->origin_path + length - tail, line->origin_unit_id) == 0;
}

static bool has_none(const Workrelief__ReportLine *line) {
  return !*line->origin_unit_id && !*line->origin_unit_name && !*line->origin_path && !*line->origin_report_code;
}

bool level_origin_fault(const char *unit_id, Workrelief__ReportLine *const *lines, size_t count, bool bears_totals, struct level_fault *fault) {
  for (size_t i = 0; i < count; i++) {
    if (bears_totals ? has_origin(unit_id, lines[i]) : has_none(lines[i])) continue;
    *fault = (struct level_fault){.rule = "ORIGIN_BAD", .field = "origin_path", .detail = lines[i]->project_code, .index = i};
    return true;
  }
  return false;
}

/* --- totals against lines --------------------------------------------------------------------------------------------------------- */

/* What is simply added up, under the same name in a line and in a total. An amount may be unknown, which is not 0. */
static const char *const sums[] = {"day_hundredths",
                                   "due_fen",
                                   "paid_fen",
                                   "unpaid_fen",
                                   "dividend_fen",
                                   "cumulative_due_fen",
                                   "cumulative_paid_fen",
                                   "cumulative_day_hundredths",
                                   "total_investment_fen",
                                   "fiscal_fen",
                                   "central_fen",
                                   "planned_pay_fen"};
static const char *const heads[] = {"absorbed_count", "local_count", "female_count", "priority_count"};

static bool has_segment(const char *path, const char *segment) {
  const char *second = strchr(path, '/');
  size_t length = strlen(segment);
  return second && strncmp(second + 1, segment, length) == 0 && (second[1 + length] == '/' || second[1 + length] == '\0');
}

static const char *name_in(const Workrelief__ReportLine *line, const char *field_name) {
  const message_field *field = pb_field(line->base.descriptor, field_name);
  const char *name = pb_enum_name(field, pb_get_int(&line->base, field, 0));
  return name ? name : "";
}

/* Kinds of totals and the field of a line that holds their key; NULL: none, they are the two at the ends. */
static const struct {
  Workrelief__TotalKind__Value kind;
  const char *field;
} kinds[] = {{WORKRELIEF__TOTAL_KIND__VALUE__ALL, NULL},
             {WORKRELIEF__TOTAL_KIND__VALUE__FIELD, "field"},
             {WORKRELIEF__TOTAL_KIND__VALUE__TRACK, "track"},
             {WORKRELIEF__TOTAL_KIND__VALUE__LIST_KIND, "list_kind"},
             {WORKRELIEF__TOTAL_KIND__VALUE__LIST_LEVEL, "list_level"},
             {WORKRELIEF__TOTAL_KIND__VALUE__UNIT, NULL}};

/* Index in kinds; a kind that this version does not know is not looked at: ARRAY_LENGTH. */
static size_t kind_index(const Workrelief__Total *total) {
  size_t i = 0;
  while (i < ARRAY_LENGTH(kinds) && kinds[i].kind != total->total_kind) i++;
  return i;
}

/* Whether the line is one of those that the total adds up. */
static bool is_of(const Workrelief__ReportLine *line, const Workrelief__Total *total, const char *field) {
  if (field) return strcmp(name_in(line, field), total->total_key) == 0;
  return total->total_kind == WORKRELIEF__TOTAL_KIND__VALUE__ALL || has_segment(line->origin_path, total->total_key);
}

struct added {
  int64_t sum, largest;
  size_t known;
};

static struct added add_up(Workrelief__ReportLine *const *members, size_t count, const char *field_name) {
  struct added added = {0};
  const message_field *field = pb_field(&workrelief__report_line__descriptor, field_name);
  for (size_t i = 0; i < count; i++) {
    int64_t value = pb_get_int(&members[i]->base, field, 0);
    added.known += !pb_is_nullable(field) || pb_count(&members[i]->base, field);
    added.sum += value;
    if (value > added.largest) added.largest = value;
  }
  return added;
}

static const char *sum_fault(Workrelief__ReportLine *const *members, size_t count, const Workrelief__Total *total) {
  if (total->project_count != (int64_t)count) return "project_count";
  for (size_t i = 0; i < ARRAY_LENGTH(sums); i++) {
    struct added added = add_up(members, count, sums[i]);
    const message_field *field = pb_field(total->base.descriptor, sums[i]);
    bool is_known = !pb_is_nullable(field) || pb_count(&total->base, field);
    if (is_known != (!count || added.known) || pb_get_int(&total->base, field, 0) != added.sum) return sums[i];
  }
  return NULL;
}

/* Parts of the year's people, where a total says them. */
static const struct {
  const char *part, *whole;
} year_heads[] = {{"figures.cumulative_local_count", "cumulative_absorbed_count"},
                  {"figures.cumulative_female_count", "cumulative_absorbed_count"},
                  {"figures.cumulative_priority_count", "cumulative_absorbed_count"},
                  {"figures.cumulative_safety_trainee_count", "figures.cumulative_trainee_count"},
                  {"figures.cumulative_skill_trainee_count", "figures.cumulative_trainee_count"}};

static const char *year_heads_fault(const Workrelief__Total *total) {
  for (size_t i = 0; i < ARRAY_LENGTH(year_heads); i++) {
    const message_field *part_field, *whole_field;
    const message *part = pb_find(&total->base, year_heads[i].part, &part_field), *whole = pb_find(&total->base, year_heads[i].whole, &whole_field);
    if (part && whole && pb_count(part, part_field) && pb_get_int(part, part_field, 0) > pb_get_int(whole, whole_field, 0)) return year_heads[i].part;
  }
  return NULL;
}

static const char *heads_fault(Workrelief__ReportLine *const *members, size_t count, const Workrelief__Total *total) {
  for (size_t i = 0; i < ARRAY_LENGTH(heads); i++) {
    struct added added = add_up(members, count, heads[i]);
    int64_t value = pb_get_int(&total->base, pb_field(total->base.descriptor, heads[i]), 0);
    if (value < added.largest || value > added.sum || value > total->absorbed_count) return heads[i];
  }
  return year_heads_fault(total);
}

bool level_total_fault(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count, const bool *conflicts,
                       Workrelief__Total *const *totals, size_t total_count, struct level_fault *fault) {
  Workrelief__ReportLine **members = arena_array(arena, count + 1, sizeof *members);
  bool has_all = false;
  *fault = (struct level_fault){.rule = "TOTAL_MISMATCH", .field = "total_kind", .detail = "ALL", .of_total = true};
  for (size_t t = 0; members && t < total_count; t++) {
    const Workrelief__Total *total = totals[t];
    size_t member_count = 0, kind = kind_index(total);
    if (kind == ARRAY_LENGTH(kinds)) continue;
    for (size_t i = 0; i < count; i++)
      if (lines[i]->is_counted && !conflicts[i] && is_of(lines[i], total, kinds[kind].field)) members[member_count++] = lines[i];
    const char *sum = sum_fault(members, member_count, total), *head = heads_fault(members, member_count, total);
    has_all = has_all || total->total_kind == WORKRELIEF__TOTAL_KIND__VALUE__ALL;
    if (!sum && !head) continue;
    *fault = (struct level_fault){.rule = sum ? "TOTAL_MISMATCH" : "HEADS_OUT_OF_BOUNDS", .field = sum ? sum : head, .of_total = true, .index = t};
    fault->detail = arena_printf(arena, "%s %s", pb_get_text(&total->base, pb_field(total->base.descriptor, "total_kind"), 0), total->total_key);
    return true;
  }
  return !has_all;
}

/* --- what wants a word ------------------------------------------------------------------------------------------------------------ */

static bool append(struct arena *arena, Workrelief__ReportException **list, size_t *count, const char *rule, char *project_code, char *note) {
  Workrelief__ReportException *exception = arena_alloc(arena, sizeof *exception);
  if (!exception || !note) return false;
  workrelief__report_exception__init(exception);
  exception->exception_rule = (char *)(uintptr_t)rule;
  exception->severity = WORKRELIEF__SEVERITY__VALUE__WARN;
  exception->project_code = project_code;
  exception->exception_note = note;
  list[(*count)++] = exception;
  return true;
}

bool level_exceptions(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count, const bool *conflicts,
                      const Workrelief__LevelCounts *counts, Workrelief__ReportException ***exceptions, size_t *exception_count) {
  Workrelief__ReportException **list = arena_array(arena, *exception_count + count + 1, sizeof *list);
  if (!list) return false;
  if (*exception_count) memcpy(list, *exceptions, *exception_count * sizeof *list);
  *exceptions = list;
  if (counts && counts->accepted_count < counts->expected_count &&
      !append(arena, list, exception_count, "UNITS_MISSING_BELOW", (char *)(uintptr_t) "",
              arena_printf(arena, "%d / %d", counts->accepted_count, counts->expected_count)))
    return false;
  for (size_t i = 0; i < count; i++)
    if (conflicts[i] && lines[i]->is_counted &&
        !append(arena, list, exception_count, "PROJECT_OF_TWO_UNITS", lines[i]->project_code, lines[i]->origin_path))
      return false;
  return true;
}
