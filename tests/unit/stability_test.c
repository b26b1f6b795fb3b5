/* stability_test.c - R180 R184: an order under shaken weights, against every corner of the box. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "services/evaluation/stability.c"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
enum { SUBJECTS = 6, INDICATORS = 7, TOLERANCE_BP = 1000 };

/* The same sequence at every run. */
static uint32_t next_number(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

/* The sum at one corner: bit i of corner says which end weight i is at. */
static int64_t corner_lead(const int32_t *weights, const int32_t *one, const int32_t *other, size_t count, unsigned corner) {
  int64_t sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += (int64_t)weights[i] * ((corner >> i & 1) ? WHOLE_BP + TOLERANCE_BP : WHOLE_BP - TOLERANCE_BP) * (one[i] - other[i]);
  return sum;
}

/* A linear sum over a box is least and most at corners: the closed form must hit both. */
static void test_lead_against_corners(void **state) {
  (void)state;
  uint32_t seed = 2463534242u;
  for (int round = 0; round < 300; round++) {
    int32_t weights[INDICATORS], one[INDICATORS], other[INDICATORS];
    for (size_t i = 0; i < INDICATORS; i++) {
      weights[i] = (int32_t)(next_number(&seed) % 40);
      one[i] = (int32_t)(next_number(&seed) % 10001);
      other[i] = round % 2 ? (int32_t)(next_number(&seed) % 10001) : one[i] + (int32_t)(next_number(&seed) % 201) - 100;
    }
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (unsigned corner = 0; corner < 1u << INDICATORS; corner++) {
      const int64_t lead = corner_lead(weights, one, other, INDICATORS, corner);
      least = lead < least ? lead : least;
      most = lead > most ? lead : most;
    }
    const struct lead told = stability_lead(weights, one, other, INDICATORS, TOLERANCE_BP);
    assert_int_equal(told.least, least);
    assert_int_equal(told.most, most);
  }
}

/* At no corner does a subject's place leave its band, and a firm subject is never passed or caught up by whoever is behind it. */
static void test_band_holds_at_every_corner(void **state) {
  (void)state;
  uint32_t seed = 88172645u;
  for (int round = 0; round < 100; round++) {
    int32_t weights[INDICATORS], scores[SUBJECTS * INDICATORS];
    for (size_t i = 0; i < INDICATORS; i++) weights[i] = (int32_t)(next_number(&seed) % 30) + 1;
    for (size_t i = 0; i < COUNT(scores); i++) scores[i] = (int32_t)(next_number(&seed) % (round % 3 ? 10001 : 4)) + 2000;
    struct place places[SUBJECTS];
    (void)stability_places(weights, scores, SUBJECTS, INDICATORS, TOLERANCE_BP, places);
    for (unsigned corner = 0; corner < 1u << INDICATORS; corner++) {
      for (size_t subject = 0; subject < SUBJECTS; subject++) {
        int32_t place = 1;
        for (size_t other = 0; other < SUBJECTS; other++) {
          const int64_t ahead = corner_lead(weights, scores + other * INDICATORS, scores + subject * INDICATORS, INDICATORS, corner);
          place += ahead > 0;
          const bool behind = total(weights, scores + other * INDICATORS, INDICATORS) < total(weights, scores + subject * INDICATORS, INDICATORS);
          if (behind && places[subject].firm_above) assert_true(ahead < 0);
        }
        assert_in_range(place, places[subject].best, places[subject].worst);
      }
    }
  }
}

/* Pairs whose answer is known by hand, weights 50 and 50. */
static void test_known_pairs(void **state) {
  (void)state;
  static const int32_t weights[] = {50, 50};
  static const struct {
    int32_t scores[4]; /* of two subjects */
    size_t unstable;
    struct place first, second;
  } cases[] = {
      {{9000, 9000, 8000, 8000}, 0, {1, 1, true}, {2, 2, true}},  /* better in everything */
      {{9000, 5000, 5000, 8900}, 1, {1, 2, false}, {1, 2, true}}, /* +4000 and -3900: 10 % turns it */
      {{9000, 5000, 5000, 6000}, 0, {1, 1, true}, {2, 2, true}},  /* +4000 and -1000 */
      {{11, 0, 0, 9}, 1, {1, 1, false}, {1, 2, true}},            /* 11 * 0.9 = 9 * 1.1: level, never behind */
      {{5000, 5000, 5000, 5000}, 0, {1, 1, true}, {1, 1, true}},  /* equal in all: level for ever */
      {{6000, 5000, 5000, 6000}, 1, {1, 2, true}, {1, 2, true}},  /* level now, parted by any other weights */
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct place places[2];
    assert_int_equal(stability_places(weights, cases[i].scores, 2, 2, TOLERANCE_BP, places), cases[i].unstable);
    assert_int_equal(places[0].best, cases[i].first.best);
    assert_int_equal(places[0].worst, cases[i].first.worst);
    assert_int_equal(places[0].firm_above, cases[i].first.firm_above);
    assert_int_equal(places[1].best, cases[i].second.best);
    assert_int_equal(places[1].worst, cases[i].second.worst);
    assert_int_equal(places[1].firm_above, cases[i].second.firm_above);
  }
}

static void test_alone_and_nobody(void **state) {
  (void)state;
  static const int32_t weights[] = {100}, scores[] = {7000};
  struct place place;
  assert_int_equal(stability_places(weights, scores, 1, 1, TOLERANCE_BP, &place), 0);
  assert_true(place.best == 1 && place.worst == 1 && place.firm_above);
  assert_int_equal(stability_places(weights, scores, 0, 1, TOLERANCE_BP, NULL), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lead_against_corners),
      cmocka_unit_test(test_band_holds_at_every_corner),
      cmocka_unit_test(test_known_pairs),
      cmocka_unit_test(test_alone_and_nobody),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
