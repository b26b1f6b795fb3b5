/* process.c - the daemons of a node as processes: found by pid file and by what /proc says they are, so that a pid used anew by
 * somebody else is never signalled. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/text.h"
#include "services/cli/cli.h"

static bool same_directory(const char *left, const char *right) {
  struct stat one, other;
  return stat(left, &one) == 0 && stat(right, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* True when the process runs the program of that name with --node on this directory. */
static bool is_our_daemon(struct cli *cli, int64_t pid, const char *service) {
  char path[64], words[4096];
  snprintf(path, sizeof(path), "/proc/%lld/cmdline", (long long)pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  ssize_t length = read(file, words, sizeof(words) - 1);
  close(file);
  if (length <= 0) return false;
  words[length] = '\0';
  const char *slash = strrchr(words, '/');
  if (strcmp(slash ? slash + 1 : words, service) != 0) return false;
  for (const char *word = words; word < words + length; word += strlen(word) + 1) {
    const char *value = word + strlen(word) + 1;
    if (strcmp(word, "--node") != 0 || value >= words + length) continue;
    if (same_directory(value, cli->node)) return true;
    snprintf(path, sizeof(path), "/proc/%lld/cwd", (long long)pid); /* a relative path is relative to where it was started */
    return *value != '/' && same_directory(text_of(cli, "%s/%s", path, value), cli->node);
  }
  return false;
}

int daemon_pid(struct cli *cli, const char *service) {
  char line[32] = "";
  int64_t pid;
  FILE *file = fopen(node_path(cli, "run/%s.pid", service), "re");
  if (!file) return 0;
  bool got = fgets(line, sizeof(line), file) != NULL;
  fclose(file);
  line[strcspn(line, "\n")] = '\0';
  return got && parse_int64(line, 2, INT32_MAX, &pid) && is_our_daemon(cli, pid, service) ? (int)pid : 0;
}

static bool write_pid(struct cli *cli, const char *service, pid_t pid) {
  FILE *file = fopen(node_path(cli, "run/%s.pid", service), "we");
  if (!file) return false;
  bool good = fprintf(file, "%d\n", (int)pid) > 0;
  return fclose(file) == 0 && good;
}

/* Detached: a session of its own, no terminal, errors into the log. */
_Noreturn static void become(const char *program, const char *service, const char *directory, int log) {
  int null = open("/dev/null", O_RDWR);
  setsid();
  dup2(null, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execl(program, service, "--node", directory, (char *)NULL);
  dprintf(log, "%s: %s\n", program, strerror(errno));
  _exit(CLI_INTERNAL);
}

bool daemon_start(struct cli *cli, const char *service) {
  char *directory = realpath(cli->node, NULL);
  const char *program = text_of(cli, "%s/%s", cli->bin, service), *log_path = node_path(cli, "log/%s.log", service);
  int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (!directory || access(program, X_OK) != 0 || log < 0) {
    complain(CANNOT_START, service, !directory ? cli->node : log < 0 ? log_path : program, strerror(errno));
    free(directory);
    if (log >= 0) close(log);
    return false;
  }
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) become(program, service, directory, log);
  close(log);
  free(directory);
  if (pid > 0 && write_pid(cli, service, pid)) return true;
  complain(CANNOT_START, service, node_path(cli, "run/%s.pid", service), strerror(errno));
  return false;
}

bool daemon_signal(struct cli *cli, const char *service, int number) {
  int pid = daemon_pid(cli, service);
  return pid > 0 && kill(pid, number) == 0;
}

static int run(const char *const *words, bool quiet) {
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    int null = quiet ? open("/dev/null", O_RDWR) : -1;
    if (null >= 0 && (dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)) _exit(CLI_INTERNAL);
    execv(words[0], (char *const *)(uintptr_t)words);
    fprintf(stderr, "%s: %s\n", words[0], strerror(errno));
    _exit(CLI_INTERNAL);
  }
  int status = 0;
  while (pid > 0 && waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return CLI_INTERNAL;
  return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : CLI_INTERNAL;
}

int run_and_wait(const char *const *words) { return run(words, false); }

int run_quietly(const char *const *words) { return run(words, true); }
