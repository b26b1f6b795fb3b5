/* http_child.c - see http_child.h. */
#include "services/gateway/http_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/daemon/service.h"

#define CHILDREN_MOST 16
#define RUNNING_MOST 2
#define CPU_SECONDS 300
#define KEPT_US (300 * INT64_C(1000000)) /* what nobody fetches */
#define NOTES_MOST ((size_t)4 << 20)
#define FIRST_FREE_FD 10
#define CLI_INTERNAL 70

struct http_children {
  struct child children[CHILDREN_MOST];
};

struct http_children *http_children_new(void) {
  return calloc(1, sizeof(struct http_children));
}

/* --- processes ------------------------------------------------------------------------------------------------------------------- */

static void look_whether_ended(struct child *child, int options) {
  int status = 0;
  if (!child->pid) return;
  pid_t ended = waitpid(child->pid, &status, options);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return;
  child->exit_code = ended > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : CLI_INTERNAL;
  child->pid = 0;
}

static void end_child(struct child *child) {
  if (!child->pid) return;
  (void)kill(-child->pid, SIGKILL);
  look_whether_ended(child, 0);
}

void child_free(struct child *child) {
  if (!*child->id) return;
  end_child(child);
  close(child->output);
  close(child->complaints);
  *child = (struct child){0};
}

void http_children_tick(struct http_children *children) {
  const int64_t now_us = clock_monotonic_us();
  for (size_t i = 0; i < CHILDREN_MOST; i++) {
    struct child *child = &children->children[i];
    look_whether_ended(child, WNOHANG);
    if (child->pid && now_us > child->ends_us) end_child(child);
    if (!child->pid && now_us > child->ends_us + KEPT_US) child_free(child);
  }
}

void http_children_free(struct http_children **children) {
  for (size_t i = 0; *children && i < CHILDREN_MOST; i++) child_free(&(*children)->children[i]);
  free(*children);
  *children = NULL;
}

/* A place; the oldest that has ended makes room. NULL: enough is running. */
static struct child *place_for(struct http_children *children) {
  struct child *found = NULL;
  size_t running = 0;
  for (size_t i = 0; i < CHILDREN_MOST; i++) {
    struct child *child = &children->children[i];
    look_whether_ended(child, WNOHANG);
    running += child->pid != 0;
    if (!child->pid && (!found || (*found->id && (!*child->id || child->began_us < found->began_us)))) found = child;
  }
  if (running >= RUNNING_MOST || !found) return NULL;
  child_free(found);
  return found;
}

struct child *child_find(struct http_site *site, const char *kind, const char *id, const char *account) {
  struct http_children *children = http_site_children(site);
  for (size_t i = 0; i < CHILDREN_MOST; i++) {
    struct child *child = &children->children[i];
    if (!*child->id || strcmp(child->id, id) != 0 || strcmp(child->account, account) != 0 || strcmp(child->kind, kind) != 0) continue;
    look_whether_ended(child, WNOHANG);
    return child;
  }
  return NULL;
}

bool child_is_running(struct http_site *site, const char *kind, const char *account) {
  struct http_children *children = http_site_children(site);
  bool runs = false;
  for (size_t i = 0; i < CHILDREN_MOST; i++) {
    struct child *child = &children->children[i];
    look_whether_ended(child, WNOHANG);
    runs |= child->pid && strcmp(child->account, account) == 0 && strcmp(child->kind, kind) == 0;
  }
  return runs;
}

/* --- the words of the command ------------------------------------------------------------------------------------------------------ */

static bool find_program(char path[PATH_MAX]) {
  ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - sizeof("/workrelief"));
  if (length <= 0) return false;
  path[length] = '\0';
  char *slash = strrchr(path, '/');
  if (!slash) return false;
  memcpy(slash, "/workrelief", sizeof("/workrelief"));
  return true;
}

static bool say_caller(char out[static 2 * CHILD_CALLER_MOST + 24], const struct session_entry *session) {
  Workrelief__Caller caller = WORKRELIEF__CALLER__INIT;
  uint8_t bytes[CHILD_CALLER_MOST];
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

bool child_command(struct http_site *site, const struct exchange *exchange, const struct session_entry *session, const char *const *words,
                   struct child_command *command) {
  const char *directory = runtime_directory(http_runtime(site));
  const char *const common[] = {"--node", directory, "--as", command->key, "--via", "gateway", "--lang", exchange->english ? "en" : "zh"};
  command->count = command->argument_count = 0;
  command->words[0] = NULL;
  if (!find_program(command->program) || !say_caller(command->caller, session) ||
      (size_t)snprintf(command->key, sizeof command->key, "%s/keys/gateway.key", directory) >= sizeof command->key)
    return false;
  child_word(command, command->program);
  for (; *words; words++) child_word(command, *words);
  for (size_t i = 0; i < ARRAY_LENGTH(common); i++) child_word(command, common[i]);
  return true;
}

void child_word(struct child_command *command, const char *word) {
  if (command->count < CHILD_WORDS) command->words[command->count++] = word;
  command->words[command->count] = NULL;
}

bool child_argument(const struct exchange *exchange, const char *name, const char *prefix, size_t most, struct child_command *command) {
  const char *value = MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, name);
  if (!value || !*value) return true;
  if (strlen(value) > most || command->argument_count == CHILD_ARGUMENTS) return false;
  char *word = command->arguments[command->argument_count++];
  if ((size_t)snprintf(word, sizeof command->arguments[0], "%s%s", prefix, value) >= sizeof command->arguments[0]) return false;
  child_word(command, word);
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

static pid_t spawn(const struct child_command *command, int file, int output, int complaints, rlim_t output_most) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  pid_t pid = 0;
  char *const environment[] = {(char *)(uintptr_t)command->caller, (char *)(uintptr_t) "PATH=/usr/local/bin:/usr/bin:/bin",
                               (char *)(uintptr_t) "LANG=C.UTF-8", NULL};
  if (posix_spawn_file_actions_init(&actions) != 0 || posix_spawnattr_init(&attributes) != 0) return 0;
  sigemptyset(&none);
  sigfillset(&all);
  int failed =
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) |
      posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) | posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO) |
      (file < 0 ? 0 : posix_spawn_file_actions_adddup2(&actions, file, 3)) | posix_spawn_file_actions_addclosefrom_np(&actions, file < 0 ? 3 : 4) |
      posix_spawnattr_setsigmask(&attributes, &none) | posix_spawnattr_setsigdefault(&attributes, &all) | posix_spawnattr_setpgroup(&attributes, 0) |
      posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (!failed) failed = posix_spawn(&pid, command->program, &actions, &attributes, (char *const *)(uintptr_t)command->words, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed) {
    log_error("http: cannot start %s: %s", command->program, strerror(failed));
    return 0;
  }
  (void)prlimit(pid, RLIMIT_CPU, &(struct rlimit){CPU_SECONDS, CPU_SECONDS}, NULL);
  (void)prlimit(pid, RLIMIT_FSIZE, &(struct rlimit){output_most, output_most}, NULL);
  (void)prlimit(pid, RLIMIT_CORE, &(struct rlimit){0, 0}, NULL);
  return pid;
}

static bool start(struct child *child, const struct child_command *command, const struct child_order *order) {
  uint8_t id[CHILD_ID / 2];
  const int64_t now_us = clock_monotonic_us();
  int file = order->input ? scratch("input") : -1;
  *child = (struct child){.output = scratch("output"),
                          .complaints = scratch("complaints"),
                          .kind = order->kind,
                          .began_us = now_us,
                          .ends_us = now_us + order->seconds * INT64_C(1000000)};
  bool ready = child->output >= 0 && child->complaints >= 0 && (!order->input || (file >= 0 && write_all(file, order->input, order->input_length)));
  if (ready) child->pid = spawn(command, file, child->output, child->complaints, order->output_most);
  if (file >= 0) close(file);
  if (!child->pid) {
    if (child->output >= 0) close(child->output);
    if (child->complaints >= 0) close(child->complaints);
    *child = (struct child){0};
    return false;
  }
  random_bytes(id, sizeof id);
  hex_encode(id, sizeof id, child->id);
  snprintf(child->account, sizeof child->account, "%s", order->account);
  return true;
}

struct child *child_start(struct http_site *site, struct exchange *exchange, const struct child_command *command, const struct child_order *order) {
  struct child *child = place_for(http_site_children(site));
  if (!child) {
    answer_problem(&exchange->answer, MHD_HTTP_SERVICE_UNAVAILABLE, "BUSY", "正在处理其他台账，请稍后重试。",
                   "Other ledgers are being worked on; try again later.", exchange->english);
    exchange->answer.retry_after_s = 5;
  } else if (!start(child, command, order)) {
    answer_problem(&exchange->answer, MHD_HTTP_INTERNAL_SERVER_ERROR, "CANNOT_START", "无法启动处理程序。", "The command cannot be started.",
                   exchange->english);
    child = NULL;
  }
  return child;
}

/* --- what came of it --------------------------------------------------------------------------------------------------------------- */

char *child_read(int fd, size_t most, size_t *length) {
  struct stat facts;
  size_t size = fstat(fd, &facts) == 0 ? (size_t)facts.st_size : 0;
  if (size > most) size = most;
  char *text = malloc(size + 1);
  ssize_t got = text ? pread(fd, text, size, 0) : 0;
  *length = got > 0 ? (size_t)got : 0;
  if (text) text[*length] = '\0';
  return text;
}

static void take_note(json_t *notes, const char *line) {
  static const char behind[] = "workrelief: "; /* what stands under such a line is in the faults already */
  if (strncmp(line, behind, sizeof behind - 1) == 0) json_array_append_new(notes, json_string(line + sizeof behind - 1));
}

json_t *child_notes(const struct child *child) {
  size_t length;
  json_t *notes = json_array();
  char *complaints = child_read(child->complaints, NOTES_MOST, &length), *rest = NULL;
  for (char *line = complaints ? strtok_r(complaints, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) take_note(notes, line);
  free(complaints);
  return notes;
}

void child_answer(struct exchange *exchange, unsigned status, json_t *value) {
  char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
  answer_text(&exchange->answer, status, "application/json; charset=utf-8", text, text ? strlen(text) : 0);
  json_decref(value);
}

const struct session_entry *child_caller(struct http_site *site, struct exchange *exchange) {
  if (!identify(site, exchange, true)) return NULL;
  const struct session_entry *session = session_of(site, exchange);
  if (session && !session->is_token) return session;
  answer_problem(&exchange->answer, MHD_HTTP_FORBIDDEN, "TOKEN_SCOPE", "上传和导出台账须用账号登录；程序请直接调用各方法。",
                 "Ledgers are uploaded and exported with an account; programs call the methods themselves.", exchange->english);
  return NULL;
}
