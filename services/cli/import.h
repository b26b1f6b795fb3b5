/* import.h - a CSV file as requests, before anything is sent. */
#ifndef WORKRELIEF_CLI_IMPORT_H
#define WORKRELIEF_CLI_IMPORT_H

#include "common/crypto/hash.h"
#include "services/cli/cli.h"

struct import_table {
  const char *name, *method;
  const char *rows;  /* the repeated field that takes the file's rows */
  size_t chunk_rows; /* rows of one request; 0 = the request cannot be split */
  const char *zh, *en;
};

/* One request: rows first .. first + count - 1 of the file. */
struct chunk {
  size_t first, count;
  const uint8_t *body;
  size_t length;
};

struct import {
  const struct import_table *table;
  struct arena *arena;
  size_t *lines; /* of each row, the line in the file */
  size_t row_count;
  struct chunk *chunks;
  size_t chunk_count;
};

/* Reads and checks the whole file; lists every bad cell. assignments: fields of the request itself. A column whose head is such a
 * field is one too: where its value changes a new request begins. Returns the exit code. */
int import_read(struct import *import, const char *path, int count, char **assignments);
void import_free(struct import *import);

#endif
