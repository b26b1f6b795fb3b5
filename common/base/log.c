/* log.c - one write(2) a line, so that lines of threads and processes do not mix. */
#include "common/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"

#define LINE_SIZE 2048
#define EXIT_UNRECOVERABLE 70

static const char *const level_words[] = {"debug", "info", "warn", "error"};

static const char *log_name = "workrelief";
static enum log_level lowest_level = LOG_INFO;

void log_open(const char *name, enum log_level lowest) {
  log_name = name;
  lowest_level = lowest;
}

int log_level_parse(const char *text) {
  for (size_t i = 0; i < ARRAY_LENGTH(level_words); i++)
    if (!strcmp(text, level_words[i])) return (int)i;
  return -1;
}

/* A peer's bytes must not forge a second line. */
static void flatten(char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7f) *text = ' ';
}

static void PRINTF_LIKE(2, 0) write_line(enum log_level level, const char *format, va_list arguments) {
  char line[LINE_SIZE], stamp[CLOCK_TIMESTAMP_SIZE];
  int used = snprintf(line, sizeof line, "%s %-5s %s ", timestamp_format(clock_now_us(), stamp), level_words[level], log_name);
  if (used < 0 || (size_t)used >= sizeof line - 1) return;
  const int said = vsnprintf(line + used, sizeof line - (size_t)used - 1, format, arguments);
  if (said < 0) return;
  flatten(line + used);
  const size_t length = strlen(line);
  line[length] = '\n';
  size_t done = 0;
  while (done < length + 1) {
    const ssize_t n = write(STDERR_FILENO, line + done, length + 1 - done);
    if (n < 0 && errno != EINTR) return;
    if (n > 0) done += (size_t)n;
  }
}

void log_write(enum log_level level, const char *format, ...) {
  if (level < lowest_level) return;
  const int saved_errno = errno;
  va_list arguments;
  va_start(arguments, format);
  write_line(level, format, arguments);
  va_end(arguments);
  errno = saved_errno;
}

void log_fatal(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write_line(LOG_ERROR, format, arguments);
  va_end(arguments);
  _exit(EXIT_UNRECOVERABLE);
}
