/* report_diff.c - two revisions of a report held side by side, line by line and field by field as the descriptor lists them: what a line
 * learns to say tomorrow is compared tomorrow. */
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/bus/client.h"
#include "common/pb/reflect.h"
#include "gateway.pb-c.h"
#include "services/gateway/draw.h"
#include "services/gateway/handlers.h"

#define PAGE_DEFAULT 100
#define LIST_MOST 1000

struct comparing {
  struct arena *arena;
  Workrelief__FieldChange **changes;
  size_t count, room;
  bool full;
};

/* --- the two revisions --------------------------------------------------------------------------------------------------------------- */

static message *ask(struct call *call, struct runtime *runtime, const char *method, const message *request, const message_type *type) {
  struct client_reply reply;
  message *answer;
  runtime_ask(runtime, call_arena(call), method, NULL, request, type, &reply, &answer);
  if (!answer && reply.status != STATUS_NOT_FOUND) report_not_read(call);
  return answer;
}

static Workrelief__Report *fetch(struct call *call, struct runtime *runtime, char *report_code) {
  enum status status;
  Workrelief__Report *report = draw_report(runtime, call_arena(call), report_code, &status);
  if (!report && status != STATUS_NOT_FOUND) report_not_read(call);
  return report;
}

static bool was_accepted(const Workrelief__Report *report) {
  return report->report_state == WORKRELIEF__REPORT_STATE__VALUE__ACCEPTED || report->report_state == WORKRELIEF__REPORT_STATE__VALUE__RESTATED;
}

/* The revision asked for; without one the accepted revision that this one stands in for, else the newest before it. */
static const Workrelief__Report *choose(const Workrelief__ReportPage *page, const Workrelief__Report *of, int32_t wanted) {
  const Workrelief__Report *best = NULL;
  for (size_t i = 0; i < page->n_rows; i++) {
    const Workrelief__Report *one = page->rows[i];
    if (wanted ? one->revision == wanted : one->revision < of->revision)
      if (!best || was_accepted(one) > was_accepted(best) || (was_accepted(one) == was_accepted(best) && one->revision > best->revision)) best = one;
  }
  return best;
}

static Workrelief__Report *fetch_former(struct call *call, struct runtime *runtime, const Workrelief__Report *report, int32_t wanted) {
  Workrelief__ListReportsRequest list = WORKRELIEF__LIST_REPORTS_REQUEST__INIT;
  list.unit_id = report->unit_id;
  list.quarter = report->quarter;
  list.page_size = LIST_MOST;
  const Workrelief__ReportPage *page =
      (const Workrelief__ReportPage *)ask(call, runtime, "gateway.ListReports", &list.base, &workrelief__report_page__descriptor);
  const Workrelief__Report *former = page ? choose(page, report, wanted) : NULL;
  return former ? fetch(call, runtime, former->report_code) : NULL;
}

/* --- what differs --------------------------------------------------------------------------------------------------------------------- */

static const char *value_text(struct arena *arena, const message *source, const message_field *field, size_t i) {
  if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_ENUM) return pb_get_text(source, field, i);
  if (field->type == PROTOBUF_C_TYPE_BYTES) {
    ProtobufCBinaryData bytes = pb_get_bytes(source, field, i);
    char *hex = arena_alloc(arena, 2 * bytes.len + 1);
    return hex ? hex_encode(bytes.data, bytes.len, hex) : "";
  }
  const char *text = arena_printf(arena, "%lld", (long long)pb_get_int(source, field, i));
  return text ? text : "";
}

/* "" where nothing was said; 0 of a field that cannot be left unsaid is a 0. */
static const char *field_text(struct arena *arena, const message *source, const message_field *field) {
  size_t count = pb_count(source, field);
  if (!count && (pb_is_nullable(field) || pb_is_repeated(field) || field->type == PROTOBUF_C_TYPE_MESSAGE)) return "";
  const char *text = value_text(arena, source, field, 0);
  for (size_t i = 1; text && i < count; i++) text = arena_printf(arena, "%s %s", text, value_text(arena, source, field, i));
  return text ? text : "";
}

static void add_change(struct comparing *comparing, Workrelief__ChangeKind__Value kind, const Workrelief__ReportLine *line, const char *field,
                       const char *old_text, const char *new_text) {
  if (comparing->count == comparing->room) {
    size_t wider = comparing->room ? 2 * comparing->room : 64;
    Workrelief__FieldChange **changes = arena_array(comparing->arena, wider, sizeof *changes);
    if (!changes) {
      comparing->full = true;
      return;
    }
    if (comparing->count) memcpy(changes, comparing->changes, comparing->count * sizeof *changes);
    comparing->changes = changes;
    comparing->room = wider;
  }
  Workrelief__FieldChange *change = arena_alloc(comparing->arena, sizeof *change);
  if (!change) {
    comparing->full = true;
    return;
  }
  workrelief__field_change__init(change);
  change->change_kind = kind;
  if (line) change->project_code = line->project_code, change->project_name = line->project_name;
  change->changed_field = (char *)(uintptr_t)field;
  change->old_text = (char *)(uintptr_t)old_text;
  change->new_text = (char *)(uintptr_t)new_text;
  comparing->changes[comparing->count++] = change;
}

/* Where a line stands in its report is no figure. */
static bool is_place(const message_field *field) { return strcmp(field->name, "line_number") == 0 || strcmp(field->name, "project_code") == 0; }

static const char *path_of(struct comparing *comparing, const char *prefix, const char *name, const char *end) {
  const char *path = arena_printf(comparing->arena, "%s%s%s", prefix, name, end);
  if (!path) comparing->full = true;
  return path ? path : name;
}

struct compared {
  Workrelief__ChangeKind__Value kind;
  const Workrelief__ReportLine *named;
};

static void compare_fields(struct comparing *comparing, const struct compared *line, const char *prefix, const message *old_part,
                           const message *new_part);

/* What names an element among its like is its first field. */
static const char *name_of(struct arena *arena, const message *element) { return value_text(arena, element, &element->descriptor->fields[0], 0); }

/* The element of that name. */
static const message *element_of(struct arena *arena, const message *part, const message_field *list, const char *key) {
  for (size_t i = 0; part && i < pb_count(part, list); i++) {
    const message *element = pb_get_message(part, list, i);
    if (strcmp(name_of(arena, element), key) == 0) return element;
  }
  return NULL;
}

/* Element by element, those that came or stayed in the order of the new list, behind them those that went. */
static void compare_list(struct comparing *comparing, const struct compared *line, const char *prefix, const message_field *list,
                         const message *old_part, const message *new_part) {
  const message *const sides[] = {new_part, old_part};
  for (size_t side = 0; side < ARRAY_LENGTH(sides); side++)
    for (size_t i = 0; sides[side] && i < pb_count(sides[side], list); i++) {
      const message *element = pb_get_message(sides[side], list, i);
      const char *key = name_of(comparing->arena, element);
      const message *other = element_of(comparing->arena, sides[1 - side], list, key);
      if (side == 1 && other) continue; /* with the new ones */
      const char *path = arena_printf(comparing->arena, "%s%s[%s].", prefix, list->name, key);
      if (!path) comparing->full = true;
      if (path) compare_fields(comparing, line, path, side ? element : other, side ? NULL : element);
    }
}

/* old_part, new_part: NULL = that side says nothing of it. prefix: "figures." of what stands in a part of its own. */
static void compare_fields(struct comparing *comparing, const struct compared *line, const char *prefix, const message *old_part,
                           const message *new_part) {
  const message *any = new_part ? new_part : old_part;
  for (unsigned i = 0; any && i < any->descriptor->n_fields; i++) {
    const message_field *field = &any->descriptor->fields[i];
    if ((!*prefix && is_place(field)) || (i == 0 && strstr(prefix, "]."))) continue; /* an element's name stands in its path */
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && pb_is_repeated(field)) {
      compare_list(comparing, line, prefix, field, old_part, new_part);
      continue;
    }
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
      compare_fields(comparing, line, path_of(comparing, prefix, field->name, "."), old_part ? pb_get_message(old_part, field, 0) : NULL,
                     new_part ? pb_get_message(new_part, field, 0) : NULL);
      continue;
    }
    const char *old_text = old_part ? field_text(comparing->arena, old_part, field) : "";
    const char *new_text = new_part ? field_text(comparing->arena, new_part, field) : "";
    bool says_something = old_part && new_part ? strcmp(old_text, new_text) != 0 : pb_count(any, field) > 0;
    if (says_something) add_change(comparing, line->kind, line->named, path_of(comparing, prefix, field->name, ""), old_text, new_text);
  }
}

/* --- exceptions and remarks ---------------------------------------------------------------------------------------------------------- */

static bool is_exception(const Workrelief__ReportException *exception, const char *project_code, const char *rule) {
  return strcmp(exception->project_code, project_code) == 0 && strcmp(exception->exception_rule, rule) == 0;
}

static const char *comment_on(const Workrelief__Report *report, const char *project_code) {
  if (!*project_code) return report->unit_note;
  for (size_t i = 0; i < report->n_lines; i++)
    if (strcmp(report->lines[i]->project_code, project_code) == 0) return report->lines[i]->line_note;
  return "";
}

static const char *joined(struct comparing *comparing, const char *before, const char *more) {
  if (!*before || !*more) return *before ? before : more;
  const char *text = arena_printf(comparing->arena, "%s；%s", before, more);
  if (!text) comparing->full = true;
  return text ? text : before;
}

/* A field of all exceptions of the rule on the project: of double work there may be several. "": there is none. */
static const char *exception_text(struct comparing *comparing, const Workrelief__Report *report, const char *project_code, const char *rule,
                                  const char *name) {
  const char *text = "";
  for (size_t i = 0; i < report->n_exceptions; i++) {
    const Workrelief__ReportException *exception = report->exceptions[i];
    if (!is_exception(exception, project_code, rule)) continue;
    const message_field *field = pb_field(exception->base.descriptor, name);
    if (!field) return comment_on(report, project_code);
    const char *one = value_text(comparing->arena, &exception->base, field, 0);
    if (field->type != PROTOBUF_C_TYPE_ENUM || strcmp(one, text) != 0) text = joined(comparing, text, one);
  }
  return text;
}

static void compare_exception(struct comparing *comparing, const struct compared *line, const char *project_code, const char *rule,
                              const Workrelief__Report *former, const Workrelief__Report *report) {
  static const char *const names[] = {"severity", "exception_note", "line_note"};
  for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
    const char *old_text = exception_text(comparing, former, project_code, rule, names[i]);
    const char *new_text = exception_text(comparing, report, project_code, rule, names[i]);
    const char *path = arena_printf(comparing->arena, "exceptions[%s].%s", rule, names[i]);
    if (!path) comparing->full = true;
    if (path && strcmp(old_text, new_text) != 0) add_change(comparing, line->kind, line->named, path, old_text, new_text);
  }
}

static bool stands_before(const Workrelief__Report *report, size_t end, const char *project_code, const char *rule) {
  for (size_t i = 0; i < end; i++)
    if (is_exception(report->exceptions[i], project_code, rule)) return true;
  return false;
}

static const char *remark_text(struct comparing *comparing, const Workrelief__Report *report, const char *project_code) {
  const char *text = "";
  for (size_t i = 0; i < report->n_remarks; i++)
    if (strcmp(report->remarks[i]->project_code, project_code) == 0) text = joined(comparing, text, report->remarks[i]->remark_note);
  return text;
}

/* What was noted of a project, or of the unit: "". */
static void compare_notes(struct comparing *comparing, const struct compared *line, const char *project_code, const Workrelief__Report *former,
                          const Workrelief__Report *report) {
  for (size_t i = 0; i < report->n_exceptions; i++) {
    const char *rule = report->exceptions[i]->exception_rule;
    if (is_exception(report->exceptions[i], project_code, rule) && !stands_before(report, i, project_code, rule))
      compare_exception(comparing, line, project_code, rule, former, report);
  }
  for (size_t i = 0; i < former->n_exceptions; i++) {
    const char *rule = former->exceptions[i]->exception_rule;
    if (is_exception(former->exceptions[i], project_code, rule) && !stands_before(former, i, project_code, rule) &&
        !stands_before(report, report->n_exceptions, project_code, rule))
      compare_exception(comparing, line, project_code, rule, former, report);
  }
  const char *old_text = remark_text(comparing, former, project_code), *new_text = remark_text(comparing, report, project_code);
  if (strcmp(old_text, new_text) != 0) add_change(comparing, line->kind, line->named, "remarks", old_text, new_text);
}

/* --- the whole ------------------------------------------------------------------------------------------------------------------------ */

/* The same project as the same unit reported it: a level's report may hold it twice. */
static const Workrelief__ReportLine *twin_of(const Workrelief__ReportLine *line, const Workrelief__Report *report) {
  for (size_t i = 0; i < report->n_lines; i++)
    if (strcmp(report->lines[i]->project_code, line->project_code) == 0 && strcmp(report->lines[i]->origin_unit_id, line->origin_unit_id) == 0)
      return report->lines[i];
  return NULL;
}

/* A level's report may hold a project twice: its notes stand with the first. */
static bool is_first_of_project(const Workrelief__Report *report, size_t line) {
  for (size_t i = 0; i < line; i++)
    if (strcmp(report->lines[i]->project_code, report->lines[line]->project_code) == 0) return false;
  return true;
}

static bool is_noted(const Workrelief__Report *report, const char *project_code) {
  for (size_t i = 0; i < report->n_exceptions; i++)
    if (strcmp(report->exceptions[i]->project_code, project_code) == 0) return true;
  for (size_t i = 0; i < report->n_remarks; i++)
    if (strcmp(report->remarks[i]->project_code, project_code) == 0) return true;
  return false;
}

static bool has_project(const Workrelief__Report *report, const char *project_code) {
  for (size_t i = 0; i < report->n_lines; i++)
    if (strcmp(report->lines[i]->project_code, project_code) == 0) return true;
  return false;
}

static void compare_line(struct comparing *comparing, const Workrelief__ReportLine *old_line, const Workrelief__ReportLine *new_line, size_t place,
                         const Workrelief__Report *former, const Workrelief__Report *report) {
  const Workrelief__ReportLine *named = new_line ? new_line : old_line;
  if (!named) return;
  struct compared line = {.named = named,
                          .kind = !old_line   ? WORKRELIEF__CHANGE_KIND__VALUE__ADDED
                                  : !new_line ? WORKRELIEF__CHANGE_KIND__VALUE__REMOVED
                                              : WORKRELIEF__CHANGE_KIND__VALUE__CHANGED};
  compare_fields(comparing, &line, "", old_line ? &old_line->base : NULL, new_line ? &new_line->base : NULL);
  const char *code = named->project_code;
  if ((is_noted(report, code) || is_noted(former, code)) &&
      (new_line ? is_first_of_project(report, place) : is_first_of_project(former, place) && !has_project(report, code)))
    compare_notes(comparing, &line, code, former, report);
}

static void compare(struct comparing *comparing, const Workrelief__Report *former, const Workrelief__Report *report) {
  static const char *const own[] = {"is_zero", "zero_reason", "unit_note", "line_count", "person_count"};
  for (size_t i = 0; i < ARRAY_LENGTH(own); i++) {
    const message_field *field = pb_field(&workrelief__report__descriptor, own[i]);
    const char *old_text = field_text(comparing->arena, &former->base, field), *new_text = field_text(comparing->arena, &report->base, field);
    if (strcmp(old_text, new_text) != 0) add_change(comparing, WORKRELIEF__CHANGE_KIND__VALUE__CHANGED, NULL, own[i], old_text, new_text);
  }
  compare_notes(comparing, &(struct compared){.kind = WORKRELIEF__CHANGE_KIND__VALUE__CHANGED}, "", former, report);
  for (size_t i = 0; i < report->n_lines; i++) compare_line(comparing, twin_of(report->lines[i], former), report->lines[i], i, former, report);
  for (size_t i = 0; i < former->n_lines; i++)
    if (!twin_of(former->lines[i], report)) compare_line(comparing, former->lines[i], NULL, i, former, report);
}

void gather_report_diff(struct call *call, struct runtime *runtime) {
  Workrelief__GetReportDiffRequest *request = (Workrelief__GetReportDiffRequest *)call_request(call);
  const Workrelief__Report *report = fetch(call, runtime, request->report_code);
  const Workrelief__Report *former = report ? fetch_former(call, runtime, report, request->against_revision) : NULL;
  if (!former || former->revision == report->revision) return; /* the statement says so */
  struct comparing comparing = {.arena = call_arena(call)};
  compare(&comparing, former, report);
  if (comparing.full) return report_not_read(call);
  request->gathered_against_number = former->revision;
  request->gathered_changes = comparing.changes;
  request->n_gathered_changes = comparing.count;
}

/* --- the page -------------------------------------------------------------------------------------------------------------------------- */

/* Lines in the order of the report; each counted once. */
static void count_projects(Workrelief__ReportDiff *reply, Workrelief__FieldChange *const *changes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const Workrelief__FieldChange *change = changes[i];
    if (!*change->project_code || (i && strcmp(changes[i - 1]->project_code, change->project_code) == 0)) continue;
    reply->changed_project_count += change->change_kind == WORKRELIEF__CHANGE_KIND__VALUE__CHANGED;
    reply->added_project_count += change->change_kind == WORKRELIEF__CHANGE_KIND__VALUE__ADDED;
    reply->removed_project_count += change->change_kind == WORKRELIEF__CHANGE_KIND__VALUE__REMOVED;
  }
}

/* Where a page ends: its place, and what stands there. A project that two units reported has some of its fields twice. */
static char *key_of(struct arena *arena, Workrelief__FieldChange *const *changes, size_t at) {
  return arena_printf(arena, "%zu|%s|%s", at, changes[at]->project_code, changes[at]->changed_field);
}

/* Revisions that have been filed do not change: what stood at the place stands there. Where a draft was changed meanwhile its page is read again
 * from the same place. */
static size_t first_behind(const Workrelief__GetReportDiffRequest *request) {
  size_t length = strcspn(request->page_token, "|");
  char digits[16];
  int64_t at;
  if (!length || length >= sizeof digits) return 0;
  memcpy(digits, request->page_token, length);
  digits[length] = '\0';
  if (!parse_int64(digits, 0, INT32_MAX, &at)) return 0;
  return (size_t)at < request->n_gathered_changes ? (size_t)at + 1 : request->n_gathered_changes;
}

void finish_report_diff(struct call *call) {
  const Workrelief__GetReportDiffRequest *request = (const Workrelief__GetReportDiffRequest *)call_request(call);
  Workrelief__ReportDiff *reply = (Workrelief__ReportDiff *)call_reply(call);
  size_t first = first_behind(request), left = request->n_gathered_changes - first;
  size_t size = request->page_size > 0 ? (size_t)request->page_size : PAGE_DEFAULT;
  reply->change_count = (int32_t)request->n_gathered_changes;
  count_projects(reply, request->gathered_changes, request->n_gathered_changes);
  reply->changes = request->gathered_changes + first;
  reply->n_changes = left < size ? left : size;
  if (left <= size) return;
  char *token = key_of(call_arena(call), request->gathered_changes, first + size - 1);
  if (token) reply->next_page_token = token;
}
