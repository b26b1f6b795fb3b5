/* child.c - `workrelief child invite|apply|enrol|revoke|move|list`: how a node becomes the child of another. The office gives a one-time
 * code by word or letter; the child's operator makes a file with it; the office brings the file in. No stranger's key is let through the
 * door for it. */
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/crypto/enrolment.h"
#include "common/crypto/key_file.h"
#include "gateway.pb-c.h"
#include "services/cli/signed_file.h"

#define CODE_GROUP 4
#define CODE_TEXT_SIZE (2 * ENROLMENT_CODE_SIZE + 1)
#define HOUR_US ((int64_t)3600 * 1000000)

static struct { const char *units, *hours, *code, *reason, *to; } want;

static const struct option invite_options[] = {
    {"units", 0, "U,U,...", &want.units, NULL, "由它代报的单位 (缺省: 它自己)", "units it will report for (default: itself)"},
    {"hours", 0, "N", &want.hours, NULL, "邀请码几小时内有效 (缺省 72)", "hours for which the code holds (default 72)"},
    {0},
};
static const struct option apply_options[] = {
    {"code", 0, "CODE", &want.code, NULL, "上级给的邀请码", "the code that the parent gave"},
    {0},
};
static const struct option reason_options[] = {
    {"reason", 0, "TEXT", &want.reason, NULL, "理由 (必填)", "the reason (needed)"},
    {0},
};
static const struct option move_options[] = {
    {"to", 0, "UNIT", &want.to, NULL, "改由哪个单位的节点报送 (必填)", "the unit whose node reports for it from now on (needed)"},
    {"reason", 0, "TEXT", &want.reason, NULL, "理由 (必填)", "the reason (needed)"},
    {0},
};

static char *borrowed(const char *text) { return (char *)(uintptr_t)text; } /* protobuf-c has no const fields */

/* --- the parent's side ------------------------------------------------------------------------------------------------------------- */

/* "ab12-cd34-..." */
static void print_code(const uint8_t code[ENROLMENT_CODE_SIZE]) {
  char hex[CODE_TEXT_SIZE];
  hex_encode(code, ENROLMENT_CODE_SIZE, hex);
  for (size_t i = 0; hex[i]; i += CODE_GROUP) printf("%s%.*s", i ? "-" : "", CODE_GROUP, hex + i);
  putchar('\n');
  wipe(hex, sizeof(hex));
}

static bool split_units(struct cli *cli, const char *text, Workrelief__InviteChildRequest *request) {
  char *rest = arena_strdup(&cli->arena, text);
  request->child_unit_ids = arena_array(&cli->arena, strlen(text) + 1, sizeof(char *));
  for (char *word; rest && request->child_unit_ids && (word = strsep(&rest, ","));)
    if (*word) request->child_unit_ids[request->n_child_unit_ids++] = word;
  return request->child_unit_ids != NULL;
}

static int invite(struct cli *cli, int count, char **words) {
  uint8_t code[ENROLMENT_CODE_SIZE], digest[SM3_SIZE];
  int64_t hours = 72;
  message *answer;
  Workrelief__InviteChildRequest request;
  workrelief__invite_child_request__init(&request);
  if (count != 1 || (want.hours && !parse_int64(want.hours, 1, 24 * 31, &hours))) return complain(CHILD_INVITE_NEEDS), CLI_USAGE;
  if (!split_units(cli, want.units ? want.units : words[0], &request)) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  random_bytes(code, sizeof(code));
  enrolment_digest(code, digest);
  request.unit_id = words[0];
  request.invitation_digest = (ProtobufCBinaryData){sizeof(digest), digest};
  request.invitation_until_at_us = clock_now_us() + hours * HOUR_US;
  int ended = cli_ask_once(cli, "gateway", "gateway.InviteChild", &request.base, &workrelief__child_invitation__descriptor, &answer);
  if (ended == CLI_OK) {
    say(CHILD_INVITED, words[0], (long long)hours);
    print_code(code);
  }
  wipe(code, sizeof(code));
  return ended;
}

static int enrol(struct cli *cli, int count, char **words) {
  Workrelief__Signed *content;
  Workrelief__EnrolChildRequest request;
  message *answer;
  if (count != 1) return complain(BUNDLE_NEEDS_FILE), CLI_USAGE;
  int code = signed_file_read(cli, words[0], &content);
  if (code != CLI_OK) return code;
  workrelief__enrol_child_request__init(&request);
  request.enrolment = content;
  code = cli_ask_once(cli, "gateway", "gateway.EnrolChild", &request.base, &workrelief__child__descriptor, &answer);
  if (code == CLI_OK) say(CHILD_ADOPTED, ((Workrelief__Child *)answer)->unit_id);
  return code;
}

static int revoke(struct cli *cli, int count, char **words) {
  Workrelief__RevokeChildRequest request;
  message *answer;
  if (count != 1 || !want.reason) return complain(CHILD_NEEDS_REASON), CLI_USAGE;
  workrelief__revoke_child_request__init(&request);
  request.unit_id = words[0];
  request.revoke_reason = borrowed(want.reason);
  int code = cli_ask_once(cli, "gateway", "gateway.RevokeChild", &request.base, &workrelief__child__descriptor, &answer);
  if (code == CLI_OK) say(CHILD_SENT_AWAY, words[0]);
  return code;
}

static int move(struct cli *cli, int count, char **words) {
  Workrelief__MoveChildUnitRequest request;
  message *answer;
  if (count != 1 || !want.reason || !want.to) return complain(CHILD_NEEDS_REASON), CLI_USAGE;
  workrelief__move_child_unit_request__init(&request);
  request.unit_id = words[0];
  request.node_unit_id = borrowed(want.to);
  request.move_reason = borrowed(want.reason);
  int code = cli_ask_once(cli, "gateway", "gateway.MoveChildUnit", &request.base, &workrelief__child_unit_move__descriptor, &answer);
  if (code == CLI_OK) print_message(cli, answer);
  return code;
}

static int list(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  Workrelief__ListChildrenRequest request;
  message *answer;
  workrelief__list_children_request__init(&request);
  request.page_size = 1000;
  int code = cli_ask_once(cli, "gateway", "gateway.ListChildren", &request.base, &workrelief__child_page__descriptor, &answer);
  if (code == CLI_OK) print_message(cli, answer);
  return code;
}

/* --- the child's side -------------------------------------------------------------------------------------------------------------- */

static bool read_code(const char *text, uint8_t code[ENROLMENT_CODE_SIZE]) {
  char digits[CODE_TEXT_SIZE];
  size_t length = 0;
  for (const char *next = text; *next; next++) {
    if (*next == '-' || *next == ' ') continue;
    if (length + 1 >= sizeof(digits)) return false;
    digits[length++] = *next;
  }
  digits[length] = '\0';
  bool good = length + 1 == sizeof(digits) && hex_decode(digits, code, ENROLMENT_CODE_SIZE);
  wipe(digits, sizeof(digits));
  return good;
}

static int apply(struct cli *cli, int count, char **words) {
  uint8_t code[ENROLMENT_CODE_SIZE], digest[SM3_SIZE], proof[SM3_SIZE];
  char point[KEY_FILE_MAX];
  size_t length;
  struct key key;
  const char *problem = NULL;
  if (count != 1 || !want.code) return complain(CHILD_APPLY_NEEDS), CLI_USAGE;
  if (!read_code(want.code, code)) return complain(CHILD_CODE_FORM), CLI_USAGE;
  if (!key_load(node_path(cli, "keys/gateway.pub"), &key, &problem) ||
      !key_file_read(node_path(cli, "keys/sign.key.pub"), false, point, &length, &problem))
    return complain(KEY_BAD, problem), CLI_BAD_CONFIG;
  point[strcspn(point, "\r\n")] = '\0';
  Workrelief__EnrolmentContent content;
  workrelief__enrolment_content__init(&content);
  content.content_version = 1;
  content.unit_id = borrowed(node_setting(cli, NULL, "unit_id"));
  content.receiver_unit_id = borrowed(node_setting(cli, "gateway", "parent.unit_id"));
  content.public_key = key.public_key;
  content.sign_public = point;
  if (!*content.receiver_unit_id) return complain(BUNDLE_NO_PARENT, node_path(cli, "node.conf")), CLI_BAD_CONFIG;
  enrolment_digest(code, digest);
  enrolment_proof(digest, content.unit_id, content.public_key, content.sign_public, proof);
  wipe(code, sizeof(code));
  wipe(digest, sizeof(digest));
  content.invitation_proof = (ProtobufCBinaryData){sizeof(proof), proof};
  int ended = signed_file_write(cli, words[0], &content.base);
  if (ended == CLI_OK) say(CHILD_APPLIED, words[0], content.receiver_unit_id);
  return ended;
}

static const struct command commands[] = {
    {"invite", "UNIT", invite, invite_options, "给将来的下级节点一个一次性邀请码 (只显示这一次)",
     "a one-time code for a node to come (shown this once)", "workrelief child invite 140214-swj --units 140214-swj,140214-rsj --hours 24\n"},
    {"apply", "FILE", apply, apply_options, "下级: 凭邀请码写出登记申请文件", "at the child: write the request that fits the code",
     "workrelief child apply 登记.enrol --code 0a1b-... --node var/swj\n"},
    {"enrol", "FILE", enrol, NULL, "上级: 收下登记申请, 邀请码即作废", "at the parent: take the request; the code is used up", NULL},
    {"revoke", "UNIT", revoke, reason_options, "立即撤销一个下级节点", "send a child node away at once", NULL},
    {"move", "UNIT", move, move_options, "一个单位改由另一节点报送, 已报的都保留",
     "another node reports for a unit from now on; what was reported stays", NULL},
    {"list", "", list, NULL, "下级节点", "the child nodes", NULL},
    {0},
};
const struct noun child_noun = {"child", "下级节点的邀请、登记、撤销", "invite, enrol and revoke child nodes", commands};
