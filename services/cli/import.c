/* import.c - `workrelief import TABLE FILE.csv`: the whole file is checked before anything is sent; then it goes in chunks whose
 * request ids follow from their content, so that a second run resumes and doubles nothing. */
#include "services/cli/import.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admin.pb-c.h"
#include "common/base/clock.h"
#include "common/bus/socket.h"
#include "services/cli/node.h"

#define TRIES 6        /* of one chunk whose outcome is open */
#define OLD_ANSWERS 50 /* refusals of earlier runs to step over */
#define CHUNK_MEMORY ((size_t)64 << 20)

static struct { bool dry_run; } want;

static const struct option options[] = {
    {"dry-run", 'n', NULL, NULL, &want.dry_run, "只查不办: 服务逐批试算, 不留下任何记录",
     "check only: the service tries every chunk and keeps nothing"},
    {0},
};

static const struct import_table tables[] = {
    {"workers", "workforce.AddWorkers", "lines", 500, "务工人员", "workers"},
    {"groups", "workforce.SetPriorityGroup", "lines", 500, "重点群体", "priority groups of workers"},
    {"agreements", "workforce.AddAgreements", "lines", 500, "劳务协议", "labour agreements"},
    {"attendance", "workforce.RecordAttendanceBatch", "lines", 1000, "考勤", "attendance"},
    {"trainees", "workforce.HoldTraining", "trainees", 0, "培训及学员", "a training and its trainees"},
    {"catalogue", "registry.LoadCatalogue", "rows", 0, "清单目录", "the catalogue"},
    {"list", "registry.SubmitYearList", "lines", 0, "年度清单", "a bureau's yearly list"},
    {"published", "registry.ImportPublished", "rows", 1, "公示项目", "projects as notices publish them"},
};

static const struct import_table *find_table(const char *name) {
  for (size_t i = 0; i < ARRAY_LENGTH(tables); i++)
    if (strcmp(tables[i].name, name) == 0) return &tables[i];
  complain(IMPORT_TABLE_UNKNOWN, name);
  for (size_t i = 0; i < ARRAY_LENGTH(tables); i++)
    fprintf(stderr, "  %-12s %s (%s)\n", tables[i].name, BOTH(tables[i].zh, tables[i].en), tables[i].method);
  return NULL;
}

/* --- sending --- */

/* What one run does and has done. */
struct sending {
  struct cli *cli;
  struct import *import;
  struct client *client;
  int64_t epoch, seq; /* the service's journal as this run began; 0, 0 = not known */
  size_t done, refused;
  int code;
  int64_t began_us;
};

static void make_request_id(const struct sending *sending, size_t chunk, int attempt, const uint8_t *body, size_t length, uint8_t id[16]) {
  uint8_t digest[SM3_SIZE], numbers[8];
  for (int i = 0; i < 4; i++) {
    numbers[i] = (uint8_t)(chunk >> (24 - 8 * i));
    numbers[4 + i] = (uint8_t)((unsigned)attempt >> (24 - 8 * i));
  }
  const char *method = sending->import->table->method;
  sm3((struct hash_part[]){{method, strlen(method) + 1}, {numbers, sizeof(numbers)}, {body, length}}, 3, digest);
  memcpy(id, digest, 16);
  id[6] = (uint8_t)(0x80 | (id[6] & 0x0f)); /* RFC 9562 version 8: made from content */
  id[8] = (uint8_t)(0x80 | (id[8] & 0x3f));
}

static void pause_before(int try) {
  struct timespec pause = {try, 0};
  if (try) nanosleep(&pause, NULL);
}

static bool is_open(const struct client_reply *reply) { return !reply->header || status_is_retryable(reply->status); }

/* A refusal that the journal held before this run: what caused it may have been mended since. */
static bool is_old_refusal(const struct sending *sending, const struct client_reply *reply) {
  return reply->status != STATUS_OK && reply->header && reply->header->journal_seq && reply->header->journal_epoch == sending->epoch &&
         reply->header->journal_seq <= sending->seq;
}

static void send_chunk(struct sending *sending, struct arena *arena, size_t chunk, const uint8_t *body, size_t length, struct client_reply *reply) {
  int attempt = 0;
  for (int try = 0; try < TRIES;) {
    struct client_call call = {.dry_run = want.dry_run};
    cli_prepare(sending->cli, &call, sending->import->table->method);
    make_request_id(sending, chunk, attempt, body, length, call.request_id);
    pause_before(try);
    client_call(sending->client, arena, &call, body, length, reply);
    if (is_old_refusal(sending, reply) && attempt < OLD_ANSWERS)
      attempt++;
    else if (is_open(reply))
      try++;
    else
      return;
  }
}

static void show_progress(const struct sending *sending) {
  if (!isatty(STDERR_FILENO)) return;
  size_t total = sending->import->chunk_count, rows = 0;
  for (size_t i = 0; i < sending->done; i++) rows += sending->import->chunks[i].count;
  int filled = (int)(sending->done * 30 / total);
  double seconds = (double)(clock_monotonic_us() - sending->began_us) / 1e6;
  fprintf(stderr, "\r[%.*s%.*s] %zu/%zu  %zu %s  %.0f/s ", filled, "##############################", 30 - filled, "..............................",
          sending->done, total, rows, TEXT(IMPORT_ROWS), seconds > 0 ? (double)rows / seconds : 0.0);
  if (sending->done == total) fputc('\n', stderr);
}

/* "lines[12].work_date" -> the line of the file on which that row stands; 0 when the path names no row. */
static size_t line_of(const struct sending *sending, const struct chunk *chunk, const char *path, const char **rest) {
  size_t length = strlen(sending->import->table->rows), index = 0;
  *rest = path;
  if (strncmp(path, sending->import->table->rows, length) != 0 || path[length] != '[') return 0;
  const char *next = path + length + 1;
  for (; *next >= '0' && *next <= '9' && index < chunk->count; next++) index = index * 10 + (size_t)(*next - '0');
  if (*next != ']' || index >= chunk->count) return 0;
  *rest = next[1] == '.' ? next + 2 : next + 1;
  return sending->import->lines[chunk->first + index];
}

static void show_refusal(const struct sending *sending, const struct chunk *chunk, const struct client_reply *reply) {
  const Workrelief__ReplyHeader *header = reply->header;
  complain(IMPORT_CHUNK_REFUSED, sending->import->lines[chunk->first], sending->import->lines[chunk->first + chunk->count - 1],
           status_name(reply->status), header ? header->reason : "NO_ANSWER", header ? header->message : "");
  for (size_t i = 0; header && i < header->n_problems; i++) {
    const char *rest;
    size_t line = line_of(sending, chunk, header->problems[i]->path, &rest);
    if (line)
      fprintf(stderr, TEXT(IMPORT_BAD_LINE), line, rest, header->problems[i]->reason, header->problems[i]->message);
    else
      fprintf(stderr, "  %s  %s  %s\n", header->problems[i]->path, header->problems[i]->reason, header->problems[i]->message);
  }
}

/* False when the run must end here. */
static bool send_one(struct sending *sending, size_t number) {
  const struct chunk *chunk = &sending->import->chunks[number];
  struct arena arena;
  struct client_reply reply;
  arena_init(&arena, CHUNK_MEMORY);
  send_chunk(sending, &arena, number, chunk->body, chunk->length, &reply);
  bool open = is_open(&reply);
  if (reply.status != STATUS_OK) {
    if (isatty(STDERR_FILENO)) fputc('\n', stderr);
    show_refusal(sending, chunk, &reply);
    sending->code = exit_code_of(&reply);
    sending->refused += chunk->count;
  }
  arena_reset(&arena);
  if (open) complain(IMPORT_STOPPED, sending->done, sending->import->chunk_count);
  sending->done += !open;
  return !open;
}

static int send_all(struct cli *cli, struct import *import) {
  struct contract_method method;
  struct sending sending = {.cli = cli, .import = import, .began_us = clock_monotonic_us()};
  int code;
  if (!contract_find(import->table->method, &method)) return CLI_USAGE;
  if (!cli->endpoint && !cli->as) {
    const Workrelief__HealthReply *health = node_health(cli, method.service, 3000);
    if (health) sending.epoch = health->epoch, sending.seq = health->last_seq;
  }
  sending.client = cli_connect(cli, method.service, &code);
  if (!sending.client) return code;
  for (size_t i = 0; i < import->chunk_count && send_one(&sending, i); i++) show_progress(&sending);
  client_close(&sending.client);
  if (sending.done == import->chunk_count)
    say(IMPORT_DONE, import->row_count - sending.refused, want.dry_run ? TEXT(IMPORT_TRIED) : TEXT(IMPORT_TAKEN), sending.refused);
  return sending.code;
}

static int run(struct cli *cli, int count, char **words) {
  if (count < 2) {
    complain(IMPORT_NEEDS);
    return CLI_USAGE;
  }
  struct import import = {.table = find_table(words[0]), .arena = &cli->arena};
  if (!import.table) return CLI_USAGE;
  int code = import_read(&import, words[1], count - 2, words + 2);
  if (code == CLI_OK) {
    say(IMPORT_CHECKED, import.row_count, import.chunk_count);
    if (import.chunk_count) code = send_all(cli, &import);
  }
  import_free(&import);
  return code;
}

static const struct command commands[] = {
    {"", "TABLE FILE.csv [field=value ...]", run, options, "导入表格 (表头用中文或字段名; 先查全表, 再分批办理, 可续办)",
     "import a table (heads in Chinese or field names; checked whole, sent in chunks, resumable)",
     "workrelief import workers 务工人员.csv --dry-run\nworkrelief import agreements 协议.csv project_code=2408-140214-04-01-000010\n"
     "workrelief import attendance 考勤7月.csv project_code=2408-140214-04-01-000010\n"},
    {0},
};
const struct noun import_noun = {"import", "导入表格: workers groups agreements attendance trainees catalogue list published",
                                 "import a table of workers, agreements, attendance ...", commands};
