/* import.h - tables whose columns are the fields of one method's rows. */
#ifndef WORKRELIEF_CLI_IMPORT_H
#define WORKRELIEF_CLI_IMPORT_H

#include "services/cli/batch.h"

struct import_table {
  const char *name, *method;
  const char *rows;  /* the repeated field that takes the file's rows */
  size_t chunk_rows; /* rows of one request; 0 = the request cannot be split */
  const char *zh, *en;
};

/* Reads and checks the whole file into requests; lists every bad cell. assignments: fields of the request itself. A column whose head is
 * such a field is one too: where its value changes a new request begins. Returns the exit code. */
int import_read(struct batch *batch, const char *path, int count, char **assignments);

/* What stands above the heads of a sheet: "项目代码：P1　　月份：2026-07". The value of the first label that means the field, or NULL. */
const char *label_value(struct arena *arena, const struct source_row *row, const char *field_name);
/* Lines under the rows, of people who sign: no record. */
bool is_signature(const struct source_row *row);
#define HEADS_WITHIN 10 /* rows of a sheet among which the heads are looked for */

#endif
