/* scan.h - a look at wire bytes before protobuf-c sees them. protobuf-c has no depth limit, accepts NUL and bad UTF-8 in strings,
 * and amplifies memory 30 to 40 times; so strangers' bytes come through here first. */
#ifndef WORKRELIEF_SCAN_H
#define WORKRELIEF_SCAN_H

#include "common/pb/problem.h"
#include "common/pb/reflect.h"

#define SCAN_DEPTH_MAX 16       /* messages in messages */
#define SCAN_ELEMENTS_MAX 20000 /* sub-messages and repeated elements of one message together */

enum scan_unknown { SCAN_UNKNOWN_KEEP, SCAN_UNKNOWN_REFUSE }; /* REFUSE in writes: dropping them would lose what was meant */

/* Adds problems with the path of each bad field: MALFORMED, TOO_DEEP, TOO_MANY_ELEMENTS, BAD_UTF8, UNKNOWN_FIELD, UNKNOWN_ENUM
 * (an enum number the contract does not name), REPEATED_SINGULAR (a singular field twice: last-wins would hide the first).
 * True when it added none that blocks. Allocates only for problems. */
bool pb_scan(const message_type *type, const void *bytes, size_t length, enum scan_unknown unknown, struct problems *problems) MUST_CHECK;

#endif
