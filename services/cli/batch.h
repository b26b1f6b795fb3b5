/* batch.h - the rows of a file as requests of one method, and their sending: in chunks, several on the way, resumable. */
#ifndef WORKRELIEF_CLI_BATCH_H
#define WORKRELIEF_CLI_BATCH_H

#include "services/cli/cli.h"
#include "services/cli/source.h"

struct place {
  const char *sheet;
  size_t row;
};

/* One request: rows first .. first + count - 1 of the batch. */
struct chunk {
  size_t first, count;
  const uint8_t *body;
  size_t length;
};

struct batch {
  struct arena *arena;
  struct contract_method method;
  const char *name;          /* "workforce.AddWorkers" */
  const message_field *rows; /* the repeated field that takes the rows; NULL = each request is a row */
  size_t chunk_rows;         /* of one request; 0 = no bound */
  const char *required, *row_required;
  struct place *places; /* of each row */
  size_t row_count, row_capacity;
  struct chunk *chunks;
  size_t chunk_count, chunk_capacity;
  message *request; /* being filled */
  /* Told of every chunk that was taken; may be NULL. */
  void (*answered)(void *context, const struct batch *batch, const struct chunk *chunk, const message *reply);
  void *context;
  size_t refused; /* rows, by batch_send */
};

/* False after a complaint. */
bool batch_open(struct batch *batch, struct arena *arena, const char *method, const char *rows, size_t chunk_rows) MUST_CHECK;
void batch_free(struct batch *batch);
/* Finishes the request being filled and begins another. NULL = no memory, or the request was too large (complained). */
message *batch_begin(struct batch *batch) MUST_CHECK;
bool batch_is_full(const struct batch *batch);      /* also when there is no request yet */
message *batch_row(struct batch *batch) MUST_CHECK; /* a fresh row message, in no request yet */
bool batch_add(struct batch *batch, message *row, struct place place) MUST_CHECK;
bool batch_finish(struct batch *batch) MUST_CHECK;

/* Checks a message by itself; complaints name the head that find_head gives for a field (NULL: the field's own head). What find_head
 * says has been complained of already is left out. */
struct head_of {
  const char *head;
  size_t column;
  bool known, failed; /* known: the file has that column; failed: this row's cell was complained of */
};
typedef struct head_of find_head(const void *context, const char *field_name);
void check_line(struct arena *arena, struct faults *faults, const message *subject, const char *required, struct place place, find_head *find,
                const void *context);

/* Sends all that is left to send. quiet: no summary. Returns the exit code. */
int batch_send(struct cli *cli, struct batch *batch, bool dry_run);

#endif
