/* direct.c - the peers that pgbench and psql cannot play: plain libpq at its best.
 *
 *   direct copy    CONNINFO TABLE SECONDS FIRST_DAY ROWS   binary COPY of the entries of load.c in transactions of ROWS: rows per second
 *   direct latency CONNINFO SECONDS PROJECTS FILE.sql      one prepared statement ($1 = project code) after another: median in us */
#include <endian.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/attribute.h"
#include "common/base/clock.h"

#define WORKERS 10000
#define PROJECT "100001"
#define SAMPLES_MAX 1000000

static void die(const char *what) {
  fprintf(stderr, "direct: %s\n", what);
  exit(70);
}

static int64_t worker_number(int64_t i) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (int k = 0; k < 8; k++, i >>= 8) hash = (hash ^ (uint64_t)(i & 0xff)) * UINT64_C(0x100000001b3);
  return (int64_t)(hash & INT64_MAX);
}

static void execute(PGconn *connection, const char *sql, ExecStatusType expected) {
  PGresult *result = PQexec(connection, sql);
  if (PQresultStatus(result) != expected) die(PQerrorMessage(connection));
  PQclear(result);
}

static char *put(char *to, uint32_t length, const void *bytes) {
  uint32_t wire = htobe32(length);
  memcpy(to, &wire, sizeof wire);
  memcpy(to + sizeof wire, bytes, length);
  return to + sizeof wire + length;
}

/* worker_number int8, work_date date, day_hundredths int2, project_code text: the columns of the table in their order. */
static size_t make_row(char *row, int64_t sequence, int32_t first_day) {
  uint16_t fields = htobe16(4), part = htobe16(100);
  uint64_t worker = htobe64((uint64_t)worker_number(sequence % WORKERS));
  uint32_t day = htobe32((uint32_t)(first_day + sequence / WORKERS - 10957));
  memcpy(row, &fields, sizeof fields);
  char *to = put(row + sizeof fields, sizeof worker, &worker);
  to = put(to, sizeof day, &day);
  to = put(to, sizeof part, &part);
  return (size_t)(put(to, sizeof PROJECT - 1, PROJECT) - row);
}

static void copy_some(PGconn *connection, const char *sql, long rows, int64_t *sequence, int32_t first_day) {
  static const char head[19] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0", tail[2] = "\377\377";
  char row[128];
  execute(connection, "BEGIN", PGRES_COMMAND_OK);
  execute(connection, sql, PGRES_COPY_IN);
  int fine = PQputCopyData(connection, head, sizeof head);
  for (long i = 0; i < rows; i++) fine &= PQputCopyData(connection, row, (int)make_row(row, (*sequence)++, first_day));
  fine &= PQputCopyData(connection, tail, sizeof tail) & PQputCopyEnd(connection, NULL);
  PGresult *result = PQgetResult(connection);
  if (fine != 1 || PQresultStatus(result) != PGRES_COMMAND_OK) die(PQerrorMessage(connection));
  PQclear(result);
  PQclear(PQgetResult(connection));
  execute(connection, "COMMIT", PGRES_COMMAND_OK);
}

static void run_copy(PGconn *connection, const char *table, double seconds, int32_t first_day, long rows) {
  char sql[200];
  snprintf(sql, sizeof sql, "COPY %s (worker_number, work_date, day_hundredths, project_code) FROM STDIN WITH (FORMAT binary)", table);
  int64_t begun = clock_monotonic_us(), sequence = 0;
  while (clock_monotonic_us() - begun < (int64_t)(seconds * 1e6)) copy_some(connection, sql, rows, &sequence, first_day);
  printf("%.1f %" PRId64 "\n", (double)sequence / ((double)(clock_monotonic_us() - begun) / 1e6), first_day + sequence / WORKERS + 1);
}

static int by_value(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

static void run_latency(PGconn *connection, double seconds, long projects, const char *path) {
  static char sql[100000];
  static int64_t samples[SAMPLES_MAX];
  FILE *file = fopen(path, "r");
  size_t length = file != NULL ? fread(sql, 1, sizeof sql - 1, file) : 0;
  if (length == 0) die("no statement");
  fclose(file);
  PGresult *prepared = PQprepare(connection, "it", sql, 0, NULL);
  if (PQresultStatus(prepared) != PGRES_COMMAND_OK) die(PQerrorMessage(connection));
  PQclear(prepared);
  size_t count = 0;
  for (int64_t begun = clock_monotonic_us(); clock_monotonic_us() - begun < (int64_t)(seconds * 1e6) && count < SAMPLES_MAX;) {
    char code[24];
    snprintf(code, sizeof code, "%" PRId64, 100001 + worker_number((int64_t)count) % projects);
    const char *const values[] = {code};
    int64_t sent = clock_monotonic_us();
    PGresult *result = PQexecPrepared(connection, "it", 1, values, NULL, NULL, 1);
    samples[count++] = clock_monotonic_us() - sent;
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1) die("not one row");
    PQclear(result);
  }
  qsort(samples, count, sizeof *samples, by_value);
  printf("%" PRId64 "\n", samples[count / 2]);
}

int main(int argc, char **argv) {
  if (argc < 6) die("see the head of tests/bench/direct.c");
  PGconn *connection = PQconnectdb(argv[2]);
  if (PQstatus(connection) != CONNECTION_OK) die(PQerrorMessage(connection));
  if (strcmp(argv[1], "copy") == 0 && argc == 7)
    run_copy(connection, argv[3], strtod(argv[4], NULL), (int32_t)strtol(argv[5], NULL, 10), strtol(argv[6], NULL, 10));
  else if (strcmp(argv[1], "latency") == 0)
    run_latency(connection, strtod(argv[3], NULL), strtol(argv[4], NULL, 10), argv[5]);
  else
    die("see the head of tests/bench/direct.c");
  PQfinish(connection);
  return 0;
}
