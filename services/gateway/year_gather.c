/* year_gather.c - what a yearly report rests on, asked of the services page by page. A list goes in as far as its share of one message
 * reaches; how many there are is always said. */
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/bus/client.h"
#include "evaluation.pb-c.h"
#include "payroll.pb-c.h"
#include "registry.pb-c.h"
#include "services/gateway/year.h"

#define PAGE_ROWS 500
#define PAGES_MOST 2000
#define LIST_BYTES ((size_t)40000) /* of each list: facts as bytes, facts and text of all of them stay below one message */

struct list {
  void **rows;
  size_t count, room, bytes;
};
struct gathering {
  struct call *call;
  struct runtime *runtime;
  Workrelief__YearFacts *facts;
  Workrelief__YearDataset *dataset;
  struct list cases, contacts, findings, arrears, entries, plans, lists;
  const char *quarter, *assessment_code;
  bool quarter_over;
  int32_t version;
};
typedef void take_page(struct gathering *gathering, const message *page);

static void no_answer(struct gathering *gathering, const char *method, const struct client_reply *reply) {
  log_warn("year not gathered method=%s status=%s reason=%s", method, status_name(reply->status),
           reply->header ? reply->header->reason : "NO_ANSWER");
  const char *zh = arena_printf(call_arena(gathering->call), "汇集年度数据时没有得到 %s 的答复；请稍后重试，仍不行请联系运维。", method);
  const char *en =
      arena_printf(call_arena(gathering->call), "%s gave no answer while the year was gathered; try again, then tell the operator.", method);
  call_unavailable(gathering->call, "YEAR_NOT_GATHERED", zh ? zh : "汇集年度数据失败。", en ? en : "The year could not be gathered.");
}

/* Into a list as far as its share reaches. */
static void add(struct gathering *gathering, struct list *list, void *row) {
  list->bytes += protobuf_c_message_get_packed_size(row) + 8;
  if (list->bytes > LIST_BYTES) return;
  if (list->count == list->room) {
    size_t wider = list->room ? 2 * list->room : 32;
    void **rows = arena_array(call_arena(gathering->call), wider, sizeof *rows);
    if (!rows) return;
    if (list->count) memcpy(rows, list->rows, list->count * sizeof *rows);
    list->rows = rows;
    list->room = wider;
  }
  list->rows[list->count++] = row;
}

static message *ask(struct gathering *gathering, const char *method, const message *request, const message_type *type) {
  struct client_reply reply;
  message *answer;
  runtime_ask(gathering->runtime, call_arena(gathering->call), method, NULL, request, type, &reply, &answer);
  if (!answer) no_answer(gathering, method, &reply);
  return answer;
}

/* Every page of a list; the request's page_token is moved along. */
static void ask_pages(struct gathering *gathering, const char *method, message *request, const message_type *type, take_page *take) {
  const message_field *next = pb_field(type, "next_page_token"), *token = pb_field(request->descriptor, "page_token"),
                      *size = pb_field(request->descriptor, "page_size");
  struct arena *arena = call_arena(gathering->call);
  if (!pb_put_int(arena, request, size, PAGE_ROWS)) return;
  for (int page = 0; page < PAGES_MOST && !call_is_refused(gathering->call); page++) {
    message *answer = ask(gathering, method, request, type);
    if (!answer) return;
    take(gathering, answer);
    const char *behind = pb_get_text(answer, next, 0);
    if (!*behind || !pb_put_text(arena, request, token, behind)) return;
  }
}

/* --- the lists -------------------------------------------------------------------------------------------------------------------------- */

static void take_cases(struct gathering *gathering, const message *page) {
  const Workrelief__ModelCasePage *cases = (const Workrelief__ModelCasePage *)page;
  for (size_t i = 0; i < cases->n_rows; i++) add(gathering, &gathering->cases, cases->rows[i]);
  gathering->facts->model_case_count += (int32_t)cases->n_rows;
}

static void take_contacts(struct gathering *gathering, const message *page) {
  const Workrelief__ListContactReportsReply *reports = (const Workrelief__ListContactReportsReply *)page;
  for (size_t i = 0; i < reports->n_rows; i++) {
    Workrelief__YearContactReport *one = arena_alloc(call_arena(gathering->call), sizeof *one);
    if (!one) return;
    workrelief__year_contact_report__init(one);
    one->quarter = (char *)(uintptr_t)gathering->quarter;
    one->report = reports->rows[i];
    one->report->contact_name = (char *)(uintptr_t)protobuf_c_empty_string; /* who went there is no matter of a yearly report */
    add(gathering, &gathering->contacts, one);
    if (!gathering->quarter_over) continue;
    gathering->facts->contact_due_count++;
    gathering->facts->contact_done_count += reports->rows[i]->n_missing_recipients == 0;
  }
}

static void take_findings(struct gathering *gathering, const message *page) {
  const Workrelief__FindingPage *findings = (const Workrelief__FindingPage *)page;
  for (size_t i = 0; i < findings->n_rows; i++) {
    const Workrelief__Finding *from = findings->rows[i];
    Workrelief__YearFinding *one = arena_alloc(call_arena(gathering->call), sizeof *one);
    if (!one) return;
    workrelief__year_finding__init(one);
    one->finding_code = from->finding_code;
    one->project_code = from->project_code;
    one->finding_note = from->finding_note;
    one->due_date = from->due_date;
    one->overdue_days = from->overdue_days;
    one->involved_fen = from->involved_fen;
    one->outstanding_fen = from->outstanding_fen;
    add(gathering, &gathering->findings, one);
  }
  gathering->facts->overdue_finding_count += (int32_t)findings->n_rows;
}

static void take_arrears(struct gathering *gathering, const message *page) {
  const Workrelief__ProjectArrearsPage *arrears = (const Workrelief__ProjectArrearsPage *)page;
  for (size_t i = 0; i < arrears->n_rows; i++) {
    add(gathering, &gathering->arrears, arrears->rows[i]);
    gathering->facts->arrears_fen += arrears->rows[i]->owed_fen;
  }
  gathering->facts->arrears_project_count += (int32_t)arrears->n_rows;
}

/* Who has not sent its list, as the registry itself knows it. */
static void take_lists(struct gathering *gathering, const message *page) {
  const Workrelief__ListYearListsReply *lists = (const Workrelief__ListYearListsReply *)page;
  for (size_t i = 0; i < lists->n_rows; i++) {
    const Workrelief__YearListRow *from = lists->rows[i];
    Workrelief__YearListStanding *one = arena_alloc(call_arena(gathering->call), sizeof *one);
    if (!one) return;
    workrelief__year_list_standing__init(one);
    one->unit_id = from->unit_id;
    one->unit_name = from->unit_name;
    one->list_due_date = from->list_due_date;
    one->is_late = from->late;
    one->listed_count = from->registered_count;
    add(gathering, &gathering->lists, one);
  }
}

static void take_plans(struct gathering *gathering, const message *page) {
  const Workrelief__ListPlanTotalsReply *plans = (const Workrelief__ListPlanTotalsReply *)page;
  for (size_t i = 0; i < plans->n_rows; i++) add(gathering, &gathering->plans, plans->rows[i]);
  gathering->dataset->plan_entry_count = plans->plan_entry_count;
  gathering->dataset->plan_investment_fen = plans->plan_investment_fen;
  gathering->dataset->plan_pay_fen = plans->plan_pay_fen;
}

static void take_entries(struct gathering *gathering, const message *page) {
  const Workrelief__ListConsolidatedEntriesReply *entries = (const Workrelief__ListConsolidatedEntriesReply *)page;
  for (size_t i = 0; i < entries->n_rows; i++) add(gathering, &gathering->entries, entries->rows[i]);
  gathering->dataset->entry_count += (int32_t)entries->n_rows;
}

/* The newest published version stands. */
static void take_assessments(struct gathering *gathering, const message *page) {
  const Workrelief__AssessmentPage *assessments = (const Workrelief__AssessmentPage *)page;
  for (size_t i = 0; i < assessments->n_rows; i++)
    if (assessments->rows[i]->version_number > gathering->version) {
      gathering->version = assessments->rows[i]->version_number;
      gathering->assessment_code = assessments->rows[i]->assessment_code;
    }
}

/* --- plan, list and evaluation of a year -------------------------------------------------------------------------------------------------- */

static void ask_plan(struct gathering *gathering, int32_t year) {
  Workrelief__ListPlanTotalsRequest request = WORKRELIEF__LIST_PLAN_TOTALS_REQUEST__INIT;
  request.list_year = year;
  gathering->plans = (struct list){0};
  ask_pages(gathering, "registry.ListPlanTotals", &request.base, &workrelief__list_plan_totals_reply__descriptor, take_plans);
  gathering->dataset->plan_totals = (Workrelief__PlanTotal **)gathering->plans.rows;
  gathering->dataset->n_plan_totals = gathering->plans.count;
}

static void ask_entries(struct gathering *gathering, int32_t year) {
  Workrelief__ListConsolidatedEntriesRequest request = WORKRELIEF__LIST_CONSOLIDATED_ENTRIES_REQUEST__INIT;
  request.list_year = year;
  ask_pages(gathering, "registry.ListConsolidatedEntries", &request.base, &workrelief__list_consolidated_entries_reply__descriptor, take_entries);
  gathering->dataset->entries = (Workrelief__ConsolidatedEntry **)gathering->entries.rows;
  gathering->dataset->n_entries = gathering->entries.count;
}

static void ask_assessment(struct gathering *gathering, int32_t year) {
  Workrelief__ListAssessmentsRequest list = WORKRELIEF__LIST_ASSESSMENTS_REQUEST__INIT;
  list.assessment_kind = WORKRELIEF__ASSESSMENT_KIND__VALUE__BUREAUS;
  list.assessment_year = year;
  list.assessment_state = WORKRELIEF__ASSESSMENT_STATE__VALUE__PUBLISHED;
  ask_pages(gathering, "evaluation.ListAssessments", &list.base, &workrelief__assessment_page__descriptor, take_assessments);
  if (!gathering->assessment_code || call_is_refused(gathering->call)) return;
  Workrelief__GetAssessmentRequest get = WORKRELIEF__GET_ASSESSMENT_REQUEST__INIT;
  get.assessment_code = (char *)(uintptr_t)gathering->assessment_code;
  gathering->dataset->assessment =
      (Workrelief__Assessment *)ask(gathering, "evaluation.GetAssessment", &get.base, &workrelief__assessment__descriptor);
}

static Workrelief__YearDataset *new_dataset(struct gathering *gathering, int32_t year) {
  Workrelief__YearDataset *dataset = (Workrelief__YearDataset *)pb_new(call_arena(gathering->call), &workrelief__year_dataset__descriptor);
  if (!dataset) {
    call_unavailable(gathering->call, "YEAR_TOO_LARGE", "年度数据超过一次汇集的上限；请联系运维。",
                     "The year is larger than one gathering may hold; tell the operator.");
    return NULL;
  }
  dataset->report_year = year;
  gathering->dataset = dataset;
  return dataset;
}

static Workrelief__YearDataset *fill_dataset(struct gathering *gathering, int32_t year) {
  Workrelief__YearDataset *dataset = new_dataset(gathering, year);
  if (!dataset) return NULL;
  ask_plan(gathering, year);
  if (!call_is_refused(gathering->call)) ask_entries(gathering, year);
  if (!call_is_refused(gathering->call)) ask_assessment(gathering, year);
  return call_is_refused(gathering->call) ? NULL : dataset;
}

Workrelief__YearDataset *year_dataset(struct call *call, struct runtime *runtime, int32_t report_year) {
  struct gathering gathering = {.call = call, .runtime = runtime};
  return fill_dataset(&gathering, report_year);
}

/* --- the whole year ------------------------------------------------------------------------------------------------------------------------ */

/* Of quarters that have begun; what is still to come in one that runs is not lacking yet. */
static void ask_contacts(struct gathering *gathering, int32_t year) {
  int32_t today = 0, first = 0, last = 0;
  if (!date_parse(gathering->facts->as_of_date, &today)) return;
  for (int n = 1; n <= 4 && !call_is_refused(gathering->call); n++) {
    Workrelief__ListContactReportsRequest request = WORKRELIEF__LIST_CONTACT_REPORTS_REQUEST__INIT;
    gathering->quarter = request.quarter = arena_printf(call_arena(gathering->call), "%dQ%d", year, n);
    if (!request.quarter || !quarter_parse(request.quarter, &first, &last) || first > today) return;
    gathering->quarter_over = last < today;
    ask_pages(gathering, "registry.ListContactReports", &request.base, &workrelief__list_contact_reports_reply__descriptor, take_contacts);
  }
}

static void ask_lists(struct gathering *gathering, int32_t year) {
  Workrelief__ListModelCasesRequest cases = WORKRELIEF__LIST_MODEL_CASES_REQUEST__INIT;
  Workrelief__ListFindingsRequest findings = WORKRELIEF__LIST_FINDINGS_REQUEST__INIT;
  Workrelief__ListProjectArrearsRequest arrears = WORKRELIEF__LIST_PROJECT_ARREARS_REQUEST__INIT;
  cases.case_year = year;
  findings.overdue_only = true;
  ask_pages(gathering, "evaluation.ListModelCases", &cases.base, &workrelief__model_case_page__descriptor, take_cases);
  ask_contacts(gathering, year);
  if (call_is_refused(gathering->call)) return;
  ask_pages(gathering, "evaluation.ListFindings", &findings.base, &workrelief__finding_page__descriptor, take_findings);
  if (call_is_refused(gathering->call)) return;
  Workrelief__ListYearListsRequest lists = WORKRELIEF__LIST_YEAR_LISTS_REQUEST__INIT;
  lists.list_year = year;
  lists.missing_only = true;
  ask_pages(gathering, "registry.ListYearLists", &lists.base, &workrelief__list_year_lists_reply__descriptor, take_lists);
  if (call_is_refused(gathering->call)) return;
  ask_pages(gathering, "payroll.ListProjectArrears", &arrears.base, &workrelief__project_arrears_page__descriptor, take_arrears);
}

static void put_lists(struct gathering *gathering) {
  Workrelief__YearFacts *facts = gathering->facts;
  facts->model_cases = (Workrelief__ModelCase **)gathering->cases.rows;
  facts->n_model_cases = gathering->cases.count;
  facts->contact_reports = (Workrelief__YearContactReport **)gathering->contacts.rows;
  facts->n_contact_reports = gathering->contacts.count;
  facts->missing_lists = (Workrelief__YearListStanding **)gathering->lists.rows;
  facts->n_missing_lists = gathering->lists.count;
  facts->findings = (Workrelief__YearFinding **)gathering->findings.rows;
  facts->n_findings = gathering->findings.count;
  facts->arrears = (Workrelief__ProjectArrears **)gathering->arrears.rows;
  facts->n_arrears = gathering->arrears.count;
}

Workrelief__YearFacts *year_facts(struct call *call, struct runtime *runtime, int32_t report_year) {
  struct gathering gathering = {.call = call, .runtime = runtime};
  Workrelief__GetYearGroundRequest ground = WORKRELIEF__GET_YEAR_GROUND_REQUEST__INIT;
  ground.report_year = report_year;
  ground.issuer_unit_id = (char *)(uintptr_t)call_caller(call)->unit_id;
  gathering.facts = (Workrelief__YearFacts *)ask(&gathering, "gateway.GetYearGround", &ground.base, &workrelief__year_facts__descriptor);
  if (!gathering.facts) return NULL;
  ask_lists(&gathering, report_year);
  if (call_is_refused(call)) return NULL;
  put_lists(&gathering);
  gathering.facts->dataset = fill_dataset(&gathering, report_year);
  if (!gathering.facts->dataset || !new_dataset(&gathering, report_year + 1)) return NULL;
  gathering.facts->next_plan = gathering.dataset;
  ask_plan(&gathering, report_year + 1);
  return call_is_refused(call) ? NULL : gathering.facts;
}
