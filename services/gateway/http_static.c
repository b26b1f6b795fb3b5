/* http_static.c - the files of the console and the notice board, and the two descriptions of the contract. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "services/gateway/asset.h"
#include "services/gateway/http.h"

static const struct {
  const char *ending, *type;
} types[] = {{".html", "text/html; charset=utf-8"},
             {".js", "text/javascript; charset=utf-8"},
             {".css", "text/css; charset=utf-8"},
             {".json", "application/json; charset=utf-8"},
             {".svg", "image/svg+xml"},
             {".txt", "text/plain; charset=utf-8"},
             {".webmanifest", "application/manifest+json"}};

static const char *type_of(const char *path) {
  const char *dot = strrchr(path, '.');
  for (size_t i = 0; dot && i < ARRAY_LENGTH(types); i++)
    if (strcmp(dot, types[i].ending) == 0) return types[i].type;
  return "application/octet-stream";
}

#define ASSETS "/assets/"
#define DIGEST_HEX 32
#define FOLDER_MARK "{assets}"

static const struct asset *find(const char *path) {
  for (size_t i = 0; i < gateway_assets_count; i++)
    if (strcmp(gateway_assets[i].path, path) == 0) return &gateway_assets[i];
  return NULL;
}

/* Names all files as they are: where one differs, the name differs. Of the listener's thread. */
static const char *assets_digest(void) {
  static char text[DIGEST_HEX + 1];
  uint8_t digest[SM3_SIZE] = {0};
  if (*text) return text;
  for (size_t i = 0; i < gateway_assets_count; i++) {
    const struct asset *const asset = &gateway_assets[i];
    const struct hash_part parts[] = {{digest, sizeof digest}, {asset->path, strlen(asset->path) + 1}, {asset->bytes, asset->length}};
    uint8_t next[SM3_SIZE];
    sm3(parts, ARRAY_LENGTH(parts), next);
    memcpy(digest, next, sizeof digest);
  }
  return hex_encode(digest, DIGEST_HEX / 2, text);
}

static char *copy_of(const struct asset *asset) {
  char *const text = malloc(asset->length + 1);
  if (text) memcpy(text, asset->bytes, asset->length), text[asset->length] = '\0';
  return text;
}

/* A page with the folder's address wherever it says {assets}; that address is the longer one. */
static char *page_of(const struct asset *asset, size_t *length) {
  static const size_t mark = sizeof FOLDER_MARK - 1;
  const size_t room = asset->length + asset->length / mark * (sizeof ASSETS + DIGEST_HEX) + 1;
  char *const text = copy_of(asset), *const page = malloc(room);
  size_t used = 0;
  for (const char *from = text, *to; page && from; from = to ? to + mark : NULL) {
    to = strstr(from, FOLDER_MARK);
    const int piece = to ? (int)(to - from) : (int)strlen(from);
    used += (size_t)snprintf(page + used, room - used, "%.*s%s%s", piece, from, to ? ASSETS : "", to ? assets_digest() : "");
  }
  free(text);
  *length = used;
  return page;
}

static void refuse(struct exchange *exchange) {
  answer_problem(&exchange->answer, MHD_HTTP_NOT_FOUND, "NO_SUCH_PAGE", "没有这一页。", "There is no such page.", exchange->english);
}

static void give(struct exchange *exchange, const char *path) {
  const struct asset *const asset = find(path);
  if (!asset) return refuse(exchange);
  const char *const type = type_of(path);
  size_t length = asset->length;
  char *const text = type == types[0].type ? page_of(asset, &length) : copy_of(asset);
  answer_text(&exchange->answer, MHD_HTTP_OK, type, text, length);
  exchange->answer.cacheable = true;
}

void static_begin(struct http_site *site, struct exchange *exchange) {
  (void)site;
  char path[HTTP_PATH_SIZE + 16];
  size_t length = strlen(exchange->path);
  snprintf(path, sizeof path, "%s%s", exchange->path, exchange->path[length - 1] == '/' ? "index.html" : "");
  give(exchange, path);
}

/* The folder of another build is not this one's: a page that was read before an upgrade is read again. */
void asset_begin(struct http_site *site, struct exchange *exchange) {
  (void)site;
  const char *const digest = assets_digest();
  if (strncmp(exchange->rest, digest, DIGEST_HEX) != 0 || exchange->rest[DIGEST_HEX] != '/') return refuse(exchange);
  give(exchange, exchange->rest + DIGEST_HEX);
  exchange->answer.is_fixed = exchange->answer.status == MHD_HTTP_OK;
}
