/* cell_fuzz.c - one cell of a stranger's workbook: cleaning it twice changes nothing more, and no question about it breaks. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/pb/cell.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define must(condition)                                                                                                                              \
  do {                                                                                                                                               \
    if (!(condition)) abort();                                                                                                                       \
  } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  struct arena arena;
  size_t bad;
  char date[CLOCK_DATE_SIZE], name[CELL_NAME_SIZE];
  int32_t day;
  if (length > 0 && !utf8_is_valid(bytes, length, &bad)) return 0; /* the CSV reader lets nothing else through */
  arena_init(&arena, 1 << 20);
  const char *const cell = arena_strndup(&arena, (const char *)bytes, length), *const clean = cell ? cell_clean(&arena, cell) : NULL;
  const char *const twice = clean ? cell_clean(&arena, clean) : NULL;
  if (twice) {
    must(strlen(clean) <= strlen(cell));
    must(clean[0] == '\'' || !strcmp(clean, twice)); /* ''1 loses one mark at a time */
    const int kinds = cell_is_blank(clean) + cell_is_total(clean) + cell_is_residue(clean);
    must(kinds <= 1);
    if (cell_serial_day(clean, &day)) must(strlen(date_format(day, date)) == CLOCK_DATE_SIZE - 1 && !cell_has_lost_digits(clean));
  }
  must(strlen(cell_name(length * 7919, length, name)) < CELL_NAME_SIZE);
  arena_reset(&arena);
  return 0;
}
