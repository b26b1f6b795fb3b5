/* execute.c - see execute.h. */
#include "common/daemon/execute.h"

#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "common/bus/socket.h"
#include "common/daemon/crash.h"

#define FILL_TIMES 8         /* messages made of a result take several times its bytes */
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
  call_fail_busy(call, state);
}

static void add_refusals(struct call *call, const struct filled *filled) {
  for (size_t i = 0; i < filled->refusal_count; i++)
    call_refuse(call, filled->refusals[i].rule, filled->refusals[i].path, filled->refusals[i].detail);
}

enum fill_outcome execute_fill(struct call *call, PGresult *result) {
  struct filled filled;
  call_make_room(call, FILL_TIMES * PQresultMemorySize(result)); /* a small request may have a large answer */
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
    call_make_room(call, CALL_ARENA_LEAST); /* to be sent once more, and then refused */
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

static bool run_singly(struct pipeline *pipeline, struct call **calls, size_t count, bool *again) {
  for (size_t at = 0, chunk = count; at < count;) {
    size_t most = count - at, done, failed;
    enum outcome outcome = run_chunk(pipeline, calls + at, chunk < most ? chunk : most, &done, &failed);
    if (outcome == OUTCOME_LOST || pipeline->lost) return false;
    at += done;
    chunk *= 2;
    if (outcome == OUTCOME_FINE) continue;
    pipeline_recover(pipeline);
    if (outcome == OUTCOME_AGAIN) return *again = true, false; /* the transaction is rolled back and begun anew */
    pipeline_undo(pipeline);
    /* The failed call is over; those before it in its group were undone with it and run again. */
    for (size_t i = at; i < at + failed; i++) {
      call_forget_outcome(calls[i]);
      (void)wants_execution(calls[i]); /* it did; the warnings of its check stand in the reply */
    }
    memmove(&calls[at + failed], &calls[at + failed + 1], (count - at - failed - 1) * sizeof *calls);
    count--;
    chunk = CHUNK_AFTER_ERROR;
  }
  return !pipeline->lost;
}

/* --- many at once: one statement for a run of calls of one method ------------------------------------------------------------------ */

#define MANY_LEAST 8
#define MANY_ARENA_BYTES (64u << 20)

/* Calls from the first on that one statement may take together. */
static size_t run_of_same(struct call *const *calls, size_t count) {
  size_t same = 0;
  while (same < count && calls[same]->bound == calls[0]->bound && calls[0]->bound->many && !calls[same]->dry_run) same++;
  return same;
}

/* Gives the calls that the statement answered their replies. */
static bool fill_many(struct call *const *calls, size_t count, const PGresult *result) {
  const struct statement *many = calls[0]->bound->many;
  for (int row = 0; row < PQntuples(result); row++) {
    long index = statement_call_index(many, result, row, count);
    struct call *call = index >= 0 ? calls[index] : NULL;
    struct filled filled;
    if (!call || call->reply || statement_fill_call(many, result, row, &call->arena, call->request, &filled) != FILL_OK) return false;
    call->reply = filled.reply;
    call->event = filled.event;
  }
  return true;
}

/* A statement that fails is undone, and its calls are run singly. */
static enum outcome run_many(struct pipeline *pipeline, struct call *const *calls, size_t count) {
  struct arena arena;
  arena_init(&arena, MANY_ARENA_BYTES);
  pipeline_verb(pipeline, VERB_SAVEPOINT);
  pipeline_many(pipeline, calls[0]->bound->many, &arena, calls, count);
  pipeline_verb(pipeline, VERB_RELEASE);
  pipeline_flush(pipeline);
  arena_reset(&arena);
  PGresult *result = pipeline_skip(pipeline, 1) ? pipeline_result(pipeline) : NULL;
  if (!result) return OUTCOME_LOST;
  enum outcome outcome = OUTCOME_FINE;
  if (pipeline_is_error(result)) {
    log_info("method=%s sqlstate=%s: many at once failed, run singly", calls[0]->bound->name, PQresultErrorField(result, PG_DIAG_SQLSTATE));
    pipeline_recover(pipeline);
    pipeline_undo(pipeline);
  } else if (!pipeline_skip(pipeline, 1)) {
    outcome = OUTCOME_LOST;
  } else if (!fill_many(calls, count, result)) {
    for (size_t i = 0; i < count; i++) calls[i]->alone = true;
    outcome = OUTCOME_AGAIN;
  }
  PQclear(result);
  return pipeline->lost ? OUTCOME_LOST : outcome;
}

/* The calls in order: runs of one method at once where its statement can, and singly what it left over, before the next. */
static bool run_in_order(struct pipeline *pipeline, struct call **calls, size_t count, bool *again) {
  struct call *left[4096];
  for (size_t at = 0, end; at < count; at = end) {
    size_t left_count = 0, same = run_of_same(calls + at, count - at);
    end = at + same;
    if (same >= MANY_LEAST) {
      enum outcome outcome = run_many(pipeline, calls + at, same);
      if (outcome == OUTCOME_AGAIN) *again = true;
      if (outcome != OUTCOME_FINE) return false;
    } else
      while (end < count && run_of_same(calls + end, count - end) < MANY_LEAST) end++;
    for (size_t i = at; i < end; i++)
      if (!calls[i]->reply) left[left_count++] = calls[i];
    if (!run_singly(pipeline, left, left_count, again)) return false;
  }
  return true;
}

bool execute_pipelined(struct pipeline *pipeline, struct call **calls, size_t count, bool *again) {
  struct call *wanted[4096];
  size_t wanted_count = 0;
  for (size_t i = 0; i < count; i++)
    if (wants_execution(calls[i])) wanted[wanted_count++] = calls[i];
  *again = false;
  crash_point("in_handler");
  if (!run_in_order(pipeline, wanted, wanted_count, again)) return false;
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
