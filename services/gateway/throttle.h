/* throttle.h - how often an address may do something, and all addresses together: a table of fixed size, whoever comes. For one thread. */
#ifndef WORKRELIEF_GATEWAY_THROTTLE_H
#define WORKRELIEF_GATEWAY_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/attribute.h"

#define ADDRESS_SIZE 16 /* IPv6; IPv4 as ::ffff:a.b.c.d */

/* burst at once, then per_hour. */
struct throttle_rate {
  int64_t per_hour, burst;
};
struct throttle;
struct throttle *throttle_new(struct throttle_rate each, struct throttle_rate all) MUST_CHECK;
void throttle_free(struct throttle *throttle);
/* False: too often; *retry_after_s says when it may be tried again. What is refused costs nothing. */
bool throttle_take(struct throttle *throttle, const uint8_t address[ADDRESS_SIZE], int64_t now_us, int *retry_after_s) MUST_CHECK;

/* The address of a text; IPv6 only to its network of 64 bits, for a house has that many. False: no address. */
bool address_parse(const char *text, uint8_t address[ADDRESS_SIZE]) MUST_CHECK;
/* Who is behind our proxies: the last of "X-Forwarded-For: a, b, c" that is none of the trusted ones; peer itself when it is not trusted
 * or the header is absent or no list of addresses. trusted: addresses with commas or blanks between. */
void address_of_client(const uint8_t peer[ADDRESS_SIZE], const char *forwarded, const char *trusted, uint8_t address[ADDRESS_SIZE]);

#endif
