/* execute.c - see execute.h. */
#include "common/daemon/execute.h"

#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "common/bus/socket.h"
#include "common/daemon/crash.h"

#define GROUP_MOST 16        /* calls under one savepoint: an error runs those before it in the group once more */
#define CHUNK_AFTER_ERROR 32 /* statements sent after an error before looking; doubles with success */

static const struct constraint *constraint_of(const struct service *service, const char *name) {
  for (size_t i = 0; name && i < service->constraint_count; i++)
    if (strcmp(service->constraints[i].name, name) == 0) return &service->constraints[i];
  return NULL;
}

void execute_refuse_error(struct call *call, const PGresult *result) {
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE), *name = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
  const struct constraint *constraint = constraint_of(call->runtime->service, name);
  if (constraint) return call_refuse(call, constraint->rule, constraint->path, NULL);
  switch (database_verdict_of(state)) {
    case DATABASE_REFUSED:
      log_warn("statement refused method=%s sqlstate=%s constraint=%s", call->bound->name, state, name ? name : "");
      return call_refuse(call, name ? "CONSTRAINT_VIOLATED" : "VALUE_REFUSED", "", name);
    case DATABASE_BROKEN: log_fatal("the database reports corruption sqlstate=%s", state);
    case DATABASE_RETRY:
    case DATABASE_LOST: break;
  }
  log_warn("statement must be retried method=%s sqlstate=%s", call->bound->name, state ? state : "");
  call->retry_after_ms = 1000;
  call_fail(call, database_status_of(state), "DATABASE_BUSY", "数据库暂时不能完成，未写入任何内容；请用同一请求编号重试。",
            "The database cannot do this now; nothing was written. Send it again with the same id.");
}

static void add_refusals(struct call *call, const struct filled *filled) {
  for (size_t i = 0; i < filled->refusal_count; i++)
    call_refuse(call, filled->refusals[i].rule, filled->refusals[i].path, filled->refusals[i].detail);
}

enum fill_outcome execute_fill(struct call *call, PGresult *result) {
  struct filled filled;
  enum fill_outcome outcome = statement_fill(call->bound->statement, result, &call->arena, call->request, &filled);
  if (outcome == FILL_OK && !statement_fits(call->bound->statement, result, &filled)) outcome = FILL_FAILED;
  switch (outcome) {
    case FILL_REFUSED: add_refusals(call, &filled); break;
    case FILL_NO_ROW:
      if (call->bound->reasons) break; /* ask_reasons will tell */
      if (call->bound->method->no_row) {
        call_refuse(call, call->bound->method->no_row, "", NULL);
        break;
      }
      call->reply = filled.reply;
      call->event = filled.event;
      break;
    case FILL_OK:
      call->reply = filled.reply;
      call->event = filled.event;
      break;
    case FILL_FAILED: break;
  }
  return outcome;
}

/* --- pipelined ------------------------------------------------------------------------------------------------------------------ */

static bool wants_execution(struct call *call) {
  crash_on(call->request_id);
  if (call->status == STATUS_OK && call->bound->method->check) call->bound->method->check(call);
  return call->status == STATUS_OK;
}

/* How many of the calls share a savepoint. A dry run has its own, which is rolled back. */
static size_t group_of(struct call **calls, size_t count) {
  size_t length = 0;
  while (length < count && length < GROUP_MOST && !calls[length]->dry_run) length++;
  return length ? length : 1;
}

static void send_group(struct pipeline *pipeline, struct call **calls, size_t count) {
  pipeline_verb(pipeline, VERB_SAVEPOINT);
  for (size_t i = 0; i < count; i++) pipeline_statement(pipeline, calls[i]->bound->statement, calls[i], calls[i]->request);
  if (calls[0]->dry_run) pipeline_verb(pipeline, VERB_ROLLBACK_TO);
  pipeline_verb(pipeline, VERB_RELEASE);
}

enum outcome { OUTCOME_FINE, OUTCOME_ERROR, OUTCOME_LOST, OUTCOME_AGAIN };

static enum outcome read_call(struct pipeline *pipeline, struct call *call) {
  PGresult *result = pipeline_result(pipeline);
  if (!result) return OUTCOME_LOST;
  enum outcome outcome = OUTCOME_FINE;
  if (pipeline_is_error(result)) {
    execute_refuse_error(call, result);
    outcome = OUTCOME_ERROR;
  } else if (execute_fill(call, result) == FILL_FAILED) {
    call->alone = true;
    outcome = OUTCOME_AGAIN;
  }
  PQclear(result);
  return outcome;
}

/* *failed: the call at fault. What follows an error is aborted and dropped by pipeline_recover. */
static enum outcome read_group(struct pipeline *pipeline, struct call **calls, size_t count, size_t *failed) {
  if (!pipeline_skip(pipeline, 1)) return OUTCOME_LOST; /* a SAVEPOINT does not fail by itself */
  for (*failed = 0; *failed < count; (*failed)++) {
    enum outcome outcome = read_call(pipeline, calls[*failed]);
    if (outcome != OUTCOME_FINE) return outcome;
  }
  return pipeline_skip(pipeline, calls[0]->dry_run ? 2 : 1) ? OUTCOME_FINE : OUTCOME_LOST;
}

/* Sends a chunk and reads it; *done: calls of whole groups that are over; *failed: the call at fault behind them. */
static enum outcome run_chunk(struct pipeline *pipeline, struct call **calls, size_t count, size_t *done, size_t *failed) {
  for (size_t at = 0; at < count; at += group_of(calls + at, count - at)) send_group(pipeline, calls + at, group_of(calls + at, count - at));
  pipeline_flush(pipeline);
  enum outcome outcome = OUTCOME_FINE;
  for (*done = 0; *done < count;) {
    size_t group = group_of(calls + *done, count - *done);
    outcome = read_group(pipeline, calls + *done, group, failed);
    if (outcome != OUTCOME_FINE) break;
    *done += group;
  }
  return outcome;
}

/* A statement that gave no row has changed nothing; its _reasons statement says why, all at once, with paths. False: lost. */
static bool ask_reasons(struct pipeline *pipeline, struct call *call) {
  if (!call->bound->reasons || call->reply || call->status != STATUS_OK) return true;
  pipeline_verb(pipeline, VERB_SAVEPOINT);
  pipeline_statement(pipeline, call->bound->reasons, call, call->request);
  pipeline_flush(pipeline);
  PGresult *result = pipeline_skip(pipeline, 1) ? pipeline_result(pipeline) : NULL;
  if (!result) return false;
  struct filled filled = {0};
  if (pipeline_is_error(result)) {
    execute_refuse_error(call, result);
    pipeline_recover(pipeline);
  } else if (statement_fill(call->bound->reasons, result, &call->arena, call->request, &filled) == FILL_REFUSED) {
    add_refusals(call, &filled);
  }
  PQclear(result);
  pipeline_undo(pipeline);
  if (call->status == STATUS_OK) call_refuse(call, call->bound->method->no_row, "", NULL); /* a later call of the batch took the reason away */
  return !pipeline->lost;
}

bool execute_pipelined(struct pipeline *pipeline, struct call **calls, size_t count, bool *again) {
  struct call *wanted[4096];
  size_t wanted_count = 0;
  for (size_t i = 0; i < count; i++)
    if (wants_execution(calls[i])) wanted[wanted_count++] = calls[i];
  *again = false;
  crash_point("in_handler");
  for (size_t at = 0, chunk = wanted_count; at < wanted_count;) {
    size_t most = wanted_count - at, done, failed;
    enum outcome outcome = run_chunk(pipeline, wanted + at, chunk < most ? chunk : most, &done, &failed);
    if (outcome == OUTCOME_LOST || pipeline->lost) return false;
    at += done;
    chunk *= 2;
    if (outcome == OUTCOME_FINE) continue;
    pipeline_recover(pipeline);
    if (outcome == OUTCOME_AGAIN) return *again = true, false; /* the transaction is rolled back and begun anew */
    pipeline_undo(pipeline);
    /* The failed call is over; those before it in its group were undone with it and run again. */
    for (size_t i = at; i < at + failed; i++) {
      call_forget_outcome(wanted[i]);
      (void)wants_execution(wanted[i]); /* it did; the warnings of its check stand in the reply */
    }
    memmove(&wanted[at + failed], &wanted[at + failed + 1], (wanted_count - at - failed - 1) * sizeof *wanted);
    wanted_count--;
    chunk = CHUNK_AFTER_ERROR;
  }
  for (size_t i = 0; i < wanted_count; i++)
    if (!ask_reasons(pipeline, wanted[i])) return false;
  return !pipeline->lost;
}

/* --- alone ---------------------------------------------------------------------------------------------------------------------- */

static PGresult *run_and_wait(struct pipeline *pipeline, const struct statement *statement, struct call *call, const message *request) {
  pipeline_statement(pipeline, statement, call, request);
  pipeline_flush(pipeline);
  return pipeline_result(pipeline);
}

static void refuse_unfilled(struct call *call) {
  call_fail(call, STATUS_RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE", "结果超过报文上限，未写入任何内容；请缩小范围。",
            "The result does not fit into a message; nothing was written. Ask for less.");
}

bool session_run(struct session *session, const char *name, const message *request, struct filled *filled) {
  struct call *call = session->call;
  struct filled ignored;
  if (!filled) filled = &ignored;
  const struct statement *statement = statements_find(call->runtime->statements, name);
  if (!statement) {
    log_error("procedure names no statement method=%s statement=%s", call->bound->name, name);
    call_fail(call, STATUS_INTERNAL, "NO_STATEMENT", "系统内部错误，请联系运维。", "Internal fault; tell the operator.");
    return false;
  }
  PGresult *result = run_and_wait(session->pipeline, statement, call, request);
  if (!result) return call_fail(call, STATUS_UNAVAILABLE, "DATABASE_LOST", "数据库连接中断。", "The database connection was lost."), false;
  if (pipeline_is_error(result)) {
    execute_refuse_error(call, result);
    pipeline_recover(session->pipeline);
  } else {
    switch (statement_fill(statement, result, &call->arena, request, filled)) {
      case FILL_REFUSED: add_refusals(call, filled); break;
      case FILL_FAILED: refuse_unfilled(call); break;
      case FILL_OK:
      case FILL_NO_ROW: break;
    }
  }
  PQclear(result);
  return call->status == STATUS_OK;
}

static void run_procedure(struct pipeline *pipeline, struct call *call) {
  struct session session = {pipeline, call};
  call->reply = pb_new(&call->arena, call->bound->output);
  if (call->bound->event) call->event = pb_new(&call->arena, call->bound->event);
  if (!call->reply || (call->bound->event && !call->event)) return refuse_unfilled(call);
  call->bound->method->procedure(call, &session);
  bool large = call->status == STATUS_OK && (!call->reply || protobuf_c_message_get_packed_size(call->reply) > BUS_BODY_MAX);
  if (large) refuse_unfilled(call);
}

static void run_statement(struct pipeline *pipeline, struct call *call) {
  PGresult *result = run_and_wait(pipeline, call->bound->statement, call, call->request);
  if (!result) return;
  if (pipeline_is_error(result)) {
    execute_refuse_error(call, result);
    pipeline_recover(pipeline);
  } else if (execute_fill(call, result) == FILL_FAILED) {
    refuse_unfilled(call);
  }
  PQclear(result);
  if (!ask_reasons(pipeline, call)) return;
  if (call->status == STATUS_OK && call->bound->method->finish) call->bound->method->finish(call);
}

bool execute_alone(struct pipeline *pipeline, struct call *call) {
  if (!wants_execution(call)) return true;
  pipeline_verb(pipeline, VERB_SAVEPOINT);
  pipeline_flush(pipeline);
  if (!pipeline_skip(pipeline, 1)) return false;
  crash_point("in_handler");
  if (call->bound->method->kind == METHOD_PROCEDURE)
    run_procedure(pipeline, call);
  else
    run_statement(pipeline, call);
  if (pipeline->lost) return false;
  if (call->status != STATUS_OK || call->dry_run) {
    pipeline_undo(pipeline);
  } else {
    pipeline_verb(pipeline, VERB_RELEASE);
    pipeline_flush(pipeline);
    if (!pipeline_skip(pipeline, 1)) return false;
  }
  return !pipeline->lost;
}
