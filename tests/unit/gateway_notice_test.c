/* gateway_notice_test.c - what the notice board is made of, by itself: forms, buckets and addresses, remembered pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/gateway/page_cache.c"
#include "services/gateway/throttle.c"
#include "services/gateway/web_form.c"

#define SECOND INT64_C(1000000)

/* --- forms -------------------------------------------------------------------------------------------------------------------------- */

static bool parses(const char *text, struct web_form *form) {
  static char body[4096];
  snprintf(body, sizeof body, "%s", text);
  return web_form_parse(body, strlen(body), form);
}

static void a_form_is_decoded(void **state) {
  (void)state;
  struct web_form form;
  assert_true(parses("note=%E5%B7%A5+%e8%b5%84%0d%0a2%25&name=&&a&phone=1%3D2=3&note=second", &form));
  assert_string_equal(web_form_text(&form, "note"), "工 资\n2%");
  assert_string_equal(web_form_text(&form, "phone"), "1=2=3");
  assert_string_equal(web_form_text(&form, "a"), "");
  assert_string_equal(web_form_text(&form, "none"), "");
  assert_true(parses("", &form));
  assert_true(parses("note=++%0a+", &form));
  assert_string_equal(web_form_text(&form, "note"), "");
}

static void a_broken_form_is_refused(void **state) {
  (void)state;
  struct web_form form;
  const char *const broken[] = {"a=%", "a=%1", "a=%g0", "a=%00b", "a=%ff", "a=%c0%af", "a=%ed%a0%80", "%01=b", "a=\x7f", "a=1&b=%1b"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) assert_false(parses(broken[i], &form));
  assert_true(parses("a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a", &form));
  assert_false(parses("a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a", &form));
}

/* --- buckets ------------------------------------------------------------------------------------------------------------------------ */

static int takes(struct throttle *throttle, const char *text, int64_t now_us, int times) {
  uint8_t address[ADDRESS_SIZE];
  int retry, taken = 0;
  assert_true(address_parse(text, address));
  for (int i = 0; i < times; i++) taken += throttle_take(throttle, address, now_us, &retry);
  return taken;
}

static void a_bucket_fills_again(void **state) {
  (void)state;
  struct throttle *throttle = throttle_new((struct throttle_rate){3600, 5}, (struct throttle_rate){360000, 1000});
  uint8_t address[ADDRESS_SIZE];
  int retry = 0;
  assert_int_equal(takes(throttle, "10.0.0.1", 1000 * SECOND, 9), 5);
  assert_int_equal(takes(throttle, "10.0.0.2", 1000 * SECOND, 9), 5);
  assert_int_equal(takes(throttle, "10.0.0.1", 1002 * SECOND, 9), 2);
  assert_int_equal(takes(throttle, "10.0.0.1", 9000 * SECOND, 9), 5);
  assert_true(address_parse("10.0.0.1", address));
  assert_false(throttle_take(throttle, address, 9000 * SECOND, &retry));
  assert_true(retry >= 1 && retry <= 2);
  throttle_free(throttle);
}

/* Whoever comes with a hundred thousand addresses uses up what all have together, and no memory. */
static void all_together_have_a_measure(void **state) {
  (void)state;
  struct throttle *throttle = throttle_new((struct throttle_rate){10, 5}, (struct throttle_rate){3600, 100});
  int taken = 0;
  for (int i = 0; i < 100000; i++) {
    char text[32];
    snprintf(text, sizeof text, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
    taken += takes(throttle, text, 1000 * SECOND, 1);
  }
  assert_int_equal(taken, 100);
  assert_int_equal(takes(throttle, "192.0.2.1", 1010 * SECOND, 5), 5); /* ten more for all after ten seconds */
  throttle_free(throttle);
}

/* --- addresses ---------------------------------------------------------------------------------------------------------------------- */

static void the_last_that_is_not_ours_asks(void **state) {
  (void)state;
  static const struct {
    const char *peer, *forwarded, *trusted, *expected;
  } cases[] = {{"10.0.0.1", NULL, "10.0.0.1", "10.0.0.1"},
               {"192.0.2.9", "1.1.1.1", "10.0.0.1", "192.0.2.9"},
               {"192.0.2.9", "1.1.1.1", "", "192.0.2.9"},
               {"10.0.0.1", "1.1.1.1", "10.0.0.1", "1.1.1.1"},
               {"10.0.0.1", "1.1.1.1, 2.2.2.2", "10.0.0.1", "2.2.2.2"},
               {"10.0.0.1", "1.1.1.1, 2.2.2.2 ,10.0.0.2", "10.0.0.2, 10.0.0.1", "2.2.2.2"},
               {"10.0.0.1", "10.0.0.2", "10.0.0.2 10.0.0.1", "10.0.0.2"},
               {"10.0.0.1", "", "10.0.0.1", "10.0.0.1"},
               {"10.0.0.1", "1.1.1.1, unknown", "10.0.0.1", "10.0.0.1"},
               {"10.0.0.1", "::1\r\nX: y", "10.0.0.1", "10.0.0.1"},
               {"10.0.0.1", "2001:db8::1:2:3:4", "10.0.0.1", "2001:db8::"},
               {"10.0.0.1", "::ffff:1.2.3.4", "10.0.0.1", "1.2.3.4"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint8_t peer[ADDRESS_SIZE], expected[ADDRESS_SIZE], got[ADDRESS_SIZE];
    assert_true(address_parse(cases[i].peer, peer) && address_parse(cases[i].expected, expected));
    address_of_client(peer, cases[i].forwarded, cases[i].trusted, got);
    assert_memory_equal(got, expected, ADDRESS_SIZE);
  }
  uint8_t address[ADDRESS_SIZE];
  assert_false(address_parse("", address) || address_parse("1.2.3", address) || address_parse("1.2.3.4.5", address) || address_parse("x", address));
}

/* --- remembered pages --------------------------------------------------------------------------------------------------------------- */

static bool holds(struct page_cache *cache, const char *key, int64_t now_us, const char *expected) {
  size_t length = 0;
  int64_t fresh_us = 0;
  char *text = page_cache_copy(cache, key, now_us, &length, &fresh_us);
  bool fits = text && length == strlen(expected) && memcmp(text, expected, length) == 0;
  free(text);
  return fits;
}

static void a_page_is_kept_while_it_is_fresh(void **state) {
  (void)state;
  struct page_cache *cache = page_cache_new(4, 1000);
  page_cache_put(cache, "a", "P1", "one", 3, 0, 60 * SECOND);
  page_cache_put(cache, "b", "P2", "two", 3, 0, 60 * SECOND);
  page_cache_put(cache, "a", "P1", "three", 5, 10 * SECOND, 60 * SECOND);
  assert_true(holds(cache, "a", 69 * SECOND, "three") && holds(cache, "b", 59 * SECOND, "two"));
  assert_false(holds(cache, "b", 60 * SECOND, "two") || holds(cache, "c", 0, ""));
  page_cache_put(cache, "b", "P2", "two", 3, 60 * SECOND, 60 * SECOND);
  page_cache_drop(cache, "P1");
  assert_false(holds(cache, "a", 20 * SECOND, "three"));
  assert_true(holds(cache, "b", 60 * SECOND, "two"));
  page_cache_put(cache, "short", "P3", "part", 4, 60 * SECOND, 5 * SECOND);
  size_t length;
  int64_t fresh_us;
  free(page_cache_copy(cache, "short", 62 * SECOND, &length, &fresh_us));
  assert_int_equal(fresh_us, 3 * SECOND);
  assert_false(holds(cache, "short", 65 * SECOND, "part"));
  page_cache_drop(cache, "");
  assert_int_equal(page_cache_bytes(cache), 0);
  page_cache_free(cache);
}

static void its_room_is_bounded(void **state) {
  (void)state;
  static char large[400];
  struct page_cache *cache = page_cache_new(4, 1000);
  char key[16];
  for (int i = 0; i < 100; i++) {
    snprintf(key, sizeof key, "k%d", i);
    page_cache_put(cache, key, "P", large, 240, i, 60 * SECOND);
    assert_true(page_cache_bytes(cache) <= 1000);
  }
  size_t length;
  int64_t fresh_us;
  char *kept = page_cache_copy(cache, "k96", 100, &length, &fresh_us);
  assert_non_null(kept);
  free(kept);
  page_cache_put(cache, "new", "P", large, 240, 101, 60 * SECOND); /* k97 goes: k96 was just asked for */
  assert_null(page_cache_copy(cache, "k97", 101, &length, &fresh_us));
  kept = page_cache_copy(cache, "k96", 101, &length, &fresh_us);
  assert_non_null(kept);
  free(kept);
  page_cache_put(cache, "large", "P", large, 300, 102, 60 * SECOND); /* more than a quarter */
  assert_null(page_cache_copy(cache, "large", 102, &length, &fresh_us));
  page_cache_free(cache);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_form_is_decoded),
                                     cmocka_unit_test(a_broken_form_is_refused),
                                     cmocka_unit_test(a_bucket_fills_again),
                                     cmocka_unit_test(all_together_have_a_measure),
                                     cmocka_unit_test(the_last_that_is_not_ours_asks),
                                     cmocka_unit_test(a_page_is_kept_while_it_is_fresh),
                                     cmocka_unit_test(its_room_is_bounded)};
  if (!hash_open()) return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
