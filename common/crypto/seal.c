/* seal.c - SM4-CTR + HMAC-SM3, encrypt-then-MAC. OpenSSL 3.0 has no SM4-GCM, hence two keys. */
#include "common/crypto/seal.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/log.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/crypto/key_file.h"

#define SEAL_VERSION "s1:"
#define SEAL_PREFIX 12 /* "s1:xxxxxxxx:" */
#define SEAL_KEYS_MAX 32
#define IV_SIZE 16
#define MAC_SIZE 16
#define SEALED_TEXT_MAX 8192

struct seal_key {
  char id[9];
  uint8_t cipher[16], mac[32];
};

struct seal_keys {
  size_t count;
  struct seal_key keys[SEAL_KEYS_MAX]; /* by id, highest first */
  uint8_t district[32], digest[32];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_CIPHER *algorithm;
static pthread_key_t thread_end;
static _Thread_local EVP_CIPHER_CTX *thread_context;

static void free_context(void *context) { EVP_CIPHER_CTX_free(context); }

static void fetch_algorithm(void) {
  if (pthread_key_create(&thread_end, free_context) != 0) return;
  algorithm = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL);
}

/* In CTR mode the same step seals and opens. */
static void sm4_ctr(const uint8_t key[16], const uint8_t iv[IV_SIZE], const uint8_t *in, size_t length, uint8_t *out) {
  if (!thread_context) {
    thread_context = EVP_CIPHER_CTX_new();
    if (!thread_context || pthread_setspecific(thread_end, thread_context) != 0) log_fatal("no memory for a cipher context");
  }
  int done = 0;
  if (EVP_EncryptInit_ex2(thread_context, algorithm, key, iv, NULL) != 1 ||
      (length > 0 && EVP_EncryptUpdate(thread_context, out, &done, in, (int)length) != 1) || (size_t)done != length)
    log_fatal("SM4-CTR failed");
}

/* --- key files --- */

static bool read_hex_key(const char *path, uint8_t *bytes, size_t length, const char **problem) {
  char text[KEY_FILE_MAX];
  size_t text_length;
  if (!key_file_read(path, true, text, &text_length, problem)) return false;
  text[strcspn(text, "\r\n")] = '\0';
  bool good = hex_decode(text, bytes, length);
  if (!good) *problem = problem_text("%s: must hold exactly %zu hex digits", path, 2 * length);
  wipe(text, sizeof(text));
  return good;
}

static bool is_seal_key_name(const char *name) {
  uint8_t id[4];
  char digits[9] = "";
  if (strlen(name) != 17 || strncmp(name, "seal-", 5) != 0 || strcmp(name + 13, ".key") != 0) return false;
  memcpy(digits, name + 5, 8);
  return hex_decode(digits, id, sizeof(id));
}

static bool load_seal_key(struct seal_keys *keys, const char *directory, const char *name, const char **problem) {
  if (keys->count == SEAL_KEYS_MAX) {
    *problem = problem_text("%s: more than %d seal keys", directory, SEAL_KEYS_MAX);
    return false;
  }
  struct seal_key *key = &keys->keys[keys->count];
  uint8_t bytes[48];
  char path[4096];
  snprintf(path, sizeof(path), "%s/%s", directory, name);
  if (!read_hex_key(path, bytes, sizeof(bytes), problem)) return false;
  memcpy(key->id, name + 5, 8);
  memcpy(key->cipher, bytes, sizeof(key->cipher));
  memcpy(key->mac, bytes + sizeof(key->cipher), sizeof(key->mac));
  wipe(bytes, sizeof(bytes));
  keys->count++;
  return true;
}

static int newest_first(const void *left, const void *right) {
  return strcmp(((const struct seal_key *)right)->id, ((const struct seal_key *)left)->id);
}

static bool load_directory(struct seal_keys *keys, const char *directory, const char **problem) {
  DIR *listing = opendir(directory);
  if (!listing) {
    *problem = problem_text("%s: %s", directory, strerror(errno));
    return false;
  }
  bool good = true;
  for (struct dirent *entry; good && (entry = readdir(listing));)
    if (is_seal_key_name(entry->d_name)) good = load_seal_key(keys, directory, entry->d_name, problem);
  closedir(listing);
  if (good && keys->count == 0) {
    *problem = problem_text("%s: no seal-<8 hex>.key", directory);
    good = false;
  }
  return good;
}

/* The digest key comes from the oldest key, so that adding a key does not change the digests of requests already stored. */
static void derive_digest_key(struct seal_keys *keys) {
  const struct seal_key *oldest = &keys->keys[keys->count - 1];
  hmac_sm3(oldest->mac, sizeof(oldest->mac), &(struct hash_part){"request digest", 14}, 1, keys->digest);
}

struct seal_keys *seal_keys_open(const char *directory, const char **problem) {
  pthread_once(&once, fetch_algorithm);
  if (!algorithm || !hash_open()) {
    *problem = "libcrypto lacks SM4-CTR or SM3";
    return NULL;
  }
  struct seal_keys *keys = calloc(1, sizeof(*keys));
  if (!keys) {
    *problem = "no memory for keys";
    return NULL;
  }
  (void)mlock(keys, sizeof(*keys)); /* a limit on locked memory is no reason not to run */
  char path[4096];
  snprintf(path, sizeof(path), "%s/district.token.key", directory);
  if (!load_directory(keys, directory, problem) || !read_hex_key(path, keys->district, sizeof(keys->district), problem)) {
    seal_keys_close(&keys);
    return NULL;
  }
  qsort(keys->keys, keys->count, sizeof(keys->keys[0]), newest_first);
  derive_digest_key(keys);
  return keys;
}

void seal_keys_close(struct seal_keys **keys) {
  if (!*keys) return;
  wipe(*keys, sizeof(**keys));
  (void)munlock(*keys, sizeof(**keys));
  free(*keys);
  *keys = NULL;
}

/* --- seal and open --- */

static void mac_of(const struct seal_key *key, const char *field, const uint8_t *iv_and_cipher, size_t length, uint8_t mac[MAC_SIZE]) {
  uint8_t digest[SM3_SIZE];
  const struct hash_part parts[] = {{SEAL_VERSION, strlen(SEAL_VERSION)}, {key->id, 8}, {field, strlen(field) + 1}, {iv_and_cipher, length}};
  hmac_sm3(key->mac, sizeof(key->mac), parts, ARRAY_LENGTH(parts), digest);
  memcpy(mac, digest, MAC_SIZE);
}

bool text_is_sealed(const char *text) {
  char id[9] = "";
  uint8_t bytes[4];
  if (strnlen(text, SEAL_PREFIX) < SEAL_PREFIX || strncmp(text, SEAL_VERSION, 3) != 0 || text[11] != ':') return false;
  memcpy(id, text + 3, 8);
  return hex_decode(id, bytes, sizeof(bytes));
}

char *seal_text(const struct seal_keys *keys, struct arena *arena, const char *field, const char *clear) {
  const struct seal_key *key = &keys->keys[0];
  size_t length = strlen(clear), raw_length = IV_SIZE + length + MAC_SIZE;
  if (length > SEALED_TEXT_MAX) return NULL;
  uint8_t *raw = arena_alloc(arena, raw_length);
  char *sealed = arena_alloc(arena, SEAL_PREFIX + 4 * ((raw_length + 2) / 3) + 1);
  if (!raw || !sealed) return NULL;
  random_bytes(raw, IV_SIZE);
  sm4_ctr(key->cipher, raw, (const uint8_t *)clear, length, raw + IV_SIZE);
  mac_of(key, field, raw, IV_SIZE + length, raw + IV_SIZE + length);
  memcpy(sealed, SEAL_VERSION, 3);
  memcpy(sealed + 3, key->id, 8);
  sealed[11] = ':';
  base64_encode(raw, raw_length, sealed + SEAL_PREFIX);
  return sealed;
}

static const struct seal_key *key_by_id(const struct seal_keys *keys, const char *id) {
  for (size_t i = 0; i < keys->count; i++)
    if (memcmp(keys->keys[i].id, id, 8) == 0) return &keys->keys[i];
  return NULL;
}

char *open_text(const struct seal_keys *keys, struct arena *arena, const char *field, const char *sealed) {
  if (!text_is_sealed(sealed)) return NULL;
  const struct seal_key *key = key_by_id(keys, sealed + 3);
  size_t text_length = strlen(sealed + SEAL_PREFIX);
  if (!key || text_length > 2 * SEALED_TEXT_MAX) return NULL;
  size_t capacity = text_length / 4 * 3 + 3;
  uint8_t *raw = arena_alloc(arena, capacity);
  if (!raw) return NULL;
  long raw_length = base64_decode(sealed + SEAL_PREFIX, text_length, raw, capacity);
  if (raw_length < IV_SIZE + MAC_SIZE) return NULL;
  size_t length = (size_t)raw_length - IV_SIZE - MAC_SIZE;
  uint8_t mac[MAC_SIZE];
  mac_of(key, field, raw, IV_SIZE + length, mac);
  if (!bytes_equal(mac, raw + IV_SIZE + length, MAC_SIZE)) return NULL;
  char *clear = arena_alloc(arena, length + 1);
  if (clear) sm4_ctr(key->cipher, raw, raw + IV_SIZE, length, (uint8_t *)clear);
  return clear;
}

void token_of(const struct seal_keys *keys, const char *field, const char *clear, uint8_t token[TOKEN_SIZE]) {
  uint8_t digest[SM3_SIZE];
  const struct hash_part parts[] = {{field, strlen(field) + 1}, {clear, strlen(clear)}};
  hmac_sm3(keys->district, sizeof(keys->district), parts, ARRAY_LENGTH(parts), digest);
  memcpy(token, digest, TOKEN_SIZE);
}

void request_digest(const struct seal_keys *keys, const void *bytes, size_t length, uint8_t digest[32]) {
  hmac_sm3(keys->digest, sizeof(keys->digest), &(struct hash_part){bytes, length}, 1, digest);
}
