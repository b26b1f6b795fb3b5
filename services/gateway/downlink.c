/* downlink.c - see downlink.h. */
#include "services/gateway/downlink.h"

#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "common/daemon/crash.h"
#include "common/pb/scan.h"
#include "common/pb/validate.h"
#include "services/gateway/downlink_event.h"
#include "services/gateway/policies.h"

#define SOURCE_NAME_SIZE 40

/* --- pages ------------------------------------------------------------------------------------------------------------------------ */

static void show(const struct taking *taking, const Workrelief__DownCursor *cursor, int64_t seq, const char *state, const char *problem) {
  char source[SOURCE_NAME_SIZE];
  snprintf(source, sizeof source, "parent:%s", cursor->source);
  runtime_show_follow(taking->runtime, source, cursor->source_epoch, seq, state, problem);
}

static const Workrelief__DownContent *opened(const struct taking *taking, const Workrelief__Signed *page) {
  struct problems *problems = arena_alloc(taking->arena, sizeof *problems);
  if (!problems || !content_verify(page, "DownContent", taking->parent_key)) return NULL;
  problems_init(problems, taking->arena);
  if (!pb_scan(&workrelief__down_content__descriptor, page->content.data, page->content.len, SCAN_UNKNOWN_KEEP, problems)) return NULL;
  const Workrelief__DownContent *content =
      (const Workrelief__DownContent *)pb_unpack(taking->arena, &workrelief__down_content__descriptor, page->content.data, page->content.len);
  bool ours = content && content->content_version == CONTENT_VERSION &&
              strcmp(content->sender_unit_id, runtime_setting(taking->runtime, "parent.unit_id")) == 0 &&
              strcmp(content->receiver_unit_id, runtime_setting(taking->runtime, "unit_id")) == 0;
  return ours ? content : NULL;
}

static const Workrelief__DownCursor *cursor_of(const Workrelief__ListDownPagesRequest *request, const char *source) {
  for (size_t i = 0; i < request->n_cursors; i++)
    if (strcmp(request->cursors[i]->source, source) == 0) return request->cursors[i];
  return NULL;
}

/* A list that was taken before, or a part of it: by file and by wire. */
static bool is_known_list(const Workrelief__DownContent *page, const Workrelief__DownCursor *cursor) {
  return page->policies_version && (page->policies_version <= cursor->policies_version || page->policies_from < cursor->policies_taken);
}

static const char *list_misfit(const Workrelief__DownContent *page, const Workrelief__DownCursor *cursor) {
  if (page->policies_from > cursor->policies_taken || (int64_t)page->policies_from + (int64_t)page->n_rows > page->policies_total)
    return "the list of what is in force does not continue where this node stands";
  for (size_t i = 0; i < page->n_rows; i++)
    if (page->rows[i]->seq) return "what is in force stands in no journal";
  return NULL;
}

static const char *misfit(const Workrelief__DownContent *page, const Workrelief__DownCursor *cursor) {
  if (page->current_epoch != page->source_epoch) return "the parent is in another epoch: it was restored";
  if (cursor->source_epoch && page->source_epoch != cursor->source_epoch) return "the page is of another epoch";
  if (page->after_seq > cursor->source_seq || page->through_seq < page->after_seq) return "the page does not continue where this node stands";
  if (page->policies_version) return list_misfit(page, cursor);
  int64_t last = page->after_seq;
  for (size_t i = 0; i < page->n_rows; i++) {
    if (page->rows[i]->seq <= last || page->rows[i]->seq > page->through_seq || page->rows[i]->epoch != page->source_epoch)
      return "the events of the page are not in order";
    last = page->rows[i]->seq;
  }
  return NULL;
}

/* What stands behind the cursor came before: by file and by wire, or by the same file twice. */
static bool is_skipped(const Workrelief__DownCursor *cursor, int64_t seq) {
  if (seq <= cursor->source_seq) return true;
  for (size_t i = 0; i < cursor->n_skipped_seqs; i++)
    if (cursor->skipped_seqs[i] == seq) return true;
  return false;
}

static bool record(const struct taking *taking, const Workrelief__DownCursor *cursor, const Workrelief__DownContent *page,
                   Workrelief__Signed *signed_page, int64_t to_seq) {
  Workrelief__RecordDownRequest request = WORKRELIEF__RECORD_DOWN_REQUEST__INIT;
  request.source = page->source;
  request.source_epoch = page->source_epoch;
  request.from_seq = cursor->source_seq;
  request.to_seq = to_seq;
  request.page = signed_page;
  return taking_ask(taking, "gateway.RecordDown", &request.base, &workrelief__down_cursor__descriptor) != NULL;
}

static void show_applied(const struct delivery *delivery, const Workrelief__DownCursor *cursor, int64_t reached, enum applied applied) {
  const struct taking *taking = delivery->taking;
  if (applied != CANNOT_APPLY)
    return show(taking, cursor, reached, applied == APPLIED ? "RUNNING" : "WAITING",
                applied == APPLIED ? "" : "a service of this node does not answer");
  char *problem = arena_printf(taking->arena, "seq %lld %s: %s", (long long)delivery->row->seq, delivery->row->event_type,
                               delivery->problem ? delivery->problem : "");
  show(taking, cursor, reached, "STOPPED", problem ? problem : "an event cannot be applied");
}

static bool record_list(const struct taking *taking, const Workrelief__DownContent *page, Workrelief__Signed *signed_page, size_t count) {
  Workrelief__RecordPoliciesRequest request = WORKRELIEF__RECORD_POLICIES_REQUEST__INIT;
  request.source = page->source;
  request.source_epoch = page->source_epoch;
  request.policies_version = page->policies_version;
  request.policies_from = page->policies_from;
  request.policies_to = page->policies_from + (int32_t)count;
  request.policies_complete = request.policies_to == page->policies_total;
  request.page = signed_page;
  return taking_ask(taking, "gateway.RecordPolicies", &request.base, &workrelief__down_cursor__descriptor) != NULL;
}

/* What is in force at the parent; what stands here in the same words is let be. */
static enum downlink_outcome take_list(const struct taking *taking, const Workrelief__DownCursor *cursor, const Workrelief__DownContent *page,
                                       Workrelief__Signed *signed_page) {
  struct delivery delivery = {.taking = taking, .page = page};
  struct policies own;
  enum applied applied = APPLIED;
  size_t count = 0;
  if (!policies_of(taking->runtime, taking->arena, page->source, true, &own)) applied = APPLY_LATER;
  while (applied == APPLIED && count < page->n_rows) {
    delivery.row = page->rows[count];
    if (!policies_have(&own, delivery.row)) applied = downlink_apply(&delivery);
    if (applied == APPLIED) count++;
  }
  crash_point("downlink_before_record");
  if ((count || applied == APPLIED) && !record_list(taking, page, signed_page, count)) return DOWNLINK_LATER;
  show_applied(&delivery, cursor, cursor->source_seq, applied);
  if (applied == APPLY_LATER) return DOWNLINK_LATER;
  return applied == APPLIED ? DOWNLINK_MOVED : DOWNLINK_IDLE;
}

static enum downlink_outcome take_page(const struct taking *taking, const Workrelief__DownCursor *cursor, const Workrelief__DownContent *page,
                                       Workrelief__Signed *signed_page) {
  struct delivery delivery = {.taking = taking, .page = page};
  enum applied applied = APPLIED;
  int64_t reached = cursor->source_seq;
  for (size_t i = 0; applied == APPLIED && i < page->n_rows; i++) {
    delivery.row = page->rows[i];
    if (!is_skipped(cursor, delivery.row->seq)) applied = downlink_apply(&delivery);
    if (applied == APPLIED && delivery.row->seq > reached) reached = delivery.row->seq;
  }
  if (applied == APPLIED && page->through_seq > reached) reached = page->through_seq;
  crash_point("downlink_before_record");
  if (reached > cursor->source_seq && !record(taking, cursor, page, signed_page, reached)) return DOWNLINK_LATER;
  show_applied(&delivery, cursor, reached, applied);
  if (applied == APPLY_LATER) return DOWNLINK_LATER;
  return reached > cursor->source_seq ? DOWNLINK_MOVED : DOWNLINK_IDLE;
}

Workrelief__ListDownPagesRequest *downlink_request(const struct taking *taking) {
  Workrelief__GetDownlinkRequest books = WORKRELIEF__GET_DOWNLINK_REQUEST__INIT;
  const Workrelief__Downlink *downlink =
      (const Workrelief__Downlink *)taking_ask(taking, "gateway.GetDownlink", &books.base, &workrelief__downlink__descriptor);
  Workrelief__ListDownPagesRequest *request =
      downlink ? (Workrelief__ListDownPagesRequest *)pb_new(taking->arena, &workrelief__list_down_pages_request__descriptor) : NULL;
  if (!request) return NULL;
  request->cursors = downlink->rows;
  request->n_cursors = downlink->n_rows;
  return request;
}

enum downlink_outcome downlink_take(const struct taking *taking, const Workrelief__ListDownPagesRequest *request,
                                    const Workrelief__DownPages *pages) {
  enum downlink_outcome outcome = DOWNLINK_IDLE;
  bool told[8] = {false};
  for (size_t i = 0; i < pages->n_rows; i++) {
    const Workrelief__DownContent *page = opened(taking, pages->rows[i]);
    const Workrelief__DownCursor *cursor = page ? cursor_of(request, page->source) : NULL;
    if (!cursor) {
      log_error("downlink: a page of the parent does not verify");
      continue;
    }
    for (size_t k = 0; k < request->n_cursors && k < ARRAY_LENGTH(told); k++) told[k] |= request->cursors[k] == cursor;
    const char *problem = misfit(page, cursor);
    if (problem) {
      show(taking, cursor, cursor->source_seq, "STOPPED", problem);
      continue;
    }
    if (is_known_list(page, cursor)) continue;
    enum downlink_outcome taken = (page->policies_version ? take_list : take_page)(taking, cursor, page, pages->rows[i]);
    if (taken > outcome) outcome = taken;
  }
  for (size_t k = 0; k < request->n_cursors && k < ARRAY_LENGTH(told); k++)
    if (!told[k]) show(taking, request->cursors[k], request->cursors[k]->source_seq, "RUNNING", "");
  return outcome;
}
