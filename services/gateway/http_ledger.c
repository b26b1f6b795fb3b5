/* http_ledger.c - ledgers that people upload. A workbook from outside is read by a process of its own, `workrelief import` of this node
 * (http_child.h). Request ids follow from the content: the same file again resumes and doubles nothing. */
#include <stdlib.h>
#include <string.h>

#include "services/gateway/http_child.h"

#define UPLOAD "upload"
#define UPLOAD_SECONDS 600
#define CODE_MOST 80
#define REASON_MOST 590
#define OUTPUT_MOST ((rlim_t)256 << 20)
#define ANSWER_MOST ((size_t)4 << 20)

static const char *ledger_named(const char *name) {
  static const char *const names[] = {"roster", "attendance", "training", "wages", "posts"};
  for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
    if (strcmp(names[i], name) == 0) return names[i];
  return NULL;
}

static bool make_command(struct http_site *site, struct exchange *exchange, const struct session_entry *session, const char *ledger,
                         struct child_command *command) {
  const char *dry = MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, "dry_run");
  const char *const words[] = {"import", ledger, "/proc/self/fd/3", "--output", "json", NULL};
  if (!child_command(site, exchange, session, words, command) || !child_argument(exchange, "project_code", "project_code=", CODE_MOST, command) ||
      !child_argument(exchange, "month", "month=", CODE_MOST, command) || !child_argument(exchange, "reason", "--reason=", REASON_MOST, command))
    return false;
  if (dry && strcmp(dry, "1") == 0) child_word(command, "--dry-run");
  return true;
}

static void refuse(struct exchange *exchange, unsigned status, const char *reason, const char *zh, const char *en) {
  answer_problem(&exchange->answer, status, reason, zh, en, exchange->english);
}

void ledger_upload_begin(struct http_site *site, struct exchange *exchange) {
  static struct child_command command; /* large; one thread */
  const struct session_entry *session = child_caller(site, exchange);
  const char *ledger = ledger_named(exchange->rest);
  if (!session || !has_csrf(exchange)) return;
  if (!ledger)
    return refuse(exchange, MHD_HTTP_NOT_FOUND, "NO_SUCH_LEDGER", "台账只有 roster、attendance、training、wages、posts。",
                  "The ledgers are roster, attendance, training, wages and posts.");
  if (!exchange->length) return refuse(exchange, MHD_HTTP_BAD_REQUEST, "FILE_EMPTY", "文件是空的。", "The file is empty.");
  if (!make_command(site, exchange, session, ledger, &command))
    return refuse(exchange, MHD_HTTP_BAD_REQUEST, "ARGUMENT_TOO_LONG", "项目代码、月份或理由过长。", "Project code, month or reason are too long.");
  const struct child_order order = {.kind = UPLOAD,
                                    .account = session->account_name,
                                    .input = exchange->body,
                                    .input_length = exchange->length,
                                    .seconds = UPLOAD_SECONDS,
                                    .output_most = OUTPUT_MOST};
  const struct child *child = child_start(site, exchange, &command, &order);
  if (child) child_answer(exchange, MHD_HTTP_ACCEPTED, json_pack("{s:s}", "upload", child->id));
}

/* --- how it goes ------------------------------------------------------------------------------------------------------------------- */

/* Lines of the child: {"fault"}, {"progress"}, {"done"}. */
static void take_line(json_t *answer, json_t *faults, const char *line) {
  json_t *value = json_loads(line, 0, NULL);
  json_t *fault = json_object_get(value, "fault"), *progress = json_object_get(value, "progress"), *done = json_object_get(value, "done");
  if (fault) json_array_append(faults, fault);
  if (progress) json_object_update(answer, progress);
  if (done) json_object_set(answer, "done", done);
  json_decref(value);
}

void ledger_progress_begin(struct http_site *site, struct exchange *exchange) {
  const struct session_entry *session = child_caller(site, exchange);
  if (!session) return;
  const struct child *found = child_find(site, UPLOAD, exchange->rest, session->account_name);
  if (!found)
    return refuse(exchange, MHD_HTTP_NOT_FOUND, "NO_SUCH_UPLOAD", "没有这次导入，请重新上传；重复上传不会重复登记。",
                  "There is no such import; upload the file again, nothing is counted twice.");
  size_t length;
  json_t *faults = json_array();
  json_t *answer = json_pack("{s:s, s:i}", "state", found->pid ? "RUNNING" : "DONE", "exit", found->exit_code);
  char *output = child_read(found->output, ANSWER_MOST, &length), *rest = NULL;
  for (char *line = output ? strtok_r(output, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) take_line(answer, faults, line);
  free(output);
  json_object_set_new(answer, "faults", faults);
  json_object_set_new(answer, "notes", child_notes(found));
  child_answer(exchange, MHD_HTTP_OK, answer);
}
