/* cell.h - one cell as people type it and as spreadsheets store it, before it is taken for a value. Pure. */
#ifndef WORKRELIEF_CELL_H
#define WORKRELIEF_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"

/* Without the spaces around it (full-width and non-breaking ones too) and without the apostrophe that makes a number text; a number typed
 * in full-width signs (１２．５) in plain ones; 0.30000000000000004 and 1201.0, which only a formula writes, as 0.3 and 1201. In the arena;
 * NULL = arena full. */
const char *cell_clean(struct arena *arena, const char *cell) MUST_CHECK;

/* What follows takes a clean cell. */
bool cell_is_blank(const char *cell);   /* nothing, or a sign that stands for nothing: - — / 无 空 */
bool cell_is_total(const char *cell);   /* 合计, 总计, 小计, 合 计 ...: the row is no record */
bool cell_is_residue(const char *cell); /* #REF!, #N/A, =A1+B1, #####: a formula instead of its value */
/* Digits that a spreadsheet has lost: 1.40298E+17, or 16 digits and more that end in as many zeros as a number cannot hold. */
bool cell_has_lost_digits(const char *cell);
/* A day as spreadsheets count it, from 1954 to 2119: "46203", "46203.0"; *day since 1970. */
bool cell_serial_day(const char *cell, int32_t *day) MUST_CHECK;
/* The name of a cell: column 2, row 17 -> "C17". Columns from 0, rows from 1. out holds 24 bytes; returns out. */
#define CELL_NAME_SIZE 24
char *cell_name(size_t column, size_t row, char *out);

#endif
