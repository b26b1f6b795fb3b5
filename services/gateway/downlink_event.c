/* downlink_event.c - see downlink_event.h. The request id of every command follows from the event's place in the parent's journal. */
#include "services/gateway/downlink_event.h"

#include <endian.h>
#include <string.h>

#include "common/base/status.h"
#include "common/daemon/crash.h"
#include "evaluation.pb-c.h"

/* UUIDv7 of the event's own time; the rest is a digest of where it stands. */
static void id_of(const struct delivery *delivery, uint8_t id[16]) {
  uint64_t place[] = {htobe64((uint64_t)delivery->row->epoch), htobe64((uint64_t)delivery->row->seq)};
  const char *unit = delivery->page->sender_unit_id, *source = delivery->page->source;
  const ProtobufCBinaryData *event = &delivery->row->event;
  bool listed = delivery->page->policies_version != 0; /* a row of what is in force stands nowhere in a journal: it is what it says */
  struct hash_part parts[] = {
      {"down", 5}, {unit, strlen(unit) + 1}, {source, strlen(source) + 1}, {place, sizeof place}, {event->data, listed ? event->len : 0}};
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

/* What the check of the three ledgers has newly found on a project of this node's units: one notice a check. */
static enum applied record_check(struct delivery *delivery, const message *event) {
  const Workrelief__LedgersChecked *check = (const Workrelief__LedgersChecked *)event;
  Workrelief__RecordUpperNoticeRequest notice = WORKRELIEF__RECORD_UPPER_NOTICE_REQUEST__INIT;
  struct arena *arena = delivery->taking->arena;
  if (!check->n_new_findings) return APPLIED;
  char *text = arena_printf(arena, "%s", "");
  for (size_t i = 0; text && i < check->n_new_findings; i++)
    text = arena_printf(arena, "%s%s%s %s", text, i ? "\n" : "", check->new_findings[i]->finding_code, check->new_findings[i]->finding_note);
  notice.notice_kind = WORKRELIEF__UPPER_NOTICE_KIND__VALUE__LEDGER_CHECK;
  notice.notice_reference = arena_printf(arena, "%s-%d", check->project_code, check->check_number);
  notice.notice_unit_ids = check->unit_ids;
  notice.n_notice_unit_ids = check->n_unit_ids;
  notice.project_code = check->project_code;
  notice.notice_title = (char *)(uintptr_t) "三本台账核对发现问题";
  notice.notice_text = text;
  notice.due_date = check->new_findings[0]->due_date;
  return text && notice.notice_reference ? record_notice(delivery, &notice) : APPLY_LATER;
}

/* A row for each event: given to the method of this node that sets the same here, field by field, or made into a notice. What an office above has
 * set holds here from its day on under its key. A value of a nearer division (parameters, catalogues, minimum wages, ratio floors) goes before it,
 * as in every look-up; of a policy without division an own value that is at least as strict stays, which the service judges. */
static const struct {
  const char *source, *event_type, *method;
  enum applied (*apply)(struct delivery *delivery, const message *event); /* where there is no method */
} kinds[] = {
    {"registry", "CalendarDaysChanged", "registry.SetCalendarDays", NULL},
    {"registry", "CatalogueLoaded", "registry.TakeCatalogue", NULL},
    {"registry", "ParameterChanged", "registry.SetParameter", NULL},
    {"evaluation", "FindingChanged", NULL, record_finding},
    {"evaluation", "LedgersChecked", NULL, record_check},
    {"evaluation", "RatioRule", "evaluation.SetRatioRule", NULL},
    {"evaluation", "SupervisionPolicy", "evaluation.SetSupervisionPolicy", NULL},
    {"evaluation", "ComplaintPolicy", "evaluation.SetComplaintPolicy", NULL},
    {"evaluation", "EvaluationPolicy", "evaluation.SetEvaluationPolicy", NULL},
    {"evaluation", "SignalRule", "evaluation.SetSignalRule", NULL},
    {"evaluation", "ForecastPolicy", "evaluation.SetForecastPolicy", NULL},
    {"evaluation", "AssessmentPolicy", "evaluation.SetAssessmentPolicy", NULL},
    {"evaluation", "FindingClass", "evaluation.SetFindingClass", NULL},
    {"payroll", "PayPolicy", "payroll.SetPayPolicy", NULL},
    {"payroll", "MinimumWage", "payroll.SetMinimumWage", NULL},
    {"payroll", "AlertThreshold", "payroll.SetAlertThreshold", NULL},
    {"workforce", "WorkforcePolicy", "workforce.SetWorkforcePolicy", NULL},
    {"workforce", "DayRuleSet", "workforce.SetDayRule", NULL},
    {"workforce", "MatchWeightsSet", "workforce.SetMatchWeights", NULL},
    {"gateway", "ReportingPolicySet", "gateway.RecordReportingPolicy", NULL},
    {"gateway", "CircularChanged", NULL, record_circular},
};

enum applied downlink_apply(struct delivery *delivery) {
  const Workrelief__WatchedEvent *row = delivery->row;
  for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
    if (strcmp(kinds[i].source, delivery->page->source) != 0 || strcmp(kinds[i].event_type, row->event_type) != 0) continue;
    const message *event = pb_unpack(delivery->taking->arena, pb_type_find(row->event_type), row->event.data, row->event.len);
    if (event) return kinds[i].method ? copied(delivery, kinds[i].method, event) : kinds[i].apply(delivery, event);
    return delivery->problem = "the event cannot be read", CANNOT_APPLY;
  }
  delivery->problem = arena_printf(delivery->taking->arena, "this node's software knows no %s: a newer version does", row->event_type);
  return CANNOT_APPLY;
}
