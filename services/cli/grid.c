/* grid.c - aligned tables. A Chinese character takes two columns of a terminal. */
#include <string.h>

#include "common/base/text.h"
#include "services/cli/cli.h"

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

static void print_row(const struct grid *grid, const struct row *row, const struct column *columns) {
  size_t pending = 0; /* spaces owed; not written at the end of a line */
  for (size_t i = 0; i < grid->columns; i++) {
    if (!columns[i].used) continue;
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

void grid_print(const struct grid *grid) {
  if (grid_as_csv) {
    if (grid) print_csv(grid);
    return;
  }
  struct column *columns = grid ? arena_array(grid->arena, grid->columns, sizeof(*columns)) : NULL;
  if (!columns || !grid->first) return;
  for (size_t i = 0; i < grid->columns; i++) columns[i] = measure(grid, i);
  for (const struct row *row = grid->first; row; row = row->next) {
    if (row == grid->first) fputs(paint(stdout, PAINT_BOLD), stdout);
    print_row(grid, row, columns);
    if (row == grid->first) fputs(paint(stdout, PAINT_OFF), stdout);
  }
}
