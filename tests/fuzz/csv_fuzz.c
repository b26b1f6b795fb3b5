/* csv_fuzz.c - a file of a stranger: read as CSV, its first record taken as heads, its cells put into rows and shown again. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/pb/table.h"
#include "tests/specimen.pb-c.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define must(condition)                                                                                                                              \
  do {                                                                                                                                               \
    if (!(condition)) abort();                                                                                                                       \
  } while (0)
#define COLUMNS_MAX 64

/* A cell that was taken must show, and what it shows must be taken and show the same. */
static void check_cell(struct arena *arena, const message_field *field, const char *cell) {
  const char *zh = NULL, *en = NULL;
  message *const row = pb_new(arena, &specimen__person__descriptor);
  if (!row || !table_put_cell(arena, row, field, cell, &zh, &en)) {
    must(!row || (zh && en && *zh && *en));
    return;
  }
  if (pb_is_repeated(field)) return;
  const char *const shown = table_get_cell(arena, row, field, 0);
  message *const again = pb_new(arena, &specimen__person__descriptor);
  if (!again) return;
  const bool put = table_put_cell(arena, again, field, shown, &zh, &en);
  const char *const twice = put ? table_get_cell(arena, again, field, 0) : "";
  must(arena->failed || !strcmp(shown, twice));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  const message_field *columns[COLUMNS_MAX] = {NULL};
  struct arena arena;
  if (length == 0) return 0;
  FILE *const file = fmemopen((void *)(uintptr_t)bytes, length, "r");
  struct csv_reader *reader = csv_open(file);
  char **cells;
  size_t count, line = 0;
  bool heads = true;
  for (; csv_next(reader, &cells, &count) == 1; heads = false) {
    must(count > 0 && csv_line(reader) > line);
    line = csv_line(reader);
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < count; i++) {
      size_t bad;
      must(utf8_is_valid(cells[i], strlen(cells[i]), &bad));
      if (heads && i < COLUMNS_MAX) columns[i] = table_head_field(&specimen__person__descriptor, cells[i]);
      if (!heads && i < COLUMNS_MAX && columns[i]) check_cell(&arena, columns[i], cells[i]);
    }
    arena_reset(&arena);
  }
  csv_close(&reader);
  fclose(file);
  return 0;
}
