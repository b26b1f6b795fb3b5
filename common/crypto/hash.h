/* hash.h - SM3 and HMAC-SM3 (OpenSSL libcrypto). Thread-safe. They cannot fail once hash_open has succeeded. */
#ifndef WORKRELIEF_HASH_H
#define WORKRELIEF_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/attribute.h"

#define SM3_SIZE 32

/* Fetches the algorithms once; false when this libcrypto lacks SM3. */
bool hash_open(void) MUST_CHECK;

struct hash_part {
  const void *bytes;
  size_t length;
};
/* SM3 over the parts one after another. */
void sm3(const struct hash_part *parts, size_t count, uint8_t digest[SM3_SIZE]);
void sm3_of(const void *bytes, size_t length, uint8_t digest[SM3_SIZE]);
/* SHA-256, beside SM3 for those who have no SM3 at hand. */
#define SHA256_SIZE 32
void sha256_of(const void *bytes, size_t length, uint8_t digest[SHA256_SIZE]);
void hmac_sm3(const uint8_t *key, size_t key_length, const struct hash_part *parts, size_t count, uint8_t digest[SM3_SIZE]);
/* Constant time. */
bool bytes_equal(const void *left, const void *right, size_t length);
/* From the kernel; never fails (aborts instead). */
void random_bytes(void *bytes, size_t length);
/* RFC 9562 UUIDv7: time-ordered request ids keep the idempotency index narrow. wall_us: clock_now_us(). */
void uuid7(uint8_t id[16], int64_t wall_us);

#endif
