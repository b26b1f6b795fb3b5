/* gates.c - what is in a project's way, said in the words of its rules. */
#include "common/daemon/call.h"
#include "common/daemon/service.h"
#include "registry.pb-c.h"
#include "services/registry/rules.h"

/* A gap comes from the statement with its rule's id; the sentences stand in rules.def only. */
static void say_gap(struct call *call, Workrelief__GateGap *gap) {
  const struct rule *rule = call_rule(call, gap->rule);
  gap->zh = (char *)(uintptr_t)rule->zh; /* packed, never written to nor freed: the reply lives in the arena */
  gap->en = (char *)(uintptr_t)rule->en;
  gap->basis = (char *)(uintptr_t)rule->basis;
}

void say_gaps(struct call *call) {
  const Workrelief__ProjectGates *gates = (const Workrelief__ProjectGates *)call_reply(call);
  for (size_t i = 0; i < gates->n_rows; i++)
    for (size_t j = 0; j < gates->rows[i]->n_gaps; j++) say_gap(call, gates->rows[i]->gaps[j]);
}
