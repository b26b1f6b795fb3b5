/* upper.c - this node as one level of a tree: under which unit its consolidation goes up. */
#include "services/gateway/handlers.h"

#include "gateway.pb-c.h"

void gather_upper_unit(struct call *call, struct runtime *runtime) {
  Workrelief__DraftUpperReportRequest *request = (Workrelief__DraftUpperReportRequest *)call_request(call);
  const char *unit_id = runtime_setting(runtime, "upper_unit_id");
  if (!*unit_id || !*runtime_setting(runtime, "parent.unit_id")) return call_refuse(call, "NO_UPPER_LEVEL", "", NULL);
  request->gathered_unit_id = (char *)(uintptr_t)unit_id;
}
