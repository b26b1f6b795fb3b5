/* import_read.c - a file as requests: heads to fields, cells to values, all complaints at once. */
#include "services/cli/import.h"

#include <stdlib.h>
#include <string.h>

#include "common/pb/cell.h"
#include "common/pb/table.h"
#include "common/pb/validate.h"

struct column {
  const message_field *field;
  bool of_request, failed; /* failed: this row's cell was complained of */
  const char *head;
};

struct reading {
  struct batch *batch;
  struct faults *faults;
  struct source *source;
  const message_type *request_type, *row_type;
  struct column columns[SOURCE_COLUMNS_MAX];
  size_t column_count; /* 0 = the sheet's heads have not come yet */
  int assignment_count;
  char **assignments;
  char *key[SOURCE_COLUMNS_MAX]; /* the request's cells of its columns */
  size_t sheets;
};

/* --- above and below the rows ----------------------------------------------------------------------------------------------------- */

/* "项目代码：P1" -> "P1" when the label means the field; the value ends before two spaces or a wide one. */
static const char *value_behind(struct arena *arena, const char *text, const char *field_name) {
  const char *narrow = strchr(text, ':'), *wide = strstr(text, "：");
  const char *colon = wide && (!narrow || wide < narrow) ? wide : narrow;
  if (!colon) return NULL;
  char *label = arena_strndup(arena, text, (size_t)(colon - text));
  const char *clean = label ? cell_clean(arena, label) : NULL;
  if (!clean || !table_head_is(field_name, clean)) return NULL;
  const char *value = colon + (colon == wide ? strlen("：") : 1);
  return cell_clean(arena, value);
}

const char *label_value(struct arena *arena, const struct source_row *row, const char *field_name) {
  for (size_t i = 0; i < row->count; i++) {
    char *rest = arena_strdup(arena, row->cells[i]);
    for (char *part = rest; part && *part;) {
      char *wide = strstr(part, "　"), *narrow = strstr(part, "  "), *end = wide && (!narrow || wide < narrow) ? wide : narrow;
      if (end) *end = '\0';
      const char *value = value_behind(arena, part, field_name);
      if (value && *value) return value;
      part = end ? end + (end == wide ? strlen("　") : 2) : NULL;
    }
  }
  return NULL;
}

bool is_signature(const struct source_row *row) {
  static const char *const words[] = {"填报人", "制表人", "制表", "审核人", "复核人", "负责人", "注：", "注:", "说明：", "说明:", "备注：", "备注:"};
  size_t i = 0;
  while (i < row->count && !*row->cells[i]) i++;
  for (size_t j = 0; i < row->count && j < ARRAY_LENGTH(words); j++)
    if (strncmp(row->cells[i], words[j], strlen(words[j])) == 0) return true;
  return false;
}

/* --- heads ------------------------------------------------------------------------------------------------------------------------ */

static void list_heads(const struct reading *reading) {
  fputs(TEXT(IMPORT_HEADS), stderr);
  for (unsigned i = 0; i < reading->row_type->n_fields; i++) {
    const char *name = reading->row_type->fields[i].name;
    const struct field_rule *rule = field_rule_find(name);
    if (!rule || rule->secrecy != FIELD_DERIVED) fprintf(stderr, " %s(%s)", table_field_head(name), name);
  }
  fputc('\n', stderr);
}

static const message_field *field_of_head(const struct reading *reading, const char *head, bool *of_request) {
  const message_field *field = table_head_field(reading->row_type, head);
  *of_request = !field;
  if (!field) field = table_head_field(reading->request_type, head);
  return field && field->type != PROTOBUF_C_TYPE_MESSAGE ? field : NULL;
}

static bool are_heads(const struct reading *reading, const struct source_row *row) {
  bool of_request;
  for (size_t i = 0; i < row->count; i++)
    if (*row->cells[i] && field_of_head(reading, row->cells[i], &of_request)) return true;
  return false;
}

static bool take_heads(struct reading *reading, const struct source_row *row) {
  struct arena *arena = reading->batch->arena;
  bool good = row->count <= SOURCE_COLUMNS_MAX;
  for (size_t i = 0; good && i < row->count; i++) {
    struct column *column = &reading->columns[i];
    const char *head = cell_clean(arena, row->cells[i]);
    column->head = head ? head : "";
    column->field = field_of_head(reading, column->head, &column->of_request);
    if (column->field || !*column->head) continue;
    complain(IMPORT_HEAD_UNKNOWN, column->head);
    good = false;
  }
  reading->column_count = row->count;
  reading->sheets++;
  if (!good) list_heads(reading);
  return good;
}

/* --- rows into requests ----------------------------------------------------------------------------------------------------------- */

static struct head_of find_column(const void *context, const char *field_name) {
  const struct reading *reading = context;
  for (size_t i = 0; i < reading->column_count; i++)
    if (reading->columns[i].field && strcmp(reading->columns[i].field->name, field_name) == 0)
      return (struct head_of){reading->columns[i].head, i, true, reading->columns[i].failed};
  return (struct head_of){0};
}

static const char *cell_at(const struct source_row *row, size_t i) { return i < row->count ? row->cells[i] : ""; }

/* The cells of the row's columns, or of the request's, into their fields. */
static void put_cells(struct reading *reading, message *target, const struct source_row *row, bool of_request) {
  for (size_t i = 0; i < reading->column_count; i++) {
    struct column *column = &reading->columns[i];
    const char *zh = NULL, *en = NULL, *cell = cell_at(row, i);
    if (!column->field || column->of_request != of_request) continue;
    column->failed = *cell && !table_put_cell(reading->batch->arena, target, column->field, cell, &zh, &en);
    if (column->failed) fault_cell(reading->faults, row->sheet, i, row->row, column->head, cell, BOTH(zh, en));
  }
}

static bool begin_chunk(struct reading *reading, const struct source_row *row) {
  struct arena *arena = reading->batch->arena;
  message *request = batch_begin(reading->batch);
  if (!request) return false;
  for (int i = 0; i < reading->assignment_count; i++)
    if (!request_put(arena, request, reading->assignments[i])) return false;
  for (size_t i = 0; i < reading->column_count; i++)
    if (reading->columns[i].of_request && !(reading->key[i] = arena_strdup(arena, cell_at(row, i)))) return false;
  put_cells(reading, request, row, true);
  check_line(arena, reading->faults, request, reading->batch->required, (struct place){row->sheet, row->row}, find_column, reading);
  return true;
}

static bool belongs_to_chunk(const struct reading *reading, const struct source_row *row) {
  if (batch_is_full(reading->batch)) return false;
  for (size_t i = 0; i < reading->column_count; i++)
    if (reading->columns[i].of_request && reading->columns[i].field && strcmp(reading->key[i], cell_at(row, i)) != 0) return false;
  return true;
}

static bool take_row(struct reading *reading, const struct source_row *row) {
  struct place place = {row->sheet, row->row};
  for (size_t i = reading->column_count; i < row->count; i++)
    if (*row->cells[i]) {
      fault_cell(reading->faults, row->sheet, i, row->row, "", row->cells[i], TEXT(IMPORT_CELL_COUNT));
      return true;
    }
  if (!belongs_to_chunk(reading, row) && !begin_chunk(reading, row)) return false;
  message *line = batch_row(reading->batch);
  if (!line) return false;
  put_cells(reading, line, row, false);
  check_line(reading->batch->arena, reading->faults, line, reading->batch->row_required, place, find_column, reading);
  return batch_add(reading->batch, line, place);
}

static bool is_total(const struct source_row *row) {
  for (size_t i = 0; i < row->count && i < 3; i++)
    if (*row->cells[i]) return cell_is_total(row->cells[i]);
  return false;
}

static int read_rows(struct reading *reading) {
  struct source_row row;
  size_t above = 0;
  int got;
  while ((got = source_next(reading->source, &row)) == 1) {
    if (row.new_sheet) {
      if (!batch_finish(reading->batch)) return CLI_BAD_DATA;
      reading->column_count = above = 0;
    }
    if (!reading->column_count) {
      if (are_heads(reading, &row) ? !take_heads(reading, &row) : ++above >= HEADS_WITHIN) return CLI_BAD_DATA;
      continue;
    }
    if (is_total(&row) || is_signature(&row)) continue;
    if (!take_row(reading, &row)) return CLI_BAD_DATA;
  }
  if (got < 0 || !batch_finish(reading->batch)) return CLI_BAD_DATA;
  if (!reading->sheets) complain(IMPORT_NO_HEADS), list_heads(reading);
  faults_end(reading->faults);
  return faults_count(reading->faults) || !reading->sheets ? CLI_BAD_DATA : CLI_OK;
}

int import_read(struct batch *batch, const char *path, int count, char **assignments) {
  struct reading *reading = arena_alloc(batch->arena, sizeof(*reading));
  int code = CLI_INTERNAL;
  if (!reading || !(reading->faults = faults_new(batch->arena))) return complain(OUT_OF_MEMORY), code;
  reading->batch = batch;
  reading->request_type = batch->method.input;
  reading->row_type = batch->rows->descriptor;
  reading->assignment_count = count;
  reading->assignments = assignments;
  if (!(reading->source = source_open(batch->arena, path, &code))) return code;
  code = read_rows(reading);
  source_close(&reading->source);
  if (batch->arena->failed) complain(OUT_OF_MEMORY);
  return code;
}
