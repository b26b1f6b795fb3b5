/* crash.h - named points at which a fault test may have the process die, as kill -9 would. Does nothing unless the environment
 * variable WORKRELIEF_CRASH_AT names the point: "before_commit", or "before_commit:3" for its third pass. */
#ifndef WORKRELIEF_CRASH_H
#define WORKRELIEF_CRASH_H

#include <stdint.h>

void crash_point(const char *name);
/* The handler of this call dies when WORKRELIEF_CRASH_ON is its request id in hex: a poison message. */
void crash_on(const uint8_t request_id[16]);

#endif
