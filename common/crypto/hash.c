/* hash.c - SM3, HMAC-SM3, randomness.
 *
 * The algorithm is fetched once and each thread keeps one context: a fetch or a context for every digest costs more than the digest
 * of a small message. HMAC is written out on the same context (RFC 2104), which spares EVP_MAC's per-use set-up. */
#include "common/crypto/hash.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include "common/base/log.h"
#include "common/base/text.h"

#define SM3_BLOCK 64

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *algorithm;
static pthread_key_t thread_end;
static _Thread_local EVP_MD_CTX *thread_context;

static void free_context(void *context) { EVP_MD_CTX_free(context); }

static void fetch_algorithm(void) {
  if (pthread_key_create(&thread_end, free_context) != 0) return;
  algorithm = EVP_MD_fetch(NULL, "SM3", NULL);
}

bool hash_open(void) {
  pthread_once(&once, fetch_algorithm);
  return algorithm != NULL;
}

static EVP_MD_CTX *begin(void) {
  if (!thread_context) {
    if (!hash_open()) log_fatal("libcrypto has no SM3");
    thread_context = EVP_MD_CTX_new();
    if (!thread_context || pthread_setspecific(thread_end, thread_context) != 0) log_fatal("no memory for a digest context");
  }
  if (EVP_DigestInit_ex2(thread_context, algorithm, NULL) != 1) log_fatal("SM3 cannot start");
  return thread_context;
}

static void add(EVP_MD_CTX *context, const void *bytes, size_t length) {
  if (length > 0 && EVP_DigestUpdate(context, bytes, length) != 1) log_fatal("SM3 failed");
}

static void end(EVP_MD_CTX *context, uint8_t digest[SM3_SIZE]) {
  unsigned length = 0;
  if (EVP_DigestFinal_ex(context, digest, &length) != 1 || length != SM3_SIZE) log_fatal("SM3 failed");
}

void sm3(const struct hash_part *parts, size_t count, uint8_t digest[SM3_SIZE]) {
  EVP_MD_CTX *context = begin();
  for (size_t i = 0; i < count; i++) add(context, parts[i].bytes, parts[i].length);
  end(context, digest);
}

void sm3_of(const void *bytes, size_t length, uint8_t digest[SM3_SIZE]) { sm3(&(struct hash_part){bytes, length}, 1, digest); }

void sha256_of(const void *bytes, size_t length, uint8_t digest[SHA256_SIZE]) {
  if (EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL) != 1) log_fatal("SHA-256 failed");
}

static void pad_key(const uint8_t *key, size_t key_length, uint8_t with, uint8_t pad[SM3_BLOCK]) {
  memset(pad, 0, SM3_BLOCK);
  if (key_length > SM3_BLOCK)
    sm3_of(key, key_length, pad);
  else if (key_length > 0)
    memcpy(pad, key, key_length);
  for (size_t i = 0; i < SM3_BLOCK; i++) pad[i] ^= with;
}

void hmac_sm3(const uint8_t *key, size_t key_length, const struct hash_part *parts, size_t count, uint8_t digest[SM3_SIZE]) {
  uint8_t pad[SM3_BLOCK], inner[SM3_SIZE];
  pad_key(key, key_length, 0x36, pad);
  EVP_MD_CTX *context = begin();
  add(context, pad, sizeof(pad));
  for (size_t i = 0; i < count; i++) add(context, parts[i].bytes, parts[i].length);
  end(context, inner);
  for (size_t i = 0; i < SM3_BLOCK; i++) pad[i] ^= 0x36 ^ 0x5c;
  sm3((struct hash_part[]){{pad, sizeof(pad)}, {inner, sizeof(inner)}}, 2, digest);
  wipe(pad, sizeof(pad));
  wipe(inner, sizeof(inner));
}

bool bytes_equal(const void *left, const void *right, size_t length) { return CRYPTO_memcmp(left, right, length) == 0; }

void random_bytes(void *bytes, size_t length) {
  uint8_t *next = bytes;
  while (length > 0) {
    ssize_t n = getrandom(next, length, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) log_fatal("the kernel gives no random bytes: %s", strerror(errno));
    next += n;
    length -= (size_t)n;
  }
}

/* The 12 bits after the version carry the fraction of the millisecond (RFC 9562, 6.2 method 3), so ids of one source keep their
 * order within it. */
void uuid7(uint8_t id[16], int64_t wall_us) {
  uint64_t milliseconds = (uint64_t)(wall_us / 1000);
  unsigned fraction = (unsigned)(wall_us % 1000) * 4096 / 1000;
  random_bytes(id + 8, 8);
  for (int i = 0; i < 6; i++) id[i] = (uint8_t)(milliseconds >> (40 - 8 * i));
  id[6] = (uint8_t)(0x70 | fraction >> 8);
  id[7] = (uint8_t)fraction;
  id[8] = (uint8_t)(0x80 | (id[8] & 0x3f));
}
