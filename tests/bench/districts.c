/* districts.c - the districts of a nation, each with keys of its own, as their gateways speak: a signed report over an encrypted connection.
 *
 *   districts make DIR COUNT UNITS QUARTER RECEIVER   keys and signed reports in DIR; prints "unit node public sign_public" a district
 *   districts send ENDPOINT SERVER.pub DIR COUNT THREADS
 *
 * A district's report holds a line of each of its UNITS units, with their origin, and the totals of them; it fits one part. Signing is the
 * children's work, so it is done by make. send opens a connection for each district, delivers, and reads the receipt; it prints
 * "reports_per_second p50_us p99_us ok failed". */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/bus/client.h"
#include "common/crypto/hash.h"
#include "common/crypto/sign.h"
#include "gateway.pb-c.h"

/* protobuf-c's strings are char *, those of a benchmark are literals; its INIT macros cast likewise. */
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wdiscarded-qualifiers"

#define UNITS_MOST 200
#define THREADS_MOST 256
#define DISTRICTS_MOST 10000
#define PEOPLE 4 /* of a unit */

static void die(const char *what) {
  fprintf(stderr, "districts: %s\n", what);
  exit(70);
}

static long number(const char *text, long highest) {
  int64_t value = 0;
  if (!parse_int64(text, 1, highest, &value)) die("a number is missing or out of range");
  return (long)value;
}

/* --- make ------------------------------------------------------------------------------------------------------------------------- */

static void fill_line(struct arena *arena, Workrelief__ReportLine *line, const char *unit_id, long district, long unit, const char *quarter) {
  workrelief__report_line__init(line);
  line->line_number = (int32_t)unit + 1;
  line->project_code = arena_printf(arena, "2601-%06ld-04-01-%05ld0", district, unit + 10000);
  line->project_name = arena_printf(arena, "第%ld县第%ld号以工代赈道路工程", district, unit);
  line->field = WORKRELIEF__FIELD_OF_WORK__VALUE__TRANSPORT;
  line->track = WORKRELIEF__TRACK__VALUE__SPECIAL_FUND;
  line->project_state = WORKRELIEF__PROJECT_STATE__VALUE__COMPLETED;
  line->is_counted = true;
  line->total_investment_known_case = WORKRELIEF__REPORT_LINE__TOTAL_INVESTMENT_KNOWN_TOTAL_INVESTMENT_FEN;
  line->total_investment_fen = 400000000;
  line->absorbed_count = line->cumulative_absorbed_count = line->local_count = PEOPLE;
  line->day_hundredths = line->cumulative_day_hundredths = PEOPLE * 3000;
  line->due_fen = line->paid_fen = line->cumulative_due_fen = line->cumulative_paid_fen = PEOPLE * 600000;
  line->origin_unit_id = arena_printf(arena, "%s-u%02ld", unit_id, unit);
  line->origin_unit_name = arena_printf(arena, "第%ld县第%ld局", district, unit);
  line->origin_path = arena_printf(arena, "%s/%s", unit_id, line->origin_unit_id);
  line->origin_report_code = arena_printf(arena, "%s-%s-1", line->origin_unit_id, quarter);
}

static void fill_total(Workrelief__Total *total, Workrelief__TotalKind__Value kind, const char *key, int64_t units) {
  workrelief__total__init(total);
  total->total_kind = kind;
  total->total_key = (char *)key;
  total->project_count = total->started_count = (int32_t)units;
  total->total_investment_known_case = WORKRELIEF__TOTAL__TOTAL_INVESTMENT_KNOWN_TOTAL_INVESTMENT_FEN;
  total->total_investment_fen = units * 400000000;
  total->fiscal_unknown_count = total->central_unknown_count = total->planned_pay_unknown_count = (int32_t)units;
  total->absorbed_count = total->local_count = total->cumulative_absorbed_count = (int32_t)units * PEOPLE;
  total->day_hundredths = total->cumulative_day_hundredths = units * PEOPLE * 3000;
  total->due_fen = total->paid_fen = total->cumulative_due_fen = total->cumulative_paid_fen = units * PEOPLE * 600000;
}

static void digest_lines(struct arena *arena, const Workrelief__ReportContent *content, uint8_t digest[SM3_SIZE]) {
  struct hash_part *parts = arena_array(arena, content->n_lines, sizeof *parts);
  for (size_t i = 0; parts && i < content->n_lines; i++) parts[i].bytes = pb_pack(arena, &content->lines[i]->base, &parts[i].length);
  if (!parts) die("out of memory");
  sm3(parts, content->n_lines, digest);
}

static void write_file(const char *path, const void *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(bytes, 1, length, file) != length || fclose(file)) die(path);
}

static void sign_and_write(struct arena *arena, const char *path, const struct sign_key *key, const message *content) {
  uint8_t signature[SIGN_SIGNATURE_MAX], key_id[SIGN_KEY_ID_SIZE];
  Workrelief__Signed content_signed = WORKRELIEF__SIGNED__INIT;
  Workrelief__DeliverRequest request = WORKRELIEF__DELIVER_REQUEST__INIT;
  size_t length;
  content_signed.content.data = pb_pack(arena, content, &content_signed.content.len);
  content_signed.content_type = "ReportContent";
  content_signed.algorithm = "SM2-SM3";
  if (!content_signed.content.data || !sign_bytes(key, content_signed.content_type, content_signed.content.data, content_signed.content.len,
                                                  signature, &content_signed.signature.len))
    die("cannot sign");
  content_signed.signature.data = signature;
  sign_key_id(key, key_id);
  content_signed.key_id = (ProtobufCBinaryData){sizeof key_id, key_id};
  request.signed_ = &content_signed;
  const uint8_t *bytes = pb_pack(arena, &request.base, &length);
  if (!bytes) die("out of memory");
  write_file(path, bytes, length);
}

static void make_one(struct arena *arena, const char *directory, long district, long units, const char *quarter, const char *receiver) {
  static Workrelief__ReportLine lines[UNITS_MOST], *line_pointers[UNITS_MOST];
  Workrelief__Total totals[2], *total_pointers[2] = {&totals[0], &totals[1]};
  Workrelief__LevelCounts counts = WORKRELIEF__LEVEL_COUNTS__INIT;
  Workrelief__ReportContent content = WORKRELIEF__REPORT_CONTENT__INIT;
  uint8_t digest[SM3_SIZE], point[SIGN_PUBLIC_SIZE];
  char hex[2 * SIGN_PUBLIC_SIZE + 1];
  const char *problem = "", *unit_id = arena_printf(arena, "d%05ld", district), *node = arena_printf(arena, "d%05ld-fgj", district);
  struct identity identity = {.kind = KEY_GATEWAY, .duty = WORKRELIEF__DUTY__VALUE__CHECKER};
  struct key own;
  snprintf(identity.principal, sizeof identity.principal, "%s", node);
  snprintf(identity.unit_id, sizeof identity.unit_id, "%s", node);
  const char *key_path = arena_printf(arena, "%s/%s.key", directory, node), *sign_path = arena_printf(arena, "%s/%s.sign", directory, node);
  if (!key_generate(directory, &identity, &problem) || !key_load(key_path, &own, &problem) || !sign_key_generate(sign_path, &problem)) die(problem);
  struct sign_key *key = sign_key_open(sign_path, &problem);
  if (!key) die(problem);
  sign_key_public(key, point);
  hex_encode(point, sizeof point, hex);
  printf("%s %s %s %s\n", unit_id, node, own.public_key, hex);
  for (long unit = 0; unit < units; unit++) fill_line(arena, line_pointers[unit] = &lines[unit], unit_id, district, unit, quarter);
  fill_total(&totals[0], WORKRELIEF__TOTAL_KIND__VALUE__ALL, "", units);
  fill_total(&totals[1], WORKRELIEF__TOTAL_KIND__VALUE__FIELD, "TRANSPORT", units);
  counts.expected_count = counts.accepted_count = (int32_t)units;
  content.content_version = content.revision = content.part_number = content.part_count = content.consolidation_number = 1;
  content.sender_unit_id = (char *)node;
  content.receiver_unit_id = (char *)receiver;
  content.method = "gateway.Deliver";
  content.report_code = arena_printf(arena, "%s-%s-1", unit_id, quarter);
  content.unit_id = (char *)unit_id;
  content.quarter = (char *)quarter;
  content.line_count = (int32_t)units;
  content.lines = line_pointers;
  content.n_lines = (size_t)units;
  content.totals = total_pointers;
  content.n_totals = ARRAY_LENGTH(totals);
  content.level_counts = &counts;
  digest_lines(arena, &content, digest);
  content.line_digest = (ProtobufCBinaryData){sizeof digest, digest};
  sign_and_write(arena, arena_printf(arena, "%s/%s.report", directory, node), key, &content.base);
  sign_key_close(&key);
}

/* --- send ------------------------------------------------------------------------------------------------------------------------- */

struct sending {
  const char *endpoint, *directory;
  struct key server;
  long count;
  atomic_long next, ok, failed;
  int64_t latencies[DISTRICTS_MOST];
};

static size_t read_file(const char *path, uint8_t *bytes, size_t most) {
  FILE *file = fopen(path, "rb");
  size_t length = file ? fread(bytes, 1, most, file) : 0;
  if (!file || !length || length == most) die(path);
  fclose(file);
  return length;
}

static void deliver(struct sending *sending, void *context, struct arena *arena, long district) {
  static _Thread_local uint8_t bytes[900000];
  char path[512];
  struct key own;
  const char *problem = "";
  struct client_call call = {.method = "gateway.Deliver", .timeout_ms = 60000, .connect_ms = 30000};
  struct client_reply reply;
  snprintf(path, sizeof path, "%s/d%05ld-fgj.report", sending->directory, district);
  size_t length = read_file(path, bytes, sizeof bytes);
  snprintf(path, sizeof path, "%s/d%05ld-fgj.key", sending->directory, district);
  if (!key_load(path, &own, &problem)) die(problem);
  int64_t begun = clock_monotonic_us();
  struct client *client = client_open(context, sending->endpoint, &own, sending->server.public_key, &problem);
  if (!client) die(problem);
  client_call(client, arena, &call, bytes, length, &reply);
  sending->latencies[district] = clock_monotonic_us() - begun;
  if (reply.status == STATUS_OK)
    atomic_fetch_add(&sending->ok, 1);
  else if (atomic_fetch_add(&sending->failed, 1) == 0)
    fprintf(stderr, "districts: first failure: %s %s\n", status_name(reply.status), reply.header ? reply.header->reason : "no answer");
  client_close(&client);
  arena_reset(arena);
}

static void *send_main(void *argument) {
  struct sending *sending = argument;
  struct arena arena;
  void *context = zmq_ctx_new();
  if (!context) die("no context");
  arena_init(&arena, 16u << 20);
  for (long district; (district = atomic_fetch_add(&sending->next, 1)) < sending->count;) deliver(sending, context, &arena, district);
  arena_reset(&arena);
  zmq_ctx_term(context);
  return NULL;
}

static int by_value(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

static int send_all(char **argv) {
  static struct sending sending;
  pthread_t threads[THREADS_MOST];
  const char *problem = "";
  sending.endpoint = argv[2];
  sending.directory = argv[4];
  sending.count = number(argv[5], DISTRICTS_MOST);
  long thread_count = number(argv[6], THREADS_MOST);
  if (!key_load(argv[3], &sending.server, &problem)) die(problem);
  int64_t begun = clock_monotonic_us();
  for (long i = 0; i < thread_count; i++)
    if (pthread_create(&threads[i], NULL, send_main, &sending)) die("no thread");
  for (long i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
  double seconds = (double)(clock_monotonic_us() - begun) / 1e6;
  qsort(sending.latencies, (size_t)sending.count, sizeof sending.latencies[0], by_value);
  printf("%.1f %" PRId64 " %" PRId64 " %ld %ld\n", (double)sending.count / seconds, sending.latencies[sending.count / 2],
         sending.latencies[sending.count * 99 / 100], atomic_load(&sending.ok), atomic_load(&sending.failed));
  return atomic_load(&sending.failed) ? 1 : 0;
}

int main(int argc, char **argv) {
  if (argc != 7 || !hash_open()) die("see the head of tests/bench/districts.c");
  if (strcmp(argv[1], "send") == 0) return send_all(argv);
  struct arena arena;
  arena_init(&arena, 64u << 20);
  long count = number(argv[3], DISTRICTS_MOST), units = number(argv[4], UNITS_MOST);
  for (long district = 0; district < count; district++, arena_reset(&arena)) make_one(&arena, argv[2], district, units, argv[5], argv[6]);
  return 0;
}
