/* status.c - the table of status.def, looked up by number. */
#include "common/base/status.h"

#include "common/base/attribute.h"
#include "common/base/log.h"

struct row {
  const char *name;
  bool retryable, stored;
  int level;
};

static const struct row rows[] = {
#define STATUS(name, number, retryable, stored, level) [number] = {#name, retryable, stored, level},
#include "common/base/status.def"
#undef STATUS
};

static const struct row *row_of(enum status status) {
  const unsigned number = (unsigned)status;
  return number < ARRAY_LENGTH(rows) && rows[number].name ? &rows[number] : &rows[STATUS_UNKNOWN];
}

const char *status_name(enum status status) { return row_of(status)->name; }
bool status_is_retryable(enum status status) { return row_of(status)->retryable; }
bool status_is_stored(enum status status) { return row_of(status)->stored; }
int status_log_level(enum status status) { return row_of(status)->level; }
