/* journal.h - one row per final outcome, chained with SM3: idempotency record, audit log and outbox at once (DESIGN 5). */
#ifndef WORKRELIEF_JOURNAL_H
#define WORKRELIEF_JOURNAL_H

#include <libpq-fe.h>
#include <stdint.h>

#include "common/base/attribute.h"
#include "common/crypto/hash.h"

/* What the hash of a row covers. Texts are borrowed. */
struct journal_link {
  int64_t epoch, seq, at_us;
  const char *caller, *method, *event_type; /* event_type "" = no event */
  int32_t status;
  const uint8_t *request_id;      /* 16 bytes */
  uint8_t request_hash[SM3_SIZE]; /* SM3(caller identity | request) */
  uint8_t reply_hash[SM3_SIZE];   /* SM3(reply header | reply) */
  uint8_t event_hash[SM3_SIZE];   /* SM3(event); zeros = no event */
};
/* hash = SM3(prev | epoch 8 | seq 8 | at_us 8 | status 4 | len2 caller | request_id 16 | len2 method | request_hash | reply_hash | len2
 * event_type | event_hash), integers big-endian. Anybody who reads the journal can check the chain without the requests. */
void journal_hash(const struct journal_link *link, const uint8_t prev[SM3_SIZE], uint8_t hash[SM3_SIZE]);

/* Where the chain stands. */
struct journal_head {
  int64_t epoch, seq;
  uint8_t hash[SM3_SIZE];
};

#endif
