/* ring.c - who may speak: two tables under one lock, the directory's keys and those admitted by the service's own tables. */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/bus/key.h"
#include "common/crypto/key_file.h"

#define BUCKETS 1024

struct entry {
  struct entry *next;
  char public_key[KEY_Z85_SIZE];
  struct identity identity;
};

struct table {
  struct entry *buckets[BUCKETS];
};

struct key_ring {
  pthread_mutex_t lock;
  struct table directory, principals;
  bool awaits; /* principals have not been put yet */
};

static unsigned bucket_of(const char *public_key) {
  uint32_t hash = 2166136261u; /* FNV-1a; only admitted keys are stored, so nobody can crowd a bucket */
  for (; *public_key; public_key++) hash = (hash ^ (unsigned char)*public_key) * 16777619u;
  return hash % BUCKETS;
}

static struct entry **slot_of(struct table *table, const char *public_key) {
  struct entry **slot = &table->buckets[bucket_of(public_key)];
  while (*slot && strcmp((*slot)->public_key, public_key) != 0) slot = &(*slot)->next;
  return slot;
}

static bool table_put(struct table *table, const char *public_key, const struct identity *identity) {
  struct entry **slot = slot_of(table, public_key);
  if (!*slot) {
    struct entry *entry = calloc(1, sizeof(*entry));
    if (!entry) return false;
    snprintf(entry->public_key, sizeof(entry->public_key), "%s", public_key);
    *slot = entry;
  }
  (*slot)->identity = *identity;
  return true;
}

static void table_remove(struct table *table, const char *public_key) {
  struct entry **slot = slot_of(table, public_key), *entry = *slot;
  if (!entry) return;
  *slot = entry->next;
  free(entry);
}

static void table_clear(struct table *table) {
  for (size_t i = 0; i < BUCKETS; i++)
    while (table->buckets[i]) {
      struct entry *entry = table->buckets[i];
      table->buckets[i] = entry->next;
      free(entry);
    }
}

struct key_ring *key_ring_new(void) {
  struct key_ring *ring = calloc(1, sizeof(*ring));
  if (ring && pthread_mutex_init(&ring->lock, NULL) != 0) {
    free(ring);
    ring = NULL;
  }
  return ring;
}

void key_ring_free(struct key_ring **ring) {
  if (!*ring) return;
  table_clear(&(*ring)->directory);
  table_clear(&(*ring)->principals);
  pthread_mutex_destroy(&(*ring)->lock);
  free(*ring);
  *ring = NULL;
}

bool key_ring_put(struct key_ring *ring, const char public_key[KEY_Z85_SIZE], const struct identity *identity) {
  if (strnlen(public_key, KEY_Z85_SIZE) != KEY_Z85_SIZE - 1) return false;
  pthread_mutex_lock(&ring->lock);
  bool good = table_put(&ring->principals, public_key, identity);
  pthread_mutex_unlock(&ring->lock);
  return good;
}

void key_ring_remove(struct key_ring *ring, const char public_key[KEY_Z85_SIZE]) {
  pthread_mutex_lock(&ring->lock);
  table_remove(&ring->directory, public_key);
  table_remove(&ring->principals, public_key);
  pthread_mutex_unlock(&ring->lock);
}

static void swap_in(struct key_ring *ring, struct table *live, struct table *fresh) {
  pthread_mutex_lock(&ring->lock);
  struct table old = *live;
  *live = *fresh;
  pthread_mutex_unlock(&ring->lock);
  table_clear(&old);
}

bool key_ring_replace(struct key_ring *ring, const struct key *keys, size_t count) {
  struct table *fresh = calloc(1, sizeof(*fresh));
  bool good = fresh != NULL;
  for (size_t i = 0; good && i < count; i++) good = table_put(fresh, keys[i].public_key, &keys[i].identity);
  if (good) {
    swap_in(ring, &ring->principals, fresh);
    pthread_mutex_lock(&ring->lock);
    ring->awaits = false;
    pthread_mutex_unlock(&ring->lock);
  } else if (fresh)
    table_clear(fresh);
  free(fresh);
  return good;
}

void key_ring_await(struct key_ring *ring) {
  pthread_mutex_lock(&ring->lock);
  ring->awaits = true;
  pthread_mutex_unlock(&ring->lock);
}

bool key_ring_awaits(struct key_ring *ring) {
  pthread_mutex_lock(&ring->lock);
  bool awaits = ring->awaits;
  pthread_mutex_unlock(&ring->lock);
  return awaits;
}

static bool is_public_file(const char *name) {
  size_t length = strlen(name);
  return name[0] != '.' && length > 4 && strcmp(name + length - 4, ".pub") == 0;
}

static bool admit_file(struct table *table, const char *directory, const char *name) {
  char path[4096];
  struct key key;
  const char *problem = NULL;
  snprintf(path, sizeof(path), "%s/%s", directory, name);
  if (key_load(path, &key, &problem)) return table_put(table, key.public_key, &key.identity);
  log_warn("a key of the ring is not admitted: %s", problem);
  return false;
}

int key_ring_load(struct key_ring *ring, const char *directory, const char **problem) {
  struct table *fresh = calloc(1, sizeof(*fresh));
  DIR *listing = fresh ? opendir(directory) : NULL;
  if (!listing) {
    *problem = problem_text("%s: %s", directory, strerror(errno));
    free(fresh);
    return -1;
  }
  int admitted = 0;
  for (struct dirent *entry; (entry = readdir(listing));)
    if (is_public_file(entry->d_name) && admit_file(fresh, directory, entry->d_name)) admitted++;
  closedir(listing);
  swap_in(ring, &ring->directory, fresh);
  free(fresh);
  return admitted;
}

/* The operator's files outrank the tables. */
bool key_ring_find(struct key_ring *ring, const char *public_key, struct identity *identity) {
  pthread_mutex_lock(&ring->lock);
  const struct entry *entry = *slot_of(&ring->directory, public_key);
  if (!entry) entry = *slot_of(&ring->principals, public_key);
  if (entry) *identity = entry->identity;
  pthread_mutex_unlock(&ring->lock);
  return entry != NULL;
}
