/* uplink.c - store and forward. What was submitted stands in outgoing_part until the parent's signed receipt for it has been verified;
 * only then is it marked. A crash on either side, anywhere, costs a repeat, and a repeat gets the same receipt. The same thread takes
 * over the parent's decisions, its calendar and what it tells its children (downlink.c). */
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/bus/client.h"
#include "common/daemon/crash.h"
#include "services/gateway/downlink.h"
#include "services/gateway/draw.h"
#include "services/gateway/handlers.h"
#include "services/gateway/taking.h"

#define TURN_ARENA ((size_t)32 << 20)
#define LOOK_TIMEOUT_MS 3000 /* every turn begins with a small question: a parent away or a key not admitted shows soon */
#define DELIVER_TIMEOUT_MS 10000
#define NOTE_MOST 1800
#define DRAWS_A_TURN 10
#define SIBLING_CONNECT_MS 1000 /* a service of this node that is away is asked again in a later round */

struct uplink {
  struct runtime *runtime;
  struct client *parent;       /* NULL: not dialled yet, or dropped after silence */
  struct sign_key *parent_key; /* receipts are verified with it */
  bool is_away;                /* it gave no answer in this round */
  struct arena arena;          /* one exchange's */
};

/* What became of one step. */
enum step { STEP_IDLE, STEP_DONE, STEP_FAILED };

static struct taking taking_of(struct uplink *uplink) {
  return (struct taking){.runtime = uplink->runtime, .arena = &uplink->arena, .parent_key = uplink->parent_key};
}

static bool dial(struct uplink *uplink) {
  const char *problem = "";
  if (!uplink->parent)
    uplink->parent = runtime_dial(uplink->runtime, runtime_setting(uplink->runtime, "parent.endpoint"),
                                  runtime_setting(uplink->runtime, "parent.public_key"), &problem);
  if (!uplink->parent) log_warn("uplink: the parent cannot be dialled: %s", problem);
  return uplink->parent != NULL;
}

static message *ask_parent(struct uplink *uplink, const char *method, int timeout_ms, const message *request, const message_type *reply_type,
                           struct client_reply *reply) {
  struct client_call call = {.method = method, .timeout_ms = timeout_ms};
  message *answer = NULL;
  *reply = (struct client_reply){.status = STATUS_UNAVAILABLE};
  uplink->is_away = !dial(uplink);
  if (uplink->is_away) return NULL;
  client_ask(uplink->parent, &uplink->arena, &call, request, reply_type, reply, &answer);
  uplink->is_away = !answer && reply->status == STATUS_UNAVAILABLE;
  if (uplink->is_away) client_close(&uplink->parent); /* a fresh connection next time: one refused once never dials again */
  return answer;
}

/* --- up: parts and receipts ------------------------------------------------------------------------------------------------------ */

/* The parent's word that it has exactly this part. */
static bool is_of_part(const Workrelief__ReceiptContent *content, const Workrelief__Uplink *part) {
  return content->digest.len == part->digest.len && bytes_equal(content->digest.data, part->digest.data, part->digest.len) &&
         strcmp(content->report_code, part->report_code) == 0 && content->part_number == part->part_number;
}

static enum step record_receipt(struct uplink *uplink, const Workrelief__Uplink *part, Workrelief__Signed *receipt) {
  struct taking taking = taking_of(uplink);
  const Workrelief__ReceiptContent *content = receipt_open(&taking, receipt);
  if (!content || !is_of_part(content, part)) {
    log_error("uplink: the parent's receipt does not verify report=%s part=%d", part->report_code, part->part_number);
    return STEP_FAILED;
  }
  return take_receipt(&taking, content, receipt) ? STEP_DONE : STEP_FAILED;
}

/* Whether no repetition of these bytes can ever be taken. */
static bool is_hopeless(enum status status) {
  return status == STATUS_INVALID_ARGUMENT || status == STATUS_ALREADY_EXISTS || status == STATUS_OUT_OF_RANGE;
}

static enum step record_refusal(struct uplink *uplink, const Workrelief__Uplink *part, const struct client_reply *reply) {
  Workrelief__RecordRefusalRequest request = WORKRELIEF__RECORD_REFUSAL_REQUEST__INIT;
  char *note = arena_printf(&uplink->arena, "%s %s", reply->header->reason, reply->header->message);
  if (!note) return STEP_FAILED;
  if (strlen(note) > NOTE_MOST) note[strlen(reply->header->reason)] = '\0'; /* the reason alone: never half a character */
  log_warn("uplink: the parent refuses report=%s part=%d reason=%s", part->report_code, part->part_number, reply->header->reason);
  request.report_code = part->report_code;
  request.part_number = part->part_number;
  request.refusal_note = note;
  request.digest = part->digest;
  struct taking taking = taking_of(uplink);
  return take_refusal(&taking, &request) ? STEP_DONE : STEP_FAILED;
}

static enum step send_part(struct uplink *uplink, const Workrelief__Uplink *part) {
  if (!part->part_number) return STEP_IDLE;
  Workrelief__Signed content = WORKRELIEF__SIGNED__INIT;
  content.content = part->content;
  content.signature = part->signature;
  content.key_id = part->key_id;
  content.algorithm = (char *)(uintptr_t) "SM2-SM3";
  content.content_type = (char *)(uintptr_t) "ReportContent";
  Workrelief__DeliverRequest request = WORKRELIEF__DELIVER_REQUEST__INIT;
  request.signed_ = &content;
  struct client_reply reply;
  crash_point("uplink_before_send");
  const Workrelief__Receipt *receipt =
      (const Workrelief__Receipt *)ask_parent(uplink, "gateway.Deliver", DELIVER_TIMEOUT_MS, &request.base, &workrelief__receipt__descriptor, &reply);
  crash_point("uplink_after_send");
  enum step recorded = receipt ? record_receipt(uplink, part, receipt->receipt) : STEP_IDLE;
  crash_point("uplink_after_receipt");
  if (receipt) return recorded;
  if (reply.header && is_hopeless(reply.status)) return record_refusal(uplink, part, &reply);
  log_warn("uplink: not delivered report=%s part=%d status=%s reason=%s", part->report_code, part->part_number, status_name(reply.status),
           reply.header ? reply.header->reason : "NO_ANSWER");
  return STEP_FAILED;
}

/* --- down: decisions and calendar ------------------------------------------------------------------------------------------------- */

static enum step take_decisions(struct uplink *uplink, int64_t after) {
  Workrelief__ListDecisionsRequest request = WORKRELIEF__LIST_DECISIONS_REQUEST__INIT;
  struct client_reply reply;
  request.after_decision_number = after;
  const Workrelief__DecisionPage *page = (const Workrelief__DecisionPage *)ask_parent(uplink, "gateway.ListDecisions", LOOK_TIMEOUT_MS, &request.base,
                                                                                      &workrelief__decision_page__descriptor, &reply);
  if (!page) return STEP_FAILED;
  struct taking taking = taking_of(uplink);
  for (size_t i = 0; i < page->n_rows; i++)
    if (!take_decision(&taking, page->rows[i])) return STEP_FAILED;
  return page->n_rows ? STEP_DONE : STEP_IDLE;
}

/* What the parent granted to units of this node; the others' it does not tell. */
static bool fetch_extensions(struct uplink *uplink, const Workrelief__Quarter *quarter) {
  Workrelief__ListExtensionsRequest request = WORKRELIEF__LIST_EXTENSIONS_REQUEST__INIT;
  struct client_reply reply;
  request.quarter = quarter->quarter;
  request.page_size = 1000;
  const Workrelief__ExtensionPage *theirs = (const Workrelief__ExtensionPage *)ask_parent(
      uplink, "gateway.ListExtensions", LOOK_TIMEOUT_MS, &request.base, &workrelief__extension_page__descriptor, &reply);
  struct taking taking = taking_of(uplink);
  if (!theirs) return false;
  if (takes_upper_calendar(&taking)) return take_upper_quarter(&taking, quarter, theirs->rows, theirs->n_rows);
  return take_extensions(&taking, quarter->quarter, theirs->rows, theirs->n_rows);
}

static enum step take_calendar(struct uplink *uplink) {
  Workrelief__ListQuartersRequest request = WORKRELIEF__LIST_QUARTERS_REQUEST__INIT;
  struct client_reply reply;
  request.page_size = 1000;
  const Workrelief__QuarterPage *theirs = (const Workrelief__QuarterPage *)ask_parent(uplink, "gateway.ListQuarters", LOOK_TIMEOUT_MS, &request.base,
                                                                                      &workrelief__quarter_page__descriptor, &reply);
  struct taking taking = taking_of(uplink);
  if (!theirs || !take_quarters(&taking, theirs->rows, theirs->n_rows)) return STEP_FAILED;
  for (size_t i = 0; i < theirs->n_rows; i++) {
    const Workrelief__Quarter *quarter = theirs->rows[i];
    bool open = quarter->quarter_state == WORKRELIEF__QUARTER_STATE__VALUE__OPEN || takes_upper_calendar(&taking);
    if (open && *quarter->extended_until_date && !fetch_extensions(uplink, quarter)) return STEP_FAILED;
  }
  return STEP_IDLE;
}

/* --- what the parent draws ------------------------------------------------------------------------------------------------------- */

static bool answer_draw(struct uplink *uplink, const Workrelief__Draw *draw) {
  Workrelief__AnswerDrawRequest request = WORKRELIEF__ANSWER_DRAW_REQUEST__INIT;
  struct client_reply reply;
  if (!(request.signed_ = draw_answer_recorded(uplink->runtime, &uplink->arena, draw))) return false;
  message *taken = ask_parent(uplink, "gateway.AnswerDraw", DELIVER_TIMEOUT_MS, &request.base, &workrelief__draw__descriptor, &reply);
  crash_point("draw_after_send");
  if (!taken)
    log_warn("uplink: the answer to a draw was not taken draw=%lld status=%s reason=%s", (long long)draw->draw_number, status_name(reply.status),
             reply.header ? reply.header->reason : "NO_ANSWER");
  return taken != NULL;
}

/* One that cannot be answered holds up no other, and no report. A parent that knows no draws is left alone. */
static enum step answer_draws(struct uplink *uplink) {
  Workrelief__ListDrawsRequest request = WORKRELIEF__LIST_DRAWS_REQUEST__INIT;
  struct client_reply reply;
  bool any = false;
  request.draw_state = WORKRELIEF__DRAW_STATE__VALUE__ASKED;
  request.page_size = DRAWS_A_TURN;
  const Workrelief__DrawPage *open = (const Workrelief__DrawPage *)ask_parent(uplink, "gateway.ListDraws", LOOK_TIMEOUT_MS, &request.base,
                                                                              &workrelief__draw_page__descriptor, &reply);
  if (!open) return reply.status == STATUS_UNAVAILABLE ? STEP_FAILED : STEP_IDLE;
  for (size_t i = 0; i < open->n_rows; i++)
    if (answer_draw(uplink, open->rows[i])) any = true;
  return any ? STEP_DONE : STEP_IDLE;
}

/* What the parent tells beside the calendar of quarters. A parent of an older version has nothing to tell. */
static enum step take_down(struct uplink *uplink) {
  struct taking taking = taking_of(uplink);
  struct client_reply reply;
  const Workrelief__ListDownPagesRequest *request = downlink_request(&taking);
  if (!request) return STEP_FAILED;
  const Workrelief__DownPages *pages = (const Workrelief__DownPages *)ask_parent(uplink, "gateway.ListDownPages", DELIVER_TIMEOUT_MS, &request->base,
                                                                                 &workrelief__down_pages__descriptor, &reply);
  if (!pages) return reply.status == STATUS_UNIMPLEMENTED ? STEP_IDLE : STEP_FAILED;
  switch (downlink_take(&taking, request, pages)) {
    case DOWNLINK_IDLE: return STEP_IDLE;
    case DOWNLINK_MOVED: return STEP_DONE;
    case DOWNLINK_LATER: break;
  }
  return STEP_FAILED;
}

/* --- the loop -------------------------------------------------------------------------------------------------------------------- */

static const Workrelief__Uplink *own_state(struct uplink *uplink) {
  struct taking taking = taking_of(uplink);
  Workrelief__GetUplinkRequest request = WORKRELIEF__GET_UPLINK_REQUEST__INIT;
  return (const Workrelief__Uplink *)taking_ask(&taking, "gateway.GetUplink", &request.base, &workrelief__uplink__descriptor);
}

static enum step send_next(struct uplink *uplink) {
  const Workrelief__Uplink *state = own_state(uplink);
  return state ? send_part(uplink, state) : STEP_FAILED;
}

static enum step hear_decisions(struct uplink *uplink) {
  const Workrelief__Uplink *state = own_state(uplink);
  return state ? take_decisions(uplink, state->decision_number) : STEP_FAILED;
}

/* What is exchanged with the parent. One that fails waits longer and longer and holds up no other; when the parent itself is away, one
 * attempt a round is enough. The first is a small question, so that this shows soon. */
static enum step (*const exchanges[])(struct uplink *uplink) = {take_calendar, send_next, hear_decisions, take_down, answer_draws};

struct pace {
  int64_t pause_ms, due_us;
};

static void set_pace(const struct uplink *uplink, struct pace *pace, enum step step) {
  int64_t longest = runtime_number(uplink->runtime, "uplink_backoff_ms");
  if (step != STEP_FAILED)
    pace->pause_ms = runtime_number(uplink->runtime, "uplink_interval_ms");
  else
    pace->pause_ms = pace->pause_ms * 2 < longest ? pace->pause_ms * 2 : longest;
  pace->due_us = clock_monotonic_us() + (step == STEP_DONE ? 1 : pace->pause_ms) * 1000;
}

/* Those that are due. Returns when the next one is. */
static int64_t round_of(struct uplink *uplink, struct pace paces[ARRAY_LENGTH(exchanges)]) {
  int64_t next = INT64_MAX;
  uplink->is_away = false;
  for (size_t i = 0; i < ARRAY_LENGTH(exchanges); i++) {
    if (clock_monotonic_us() >= paces[i].due_us || uplink->is_away) set_pace(uplink, &paces[i], uplink->is_away ? STEP_FAILED : exchanges[i](uplink));
    arena_reset(&uplink->arena);
    if (paces[i].due_us < next) next = paces[i].due_us;
  }
  return next;
}

void uplink_run(struct runtime *runtime) {
  if (!*runtime_setting(runtime, "parent.endpoint")) return;
  struct uplink uplink = {.runtime = runtime, .parent_key = sign_key_of_hex(runtime_setting(runtime, "parent.sign_public"))};
  if (!uplink.parent_key) {
    log_error("uplink: parent.sign_public is no public point; nothing will be sent up");
    return;
  }
  struct pace paces[ARRAY_LENGTH(exchanges)];
  for (size_t i = 0; i < ARRAY_LENGTH(exchanges); i++) paces[i] = (struct pace){.pause_ms = runtime_number(runtime, "uplink_interval_ms")};
  runtime_set_connect_wait(SIBLING_CONNECT_MS);
  arena_init(&uplink.arena, TURN_ARENA);
  int64_t pause_ms;
  do pause_ms = (round_of(&uplink, paces) - clock_monotonic_us()) / 1000;
  while (runtime_sleep(runtime, pause_ms < 1 ? 1 : (int)pause_ms));
  if (uplink.parent) client_close(&uplink.parent);
  sign_key_close(&uplink.parent_key);
}
