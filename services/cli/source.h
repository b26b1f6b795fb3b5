/* source.h - rows of text from a CSV file, or from every sheet of an Excel workbook (by xlsx2csv), each with its place. */
#ifndef WORKRELIEF_CLI_SOURCE_H
#define WORKRELIEF_CLI_SOURCE_H

#include "services/cli/cli.h"

#define SOURCE_COLUMNS_MAX 200

struct source;

struct source_row {
  const char *sheet; /* "" in a CSV file; in the arena of the source */
  size_t row;        /* as the spreadsheet counts, from 1 */
  char **cells;      /* valid until the next row */
  size_t count;
  bool new_sheet; /* the first row of its sheet that holds anything */
};

/* NULL after a complaint; *code says how to end. arena keeps the names of the sheets. */
struct source *source_open(struct arena *arena, const char *path, int *code) MUST_CHECK;
/* 1 = a row that holds something, 0 = end, -1 = broken (complained). */
int source_next(struct source *source, struct source_row *row) MUST_CHECK;
void source_close(struct source **source);

/* Bad cells, all of a file: the first thousand are shown, the rest counted; of empty cells the first ten of a column. */
struct faults;
struct faults *faults_new(struct arena *arena) MUST_CHECK;
void fault_cell(struct faults *faults, const char *sheet, size_t column, size_t row, const char *head, const char *value, const char *why);
/* Of a whole row, or of a cell that the file does not have. */
void fault_row(struct faults *faults, const char *sheet, size_t row, const char *head, const char *why);
size_t faults_count(const struct faults *faults);
/* What was not shown, and how many there are. */
void faults_end(const struct faults *faults);

#endif
