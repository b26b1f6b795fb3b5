/* statement.h - SQL from the .sql files of a service: parameters by field name, result columns by field name, both checked at boot.
 *
 * First line of a file: "-- Request -> Reply" or "-- Request -> Reply.rows[]". Placeholders:
 *   :field            a field of the request; absent = NULL (a bool is never absent: false is false); an enum goes as its name, a
 *                     date as date, *_at_us as timestamptz or int8; :period.from_date a field of a sub-message
 *   :codes            a repeated scalar, as one array; an empty one is '{}', not NULL
 *   :lines.work_date  that field of a repeated message, as one array, for unnest; absent elements NULL
 *   :call.now         the call's time (timestamptz); :call.today (date, China Standard Time); :call.principal, :call.unit (text)
 *   :call.id          the request id (bytea); :call.sees_all (bool: OFFICE, AUDIT, UPPER, SELF may see every unit);
 *   :call.sees_people (bool: these and HR may see every person looking for work)
 *   :call.limit       page_size + 1 (int4; the request's page_size, 100 by default, at most 1,000)
 * "-- Request[] -> Reply" is a statement for many calls at once: each placeholder is an array with one element a call, and its column
 * call_index (int4, from 0) says whose reply the row is. It answers as many calls as it safely can; those it gives no row for have
 * changed nothing and are run singly. So it may answer only calls whose order does not matter.
 * Result columns are fields of the reply (or of its rows); a column "a.b" goes into sub-message a; a column of type json fills a
 * message or repeated message field. Reserved columns: refusal (text: rule id; every such row is one problem and the reply stays
 * empty), refusal_path (text), refusal_detail (text: appended to the sentence), page_key (text: the reply's next_page_token when
 * more than page_size rows came; the surplus row is dropped; a page also ends where the reply would grow too large). Beside rows[]
 * a column may be a field of the reply itself, taken from the first row. Types are strict: int2/4/8, bool, text, date, timestamptz,
 * bytea and arrays of them; numeric and float are refused at boot (cast to int8). Parameters are declared: integers as int8 (int32
 * fields as int4), strings and enums as text, *_date strings as date; only an *_at_us has the type that its place in the SQL gives. */
#ifndef WORKRELIEF_STATEMENT_H
#define WORKRELIEF_STATEMENT_H

#include <libpq-fe.h>

#include "common/pb/reflect.h"

/* As embedded by the build from the .sql files. */
struct sql_text {
  const char *name, *text;
};

/* What a statement may know of its call. */
struct call_values {
  int64_t now_us;
  const char *principal, *unit_id;
  uint8_t request_id[16];
  bool sees_all, sees_people;
};

struct statement; /* shared by all connections of a service: parsed once, prepared per connection under its name */

struct statements; /* all of one service */
/* Parses every text and finds its types; NULL: *problem names file and place. Lives as long as the process. */
struct statements *statements_parse(const struct sql_text *texts, size_t count, const char **problem) MUST_CHECK;
const struct statement *statements_find(const struct statements *statements, const char *name);
const message_type *statement_request(const struct statement *statement);
const message_type *statement_reply(const struct statement *statement);
const char *statement_name(const struct statement *statement);
/* Prepares all on a connection (pipelined) and, with check, describes each and checks parameters and columns against the
 * descriptors. event: optional second type that the columns of a statement may fill (set before by statement_set_event). */
bool statements_prepare(struct statements *statements, PGconn *connection, bool check, const char **problem) MUST_CHECK;
/* The event a method makes of this statement's columns; NULL type = none. Columns may then be fields of either. */
bool statement_set_event(struct statements *statements, const char *name, const message_type *event, const char **problem) MUST_CHECK;

/* Sends Bind/Execute of a prepared statement, all binary. The connection is in pipeline mode or not. False: the arena is full or
 * the connection broken. */
bool statement_send(const struct statement *statement, PGconn *connection, struct arena *arena, const message *request,
                    const struct call_values *values) MUST_CHECK;

/* Of a statement for many calls: */
bool statement_is_many(const struct statement *statement);
bool statement_send_many(const struct statement *statement, PGconn *connection, struct arena *arena, const message *const *requests,
                         const struct call_values *values, size_t count) MUST_CHECK;
/* The call a row belongs to; -1: none of count. */
long statement_call_index(const struct statement *statement, const PGresult *result, int row, size_t count);

enum fill_outcome { FILL_OK, FILL_NO_ROW, FILL_REFUSED, FILL_FAILED };
struct refusal {
  const char *rule, *path, *detail;
};
struct filled {
  message *reply;           /* in the arena */
  message *event;           /* NULL when none */
  struct refusal *refusals; /* in the arena */
  size_t refusal_count;
  size_t row_count;
};
/* Makes reply and event of a result. FILL_FAILED: the arena is full. */
enum fill_outcome statement_fill(const struct statement *statement, PGresult *result, struct arena *arena, const message *request,
                                 struct filled *filled) MUST_CHECK;

/* Whether what was made of the result may go into a message on the wire: reply and event within 900,000 bytes each. */
bool statement_fits(const struct statement *statement, const PGresult *result, const struct filled *filled) MUST_CHECK;

/* Reply and event of one row, for a statement for many calls. */
enum fill_outcome statement_fill_call(const struct statement *statement, const PGresult *result, int row, struct arena *arena, const message *request,
                                      struct filled *filled) MUST_CHECK;

#endif
