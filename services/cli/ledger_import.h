/* ledger_import.h - a ledger's file read whole, compared with what is on record, and what is new of it sent. */
#ifndef WORKRELIEF_CLI_LEDGER_IMPORT_H
#define WORKRELIEF_CLI_LEDGER_IMPORT_H

#include "services/cli/batch.h"
#include "services/cli/ledger.h"

/* A row of the file. */
struct ledger_entry {
  struct place place;
  const char **cells; /* clean, by the ledger's columns; "" = empty or no such column */
  const size_t *at;   /* of each of the ledger's columns, the file's column; SIZE_MAX = none */
  const char **known; /* the row on record with the same key; NULL = new */
  int64_t worker_number;
  uint64_t failed; /* columns whose cells were complained of when they were put */
};

struct ledger_import {
  struct cli *cli;
  const struct ledger *ledger;
  struct faults *faults;
  struct ledger_record record;
  struct ledger_entry *entries;
  size_t count, capacity;
  size_t unchanged, sent, refused;
  bool dry_run;
  const char *reason; /* for corrections of what is on record; NULL = none is made */
};

int ledger_import(struct cli *cli, const struct ledger *ledger, const char *path, int count, char **assignments, bool dry_run, const char *reason);

/* Finds every entry's row on record by the cells of these fields ("" ends a short list), and complains of keys that come twice. */
bool ledger_match(struct ledger_import *import, const char *key, const char *second);
/* Whether the entry says nothing but what is on record; complains of each cell that says something else. */
bool ledger_same(struct ledger_import *import, const struct ledger_entry *entry);
void fault_entry(struct ledger_import *import, const struct ledger_entry *entry, size_t column, const char *why);
/* Puts the entry's cells of that target into the message; complains. */
void put_entry(struct ledger_import *import, struct ledger_entry *entry, enum column_into into, message *target);
/* Checks the message that put_entry filled. */
void check_entry(struct ledger_import *import, const struct ledger_entry *entry, const message *subject, const char *required);
/* Sends a batch of this import and adds up; false = the run ends with *code. */
bool ledger_send(struct ledger_import *import, struct batch *batch, int *code);
/* A batch whose every request is about this project. */
bool begin_for_project(struct ledger_import *import, struct batch *batch);

#endif
