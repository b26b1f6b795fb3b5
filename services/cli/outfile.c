/* outfile.c - see outfile.h. */
#include "services/cli/outfile.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define COPY_BYTES 65536

static int memory = -1;

bool outfile_is_output(const char *path) { return path && path[0] == '-' && path[1] == '.'; }

const char *outfile_begin(struct cli *cli, const char *path) {
  if (!outfile_is_output(path)) return text_of(cli, "%s.part-%d", path, (int)getpid());
  memory = memfd_create("outfile", MFD_CLOEXEC);
  return text_of(cli, "/proc/self/fd/%d", memory);
}

static bool write_whole(const char *bytes, size_t length) {
  while (length) {
    ssize_t done = write(STDOUT_FILENO, bytes, length);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes += done;
    length -= (size_t)done;
  }
  return true;
}

static bool pass_on(void) {
  char bytes[COPY_BYTES];
  ssize_t got = -1;
  bool good = fflush(stdout) == 0;
  for (off_t at = 0; good && (got = pread(memory, bytes, sizeof bytes, at)) > 0; at += got) good = write_whole(bytes, (size_t)got);
  return good && got == 0;
}

int outfile_end(const char *beside, const char *path, bool good) {
  if (good) good = outfile_is_output(path) ? pass_on() : rename(beside, path) == 0;
  if (good) return CLI_OK;
  complain(CANNOT_WRITE, path, strerror(errno));
  if (!outfile_is_output(path)) unlink(beside);
  return CLI_CANNOT_WRITE;
}
