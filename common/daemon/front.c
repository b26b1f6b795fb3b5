/* front.c - see front.h. One thread owns the ROUTER; nothing here waits for anything but messages. */
#include "common/daemon/front.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/bus/socket.h"
#include "common/daemon/crash.h"
#include "common/pb/scan.h"

#define DRAIN_MOST 64
#define FRAMES_MOST 64 /* of one message; what comes behind is counted, not kept */
#define HOUSEKEEPING_US 200000
#define PARKED_POLL_MS 5
#define WATCH_PAUSE_US 100000 /* a busy journal answers the readers of rare events ten times a second, not at every row */
#define WATCH_FAR 5000        /* rows behind: who has that much to catch up with need not wait */
#define WATCHES_A_PRINCIPAL 8
#define PARKED_MOST 2000
#define IDLE_POLL_MS 200
#define HEADER_MOST 8192 /* bytes of a RequestHeader */
#define HEADER_ARENA 262144
#define FORWARD_SOCKETS_MOST 8

/* --- sending ---------------------------------------------------------------------------------------------------------------------- */

/* hop_id goes behind the packed header: a field may stand anywhere, and the stored header stays byte for byte what it was. */
static size_t hop_field(int64_t hop_id, uint8_t out[12]) {
  size_t length = 0;
  if (!hop_id) return 0;
  out[length++] = 10 << 3;
  for (uint64_t rest = (uint64_t)hop_id;; rest >>= 7) {
    out[length++] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    if (rest <= 0x7f) return length;
  }
}

static bool send_frame(void *socket, const void *first, size_t first_length, const void *second, size_t second_length, int flags) {
  zmq_msg_t frame;
  if (zmq_msg_init_size(&frame, first_length + second_length) != 0) return false;
  char *to = zmq_msg_data(&frame);
  if (first_length) memcpy(to, first, first_length);
  if (second_length) memcpy(to + first_length, second, second_length);
  if (zmq_msg_send(&frame, socket, flags | ZMQ_DONTWAIT) >= 0) return true;
  zmq_msg_close(&frame);
  return false;
}

void front_send(struct front *front, const uint8_t *route, size_t route_length, const void *header, size_t header_length, int64_t hop_id,
                const void *body, size_t body_length) {
  uint8_t hop[12];
  if (!header) return; /* the machine is out of memory; the peer will ask again */
  size_t hop_length = hop_field(hop_id, hop);
  if (!send_frame(front->router, route, route_length, NULL, 0, ZMQ_SNDMORE)) return;
  crash_point("between_frames");
  if (send_frame(front->router, header, header_length, hop, hop_length, ZMQ_SNDMORE)) (void)send_frame(front->router, body, body_length, NULL, 0, 0);
}

static void send_call(struct front *front, struct call *call) {
  front_send(front, call->route, call->route_length, call->reply_header, call->reply_header_length, call->hop_id, call->reply_body,
             call->reply_body_length);
  call_free(call);
}

static void send_done(struct front *front) {
  struct call_queue *done = &front->runtime->done_queue;
  pthread_mutex_lock(&done->lock);
  struct call *list = done->head;
  done->head = done->tail = NULL;
  done->count = 0;
  pthread_mutex_unlock(&done->lock);
  for (struct call *call = list, *next; call; call = next) {
    next = call->next;
    send_call(front, call);
  }
}

/* --- parked calls ------------------------------------------------------------------------------------------------------------------ */

static bool must_wait(const struct front *front, const struct call *call) {
  struct runtime *runtime = front->runtime;
  if (atomic_load(&runtime->stopping)) return false;
  if (call->after_count && !followers_reached(runtime, call->after, call->after_count)) return true;
  if (!call_is_journal_read(call)) return false;
  int64_t now = clock_monotonic_us(), after_seq, wait_ms = call_journal_wait(call, &after_seq), behind = atomic_load(&runtime->last_seq) - after_seq;
  if (wait_ms <= 0 || now >= call->deadline_us) return false;
  return behind <= 0 || (call_is_watch(call) && behind < WATCH_FAR && now < call->arrived_us + WATCH_PAUSE_US);
}

/* A reader that asks again and again without waiting for answers shall not fill the front's memory. */
static bool may_park(const struct front *front, const struct call *call) {
  size_t own = 0, all = 0;
  for (const struct call *parked = front->parked; parked; parked = parked->next, all++)
    own += call_is_journal_read(parked) && strcmp(parked->caller.principal, call->caller.principal) == 0;
  return !call_is_watch(call) || (own < WATCHES_A_PRINCIPAL && all < PARKED_MOST);
}

static void park(struct front *front, struct call *call) {
  struct call **place = &front->parked;
  while (*place) place = &(*place)->next;
  call->next = NULL;
  *place = call;
  atomic_fetch_add(&front->runtime->parked_reads, 1);
}

static void pass(struct call *call) {
  call->next = NULL;
  door_enqueue(call);
}

static void look_at_parked(struct front *front) {
  int64_t now = clock_monotonic_us();
  for (struct call **place = &front->parked; *place;) {
    struct call *call = *place;
    bool expired = now > call->deadline_us;
    if (must_wait(front, call) && !expired) {
      place = &call->next;
      continue;
    }
    *place = call->next;
    atomic_fetch_sub(&front->runtime->parked_reads, 1);
    if (expired && call_is_journal_read(call)) call->deadline_us = now + 1000000; /* an empty answer is an answer */
    pass(call);
  }
}

/* --- receiving --------------------------------------------------------------------------------------------------------------------- */

struct parcel {
  uint8_t route[ROUTE_SIZE];
  size_t route_length;
  zmq_msg_t frames[2];
  size_t kept, count;
  char user[KEY_Z85_SIZE];
};

static void take_user(struct parcel *parcel, zmq_msg_t *last) {
  const char *user = zmq_msg_gets(last, "User-Id"); /* of the last frame: 4.3.4 loses it on the first (RELIABILITY fact 5) */
  snprintf(parcel->user, sizeof parcel->user, "%s", user ? user : "");
}

/* One whole message; false when there is none. */
static bool receive(struct front *front, struct parcel *parcel) {
  zmq_msg_t frame;
  *parcel = (struct parcel){0};
  zmq_msg_init(&frame);
  if (zmq_msg_recv(&frame, front->router, ZMQ_DONTWAIT) < 0) {
    zmq_msg_close(&frame);
    return false;
  }
  if (zmq_msg_size(&frame) <= sizeof parcel->route) {
    parcel->route_length = zmq_msg_size(&frame);
    memcpy(parcel->route, zmq_msg_data(&frame), parcel->route_length);
  }
  for (bool more = zmq_msg_more(&frame); more;) {
    zmq_msg_close(&frame);
    zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, front->router, 0) < 0) break;
    more = zmq_msg_more(&frame);
    parcel->count++;
    if (!more) take_user(parcel, &frame);
    if (parcel->kept < 2) {
      zmq_msg_init(&parcel->frames[parcel->kept]);
      zmq_msg_move(&parcel->frames[parcel->kept++], &frame);
    }
  }
  zmq_msg_close(&frame);
  return true;
}

static void drop(struct parcel *parcel) {
  for (size_t i = 0; i < parcel->kept; i++) zmq_msg_close(&parcel->frames[i]);
}

static struct call *refused(struct front *front, const struct parcel *parcel, enum status status, const char *reason, const char *zh,
                            const char *en) {
  struct call *call = call_new(front->runtime, 0);
  if (!call) return NULL;
  atomic_fetch_add(&front->runtime->refused_frames, 1);
  memcpy(call->route, parcel->route, parcel->route_length);
  call->route_length = parcel->route_length;
  call_fail(call, status, reason, zh, en);
  call_pack_reply(call);
  return call;
}

static struct call *refused_frames(struct front *front, const struct parcel *parcel) {
  return refused(front, parcel, STATUS_INVALID_ARGUMENT, "BAD_FRAMES", "报文须为两帧：请求头与请求体。",
                 "A call is two frames: RequestHeader and body.");
}

static Workrelief__RequestHeader *read_header(struct arena *arena, const void *bytes, size_t length) {
  static struct problems problems; /* the front is one thread */
  problems_init(&problems, arena);
  if (length > HEADER_MOST) return NULL;
  if (!pb_scan(&workrelief__request_header__descriptor, bytes, length, SCAN_UNKNOWN_KEEP, &problems)) return NULL;
  return (Workrelief__RequestHeader *)pb_unpack(arena, &workrelief__request_header__descriptor, bytes, length);
}

/* A call ready for a queue, already complete (refused), or NULL: forwarded, answered, or nobody to answer. */
static struct call *open_parcel(struct front *front, struct parcel *parcel) {
  struct identity speaker;
  struct runtime *runtime = front->runtime;
  if (!parcel->route_length || !key_ring_find(runtime->ring, parcel->user, &speaker))
    return parcel->route_length ? refused(front, parcel, STATUS_UNAUTHENTICATED, "KEY_UNKNOWN", "该密钥未登记或已吊销；请联系协调机制办公室登记。",
                                          "This key is not admitted, or was revoked; ask the office to enrol it.")
                                : NULL;
  if (parcel->count != 2) return refused_frames(front, parcel);
  size_t length = zmq_msg_size(&parcel->frames[1]);
  struct call *call = call_new(runtime, length);
  if (!call) return NULL;
  memcpy(call->route, parcel->route, parcel->route_length);
  call->route_length = parcel->route_length;
  call_make_room(call, HEADER_ARENA);
  Workrelief__RequestHeader *header = read_header(&call->arena, zmq_msg_data(&parcel->frames[0]), zmq_msg_size(&parcel->frames[0]));
  if (!header) {
    call_free(call);
    return refused(front, parcel, STATUS_INVALID_ARGUMENT, "BAD_HEADER", "请求头无法解析。", "The RequestHeader cannot be read.");
  }
  const void *body = zmq_msg_data(&parcel->frames[1]);
  if (front->forward && forward_take(front->forward, &speaker, header, parcel->route, parcel->route_length, body, length)) {
    call_free(call);
    return NULL;
  }
  door_admit(call, header, &speaker, body, length);
  if (call->status == STATUS_OK && front->disk_low && call->bound->method->access == RW)
    call_fail(call, STATUS_RESOURCE_EXHAUSTED, "DISK_LOW", "磁盘空间不足，暂停写入；请运维清理后重试。",
              "The disk is nearly full; writes are refused until there is room again.");
  if (call->status != STATUS_OK) {
    call_pack_reply(call);
    log_write((enum log_level)status_log_level(call->status), "refused method=%s principal=%s reason=%s", header->method, call->caller.principal,
              call->problems && call->problems->count ? call->problems->list[0].reason : "");
  }
  return call;
}

static void handle(struct front *front, struct call *call) {
  if (!call) return;
  if (call->status != STATUS_OK) {
    if (call->bound) atomic_fetch_add(&call->bound->refused, 1);
    return send_call(front, call);
  }
  if (admin_answer(call)) return;
  if (call_is_journal_read(call)) {
    int64_t wait_ms = call_journal_wait(call, NULL);
    int64_t until = call->arrived_us + (wait_ms < 30000 ? wait_ms : 30000) * 1000;
    if (wait_ms > 0 && until < call->deadline_us) call->deadline_us = until;
  }
  if (!must_wait(front, call)) return pass(call);
  if (may_park(front, call)) return park(front, call);
  call_fail(call, STATUS_RESOURCE_EXHAUSTED, "WATCHES_FULL", "该用户等待中的订阅过多；请收到答复后再发下一次。",
            "Too many watches of this principal wait already; ask again when one has been answered.");
  call->retry_after_ms = 1000;
  call_pack_reply(call);
  send_call(front, call);
}

static void drain(struct front *front) {
  struct parcel parcel;
  for (int i = 0; i < DRAIN_MOST && receive(front, &parcel); i++) {
    struct call *call = open_parcel(front, &parcel);
    drop(&parcel);
    handle(front, call);
  }
}

/* --- once in a while ---------------------------------------------------------------------------------------------------------------- */

static void reload_ring(struct front *front) {
  char path[512];
  struct stat now;
  const char *problem = "";
  snprintf(path, sizeof path, "%s/keys/ring", front->runtime->directory);
  if (stat(path, &now) != 0) return;
  if (now.st_mtim.tv_sec == front->ring_seen.tv_sec && now.st_mtim.tv_nsec == front->ring_seen.tv_nsec) return;
  if (key_ring_load(front->runtime->ring, path, &problem) < 0)
    log_warn("ring: %s", problem);
  else
    front->ring_seen = now.st_mtim;
}

static void look_at_disk(struct front *front) {
  struct statvfs disk;
  int64_t reserve = settings_number(front->runtime->settings, "disk_reserve_megabytes");
  if (!reserve || statvfs(front->runtime->directory, &disk) != 0) return;
  bool low = (int64_t)(disk.f_bavail * disk.f_frsize >> 20) < reserve;
  if (low != front->disk_low) log_warn("disk %s", low ? "nearly full: writes are refused" : "has room again");
  front->disk_low = low;
}

static void keep_house(struct front *front) {
  int64_t now = clock_monotonic_us();
  if (now < front->next_housekeeping_us) return;
  front->next_housekeeping_us = now + HOUSEKEEPING_US;
  reload_ring(front);
  look_at_disk(front);
  if (front->forward) forward_expire(front->forward);
}

static bool is_over(struct front *front) {
  struct runtime *runtime = front->runtime;
  return atomic_load(&runtime->writer_done) && !front->parked && !queue_depth(&runtime->done_queue, NULL);
}

static void poll_once(struct front *front) {
  zmq_pollitem_t items[2 + FORWARD_SOCKETS_MOST] = {
      {.socket = front->router, .events = ZMQ_POLLIN},
      {.fd = front->runtime->done_fd, .events = ZMQ_POLLIN},
  };
  size_t forwards = front->forward ? forward_items(front->forward, items + 2) : 0;
  if (zmq_poll(items, (int)(2 + forwards), front->parked ? PARKED_POLL_MS : IDLE_POLL_MS) < 0) return;
  eventfd_t ignored;
  if (items[1].revents & ZMQ_POLLIN) {
    eventfd_read(front->runtime->done_fd, &ignored);
    send_done(front);
  }
  for (size_t i = 0; i < forwards; i++)
    if (items[2 + i].revents & ZMQ_POLLIN) forward_receive(front->forward, i);
  if (items[0].revents & ZMQ_POLLIN) drain(front);
  if (front->parked) look_at_parked(front);
}

void *front_main(void *argument) {
  struct runtime *runtime = argument;
  struct front front = {.runtime = runtime};
  const char *problem = "";
  front.router = bus_router(runtime->context, &runtime->own_key, &problem);
  if (!front.router) log_fatal("no socket: %s", problem);
  reload_ring(&front);
  if (zmq_bind(front.router, runtime->endpoint) != 0) log_fatal("cannot listen on %s: %s", runtime->endpoint, zmq_strerror(errno));
  log_info("listening on %s", runtime->endpoint);
  if (runtime->service->forwards && !(front.forward = forward_open(&front, &problem))) log_fatal("cannot forward: %s", problem);
  while (!is_over(&front)) {
    poll_once(&front);
    keep_house(&front);
  }
  send_done(&front);
  if (front.forward) forward_close(front.forward);
  int linger = 1000;
  zmq_setsockopt(front.router, ZMQ_LINGER, &linger, sizeof linger);
  zmq_close(front.router);
  return NULL;
}
