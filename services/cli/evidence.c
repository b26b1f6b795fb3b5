/* evidence.c - `workrelief evidence`: gathers what is on record of one project. */
#include "services/cli/evidence.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/crypto/sign.h"
#include "common/pb/json.h"
#include "payroll.pb-c.h"
#include "services/cli/archive.h"
#include "services/cli/ledger.h"
#include "services/cli/node.h"
#include "workforce.pb-c.h"

#define FILES_MAX 4096
#define PAGE_MEMORY ((size_t)64 << 20)

static struct { const char *project, *file; } want;

static const struct option options[] = {
    {"project", 'p', "CODE", &want.project, NULL, "项目代码", "the project's code"},
    {"output", 'o', "FILE.zip|FILE.tar.gz", &want.file, NULL, "写到哪个文件", "file to write"},
    {0},
};

struct bundle {
  struct cli *cli;
  const char *project; /* "project_code=..." */
  struct archive_file files[FILES_MAX];
  size_t count;
  json_t *heads; /* of the journals */
};

/* --- files ------------------------------------------------------------------------------------------------------------------------- */

static bool add_bytes(struct bundle *bundle, const char *path, const void *bytes, size_t length) {
  if (bundle->count == FILES_MAX) return complain(EVIDENCE_MANY, FILES_MAX), false;
  bundle->files[bundle->count++] = (struct archive_file){path, bytes, length};
  return true;
}

/* Takes the JSON over. */
static bool add_json(struct bundle *bundle, const char *path, json_t *json) {
  char *text = json ? json_dumps(json, JSON_INDENT(1) | JSON_PRESERVE_ORDER) : NULL;
  char *copy = text ? arena_strdup(&bundle->cli->arena, text) : NULL;
  json_decref(json);
  free(text);
  if (!copy) return complain(OUT_OF_MEMORY), false;
  return add_bytes(bundle, path, copy, strlen(copy));
}

static bool gather(void *context, message *row) { return json_array_append_new(context, pb_to_json(row)) == 0; }

/* All rows of a list as one file. */
static int add_list(struct bundle *bundle, const char *path, const char *method, const char *const *assignments) {
  json_t *rows = json_array();
  int code = rows ? list_rows(bundle->cli, method, assignments, gather, rows) : CLI_INTERNAL;
  if (code != CLI_OK) {
    json_decref(rows);
    return code;
  }
  return add_json(bundle, path, rows) ? CLI_OK : CLI_INTERNAL;
}

static int add_project(struct bundle *bundle) {
  message *answer = NULL;
  int code = ask_with(bundle->cli, "registry.GetProject", (const char *const[]){bundle->project, NULL}, &answer);
  return code != CLI_OK || add_json(bundle, "project.json", pb_to_json(answer)) ? code : CLI_INTERNAL;
}

/* --- attendance: every sealed month, as it was entered, corrected and sealed --------------------------------------------------------- */

struct months {
  struct arena *arena;
  const char *list[1200];
  size_t count;
};

static bool take_month(void *context, message *row) {
  struct months *months = context;
  if (months->count == ARRAY_LENGTH(months->list)) return false;
  months->list[months->count++] = ((const Workrelief__AttendanceSealed *)row)->month;
  return true;
}

/* What the digest covers and whose it is; the sealed account numbers stay at home. */
static bool gather_sealed(void *context, message *row) {
  Workrelief__SealedAttendanceRow *sealed = (Workrelief__SealedAttendanceRow *)row;
  sealed->account_no = (char *)(uintptr_t) "";
  sealed->account_no_token = sealed->worker_token = sealed->phone_digest = (ProtobufCBinaryData){0, NULL};
  return gather(context, row);
}

static int add_sealed(struct bundle *bundle, const char *path, const char *month) {
  json_t *rows = json_array();
  int code = rows ? list_rows(bundle->cli, "workforce.ListSealedAttendance", (const char *const[]){bundle->project, month, NULL}, gather_sealed, rows)
                  : CLI_INTERNAL;
  if (code != CLI_OK) {
    json_decref(rows);
    return code;
  }
  return add_json(bundle, path, rows) ? CLI_OK : CLI_INTERNAL;
}

static int add_attendance(struct bundle *bundle) {
  struct months *months = arena_alloc(&bundle->cli->arena, sizeof(*months));
  if (!months) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  int code = list_rows(bundle->cli, "workforce.ListSealedMonths", (const char *const[]){bundle->project, NULL}, take_month, months);
  for (size_t i = 0; code == CLI_OK && i < months->count; i++) {
    const char *name = months->list[i], *month = text_of(bundle->cli, "month=%s", name);
    const char *const about[] = {bundle->project, month, NULL};
    code = add_list(bundle, text_of(bundle->cli, "attendance/%s.json", name), "workforce.ListAttendance", about);
    if (code == CLI_OK) code = add_list(bundle, text_of(bundle->cli, "attendance/%s.corrections.json", name), "workforce.ListCorrections", about);
    if (code == CLI_OK) code = add_sealed(bundle, text_of(bundle->cli, "attendance/%s.sealed.json", name), month);
  }
  return code;
}

/* --- pay: sheets, their lines with the bank's results, and a slip a line -------------------------------------------------------------- */

struct sheets {
  const char *codes[FILES_MAX];
  size_t count;
};

static bool take_sheet(void *context, message *row) {
  struct sheets *sheets = context;
  if (sheets->count == FILES_MAX) return false;
  sheets->codes[sheets->count++] = ((const Workrelief__Sheet *)row)->sheet_code;
  return true;
}

struct slips {
  struct bundle *bundle;
  struct client *client;
  const char *sheet_code;
  json_t *lines, *slips;
  int code;
};

static bool take_line(void *context, message *row) {
  struct slips *slips = context;
  Workrelief__GetPayslipRequest request;
  struct client_call call = {0};
  message *answer = NULL;
  if (!gather(slips->lines, row)) return false;
  workrelief__get_payslip_request__init(&request);
  request.project_code = (char *)(uintptr_t)want.project;
  request.sheet_code = (char *)(uintptr_t)slips->sheet_code;
  request.worker_number = ((const Workrelief__SheetLine *)row)->worker_number;
  cli_prepare(slips->bundle->cli, &call, "payroll.GetPayslip");
  slips->code = cli_ask(slips->bundle->cli, slips->client, &call, &request.base, &workrelief__payslip__descriptor, &answer);
  return answer && gather(slips->slips, answer);
}

static int add_sheet(struct bundle *bundle, struct client *client, const char *sheet_code) {
  struct slips slips = {.bundle = bundle, .client = client, .sheet_code = sheet_code, .lines = json_array(), .slips = json_array()};
  const char *const about[] = {bundle->project, text_of(bundle->cli, "sheet_code=%s", sheet_code), NULL};
  int code = list_rows(bundle->cli, "payroll.ListSheetLines", about, take_line, &slips);
  if (slips.code != CLI_OK) code = slips.code;
  if (code != CLI_OK) {
    json_decref(slips.lines);
    json_decref(slips.slips);
    return code;
  }
  bool lines = add_json(bundle, text_of(bundle->cli, "sheets/%s.json", sheet_code), slips.lines);
  bool kept = add_json(bundle, text_of(bundle->cli, "slips/%s.json", sheet_code), slips.slips);
  return lines && kept ? CLI_OK : CLI_INTERNAL;
}

static int add_pay(struct bundle *bundle) {
  struct sheets *sheets = arena_alloc(&bundle->cli->arena, sizeof(*sheets));
  if (!sheets) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  const char *const about[] = {bundle->project, NULL};
  int code = list_rows(bundle->cli, "payroll.ListSheets", about, take_sheet, sheets);
  struct client *client = code == CLI_OK ? cli_connect(bundle->cli, "payroll", &code) : NULL;
  if (!client) return code;
  code = CLI_OK;
  for (size_t i = 0; code == CLI_OK && i < sheets->count; i++) code = add_sheet(bundle, client, sheets->codes[i]);
  client_close(&client);
  if (code == CLI_OK) code = add_list(bundle, "sheets.json", "payroll.ListSheets", about);
  return code == CLI_OK ? add_list(bundle, "orders.json", "payroll.ListPaymentOrders", about) : code;
}

/* --- journals ------------------------------------------------------------------------------------------------------------------------- */

/* Whether the entry's event says it is about the project. */
static bool is_about(struct arena *arena, const Workrelief__JournalEntry *entry) {
  const message_type *type = *entry->event_type ? pb_type_find(entry->event_type) : NULL;
  const message_field *field = type ? pb_field(type, "project_code") : NULL;
  message *event = field && entry->event.len ? pb_unpack(arena, type, entry->event.data, entry->event.len) : NULL;
  return event && strcmp(pb_get_text(event, field, 0), want.project) == 0;
}

/* One page; false = no answer. *seq moves on. */
static bool read_page(struct bundle *bundle, struct client *client, int64_t epoch, int64_t *seq, int64_t *head, json_t *rows, int *code) {
  struct cli page = *bundle->cli; /* a page's memory goes with the page */
  struct client_call call = {0};
  Workrelief__JournalReadRequest request;
  message *answer = NULL;
  workrelief__journal_read_request__init(&request);
  request.epoch = epoch;
  request.after_seq = *seq;
  request.max_bytes = 900000;
  arena_init(&page.arena, PAGE_MEMORY);
  cli_prepare(&page, &call, "journal.Read");
  *code = cli_ask(&page, client, &call, &request.base, &workrelief__journal_read_reply__descriptor, &answer);
  const Workrelief__JournalReadReply *reply = (const Workrelief__JournalReadReply *)answer;
  for (size_t i = 0; reply && i < reply->n_rows; i++) {
    if (is_about(&page.arena, reply->rows[i])) json_array_append_new(rows, pb_to_json(&reply->rows[i]->base));
    *seq = reply->rows[i]->seq;
  }
  if (reply) *head = reply->n_rows ? reply->last_seq : *seq;
  arena_reset(&page.arena);
  return reply != NULL;
}

static int add_journal(struct bundle *bundle, const char *service) {
  const Workrelief__HealthReply *health = node_health(bundle->cli, service, 3000);
  int code = CLI_UNREACHABLE;
  struct client *client = health ? cli_connect(bundle->cli, service, &code) : NULL;
  if (!client) return complain(NOT_ANSWERING, service), code;
  json_t *rows = json_array();
  code = CLI_OK;
  for (int64_t epoch = 1; code == CLI_OK && epoch <= health->epoch; epoch++)
    for (int64_t seq = 0, head = 1; code == CLI_OK && seq < head;) (void)read_page(bundle, client, epoch, &seq, &head, rows, &code);
  client_close(&client);
  json_object_set_new(bundle->heads, service, json_pack("{s:I, s:I}", "epoch", (json_int_t)health->epoch, "last_seq", (json_int_t)health->last_seq));
  if (code == CLI_OK) return add_json(bundle, text_of(bundle->cli, "journal/%s.json", service), rows) ? CLI_OK : CLI_INTERNAL;
  json_decref(rows);
  return code;
}

static int add_journals(struct bundle *bundle) {
  static const char *const kept[] = {"registry", "workforce", "payroll", "evaluation"};
  int code = CLI_OK;
  for (size_t i = 0; code == CLI_OK && i < ARRAY_LENGTH(kept); i++) code = add_journal(bundle, kept[i]);
  return code;
}

/* --- the manifest ----------------------------------------------------------------------------------------------------------------------- */

static json_t *describe_file(const struct archive_file *file) {
  uint8_t own[SM3_SIZE], common[SHA256_SIZE];
  char own_hex[2 * SM3_SIZE + 1], common_hex[2 * SHA256_SIZE + 1];
  sm3_of(file->bytes, file->length, own);
  sha256_of(file->bytes, file->length, common);
  return json_pack("{s:s, s:I, s:s, s:s}", "path", file->path, "bytes", (json_int_t)file->length, "sha256",
                   hex_encode(common, SHA256_SIZE, common_hex), "sm3", hex_encode(own, SM3_SIZE, own_hex));
}

static bool sign_manifest(struct bundle *bundle, const struct archive_file *manifest) {
  const char *problem = NULL, *path = node_path(bundle->cli, "keys/sign.key");
  if (access(path, R_OK) != 0) return fputs(TEXT(EVIDENCE_UNSIGNED), stderr), true;
  struct sign_key *key = sign_key_open(path, &problem);
  uint8_t signature[SIGN_SIGNATURE_MAX], point[SIGN_PUBLIC_SIZE];
  size_t length = 0;
  bool good = key && sign_bytes(key, EVIDENCE_CONTEXT, manifest->bytes, manifest->length, signature, &length);
  if (!good) complain(KEY_BAD, problem ? problem : path);
  char hex[2 * SIGN_SIGNATURE_MAX + 1], own[2 * SIGN_PUBLIC_SIZE + 1];
  if (good) {
    sign_key_public(key, point);
    const char *signed_line = text_of(bundle->cli, "%s\n", hex_encode(signature, length, hex));
    const char *key_line = text_of(bundle->cli, "%s\n", hex_encode(point, sizeof(point), own));
    good = add_bytes(bundle, "manifest.sig", signed_line, strlen(signed_line)) && add_bytes(bundle, "sign.key.pub", key_line, strlen(key_line));
  }
  sign_key_close(&key);
  return good;
}

static bool add_manifest(struct bundle *bundle) {
  char now[CLOCK_TIMESTAMP_SIZE];
  json_t *files = json_array();
  for (size_t i = 0; i < bundle->count; i++)
    if (json_array_append_new(files, describe_file(&bundle->files[i])) != 0) return complain(OUT_OF_MEMORY), false;
  json_t *manifest = json_pack("{s:s, s:s, s:s, s:s, s:s, s:O, s:o}", "format", EVIDENCE_FORMAT, "project_code", want.project, "made_at",
                               timestamp_format(clock_now_us(), now), "node_id", node_setting(bundle->cli, NULL, "node_id"), "how_to_verify",
                               "workrelief evidence verify FILE", "journals", bundle->heads, "files", files);
  size_t at = bundle->count;
  return add_json(bundle, "manifest.json", manifest) && sign_manifest(bundle, &bundle->files[at]);
}

static int add_roster(struct bundle *bundle) {
  const char *const about[] = {bundle->project, NULL};
  int code = add_list(bundle, "agreements.json", "workforce.ListAgreements", about);
  if (code == CLI_OK) code = add_list(bundle, "sealed_months.json", "workforce.ListSealedMonths", about);
  return code == CLI_OK ? add_list(bundle, "trainings.json", "workforce.ListTrainings", about) : code;
}

static int make(struct cli *cli, int count, char **words) {
  (void)words;
  if (count || !want.project) {
    complain(EVIDENCE_NEEDS);
    return CLI_USAGE;
  }
  if (!archive_can_write(want.file)) return CLI_USAGE;
  struct bundle *bundle = arena_alloc(&cli->arena, sizeof(*bundle));
  if (!bundle || !(bundle->heads = json_object())) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  bundle->cli = cli;
  bundle->project = text_of(cli, "project_code=%s", want.project);
  umask(077);
  int (*const steps[])(struct bundle *) = {add_project, add_roster, add_attendance, add_pay, add_journals};
  int code = CLI_OK;
  for (size_t i = 0; code == CLI_OK && i < ARRAY_LENGTH(steps); i++) code = steps[i](bundle);
  if (code == CLI_OK && !add_manifest(bundle)) code = CLI_INTERNAL;
  if (code == CLI_OK) code = archive_write_all(cli, want.file, bundle->files, bundle->count);
  if (code == CLI_OK) say(EVIDENCE_DONE, bundle->count, want.file);
  json_decref(bundle->heads);
  return code;
}

static const struct command commands[] = {
    {"verify", "FILE [sign.key.pub]", evidence_verify, NULL, "核对证据包: 文件摘要、签名、考勤封存摘要、日志哈希 (不需要节点)",
     "check a bundle: digests, signature, seals of attendance, journal hashes (needs no node)",
     "workrelief evidence verify 证据.zip\nworkrelief evidence verify 证据.zip var/office/keys/sign.key.pub\n"},
    {"", "", make, options, "把一个项目的协议、考勤、培训、发放表、工资条、支付结果和日志证明打成一个带签名的包 (条例第50条)",
     "one signed archive of a project's agreements, attendance, training, sheets, slips, bank results and journal proofs (Reg. 724 art. 50)",
     "workrelief evidence --project 2408-140214-04-01-000010 -o 证据.zip\n"},
    {0},
};
const struct noun evidence_noun = {"evidence", "项目证据包: 打包与核对", "evidence of a project: make and check", commands};
