/* writer.c - the single writer: all RW calls of the service in one order on one connection, up to a batch to a transaction, the
 * journal row of each in the same transaction, replies only after COMMIT (DESIGN 4 and 5).
 *
 * The thread holds the service's advisory lock for as long as its session lives; without it this instance is a hot standby. A COMMIT
 * whose answer is lost is neither success nor failure: it reconnects, looks the request ids up, and runs what is not there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/daemon/crash.h"
#include "common/daemon/execute.h"
#include "common/daemon/ledger.h"
#include "common/daemon/reload.h"
#include "common/daemon/suspect.h"

#define BATCH_MOST 4096
#define TAKE_WAIT_MS 1000

/* Plans must stay index plans while a table grows from empty; a cached plan that scans an empty journal would live on. Large requests in
 * the journal are compressed with lz4 where the server has it: pglz took a fifth of the server's time of a large import. */
#define WRITER_SETS                                                                                                                                  \
  "SET enable_seqscan = off; SET jit = off; SELECT set_config(name, 'lz4', false) FROM pg_settings "                                                 \
  "WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"

struct writer {
  struct runtime *runtime;
  struct pipeline pipeline;
  struct journal_head head;
  struct horizon *horizon;
  struct suspects *suspects; /* opened when first the writer: a standby must not blame what the active one has under way */
  struct call *batch[BATCH_MOST];
  size_t count;
};

/* --- becoming the writer --------------------------------------------------------------------------------------------------------- */

static bool take_lock(struct writer *writer, PGconn *connection) {
  const char *problem = "";
  bool held = false;
  if (!database_lock(connection, writer->runtime->service->name, &held, &problem)) log_warn("advisory lock: %s", problem);
  return held;
}

/* One try to get a session that holds the lock and knows where the journal stands. */
static bool become_writer(struct writer *writer) {
  struct runtime *runtime = writer->runtime;
  const char *problem = "";
  PGconn *connection;
  if (!pipeline_open(&writer->pipeline, runtime, "writer", WRITER_SETS, &problem)) {
    log_warn("cannot open the writer's connection: %s", problem);
    atomic_store(&runtime->database_up, false);
    return false;
  }
  connection = writer->pipeline.connection;
  atomic_store(&runtime->database_up, true);
  PQexitPipelineMode(connection);
  if (take_lock(writer, connection) && ledger_prepare(connection, &problem) && ledger_head(connection, &writer->head, &problem) &&
      ledger_horizon(connection, writer->horizon, &problem) && PQenterPipelineMode(connection) == 1 && reload_scope(runtime, &writer->pipeline)) {
    atomic_store(&runtime->epoch, writer->head.epoch);
    atomic_store(&runtime->last_seq, writer->head.seq);
    return true;
  }
  if (*problem) log_warn("cannot become the writer: %s", problem);
  pipeline_close(&writer->pipeline);
  return false;
}

static void set_state(struct runtime *runtime, enum service_state state) {
  if (atomic_exchange(&runtime->state, (int)state) != (int)state) log_info("state=%s", service_state_name(state));
}

/* Until it is the writer, or the daemon is told to stop. */
static bool wait_to_become_writer(struct writer *writer) {
  struct runtime *runtime = writer->runtime;
  while (!atomic_load(&runtime->stopping)) {
    if (become_writer(writer)) {
      const char *problem = "";
      if (!writer->suspects && !(writer->suspects = suspects_open(runtime->directory, runtime->service->name, &problem)))
        log_fatal("cannot note calls under way: %s", problem);
      set_state(runtime, SERVICE_READY);
      return true;
    }
    set_state(runtime, SERVICE_STANDBY);
    runtime_sleep(runtime, 300);
  }
  return false;
}

/* --- a batch --------------------------------------------------------------------------------------------------------------------- */

static bool is_open(const struct call *call) { return call->status == STATUS_OK && !call->reply_header; }

static void run_stretches(struct writer *writer, bool *again, bool *lost) {
  struct call *open[BATCH_MOST];
  size_t count = 0;
  for (size_t i = 0; i <= writer->count && !*again && !*lost; i++) {
    struct call *call = i < writer->count ? writer->batch[i] : NULL;
    if (call && !is_open(call)) continue;
    if (call && !call_is_alone(call)) {
      open[count++] = call;
      continue;
    }
    if (count && !execute_pipelined(&writer->pipeline, open, count, again)) *lost = !*again;
    count = 0;
    if (call && !*again && !*lost && !execute_alone(&writer->pipeline, call)) *lost = true;
  }
}

/* Gives every call with a final outcome its place in the journal. */
static size_t link_rows(struct writer *writer, struct journal_head *head, struct call **rows) {
  size_t count = 0;
  for (size_t i = 0; i < writer->count; i++) {
    struct call *call = writer->batch[i];
    if (call->reply_header) continue; /* known from before */
    if (call->event) call->event_bytes = pb_pack(&call->arena, call->event, &call->event_length);
    if (!status_is_stored(call->status) || call->dry_run) {
      call_pack_reply(call);
      continue;
    }
    call->epoch = head->epoch;
    call->seq = ++head->seq;
    call_pack_reply(call);
    ledger_link(call, head);
    rows[count++] = call;
  }
  return count;
}

/* One try at the whole batch. *again: a call needs to run alone. False: connection lost, outcome unknown. */
static bool try_batch(struct writer *writer, bool *again) {
  struct pipeline *pipeline = &writer->pipeline;
  struct journal_head head = writer->head;
  struct call *rows[BATCH_MOST];
  bool lost = false;
  crash_point("before_begin");
  pipeline_verb(pipeline, VERB_BEGIN);
  pipeline_owe(pipeline);
  if (!ledger_look_up(pipeline, writer->horizon, writer->batch, writer->count)) return false;
  run_stretches(writer, again, &lost);
  if (lost || pipeline->lost) return false;
  size_t count = *again ? 0 : link_rows(writer, &head, rows);
  if (!count) {
    pipeline_verb(pipeline, VERB_ROLLBACK);
    pipeline_flush(pipeline);
    return pipeline_skip(pipeline, 1);
  }
  crash_point("before_commit");
  bool written;
  if (!ledger_commit(pipeline, rows, count, &written)) return false;
  crash_point("after_commit");
  if (!written) return true;
  writer->head = head;
  for (size_t i = 0; i < count; i++) horizon_remember(writer->horizon, rows[i]->request_id);
  atomic_store(&writer->runtime->last_seq, head.seq);
  return true;
}

static void complete_same(struct call *first) {
  for (struct call *call = first->same, *next; call; call = next) {
    next = call->same;
    call->same = NULL;
    call->status = first->status;
    call->reply_header = arena_memdup(&call->arena, first->reply_header, first->reply_header_length);
    call->reply_header_length = first->reply_header_length;
    call->reply_body = arena_memdup(&call->arena, first->reply_body, first->reply_body_length);
    call->reply_body_length = first->reply_body_length;
    door_reveal(call);
    call_complete(call);
  }
  first->same = NULL;
}

static void complete_batch(struct writer *writer) {
  crash_point("before_reply");
  if (atomic_load(&writer->runtime->parked_reads)) eventfd_write(writer->runtime->done_fd, 1); /* rows for those who wait */
  for (size_t i = 0; i < writer->count; i++) {
    struct call *call = writer->batch[i];
    complete_same(call);
    door_reveal(call);
    call_complete(call);
  }
}

static bool changes_scope(const struct writer *writer) {
  for (size_t i = 0; i < writer->count; i++) {
    const struct call *call = writer->batch[i];
    if (call->seq && call->status == STATUS_OK && (call->bound->method->flags & METHOD_SCOPES)) return true;
  }
  return false;
}

/* Stopping without a database: who knows what was committed. Nobody may be left waiting, least of all our own followers. */
static void give_up_batch(struct writer *writer) {
  if (writer->suspects) suspects_end(writer->suspects);
  for (size_t i = 0; i < writer->count; i++) {
    struct call *call = writer->batch[i];
    call->retry_after_ms = 1000;
    call_unavailable(call, "OUTCOME_UNKNOWN", "服务停止时数据库不可用，结果未知；请用同一请求编号重试。",
                     "The service is stopping and the database is away: the outcome is unknown; send it again with the same id.");
    call_pack_reply(call);
    complete_same(call);
    call_complete(call);
  }
}

static void run_batch(struct writer *writer) {
  suspects_begin(writer->suspects);
  for (size_t i = 0; i < writer->count; i++) suspects_add(writer->suspects, writer->batch[i]->request_id);
  atomic_fetch_add(&writer->runtime->batches, 1);
  atomic_fetch_add(&writer->runtime->batch_calls, (long)writer->count);
  for (bool again = true; again;) {
    again = false;
    if (try_batch(writer, &again) && !again) break;
    for (size_t i = 0; i < writer->count; i++) call_forget_outcome(writer->batch[i]);
    if (!again) { /* lost: who knows what was committed; the look-up will tell */
      atomic_fetch_add(&writer->runtime->retries, 1);
      pipeline_close(&writer->pipeline);
      again = wait_to_become_writer(writer);
      if (!again) return give_up_batch(writer);
    }
  }
  if (changes_scope(writer) && !reload_scope(writer->runtime, &writer->pipeline)) log_warn("scope could not be read again");
  suspects_end(writer->suspects);
  complete_batch(writer);
}

/* A call that was under way at a death runs by itself, so that only it is to blame for the next; at too many it is put aside. */
static void run_suspect(struct writer *writer, struct call *call) {
  int deaths = suspect_deaths(writer->suspects, call->request_id);
  writer->batch[0] = call;
  writer->count = 1;
  if (deaths >= SUSPECT_DEATHS_MOST) {
    log_error("call quarantined method=%s principal=%s deaths=%d", call->bound->name, call->caller.principal, deaths);
    call_refuse(call, "QUARANTINED", "", NULL);
    call->quarantined = true;
  }
  uint8_t request_id[16];
  memcpy(request_id, call->request_id, sizeof request_id);
  run_batch(writer); /* the call is gone after this */
  suspect_clear(writer->suspects, request_id);
}

static void run_taken(struct writer *writer) {
  if (!suspects_any(writer->suspects)) return run_batch(writer);
  struct call *suspects[BATCH_MOST];
  size_t count = 0, kept = 0;
  for (size_t i = 0; i < writer->count; i++) {
    struct call *call = writer->batch[i];
    if (suspect_deaths(writer->suspects, call->request_id))
      suspects[count++] = call;
    else
      writer->batch[kept++] = call;
  }
  writer->count = kept;
  if (kept) run_batch(writer);
  for (size_t i = 0; i < count; i++) run_suspect(writer, suspects[i]);
}

static void take_batch(struct writer *writer, struct call *list) {
  writer->count = 0;
  int64_t now = clock_monotonic_us();
  for (struct call *call = list, *next; call; call = next) {
    next = call->next;
    call->next = NULL;
    if (now > call->deadline_us) {
      call_fail_late(call);
      call_pack_reply(call);
      call_complete(call);
    } else if (!ledger_join_same(writer->batch, writer->count, call)) {
      writer->batch[writer->count++] = call;
    }
  }
}

void *writer_main(void *argument) {
  struct runtime *runtime = argument;
  struct writer *writer = calloc(1, sizeof *writer);
  if (!writer) log_fatal("out of memory");
  writer->runtime = runtime;
  if (!(writer->horizon = horizon_new())) log_fatal("out of memory");
  bool writes = wait_to_become_writer(writer);
  while (!queue_is_over(&runtime->writer_queue)) {
    struct call *list = queue_take(&runtime->writer_queue, (size_t)runtime->batch_limit, TAKE_WAIT_MS);
    if (list) take_batch(writer, list);
    if (list && writer->count && writes) run_taken(writer);
    if (list && writer->count && !writes) give_up_batch(writer);
    if (list || (writes && ledger_alive(&writer->pipeline))) continue;
    pipeline_close(&writer->pipeline);
    writes = wait_to_become_writer(writer);
  }
  pipeline_close(&writer->pipeline);
  atomic_store(&runtime->writer_done, true);
  horizon_free(&writer->horizon);
  free(writer);
  return NULL;
}
