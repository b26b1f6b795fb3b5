/* form.c - the tables of forms.def, and rows of texts under them. */
#include "services/cli/form.h"

#include <string.h>

#include "common/base/money.h"
#include "common/base/text.h"

enum { NO_TOTAL = 0, TOTAL_TOO = 1 };

/* All columns stand in one table; of each form, where its own begin and end there. */
#define JOINED(a, b) a##b
#define AT_LINE(line) JOINED(form_column_, line)
enum {
#define FORM(id, name, title, sheet, page, en) FIRST_##id, BEFORE_##id = FIRST_##id - 1,
#define FORM_COLUMN(form, key, group, subgroup, head, kind, width, total, words) AT_LINE(__LINE__),
#define FORM_END(id) END_##id, LAST_##id = END_##id - 1,
#include "services/cli/forms.def"
#undef FORM
#undef FORM_COLUMN
#undef FORM_END
};

static const struct form_column columns[] = {
#define FORM(id, name, title, sheet, page, en)
#define FORM_COLUMN(form, key, group, subgroup, head, kind, width, total, words) {key, group, subgroup, head, kind, width, total, words},
#define FORM_END(id)
#include "services/cli/forms.def"
#undef FORM
#undef FORM_COLUMN
#undef FORM_END
};

const struct form forms[] = {
#define FORM(id, name, title, sheet, page, en) {name, title, sheet, page, en, &columns[FIRST_##id], END_##id - FIRST_##id},
#define FORM_COLUMN(form, key, group, subgroup, head, kind, width, total, words)
#define FORM_END(id)
#include "services/cli/forms.def"
#undef FORM
#undef FORM_COLUMN
#undef FORM_END
};
const size_t form_count = ARRAY_LENGTH(forms);

const struct form *form_find(const char *name) {
  for (size_t i = 0; i < form_count; i++)
    if (strcmp(forms[i].name, name) == 0) return &forms[i];
  return NULL;
}

size_t form_column(const struct form *form, const char *key) {
  size_t i = 0;
  while (i < form->column_count && strcmp(form->columns[i].key, key) != 0) i++;
  return i;
}

const char **form_add_row(struct form_sheet *sheet) {
  struct arena *arena = &sheet->cli->arena;
  if (sheet->count == sheet->capacity) {
    size_t wider = sheet->capacity ? 2 * sheet->capacity : 64;
    const char ***rows = arena_array(arena, wider, sizeof(*rows));
    if (!rows) return NULL;
    if (sheet->count) memcpy(rows, sheet->rows, sheet->count * sizeof(*rows));
    sheet->rows = rows;
    sheet->capacity = wider;
  }
  const char **row = arena_array(arena, sheet->form->column_count, sizeof(*row));
  if (!row) return NULL;
  for (size_t i = 0; i < sheet->form->column_count; i++) row[i] = "";
  return sheet->rows[sheet->count++] = row;
}

/* A tick stands where "key=VALUE" is what is set. */
static bool is_tick_of(const struct form_column *column, const char *key, const char *value) {
  size_t length = strlen(key);
  return column->kind == TICK && strncmp(column->key, key, length) == 0 && column->key[length] == '=' && strcmp(column->key + length + 1, value) == 0;
}

void form_set(struct form_sheet *sheet, const char **row, const char *key, const char *text) {
  for (size_t i = 0; i < sheet->form->column_count; i++) {
    const struct form_column *column = &sheet->form->columns[i];
    if (strcmp(column->key, key) == 0) row[i] = text;
    if (is_tick_of(column, key, text)) row[i] = "√";
  }
}

void form_set_fen(struct form_sheet *sheet, const char **row, const char *key, bool known, int64_t fen) {
  if (known) form_set(sheet, row, key, form_amount(sheet->cli, fen));
}

void form_set_count(struct form_sheet *sheet, const char **row, const char *key, bool known, int64_t count) {
  if (known) form_set(sheet, row, key, number_text(sheet->cli, count));
}

const char *form_get(const struct form_sheet *sheet, const char **row, const char *key) {
  size_t at = form_column(sheet->form, key);
  return at < sheet->form->column_count ? row[at] : "";
}

/* --- amounts ------------------------------------------------------------------------------------------------------------------------- */

const char *form_amount(struct cli *cli, int64_t fen) {
  int64_t whole = fen / 1000000, part = fen % 1000000;
  char text[MONEY_TEXT_SIZE];
  int length = snprintf(text, sizeof(text), "%s%lld.%06lld", fen < 0 && !whole ? "-" : "", (long long)whole, (long long)(part < 0 ? -part : part));
  while (text[length - 1] == '0') text[--length] = '\0';
  if (text[length - 1] == '.') text[--length] = '\0';
  return text_of(cli, "%s", text);
}

const char *form_shown(struct cli *cli, const char *amount) {
  char text[MONEY_TEXT_SIZE];
  int64_t fen;
  return money_parse_wanyuan(amount, &fen) ? text_of(cli, "%s", money_wanyuan(fen, text)) : amount;
}

bool form_total(const struct form_sheet *sheet, size_t column, int64_t *sum) {
  *sum = 0;
  for (size_t i = 0; i < sheet->count; i++) {
    int64_t value = 0;
    const char *cell = sheet->rows[i][column];
    bool good = !*cell || (sheet->form->columns[column].kind == AMOUNT ? money_parse_wanyuan(cell, &value) : parse_int64(cell, 0, INT64_MAX, &value));
    if (!good || !money_add(*sum, value, sum)) return false;
  }
  return true;
}
