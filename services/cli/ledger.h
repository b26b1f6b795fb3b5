/* ledger.h - the offices' ledgers: what stands in their columns, what is on record, and how an imported row becomes requests. */
#ifndef WORKRELIEF_CLI_LEDGER_H
#define WORKRELIEF_CLI_LEDGER_H

#include "services/cli/cli.h"

enum column_kind { SEQUENCE, CSV_ONLY, WORD, CODE, DATE, NUMBER, DAYS, MONEY, GRID };
enum column_into { NOTHING, CHECKED, REQUEST, WORKER, GROUP, AGREEMENT, ENTRY, TRAINING, TRAINEE, CONFIRMATION, POST, HOLDING };
#define TARGET_COUNT (HOLDING + 1)

struct ledger_column {
  const char *shown, *taken; /* "none" */
  enum column_into into;
  enum column_kind kind;
  int width;
  bool total;
  const char *head;
};

struct ledger_record;
struct ledger_import; /* ledger_import.h */
struct ledger {
  const char *name, *zh, *en;
  bool by_month;
  const struct ledger_column *columns;
  size_t column_count;
  /* All rows that are on record, as they are exported. */
  int (*fetch)(struct ledger_record *record);
  /* Rows of a file that have been read, into requests that are sent. */
  int (*take)(struct ledger_import *import);
};
extern const struct ledger ledgers[];
extern const size_t ledger_count;
const struct ledger *ledger_find(const char *name); /* NULL after a complaint that names them all */
const char *column_head(const struct ledger_column *column);
/* The column of that field, shown or taken; there must be one. */
size_t ledger_column(const struct ledger *ledger, const char *field);
int column_day(const struct ledger_column *column); /* of a GRID column: 1..31, else 0 */

struct ledger_record {
  struct cli *cli;
  const struct ledger *ledger;
  const char *project_code, *project_name, *month, *unit_name;
  int days;                  /* of the month */
  const char *reveal_reason; /* NULL: ID numbers and accounts stay masked */
  const char ***rows;        /* a text for every column */
  size_t count, capacity;
};
/* Checks project and month, and reads what is on record. */
int ledger_fetch(struct ledger_record *record);
/* A fresh row of empty cells; NULL = no memory. */
const char **ledger_add_row(struct ledger_record *record) MUST_CHECK;
/* Fills every cell of the row whose `shown` is a field of the message. */
void ledger_show(struct ledger_record *record, const char **row, const message *source);
void ledger_set(struct ledger_record *record, const char **row, const char *field, const char *text);
/* False after a complaint: the ending of the path says no kind of file. */
bool ledger_can_write(const char *path) MUST_CHECK;
/* Writes an .xlsx or .csv file; path NULL: CSV on standard output. */
int ledger_write(const struct ledger_record *record, const char *path);

/* A field as a cell shows it; several values separated by 、. In the arena, never NULL. */
const char *field_cell(struct arena *arena, const message *source, const message_field *field);
/* "1.00" -> "1", "0.50" -> "0.5" */
const char *short_number(struct arena *arena, const char *number);

/* Calls a list method page by page and hands over every row of its repeated field `rows`. */
typedef bool take_row(void *context, message *row); /* false = no memory */
int list_rows(struct cli *cli, const char *method, const char *const *assignments, take_row *take, void *context);
/* One call of a read method with "field=value" assignments, ended by NULL; answer NULL unless it is CLI_OK. */
int ask_with(struct cli *cli, const char *method, const char *const *assignments, message **answer);

int roster_fetch(struct ledger_record *record);
int roster_take(struct ledger_import *import);
int attendance_fetch(struct ledger_record *record);
int attendance_take(struct ledger_import *import);
int training_fetch(struct ledger_record *record);
int training_take(struct ledger_import *import);
int wages_fetch(struct ledger_record *record);
int wages_take(struct ledger_import *import);
int posts_fetch(struct ledger_record *record);
int posts_take(struct ledger_import *import);

#endif
