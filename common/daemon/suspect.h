/* suspect.h - calls that were under way when the daemon died. Their ids stand in a small mapped file, which outlives the process (not
 * the machine), so that a call that kills its handler is found by elimination: suspects run alone, and one that was there at five
 * deaths is refused for good and stands in the journal with its (sealed) bytes. Others flow. Writer thread only. */
#ifndef WORKRELIEF_SUSPECT_H
#define WORKRELIEF_SUSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/attribute.h"

#define SUSPECT_DEATHS_MOST 5

struct suspects;
/* Maps DIR/run/<service>.inflight; what it finds under way becomes suspect. NULL: *problem. */
struct suspects *suspects_open(const char *directory, const char *service, const char **problem) MUST_CHECK;
/* How many deaths this id was there at; 0 = no suspect. */
int suspect_deaths(const struct suspects *suspects, const uint8_t request_id[16]);
bool suspects_any(const struct suspects *suspects);
/* Notes what is about to run; suspects_end when it is over. */
void suspects_begin(struct suspects *suspects);
void suspects_add(struct suspects *suspects, const uint8_t request_id[16]);
void suspects_end(struct suspects *suspects);
/* This call ended well: it is no suspect any more. */
void suspect_clear(struct suspects *suspects, const uint8_t request_id[16]);

#endif
