/* scope.h - who stands in which relation to what, in memory: the dispatcher asks it for every call that bears a scope (a project).
 * Read from the service's tables at boot and after each commit that changes them; readers share, one reload at a time. */
#ifndef WORKRELIEF_SCOPE_H
#define WORKRELIEF_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/attribute.h"

struct runtime;
struct scope;

struct scope *scope_new(void) MUST_CHECK;
/* Relations (bits 1 << Relation.Value) of a unit to a scope; 0 = none. Thread-safe. */
uint32_t scope_relations(struct scope *scope, const char *name, const char *unit_id);
/* Adds one relation to the table being built. */
bool scope_add(struct scope *scope, const char *name, const char *unit_id, int relation) MUST_CHECK;
/* Drops what was built and not published; publishes what was built in one step. */
void scope_begin(struct scope *scope);
void scope_publish(struct scope *scope);

#endif
