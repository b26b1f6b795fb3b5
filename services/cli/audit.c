/* audit.c - `workrelief audit verify|replay`: the journals checked from outside, without trusting the daemon that keeps them. */
#include <string.h>

#include "common/base/text.h"
#include "common/daemon/journal.h"
#include "services/cli/evidence.h"
#include "services/cli/node.h"

#define READ_BYTES 900000
#define PAGE_MEMORY ((size_t)64 << 20)

static struct { const char *service; } want;

static const struct option options[] = {
    {"service", 's', "SERVICE", &want.service, NULL, "只查这一个服务", "this service only"},
    {0},
};

/* Where the check of one journal stands. */
struct check {
  const char *service;
  int64_t epoch, seq, findings, events;
  uint8_t hash[SM3_SIZE];
};

static void find(struct check *check, int64_t seq, const char *what) {
  printf("  %s%s%s %lld:%lld %s\n", paint(stdout, PAINT_RED), check->service, paint(stdout, PAINT_OFF), (long long)check->epoch, (long long)seq,
         what);
  check->findings++;
}

static bool take_hash(ProtobufCBinaryData from, uint8_t to[SM3_SIZE]) {
  memset(to, 0, SM3_SIZE);
  if (from.len == SM3_SIZE) memcpy(to, from.data, SM3_SIZE);
  return from.len == SM3_SIZE;
}

bool journal_rehash(const Workrelief__JournalEntry *entry, uint8_t hash[SM3_SIZE]) {
  struct journal_link link = {.epoch = entry->epoch,
                              .seq = entry->seq,
                              .at_us = entry->at_us,
                              .caller = entry->caller,
                              .method = entry->method,
                              .event_type = entry->event_type,
                              .status = entry->status,
                              .request_id = entry->request_id.data};
  uint8_t prev[SM3_SIZE];
  bool whole = take_hash(entry->request_hash, link.request_hash) && take_hash(entry->reply_hash, link.reply_hash) &&
               take_hash(entry->event_hash, link.event_hash) && take_hash(entry->prev_hash, prev) && entry->request_id.len == 16;
  if (whole) journal_hash(&link, prev, hash);
  return whole;
}

static void check_event(struct check *check, const Workrelief__JournalEntry *entry) {
  uint8_t digest[SM3_SIZE];
  if (!*entry->event_type || entry->event.len == 0) return;
  sm3_of(entry->event.data, entry->event.len, digest);
  if (entry->event_hash.len != SM3_SIZE || !bytes_equal(digest, entry->event_hash.data, SM3_SIZE)) find(check, entry->seq, TEXT(AUDIT_EVENT));
  check->events++;
}

static void check_entry(struct check *check, const Workrelief__JournalEntry *entry) {
  uint8_t hash[SM3_SIZE] = {0};
  if (entry->seq != check->seq + 1) find(check, entry->seq, TEXT(AUDIT_GAP));
  if (entry->epoch != check->epoch) find(check, entry->seq, TEXT(AUDIT_EPOCH));
  if (entry->prev_hash.len != SM3_SIZE || !bytes_equal(entry->prev_hash.data, check->hash, SM3_SIZE)) find(check, entry->seq, TEXT(AUDIT_LINK));
  if (!journal_rehash(entry, hash) || entry->hash.len != SM3_SIZE || !bytes_equal(hash, entry->hash.data, SM3_SIZE))
    find(check, entry->seq, TEXT(AUDIT_HASH));
  check_event(check, entry);
  check->seq = entry->seq;
  if (!take_hash(entry->hash, check->hash)) memcpy(check->hash, hash, SM3_SIZE);
}

/* Reads to the head of one epoch. False when the daemon does not answer. */
static bool check_epoch(struct cli *cli, struct client *client, struct check *check, int64_t newest, int *code) {
  Workrelief__JournalReadRequest request;
  workrelief__journal_read_request__init(&request);
  request.epoch = check->epoch;
  request.max_bytes = READ_BYTES;
  check->seq = 0; /* the hash stays: the chain goes on over epochs */
  for (int64_t head = 1; check->seq < head;) {
    struct client_call call = {0};
    struct cli page = *cli; /* a page's memory goes with the page */
    message *answer = NULL;
    arena_init(&page.arena, PAGE_MEMORY);
    cli_prepare(cli, &call, "journal.Read");
    request.after_seq = check->seq;
    *code = cli_ask(&page, client, &call, &request.base, &workrelief__journal_read_reply__descriptor, &answer);
    const Workrelief__JournalReadReply *reply = (const Workrelief__JournalReadReply *)answer;
    for (size_t i = 0; reply && i < reply->n_rows; i++) check_entry(check, reply->rows[i]);
    if (reply) head = check->epoch == newest ? reply->last_seq : INT64_MAX; /* how far an earlier epoch went, its end says */
    bool empty = reply && reply->n_rows == 0;
    if (empty && check->epoch == newest && check->seq < head) find(check, check->seq + 1, TEXT(AUDIT_GAP));
    arena_reset(&page.arena);
    if (!reply) return false;
    if (empty) return true;
  }
  return true;
}

static int verify_service(struct cli *cli, const char *service, struct grid *grid, int64_t *findings) {
  const Workrelief__HealthReply *health = node_health(cli, service, 2000);
  struct check check = {.service = service};
  int64_t entries = 0;
  int code;
  if (!health) {
    complain(NOT_ANSWERING, service);
    return CLI_UNREACHABLE;
  }
  struct client *client = cli_connect(cli, service, &code);
  if (!client) return code;
  for (check.epoch = 1; check.epoch <= health->epoch; check.epoch++) {
    if (!check_epoch(cli, client, &check, health->epoch, &code)) {
      client_close(&client);
      return code;
    }
    entries += check.seq;
  }
  client_close(&client);
  char hex[2 * SM3_SIZE + 1];
  grid_row(grid, (const char *[]){service, number_text(cli, health->epoch), number_text(cli, entries), number_text(cli, check.events),
                                  text_of(cli, "%.16s", hex_encode(check.hash, SM3_SIZE, hex)),
                                  check.findings ? text_of(cli, TEXT(AUDIT_FOUND), (long long)check.findings) : TEXT(AUDIT_WHOLE)});
  *findings += check.findings;
  return CLI_OK;
}

static bool is_chosen(const char *service) { return !want.service || strcmp(want.service, service) == 0; }

static bool service_is_known(void) {
  if (!want.service || is_daemon(want.service)) return true;
  complain(SERVICE_UNKNOWN, want.service);
  return false;
}

static int verify(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  struct grid *grid = grid_new(&cli->arena, 6);
  int64_t findings = 0;
  int worst = CLI_OK;
  if (!service_is_known()) return CLI_USAGE;
  grid_row(grid, (const char *[]){TEXT(HEAD_SERVICE), TEXT(HEAD_EPOCH), TEXT(HEAD_ENTRIES), TEXT(HEAD_EVENTS), TEXT(HEAD_HASH), TEXT(HEAD_RESULT)});
  for (size_t i = 0; i < DAEMON_COUNT; i++) {
    int code = is_chosen(daemons[i]) ? verify_service(cli, daemons[i], grid, &findings) : CLI_OK;
    if (code != CLI_OK) worst = code;
  }
  grid_print(grid);
  return findings ? CLI_FINDINGS : worst;
}

static int replay(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  int worst = CLI_OK;
  if (!service_is_known()) return CLI_USAGE;
  for (size_t i = 0; i < DAEMON_COUNT; i++) {
    if (!is_chosen(daemons[i])) continue;
    const char *program = text_of(cli, "%s/%s", cli->bin, daemons[i]);
    int code = run_and_wait((const char *[]){program, "--node", cli->node, "--replay", NULL});
    printf("%s%-12s%s %s\n", paint(stdout, code ? PAINT_RED : PAINT_GREEN), daemons[i], paint(stdout, PAINT_OFF),
           code ? TEXT(REPLAY_DIFFERS) : TEXT(REPLAY_EQUAL));
    if (code) worst = CLI_FINDINGS;
  }
  return worst;
}

static const struct command commands[] = {
    {"verify", "", verify, options, "核对各服务日志的 SM3 链: 改动、删除、插入、缺号", "check the SM3 chains: edits, deletions, insertions, gaps",
     "workrelief audit verify --node var/office\nworkrelief audit verify --service payroll\n"},
    {"replay", "", replay, options, "把日志重放进空库, 各表必须完全相同", "replay the journals into an empty schema; the tables must come out equal",
     NULL},
    {0},
};
const struct noun audit_noun = {"audit", "核对日志", "check the journals", commands};
