/* key.h - CURVE key files and the ring of those who may speak.
 *
 * A key file "<name>.key" (0600) holds lines "name = value": public, secret (Z85), principal, unit_id, duty, relations (space-separated), kind
 * (principal | gateway | service); duty and relations by name ("CHECKER", "OFFICE SELF"). "<name>.pub" is the same without the secret. A ring directory holds .pub files of those admitted. */
#ifndef WORKRELIEF_KEY_H
#define WORKRELIEF_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/attribute.h"

#define KEY_Z85_SIZE 41
#define PRINCIPAL_SIZE 65
#define UNIT_ID_SIZE 65

enum key_kind { KEY_PRINCIPAL, KEY_GATEWAY, KEY_SERVICE }; /* the last two may speak for others */

/* Who stands behind a key. duty: number of Duty.Value; relations: bit 1 << Relation.Value. */
struct identity {
  char principal[PRINCIPAL_SIZE];
  char unit_id[UNIT_ID_SIZE];
  enum key_kind kind;
  int duty;
  uint32_t relations;
};

struct key {
  char public_key[KEY_Z85_SIZE], secret_key[KEY_Z85_SIZE]; /* secret empty in a .pub */
  struct identity identity;
};

/* New pair; writes directory/<principal>.key and .pub. *problem: static or thread-local text. */
bool key_generate(const char *directory, const struct identity *identity, const char **problem) MUST_CHECK;
/* Refuses a secret file that group or others can read, and a pair whose halves do not match. */
bool key_load(const char *path, struct key *key, const char **problem) MUST_CHECK;

/* The ring: public key -> identity. Thread-safe (one lock). A key taken out stops at its next message. */
struct key_ring;
struct key_ring *key_ring_new(void) MUST_CHECK;
void key_ring_free(struct key_ring **ring);
bool key_ring_put(struct key_ring *ring, const char public_key[KEY_Z85_SIZE], const struct identity *identity) MUST_CHECK;
void key_ring_remove(struct key_ring *ring, const char public_key[KEY_Z85_SIZE]);
/* Those put by key_ring_put, all at once, as one step; those of the directory stay. False: out of memory, nothing changed. */
bool key_ring_replace(struct key_ring *ring, const struct key *keys, size_t count) MUST_CHECK;
/* (Re)reads all .pub files of a directory as one step; what is gone is out. A file that cannot be used is logged and admits nobody,
 * so that it does not keep a revocation from taking effect. Returns how many, -1 when the directory cannot be read. */
int key_ring_load(struct key_ring *ring, const char *directory, const char **problem) MUST_CHECK;
/* More will come by key_ring_replace: until then a key that is not in the ring is sent away to come again, not for good. */
void key_ring_await(struct key_ring *ring);
bool key_ring_awaits(struct key_ring *ring);
/* True and a copy when the key is in the ring. */
bool key_ring_find(struct key_ring *ring, const char *public_key, struct identity *identity) MUST_CHECK;

#endif
