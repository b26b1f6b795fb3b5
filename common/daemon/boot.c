/* boot.c - at boot every rpc must have a row, every row an rpc, every statement its types; what does not fit is named exactly. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/daemon/admin.h"
#include "common/daemon/runtime.h"
#include "common/pb/validate.h"

static const char *misfit(const char *service, const char *what, const char *name) {
  static char text[256];
  snprintf(text, sizeof text, "%s: %s: %s", service, what, name);
  return text;
}

/* Whether a message has sealed or derived fields anywhere; the door then walks it. Messages do not nest themselves (proto lint). */
static bool has_secrets(const message_type *type) {
  for (unsigned i = 0; i < type->n_fields; i++) {
    const message_field *field = &type->fields[i];
    const struct field_rule *rule = field_rule_find(field->name);
    if (rule && rule->secrecy != FIELD_OPEN && rule->secrecy != FIELD_WRITTEN) return true;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && has_secrets(field->descriptor)) return true;
  }
  return false;
}

static bool bind_many(struct runtime *runtime, struct bound_method *bound, const char **problem) {
  const struct method *method = bound->method;
  char many[METHOD_NAME_SIZE];
  snprintf(many, sizeof many, "%s_many", method->name);
  bound->many = statements_find(runtime->statements, many);
  if (!bound->many) return true;
  if (!statement_is_many(bound->many) || statement_request(bound->many) != bound->input || statement_reply(bound->many) != bound->output ||
      method->access != RW || method->finish)
    return *problem = misfit(runtime->service->name, "a _many.sql needs the messages of its method, which must be RW and have no finish", many),
           false;
  return !bound->event || statement_set_event(runtime->statements, many, bound->event, problem);
}

static bool bind_statement(struct runtime *runtime, struct bound_method *bound, const char **problem) {
  const struct method *method = bound->method;
  bound->statement = statements_find(runtime->statements, method->name);
  if (!bound->statement) return *problem = misfit(runtime->service->name, "statement method without its .sql file", method->name), false;
  if (statement_request(bound->statement) != bound->input || statement_reply(bound->statement) != bound->output)
    return *problem = misfit(runtime->service->name, "the .sql file's first line names other messages than its rpc", method->name), false;
  if (bound->event && !statement_set_event(runtime->statements, method->name, bound->event, problem)) return false;
  char reasons[METHOD_NAME_SIZE];
  snprintf(reasons, sizeof reasons, "%s_reasons", method->name);
  bound->reasons = statements_find(runtime->statements, reasons);
  if (bound->reasons && (statement_request(bound->reasons) != bound->input || method->access != RW || !method->no_row))
    return *problem = misfit(runtime->service->name, "a _reasons.sql needs the request of its method, which must be RW and have a no_row", reasons),
           false;
  return bind_many(runtime, bound, problem);
}

static bool bind_row(struct runtime *runtime, struct bound_method *bound, const char *service, const struct method *method,
                     const ProtobufCServiceDescriptor *descriptor, const char **problem) {
  const ProtobufCMethodDescriptor *rpc = protobuf_c_service_descriptor_get_method_by_name(descriptor, method->name);
  if (!rpc) return *problem = misfit(service, "row without an rpc in the .proto", method->name), false;
  snprintf(bound->name, sizeof bound->name, "%s.%s", service, method->name);
  bound->method = method;
  bound->input = rpc->input;
  bound->output = rpc->output;
  const char *missing;
  if (method->required && !pb_require_fits(rpc->input, method->required, &missing))
    return *problem = misfit(bound->name, "required path is no field of the request", missing), false;
  if (method->event && !(bound->event = pb_type_find(method->event)))
    return *problem = misfit(bound->name, "event is no message", method->event), false;
  if (method->no_row && !runtime_rule(runtime, method->no_row)) return *problem = misfit(bound->name, "no_row names no rule", method->no_row), false;
  if (runtime->service->scope_field) bound->scope_field = pb_field(rpc->input, runtime->service->scope_field);
  bound->seals = has_secrets(rpc->input);
  if (method->kind == METHOD_PROCEDURE && !method->procedure)
    return *problem = misfit(service, "procedure method without its function", method->name), false;
  return method->kind == METHOD_PROCEDURE || bind_statement(runtime, bound, problem);
}

static int by_name(const void *left, const void *right) {
  return strcmp(((const struct bound_method *)left)->name, ((const struct bound_method *)right)->name);
}

static bool every_rpc_has_a_row(const struct runtime *runtime, const char **problem) {
  const ProtobufCServiceDescriptor *descriptor = runtime->service->descriptor;
  for (unsigned i = 0; i < descriptor->n_methods; i++) {
    char name[METHOD_NAME_SIZE];
    snprintf(name, sizeof name, "%s.%s", runtime->service->name, descriptor->methods[i].name);
    if (!runtime_method(runtime, name)) return *problem = misfit(runtime->service->name, "rpc without a row in methods.def", name), false;
  }
  return true;
}

static const struct rule common_rules[] = {
#define RULE(id, status, basis, zh, en) {#id, STATUS_##status, basis, zh, en},
#include "common/daemon/rules.def"
#undef RULE
};

static const struct rule *common_rule(const char *id) {
  for (size_t i = 0; i < ARRAY_LENGTH(common_rules); i++)
    if (strcmp(common_rules[i].id, id) == 0) return &common_rules[i];
  return NULL;
}

/* The first of two rows of one table that have the same name; at row i the name is *(const char **)(table + i * size). */
static const char *stands_twice(const void *table, size_t count, size_t size) {
  for (size_t i = 1; i < count; i++)
    for (size_t j = 0; j < i; j++) {
      const char *const *one = (const void *)((const char *)table + i * size), *const *other = (const void *)((const char *)table + j * size);
      if (strcmp(*one, *other) == 0) return *one;
    }
  return NULL;
}

bool boot_tables(const struct service *service, const char **problem) {
  const struct {
    const char *file;
    const void *table;
    size_t count, size;
  } tables[] = {
      {"methods.def", service->methods, service->method_count, sizeof *service->methods},
      {"rules.def", service->rules, service->rule_count, sizeof *service->rules},
      {"constraints.def", service->constraints, service->constraint_count, sizeof *service->constraints},
      {"settings.def", service->settings, service->setting_count, sizeof *service->settings},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(tables); i++) {
    const char *twice = stands_twice(tables[i].table, tables[i].count, tables[i].size);
    if (!twice) continue;
    static char what[64];
    snprintf(what, sizeof what, "%s has two rows of one name", tables[i].file);
    return *problem = misfit(service->name, what, twice), false;
  }
  for (size_t i = 0; i < service->rule_count; i++)
    if (common_rule(service->rules[i].id))
      return *problem = misfit(service->name, "rules.def has a rule that every daemon knows already", service->rules[i].id), false;
  return true;
}

static bool constraints_name_rules(const struct runtime *runtime, const char **problem) {
  for (size_t i = 0; i < runtime->service->constraint_count; i++)
    if (!runtime_rule(runtime, runtime->service->constraints[i].rule))
      return *problem = misfit(runtime->service->name, "constraint names no rule", runtime->service->constraints[i].rule), false;
  return true;
}

bool boot_methods(struct runtime *runtime, const char **problem) {
  const struct service *service = runtime->service;
  if (!boot_tables(service, problem)) return false;
  size_t count = service->method_count + admin_method_count;
  runtime->methods = calloc(count, sizeof *runtime->methods);
  if (!runtime->methods) return *problem = "out of memory", false;
  for (size_t i = 0; i < service->method_count; i++)
    if (!bind_row(runtime, &runtime->methods[i], service->name, &service->methods[i], service->descriptor, problem)) return false;
  for (size_t i = 0; i < admin_method_count; i++)
    if (!bind_row(runtime, &runtime->methods[service->method_count + i], admin_methods[i].service, &admin_methods[i].method,
                  admin_methods[i].descriptor, problem))
      return false;
  runtime->method_count = count;
  qsort(runtime->methods, count, sizeof *runtime->methods, by_name);
  return every_rpc_has_a_row(runtime, problem) && constraints_name_rules(runtime, problem);
}

struct bound_method *runtime_method(const struct runtime *runtime, const char *name) {
  size_t low = 0, high = runtime->method_count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = strcmp(runtime->methods[middle].name, name);
    if (order == 0) return &runtime->methods[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

extern const ProtobufCServiceDescriptor *const all_services[];
extern const size_t all_services_count;

const ProtobufCMethodDescriptor *rpc_find(const char *wire_name) {
  const char *dot = strchr(wire_name, '.');
  for (size_t i = 0; dot && i < all_services_count; i++) {
    const char *name = all_services[i]->short_name;
    if (strlen(name) == (size_t)(dot - wire_name) && strncasecmp(name, wire_name, strlen(name)) == 0)
      return protobuf_c_service_descriptor_get_method_by_name(all_services[i], dot + 1);
  }
  return NULL;
}

const struct rule *runtime_rule(const struct runtime *runtime, const char *id) {
  for (size_t i = 0; i < runtime->service->rule_count; i++)
    if (strcmp(runtime->service->rules[i].id, id) == 0) return &runtime->service->rules[i];
  return common_rule(id);
}

PGconn *runtime_connect(const struct runtime *runtime, const char *what, const char **problem) {
  char name[64];
  snprintf(name, sizeof name, "%s %s", runtime->service->name, what);
  return database_connect(settings_text(runtime->settings, "database"), runtime->service->name, name, problem);
}
