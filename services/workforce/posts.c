/* posts.c - what the holder of a public-welfare post is told beside what SQL refuses. */
#include <stdio.h>

#include "services/workforce/handlers.h"
#include "workforce.pb-c.h"

void finish_post_holding(struct call *call) {
  const Workrelief__PostHolding *holding = (const Workrelief__PostHolding *)call_reply(call);
  if (!holding->age_warning) return;
  char age[16];
  snprintf(age, sizeof age, "%d", holding->age_years);
  call_warn(call, "OVER_AGE", "worker_number", age);
}
