/* http_session.h - who stands behind a session cookie or a bearer token: the gateway's tables say, this cache remembers for a short
 * while, so that a closed account or a revoked token stops within SESSION_FRESH_US, and when a session was last used. For one thread. */
#ifndef WORKRELIEF_GATEWAY_HTTP_SESSION_H
#define WORKRELIEF_GATEWAY_HTTP_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/attribute.h"
#include "gateway.pb-c.h"

#define SESSION_FRESH_US (5 * INT64_C(1000000))
#define SESSION_IDLE_US (30 * 60 * INT64_C(1000000)) /* a session nobody uses ends */
#define SESSION_LONGEST_US (12 * 3600 * INT64_C(1000000))
#define CREDENTIAL_DIGEST 32
#define CREDENTIAL_TEXT 43 /* 32 bytes in URL-safe base64 without padding */
#define CSRF_TEXT 32

/* What a request brought. */
struct credential {
  uint8_t digest[CREDENTIAL_DIGEST]; /* SM3 of the text */
  char csrf[CSRF_TEXT + 1];          /* what X-CSRF-Token must say for a cookie */
  bool present, by_cookie;
};

struct session_entry {
  uint8_t digest[CREDENTIAL_DIGEST];
  int64_t checked_us, used_us, expires_us; /* wall; checked_us 0 = the place is free */
  char account_name[64], unit_id[65], person_name[128], patterns[512];
  int duty;
  Workrelief__Relation__Value relations[32];
  size_t relation_count;
  bool is_token;
};

/* Makes a fresh secret: its text for the browser, its digest for the tables. */
void credential_new(char text[CREDENTIAL_TEXT + 1], uint8_t digest[CREDENTIAL_DIGEST]);
/* Of a text that somebody sent; false when it cannot be one. */
bool credential_read(const char *text, size_t length, bool by_cookie, struct credential *credential) MUST_CHECK;

struct session_cache;
struct session_cache *session_cache_new(void) MUST_CHECK;
/* When each session was last used, in a file: the next process of the gateway goes on from there, so that a restart neither ends a session
 * nor gives an idle one a new life. It holds digests and times; without it only sessions opened within SESSION_IDLE_US go on. */
void session_cache_recall(struct session_cache *cache, const char *path);
bool session_cache_keep(const struct session_cache *cache, const char *path, int64_t now_us) MUST_CHECK;
void session_cache_free(struct session_cache *cache);
/* NULL: not known, or its word is too old, or it has been idle for too long (then it is forgotten, *idle true). */
const struct session_entry *session_find(struct session_cache *cache, const uint8_t digest[CREDENTIAL_DIGEST], int64_t now_us, bool *idle);
/* What the gateway says of it; it is used now. NULL: a session of which it is not known that it was used within SESSION_IDLE_US (another
 * process of the gateway served it, and left no word of it). */
const struct session_entry *session_put(struct session_cache *cache, const uint8_t digest[CREDENTIAL_DIGEST], const Workrelief__Session *session,
                                        int64_t now_us);
void session_forget(struct session_cache *cache, const uint8_t digest[CREDENTIAL_DIGEST]);
/* A token's patterns let it call this method; a session may call every one. */
bool session_allows(const struct session_entry *entry, const char *method);

#endif
