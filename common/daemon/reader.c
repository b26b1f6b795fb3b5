/* reader.c - reads: each thread on its own connection takes a few calls at a time and pipelines them. Few, so that the threads share
 * the work: a grab of everything lets one reader take all while the other sleeps (WRITER.md). */
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/daemon/execute.h"
#include "common/daemon/journal_read.h"

#define GRAB_MOST 16
#define TAKE_WAIT_MS 1000
#define READER_SETS "SET default_transaction_read_only = on; SET jit = off; SET enable_seqscan = off"

static void finish_read(struct call *call) {
  if (call->status == STATUS_OK && call->bound->method->finish) call->bound->method->finish(call);
  call_pack_reply(call);
  door_reveal(call);
  call_complete(call);
}

static void read_failed(struct call *call) {
  call->status = STATUS_OK;
  call->retry_after_ms = 1000;
  call_fail_away(call);
}

static void take_result(struct call *call, PGresult *result) {
  if (pipeline_is_error(result))
    execute_refuse_error(call, result);
  else if (execute_fill(call, result) == FILL_FAILED)
    call_fail(call, STATUS_RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE", "结果超过报文上限；请缩小范围或分页。",
              "The result does not fit into a message; ask for less or page.");
}

/* Runs what is left of a grab in one pipeline; returns how many are over. An error ends the pipeline behind the failed call. */
static size_t run_some(struct pipeline *pipeline, struct call **calls, size_t count) {
  for (size_t i = 0; i < count; i++) pipeline_statement(pipeline, calls[i]->bound->statement, calls[i], calls[i]->request);
  if (pipeline->lost || !PQpipelineSync(pipeline->connection)) return pipeline->lost = true, 0;
  size_t done = 0;
  for (bool synced = false; !synced;) {
    PGresult *result = pipeline_result(pipeline);
    if (!result) return done;
    synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    if (!synced && PQresultStatus(result) != PGRES_PIPELINE_ABORTED && done < count) take_result(calls[done++], result);
    PQclear(result);
  }
  return done;
}

static void run_grab(struct pipeline *pipeline, struct call **calls, size_t count) {
  for (size_t at = 0; at < count && !pipeline->lost;) at += run_some(pipeline, calls + at, count - at);
  for (size_t i = 0; i < count; i++) {
    if (pipeline->lost && !calls[i]->reply && calls[i]->status == STATUS_OK) read_failed(calls[i]);
    finish_read(calls[i]);
  }
}

static void run_list(struct pipeline *pipeline, struct call *list) {
  struct call *calls[GRAB_MOST];
  size_t count = 0;
  for (struct call *call = list, *next; call; call = next) {
    next = call->next;
    call->next = NULL;
    if (call->bound->method->check) call->bound->method->check(call);
    if (call->status != STATUS_OK) {
      finish_read(call);
    } else if (call_is_journal_read(call)) {
      (call_is_watch(call) ? journal_watch : journal_read)(call, pipeline);
      finish_read(call);
    } else {
      calls[count++] = call;
    }
  }
  if (count) run_grab(pipeline, calls, count);
}

static void fail_list(struct call *list) {
  for (struct call *call = list, *next; call; call = next) {
    next = call->next;
    call->next = NULL;
    read_failed(call);
    call_pack_reply(call);
    call_complete(call);
  }
}

void *reader_main(void *argument) {
  struct runtime *runtime = argument;
  struct pipeline pipeline = {0};
  const char *problem = "";
  for (;;) {
    struct call *list = queue_take(&runtime->reader_queue, GRAB_MOST, TAKE_WAIT_MS);
    if (!list && queue_is_over(&runtime->reader_queue)) break;
    if (!list) continue;
    if (!pipeline.connection && !pipeline_open(&pipeline, runtime, "reader", READER_SETS, &problem)) {
      log_warn("cannot open a reader's connection: %s", problem);
      fail_list(list);
      continue;
    }
    run_list(&pipeline, list);
    if (pipeline.lost) pipeline_close(&pipeline);
  }
  pipeline_close(&pipeline);
  return NULL;
}
