/* watch.h - where a reader of the journals stands, and what must follow it. */
#ifndef WORKRELIEF_CLI_WATCH_H
#define WORKRELIEF_CLI_WATCH_H

#include "admin.pb-c.h"
#include "common/base/clock.h"
#include "common/crypto/hash.h"
#include "services/cli/cli.h"

struct watched {
  const char *service, *method;
  struct client *client;
  int64_t epoch, seq;     /* read up to here; epoch 0: whatever it is in */
  uint8_t hash[SM3_SIZE]; /* of the entry seq */
  bool has_hash;          /* false: a position that was given without one */
  bool is_new;            /* begins at the journal's end */
  bool at_end, silent;
  int64_t asked_us, again_us; /* monotonic; asked_us 0 = nothing is asked */
  uint8_t asked_id[16];
};

/* The entry is the next one: its place, its link to the one before, its own hash. */
bool watched_follows(const struct watched *watched, const Workrelief__JournalEntry *entry) MUST_CHECK;
void watched_advance(struct watched *watched, const Workrelief__JournalEntry *entry);

/* "registry:1:17" or, with its hash, "registry:1:17:4ac0...", separated by commas or white space. Services that are not watched are
 * passed over. False: no such text. */
bool watched_read(const char *text, struct watched *watched, size_t count) MUST_CHECK;
/* From a file of such positions, which need not be there yet. */
bool watched_load(struct cli *cli, const char *path, struct watched *watched, size_t count) MUST_CHECK;
/* Whole or not at all; positions in the file of services that are not watched stay. False after a complaint. */
bool watched_save(struct cli *cli, const char *path, const struct watched *watched, size_t count) MUST_CHECK;

#endif
