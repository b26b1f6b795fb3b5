/* table.h - rows of text and repeated messages: CSV in, by column heads that are field names or their Chinese heads (heads.def). */
#ifndef WORKRELIEF_TABLE_H
#define WORKRELIEF_TABLE_H

#include <stdio.h>

#include "common/pb/problem.h"
#include "common/pb/reflect.h"

/* RFC 4180 reader: quotes, doubled quotes, CRLF, BOM; UTF-8 only. */
struct csv_reader;
struct csv_reader *csv_open(FILE *file); /* borrows file; NULL on memory */
void csv_close(struct csv_reader **reader);
/* Next record's cells, valid until the next call. 1 = a record, 0 = end, -1 = malformed (csv_problem tells). */
int csv_next(struct csv_reader *reader, char ***cells, size_t *count) MUST_CHECK;
const char *csv_problem(const struct csv_reader *reader);
size_t csv_line(const struct csv_reader *reader); /* line on which the record began, from 1 */
size_t csv_row(const struct csv_reader *reader);  /* the same as a spreadsheet counts: a line break inside quotes begins no row */

/* The field a column head means in a message type: its snake_case name, or the Chinese head of heads.def; NULL = no such field. */
const message_field *table_head_field(const message_type *type, const char *head);
/* Whether a head, with or without its unit, means a field of that name. */
bool table_head_is(const char *field_name, const char *head);
/* The Chinese head of a field as the offices know it; its own name when heads.def has none. */
const char *table_field_head(const char *field_name);
/* Puts one cell into its field: integers plain, *_fen in yuan and *_hundredths in days (0.5), both with at most two decimals, *_bp as
 * basis points or a percentage (30%), several values of a repeated field separated by 、 or a semicolon, dates and months as written
 * (2026-03-31, 2026/3/31, 2026年3月31日, a spreadsheet's 46112; 2026-03, 2026年3月), enums by name or by Chinese label (heads.def).
 * False: *why_zh and *why_en say what is wrong and what would fix it; an ID number of which a spreadsheet made 1.40298E+17, and a
 * formula instead of its value, are named as such. */
bool table_put_cell(struct arena *arena, message *row, const message_field *field, const char *cell, const char **why_zh,
                    const char **why_en) MUST_CHECK;
/* The value of a field as a cell shows it; "" when absent. In the arena. */
const char *table_get_cell(struct arena *arena, const message *row, const message_field *field, size_t i);

#endif
