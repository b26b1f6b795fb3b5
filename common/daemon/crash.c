/* crash.c - see crash.h. */
#include "common/daemon/crash.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/text.h"

#define CRASH_STATUS 137 /* what a shell shows of a process killed by SIGKILL */

static char crash_name[64]; /* empty: nothing is ever to crash */
static atomic_long passes_left;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint8_t poison[16];
static bool poisoned;

static void read_environment(void) {
  const char *victim = getenv("WORKRELIEF_CRASH_ON");
  poisoned = victim && hex_decode(victim, poison, sizeof poison);
  const char *wish = getenv("WORKRELIEF_CRASH_AT");
  if (!wish || strlen(wish) >= sizeof crash_name) return;
  const char *colon = strchr(wish, ':');
  int64_t passes = 1;
  if (colon && !parse_int64(colon + 1, 1, 1000000, &passes)) return;
  memcpy(crash_name, wish, colon ? (size_t)(colon - wish) : strlen(wish));
  atomic_store(&passes_left, (long)passes);
}

void crash_point(const char *name) {
  pthread_once(&once, read_environment);
  if (!crash_name[0] || strcmp(crash_name, name) != 0) return;
  if (atomic_fetch_sub(&passes_left, 1) != 1) return;
  log_warn("crash point reached name=%s", name);
  _exit(CRASH_STATUS);
}

void crash_on(const uint8_t request_id[16]) {
  pthread_once(&once, read_environment);
  if (!poisoned || memcmp(request_id, poison, sizeof poison) != 0) return;
  log_warn("poison call reached");
  _exit(CRASH_STATUS);
}
