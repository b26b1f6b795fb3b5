/* downlink.c - see downlink.h. The request id of every command follows from the event's place in the parent's journal: applied again after
 * a crash it is the same command, and the service answers what it answered then. */
#include "services/gateway/downlink.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "admin.pb-c.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/daemon/crash.h"
#include "common/pb/scan.h"
#include "common/pb/validate.h"
#include "evaluation.pb-c.h"
#include "registry.pb-c.h"

#define SOURCE_NAME_SIZE 40

/* One event on its way to the service it concerns. */
struct delivery {
  const struct taking *taking;
  const Workrelief__DownContent *page;
  const Workrelief__WatchedEvent *row;
  const char *problem; /* set when it cannot be applied */
};

enum applied { APPLIED, APPLY_LATER, CANNOT_APPLY };

/* UUIDv7 of the event's own time; the rest is a digest of where it stands. */
static void id_of(const struct delivery *delivery, uint8_t id[16]) {
  uint64_t place[] = {htobe64((uint64_t)delivery->row->epoch), htobe64((uint64_t)delivery->row->seq)};
  const char *unit = delivery->page->sender_unit_id, *source = delivery->page->source;
  struct hash_part parts[] = {{"down", 5}, {unit, strlen(unit) + 1}, {source, strlen(source) + 1}, {place, sizeof place}};
  uint8_t digest[SM3_SIZE];
  uint64_t milliseconds = htobe64((uint64_t)(delivery->row->at_us / 1000) << 16);
  sm3(parts, ARRAY_LENGTH(parts), digest);
  memcpy(id, &milliseconds, 6);
  memcpy(id + 6, digest, 10);
  id[6] = (uint8_t)(0x70 | (id[6] & 0x0f));
  id[8] = (uint8_t)(0x80 | (id[8] & 0x3f));
}

/* A sibling is asked by trial first: a refusal on record under the event's own id would stand for ever, also when its cause is cleared. */
static enum applied command(struct delivery *delivery, const char *method, const message *request) {
  struct runtime *runtime = delivery->taking->runtime;
  uint8_t id[16];
  struct client_reply reply;
  message *answer = NULL;
  const ProtobufCMethodDescriptor *rpc = rpc_find(method);
  bool own = strncmp(method, "gateway.", 8) == 0;
  if (!rpc) return delivery->problem = method, CANNOT_APPLY;
  if (!own) runtime_try(runtime, delivery->taking->arena, method, request, rpc->output, &reply, &answer);
  if (own || answer) {
    id_of(delivery, id);
    runtime_ask(runtime, delivery->taking->arena, method, id, request, rpc->output, &reply, &answer);
    crash_point("downlink_after_apply");
  }
  if (answer) return APPLIED;
  if (!reply.header || status_is_retryable(reply.status)) return APPLY_LATER;
  delivery->problem = arena_printf(delivery->taking->arena, "%s refuses it: %s", method, reply.header->reason);
  return CANNOT_APPLY;
}

/* The event's fields into a request's of the same names. */
static enum applied copied(struct delivery *delivery, const char *method, const message *event) {
  const ProtobufCMethodDescriptor *rpc = rpc_find(method);
  message *request = rpc ? pb_new(delivery->taking->arena, rpc->input) : NULL;
  if (!request) return APPLY_LATER;
  for (unsigned i = 0; i < rpc->input->n_fields; i++) {
    const message_field *to = &rpc->input->fields[i], *from = pb_field(event->descriptor, to->name);
    if (from) pb_copy_field(request, to, event, from);
  }
  const message_field *upper = pb_field(rpc->input, "upper_unit_id");
  if (upper && !pb_put_text(delivery->taking->arena, request, upper, delivery->page->sender_unit_id)) return APPLY_LATER;
  return command(delivery, method, request);
}

static enum applied set_calendar(struct delivery *delivery, const message *event) { return copied(delivery, "registry.SetCalendarDays", event); }
static enum applied take_catalogue(struct delivery *delivery, const message *event) { return copied(delivery, "registry.TakeCatalogue", event); }
static enum applied set_parameter(struct delivery *delivery, const message *event) { return copied(delivery, "registry.SetParameter", event); }
static enum applied record_policy(struct delivery *delivery, const message *event) {
  return copied(delivery, "gateway.RecordReportingPolicy", event);
}

static enum applied record_notice(struct delivery *delivery, Workrelief__RecordUpperNoticeRequest *notice) {
  notice->source = delivery->page->source;
  notice->source_epoch = delivery->row->epoch;
  notice->source_seq = delivery->row->seq;
  notice->sent_at_us = delivery->row->at_us;
  return command(delivery, "gateway.RecordUpperNotice", &notice->base);
}

static enum applied record_circular(struct delivery *delivery, const message *event) {
  const Workrelief__CircularChanged *circular = (const Workrelief__CircularChanged *)event;
  Workrelief__RecordUpperNoticeRequest notice = WORKRELIEF__RECORD_UPPER_NOTICE_REQUEST__INIT;
  if (circular->circular_state != WORKRELIEF__CIRCULAR_STATE__VALUE__ISSUED) return APPLIED;
  notice.notice_kind = WORKRELIEF__UPPER_NOTICE_KIND__VALUE__CIRCULAR;
  notice.notice_reference = circular->document_no;
  notice.notice_unit_ids = circular->unit_ids;
  notice.n_notice_unit_ids = circular->n_unit_ids;
  notice.notice_title = arena_printf(delivery->taking->arena, "%s %s 通报", circular->issuer_name, circular->quarter);
  notice.notice_text = circular->circular_text;
  return notice.notice_title ? record_notice(delivery, &notice) : APPLY_LATER;
}

static enum applied record_finding(struct delivery *delivery, const message *event) {
  Workrelief__FindingChanged *finding = (Workrelief__FindingChanged *)(uintptr_t)event;
  Workrelief__RecordUpperNoticeRequest notice = WORKRELIEF__RECORD_UPPER_NOTICE_REQUEST__INIT;
  char *units[] = {finding->responsible_unit_id, finding->bureau_unit_id};
  notice.notice_kind = WORKRELIEF__UPPER_NOTICE_KIND__VALUE__RECTIFICATION;
  notice.notice_reference = finding->finding_code;
  notice.notice_unit_ids = *units[0] ? units : units + 1;
  notice.n_notice_unit_ids = (*units[0] != '\0') + (*units[1] && strcmp(units[0], units[1]) != 0);
  notice.project_code = finding->project_code;
  notice.notice_title = (char *)(uintptr_t) "整改通知";
  notice.notice_text = finding->finding_note;
  notice.due_date = finding->due_date;
  notice.finding_state = (char *)(uintptr_t)pb_enum_name(pb_field(event->descriptor, "finding_state"), finding->finding_state);
  return record_notice(delivery, &notice);
}

static const struct {
  const char *source, *event_type;
  enum applied (*apply)(struct delivery *delivery, const message *event);
} kinds[] = {
    {"registry", "CalendarDaysChanged", set_calendar}, {"registry", "CatalogueLoaded", take_catalogue},
    {"registry", "ParameterChanged", set_parameter},   {"evaluation", "FindingChanged", record_finding},
    {"gateway", "ReportingPolicySet", record_policy},  {"gateway", "CircularChanged", record_circular},
};

static enum applied apply(struct delivery *delivery) {
  const Workrelief__WatchedEvent *row = delivery->row;
  for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
    if (strcmp(kinds[i].source, delivery->page->source) != 0 || strcmp(kinds[i].event_type, row->event_type) != 0) continue;
    const message *event = pb_unpack(delivery->taking->arena, pb_type_find(row->event_type), row->event.data, row->event.len);
    if (event) return kinds[i].apply(delivery, event);
    return delivery->problem = "the event cannot be read", CANNOT_APPLY;
  }
  delivery->problem = arena_printf(delivery->taking->arena, "this node's software knows no %s: a newer version does", row->event_type);
  return CANNOT_APPLY;
}

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

static const char *misfit(const Workrelief__DownContent *page, const Workrelief__DownCursor *cursor) {
  if (page->current_epoch != page->source_epoch) return "the parent is in another epoch: it was restored";
  if (cursor->source_epoch && page->source_epoch != cursor->source_epoch) return "the page is of another epoch";
  if (page->after_seq > cursor->source_seq || page->through_seq < page->after_seq) return "the page does not continue where this node stands";
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

static enum downlink_outcome take_page(const struct taking *taking, const Workrelief__DownCursor *cursor, const Workrelief__DownContent *page,
                                       Workrelief__Signed *signed_page) {
  struct delivery delivery = {.taking = taking, .page = page};
  enum applied applied = APPLIED;
  int64_t reached = cursor->source_seq;
  for (size_t i = 0; applied == APPLIED && i < page->n_rows; i++) {
    delivery.row = page->rows[i];
    if (!is_skipped(cursor, delivery.row->seq)) applied = apply(&delivery);
    if (applied == APPLIED && delivery.row->seq > reached) reached = delivery.row->seq;
  }
  if (applied == APPLIED && page->through_seq > reached) reached = page->through_seq;
  crash_point("downlink_before_record");
  if (reached > cursor->source_seq && !record(taking, cursor, page, signed_page, reached)) return DOWNLINK_LATER;
  if (applied == CANNOT_APPLY) {
    char *problem = arena_printf(taking->arena, "seq %lld %s: %s", (long long)delivery.row->seq, delivery.row->event_type,
                                 delivery.problem ? delivery.problem : "");
    show(taking, cursor, reached, "STOPPED", problem ? problem : "an event cannot be applied");
  } else {
    show(taking, cursor, reached, applied == APPLIED ? "RUNNING" : "WAITING", applied == APPLIED ? "" : "a service of this node does not answer");
  }
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
    enum downlink_outcome taken = take_page(taking, cursor, page, pages->rows[i]);
    if (taken > outcome) outcome = taken;
  }
  for (size_t k = 0; k < request->n_cursors && k < ARRAY_LENGTH(told); k++)
    if (!told[k]) show(taking, request->cursors[k], request->cursors[k]->source_seq, "RUNNING", "");
  return outcome;
}
