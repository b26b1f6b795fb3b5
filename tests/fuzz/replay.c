/* replay.c - runs a fuzz target over its corpus without libFuzzer: each seed whole, cut short, and with single bytes changed by a fixed
 * rule, so that every run is the same. Usage: NAME_replay DIRECTORY */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define SEED_MAX ((size_t)65536)
#define CHANGES 256

/* In a block of exactly its length, so that a sanitizer sees the first byte too far. */
static void run(const uint8_t *bytes, size_t length) {
  uint8_t *const copy = malloc(length > 0 ? length : 1);
  if (!copy) abort();
  memcpy(copy, bytes, length);
  (void)LLVMFuzzerTestOneInput(copy, length);
  free(copy);
}

static uint32_t next_random(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

static size_t replay(const char *path) {
  static uint8_t bytes[SEED_MAX];
  FILE *const file = fopen(path, "rb");
  if (!file) return 0;
  const size_t length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  uint32_t state = (uint32_t)length;
  run(bytes, length);
  const size_t step = length / 512 + 1;
  for (size_t cut = 0; cut < length; cut += step) run(bytes, cut);
  for (int i = 0; i < CHANGES && length > 0; i++) {
    const size_t at = next_random(&state) % length;
    const uint8_t kept = bytes[at];
    bytes[at] = (uint8_t)next_random(&state);
    run(bytes, length);
    bytes[at] = kept;
  }
  return 1;
}

int main(int argc, char **argv) {
  DIR *const directory = argc == 2 ? opendir(argv[1]) : NULL;
  if (!directory) {
    (void)fprintf(stderr, "usage: %s CORPUS_DIRECTORY\n", argv[0]);
    return 64;
  }
  size_t count = 0;
  for (const struct dirent *entry; (entry = readdir(directory));) {
    char path[4096];
    if (entry->d_name[0] == '.') continue;
    const int n = snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
    if (n > 0 && (size_t)n < sizeof path) count += replay(path);
  }
  closedir(directory);
  (void)printf("%zu seeds replayed\n", count);
  return count > 0 ? 0 : 1;
}
