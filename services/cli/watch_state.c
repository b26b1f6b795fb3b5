/* watch_state.c - see watch.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/text.h"
#include "services/cli/evidence.h"
#include "services/cli/watch.h"

#define STATE_MOST 4096

bool watched_follows(const struct watched *watched, const Workrelief__JournalEntry *entry) {
  uint8_t hash[SM3_SIZE];
  if (entry->seq != watched->seq + 1 || entry->epoch != watched->epoch) return false;
  if (entry->prev_hash.len != SM3_SIZE || (watched->has_hash && !bytes_equal(entry->prev_hash.data, watched->hash, SM3_SIZE))) return false;
  return journal_rehash(entry, hash) && entry->hash.len == SM3_SIZE && bytes_equal(hash, entry->hash.data, SM3_SIZE);
}

void watched_advance(struct watched *watched, const Workrelief__JournalEntry *entry) {
  watched->seq = entry->seq;
  memcpy(watched->hash, entry->hash.data, SM3_SIZE);
  watched->has_hash = true;
}

/* One position; words is changed. */
static bool read_one(char *word, struct watched *position) {
  char *rest = word;
  *position = (struct watched){.service = strsep(&rest, ":")};
  const char *const epoch = strsep(&rest, ":"), *const seq = strsep(&rest, ":"), *const hash = rest;
  if (!epoch || !seq || !is_daemon(position->service) || !parse_int64(epoch, 1, INT64_MAX, &position->epoch) ||
      !parse_int64(seq, 0, INT64_MAX, &position->seq))
    return false;
  position->has_hash = hash && *hash;
  return !position->has_hash || hex_decode(hash, position->hash, SM3_SIZE);
}

static void put(const struct watched *position, struct watched *watched, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(watched[i].service, position->service) != 0) continue;
    watched[i].epoch = position->epoch;
    watched[i].seq = position->seq;
    watched[i].has_hash = position->has_hash;
    memcpy(watched[i].hash, position->hash, SM3_SIZE);
    watched[i].is_new = false;
  }
}

bool watched_read(const char *text, struct watched *watched, size_t count) {
  char copy[STATE_MOST], *rest = copy;
  struct watched position;
  if ((size_t)snprintf(copy, sizeof copy, "%s", text) >= sizeof copy || !*text) return false;
  for (char *word; (word = strsep(&rest, ", \n"));) {
    if (!*word) continue;
    if (!read_one(word, &position)) return false;
    put(&position, watched, count);
  }
  return true;
}

/* The file's text; "" when there is no such file; NULL when it cannot be read. */
static const char *text_of_file(struct cli *cli, const char *path) {
  char *const text = arena_alloc(&cli->arena, STATE_MOST);
  FILE *const file = fopen(path, "re");
  if (!file) return errno == ENOENT ? "" : NULL;
  const size_t length = text ? fread(text, 1, STATE_MOST - 1, file) : 0;
  const bool fine = text && !ferror(file);
  (void)fclose(file);
  if (fine) text[length] = '\0';
  return fine ? text : NULL;
}

bool watched_load(struct cli *cli, const char *path, struct watched *watched, size_t count) {
  const char *const text = text_of_file(cli, path);
  return text && (!*text || watched_read(text, watched, count));
}

static void print_position(FILE *file, const struct watched *position) {
  char hex[2 * SM3_SIZE + 1] = "";
  if (position->has_hash) hex_encode(position->hash, SM3_SIZE, hex);
  fprintf(file, "%s:%lld:%lld%s%s\n", position->service, (long long)position->epoch, (long long)position->seq, *hex ? ":" : "", hex);
}

/* What the file says now, overlaid with where we are. */
static void collect(struct cli *cli, const char *path, struct watched all[DAEMON_COUNT], const struct watched *watched, size_t count) {
  for (size_t i = 0; i < DAEMON_COUNT; i++) all[i] = (struct watched){.service = daemons[i]};
  if (!watched_load(cli, path, all, DAEMON_COUNT)) complain(WATCH_STATE_BAD, path);
  for (size_t i = 0; i < count; i++)
    if (watched[i].epoch && !watched[i].is_new) put(&watched[i], all, DAEMON_COUNT);
}

bool watched_save(struct cli *cli, const char *path, const struct watched *watched, size_t count) {
  struct watched all[DAEMON_COUNT];
  struct cli scratch = *cli; /* saved again and again: its memory must not add up */
  arena_init(&scratch.arena, (size_t)1 << 20);
  const char *const beside = text_of(&scratch, "%s.new", path);
  collect(&scratch, path, all, watched, count);
  FILE *const file = fopen(beside, "we");
  for (size_t i = 0; file && i < DAEMON_COUNT; i++)
    if (all[i].epoch) print_position(file, &all[i]);
  bool fine = file && fflush(file) == 0 && fsync(fileno(file)) == 0;
  fine = file && fclose(file) == 0 && fine;
  fine = fine && rename(beside, path) == 0;
  if (!fine) complain(CANNOT_WRITE, path, strerror(errno));
  arena_reset(&scratch.arena);
  return fine;
}
