/* scratch.c - a directory of a unit test's own. */
#include "tests/lib/scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[64];

static void require(int good, const char *what) {
  if (good) return;
  perror(what);
  abort();
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where) {
  (void)about;
  (void)kind;
  (void)where;
  return remove(path);
}

static void remove_all(void) { (void)nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS); }

const char *scratch_directory(void) {
  if (directory[0])
    remove_all();
  else
    require(atexit(remove_all) == 0, "atexit");
  const char *base = getenv("TMPDIR");
  snprintf(directory, sizeof(directory), "%.40s/workrelief-XXXXXX", base && *base ? base : "/tmp");
  require(mkdtemp(directory) != NULL, "mkdtemp");
  return directory;
}

const char *scratch_path(const char *name) {
  static char paths[4][512];
  static unsigned turn;
  char *path = paths[turn++ % 4];
  snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
  return path;
}

void scratch_write(const char *name, const char *text, unsigned mode) {
  const char *path = scratch_path(name);
  unlink(path);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  require(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(file, (mode_t)mode) == 0, path);
  close(file);
}
