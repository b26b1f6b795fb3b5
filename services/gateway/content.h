/* content.h - what of a report is hashed and signed, and with which key. Shared by the sending and the receiving side. */
#ifndef WORKRELIEF_GATEWAY_CONTENT_H
#define WORKRELIEF_GATEWAY_CONTENT_H

#include "common/crypto/hash.h"
#include "common/crypto/sign.h"
#include "common/daemon/service.h"
#include "gateway.pb-c.h"

#define CONTENT_VERSION 1
#define PERSONS_A_PART 12000 /* about 600 KB; the scan allows 20,000 elements a message */
#define PERSON_BYTES 50
#define LINES_A_PART 4000
#define PART_BYTES 600000 /* of lines, people and totals together, roughly */
#define LINES_MOST 60000  /* of a report */
#define PARTS_MOST 1000

/* SM3 over the packed lines, one after another. False: the arena is full. */
bool lines_digest(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count, uint8_t digest[SM3_SIZE]) MUST_CHECK;
/* What of the lines, and of the unit held against its past, is to be noted. past: NULL = not known. False: the arena is full. */
bool lines_exceptions(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count, const Workrelief__PastFigures *past,
                      Workrelief__ReportException ***exceptions, size_t *exception_count) MUST_CHECK;
/* What the unit reported before the quarter; for gather functions. NULL: the gateway did not answer. */
Workrelief__PastFigures *past_figures(struct call *call, struct runtime *runtime, const char *unit_id, const char *quarter) MUST_CHECK;
/* Refuses the call for every rule that a line breaks; paths begin with prefix ("gathered_lines"). */
void lines_check(struct call *call, Workrelief__ReportLine *const *lines, size_t count);

/* The node's own signing key, keys/sign.key; NULL: the log says why. Close with sign_key_close. */
struct sign_key *node_sign_key(const struct runtime *runtime) MUST_CHECK;
/* Signs with the node's own key, which is read again only when the file has changed: receipts are many. NULL: no key, or the arena is full. */
Workrelief__Signed *content_sign_here(struct arena *arena, const struct runtime *runtime, const message *content) MUST_CHECK;
/* Of a public point in hex; NULL when it is none. */
struct sign_key *sign_key_of_hex(const char *hex) MUST_CHECK;
/* Of the child node that calls; a revoked one is refused. NULL: not on record. For gather functions. */
struct sign_key *child_sign_key(struct call *call, struct runtime *runtime) MUST_CHECK;
/* Packs and signs; content_type is the message's name. Everything in the arena; NULL: full, or the key fails. */
Workrelief__Signed *content_sign(struct arena *arena, const struct sign_key *key, const message *content) MUST_CHECK;
/* Whether it is what it says it is: content type, algorithm, key and signature. */
bool content_verify(const Workrelief__Signed *content, const char *content_type, const struct sign_key *key) MUST_CHECK;

#endif
