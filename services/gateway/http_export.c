/* http_export.c - ledgers, forms and reports as the workbooks that the offices file: `workrelief export` of this node (http_child.h) makes
 * them, as its own user would get them. It opens nothing: numbers of people stand there as the methods show them, masked. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "services/gateway/http_child.h"

#define EXPORT "export"
#define EXPORT_SECONDS 180
#define CODE_MOST 80
#define FILE_MOST ((rlim_t)32 << 20)
#define NOT_ALLOWED 77 /* exit codes of the command */
#define TRY_AGAIN 75
#define BOOK_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

enum argument { PROJECT = 1, MONTH = 2, QUARTER = 4, UNIT = 8 };
static const struct {
  const char *name, *command;
  unsigned takes, needs;
} books[] = {{"roster", "export", PROJECT, PROJECT},        {"attendance", "export", PROJECT | MONTH, PROJECT | MONTH},
             {"training", "export", PROJECT, PROJECT},      {"wages", "export", PROJECT | MONTH, PROJECT | MONTH},
             {"posts", "export", PROJECT, PROJECT},         {"progress", "export", MONTH | UNIT, MONTH},
             {"district", "export", MONTH | UNIT, MONTH},   {"notice-plan", "export", PROJECT, PROJECT},
             {"notice-effect", "export", PROJECT, PROJECT}, {"sign", "export", PROJECT, PROJECT},
             {"report", "report", QUARTER | UNIT, QUARTER}};

static const struct {
  enum argument argument;
  const char *name, *prefix;
} arguments[] = {
    {PROJECT, "project_code", "--project="}, {MONTH, "month", "--month="}, {QUARTER, "quarter", "--quarter="}, {UNIT, "unit_id", "--unit="}};

static void refuse(struct exchange *exchange, unsigned status, const char *reason, const char *zh, const char *en) {
  answer_problem(&exchange->answer, status, reason, zh, en, exchange->english);
}

static bool is_given(const struct exchange *exchange, const char *name) {
  const char *value = MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, name);
  return value && *value;
}

static bool has_what_it_needs(const struct exchange *exchange, size_t book) {
  for (size_t i = 0; i < ARRAY_LENGTH(arguments); i++)
    if (books[book].needs & arguments[i].argument && !is_given(exchange, arguments[i].name)) return false;
  return true;
}

static bool make_command(struct http_site *site, const struct exchange *exchange, const struct session_entry *session, size_t book,
                         struct child_command *command) {
  const bool is_report = strcmp(books[book].command, "report") == 0;
  const char *const words[] = {books[book].command, is_report ? "export" : books[book].name, "--output=-.xlsx", NULL};
  if (!child_command(site, exchange, session, words, command)) return false;
  for (size_t i = 0; i < ARRAY_LENGTH(arguments); i++)
    if (books[book].takes & arguments[i].argument && !child_argument(exchange, arguments[i].name, arguments[i].prefix, CODE_MOST, command))
      return false;
  return true;
}

/* One at a time for each: a second click is not a second book. */
static bool is_busy(struct http_site *site, struct exchange *exchange, const struct session_entry *session) {
  if (!child_is_running(site, EXPORT, session->account_name)) return false;
  refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "BUSY", "您的上一份文件还在生成，请稍候。", "Your last file is still being made; wait for it.");
  exchange->answer.retry_after_s = 2;
  return true;
}

void export_begin(struct http_site *site, struct exchange *exchange) {
  static struct child_command command; /* large; one thread */
  const struct session_entry *session = child_caller(site, exchange);
  size_t book = 0;
  if (!session || !has_csrf(exchange)) return;
  while (book < ARRAY_LENGTH(books) && strcmp(books[book].name, exchange->rest) != 0) book++;
  if (book == ARRAY_LENGTH(books))
    return refuse(exchange, MHD_HTTP_NOT_FOUND, "NO_SUCH_LEDGER", "没有这种表册。", "There is no such ledger or form.");
  if (!has_what_it_needs(exchange, book))
    return refuse(exchange, MHD_HTTP_BAD_REQUEST, "ARGUMENT_MISSING", "请说明项目、月份或季度。", "Say which project, month or quarter.");
  if (!make_command(site, exchange, session, book, &command))
    return refuse(exchange, MHD_HTTP_BAD_REQUEST, "ARGUMENT_TOO_LONG", "项目代码、月份或季度过长。", "Project code, month or quarter are too long.");
  if (is_busy(site, exchange, session)) return;
  const struct child_order order = {.kind = EXPORT, .account = session->account_name, .seconds = EXPORT_SECONDS, .output_most = FILE_MOST};
  const struct child *child = child_start(site, exchange, &command, &order);
  if (child) child_answer(exchange, MHD_HTTP_ACCEPTED, json_pack("{s:s}", "export", child->id));
}

/* --- the file ---------------------------------------------------------------------------------------------------------------------- */

/* What the command said, as one sentence. */
static void answer_failed(struct exchange *exchange, const struct child *child) {
  char text[2000] = "";
  json_t *notes = child_notes(child);
  for (size_t i = 0; i < json_array_size(notes); i++) {
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, "%s%s", used ? " " : "", json_string_value(json_array_get(notes, i)));
  }
  json_decref(notes);
  const bool is_known = *text;
  refuse(exchange,
         child->exit_code == NOT_ALLOWED ? MHD_HTTP_FORBIDDEN
         : child->exit_code == TRY_AGAIN ? MHD_HTTP_SERVICE_UNAVAILABLE
                                         : MHD_HTTP_UNPROCESSABLE_CONTENT,
         "EXPORT_FAILED", is_known ? text : "文件没有生成：数据过多或耗时过长，请按项目或月份分开导出。",
         is_known ? text : "The file was not made: too many rows, or too long; export by project or month.");
}

static void answer_file(struct exchange *exchange, const struct child *child) {
  size_t length;
  char *bytes = child_read(child->output, FILE_MOST, &length);
  answer_text(&exchange->answer, MHD_HTTP_OK, BOOK_TYPE, bytes, length);
  exchange->answer.is_file = bytes != NULL;
}

void export_file_begin(struct http_site *site, struct exchange *exchange) {
  const struct session_entry *session = child_caller(site, exchange);
  if (!session) return;
  struct child *found = child_find(site, EXPORT, exchange->rest, session->account_name);
  if (!found) return refuse(exchange, MHD_HTTP_NOT_FOUND, "NO_SUCH_EXPORT", "没有这份文件，请重新导出。", "There is no such file; export it again.");
  if (found->pid) return child_answer(exchange, MHD_HTTP_OK, json_pack("{s:s}", "state", "RUNNING"));
  if (found->exit_code == 0)
    answer_file(exchange, found);
  else
    answer_failed(exchange, found);
  child_free(found); /* fetched once */
}
