/* http.h - the gateway's HTTP side: one thread owns the listener, every request under way (struct exchange) and the connection to the
 * bus, and waits for nothing but events; what must wait (a password's hash, a page made of several calls) is done by a second thread.
 *
 * A request is received whole, then its route begins it. The route either answers at once or says whom it waits for; the connection is
 * suspended until then. */
#ifndef WORKRELIEF_GATEWAY_HTTP_H
#define WORKRELIEF_GATEWAY_HTTP_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/bus/client.h"
#include "services/gateway/http_session.h"

#define HTTP_BODY_MOST 4000000u /* JSON is wordier than the 1,000,000 bytes a message may have on the bus */
#define HTTP_PATH_SIZE 256

/* What goes back. text: malloc'ed, owned; NULL = no body. */
struct http_answer {
  unsigned status;
  const char *type; /* static */
  char *text;
  size_t length;
  bool cacheable;           /* an ETag is made and If-None-Match looked at; else no-store */
  int max_age_s;            /* of a cacheable one: how long it may be shown without asking; 0 = it is asked for each time, and is one user's own */
  bool is_fixed;            /* its address names its content: kept as long as anyone likes, and never asked for again */
  bool is_keyed;            /* of one with max_age_s: for who has the address only, no cache between keeps it */
  bool is_unlisted;         /* no search engine may list it */
  bool is_file;             /* to be kept by who asked, not shown */
  char location[128];       /* "" = none */
  char cookie[192];         /* Set-Cookie; "" = none */
  char idempotency_key[40]; /* the id the call ran under; "" = none */
  char position[64];        /* Workrelief-Position: "payroll:1:55"; "" = none */
  int retry_after_s;        /* 0 = none */
};

struct http_site;
struct http_events;
struct http_children;
struct exchange;
typedef void exchange_function(struct http_site *site, struct exchange *exchange);

enum exchange_state { EXCHANGE_FREE, EXCHANGE_RECEIVING, EXCHANGE_WAITING, EXCHANGE_ANSWERED };

struct exchange {
  enum exchange_state state;
  int64_t hop_id; /* slot and generation: what comes back for one that is gone is dropped */
  struct MHD_Connection *connection;
  char path[HTTP_PATH_SIZE];
  const char *rest; /* of path, behind the route's prefix */
  bool is_post, is_head, english, suspended, streams;
  exchange_function *begin;
  char *body;
  size_t length, room;
  int64_t began_us;
  struct http_answer answer;
  /* Of a call through the bus: */
  struct credential credential; /* who asks; empty = nobody */
  bool session_asked, rpc_sent;
  bool waited, counted; /* the notice board: for its index; by its throttle */
  int64_t shares;       /* the exchange whose job's answer is for this one too; 0 = none */
  const ProtobufCMethodDescriptor *rpc;
  char method[96];
  uint8_t request_id[16];
};

/* One job of the second thread; it sees a copy of what it needs and never the exchange. */
struct http_job {
  struct http_job *next;
  int64_t hop_id;
  void (*run)(struct http_site *site, struct http_job *job); /* second thread */
  char path[HTTP_PATH_SIZE];
  char *body;
  size_t length;
  bool english;
  uint8_t session_digest[32];
  bool has_session;
  struct http_answer answer;
  uint8_t forget[32]; /* a credential that the first thread must not remember any more */
  bool forgets;
  bool again;   /* no answer: the exchanges begin once more */
  void *result; /* what notice_built takes */
};

/* http.c */
struct runtime *http_runtime(const struct http_site *site);
struct session_cache *http_sessions(struct http_site *site);
const char *http_cookie_name(const struct http_site *site);
bool http_is_tls(const struct http_site *site);
struct client *http_bus(struct http_site *site);
struct http_events *http_site_events(struct http_site *site);
struct http_children *http_site_children(struct http_site *site);
/* A connection was resumed: the listener runs once more before the loop waits. */
void http_resumed(struct http_site *site);
/* Sends a call for the exchange; false: answered already (the bus is away or full). */
bool http_send(struct http_site *site, struct exchange *exchange, struct client_call *call, const void *body, size_t length) MUST_CHECK;
/* Hands the exchange's body to the second thread; answers itself when its queue is full. */
void http_work(struct http_site *site, struct exchange *exchange, void (*run)(struct http_site *site, struct http_job *job));
/* A connection to a service of this node, for one thread; NULL when it is not to be had, which is logged. */
struct client *http_dial(struct runtime *runtime, const char *service) MUST_CHECK;
/* For the second thread: its own connection to the bus. */
struct client *http_worker_client(struct http_site *site);

/* http_listen.c: by the node's settings; NULL after a complaint in the log. *tls: whether it speaks TLS. */
struct MHD_Daemon *http_listen(struct runtime *runtime, unsigned connections, MHD_AccessHandlerCallback on_request,
                               MHD_RequestCompletedCallback on_completed, void *context, bool *tls) MUST_CHECK;

/* http_answer.c: a JSON problem (RFC 9457); status is HTTP's. detail in both languages. */
void answer_problem(struct http_answer *answer, unsigned status, const char *reason, const char *zh, const char *en, bool english);
void answer_text(struct http_answer *answer, unsigned status, const char *type, char *text, size_t length);
/* The refusal a service gave. */
void answer_refusal(struct http_answer *answer, const char *method, const struct client_reply *reply);
unsigned http_status_of(enum status status);
/* The headers that every answer bears. */
void answer_headers(struct MHD_Response *response);
/* Queues the answer on its connection: headers, compression, ETag. Takes the text. */
enum MHD_Result answer_queue(struct http_answer *answer, struct MHD_Connection *connection);

/* http_api.c: /v1/{service}/{Method} */
exchange_function api_begin;
void api_reply(struct http_site *site, struct exchange *exchange, const struct client_reply *reply);
/* http_login.c: /v1/session, /v1/password, /v1/invitation, /v1/token */
exchange_function login_begin, session_begin, logout_begin, password_begin, invitation_begin, token_begin;
/* Who asks: from the Authorization header or the cookie, by what is remembered. False: waits for the gateway's word, or is answered. */
bool identify(struct http_site *site, struct exchange *exchange, bool required) MUST_CHECK;
/* Who was identified; NULL: nobody. */
const struct session_entry *session_of(struct http_site *site, const struct exchange *exchange);
bool is_json(const struct exchange *exchange);
/* False: a browser says that another site's page sent it. */
bool is_from_here(const struct exchange *exchange);
/* A cookie comes with our own pages' token; false: answered. */
bool has_csrf(struct exchange *exchange) MUST_CHECK;

/* http_paper.c: GET /paper.svg?text=...: the code on a printed page, for whoever has a session. */
exchange_function paper_code_begin;

/* http_ledger.c: POST /v1/ledger/{kind} takes a ledger's file, GET /v1/ledger/{upload} tells how its import goes. */
exchange_function ledger_upload_begin, ledger_progress_begin;
/* http_export.c: POST /v1/export/{book} has a workbook made, GET /v1/export/{export} tells that it is being made, or gives it. */
exchange_function export_begin, export_file_begin;
/* http_child.c */
struct http_children *http_children_new(void);
/* Ends what runs too long. */
void http_children_tick(struct http_children *children);
/* Ends all that runs. */
void http_children_free(struct http_children **children);

/* http_static.c: the files by their names, which are asked for each time, and under /assets/{digest of all of them}/, where a browser keeps
 * them. What stands there refers to its own by relative addresses; a page says {assets} for that folder. */
exchange_function static_begin, asset_begin;

/* http_events.c: GET /v1/events. A reply with a negative hop id is its own. */
exchange_function events_begin;
struct http_events *http_events_new(void);
void http_events_reply(struct http_site *site, struct http_events *events, const struct client_reply *reply, struct arena *arena);
void http_events_tick(struct http_site *site, struct http_events *events);
enum MHD_Result http_events_queue(struct http_site *site, struct exchange *exchange);
/* The connection is gone. */
void http_events_forget(struct http_events *events, const struct exchange *exchange);
/* Before the listener stops: nothing may sleep any more. */
void http_events_stop(struct http_events *events);

#endif
