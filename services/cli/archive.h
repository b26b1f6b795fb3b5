/* archive.h - one archive of many small files, written and read whole; .zip or .tar.gz by the ending of its name (libarchive). */
#ifndef WORKRELIEF_CLI_ARCHIVE_H
#define WORKRELIEF_CLI_ARCHIVE_H

#include "services/cli/cli.h"

struct archive_file {
  const char *path; /* inside the archive */
  const uint8_t *bytes;
  size_t length;
};

bool archive_can_write(const char *path) MUST_CHECK; /* false after a complaint: the ending says no kind */
/* Writes beside the place first; mode 0600. Returns the exit code. */
int archive_write_all(struct cli *cli, const char *path, const struct archive_file *files, size_t count);
/* All files of an archive, in the arena, bounded. Returns the exit code. */
int archive_read_all(struct cli *cli, const char *path, struct archive_file **files, size_t *count);

#endif
