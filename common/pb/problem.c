/* problem.c - the list of complaints, bounded. */
#include "common/pb/problem.h"

void problems_init(struct problems *problems, struct arena *arena) {
  problems->arena = arena;
  problems->count = problems->total = problems->blocking = 0;
}

void problem_add(struct problems *problems, enum severity severity, const char *path, const char *reason, const char *zh, const char *en,
                 const char *basis) {
  problems->total++;
  if (severity == SEVERITY_BLOCK) problems->blocking++;
  if (problems->count == PROBLEMS_MAX) return;
  const char *kept = *path ? arena_strdup(problems->arena, path) : "";
  if (!kept) kept = ""; /* arena full: the complaint matters more than its place */
  problems->list[problems->count++] = (struct problem){.path = kept, .reason = reason, .zh = zh, .en = en, .basis = basis, .severity = severity};
}
