/* http_work.h - the second thread beside the listener: does one job after another, what must wait (a password's hash, a page made of
 * several calls), and hands each back. Pushed and taken back by the listener's thread only. */
#ifndef WORKRELIEF_GATEWAY_HTTP_WORK_H
#define WORKRELIEF_GATEWAY_HTTP_WORK_H

#include "services/gateway/http.h"

struct http_work;

/* NULL: no memory or no thread. The thread runs from now on; site is what its jobs get. */
struct http_work *http_work_new(struct http_site *site) MUST_CHECK;
/* No job is taken any more; waits for the one under way. What is done can still be taken back. */
void http_work_end(struct http_work *work);
void http_work_free(struct http_work *work);
/* False: too many wait. Takes the job. */
bool http_work_push(struct http_work *work, struct http_job *job) MUST_CHECK;
/* Readable when something is done. */
int http_work_fd(const struct http_work *work);
/* A list of what is done, oldest last; each to be freed by http_job_free. NULL: nothing. */
struct http_job *http_work_done(struct http_work *work) MUST_CHECK;
void http_job_free(struct http_job *job);
/* In the second thread: its connection to the gateway's own bus. NULL: not to be had. */
struct client *http_work_client(struct http_work *work);

#endif
