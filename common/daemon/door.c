/* door.c - everything a call goes through between the wire and a queue: who speaks, which method, is the body sound, may he, and
 * personal data sealed. Handlers cannot forget any of it. Runs on the front thread; nothing here waits. */
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/daemon/runtime.h"
#include "common/daemon/scope.h"
#include "common/daemon/secret.h"
#include "common/pb/scan.h"
#include "common/pb/validate.h"

/* A refusal of the door: reason and sentences, no rule of a service. */
struct refusal_text {
  enum status status;
  const char *reason, *zh, *en;
};

static void refuse(struct call *call, const struct refusal_text *text) { call_fail(call, text->status, text->reason, text->zh, text->en); }

static const struct refusal_text bad_version = {STATUS_INVALID_ARGUMENT, "BAD_VERSION", "报文头版本号应为 1。", "The header's version must be 1."};
static const struct refusal_text bad_request_id = {STATUS_INVALID_ARGUMENT, "BAD_REQUEST_ID", "请求编号须为 16 字节（UUIDv7）。",
                                                   "The request id must have 16 bytes (UUIDv7)."};
static const struct refusal_text unknown_method = {STATUS_UNIMPLEMENTED, "UNKNOWN_METHOD", "本服务没有这个方法；用 workrelief help 查看方法清单。",
                                                   "This service has no such method; `workrelief help` lists them."};
static const struct refusal_text caller_refused = {STATUS_PERMISSION_DENIED, "CALLER_NOT_HONOURED", "只有网关和服务密钥可以代他人发言。",
                                                   "Only a gateway or a service key may speak for somebody else."};
static const struct refusal_text not_allowed = {STATUS_PERMISSION_DENIED, "NOT_ALLOWED",
                                                "本单位与该项目（或本区）没有办理此事所需的关系；请核对项目参建单位。",
                                                "The caller's unit does not stand in a relation that may do this; check the parties of the project."};
static const struct refusal_text wrong_duty = {STATUS_PERMISSION_DENIED, "WRONG_DUTY", "此事须由另一岗位（经办或审核）的人员办理。",
                                               "This takes a principal with another duty (maker or checker)."};
static const struct refusal_text queue_full = {STATUS_RESOURCE_EXHAUSTED, "QUEUE_FULL", "系统繁忙，未办理；请稍后用同一请求编号重试。",
                                               "The queue is full and nothing was done; send it again later with the same id."};
static const struct refusal_text draining = {STATUS_UNAVAILABLE, "STOPPING", "服务正在停止，未办理；请稍后用同一请求编号重试。",
                                             "The service is stopping and nothing was done; send it again with the same id."};
static const struct refusal_text standing_by = {STATUS_UNAVAILABLE, "STANDBY", "本实例为热备，未办理；请稍后用同一请求编号重试。",
                                                "This instance is a hot standby; nothing was done. Send it again with the same id."};
static const struct refusal_text no_room = {STATUS_INVALID_ARGUMENT, "TOO_LARGE", "请求展开后超过内存上限；请分批提交。",
                                            "The request needs more memory than a call may use; send it in parts."};

/* --- who ------------------------------------------------------------------------------------------------------------------------- */

static void copy_text(char *to, size_t size, const char *from) {
  size_t length = strlen(from);
  if (length >= size) length = size - 1;
  memcpy(to, from, length);
  to[length] = '\0';
}

static void take_caller(struct call *call, const struct identity *speaker, const Workrelief__Caller *claimed) {
  call->caller = *speaker;
  if (!claimed || !claimed->principal[0]) return;
  if (speaker->kind == KEY_PRINCIPAL) {
    if (strcmp(claimed->principal, speaker->principal) != 0 || strcmp(claimed->unit_id, speaker->unit_id) != 0) {
      log_warn("caller claimed to be another principal=%s", speaker->principal);
      refuse(call, &caller_refused);
    }
    return;
  }
  copy_text(call->caller.principal, sizeof call->caller.principal, claimed->principal);
  copy_text(call->caller.unit_id, sizeof call->caller.unit_id, claimed->unit_id);
  call->caller.duty = (int)claimed->duty;
  call->caller.relations = 0;
  for (size_t i = 0; i < claimed->n_relations; i++)
    if ((unsigned)claimed->relations[i] < 32) call->caller.relations |= 1u << claimed->relations[i];
}

/* Relations that a unit holds to the whole district; they count for every project. The others count only where they were given. */
#define DISTRICT_WIDE (OFFICE | AUDIT | UPPER | SELF | HR | BANK | CHILD)

/* Who stands in which relation is read by him who becomes the writer: before, a refusal would be a guess. */
static bool knows_relations(const struct runtime *runtime) {
  int state = atomic_load(&runtime->state);
  return state == SERVICE_READY || state == SERVICE_DRAINING;
}

static void authorise(struct call *call) {
  const struct method *method = call->bound->method;
  uint32_t held = call->caller.relations;
  const char *scope = call->bound->scope_field && !(method->flags & METHOD_UNSCOPED) ? pb_get_text(call->request, call->bound->scope_field, 0) : "";
  if (*scope) held = (held & DISTRICT_WIDE) | scope_relations(call->runtime->scope, scope, call->caller.unit_id);
  bool inner = call->waiter && !call->route_length;
  if ((method->flags & METHOD_INTERNAL) && !inner) return refuse(call, &not_allowed);
  if (method->relations != ANYONE && !(held & method->relations)) return refuse(call, knows_relations(call->runtime) ? &not_allowed : &standing_by);
  if (method->duty != WORKRELIEF__DUTY__VALUE__VIEWER && call->caller.duty != method->duty && !(held & SELF)) refuse(call, &wrong_duty);
}

/* --- what ------------------------------------------------------------------------------------------------------------------------ */

static bool take_header(struct call *call, const Workrelief__RequestHeader *header) {
  call->hop_id = header->hop_id;
  call->english = strcmp(header->language, "en") == 0;
  call->dry_run = header->dry_run;
  if (header->request_id.len == sizeof call->request_id) memcpy(call->request_id, header->request_id.data, sizeof call->request_id);
  if (header->timeout_ms > 0) call->deadline_us = call->arrived_us + (int64_t)header->timeout_ms * 1000;
  call->after = header->after;
  call->after_count = header->n_after;
  if (header->version != 1) return refuse(call, &bad_version), false;
  if (header->request_id.len != sizeof call->request_id) return refuse(call, &bad_request_id), false;
  call->bound = runtime_method(call->runtime, header->method);
  if (!call->bound) return refuse(call, &unknown_method), false;
  return true;
}

static void take_problems(struct call *call, const struct problems *problems) {
  if (!problems->total) return;
  call->problems = arena_memdup(&call->arena, problems, sizeof *problems);
  if (problems->blocking) call->status = STATUS_INVALID_ARGUMENT;
}

/* Made by this daemon itself. */
static bool is_inner(const struct call *call) { return call->waiter && !call->route_length; }

static void read_body(struct call *call, const void *body, size_t length) {
  static _Thread_local struct problems problems; /* large; copied into the call only when there are any */
  call_make_room(call, 65536);
  problems_init(&problems, &call->arena);
  const struct method *method = call->bound->method;
  bool sound = pb_scan(call->bound->input, body, length, method->access == RW ? SCAN_UNKNOWN_REFUSE : SCAN_UNKNOWN_KEEP, &problems);
  if (sound && !(call->request = pb_unpack(&call->arena, call->bound->input, body, length))) return refuse(call, &no_room);
  if (sound) {
    bool valid = is_inner(call) ? pb_validate_inside(call->request, &problems) : pb_validate(call->request, &problems);
    if (method->required && *method->required) valid = pb_require(call->request, method->required, &problems) && valid;
    (void)valid; /* told by problems.blocking */
  }
  take_problems(call, &problems);
}

/* What the journal keeps: the request with personal data sealed, and who called. */
static void pack_for_journal(struct call *call) {
  Workrelief__Caller caller = WORKRELIEF__CALLER__INIT;
  Workrelief__Relation__Value relations[32];
  caller.principal = call->caller.principal;
  caller.unit_id = call->caller.unit_id;
  caller.duty = (Workrelief__Duty__Value)call->caller.duty;
  caller.relations = relations;
  for (unsigned i = 0; i < 32; i++)
    if (call->caller.relations & (1u << i)) relations[caller.n_relations++] = (Workrelief__Relation__Value)i;
  call->caller_identity = pb_pack(&call->arena, &caller.base, &call->caller_identity_length);
  call->sealed_request = pb_pack(&call->arena, call->request, &call->sealed_request_length);
  if (!call->caller_identity || !call->sealed_request) return refuse(call, &no_room);
  const struct hash_part parts[] = {{call->caller_identity, call->caller_identity_length}, {call->sealed_request, call->sealed_request_length}};
  sm3(parts, ARRAY_LENGTH(parts), call->request_hash);
}

static void seal(struct call *call, bool trusted) {
  static _Thread_local struct problems problems;
  problems_init(&problems, &call->arena);
  if (!secret_seal(call->runtime->seal_keys, &call->arena, call->request, trusted, &problems)) {
    if (!problems.total) return refuse(call, &no_room);
    take_problems(call, &problems);
  }
}

void door_admit(struct call *call, const Workrelief__RequestHeader *header, const struct identity *speaker, const void *body, size_t length) {
  take_caller(call, speaker, header->caller);
  if (!take_header(call, header) || call->status != STATUS_OK) return;
  read_body(call, body, length);
  if (call->status != STATUS_OK) return;
  call->unauthorised = call->after_count && !followers_reached(call->runtime, call->after, call->after_count);
  if (!call->unauthorised) authorise(call);
  const struct method *method = call->status == STATUS_OK ? call->bound->method : NULL;
  if (!method || (method->access == RO && !method->gather)) return;
  if (call->bound->seals) seal(call, is_inner(call)); /* also keeps a reader from filling what the node is about to gather */
  if (method->access == RO) return;
  request_digest(call->runtime->seal_keys, body, length, call->digest);
  if (call->status == STATUS_OK && !call->bound->method->gather) pack_for_journal(call);
}

void door_reveal(struct call *call) {
  if (call->status != STATUS_OK || !call->bound || !(call->bound->method->flags & METHOD_REVEAL)) return;
  call_make_room(call, CALL_ARENA_REPLY);
  message *reply = pb_unpack(&call->arena, call->bound->output, call->reply_body, call->reply_body_length);
  if (!reply || !secret_open(call->runtime->seal_keys, &call->arena, reply)) {
    log_error("a sealed field of a reply cannot be opened method=%s", call->bound->name);
    return; /* stays sealed */
  }
  call->reply_body = pb_pack(&call->arena, reply, &call->reply_body_length);
}

/* --- where to -------------------------------------------------------------------------------------------------------------------- */

static bool state_admits(struct call *call) {
  struct runtime *runtime = call->runtime;
  bool inner = call->waiter && !call->route_length;
  switch ((enum service_state)atomic_load(&runtime->state)) {
    case SERVICE_READY: return true;
    case SERVICE_DRAINING:
      if (inner) return true; /* a follower's last batch may still go in */
      return refuse(call, &draining), false;
    case SERVICE_STARTING:
    case SERVICE_STANDBY: break;
  }
  return refuse(call, &standing_by), false;
}

static struct call_queue *queue_of(struct call *call) {
  struct runtime *runtime = call->runtime;
  if (call->bound->method->gather && !call->gathered) return &runtime->gather_queue;
  if (call->bound->method->access == RO) return &runtime->reader_queue;
  return &runtime->writer_queue;
}

void door_enqueue(struct call *call) {
  struct runtime *runtime = call->runtime;
  struct call_queue *queue = queue_of(call);
  size_t bytes, depth = queue_depth(queue, &bytes);
  if (call->unauthorised) authorise(call);
  if (call->status == STATUS_OK && state_admits(call)) {
    if (clock_monotonic_us() > call->deadline_us)
      call_fail_late(call);
    else if ((int64_t)depth >= runtime->queue_limit || (int64_t)bytes >= runtime->queue_bytes) {
      refuse(call, &queue_full);
      call->retry_after_ms = 500;
    }
  }
  if (call->status != STATUS_OK) {
    call_pack_reply(call);
    return call_complete(call);
  }
  if (queue == &runtime->writer_queue && !call->sealed_request) pack_for_journal(call);
  call_make_room(call, CALL_ARENA_REPLY);
  call->next = NULL;
  if (queue_push(queue, call, call, 1, call->body_length)) return;
  refuse(call, &draining);
  call_pack_reply(call);
  call_complete(call);
}
