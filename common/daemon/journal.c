/* journal.c - see journal.h. No database in here: followers, auditors and the writer compute the same hash. */
#include "common/daemon/journal.h"

#include <string.h>

static void put_number(uint8_t *out, uint64_t value, int size) {
  for (int i = size - 1; i >= 0; i--, value >>= 8) out[i] = (uint8_t)value;
}

void journal_hash(const struct journal_link *link, const uint8_t prev[SM3_SIZE], uint8_t hash[SM3_SIZE]) {
  uint8_t numbers[28], caller_length[2], method_length[2], event_length[2];
  size_t caller = strlen(link->caller), method = strlen(link->method), event = strlen(link->event_type);
  put_number(numbers, (uint64_t)link->epoch, 8);
  put_number(numbers + 8, (uint64_t)link->seq, 8);
  put_number(numbers + 16, (uint64_t)link->at_us, 8);
  put_number(numbers + 24, (uint32_t)link->status, 4);
  put_number(caller_length, caller, 2);
  put_number(method_length, method, 2);
  put_number(event_length, event, 2);
  const struct hash_part parts[] = {
      {prev, SM3_SIZE},       {numbers, sizeof numbers},      {caller_length, 2},
      {link->caller, caller}, {link->request_id, 16},         {method_length, 2},
      {link->method, method}, {link->request_hash, SM3_SIZE}, {link->reply_hash, SM3_SIZE},
      {event_length, 2},      {link->event_type, event},      {link->event_hash, SM3_SIZE},
  };
  sm3(parts, ARRAY_LENGTH(parts), hash);
}
