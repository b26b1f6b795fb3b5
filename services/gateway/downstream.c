/* downstream.c - what a child may hear of this node: pages of the journals' events, chosen here and signed, so that the child can prove later
 * what it was told and act on nothing else. */
#include <string.h>

#include "admin.pb-c.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/bus/client.h"
#include "services/gateway/content.h"
#include "services/gateway/handlers.h"
#include "services/gateway/policies.h"

#define PAGE_BYTES 150000 /* of one source; the pages of all go into one message */
#define AWAY_US 5000000
#define QUIET_MOST 500 /* rows that held nothing for the child are not worth a signature */

/* What of each service goes down. Events that name units go to the child that reports for one of them. The first of them are what a child of an
 * earlier version understands; one that takes policies hears the rest too, and what was in force before there was an event to tell of it. */
#define EVENTS_MOST 10
static const struct {
  const char *source;
  size_t early;
  const char *event_types[EVENTS_MOST + 1];
} streams[] = {
    {"registry", 3, {"CalendarDaysChanged", "CatalogueLoaded", "ParameterChanged"}},
    {"evaluation",
     1,
     {"FindingChanged", "LedgersChecked", "RatioRule", "SupervisionPolicy", "ComplaintPolicy", "EvaluationPolicy", "SignalRule", "ForecastPolicy",
      "AssessmentPolicy", "FindingClass"}},
    {"gateway", 2, {"ReportingPolicySet", "CircularChanged"}},
    {"payroll", 0, {"PayPolicy", "MinimumWage", "AlertThreshold"}},
    {"workforce", 0, {"WorkforcePolicy", "DayRuleSet", "MatchWeightsSet"}},
};

static size_t type_count(size_t stream, const Workrelief__DownCursor *cursor) {
  size_t count = streams[stream].early;
  while (cursor->takes_policies && streams[stream].event_types[count]) count++;
  return count;
}

/* The thread that gathers is one for all calls: a service that is away holds it up once in a while, not at every question of every child. */
static int64_t away_until_us[ARRAY_LENGTH(streams)];

static const Workrelief__Child *child_of(struct call *call, struct runtime *runtime, const char *unit_id) {
  Workrelief__GetChildRequest request = WORKRELIEF__GET_CHILD_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.unit_id = (char *)(uintptr_t)unit_id;
  runtime_ask(runtime, call_arena(call), "gateway.GetChild", NULL, &request.base, &workrelief__child__descriptor, &reply, &answer);
  const Workrelief__Child *child = (const Workrelief__Child *)answer;
  if (!child) return call_refuse(call, "CHILD_UNKNOWN", "unit_id", unit_id), NULL;
  if (child->child_state == WORKRELIEF__CHILD_STATE__VALUE__REVOKED) return call_refuse(call, "CHILD_REVOKED", "unit_id", NULL), NULL;
  return child;
}

static const Workrelief__JournalWatchReply *watched(struct call *call, struct runtime *runtime, size_t stream, const Workrelief__Child *child,
                                                    const Workrelief__DownCursor *cursor) {
  Workrelief__JournalWatchRequest request = WORKRELIEF__JOURNAL_WATCH_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.epoch = cursor->source_epoch;
  request.after_seq = cursor->source_seq;
  request.event_types = (char **)(uintptr_t)streams[stream].event_types;
  request.n_event_types = type_count(stream, cursor);
  request.unit_ids = child->child_unit_ids;
  request.n_unit_ids = child->n_child_unit_ids;
  request.max_bytes = PAGE_BYTES;
  if (clock_monotonic_us() < away_until_us[stream]) return NULL;
  runtime_ask_soon(runtime, call_arena(call), streams[stream].source, "journal.Watch", &request.base, &workrelief__journal_watch_reply__descriptor,
                   &reply, &answer);
  if (!answer) away_until_us[stream] = clock_monotonic_us() + AWAY_US;
  return (const Workrelief__JournalWatchReply *)answer;
}

static Workrelief__DownContent content_of(struct call *call, struct runtime *runtime, const Workrelief__Child *child,
                                          const Workrelief__DownCursor *cursor, const Workrelief__JournalWatchReply *reply) {
  Workrelief__DownContent content = WORKRELIEF__DOWN_CONTENT__INIT;
  content.content_version = CONTENT_VERSION;
  content.sender_unit_id = (char *)(uintptr_t)runtime_setting(runtime, "unit_id");
  content.receiver_unit_id = child->unit_id;
  content.made_at_us = call_now_us(call);
  content.source = cursor->source;
  content.source_epoch = cursor->source_epoch ? cursor->source_epoch : reply->epoch;
  content.current_epoch = reply->epoch;
  content.after_seq = content.through_seq = cursor->source_seq;
  return content;
}

/* What is in force, as much of it as a page holds. It comes behind what the journal tells, so that no old word overtakes a newer one: what is set
 * meanwhile is told by the journal again. False: the service does not answer. */
static bool put_policies(struct call *call, struct runtime *runtime, const Workrelief__DownCursor *cursor, Workrelief__DownContent *content) {
  struct policies policies;
  size_t bytes = 0, from = (size_t)cursor->policies_taken, count = 0;
  if (cursor->policies_taken < 0 || !policies_of(runtime, call_arena(call), cursor->source, false, &policies)) return false;
  if (from > policies.count) from = policies.count; /* fewer than there were: what is gone needs no telling */
  while (from + count < policies.count && (!count || bytes + policies.rows[from + count]->event.len < PAGE_BYTES))
    bytes += policies.rows[from + count++]->event.len;
  content->policies_version = POLICIES_VERSION;
  content->policies_from = cursor->policies_taken;
  content->policies_total = cursor->policies_taken + (int32_t)(policies.count - from);
  content->rows = policies.rows + from;
  content->n_rows = count;
  return true;
}

/* The page of one source, signed; NULL when there is nothing to say or the source does not answer: the child asks again. */
static Workrelief__Signed *page_of(struct call *call, struct runtime *runtime, const struct sign_key *key, const Workrelief__Child *child,
                                   const Workrelief__DownCursor *cursor) {
  size_t stream = 0;
  while (stream < ARRAY_LENGTH(streams) && strcmp(streams[stream].source, cursor->source) != 0) stream++;
  if (stream == ARRAY_LENGTH(streams) || !child->n_child_unit_ids || !type_count(stream, cursor)) return NULL;
  const Workrelief__JournalWatchReply *reply = watched(call, runtime, stream, child, cursor);
  if (!reply) return NULL;
  Workrelief__DownContent content = content_of(call, runtime, child, cursor, reply);
  bool restored = cursor->source_epoch && reply->epoch != cursor->source_epoch;
  if (!reply->n_rows && !restored && cursor->takes_policies && cursor->policies_version < POLICIES_VERSION)
    return put_policies(call, runtime, cursor, &content) ? content_sign(call_arena(call), key, &content.base) : NULL;
  if (!reply->n_rows && reply->through_seq - cursor->source_seq < QUIET_MOST && !restored) return NULL;
  content.through_seq = reply->through_seq;
  content.rows = reply->rows;
  content.n_rows = reply->n_rows;
  return content_sign(call_arena(call), key, &content.base);
}

void gather_down_pages(struct call *call, struct runtime *runtime) {
  Workrelief__ListDownPagesRequest *request = (Workrelief__ListDownPagesRequest *)call_request(call);
  const char *unit_id = call_caller(call)->relations & SELF && *request->unit_id ? request->unit_id : call_caller(call)->unit_id;
  const Workrelief__Child *child = child_of(call, runtime, unit_id);
  struct sign_key *key = child ? node_sign_key(runtime) : NULL;
  if (child && !key) return call_refuse(call, "SIGN_KEY_MISSING", "", NULL);
  request->gathered_pages = arena_array(call_arena(call), request->n_cursors + 1, sizeof *request->gathered_pages);
  for (size_t i = 0; key && request->gathered_pages && i < request->n_cursors && i < ARRAY_LENGTH(streams); i++) {
    Workrelief__Signed *page = page_of(call, runtime, key, child, request->cursors[i]);
    if (page) request->gathered_pages[request->n_gathered_pages++] = page;
  }
  sign_key_close(&key);
}
