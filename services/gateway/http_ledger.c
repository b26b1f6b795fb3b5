/* http_ledger.c - ledgers that people upload. A workbook from outside is read by a process of its own, `workrelief import` of this node,
 * bounded in time and memory; it calls through the gateway in the name of who uploaded, so that every rule and every right holds as for
 * his other calls. The file stays in memory and is gone with the process. Request ids follow from the content: the same file again
 * resumes and doubles nothing. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/daemon/service.h"
#include "services/gateway/http.h"

#define UPLOADS_MOST 16
#define RUNNING_MOST 2
#define UPLOAD_SECONDS 600
#define CPU_SECONDS 300
#define OUTPUT_MOST ((rlim_t)256 << 20)
#define ANSWER_MOST ((off_t)4 << 20)
#define UPLOAD_ID 32
#define CALLER_MOST 1024
#define FIRST_FREE_FD 10
#define CLI_INTERNAL 70

struct upload {
  char id[UPLOAD_ID + 1]; /* "" = the place is free */
  char account[64];
  pid_t pid; /* 0 = it has ended */
  int output, complaints;
  int exit_code;
  int64_t began_us;
};

struct http_ledger {
  struct upload uploads[UPLOADS_MOST];
};

struct http_ledger *http_ledger_new(void) {
  return calloc(1, sizeof(struct http_ledger));
}

/* --- processes ------------------------------------------------------------------------------------------------------------------- */

static void look_whether_ended(struct upload *upload, int options) {
  int status = 0;
  if (!upload->pid) return;
  pid_t ended = waitpid(upload->pid, &status, options);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return;
  upload->exit_code = ended > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : CLI_INTERNAL;
  upload->pid = 0;
}

static void end_upload(struct upload *upload) {
  if (!upload->pid) return;
  (void)kill(-upload->pid, SIGKILL);
  look_whether_ended(upload, 0);
}

static void free_upload(struct upload *upload) {
  if (!*upload->id) return;
  end_upload(upload);
  close(upload->output);
  close(upload->complaints);
  *upload = (struct upload){0};
}

void http_ledger_tick(struct http_ledger *ledger) {
  for (size_t i = 0; i < UPLOADS_MOST; i++) {
    struct upload *upload = &ledger->uploads[i];
    look_whether_ended(upload, WNOHANG);
    if (upload->pid && clock_monotonic_us() - upload->began_us > UPLOAD_SECONDS * INT64_C(1000000)) end_upload(upload);
  }
}

void http_ledger_free(struct http_ledger **ledger) {
  for (size_t i = 0; *ledger && i < UPLOADS_MOST; i++) free_upload(&(*ledger)->uploads[i]);
  free(*ledger);
  *ledger = NULL;
}

/* A place; the oldest that has ended makes room. NULL: enough is running. */
static struct upload *place_for(struct http_ledger *ledger) {
  struct upload *found = NULL;
  size_t running = 0;
  for (size_t i = 0; i < UPLOADS_MOST; i++) {
    struct upload *upload = &ledger->uploads[i];
    look_whether_ended(upload, WNOHANG);
    running += upload->pid != 0;
    if (!upload->pid && (!found || (*found->id && (!*upload->id || upload->began_us < found->began_us)))) found = upload;
  }
  if (running >= RUNNING_MOST || !found) return NULL;
  free_upload(found);
  return found;
}

/* --- the words of the command ------------------------------------------------------------------------------------------------------ */

struct command {
  char program[PATH_MAX], key[PATH_MAX], project[96], month[32], reason[600], caller[2 * CALLER_MOST + 24];
  const char *words[20];
};

static bool find_program(char path[PATH_MAX]) {
  ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - sizeof("/workrelief"));
  if (length <= 0) return false;
  path[length] = '\0';
  char *slash = strrchr(path, '/');
  if (!slash) return false;
  memcpy(slash, "/workrelief", sizeof("/workrelief"));
  return true;
}

static bool say_caller(char out[static 2 * CALLER_MOST + 24], const struct session_entry *session) {
  Workrelief__Caller caller = WORKRELIEF__CALLER__INIT;
  uint8_t bytes[CALLER_MOST];
  caller.principal = (char *)(uintptr_t)session->account_name;
  caller.unit_id = (char *)(uintptr_t)session->unit_id;
  caller.duty = (Workrelief__Duty__Value)session->duty;
  caller.relations = (Workrelief__Relation__Value *)(uintptr_t)session->relations;
  caller.n_relations = session->relation_count;
  if (workrelief__caller__get_packed_size(&caller) > sizeof bytes) return false;
  size_t length = workrelief__caller__pack(&caller, bytes);
  static const char name[] = "WORKRELIEF_CALLER=";
  memcpy(out, name, sizeof name);
  hex_encode(bytes, length, out + sizeof name - 1);
  return true;
}

/* "project_code=..." of the address; false: longer than any can be. */
static bool take_argument(struct exchange *exchange, const char *name, char *out, size_t room) {
  const char *value = MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, name);
  int length = value && *value ? snprintf(out, room, "%s=%s", name, value) : snprintf(out, room, "%s", "");
  return length >= 0 && (size_t)length < room;
}

static const char *ledger_named(const char *name) {
  static const char *const names[] = {"roster", "attendance", "training", "wages", "posts"};
  for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
    if (strcmp(names[i], name) == 0) return names[i];
  return NULL;
}

static bool make_command(struct http_site *site, struct exchange *exchange, const struct session_entry *session, const char *ledger,
                         struct command *command) {
  const char *directory = runtime_directory(http_runtime(site)),
             *dry = MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, "dry_run");
  char reason[sizeof command->reason - 2];
  size_t count = 0;
  if (!take_argument(exchange, "project_code", command->project, sizeof command->project) ||
      !take_argument(exchange, "month", command->month, sizeof command->month) || !take_argument(exchange, "reason", reason, sizeof reason) ||
      !find_program(command->program) || !say_caller(command->caller, session) ||
      (size_t)snprintf(command->key, sizeof command->key, "%s/keys/gateway.key", directory) >= sizeof command->key)
    return false;
  snprintf(command->reason, sizeof command->reason, "--%s", reason);
  const char *const words[] = {command->program, "import", ledger,    "/proc/self/fd/3", "--node", directory, "--as",
                               command->key,     "--via",  "gateway", "--output",        "json",   "--lang",  exchange->english ? "en" : "zh"};
  for (; count < ARRAY_LENGTH(words); count++) command->words[count] = words[count];
  if (*command->project) command->words[count++] = command->project;
  if (*command->month) command->words[count++] = command->month;
  if (*reason) command->words[count++] = command->reason;
  if (dry && strcmp(dry, "1") == 0) command->words[count++] = "--dry-run";
  command->words[count] = NULL;
  return true;
}

/* --- the start --------------------------------------------------------------------------------------------------------------------- */

/* Memory that is read and written like a file, above the numbers a child is given. */
static int scratch(const char *name) {
  int low = memfd_create(name, MFD_CLOEXEC), high = low >= 0 ? fcntl(low, F_DUPFD_CLOEXEC, FIRST_FREE_FD) : -1;
  if (low >= 0) close(low);
  return high;
}

static bool write_all(int fd, const char *bytes, size_t length) {
  while (length) {
    ssize_t done = write(fd, bytes, length);
    if (done <= 0) return false;
    bytes += done;
    length -= (size_t)done;
  }
  return lseek(fd, 0, SEEK_SET) == 0;
}

static pid_t spawn(const struct command *command, int file, int output, int complaints) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  pid_t pid = 0;
  char *const environment[] = {(char *)(uintptr_t)command->caller, (char *)(uintptr_t) "PATH=/usr/local/bin:/usr/bin:/bin",
                               (char *)(uintptr_t) "LANG=C.UTF-8", NULL};
  if (posix_spawn_file_actions_init(&actions) != 0 || posix_spawnattr_init(&attributes) != 0) return 0;
  sigemptyset(&none);
  sigfillset(&all);
  int failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) |
               posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) |
               posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO) | posix_spawn_file_actions_adddup2(&actions, file, 3) |
               posix_spawn_file_actions_addclosefrom_np(&actions, 4) | posix_spawnattr_setsigmask(&attributes, &none) |
               posix_spawnattr_setsigdefault(&attributes, &all) | posix_spawnattr_setpgroup(&attributes, 0) |
               posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (!failed) failed = posix_spawn(&pid, command->program, &actions, &attributes, (char *const *)(uintptr_t)command->words, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed) {
    log_error("http: cannot start %s: %s", command->program, strerror(failed));
    return 0;
  }
  (void)prlimit(pid, RLIMIT_CPU, &(struct rlimit){CPU_SECONDS, CPU_SECONDS}, NULL);
  (void)prlimit(pid, RLIMIT_FSIZE, &(struct rlimit){OUTPUT_MOST, OUTPUT_MOST}, NULL);
  (void)prlimit(pid, RLIMIT_CORE, &(struct rlimit){0, 0}, NULL);
  return pid;
}

static bool start(struct upload *upload, const struct command *command, const struct exchange *exchange, const char *account) {
  uint8_t id[UPLOAD_ID / 2];
  int file = scratch("ledger");
  *upload = (struct upload){.output = scratch("output"), .complaints = scratch("complaints"), .began_us = clock_monotonic_us()};
  bool ready = file >= 0 && upload->output >= 0 && upload->complaints >= 0 && write_all(file, exchange->body, exchange->length);
  if (ready) upload->pid = spawn(command, file, upload->output, upload->complaints);
  if (file >= 0) close(file);
  if (!upload->pid) {
    if (upload->output >= 0) close(upload->output);
    if (upload->complaints >= 0) close(upload->complaints);
    *upload = (struct upload){0};
    return false;
  }
  random_bytes(id, sizeof id);
  hex_encode(id, sizeof id, upload->id);
  snprintf(upload->account, sizeof upload->account, "%s", account);
  return true;
}

static void refuse(struct exchange *exchange, unsigned status, const char *reason, const char *zh, const char *en) {
  answer_problem(&exchange->answer, status, reason, zh, en, exchange->english);
}

static void answer_value(struct exchange *exchange, unsigned status, json_t *value) {
  char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
  answer_text(&exchange->answer, status, "application/json; charset=utf-8", text, text ? strlen(text) : 0);
  json_decref(value);
}

/* Who uploads; NULL: not known yet, or answered. A program calls the methods themselves: its token's scope says which. */
static const struct session_entry *uploader(struct http_site *site, struct exchange *exchange) {
  if (!identify(site, exchange, true)) return NULL;
  const struct session_entry *session = session_of(site, exchange);
  if (session && !session->is_token) return session;
  refuse(exchange, MHD_HTTP_FORBIDDEN, "TOKEN_SCOPE", "上传台账须用账号登录；程序请直接调用各方法。",
         "Ledgers are uploaded with an account; programs call the methods themselves.");
  return NULL;
}

void ledger_upload_begin(struct http_site *site, struct exchange *exchange) {
  static struct command command; /* large; one thread */
  const struct session_entry *session = uploader(site, exchange);
  const char *ledger = ledger_named(exchange->rest);
  if (!session || !has_csrf(exchange)) return;
  if (!ledger)
    return refuse(exchange, MHD_HTTP_NOT_FOUND, "NO_SUCH_LEDGER", "台账只有 roster、attendance、training、wages、posts。",
                  "The ledgers are roster, attendance, training, wages and posts.");
  if (!exchange->length) return refuse(exchange, MHD_HTTP_BAD_REQUEST, "FILE_EMPTY", "文件是空的。", "The file is empty.");
  if (!make_command(site, exchange, session, ledger, &command))
    return refuse(exchange, MHD_HTTP_BAD_REQUEST, "ARGUMENT_TOO_LONG", "项目代码、月份或理由过长。", "Project code, month or reason are too long.");
  struct upload *upload = place_for(http_site_ledger(site));
  if (!upload) {
    refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "BUSY", "正在导入其他台账，请稍后重试。", "Other ledgers are being imported; try again later.");
    exchange->answer.retry_after_s = 5;
  } else if (!start(upload, &command, exchange, session->account_name)) {
    refuse(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR, "CANNOT_START", "无法启动导入程序。", "The import cannot be started.");
  } else {
    answer_value(exchange, MHD_HTTP_ACCEPTED, json_pack("{s:s}", "upload", upload->id));
  }
}

/* --- how it goes ------------------------------------------------------------------------------------------------------------------- */

static char *read_whole(int fd) {
  struct stat facts;
  off_t size = fstat(fd, &facts) == 0 ? facts.st_size : 0;
  if (size > ANSWER_MOST) size = ANSWER_MOST;
  char *text = malloc((size_t)size + 1);
  ssize_t got = text ? pread(fd, text, (size_t)size, 0) : 0;
  if (text) text[got > 0 ? got : 0] = '\0';
  return text;
}

/* Lines of the child: {"fault"}, {"progress"}, {"done"}. */
static void take_line(json_t *answer, json_t *faults, const char *line) {
  json_t *value = json_loads(line, 0, NULL);
  json_t *fault = json_object_get(value, "fault"), *progress = json_object_get(value, "progress"), *done = json_object_get(value, "done");
  if (fault) json_array_append(faults, fault);
  if (progress) json_object_update(answer, progress);
  if (done) json_object_set(answer, "done", done);
  json_decref(value);
}

static void take_note(json_t *notes, const char *line) {
  static const char behind[] = "workrelief: "; /* what stands under such a line is in the faults already */
  if (strncmp(line, behind, sizeof behind - 1) == 0) json_array_append_new(notes, json_string(line + sizeof behind - 1));
}

void ledger_progress_begin(struct http_site *site, struct exchange *exchange) {
  const struct session_entry *session = uploader(site, exchange);
  struct upload *found = NULL;
  if (!session) return;
  for (size_t i = 0; i < UPLOADS_MOST; i++) {
    struct upload *upload = &http_site_ledger(site)->uploads[i];
    if (*upload->id && strcmp(upload->id, exchange->rest) == 0 && strcmp(upload->account, session->account_name) == 0) found = upload;
  }
  if (!found)
    return refuse(exchange, MHD_HTTP_NOT_FOUND, "NO_SUCH_UPLOAD", "没有这次导入，请重新上传；重复上传不会重复登记。",
                  "There is no such import; upload the file again, nothing is counted twice.");
  look_whether_ended(found, WNOHANG);
  json_t *faults = json_array(), *notes = json_array();
  json_t *answer = json_pack("{s:s, s:i}", "state", found->pid ? "RUNNING" : "DONE", "exit", found->exit_code);
  char *output = read_whole(found->output), *complaints = read_whole(found->complaints), *rest = NULL;
  for (char *line = output ? strtok_r(output, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) take_line(answer, faults, line);
  for (char *line = complaints ? strtok_r(complaints, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) take_note(notes, line);
  free(output);
  free(complaints);
  json_object_set_new(answer, "faults", faults);
  json_object_set_new(answer, "notes", notes);
  answer_value(exchange, MHD_HTTP_OK, answer);
}
