/* units.c - the bus in C with libzmq and protobuf-c alone: lists a node's units, and adds one when its fields are given.
 *
 *   units ENDPOINT SERVER.pub OWN.key [UNIT_ID UNIT_NAME]
 *
 * A call is a request header and a message in two frames, and so is its answer. When no answer comes the same request is sent again under
 * the same id: it is done once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <zmq.h>

#include "header.pb-c.h"
#include "registry.pb-c.h"

#define TRIES 5
#define WAIT_MS 5000
#define ID_SIZE 16
#define KEY_SIZE 41 /* Z85 text of a CURVE key */

static void die(const char *what) {
  fprintf(stderr, "units: %s: %s\n", what, strerror(errno));
  exit(70);
}

/* The value of a line "name = value" of a key file. */
static void read_key(const char *path, const char *name, char key[KEY_SIZE]) {
  char line[256];
  FILE *file = fopen(path, "r");
  const size_t length = strlen(name);
  if (!file) die(path);
  key[0] = '\0';
  while (fgets(line, sizeof line, file))
    if (strncmp(line, name, length) == 0 && strncmp(line + length, " = ", 3) == 0) snprintf(key, KEY_SIZE, "%.40s", line + length + 3);
  fclose(file);
  if (strlen(key) != KEY_SIZE - 1) die(path);
}

/* A UUIDv7: the time, then chance. Whoever must survive a crash stores it before the first send. */
static void make_id(uint8_t id[ID_SIZE]) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
  if (getrandom(id, ID_SIZE, 0) != ID_SIZE) die("getrandom");
  for (int i = 0; i < 6; i++) id[i] = (uint8_t)(ms >> (40 - 8 * i));
  id[6] = (uint8_t)(0x70 | (id[6] & 15));
  id[8] = (uint8_t)(0x80 | (id[8] & 63));
}

static void *dial(void *context, const char *endpoint, const char *server_file, const char *own_file) {
  char server[KEY_SIZE], own[KEY_SIZE], secret[KEY_SIZE];
  const int linger = 0;
  void *socket = zmq_socket(context, ZMQ_DEALER);
  read_key(server_file, "public", server);
  read_key(own_file, "public", own);
  read_key(own_file, "secret", secret);
  if (!socket || zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server, KEY_SIZE) != 0 || zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, own, KEY_SIZE) != 0 ||
      zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret, KEY_SIZE) != 0 || zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger) != 0 ||
      zmq_connect(socket, endpoint) != 0)
    die(endpoint);
  return socket;
}

static void send_frame(void *socket, const ProtobufCMessage *message, int flags) {
  const size_t length = protobuf_c_message_get_packed_size(message);
  uint8_t *bytes = malloc(length + 1);
  if (!bytes) die("memory");
  protobuf_c_message_pack(message, bytes);
  if (zmq_send(socket, bytes, length, flags) < 0) die("send");
  free(bytes);
}

/* One frame as a message of this type; NULL: none within the time. */
static ProtobufCMessage *receive_frame(void *socket, const ProtobufCMessageDescriptor *type) {
  zmq_msg_t frame;
  zmq_msg_init(&frame);
  ProtobufCMessage *message = NULL;
  if (zmq_msg_recv(&frame, socket, 0) >= 0) message = protobuf_c_message_unpack(type, NULL, zmq_msg_size(&frame), zmq_msg_data(&frame));
  zmq_msg_close(&frame);
  return message;
}

static int is_retryable(int status) { return status == 4 || status == 8 || status == 10 || status == 13 || status == 14; }

static void complain(const Workrelief__ReplyHeader *header) {
  if (!header->n_problems) fprintf(stderr, "%s\t\t%s\n", header->reason, header->message);
  for (size_t i = 0; i < header->n_problems; i++)
    fprintf(stderr, "%s\t%s\t%s\n", header->problems[i]->reason, header->problems[i]->path, header->problems[i]->message);
}

/* The reply, to be freed by the caller; NULL: refused, and said so. Ends the program when the outcome stays unknown. */
static ProtobufCMessage *call(void *socket, char *method, const ProtobufCMessage *request, const ProtobufCMessageDescriptor *reply_type) {
  uint8_t id[ID_SIZE];
  Workrelief__RequestHeader header = WORKRELIEF__REQUEST_HEADER__INIT;
  make_id(id);
  header.version = 1;
  header.method = method;
  header.request_id = (ProtobufCBinaryData){ID_SIZE, id};
  for (int attempt = 0; attempt < TRIES; attempt++) {
    zmq_pollitem_t poll = {.socket = socket, .events = ZMQ_POLLIN};
    send_frame(socket, &header.base, ZMQ_SNDMORE);
    send_frame(socket, request, 0);
    while (zmq_poll(&poll, 1, WAIT_MS) > 0) {
      Workrelief__ReplyHeader *answer = (Workrelief__ReplyHeader *)receive_frame(socket, &workrelief__reply_header__descriptor);
      ProtobufCMessage *body = receive_frame(socket, reply_type);
      if (!answer) die("an answer that cannot be read");
      const int mine = answer->request_id.len == ID_SIZE && memcmp(answer->request_id.data, id, ID_SIZE) == 0, status = answer->status;
      if (mine && status != 0 && !is_retryable(status)) complain(answer);
      protobuf_c_message_free_unpacked(&answer->base, NULL);
      if (mine && status == 0) return body;
      if (body) protobuf_c_message_free_unpacked(body, NULL);
      if (mine && !is_retryable(status)) return NULL;
      if (mine) break; /* not now: the same id again */
    }
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
  }
  fprintf(stderr, "units: %s: no answer; the outcome is unknown\n", method);
  exit(75);
}

static int add_unit(void *socket, char *unit_id, char *unit_name) {
  Workrelief__AddUnitRequest request = WORKRELIEF__ADD_UNIT_REQUEST__INIT;
  request.unit_id = unit_id;
  request.unit_name = unit_name;
  request.unit_kind = WORKRELIEF__UNIT_KIND__VALUE__CONTRACTOR_COMPANY;
  ProtobufCMessage *reply = call(socket, "registry.AddUnit", &request.base, &workrelief__unit_reply__descriptor);
  if (!reply) return 1;
  protobuf_c_message_free_unpacked(reply, NULL);
  return 0;
}

static int list_units(void *socket) {
  char token[256] = "";
  do {
    Workrelief__ListUnitsRequest request = WORKRELIEF__LIST_UNITS_REQUEST__INIT;
    request.page_size = 5;
    request.page_token = token;
    Workrelief__ListUnitsReply *page =
        (Workrelief__ListUnitsReply *)call(socket, "registry.ListUnits", &request.base, &workrelief__list_units_reply__descriptor);
    if (!page) return 1;
    for (size_t i = 0; i < page->n_rows; i++) printf("%s\t%s\n", page->rows[i]->unit_id, page->rows[i]->unit_name);
    snprintf(token, sizeof token, "%s", page->next_page_token);
    protobuf_c_message_free_unpacked(&page->base, NULL);
  } while (*token);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4 && argc != 6) {
    fprintf(stderr, "units ENDPOINT SERVER.pub OWN.key [UNIT_ID UNIT_NAME]\n");
    return 64;
  }
  void *context = zmq_ctx_new(), *socket = dial(context, argv[1], argv[2], argv[3]);
  int code = argc == 6 ? add_unit(socket, argv[4], argv[5]) : 0;
  if (code == 0) code = list_units(socket);
  zmq_close(socket);
  zmq_ctx_term(context);
  return code;
}
