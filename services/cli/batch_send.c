/* batch_send.c - a batch on its way: several chunks at once, each under an id that follows from its content, so that a second run
 * resumes and doubles nothing. */
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admin.pb-c.h"
#include "common/base/clock.h"
#include "common/crypto/hash.h"
#include "common/pb/table.h"
#include "services/cli/batch.h"
#include "services/cli/node.h"
#include "services/cli/outcome.h"

#define WINDOW 8       /* chunks on the way: the service reads one while it writes another */
#define TRIES 6        /* of one chunk whose outcome is open */
#define OLD_ANSWERS 50 /* refusals of earlier runs to step over */
#define CHUNK_MEMORY ((size_t)64 << 20)

struct slot {
  bool busy;
  size_t chunk;
  int attempt, tries;
  uint8_t request_id[16];
};

/* What one run does and has done. */
struct sending {
  struct cli *cli;
  struct batch *batch;
  struct client *client;
  bool dry_run;
  int64_t epoch, seq; /* the service's journal as this run began; 0, 0 = not known */
  struct slot slots[WINDOW];
  size_t next, done, rows_done;
  bool stopped;
  int code;
  int64_t began_us, shown_us;
};

static void make_request_id(const struct sending *sending, struct slot *slot) {
  const struct chunk *chunk = &sending->batch->chunks[slot->chunk];
  uint8_t digest[SM3_SIZE], numbers[8];
  for (int i = 0; i < 4; i++) {
    numbers[i] = (uint8_t)(slot->chunk >> (24 - 8 * i));
    numbers[4 + i] = (uint8_t)((unsigned)slot->attempt >> (24 - 8 * i));
  }
  const char *method = sending->batch->name;
  sm3((struct hash_part[]){{method, strlen(method) + 1}, {numbers, sizeof(numbers)}, {chunk->body, chunk->length}}, 3, digest);
  memcpy(slot->request_id, digest, 16);
  slot->request_id[6] = (uint8_t)(0x80 | (slot->request_id[6] & 0x0f)); /* RFC 9562 version 8: made from content */
  slot->request_id[8] = (uint8_t)(0x80 | (slot->request_id[8] & 0x3f));
}

static void pause_before(int try) {
  struct timespec pause = {try, 0};
  if (try) nanosleep(&pause, NULL);
}

/* --- what is shown --------------------------------------------------------------------------------------------------------------- */

static void show_progress(struct sending *sending) {
  int64_t now = clock_monotonic_us();
  bool last = sending->done == sending->batch->chunk_count;
  if ((!isatty(STDERR_FILENO) && !outcome_wanted) || (!last && now - sending->shown_us < 100000)) return;
  sending->shown_us = now;
  size_t total = sending->batch->row_count, rows = sending->rows_done;
  outcome_progress(rows, total);
  if (!isatty(STDERR_FILENO)) return;
  int filled = total ? (int)(rows * 30 / total) : 30;
  double seconds = (double)(now - sending->began_us) / 1e6, rate = seconds > 0 ? (double)rows / seconds : 0;
  fprintf(stderr, "\r[%.*s%.*s] ", filled, "##############################", 30 - filled, "..............................");
  fprintf(stderr, TEXT(IMPORT_PROGRESS), rows, total, rate, rate > 0 ? (double)(total - rows) / rate : 0.0);
  if (last) fputc('\n', stderr);
}

/* "lines[12].work_date" -> the place of that row; NULL when the path names no row. */
static const struct place *place_of(const struct batch *batch, const struct chunk *chunk, const char *path, const char **rest) {
  *rest = path;
  if (!batch->rows) return chunk->count ? &batch->places[chunk->first] : NULL;
  size_t length = strlen(batch->rows->name), index = 0;
  if (strncmp(path, batch->rows->name, length) != 0 || path[length] != '[') return NULL;
  const char *next = path + length + 1;
  for (; *next >= '0' && *next <= '9' && index < chunk->count; next++) index = index * 10 + (size_t)(*next - '0');
  if (*next != ']' || index >= chunk->count) return NULL;
  *rest = next[1] == '.' ? next + 2 : next + 1;
  return &batch->places[chunk->first + index];
}

static void show_refusal(const struct batch *batch, const struct chunk *chunk, const struct client_reply *reply) {
  const Workrelief__ReplyHeader *header = reply->header;
  const struct place *first = chunk->count ? &batch->places[chunk->first] : &(struct place){"", 0};
  char room[SENTENCE_SIZE];
  complain(IMPORT_CHUNK_REFUSED, first->sheet, *first->sheet ? "!" : "", first->row,
           chunk->count ? batch->places[chunk->first + chunk->count - 1].row : first->row, status_name(reply->status),
           header ? header->reason : "NO_ANSWER", header ? say_told(header->message, room, sizeof room) : "");
  if (!header || !header->n_problems)
    outcome_fault(&(struct outcome_fault){
        .sheet = first->sheet, .row = first->row, .why = header ? header->message : TEXT(NO_ANSWER), .rule = header ? header->reason : "NO_ANSWER"});
  for (size_t i = 0; header && i < header->n_problems; i++) {
    const Workrelief__Problem *problem = header->problems[i];
    const char *rest, *const told = say_told(problem->message, room, sizeof room);
    const struct place *place = place_of(batch, chunk, problem->path, &rest);
    if (!place) place = first;
    outcome_fault(&(struct outcome_fault){
        .sheet = place->sheet, .row = place->row, .head = table_field_head(rest), .why = told, .rule = problem->reason, .basis = problem->basis});
    place = place_of(batch, chunk, problem->path, &rest);
    if (place)
      fprintf(stderr, TEXT(IMPORT_BAD_LINE), place->sheet, *place->sheet ? "!" : "", place->row, rest, header->problems[i]->reason, told);
    else
      fprintf(stderr, "  %s  %s  %s\n", header->problems[i]->path, header->problems[i]->reason, told);
  }
}

/* --- one chunk ------------------------------------------------------------------------------------------------------------------- */

static bool is_open(const struct client_reply *reply) { return !reply->header || status_is_retryable(reply->status); }

/* A refusal that the journal held before this run: what caused it may have been mended since. */
static bool is_old_refusal(const struct sending *sending, const struct client_reply *reply) {
  return reply->status != STATUS_OK && reply->header && reply->header->journal_seq && reply->header->journal_epoch == sending->epoch &&
         reply->header->journal_seq <= sending->seq;
}

/* Outcome unknown, or nothing left the house: the run ends here, and the same command goes on another time. */
static void stop(struct sending *sending, const struct slot *slot, const struct client_reply *reply) {
  if (isatty(STDERR_FILENO)) fputc('\n', stderr);
  show_refusal(sending->batch, &sending->batch->chunks[slot->chunk], reply);
  sending->code = exit_code_of(reply);
  sending->stopped = true;
}

static void settle(struct sending *sending, struct slot *slot, struct arena *arena, const struct client_reply *reply) {
  const struct chunk *chunk = &sending->batch->chunks[slot->chunk];
  slot->busy = false;
  sending->done++;
  sending->rows_done += chunk->count;
  if (reply->status == STATUS_OK) {
    message *answer = sending->batch->answered ? pb_unpack(arena, sending->batch->method.output, reply->body, reply->body_length) : NULL;
    if (answer) sending->batch->answered(sending->batch->context, sending->batch, chunk, answer);
    return;
  }
  if (isatty(STDERR_FILENO)) fputc('\n', stderr);
  show_refusal(sending->batch, chunk, reply);
  sending->code = exit_code_of(reply);
  sending->batch->refused += chunk->count;
  if (sending->code == CLI_NOT_ALLOWED) sending->stopped = true; /* nor is anything behind it */
}

static bool send_slot(struct sending *sending, struct slot *slot) {
  const struct chunk *chunk = &sending->batch->chunks[slot->chunk];
  struct client_call call = {.dry_run = sending->dry_run};
  const char *problem = NULL;
  cli_prepare(sending->cli, &call, sending->batch->name);
  make_request_id(sending, slot);
  memcpy(call.request_id, slot->request_id, sizeof(call.request_id));
  return client_send(sending->client, &call, chunk->body, chunk->length, &problem);
}

static void again(struct sending *sending, struct slot *slot, const struct client_reply *reply) {
  for (;;) {
    if (++slot->tries >= TRIES) return stop(sending, slot, reply);
    pause_before(slot->tries);
    if (send_slot(sending, slot)) return;
  }
}

static struct slot *slot_of(struct sending *sending, const struct client_reply *reply) {
  for (size_t i = 0; reply->header && reply->header->request_id.len == 16 && i < WINDOW; i++)
    if (sending->slots[i].busy && memcmp(sending->slots[i].request_id, reply->header->request_id.data, 16) == 0) return &sending->slots[i];
  return NULL;
}

static void receive(struct sending *sending) {
  static const struct client_reply silence = {.status = STATUS_UNAVAILABLE};
  struct arena arena;
  struct client_reply reply;
  arena_init(&arena, CHUNK_MEMORY);
  bool got = client_receive(sending->client, &arena, sending->cli->timeout_ms + 1000, &reply);
  struct slot *slot = got ? slot_of(sending, &reply) : NULL;
  for (size_t i = 0; !got && i < WINDOW && !sending->stopped; i++)
    if (sending->slots[i].busy) again(sending, &sending->slots[i], &silence);
  if (slot && is_old_refusal(sending, &reply) && slot->attempt < OLD_ANSWERS) {
    slot->attempt++;
    if (!send_slot(sending, slot)) again(sending, slot, &silence);
  } else if (slot && is_open(&reply)) {
    again(sending, slot, &reply);
  } else if (slot) {
    settle(sending, slot, &arena, &reply);
  }
  arena_reset(&arena);
}

/* --- all of them ----------------------------------------------------------------------------------------------------------------- */

static bool fill_window(struct sending *sending) {
  bool busy = false;
  for (size_t i = 0; i < WINDOW && !sending->stopped; i++) {
    struct slot *slot = &sending->slots[i];
    if (!slot->busy && sending->next < sending->batch->chunk_count) {
      *slot = (struct slot){.busy = true, .chunk = sending->next++};
      if (!send_slot(sending, slot)) {
        struct client_reply refused;
        struct arena arena;
        const struct chunk *chunk = &sending->batch->chunks[slot->chunk];
        struct client_call call = {.dry_run = sending->dry_run};
        arena_init(&arena, CHUNK_MEMORY);
        cli_prepare(sending->cli, &call, sending->batch->name);
        memcpy(call.request_id, slot->request_id, sizeof(call.request_id));
        client_call(sending->client, &arena, &call, chunk->body, chunk->length, &refused); /* says why it cannot be sent, or sends it */
        if (is_open(&refused))
          stop(sending, slot, &refused);
        else
          settle(sending, slot, &arena, &refused);
        arena_reset(&arena);
      }
    }
    busy = busy || slot->busy;
  }
  return busy;
}

int batch_send(struct cli *cli, struct batch *batch, bool dry_run) {
  struct sending sending = {.cli = cli, .batch = batch, .dry_run = dry_run, .began_us = clock_monotonic_us()};
  int code = CLI_OK;
  batch->refused = 0;
  if (!batch->chunk_count) return CLI_OK;
  if (!cli->endpoint && !cli->as) {
    const Workrelief__HealthReply *health = node_health(cli, batch->method.service, 3000);
    if (health) sending.epoch = health->epoch, sending.seq = health->last_seq;
  }
  sending.client = cli_connect(cli, batch->method.service, &code);
  if (!sending.client) return code;
  while (fill_window(&sending) && !sending.stopped) {
    receive(&sending);
    show_progress(&sending);
  }
  client_close(&sending.client);
  if (sending.stopped) complain(IMPORT_STOPPED, sending.done, batch->chunk_count);
  return sending.code;
}
