/* grid.c - aligned tables. A Chinese character takes two columns of a terminal. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/base/text.h"
#include "services/cli/cli.h"

#define COLUMNS_LEAST 40
#define COLUMNS_MOST 1000
#define COLUMNS_OF_A_PAGE 120 /* A4 landscape in a type that can be read */

bool grid_as_csv;

struct row {
  struct row *next;
  const char **cells;
};

struct grid {
  struct arena *arena;
  size_t columns;
  struct row *first, **last;
};

struct grid *grid_new(struct arena *arena, size_t columns) {
  struct grid *grid = arena_alloc(arena, sizeof(*grid));
  if (!grid) return NULL;
  grid->arena = arena;
  grid->columns = columns;
  grid->last = &grid->first;
  return grid;
}

void grid_row(struct grid *grid, const char *const *cells) {
  struct row *row = grid ? arena_alloc(grid->arena, sizeof(*row)) : NULL;
  if (!row || !(row->cells = arena_array(grid->arena, grid->columns, sizeof(char *)))) return;
  for (size_t i = 0; i < grid->columns; i++) row->cells[i] = cells[i] ? cells[i] : "";
  *grid->last = row;
  grid->last = &row->next;
}

/* Also an amount that is not known, and a sum in which N amounts are missing: "—", "≥12.50(+N)". */
static bool is_number(const char *text) {
  static const char at_least[] = "≥";
  if (strcmp(text, TEXT(UNKNOWN_AMOUNT)) == 0 || strncmp(text, at_least, strlen(at_least)) == 0) return true;
  if (*text == '-') text++; /* only in front: a date is no number */
  return strspn(text, "0123456789.,% ") == strlen(text);
}

struct column {
  size_t width;
  bool used, right;
};

static struct column measure(const struct grid *grid, size_t i) {
  struct column column = {.right = true};
  for (const struct row *row = grid->first; row; row = row->next) {
    size_t width = utf8_columns(row->cells[i]);
    if (width > column.width) column.width = width;
    if (row == grid->first || !*row->cells[i]) continue;
    column.used = true;
    if (!is_number(row->cells[i])) column.right = false;
  }
  return column;
}

/* The columns up to keys, and those of first .. end. */
static void print_row(const struct row *row, const struct column *columns, size_t keys, size_t first, size_t end) {
  size_t pending = 0; /* spaces owed; not written at the end of a line */
  for (size_t i = 0; i < end; i++) {
    if (!columns[i].used || (i >= keys && i < first)) continue;
    size_t pad = columns[i].width - utf8_columns(row->cells[i]);
    if (columns[i].right) pending += pad;
    if (*row->cells[i]) {
      printf("%*s%s", (int)pending, "", row->cells[i]);
      pending = 0;
    }
    pending += (columns[i].right ? 0 : pad) + 2;
  }
  putchar('\n');
}

/* RFC 4180. A text that a spreadsheet would take for a formula is shielded, as in the ledgers. */
static void csv_cell(const char *text) {
  bool quoted = strpbrk(text, ",\"\r\n") != NULL;
  if (quoted) putchar('"');
  if (*text && (strchr("=+@\t\r", *text) || (*text == '-' && text[1] && !is_number(text)))) putchar('\'');
  for (; *text; text++) {
    if (*text == '"') putchar('"');
    putchar(*text);
  }
  if (quoted) putchar('"');
}

/* Every column, also the empty ones: who reads it by program wants the same columns each time. */
static void print_csv(const struct grid *grid) {
  for (const struct row *row = grid->first; row; row = row->next) {
    for (size_t i = 0; i < grid->columns; i++) {
      if (i) putchar(',');
      csv_cell(row->cells[i]);
    }
    fputs("\r\n", stdout);
  }
}

size_t terminal_columns(void) {
  const char *told = getenv("COLUMNS");
  int64_t columns;
  struct winsize size;
  if (told && parse_int64(told, COLUMNS_LEAST, COLUMNS_MOST, &columns)) return (size_t)columns;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= COLUMNS_LEAST) return size.ws_col;
  return COLUMNS_OF_A_PAGE;
}

/* The end of the columns that fit behind the keys: at least one. */
static size_t end_of_part(const struct grid *grid, const struct column *columns, size_t keys, size_t first, size_t width) {
  size_t taken = 0, end = first;
  for (size_t i = 0; i < keys; i++) taken += columns[i].used ? columns[i].width + 2 : 0;
  for (; end < grid->columns; end++) {
    if (!columns[end].used) continue;
    if (end > first && taken + columns[end].width > width) break;
    taken += columns[end].width + 2;
  }
  return end;
}

static size_t part_count(const struct grid *grid, const struct column *columns, size_t keys, size_t width) {
  size_t count = 0;
  for (size_t first = keys; first < grid->columns; first = end_of_part(grid, columns, keys, first, width)) count++;
  return count;
}

/* The least width that takes no more parts: none is left with a single column. */
static size_t narrowed(const struct grid *grid, const struct column *columns, size_t keys, size_t width) {
  const size_t parts = part_count(grid, columns, keys, width);
  while (parts > 1 && width > COLUMNS_LEAST && part_count(grid, columns, keys, width - 1) == parts) width--;
  return width;
}

void grid_print_within(const struct grid *grid, size_t keys, size_t width) {
  if (grid_as_csv) {
    if (grid) print_csv(grid);
    return;
  }
  struct column *columns = grid ? arena_array(grid->arena, grid->columns, sizeof(*columns)) : NULL;
  if (!columns || !grid->first) return;
  for (size_t i = 0; i < grid->columns; i++) columns[i] = measure(grid, i);
  width = narrowed(grid, columns, keys, width);
  for (size_t first = keys, end; first < grid->columns || first == keys; first = end) {
    end = end_of_part(grid, columns, keys, first, width);
    if (first > keys) putchar('\n');
    for (const struct row *row = grid->first; row; row = row->next) {
      if (row == grid->first) fputs(paint(stdout, PAINT_BOLD), stdout);
      print_row(row, columns, keys, first, end);
      if (row == grid->first) fputs(paint(stdout, PAINT_OFF), stdout);
    }
    if (end == grid->columns) break;
  }
}

void grid_print(const struct grid *grid) { grid_print_within(grid, 0, SIZE_MAX); }
