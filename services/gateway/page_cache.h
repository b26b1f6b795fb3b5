/* page_cache.h - pages made for the public, kept a short while so that a crowd of readers costs the services one question. Bounded in
 * number and bytes; the page nobody asked for the longest goes first. For one thread. */
#ifndef WORKRELIEF_GATEWAY_PAGE_CACHE_H
#define WORKRELIEF_GATEWAY_PAGE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/attribute.h"

#define PAGE_KEY_SIZE 256

struct page_cache;
struct page_cache *page_cache_new(size_t pages_most, size_t bytes_most) MUST_CHECK;
void page_cache_free(struct page_cache *cache);
/* A copy of the page, malloc'ed, and how long it is still fresh; NULL: not there, or too old. */
char *page_cache_copy(struct page_cache *cache, const char *key, int64_t now_us, size_t *length, int64_t *fresh_us) MUST_CHECK;
/* Keeps a copy for so long; a page of more than a quarter of the room is not kept. */
void page_cache_put(struct page_cache *cache, const char *key, const char *subject, const char *text, size_t length, int64_t now_us,
                    int64_t fresh_us);
/* Forgets all pages of a subject; "" = all. */
void page_cache_drop(struct page_cache *cache, const char *subject);
size_t page_cache_bytes(const struct page_cache *cache);

#endif
