/* follower.c - one thread a source: reads its journal from where the cursor stands, checks epoch, order and chain, and submits what
 * this service has a use for to its own writer, together with the cursor. At least once on the wire, exactly once in effect. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/text.h"
#include "common/daemon/journal.h"
#include "common/daemon/runtime.h"

#define SOURCES_MOST 8
#define SHOWN_MOST 8
#define SKIPS_MOST 64
#define READ_WAIT_MS 1000 /* also how long a stop may wait for this thread */
#define READ_BYTES 800000
#define PAUSE_WAITING_MS 500
#define CONNECT_WAIT_MS 200
#define PAUSE_STOPPED_MS 3000
#define SEEN_MOST 1000  /* entries that mean nothing here do not each move the cursor in the table */
#define EVENTS_MOST 200 /* in one command to the writer */
#define PAGE_SIZE 1000
#define FOLLOW_ARENA ((size_t)64 << 20)
#define PROBLEM_SIZE 256

struct followed {
  struct runtime *runtime;
  const char *source;
  pthread_t thread;
  pthread_mutex_t lock;   /* over what follows */
  struct journal_head at; /* last entry checked, and applied where this service has a use for it */
  const char *state;
  char problem[PROBLEM_SIZE];
  /* of the thread alone */
  bool loaded;
  int64_t stored_seq; /* where the cursor in the table stands: behind at by entries that meant nothing here */
  int64_t skips[SKIPS_MOST];
  size_t skip_count;
};

/* What a worker follows elsewhere, as it says. */
struct shown {
  char source[48], state[16], problem[PROBLEM_SIZE];
  int64_t epoch, seq;
};

struct follower {
  struct followed sources[SOURCES_MOST];
  size_t count;
  struct shown shown[SHOWN_MOST];
  size_t shown_count;
  pthread_mutex_t shown_lock;
};

static void set_state(struct followed *followed, const char *state, const char *problem) {
  pthread_mutex_lock(&followed->lock);
  bool news = strcmp(followed->state, state) != 0 || strcmp(followed->problem, problem) != 0;
  followed->state = state;
  snprintf(followed->problem, sizeof followed->problem, "%s", problem);
  pthread_mutex_unlock(&followed->lock);
  if (news && *problem) log_warn("follow source=%s state=%s problem=%s", followed->source, state, problem);
}

/* --- where it stands ------------------------------------------------------------------------------------------------------------- */

static bool load_skips(struct followed *followed, PGconn *connection) {
  const char *values[] = {followed->source};
  PGresult *result =
      PQexecParams(connection, "SELECT seq FROM follow_skip WHERE source = $1 ORDER BY seq DESC LIMIT 64", 1, NULL, values, NULL, NULL, 0);
  bool fine = PQresultStatus(result) == PGRES_TUPLES_OK;
  followed->skip_count = 0;
  for (int i = 0; fine && i < PQntuples(result); i++) followed->skips[followed->skip_count++] = strtoll(PQgetvalue(result, i, 0), NULL, 10);
  PQclear(result);
  return fine;
}

static bool load_cursor(struct followed *followed) {
  const char *problem = "", *values[] = {followed->source};
  PGconn *connection = runtime_connect(followed->runtime, "follower", &problem);
  if (!connection) return set_state(followed, "WAITING", problem), false;
  PGresult *result =
      PQexecParams(connection, "SELECT epoch, seq, encode(hash, 'hex') FROM follow_cursor WHERE source = $1", 1, NULL, values, NULL, NULL, 0);
  bool fine = PQresultStatus(result) == PGRES_TUPLES_OK && load_skips(followed, connection);
  struct journal_head at = {.epoch = 1};
  if (fine && PQntuples(result) == 1) {
    at.epoch = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    at.seq = strtoll(PQgetvalue(result, 0, 1), NULL, 10);
    fine = hex_decode(PQgetvalue(result, 0, 2), at.hash, SM3_SIZE);
  }
  PQclear(result);
  PQfinish(connection);
  pthread_mutex_lock(&followed->lock);
  if (fine) followed->at = at;
  pthread_mutex_unlock(&followed->lock);
  followed->stored_seq = followed->at.seq;
  return followed->loaded = fine;
}

static bool is_skipped(const struct followed *followed, int64_t seq) {
  for (size_t i = 0; i < followed->skip_count; i++)
    if (followed->skips[i] == seq) return true;
  return false;
}

static const struct follow *follow_of(const struct followed *followed, const char *event_type) {
  const struct service *service = followed->runtime->service;
  for (size_t i = 0; i < service->follow_count; i++)
    if (strcmp(service->follows[i].source, followed->source) == 0 && strcmp(service->follows[i].event, event_type) == 0) return &service->follows[i];
  return NULL;
}

/* --- checking --------------------------------------------------------------------------------------------------------------------- */

static bool entry_is_sound(const Workrelief__JournalEntry *entry, const struct journal_head *before) {
  if (entry->seq != before->seq + 1 || entry->epoch != before->epoch) return false;
  if (entry->prev_hash.len != SM3_SIZE || entry->hash.len != SM3_SIZE || entry->request_id.len != 16) return false;
  if (entry->request_hash.len != SM3_SIZE || entry->reply_hash.len != SM3_SIZE || entry->event_hash.len != SM3_SIZE) return false;
  if (!bytes_equal(entry->prev_hash.data, before->hash, SM3_SIZE)) return false;
  struct journal_link link = {.epoch = entry->epoch,
                              .seq = entry->seq,
                              .at_us = entry->at_us,
                              .caller = entry->caller,
                              .method = entry->method,
                              .event_type = entry->event_type,
                              .status = entry->status,
                              .request_id = entry->request_id.data};
  memcpy(link.request_hash, entry->request_hash.data, SM3_SIZE);
  memcpy(link.reply_hash, entry->reply_hash.data, SM3_SIZE);
  memcpy(link.event_hash, entry->event_hash.data, SM3_SIZE);
  uint8_t hash[SM3_SIZE];
  if (entry->event_type[0]) {
    sm3_of(entry->event.data, entry->event.len, hash);
    if (!bytes_equal(hash, link.event_hash, SM3_SIZE)) return false;
  }
  journal_hash(&link, before->hash, hash);
  return bytes_equal(hash, entry->hash.data, SM3_SIZE);
}

/* --- large facts ------------------------------------------------------------------------------------------------------------------ */

static message *page_request(struct arena *arena, const ProtobufCMethodDescriptor *rpc, const message *event, const char *token) {
  message *request = pb_new(arena, rpc->input);
  if (!request) return NULL;
  for (unsigned i = 0; i < rpc->input->n_fields; i++) {
    const message_field *to = &rpc->input->fields[i], *from = pb_field(event->descriptor, to->name);
    if (from) pb_copy_field(request, to, event, from);
  }
  const message_field *size = pb_field(rpc->input, "page_size"), *page_token = pb_field(rpc->input, "page_token");
  bool fine = size && page_token && pb_put_int(arena, request, size, PAGE_SIZE) && pb_put_text(arena, request, page_token, token);
  return fine ? request : NULL;
}

static bool submit_page(struct followed *followed, const struct follow *follow, int64_t seq, int number, const struct client_reply *reply) {
  Workrelief__FollowPageRequest page = WORKRELIEF__FOLLOW_PAGE_REQUEST__INIT;
  page.source = (char *)followed->source;
  page.source_epoch = followed->at.epoch;
  page.source_seq = seq;
  page.page_number = number;
  page.page_type = (char *)follow->page_apply;
  page.page = (ProtobufCBinaryData){reply->body_length, (uint8_t *)reply->body};
  struct call *call = runtime_submit(followed->runtime, "follow.Page", NULL, &page.base);
  bool fine = call && call->status == STATUS_OK;
  if (!fine)
    set_state(followed, "STOPPED", call && call->problems && call->problems->count ? call->problems->list[0].en : "a page cannot be applied");
  call_free(call);
  return fine;
}

static bool fetch_pages(struct followed *followed, const struct follow *follow, const Workrelief__JournalEntry *entry) {
  const ProtobufCMethodDescriptor *rpc = rpc_find(follow->page_method);
  if (!rpc) return set_state(followed, "STOPPED", "page method is no rpc"), false;
  char token[256] = "";
  for (int number = 1;; number++) {
    struct arena arena;
    arena_init(&arena, FOLLOW_ARENA);
    message *event = pb_unpack(&arena, pb_type_find(entry->event_type), entry->event.data, entry->event.len), *answer = NULL;
    message *request = event ? page_request(&arena, rpc, event, token) : NULL;
    struct client_reply reply = {.status = STATUS_INTERNAL};
    if (request) runtime_ask(followed->runtime, &arena, follow->page_method, NULL, request, rpc->output, &reply, &answer);
    bool fine = answer && submit_page(followed, follow, entry->seq, number, &reply);
    if (!answer) set_state(followed, "WAITING", "the source does not give its pages");
    const message_field *next = answer ? pb_field(rpc->output, "next_page_token") : NULL;
    snprintf(token, sizeof token, "%s", fine && next ? pb_get_text(answer, next, 0) : "");
    arena_reset(&arena);
    if (!fine) return false;
    if (!*token) return true;
  }
}

/* --- applying --------------------------------------------------------------------------------------------------------------------- */

struct bunch {
  Workrelief__FollowApplyRequest request;
  Workrelief__FollowedEvent *events[EVENTS_MOST], store[EVENTS_MOST];
};

static void bunch_begin(struct bunch *bunch, struct followed *followed) {
  workrelief__follow_apply_request__init(&bunch->request);
  bunch->request.source = (char *)followed->source;
  bunch->request.source_epoch = followed->at.epoch;
  bunch->request.from_seq = followed->stored_seq + 1;
  bunch->request.events = bunch->events;
}

static void bunch_add(struct bunch *bunch, const Workrelief__JournalEntry *entry) {
  Workrelief__FollowedEvent *event = &bunch->store[bunch->request.n_events];
  workrelief__followed_event__init(event);
  event->seq = entry->seq;
  event->event_type = entry->event_type;
  event->event = entry->event;
  bunch->events[bunch->request.n_events++] = event;
}

static void batch_id(const message *request, uint8_t id[SM3_SIZE]) {
  size_t length = protobuf_c_message_get_packed_size(request);
  uint8_t *bytes = malloc(length + 1);
  if (!bytes) log_fatal("out of memory");
  protobuf_c_message_pack(request, bytes);
  sm3_of(bytes, length, id);
  free(bytes);
}

static void move_to(struct followed *followed, const struct journal_head *head) {
  pthread_mutex_lock(&followed->lock);
  followed->at = *head;
  pthread_mutex_unlock(&followed->lock);
}

static bool bunch_submit(struct bunch *bunch, struct followed *followed, const struct journal_head *head) {
  bunch->request.to_seq = head->seq;
  bunch->request.last_hash = (ProtobufCBinaryData){SM3_SIZE, (uint8_t *)head->hash};
  uint8_t id[SM3_SIZE]; /* by content: a batch that kills the writer is known again */
  batch_id(&bunch->request.base, id);
  struct call *call = runtime_submit(followed->runtime, "follow.Apply", id, &bunch->request.base);
  bool fine = call && call->status == STATUS_OK;
  if (fine) {
    move_to(followed, head);
    followed->stored_seq = head->seq;
    set_state(followed, "RUNNING", "");
  } else {
    const struct problems *problems = call ? call->problems : NULL;
    set_state(followed, "STOPPED", problems && problems->count ? problems->list[problems->count - 1].en : "the writer does not take it");
  }
  call_free(call);
  return fine;
}

/* Everything of one answer. False: try again later from the cursor. */
static bool apply_reply(struct followed *followed, const Workrelief__JournalReadReply *reply) {
  struct bunch *bunch = malloc(sizeof *bunch);
  if (!bunch) return false;
  struct journal_head head = followed->at;
  bool fine = true, open = false;
  for (size_t i = 0; fine && i < reply->n_rows; i++) {
    const Workrelief__JournalEntry *entry = reply->rows[i];
    if (!entry_is_sound(entry, &head)) {
      set_state(followed, "STOPPED", "the source's chain does not continue: restored, forked or tampered with");
      fine = false;
      break;
    }
    if (!open) bunch_begin(bunch, followed);
    open = true;
    const struct follow *follow = entry->event.len && !is_skipped(followed, entry->seq) ? follow_of(followed, entry->event_type) : NULL;
    if (follow && follow->page_method) {
      /* Pages are applied at once: what came before them goes first, or a month reopened and sealed again would lose its new rows. */
      if (bunch->request.n_events) {
        fine = bunch_submit(bunch, followed, &head);
        bunch_begin(bunch, followed);
      }
      fine = fine && fetch_pages(followed, follow, entry);
    }
    if (!fine) break;
    if (follow) bunch_add(bunch, entry);
    head.seq = entry->seq;
    memcpy(head.hash, entry->hash.data, SM3_SIZE);
    if (bunch->request.n_events < EVENTS_MOST && i + 1 < reply->n_rows) continue;
    open = false;
    if (bunch->request.n_events || head.seq - followed->stored_seq >= SEEN_MOST)
      fine = bunch_submit(bunch, followed, &head);
    else
      move_to(followed, &head);
  }
  free(bunch);
  return fine;
}

/* Whether what the source says of itself fits what was read of it. At the end of an epoch the next one begins: its first row must continue the
 * chain, which tells a restore that lost nothing from one that did. */
static bool accept_epoch(struct followed *followed, const Workrelief__JournalReadReply *reply) {
  struct journal_head at = followed->at;
  if (reply->epoch < at.epoch || (reply->epoch == at.epoch && reply->last_seq < at.seq))
    return set_state(followed, "STOPPED", "the source has less than was read of it: it was restored from a backup"), false;
  if (reply->n_rows || reply->epoch == at.epoch) return true;
  at.epoch++;
  at.seq = 0;
  move_to(followed, &at);
  followed->stored_seq = 0;
  return true;
}

/* One request. False: pause before the next. */
static bool read_once(struct followed *followed) {
  struct arena arena;
  arena_init(&arena, FOLLOW_ARENA);
  Workrelief__JournalReadRequest request = WORKRELIEF__JOURNAL_READ_REQUEST__INIT;
  request.epoch = followed->at.epoch;
  request.after_seq = followed->at.seq;
  request.max_bytes = READ_BYTES;
  request.wait_ms = READ_WAIT_MS;
  message *answer = NULL;
  struct client_reply reply;
  runtime_ask_at(followed->runtime, &arena, followed->source, "journal.Read", &request.base, &workrelief__journal_read_reply__descriptor, &reply,
                 &answer);
  bool fine = false;
  if (!answer) {
    set_state(followed, "WAITING", "the source does not answer");
  } else if (accept_epoch(followed, (const Workrelief__JournalReadReply *)answer)) {
    fine = apply_reply(followed, (const Workrelief__JournalReadReply *)answer);
    if (fine) set_state(followed, "RUNNING", "");
  }
  arena_reset(&arena);
  return fine;
}

static void *follower_main(void *argument) {
  struct followed *followed = argument;
  struct runtime *runtime = followed->runtime;
  runtime_set_connect_wait(CONNECT_WAIT_MS);
  while (!runtime_is_stopping(runtime)) {
    bool ready = atomic_load(&runtime->state) == SERVICE_READY;
    if (!ready) followed->loaded = false; /* another instance may be the writer meanwhile */
    if (ready && (followed->loaded || load_cursor(followed)) && read_once(followed)) continue;
    followed->loaded = false;
    runtime_sleep(runtime, strcmp(followed->state, "STOPPED") == 0 ? PAUSE_STOPPED_MS : PAUSE_WAITING_MS);
  }
  runtime_close_siblings();
  return NULL;
}

/* --- from outside ----------------------------------------------------------------------------------------------------------------- */

static struct followed *find(const struct runtime *runtime, const char *source) {
  for (size_t i = 0; i < runtime->followers->count; i++)
    if (strcmp(runtime->followers->sources[i].source, source) == 0) return &runtime->followers->sources[i];
  return NULL;
}

bool followers_open(struct runtime *runtime, const char **problem) {
  runtime->followers = calloc(1, sizeof *runtime->followers);
  if (!runtime->followers) return *problem = "out of memory", false;
  pthread_mutex_init(&runtime->followers->shown_lock, NULL);
  for (size_t i = 0; i < runtime->service->follow_count; i++) {
    const char *source = runtime->service->follows[i].source;
    if (find(runtime, source)) continue;
    if (runtime->followers->count == SOURCES_MOST) return *problem = "too many sources", false;
    struct followed *followed = &runtime->followers->sources[runtime->followers->count++];
    *followed = (struct followed){.runtime = runtime, .source = source, .state = "WAITING"};
    pthread_mutex_init(&followed->lock, NULL);
  }
  return true;
}

bool followers_start(struct runtime *runtime, const char **problem) {
  for (size_t i = 0; i < runtime->followers->count; i++)
    if (pthread_create(&runtime->followers->sources[i].thread, NULL, follower_main, &runtime->followers->sources[i]) != 0)
      return *problem = "no thread", false;
  return true;
}

void followers_join(struct runtime *runtime) {
  for (size_t i = 0; i < runtime->followers->count; i++) pthread_join(runtime->followers->sources[i].thread, NULL);
}

void runtime_show_follow(struct runtime *runtime, const char *source, int64_t epoch, int64_t seq, const char *state, const char *problem) {
  struct follower *followers = runtime->followers;
  pthread_mutex_lock(&followers->shown_lock);
  size_t i = 0;
  while (i < followers->shown_count && strcmp(followers->shown[i].source, source) != 0) i++;
  if (i < SHOWN_MOST) {
    struct shown *shown = &followers->shown[i];
    bool news = strcmp(shown->state, state) != 0 || strcmp(shown->problem, problem) != 0;
    snprintf(shown->source, sizeof shown->source, "%s", source);
    snprintf(shown->state, sizeof shown->state, "%s", state);
    snprintf(shown->problem, sizeof shown->problem, "%s", problem);
    shown->epoch = epoch;
    shown->seq = seq;
    if (i == followers->shown_count) followers->shown_count++;
    if (news && *problem) log_warn("follow source=%s state=%s problem=%s", source, state, problem);
  }
  pthread_mutex_unlock(&followers->shown_lock);
}

static Workrelief__FollowState *state_of(struct arena *arena, const char *source, int64_t epoch, int64_t seq, const char *state,
                                         const char *problem) {
  Workrelief__FollowState *result = (Workrelief__FollowState *)pb_new(arena, &workrelief__follow_state__descriptor);
  if (!result) return NULL;
  result->source = arena_strdup(arena, source);
  result->epoch = epoch;
  result->seq = seq;
  result->state = arena_strdup(arena, state);
  result->problem = arena_strdup(arena, problem);
  return arena->failed ? NULL : result;
}

size_t followers_state(const struct runtime *runtime, struct arena *arena, Workrelief__FollowState ***states) {
  struct follower *followers = runtime->followers;
  if (!followers) return 0;
  size_t count = 0;
  *states = arena_array(arena, followers->count + SHOWN_MOST, sizeof **states);
  for (size_t i = 0; *states && i < followers->count; i++) {
    struct followed *followed = &followers->sources[i];
    pthread_mutex_lock(&followed->lock);
    (*states)[count] = state_of(arena, followed->source, followed->at.epoch, followed->at.seq, followed->state, followed->problem);
    pthread_mutex_unlock(&followed->lock);
    if (!(*states)[count++]) return 0;
  }
  pthread_mutex_lock(&followers->shown_lock);
  for (size_t i = 0; *states && i < followers->shown_count; i++) {
    const struct shown *shown = &followers->shown[i];
    (*states)[count] = state_of(arena, shown->source, shown->epoch, shown->seq, shown->state, shown->problem);
    if ((*states)[count]) count++;
  }
  pthread_mutex_unlock(&followers->shown_lock);
  return *states ? count : 0;
}

bool followers_reached(const struct runtime *runtime, Workrelief__Position **after, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct followed *followed = find(runtime, after[i]->service);
    if (!followed) continue; /* not followed: nothing to wait for */
    pthread_mutex_lock(&followed->lock);
    bool reached =
        followed->at.epoch > after[i]->epoch ? after[i]->epoch > 0 || followed->at.seq >= after[i]->seq : followed->at.seq >= after[i]->seq;
    pthread_mutex_unlock(&followed->lock);
    if (!reached) return false;
  }
  return true;
}
