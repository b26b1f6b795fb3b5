/* report_book.c - the consolidated quarter as the offices file it: a workbook of ten sheets on A4 landscape. Money in 万元 to the fen,
 * shown with two decimals, so that what is summed in the workbook still adds up; what nobody has published is "—", a sum in which some
 * is missing bears "≥". */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/pb/table.h"
#include "services/cli/outfile.h"
#include "services/cli/report.h"
#include "services/cli/workbook.h"

enum figure_kind { COUNT, WANYUAN, YUAN, DAYS, SHARE, LABEL, YES_NO };
struct figure {
  const char *field, *head;
  enum figure_kind kind;
  const char *unknown; /* field that counts what is missing in the sum; NULL = nothing can be */
};

static const struct figure total_figures[] = {
    {"project_count", "项目数", COUNT, NULL},
    {"started_count", "已开工", COUNT, NULL},
    {"total_investment_fen", "总投资(万元)", WANYUAN, "total_investment_unknown_count"},
    {"fiscal_fen", "财政资金(万元)", WANYUAN, "fiscal_unknown_count"},
    {"central_fen", "其中中央(万元)", WANYUAN, "central_unknown_count"},
    {"planned_pay_fen", "计划报酬(万元)", WANYUAN, "planned_pay_unknown_count"},
    {"absorbed_count", "吸纳务工(人)", COUNT, NULL},
    {"local_count", "其中当地", COUNT, NULL},
    {"female_count", "其中女性", COUNT, NULL},
    {"priority_count", "其中重点群体", COUNT, NULL},
    {"day_hundredths", "工日", DAYS, NULL},
    {"due_fen", "应发报酬(万元)", WANYUAN, NULL},
    {"paid_fen", "已发报酬(万元)", WANYUAN, NULL},
    {"unpaid_fen", "未发报酬(万元)", WANYUAN, NULL},
    {"per_head_fen", "人均(元)", YUAN, NULL},
    {"trainee_count", "培训(人)", COUNT, NULL},
    {"figures.trainee_time_count", "培训(人次)", COUNT, NULL},
    {"dividend_fen", "分红(万元)", WANYUAN, NULL},
    {"cumulative_absorbed_count", "本年累计吸纳(人)", COUNT, NULL},
    {"cumulative_day_hundredths", "本年累计工日", DAYS, NULL},
    {"cumulative_due_fen", "本年累计应发(万元)", WANYUAN, NULL},
    {"cumulative_paid_fen", "本年累计已发(万元)", WANYUAN, NULL},
};
/* What else is told of a total, on a sheet of its own. */
static const struct figure more_figures[] = {
    {"figures.listed_count", "本季列入清单", COUNT, NULL},
    {"figures.begun_count", "本季开工", COUNT, NULL},
    {"figures.accepted_count", "本季验收", COUNT, NULL},
    {"figures.cumulative_listed_count", "本年列入清单", COUNT, NULL},
    {"figures.cumulative_begun_count", "本年开工", COUNT, NULL},
    {"figures.cumulative_accepted_count", "本年验收", COUNT, NULL},
    {"figures.invested_delta_fen", "本季完成投资(万元)", WANYUAN, NULL},
    {"figures.cumulative_invested_delta_fen", "本年完成投资(万元)", WANYUAN, NULL},
    {"figures.posts_offered_count", "提供岗位", COUNT, NULL},
    {"figures.registered_count", "登记(人)", COUNT, NULL},
    {"figures.worker_time_count", "务工(人次)", COUNT, NULL},
    {"figures.cumulative_worker_time_count", "本年务工(人次)", COUNT, NULL},
    {"figures.training_count", "培训(场)", COUNT, NULL},
    {"figures.safety_trainee_count", "安全培训(人)", COUNT, NULL},
    {"figures.skill_trainee_count", "技能培训(人)", COUNT, NULL},
    {"figures.cumulative_trainee_count", "本年培训(人)", COUNT, NULL},
    {"figures.cumulative_trainee_time_count", "本年培训(人次)", COUNT, NULL},
    {"figures.post_set_count", "公益岗位设置", COUNT, NULL},
    {"figures.post_filled_count", "公益岗位在岗", COUNT, NULL},
    {"figures.dividend_beneficiary_count", "分红受益(人)", COUNT, NULL},
    {"figures.cumulative_dividend_fen", "本年分红(万元)", WANYUAN, NULL},
    {"figures.visit_count", "联系走访(次)", COUNT, NULL},
    {"figures.model_case_count", "典型案例", COUNT, NULL},
    {"figures.relief_paid_fen", "以工代赈报酬(万元)", WANYUAN, NULL},
    {"figures.cumulative_relief_paid_fen", "本年以工代赈报酬(万元)", WANYUAN, NULL},
    {"figures.cumulative_per_head_fen", "本年人均(元)", YUAN, NULL},
    {"figures.sheets_due_count", "发放表应备", COUNT, NULL},
    {"figures.sheets_filed_count", "已备", COUNT, NULL},
    {"figures.sheets_late_count", "逾期", COUNT, NULL},
    {"figures.notices_due_count", "公示应办", COUNT, NULL},
    {"figures.notices_done_count", "已办", COUNT, NULL},
    {"figures.inspection_count", "检查(次)", COUNT, NULL},
    {"figures.finding_count", "问题", COUNT, NULL},
    {"figures.rectified_count", "已整改", COUNT, NULL},
    {"figures.overdue_count", "逾期未改", COUNT, NULL},
};
static const struct figure source_figures[] = {
    {"figures.fund_fen", "该来源资金(万元)", WANYUAN, NULL},
    {"figures.shared_project_count", "其中多来源项目", COUNT, NULL},
    {"project_count", "项目数", COUNT, NULL},
    {"absorbed_count", "吸纳务工(人)", COUNT, NULL},
    {"day_hundredths", "工日", DAYS, NULL},
    {"paid_fen", "已发报酬(万元)", WANYUAN, NULL},
    {"cumulative_paid_fen", "本年累计已发(万元)", WANYUAN, NULL},
};
static const struct figure line_figures[] = {
    {"project_code", "项目代码", LABEL, NULL},
    {"project_name", "项目名称", LABEL, NULL},
    {"field", "领域", LABEL, NULL},
    {"track", "类别", LABEL, NULL},
    {"list_kind", "清单", LABEL, NULL},
    {"list_level", "级别", LABEL, NULL},
    {"project_state", "状态", LABEL, NULL},
    {"is_counted", "计入合计", YES_NO, NULL},
    {"total_investment_fen", "总投资(万元)", WANYUAN, NULL},
    {"fiscal_fen", "财政资金(万元)", WANYUAN, NULL},
    {"central_fen", "其中中央(万元)", WANYUAN, NULL},
    {"invested_fen", "完成投资(万元)", WANYUAN, NULL},
    {"planned_pay_fen", "计划报酬(万元)", WANYUAN, NULL},
    {"planned_workers", "计划用工(人)", COUNT, NULL},
    {"posts_offered_count", "提供岗位", COUNT, NULL},
    {"registered_count", "登记(人)", COUNT, NULL},
    {"absorbed_count", "吸纳务工(人)", COUNT, NULL},
    {"local_count", "其中当地", COUNT, NULL},
    {"female_count", "其中女性", COUNT, NULL},
    {"priority_count", "其中重点群体", COUNT, NULL},
    {"day_hundredths", "工日", DAYS, NULL},
    {"due_fen", "应发报酬(万元)", WANYUAN, NULL},
    {"paid_fen", "已发报酬(万元)", WANYUAN, NULL},
    {"unpaid_fen", "未发报酬(万元)", WANYUAN, NULL},
    {"ratio_bp", "报酬占比", SHARE, NULL},
    {"floor_bp", "占比下限", SHARE, NULL},
    {"trainee_count", "培训(人)", COUNT, NULL},
    {"figures.trainee_time_count", "培训(人次)", COUNT, NULL},
    {"figures.division_code", "所在乡镇", LABEL, NULL},
    {"figures.per_head_fen", "人均(元)", YUAN, NULL},
    {"sheets_due_count", "发放表应备", COUNT, NULL},
    {"sheets_filed_count", "已备", COUNT, NULL},
    {"sheets_late_count", "逾期", COUNT, NULL},
    {"notices_due_count", "公示应办", COUNT, NULL},
    {"notices_done_count", "已办", COUNT, NULL},
    {"finding_count", "问题", COUNT, NULL},
    {"rectified_count", "已整改", COUNT, NULL},
    {"overdue_count", "逾期未改", COUNT, NULL},
    {"cumulative_absorbed_count", "本年累计吸纳(人)", COUNT, NULL},
    {"cumulative_paid_fen", "本年累计已发(万元)", WANYUAN, NULL},
};

struct book {
  struct cli *cli;
  const Workrelief__ConsolidatedReport *report;
  lxw_workbook *workbook;
  lxw_worksheet *sheet;
  lxw_row_t row; /* the next free one */
  lxw_format *title, *info, *head, *text, *section, *blank, *numbers[SHARE + 1], *at_least;
};

static void make_formats(struct book *book) {
  static const char *const shown[] = {[COUNT] = "#,##0", [WANYUAN] = "#,##0.00", [YUAN] = "#,##0.00", [DAYS] = "#,##0.00", [SHARE] = "0.00%"};
  book->title = workbook_format(book->workbook, LXW_ALIGN_CENTER, false, true, 16, NULL);
  book->info = workbook_format(book->workbook, LXW_ALIGN_LEFT, false, false, 10, NULL);
  book->head = workbook_format(book->workbook, LXW_ALIGN_CENTER, true, true, 9, NULL);
  format_set_text_wrap(book->head);
  book->text = workbook_format(book->workbook, LXW_ALIGN_LEFT, true, false, 9, "@");
  format_set_text_wrap(book->text);
  book->section = workbook_format(book->workbook, LXW_ALIGN_LEFT, true, true, 9, NULL);
  book->blank = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, false, 9, NULL);
  book->at_least = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, false, 9, "\"≥\"#,##0.00");
  for (size_t i = 0; i < ARRAY_LENGTH(book->numbers); i++)
    book->numbers[i] = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, false, 9, shown[i]);
}

/* --- cells ----------------------------------------------------------------------------------------------------------------------- */

static void put_text(struct book *book, lxw_col_t at, const char *text) {
  worksheet_write_string(book->sheet, book->row, at, text ? text : "", book->text);
}

static double shown_value(enum figure_kind kind, int64_t value) {
  static const double units[] = {[COUNT] = 1, [WANYUAN] = 1000000, [YUAN] = 100, [DAYS] = 100, [SHARE] = 10000};
  return (double)value / units[kind];
}

static bool may_be_absent(const message_field *field) { return field->quantifier_offset && field->label != PROTOBUF_C_LABEL_REPEATED; }

static void put_figure(struct book *book, lxw_col_t at, const struct figure *figure, const message *source) {
  const char *name = figure->field, *dot = strchr(name, '.');
  if (dot) {
    source = pb_get_message(source, pb_field(source->descriptor, "figures"), 0);
    name = dot + 1;
  }
  if (!source) { /* what an earlier report did not say */
    worksheet_write_string(book->sheet, book->row, at, "—", book->blank);
    return;
  }
  const message_field *field = pb_field(source->descriptor, name);
  const message_field *unknown = figure->unknown ? pb_field(source->descriptor, figure->unknown) : NULL;
  if (figure->kind == LABEL)
    put_text(book, at, pb_count(source, field) ? table_get_cell(&book->cli->arena, source, field, 0) : "");
  else if (figure->kind == YES_NO)
    put_text(book, at, pb_get_int(source, field, 0) ? "是" : "否");
  else if (may_be_absent(field) && !pb_count(source, field))
    worksheet_write_string(book->sheet, book->row, at, "—", book->blank);
  else
    worksheet_write_number(book->sheet, book->row, at, shown_value(figure->kind, pb_get_int(source, field, 0)),
                           unknown && pb_get_int(source, unknown, 0) ? book->at_least : book->numbers[figure->kind]);
}

static void put_figures(struct book *book, lxw_col_t first, const struct figure *figures, size_t count, const message *source) {
  for (size_t i = 0; i < count; i++) put_figure(book, (lxw_col_t)(first + i), &figures[i], source);
}

/* --- sheets ---------------------------------------------------------------------------------------------------------------------- */

/* Title and the line below it over the whole width, then heads of its own and those of the figures; repeated on every page. */
static void begin_sheet(struct book *book, const char *name, const char *const *heads, const double *widths, size_t head_count,
                        const struct figure *figures, size_t figure_count) {
  const Workrelief__ConsolidatedReport *report = book->report;
  lxw_col_t last = (lxw_col_t)(head_count + figure_count - 1);
  book->sheet = workbook_add_worksheet(book->workbook, name);
  worksheet_merge_range(book->sheet, 0, 0, 0, last,
                        text_of(book->cli, "%.4s年第%c季度以工代赈工作进展情况（%s）", report->quarter, report->quarter[5], name), book->title);
  worksheet_set_row(book->sheet, 0, 28, NULL);
  worksheet_merge_range(book->sheet, 1, 0, 1, last,
                        text_of(book->cli, "应报%d家　已报%d家　采用%d家　迟报%d家　未报%d家　　第%d次汇总　%s　　金额单位：万元",
                                report->expected_count, report->reported_count, report->accepted_count, report->late_count, report->missing_count,
                                report->consolidation_number, time_text(book->cli, report->consolidated_at_us)),
                        book->info);
  for (size_t i = 0; i < head_count; i++) {
    worksheet_set_column(book->sheet, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL);
    worksheet_write_string(book->sheet, 2, (lxw_col_t)i, heads[i], book->head);
  }
  for (size_t i = 0; i < figure_count; i++) {
    lxw_col_t at = (lxw_col_t)(head_count + i);
    worksheet_set_column(book->sheet, at, at, figures[i].kind == LABEL ? 14 : 10, NULL);
    worksheet_write_string(book->sheet, 2, at, figures[i].head, book->head);
  }
  worksheet_set_paper(book->sheet, 9); /* A4 */
  worksheet_set_landscape(book->sheet);
  worksheet_fit_to_pages(book->sheet, 1, 0);
  worksheet_repeat_rows(book->sheet, 0, 2);
  worksheet_freeze_panes(book->sheet, 3, 1);
  worksheet_set_margins(book->sheet, 0.4, 0.4, 0.5, 0.6);
  worksheet_set_footer(book->sheet, "&C第 &P 页 / 共 &N 页");
  book->row = 3;
}

static void put_foot(struct book *book) {
  worksheet_write_string(book->sheet, book->row + 1, 0, "填报人：　　　　　　　　审核人：　　　　　　　　日期：　　　　年　　月　　日", book->info);
}

static void put_total(struct book *book, const char *name, const Workrelief__Total *total) {
  put_text(book, 0, name);
  put_figures(book, 1, total_figures, ARRAY_LENGTH(total_figures), &total->base);
  book->row++;
}

static void put_totals(struct book *book, const char *field, Workrelief__Total **totals, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char *name = report_label(book->cli, &workrelief__report_line__descriptor, field, totals[i]->total_key);
    put_total(book, *name && strcmp(totals[i]->total_key, "UNSPECIFIED") != 0 ? name : "其他", totals[i]);
  }
}

static void begin_totals(struct book *book, const char *name, const char *head) {
  begin_sheet(book, name, &head, (const double[]){24}, 1, total_figures, ARRAY_LENGTH(total_figures));
}

static void put_section(struct book *book, const char *title) { worksheet_write_string(book->sheet, book->row++, 0, title, book->section); }

static void put_summary(struct book *book) {
  const Workrelief__ConsolidatedReport *report = book->report;
  begin_totals(book, "汇总", "范围");
  if (report->summary) put_total(book, "合计", report->summary);
  put_section(book, "按类别");
  put_totals(book, "track", report->by_track, report->n_by_track);
  put_section(book, "按级别");
  put_totals(book, "list_level", report->by_list_level, report->n_by_list_level);
  put_foot(book);
}

static void put_by(struct book *book, const char *name, const char *field, Workrelief__Total **totals, size_t count) {
  begin_totals(book, name, name + strlen("分"));
  put_totals(book, field, totals, count);
  if (book->report->summary) put_total(book, "合计", book->report->summary);
  put_foot(book);
}

static const Workrelief__Total *total_of_unit(const struct book *book, const char *unit_id) {
  for (size_t i = 0; i < book->report->n_by_unit; i++)
    if (strcmp(book->report->by_unit[i]->total_key, unit_id) == 0) return book->report->by_unit[i];
  return NULL;
}

/* Every unit that must report stands here, those without figures with their state alone. */
static void put_units(struct book *book) {
  static const char *const heads[] = {"单位", "季报状态", "零报告", "迟报", "报送时间"};
  static const double widths[] = {24, 10, 7, 7, 17};
  const size_t own = ARRAY_LENGTH(heads);
  begin_sheet(book, "分单位", heads, widths, own, total_figures, ARRAY_LENGTH(total_figures));
  for (size_t i = 0; i < book->report->n_units; i++, book->row++) {
    const Workrelief__UnitStatus *unit = book->report->units[i];
    const Workrelief__Total *total = total_of_unit(book, unit->unit_id);
    put_text(book, 0, unit->unit_name);
    put_text(book, 1, report_state_text(book->cli, unit->report_state));
    put_text(book, 2, unit->is_zero ? "是" : "");
    put_text(book, 3, unit->is_late ? "是" : "");
    put_text(book, 4, unit->submitted_at_us ? time_text(book->cli, unit->submitted_at_us) : "");
    if (total) put_figures(book, (lxw_col_t)own, total_figures, ARRAY_LENGTH(total_figures), &total->base);
  }
  put_foot(book);
}

/* Townships by their code; sources of money by name, where a project of several stands under each. */
static void put_towns(struct book *book) {
  begin_totals(book, "分乡镇", "区划代码");
  for (size_t i = 0; i < book->report->n_by_township; i++) {
    const char *code = book->report->by_township[i]->total_key;
    put_total(book, strcmp(code, "UNSPECIFIED") == 0 ? "其他" : code, book->report->by_township[i]);
  }
  if (book->report->summary) put_total(book, "合计", book->report->summary);
  put_foot(book);
}

static void put_more(struct book *book, const char *name, const Workrelief__Total *total, const struct figure *figures, size_t count) {
  put_text(book, 0, name);
  put_figures(book, 1, figures, count, &total->base);
  book->row++;
}

static void put_sources(struct book *book) {
  static const char *const heads[] = {"资金来源"};
  begin_sheet(book, "分资金来源", heads, (const double[]){24}, 1, source_figures, ARRAY_LENGTH(source_figures));
  for (size_t i = 0; i < book->report->n_by_fund_source; i++) {
    const Workrelief__Total *total = book->report->by_fund_source[i];
    put_more(book, report_label(book->cli, &workrelief__fund_share__descriptor, "fund_source", total->total_key), total, source_figures,
             ARRAY_LENGTH(source_figures));
  }
  worksheet_write_string(book->sheet, book->row++, 0, "有多个资金来源的项目在各来源下都列出其全部数据，资金只列该来源的份额；各行不可相加。",
                         book->info);
  put_foot(book);
}

static void put_indicators(struct book *book) {
  static const char *const heads[] = {"单位"};
  begin_sheet(book, "指标", heads, (const double[]){24}, 1, more_figures, ARRAY_LENGTH(more_figures));
  for (size_t i = 0; i < book->report->n_units; i++) {
    const Workrelief__Total *total = total_of_unit(book, book->report->units[i]->unit_id);
    if (total) put_more(book, book->report->units[i]->unit_name, total, more_figures, ARRAY_LENGTH(more_figures));
  }
  if (book->report->summary) put_more(book, "合计", book->report->summary, more_figures, ARRAY_LENGTH(more_figures));
  put_section(book, "重点群体（人，去重）");
  const Workrelief__Total *all = book->report->summary;
  for (size_t i = 0; all && all->figures && i < all->figures->n_groups; i++, book->row++) {
    const Workrelief__GroupCount *group = all->figures->groups[i];
    const message_field *field = pb_field(group->base.descriptor, "priority_group");
    put_text(book, 0, table_get_cell(&book->cli->arena, &group->base, field, 0));
    worksheet_write_number(book->sheet, book->row, 1, group->worker_count, book->numbers[COUNT]);
  }
  put_foot(book);
}

static void put_lines(struct book *book) {
  static const char *const heads[] = {"单位"};
  begin_sheet(book, "项目明细", heads, (const double[]){20}, 1, line_figures, ARRAY_LENGTH(line_figures));
  for (size_t i = 0; i < book->report->n_lines; i++) {
    const Workrelief__ConsolidatedLine *line = book->report->lines[i];
    if (!line->line) continue;
    put_text(book, 0, line->unit_name);
    put_figures(book, 1, line_figures, ARRAY_LENGTH(line_figures), &line->line->base);
    book->row++;
  }
  put_foot(book);
}

static void put_cells(struct book *book, const char *const *cells, size_t count) {
  for (size_t i = 0; i < count; i++) put_text(book, (lxw_col_t)i, cells[i]);
  book->row++;
}

static void put_exceptions(struct book *book) {
  static const char *const heads[] = {"异常", "单位", "项目代码", "情况", "单位说明"};
  begin_sheet(book, "异常", heads, (const double[]){30, 24, 26, 30, 40}, ARRAY_LENGTH(heads), NULL, 0);
  for (size_t i = 0; i < book->report->n_exceptions; i++) {
    const Workrelief__ConsolidatedException *exception = book->report->exceptions[i];
    put_cells(book,
              (const char *[]){report_exception_text(exception->exception_rule), exception->unit_name, exception->project_code,
                               exception->exception_note, exception->line_note},
              ARRAY_LENGTH(heads));
  }
  put_foot(book);
}

static void put_comments(struct book *book) {
  static const char *const heads[] = {"单位", "项目代码", "项目名称", "单位说明"};
  begin_sheet(book, "说明", heads, (const double[]){24, 26, 36, 60}, ARRAY_LENGTH(heads), NULL, 0);
  for (size_t i = 0; i < book->report->n_lines; i++) {
    const Workrelief__ConsolidatedLine *line = book->report->lines[i];
    if (line->line && *line->line->line_note)
      put_cells(book, (const char *[]){line->unit_name, line->line->project_code, line->line->project_name, line->line->line_note},
                ARRAY_LENGTH(heads));
  }
  put_foot(book);
}

/* --- a whole report, and its file ------------------------------------------------------------------------------------------------- */

/* All rows of a list of the consolidation, page by page. */
static int all_rows(struct cli *cli, const Workrelief__ConsolidatedReport *report, const char *method, const message_type *page_type, size_t expected,
                    message ***rows, size_t *count) {
  Workrelief__ListConsolidatedRequest request = WORKRELIEF__LIST_CONSOLIDATED_REQUEST__INIT;
  const message_field *field = pb_field(page_type, "rows"), *next = pb_field(page_type, "next_page_token");
  request.quarter = report->quarter;
  request.consolidation_number = report->consolidation_number;
  request.page_size = 1000;
  *rows = arena_array(&cli->arena, expected + 1, sizeof **rows);
  *count = 0;
  for (bool more = *rows != NULL; more;) {
    message *page;
    int code = cli_ask_once(cli, "gateway", method, &request.base, page_type, &page);
    if (code != CLI_OK) return code;
    for (size_t i = 0; i < pb_count(page, field) && *count < expected; i++) (*rows)[(*count)++] = pb_get_message(page, field, i);
    request.page_token = arena_strdup(&cli->arena, pb_get_text(page, next, 0));
    more = request.page_token && *request.page_token;
  }
  return *rows ? CLI_OK : CLI_INTERNAL;
}

/* A reply bears the first rows of each list only; the book has them all. */
int report_complete_lines(struct cli *cli, Workrelief__ConsolidatedReport *report) {
  const struct {
    const char *method;
    const message_type *page;
    message ***rows;
    size_t *count, expected;
  } lists[] = {{"gateway.ListConsolidatedLines", &workrelief__consolidated_line_page__descriptor, (message ***)(void *)&report->lines,
                &report->n_lines, (size_t)report->line_count},
               {"gateway.ListConsolidatedUnits", &workrelief__unit_status_page__descriptor, (message ***)(void *)&report->units, &report->n_units,
                (size_t)report->expected_count},
               {"gateway.ListConsolidatedExceptions", &workrelief__consolidated_exception_page__descriptor, (message ***)(void *)&report->exceptions,
                &report->n_exceptions, (size_t)report->exception_count}};
  for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
    if (*lists[i].count >= lists[i].expected) continue;
    int code = all_rows(cli, report, lists[i].method, lists[i].page, lists[i].expected, lists[i].rows, lists[i].count);
    if (code != CLI_OK) return code;
  }
  return CLI_OK;
}

static bool write_book(struct cli *cli, const Workrelief__ConsolidatedReport *report, const char *path) {
  struct book book = {.cli = cli, .report = report, .workbook = workbook_new(path)};
  if (!book.workbook) return false;
  make_formats(&book);
  put_summary(&book);
  put_units(&book);
  put_by(&book, "分领域", "field", report->by_field, report->n_by_field);
  put_by(&book, "分清单", "list_kind", report->by_list_kind, report->n_by_list_kind);
  put_towns(&book);
  put_sources(&book);
  put_indicators(&book);
  put_lines(&book);
  put_exceptions(&book);
  put_comments(&book);
  return workbook_close(book.workbook) == LXW_NO_ERROR;
}

int report_book_write(struct cli *cli, Workrelief__ConsolidatedReport *report, const char *path) {
  int code = report_complete_lines(cli, report);
  if (code != CLI_OK) return code;
  const char *beside = outfile_begin(cli, path);
  return outfile_end(beside, path, write_book(cli, report, beside));
}
