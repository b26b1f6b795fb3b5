/* http_work.c - see http_work.h. */
#include "services/gateway/http_work.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/text.h"
#include "common/daemon/service.h"
#include "services/gateway/site_pages.h"

#define JOBS_MOST 64
#define PATIENCE_MS 4000 /* everybody waits behind the second thread */
#define CONNECT_MS 1000

struct http_work {
  struct http_site *site;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t filled;
  struct http_job *waiting, **last, *done;
  size_t count;
  bool closed;
  int done_fd;
  struct client *client; /* the second thread's own */
};

void http_job_free(struct http_job *job) {
  if (job->body) wipe(job->body, job->length);
  free(job->body);
  free(job->answer.text);
  free(job);
}

bool http_work_push(struct http_work *work, struct http_job *job) {
  pthread_mutex_lock(&work->lock);
  const bool taken = !work->closed && work->count < JOBS_MOST;
  if (taken) {
    *work->last = job;
    work->last = &job->next;
    work->count++;
    pthread_cond_signal(&work->filled);
  }
  pthread_mutex_unlock(&work->lock);
  return taken;
}

static struct http_job *next_job(struct http_work *work) {
  pthread_mutex_lock(&work->lock);
  while (!work->waiting && !work->closed) pthread_cond_wait(&work->filled, &work->lock);
  struct http_job *const job = work->waiting;
  if (job) {
    work->waiting = job->next;
    if (!work->waiting) work->last = &work->waiting;
    work->count--;
  }
  pthread_mutex_unlock(&work->lock);
  return job;
}

static void hand_back(struct http_work *work, struct http_job *job) {
  const uint64_t one = 1;
  pthread_mutex_lock(&work->lock);
  job->next = work->done;
  work->done = job;
  pthread_mutex_unlock(&work->lock);
  if (write(work->done_fd, &one, sizeof one) < 0) log_warn("http: eventfd: %s", strerror(errno));
}

static void *run(void *context) {
  struct http_work *const work = context;
  runtime_set_patience(PATIENCE_MS);
  runtime_set_connect_wait(CONNECT_MS);
  for (struct http_job *job = next_job(work); job; job = next_job(work)) {
    job->run(work->site, job);
    hand_back(work, job);
  }
  if (work->client) client_close(&work->client);
  site_pages_close();
  runtime_close_siblings();
  return NULL;
}

struct client *http_work_client(struct http_work *work) {
  if (!work->client) work->client = http_dial(http_runtime(work->site), "gateway");
  return work->client;
}

int http_work_fd(const struct http_work *work) { return work->done_fd; }

struct http_job *http_work_done(struct http_work *work) {
  uint64_t count;
  if (read(work->done_fd, &count, sizeof count) < 0 && errno == EAGAIN) return NULL;
  pthread_mutex_lock(&work->lock);
  struct http_job *const list = work->done;
  work->done = NULL;
  pthread_mutex_unlock(&work->lock);
  return list;
}

struct http_work *http_work_new(struct http_site *site) {
  struct http_work *const work = calloc(1, sizeof *work);
  if (!work) return NULL;
  work->site = site;
  work->last = &work->waiting;
  work->done_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  pthread_mutex_init(&work->lock, NULL);
  pthread_cond_init(&work->filled, NULL);
  if (work->done_fd >= 0 && pthread_create(&work->thread, NULL, run, work) == 0) return work;
  http_work_free(work);
  return NULL;
}

void http_work_end(struct http_work *work) {
  pthread_mutex_lock(&work->lock);
  work->closed = true;
  pthread_cond_signal(&work->filled);
  pthread_mutex_unlock(&work->lock);
  pthread_join(work->thread, NULL);
}

void http_work_free(struct http_work *work) {
  if (!work) return;
  if (work->done_fd >= 0) close(work->done_fd);
  pthread_cond_destroy(&work->filled);
  pthread_mutex_destroy(&work->lock);
  free(work);
}
