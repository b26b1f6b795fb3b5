/* form_facts.c - the offices' forms filled from what is on record: the project and its money from the registry, pay from the wage sheets, people
 * from sealed attendance. What nobody has put on record stays an empty cell. */
#include <stdlib.h>
#include <string.h>

#include "common/base/money.h"
#include "common/pb/table.h"
#include "payroll.pb-c.h"
#include "registry.pb-c.h"
#include "services/cli/form.h"
#include "services/cli/ledger.h"
#include "workforce.pb-c.h"

/* One project as the forms ask for it. */
struct facts {
  struct form_sheet *sheet;
  const char **row;
  const char *month, *code;
  const Workrelief__Project *project;
  int64_t granted, special, approved, provincial_allocated; /* of the fund lines */
  bool has_funds, has_provincial;
  const char *fund_types, *funds_text;
  const Workrelief__ProgressRow *before, *now; /* the owner's, of months before and of the month itself */
  int64_t paid, paid_year;
};

static struct cli *cli_of(const struct facts *facts) { return facts->sheet->cli; }

/* The Chinese label of a field's value. */
static const char *label(struct cli *cli, const message *source, const char *field_name) {
  const message_field *field = pb_field(source->descriptor, field_name);
  return field && pb_count(source, field) ? field_cell(&cli->arena, source, field) : "";
}

/* --- money ------------------------------------------------------------------------------------------------------------------------------ */

static bool take_fund(void *context, message *row) {
  struct facts *facts = context;
  const Workrelief__ProjectFundRow *fund = (const Workrelief__ProjectFundRow *)row;
  const char *name = label(cli_of(facts), row, "fund_source");
  const char *amount = form_amount(cli_of(facts), fund->approved_fen);
  facts->has_funds = true;
  facts->approved += fund->approved_fen;
  if (fund->special_fund) facts->special += fund->approved_fen;
  if (fund->counts_as_provincial) {
    facts->has_provincial = true;
    facts->granted += fund->approved_fen;
    facts->provincial_allocated += fund->allocated_fen;
    facts->fund_types = *facts->fund_types ? text_of(cli_of(facts), "%s、%s", facts->fund_types, name) : name;
  }
  facts->funds_text =
      *facts->funds_text ? text_of(cli_of(facts), "%s，%s%s万元", facts->funds_text, name, amount) : text_of(cli_of(facts), "%s%s万元", name, amount);
  return facts->funds_text && facts->fund_types;
}

static bool take_sheet(void *context, message *row) {
  struct facts *facts = context;
  const Workrelief__Sheet *sheet = (const Workrelief__Sheet *)row;
  facts->paid += sheet->paid_fen;
  if (strncmp(sheet->month, facts->month, 4) == 0 && strcmp(sheet->month, facts->month) <= 0) facts->paid_year += sheet->paid_fen;
  return true;
}

/* The owner's own progress: the last word up to the month, and the last before it. */
static bool take_progress(void *context, message *row) {
  struct facts *facts = context;
  const Workrelief__ProgressRow *progress = (const Workrelief__ProgressRow *)row;
  int order = strcmp(progress->month, facts->month);
  if (order > 0) return true;
  if (order < 0 && (!facts->before || strcmp(progress->month, facts->before->month) > 0)) facts->before = progress;
  if (order == 0) facts->now = progress;
  return true;
}

static void set_money(struct facts *facts) {
  const Workrelief__ProjectFacts *known = facts->project->facts;
  const Workrelief__ProgressRow *last = facts->now ? facts->now : facts->before;
  struct form_sheet *sheet = facts->sheet;
  bool total_known = known->total_investment_known_case != 0;
  form_set_fen(sheet, facts->row, "total_investment_fen", total_known, known->total_investment_fen);
  form_set_fen(sheet, facts->row, "granted_fen", facts->has_provincial || (facts->has_funds && !strcmp(sheet->form->name, "notice-plan")),
               facts->has_provincial ? facts->granted : facts->special);
  form_set_fen(sheet, facts->row, "relief_fen", facts->has_funds, facts->special);
  form_set_fen(sheet, facts->row, "integrated_fen", facts->has_funds, facts->approved - facts->special);
  form_set_fen(sheet, facts->row, "special_investment_fen", facts->has_funds, facts->special);
  form_set_fen(sheet, facts->row, "planned_pay_fen", known->planned_pay_known_case != 0, known->planned_pay_fen);
  form_set_fen(sheet, facts->row, "disbursed_fen", last && last->disbursed_known_case, last ? last->disbursed_fen : 0);
  form_set_fen(sheet, facts->row, "disbursed_provincial_fen", facts->has_provincial, facts->provincial_allocated);
  form_set_fen(sheet, facts->row, "paid_pay_fen", true, facts->paid);
  form_set_fen(sheet, facts->row, "paid_year_fen", true, facts->paid_year);
  form_set(sheet, facts->row, "fund_type_name", facts->fund_types);
  const char *investment = total_known ? text_of(sheet->cli, "总投资%s万元", form_amount(sheet->cli, known->total_investment_fen)) : "";
  form_set(sheet, facts->row, "funds_text",
           *investment && *facts->funds_text ? text_of(sheet->cli, "%s，其中%s", investment, facts->funds_text)
           : *investment                     ? investment
                                             : facts->funds_text);
  if (known->planned_pay_known_case && known->central_known_case && known->central_fen > 0) {
    int64_t share = ratio_bp(known->planned_pay_fen, known->central_fen);
    form_set(sheet, facts->row, "central_share", text_of(sheet->cli, "%lld.%02lld%%", (long long)(share / 100), (long long)(share % 100)));
  }
}

/* --- progress ------------------------------------------------------------------------------------------------------------------------------ */

static void set_share(struct facts *facts, const char *key, bool known, int64_t part, int64_t whole) {
  int64_t share = known ? ratio_bp(part, whole) : -1;
  if (share >= 0)
    form_set(facts->sheet, facts->row, key, text_of(cli_of(facts), "%lld.%02lld%%", (long long)(share / 100), (long long)(share % 100)));
}

static void set_progress(struct facts *facts) {
  const Workrelief__ProgressRow *before = facts->before, *now = facts->now, *last = now ? now : before;
  const Workrelief__ProjectFacts *known = facts->project->facts;
  bool was = before && before->invested_known_case, is = now && now->invested_known_case;
  int64_t earlier = was ? before->invested_fen : 0;
  form_set_fen(facts->sheet, facts->row, "invested_before_fen", was, earlier);
  form_set_fen(facts->sheet, facts->row, "invested_now_fen", is, is ? now->invested_fen - earlier : 0);
  set_share(facts, "invested_share", last && last->invested_known_case && known->total_investment_known_case, last ? last->invested_fen : 0,
            known->total_investment_fen);
  bool spent_before = before && before->disbursed_known_case, spent_now = now && now->disbursed_known_case;
  int64_t spent = spent_before ? before->disbursed_fen : 0;
  form_set_fen(facts->sheet, facts->row, "disbursed_before_fen", spent_before, spent);
  form_set_fen(facts->sheet, facts->row, "disbursed_now_fen", spent_now, spent_now ? now->disbursed_fen - spent : 0);
  set_share(facts, "progress_before", before != NULL, before ? before->progress_bp : 0, 10000);
  set_share(facts, "progress_now", now != NULL, now ? now->progress_bp - (before ? before->progress_bp : 0) : 0, 10000);
  if (now && *now->progress_note) form_set(facts->sheet, facts->row, "measures_note", now->progress_note);
}

static const char *stage_of(Workrelief__ProjectState__Value state) {
  static const struct {
    Workrelief__ProjectState__Value state;
    const char *stage;
  } stages[] = {
      {WORKRELIEF__PROJECT_STATE__VALUE__CONSTRUCTION, "MAIN_WORKS"}, {WORKRELIEF__PROJECT_STATE__VALUE__SUSPENDED, "MAIN_WORKS"},
      {WORKRELIEF__PROJECT_STATE__VALUE__COMPLETED, "MAIN_DONE"},     {WORKRELIEF__PROJECT_STATE__VALUE__ACCEPTED, "IN_USE"},
      {WORKRELIEF__PROJECT_STATE__VALUE__CLOSED, "IN_USE"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(stages); i++)
    if (stages[i].state == state) return stages[i].stage;
  return "PREPARATION";
}

/* --- names ---------------------------------------------------------------------------------------------------------------------------------- */

static const char *place_of(struct cli *cli, const Workrelief__ProjectFacts *known) {
  if (*known->county_name || *known->city_name) return text_of(cli, "%s%s", known->city_name, known->county_name);
  return *known->division_code ? text_of(cli, "%.6s", known->division_code) : "";
}

struct unit_names {
  struct cli *cli;
  const char *wanted, *found;
};
static bool take_unit(void *context, message *row) {
  struct unit_names *names = context;
  const message_field *id = pb_field(row->descriptor, "unit_id"), *name = pb_field(row->descriptor, "unit_name");
  if (strcmp(pb_get_text(row, id, 0), names->wanted) == 0) names->found = pb_get_text(row, name, 0);
  return true;
}

static const char *party_name(struct facts *facts, Workrelief__Relation__Value relation) {
  for (size_t i = 0; i < facts->project->n_parties; i++) {
    if (facts->project->parties[i]->relation != relation) continue;
    struct unit_names names = {cli_of(facts), facts->project->parties[i]->unit_id, facts->project->parties[i]->unit_id};
    int code = list_rows(cli_of(facts), "registry.ListUnits", (const char *const[]){NULL}, take_unit, &names);
    return code == CLI_OK ? names.found : names.wanted;
  }
  return "";
}

static const char *person_of(const struct facts *facts, Workrelief__Relation__Value relation, bool phone) {
  for (size_t i = 0; i < facts->project->n_parties; i++)
    if (facts->project->parties[i]->relation == relation)
      return phone ? facts->project->parties[i]->person_phone : facts->project->parties[i]->person_name;
  return "";
}

/* The last notice that holds and says who benefits. */
static bool take_notice(void *context, message *row) {
  struct facts *facts = context;
  const Workrelief__NoticeRow *notice = (const Workrelief__NoticeRow *)row;
  if (!*notice->replaced_by_code && *notice->benefit_note) form_set(facts->sheet, facts->row, "benefit_note", notice->benefit_note);
  return true;
}

static void set_names(struct facts *facts) {
  const Workrelief__Project *project = facts->project;
  const Workrelief__ProjectFacts *known = project->facts;
  struct form_sheet *sheet = facts->sheet;
  const char *start = *project->start_date ? project->start_date : known->planned_start_note;
  const char *end = *project->complete_date ? project->complete_date : known->planned_end_note;
  form_set(sheet, facts->row, "project_name", known->project_name);
  form_set(sheet, facts->row, "place_name", place_of(sheet->cli, known));
  form_set(sheet, facts->row, "content_note", known->content_note);
  form_set(sheet, facts->row, "priority_note", known->priority_note);
  form_set(sheet, facts->row, "works_span", *start || *end ? text_of(sheet->cli, "%s至%s", start, end) : "");
  form_set(sheet, facts->row, "start_month", *project->start_date ? text_of(sheet->cli, "%.7s", project->start_date) : "");
  if (strncmp(project->start_date, facts->month, 7) == 0) form_set(sheet, facts->row, "started_this_month", project->start_date);
  if (!*project->start_date) {
    form_set(sheet, facts->row, "preparation_note", label(sheet->cli, &project->base, "project_state"));
    form_set(sheet, facts->row, "planned_start", known->planned_start_note);
  }
  form_set(sheet, facts->row, "form_stage", stage_of(project->project_state));
  form_set(sheet, facts->row, "project_kind", label(sheet->cli, &known->base, "track"));
  const char *owner = form_column(sheet->form, "owner_name") < sheet->form->column_count ? party_name(facts, WORKRELIEF__RELATION__VALUE__OWNER) : "";
  form_set(sheet, facts->row, "owner_name", *owner ? owner : known->owner_name);
  form_set(sheet, facts->row, "carrying_body_name", known->carrying_body_name);
  form_set(sheet, facts->row, "tendered",
           project->procurement_mode == WORKRELIEF__PROCUREMENT_MODE__VALUE__UNSPECIFIED ? ""
           : project->procurement_mode == WORKRELIEF__PROCUREMENT_MODE__VALUE__TENDER    ? "是"
                                                                                         : "否");
  if (sheet->form->page == CARD) {
    form_set(sheet, facts->row, "contractor_name", party_name(facts, WORKRELIEF__RELATION__VALUE__CONTRACTOR));
    form_set(sheet, facts->row, "works_person_name", person_of(facts, WORKRELIEF__RELATION__VALUE__CONTRACTOR, false));
    form_set(sheet, facts->row, "technical_person_name", person_of(facts, WORKRELIEF__RELATION__VALUE__SUPERVISOR, false));
    form_set(sheet, facts->row, "hotline_phone", person_of(facts, WORKRELIEF__RELATION__VALUE__OWNER, true));
  }
  form_set_count(sheet, facts->row, "planned_workers", known->planned_workers_known_case != 0, known->planned_workers);
  form_set_count(sheet, facts->row, "planned_trainees", known->planned_trainees_known_case != 0, known->planned_trainees);
  form_set_count(sheet, facts->row, "planned_posts", known->planned_posts_known_case != 0, known->planned_posts);
}

static int set_people(struct facts *facts) {
  static const char *const counts[] = {"worker_count",     "trainee_count",    "post_count",    "worker_count_year",
                                       "local_count_year", "rural_count_year", "present_count", "rural_present_count"};
  message *answer;
  int code = ask_with(cli_of(facts), "workforce.GetProjectToDate",
                      (const char *const[]){text_of(cli_of(facts), "project_code=%s", facts->code), NULL}, &answer);
  for (size_t i = 0; code == CLI_OK && i < ARRAY_LENGTH(counts); i++)
    form_set_count(facts->sheet, facts->row, counts[i], true, pb_get_int(answer, pb_field(answer->descriptor, counts[i]), 0));
  return code;
}

/* --- a project, and all of them --------------------------------------------------------------------------------------------------------------- */

static int fill_project(struct form_sheet *sheet, const char *month, const char *project_code) {
  const char *const project[] = {text_of(sheet->cli, "project_code=%s", project_code), NULL};
  const char *const owners[] = {project[0], "reported_as=OWNER", NULL};
  struct facts facts = {.sheet = sheet, .month = month, .code = project_code, .fund_types = "", .funds_text = "", .row = form_add_row(sheet)};
  message *answer;
  int code = facts.row ? ask_with(sheet->cli, "registry.GetProject", project, &answer) : CLI_INTERNAL;
  if (code != CLI_OK) return code;
  facts.project = (const Workrelief__Project *)answer;
  if (!facts.project->facts) return CLI_INTERNAL;
  code = list_rows(sheet->cli, "registry.ListProgress", owners, take_progress, &facts);
  if (code == CLI_OK) code = ask_with(sheet->cli, "registry.ListProjectFunds", project, &answer);
  if (code != CLI_OK) return code;
  const Workrelief__ListProjectFundsReply *funds = (const Workrelief__ListProjectFundsReply *)answer;
  for (size_t i = 0; i < funds->n_rows; i++)
    if (!take_fund(&facts, &funds->rows[i]->base)) return CLI_INTERNAL;
  if (sheet->provincial_only && !facts.has_provincial) return sheet->count--, CLI_OK;
  bool wants_work =
      form_column(sheet->form, "worker_count") < sheet->form->column_count || form_column(sheet->form, "present_count") < sheet->form->column_count;
  if (wants_work) code = list_rows(sheet->cli, "payroll.ListSheets", project, take_sheet, &facts);
  if (wants_work && code == CLI_OK) code = set_people(&facts);
  if (code == CLI_OK && sheet->form->page == CARD) code = list_rows(sheet->cli, "registry.ListNotices", project, take_notice, &facts);
  set_names(&facts);
  set_money(&facts);
  set_progress(&facts);
  return code;
}

struct projects {
  struct cli *cli;
  const char **codes;
  size_t count, capacity;
};
static bool take_project(void *context, message *row) {
  struct projects *projects = context;
  const message_field *code = pb_field(row->descriptor, "project_code"), *state = pb_field(row->descriptor, "project_state");
  if (strcmp(pb_get_text(row, state, 0), "CANCELLED") == 0) return true;
  if (projects->count == projects->capacity) {
    size_t wider = projects->capacity ? 2 * projects->capacity : 64;
    const char **codes = arena_array(&projects->cli->arena, wider, sizeof(*codes));
    if (!codes) return false;
    if (projects->count) memcpy(codes, projects->codes, projects->count * sizeof(*codes));
    projects->codes = codes;
    projects->capacity = wider;
  }
  return (projects->codes[projects->count++] = arena_strdup(&projects->cli->arena, pb_get_text(row, code, 0))) != NULL;
}

int form_fill(struct form_sheet *sheet, const char *month, const char *unit_id, const char *project_code) {
  if (project_code) return fill_project(sheet, month, project_code);
  struct projects projects = {.cli = sheet->cli};
  const char *const of_unit[] = {unit_id ? text_of(sheet->cli, "unit_id=%s", unit_id) : NULL, NULL};
  int code = list_rows(sheet->cli, "registry.ListProjects", of_unit, take_project, &projects);
  for (size_t i = 0; code == CLI_OK && i < projects.count; i++) code = fill_project(sheet, month, projects.codes[i]);
  return code;
}
