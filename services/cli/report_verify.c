/* report_verify.c - `workrelief report verify`: the chain of a report, from its lines and people over the unit's signature and the countersigned
 * receipts to the decision; from a node, or from a file without one. Nothing in the file is believed. */
#include <string.h>

#include "common/base/text.h"
#include "common/crypto/tree.h"
#include "common/pb/scan.h"
#include "report_proof.pb-c.h"
#include "services/cli/report.h"
#include "services/cli/signed_file.h"

#define EVIDENCE_VERSION 1
#define PARTS_MOST 1000

static struct { const char *report, *file; } want;

const struct option report_verify_options[] = {
    {"report", 'r', "CODE", &want.report, NULL, "向节点取这份季报的证明 (不给文件时)",
     "fetch the proof of this report from the node (when no file is given)"},
    {"output", 'o', "FILE", &want.file, NULL, "取到的证明另存为文件, 可离线核对", "keep what was fetched as a file that can be checked anywhere"},
    {0},
};

struct check {
  struct cli *cli;
  const Workrelief__ReportEvidence *evidence;
  const Workrelief__ReportContent **parts; /* opened */
  Workrelief__ReportLine **lines;          /* of all parts, in order */
  size_t line_count;
  uint8_t sender[SIGN_PUBLIC_SIZE], receiver[SIGN_PUBLIC_SIZE];
  size_t findings, receipts, people;
};

static void find(struct check *check, const char *where, const char *what) {
  printf("  %s%s%s  %s\n", paint(stdout, PAINT_RED), where, paint(stdout, PAINT_OFF), what);
  check->findings++;
}

/* --- from the node ------------------------------------------------------------------------------------------------------------------- */

/* A public point as hex text, from a file; "" when it cannot be read. */
static char *point_text(struct cli *cli, const char *path) {
  char text[512] = "";
  FILE *file = fopen(path, "re");
  size_t length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
  if (file) fclose(file);
  while (length && strchr("\r\n ", text[length - 1])) text[--length] = '\0';
  return arena_strdup(&cli->arena, text);
}

/* All pages as one proof; a part may fill a message by itself. */
static int fetch_proof(struct cli *cli, Workrelief__ReportProof **proof) {
  Workrelief__GetReportProofRequest request = WORKRELIEF__GET_REPORT_PROOF_REQUEST__INIT;
  Workrelief__ProvenPart **rows = arena_array(&cli->arena, PARTS_MOST, sizeof(*rows));
  size_t count = 0;
  *proof = NULL;
  if (!rows) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  request.report_code = arena_strdup(&cli->arena, want.report);
  request.page_size = 1;
  do {
    message *answer;
    int code = cli_ask_once(cli, "gateway", "gateway.GetReportProof", &request.base, &workrelief__report_proof__descriptor, &answer);
    if (code != CLI_OK) return code;
    Workrelief__ReportProof *page = (Workrelief__ReportProof *)answer;
    for (size_t i = 0; i < page->n_rows && count < PARTS_MOST; i++)
      if (page->rows[i]->part_number) rows[count++] = page->rows[i];
    if (!*proof) *proof = page;
    request.page_token = page->next_page_token;
  } while (*request.page_token && count < PARTS_MOST);
  (*proof)->rows = rows;
  (*proof)->n_rows = count;
  (*proof)->next_page_token = (char *)(uintptr_t) "";
  return CLI_OK;
}

/* Whose keys they are follows from where the node stands: it received the report, or it sent it. */
static int fetch(struct cli *cli, Workrelief__ReportEvidence **evidence) {
  Workrelief__ReportProof *proof;
  int code = fetch_proof(cli, &proof);
  if (code != CLI_OK) return code;
  *evidence = arena_alloc(&cli->arena, sizeof(**evidence));
  char *own = point_text(cli, node_path(cli, "keys/sign.key.pub"));
  if (!*evidence || !own) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  workrelief__report_evidence__init(*evidence);
  bool is_sender = proof->n_rows && !*proof->sender_sign_public;
  (*evidence)->content_version = EVIDENCE_VERSION;
  (*evidence)->proof = proof;
  (*evidence)->sender_sign_public = is_sender ? own : proof->sender_sign_public;
  (*evidence)->receiver_sign_public = is_sender ? (char *)(uintptr_t)node_setting(cli, "gateway", "parent.sign_public") : own;
  return want.file ? signed_file_write(cli, want.file, &(*evidence)->base) : CLI_OK;
}

static int read_file(struct cli *cli, const char *path, Workrelief__ReportEvidence **evidence) {
  Workrelief__Signed *content;
  struct problems problems;
  message *opened = NULL;
  int code = signed_file_read(cli, path, &content);
  if (code != CLI_OK) return code;
  problems_init(&problems, &cli->arena);
  if (strcmp(content->content_type, "ReportEvidence") == 0 &&
      pb_scan(&workrelief__report_evidence__descriptor, content->content.data, content->content.len, SCAN_UNKNOWN_REFUSE, &problems))
    opened = pb_unpack(&cli->arena, &workrelief__report_evidence__descriptor, content->content.data, content->content.len);
  *evidence = (Workrelief__ReportEvidence *)opened;
  if (*evidence && (*evidence)->content_version == EVIDENCE_VERSION && (*evidence)->proof) return CLI_OK;
  complain(PROOF_NOT_ONE, path);
  return CLI_BAD_DATA;
}

/* --- signatures ---------------------------------------------------------------------------------------------------------------------- */

static bool is_good(const uint8_t point[SIGN_PUBLIC_SIZE], const char *content_type, ProtobufCBinaryData content, ProtobufCBinaryData signature,
                    ProtobufCBinaryData key_id) {
  Workrelief__Signed whole = WORKRELIEF__SIGNED__INIT;
  whole.content = content;
  whole.signature = signature;
  whole.key_id = key_id;
  whole.algorithm = (char *)(uintptr_t)SIGNED_ALGORITHM;
  whole.content_type = (char *)(uintptr_t)content_type;
  return signed_file_verify(&whole, point);
}

/* Scanned and unpacked; NULL when the bytes are no such message. */
static const message *open_content(struct check *check, const message_type *type, ProtobufCBinaryData bytes) {
  struct problems problems;
  problems_init(&problems, &check->cli->arena);
  if (!pb_scan(type, bytes.data, bytes.len, SCAN_UNKNOWN_KEEP, &problems)) return NULL;
  return pb_unpack(&check->cli->arena, type, bytes.data, bytes.len);
}

static void check_receipt(struct check *check, const Workrelief__ProvenPart *part, const char *where) {
  uint8_t digest[SM3_SIZE];
  if (!part->receipt_content.len) return;
  const Workrelief__ReceiptContent *receipt =
      (const Workrelief__ReceiptContent *)open_content(check, &workrelief__receipt_content__descriptor, part->receipt_content);
  sm3_of(part->content.data, part->content.len, digest);
  if (!is_good(check->receiver, "ReceiptContent", part->receipt_content, part->receipt_signature, part->receipt_key_id))
    find(check, where, TEXT(PROOF_RECEIPT_SIGNATURE));
  else if (!receipt || receipt->digest.len != SM3_SIZE || !bytes_equal(receipt->digest.data, digest, SM3_SIZE) ||
           receipt->part_number != part->part_number || strcmp(receipt->report_code, check->evidence->proof->report_code) != 0)
    find(check, where, TEXT(PROOF_RECEIPT_OTHER));
  else
    check->receipts++;
}

/* The part is of this report, has its place in it, and says the same as the first of what stands in all. */
static bool is_in_place(const struct check *check, const Workrelief__ReportContent *content, size_t i) {
  const Workrelief__ReportProof *proof = check->evidence->proof;
  const Workrelief__ReportContent *first = i ? check->parts[0] : content;
  return first && content->part_number == (int32_t)i + 1 && content->part_count == (int32_t)proof->n_rows &&
         strcmp(content->report_code, proof->report_code) == 0 && strcmp(content->unit_id, proof->unit_id) == 0 &&
         strcmp(content->quarter, proof->quarter) == 0 && content->revision == proof->revision &&
         content->line_digest.len == first->line_digest.len &&
         bytes_equal(content->line_digest.data, first->line_digest.data, first->line_digest.len);
}

static void check_part(struct check *check, size_t i) {
  const Workrelief__ProvenPart *part = check->evidence->proof->rows[i];
  const char *where = text_of(check->cli, TEXT(PROOF_PART), (int)i + 1);
  if (!is_good(check->sender, "ReportContent", part->content, part->signature, part->key_id)) find(check, where, TEXT(PROOF_SIGNATURE));
  const Workrelief__ReportContent *content =
      (const Workrelief__ReportContent *)open_content(check, &workrelief__report_content__descriptor, part->content);
  check->parts[i] = content;
  if (!content || part->part_number != content->part_number || !is_in_place(check, content, i)) find(check, where, TEXT(PROOF_PART_OTHER));
  check_receipt(check, part, where);
}

/* --- contents ------------------------------------------------------------------------------------------------------------------------ */

static bool take_lines(struct check *check) {
  const Workrelief__ReportProof *proof = check->evidence->proof;
  size_t room = 0;
  for (size_t p = 0; p < proof->n_rows; p++) room += check->parts[p] ? check->parts[p]->n_lines : 0;
  check->lines = arena_array(&check->cli->arena, room + 1, sizeof(*check->lines));
  for (size_t p = 0; check->lines && p < proof->n_rows; p++)
    for (size_t i = 0; check->parts[p] && i < check->parts[p]->n_lines; i++) check->lines[check->line_count++] = check->parts[p]->lines[i];
  return check->lines != NULL;
}

static bool has_digest(struct check *check, const Workrelief__ReportContent *first) {
  struct hash_part *lines = arena_array(&check->cli->arena, check->line_count + 1, sizeof(*lines));
  uint8_t digest[SM3_SIZE];
  for (size_t i = 0; lines && i < check->line_count; i++)
    if (!(lines[i].bytes = pb_pack(&check->cli->arena, &check->lines[i]->base, &lines[i].length))) return false;
  if (!lines) return false;
  sm3(lines, check->line_count, digest);
  return first->line_digest.len == SM3_SIZE && bytes_equal(first->line_digest.data, digest, SM3_SIZE);
}

/* The root over the lines' own roots; a report from before they were kept has neither. */
static bool has_ledger_root(const struct check *check, const Workrelief__ReportContent *first) {
  struct tree tree;
  uint8_t root[SM3_SIZE];
  bool any = first->ledger_root.len;
  tree_begin(&tree, NULL, 0);
  for (size_t i = 0; i < check->line_count; i++) {
    const Workrelief__ReportLine *line = check->lines[i];
    any = any || line->ledger_root.len;
    tree_add(&tree, (int64_t[TREE_SUMS]){line->ledger_day_hundredths, line->ledger_due_fen, line->ledger_paid_fen}, line->ledger_root.data,
             line->ledger_root.len);
  }
  return !any || (tree_root(&tree, root, NULL) && first->ledger_root.len == SM3_SIZE && bytes_equal(first->ledger_root.data, root, SM3_SIZE));
}

/* Each line has as many people as it says, and as many trainees when they are told; a level's report has totals in their place. */
static bool are_all_there(struct check *check, const Workrelief__ReportContent *first) {
  int32_t *counts = arena_array(&check->cli->arena, check->line_count + 1, sizeof(*counts));
  int32_t *trainees = arena_array(&check->cli->arena, check->line_count + 1, sizeof(*trainees));
  size_t trained = 0;
  if (!counts || !trainees) return false;
  for (size_t p = 0; p < check->evidence->proof->n_rows; p++)
    for (size_t i = 0; check->parts[p] && i < check->parts[p]->n_persons; i++) {
      const Workrelief__ReportPerson *person = check->parts[p]->persons[i];
      if (person->line_number < 1 || (size_t)person->line_number > check->line_count) return false;
      if (person->is_trainee)
        trainees[person->line_number]++, trained++;
      else
        counts[person->line_number]++, check->people++;
    }
  if (check->people != (size_t)first->person_count || (first->n_totals && (check->people || trained))) return false;
  for (size_t i = 0; !first->n_totals && i < check->line_count; i++) {
    const Workrelief__ReportLine *line = check->lines[i];
    if (line->line_number != (int32_t)i + 1 || counts[i + 1] != line->absorbed_count || (trained && trainees[i + 1] != line->trainee_count))
      return false;
  }
  return true;
}

static void check_contents(struct check *check) {
  const Workrelief__ReportContent *first = check->evidence->proof->n_rows ? check->parts[0] : NULL;
  if (!first) return;
  if (!take_lines(check) || check->line_count != (size_t)first->line_count || !has_digest(check, first))
    find(check, TEXT(PROOF_LINES), TEXT(PROOF_LINES_OTHER));
  if (!has_ledger_root(check, first)) find(check, TEXT(PROOF_LEDGER), TEXT(PROOF_LEDGER_OTHER));
  if (!are_all_there(check, first)) find(check, TEXT(PROOF_PEOPLE), TEXT(PROOF_PEOPLE_OTHER));
}

/* The decision is the receiver's, and is on these lines. NULL: there is none, or it is no good. */
static const Workrelief__DecisionContent *check_decision(struct check *check) {
  const Workrelief__ReportProof *proof = check->evidence->proof;
  const Workrelief__ReportContent *first = proof->n_rows ? check->parts[0] : NULL;
  if (!proof->decision_content.len) return NULL;
  ProtobufCBinaryData lines = first ? first->line_digest : proof->line_digest;
  const Workrelief__DecisionContent *decision =
      (const Workrelief__DecisionContent *)open_content(check, &workrelief__decision_content__descriptor, proof->decision_content);
  if (!is_good(check->receiver, "DecisionContent", proof->decision_content, proof->decision_signature, proof->decision_key_id))
    return find(check, TEXT(PROOF_DECISION), TEXT(PROOF_DECISION_SIGNATURE)), NULL;
  if (decision && strcmp(decision->report_code, proof->report_code) == 0 && decision->line_digest.len == lines.len &&
      bytes_equal(decision->line_digest.data, lines.data, lines.len))
    return decision;
  return find(check, TEXT(PROOF_DECISION), TEXT(PROOF_DECISION_OTHER)), NULL;
}

/* --- all of it ----------------------------------------------------------------------------------------------------------------------- */

/* The key to check with: the trusted one when it is given, else the one that came along. */
static bool take_key(struct check *check, const char *trusted, const char *carried, uint8_t point[SIGN_PUBLIC_SIZE]) {
  const char *text = trusted ? point_text(check->cli, trusted) : carried;
  if (text && strlen(text) == (size_t)2 * SIGN_PUBLIC_SIZE && hex_decode(text, point, SIGN_PUBLIC_SIZE)) return true;
  memset(point, 0, SIGN_PUBLIC_SIZE);
  if (trusted) complain(KEY_BAD, trusted);
  return !trusted;
}

static const char *key_name(struct check *check, const uint8_t point[SIGN_PUBLIC_SIZE]) {
  struct sign_key *key = sign_key_from_public(point);
  uint8_t id[SIGN_KEY_ID_SIZE];
  char hex[2 * SIGN_KEY_ID_SIZE + 1] = "-";
  if (key) sign_key_id(key, id), hex_encode(id, sizeof(id), hex);
  sign_key_close(&key);
  return text_of(check->cli, "%s", hex);
}

static void print_summary(struct check *check, const Workrelief__DecisionContent *decision, bool trusted) {
  const Workrelief__ReportProof *proof = check->evidence->proof;
  say(PROOF_SUMMARY, proof->report_code, proof->n_rows, check->line_count, check->people, check->receipts);
  say(PROOF_KEYS, proof->n_rows ? key_name(check, check->sender) : "-", key_name(check, check->receiver));
  if (decision)
    say(PROOF_DECIDED, report_state_text(check->cli, decision->report_state), decision->decided_by, time_text(check->cli, decision->decided_at_us));
  if (!trusted) say(PROOF_KEYS_CARRIED);
  if (check->findings) complain(EVIDENCE_FINDINGS, check->findings);
}

static int verify(struct check *check, const char *sender_key, const char *receiver_key) {
  const Workrelief__ReportProof *proof = check->evidence->proof;
  check->parts = arena_array(&check->cli->arena, proof->n_rows + 1, sizeof(*check->parts));
  if (!check->parts) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  if (!take_key(check, sender_key, check->evidence->sender_sign_public, check->sender) ||
      !take_key(check, receiver_key, check->evidence->receiver_sign_public, check->receiver))
    return CLI_NO_INPUT;
  for (size_t i = 0; i < proof->n_rows; i++) check_part(check, i);
  check_contents(check);
  print_summary(check, check_decision(check), sender_key && receiver_key);
  return check->findings ? CLI_FINDINGS : CLI_OK;
}

int report_verify(struct cli *cli, int count, char **words) {
  Workrelief__ReportEvidence *evidence = NULL;
  int first_key = want.report ? 0 : 1;
  if (count < first_key || count > first_key + 2 || (want.file && !want.report)) {
    complain(PROOF_NEEDS);
    return CLI_USAGE;
  }
  int code = want.report ? fetch(cli, &evidence) : read_file(cli, words[0], &evidence);
  if (code != CLI_OK) return code;
  struct check check = {.cli = cli, .evidence = evidence};
  return verify(&check, count > first_key ? words[first_key] : NULL, count > first_key + 1 ? words[first_key + 1] : NULL);
}
