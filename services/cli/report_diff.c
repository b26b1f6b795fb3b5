/* report_diff.c - `workrelief report diff`: what a unit's newest report of a quarter says otherwise than the one it stands in for. */
#include <stdlib.h>
#include <string.h>

#include "common/base/money.h"
#include "common/base/text.h"
#include "common/pb/table.h"
#include "gateway.pb-c.h"
#include "services/cli/report.h"

static struct { const char *quarter, *unit, *revision, *against; } want;

const struct option report_diff_options[] = {
    {"quarter", 'q', "2026Q3", &want.quarter, NULL, "季度 (缺省: 最近一个)", "quarter (default: the newest)"},
    {"unit", 'u', "UNIT", &want.unit, NULL, "哪个单位的季报 (必填)", "whose report (required)"},
    {"revision", 'r', "2", &want.revision, NULL, "看哪一版 (缺省: 最近一版)", "which revision (default: the newest)"},
    {"against", 'a', "1", &want.against, NULL, "与哪一版相比 (缺省: 此前已接受的一版, 没有则前一版)",
     "compared with which (default: the accepted one before it, else the one before it)"},
    {0},
};

/* A path of a change walked down the descriptors: "figures.groups[VETERAN].worker_count". */
struct place {
  const message_type *owner;
  const message_field *field;      /* NULL: no field of this contract */
  const message_field *list;       /* the list it stands in; NULL: in none */
  const char *name, *element_name; /* of the field; what names the element of the list */
};

static struct place place_of(struct cli *cli, const message_type *type, const char *path) {
  struct place place = {.owner = type, .name = path};
  for (size_t length; place.owner; place.name += length + 1) {
    length = strcspn(place.name, ".[");
    const char *name = text_of(cli, "%.*s", (int)length, place.name);
    place.field = pb_field(place.owner, name);
    if (!place.name[length] || !place.field) break;
    if (place.name[length] == '[') {
      const char *element = place.name + length + 1;
      size_t end = strcspn(element, "]");
      place.list = place.field;
      place.element_name = text_of(cli, "%.*s", (int)end, element);
      length += end + 2;
      if (place.name[length] != '.') break;
    }
    place.owner = place.field->type == PROTOBUF_C_TYPE_MESSAGE ? place.field->descriptor : NULL;
  }
  if (place.owner && place.field && strcmp(place.field->name, place.name) != 0) place.field = NULL;
  return place;
}

static struct place place_of_change(struct cli *cli, const Workrelief__FieldChange *change) {
  struct place place = place_of(cli, &workrelief__report_line__descriptor, change->changed_field);
  return place.field && *change->project_code ? place : place_of(cli, &workrelief__report__descriptor, change->changed_field);
}

/* As a cell of that field shows it, with the unit of measure it is kept in: money in yuan, work in days. */
static const char *shown(struct cli *cli, const struct place *place, const char *text) {
  const message_field *field = place->field;
  if (!field || !*text || field->label == PROTOBUF_C_LABEL_REPEATED || field->type == PROTOBUF_C_TYPE_STRING) return text;
  if (field->type == PROTOBUF_C_TYPE_ENUM) return report_label(cli, place->owner, field->name, text);
  int64_t number = 0;
  if (!parse_int64(text, INT64_MIN, INT64_MAX, &number)) return text;
  char yuan[MONEY_TEXT_SIZE];
  const char *unit = strrchr(field->name, '_');
  if (unit && strcmp(unit, "_fen") == 0) return text_of(cli, "%s", money_yuan(number, yuan));
  if (unit && strcmp(unit, "_hundredths") == 0) return days_text(cli, number);
  if (unit && strcmp(unit, "_bp") == 0) return text_of(cli, "%s", ratio_text(number, yuan));
  if (field->type == PROTOBUF_C_TYPE_BOOL) return number ? TEXT(YES) : TEXT(NO);
  return text;
}

static const char *kind_text(Workrelief__ChangeKind__Value kind) {
  return kind == WORKRELIEF__CHANGE_KIND__VALUE__ADDED ? TEXT(DIFF_ADDED) : kind == WORKRELIEF__CHANGE_KIND__VALUE__REMOVED ? TEXT(DIFF_REMOVED) : "";
}

/* What is compared: the field's head, in a list behind what it is of. */
static const char *head_of(struct cli *cli, const struct place *place) {
  const char *head = table_field_head(place->name), *element = place->element_name;
  if (!element) return head;
  const message_type *type = place->list->descriptor;
  const message_field *key = &type->fields[0];
  if (key->type == PROTOBUF_C_TYPE_ENUM) element = report_label(cli, type, key->name, element);
  if (strcmp(place->list->name, "exceptions") == 0) element = report_exception_text(element);
  return text_of(cli, "%s: %s", element, head);
}

static void add_changes(struct cli *cli, struct grid *grid, const Workrelief__ReportDiff *diff) {
  for (size_t i = 0; i < diff->n_changes; i++) {
    const Workrelief__FieldChange *change = diff->changes[i];
    const struct place place = place_of_change(cli, change);
    grid_row(grid, (const char *[]){change->project_code, change->project_name, kind_text(change->change_kind), head_of(cli, &place),
                                    shown(cli, &place, change->old_text), shown(cli, &place, change->new_text)});
  }
}

static void print_head(const Workrelief__ReportDiff *diff) {
  printf("%s", paint(stdout, PAINT_BOLD));
  say(DIFF_TITLE, diff->unit_name, diff->quarter, diff->revision, diff->old_revision);
  printf("%s", paint(stdout, PAINT_OFF));
  if (*diff->restate_reason) say(DIFF_REASON, diff->restate_reason);
  say(DIFF_COUNTS, diff->change_count, diff->changed_project_count, diff->added_project_count, diff->removed_project_count, diff->people_added_count,
      diff->people_removed_count);
  if (diff->trainees_added_count || diff->trainees_removed_count) say(DIFF_TRAINEES, diff->trainees_added_count, diff->trainees_removed_count);
}

static int show(struct cli *cli, char *report_code, int against) {
  Workrelief__GetReportDiffRequest request = WORKRELIEF__GET_REPORT_DIFF_REQUEST__INIT;
  request.report_code = report_code;
  request.against_revision = against;
  request.page_size = 1000;
  struct grid *grid = NULL;
  for (;;) {
    message *answer;
    int code = cli_ask_once(cli, "gateway", "gateway.GetReportDiff", &request.base, &workrelief__report_diff__descriptor, &answer);
    if (code != CLI_OK) return code;
    const Workrelief__ReportDiff *diff = (const Workrelief__ReportDiff *)answer;
    if (cli->json) print_json(answer);
    if (!cli->json && !grid) {
      if (!grid_as_csv) print_head(diff);
      grid = grid_new(&cli->arena, 6);
      grid_row(grid,
               (const char *[]){TEXT(REPORT_PROJECT), TEXT(REPORT_PROJECT_NAME), TEXT(DIFF_KIND), TEXT(DIFF_FIELD), TEXT(DIFF_OLD), TEXT(DIFF_NEW)});
    }
    if (grid) add_changes(cli, grid, diff);
    if (!*diff->next_page_token) break;
    request.page_token = diff->next_page_token;
  }
  if (grid) grid_print(grid);
  return CLI_OK;
}

static int number_of(const char *text) {
  int64_t number = 0;
  return text && parse_int64(text, 1, 1000000, &number) ? (int)number : 0;
}

int report_diff(struct cli *cli, int count, char **words) {
  (void)words;
  if (count || !want.unit || (want.revision && !number_of(want.revision)) || (want.against && !number_of(want.against))) {
    complain(DIFF_NEEDS);
    return CLI_USAGE;
  }
  char *quarter = want.quarter ? arena_strdup(&cli->arena, want.quarter) : NULL;
  int code = quarter ? CLI_OK : report_newest_quarter(cli, &quarter);
  const Workrelief__Report *report = NULL;
  if (code == CLI_OK) code = report_find(cli, want.unit, quarter, number_of(want.revision), &report);
  return code == CLI_OK ? show(cli, report->report_code, number_of(want.against)) : code;
}
