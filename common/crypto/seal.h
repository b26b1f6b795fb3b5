/* seal.h - personal data at rest: SM4-CTR + HMAC-SM3, encrypt-then-MAC, and the token that stands for a person.
 *
 * Sealed text is ASCII so that it travels in the same string field: "s1:<key id, 8 hex>:<base64 of iv(16) | ciphertext | mac(16)>".
 * The MAC covers version, key id, the field name, iv and ciphertext, so a sealed account number cannot pass for an ID number. */
#ifndef WORKRELIEF_SEAL_H
#define WORKRELIEF_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"

#define TOKEN_SIZE 16

/* Keys of one node: seal keys by id (the highest seals, all open; an id is the hex of the second the key was made), the district's
 * token key. Loaded from files of mode 0600; a file that others can read is refused. Wiped by seal_keys_close. */
struct seal_keys;
/* directory: holds seal-<8 hex>.key (48 bytes hex: 16 SM4, 32 HMAC) and district.token.key (32 bytes hex). NULL: *problem says why. */
struct seal_keys *seal_keys_open(const char *directory, const char **problem) MUST_CHECK;
void seal_keys_close(struct seal_keys **keys);

bool text_is_sealed(const char *text);
/* Sealed text in the arena; NULL when the arena is full. field: the field's name, bound into the MAC. */
char *seal_text(const struct seal_keys *keys, struct arena *arena, const char *field, const char *clear) MUST_CHECK;
/* Clear text in the arena; NULL when it is not ours, of another field, or changed. */
char *open_text(const struct seal_keys *keys, struct arena *arena, const char *field, const char *sealed) MUST_CHECK;
/* HMAC-SM3(district key, field | text), first 16 bytes: the same person has the same token at every bureau of the district. */
void token_of(const struct seal_keys *keys, const char *field, const char *clear, uint8_t token[TOKEN_SIZE]);
/* HMAC-SM3 with a key derived from the node's oldest seal key (so it stays the same when a key is added): the digest that tells two
 * bodies of one request id apart without giving a guesser of ID numbers anything to test against. */
void request_digest(const struct seal_keys *keys, const void *bytes, size_t length, uint8_t digest[32]);

#endif
