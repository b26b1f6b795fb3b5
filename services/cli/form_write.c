/* form_write.c - a filled form as CSV, and as a workbook with its merged heads that prints on A4. Amounts stand in their cells exactly and show two
 * decimals; where that shows less than there is, a second sheet says so cell by cell. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/base/money.h"
#include "common/pb/cell.h"
#include "services/cli/form.h"
#include "services/cli/outfile.h"
#include "services/cli/workbook.h"

struct book {
  const struct form_sheet *filled;
  lxw_workbook *workbook;
  lxw_worksheet *sheet, *notes;
  lxw_row_t row; /* the next free one */
  lxw_row_t note_row;
  size_t rounded;
  lxw_format *annex, *title, *info, *head, *words, *amount, *people, *tick, *share, *total, *total_people;
};

static void make_formats(struct book *book) {
  book->annex = workbook_format(book->workbook, LXW_ALIGN_LEFT, false, false, 12, NULL);
  book->title = workbook_format(book->workbook, LXW_ALIGN_CENTER, false, true, 16, NULL);
  book->info = workbook_format(book->workbook, LXW_ALIGN_LEFT, false, false, 10, NULL);
  book->head = workbook_format(book->workbook, LXW_ALIGN_CENTER, true, true, 9, "@");
  format_set_text_wrap(book->head);
  book->words = workbook_format(book->workbook, LXW_ALIGN_LEFT, true, false, 9, NULL);
  format_set_text_wrap(book->words);
  book->amount = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, false, 9, "0.00");
  book->people = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, false, 9, "0");
  book->tick = workbook_format(book->workbook, LXW_ALIGN_CENTER, true, false, 9, NULL);
  book->share = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, false, 9, NULL);
  book->total = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, true, 9, "0.00");
  book->total_people = workbook_format(book->workbook, LXW_ALIGN_RIGHT, true, true, 9, "0");
}

/* --- heads ---------------------------------------------------------------------------------------------------------------------------- */

static size_t head_rows(const struct form *form) {
  size_t rows = 1;
  for (size_t i = 0; i < form->column_count; i++) {
    if (*form->columns[i].group && rows < 2) rows = 2;
    if (*form->columns[i].subgroup) rows = 3;
  }
  return rows;
}

static void put_span(struct book *book, lxw_row_t top, lxw_col_t left, lxw_row_t bottom, lxw_col_t right, const char *text) {
  if (top == bottom && left == right)
    worksheet_write_string(book->sheet, top, left, text, book->head);
  else
    worksheet_merge_range(book->sheet, top, left, bottom, right, text, book->head);
}

/* Columns from i on that stand under the same heads. */
static size_t run_of(const struct form *form, size_t i, bool with_subgroup) {
  const struct form_column *first = &form->columns[i];
  size_t next = i + 1;
  while (next < form->column_count && strcmp(form->columns[next].group, first->group) == 0 &&
         (!with_subgroup || strcmp(form->columns[next].subgroup, first->subgroup) == 0))
    next++;
  return next - i;
}

static void put_column_head(struct book *book, size_t i, lxw_row_t top, size_t rows) {
  const struct form *form = book->filled->form;
  const struct form_column *column = &form->columns[i];
  bool opens_group = *column->group && (!i || strcmp(form->columns[i - 1].group, column->group) != 0);
  bool opens_subgroup = *column->subgroup && (opens_group || strcmp(form->columns[i - 1].subgroup, column->subgroup) != 0);
  lxw_row_t bottom = top + (lxw_row_t)rows - 1, own = top + (*column->group ? 1 : 0) + (*column->subgroup ? 1 : 0);
  lxw_col_t at = (lxw_col_t)i;
  if (opens_group) put_span(book, top, at, top, (lxw_col_t)(i + run_of(form, i, false) - 1), column->group);
  if (opens_subgroup) put_span(book, top + 1, at, top + 1, (lxw_col_t)(i + run_of(form, i, true) - 1), column->subgroup);
  put_span(book, own, at, bottom, at, column->head);
  worksheet_set_column(book->sheet, at, at, column->width, NULL);
}

static void put_top(struct book *book) {
  const struct form_sheet *filled = book->filled;
  lxw_col_t last = (lxw_col_t)(filled->form->column_count - 1);
  if (*filled->annex) worksheet_write_string(book->sheet, book->row++, 0, filled->annex, book->annex);
  worksheet_merge_range(book->sheet, book->row, 0, book->row, last, filled->title, book->title);
  worksheet_set_row(book->sheet, book->row++, 30, NULL);
  worksheet_merge_range(book->sheet, book->row, 0, book->row, last / 2, text_of(filled->cli, "填报日期:%s", filled->filled_date), book->info);
  worksheet_merge_range(book->sheet, book->row, last / 2 + 1, book->row, last, text_of(filled->cli, "填报人:%s", filled->filler_name), book->info);
  book->row++;
  size_t rows = head_rows(filled->form);
  for (size_t i = 0; i < filled->form->column_count; i++) put_column_head(book, i, book->row, rows);
  book->row += (lxw_row_t)rows;
}

/* --- cells ---------------------------------------------------------------------------------------------------------------------------- */

static lxw_format *format_for(const struct book *book, enum form_kind kind, bool total) {
  if (kind == AMOUNT) return total ? book->total : book->amount;
  if (kind == PEOPLE || kind == SERIAL) return total ? book->total_people : book->people;
  return kind == TICK ? book->tick : kind == SHARE ? book->share : book->words;
}

/* Two decimals show less than the amount says: a line of the second sheet. */
static void note_rounding(struct book *book, lxw_col_t at, const char *name, const char *text) {
  static const char *const heads[] = {"单元格", "项目名称", "准确数(万元)", "显示为(万元)"};
  const char *point = strchr(text, '.');
  if (!point || strlen(point + 1) <= 2) return;
  char cell[CELL_NAME_SIZE];
  if (!book->notes) {
    book->notes = workbook_add_worksheet(book->workbook, "取舍");
    worksheet_set_column(book->notes, 0, 3, 18, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(heads); i++) worksheet_write_string(book->notes, 0, (lxw_col_t)i, heads[i], book->head);
  }
  const char *const cells[] = {cell_name(at, book->row + 1, cell), name, text, form_shown(book->filled->cli, text)};
  book->note_row++;
  for (size_t i = 0; i < ARRAY_LENGTH(cells); i++) worksheet_write_string(book->notes, book->note_row, (lxw_col_t)i, cells[i], book->words);
  book->rounded++;
}

static void put_cell(struct book *book, lxw_col_t at, const struct form_column *column, const char *text, bool total) {
  lxw_format *format = format_for(book, column->kind, total);
  char *end;
  double number = strtod(text, &end);
  bool is_number = (column->kind == AMOUNT || column->kind == PEOPLE || column->kind == SERIAL) && *text && !*end;
  if (!*text)
    worksheet_write_blank(book->sheet, book->row, at, format);
  else if (is_number)
    worksheet_write_number(book->sheet, book->row, at, number, format);
  else
    worksheet_write_string(book->sheet, book->row, at, text, format);
}

static void put_rows(struct book *book) {
  const struct form_sheet *filled = book->filled;
  for (size_t row = 0; row < filled->count; row++, book->row++)
    for (size_t i = 0; i < filled->form->column_count; i++) {
      const struct form_column *column = &filled->form->columns[i];
      const char *text = column->kind == SERIAL ? text_of(filled->cli, "%zu", row + 1) : filled->rows[row][i];
      put_cell(book, (lxw_col_t)i, column, text, false);
      if (column->kind == AMOUNT) note_rounding(book, (lxw_col_t)i, form_get(filled, filled->rows[row], "project_name"), text);
    }
}

/* A column of which nothing is known has no total. */
static const char *total_text(const struct form_sheet *filled, size_t column) {
  int64_t sum;
  bool known = false;
  for (size_t i = 0; i < filled->count; i++) known = known || *filled->rows[i][column];
  if (!filled->form->columns[column].total || !known || !form_total(filled, column, &sum)) return "";
  return filled->form->columns[column].kind == AMOUNT ? form_amount(filled->cli, sum) : number_text(filled->cli, sum);
}

static void put_totals(struct book *book) {
  const struct form_sheet *filled = book->filled;
  for (size_t i = 0; i < filled->form->column_count; i++) {
    const char *text = total_text(filled, i);
    if (i == 0)
      worksheet_write_string(book->sheet, book->row, 0, "总计", book->head);
    else
      put_cell(book, (lxw_col_t)i, &filled->form->columns[i], text, true);
    if (filled->form->columns[i].kind == AMOUNT) note_rounding(book, (lxw_col_t)i, "总计", text);
  }
  book->row++;
}

static void set_page(struct book *book, lxw_row_t last_head) {
  worksheet_set_paper(book->sheet, 9); /* A4 */
  worksheet_set_landscape(book->sheet);
  worksheet_fit_to_pages(book->sheet, 1, 0);
  worksheet_repeat_rows(book->sheet, 0, last_head);
  worksheet_freeze_panes(book->sheet, last_head + 1, 0);
  worksheet_set_margins(book->sheet, 0.4, 0.4, 0.5, 0.6);
  worksheet_set_footer(book->sheet, "&C第 &P 页 / 共 &N 页");
}

/* A sign: what it says line by line, a project a page. */
static void put_cards(struct book *book) {
  const struct form_sheet *filled = book->filled;
  lxw_row_t *breaks = filled->count ? arena_array(&filled->cli->arena, filled->count, sizeof *breaks) : NULL;
  size_t broken = 0;
  worksheet_set_column(book->sheet, 0, 0, 24, NULL);
  worksheet_set_column(book->sheet, 1, 1, 62, NULL);
  for (size_t row = 0; breaks && row < filled->count; row++) {
    worksheet_merge_range(book->sheet, book->row, 0, book->row, 1, filled->title, book->title);
    worksheet_set_row(book->sheet, book->row++, 36, NULL);
    for (size_t i = 0; i < filled->form->column_count; i++, book->row++) {
      worksheet_write_string(book->sheet, book->row, 0, filled->form->columns[i].head, book->head);
      worksheet_write_string(book->sheet, book->row, 1, filled->rows[row][i], book->words);
    }
    if (row + 1 < filled->count) breaks[broken++] = book->row;
  }
  if (broken) {
    breaks[broken] = 0;
    worksheet_set_h_pagebreaks(book->sheet, breaks);
  }
  worksheet_set_paper(book->sheet, 9);
}

int form_write_book(const struct form_sheet *filled, const char *path, size_t *rounded) {
  struct book book = {.filled = filled, .workbook = workbook_new(path)};
  if (!book.workbook) return CLI_CANNOT_WRITE;
  make_formats(&book);
  book.sheet = workbook_add_worksheet(book.workbook, filled->form->sheet);
  if (filled->form->page == CARD) {
    put_cards(&book);
  } else {
    put_top(&book);
    lxw_row_t last_head = book.row - 1;
    put_rows(&book);
    put_totals(&book);
    set_page(&book, last_head);
  }
  *rounded = book.rounded;
  return workbook_close(book.workbook) == LXW_NO_ERROR ? CLI_OK : CLI_CANNOT_WRITE;
}

/* --- CSV, and the file ------------------------------------------------------------------------------------------------------------------ */

void form_csv_cell(FILE *file, const char *text, bool shielded) {
  bool quoted = strpbrk(text, ",\"\r\n") != NULL;
  if (quoted) putc('"', file);
  if (shielded && *text && strchr("=+-@\t\r", *text)) putc('\'', file); /* what a spreadsheet would take for a formula */
  for (; *text; text++) {
    if (*text == '"') putc('"', file);
    putc(*text, file);
  }
  if (quoted) putc('"', file);
}

static int write_csv(const struct form_sheet *filled, FILE *file) {
  const struct form *form = filled->form;
  fputs("\xef\xbb\xbf", file); /* Excel reads UTF-8 only with it */
  for (size_t row = 0; row <= filled->count; row++) {
    for (size_t i = 0; i < form->column_count; i++) {
      const struct form_column *column = &form->columns[i];
      const char *head = !*column->words && *column->group ? text_of(filled->cli, "%s-%s", column->group, column->head) : column->head;
      const char *cell = !row ? head : column->kind == SERIAL ? number_text(filled->cli, (int64_t)row) : filled->rows[row - 1][i];
      if (i) putc(',', file);
      form_csv_cell(file, cell, row && column->kind == WORDS);
    }
    fputs("\r\n", file);
  }
  return fflush(file) == 0 && !ferror(file) ? CLI_OK : CLI_CANNOT_WRITE;
}

static bool is_book(const char *path) {
  size_t length = strlen(path);
  return length > 5 && strcasecmp(path + length - 5, ".xlsx") == 0;
}

int form_write(const struct form_sheet *filled, const char *path, size_t *rounded) {
  *rounded = 0;
  if (!path) return write_csv(filled, stdout);
  const char *beside = outfile_begin(filled->cli, path);
  int code = CLI_CANNOT_WRITE;
  if (is_book(path)) {
    code = form_write_book(filled, beside, rounded);
  } else {
    FILE *file = fopen(beside, "we");
    if (file) {
      code = write_csv(filled, file);
      if (fclose(file) != 0) code = CLI_CANNOT_WRITE;
    }
  }
  return outfile_end(beside, path, code == CLI_OK);
}
