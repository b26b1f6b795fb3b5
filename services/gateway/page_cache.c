/* page_cache.c - see page_cache.h. Some hundred pages: a walk over them is cheaper than sending one. */
#include "services/gateway/page_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct page {
  char key[PAGE_KEY_SIZE], subject[PAGE_KEY_SIZE];
  char *text; /* NULL: the place is free */
  size_t length;
  int64_t until_us, used_us;
};

struct page_cache {
  size_t pages_most, bytes_most, bytes;
  struct page *pages;
};

struct page_cache *page_cache_new(size_t pages_most, size_t bytes_most) {
  struct page_cache *cache = calloc(1, sizeof *cache);
  struct page *pages = calloc(pages_most, sizeof *pages);
  if (cache && pages) {
    *cache = (struct page_cache){.pages_most = pages_most, .bytes_most = bytes_most, .pages = pages};
    return cache;
  }
  free(cache);
  free(pages);
  return NULL;
}

static void forget(struct page_cache *cache, struct page *page) {
  cache->bytes -= page->length;
  free(page->text);
  page->text = NULL;
  page->length = 0;
  page->key[0] = page->subject[0] = '\0';
}

void page_cache_free(struct page_cache *cache) {
  if (!cache) return;
  page_cache_drop(cache, "");
  free(cache->pages);
  free(cache);
}

static struct page *find(struct page_cache *cache, const char *key) {
  for (size_t i = 0; i < cache->pages_most; i++)
    if (cache->pages[i].text && strcmp(cache->pages[i].key, key) == 0) return &cache->pages[i];
  return NULL;
}

char *page_cache_copy(struct page_cache *cache, const char *key, int64_t now_us, size_t *length, int64_t *fresh_us) {
  struct page *page = find(cache, key);
  if (!page) return NULL;
  if (now_us >= page->until_us) return forget(cache, page), NULL;
  char *copy = malloc(page->length + 1);
  if (!copy) return NULL;
  memcpy(copy, page->text, page->length);
  *length = page->length;
  *fresh_us = page->until_us - now_us;
  page->used_us = now_us;
  return copy;
}

/* A free place, or the one used the longest ago. */
static struct page *oldest(struct page_cache *cache) {
  struct page *found = &cache->pages[0];
  for (size_t i = 0; i < cache->pages_most; i++) {
    if (!cache->pages[i].text) return &cache->pages[i];
    if (cache->pages[i].used_us < found->used_us) found = &cache->pages[i];
  }
  return found;
}

static struct page *oldest_kept(struct page_cache *cache) {
  struct page *found = NULL;
  for (size_t i = 0; i < cache->pages_most; i++)
    if (cache->pages[i].text && (!found || cache->pages[i].used_us < found->used_us)) found = &cache->pages[i];
  return found;
}

void page_cache_put(struct page_cache *cache, const char *key, const char *subject, const char *text, size_t length, int64_t now_us,
                    int64_t fresh_us) {
  struct page *page = find(cache, key);
  if (page) forget(cache, page);
  char *copy = length <= cache->bytes_most / 4 && strlen(key) < PAGE_KEY_SIZE ? malloc(length + 1) : NULL;
  if (!copy) return;
  memcpy(copy, text, length);
  for (struct page *last; cache->bytes + length > cache->bytes_most && (last = oldest_kept(cache));) forget(cache, last);
  page = oldest(cache);
  if (page->text) forget(cache, page);
  snprintf(page->key, sizeof page->key, "%s", key);
  snprintf(page->subject, sizeof page->subject, "%s", subject);
  page->text = copy;
  page->length = length;
  page->used_us = now_us;
  page->until_us = now_us + fresh_us;
  cache->bytes += length;
}

void page_cache_drop(struct page_cache *cache, const char *subject) {
  for (size_t i = 0; i < cache->pages_most; i++)
    if (cache->pages[i].text && (!*subject || strcmp(cache->pages[i].subject, subject) == 0)) forget(cache, &cache->pages[i]);
}

size_t page_cache_bytes(const struct page_cache *cache) { return cache->bytes; }
