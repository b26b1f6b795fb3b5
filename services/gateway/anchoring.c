/* anchoring.c - at the child: the heads of this node's journals go to the parent, and with each what its journal has today where the parent saw a head
 * last. A tail that was cut off and written anew shows there, whatever else was changed beside it. */
#include <string.h>

#include "admin.pb-c.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/gateway/handlers.h"
#include "services/gateway/taking.h"

#define TURN_ARENA ((size_t)8 << 20)
#define ASK_TIMEOUT_MS 5000
#define STREAM "parent:anchor"

static const char *const services[] = {"registry", "workforce", "payroll", "evaluation", "gateway"};

struct anchoring {
  struct runtime *runtime;
  struct client *parent; /* NULL: not dialled, or dropped after silence */
  struct sign_key *own_key, *parent_key;
  struct arena arena; /* one turn's */
};

static message *ask_parent(struct anchoring *anchoring, const char *method, const message *request, const message_type *reply_type) {
  struct client_call call = {.method = method, .timeout_ms = ASK_TIMEOUT_MS};
  struct client_reply reply = {.status = STATUS_UNAVAILABLE};
  const char *problem = "";
  message *answer = NULL;
  if (!anchoring->parent)
    anchoring->parent = runtime_dial(anchoring->runtime, runtime_setting(anchoring->runtime, "parent.endpoint"),
                                     runtime_setting(anchoring->runtime, "parent.public_key"), &problem);
  if (!anchoring->parent) return NULL;
  client_ask(anchoring->parent, &anchoring->arena, &call, request, reply_type, &reply, &answer);
  if (!answer && reply.status == STATUS_UNAVAILABLE) client_close(&anchoring->parent);
  return answer;
}

/* The hash of one row of a journal as it stands; empty when there is none. *reached: whether the service answered. */
static ProtobufCBinaryData row_hash(struct anchoring *anchoring, const char *service, int64_t epoch, int64_t seq, bool *reached) {
  Workrelief__JournalReadRequest request = WORKRELIEF__JOURNAL_READ_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.epoch = epoch;
  request.after_seq = seq - 1;
  request.max_bytes = 1;
  runtime_ask_soon(anchoring->runtime, &anchoring->arena, service, "journal.Read", &request.base, &workrelief__journal_read_reply__descriptor, &reply,
                   &answer);
  const Workrelief__JournalReadReply *page = (const Workrelief__JournalReadReply *)answer;
  *reached = page != NULL;
  return page && page->n_rows && page->rows[0]->seq == seq ? page->rows[0]->hash : (ProtobufCBinaryData){0, NULL};
}

static const Workrelief__AnchorHead *seen_head(const Workrelief__AnchorHeads *seen, const char *service) {
  for (size_t i = 0; i < seen->n_rows; i++)
    if (strcmp(seen->rows[i]->service, service) == 0) return seen->rows[i];
  return NULL;
}

/* The service's head beside what it had before; NULL: away, or nothing in this epoch yet. */
static Workrelief__AnchorHead *head_of(struct anchoring *anchoring, const char *service, const Workrelief__AnchorHeads *seen) {
  Workrelief__HealthRequest request = WORKRELIEF__HEALTH_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  bool reached = true;
  runtime_ask_soon(anchoring->runtime, &anchoring->arena, service, "admin.Health", &request.base, &workrelief__health_reply__descriptor, &reply,
                   &answer);
  const Workrelief__HealthReply *health = (const Workrelief__HealthReply *)answer;
  Workrelief__AnchorHead *head = (Workrelief__AnchorHead *)pb_new(&anchoring->arena, &workrelief__anchor_head__descriptor);
  if (!head || !health || !health->last_seq || strcmp(health->state, "READY") != 0) return NULL;
  head->service = (char *)(uintptr_t)service;
  head->epoch = health->epoch;
  head->seq = health->last_seq;
  head->hash = row_hash(anchoring, service, head->epoch, head->seq, &reached);
  const Workrelief__AnchorHead *before = seen_head(seen, service);
  if (before && reached) {
    head->standing_epoch = before->epoch;
    head->standing_seq = before->seq;
    head->standing_hash = row_hash(anchoring, service, before->epoch, before->seq, &reached);
  }
  return reached && head->hash.len ? head : NULL;
}

static bool is_news(const Workrelief__AnchorHead *head, const Workrelief__AnchorHeads *seen) {
  const Workrelief__AnchorHead *before = seen_head(seen, head->service);
  return !before || before->epoch != head->epoch || before->seq != head->seq || !head->standing_hash.len ||
         head->standing_hash.len != before->hash.len || memcmp(head->standing_hash.data, before->hash.data, before->hash.len) != 0;
}

static bool receipt_is_good(const struct anchoring *anchoring, const Workrelief__Signed *receipt, const Workrelief__Signed *anchor) {
  struct arena arena;
  uint8_t digest[SM3_SIZE];
  arena_init(&arena, TURN_ARENA);
  sm3_of(anchor->content.data, anchor->content.len, digest);
  const Workrelief__AnchorReceiptContent *content = NULL;
  if (receipt && content_verify(receipt, "AnchorReceiptContent", anchoring->parent_key))
    content = (const Workrelief__AnchorReceiptContent *)pb_unpack(&arena, &workrelief__anchor_receipt_content__descriptor, receipt->content.data,
                                                                  receipt->content.len);
  bool good = content && content->digest.len == sizeof digest && bytes_equal(content->digest.data, digest, sizeof digest) &&
              strcmp(content->receiver_unit_id, runtime_setting(anchoring->runtime, "parent.unit_id")) == 0;
  arena_reset(&arena);
  return good;
}

static void have_signed(struct anchoring *anchoring, Workrelief__AnchorContent *content) {
  Workrelief__TakeAnchorRequest request = WORKRELIEF__TAKE_ANCHOR_REQUEST__INIT;
  request.anchor = content_sign(&anchoring->arena, anchoring->own_key, &content->base);
  if (!request.anchor) return;
  const Workrelief__AnchorReceipt *receipt =
      (const Workrelief__AnchorReceipt *)ask_parent(anchoring, "gateway.TakeAnchor", &request.base, &workrelief__anchor_receipt__descriptor);
  if (!receipt) return;
  if (!receipt_is_good(anchoring, receipt->receipt, request.anchor)) {
    runtime_show_follow(anchoring->runtime, STREAM, 0, receipt->anchor_number, "STOPPED", "the parent's countersignature does not verify");
    return;
  }
  Workrelief__RecordAnchorRequest record = WORKRELIEF__RECORD_ANCHOR_REQUEST__INIT;
  struct client_reply reply;
  record.anchor = request.anchor;
  record.receipt = receipt->receipt;
  record.anchor_number = receipt->anchor_number;
  record.made_at_us = content->made_at_us;
  record.anchor_problem = receipt->anchor_problem;
  runtime_ask(anchoring->runtime, &anchoring->arena, "gateway.RecordAnchor", NULL, &record.base, &workrelief__nothing__descriptor, &reply, NULL);
  char *problem =
      *receipt->anchor_problem ? arena_printf(&anchoring->arena, "a journal is not what the parent saw: %s", receipt->anchor_problem) : NULL;
  runtime_show_follow(anchoring->runtime, STREAM, 0, receipt->anchor_number, problem ? "STOPPED" : "RUNNING", problem ? problem : "");
}

static void turn(struct anchoring *anchoring) {
  Workrelief__ListAnchorHeadsRequest request = WORKRELIEF__LIST_ANCHOR_HEADS_REQUEST__INIT;
  const Workrelief__AnchorHeads *seen =
      (const Workrelief__AnchorHeads *)ask_parent(anchoring, "gateway.ListAnchorHeads", &request.base, &workrelief__anchor_heads__descriptor);
  if (!seen) return; /* away, or of an older version */
  Workrelief__AnchorHead *heads[ARRAY_LENGTH(services)];
  Workrelief__AnchorContent content = WORKRELIEF__ANCHOR_CONTENT__INIT;
  bool news = false;
  for (size_t i = 0; i < ARRAY_LENGTH(services) && !runtime_is_stopping(anchoring->runtime); i++) {
    Workrelief__AnchorHead *head = head_of(anchoring, services[i], seen);
    if (!head) continue;
    /* The gateway's own journal grows by each anchor: that alone is no news. */
    news = news || (is_news(head, seen) && (strcmp(services[i], "gateway") != 0 || head->seq > head->standing_seq + 1 || !head->standing_hash.len));
    heads[content.n_heads++] = head;
  }
  if (!news) return;
  content.content_version = CONTENT_VERSION;
  content.sender_unit_id = (char *)(uintptr_t)runtime_setting(anchoring->runtime, "unit_id");
  content.receiver_unit_id = (char *)(uintptr_t)runtime_setting(anchoring->runtime, "parent.unit_id");
  content.made_at_us = clock_now_us();
  content.heads = heads;
  have_signed(anchoring, &content);
}

void anchor_run(struct runtime *runtime) {
  if (!*runtime_setting(runtime, "parent.endpoint")) return;
  struct anchoring anchoring = {
      .runtime = runtime, .own_key = node_sign_key(runtime), .parent_key = sign_key_of_hex(runtime_setting(runtime, "parent.sign_public"))};
  arena_init(&anchoring.arena, TURN_ARENA);
  while (anchoring.own_key && anchoring.parent_key && runtime_sleep(runtime, (int)runtime_number(runtime, "anchor_interval_ms"))) {
    turn(&anchoring);
    arena_reset(&anchoring.arena);
  }
  if (anchoring.parent) client_close(&anchoring.parent);
  sign_key_close(&anchoring.own_key);
  sign_key_close(&anchoring.parent_key);
}
