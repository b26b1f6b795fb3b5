/* zap.c - the ZAP 1.0 handler (RFC 27): one thread that answers libzmq's question about every CURVE handshake. */
#include "common/bus/zap.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include "common/base/log.h"
#include "common/bus/socket.h"
#include "common/crypto/key_file.h"

#define FRAMES 7 /* version, request id, domain, address, routing id, mechanism, public key */
#define FRAME_MAX 256

struct zap {
  void *socket;
  struct key_ring *ring;
  int stop;
  pthread_t thread;
  atomic_long refused;
};

struct frame {
  size_t length;
  char bytes[FRAME_MAX];
};

static bool frame_is(const struct frame *frame, const char *text) {
  return frame->length == strlen(text) && memcmp(frame->bytes, text, frame->length) == 0;
}

/* Reads all parts, however many; keeps the first FRAMES. Returns how many there were, -1 on a socket error. */
static int receive(void *socket, struct frame frames[FRAMES]) {
  int count = 0, more = 1;
  size_t size = sizeof(more);
  while (more) {
    struct frame spare, *frame = count < FRAMES ? &frames[count] : &spare;
    int length = zmq_recv(socket, frame->bytes, FRAME_MAX, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 || zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) != 0) return -1;
    frame->length = (size_t)length; /* longer than FRAME_MAX is then wrong by its length */
    count++;
  }
  return count;
}

static bool is_admitted(struct zap *zap, int count, const struct frame frames[FRAMES], char z85[KEY_Z85_SIZE]) {
  struct identity identity;
  if (count != FRAMES || !frame_is(&frames[0], "1.0") || !frame_is(&frames[2], BUS_ZAP_DOMAIN) || !frame_is(&frames[5], "CURVE") ||
      frames[6].length != 32)
    return false;
  return zmq_z85_encode(z85, (const uint8_t *)frames[6].bytes, 32) && key_ring_find(zap->ring, z85, &identity);
}

/* libzmq at the other end never dials again after 400, and does after 300. */
static const char *refusal(struct zap *zap) { return key_ring_awaits(zap->ring) ? "300" : "400"; }

static void answer(struct zap *zap, const struct frame *request_id, bool admitted, const char *user_id) {
  const struct {
    const char *bytes;
    size_t length;
  } reply[] = {
      {"1.0", 3},
      {request_id->bytes, request_id->length < FRAME_MAX ? request_id->length : 0},
      {admitted ? "200" : refusal(zap), 3},
      {admitted ? "OK" : "unknown key", admitted ? 2 : 11},
      {user_id, admitted ? strlen(user_id) : 0},
      {"", 0},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(reply); i++)
    if (zmq_send(zap->socket, reply[i].bytes, reply[i].length, i + 1 < ARRAY_LENGTH(reply) ? ZMQ_SNDMORE : 0) < 0)
      log_fatal("ZAP handler cannot answer: %s", zmq_strerror(errno));
}

static void handle(struct zap *zap) {
  struct frame frames[FRAMES] = {0};
  char z85[KEY_Z85_SIZE] = "";
  int count = receive(zap->socket, frames);
  if (count < 0) log_fatal("ZAP handler cannot read: %s", zmq_strerror(errno));
  bool admitted = is_admitted(zap, count, frames, z85);
  if (!admitted) {
    atomic_fetch_add(&zap->refused, 1);
    log_warn("handshake refused key=%s", z85[0] ? z85 : "none");
  }
  answer(zap, &frames[1], admitted, z85);
}

/* Leaves only when told to; any other end would open the door or bar it for ever, so the process ends instead. */
static void *run(void *argument) {
  struct zap *zap = argument;
  for (;;) {
    zmq_pollitem_t items[] = {{zap->socket, 0, ZMQ_POLLIN, 0}, {NULL, zap->stop, ZMQ_POLLIN, 0}};
    if (zmq_poll(items, ARRAY_LENGTH(items), -1) < 0) {
      if (errno == EINTR) continue;
      log_fatal("ZAP handler cannot wait: %s", zmq_strerror(errno));
    }
    if (items[1].revents) return NULL;
    if (items[0].revents) handle(zap);
  }
}

/* Signals are the main thread's business. */
static bool start_thread(struct zap *zap) {
  sigset_t all, before;
  sigfillset(&all);
  if (pthread_sigmask(SIG_BLOCK, &all, &before) != 0) return false;
  int rc = pthread_create(&zap->thread, NULL, run, zap);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (rc == 0) pthread_setname_np(zap->thread, "zap");
  return rc == 0;
}

struct zap *zap_start(void *context, struct key_ring *ring, const char **problem) {
  struct zap *zap = calloc(1, sizeof(*zap));
  int linger = 0;
  if (!zap) {
    *problem = "no memory for the ZAP handler";
    return NULL;
  }
  zap->ring = ring;
  zap->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  zap->socket = zmq_socket(context, ZMQ_REP);
  if (zap->stop >= 0 && zap->socket && zmq_setsockopt(zap->socket, ZMQ_LINGER, &linger, sizeof(linger)) == 0 &&
      zmq_bind(zap->socket, "inproc://zeromq.zap.01") == 0 && start_thread(zap))
    return zap;
  *problem = problem_text("ZAP handler: %s", zmq_strerror(errno));
  if (zap->socket) zmq_close(zap->socket);
  if (zap->stop >= 0) close(zap->stop);
  free(zap);
  return NULL;
}

void zap_stop(struct zap **zap) {
  if (!*zap) return;
  uint64_t one = 1;
  if (write((*zap)->stop, &one, sizeof(one)) != sizeof(one)) log_fatal("ZAP handler cannot be stopped: %s", strerror(errno));
  pthread_join((*zap)->thread, NULL);
  zmq_close((*zap)->socket);
  close((*zap)->stop);
  free(*zap);
  *zap = NULL;
}

long zap_refused(const struct zap *zap) { return atomic_load(&zap->refused); }
