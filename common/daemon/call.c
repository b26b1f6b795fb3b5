/* call.c - the life of a call between door and answer: accessors for handlers, refusals, the packed reply, completion. */
#include "common/daemon/call.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/daemon/crash.h"
#include "common/daemon/runtime.h"

struct arena *call_arena(struct call *call) {
  return &call->arena;
}
message *call_request(struct call *call) { return call->request; }
message *call_reply(struct call *call) { return call->reply; }
message *call_event(struct call *call) { return call->event; }
int64_t call_now_us(const struct call *call) { return call->now_us; }
const struct identity *call_caller(const struct call *call) { return &call->caller; }
void call_token(const struct call *call, const char *field, const char *clear, uint8_t *token) {
  token_of(call->runtime->seal_keys, field, clear, token);
}
bool call_is_refused(const struct call *call) { return call->status != STATUS_OK; }
bool call_is_dry_run(const struct call *call) { return call->dry_run; }

struct call *call_new(struct runtime *runtime, size_t body_length) {
  struct call *call = calloc(1, sizeof *call);
  if (!call) return NULL;
  size_t limit = CALL_ARENA_LEAST + CALL_ARENA_TIMES * body_length;
  arena_init(&call->arena, limit);
  call->runtime = runtime;
  call->body_length = body_length;
  call->now_us = clock_now_us();
  call->arrived_us = clock_monotonic_us();
  call->deadline_us = call->arrived_us + runtime->call_timeout_us;
  return call;
}

void call_free(struct call *call) {
  if (!call) return;
  arena_reset(&call->arena);
  free(call);
}

void call_make_room(struct call *call, size_t bytes) {
  call->arena.limit += bytes;
  call->arena.failed = false;
}

static struct problems *problems_of(struct call *call) {
  if (!call->problems) {
    call_make_room(call, 65536); /* a complaint must always find room */
    call->problems = arena_alloc(&call->arena, sizeof *call->problems);
    if (call->problems) problems_init(call->problems, &call->arena);
  }
  return call->problems;
}

static const char *with_detail(struct call *call, const char *sentence, const char *detail) {
  if (!detail || !*detail) return sentence;
  const char *text = arena_printf(&call->arena, "%s (%s)", sentence, detail);
  return text ? text : sentence;
}

static const struct rule unknown_rule = {"RULE_UNKNOWN", STATUS_INTERNAL, "", "系统内部错误：规则表中没有这条规则，请联系运维。",
                                         "Internal fault: the rule table lacks this rule; tell the operator."};

const struct rule *call_rule(const struct call *call, const char *id) {
  const struct rule *rule = runtime_rule(call->runtime, id);
  if (!rule) log_error("unknown rule service=%s rule=%s", call->runtime->service->name, id);
  return rule ? rule : &unknown_rule;
}

static void add_rule(struct call *call, enum severity severity, const char *id, const char *path, const char *detail) {
  const struct rule *rule = call_rule(call, id);
  if (rule == &unknown_rule) detail = id;
  struct problems *problems = problems_of(call);
  if (severity == SEVERITY_BLOCK && call->status == STATUS_OK) call->status = rule->status;
  if (problems)
    problem_add(problems, severity, path ? path : "", rule->id, with_detail(call, rule->zh, detail), with_detail(call, rule->en, detail),
                rule->basis);
}

void call_refuse(struct call *call, const char *rule, const char *path, const char *detail) { add_rule(call, SEVERITY_BLOCK, rule, path, detail); }

void call_warn(struct call *call, const char *rule, const char *path, const char *detail) { add_rule(call, SEVERITY_WARN, rule, path, detail); }

void call_fail(struct call *call, enum status status, const char *reason, const char *zh, const char *en) {
  struct problems *problems = problems_of(call);
  call->status = status;
  if (problems) problem_add(problems, SEVERITY_BLOCK, "", reason, zh, en, "");
}

void call_unavailable(struct call *call, const char *reason, const char *zh, const char *en) { call_fail(call, STATUS_UNAVAILABLE, reason, zh, en); }

void call_fail_late(struct call *call) {
  call_fail(call, STATUS_DEADLINE_EXCEEDED, "TOO_LATE", "等待超过时限，未办理；可用同一请求编号重试。",
            "The call waited beyond its time-out and was not executed; send it again with the same id.");
}

void call_fail_reused(struct call *call) {
  call_fail(call, STATUS_ALREADY_EXISTS, "REQUEST_ID_REUSED", "该请求编号已用于另一份内容；请为新内容使用新的编号。",
            "This request id was used with another body; use a fresh id for a new intent.");
}

void call_fail_busy(struct call *call, const char *sqlstate) {
  call->retry_after_ms = 1000;
  call_fail(call, database_status_of(sqlstate), "DATABASE_BUSY", "数据库暂时不能完成，未写入任何内容；请用同一请求编号重试。",
            "The database cannot do this now; nothing was written. Send it again with the same id.");
}

void call_fail_away(struct call *call) {
  call_fail(call, STATUS_UNAVAILABLE, "DATABASE_LOST", "数据库暂时不可用；请稍后重试。", "The database is not available now; ask again later.");
}

bool call_is_watch(const struct call *call) { return strcmp(call->bound->name, "journal.Watch") == 0; }

bool call_is_journal_read(const struct call *call) { return strcmp(call->bound->name, "journal.Read") == 0 || call_is_watch(call); }

int64_t call_journal_wait(const struct call *call, int64_t *after_seq) {
  const Workrelief__JournalWatchRequest *watch = (const Workrelief__JournalWatchRequest *)call->request;
  const Workrelief__JournalReadRequest *read = (const Workrelief__JournalReadRequest *)call->request;
  if (after_seq) *after_seq = call_is_watch(call) ? watch->after_seq : read->after_seq;
  return call_is_watch(call) ? watch->wait_ms : read->wait_ms;
}

bool call_is_alone(const struct call *call) { return call->alone || call->bound->method->kind == METHOD_PROCEDURE || call->bound->method->finish; }

/* --- the reply's header -------------------------------------------------------------------------------------------------------- */

static Workrelief__Problem **packed_problems(struct call *call, size_t *count) {
  const struct problems *problems = call->problems;
  *count = 0;
  if (!problems || !problems->count) return NULL;
  Workrelief__Problem **list = arena_array(&call->arena, problems->count, sizeof *list);
  Workrelief__Problem *all = arena_array(&call->arena, problems->count, sizeof *all);
  if (!list || !all) return NULL;
  for (size_t i = 0; i < problems->count; i++) {
    const struct problem *from = &problems->list[i];
    workrelief__problem__init(&all[i]);
    all[i].path = (char *)from->path;
    all[i].reason = (char *)from->reason;
    all[i].message = (char *)(call->english ? from->en : from->zh);
    all[i].severity = (Workrelief__Severity__Value)from->severity;
    all[i].basis = (char *)from->basis;
    list[i] = &all[i];
  }
  *count = problems->count;
  return list;
}

static void name_first_blocking(Workrelief__ReplyHeader *header) {
  for (size_t i = 0; i < header->n_problems; i++)
    if (header->problems[i]->severity == WORKRELIEF__SEVERITY__VALUE__BLOCK) {
      header->reason = header->problems[i]->reason;
      header->message = header->problems[i]->message;
      return;
    }
}

void call_pack_reply(struct call *call) {
  call_make_room(call, 65536);
  Workrelief__ReplyHeader header = WORKRELIEF__REPLY_HEADER__INIT;
  header.version = 1;
  header.request_id = (ProtobufCBinaryData){sizeof call->request_id, call->request_id};
  header.status = (int32_t)call->status;
  header.journal_epoch = call->epoch;
  header.journal_seq = call->seq;
  header.retry_after_ms = call->retry_after_ms;
  header.problems = packed_problems(call, &header.n_problems);
  if (call->status != STATUS_OK) name_first_blocking(&header);
  call->reply_header = pb_pack(&call->arena, &header.base, &call->reply_header_length);
  if (call->status != STATUS_OK) {
    call->reply_body = NULL;
    call->reply_body_length = 0;
  } else if (call->reply && !call->reply_body) {
    call->reply_body = pb_pack(&call->arena, call->reply, &call->reply_body_length);
  }
}

void call_forget_outcome(struct call *call) {
  call->reply = call->event = NULL;
  call->reply_header = call->reply_body = call->event_bytes = NULL;
  call->status = STATUS_OK;
  call->retry_after_ms = 0;
  call->epoch = call->seq = 0;
  if (call->problems) call->problems->count = call->problems->total = call->problems->blocking = 0;
  if (call->quarantined) call_refuse(call, "QUARANTINED", "", NULL);
}

/* --- the end ------------------------------------------------------------------------------------------------------------------- */

static void count(struct call *call) {
  struct bound_method *bound = call->bound;
  if (!bound) return;
  atomic_fetch_add_explicit(&bound->calls, 1, memory_order_relaxed);
  if (call->status != STATUS_OK)
    atomic_fetch_add_explicit(status_is_retryable(call->status) ? &bound->failed : &bound->refused, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&bound->microseconds, (long)(clock_monotonic_us() - call->arrived_us), memory_order_relaxed);
}

void call_complete(struct call *call) {
  struct runtime *runtime = call->runtime;
  count(call);
  if (call->waiter) {
    sem_post(call->waiter);
    return;
  }
  pthread_mutex_lock(&runtime->done_queue.lock);
  bool was_empty = !runtime->done_queue.head;
  call->next = NULL;
  if (was_empty)
    runtime->done_queue.head = call;
  else
    runtime->done_queue.tail->next = call;
  runtime->done_queue.tail = call;
  runtime->done_queue.count++;
  pthread_mutex_unlock(&runtime->done_queue.lock);
  if (was_empty) eventfd_write(runtime->done_fd, 1);
}

void call_check_upper(struct call *call) {
  const message_field *upper = pb_field(call->request->descriptor, "upper_unit_id");
  if (upper && *pb_get_text(call->request, upper, 0) && !(call->caller.relations & SELF)) call_refuse(call, "UPPER_NOT_YOURS", "upper_unit_id", NULL);
}
