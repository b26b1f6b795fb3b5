/* sign.h - SM2 signatures over exact bytes (GB/T 32918, distinguishing id "1234567812345678" always set). */
#ifndef WORKRELIEF_SIGN_H
#define WORKRELIEF_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/attribute.h"

#define SIGN_PUBLIC_SIZE 65   /* 04 | X | Y */
#define SIGN_SIGNATURE_MAX 80 /* DER */
#define SIGN_KEY_ID_SIZE 8    /* first bytes of SM3(public key) */

struct sign_key; /* pair or public half */
/* New pair written to path (PEM, 0600) and path.pub (hex of the public point). False: errno or libcrypto's word in *problem. */
bool sign_key_generate(const char *path, const char **problem) MUST_CHECK;
struct sign_key *sign_key_open(const char *path, const char **problem) MUST_CHECK;
struct sign_key *sign_key_from_public(const uint8_t point[SIGN_PUBLIC_SIZE]) MUST_CHECK;
void sign_key_close(struct sign_key **key);
void sign_key_public(const struct sign_key *key, uint8_t point[SIGN_PUBLIC_SIZE]);
void sign_key_id(const struct sign_key *key, uint8_t id[SIGN_KEY_ID_SIZE]);
/* context: domain separation ("report", "receipt", "anchor"), signed in front of the bytes. */
bool sign_bytes(const struct sign_key *key, const char *context, const void *bytes, size_t length, uint8_t signature[SIGN_SIGNATURE_MAX],
                size_t *signature_length) MUST_CHECK;
bool verify_bytes(const struct sign_key *key, const char *context, const void *bytes, size_t length, const uint8_t *signature,
                  size_t signature_length) MUST_CHECK;

#endif
