/* archive.c - libarchive, as far as we need it. */
#include "services/cli/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FILES_MAX 100000
#define BYTES_MAX ((int64_t)1 << 30)

static bool ends_in(const char *text, const char *tail) {
  size_t length = strlen(text), wanted = strlen(tail);
  return length > wanted && strcasecmp(text + length - wanted, tail) == 0;
}

bool archive_can_write(const char *path) {
  if (path && (ends_in(path, ".zip") || ends_in(path, ".tar.gz") || ends_in(path, ".tgz"))) return true;
  complain(EVIDENCE_ENDING, path ? path : "");
  return false;
}

static bool put_file(struct archive *archive, const struct archive_file *file) {
  struct archive_entry *entry = archive_entry_new();
  if (!entry) return false;
  archive_entry_set_pathname(entry, file->path);
  archive_entry_set_size(entry, (int64_t)file->length);
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0600);
  archive_entry_set_mtime(entry, time(NULL), 0);
  bool good = archive_write_header(archive, entry) == ARCHIVE_OK &&
              (file->length == 0 || archive_write_data(archive, file->bytes, file->length) == (la_ssize_t)file->length);
  archive_entry_free(entry);
  return good;
}

static bool choose_format(struct archive *archive, const char *path) {
  if (ends_in(path, ".zip")) return archive_write_set_format_zip(archive) == ARCHIVE_OK;
  return archive_write_set_format_pax_restricted(archive) == ARCHIVE_OK && archive_write_add_filter_gzip(archive) == ARCHIVE_OK;
}

int archive_write_all(struct cli *cli, const char *path, const struct archive_file *files, size_t count) {
  const char *beside = text_of(cli, "%s.part-%d", path, (int)getpid());
  struct archive *archive = archive_write_new();
  bool good = archive && choose_format(archive, path) && archive_write_open_filename(archive, beside) == ARCHIVE_OK;
  for (size_t i = 0; good && i < count; i++) good = put_file(archive, &files[i]);
  if (good) good = archive_write_close(archive) == ARCHIVE_OK;
  if (!good) complain(CANNOT_WRITE, path, archive && archive_error_string(archive) ? archive_error_string(archive) : strerror(errno));
  archive_write_free(archive);
  if (good && rename(beside, path) != 0) {
    complain(CANNOT_WRITE, path, strerror(errno));
    good = false;
  }
  if (!good) unlink(beside);
  return good ? CLI_OK : CLI_CANNOT_WRITE;
}

/* --- reading ----------------------------------------------------------------------------------------------------------------------- */

struct reading {
  struct cli *cli;
  struct archive *archive;
  struct archive_file *files;
  size_t count, capacity;
  int64_t bytes;
};

static bool grow(struct reading *reading) {
  if (reading->count < reading->capacity) return true;
  size_t wider = reading->capacity ? 2 * reading->capacity : 256;
  struct archive_file *files = wider <= 2 * FILES_MAX ? arena_array(&reading->cli->arena, wider, sizeof(*files)) : NULL;
  if (!files) return false;
  if (reading->count) memcpy(files, reading->files, reading->count * sizeof(*files));
  reading->files = files;
  reading->capacity = wider;
  return true;
}

/* What an archive says of its sizes is a stranger's word: the bytes are counted as they come. */
static bool take_bytes(struct reading *reading, struct archive_file *file) {
  size_t capacity = 65536;
  uint8_t *bytes = arena_alloc(&reading->cli->arena, capacity);
  for (;;) {
    if (!bytes) return false;
    la_ssize_t got = archive_read_data(reading->archive, bytes + file->length, capacity - file->length);
    if (got < 0) return false;
    file->length += (size_t)got;
    reading->bytes += got;
    if (reading->bytes > BYTES_MAX) return false;
    if (got == 0) break;
    if (file->length < capacity) continue;
    uint8_t *wider = arena_alloc(&reading->cli->arena, 2 * capacity);
    if (!wider) return false;
    memcpy(wider, bytes, file->length);
    bytes = wider;
    capacity *= 2;
  }
  file->bytes = bytes;
  return true;
}

static bool take_files(struct reading *reading) {
  struct archive_entry *entry;
  int got;
  while ((got = archive_read_next_header(reading->archive, &entry)) == ARCHIVE_OK) {
    const char *path = archive_entry_pathname(entry);
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    if (!path || !grow(reading)) return false;
    struct archive_file *file = &reading->files[reading->count];
    *file = (struct archive_file){.path = arena_strdup(&reading->cli->arena, path)};
    if (!file->path || !take_bytes(reading, file)) return false;
    reading->count++;
  }
  return got == ARCHIVE_EOF;
}

int archive_read_all(struct cli *cli, const char *path, struct archive_file **files, size_t *count) {
  struct reading reading = {.cli = cli, .archive = archive_read_new()};
  if (access(path, R_OK) != 0) {
    complain(CANNOT_READ, path, strerror(errno));
    archive_read_free(reading.archive);
    return CLI_NO_INPUT;
  }
  bool good = reading.archive && archive_read_support_format_zip(reading.archive) == ARCHIVE_OK &&
              archive_read_support_format_tar(reading.archive) == ARCHIVE_OK && archive_read_support_filter_gzip(reading.archive) == ARCHIVE_OK &&
              archive_read_open_filename(reading.archive, path, 65536) == ARCHIVE_OK && take_files(&reading);
  if (!good) {
    const char *why = reading.archive ? archive_error_string(reading.archive) : NULL;
    complain(CANNOT_READ, path, why ? why : TEXT(OUT_OF_MEMORY));
  }
  archive_read_free(reading.archive);
  *files = reading.files;
  *count = reading.count;
  return good ? CLI_OK : CLI_BAD_DATA;
}
