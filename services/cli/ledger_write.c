/* ledger_write.c - a ledger as CSV, and as a workbook that prints on A4 with the offices' head and foot. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/money.h"
#include "services/cli/ledger.h"
#include "services/cli/outfile.h"
#include "services/cli/workbook.h"

/* Whether the column stands in this output at all. */
static bool stands(const struct ledger_record *record, const struct ledger_column *column, bool workbook) {
  if (workbook && column->kind == CSV_ONLY) return false;
  return column_day(column) <= record->days;
}

/* --- CSV ------------------------------------------------------------------------------------------------------------------------- */

/* Spreadsheets take what begins so for a formula. A number may begin with "-". */
static bool looks_like_formula(const struct ledger_column *column, const char *text) {
  return *text && strchr("=+@\t\r", *text) ? true : *text == '-' && column->kind <= CODE && strspn(text, "-0123456789.") != strlen(text);
}

static void put_csv(FILE *file, const struct ledger_column *column, const char *text) {
  bool quoted = strpbrk(text, ",\"\r\n") != NULL;
  if (quoted) putc('"', file);
  if (column && looks_like_formula(column, text)) putc('\'', file);
  for (; *text; text++) {
    if (*text == '"') putc('"', file);
    putc(*text, file);
  }
  if (quoted) putc('"', file);
}

static const char *cell_of(const struct ledger_record *record, size_t row, size_t i) {
  const struct ledger_column *column = &record->ledger->columns[i];
  if (column->kind == SEQUENCE) return text_of(record->cli, "%zu", row + 1);
  if (column->kind == CSV_ONLY && strcmp(column->taken, "project_code") == 0) return record->project_code;
  if (column->kind == CSV_ONLY && strcmp(column->taken, "month") == 0) return record->month;
  return record->rows[row][i];
}

static int write_csv(const struct ledger_record *record, FILE *file) {
  const struct ledger *ledger = record->ledger;
  fputs("\xef\xbb\xbf", file); /* Excel reads UTF-8 only with it */
  for (size_t row = 0; row <= record->count; row++) {
    bool first = true;
    for (size_t i = 0; i < ledger->column_count; i++) {
      if (!stands(record, &ledger->columns[i], false)) continue;
      if (!first) putc(',', file);
      first = false;
      put_csv(file, row ? &ledger->columns[i] : NULL, row ? cell_of(record, row - 1, i) : column_head(&ledger->columns[i]));
    }
    fputs("\r\n", file);
  }
  return fflush(file) == 0 && !ferror(file) ? CLI_OK : CLI_CANNOT_WRITE;
}

/* --- workbook --------------------------------------------------------------------------------------------------------------------- */

struct book {
  const struct ledger_record *record;
  lxw_workbook *workbook;
  lxw_worksheet *sheet;
  lxw_format *title, *info, *head, *text, *code, *money, *plain, *total, *foot;
};

static void make_formats(struct book *book) {
  book->title = workbook_format(book->workbook, LXW_ALIGN_CENTER, false, true, 16, NULL);
  book->info = workbook_format(book->workbook, LXW_ALIGN_LEFT, false, false, 10, NULL);
  book->foot = workbook_format(book->workbook, LXW_ALIGN_LEFT, false, false, 10, NULL);
  book->head = workbook_format(book->workbook, LXW_ALIGN_CENTER, true, true, 9, "@");
  format_set_text_wrap(book->head);
  book->text = workbook_format(book->workbook, LXW_ALIGN_LEFT, true, false, 9, NULL);
  format_set_text_wrap(book->text);
  book->code = workbook_format(book->workbook, LXW_ALIGN_LEFT, true, false, 9, "@");
  book->money = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, false, 9, "#,##0.00");
  book->plain = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, false, 9, "General");
  book->total = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, true, 9, "#,##0.00");
}

static bool is_number(enum column_kind kind) { return kind == SEQUENCE || kind >= NUMBER; }

/* Numbers as numbers, so that they add up; a date as text, which every spreadsheet reads alike. */
static void put_cell(struct book *book, lxw_row_t row, lxw_col_t at, enum column_kind kind, const char *text) {
  char *end;
  double number = strtod(text, &end);
  lxw_format *format = kind == MONEY ? book->money : is_number(kind) ? book->plain : kind == WORD ? book->text : book->code;
  if (!*text)
    worksheet_write_blank(book->sheet, row, at, format);
  else if (is_number(kind) && !*end)
    worksheet_write_number(book->sheet, row, at, number, format);
  else
    worksheet_write_string(book->sheet, row, at, text, format);
}

/* The sum of a column in fen, or in hundredths of a day. False when a cell is no amount. */
static bool sum_of(const struct ledger_record *record, size_t column, int64_t *sum) {
  *sum = 0;
  for (size_t i = 0; i < record->count; i++) {
    int64_t value = 0;
    const char *cell = record->rows[i][column];
    if (*cell && (!money_parse_yuan(cell, &value) || !money_add(*sum, value, sum))) return false;
  }
  return true;
}

static bool has_totals(const struct ledger *ledger) {
  for (size_t i = 0; i < ledger->column_count; i++)
    if (ledger->columns[i].total) return true;
  return false;
}

static void put_totals(struct book *book, lxw_row_t row) {
  const struct ledger *ledger = book->record->ledger;
  lxw_col_t at = 0;
  for (size_t i = 0; i < ledger->column_count; i++) {
    int64_t sum;
    if (!stands(book->record, &ledger->columns[i], true)) continue;
    if (at == 0)
      worksheet_write_string(book->sheet, row, at, "合计", book->head);
    else if (ledger->columns[i].total && sum_of(book->record, i, &sum))
      worksheet_write_number(book->sheet, row, at, (double)sum / 100, book->total);
    else
      worksheet_write_blank(book->sheet, row, at, book->text);
    at++;
  }
}

static const char *info_of(const struct ledger_record *record) {
  const char *month = record->ledger->by_month ? text_of(record->cli, "　　月份：%s", record->month) : "";
  return text_of(record->cli, "项目名称：%s　　项目代码：%s　　施工单位：%s%s　　金额单位：元", record->project_name, record->project_code,
                 record->unit_name, month);
}

static lxw_col_t put_heads(struct book *book, lxw_row_t row) {
  const struct ledger *ledger = book->record->ledger;
  lxw_col_t at = 0;
  for (size_t i = 0; i < ledger->column_count; i++) {
    const struct ledger_column *column = &ledger->columns[i];
    if (!stands(book->record, column, true)) continue;
    worksheet_set_column(book->sheet, at, at, column->width, NULL);
    worksheet_write_string(book->sheet, row, at++, column_head(column), book->head);
  }
  return at;
}

static void put_page(struct book *book, lxw_row_t heads) {
  worksheet_set_paper(book->sheet, 9); /* A4 */
  worksheet_set_landscape(book->sheet);
  worksheet_fit_to_pages(book->sheet, 1, 0);
  worksheet_repeat_rows(book->sheet, 0, heads);
  worksheet_freeze_panes(book->sheet, heads + 1, 0);
  worksheet_set_margins(book->sheet, 0.4, 0.4, 0.5, 0.6);
  worksheet_set_footer(book->sheet, "&C第 &P 页 / 共 &N 页");
}

static void put_sheet(struct book *book) {
  enum { TITLE, INFO, HEADS, FIRST };
  const struct ledger_record *record = book->record;
  lxw_col_t width = put_heads(book, HEADS);
  worksheet_merge_range(book->sheet, TITLE, 0, TITLE, width - 1, record->ledger->zh, book->title);
  worksheet_set_row(book->sheet, TITLE, 28, NULL);
  worksheet_merge_range(book->sheet, INFO, 0, INFO, width - 1, info_of(record), book->info);
  for (size_t row = 0; row < record->count; row++) {
    lxw_col_t at = 0;
    for (size_t i = 0; i < record->ledger->column_count; i++)
      if (stands(record, &record->ledger->columns[i], true))
        put_cell(book, (lxw_row_t)(FIRST + row), at++, record->ledger->columns[i].kind, cell_of(record, row, i));
  }
  lxw_row_t next = (lxw_row_t)(FIRST + record->count);
  if (has_totals(record->ledger)) put_totals(book, next++);
  worksheet_merge_range(book->sheet, next + 1, 0, next + 1, width - 1, "填报人：　　　　　　　　审核人：　　　　　　　　日期：　　　　年　　月　　日",
                        book->foot);
  put_page(book, HEADS);
}

static int write_workbook(const struct ledger_record *record, const char *path) {
  struct book book = {.record = record, .workbook = workbook_new(path)};
  if (!book.workbook) return CLI_CANNOT_WRITE;
  book.sheet = workbook_add_worksheet(book.workbook, record->ledger->zh);
  make_formats(&book);
  put_sheet(&book);
  return workbook_close(book.workbook) == LXW_NO_ERROR ? CLI_OK : CLI_CANNOT_WRITE;
}

/* --- a file ------------------------------------------------------------------------------------------------------------------------ */

static bool ends_in(const char *text, const char *tail) {
  size_t length = strlen(text), wanted = strlen(tail);
  return length > wanted && strcasecmp(text + length - wanted, tail) == 0;
}

/* Names of people are nobody else's: mode 0600. */
static int write_beside(const struct ledger_record *record, const char *path, bool workbook) {
  const char *beside = outfile_begin(record->cli, path);
  int code = CLI_CANNOT_WRITE;
  if (workbook) {
    code = write_workbook(record, beside);
  } else {
    FILE *file = fopen(beside, "we");
    if (file) {
      code = write_csv(record, file);
      if (fclose(file) != 0) code = CLI_CANNOT_WRITE;
    }
  }
  return outfile_end(beside, path, code == CLI_OK);
}

bool ledger_can_write(const char *path) {
  if (!path || ends_in(path, ".xlsx") || ends_in(path, ".csv")) return true;
  complain(EXPORT_ENDING, path);
  return false;
}

int ledger_write(const struct ledger_record *record, const char *path) {
  return path ? write_beside(record, path, ends_in(path, ".xlsx")) : write_csv(record, stdout);
}
