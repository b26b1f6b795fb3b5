/* arena.c - chunks that grow from 8 KiB to 64 KiB (malloc maps larger ones singly): a small call costs one malloc, a large one a few. */
#include "common/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT ((size_t)16)
#define CHUNK_SMALLEST ((size_t)8192)
#define CHUNK_LARGEST ((size_t)65536)

struct arena_chunk {
  _Alignas(16) struct arena_chunk *older;
  size_t size; /* of the space behind this header */
};

void arena_init(struct arena *arena, size_t limit) { *arena = (struct arena){.limit = limit}; }

void arena_reset(struct arena *arena) {
  struct arena_chunk *chunk = arena->chunks;
  while (chunk) {
    struct arena_chunk *const older = chunk->older;
    free(chunk);
    chunk = older;
  }
  arena_init(arena, arena->limit);
}

static char *add_chunk(struct arena *arena, size_t size) {
  struct arena_chunk *const chunk = malloc(sizeof *chunk + size);
  if (!chunk) return NULL;
  chunk->older = arena->chunks;
  chunk->size = size;
  arena->chunks = chunk;
  return (char *)(chunk + 1);
}

#ifdef WORKRELIEF_ARENA_MALLOC
static char *take(struct arena *arena, size_t size, size_t padded) {
  (void)padded;
  return add_chunk(arena, size);
}
#else
static size_t next_chunk_size(const struct arena *arena) {
  if (!arena->chunks) return CHUNK_SMALLEST - sizeof(struct arena_chunk);
  const size_t doubled = 2 * (arena->chunks->size + sizeof(struct arena_chunk));
  return (doubled < CHUNK_LARGEST ? doubled : CHUNK_LARGEST) - sizeof(struct arena_chunk);
}

static char *take(struct arena *arena, size_t size, size_t padded) {
  (void)size;
  if (padded > arena->left) {
    const size_t usual = next_chunk_size(arena);
    const size_t chunk_size = padded > usual ? padded : usual;
    char *const space = add_chunk(arena, chunk_size);
    if (!space) return NULL;
    arena->next = space;
    arena->left = chunk_size;
  }
  char *const taken = arena->next;
  arena->next += padded;
  arena->left -= padded;
  return taken;
}
#endif

void *arena_alloc(struct arena *arena, size_t size) {
  const size_t padded = size > 0 ? (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1) : ALIGNMENT;
  if (arena->failed || padded < size || padded > arena->limit - arena->used) {
    arena->failed = true;
    return NULL;
  }
  char *const taken = take(arena, size, padded);
  if (!taken) {
    arena->failed = true;
    return NULL;
  }
  arena->used += padded;
  return memset(taken, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    arena->failed = true;
    return NULL;
  }
  return arena_alloc(arena, bytes);
}

void *arena_memdup(struct arena *arena, const void *bytes, size_t length) {
  void *const copy = arena_alloc(arena, length);
  if (copy && length > 0) memcpy(copy, bytes, length);
  return copy;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length) {
  const size_t kept = strnlen(text, length);
  char *const copy = kept < SIZE_MAX ? arena_alloc(arena, kept + 1) : NULL;
  if (copy) memcpy(copy, text, kept);
  return copy;
}

char *arena_strdup(struct arena *arena, const char *text) { return arena_memdup(arena, text, strlen(text) + 1); }

char *arena_printf(struct arena *arena, const char *format, ...) {
  char room[256];
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  const int length = vsnprintf(room, sizeof room, format, arguments);
  va_end(arguments);
  char *text = NULL;
  if (length < 0)
    arena->failed = true;
  else if ((size_t)length < sizeof room)
    text = arena_memdup(arena, room, (size_t)length + 1);
  else if ((text = arena_alloc(arena, (size_t)length + 1)))
    (void)vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  return text;
}
