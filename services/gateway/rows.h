/* rows.h - all rows of a paged method of this node, for gather functions. */
#ifndef WORKRELIEF_GATEWAY_ROWS_H
#define WORKRELIEF_GATEWAY_ROWS_H

#include "common/bus/client.h"
#include "common/daemon/service.h"

/* The rows behind each other, in the call's arena; request: without page_token. Answers of a page may take page_size rows. NULL: the gateway
 * did not answer or the arena is full. */
message **rows_fetch(struct call *call, struct runtime *runtime, const char *method, message *request, size_t *count) MUST_CHECK;

#endif
