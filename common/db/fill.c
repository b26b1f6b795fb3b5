/* fill.c - the rows of a result into reply and event, or into refusals. */
#include <endian.h>
#include <string.h>

#include "common/base/log.h"
#include "common/db/fill.h"

/* No field costs more on the wire than its column's bytes plus this (tag, length, varint of 10 bytes for 8). */
#define FIELD_OVERHEAD 8
#define ROW_OVERHEAD 8

static const char *copy_text(struct arena *arena, const PGresult *result, int row, int column) {
  if (column < 0 || PQgetisnull(result, row, column)) return "";
  return arena_strndup(arena, PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
}

static bool collect_refusals(const struct statement *statement, const PGresult *result, struct arena *arena, struct filled *filled) {
  int rows = PQntuples(result);
  for (int row = 0; row < rows; row++) {
    if (PQgetisnull(result, row, statement->refusal)) continue;
    if (filled->refusals == NULL) filled->refusals = arena_array(arena, (size_t)(rows - row), sizeof *filled->refusals);
    if (filled->refusals == NULL) return false;
    struct refusal *refusal = &filled->refusals[filled->refusal_count++];
    refusal->rule = copy_text(arena, result, row, statement->refusal);
    refusal->path = copy_text(arena, result, row, statement->refusal_path);
    refusal->detail = copy_text(arena, result, row, statement->refusal_detail);
    if (refusal->rule == NULL || refusal->path == NULL || refusal->detail == NULL) return false;
  }
  return true;
}

struct filling {
  const struct statement *statement;
  const PGresult *result;
  struct arena *arena;
  message *targets[TARGETS]; /* NULL: nothing of that kind is filled from this row */
};

static bool fill_row(const struct filling *filling, int row) {
  const struct statement *statement = filling->statement;
  for (size_t i = 0; i < statement->column_count; i++) {
    const struct column *column = &statement->columns[i];
    message *target = filling->targets[column->target];
    if (target == NULL || PQgetisnull(filling->result, row, column->index)) continue;
    const char *why;
    if (fill_value(filling->arena, target, column, PQgetvalue(filling->result, row, column->index), PQgetlength(filling->result, row, column->index),
                   &why))
      continue;
    log_error("statement=%s column=%s row=%d: the value is %s", statement->name, PQfname(filling->result, column->index), row, why);
    return false;
  }
  return true;
}

static size_t row_bytes(const PGresult *result, int row) {
  size_t bytes = ROW_OVERHEAD;
  for (int i = 0; i < PQnfields(result); i++)
    if (!PQgetisnull(result, row, i)) bytes += FIELD_OVERHEAD + (size_t)PQgetlength(result, row, i);
  return bytes;
}

/* Rows that go into the reply: all of them, or one page of them; a page also ends where the reply would grow too large. */
static int rows_to_keep(const struct statement *statement, const PGresult *result, const message *request) {
  int rows = PQntuples(result);
  if (statement->page_key < 0) return rows;
  int page_size = statement_page_size(statement, request), keep = 0;
  size_t bytes = 0;
  while (keep < rows && keep < page_size) {
    bytes += row_bytes(result, keep);
    if (bytes > REPLY_BYTES_MAX && keep > 0) break;
    keep++;
  }
  return keep;
}

static bool set_page_token(const struct filling *filling, message *reply, int last_row) {
  const struct statement *statement = filling->statement;
  const char *key = copy_text(filling->arena, filling->result, last_row, statement->page_key);
  return key != NULL && (*key == '\0' || pb_put_text(filling->arena, reply, statement->next_page_token, key));
}

static void attach_rows(message *target, const message_field *field, message **rows, size_t count) {
  *(message ***)(void *)((char *)target + field->offset) = count > 0 ? rows : NULL;
  *(size_t *)(void *)((char *)target + field->quantifier_offset) = count;
}

static bool fill_rows(struct filling *filling, const message *request, struct filled *filled) {
  const struct statement *statement = filling->statement;
  size_t count = (size_t)rows_to_keep(statement, filling->result, request);
  bool own_event_rows = statement->event_rows != NULL && !statement->shares_rows;
  message **rows = arena_array(filling->arena, count, sizeof *rows), **event_rows = NULL;
  if (own_event_rows) event_rows = arena_array(filling->arena, count, sizeof *event_rows);
  if (rows == NULL || (own_event_rows && event_rows == NULL)) return false;
  for (size_t i = 0; i < count; i++) {
    filling->targets[TARGET_ROW] = rows[i] = pb_new(filling->arena, statement->rows->descriptor);
    if (own_event_rows) filling->targets[TARGET_EVENT_ROW] = event_rows[i] = pb_new(filling->arena, statement->event_rows->descriptor);
    if (rows[i] == NULL || (own_event_rows && event_rows[i] == NULL) || !fill_row(filling, (int)i)) return false;
    filling->targets[TARGET_REPLY] = filling->targets[TARGET_EVENT] = NULL; /* from the first row only */
  }
  attach_rows(filled->reply, statement->rows, rows, count);
  if (statement->event_rows != NULL) attach_rows(filled->event, statement->event_rows, own_event_rows ? event_rows : rows, count);
  filled->row_count = count;
  return count == (size_t)PQntuples(filling->result) || set_page_token(filling, filled->reply, (int)count - 1);
}

static bool copy_from_request(const struct statement *statement, const message *request, message *event) {
  for (size_t i = 0; i < statement->copy_count; i++)
    if (!pb_copy_field(event, statement->copies[i].to, request, statement->copies[i].from)) return false;
  return true;
}

static bool is_small(const struct statement *statement, const PGresult *result, const message *made) {
  size_t bytes = 0;
  for (int row = 0; row < PQntuples(result) && bytes < REPLY_BYTES_MAX; row++) bytes += row_bytes(result, row);
  if (bytes < REPLY_BYTES_MAX / 2 && statement->copy_count == 0) return true; /* by far; no need to measure */
  if (made == NULL || protobuf_c_message_get_packed_size(made) <= REPLY_BYTES_MAX) return true;
  log_error("statement=%s: the %s would be larger than %d bytes", statement->name, pb_type_name(made->descriptor), REPLY_BYTES_MAX);
  return false;
}

enum fill_outcome statement_fill(const struct statement *statement, PGresult *result, struct arena *arena, const message *request,
                                 struct filled *filled) {
  *filled = (struct filled){0};
  if (statement->refusal >= 0 && !collect_refusals(statement, result, arena, filled)) return FILL_FAILED;
  if (filled->refusal_count > 0) return FILL_REFUSED;
  int rows = PQntuples(result);
  filled->reply = pb_new(arena, statement->reply);
  if (filled->reply == NULL) return FILL_FAILED;
  if (rows == 0 && statement->result_columns > 0) return FILL_NO_ROW;
  if (statement->event != NULL && (filled->event = pb_new(arena, statement->event)) == NULL) return FILL_FAILED;
  struct filling filling = {statement, result, arena, {[TARGET_REPLY] = filled->reply, [TARGET_EVENT] = filled->event}};
  if (statement->rows != NULL) {
    if (!fill_rows(&filling, request, filled)) return FILL_FAILED;
  } else if (rows > 0) {
    filled->row_count = (size_t)rows;
    if (rows > 1) log_error("statement=%s: %d rows for a reply of one", statement->name, rows);
    if (rows > 1 || !fill_row(&filling, 0)) return FILL_FAILED;
  }
  return filled->event == NULL || copy_from_request(statement, request, filled->event) ? FILL_OK : FILL_FAILED;
}

bool statement_fits(const struct statement *statement, const PGresult *result, const struct filled *filled) {
  return is_small(statement, result, filled->reply) && is_small(statement, result, filled->event);
}

long statement_call_index(const struct statement *statement, const PGresult *result, int row, size_t count) {
  if (PQgetisnull(result, row, statement->call_index) || PQgetlength(result, row, statement->call_index) != 4) return -1;
  uint32_t index;
  memcpy(&index, PQgetvalue(result, row, statement->call_index), sizeof index);
  index = be32toh(index);
  return index < count ? (long)index : -1;
}

enum fill_outcome statement_fill_call(const struct statement *statement, const PGresult *result, int row, struct arena *arena, const message *request,
                                      struct filled *filled) {
  *filled = (struct filled){.reply = pb_new(arena, statement->reply), .row_count = 1};
  if (filled->reply == NULL || (statement->event != NULL && (filled->event = pb_new(arena, statement->event)) == NULL)) return FILL_FAILED;
  struct filling filling = {statement, result, arena, {[TARGET_REPLY] = filled->reply, [TARGET_EVENT] = filled->event}};
  if (!fill_row(&filling, row)) return FILL_FAILED;
  return filled->event == NULL || copy_from_request(statement, request, filled->event) ? FILL_OK : FILL_FAILED;
}
