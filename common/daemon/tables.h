/* tables.h - how the rows of a service's def files become the arrays of service.h. Included by a service's main.c only. */
#ifndef WORKRELIEF_TABLES_H
#define WORKRELIEF_TABLES_H

#include "common/daemon/service.h"

#define METHOD(name, kind, access, relations, duty, flags, required, event, no_row, check, finish, procedure, gather)                                \
  {#name, METHOD_##kind, access,    relations, WORKRELIEF__DUTY__VALUE__##duty, flags, required, EVENT_NAME(event), no_row,                          \
   check, finish,        procedure, gather},
/* NONE stands for "emits no event". */
#define EVENT_NAME(event) (sizeof(#event) == sizeof("NONE") && (#event)[0] == 'N' && (#event)[1] == 'O' && (#event)[2] == 'N' ? NULL : #event)
#define RULE(id, status, basis, zh, en) {#id, STATUS_##status, basis, zh, en},
#define CONSTRAINT(name, rule, path) {#name, #rule, path},
#define TRANSITION(machine, from, to, method, sentence) {#machine, #from, #to, #method, sentence},
#define FOLLOW(source, event, apply, page_method, page_apply) {#source, #event, #apply, page_method, page_apply},
#define SETTING(name, fallback, lowest, highest, help) {#name, fallback, help, lowest, highest},
/* A table may have no rows of its own; an end row without a name keeps the array from being empty. */
#define FOLLOW_END                                                                                                                                   \
  { 0, 0, 0, 0, 0 }
#define SETTING_END                                                                                                                                  \
  { 0, 0, 0, 0, 0 }

#define SERVICE_TABLES(service)                                                                                                                      \
  extern const struct sql_text service##_statements[], service##_migrations[];                                                                       \
  extern const size_t service##_statements_count, service##_migrations_count;

/* The embedded SQL's lengths are not constants of this file; service_main reads them through the pointers. */
#define SERVICE_ARRAYS(service)                                                                                                                      \
  .methods = methods, .method_count = ARRAY_LENGTH(methods), .rules = rules, .rule_count = ARRAY_LENGTH(rules), .constraints = constraints,          \
  .constraint_count = ARRAY_LENGTH(constraints), .transitions = transitions, .transition_count = ARRAY_LENGTH(transitions), .follows = follows,      \
  .follow_count = ARRAY_LENGTH(follows) - 1, .settings = settings, .setting_count = ARRAY_LENGTH(settings) - 1, .statements = service##_statements,  \
  .statement_count = &service##_statements_count, .migrations = service##_migrations, .migration_count = &service##_migrations_count

#endif
