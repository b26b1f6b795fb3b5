/* policies.c - see policies.h. A service's GetPolicies answers with one list for each event: the messages in it are the events. */
#include "services/gateway/policies.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/bus/client.h"
#include "policy.pb-c.h"

static Workrelief__WatchedEvent *event_of(struct arena *arena, const message *policy, int64_t now_us) {
  Workrelief__WatchedEvent *row = arena_alloc(arena, sizeof *row);
  if (!row) return NULL;
  workrelief__watched_event__init(row);
  row->at_us = now_us;
  row->event_type = (char *)(uintptr_t)pb_type_name(policy->descriptor);
  row->event.data = pb_pack(arena, policy, &row->event.len);
  return row->event.data ? row : NULL;
}

static bool add_list(struct arena *arena, const message *answer, const message_field *list, struct policies *policies) {
  size_t count = pb_is_repeated(list) && list->type == PROTOBUF_C_TYPE_MESSAGE ? pb_count(answer, list) : 0;
  Workrelief__WatchedEvent **rows = arena_array(arena, policies->count + count + 1, sizeof *rows);
  if (!rows) return false;
  if (policies->count) memcpy(rows, policies->rows, policies->count * sizeof *rows);
  policies->rows = rows;
  for (size_t i = 0; i < count; i++)
    if (!(rows[policies->count++] = event_of(arena, pb_get_message(answer, list, i), clock_now_us()))) return false;
  return true;
}

bool policies_of(struct runtime *runtime, struct arena *arena, const char *source, bool past_too, struct policies *policies) {
  Workrelief__GetPoliciesRequest request = WORKRELIEF__GET_POLICIES_REQUEST__INIT;
  struct client_reply reply;
  message *answer = NULL;
  const char *method = arena_printf(arena, "%s.GetPolicies", source);
  const ProtobufCMethodDescriptor *rpc = method ? rpc_find(method) : NULL;
  *policies = (struct policies){0};
  request.past_too = past_too;
  if (rpc) runtime_ask_soon(runtime, arena, source, method, &request.base, rpc->output, &reply, &answer);
  for (unsigned i = 0; answer && i < rpc->output->n_fields; i++)
    if (!add_list(arena, answer, &rpc->output->fields[i], policies)) return false;
  return answer != NULL;
}

bool policies_have(const struct policies *policies, const Workrelief__WatchedEvent *row) {
  for (size_t i = 0; i < policies->count; i++) {
    const Workrelief__WatchedEvent *here = policies->rows[i];
    if (strcmp(here->event_type, row->event_type) == 0 && here->event.len == row->event.len &&
        (!row->event.len || memcmp(here->event.data, row->event.data, row->event.len) == 0))
      return true;
  }
  return false;
}
