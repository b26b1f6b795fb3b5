/* service.h - what a daemon of the house is: a table of methods, rules, states, follows, settings, and the SQL beside it.
 *
 *   int main(int argc, char **argv) { return service_main(argc, argv, &payroll); }
 *
 * A *statement* method is one SQL file of its name; the writer pipelines hundreds of them. A *procedure* runs several in turn. A hot
 * statement method may have two companions: <Name>_reasons.sql is asked why the statement gave no row (it needs no_row), and
 * <Name>_many.sql does a run of waiting calls at once (statement.h). */
#ifndef WORKRELIEF_SERVICE_H
#define WORKRELIEF_SERVICE_H

#include "common/base/status.h"
#include "common/daemon/call.h"
#include "common/db/statement.h"
#include "header.pb-c.h"

/* Relations as bits, for a method's row. */
#define RELATION_BIT(name) (1u << WORKRELIEF__RELATION__VALUE__##name)
#define BUREAU RELATION_BIT(BUREAU)
#define OWNER RELATION_BIT(OWNER)
#define CONTRACTOR RELATION_BIT(CONTRACTOR)
#define SUPERVISOR RELATION_BIT(SUPERVISOR)
#define TOWNSHIP RELATION_BIT(TOWNSHIP)
#define CONTACT RELATION_BIT(CONTACT)
#define OFFICE RELATION_BIT(OFFICE)
#define HR RELATION_BIT(HR)
#define BANK RELATION_BIT(BANK)
#define AUDIT RELATION_BIT(AUDIT)
#define UPPER RELATION_BIT(UPPER)
#define SELF RELATION_BIT(SELF)     /* the node itself: ticker, followers, sibling services, the operator */
#define CHILD RELATION_BIT(CHILD)   /* the gateway of a child node */
#define DEVICE RELATION_BIT(DEVICE) /* an attendance device, at the project where it stands */
#define ANYONE 0xffffffffu          /* whoever has a key */

enum method_kind { METHOD_STATEMENT, METHOD_PROCEDURE };
enum method_access { RO, RW };
enum method_flag {
  METHOD_PLAIN = 0,
  METHOD_REVEAL = 1,   /* sealed fields of the reply are opened on the way out; the journal keeps them sealed */
  METHOD_UNSCOPED = 2, /* bears a project_code but the relation is asked of the unit, not of the project */
  METHOD_SCOPES = 4,   /* changes who stands in which relation to what: the scope table is read again after its commit */
  METHOD_INTERNAL = 8  /* only the daemon itself may submit it: no call from outside reaches it */
};

struct method {
  const char *name; /* "DrawWageSheet": the rpc and the .sql file */
  enum method_kind kind;
  enum method_access access;
  uint32_t relations;            /* any of these may call it */
  int duty;                      /* Duty.Value; VIEWER: every duty will do; else exactly this one */
  unsigned flags;                /* enum method_flag */
  const char *required;          /* paths that must be present (validate.h); "" = none */
  const char *event;             /* message name of the event a success emits; NULL = none */
  const char *no_row;            /* rule id when the statement gives no row; NULL = an empty reply is fine */
  check_function *check;         /* pure, before the statement; may be NULL */
  finish_function *finish;       /* pure, after the rows are filled; may be NULL */
  procedure_function *procedure; /* for METHOD_PROCEDURE */
  gather_function *gather;       /* before the call is queued, off the writer: fills derived fields from elsewhere; may be NULL */
};

/* A rule: stable id, how it answers, its basis, and the sentence that says what is wrong and what clears it. */
struct rule {
  const char *id;
  enum status status;
  const char *basis; /* "R127", "Reg. 724 art. 14", "" */
  const char *zh, *en;
};

/* A named constraint of the schema and the rule it stands for. path: the field to name, "" = the whole request. */
struct constraint {
  const char *name, *rule, *path;
};

/* A row of a state machine; loaded into table state_transition (machine, from_state, to_state, method) at boot. */
struct transition {
  const char *machine, *from, *to, *method, *sentence;
};

/* This service has a use for that event of that service: applied by services/X/sql/<apply>.sql, whose request is the event message
 * and whose reply is Nothing. page_*: fetch a large fact first (DESIGN 5): ask page_method of the source (its request is filled
 * from the event's fields of the same names) page by page, apply each page by <page_apply>.sql whose request is the page. */
struct follow {
  const char *source, *event, *apply;
  const char *page_method, *page_apply;
};

struct setting {
  const char *name, *fallback, *help;
  int64_t lowest, highest; /* for numbers; 0,0 = text */
};

struct runtime;

/* Work of a service beside calls (gateway's uplink and HTTP), in a thread of its own. Ends soon after runtime_is_stopping. */
struct worker {
  const char *name;
  void (*run)(struct runtime *runtime);
};

struct service {
  const char *name; /* "payroll" = schema, lock, wire prefix */
  const ProtobufCServiceDescriptor *descriptor;
  const struct method *methods;
  size_t method_count;
  const struct rule *rules;
  size_t rule_count;
  const struct constraint *constraints;
  size_t constraint_count;
  const struct transition *transitions;
  size_t transition_count;
  const struct follow *follows;
  size_t follow_count;
  const struct setting *settings;
  size_t setting_count;
  const struct worker *workers;
  size_t worker_count;
  const struct sql_text *statements;
  const size_t *statement_count; /* embedded by the build */
  const struct sql_text *migrations;
  const size_t *migration_count;
  const char *scope_field;     /* "project_code": requests that bear it are asked for their unit's relation to it; NULL = none */
  const char *scope_statement; /* .sql giving rows (scope text, unit_id text, relation text); NULL = none */
  const char
      *principal_statement; /* .sql giving rows (public_key, principal, unit_id, duty, relations) to admit beside the ring directory; NULL = none */
  const char *open_events;  /* names of the events that whoever has a key may see, with spaces between; NULL = none */
  bool forwards;            /* the gateway: calls of the sibling services are authorised here and passed on */
};

int service_main(int argc, char **argv, const struct service *service);

/* For workers and gather functions. */
bool runtime_is_stopping(const struct runtime *runtime);
/* Sleeps at most ms; wakes early when stopping. True while running. */
bool runtime_sleep(struct runtime *runtime, int ms);
const char *runtime_setting(const struct runtime *runtime, const char *name); /* "" when empty */
int64_t runtime_number(const struct runtime *runtime, const char *name);
/* Calls a method of this node's services (own included) as the node itself (relation SELF, duty CHECKER unless caller is given) and waits. Thread-safe; one
 * connection a calling thread. request_id: NULL = fresh. */
struct client_reply;
void runtime_ask(struct runtime *runtime, struct arena *arena, const char *method, const uint8_t *request_id, const message *request,
                 const message_type *reply_type, struct client_reply *reply, message **answer);
/* How long the calling thread's runtime_ask waits for a sibling; 15 s unless said. */
void runtime_set_patience(int timeout_ms);
/* How long it waits for a connection; a thread that asks again and again anyway need not keep a stop waiting. */
void runtime_set_connect_wait(int connect_ms);
/* Closes the calling thread's connections that runtime_ask opened: the last thing a thread of a worker's own does. */
void runtime_close_siblings(void);
/* runtime_ask for a method that every daemon answers (admin.Stats), asked of a certain service of this node. */
void runtime_ask_at(struct runtime *runtime, struct arena *arena, const char *service, const char *method, const message *request,
                    const message_type *reply_type, struct client_reply *reply, message **answer);
/* The same for one who cannot wait: two seconds, and not for a service that is away. */
void runtime_ask_soon(struct runtime *runtime, struct arena *arena, const char *service, const char *method, const message *request,
                      const message_type *reply_type, struct client_reply *reply, message **answer);
/* A trial of a sibling's method: executed, answered, rolled back, and not on record, so that what is refused today may be done tomorrow. */
void runtime_try(struct runtime *runtime, struct arena *arena, const char *method, const message *request, const message_type *reply_type,
                 struct client_reply *reply, message **answer);
/* The rpc of any service by its wire name ("payroll.GetSheet"), for those who call it; NULL: no such rpc. */
const ProtobufCMethodDescriptor *rpc_find(const char *wire_name);
/* A stream that a worker follows, shown in health beside the followers of the siblings. state: RUNNING, WAITING or STOPPED. Of one thread. */
void runtime_show_follow(struct runtime *runtime, const char *source, int64_t epoch, int64_t seq, const char *state, const char *problem);
/* Relation bits in which a unit stands to a project (0: none), as the service's scope statement says. Thread-safe. */
uint32_t runtime_relations(const struct runtime *runtime, const char *scope, const char *unit_id);
/* The node's directory: keys are in DIR/keys. */
const char *runtime_directory(const struct runtime *runtime);
/* A connection to a daemon of another node with this daemon's own key, for one thread. NULL: *problem. */
struct client;
struct client *runtime_dial(struct runtime *runtime, const char *endpoint, const char *server_public, const char **problem) MUST_CHECK;

#endif
