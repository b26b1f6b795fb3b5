/* total_order.c - the rows of a consolidation in the order in which the policy names fields, lists, levels and sources: that of the enum's
 * values, not of the alphabet of their English names. What has no value stands last. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "gateway.pb-c.h"
#include "services/gateway/handlers.h"

static int place_of(const ProtobufCEnumDescriptor *type, const Workrelief__Total *total) {
  const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value_by_name(type, total->total_key);
  return value && value->value > 0 ? value->value : INT_MAX;
}

/* By insertion: stable, and the rows are as many as an enumeration has values. */
static void order(Workrelief__Total **totals, size_t count, const ProtobufCEnumDescriptor *type) {
  for (size_t i = 1; i < count; i++) {
    Workrelief__Total *total = totals[i];
    size_t at = i;
    for (; at > 0 && place_of(type, totals[at - 1]) > place_of(type, total); at--) totals[at] = totals[at - 1];
    totals[at] = total;
  }
}

void finish_consolidated(struct call *call) {
  Workrelief__ConsolidatedReport *reply = (Workrelief__ConsolidatedReport *)call_reply(call);
  order(reply->by_field, reply->n_by_field, &workrelief__field_of_work__value__descriptor);
  order(reply->by_track, reply->n_by_track, &workrelief__track__value__descriptor);
  order(reply->by_list_kind, reply->n_by_list_kind, &workrelief__list_kind__value__descriptor);
  order(reply->by_list_level, reply->n_by_list_level, &workrelief__list_level__value__descriptor);
  order(reply->by_fund_source, reply->n_by_fund_source, &workrelief__fund_source__value__descriptor);
}
