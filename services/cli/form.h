/* form.h - forms as the offices file and post them: columns under a head of up to three rows, amounts in 万元. Rows are texts by column. */
#ifndef WORKRELIEF_CLI_FORM_H
#define WORKRELIEF_CLI_FORM_H

#include "services/cli/cli.h"

enum form_kind { SERIAL, WORDS, AMOUNT, PEOPLE, SHARE, TICK };
enum form_page { TABLE, CARD };
struct form_column {
  const char *key, *group, *subgroup, *head;
  enum form_kind kind;
  int width;
  bool total;
  const char *words;
};
struct form {
  const char *name, *title, *sheet;
  enum form_page page;
  const char *en;
  const struct form_column *columns;
  size_t column_count;
};
extern const struct form forms[];
extern const size_t form_count;
const struct form *form_find(const char *name); /* NULL: none of that name */

/* A filled form. */
struct form_sheet {
  struct cli *cli;
  const struct form *form;
  const char *annex, *title, *filled_date, *filler_name; /* above the table; "" = left open, of the annex none */
  const char ***rows;                                    /* a text for every column; an AMOUNT is the exact 万元, "" = not known */
  size_t count, capacity;
  bool provincial_only; /* leaves out projects without provincial funds */
};
const char **form_add_row(struct form_sheet *sheet) MUST_CHECK;
/* Nothing happens when the form has no such key, so that one filling serves several forms. */
void form_set(struct form_sheet *sheet, const char **row, const char *key, const char *text);
void form_set_fen(struct form_sheet *sheet, const char **row, const char *key, bool known, int64_t fen);
void form_set_count(struct form_sheet *sheet, const char **row, const char *key, bool known, int64_t count);
const char *form_get(const struct form_sheet *sheet, const char **row, const char *key);
/* The column of that key; column_count when there is none. */
size_t form_column(const struct form *form, const char *key);

/* Exact 万元 of fen, up to six decimals, none that are 0: "1758", "12.345678". */
const char *form_amount(struct cli *cli, int64_t fen);
/* The amount as two decimals show it, half up. */
const char *form_shown(struct cli *cli, const char *amount);
/* Sum of a column that has one; false when a cell is no amount. */
bool form_total(const struct form_sheet *sheet, size_t column, int64_t *sum) MUST_CHECK;

/* Writes .xlsx or .csv by the ending; NULL: CSV on standard output. *rounded: amounts of which two decimals show less than there is. */
int form_write(const struct form_sheet *sheet, const char *path, size_t *rounded);
/* One cell of a CSV line; shielded: what a spreadsheet would take for a formula gets an apostrophe. */
void form_csv_cell(FILE *file, const char *text, bool shielded);
int form_write_book(const struct form_sheet *sheet, const char *path, size_t *rounded);

/* form_facts.c: the form filled from what is on record. unit: NULL = every project that is shown to the caller. */
int form_fill(struct form_sheet *sheet, const char *month, const char *unit_id, const char *project_code);
/* form_import.c: 调度表 from a file into the registry, and back as it was recorded. */
int form_import(struct cli *cli, const char *path, int count, char **assignments, bool dry_run);
int form_recorded(struct form_sheet *sheet, const char *month, const char *unit_id);

#endif
