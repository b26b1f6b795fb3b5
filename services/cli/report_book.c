/* report_book.c - the consolidated quarter as the offices file it: a workbook of ten sheets on A4 landscape. Money in 万元 to the fen,
 * shown with two decimals, so that what is summed in the workbook still adds up; what nobody has published is "—", a sum in which some
 * is missing bears "≥". */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/pb/table.h"
#include "services/cli/outfile.h"
#include "services/cli/report.h"
#include "services/cli/report_figures.h"
#include "services/cli/workbook.h"

#define FIGURES_MOST 100

struct figure_list {
  const struct figure *rows[FIGURES_MOST];
  size_t count;
};
struct book {
  struct cli *cli;
  const Workrelief__ConsolidatedReport *report;
  lxw_workbook *workbook;
  lxw_worksheet *sheet;
  lxw_row_t row; /* the next free one */
  lxw_format *title, *info, *head, *text, *section, *blank, *numbers[YES_NO + 1], *at_least[YES_NO + 1];
  struct figure_list main, more, lines, sources; /* the columns of its sheets */
};

static void add_figure(struct figure_list *list, const struct figure *figure) {
  if (list->count < FIGURES_MOST) list->rows[list->count++] = figure;
}

static void choose_figures(struct book *book) {
  for (size_t i = 0; i < total_figure_count; i++) add_figure(total_figures[i].is_main ? &book->main : &book->more, &total_figures[i]);
  for (size_t i = 0; i < line_figure_count; i++) add_figure(&book->lines, &line_figures[i]);
  for (size_t i = 0; i < source_figure_count; i++) add_figure(&book->sources, &source_figures[i]);
}

static void make_formats(struct book *book) {
  static const char *const shown[] = {[COUNT] = "#,##0", [PEOPLE] = "#,##0", [WANYUAN] = "#,##0.00", [YUAN] = "#,##0.00", [DAYS] = "#,##0.00",
                                      [SHARE] = "0.00%", [RATIO] = "0.00%",  [LABEL] = "@",          [YES_NO] = "@"};
  book->title = workbook_format(book->workbook, LXW_ALIGN_CENTER, false, true, 16, NULL);
  book->info = workbook_format(book->workbook, LXW_ALIGN_LEFT, false, false, 10, NULL);
  book->head = workbook_format(book->workbook, LXW_ALIGN_CENTER, true, true, 9, NULL);
  format_set_text_wrap(book->head);
  book->text = workbook_format(book->workbook, LXW_ALIGN_LEFT, true, false, 9, "@");
  format_set_text_wrap(book->text);
  book->section = workbook_format(book->workbook, LXW_ALIGN_LEFT, true, true, 9, NULL);
  book->blank = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, false, 9, NULL);
  for (size_t i = 0; i < ARRAY_LENGTH(book->numbers); i++) {
    book->numbers[i] = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, false, 9, shown[i]);
    book->at_least[i] = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, false, 9, text_of(book->cli, "\"≥\"%s", shown[i]));
  }
}

/* --- cells ----------------------------------------------------------------------------------------------------------------------- */

static void put_text(struct book *book, lxw_col_t at, const char *text) {
  worksheet_write_string(book->sheet, book->row, at, text ? text : "", book->text);
}

static double shown_value(enum figure_kind kind, int64_t value) {
  static const double units[] = {
      [COUNT] = 1, [PEOPLE] = 1, [WANYUAN] = 1000000, [YUAN] = 100, [DAYS] = 100, [SHARE] = 10000, [RATIO] = 10000, [LABEL] = 1, [YES_NO] = 1};
  return (double)value / units[kind];
}

static void put_figure(struct book *book, lxw_col_t at, const struct figure *figure, const message *source) {
  const message_field *field;
  const message *holder = figure_find(figure, source, &field);
  if (!holder)
    worksheet_write_string(book->sheet, book->row, at, "—", book->blank);
  else if (figure->kind == LABEL)
    put_text(book, at, pb_count(holder, field) ? table_get_cell(&book->cli->arena, holder, field, 0) : "");
  else if (figure->kind == YES_NO)
    put_text(book, at, pb_get_int(holder, field, 0) ? "是" : "否");
  else
    worksheet_write_number(book->sheet, book->row, at, shown_value(figure->kind, pb_get_int(holder, field, 0)),
                           figure_missing(figure, holder) ? book->at_least[figure->kind] : book->numbers[figure->kind]);
}

static void put_figures(struct book *book, lxw_col_t first, const struct figure_list *figures, const message *source) {
  for (size_t i = 0; i < figures->count; i++) put_figure(book, (lxw_col_t)(first + i), figures->rows[i], source);
}

/* The sheet's head stands alone: it says the unit of its amounts. */
static const char *sheet_head(struct book *book, const struct figure *figure) {
  return figure->kind == WANYUAN ? text_of(book->cli, "%s(万元)", figure->zh) : figure->zh;
}

/* --- sheets ---------------------------------------------------------------------------------------------------------------------- */

/* Title and the line below it over the whole width, then heads of its own and those of the figures; repeated on every page. */
static void begin_sheet(struct book *book, const char *name, const char *const *heads, const double *widths, size_t head_count,
                        const struct figure_list *figures) {
  const Workrelief__ConsolidatedReport *report = book->report;
  size_t figure_count = figures ? figures->count : 0;
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
    worksheet_set_column(book->sheet, at, at, figures->rows[i]->kind == LABEL ? 14 : 10, NULL);
    worksheet_write_string(book->sheet, 2, at, sheet_head(book, figures->rows[i]), book->head);
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
  put_figures(book, 1, &book->main, &total->base);
  book->row++;
}

static void put_totals(struct book *book, const char *field, Workrelief__Total **totals, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char *name = report_label(book->cli, &workrelief__report_line__descriptor, field, totals[i]->total_key);
    put_total(book, *name && strcmp(totals[i]->total_key, "UNSPECIFIED") != 0 ? name : "其他", totals[i]);
  }
}

static void begin_totals(struct book *book, const char *name, const char *head) {
  begin_sheet(book, name, &head, (const double[]){24}, 1, &book->main);
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
  begin_sheet(book, "分单位", heads, widths, own, &book->main);
  for (size_t i = 0; i < book->report->n_units; i++, book->row++) {
    const Workrelief__UnitStatus *unit = book->report->units[i];
    const Workrelief__Total *total = total_of_unit(book, unit->unit_id);
    put_text(book, 0, unit->unit_name);
    put_text(book, 1, report_state_text(book->cli, unit->report_state));
    put_text(book, 2, unit->is_zero ? "是" : "");
    put_text(book, 3, unit->is_late ? "是" : "");
    put_text(book, 4, unit->submitted_at_us ? time_text(book->cli, unit->submitted_at_us) : "");
    if (total) put_figures(book, (lxw_col_t)own, &book->main, &total->base);
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

static void put_more(struct book *book, const char *name, const Workrelief__Total *total, const struct figure_list *figures) {
  put_text(book, 0, name);
  put_figures(book, 1, figures, &total->base);
  book->row++;
}

static void put_sources(struct book *book) {
  static const char *const heads[] = {"资金来源"};
  begin_sheet(book, "分资金来源", heads, (const double[]){24}, 1, &book->sources);
  for (size_t i = 0; i < book->report->n_by_fund_source; i++) {
    const Workrelief__Total *total = book->report->by_fund_source[i];
    put_more(book, report_label(book->cli, &workrelief__fund_share__descriptor, "fund_source", total->total_key), total, &book->sources);
  }
  worksheet_write_string(book->sheet, book->row++, 0, "有多个资金来源的项目在各来源下都列出其全部数据，资金只列该来源的份额；各行不可相加。",
                         book->info);
  put_foot(book);
}

static void put_indicators(struct book *book) {
  static const char *const heads[] = {"单位"};
  begin_sheet(book, "指标", heads, (const double[]){24}, 1, &book->more);
  for (size_t i = 0; i < book->report->n_units; i++) {
    const Workrelief__Total *total = total_of_unit(book, book->report->units[i]->unit_id);
    if (total) put_more(book, book->report->units[i]->unit_name, total, &book->more);
  }
  if (book->report->summary) put_more(book, "合计", book->report->summary, &book->more);
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
  begin_sheet(book, "项目明细", heads, (const double[]){20}, ARRAY_LENGTH(heads), &book->lines);
  for (size_t i = 0; i < book->report->n_lines; i++) {
    const Workrelief__ConsolidatedLine *line = book->report->lines[i];
    if (!line->line) continue;
    put_text(book, 0, line->unit_name);
    put_figures(book, ARRAY_LENGTH(heads), &book->lines, &line->line->base);
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
  begin_sheet(book, "异常", heads, (const double[]){30, 24, 26, 30, 40}, ARRAY_LENGTH(heads), NULL);
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
  begin_sheet(book, "说明", heads, (const double[]){24, 26, 36, 60}, ARRAY_LENGTH(heads), NULL);
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
  choose_figures(&book);
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
