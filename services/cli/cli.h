/* cli.h - the operator's command from the inside: what every noun's file may use.
 *
 *   main.c      nouns, help           options.c   flags            say.h       sentences in both languages
 *   contract.c  services and methods  request.c   field=value      connect.c   node.conf, keys, one call and its refusal
 *   grid.c      aligned tables        print.c     replies          */
#ifndef WORKRELIEF_CLI_H
#define WORKRELIEF_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "common/base/arena.h"
#include "common/bus/client.h"
#include "common/pb/problem.h"
#include "common/pb/reflect.h"
#include "services/cli/options.h"
#include "services/cli/say.h"

/* How the command ends; listed by `workrelief help exit`. */
enum exit_code {
  CLI_OK = 0,
  CLI_REFUSED = 1,  /* a rule of the service says no; the answer is final */
  CLI_FINDINGS = 2, /* an audit, a status or a file check found something wrong */
  CLI_USAGE = 64,
  CLI_BAD_DATA = 65, /* bad field, bad cell, a request the service calls malformed */
  CLI_NO_INPUT = 66,
  CLI_UNREACHABLE = 69, /* nothing was sent */
  CLI_INTERNAL = 70,
  CLI_CANNOT_WRITE = 73,
  CLI_TRY_AGAIN = 75, /* outcome unknown or to be repeated with the same request id */
  CLI_NOT_ALLOWED = 77,
  CLI_BAD_CONFIG = 78
};

struct cli {
  const char *bin;                                                        /* directory of the programs */
  const char *node, *as, *via, *endpoint, *server_key, *output, *timeout; /* flags */
  bool json;                                                              /* -o json */
  int timeout_ms;
  const Workrelief__Caller *caller; /* in whose name the gateway has a file read; NULL = as the key says */
  struct arena arena;
};

struct command {
  const char *verb;      /* "" = the noun alone */
  const char *arguments; /* "SERVICE.Method [field=value ...]" */
  int (*run)(struct cli *cli, int count, char **words);
  const struct option *options; /* ends with a row without name; NULL = none */
  const char *zh, *en;          /* one line */
  const char *examples;         /* lines; NULL = none */
};

struct noun {
  const char *name;
  const char *zh, *en;
  const struct command *commands; /* ends with a row without run */
};
#define NOUN(name) extern const struct noun name##_noun;
#include "services/cli/nouns.def"
#undef NOUN
extern const struct noun *const nouns[];
extern const size_t noun_count;
extern const struct option common_options[];
struct exit_meaning {
  enum exit_code code;
  const char *zh, *en;
};
extern const struct exit_meaning exit_meanings[]; /* ends with a row without text */
void man_print(void);                             /* man.c */

/* --- contract.c --- */
struct contract_service {
  const char *name;
  const ProtobufCServiceDescriptor *descriptor;
  bool everywhere;
};
extern const struct contract_service contract_services[];
extern const size_t contract_service_count;
struct contract_method {
  const char *service, *name;
  const message_type *input, *output;
  const char *required;
  bool everywhere;
};
/* "registry.GetProject"; false after a complaint that names what is near. */
bool contract_find(const char *name, struct contract_method *method) MUST_CHECK;
void contract_list(struct cli *cli, const char *service); /* NULL = all */
void contract_describe(struct cli *cli, const struct contract_method *method);
/* The daemons of a node, in the order in which they are started. */
extern const char *const daemons[];
#define DAEMON_COUNT 5
bool is_daemon(const char *name);

/* --- request.c --- */
/* "lines[0].work_date=2026-07-01" into the message. False after a complaint. */
bool request_put(struct arena *arena, message *request, const char *assignment) MUST_CHECK;
/* JSON text; "-" reads standard input, "@FILE" a file. False after complaints. */
message *request_from_json(struct arena *arena, const message_type *type, const char *json) MUST_CHECK;

/* --- connect.c --- */
/* Value of a setting in DIR/node.conf, a service's own first; "" when absent. Complains and ends the program when there is no node. */
const char *node_setting(struct cli *cli, const char *service, const char *name);
/* "name = value" of a line of node.conf, which is changed; false for comments and blank lines. */
bool node_conf_line(char *line, char **name, char **value) MUST_CHECK;
char *node_path(struct cli *cli, const char *format, ...) PRINTF_LIKE(2, 3);
/* A client to the service as the flags say. NULL after a complaint; *code says how to end. */
struct client *cli_connect(struct cli *cli, const char *service, int *code) MUST_CHECK;
/* The wire name of a method that every service has ("journal.Read"), asked of this one: the gateway must be told whom it is for. */
const char *cli_common_method(struct cli *cli, const char *service, const char *method);
/* Whom the gateway lets this run act for (the packed Caller in hex in WORKRELIEF_CALLER); only with a key of its own. False after a complaint. */
bool cli_take_caller(struct cli *cli) MUST_CHECK;
/* Fills language, time-out and caller. */
void cli_prepare(const struct cli *cli, struct client_call *call, const char *method);
/* One call and wait; complains about a refusal. Returns the exit code; *answer is set when it is CLI_OK. */
int cli_ask(struct cli *cli, struct client *client, struct client_call *call, const message *request, const message_type *reply_type,
            message **answer);
/* Connects, asks once with a fresh id, closes. */
int cli_ask_once(struct cli *cli, const char *service, const char *method, const message *request, const message_type *reply_type, message **answer);
int exit_code_of(const struct client_reply *reply);
void complain_reply(const struct client_reply *reply);

/* --- grid.c: rows under heads, aligned by display columns --- */
struct grid;
struct grid *grid_new(struct arena *arena, size_t columns);
/* Cells of one row; the first row is the head. Texts are borrowed. NULL cells are empty. */
void grid_row(struct grid *grid, const char *const *cells);
/* Numbers to the right; columns that are empty in every row but the head are left out. */
void grid_print(const struct grid *grid);
/* Where it is wider than that, in several parts below each other, each behind its first columns, the keys. */
void grid_print_within(const struct grid *grid, size_t keys, size_t width);
/* Of the terminal, or as COLUMNS says; a printed page where there is neither. */
size_t terminal_columns(void);
/* Set by -o csv: grids come as CSV, and nothing else is printed beside them. */
extern bool grid_as_csv;

/* --- print.c --- */
void print_message(struct cli *cli, const message *answer);
void print_json(const message *answer);
void print_json_value(json_t *json); /* takes it over; NULL = out of memory */
/* Texts in the arena for grids. */
const char *text_of(struct cli *cli, const char *format, ...) PRINTF_LIKE(2, 3);
const char *number_text(struct cli *cli, int64_t value);
const char *wanyuan_text(struct cli *cli, int64_t fen);
const char *days_text(struct cli *cli, int64_t hundredths);
const char *time_text(struct cli *cli, int64_t at_us);

/* --- process.c: the daemons of a node as processes --- */
/* The daemon's process when it runs for this node; 0 when not. A pid file of a dead or a strange process counts as none. */
int daemon_pid(struct cli *cli, const char *service);
bool daemon_start(struct cli *cli, const char *service);
bool daemon_signal(struct cli *cli, const char *service, int number);
/* Runs a program and waits; its exit code, or CLI_INTERNAL. */
int run_and_wait(const char *const *words);
/* The same, with what the program prints thrown away. */
int run_quietly(const char *const *words);

#endif
