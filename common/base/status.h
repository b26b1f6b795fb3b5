/* status.h - the outcome of a call, in the canonical RPC numbers. */
#ifndef WORKRELIEF_STATUS_H
#define WORKRELIEF_STATUS_H

#include <stdbool.h>

enum status {
#define STATUS(name, number, retryable, stored, level) STATUS_##name = (number),
#include "common/base/status.def"
#undef STATUS
};

/* Name without prefix ("NOT_FOUND"); "UNKNOWN" for a number outside the table. Static storage. */
const char *status_name(enum status status);
/* Whether the same request id may be sent again with hope of another outcome. */
bool status_is_retryable(enum status status);
/* Whether the outcome is final and belongs into the journal. */
bool status_is_stored(enum status status);
/* Level at which a dispatcher logs a call that ended so (enum log_level of log.h). */
int status_log_level(enum status status);

#endif
