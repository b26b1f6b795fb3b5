/* call.h - one call on its way through a daemon, and what a handler may do with it.
 *
 * Everything a call needs lives in its arena. Handlers are deterministic: time, ids and randomness come from the call. */
#ifndef WORKRELIEF_CALL_H
#define WORKRELIEF_CALL_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/bus/key.h"
#include "common/db/statement.h"
#include "common/pb/problem.h"
#include "common/pb/reflect.h"

struct call;
struct session;
struct runtime;
struct rule;

/* Pure checks over request; refuse by call_refuse. */
typedef void check_function(struct call *call);
/* After the rows are filled: may complete call_reply / call_event or refuse; a refusal here rolls the call back. */
typedef void finish_function(struct call *call);
/* Several statements in turn through session_run; refuse or leave the reply in call_set_reply. */
typedef void procedure_function(struct call *call, struct session *session);
/* Before the queue, on a gather thread, may ask other services and put what it got into derived fields of the request. */
typedef void gather_function(struct call *call, struct runtime *runtime);

struct arena *call_arena(struct call *call);
message *call_request(struct call *call);
message *call_reply(struct call *call); /* set after the fill; procedures begin with a fresh one */
message *call_event(struct call *call); /* NULL when the method emits none; procedures begin with a fresh one */
int64_t call_now_us(const struct call *call);
const struct identity *call_caller(const struct call *call);
bool call_is_refused(const struct call *call);
bool call_is_dry_run(const struct call *call); /* for gather functions: what they do elsewhere is not rolled back */

/* What stands for a text by the district's key (seal.h's token_of), TOKEN_SIZE bytes: the same text gives the same, and nobody without the key can
 * tell which text it was. */
void call_token(const struct call *call, const char *field, const char *clear, uint8_t *token);

/* Adds a blocking problem by rule id of the service's table; the first decides the status. detail: appended to the sentence, NULL = none. */
void call_refuse(struct call *call, const char *rule, const char *path, const char *detail);
/* The rule of that id; one that says so when the service has none. Never NULL. */
const struct rule *call_rule(const struct call *call, const char *id);
/* A check function: upper_unit_id of the request is for the node itself, which fills it with whose word from above it applies. */
check_function call_check_upper;
/* A warning that travels with the reply and refuses nothing. */
void call_warn(struct call *call, const char *rule, const char *path, const char *detail);
/* A retryable end: nothing is stored. */
void call_unavailable(struct call *call, const char *reason, const char *zh, const char *en);

/* Runs one statement of the service inside the call's savepoint and waits. request: of the statement's type. Returns false when the call
 * is over (refused, failed); refusals of the statement have then been added to the call. filled may be NULL. */
bool session_run(struct session *session, const char *statement, const message *request, struct filled *filled) MUST_CHECK;

#endif
