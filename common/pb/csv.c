/* csv.c - RFC 4180, read once from front to back. Lone CR and LF end a record too; blank lines are no records. */
#include "common/pb/table.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"

#define RECORD_MAX ((size_t)1 << 20) /* bytes; more is an unclosed quote, not a row */
#define CELLS_MAX ((size_t)1000)

struct csv_reader {
  FILE *file; /* borrowed */
  char *text; /* the record's cells, each closed by NUL */
  size_t used, size;
  size_t starts[CELLS_MAX];
  char *cells[CELLS_MAX];
  size_t count;
  size_t line;  /* being read */
  size_t began; /* where the record began */
  size_t row;   /* the record as a spreadsheet counts: a blank line is a row, a line break inside quotes is none */
  bool begun;   /* the BOM has been looked for */
  const char *problem;
};

struct csv_reader *csv_open(FILE *file) {
  struct csv_reader *const reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->file = file;
  reader->line = 1;
  return reader;
}

void csv_close(struct csv_reader **reader) {
  if (!*reader) return;
  free((*reader)->text);
  free(*reader);
  *reader = NULL;
}

const char *csv_problem(const struct csv_reader *reader) { return reader->problem ? reader->problem : ""; }
size_t csv_line(const struct csv_reader *reader) { return reader->began; }
size_t csv_row(const struct csv_reader *reader) { return reader->row; }

static bool fail(struct csv_reader *reader, const char *problem) {
  reader->problem = problem;
  return false;
}

static bool put_byte(struct csv_reader *reader, int byte) {
  if (reader->used == reader->size) {
    const size_t size = reader->size > 0 ? 2 * reader->size : 4096;
    char *const text = size <= RECORD_MAX ? realloc(reader->text, size) : NULL;
    if (!text) return fail(reader, "一行超过1MB, 多半是引号没有闭合 / a record of more than 1 MiB: a quote was not closed");
    reader->text = text;
    reader->size = size;
  }
  reader->text[reader->used++] = (char)byte;
  return true;
}

static bool begin_cell(struct csv_reader *reader) {
  if (reader->count == CELLS_MAX) return fail(reader, "一行超过1000列 / a record of more than 1,000 cells");
  reader->starts[reader->count++] = reader->used;
  return true;
}

static int next_byte(struct csv_reader *reader) {
  int byte = getc_unlocked(reader->file); /* the reader is one thread's: the lock would cost more than the byte */
  if (byte == '\r') {
    const int behind = getc_unlocked(reader->file);
    if (behind != '\n' && behind != EOF) ungetc(behind, reader->file);
    byte = '\n';
  }
  if (byte == '\n') reader->line++;
  return byte;
}

/* Behind the opening quote; *byte becomes what stands behind the closing one. */
static bool take_quoted(struct csv_reader *reader, int *byte) {
  for (;;) {
    *byte = next_byte(reader);
    if (*byte == EOF) return fail(reader, "引号没有闭合 / a quote was not closed");
    if (*byte != '"') {
      if (!put_byte(reader, *byte)) return false;
      continue;
    }
    *byte = next_byte(reader);
    if (*byte != '"') break;
    if (!put_byte(reader, '"')) return false;
  }
  if (*byte != ',' && *byte != '\n' && *byte != EOF) return fail(reader, "引号后还有文字 / text behind a closing quote");
  return true;
}

static bool take_plain(struct csv_reader *reader, int *byte) {
  for (; *byte != ',' && *byte != '\n' && *byte != EOF; *byte = next_byte(reader)) {
    if (*byte == '"') return fail(reader, "未加引号的单元格里有引号 / a quote inside an unquoted cell");
    if (!put_byte(reader, *byte)) return false;
  }
  return true;
}

/* first: the record's first byte. */
static bool take_record(struct csv_reader *reader, int first) {
  int byte = first;
  reader->used = reader->count = 0;
  for (;;) {
    if (!begin_cell(reader)) return false;
    if (!(byte == '"' ? take_quoted(reader, &byte) : take_plain(reader, &byte))) return false;
    const size_t start = reader->starts[reader->count - 1], length = reader->used - start;
    size_t bad;
    if (length > 0 && !utf8_is_valid(reader->text + start, length, &bad))
      return fail(reader, "不是 UTF-8 文字(或含空字符), 请另存为“CSV UTF-8” / not UTF-8 (or a NUL): save as CSV UTF-8");
    if (!put_byte(reader, 0)) return false;
    if (byte != ',') return true;
    byte = next_byte(reader);
  }
}

static bool skip_mark(struct csv_reader *reader, int *byte) {
  if (reader->begun) return true;
  reader->begun = true;
  if (*byte == 0xff || *byte == 0xfe) return fail(reader, "文件是 UTF-16 编码, 请另存为“CSV UTF-8” / the file is UTF-16: save as CSV UTF-8");
  if (*byte != 0xef) return true;
  const int second = next_byte(reader), third = next_byte(reader);
  if (second != 0xbb || third != 0xbf) return fail(reader, "不是 UTF-8 文字, 请另存为“CSV UTF-8” / not UTF-8: save as CSV UTF-8");
  *byte = next_byte(reader);
  return true;
}

int csv_next(struct csv_reader *reader, char ***cells, size_t *count) {
  if (reader->problem) return -1;
  reader->began = reader->line;
  int byte = next_byte(reader);
  if (!skip_mark(reader, &byte)) return -1;
  reader->row++;
  while (byte == '\n') {
    reader->row++;
    reader->began = reader->line;
    byte = next_byte(reader);
  }
  if (byte == EOF) {
    if (!ferror(reader->file)) return 0;
    reader->problem = "文件读取失败 / the file could not be read";
    return -1;
  }
  if (!take_record(reader, byte)) return -1;
  for (size_t i = 0; i < reader->count; i++) reader->cells[i] = reader->text + reader->starts[i];
  *cells = reader->cells;
  *count = reader->count;
  return 1;
}
