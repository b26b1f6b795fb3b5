/* http_session.c - see http_session.h. */
#include "services/gateway/http_session.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/crypto/hash.h"

#define PLACES 4096u /* a power of two */
#define REACH 8u     /* places a digest may stand at */

struct session_cache {
  struct session_entry places[PLACES];
};

void credential_new(char text[CREDENTIAL_TEXT + 1], uint8_t digest[CREDENTIAL_DIGEST]) {
  uint8_t secret[32];
  char padded[45];
  random_bytes(secret, sizeof secret);
  base64_encode(secret, sizeof secret, padded);
  for (size_t i = 0; i < CREDENTIAL_TEXT; i++) text[i] = padded[i] == '+' ? '-' : padded[i] == '/' ? '_' : padded[i];
  text[CREDENTIAL_TEXT] = '\0';
  sm3_of(text, CREDENTIAL_TEXT, digest);
  wipe(secret, sizeof secret);
  wipe(padded, sizeof padded);
}

bool credential_read(const char *text, size_t length, bool by_cookie, struct credential *credential) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  if (length != CREDENTIAL_TEXT || strspn(text, letters) < length) return false;
  uint8_t mac[SM3_SIZE];
  *credential = (struct credential){.present = true, .by_cookie = by_cookie};
  sm3_of(text, length, credential->digest);
  hmac_sm3((const uint8_t *)text, length, &(struct hash_part){"csrf", 4}, 1, mac);
  hex_encode(mac, CSRF_TEXT / 2, credential->csrf);
  return true;
}

struct session_cache *session_cache_new(void) {
  return calloc(1, sizeof(struct session_cache));
}
void session_cache_free(struct session_cache *cache) { free(cache); }

static bool is_kept(const struct session_entry *entry, int64_t now_us) {
  return entry->checked_us && !entry->is_token && now_us - entry->used_us <= SESSION_IDLE_US;
}

bool session_cache_keep(const struct session_cache *cache, const char *path, int64_t now_us) {
  char beside[512], hex[2 * CREDENTIAL_DIGEST + 1];
  if ((size_t)snprintf(beside, sizeof beside, "%s.new", path) >= sizeof beside) return false;
  const int descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  FILE *const file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
  if (!file) return false;
  for (const struct session_entry *entry = cache->places; entry < cache->places + PLACES; entry++)
    if (is_kept(entry, now_us)) fprintf(file, "%s %" PRId64 "\n", hex_encode(entry->digest, CREDENTIAL_DIGEST, hex), entry->used_us);
  const bool written = !ferror(file);
  return fclose(file) == 0 && written && rename(beside, path) == 0;
}

static struct session_entry *place_at(struct session_cache *cache, const uint8_t *digest, size_t step) {
  size_t start = (size_t)digest[0] | (size_t)digest[1] << 8;
  return &cache->places[(start + step) & (PLACES - 1)];
}

static struct session_entry *place_of(struct session_cache *cache, const uint8_t *digest) {
  for (size_t step = 0; step < REACH; step++) {
    struct session_entry *entry = place_at(cache, digest, step);
    if (entry->checked_us && bytes_equal(entry->digest, digest, CREDENTIAL_DIGEST)) return entry;
  }
  return NULL;
}

/* The place of a new digest: a free one, else the one longest unused. */
static struct session_entry *place_for(struct session_cache *cache, const uint8_t *digest) {
  struct session_entry *oldest = place_at(cache, digest, 0);
  for (size_t step = 0; step < REACH; step++) {
    struct session_entry *entry = place_at(cache, digest, step);
    if (!entry->checked_us) return entry;
    if (entry->used_us < oldest->used_us) oldest = entry;
  }
  return oldest;
}

/* An entry that is known only by when it was used: the gateway is asked before anybody is let in by it. */
void session_cache_recall(struct session_cache *cache, const char *path) {
  char line[128];
  uint8_t digest[CREDENTIAL_DIGEST];
  int64_t used_us;
  FILE *const file = fopen(path, "re");
  while (file && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    if (strlen(line) <= 2 * CREDENTIAL_DIGEST || line[2 * CREDENTIAL_DIGEST] != ' ') continue;
    line[2 * CREDENTIAL_DIGEST] = '\0';
    if (!hex_decode(line, digest, sizeof digest) || !parse_int64(line + 2 * CREDENTIAL_DIGEST + 1, 1, INT64_MAX, &used_us)) continue;
    struct session_entry *const entry = place_for(cache, digest);
    *entry = (struct session_entry){.checked_us = 1, .used_us = used_us};
    memcpy(entry->digest, digest, sizeof digest);
  }
  if (file) (void)fclose(file);
}

const struct session_entry *session_find(struct session_cache *cache, const uint8_t digest[CREDENTIAL_DIGEST], int64_t now_us, bool *idle) {
  struct session_entry *entry = place_of(cache, digest);
  *idle = entry && !entry->is_token && now_us - entry->used_us > SESSION_IDLE_US;
  if (!entry || *idle || now_us >= entry->expires_us || now_us - entry->checked_us > SESSION_FRESH_US) return NULL;
  entry->used_us = now_us;
  return entry;
}

const struct session_entry *session_put(struct session_cache *cache, const uint8_t digest[CREDENTIAL_DIGEST], const Workrelief__Session *session,
                                        int64_t now_us) {
  struct session_entry *entry = place_of(cache, digest);
  if (!entry && !session->is_token && now_us - session->opened_at_us > SESSION_IDLE_US) return NULL;
  if (!entry) entry = place_for(cache, digest);
  *entry = (struct session_entry){
      .checked_us = now_us, .used_us = now_us, .expires_us = session->expires_at_us, .duty = (int)session->duty, .is_token = session->is_token};
  memcpy(entry->digest, digest, CREDENTIAL_DIGEST);
  snprintf(entry->account_name, sizeof entry->account_name, "%s", session->account_name);
  snprintf(entry->unit_id, sizeof entry->unit_id, "%s", session->unit_id);
  snprintf(entry->person_name, sizeof entry->person_name, "%s", session->person_name);
  /* Patterns that do not fit would let the token call what its rest excludes: then it may call nothing. */
  bool fits = strlen(session->method_patterns) < sizeof entry->patterns;
  snprintf(entry->patterns, sizeof entry->patterns, "%s", fits ? session->method_patterns : "-");
  for (size_t i = 0; i < session->n_relations && i < 32; i++) entry->relations[entry->relation_count++] = session->relations[i];
  return entry;
}

void session_forget(struct session_cache *cache, const uint8_t digest[CREDENTIAL_DIGEST]) {
  struct session_entry *entry = place_of(cache, digest);
  if (entry) wipe(entry, sizeof *entry);
}

static bool pattern_fits(const char *pattern, size_t length, const char *method) {
  if (length && pattern[length - 1] == '*') return strncmp(pattern, method, length - 1) == 0;
  return strlen(method) == length && strncmp(pattern, method, length) == 0;
}

bool session_allows(const struct session_entry *entry, const char *method) {
  if (!entry->patterns[0]) return true;
  for (const char *at = entry->patterns; *at;) {
    size_t length = strcspn(at, " ");
    if (pattern_fits(at, length, method)) return true;
    at += length + strspn(at + length, " ");
  }
  return false;
}
