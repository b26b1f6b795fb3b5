/* http_child.h - what the command does better than the daemon, for who is logged in: `workrelief` of this node in a process of its own,
 * bounded in time, processor, output and number. It calls through the gateway in his name, so that every rule and every right holds as for
 * his other calls. What it reads and writes stays in memory and is gone with it. All of the listener's thread. */
#ifndef WORKRELIEF_GATEWAY_HTTP_CHILD_H
#define WORKRELIEF_GATEWAY_HTTP_CHILD_H

#include <jansson.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "services/gateway/http.h"

#define CHILD_ID 32
#define CHILD_CALLER_MOST 1024
#define CHILD_ARGUMENTS 4
#define CHILD_WORDS 24

struct child {
  char id[CHILD_ID + 1]; /* "" = the place is free */
  char account[64];
  const char *kind; /* static: which route's own it is */
  pid_t pid;        /* 0 = it has ended */
  int output, complaints;
  int exit_code;
  int64_t began_us, ends_us;
};

struct child_command {
  char program[PATH_MAX], key[PATH_MAX], caller[2 * CHILD_CALLER_MOST + 24], arguments[CHILD_ARGUMENTS][640];
  const char *words[CHILD_WORDS + 1];
  size_t count, argument_count;
};
/* The command with its node, its language and for whom it speaks, and these words; false: too long. */
bool child_command(struct http_site *site, const struct exchange *exchange, const struct session_entry *session, const char *const *words,
                   struct child_command *command) MUST_CHECK;
/* Adds a word. */
void child_word(struct child_command *command, const char *word);
/* The argument of the address as one word behind the prefix ("--project="), none where it says nothing; false: longer than most
 * bytes. */
bool child_argument(const struct exchange *exchange, const char *name, const char *prefix, size_t most, struct child_command *command) MUST_CHECK;

struct child_order {
  const char *kind, *account;
  const char *input; /* its descriptor 3; NULL = none */
  size_t input_length;
  int seconds;
  rlim_t output_most; /* bytes */
};
/* Starts it. NULL: the exchange is answered. */
struct child *child_start(struct http_site *site, struct exchange *exchange, const struct child_command *command,
                          const struct child_order *order) MUST_CHECK;
/* His own of that kind; NULL: there is none. It has been looked whether it has ended. */
struct child *child_find(struct http_site *site, const char *kind, const char *id, const char *account) MUST_CHECK;
/* Whether one of his of that kind runs. */
bool child_is_running(struct http_site *site, const char *kind, const char *account) MUST_CHECK;
/* Forgets it and what it wrote. */
void child_free(struct child *child);
/* The first bytes of what stands there, with a NUL behind, malloc'ed; NULL: no memory. */
char *child_read(int fd, size_t most, size_t *length) MUST_CHECK;
/* Who orders, with an account of his own; NULL: not known yet, or answered. A program calls the methods themselves: its token's scope says which. */
const struct session_entry *child_caller(struct http_site *site, struct exchange *exchange) MUST_CHECK;
/* What the command complained of, a text each. */
json_t *child_notes(const struct child *child) MUST_CHECK;
void child_answer(struct exchange *exchange, unsigned status, json_t *value);

#endif
