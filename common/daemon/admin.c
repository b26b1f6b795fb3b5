/* admin.c - what every daemon answers: health, figures, contract, journal; and the commands of its followers. */
#include "common/daemon/admin.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/daemon/crash.h"
#include "common/daemon/execute.h"
#include "common/daemon/journal.h"
#include "common/daemon/runtime.h"
#include "common/daemon/scope.h"

extern const unsigned char descriptor_set[];
extern const size_t descriptor_set_length;

/* --- a follower's batch ---------------------------------------------------------------------------------------------------------- */

static const char *apply_statement_of(const struct service *service, const char *source, const char *event_type, bool page) {
  for (size_t i = 0; i < service->follow_count; i++) {
    const struct follow *follow = &service->follows[i];
    if (strcmp(follow->source, source) != 0) continue;
    if (!page && strcmp(follow->event, event_type) == 0) return follow->apply;
    if (page && follow->page_apply && strcmp(follow->page_apply, event_type) == 0) return follow->page_apply;
  }
  return NULL;
}

static void refuse_event(struct call *call, int64_t seq, const char *event_type, const char *why) {
  char detail[160];
  snprintf(detail, sizeof detail, "seq %lld %s: %s", (long long)seq, event_type, why);
  call_refuse(call, "FOLLOW_EVENT", "events", detail);
  call->status = STATUS_ABORTED; /* whatever rule it broke: not final, the follower stops and an operator looks */
}

static bool apply_bytes(struct call *call, struct session *session, const char *statement, int64_t seq, const char *type_name,
                        ProtobufCBinaryData bytes) {
  const struct statement *found = statement ? statements_find(call->runtime->statements, statement) : NULL;
  if (!found) return refuse_event(call, seq, type_name, "no statement"), false;
  const message *event = pb_unpack(&call->arena, statement_request(found), bytes.data, bytes.len);
  if (!event) return refuse_event(call, seq, type_name, "cannot be read"), false;
  if (!session_run(session, statement, event, NULL)) return refuse_event(call, seq, type_name, "cannot be applied"), false;
  return true;
}

static void follow_apply(struct call *call, struct session *session) {
  const Workrelief__FollowApplyRequest *request = (const Workrelief__FollowApplyRequest *)call->request;
  for (size_t i = 0; i < request->n_events; i++) {
    const Workrelief__FollowedEvent *event = request->events[i];
    const char *statement = apply_statement_of(call->runtime->service, request->source, event->event_type, false);
    if (!apply_bytes(call, session, statement, event->seq, event->event_type, event->event)) return;
  }
  crash_point("follow_before_cursor");
  struct filled filled;
  if (!session_run(session, "follow_advance", call->request, &filled)) return;
  call->reply = filled.reply;
}

static void follow_page(struct call *call, struct session *session) {
  const Workrelief__FollowPageRequest *request = (const Workrelief__FollowPageRequest *)call->request;
  const char *statement = apply_statement_of(call->runtime->service, request->source, request->page_type, true);
  if (apply_bytes(call, session, statement, request->source_seq, request->page_type, request->page))
    ((Workrelief__FollowPageReply *)call->reply)->page_number = request->page_number;
}

static void skip_follow(struct call *call, struct session *session) {
  struct filled filled;
  if (session_run(session, "follow_skip", call->request, &filled)) call->reply = filled.reply;
}

static void nothing(struct call *call, struct session *session) { (void)call, (void)session; /* answered at the door or by a reader */ }

#define ANSWERS(service, name, access, relations, flags, required, procedure)                                                                        \
  {#service,                                                                                                                                         \
   &workrelief__##service##__descriptor,                                                                                                             \
   {#name, METHOD_PROCEDURE, access, relations, WORKRELIEF__DUTY__VALUE__VIEWER, flags, required, NULL, NULL, NULL, NULL, procedure, NULL}},
const struct admin_method admin_methods[] = {
    ANSWERS(admin, Health, RO, ANYONE, 0, "", nothing) ANSWERS(admin, Stats, RO, SELF | OFFICE | AUDIT | UPPER, 0, "", nothing)
        ANSWERS(admin, Describe, RO, ANYONE, 0, "", nothing) ANSWERS(admin, SkipFollow, RW, SELF, 0, "source source_epoch source_seq skip_reason",
                                                                     skip_follow) ANSWERS(journal, Read, RO, ANYONE, 0, "", nothing)
            ANSWERS(journal, Watch, RO, ANYONE, 0, "", nothing) ANSWERS(follow, Apply, RW, SELF, METHOD_INTERNAL | METHOD_SCOPES, "", follow_apply)
                ANSWERS(follow, Page, RW, SELF, METHOD_INTERNAL, "", follow_page)};
const size_t admin_method_count = ARRAY_LENGTH(admin_methods);

/* --- answers without a database -------------------------------------------------------------------------------------------------- */

static void answer_health(struct call *call) {
  struct runtime *runtime = call->runtime;
  Workrelief__HealthReply *reply = (Workrelief__HealthReply *)call->reply;
  reply->service = (char *)runtime->service->name;
  reply->state = (char *)service_state_name((enum service_state)atomic_load(&runtime->state));
  reply->version = (char *)WORKRELIEF_VERSION;
  reply->epoch = atomic_load(&runtime->epoch);
  reply->last_seq = atomic_load(&runtime->last_seq);
  reply->database_up = atomic_load(&runtime->database_up);
  reply->n_follows = followers_state(runtime, &call->arena, &reply->follows);
}

static void add_metric(struct call *call, const char *name, const char *label, int64_t value, const char *kind, const char *help) {
  Workrelief__Metric *metric = (Workrelief__Metric *)pb_new(&call->arena, &workrelief__metric__descriptor);
  const message_field *rows = pb_field(call->reply->descriptor, "rows");
  if (!metric) return;
  metric->name = (char *)name;
  metric->label = (char *)label;
  metric->kind = (char *)kind;
  metric->help = (char *)help;
  metric->value = value;
  if (!pb_put_message(&call->arena, call->reply, rows, &metric->base)) return;
}

static void answer_stats(struct call *call) {
  struct runtime *runtime = call->runtime;
  const struct {
    const char *name;
    int64_t value;
    const char *kind, *help;
  } gauges[] = {
      {"journal_seq", atomic_load(&runtime->last_seq), "counter", "last row of the journal"},
      {"writer_queue", (int64_t)queue_depth(&runtime->writer_queue, NULL), "gauge", "calls waiting for the writer"},
      {"reader_queue", (int64_t)queue_depth(&runtime->reader_queue, NULL), "gauge", "calls waiting for a reader"},
      {"batches", atomic_load(&runtime->batches), "counter", "transactions of the writer"},
      {"batch_calls", atomic_load(&runtime->batch_calls), "counter", "calls in them"},
      {"batch_retries", atomic_load(&runtime->retries), "counter", "batches begun anew after a lost connection"},
      {"frames_refused", atomic_load(&runtime->refused_frames), "counter", "messages that were no call"},
      {"handshakes_refused", zap_refused(runtime->zap), "counter", "connections refused by ZAP"},
      {"database_up", atomic_load(&runtime->database_up), "gauge", "1 while the writer's session lives"},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(gauges); i++) add_metric(call, gauges[i].name, "", gauges[i].value, gauges[i].kind, gauges[i].help);
  for (size_t i = 0; i < runtime->method_count; i++) {
    struct bound_method *bound = &runtime->methods[i];
    if (!atomic_load(&bound->calls)) continue;
    add_metric(call, "calls", bound->name, atomic_load(&bound->calls), "counter", "calls answered");
    add_metric(call, "calls_refused", bound->name, atomic_load(&bound->refused), "counter", "of them refused for good");
    add_metric(call, "calls_failed", bound->name, atomic_load(&bound->failed), "counter", "of them to be tried again");
    add_metric(call, "call_microseconds", bound->name, atomic_load(&bound->microseconds), "counter", "time in the daemon");
  }
}

static void answer_describe(struct call *call) {
  Workrelief__DescribeReply *reply = (Workrelief__DescribeReply *)call->reply;
  uint8_t digest[SM3_SIZE];
  char *hex = arena_alloc(&call->arena, 2 * SM3_SIZE + 1);
  sm3_of(descriptor_set, descriptor_set_length, digest);
  if (hex) reply->schema_digest = hex_encode(digest, sizeof digest, hex);
  reply->file_descriptor_set = (ProtobufCBinaryData){descriptor_set_length, (uint8_t *)descriptor_set};
}

static const struct {
  const char *name;
  void (*answer)(struct call *);
} door_answers[] = {
    {"admin.Health", answer_health},
    {"admin.Stats", answer_stats},
    {"admin.Describe", answer_describe},
};

bool admin_answer(struct call *call) {
  for (size_t i = 0; i < ARRAY_LENGTH(door_answers); i++) {
    if (strcmp(call->bound->name, door_answers[i].name) != 0) continue;
    call_make_room(call, CALL_ARENA_REPLY);
    call->reply = pb_new(&call->arena, call->bound->output);
    if (call->reply) door_answers[i].answer(call);
    call_pack_reply(call);
    call_complete(call);
    return true;
  }
  return false;
}
