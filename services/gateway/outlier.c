/* outlier.c - see outlier.h. Medians are kept doubled, so that the middle of two values needs no fraction. */
#include "services/gateway/outlier.h"

#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

static int by_value(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

/* Twice the median; sorts. */
static int64_t doubled_median(int64_t *values, size_t count) {
  qsort(values, count, sizeof *values, by_value);
  return values[(count - 1) / 2] + values[count / 2];
}

struct outlier outlier_of(const int64_t *past, size_t count, int64_t value) {
  int64_t values[OUTLIER_PAST_MOST];
  if (count < OUTLIER_PAST_LEAST) return (struct outlier){0, false};
  if (count > OUTLIER_PAST_MOST) past += count - OUTLIER_PAST_MOST, count = OUTLIER_PAST_MOST;
  memcpy(values, past, count * sizeof *values);
  int64_t middle = doubled_median(values, count);
  for (size_t i = 0; i < count; i++) values[i] = llabs(2 * values[i] - middle);
  int64_t spread = doubled_median(values, count); /* four times the median of the deviations */
  return (struct outlier){middle / 2, (wide)llabs(2 * value - middle) * 2 * 6745 > (wide)spread * 35000};
}
