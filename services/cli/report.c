/* report.c - `workrelief report`: the consolidated report, or one unit's, as aligned tables. Money in 万元. */
#include <string.h>

#include "common/base/money.h"
#include "common/pb/table.h"
#include "gateway.pb-c.h"
#include "services/cli/cli.h"
#include "services/cli/report.h"
#include "services/cli/report_figures.h"

static struct { const char *quarter, *unit; } want;

static const struct option options[] = {
    {"quarter", 'q', "2026Q3", &want.quarter, NULL, "季度 (缺省: 最近一个)", "quarter (default: the newest)"},
    {"unit", 'u', "UNIT", &want.unit, NULL, "只看这一单位的季报", "one unit's report"},
    {0},
};

/* --- the consolidated report --- */

#define UNITS_SHOWN 20

/* The Chinese label of an enum value by name: what a cell of that field would show. */
const char *report_label(struct cli *cli, const message_type *type, const char *field_name, const char *value) {
  const message_field *field = field_name ? pb_field(type, field_name) : NULL;
  message *carrier = field && !say_english ? pb_new(&cli->arena, type) : NULL;
  if (!carrier || !pb_put_text(&cli->arena, carrier, field, value)) return value;
  return table_get_cell(&cli->arena, carrier, field, 0);
}

const char *report_state_text(struct cli *cli, Workrelief__ReportState__Value state) {
  const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(&workrelief__report_state__value__descriptor, (int)state);
  return value ? report_label(cli, &workrelief__report__descriptor, "report_state", value->name) : "";
}

const char *report_exception_text(const char *id) {
  static const struct {
    const char *id, *zh, *en;
  } words[] = {
#define EXCEPTION(id, zh, en) {#id, zh, en},
#include "services/gateway/exceptions.def"
#undef EXCEPTION
  };
  for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
    if (strcmp(words[i].id, id) == 0) return BOTH(words[i].zh, words[i].en);
  return id;
}

const char *report_unit_name(const Workrelief__ConsolidatedReport *report, const char *unit_id) {
  for (size_t i = 0; i < report->n_units; i++)
    if (strcmp(report->units[i]->unit_id, unit_id) == 0) return report->units[i]->unit_name;
  return unit_id;
}

/* What the signs in the table of totals leave open. */
static void print_unknown(const Workrelief__Total *all) {
  if (!all) return;
  if (all->total_investment_unknown_count) say(REPORT_INVESTMENT_UNKNOWN, all->total_investment_unknown_count);
  if (all->fiscal_unknown_count) say(REPORT_FISCAL_UNKNOWN, all->fiscal_unknown_count);
  if (all->central_unknown_count) say(REPORT_CENTRAL_UNKNOWN, all->central_unknown_count);
}

static void print_units(struct cli *cli, const Workrelief__ConsolidatedReport *report) {
  struct grid *grid = grid_new(&cli->arena, 5);
  grid_row(grid, (const char *[]){TEXT(HEAD_UNIT), TEXT(HEAD_STATE), TEXT(REPORT_ZERO), TEXT(REPORT_LATE), TEXT(REPORT_SUBMITTED_AT)});
  for (size_t i = 0; i < report->n_units; i++) {
    const Workrelief__UnitStatus *unit = report->units[i];
    grid_row(grid, (const char *[]){unit->unit_name, report_state_text(cli, unit->report_state), unit->is_zero ? TEXT(YES) : "",
                                    unit->is_late ? TEXT(YES) : "", time_text(cli, unit->submitted_at_us)});
  }
  putchar('\n');
  grid_print(grid);
}

static void print_names(const char *title, char **names, size_t count) {
  if (!count) return;
  printf("\n%s%s%s", paint(stdout, PAINT_YELLOW), title, paint(stdout, PAINT_OFF));
  for (size_t i = 0; i < count; i++) printf("%s%s", i ? BOTH("、", ", ") : " ", names[i]);
  putchar('\n');
}

static void print_conflicts(struct cli *cli, const Workrelief__ConsolidatedReport *report) {
  if (!report->n_conflicts) return;
  struct grid *grid = grid_new(&cli->arena, 4);
  grid_row(grid, (const char *[]){TEXT(REPORT_CONFLICT), TEXT(REPORT_PROJECT_NAME), TEXT(HEAD_UNIT), TEXT(REPORT_PAID)});
  for (size_t i = 0; i < report->n_conflicts; i++) {
    const Workrelief__ProjectConflict *conflict = report->conflicts[i];
    grid_row(grid, (const char *[]){conflict->project_code, conflict->project_name, conflict->unit_names, wanyuan_text(cli, conflict->paid_fen)});
  }
  putchar('\n');
  grid_print(grid);
}

static void print_exceptions(struct cli *cli, const Workrelief__ConsolidatedReport *report) {
  if (!report->n_exceptions) return;
  struct grid *grid = grid_new(&cli->arena, 5);
  grid_row(grid, (const char *[]){TEXT(REPORT_EXCEPTION), TEXT(HEAD_UNIT), TEXT(REPORT_PROJECT), TEXT(HEAD_PROBLEM), TEXT(REPORT_NOTE)});
  for (size_t i = 0; i < report->n_exceptions; i++) {
    const Workrelief__ConsolidatedException *exception = report->exceptions[i];
    grid_row(grid, (const char *[]){report_exception_text(exception->exception_rule), exception->unit_name, exception->project_code,
                                    exception->exception_note, exception->line_note});
  }
  putchar('\n');
  grid_print(grid);
}

static void print_levels(const Workrelief__ConsolidatedReport *report) {
  const Workrelief__LevelCounts *counts = report->level_counts;
  if (report->sent_up) {
    say(REPORT_SENT_UP, report->sent_up->report_code, report->sent_up->consolidation_number);
    if (report->sent_up->is_overtaken) say(REPORT_OVERTAKEN);
  }
  if (!counts || counts->expected_count == report->expected_count) return;
  say(REPORT_BASE_UNITS, counts->expected_count, counts->accepted_count, counts->late_count, counts->missing_count);
  char *names[UNITS_SHOWN];
  size_t count = report->n_units_below < UNITS_SHOWN ? report->n_units_below : UNITS_SHOWN;
  for (size_t i = 0; i < count; i++) names[i] = report->units_below[i]->unit_name;
  print_names(TEXT(REPORT_BELOW), names, count);
}

static void print_consolidated_lines(struct cli *cli, const Workrelief__ConsolidatedReport *report) {
  const Workrelief__ReportLine **lines = arena_array(&cli->arena, report->n_lines + 1, sizeof *lines);
  const char **names = arena_array(&cli->arena, report->n_lines + 1, sizeof *names);
  size_t count = 0;
  for (size_t i = 0; lines && names && i < report->n_lines; i++)
    if (report->lines[i]->line) lines[count] = report->lines[i]->line, names[count++] = report->lines[i]->unit_name;
  print_line_blocks(cli, lines, names, count);
}

static void print_consolidated(struct cli *cli, const Workrelief__ConsolidatedReport *report) {
  printf("%s", paint(stdout, PAINT_BOLD));
  say(REPORT_FILED_TITLE, report->quarter, report->quarter[5]);
  say(REPORT_TITLE, report->quarter, report->consolidation_number, time_text(cli, report->consolidated_at_us));
  printf("%s", paint(stdout, PAINT_OFF));
  say(REPORT_COMPLETENESS, report->expected_count, report->reported_count, report->accepted_count, report->late_count, report->missing_count);
  print_levels(report);
  print_total_blocks(cli, report);
  print_unknown(report->summary);
  print_consolidated_lines(cli, report);
  print_units(cli, report);
  print_names(TEXT(REPORT_MISSING_UNITS), report->missing_unit_names, report->n_missing_unit_names);
  print_names(TEXT(REPORT_LATE_UNITS), report->late_unit_names, report->n_late_unit_names);
  print_conflicts(cli, report);
  print_exceptions(cli, report);
  say(REPORT_FOOT);
}

/* --- which one --- */

int report_newest_quarter(struct cli *cli, char **quarter) {
  Workrelief__ListQuartersRequest request;
  message *answer;
  char *page_token = NULL;
  workrelief__list_quarters_request__init(&request);
  *quarter = NULL;
  do {
    if (page_token) request.page_token = page_token;
    int code = cli_ask_once(cli, "gateway", "gateway.ListQuarters", &request.base, &workrelief__quarter_page__descriptor, &answer);
    if (code != CLI_OK) return code;
    const Workrelief__QuarterPage *page = (const Workrelief__QuarterPage *)answer;
    for (size_t i = 0; i < page->n_rows; i++)
      if (!*quarter || strcmp(page->rows[i]->quarter, *quarter) > 0) *quarter = page->rows[i]->quarter;
    page_token = *page->next_page_token ? page->next_page_token : NULL;
  } while (page_token);
  if (*quarter) return CLI_OK;
  complain(NO_QUARTER);
  return CLI_REFUSED;
}

static int fetch_consolidated(struct cli *cli, char *quarter, message **answer) {
  Workrelief__GetConsolidatedReportRequest request;
  workrelief__get_consolidated_report_request__init(&request);
  request.quarter = quarter;
  return cli_ask_once(cli, "gateway", "gateway.GetConsolidatedReport", &request.base, &workrelief__consolidated_report__descriptor, answer);
}

static int consolidated(struct cli *cli, char *quarter) {
  message *answer;
  int code = fetch_consolidated(cli, quarter, &answer);
  if (code != CLI_OK) return code;
  if (cli->json)
    print_json(answer);
  else
    print_consolidated(cli, (const Workrelief__ConsolidatedReport *)answer);
  return CLI_OK;
}

static void print_own_exceptions(struct cli *cli, const Workrelief__Report *report) {
  if (!report->n_exceptions) return;
  struct grid *grid = grid_new(&cli->arena, 3);
  grid_row(grid, (const char *[]){TEXT(REPORT_EXCEPTION), TEXT(REPORT_PROJECT), TEXT(HEAD_PROBLEM)});
  for (size_t i = 0; i < report->n_exceptions; i++) {
    const Workrelief__ReportException *exception = report->exceptions[i];
    grid_row(grid, (const char *[]){report_exception_text(exception->exception_rule), exception->project_code, exception->exception_note});
  }
  putchar('\n');
  grid_print(grid);
}

static void print_report(struct cli *cli, const Workrelief__Report *report) {
  printf("%s", paint(stdout, PAINT_BOLD));
  say(REPORT_UNIT_TITLE, report->unit_name, report->quarter, report->revision, report_state_text(cli, report->report_state),
      report->is_zero ? TEXT(REPORT_IS_ZERO) : "", report->is_late ? TEXT(REPORT_IS_LATE) : "");
  printf("%s", paint(stdout, PAINT_OFF));
  if (*report->return_reason) say(REPORT_RETURNED, report->return_reason);
  if (*report->restate_reason) say(REPORT_RESTATES, report->restate_reason, report->unit_id, report->quarter);
  print_line_blocks(cli, (const Workrelief__ReportLine *const *)report->lines, NULL, report->n_lines);
  print_own_exceptions(cli, report);
  say(REPORT_FOOT);
}

int report_find(struct cli *cli, const char *unit_id, char *quarter, int revision, const Workrelief__Report **report) {
  Workrelief__ListReportsRequest list = WORKRELIEF__LIST_REPORTS_REQUEST__INIT;
  message *answer;
  *report = NULL;
  list.unit_id = arena_strdup(&cli->arena, unit_id);
  list.quarter = quarter;
  list.page_size = 1000;
  if (!list.unit_id) return CLI_INTERNAL;
  int code = cli_ask_once(cli, "gateway", "gateway.ListReports", &list.base, &workrelief__report_page__descriptor, &answer);
  if (code != CLI_OK) return code;
  const Workrelief__ReportPage *page = (const Workrelief__ReportPage *)answer;
  for (size_t i = 0; i < page->n_rows; i++)
    if (revision ? page->rows[i]->revision == revision : !*report || page->rows[i]->revision > (*report)->revision) *report = page->rows[i];
  if (*report) return CLI_OK;
  complain(NO_REPORT, unit_id, quarter);
  return CLI_REFUSED;
}

static int of_unit(struct cli *cli, char *quarter) {
  Workrelief__GetReportRequest get = WORKRELIEF__GET_REPORT_REQUEST__INIT;
  const Workrelief__Report *newest;
  message *answer;
  int code = report_find(cli, want.unit, quarter, 0, &newest);
  if (code != CLI_OK) return code;
  get.report_code = newest->report_code;
  code = cli_ask_once(cli, "gateway", "gateway.GetReport", &get.base, &workrelief__report__descriptor, &answer);
  if (code != CLI_OK) return code;
  if (cli->json)
    print_json(answer);
  else
    print_report(cli, (const Workrelief__Report *)answer);
  return CLI_OK;
}

static int run(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  char *quarter = want.quarter ? arena_strdup(&cli->arena, want.quarter) : NULL;
  int code = quarter ? CLI_OK : report_newest_quarter(cli, &quarter);
  if (code != CLI_OK) return code;
  return want.unit ? of_unit(cli, quarter) : consolidated(cli, quarter);
}

static const struct command commands[] = {
    {"export", "", report_export, report_export_options,
     "季报写成文件: 工作簿 (汇总、分单位、分领域、分清单、项目明细、异常、说明, A4 横向, 万元), JSON, CSV, 带签名的报文",
     "a report as a file: workbook (A4 landscape, 10,000 yuan), JSON, CSV, or signed",
     "workrelief report export --quarter 2026Q3 -o 2026年三季度.xlsx\nworkrelief report export --unit 140214-jtj -o 季报.signed\n"},
    {"read", "FILE.signed", report_read, report_read_options, "读带签名的季报或年度报告文件, 核对签名",
     "read a signed report file and check its signature", "workrelief report read 季报.signed --signer 区交通局.pub\n"},
    {"rows", "", report_rows, report_rows_options, "汇总指标由哪些单位、项目的数组成", "the units and projects that make a consolidated figure",
     "workrelief report rows --figure paid_fen --by FIELD=TRANSPORT\n"},
    {"year", "", report_year, report_year_options, "打印或导出年度专题报告, 任何一版", "print or export the yearly special report, any revision",
     "workrelief report year --year 2026\nworkrelief report year --year 2026 --revision 3 -o 年度报告.txt\n"},
    {"verify", "[FILE] [unit/sign.key.pub [office/sign.key.pub]]", report_verify, report_verify_options,
     "核对一份季报的整条证明: 项目行摘要、台账根、报送签名、上级回执、审定签名 (给文件时不需要节点)",
     "check a report's whole chain: lines, ledger root, the unit's signature, receipts, decision (a file needs no node)",
     "workrelief report verify --report 140214-jtj-2026Q3-1 -o 证明.wrp\nworkrelief report verify 证明.wrp 交通局.pub 发改局.pub\n"},
    {"diff", "", report_diff, report_diff_options, "更正前后逐字段对照", "what a restated report says otherwise, field by field",
     "workrelief report diff --unit 140214-jtj --quarter 2026Q3\nworkrelief report diff --unit 140214-jtj --revision 3 --against 1 -o csv\n"},
    {"peers", "", report_peers, report_peers_options, "工日均酬、人均工日、人均报酬与同领域项目相差很大的项目",
     "projects whose pay a day, days a head or pay a head is far from that of others of their field", "workrelief report peers --quarter 2026Q3\n"},
    {"", "", run, options, "打印汇总季报或一个单位的季报 (金额单位: 万元)", "print the consolidated report or one unit's (money in 10,000 yuan)",
     "workrelief report --node var/office\nworkrelief report --quarter 2026Q3 --unit 140214-jtj\nworkrelief report -o json > 2026Q3.json\n"},
    {0},
};
const struct noun report_noun = {"report", "季报", "the quarterly report", commands};
