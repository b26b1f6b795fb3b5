/* rules.c - see rules.h. */
#include "services/workforce/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_entries(const void *left, const void *right) {
  const struct entry *a = left, *b = right;
  if (a->worker_number != b->worker_number) return a->worker_number < b->worker_number ? -1 : 1;
  int order = strcmp(a->work_date, b->work_date);
  if (order != 0) return order;
  return (a->line > b->line) - (a->line < b->line);
}

static bool same_day(const struct entry *a, const struct entry *b) {
  return a->worker_number == b->worker_number && strcmp(a->work_date, b->work_date) == 0;
}

size_t find_repeats(struct entry *entries, size_t count, struct repeat *found, size_t limit) {
  qsort(entries, count, sizeof *entries, compare_entries);
  size_t repeats = 0;
  for (size_t i = 1, first = 0; i < count; i++) {
    if (!same_day(&entries[i], &entries[first])) {
      first = i;
      continue;
    }
    if (repeats < limit) found[repeats] = (struct repeat){entries[i].line, entries[first].line};
    repeats++;
  }
  return repeats;
}

void seal_digest_begin(struct seal_digest *digest) { memset(digest->value, 0, sizeof digest->value); }

void seal_digest_add(struct seal_digest *digest, const char *line) {
  const struct hash_part parts[] = {{digest->value, sizeof digest->value}, {line, strlen(line)}};
  uint8_t next[SM3_SIZE];
  sm3(parts, 2, next);
  memcpy(digest->value, next, sizeof next);
}

void seal_digest_end(struct seal_digest *digest, const char *project_code, const char *month, int32_t worker_count, int64_t day_hundredths) {
  char last[256];
  snprintf(last, sizeof last, "%s|%s|%" PRId32 "|%" PRId64, project_code, month, worker_count, day_hundredths);
  seal_digest_add(digest, last);
}
