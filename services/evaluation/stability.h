/* stability.h - does an order by weighted scores hold when the weights are shaken (R180, R184)? Integers only, exact, no clock.
 *
 * Each weight moves alone between its value less and plus tolerance_bp of it; the others stay and nothing is rescaled. Multiplying all
 * weights by one number changes no order, so rescaling each such set of weights to 100 would tell the same.
 */
#ifndef WORKRELIEF_EVALUATION_STABILITY_H
#define WORKRELIEF_EVALUATION_STABILITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The lead of one subject's weighted sum over another's, in weight * score * 10000: over all weights of the box exactly these ends. */
struct lead {
  int64_t least, most;
};
struct lead stability_lead(const int32_t *weights, const int32_t *one, const int32_t *other, size_t indicators, int32_t tolerance_bp);

struct place {
  int32_t best, worst; /* 1 = first. No weights of the box lead out of it; the ends need not be reached by the same weights for all pairs */
  bool firm_above;     /* ahead of whoever stands behind it, whatever the weights */
};
/* scores: subjects * indicators. Fills places; returns how many pairs of neighbours in the order by the given weights can change places
 * or draw level. Subjects that are level now count as such a pair unless all their scores are equal: then no weights part them. */
size_t stability_places(const int32_t *weights, const int32_t *scores, size_t subjects, size_t indicators, int32_t tolerance_bp,
                        struct place *places);

#endif
