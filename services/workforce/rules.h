/* rules.h - pure rules of workforce: no SQL, no messages, no clock. */
#ifndef WORKRELIEF_WORKFORCE_RULES_H
#define WORKRELIEF_WORKFORCE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/crypto/hash.h"

/* One line of a batch of attendance. */
struct entry {
  int64_t worker_number;
  const char *work_date;
  size_t line;
};
/* Sorts entries by worker, day and line; entries that name the same worker and day as the one before them stand in found (at most
 * limit, NULL-safe). Returns how many there are. */
struct repeat {
  size_t line, first_line;
};
size_t find_repeats(struct entry *entries, size_t count, struct repeat *found, size_t limit);

/* The digest of a sealed month, as proto/workforce.proto defines it: a chain over the workers' lines in order. */
struct seal_digest {
  uint8_t value[SM3_SIZE];
};
void seal_digest_begin(struct seal_digest *digest);
void seal_digest_add(struct seal_digest *digest, const char *line);
void seal_digest_end(struct seal_digest *digest, const char *project_code, const char *month, int32_t worker_count, int64_t day_hundredths);

#endif
