/* fill.h - one binary value of a result into one field of a message; internal to this folder. */
#ifndef WORKRELIEF_FILL_H
#define WORKRELIEF_FILL_H

#include "common/db/plan.h"

/* Follows the column's path (making sub-messages on the way) and sets the field. False: the arena is full, or the value does not
 * go into the field; then *why says what. */
bool fill_value(struct arena *arena, message *target, const struct column *column, const char *bytes, int length, const char **why) MUST_CHECK;

#endif
