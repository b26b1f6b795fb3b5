/* stability.c - the sum over a box of weights has its ends at corners that can be named without trying them: with d the difference of two
 * scores, sum(w d) less or plus sum(|tolerance w d|). */
#include "services/evaluation/stability.h"

enum { WHOLE_BP = 10000 };

struct lead stability_lead(const int32_t *weights, const int32_t *one, const int32_t *other, size_t indicators, int32_t tolerance_bp) {
  int64_t middle = 0, swing = 0;
  for (size_t i = 0; i < indicators; i++) {
    const int64_t weighted = (int64_t)weights[i] * (one[i] - other[i]);
    middle += weighted * WHOLE_BP;
    swing += (weighted < 0 ? -weighted : weighted) * tolerance_bp;
  }
  return (struct lead){middle - swing, middle + swing};
}

static int64_t total(const int32_t *weights, const int32_t *scores, size_t indicators) {
  int64_t sum = 0;
  for (size_t i = 0; i < indicators; i++) sum += (int64_t)weights[i] * scores[i];
  return sum;
}

/* The nearest behind or level with a subject; of those level with it the later ones, so that a pair is met once. */
static bool stands_behind(int64_t own, size_t own_index, int64_t other, size_t other_index) {
  return other < own || (other == own && other_index > own_index);
}

/* The index of the next in the order by the given weights; subjects when it is the last. */
static size_t next_behind(const int32_t *weights, const int32_t *scores, size_t subjects, size_t indicators, size_t subject) {
  const int64_t own = total(weights, scores + subject * indicators, indicators);
  size_t next = subjects;
  int64_t highest = 0;
  for (size_t other = 0; other < subjects; other++) {
    const int64_t sum = total(weights, scores + other * indicators, indicators);
    if (other == subject || !stands_behind(own, subject, sum, other)) continue;
    if (next == subjects || sum > highest) next = other, highest = sum;
  }
  return next;
}

size_t stability_places(const int32_t *weights, const int32_t *scores, size_t subjects, size_t indicators, int32_t tolerance_bp,
                        struct place *places) {
  size_t unstable = 0;
  for (size_t subject = 0; subject < subjects; subject++) {
    const int32_t *own = scores + subject * indicators;
    const int64_t own_total = total(weights, own, indicators);
    places[subject] = (struct place){.best = 1, .worst = 1, .firm_above = true};
    for (size_t other = 0; other < subjects; other++) {
      if (other == subject) continue;
      const int32_t *theirs = scores + other * indicators;
      const struct lead lead = stability_lead(weights, theirs, own, indicators, tolerance_bp);
      places[subject].best += lead.least > 0;
      places[subject].worst += lead.most > 0;
      if (lead.most >= 0 && total(weights, theirs, indicators) < own_total) places[subject].firm_above = false;
    }
    const size_t next = next_behind(weights, scores, subjects, indicators, subject);
    if (next == subjects) continue;
    const struct lead lead = stability_lead(weights, own, scores + next * indicators, indicators, tolerance_bp);
    unstable += lead.least <= 0 && lead.most > 0; /* equal in every score: both ends are 0 */
  }
  return unstable;
}
