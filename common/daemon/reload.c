/* reload.c - see reload.h. */
#include "common/daemon/reload.h"

#include <string.h>

#include "common/base/log.h"
#include "common/daemon/scope.h"

#define RELOAD_ARENA ((size_t)512 << 20)

/* Rows of a statement of no parameters, whatever their number. */
static message *read_rows(struct pipeline *pipeline, struct arena *arena, const char *name) {
  const struct statement *statement = statements_find(pipeline->runtime->statements, name);
  if (!statement) log_fatal("no statement %s", name);
  message *nothing = pb_new(arena, statement_request(statement));
  struct call_values values = {.principal = "", .unit_id = "", .sees_all = true, .sees_people = true};
  if (!nothing || !statement_send(statement, pipeline->connection, arena, nothing, &values)) return NULL;
  pipeline_flush(pipeline);
  PGresult *result = pipeline_result(pipeline);
  if (!result) return NULL;
  struct filled filled = {0};
  bool fine = !pipeline_is_error(result) && statement_fill(statement, result, arena, nothing, &filled) != FILL_FAILED;
  if (!fine) log_error("%s: %s", name, PQresultErrorMessage(result));
  if (pipeline_is_error(result)) pipeline_recover(pipeline);
  PQclear(result);
  return fine ? filled.reply : NULL;
}

static bool reload_relations(struct runtime *runtime, struct pipeline *pipeline, struct arena *arena) {
  const Workrelief__ScopeRows *rows = (const Workrelief__ScopeRows *)read_rows(pipeline, arena, runtime->service->scope_statement);
  if (!rows) return false;
  scope_begin(runtime->scope);
  for (size_t i = 0; i < rows->n_rows; i++)
    if (!scope_add(runtime->scope, rows->rows[i]->scope, rows->rows[i]->unit_id, (int)rows->rows[i]->relation)) return false;
  scope_publish(runtime->scope);
  return true;
}

static bool take_principal(struct key *key, const Workrelief__PrincipalRow *row) {
  struct identity *identity = &key->identity;
  identity->kind = KEY_PRINCIPAL;
  identity->duty = (int)row->duty;
  if (strlen(row->principal) >= sizeof identity->principal || strlen(row->unit_id) >= sizeof identity->unit_id) return false;
  if (strlen(row->public_key) != KEY_Z85_SIZE - 1) return false;
  memcpy(identity->principal, row->principal, strlen(row->principal) + 1);
  memcpy(identity->unit_id, row->unit_id, strlen(row->unit_id) + 1);
  memcpy(key->public_key, row->public_key, KEY_Z85_SIZE);
  for (size_t i = 0; i < row->n_relations; i++)
    if ((unsigned)row->relations[i] < 32) identity->relations |= 1u << row->relations[i];
  return true;
}

static bool reload_principals(struct runtime *runtime, struct pipeline *pipeline, struct arena *arena) {
  const Workrelief__PrincipalRows *rows = (const Workrelief__PrincipalRows *)read_rows(pipeline, arena, runtime->service->principal_statement);
  struct key *keys = rows ? arena_array(arena, rows->n_rows, sizeof *keys) : NULL;
  if (!keys) return false;
  size_t count = 0;
  for (size_t i = 0; i < rows->n_rows; i++) {
    if (take_principal(&keys[count], rows->rows[i]))
      count++;
    else
      log_warn("principal not admitted principal=%s", rows->rows[i]->principal);
  }
  return key_ring_replace(runtime->ring, keys, count);
}

bool reload_scope(struct runtime *runtime, struct pipeline *pipeline) {
  struct arena arena;
  arena_init(&arena, RELOAD_ARENA);
  bool fine = !runtime->service->scope_statement || reload_relations(runtime, pipeline, &arena);
  if (fine && runtime->service->principal_statement) fine = reload_principals(runtime, pipeline, &arena);
  arena_reset(&arena);
  return fine;
}
