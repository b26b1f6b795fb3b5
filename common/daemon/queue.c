/* queue.c - calls from one thread to another: a list under one lock, one signal when it was empty. */
#include <errno.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/daemon/runtime.h"

void queue_init(struct call_queue *queue) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init(&queue->lock, NULL);
  pthread_cond_init(&queue->filled, &attributes);
  pthread_condattr_destroy(&attributes);
  queue->head = queue->tail = NULL;
  queue->count = queue->bytes = 0;
  queue->closed = false;
}

bool queue_push(struct call_queue *queue, struct call *head, struct call *tail, size_t count, size_t bytes) {
  pthread_mutex_lock(&queue->lock);
  if (queue->closed) {
    pthread_mutex_unlock(&queue->lock);
    return false;
  }
  if (queue->tail)
    queue->tail->next = head;
  else
    queue->head = head;
  queue->tail = tail;
  queue->count += count;
  queue->bytes += bytes;
  pthread_cond_broadcast(&queue->filled);
  pthread_mutex_unlock(&queue->lock);
  return true;
}

static void wait_filled(struct call_queue *queue, int wait_ms) {
  const struct timespec until = clock_deadline(wait_ms);
  while (!queue->head && !queue->closed)
    if (pthread_cond_timedwait(&queue->filled, &queue->lock, &until) == ETIMEDOUT) return;
}

struct call *queue_take(struct call_queue *queue, size_t most, int wait_ms) {
  pthread_mutex_lock(&queue->lock);
  if (!queue->head && wait_ms > 0) wait_filled(queue, wait_ms);
  struct call *first = queue->head, *last = NULL;
  size_t taken = 0;
  for (struct call *call = first; call && taken < most; call = call->next) {
    last = call;
    queue->bytes -= call->body_length;
    taken++;
  }
  if (last) {
    queue->head = last->next;
    if (!queue->head) queue->tail = NULL;
    last->next = NULL;
    queue->count -= taken;
  }
  pthread_mutex_unlock(&queue->lock);
  return first;
}

void queue_close(struct call_queue *queue) {
  pthread_mutex_lock(&queue->lock);
  queue->closed = true;
  pthread_cond_broadcast(&queue->filled);
  pthread_mutex_unlock(&queue->lock);
}

bool queue_is_over(struct call_queue *queue) {
  pthread_mutex_lock(&queue->lock);
  bool over = queue->closed && !queue->head;
  pthread_mutex_unlock(&queue->lock);
  return over;
}

size_t queue_depth(struct call_queue *queue, size_t *bytes) {
  pthread_mutex_lock(&queue->lock);
  size_t count = queue->count;
  if (bytes) *bytes = queue->bytes;
  pthread_mutex_unlock(&queue->lock);
  return count;
}
