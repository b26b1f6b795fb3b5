/* batch.c - rows gathered into requests, each checked before anything is sent. */
#include "services/cli/batch.h"

#include <stdlib.h>
#include <string.h>

#include "common/bus/socket.h"
#include "common/pb/table.h"
#include "common/pb/validate.h"

/* "project_code lines lines.work_date" -> "project_code" and, for the rows, "work_date". */
static bool split_required(struct batch *batch) {
  char *words = arena_strdup(batch->arena, batch->method.required);
  size_t length = batch->rows ? strlen(batch->rows->name) : 0;
  batch->required = batch->row_required = "";
  for (char *word; words && (word = strsep(&words, " "));) {
    bool of_rows = length && strncmp(word, batch->rows->name, length) == 0 && (word[length] == '.' || !word[length]);
    const char **list = of_rows ? &batch->row_required : &batch->required, *path = of_rows ? word + length + (word[length] == '.') : word;
    if (*path) *list = arena_printf(batch->arena, "%s%s%s", *list, **list ? " " : "", path);
    if (!*list) return false;
  }
  return words || !*batch->method.required || *batch->required || *batch->row_required;
}

bool batch_open(struct batch *batch, struct arena *arena, const char *method, const char *rows, size_t chunk_rows) {
  *batch = (struct batch){.arena = arena, .name = method, .chunk_rows = chunk_rows};
  if (!contract_find(method, &batch->method)) return false;
  batch->rows = rows ? pb_field(batch->method.input, rows) : NULL;
  if (split_required(batch)) return true;
  complain(OUT_OF_MEMORY);
  return false;
}

void batch_free(struct batch *batch) {
  free(batch->places);
  free(batch->chunks);
  batch->places = NULL;
  batch->chunks = NULL;
}

static bool grow(void **array, size_t *capacity, size_t count, size_t size) {
  if (count < *capacity) return true;
  size_t wider = *capacity ? *capacity * 2 : 1024;
  void *moved = realloc(*array, wider * size);
  if (!moved) return false;
  *array = moved;
  *capacity = wider;
  return true;
}

bool batch_finish(struct batch *batch) {
  if (!batch->request) return true;
  struct chunk *chunk = &batch->chunks[batch->chunk_count];
  chunk->body = pb_pack(batch->arena, batch->request, &chunk->length);
  batch->request = NULL;
  batch->chunk_count++;
  if (chunk->body && chunk->length <= BUS_BODY_MAX) return true;
  complain(IMPORT_CHUNK_LARGE, chunk->count ? batch->places[chunk->first].row : 0, chunk->length, BUS_BODY_MAX);
  return false;
}

message *batch_begin(struct batch *batch) {
  void *chunks = batch->chunks;
  if (!batch_finish(batch)) return NULL;
  if (!grow(&chunks, &batch->chunk_capacity, batch->chunk_count, sizeof(*batch->chunks))) return complain(OUT_OF_MEMORY), NULL;
  batch->chunks = chunks;
  batch->chunks[batch->chunk_count] = (struct chunk){.first = batch->row_count};
  batch->request = pb_new(batch->arena, batch->method.input);
  if (!batch->request) complain(OUT_OF_MEMORY);
  return batch->request;
}

bool batch_is_full(const struct batch *batch) {
  return !batch->request || (batch->chunk_rows && batch->chunks[batch->chunk_count].count >= batch->chunk_rows);
}

message *batch_row(struct batch *batch) { return pb_new(batch->arena, batch->rows ? batch->rows->descriptor : batch->method.input); }

bool batch_add(struct batch *batch, message *row, struct place place) {
  void *places = batch->places;
  if (!grow(&places, &batch->row_capacity, batch->row_count, sizeof(*batch->places))) return false;
  batch->places = places;
  if (batch->rows && !pb_put_message(batch->arena, batch->request, batch->rows, row)) return false;
  batch->places[batch->row_count++] = place;
  batch->chunks[batch->chunk_count].count++;
  return true;
}

void check_line(struct arena *arena, struct faults *faults, const message *subject, const char *required, struct place place, find_head *find,
                const void *context) {
  static struct problems problems; /* large; this program has one thread */
  problems_init(&problems, arena);
  bool valid = pb_validate((message *)(uintptr_t)subject, &problems), complete = pb_require(subject, required, &problems);
  for (size_t i = 0; (!valid || !complete) && i < problems.count; i++) {
    const struct problem *problem = &problems.list[i];
    const message_field *field = pb_field(subject->descriptor, problem->path);
    const char *value = field && !pb_is_repeated(field) ? table_get_cell(arena, subject, field, 0) : "";
    struct head_of head = find(context, problem->path);
    if (problem->severity != SEVERITY_BLOCK || head.failed) continue;
    if (head.known)
      fault_cell(faults, place.sheet, head.column, place.row, head.head, value, BOTH(problem->zh, problem->en));
    else
      fault_row(faults, place.sheet, place.row, table_field_head(problem->path), BOTH(problem->zh, problem->en));
  }
}
