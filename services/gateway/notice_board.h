/* notice_board.h - what the parts of the notice board share. */
#ifndef WORKRELIEF_GATEWAY_NOTICE_BOARD_H
#define WORKRELIEF_GATEWAY_NOTICE_BOARD_H

#include "common/crypto/seal.h"
#include "services/gateway/notice.h"

struct notice_board {
  struct runtime *runtime;
  struct seal_keys *keys;
  const char *url; /* without a slash at its end; "" = as the request names this host */
  int64_t series;
  bool on;
};

/* Whether who is logged in may print this project's board; false: answered. */
bool notice_may_print(struct http_site *site, struct exchange *exchange, const char *project_code) MUST_CHECK;

#endif
