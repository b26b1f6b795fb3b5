/* watch.c - `workrelief watch [SERVICE ...]`: what happens, as it happens, a line an event, from any position of the journals on.
 *
 * Each journal is read in order and its chain is checked on the way. A position is kept (--state) only when what was printed up to it
 * has left this process: whoever reads the lines sees each event at least once, also across a crash. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/pb/json.h"
#include "common/pb/table.h"
#include "common/pb/validate.h"
#include "services/cli/node.h"
#include "services/cli/watch.h"

#define READ_BYTES 900000
#define PAGE_MEMORY ((size_t)64 << 20)
#define WAIT_MS 20000    /* how long a service may keep an answer that has nothing to say */
#define SILENCE_MS 30000 /* an answer that has not come by then is asked for again */
#define POLL_MS 50
#define AGAIN_MS 1000
#define PAIRS_MOST 5

static struct {
  const char *from, *state, *events, *project, *count;
  bool no_wait;
} want;

static const struct option options[] = {
    {"from", 0, "now|start|POSITIONS", &want.from, NULL, "从哪里起: 现在 (缺省)、起点, 或 registry:1:17,payroll:1:4",
     "from where: now (default), the start, or registry:1:17,payroll:1:4"},
    {"state", 0, "FILE", &want.state, NULL, "把看到哪里记在此文件; 下次从那里接着看, 不漏",
     "keeps the position in this file and goes on from there next time; nothing is missed"},
    {"event", 'e', "NAME,..", &want.events, NULL, "只看这些事件, 如 ProjectChanged,SheetChanged",
     "these events only, e.g. ProjectChanged,SheetChanged"},
    {"project", 'p', "CODE", &want.project, NULL, "只看这个项目的", "this project's only"},
    {"count", 0, "N", &want.count, NULL, "看到 N 条就结束", "end after N events"},
    {"no-wait", 0, NULL, NULL, &want.no_wait, "看完已有的就结束", "end at the journals' ends"},
    {0},
};

static volatile sig_atomic_t interrupted;
static void interrupt(int number) {
  (void)number;
  interrupted = 1;
}

/* --- which events ----------------------------------------------------------------------------------------------------------------- */

static bool is_named(const char *list, const char *name) {
  const size_t length = strlen(name);
  for (const char *word = list; *word; word += strcspn(word, ",") + (word[strcspn(word, ",")] == ',')) {
    if (strcspn(word, ",") == length && strncmp(word, name, length) == 0) return true;
  }
  return false;
}

static bool names_are_known(struct cli *cli) {
  for (const char *word = want.events ? want.events : ""; *word; word += strcspn(word, ",") + (word[strcspn(word, ",")] == ',')) {
    const char *const name = text_of(cli, "%.*s", (int)strcspn(word, ","), word);
    if (pb_type_find(name)) continue;
    complain(WATCH_EVENT_UNKNOWN, name);
    return false;
  }
  return true;
}

static bool is_wanted(const Workrelief__JournalEntry *entry, const message *event) {
  if (want.events && !is_named(want.events, entry->event_type)) return false;
  if (!want.project) return true;
  const message_field *const field = pb_field(event->descriptor, "project_code");
  return field && field->type == PROTOBUF_C_TYPE_STRING && strcmp(pb_get_text(event, field, 0), want.project) == 0;
}

/* --- an event as a line ------------------------------------------------------------------------------------------------------------- */

static void print_pairs(struct cli *page, const message *event) {
  size_t printed = 0;
  for (unsigned i = 0; i < event->descriptor->n_fields && printed < PAIRS_MOST; i++) {
    const message_field *const field = &event->descriptor->fields[i];
    const struct field_rule *const rule = field_rule_find(field->name);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE || field->type == PROTOBUF_C_TYPE_BYTES || pb_is_repeated(field) || pb_count(event, field) == 0 ||
        (rule && rule->secrecy == FIELD_SEALED))
      continue;
    const char *const text = table_get_cell(&page->arena, event, field, 0);
    printf("  %s=%s", field->name, text ? text : "");
    printed++;
  }
}

static void print_line(struct cli *page, const struct watched *watched, const Workrelief__JournalEntry *entry, const message *event) {
  printf("%s  %s:%lld:%lld  %s%s%s", time_text(page, entry->at_us), watched->service, (long long)entry->epoch, (long long)entry->seq,
         paint(stdout, PAINT_BOLD), entry->event_type, paint(stdout, PAINT_OFF));
  print_pairs(page, event);
  putchar('\n');
}

static bool print_object(const struct watched *watched, const Workrelief__JournalEntry *entry, const message *event) {
  char at[24];
  (void)snprintf(at, sizeof at, "%lld", (long long)entry->at_us);
  json_t *const object = json_pack("{s:s, s:I, s:I, s:s, s:s, s:s, s:s, s:o}", "service", watched->service, "epoch", (json_int_t)entry->epoch, "seq",
                                   (json_int_t)entry->seq, "atUs", at, "caller", entry->caller, "method", entry->method, "eventType",
                                   entry->event_type, "event", pb_to_json(event));
  const bool fine = object && json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER) == 0;
  if (fine) putchar('\n');
  json_decref(object);
  return fine;
}

/* An event comes only where the reader may see it; its hash comes always. */
static const message *event_of(struct cli *page, const Workrelief__JournalEntry *entry) {
  uint8_t digest[SM3_SIZE];
  const message_type *const type = *entry->event_type ? pb_type_find(entry->event_type) : NULL;
  sm3_of(entry->event.data, entry->event.len, digest);
  const bool is_here = type && entry->event_hash.len == SM3_SIZE && bytes_equal(digest, entry->event_hash.data, SM3_SIZE);
  return is_here ? pb_unpack(&page->arena, type, entry->event.data, entry->event.len) : NULL;
}

/* --- pages -------------------------------------------------------------------------------------------------------------------------- */

struct watching {
  struct cli *cli;
  struct watched sources[DAEMON_COUNT];
  size_t count;
  int64_t left; /* events still wanted; -1 = without end */
};

/* CLI_OK, or why to stop. */
static int take_entry(struct watching *watching, struct cli *page, struct watched *watched, const Workrelief__JournalEntry *entry) {
  if (!watched_follows(watched, entry)) {
    complain(WATCH_BROKEN, watched->service, (long long)entry->epoch, (long long)entry->seq);
    return CLI_FINDINGS;
  }
  const message *const event = event_of(page, entry);
  if (event && watching->left != 0 && is_wanted(entry, event)) {
    if (!page->json)
      print_line(page, watched, entry, event);
    else if (!print_object(watched, entry, event))
      return CLI_CANNOT_WRITE;
    if (watching->left > 0) watching->left--;
  }
  return CLI_OK;
}

static int take_page(struct watching *watching, struct cli *page, struct watched *watched, const Workrelief__JournalReadReply *reply) {
  int code = CLI_OK;
  if (!watched->epoch) watched->epoch = reply->epoch;
  if (watched->is_new) watched->is_new = false, watched->seq = reply->last_seq;
  for (size_t i = 0; i < reply->n_rows && code == CLI_OK && watching->left != 0; i++) {
    code = take_entry(watching, page, watched, reply->rows[i]);
    if (code == CLI_OK) watched_advance(watched, reply->rows[i]);
  }
  watched->at_end = reply->n_rows == 0;
  if (code == CLI_OK && watched->at_end && reply->epoch != watched->epoch) {
    complain(WATCH_EPOCH, watched->service, (long long)reply->epoch, (long long)watched->epoch);
    code = CLI_FINDINGS;
  }
  if (fflush(stdout) != 0) return CLI_CANNOT_WRITE;
  if (want.state && !watched_save(watching->cli, want.state, watching->sources, watching->count)) return CLI_CANNOT_WRITE;
  return code;
}

static bool ask(struct watching *watching, struct watched *watched) {
  uint8_t bytes[64];
  const char *problem;
  Workrelief__JournalReadRequest request = WORKRELIEF__JOURNAL_READ_REQUEST__INIT;
  struct client_call call = {.timeout_ms = SILENCE_MS};
  cli_prepare(watching->cli, &call, watched->method);
  request.epoch = watched->epoch;
  request.after_seq = watched->is_new ? INT64_MAX : watched->seq;
  request.max_bytes = READ_BYTES;
  request.wait_ms = watched->is_new || want.no_wait ? 0 : WAIT_MS;
  const size_t length = workrelief__journal_read_request__pack(&request, bytes);
  if (!client_send(watched->client, &call, bytes, length, &problem)) return false;
  memcpy(watched->asked_id, call.request_id, sizeof watched->asked_id);
  watched->asked_us = clock_monotonic_us();
  return true;
}

/* Something came: CLI_OK, or why to stop. */
static int take(struct watching *watching, struct watched *watched, struct cli *page, const struct client_reply *reply) {
  if (!reply->header || reply->header->request_id.len != 16 || memcmp(reply->header->request_id.data, watched->asked_id, 16) != 0) return CLI_OK;
  watched->asked_us = 0;
  if (reply->status != STATUS_OK && status_is_retryable(reply->status)) {
    watched->again_us = clock_monotonic_us() + AGAIN_MS * INT64_C(1000);
    return CLI_OK;
  }
  if (reply->status != STATUS_OK) {
    complain_reply(reply);
    return exit_code_of(reply);
  }
  const message *const body = pb_unpack(&page->arena, &workrelief__journal_read_reply__descriptor, reply->body, reply->body_length);
  if (!body) {
    complain(REPLY_UNREADABLE, watched->method);
    return CLI_INTERNAL;
  }
  if (watched->silent) complain(WATCH_BACK, watched->service);
  watched->silent = false;
  return take_page(watching, page, watched, (const Workrelief__JournalReadReply *)body);
}

/* A service that is away is said once, and asked again until it is back. */
static void miss(struct watched *watched) {
  if (!watched->silent) complain(WATCH_AWAY, watched->service);
  watched->silent = true;
  watched->asked_us = 0;
  watched->again_us = clock_monotonic_us() + AGAIN_MS * INT64_C(1000);
}

static int turn(struct watching *watching, struct watched *watched, int patience_ms) {
  const int64_t now = clock_monotonic_us();
  struct client_reply reply;
  struct cli page = *watching->cli; /* a page's memory goes with the page */
  int code = CLI_OK;
  if (want.no_wait && watched->at_end) return CLI_OK;
  if (watched->asked_us && now - watched->asked_us > SILENCE_MS * INT64_C(1000)) miss(watched);
  if (!watched->asked_us && now >= watched->again_us && !ask(watching, watched)) miss(watched);
  arena_init(&page.arena, PAGE_MEMORY);
  if (client_receive(watched->client, &page.arena, patience_ms, &reply)) code = take(watching, watched, &page, &reply);
  arena_reset(&page.arena);
  return code;
}

static bool is_over(const struct watching *watching) {
  bool all_read = want.no_wait;
  for (size_t i = 0; i < watching->count; i++) all_read = all_read && watching->sources[i].at_end;
  return interrupted || watching->left == 0 || all_read;
}

static int run(struct watching *watching) {
  int code = CLI_OK;
  while (code == CLI_OK && !is_over(watching))
    for (size_t i = 0; i < watching->count && code == CLI_OK && watching->left != 0; i++)
      code = turn(watching, &watching->sources[i], watching->count == 1 ? 4 * POLL_MS : POLL_MS);
  return code;
}

/* --- start -------------------------------------------------------------------------------------------------------------------------- */

/* The services named, or all; where each begins. */
static int choose(struct watching *watching, int count, char **words) {
  struct cli *const cli = watching->cli;
  for (int i = 0; i < count; i++)
    if (!is_daemon(words[i])) return complain(SERVICE_UNKNOWN, words[i]), CLI_USAGE;
  for (size_t i = 0; i < DAEMON_COUNT; i++) {
    bool is_chosen = count == 0;
    for (int j = 0; j < count; j++) is_chosen = is_chosen || strcmp(words[j], daemons[i]) == 0;
    if (is_chosen)
      watching->sources[watching->count++] =
          (struct watched){.service = daemons[i], .method = cli_common_method(cli, daemons[i], "journal.Read"), .is_new = true};
  }
  const bool from_start = want.from && strcmp(want.from, "start") == 0, from_now = !want.from || strcmp(want.from, "now") == 0;
  for (size_t i = 0; i < watching->count && from_start; i++) watching->sources[i].is_new = false, watching->sources[i].epoch = 1;
  if (!from_start && !from_now && !watched_read(want.from, watching->sources, watching->count)) return complain(WATCH_FROM_BAD, want.from), CLI_USAGE;
  if (want.state && !watched_load(cli, want.state, watching->sources, watching->count)) return complain(WATCH_STATE_BAD, want.state), CLI_BAD_DATA;
  return CLI_OK;
}

static int watch(struct cli *cli, int count, char **words) {
  struct watching watching = {.cli = cli, .left = -1};
  const struct sigaction ending = {.sa_handler = interrupt};
  if (want.count && !parse_int64(want.count, 1, INT64_MAX, &watching.left)) return complain(VALUE_BAD, "--count", want.count), CLI_USAGE;
  int code = names_are_known(cli) ? choose(&watching, count, words) : CLI_USAGE;
  for (size_t i = 0; i < watching.count && code == CLI_OK; i++) {
    watching.sources[i].client = cli_connect(cli, watching.sources[i].service, &code);
    if (watching.sources[i].client) code = CLI_OK;
  }
  (void)sigaction(SIGINT, &ending, NULL);
  (void)sigaction(SIGTERM, &ending, NULL);
  if (code == CLI_OK) code = run(&watching);
  for (size_t i = 0; i < watching.count; i++)
    if (watching.sources[i].client) client_close(&watching.sources[i].client);
  return code;
}

static const struct command commands[] = {
    {"", "[SERVICE ...]", watch, options, "一行一个事件, 随发生随打印; Ctrl-C 结束", "a line an event, as it happens; Ctrl-C ends it",
     "workrelief watch\nworkrelief watch payroll --event SheetChanged,PaymentOrdered -o json\n"
     "workrelief watch registry --from start --project 2605-140214-04-01-000010 --no-wait\n"
     "workrelief watch --state var/seen -o json | my-program\n"},
    {0},
};
const struct noun watch_noun = {"watch", "跟着看发生的事", "follow what happens", commands};
