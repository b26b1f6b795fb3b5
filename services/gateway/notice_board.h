/* notice_board.h - what the parts of the notice board share. */
#ifndef WORKRELIEF_GATEWAY_NOTICE_BOARD_H
#define WORKRELIEF_GATEWAY_NOTICE_BOARD_H

#include "common/crypto/seal.h"
#include "registry.pb-c.h"
#include "services/gateway/notice.h"
#include "services/gateway/page_cache.h"
#include "services/gateway/throttle.h"

#define NOTICE_CODE_SIZE 65
#define NOTICE_JOBS_MOST 64

/* The projects that are on the board, as last told; kept whole, so that an address of no project costs no call. */
struct notice_index {
  struct arena arena;
  Workrelief__NoticeProject **rows; /* newest notice first */
  size_t count;
};

/* A page being made: who wants the same waits for it. */
struct notice_job {
  int64_t hop_id; /* 0: the place is free */
  char key[PAGE_KEY_SIZE], subject[NOTICE_CODE_SIZE];
  bool spoiled; /* something changed meanwhile: it is sent, and not kept */
};

struct notice_board {
  struct runtime *runtime;
  struct seal_keys *keys;
  const char *url;     /* without a slash at its end; "" = as the request names this host */
  const char *trusted; /* proxies whose X-Forwarded-For is believed */
  int64_t series;
  bool on;
  struct page_cache *cache;
  struct throttle *reads, *codes, *complaints;
  struct notice_index *index;
  int64_t index_us; /* when it was told; 0: it is to be asked for anew */
  struct notice_job jobs[NOTICE_JOBS_MOST];
};

/* What is asked for, as a page's key says it and the second thread reads it back. The key bears the day too: what is shown ends with a day. */
struct notice_wish {
  char kind; /* 'p' the project's page, 'b' the same by the printed code, 's' a sheet's rows, 'f' printed form, 'i' the index */
  bool english;
  char project_code[NOTICE_CODE_SIZE], sheet_code[NOTICE_CODE_SIZE];
  int after; /* of a sheet: the number of the line before the first shown; of a project: which page of its sheets, from 0 */
};
void notice_wish_write(const struct notice_wish *wish, char key[PAGE_KEY_SIZE]);
bool notice_wish_read(const char *key, struct notice_wish *wish) MUST_CHECK;

/* Whether who is logged in may print this project's board; false: answered. */
bool notice_may_print(struct http_site *site, struct exchange *exchange, const char *project_code) MUST_CHECK;
/* Whether the key in an address is the project's; in constant time. */
bool notice_key_fits(const struct notice_board *board, const char *project_code, const char *key) MUST_CHECK;

/* For how long the page may be kept, a minute at most, and where. */
void notice_keep(struct http_answer *answer, const struct notice_wish *wish, int seconds);

/* notice_ask.c, notice_take.c: what the second thread does. */
void notice_page_job(struct http_site *site, struct http_job *job);
void notice_complaint_job(struct http_site *site, struct http_job *job);
void notice_progress_job(struct http_site *site, struct http_job *job);
void notice_slip_job(struct http_site *site, struct http_job *job);

/* notice_post.c: pages that bear a form. */
exchange_function notice_complain_begin, notice_query_begin, notice_slip_begin;
/* A page of fixed words. */
void notice_say(struct http_answer *answer, bool english, unsigned status, const char *title_zh, const char *title_en, const char *zh,
                const char *en);
/* The services do not answer. */
void notice_away(struct http_answer *answer, bool english);
bool notice_english(const struct exchange *exchange);
/* False: too often; answered. */
bool notice_may(struct http_site *site, struct exchange *exchange, struct throttle *throttle) MUST_CHECK;
/* False: the index is not here yet; the exchange waits for it or is answered. */
bool notice_indexed(struct http_site *site, struct exchange *exchange) MUST_CHECK;
const Workrelief__NoticeProject *notice_project(const struct notice_board *board, const char *project_code);
void notice_unknown(struct exchange *exchange);

#endif
