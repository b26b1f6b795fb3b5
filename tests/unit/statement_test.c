/* statement_test.c - statements against a real database: boot checks, parameters, rows, refusals, pages, events, migrations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/crypto/hash.h"
#include "common/db/database.h"
#include "common/db/migrate.h"
#include "tests/lib/cluster.h"
#include "tests/sample.pb-c.h"

/* protobuf-c's strings are char *, those of a test are literals; its INIT macros cast likewise. */
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wdiscarded-qualifiers"

/* In place of the list of the real contract. */
extern const message_type *const all_messages[];
extern const size_t all_messages_count;
const message_type *const all_messages[] = {&sample__entry__descriptor,          &sample__period__descriptor,
                                            &sample__sample_changed__descriptor, &sample__sample_reply__descriptor,
                                            &sample__sample_request__descriptor, &sample__sample_row__descriptor};
const size_t all_messages_count = ARRAY_LENGTH(all_messages);

static struct cluster cluster;
static PGconn *connection;
static struct arena arena;
static struct statements *kept[101]; /* statements live as long as the process */
static const struct call_values values = {.now_us = INT64_C(1774900800123456),
                                          .principal = "clerk",
                                          .unit_id = "140214-jtj",
                                          .sees_all = false,
                                          .sees_people = true,
                                          .request_id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

static int set_up(void **state) {
  (void)state;
  const char *problem;
  arena_init(&arena, 64u << 20);
  if (!hash_open() || cluster_start(&cluster, "-c fsync=off") != 0) return -1;
  connection = database_connect(cluster.conninfo, "sample", "statement_test", &problem);
  return connection != NULL && database_execute(connection,
                                                "CREATE SCHEMA sample; CREATE TABLE entry (worker_number int8, work_date date, "
                                                "day_hundredths int4 CHECK (day_hundredths <= 100), entry_note text, colour text, central_fen int8, "
                                                "PRIMARY KEY (worker_number, work_date))",
                                                &problem)
             ? 0
             : -1;
}

static int tear_down(void **state) {
  (void)state;
  PQfinish(connection);
  cluster_stop(&cluster);
  arena_reset(&arena);
  return 0;
}

/* One statement, prepared and checked; NULL and the complaint otherwise. */
static const struct statement *prepare_with_event(const char *text, const message_type *event, const char **problem) {
  static char names[100][16];
  static int number;
  char *const name = names[number++ % 100];
  snprintf(name, sizeof names[0], "Statement%d", number % 1000);
  const struct sql_text texts[] = {{name, text}};
  struct statements *statements = kept[number % 100] = statements_parse(texts, 1, problem);
  if (statements == NULL || (event != NULL && !statement_set_event(statements, name, event, problem)) ||
      !statements_prepare(statements, connection, true, problem))
    return NULL;
  *problem = "";
  return statements_find(statements, name);
}

static const struct statement *prepare(const char *text) {
  const char *problem;
  const struct statement *statement = prepare_with_event(text, NULL, &problem);
  if (statement == NULL) fail_msg("%s", problem);
  return statement;
}

static void assert_refused_at_boot(const char *text, const char *expected) {
  const char *problem;
  assert_null(prepare_with_event(text, NULL, &problem));
  if (strstr(problem, expected) == NULL) fail_msg("expected \"%s\" in \"%s\"", expected, problem);
}

static enum fill_outcome run(const struct statement *statement, const void *request, struct filled *filled, const char **sqlstate) {
  static char state[6];
  assert_true(statement_send(statement, connection, &arena, request, &values));
  PGresult *result = PQgetResult(connection);
  while (true) {
    PGresult *end = PQgetResult(connection);
    if (end == NULL) break;
    PQclear(end);
  }
  snprintf(state, sizeof state, "%s", PQresultErrorField(result, PG_DIAG_SQLSTATE) ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : "");
  if (sqlstate != NULL)
    *sqlstate = state;
  else if (*state != '\0')
    fail_msg("%s: %s", state, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
  enum fill_outcome outcome = *state == '\0' ? statement_fill(statement, result, &arena, request, filled) : FILL_FAILED;
  if (outcome == FILL_OK && !statement_fits(statement, result, filled)) outcome = FILL_FAILED; /* as the dispatcher does */
  PQclear(result);
  return outcome;
}

static Sample__SampleRow *run_row(const char *text, const Sample__SampleRequest *request) {
  struct filled filled;
  assert_int_equal(run(prepare(text), request, &filled, NULL), FILL_OK);
  return (Sample__SampleRow *)filled.reply;
}

/* --- boot ------------------------------------------------------------------------------------------------------------------------ */

static void boot_errors_name_file_and_place(void **state) {
  (void)state;
  assert_refused_at_boot("SELECT 1", "the first line must be \"-- Request -> Reply\"");
  assert_refused_at_boot("", "the first line must be");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\n", "has no statement below its first line");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\n/* nothing */ ; -- at all", "has no statement below its first line");
  assert_refused_at_boot("-- Nobody -> SampleRow\nSELECT 1", "there is no message Nobody");
  assert_refused_at_boot("-- SampleRequest -> SampleRow.entry[]\nSELECT 1", "entry is no repeated message of SampleRow");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT :yeer::int8 AS total_fen", "parameter :yeer is no field of SampleRequest");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT :call.clock AS total_fen", "is none of :call.now");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT :entries AS total_fen", "is a message; name one of its fields");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT :codes.x AS total_fen", "goes into codes, which is no message");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT :total_fen AS gros", "column gros is no field of SampleRow");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT sum(x) AS total_fen FROM (VALUES (:total_fen)) t(x)",
                         "is numeric, but SampleRow.total_fen takes int8");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT 1::int8 AS total_fen, 2::int8 AS total_fen", "column total_fen comes twice");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT 1::int8 AS total_fen\nFROM nowhere", "line 3: relation \"nowhere\" does not exist");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\n-- 张三的中文\nSELECT 1::int8 AS total_fen,\n '中文' AS project_code FROM nix", "line 4");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT 'x AS total_fen", "line 2: a quote or comment without end");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT $1 AS total_fen", "write :field, not $1");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT :ratio AS total_fen", "the field goes as no type at all");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT coalesce(:begun_at_us, 0) AS total_fen",
                         "is used as int4, but the field goes as timestamptz or int8");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT 1 AS refusal", "column refusal must be text, not int4");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT 1::int8 AS \"entries.worker_number\"",
                         "leads into a repeated message; give it as json");
  assert_refused_at_boot("-- SampleRequest -> SampleReply.rows[]\nSELECT 1::int8 AS worker_number, '1' AS page_key",
                         "page_key needs LIMIT :call.limit");
}

static void all_faults_come_together(void **state) {
  (void)state;
  const struct sql_text texts[] = {{"One", "-- SampleRequest -> SampleRow\nSELECT 1::int8 AS gros"},
                                   {"Two", "-- SampleRequest -> SampleRow\nSELECT nothing"},
                                   {"Three", "-- SampleRequest -> SampleRow\nSELECT 2.5 AS total_fen"}};
  const char *problem;
  struct statements *statements = kept[100] = statements_parse(texts, 3, &problem);
  assert_non_null(statements);
  assert_false(statements_prepare(statements, connection, true, &problem));
  assert_non_null(strstr(problem, "One.sql: column gros"));
  assert_non_null(strstr(problem, "Two.sql line 2: column \"nothing\" does not exist"));
  assert_non_null(strstr(problem, "Three.sql: column total_fen is numeric"));
  assert_null(statements_find(statements, "Four"));
  assert_string_equal(statement_name(statements_find(statements, "Two")), "Two");
}

static void placeholders_are_found_only_in_code(void **state) {
  (void)state;
  Sample__SampleRequest request = SAMPLE__SAMPLE_REQUEST__INIT;
  request.total_fen = 7;
  Sample__SampleRow *row = run_row("-- SampleRequest -> SampleRow\n/* :none /* :nested */ :none */ SELECT ':none''s' || E'\\':none' || $q$ :none $q$ "
                                   "|| $$:none$$ AS project_code, -- :none\n"
                                   "  (:total_fen::text)::int8 + :total_fen AS total_fen, (ARRAY[1,2,3])[1:2]::int8[] AS numbers, (SELECT \":x\" "
                                   "FROM (SELECT 'y' AS \":x\") t) AS begun_date",
                                   &request);
  assert_string_equal(row->project_code, ":none's':none :none :none");
  assert_int_equal(row->total_fen, 14);
  assert_int_equal(row->n_numbers, 2);
  assert_string_equal(row->begun_date, "y");
}

/* --- values both ways ------------------------------------------------------------------------------------------------------------- */

#define ECHO                                                                                                                                         \
  "-- SampleRequest -> SampleRow\nSELECT :project_code AS project_code, :total_fen AS total_fen, :planned_fen AS planned_fen, :colour AS colour, "   \
  ":begun_date::date AS begun_date, :begun_at_us::timestamptz AS begun_at_us, :numbers AS numbers, :codes AS codes, :colours AS colours, :urgent "   \
  "AS urgent, "                                                                                                                                      \
  ":digest AS digest, :small_count AS small_count, :wide_count AS wide_count, :period.from_date::date AS \"period.from_date\", "                     \
  ":period.to_date::date AS \"period.to_date\""

static void every_kind_goes_there_and_back(void **state) {
  (void)state;
  Sample__Period period = SAMPLE__PERIOD__INIT;
  period.from_date = "1999-12-31";
  int64_t numbers[] = {0, -5, INT64_MAX};
  char *codes[] = {"a", "", "丙"};
  Sample__Colour__Value colours[] = {SAMPLE__COLOUR__VALUE__GREEN, SAMPLE__COLOUR__VALUE__RED};
  uint8_t digest[] = {0, 255, 1};
  Sample__SampleRequest request = SAMPLE__SAMPLE_REQUEST__INIT;
  request.project_code = "云冈-1";
  request.total_fen = -3000000000;
  request.planned_known_case = SAMPLE__SAMPLE_REQUEST__PLANNED_KNOWN_PLANNED_FEN;
  request.colour = SAMPLE__COLOUR__VALUE__GREEN;
  request.begun_date = "2026-02-28";
  request.begun_at_us = INT64_C(1774900800123456);
  request.n_numbers = 3, request.numbers = numbers, request.n_codes = 3, request.codes = codes, request.n_colours = 2, request.colours = colours;
  request.urgent = 1, request.digest = (ProtobufCBinaryData){3, digest}, request.small_count = -7, request.wide_count = 4000000000u;
  request.period = &period;
  Sample__SampleRow *row = run_row(ECHO, &request);
  assert_string_equal(row->project_code, "云冈-1");
  assert_int_equal(row->total_fen, -3000000000);
  assert_int_equal(row->planned_known_case, SAMPLE__SAMPLE_ROW__PLANNED_KNOWN_PLANNED_FEN); /* a known zero is not NULL */
  assert_int_equal(row->planned_fen, 0);
  assert_int_equal(row->colour, SAMPLE__COLOUR__VALUE__GREEN);
  assert_string_equal(row->begun_date, "2026-02-28");
  assert_int_equal(row->begun_at_us, INT64_C(1774900800123456));
  assert_int_equal(row->n_numbers, 3);
  assert_memory_equal(row->numbers, numbers, sizeof numbers);
  assert_int_equal(row->n_codes, 3);
  assert_string_equal(row->codes[1], "");
  assert_string_equal(row->codes[2], "丙");
  assert_int_equal(row->n_colours, 2);
  assert_int_equal(row->colours[0], SAMPLE__COLOUR__VALUE__GREEN);
  assert_true(row->urgent);
  assert_int_equal(row->digest.len, 3);
  assert_memory_equal(row->digest.data, digest, 3);
  assert_int_equal(row->small_count, -7);
  assert_int_equal(row->wide_count, 4000000000u);
  assert_string_equal(row->period->from_date, "1999-12-31");
  assert_string_equal(row->period->to_date, "");
}

static void absent_is_null(void **state) {
  (void)state;
  Sample__SampleRequest request = SAMPLE__SAMPLE_REQUEST__INIT;
  Sample__SampleRow *row = run_row(ECHO, &request);
  assert_int_equal(row->planned_known_case, 0);
  assert_null(row->period);
  assert_int_equal(row->n_numbers + row->n_codes + row->n_colours, 0);
  row =
      run_row("-- SampleRequest -> SampleRow\nSELECT (:project_code IS NULL AND :total_fen IS NULL AND :planned_fen IS NULL AND :colour IS NULL AND "
              ":begun_date::date IS NULL "
              "AND :begun_at_us::int8 IS NULL AND :digest IS NULL AND :period.from_date::text IS NULL AND NOT :urgent AND cardinality(:numbers) = 0 "
              "AND :small_count IS NULL) AS urgent",
              &request);
  assert_true(row->urgent);
}

static void the_call_is_known(void **state) {
  (void)state;
  Sample__SampleRequest request = SAMPLE__SAMPLE_REQUEST__INIT;
  request.page_size = 5000;
  Sample__SampleRow *row = run_row("-- SampleRequest -> SampleRow\nSELECT :call.principal || '/' || :call.unit AS project_code, :call.now AS "
                                   "begun_at_us, :call.today AS begun_date, "
                                   ":call.id AS digest, NOT :call.sees_all AND :call.sees_people AS urgent, :call.limit AS small_count",
                                   &request);
  assert_string_equal(row->project_code, "clerk/140214-jtj");
  assert_int_equal(row->begun_at_us, values.now_us);
  assert_string_equal(row->begun_date, "2026-03-31"); /* 2026-03-30 20:00:00 UTC */
  assert_memory_equal(row->digest.data, values.request_id, 16);
  assert_true(row->urgent);
  assert_int_equal(row->small_count, 1001);
}

static void a_value_no_column_holds_is_refused_by_the_database(void **state) {
  (void)state;
  const char *sqlstate;
  struct filled filled;
  Sample__SampleRequest request = SAMPLE__SAMPLE_REQUEST__INIT;
  request.begun_date = "2026-02-31";
  run(prepare("-- SampleRequest -> SampleRow\nSELECT :begun_date::date AS begun_date"), &request, &filled, &sqlstate);
  assert_string_equal(sqlstate, "22P03");
  assert_int_equal(database_verdict_of(sqlstate), DATABASE_REFUSED);
  request.begun_at_us = INT64_MIN;
  run(prepare("-- SampleRequest -> SampleRow\nSELECT :begun_at_us::timestamptz AS begun_at_us"), &request, &filled, &sqlstate);
  assert_string_equal(sqlstate, "22P03");
  request.total_fen = 3000000000;
  assert_int_equal(run_row("-- SampleRequest -> SampleRow\nSELECT coalesce(:total_fen, 0) AS total_fen", &request)->total_fen, 3000000000);
  run(prepare("-- SampleRequest -> SampleRow\nSELECT :total_fen::int4 AS total_fen"), &request, &filled, &sqlstate);
  assert_string_equal(sqlstate, "22003");
  assert_int_equal(run(prepare("-- SampleRequest -> SampleRow\nSELECT :total_fen AS small_count"), &request, &filled, NULL), FILL_FAILED);
  assert_int_equal(run(prepare("-- SampleRequest -> SampleRow\nSELECT 'BLUE' AS colour"), &request, &filled, NULL), FILL_FAILED);
}

/* --- batches, refusals, pages, events ----------------------------------------------------------------------------------------------- */

static Sample__SampleRequest *make_batch(size_t count) {
  Sample__SampleRequest *request = (Sample__SampleRequest *)pb_new(&arena, &sample__sample_request__descriptor);
  request->entries = arena_array(&arena, count, sizeof *request->entries);
  request->n_entries = count;
  for (size_t i = 0; i < count; i++) {
    Sample__Entry *entry = request->entries[i] = (Sample__Entry *)pb_new(&arena, &sample__entry__descriptor);
    entry->worker_number = 1 + (int64_t)i;
    entry->work_date = "2026-03-31";
    entry->day_hundredths = 100;
    entry->entry_note = i % 2 ? "note" : (char *)(uintptr_t)protobuf_c_empty_string;
    entry->colour = i % 3 == 0 ? SAMPLE__COLOUR__VALUE__RED : SAMPLE__COLOUR__VALUE__UNSPECIFIED;
    if (i % 2) entry->central_fen_known_case = SAMPLE__ENTRY__CENTRAL_FEN_KNOWN_CENTRAL_FEN;
  }
  return request;
}

#define INSERT_BATCH                                                                                                                                 \
  "-- SampleRequest -> SampleRow\nWITH line AS (SELECT * FROM unnest(:entries.worker_number, :entries.work_date, :entries.day_hundredths, "          \
  ":entries.entry_note, :entries.colour, :entries.central_fen) WITH ORDINALITY AS l(worker_number, work_date, day_hundredths, entry_note, colour, "  \
  "central_fen, place)), "                                                                                                                           \
  "problem AS (SELECT 'DAY_TOO_LONG' AS refusal, 'entries[' || place - 1 || '].day_hundredths' AS refusal_path, day_hundredths::text AS "            \
  "refusal_detail FROM line WHERE day_hundredths > 100), "                                                                                           \
  "done AS (INSERT INTO entry SELECT worker_number, work_date, day_hundredths, entry_note, colour, central_fen FROM line WHERE NOT EXISTS (SELECT "  \
  "1 FROM problem) RETURNING 1) "                                                                                                                    \
  "SELECT NULL AS refusal, NULL AS refusal_path, NULL AS refusal_detail, count(*) AS total_fen FROM done HAVING count(*) > 0 UNION ALL SELECT *, "   \
  "NULL FROM problem"

static void a_batch_is_one_statement(void **state) {
  (void)state;
  struct filled filled;
  const struct statement *statement = prepare(INSERT_BATCH);
  Sample__SampleRequest *request = make_batch(1000);
  request->entries[3]->day_hundredths = 101;
  request->entries[999]->day_hundredths = 250;
  assert_int_equal(run(statement, request, &filled, NULL), FILL_REFUSED);
  assert_int_equal(filled.refusal_count, 2);
  assert_string_equal(filled.refusals[0].rule, "DAY_TOO_LONG");
  assert_string_equal(filled.refusals[1].path, "entries[999].day_hundredths");
  assert_string_equal(filled.refusals[1].detail, "250");
  assert_null(filled.reply);
  assert_int_equal(run_row("-- SampleRequest -> SampleRow\nSELECT count(*) AS total_fen FROM entry", request)->total_fen, 0);
  assert_int_equal(run(statement, make_batch(1000), &filled, NULL), FILL_OK);
  assert_int_equal(((Sample__SampleRow *)filled.reply)->total_fen, 1000);
  Sample__SampleRow *row = run_row("-- SampleRequest -> SampleRow\nSELECT count(entry_note) AS total_fen, array[count(colour), count(central_fen), "
                                   "min(day_hundredths)] AS numbers FROM entry",
                                   request);
  assert_int_equal(row->total_fen, 500);
  assert_int_equal(row->numbers[0], 334);
  assert_int_equal(row->numbers[1], 500);
  assert_int_equal(run(statement, make_batch(0), &filled, NULL), FILL_NO_ROW);
  const char *sqlstate;
  run(statement, make_batch(1), &filled, &sqlstate);
  assert_string_equal(sqlstate, "23505");
  assert_int_equal(database_status_of(sqlstate), STATUS_ALREADY_EXISTS);
}

#define PAGE                                                                                                                                         \
  "-- SampleRequest -> SampleReply.rows[]\nSELECT worker_number, work_date, entry_note, colour, central_fen, work_date AS \"period.from_date\", "    \
  "1000::int8 AS total_count, worker_number::text AS page_key FROM entry WHERE :page_token IS NULL OR worker_number > :page_token::int8 ORDER BY "   \
  "worker_number LIMIT :call.limit"

static void pages_follow_one_another(void **state) {
  (void)state;
  struct filled filled;
  const struct statement *statement = prepare(PAGE);
  Sample__SampleRequest request = SAMPLE__SAMPLE_REQUEST__INIT;
  request.page_size = 300;
  size_t seen = 0;
  for (int page = 0; page < 4; page++) {
    assert_int_equal(run(statement, &request, &filled, NULL), FILL_OK);
    Sample__SampleReply *reply = (Sample__SampleReply *)filled.reply;
    assert_int_equal(reply->n_rows, page < 3 ? 300 : 100);
    assert_int_equal(reply->rows[0]->worker_number, 300 * page + 1);
    assert_string_equal(reply->rows[0]->period->from_date, "2026-03-31");
    assert_int_equal(reply->total_count, 1000);
    seen += reply->n_rows;
    assert_int_equal(*reply->next_page_token == '\0', page == 3);
    request.page_token = reply->next_page_token;
  }
  assert_int_equal(seen, 1000);
  request.page_token = "1000";
  assert_int_equal(run(statement, &request, &filled, NULL), FILL_NO_ROW);
  assert_int_equal(((Sample__SampleReply *)filled.reply)->n_rows, 0);
}

static void a_page_ends_before_the_reply_is_too_large(void **state) {
  (void)state;
  struct filled filled;
  const struct statement *statement =
      prepare("-- SampleRequest -> SampleReply.rows[]\nSELECT n AS worker_number, repeat('x', 4000) AS entry_note, n::text AS page_key "
              "FROM generate_series(1, 1000) n LIMIT :call.limit");
  Sample__SampleRequest request = SAMPLE__SAMPLE_REQUEST__INIT;
  request.page_size = 1000;
  assert_int_equal(run(statement, &request, &filled, NULL), FILL_OK);
  Sample__SampleReply *reply = (Sample__SampleReply *)filled.reply;
  assert_in_range(reply->n_rows, 200, 225);
  assert_int_equal(atol(reply->next_page_token), reply->n_rows);
  assert_true(protobuf_c_message_get_packed_size(filled.reply) <= 900000);
  statement =
      prepare("-- SampleRequest -> SampleReply.rows[]\nSELECT n AS worker_number, repeat('x', 4000) AS entry_note FROM generate_series(1, 1000) n");
  assert_int_equal(run(statement, &request, &filled, NULL), FILL_FAILED);
}

static void the_event_takes_columns_first_then_the_request(void **state) {
  (void)state;
  struct filled filled;
  const char *problem;
  const struct statement *statement =
      prepare_with_event("-- SampleRequest -> SampleReply.rows[]\nSELECT worker_number, 42::int8 AS total_fen FROM entry ORDER BY 1 LIMIT 3",
                         &sample__sample_changed__descriptor, &problem);
  assert_non_null(statement);
  char *codes[] = {"a", "b"};
  Sample__SampleRequest request = SAMPLE__SAMPLE_REQUEST__INIT;
  request.project_code = "P-1", request.total_fen = 7, request.codes = codes, request.n_codes = 2, request.colour = SAMPLE__COLOUR__VALUE__RED;
  assert_int_equal(run(statement, &request, &filled, NULL), FILL_OK);
  Sample__SampleChanged *event = (Sample__SampleChanged *)filled.event;
  assert_string_equal(event->project_code, "P-1");
  assert_int_equal(event->total_fen, 42);
  assert_int_equal(event->n_rows, 3);
  assert_int_equal(event->rows[2]->worker_number, 3);
  assert_string_equal(event->codes[1], "b");
  assert_int_equal(event->colour, SAMPLE__COLOUR__VALUE__RED);
  assert_non_null(pb_pack(&arena, filled.event, &(size_t){0}));
  statement = prepare_with_event("-- SampleRequest -> SampleRow\nDELETE FROM entry WHERE worker_number = 1000", &sample__sample_changed__descriptor,
                                 &problem);
  assert_int_equal(run(statement, &request, &filled, NULL), FILL_OK);
  assert_int_equal(((Sample__SampleChanged *)filled.event)->total_fen, 7);
}

static void json_fills_messages(void **state) {
  (void)state;
  Sample__SampleRequest request = SAMPLE__SAMPLE_REQUEST__INIT;
  Sample__SampleRow *row = run_row(
      "-- SampleRequest -> SampleRow\nSELECT json_agg(json_build_object('worker_number', worker_number, 'work_date', work_date, 'colour', colour, "
      "'central_fen', central_fen)) AS entries, jsonb_build_object('worker_number', 9007199254740993, 'period', jsonb_build_object('from_date', "
      "'2026-01-01')) AS first_entry "
      "FROM (SELECT * FROM entry ORDER BY worker_number LIMIT 2) e",
      &request);
  assert_int_equal(row->n_entries, 2);
  assert_int_equal(row->entries[0]->colour, SAMPLE__COLOUR__VALUE__RED);
  assert_string_equal(row->entries[1]->work_date, "2026-03-31");
  assert_int_equal(row->entries[1]->central_fen_known_case, SAMPLE__ENTRY__CENTRAL_FEN_KNOWN_CENTRAL_FEN);
  assert_int_equal(row->first_entry->worker_number, 9007199254740993);
  assert_string_equal(row->first_entry->period->from_date, "2026-01-01");
  struct filled filled;
  assert_int_equal(run(prepare("-- SampleRequest -> SampleRow\nSELECT '[{\"worker_nummer\": 1}]'::json AS entries"), &request, &filled, NULL),
                   FILL_FAILED);
  assert_int_equal(run_row("-- SampleRequest -> SampleRow\nSELECT '[]'::json AS entries, NULL::jsonb AS first_entry", &request)->n_entries, 0);
}

/* A statement for many calls: each placeholder an array with one element a call; it answers whom it can. */
static void many_calls_are_one_statement(void **state) {
  (void)state;
  assert_refused_at_boot("-- SampleRequest[] -> SampleRow\nSELECT 1::int8 AS total_fen", "and a column call_index go together");
  assert_refused_at_boot("-- SampleRequest -> SampleRow\nSELECT 1 AS call_index", "and a column call_index go together");
  assert_refused_at_boot("-- SampleRequest[] -> SampleRow\nSELECT 1 AS call_index, unnest(:codes) AS project_code", "parameter :codes is a list");
  assert_refused_at_boot("-- SampleRequest[] -> SampleRow\nSELECT 1 AS call_index, '' AS refusal", "neither refuses nor pages");
  assert_refused_at_boot("-- SampleRequest[] -> SampleRow\nSELECT 1::int8 AS call_index", "column call_index must be int4, not int8");
  const char *problem;
  const struct statement *statement = prepare_with_event("-- SampleRequest[] -> SampleRow\nSELECT (n - 1)::int4 AS call_index, code || '/' || unit "
                                                         "AS project_code, fen * 2 AS total_fen, planned AS planned_fen, id AS digest, "
                                                         "day AS begun_date FROM unnest(:project_code, :total_fen, :planned_fen, :call.unit, "
                                                         ":call.id, :call.today) WITH ORDINALITY AS u(code, fen, planned, unit, id, day, n) "
                                                         "WHERE fen IS NOT NULL ORDER BY n DESC",
                                                         &sample__sample_changed__descriptor, &problem);
  if (statement == NULL) fail_msg("%s", problem);
  assert_true(statement_is_many(statement));
  Sample__SampleRequest requests[3];
  const message *pointers[3];
  struct call_values each[3] = {values, values, values};
  for (size_t i = 0; i < 3; i++) {
    sample__sample_request__init(&requests[i]);
    requests[i].project_code = i == 0 ? "a" : "丙";
    requests[i].total_fen = i == 1 ? 0 : 10 + (int64_t)i;
    requests[i].colour = SAMPLE__COLOUR__VALUE__RED;
    pointers[i] = &requests[i].base;
    each[i].request_id[0] = (uint8_t)i;
  }
  requests[2].planned_known_case = SAMPLE__SAMPLE_REQUEST__PLANNED_KNOWN_PLANNED_FEN;
  assert_true(statement_send_many(statement, connection, &arena, pointers, each, 3));
  PGresult *result = PQgetResult(connection);
  assert_null(PQgetResult(connection));
  assert_int_equal(PQntuples(result), 2);
  assert_int_equal(statement_call_index(statement, result, 0, 3), 2);
  assert_int_equal(statement_call_index(statement, result, 0, 2), -1);
  assert_int_equal(statement_call_index(statement, result, 1, 3), 0);
  struct filled filled;
  assert_int_equal(statement_fill_call(statement, result, 0, &arena, pointers[2], &filled), FILL_OK);
  const Sample__SampleRow *row = (const Sample__SampleRow *)filled.reply;
  assert_string_equal(row->project_code, "丙/140214-jtj");
  assert_int_equal(row->total_fen, 24);
  assert_int_equal(row->planned_known_case, SAMPLE__SAMPLE_ROW__PLANNED_KNOWN_PLANNED_FEN);
  assert_int_equal(row->digest.data[0], 2);
  assert_string_equal(row->begun_date, "2026-03-31");
  assert_int_equal(((const Sample__SampleChanged *)filled.event)->total_fen, 24);
  assert_int_equal(((const Sample__SampleChanged *)filled.event)->colour, SAMPLE__COLOUR__VALUE__RED); /* from its own request */
  PQclear(result);
}

static void one_row_is_one_row(void **state) {
  (void)state;
  struct filled filled;
  Sample__SampleRequest request = SAMPLE__SAMPLE_REQUEST__INIT;
  assert_int_equal(run(prepare("-- SampleRequest -> SampleRow\nSELECT worker_number AS total_fen FROM entry"), &request, &filled, NULL), FILL_FAILED);
}

/* --- speed: bounds far above what is measured, to catch a lost plan, not noise ---------------------------------------------------- */

static int64_t thread_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void binding_is_cheap(void **state) {
  (void)state;
  struct {
    const char *text;
    size_t rows;
    int times;
    int64_t most_us;
  } cases[] = {{INSERT_BATCH, 1000, 50, 5000}, {ECHO, 0, 1000, 200}};
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
    const struct statement *statement = prepare(cases[i].text);
    Sample__SampleRequest *request = make_batch(cases[i].rows);
    int64_t spent = 0;
    for (int k = 0; k < cases[i].times; k++) {
      struct arena own;
      arena_init(&own, 8u << 20);
      int64_t begun = thread_us();
      assert_true(statement_send(statement, connection, &own, (message *)request, &values));
      spent += thread_us() - begun;
      for (PGresult *result; (result = PQgetResult(connection)) != NULL;) PQclear(result);
      arena_reset(&own);
    }
    print_message("bind and send %zu rows: %.1f us\n", cases[i].rows, (double)spent / cases[i].times);
    assert_in_range(spent / cases[i].times, 0, cases[i].most_us);
  }
}

/* --- connection, lock, migrations --------------------------------------------------------------------------------------------------- */

static void the_second_writer_waits(void **state) {
  (void)state;
  const char *problem;
  bool held = false;
  PGconn *other = database_connect(cluster.conninfo, "sample", "other", &problem);
  assert_non_null(other);
  assert_true(database_lock(connection, "sample", &held, &problem) && held);
  assert_true(database_lock(other, "sample", &held, &problem) && !held);
  assert_true(database_lock(other, "payroll", &held, &problem) && held);
  PQfinish(other);
  assert_null(database_connect(cluster.conninfo, "drop table;", "other", &problem));
  assert_null(database_connect("host=/nowhere", "sample", "other", &problem));
  assert_non_null(strstr(problem, "/nowhere"));
}

static void migrations_are_applied_once_and_never_edited(void **state) {
  (void)state;
  const char *problem;
  struct sql_text texts[] = {{"000_base", "CREATE TABLE a (x int8)"},
                             {"001_more", "CREATE TABLE b (x int8); INSERT INTO b VALUES (1)"},
                             {"002_bad", "CREATE TABLE c (x int8); SELECT nothing"}};
  PGconn *other = database_connect(cluster.conninfo, "fresh", "migrate", &problem);
  assert_true(migrate(other, "fresh", texts, 2, "v1", &problem));
  assert_true(migrate(other, "fresh", texts, 2, "v1", &problem));
  assert_false(migrate(other, "fresh", texts, 3, "v2", &problem));
  assert_non_null(strstr(problem, "migration 002_bad: database: column \"nothing\" does not exist"));
  assert_false(database_execute(other, "SELECT * FROM c", &problem)); /* all of a file or nothing */
  assert_false(migrate(other, "fresh", texts, 1, "v0", &problem));
  assert_non_null(strstr(problem, "001_more"));
  texts[0].text = "CREATE TABLE a (x int4)";
  assert_false(migrate(other, "fresh", texts, 2, "v2", &problem));
  assert_non_null(strstr(problem, "000_base was changed after it was applied"));
  PQfinish(other);
}

/* Where the version before still works beside it: it loses a deadlock and tries again. */
static void a_migration_outlives_a_deadlock(void **state) {
  (void)state;
  const char *problem;
  struct sql_text texts[] = {{"000_base", "CREATE TABLE one (x int8); CREATE TABLE two (x int8)"},
                             {"001_more", "ALTER TABLE one ADD COLUMN y int8; ALTER TABLE two ADD COLUMN y int8"}};
  PGconn *next = database_connect(cluster.conninfo, "rolling", "next", &problem);
  assert_true(migrate(next, "rolling", texts, 1, "v1", &problem));
  PGconn *former = database_connect(cluster.conninfo, "rolling", "former", &problem);
  assert_true(database_execute(former, "SET deadlock_timeout = '30s'; SET lock_timeout = '30s'; BEGIN; LOCK TABLE two", &problem));
  assert_true(PQsendQuery(former, "SELECT pg_sleep(0.3); LOCK TABLE one; COMMIT"));
  assert_true(migrate(next, "rolling", texts, 2, "v2", &problem));
  for (PGresult *result; (result = PQgetResult(former)) != NULL; PQclear(result)) assert_int_not_equal(PQresultStatus(result), PGRES_FATAL_ERROR);
  assert_true(database_execute(next, "SELECT y FROM one; SELECT y FROM two", &problem));
  PQfinish(former);
  PQfinish(next);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(boot_errors_name_file_and_place),
                                     cmocka_unit_test(all_faults_come_together),
                                     cmocka_unit_test(placeholders_are_found_only_in_code),
                                     cmocka_unit_test(every_kind_goes_there_and_back),
                                     cmocka_unit_test(absent_is_null),
                                     cmocka_unit_test(the_call_is_known),
                                     cmocka_unit_test(a_value_no_column_holds_is_refused_by_the_database),
                                     cmocka_unit_test(a_batch_is_one_statement),
                                     cmocka_unit_test(pages_follow_one_another),
                                     cmocka_unit_test(a_page_ends_before_the_reply_is_too_large),
                                     cmocka_unit_test(the_event_takes_columns_first_then_the_request),
                                     cmocka_unit_test(json_fills_messages),
                                     cmocka_unit_test(many_calls_are_one_statement),
                                     cmocka_unit_test(one_row_is_one_row),
                                     cmocka_unit_test(binding_is_cheap),
                                     cmocka_unit_test(the_second_writer_waits),
                                     cmocka_unit_test(migrations_are_applied_once_and_never_edited),
                                     cmocka_unit_test(a_migration_outlives_a_deadlock)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
