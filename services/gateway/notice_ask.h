/* notice_ask.h - what the second thread's pages of the notice board share. */
#ifndef WORKRELIEF_GATEWAY_NOTICE_ASK_H
#define WORKRELIEF_GATEWAY_NOTICE_ASK_H

#include "common/base/clock.h"
#include "services/gateway/notice_board.h"
#include "services/gateway/notice_page.h"

struct asking {
  struct http_site *site;
  struct http_job *job;
  struct arena arena;
  struct notice_view view;
  char today[CLOCK_DATE_SIZE];
};

void asking_begin(struct asking *asking, struct http_site *site, struct http_job *job, bool english);
/* As the node itself; NULL: *reply says why. */
message *asking_ask(struct asking *asking, const char *method, const message *request, const message_type *type, struct client_reply *reply);
/* The same under a request id of its own: sent twice, it is done once. */
message *asking_send(struct asking *asking, const char *method, const uint8_t *request_id, const message *request, const message_type *type,
                     struct client_reply *reply);
/* The project as the board shows it; false: answered. */
bool asking_board(struct asking *asking, const char *project_code) MUST_CHECK;

/* A page being written; closing it gives its text to the job. */
struct sink {
  char *text;
  size_t length;
  FILE *out;
};
bool sink_open(struct sink *sink) MUST_CHECK;
void sink_close(struct sink *sink, struct http_job *job, unsigned status);

#endif
