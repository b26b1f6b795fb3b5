/* bundle.c - `workrelief bundle export|import`: two nodes whose networks do not meet carry what waits for the other as signed files.
 * The parts go through the parent's Deliver as they would over the wire, in the child's name, and only once its signature stands. */
#include <stdlib.h>
#include <string.h>

#include "bundle.pb-c.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/pb/scan.h"
#include "common/pb/validate.h"
#include "services/cli/signed_file.h"

#define BUNDLE_VERSION 1
#define PARTS_MOST 1000
#define PARTS_BYTES_MOST ((size_t)128 << 20) /* the rest goes with the next file */
#define ANSWER_BYTES_MOST 900000             /* an answer is one call to the child's gateway */
#define PAGES_BYTES_MOST 800000              /* of it at most so much before the decisions */
#define PAGE_ROWS 20                         /* parts of half a megabyte: a page ends early anyway */
#define NOTE_MOST 1800
#define DRAWS_MOST 100 /* answers of half a megabyte */
#define DRAWS_ASKED 20

static struct { const char *answer; } want;

static const struct option import_options[] = {
    {"answer", 0, "FILE", &want.answer, NULL, "给下级的回复写到哪里 (缺省: 文件名加 .answer)",
     "where the answer to the child goes (default: the file's name with .answer)"},
    {0},
};

static char *borrowed(const char *text) { return (char *)(uintptr_t)text; } /* protobuf-c has no const fields */

static void *need(void *memory) {
  if (memory) return memory;
  complain(OUT_OF_MEMORY);
  exit(CLI_INTERNAL);
}

/* --- the child's file -------------------------------------------------------------------------------------------------------------- */

static Workrelief__Signed *part_of(struct cli *cli, const Workrelief__Outgoing *row) {
  Workrelief__Signed *part = need(arena_alloc(&cli->arena, sizeof(*part)));
  workrelief__signed__init(part);
  part->content = row->content;
  part->signature = row->signature;
  part->key_id = row->key_id;
  part->algorithm = borrowed(SIGNED_ALGORITHM);
  part->content_type = borrowed("ReportContent");
  return part;
}

/* All that waits, page by page, as much as one file holds. */
static int collect_parts(struct cli *cli, struct client *client, Workrelief__BundleContent *content) {
  Workrelief__ListOutgoingRequest request;
  workrelief__list_outgoing_request__init(&request);
  request.page_size = PAGE_ROWS;
  content->parts = need(arena_array(&cli->arena, PARTS_MOST, sizeof(*content->parts)));
  size_t bytes = 0;
  do {
    struct client_call call = {0};
    message *answer;
    cli_prepare(cli, &call, "gateway.ListOutgoing");
    int code = cli_ask(cli, client, &call, &request.base, &workrelief__outgoing_page__descriptor, &answer);
    if (code != CLI_OK) return code;
    const Workrelief__OutgoingPage *page = (const Workrelief__OutgoingPage *)answer;
    for (size_t i = 0; i < page->n_rows && content->n_parts < PARTS_MOST && bytes < PARTS_BYTES_MOST; i++) {
      bytes += page->rows[i]->content.len;
      content->parts[content->n_parts++] = part_of(cli, page->rows[i]);
    }
    request.page_token = page->next_page_token;
  } while (*request.page_token && content->n_parts < PARTS_MOST && bytes < PARTS_BYTES_MOST);
  return CLI_OK;
}

static int collect_answer(struct cli *cli, struct client *client, ProtobufCBinaryData seed, Workrelief__BundleContent *content) {
  Workrelief__GetTakenDrawRequest request = WORKRELIEF__GET_TAKEN_DRAW_REQUEST__INIT;
  struct client_call call = {0};
  message *answer;
  request.seed = seed;
  cli_prepare(cli, &call, "gateway.GetTakenDraw");
  int code = cli_ask(cli, client, &call, &request.base, &workrelief__taken_draw__descriptor, &answer);
  Workrelief__Signed *taken = code == CLI_OK ? ((Workrelief__TakenDraw *)answer)->answer : NULL;
  if (taken) content->draw_answers[content->n_draw_answers++] = taken;
  return code;
}

/* What the parent drew in the last month, as it was answered; it may have some of it already, and says so again. */
static int collect_answers(struct cli *cli, struct client *client, Workrelief__BundleContent *content) {
  Workrelief__ListTakenDrawsRequest request = WORKRELIEF__LIST_TAKEN_DRAWS_REQUEST__INIT;
  struct client_call call = {0};
  message *answer;
  request.recent_only = true;
  request.page_size = DRAWS_MOST;
  cli_prepare(cli, &call, "gateway.ListTakenDraws");
  int code = cli_ask(cli, client, &call, &request.base, &workrelief__taken_draw_page__descriptor, &answer);
  if (code != CLI_OK) return code;
  const Workrelief__TakenDrawPage *page = (const Workrelief__TakenDrawPage *)answer;
  content->draw_answers = need(arena_array(&cli->arena, page->n_rows + 1, sizeof(*content->draw_answers)));
  for (size_t i = 0; code == CLI_OK && i < page->n_rows; i++) code = collect_answer(cli, client, page->rows[i]->seed, content);
  return code;
}

static int ask_uplink(struct cli *cli, struct client *client, const Workrelief__Uplink **uplink) {
  Workrelief__GetUplinkRequest request;
  struct client_call call = {0};
  message *answer;
  workrelief__get_uplink_request__init(&request);
  cli_prepare(cli, &call, "gateway.GetUplink");
  int code = cli_ask(cli, client, &call, &request.base, &workrelief__uplink__descriptor, &answer);
  if (code == CLI_OK) *uplink = (const Workrelief__Uplink *)answer;
  return code;
}

/* What the parent has told so far, so that its answer goes on from there. */
static int ask_downlink(struct cli *cli, struct client *client, Workrelief__BundleContent *content) {
  Workrelief__GetDownlinkRequest request;
  struct client_call call = {0};
  message *answer;
  workrelief__get_downlink_request__init(&request);
  cli_prepare(cli, &call, "gateway.GetDownlink");
  int code = cli_ask(cli, client, &call, &request.base, &workrelief__downlink__descriptor, &answer);
  if (code != CLI_OK) return code;
  content->down_cursors = ((Workrelief__Downlink *)answer)->rows;
  content->n_down_cursors = ((Workrelief__Downlink *)answer)->n_rows;
  return CLI_OK;
}

static int export_bundle(struct cli *cli, int count, char **words) {
  Workrelief__BundleContent content;
  const Workrelief__Uplink *uplink = NULL;
  int code;
  if (count != 1) return complain(BUNDLE_NEEDS_FILE), CLI_USAGE;
  workrelief__bundle_content__init(&content);
  content.content_version = BUNDLE_VERSION;
  content.sender_unit_id = borrowed(node_setting(cli, NULL, "unit_id"));
  content.receiver_unit_id = borrowed(node_setting(cli, "gateway", "parent.unit_id"));
  if (!*content.receiver_unit_id) return complain(BUNDLE_NO_PARENT, node_path(cli, "node.conf")), CLI_BAD_CONFIG;
  struct client *client = cli_connect(cli, "gateway", &code);
  if (!client) return code;
  code = ask_uplink(cli, client, &uplink);
  if (code == CLI_OK) code = ask_downlink(cli, client, &content);
  if (code == CLI_OK) code = collect_parts(cli, client, &content);
  if (code == CLI_OK) code = collect_answers(cli, client, &content);
  client_close(&client);
  if (code != CLI_OK) return code;
  content.after_decision_number = uplink->decision_number;
  content.made_at_us = clock_now_us();
  code = signed_file_write(cli, words[0], &content.base);
  if (code == CLI_OK && content.n_draw_answers) say(BUNDLE_SHOWN, content.n_draw_answers);
  if (code == CLI_OK) say(BUNDLE_WRITTEN, words[0], content.n_parts, uplink->queued_count, content.receiver_unit_id);
  return code;
}

/* --- at the parent ----------------------------------------------------------------------------------------------------------------- */

struct exchange {
  struct cli *cli;
  struct client *client;
  const Workrelief__BundleContent *bundle;
  Workrelief__BundleAnswer answer;
  Workrelief__Caller child; /* in whose name the parts are delivered */
  Workrelief__Relation__Value relation;
  size_t waiting;
};

/* What strangers' bytes say, once they are known to be sound; NULL after a complaint. */
static message *opened(struct cli *cli, const char *path, const Workrelief__Signed *content, const message_type *type) {
  struct problems problems;
  problems_init(&problems, &cli->arena);
  message *result = NULL;
  if (pb_scan(type, content->content.data, content->content.len, SCAN_UNKNOWN_REFUSE, &problems))
    result = pb_unpack(&cli->arena, type, content->content.data, content->content.len);
  if (result && pb_validate(result, &problems)) return result;
  complain(BUNDLE_NOT_ONE, path, problems.count ? problems.list[0].path : "");
  return NULL;
}

static bool is_hopeless(enum status status) {
  return status == STATUS_INVALID_ARGUMENT || status == STATUS_ALREADY_EXISTS || status == STATUS_OUT_OF_RANGE;
}

static void refuse_part(struct exchange *exchange, const Workrelief__Signed *part, const struct client_reply *reply) {
  struct arena *arena = &exchange->cli->arena;
  Workrelief__ReportContent *content =
      (Workrelief__ReportContent *)pb_unpack(arena, &workrelief__report_content__descriptor, part->content.data, part->content.len);
  if (!content) return; /* the child signs no such thing: it has nothing to learn of it */
  Workrelief__BundleRefusal *refusal = need(arena_alloc(arena, sizeof(*refusal)));
  uint8_t *digest = need(arena_alloc(arena, SM3_SIZE));
  sm3_of(part->content.data, part->content.len, digest);
  workrelief__bundle_refusal__init(refusal);
  refusal->report_code = content->report_code;
  refusal->part_number = content->part_number;
  refusal->digest = (ProtobufCBinaryData){SM3_SIZE, digest};
  refusal->refusal_note = need(arena_printf(arena, "%s %s", reply->header->reason, reply->header->message));
  if (strlen(refusal->refusal_note) > NOTE_MOST) refusal->refusal_note = reply->header->reason;
  exchange->answer.refusals[exchange->answer.n_refusals++] = refusal;
}

/* One part through the same door as over the wire. False: no answer came, and the rest need not be tried. */
static bool deliver(struct exchange *exchange, Workrelief__Signed *part, int *code) {
  Workrelief__DeliverRequest request;
  struct client_call call = {.caller = &exchange->child};
  struct client_reply reply;
  message *answer;
  workrelief__deliver_request__init(&request);
  request.signed_ = part;
  cli_prepare(exchange->cli, &call, "gateway.Deliver");
  client_ask(exchange->client, &exchange->cli->arena, &call, &request.base, &workrelief__receipt__descriptor, &reply, &answer);
  if (answer) {
    exchange->answer.receipts[exchange->answer.n_receipts++] = ((Workrelief__Receipt *)answer)->receipt;
    return true;
  }
  complain_reply(&reply);
  *code = exit_code_of(&reply);
  if (!reply.header || status_is_retryable(reply.status)) return false;
  if (is_hopeless(reply.status))
    refuse_part(exchange, part, &reply);
  else
    exchange->waiting++;
  *code = CLI_FINDINGS;
  return true;
}

static int deliver_all(struct exchange *exchange) {
  const Workrelief__BundleContent *bundle = exchange->bundle;
  int code = CLI_OK;
  exchange->answer.receipts = need(arena_array(&exchange->cli->arena, bundle->n_parts + 1, sizeof(*exchange->answer.receipts)));
  exchange->answer.refusals = need(arena_array(&exchange->cli->arena, bundle->n_parts + 1, sizeof(*exchange->answer.refusals)));
  for (size_t i = 0; i < bundle->n_parts; i++)
    if (!deliver(exchange, bundle->parts[i], &code)) return code;
  return code;
}

/* Answers to what was drawn, in the child's name as over the wire. One that is refused says why and holds up nothing; the draw stays open. */
static int take_draw_answers(struct exchange *exchange) {
  int code = CLI_OK;
  for (size_t i = 0; i < exchange->bundle->n_draw_answers; i++) {
    Workrelief__AnswerDrawRequest request = WORKRELIEF__ANSWER_DRAW_REQUEST__INIT;
    struct client_call call = {.caller = &exchange->child};
    struct client_reply reply;
    message *answer;
    request.signed_ = exchange->bundle->draw_answers[i];
    cli_prepare(exchange->cli, &call, "gateway.AnswerDraw");
    client_ask(exchange->client, &exchange->cli->arena, &call, &request.base, &workrelief__draw__descriptor, &reply, &answer);
    if (answer) continue;
    complain_reply(&reply);
    if (!reply.header || status_is_retryable(reply.status)) return exit_code_of(&reply);
    code = CLI_FINDINGS;
  }
  return code;
}

/* What is drawn from the child's reports and not answered yet. */
static int add_draws(struct exchange *exchange) {
  Workrelief__ListDrawsRequest request = WORKRELIEF__LIST_DRAWS_REQUEST__INIT;
  struct client_call call = {.caller = &exchange->child};
  message *answer;
  request.draw_state = WORKRELIEF__DRAW_STATE__VALUE__ASKED;
  request.page_size = DRAWS_ASKED;
  cli_prepare(exchange->cli, &call, "gateway.ListDraws");
  int code = cli_ask(exchange->cli, exchange->client, &call, &request.base, &workrelief__draw_page__descriptor, &answer);
  if (code != CLI_OK) return code;
  exchange->answer.draws = ((Workrelief__DrawPage *)answer)->rows;
  exchange->answer.n_draws = ((Workrelief__DrawPage *)answer)->n_rows;
  if (exchange->answer.n_draws) say(BUNDLE_DRAWS, exchange->answer.n_draws);
  return CLI_OK;
}

/* Decisions in order, until the answer is full; the rest goes with the next one. */
static int add_decisions(struct exchange *exchange) {
  Workrelief__ListDecisionsRequest request;
  struct client_call call = {.caller = &exchange->child};
  message *answer;
  workrelief__list_decisions_request__init(&request);
  request.after_decision_number = exchange->bundle->after_decision_number;
  cli_prepare(exchange->cli, &call, "gateway.ListDecisions");
  int code = cli_ask(exchange->cli, exchange->client, &call, &request.base, &workrelief__decision_page__descriptor, &answer);
  if (code != CLI_OK) return code;
  Workrelief__DecisionPage *page = (Workrelief__DecisionPage *)answer;
  exchange->answer.decisions = page->rows;
  exchange->answer.n_decisions = page->n_rows;
  while (exchange->answer.n_decisions && protobuf_c_message_get_packed_size(&exchange->answer.base) > ANSWER_BYTES_MOST)
    exchange->answer.n_decisions--;
  return CLI_OK;
}

static int add_calendar(struct exchange *exchange) {
  Workrelief__ListQuartersRequest request;
  struct client_call call = {.caller = &exchange->child};
  message *answer;
  workrelief__list_quarters_request__init(&request);
  request.page_size = 1000;
  cli_prepare(exchange->cli, &call, "gateway.ListQuarters");
  int code = cli_ask(exchange->cli, exchange->client, &call, &request.base, &workrelief__quarter_page__descriptor, &answer);
  if (code != CLI_OK) return code;
  exchange->answer.quarters = ((Workrelief__QuarterPage *)answer)->rows;
  exchange->answer.n_quarters = ((Workrelief__QuarterPage *)answer)->n_rows;
  return CLI_OK;
}

/* What this node tells the child beside the calendar: as much as leaves room for the rest. */
static int add_down_pages(struct exchange *exchange) {
  Workrelief__ListDownPagesRequest request;
  struct client_call call = {.caller = &exchange->child};
  message *answer;
  workrelief__list_down_pages_request__init(&request);
  request.cursors = exchange->bundle->down_cursors;
  request.n_cursors = exchange->bundle->n_down_cursors;
  if (!request.n_cursors) return CLI_OK;
  cli_prepare(exchange->cli, &call, "gateway.ListDownPages");
  int code = cli_ask(exchange->cli, exchange->client, &call, &request.base, &workrelief__down_pages__descriptor, &answer);
  if (code != CLI_OK) return code;
  exchange->answer.down_pages = ((Workrelief__DownPages *)answer)->rows;
  exchange->answer.n_down_pages = ((Workrelief__DownPages *)answer)->n_rows;
  while (exchange->answer.n_down_pages && protobuf_c_message_get_packed_size(&exchange->answer.base) > PAGES_BYTES_MOST)
    exchange->answer.n_down_pages--;
  return CLI_OK;
}

/* The file's whole content must bear the signature of the child it names: so a part cut off is seen too. */
static int verify_child(struct exchange *exchange, const char *path, const Workrelief__Signed *content) {
  Workrelief__GetChildRequest request;
  struct client_call call = {0};
  message *answer;
  uint8_t point[SIGN_PUBLIC_SIZE];
  workrelief__get_child_request__init(&request);
  request.unit_id = exchange->bundle->sender_unit_id;
  cli_prepare(exchange->cli, &call, "gateway.GetChild");
  int code = cli_ask(exchange->cli, exchange->client, &call, &request.base, &workrelief__child__descriptor, &answer);
  if (code != CLI_OK) return code;
  if (((Workrelief__Child *)answer)->child_state == WORKRELIEF__CHILD_STATE__VALUE__REVOKED)
    return complain(BUNDLE_REVOKED, exchange->bundle->sender_unit_id), CLI_REFUSED;
  if (!hex_decode(((Workrelief__Child *)answer)->sign_public, point, sizeof(point)) || !signed_file_verify(content, point))
    return complain(BUNDLE_FORGED, path, exchange->bundle->sender_unit_id), CLI_BAD_DATA;
  return CLI_OK;
}

static int write_answer(struct exchange *exchange, const char *path, const Workrelief__Signed *content) {
  uint8_t *digest = need(arena_alloc(&exchange->cli->arena, SM3_SIZE));
  sm3_of(content->content.data, content->content.len, digest);
  exchange->answer.content_version = BUNDLE_VERSION;
  exchange->answer.sender_unit_id = exchange->bundle->receiver_unit_id;
  exchange->answer.receiver_unit_id = exchange->bundle->sender_unit_id;
  exchange->answer.made_at_us = clock_now_us();
  exchange->answer.bundle_digest = (ProtobufCBinaryData){SM3_SIZE, digest};
  int code = signed_file_write(exchange->cli, path, &exchange->answer.base);
  if (code == CLI_OK)
    say(BUNDLE_ANSWERED, path, exchange->answer.n_receipts, exchange->answer.n_refusals, exchange->waiting, exchange->answer.n_decisions,
        exchange->answer.receiver_unit_id);
  return code;
}

static int import_parts(struct cli *cli, const char *path, const Workrelief__Signed *content) {
  int code, delivered;
  struct exchange exchange = {.cli = cli, .relation = WORKRELIEF__RELATION__VALUE__CHILD};
  exchange.bundle = (const Workrelief__BundleContent *)opened(cli, path, content, &workrelief__bundle_content__descriptor);
  if (!exchange.bundle) return CLI_BAD_DATA;
  if (exchange.bundle->content_version != BUNDLE_VERSION || strcmp(exchange.bundle->receiver_unit_id, node_setting(cli, NULL, "unit_id")) != 0)
    return complain(BUNDLE_NOT_OURS, path, exchange.bundle->receiver_unit_id), CLI_BAD_DATA;
  workrelief__bundle_answer__init(&exchange.answer);
  workrelief__caller__init(&exchange.child);
  exchange.child.principal = need(arena_printf(&cli->arena, "node-%s", exchange.bundle->sender_unit_id));
  exchange.child.unit_id = exchange.bundle->sender_unit_id;
  exchange.child.duty = WORKRELIEF__DUTY__VALUE__CHECKER;
  exchange.child.relations = &exchange.relation;
  exchange.child.n_relations = 1;
  exchange.client = cli_connect(cli, "gateway", &code);
  if (!exchange.client) return code;
  code = verify_child(&exchange, path, content);
  delivered = code == CLI_OK ? deliver_all(&exchange) : CLI_OK;
  if (code == CLI_OK && delivered != CLI_OK && delivered != CLI_FINDINGS) code = delivered;
  int shown = code == CLI_OK ? take_draw_answers(&exchange) : CLI_OK;
  if (code == CLI_OK && shown != CLI_OK && shown != CLI_FINDINGS) code = shown;
  if (delivered == CLI_OK) delivered = shown;
  if (code == CLI_OK) code = add_calendar(&exchange);
  if (code == CLI_OK) code = add_down_pages(&exchange);
  if (code == CLI_OK) code = add_draws(&exchange);
  if (code == CLI_OK) code = add_decisions(&exchange);
  client_close(&exchange.client);
  if (code == CLI_OK) code = write_answer(&exchange, want.answer ? want.answer : text_of(cli, "%s.answer", path), content);
  return code == CLI_OK ? delivered : code;
}

/* --- at the child ------------------------------------------------------------------------------------------------------------------ */

static int import_answer(struct cli *cli, Workrelief__Signed *content) {
  Workrelief__TakeAnswerRequest request;
  message *answer;
  workrelief__take_answer_request__init(&request);
  request.answer = content;
  int code = cli_ask_once(cli, "gateway", "gateway.TakeAnswer", &request.base, &workrelief__answer_taken__descriptor, &answer);
  if (code != CLI_OK) return code;
  const Workrelief__AnswerTaken *taken = (const Workrelief__AnswerTaken *)answer;
  say(BUNDLE_TAKEN, taken->receipt_count, taken->refusal_count, taken->decision_count, taken->quarter_count);
  return CLI_OK;
}

static int import_bundle(struct cli *cli, int count, char **words) {
  Workrelief__Signed *content;
  if (count != 1) return complain(BUNDLE_NEEDS_FILE), CLI_USAGE;
  int code = signed_file_read(cli, words[0], &content);
  if (code != CLI_OK) return code;
  if (strcmp(content->content_type, "BundleContent") == 0) return import_parts(cli, words[0], content);
  if (strcmp(content->content_type, "BundleAnswer") == 0) return import_answer(cli, content);
  return complain(BUNDLE_NOT_ONE, words[0], content->content_type), CLI_BAD_DATA;
}

static const struct command commands[] = {
    {"export", "FILE", export_bundle, NULL, "把待报上级的内容写成签名文件", "write what waits for the parent as a signed file",
     "workrelief bundle export 报送.bundle --node var/swj\n"},
    {"import", "FILE", import_bundle, import_options, "上级: 收下文件并写出回复; 下级: 登记上级的回复",
     "at the parent: take the file and write the answer; at the child: record the answer",
     "workrelief bundle import 报送.bundle --answer 回复.bundle --node var/office\nworkrelief bundle import 回复.bundle --node var/swj\n"},
    {0},
};
const struct noun bundle_noun = {"bundle", "网络不通的上下级节点以签名文件往来", "signed files between nodes whose networks do not meet", commands};
