/* notice.h - the public notice board: what hangs at the site and in the village, for a telephone and without a login. Written for one
 * thread (the listener's) but for notice_ask.c, whose work is the second thread's.
 *
 * What a project's office published is at /notice/p/<project>: projects are public by law. The rows of people (masked) are shown only to who
 * came by the code on the printed board, /notice/b/<project>/<key>: the key cannot be guessed, so walking the list of projects gives no list
 * of people. */
#ifndef WORKRELIEF_GATEWAY_NOTICE_H
#define WORKRELIEF_GATEWAY_NOTICE_H

#include "admin.pb-c.h"
#include "services/gateway/http.h"

#define NOTICE_KEY_TEXT 32
#define NOTICE_ADDRESS_SIZE 512

struct notice_board;
struct notice_board *notice_board_new(struct runtime *runtime) MUST_CHECK;
void notice_board_free(struct notice_board **board);
/* The board of this listener; it may be switched off. */
struct notice_board *http_board(struct http_site *site);

/* What stands on the printed board of this project. */
void notice_key_of(const struct notice_board *board, const char *project_code, char key[NOTICE_KEY_TEXT + 1]);
/* The address in the code on the printed board; false: the request names no host that could stand in an address. */
bool notice_address(struct http_site *site, const struct exchange *exchange, const char *project_code, char out[NOTICE_ADDRESS_SIZE]) MUST_CHECK;

/* GET /notice/... and POST there. */
exchange_function notice_begin, notice_post_begin;
/* A job is done: what it made for the board is kept. */
void notice_built(struct notice_board *board, struct http_job *job);
/* Something happened in a service; NULL: much may have, unheard. */
void notice_heard(struct notice_board *board, const char *service, const Workrelief__JournalEntry *entry, struct arena *arena);
bool notice_listens(const struct notice_board *board);

/* GET /qr/<project>.svg: for those who print the board, by session. */
exchange_function qr_begin;

#endif
