/* import_read.c - a CSV file as requests: heads to fields, cells to values, all complaints at once. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/bus/socket.h"
#include "common/pb/table.h"
#include "common/pb/validate.h"
#include "services/cli/import.h"

#define COLUMNS_MAX 100
#define KINDS_MAX 64
#define SHOWN_OF_A_KIND 10

struct column {
  const message_field *field;
  bool of_request, failed;
  const char *head;
}; /* failed: this row's cell was complained of */

/* Cells left empty: the first of a column are shown, the rest counted, so that a forgotten column does not fill the screen. */
struct kind {
  const char *head, *why;
  size_t count;
};

struct reading {
  struct import *import;
  struct csv_reader *csv;
  const message_type *request_type, *row_type;
  const message_field *rows;
  struct column columns[COLUMNS_MAX];
  size_t column_count;
  int assignment_count;
  char **assignments;
  message *request; /* of the chunk being filled */
  char **key;       /* its cells of request columns */
  size_t bad, capacity, chunk_capacity, kind_count;
  struct kind kinds[KINDS_MAX];
  const char *required, *row_required; /* paths in the request, in a row */
};

static struct kind *kind_of(struct reading *reading, const char *head, const char *why) {
  for (size_t i = 0; i < reading->kind_count; i++)
    if (strcmp(reading->kinds[i].head, head) == 0 && strcmp(reading->kinds[i].why, why) == 0) return &reading->kinds[i];
  if (reading->kind_count == KINDS_MAX) return &reading->kinds[KINDS_MAX - 1];
  struct kind *kind = &reading->kinds[reading->kind_count++];
  kind->head = arena_strdup(reading->import->arena, head);
  kind->why = arena_strdup(reading->import->arena, why);
  if (!kind->head || !kind->why) *kind = (struct kind){"", "", 0};
  return kind;
}

static void bad_cell(struct reading *reading, size_t line, const char *head, const char *value, const char *why) {
  if (!reading->bad++) complain(IMPORT_BAD_CELLS);
  if (*value || kind_of(reading, head, why)->count++ < SHOWN_OF_A_KIND) fprintf(stderr, TEXT(IMPORT_BAD_CELL), line, head, value, why);
}

static void bad_total(const struct reading *reading) {
  for (size_t i = 0; i < reading->kind_count; i++) {
    const struct kind *kind = &reading->kinds[i];
    if (kind->count > SHOWN_OF_A_KIND) fprintf(stderr, TEXT(IMPORT_BAD_MORE), kind->head, kind->why, kind->count - SHOWN_OF_A_KIND);
  }
  if (reading->bad) complain(IMPORT_BAD_TOTAL, reading->bad);
}

/* --- heads --- */

static void list_heads(const struct reading *reading) {
  fputs(TEXT(IMPORT_HEADS), stderr);
  for (unsigned i = 0; i < reading->row_type->n_fields; i++) {
    const char *name = reading->row_type->fields[i].name;
    const struct field_rule *rule = field_rule_find(name);
    if (!rule || rule->secrecy != FIELD_DERIVED) fprintf(stderr, " %s(%s)", table_field_head(name), name);
  }
  fputc('\n', stderr);
}

static bool read_heads(struct reading *reading) {
  char **cells;
  size_t count;
  if (csv_next(reading->csv, &cells, &count) != 1 || count > COLUMNS_MAX) {
    complain(IMPORT_NO_HEADS);
    return false;
  }
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    struct column *column = &reading->columns[i];
    column->head = arena_strdup(reading->import->arena, cells[i]);
    column->field = table_head_field(reading->row_type, cells[i]);
    column->of_request = !column->field;
    if (!column->field) column->field = table_head_field(reading->request_type, cells[i]);
    if (column->field && column->field->type != PROTOBUF_C_TYPE_MESSAGE) continue;
    complain(IMPORT_HEAD_UNKNOWN, cells[i]);
    good = false;
  }
  reading->column_count = count;
  if (!good) list_heads(reading);
  return good;
}

/* --- rows into requests --- */

static bool grow(void **array, size_t *capacity, size_t count, size_t size) {
  if (count < *capacity) return true;
  size_t wider = *capacity ? *capacity * 2 : 1024;
  void *moved = realloc(*array, wider * size);
  if (!moved) return false;
  *array = moved;
  *capacity = wider;
  return true;
}

/* The file's own head for a field; NULL when the file has no such column. */
static const struct column *column_of(const struct reading *reading, const char *field_name) {
  for (size_t i = 0; i < reading->column_count; i++)
    if (strcmp(reading->columns[i].field->name, field_name) == 0) return &reading->columns[i];
  return NULL;
}

/* Checks one message by itself, so that a file of any length is complained of whole. */
static void check_message(struct reading *reading, message *subject, const char *required, size_t line) {
  struct problems problems;
  problems_init(&problems, reading->import->arena);
  bool valid = pb_validate(subject, &problems), complete = pb_require(subject, required, &problems);
  for (size_t i = 0; (!valid || !complete) && i < problems.count; i++) {
    const struct problem *problem = &problems.list[i];
    const message_field *field = pb_field(subject->descriptor, problem->path);
    const char *value = field ? table_get_cell(reading->import->arena, subject, field, 0) : NULL;
    const struct column *column = column_of(reading, problem->path);
    if (problem->severity != SEVERITY_BLOCK || (column && column->failed)) continue;
    bad_cell(reading, line, column ? column->head : table_field_head(problem->path), value ? value : "", BOTH(problem->zh, problem->en));
  }
}

/* "project_code lines lines.work_date" -> "project_code" and, for the rows, "work_date". */
static bool split_required(struct reading *reading, const char *required) {
  struct arena *arena = reading->import->arena;
  char *words = arena_strdup(arena, required);
  size_t length = strlen(reading->rows->name);
  reading->required = reading->row_required = "";
  for (char *word; words && (word = strsep(&words, " "));) {
    bool of_rows = strncmp(word, reading->rows->name, length) == 0 && (word[length] == '.' || !word[length]);
    const char **list = of_rows ? &reading->row_required : &reading->required, *path = of_rows ? word + length + (word[length] == '.') : word;
    if (*path) *list = arena_printf(arena, "%s%s%s", *list, **list ? " " : "", path);
    if (!*list) return false;
  }
  return true;
}

static bool finish_chunk(struct reading *reading) {
  struct import *import = reading->import;
  if (!reading->request) return true;
  struct chunk *chunk = &import->chunks[import->chunk_count];
  chunk->body = pb_pack(import->arena, reading->request, &chunk->length);
  reading->request = NULL;
  import->chunk_count++;
  if (chunk->body && chunk->length <= BUS_BODY_MAX) return true;
  complain(IMPORT_CHUNK_LARGE, import->lines[chunk->first], chunk->length, BUS_BODY_MAX);
  return false;
}

/* The cells of the row's columns, or of the request's, into their fields. */
static void put_cells(struct reading *reading, message *target, char **cells, bool of_request) {
  for (size_t i = 0; i < reading->column_count; i++) {
    struct column *column = &reading->columns[i];
    const char *zh = NULL, *en = NULL;
    if (column->of_request != of_request) continue;
    column->failed = *cells[i] && !table_put_cell(reading->import->arena, target, column->field, cells[i], &zh, &en);
    if (column->failed) bad_cell(reading, csv_line(reading->csv), column->head, cells[i], BOTH(zh, en));
  }
}

static bool begin_chunk(struct reading *reading, char **cells) {
  struct import *import = reading->import;
  void *chunks = import->chunks;
  if (!grow(&chunks, &reading->chunk_capacity, import->chunk_count, sizeof(*import->chunks))) return false;
  import->chunks = chunks;
  import->chunks[import->chunk_count] = (struct chunk){.first = import->row_count};
  reading->request = pb_new(import->arena, reading->request_type);
  if (!reading->request) return false;
  for (int i = 0; i < reading->assignment_count; i++)
    if (!request_put(import->arena, reading->request, reading->assignments[i])) return false;
  for (size_t i = 0; i < reading->column_count; i++)
    if (reading->columns[i].of_request) reading->key[i] = arena_strdup(import->arena, cells[i]);
  put_cells(reading, reading->request, cells, true);
  check_message(reading, reading->request, reading->required, csv_line(reading->csv));
  return true;
}

static bool belongs_to_chunk(const struct reading *reading, char **cells) {
  const struct import *import = reading->import;
  if (!reading->request) return false;
  size_t full = import->table->chunk_rows;
  if (full && import->chunks[import->chunk_count].count >= full) return false;
  for (size_t i = 0; i < reading->column_count; i++)
    if (reading->columns[i].of_request && strcmp(reading->key[i], cells[i]) != 0) return false;
  return true;
}

static bool add_row(struct reading *reading, char **cells) {
  struct import *import = reading->import;
  void *lines = import->lines;
  if (!grow(&lines, &reading->capacity, import->row_count, sizeof(*import->lines))) return false;
  import->lines = lines;
  if (!belongs_to_chunk(reading, cells) && (!finish_chunk(reading) || !begin_chunk(reading, cells))) return false;
  message *row = pb_new(import->arena, reading->row_type);
  if (!row) return false;
  put_cells(reading, row, cells, false);
  check_message(reading, row, reading->row_required, csv_line(reading->csv));
  if (!pb_put_message(import->arena, reading->request, reading->rows, row)) return false;
  import->lines[import->row_count++] = csv_line(reading->csv);
  import->chunks[import->chunk_count].count++;
  return true;
}

static bool is_blank(char **cells, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (*cells[i]) return false;
  return true;
}

static int read_rows(struct reading *reading) {
  char **cells;
  size_t count;
  int got;
  while ((got = csv_next(reading->csv, &cells, &count)) == 1) {
    if (is_blank(cells, count)) continue;
    if (count != reading->column_count) {
      bad_cell(reading, csv_line(reading->csv), "", "", TEXT(IMPORT_CELL_COUNT));
      continue;
    }
    if (!add_row(reading, cells)) return CLI_BAD_DATA;
  }
  if (got < 0) {
    complain(IMPORT_NOT_CSV, csv_line(reading->csv), csv_problem(reading->csv));
    return CLI_BAD_DATA;
  }
  if (!finish_chunk(reading)) return CLI_BAD_DATA;
  bad_total(reading);
  return reading->bad ? CLI_BAD_DATA : CLI_OK;
}

int import_read(struct import *import, const char *path, int count, char **assignments) {
  struct contract_method method;
  if (!contract_find(import->table->method, &method)) return CLI_USAGE;
  FILE *file = fopen(path, "re");
  if (!file) {
    complain(CANNOT_READ, path, strerror(errno));
    return CLI_NO_INPUT;
  }
  struct reading *reading = arena_alloc(import->arena, sizeof(*reading));
  int code = CLI_INTERNAL;
  if (reading && (reading->csv = csv_open(file))) {
    reading->import = import;
    reading->request_type = method.input;
    reading->rows = pb_field(method.input, import->table->rows);
    reading->row_type = reading->rows->descriptor;
    reading->assignment_count = count;
    reading->assignments = assignments;
    reading->key = arena_array(import->arena, COLUMNS_MAX, sizeof(char *));
    code = reading->key && split_required(reading, method.required) && read_heads(reading) ? read_rows(reading) : CLI_BAD_DATA;
    csv_close(&reading->csv);
  }
  fclose(file);
  if (import->arena->failed) complain(OUT_OF_MEMORY);
  return code;
}

void import_free(struct import *import) {
  free(import->lines);
  free(import->chunks);
}
