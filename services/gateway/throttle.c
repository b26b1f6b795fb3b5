/* throttle.c - see throttle.h. A bucket is one number: the time at which it will be full again. */
#include "services/gateway/throttle.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypto/hash.h"

#define SETS 512u /* a power of two */
#define WAYS 8u
#define HOUR_US (3600 * INT64_C(1000000))
#define TEXT_MOST 64

struct bucket {
  uint8_t address[ADDRESS_SIZE];
  int64_t full_us; /* 0: the place is free */
};

struct throttle {
  uint8_t key[SM3_SIZE]; /* who does not know it cannot choose addresses that fall into one set */
  int64_t each_us, each_most_us, all_us, all_most_us, all_full_us;
  struct bucket places[SETS][WAYS];
};

struct throttle *throttle_new(struct throttle_rate each, struct throttle_rate all) {
  struct throttle *throttle = calloc(1, sizeof *throttle);
  if (!throttle) return NULL;
  random_bytes(throttle->key, sizeof throttle->key);
  throttle->each_us = HOUR_US / each.per_hour, throttle->each_most_us = throttle->each_us * each.burst;
  throttle->all_us = HOUR_US / all.per_hour, throttle->all_most_us = throttle->all_us * all.burst;
  return throttle;
}

void throttle_free(struct throttle *throttle) { free(throttle); }

/* The address's place, or the one in its set that is full the longest: forgetting that costs least. */
static struct bucket *place_of(struct throttle *throttle, const uint8_t address[ADDRESS_SIZE]) {
  uint8_t digest[SM3_SIZE];
  hmac_sm3(throttle->key, sizeof throttle->key, &(struct hash_part){address, ADDRESS_SIZE}, 1, digest);
  struct bucket *set = throttle->places[(digest[0] | digest[1] << 8) & (SETS - 1)], *oldest = set;
  for (size_t i = 0; i < WAYS; i++) {
    if (set[i].full_us && memcmp(set[i].address, address, ADDRESS_SIZE) == 0) return &set[i];
    if (set[i].full_us < oldest->full_us) oldest = &set[i];
  }
  *oldest = (struct bucket){.full_us = 0};
  memcpy(oldest->address, address, ADDRESS_SIZE);
  return oldest;
}

/* What is missing in the bucket after one more; more than most: too often. */
static int64_t after_one(int64_t full_us, int64_t now_us, int64_t step_us) { return (full_us > now_us ? full_us : now_us) + step_us; }

bool throttle_take(struct throttle *throttle, const uint8_t address[ADDRESS_SIZE], int64_t now_us, int *retry_after_s) {
  struct bucket *bucket = place_of(throttle, address);
  int64_t each = after_one(bucket->full_us, now_us, throttle->each_us), all = after_one(throttle->all_full_us, now_us, throttle->all_us);
  int64_t over = each - now_us - throttle->each_most_us, all_over = all - now_us - throttle->all_most_us;
  if (all_over > over) over = all_over;
  if (over > 0) {
    *retry_after_s = (int)(over / 1000000) + 1;
    return false;
  }
  bucket->full_us = each;
  throttle->all_full_us = all;
  return true;
}

/* --- addresses ---------------------------------------------------------------------------------------------------------------------- */

bool address_parse(const char *text, uint8_t address[ADDRESS_SIZE]) {
  static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
  uint8_t four[4];
  if (inet_pton(AF_INET, text, four) == 1) {
    memcpy(address, mapped, sizeof mapped);
    memcpy(address + 12, four, sizeof four);
    return true;
  }
  if (inet_pton(AF_INET6, text, address) != 1) return false;
  if (memcmp(address, mapped, sizeof mapped) != 0) memset(address + 8, 0, 8);
  return true;
}

static bool is_trusted(const uint8_t address[ADDRESS_SIZE], const char *trusted) {
  char text[TEXT_MOST];
  uint8_t one[ADDRESS_SIZE];
  for (const char *from = trusted + strspn(trusted, ", "); *from;) {
    size_t length = strcspn(from, ", ");
    snprintf(text, sizeof text, "%.*s", (int)length, from);
    if (length < sizeof text && address_parse(text, one) && memcmp(one, address, ADDRESS_SIZE) == 0) return true;
    from += length;
    from += strspn(from, ", ");
  }
  return false;
}

void address_of_client(const uint8_t peer[ADDRESS_SIZE], const char *forwarded, const char *trusted, uint8_t address[ADDRESS_SIZE]) {
  memcpy(address, peer, ADDRESS_SIZE);
  if (!forwarded) return;
  size_t end = strlen(forwarded);
  while (is_trusted(address, trusted)) { /* that one tells the truth of who spoke to it: the last entry left */
    while (end && strchr(", ", forwarded[end - 1])) end--;
    size_t begin = end;
    while (begin && !strchr(", ", forwarded[begin - 1])) begin--;
    char text[TEXT_MOST];
    if (begin == end || end - begin >= sizeof text) return;
    snprintf(text, sizeof text, "%.*s", (int)(end - begin), forwarded + begin);
    if (!address_parse(text, address)) return (void)memcpy(address, peer, ADDRESS_SIZE);
    end = begin;
  }
}
