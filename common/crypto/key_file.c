/* key_file.c - files that hold keys. */
#include "common/crypto/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *problem_text(const char *format, ...) {
  static _Thread_local char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  return text;
}

static bool read_whole(int file, char *text, size_t *length) {
  size_t got = 0;
  while (got < KEY_FILE_MAX) {
    ssize_t n = read(file, text + got, KEY_FILE_MAX - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    if (n == 0) {
      text[got] = '\0';
      *length = got;
      return true;
    }
    got += (size_t)n;
  }
  errno = EFBIG;
  return false;
}

/* The mode is asked of the open file, so that it cannot be swapped between the look and the read. */
bool key_file_read(const char *path, bool private_only, char *text, size_t *length, const char **problem) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    *problem = problem_text("%s: %s", path, strerror(errno));
    return false;
  }
  struct stat about;
  bool good = false;
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
    *problem = problem_text("%s: not a regular file", path);
  else if (private_only && (about.st_mode & 077u))
    *problem = problem_text("%s: mode %04o lets others at a secret; chmod 600 it", path, (unsigned)about.st_mode & 07777u);
  else if (!read_whole(file, text, length))
    *problem = problem_text("%s: %s", path, strerror(errno));
  else
    good = true;
  close(file);
  return good;
}

static bool write_whole(int file, const char *text, size_t length) {
  while (length > 0) {
    ssize_t n = write(file, text, length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text += n;
    length -= (size_t)n;
  }
  return fsync(file) == 0;
}

bool key_file_write(const char *path, bool is_private, const char *text, size_t length, const char **problem) {
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, is_private ? 0600 : 0644);
  if (file < 0) {
    *problem = problem_text("%s: %s", path, strerror(errno));
    return false;
  }
  bool written = write_whole(file, text, length);
  if (!written) *problem = problem_text("%s: %s", path, strerror(errno));
  close(file);
  if (!written) unlink(path);
  return written;
}
