/* crash.h - named points at which a fault test may have the process die, as kill -9 would. Does nothing unless the environment
 * variable WORKRELIEF_CRASH_AT names the point: "before_commit", or "before_commit:3" for its third pass. */
#ifndef WORKRELIEF_CRASH_H
#define WORKRELIEF_CRASH_H

void crash_point(const char *name);

#endif
