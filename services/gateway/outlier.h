/* outlier.h - a figure far from what the same unit reported before. Pure, in whole numbers. */
#ifndef WORKRELIEF_GATEWAY_OUTLIER_H
#define WORKRELIEF_GATEWAY_OUTLIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTLIER_PAST_LEAST 4
#define OUTLIER_PAST_MOST 64

struct outlier {
  int64_t median; /* of the past, rounded down where it lies between two values */
  bool is_far;    /* modified z-score above 3.5: |x - median| * 0.6745 > 3.5 * MAD */
};
/* Fewer past values than OUTLIER_PAST_LEAST say nothing; of more than OUTLIER_PAST_MOST the last count. Values are not negative. */
struct outlier outlier_of(const int64_t *past, size_t count, int64_t value);

#endif
