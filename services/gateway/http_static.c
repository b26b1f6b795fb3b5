/* http_static.c - the files of the console and the notice board, and the two descriptions of the contract. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static const struct asset *find(const char *path) {
  for (size_t i = 0; i < gateway_assets_count; i++)
    if (strcmp(gateway_assets[i].path, path) == 0) return &gateway_assets[i];
  return NULL;
}

void static_begin(struct http_site *site, struct exchange *exchange) {
  (void)site;
  char path[HTTP_PATH_SIZE + 16];
  size_t length = strlen(exchange->path);
  snprintf(path, sizeof path, "%s%s", exchange->path, exchange->path[length - 1] == '/' ? "index.html" : "");
  const struct asset *asset = find(path);
  char *text = asset ? malloc(asset->length + 1) : NULL;
  if (!asset)
    return answer_problem(&exchange->answer, MHD_HTTP_NOT_FOUND, "NO_SUCH_PAGE", "没有这一页。", "There is no such page.", exchange->english);
  if (text) memcpy(text, asset->bytes, asset->length);
  answer_text(&exchange->answer, MHD_HTTP_OK, type_of(path), text, asset->length);
  exchange->answer.cacheable = true;
}
