/* check.c - what PostgreSQL says of a prepared statement, held against the messages it reads and fills. */
#include <stdlib.h>
#include <string.h>

#include "common/db/complaint.h"
#include "common/db/plan.h"

static const struct {
  const char *name;
  Oid oid;
} reserved[] = {{"refusal", 25}, {"refusal_path", 25}, {"refusal_detail", 25}, {"page_key", 25}, {"call_index", 23}};

static void check_parameters(struct statement *statement, const PGresult *description) {
  if (PQnparams(description) != statement->parameter_count) {
    complaints_add("%s.sql: %d placeholders but %d parameters", statement->name, statement->parameter_count, PQnparams(description));
    return;
  }
  for (int i = 0; i < statement->parameter_count; i++) {
    struct parameter *parameter = &statement->parameters[i];
    parameter->oid = PQparamtype(description, i);
    if (parameter->source != FROM_FIELD) continue;
    const message_field *leaf = field_path_leaf(&parameter->path);
    bool array = statement->many || parameter->path.repeated >= 0;
    if (!field_codec(leaf, array, parameter->oid, &parameter->codec, &parameter->element_oid))
      complaints_add("%s.sql: parameter :%s is used as %s, but the field goes as %s", statement->name, parameter->name, oid_name(parameter->oid),
                     field_suits(leaf, array));
  }
}

static bool take_reserved(struct statement *statement, const PGresult *description, int index) {
  int *const places[] = {&statement->refusal, &statement->refusal_path, &statement->refusal_detail, &statement->page_key, &statement->call_index};
  const char *name = PQfname(description, index);
  for (size_t i = 0; i < ARRAY_LENGTH(reserved); i++) {
    if (strcmp(name, reserved[i].name) != 0) continue;
    if (PQftype(description, index) != reserved[i].oid)
      complaints_add("%s.sql: column %s must be %s, not %s", statement->name, name, reserved[i].oid == 25 ? "text" : "int4",
                     oid_name(PQftype(description, index)));
    if (*places[i] >= 0) complaints_add("%s.sql: column %s comes twice", statement->name, name);
    *places[i] = index;
    return true;
  }
  return false;
}

/* A column as a field of the given type; false when it is no field of it. */
static bool match_column(const struct statement *statement, const PGresult *description, int index, const message_type *type, struct column *column) {
  const char *why;
  if (type == NULL || !field_path_resolve(type, PQfname(description, index), &column->path, &why)) return false;
  column->index = index;
  const message_field *leaf = field_path_leaf(&column->path);
  bool array = leaf->label == PROTOBUF_C_LABEL_REPEATED;
  Oid oid = PQftype(description, index), element;
  if (column->path.repeated >= 0 && column->path.repeated < column->path.depth - 1)
    complaints_add("%s.sql: column %s leads into a repeated message; give it as json", statement->name, PQfname(description, index));
  else if (!field_codec(leaf, array, oid, &column->codec, &element))
    complaints_add("%s.sql: column %s is %s, but %s.%s takes %s; cast it", statement->name, PQfname(description, index), oid_name(oid),
                   pb_type_name(type), PQfname(description, index), field_suits(leaf, array));
  return true;
}

static void add_column(struct statement *statement, const struct column *column, enum column_target target) {
  statement->columns[statement->column_count] = *column;
  statement->columns[statement->column_count++].target = target;
}

/* A column may fill the row or, from the first row, the reply around it; and the event and its rows likewise. */
static void place_column(struct statement *statement, const PGresult *description, int index) {
  struct column column = {0};
  bool placed = false;
  for (int i = 0; i < index; i++)
    if (strcmp(PQfname(description, i), PQfname(description, index)) == 0)
      complaints_add("%s.sql: column %s comes twice", statement->name, PQfname(description, index));
  if (statement->rows != NULL && match_column(statement, description, index, statement->rows->descriptor, &column)) {
    add_column(statement, &column, TARGET_ROW);
    placed = true;
  } else if (match_column(statement, description, index, statement->reply, &column)) {
    add_column(statement, &column, TARGET_REPLY);
    placed = true;
  }
  if (statement->event_rows != NULL && !statement->shares_rows &&
      match_column(statement, description, index, statement->event_rows->descriptor, &column)) {
    add_column(statement, &column, TARGET_EVENT_ROW);
    placed = true;
  }
  if (match_column(statement, description, index, statement->event, &column)) {
    add_column(statement, &column, TARGET_EVENT);
    placed = true;
  }
  if (!placed)
    complaints_add("%s.sql: column %s is no field of %s%s%s", statement->name, PQfname(description, index),
                   pb_type_name(statement->rows != NULL ? statement->rows->descriptor : statement->reply), statement->event != NULL ? " nor of " : "",
                   statement->event != NULL ? pb_type_name(statement->event) : "");
}

static bool is_filled_by_column(const struct statement *statement, const message_field *field) {
  if (field == statement->event_rows) return true;
  for (size_t i = 0; i < statement->column_count; i++)
    if (statement->columns[i].target == TARGET_EVENT && statement->columns[i].path.steps[0] == field) return true;
  return false;
}

/* What no column fills is copied from the request's field of the same name and type. */
static void plan_copies(struct arena *arena, struct statement *statement) {
  if (statement->event == NULL) return;
  statement->copies = arena_array(arena, statement->event->n_fields, sizeof *statement->copies);
  for (unsigned i = 0; statement->copies != NULL && i < statement->event->n_fields; i++) {
    const message_field *to = &statement->event->fields[i], *from = pb_field(statement->request, to->name);
    if (from == NULL || is_filled_by_column(statement, to)) continue;
    if (from->type == to->type && from->label == to->label && from->descriptor == to->descriptor)
      statement->copies[statement->copy_count++] = (struct field_copy){to, from};
  }
}

static void check_many(const struct statement *statement) {
  if (statement->many != (statement->call_index >= 0))
    complaints_add("%s.sql: \"-- Request[] -> Reply\" and a column call_index go together", statement->name);
  if (statement->many && (statement->refusal >= 0 || statement->page_key >= 0))
    complaints_add("%s.sql: a statement for many calls neither refuses nor pages; leave such calls out", statement->name);
}

static void check_page(const struct statement *statement) {
  if (statement->page_key < 0) return;
  if (statement->rows == NULL || statement->next_page_token == NULL || statement->next_page_token->type != PROTOBUF_C_TYPE_STRING)
    complaints_add("%s.sql: page_key needs rows[] and a field string next_page_token in %s", statement->name, pb_type_name(statement->reply));
  if (!statement->uses_limit) complaints_add("%s.sql: page_key needs LIMIT :call.limit", statement->name);
}

void statement_check(struct arena *arena, struct statement *statement, const PGresult *description) {
  check_parameters(statement, description);
  if (statement->checked) return; /* a second connection only confirms the types */
  statement->checked = true;
  statement->result_columns = PQnfields(description);
  if (statement->event != NULL && statement->rows != NULL) {
    const message_field *rows = pb_field(statement->event, statement->rows->name);
    if (rows != NULL && rows->label == PROTOBUF_C_LABEL_REPEATED && rows->type == PROTOBUF_C_TYPE_MESSAGE) statement->event_rows = rows;
    statement->shares_rows = rows != NULL && statement->event_rows != NULL && rows->descriptor == statement->rows->descriptor;
  }
  /* A column has at most one place in the reply, one in the event's rows and one in the event; most have one in all, and only that is kept. */
  struct column *places = calloc(3 * (size_t)statement->result_columns + 1, sizeof *places);
  if (places == NULL) {
    complaints_add("%s.sql: out of memory", statement->name);
    return;
  }
  statement->columns = places;
  for (int i = 0; i < statement->result_columns; i++)
    if (!take_reserved(statement, description, i)) place_column(statement, description, i);
  statement->columns = arena_memdup(arena, places, statement->column_count * sizeof *places);
  free(places);
  if (statement->columns == NULL) {
    statement->column_count = 0;
    complaints_add("%s.sql: out of memory", statement->name);
    return;
  }
  plan_copies(arena, statement);
  check_page(statement);
  check_many(statement);
}
