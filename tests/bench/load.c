/* load.c - a client under load: keeps so many calls outstanding for so long, and prints what came of it.
 *
 *   load ENDPOINT OWN.key SERVER.pub attendance OUTSTANDING SECONDS FIRST_DAY REFUSED_IN_HUNDRED
 *   load ENDPOINT OWN.key SERVER.pub batch      OUTSTANDING SECONDS FIRST_DAY ROWS
 *   load ENDPOINT OWN.key SERVER.pub project    OUTSTANDING SECONDS PROJECTS
 *   load ENDPOINT OWN.key SERVER.pub sheet      FIRST_PROJECT TIMES
 *   load workers COUNT                          prints the worker numbers used, one a line
 *
 * Prints "calls_per_second p50_us p99_us ok refused failed next_day". Worker numbers are scattered like real ones (they are hashes of
 * tokens); pgbench computes the same with hash_fnv1a. Each call records another (worker, day), so nothing repeats by chance. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/bus/client.h"
#include "common/crypto/hash.h"
#include "registry.pb-c.h"
#include "workforce.pb-c.h"
#include "payroll.pb-c.h"

/* protobuf-c's strings are char *, those of a benchmark are literals; its INIT macros cast likewise. */
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wdiscarded-qualifiers"

#define WORKERS 10000
#define PROJECT "100001"
#define OUTSTANDING_MAX 4096
#define ROWS_MAX 5000

struct load {
  struct client *client;
  struct arena requests, replies;
  const char *method;
  message *(*next)(struct load *load);
  int64_t sequence; /* of entries recorded, from 0 */
  int32_t first_day;
  long refused_in_hundred, rows, projects;
  int64_t begun_us[OUTSTANDING_MAX]; /* by slot */
  int64_t *latencies;
  size_t count, capacity, ok, refused, failed;
};

static void die(const char *what) {
  fprintf(stderr, "load: %s\n", what);
  exit(70);
}

/* pgbench's hash_fnv1a(i, 0), made positive. */
static int64_t worker_number(int64_t i) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (int k = 0; k < 8; k++, i >>= 8) hash = (hash ^ (uint64_t)(i & 0xff)) * UINT64_C(0x100000001b3);
  return (int64_t)(hash & INT64_MAX);
}

static char *day_text(struct load *load, int64_t sequence) {
  char *text = arena_alloc(&load->requests, CLOCK_DATE_SIZE);
  return text != NULL ? date_format(load->first_day + (int32_t)(sequence / WORKERS), text) : NULL;
}

static message *next_attendance(struct load *load) {
  static Workrelief__RecordAttendanceRequest request;
  int64_t sequence = load->sequence++;
  /* Refused: the entry of a while ago once more, under another request id. Half days, so that it is the table's key that refuses it. */
  if (load->refused_in_hundred > 0 && sequence > WORKERS + 100 && sequence % 100 < load->refused_in_hundred) sequence -= WORKERS + 50;
  workrelief__record_attendance_request__init(&request);
  request.project_code = PROJECT;
  request.worker_number = worker_number(sequence % WORKERS);
  request.work_date = day_text(load, sequence);
  request.day_hundredths = load->refused_in_hundred > 0 ? 50 : 100;
  return &request.base;
}

static message *next_batch(struct load *load) {
  static Workrelief__RecordAttendanceBatchRequest request;
  static Workrelief__AttendanceLine lines[ROWS_MAX], *pointers[ROWS_MAX];
  workrelief__record_attendance_batch_request__init(&request);
  for (long i = 0; i < load->rows; i++, load->sequence++) {
    workrelief__attendance_line__init(pointers[i] = &lines[i]);
    lines[i].worker_number = worker_number(load->sequence % WORKERS);
    lines[i].work_date = day_text(load, load->sequence);
    lines[i].day_hundredths = 100;
  }
  request.project_code = PROJECT;
  request.lines = pointers;
  request.n_lines = (size_t)load->rows;
  return &request.base;
}

static message *next_project(struct load *load) {
  static Workrelief__GetProjectRequest request;
  workrelief__get_project_request__init(&request);
  request.project_code = arena_printf(&load->requests, "%" PRId64, 100001 + worker_number(load->sequence++) % load->projects);
  return &request.base;
}

/* The slot of a call stands in two bytes of its request id, so that a reply finds its begin without a table; the others stay random. */
#define SLOT_AT 9
static void send_one(struct load *load, uint32_t slot) {
  struct client_call call = {.method = load->method};
  size_t length;
  const char *problem = "";
  message *request = load->next(load);
  uint8_t *body = pb_pack(&load->requests, request, &length);
  if (body == NULL) die("out of memory");
  load->begun_us[slot] = clock_monotonic_us();
  uuid7(call.request_id, clock_now_us());
  call.request_id[SLOT_AT] = (uint8_t)(slot >> 8);
  call.request_id[SLOT_AT + 1] = (uint8_t)slot;
  if (!client_send(load->client, &call, body, length, &problem)) die(problem);
  arena_reset(&load->requests);
}

static void note(struct load *load, const struct client_reply *reply, uint32_t slot) {
  if (load->count == load->capacity) {
    load->capacity = load->capacity * 2 + 4096;
    load->latencies = realloc(load->latencies, load->capacity * sizeof *load->latencies);
    if (load->latencies == NULL) die("out of memory");
  }
  load->latencies[load->count++] = clock_monotonic_us() - load->begun_us[slot];
  if (reply->status == STATUS_OK)
    load->ok++;
  else if (status_is_stored(reply->status))
    load->refused++;
  else if (load->failed++ == 0)
    fprintf(stderr, "load: first failure: %s %s %s\n", status_name(reply->status), reply->header != NULL ? reply->header->reason : "",
            reply->header != NULL ? reply->header->message : "");
}

static uint32_t receive_one(struct load *load) {
  struct client_reply reply;
  if (!client_receive(load->client, &load->replies, 30000, &reply) || reply.header == NULL || reply.header->request_id.len != 16)
    die("no reply for 30 s");
  const uint8_t *id = reply.header->request_id.data;
  uint32_t slot = (uint32_t)id[SLOT_AT] << 8 | id[SLOT_AT + 1];
  if (slot >= OUTSTANDING_MAX) die("a reply to nothing we sent");
  note(load, &reply, slot);
  arena_reset(&load->replies);
  return slot;
}

static int by_value(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

static void run(struct load *load, uint32_t outstanding, double seconds) {
  int64_t begun = clock_monotonic_us(), end = begun + (int64_t)(seconds * 1e6);
  for (uint32_t slot = 0; slot < outstanding; slot++) send_one(load, slot);
  while (clock_monotonic_us() < end) send_one(load, receive_one(load));
  size_t counted = load->count;
  double elapsed = (double)(clock_monotonic_us() - begun) / 1e6;
  for (uint32_t slot = 0; slot < outstanding; slot++) receive_one(load);
  qsort(load->latencies, counted, sizeof *load->latencies, by_value);
  printf("%.1f %" PRId64 " %" PRId64 " %zu %zu %zu %" PRId64 "\n", (double)counted / elapsed, counted ? load->latencies[counted / 2] : 0,
         counted ? load->latencies[counted * 99 / 100] : 0, load->ok, load->refused, load->failed, load->first_day + load->sequence / WORKERS + 1);
}

/* One sheet after another, each of another project; prints the seconds of each. */
static void run_sheets(struct load *load, long first, long times) {
  for (long i = first; i < first + times; i++) {
    Workrelief__DrawWageSheetRequest request = WORKRELIEF__DRAW_WAGE_SHEET_REQUEST__INIT;
    struct client_call call = {.method = "payroll.DrawWageSheet"};
    struct client_reply reply;
    message *answer;
    request.project_code = arena_printf(&load->requests, "%ld", i);
    request.month = "2026-03";
    int64_t begun = clock_monotonic_us();
    client_ask(load->client, &load->replies, &call, &request.base, &workrelief__sheet__descriptor, &reply, &answer);
    double seconds = (double)(clock_monotonic_us() - begun) / 1e6;
    if (reply.status != STATUS_OK) die(reply.header != NULL ? reply.header->message : "no reply");
    printf("%.6f\n", seconds);
  }
}

static const struct {
  const char *name, *method;
  message *(*next)(struct load *load);
} modes[] = {
    {"attendance", "workforce.RecordAttendance", next_attendance},
    {"batch", "workforce.RecordAttendanceBatch", next_batch},
    {"project", "registry.GetProject", next_project},
};

static long number(const char *text, long lowest, long highest) {
  int64_t value = 0;
  if (!parse_int64(text, lowest, highest, &value)) die("a number is missing or out of range");
  return (long)value;
}

static void open_client(struct load *load, char **argv) {
  struct key own, server;
  const char *problem = "";
  if (!key_load(argv[2], &own, &problem) || !key_load(argv[3], &server, &problem)) die(problem);
  load->client = client_open(NULL, argv[1], &own, server.public_key, &problem);
  if (load->client == NULL) die(problem);
}

int main(int argc, char **argv) {
  static struct load load;
  arena_init(&load.requests, 64u << 20);
  arena_init(&load.replies, 64u << 20);
  if (argc == 3 && strcmp(argv[1], "workers") == 0) {
    for (long i = 0, count = number(argv[2], 1, 10000000); i < count; i++) printf("%" PRId64 "\n", worker_number(i));
    return 0;
  }
  if (argc < 7 || !hash_open()) die("see the head of tests/bench/load.c");
  open_client(&load, argv);
  if (strcmp(argv[4], "sheet") == 0) run_sheets(&load, number(argv[5], 1, 1000000), number(argv[6], 1, 1000));
  for (size_t i = 0; i < ARRAY_LENGTH(modes) && argc >= 8; i++) {
    if (strcmp(argv[4], modes[i].name) != 0) continue;
    load.method = modes[i].method;
    load.next = modes[i].next;
    load.first_day = (int32_t)number(argv[7], 1, 1000000);
    load.projects = load.first_day;
    load.rows = load.refused_in_hundred = argc > 8 ? number(argv[8], 0, ROWS_MAX) : 0;
    run(&load, (uint32_t)number(argv[5], 1, OUTSTANDING_MAX), strtod(argv[6], NULL));
  }
  client_close(&load.client);
  free(load.latencies);
  return load.failed > 0 ? 1 : 0;
}
