/* options.h - flags of a command as a table: parsing and help come from the same rows. */
#ifndef WORKRELIEF_OPTIONS_H
#define WORKRELIEF_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/attribute.h"

struct option {
  const char *name;       /* "node"; a row without name ends a table */
  char letter;            /* 'n' or 0 */
  const char *value_name; /* "DIR"; NULL = a switch */
  const char **value;
  bool *flag;
  const char *zh, *en;
};

/* Takes flags of both tables out of argv wherever they stand ("--" ends them); the rest stays, *count of them. False after a
 * complaint. */
bool options_parse(const struct option *common, const struct option *own, int *count, char **words) MUST_CHECK;
void options_print(const struct option *options);

#endif
