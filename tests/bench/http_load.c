/* http_load.c - clients over HTTP under load: so many keep-alive connections, each with one POST under way (no pipelining), for so long.
 *
 *   http_load ADDRESS PORT CONNECTIONS SECONDS PATH FIRST COUNT < TOKEN
 *
 * Each body is {"projectCode":"N"}, N scattered over FIRST .. FIRST + COUNT - 1. Prints "calls_per_second p50_us p99_us ok other". */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/text.h"

#define CONNECTIONS_MOST 1024
#define ANSWER_MOST 262144u

struct line {
  int socket;
  int64_t begun_us;
  size_t used, wanted; /* wanted: head and body together; 0 = the head is not whole */
  char answer[ANSWER_MOST];
};

struct load {
  const char *path;
  char token[64];
  int epoll;
  long first, count;
  uint64_t sequence;
  struct line *lines;
  int64_t *latencies;
  size_t counted, room, ok, other;
};

static void die(const char *what) {
  fprintf(stderr, "http_load: %s: %s\n", what, strerror(errno));
  exit(70);
}

static void ask(struct load *load, struct line *line) {
  char body[64], request[512];
  const uint64_t scattered = ++load->sequence * UINT64_C(0x9e3779b97f4a7c15) >> 33;
  const int length = snprintf(body, sizeof body, "{\"projectCode\":\"%" PRIu64 "\"}", (uint64_t)load->first + scattered % (uint64_t)load->count);
  const int whole =
      snprintf(request, sizeof request,
               "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
               load->path, load->token, length, body);
  line->used = line->wanted = 0;
  line->begun_us = clock_monotonic_us();
  if (whole < 0 || (size_t)whole >= sizeof request || send(line->socket, request, (size_t)whole, MSG_NOSIGNAL) != whole) die("send");
}

static void dial(struct load *load, struct line *line, const char *address, long port) {
  const int on = 1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = line};
  if (inet_pton(AF_INET, address, &to.sin_addr) != 1) die("address");
  line->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (line->socket < 0 || connect(line->socket, (struct sockaddr *)&to, sizeof to) != 0) die("connect");
  if (setsockopt(line->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 || epoll_ctl(load->epoll, EPOLL_CTL_ADD, line->socket, &event) != 0)
    die("epoll_ctl");
}

/* What the head says: how long all is. 0: more is to come. */
static size_t length_of(const struct line *line) {
  const char *const end = memmem(line->answer, line->used, "\r\n\r\n", 4);
  const char *const said = end ? strcasestr(line->answer, "\r\nContent-Length: ") : NULL;
  if (end && (!said || said > end)) {
    fprintf(stderr, "http_load: an answer without a length: %.300s\n", line->answer);
    exit(70);
  }
  return end ? (size_t)(end + 4 - line->answer) + strtoul(said + 18, NULL, 10) : 0;
}

static void note(struct load *load, const struct line *line) {
  if (load->counted == load->room) {
    load->room = load->room * 2 + 4096;
    load->latencies = realloc(load->latencies, load->room * sizeof *load->latencies);
    if (!load->latencies) die("memory");
  }
  load->latencies[load->counted++] = clock_monotonic_us() - line->begun_us;
  if (strncmp(line->answer, "HTTP/1.1 200", 12) == 0)
    load->ok++;
  else if (load->other++ == 0)
    fprintf(stderr, "http_load: first other answer: %.600s\n", line->answer);
}

/* True: the answer is whole. */
static bool take(struct line *line) {
  const ssize_t got = recv(line->socket, line->answer + line->used, sizeof line->answer - 1 - line->used, 0);
  if (got <= 0) die("receive");
  line->used += (size_t)got;
  line->answer[line->used] = '\0';
  if (!line->wanted) line->wanted = length_of(line);
  return line->wanted && line->used >= line->wanted;
}

static int by_value(const void *left, const void *right) {
  const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

static void run(struct load *load, long connections, double seconds) {
  struct epoll_event events[64];
  const int64_t begun = clock_monotonic_us(), end = begun + (int64_t)(seconds * 1e6);
  for (long i = 0; i < connections; i++) ask(load, &load->lines[i]);
  while (clock_monotonic_us() < end) {
    const int ready = epoll_wait(load->epoll, events, ARRAY_LENGTH(events), 30000);
    if (ready <= 0) die("no answer for 30 s");
    for (int i = 0; i < ready; i++) {
      struct line *const line = events[i].data.ptr;
      if (!take(line)) continue;
      note(load, line);
      ask(load, line);
    }
  }
  const double elapsed = (double)(clock_monotonic_us() - begun) / 1e6;
  qsort(load->latencies, load->counted, sizeof *load->latencies, by_value);
  printf("%.1f %" PRId64 " %" PRId64 " %zu %zu\n", (double)load->counted / elapsed, load->counted ? load->latencies[load->counted / 2] : 0,
         load->counted ? load->latencies[load->counted * 99 / 100] : 0, load->ok, load->other);
}

static long number(const char *text, long lowest, long highest) {
  int64_t value = 0;
  if (!parse_int64(text, lowest, highest, &value)) die("a number is missing or out of range");
  return (long)value;
}

int main(int argc, char **argv) {
  static struct load load;
  if (argc != 8 || scanf("%63s", load.token) != 1) die("see the head of tests/bench/http_load.c");
  const long port = number(argv[2], 1, 65535), connections = number(argv[3], 1, CONNECTIONS_MOST);
  load.path = argv[5];
  load.first = number(argv[6], 0, 1000000000);
  load.count = number(argv[7], 1, 1000000000);
  load.epoll = epoll_create1(EPOLL_CLOEXEC);
  load.lines = calloc((size_t)connections, sizeof *load.lines);
  if (load.epoll < 0 || !load.lines) die("start");
  for (long i = 0; i < connections; i++) dial(&load, &load.lines[i], argv[1], port);
  run(&load, connections, strtod(argv[4], NULL));
  return load.other > 0 ? 1 : 0;
}
