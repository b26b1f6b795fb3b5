/* arena.h - memory of one request: bump allocation with a cap, one reset frees it all.
 *
 * The cap bounds what a hostile message can make us allocate. Single thread at a time. With WORKRELIEF_ARENA_MALLOC defined (the
 * sanitizer builds) every allocation is a malloc of its own, so that overruns are seen. */
#ifndef WORKRELIEF_ARENA_H
#define WORKRELIEF_ARENA_H

#include <stddef.h>
#include <stdbool.h>

#include "common/base/attribute.h"

struct arena_chunk;

struct arena {
  struct arena_chunk *chunks; /* newest first; owned */
  char *next;                 /* free space of the newest chunk */
  size_t left;
  size_t used;  /* bytes handed out since the last reset */
  size_t limit; /* cap on used */
  bool failed;  /* an allocation was refused; sticky until reset */
};

/* limit: bytes the arena may hand out before it refuses. Nothing is allocated yet. */
void arena_init(struct arena *arena, size_t limit);
/* Frees everything allocated from it; the arena can be used again. Keeps the limit. */
void arena_reset(struct arena *arena);
/* 16-byte aligned, zeroed. NULL when the cap or the machine's memory is reached; then arena->failed is set.
 * A size of 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size) MUST_CHECK;
/* Zeroed array; NULL also when count * size overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size) MUST_CHECK;
char *arena_strdup(struct arena *arena, const char *text) MUST_CHECK;
char *arena_strndup(struct arena *arena, const char *text, size_t length) MUST_CHECK;
void *arena_memdup(struct arena *arena, const void *bytes, size_t length) MUST_CHECK;
/* A formatted string of any length; NULL when refused. */
char *arena_printf(struct arena *arena, const char *format, ...) MUST_CHECK PRINTF_LIKE(2, 3);

#endif
