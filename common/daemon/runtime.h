/* runtime.h - a running daemon from the inside: what its threads share. For common/daemon only.
 *
 * Threads: front (the ROUTER and everything at the door), writer, readers, one follower a source, gather, the service's workers.
 * A call belongs to exactly one of them at a time; it is handed over through a queue and never touched afterwards. */
#ifndef WORKRELIEF_RUNTIME_H
#define WORKRELIEF_RUNTIME_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "admin.pb-c.h"
#include "common/base/arena.h"
#include "common/bus/client.h"
#include "common/bus/zap.h"
#include "common/crypto/hash.h"
#include "common/crypto/seal.h"
#include "common/daemon/service.h"
#include "common/daemon/settings.h"
#include "common/db/database.h"
#include "header.pb-c.h"

#define ROUTE_SIZE 16 /* bytes of a ROUTER's routing id; libzmq makes 5 */
#define METHOD_NAME_SIZE 96
#define CALL_ARENA_LEAST 262144  /* bytes a call may use however small its frame */
#define CALL_ARENA_TIMES 8       /* and times its frame */
#define CALL_ARENA_REPLY 8388608 /* room for a reply of the largest size and its rows */

/* A row of the method table with everything found at boot. */
struct bound_method {
  char name[METHOD_NAME_SIZE]; /* "payroll.DrawWageSheet" */
  const struct method *method;
  const message_type *input, *output, *event;
  const struct statement *statement; /* METHOD_STATEMENT */
  const struct statement *reasons;   /* <Name>_reasons.sql: asked why the statement gave no row, so that the good case need not look; or NULL */
  const struct statement *many;      /* <Name>_many.sql: many such calls at once, those that nothing speaks against; or NULL */
  const message_field *scope_field;  /* NULL: the request bears no scope */
  bool seals;                        /* the request has sealed or derived fields somewhere */
  atomic_long calls, refused, failed, microseconds;
};

struct call {
  struct call *next; /* set before a hand-over, never after */
  struct arena arena;
  struct runtime *runtime;
  struct bound_method *bound;
  struct identity caller;
  uint8_t request_id[16];
  uint8_t digest[32];
  int64_t now_us;                  /* wall time at the door */
  int64_t arrived_us, deadline_us; /* monotonic */
  int64_t hop_id;
  bool english, dry_run;
  bool quarantined;   /* refused for having killed its handler too often (suspect.h) */
  bool gathered;      /* its gather function has run */
  bool unauthorised;  /* waits for what it comes after; who may do it is asked then, when that has been followed */
  size_t body_length; /* as it came */
  message *request;
  const uint8_t *sealed_request; /* packed after sealing: what the journal keeps */
  size_t sealed_request_length;
  uint8_t request_hash[SM3_SIZE]; /* of caller_identity and sealed_request, for the chain: made at the door, so that the writer need not */
  const uint8_t *caller_identity;
  size_t caller_identity_length;
  Workrelief__Position **after;
  size_t after_count;

  message *reply, *event;
  struct problems *problems; /* NULL until the first */
  enum status status;
  int retry_after_ms;
  int64_t epoch, seq;                                     /* place in the journal; 0 = none */
  const uint8_t *reply_header, *reply_body, *event_bytes; /* packed, in the arena */
  size_t reply_header_length, reply_body_length, event_length;
  struct chained *chain; /* hashes of its journal row (ledger.c) */
  bool alone;            /* run outside the pipeline (procedure, finish, or after a fill that failed) */
  struct call *same;     /* further calls with this caller and id, in the same batch */

  uint8_t route[ROUTE_SIZE]; /* where the answer goes; length 0 = an inner call */
  size_t route_length;
  sem_t *waiter; /* inner calls: posted when complete */
};

/* A list of calls under one lock, waking whoever takes. */
struct call_queue {
  pthread_mutex_t lock;
  pthread_cond_t filled;
  struct call *head, *tail;
  size_t count, bytes;
  bool closed;
};
void queue_init(struct call_queue *queue);
/* Appends a linked list in one step. False: closed, nothing was taken. */
bool queue_push(struct call_queue *queue, struct call *head, struct call *tail, size_t count, size_t bytes) MUST_CHECK;
/* Takes up to most calls, waiting at most wait_ms for the first. NULL: none came, or closed and empty. */
struct call *queue_take(struct call_queue *queue, size_t most, int wait_ms);
/* Nothing more will come; what is there may still be taken. */
void queue_close(struct call_queue *queue);
/* Closed, and everything has been taken: its thread may go. */
bool queue_is_over(struct call_queue *queue);
size_t queue_depth(struct call_queue *queue, size_t *bytes);

enum service_state { SERVICE_STARTING, SERVICE_STANDBY, SERVICE_READY, SERVICE_DRAINING };
const char *service_state_name(enum service_state state);

struct follower; /* follower.c */
struct scope;    /* scope.c */
struct front;    /* front.c */

struct runtime {
  const struct service *service;
  struct settings *settings;
  const char *directory;
  const char *endpoint;
  void *context; /* ZeroMQ */
  struct key own_key;
  struct key_ring *ring;
  struct zap *zap;
  struct seal_keys *seal_keys;
  const struct sql_text *migrations, *texts; /* the common ones and the service's, joined */
  struct statements *statements;
  struct bound_method *methods; /* sorted by name */
  size_t method_count;
  const struct rule *rules; /* the service's and the common ones */
  struct call_queue writer_queue, reader_queue, gather_queue, done_queue;
  int done_fd; /* eventfd: the done queue was empty and is not */
  struct scope *scope;
  struct follower *followers;
  atomic_int state;
  atomic_bool stopping;    /* no new calls */
  atomic_bool writer_done; /* the writer has drained */
  pthread_mutex_t stop_lock;
  pthread_cond_t stop_signal;
  atomic_llong epoch, last_seq; /* of the own journal, committed */
  atomic_bool database_up;
  atomic_long batches, batch_calls, retries, parked_reads, refused_frames;
  int64_t queue_limit, queue_bytes, batch_limit, call_timeout_us;
};

/* boot.c: binds rows, rpcs and statements to each other; false with the exact name of what does not fit. */
bool boot_methods(struct runtime *runtime, const char **problem) MUST_CHECK;
/* Part of it: no name may stand twice in a table, where the second row would never be found. */
bool boot_tables(const struct service *service, const char **problem) MUST_CHECK;
struct bound_method *runtime_method(const struct runtime *runtime, const char *name);
const struct rule *runtime_rule(const struct runtime *runtime, const char *id);
PGconn *runtime_connect(const struct runtime *runtime, const char *what, const char **problem) MUST_CHECK;

/* door.c: everything between the wire and a queue. Takes a decoded header and a body and fills the call; when it refuses, the call
 * has problems and a status and goes straight back. */
struct call *call_new(struct runtime *runtime, size_t body_length);
/* Raises the cap of the call's arena, also after it was reached. */
void call_make_room(struct call *call, size_t bytes);
void call_free(struct call *call);
void door_admit(struct call *call, const Workrelief__RequestHeader *header, const struct identity *speaker, const void *body, size_t length);
/* Opens sealed fields of a reply for METHOD_REVEAL, just before it leaves. */
void door_reveal(struct call *call);
/* Puts an admitted call into the queue it belongs to; a full queue refuses it (then it is complete). */
void door_enqueue(struct call *call);

/* Ends a call that no journal row keeps: packs the reply header with status and problems. */
void call_pack_reply(struct call *call);
/* As it was before it was executed; it will be again. */
void call_forget_outcome(struct call *call);
/* Hands a finished call back: to the front's done list or to the thread that waits. */
void call_complete(struct call *call);
void call_fail(struct call *call, enum status status, const char *reason, const char *zh, const char *en);
/* Ends that more than one thread may come to. late: not executed in time; reused: the id had another body; busy: the database refuses for
 * now, by SQLSTATE; away: no connection. */
void call_fail_late(struct call *call);
void call_fail_reused(struct call *call);
void call_fail_busy(struct call *call, const char *sqlstate);
void call_fail_away(struct call *call);
bool call_is_alone(const struct call *call);
/* journal.Read and journal.Watch: the front may park it, a reader answers it without a statement. */
bool call_is_journal_read(const struct call *call);
bool call_is_watch(const struct call *call);
/* Of such a call: its wait_ms, and behind which row it looks. */
int64_t call_journal_wait(const struct call *call, int64_t *after_seq);

/* writer.c, reader.c, follower.c, gather.c, front.c: thread mains and their starters. */
void *writer_main(void *runtime);
void *reader_main(void *runtime);
void *gather_main(void *runtime);
void *front_main(void *runtime);
/* open: what there is to follow, before any other thread asks; start: the threads. */
bool followers_open(struct runtime *runtime, const char **problem) MUST_CHECK;
bool followers_start(struct runtime *runtime, const char **problem) MUST_CHECK;
void followers_join(struct runtime *runtime);
size_t followers_state(const struct runtime *runtime, struct arena *arena, Workrelief__FollowState ***states);
/* Whether every position asked for has been applied here. */
bool followers_reached(const struct runtime *runtime, Workrelief__Position **after, size_t count);

/* inner.c: one inner call of this daemon's own method, waiting for its end; the caller frees it with call_free. NULL: arena or stopping. */
struct call *runtime_submit(struct runtime *runtime, const char *method, const uint8_t *request_id, const message *request);
/* inner.c: a connection to a sibling service of this node, for one thread. NULL: *problem. */
struct client *runtime_sibling_open(struct runtime *runtime, const char *service, const char **problem) MUST_CHECK;

/* admin.c: answers of the daemon itself that need no database. True when the call was one and is complete. */
bool admin_answer(struct call *call);
/* service.c: migrations and state machines into a schema, which is made when absent. */
bool schema_prepare(struct runtime *runtime, PGconn *connection, const char *schema, const char **problem) MUST_CHECK;

/* epoch.c: a new epoch of the journal; exit status 0 = raised, 75 = the daemon runs, 70 = could not. */
int epoch_run(struct runtime *runtime, const char *reason);
/* replay.c: exit status 0 = equal, 1 = differs, 70 = could not. */
int replay_run(struct runtime *runtime);

#endif
