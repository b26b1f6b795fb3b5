/* scope.c - an open-addressing table of (scope, unit) -> relation bits, built aside and swapped in. */
#include "common/daemon/scope.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/attribute.h"

struct slot {
  char *key;
  uint32_t relations;
}; /* key: "scope\0unit", owned */
struct table {
  struct slot *slots;
  size_t size, used;
};

struct scope {
  pthread_rwlock_t lock;
  struct table live, building;
};

struct scope *scope_new(void) {
  struct scope *scope = calloc(1, sizeof *scope);
  if (scope) pthread_rwlock_init(&scope->lock, NULL);
  return scope;
}

static void table_free(struct table *table) {
  for (size_t i = 0; i < table->size; i++) free(table->slots[i].key);
  free(table->slots);
  *table = (struct table){0};
}

static uint64_t hash_text(uint64_t hash, const char *text) {
  for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211u; /* FNV-1a */
  return (hash ^ 0xff) * 1099511628211u;
}

static bool slot_is(const struct slot *slot, const char *name, const char *unit_id) {
  return strcmp(slot->key, name) == 0 && strcmp(slot->key + strlen(slot->key) + 1, unit_id) == 0;
}

static struct slot *find(const struct table *table, const char *name, const char *unit_id) {
  if (!table->size) return NULL;
  size_t i = hash_text(hash_text(14695981039346656037u, name), unit_id) & (table->size - 1);
  while (table->slots[i].key && !slot_is(&table->slots[i], name, unit_id)) i = (i + 1) & (table->size - 1);
  return &table->slots[i];
}

static bool grow(struct table *table) {
  struct table bigger = {calloc(table->size ? table->size * 2 : 64, sizeof(struct slot)), table->size ? table->size * 2 : 64, table->used};
  if (!bigger.slots) return false;
  for (size_t i = 0; i < table->size; i++) {
    const struct slot *old = &table->slots[i];
    if (old->key) *find(&bigger, old->key, old->key + strlen(old->key) + 1) = *old;
  }
  free(table->slots);
  *table = bigger;
  return true;
}

bool scope_add(struct scope *scope, const char *name, const char *unit_id, int relation) {
  struct table *table = &scope->building;
  if (table->used * 2 >= table->size && !grow(table)) return false;
  struct slot *slot = find(table, name, unit_id);
  if (!slot->key) {
    size_t first = strlen(name) + 1, second = strlen(unit_id) + 1;
    slot->key = malloc(first + second);
    if (!slot->key) return false;
    memcpy(slot->key, name, first);
    memcpy(slot->key + first, unit_id, second);
    table->used++;
  }
  slot->relations |= 1u << relation;
  return true;
}

void scope_begin(struct scope *scope) { table_free(&scope->building); }

void scope_publish(struct scope *scope) {
  pthread_rwlock_wrlock(&scope->lock);
  struct table old = scope->live;
  scope->live = scope->building;
  scope->building = (struct table){0};
  pthread_rwlock_unlock(&scope->lock);
  table_free(&old);
}

uint32_t scope_relations(struct scope *scope, const char *name, const char *unit_id) {
  pthread_rwlock_rdlock(&scope->lock);
  const struct slot *slot = find(&scope->live, name, unit_id);
  uint32_t relations = slot && slot->key ? slot->relations : 0;
  pthread_rwlock_unlock(&scope->lock);
  return relations;
}
