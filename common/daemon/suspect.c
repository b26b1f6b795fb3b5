/* suspect.c - see suspect.h. */
#include "common/daemon/suspect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/log.h"

#define UNDER_WAY_MOST 4096
#define SUSPECTS_MOST 256

struct suspect {
  uint8_t request_id[16];
  int64_t deaths;
};

struct suspects {
  int64_t under_way_count;
  int64_t suspect_count;
  uint8_t under_way[UNDER_WAY_MOST][16];
  struct suspect list[SUSPECTS_MOST];
};

static struct suspect *find(const struct suspects *suspects, const uint8_t request_id[16]) {
  for (int64_t i = 0; i < suspects->suspect_count; i++)
    if (memcmp(suspects->list[i].request_id, request_id, 16) == 0) return (struct suspect *)&suspects->list[i];
  return NULL;
}

static void blame(struct suspects *suspects, const uint8_t request_id[16]) {
  struct suspect *suspect = find(suspects, request_id);
  if (!suspect && suspects->suspect_count < SUSPECTS_MOST) {
    suspect = &suspects->list[suspects->suspect_count++];
    memcpy(suspect->request_id, request_id, 16);
    suspect->deaths = 0;
  }
  if (suspect) suspect->deaths++;
}

static void look_back(struct suspects *suspects) {
  if (suspects->suspect_count < 0 || suspects->suspect_count > SUSPECTS_MOST || suspects->under_way_count < 0 ||
      suspects->under_way_count > UNDER_WAY_MOST) {
    memset(suspects, 0, sizeof *suspects); /* not ours, or of another version */
    return;
  }
  if (suspects->under_way_count) log_warn("died with calls under way count=%lld", (long long)suspects->under_way_count);
  /* Old ones that nobody sends again must not crowd out the new. */
  if (suspects->suspect_count + suspects->under_way_count > SUSPECTS_MOST) suspects->suspect_count = 0;
  for (int64_t i = 0; i < suspects->under_way_count; i++) blame(suspects, suspects->under_way[i]);
  suspects->under_way_count = 0;
}

struct suspects *suspects_open(const char *directory, const char *service, const char **problem) {
  char path[512];
  snprintf(path, sizeof path, "%s/run", directory);
  (void)mkdir(path, 0700); /* there, or open says why not */
  snprintf(path, sizeof path, "%s/run/%s.inflight", directory, service);
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, sizeof(struct suspects)) != 0) {
    *problem = strerror(errno);
    if (file >= 0) close(file);
    return NULL;
  }
  struct suspects *suspects = mmap(NULL, sizeof *suspects, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (suspects == MAP_FAILED) return *problem = strerror(errno), NULL;
  look_back(suspects);
  return suspects;
}

bool suspects_any(const struct suspects *suspects) { return suspects->suspect_count > 0; }

int suspect_deaths(const struct suspects *suspects, const uint8_t request_id[16]) {
  const struct suspect *suspect = find(suspects, request_id);
  return suspect ? (int)suspect->deaths : 0;
}

void suspects_begin(struct suspects *suspects) { suspects->under_way_count = 0; }

void suspects_add(struct suspects *suspects, const uint8_t request_id[16]) {
  if (suspects->under_way_count == UNDER_WAY_MOST) return;
  memcpy(suspects->under_way[suspects->under_way_count++], request_id, 16);
}

void suspects_end(struct suspects *suspects) { suspects->under_way_count = 0; }

void suspect_clear(struct suspects *suspects, const uint8_t request_id[16]) {
  struct suspect *suspect = find(suspects, request_id);
  if (suspect) *suspect = suspects->list[--suspects->suspect_count];
}
