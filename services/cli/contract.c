/* contract.c - services, methods and fields, from the descriptors alone. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "admin.pb-c.h"
#include "common/pb/table.h"
#include "common/pb/validate.h"
#include "evaluation.pb-c.h"
#include "gateway.pb-c.h"
#include "payroll.pb-c.h"
#include "registry.pb-c.h"
#include "services/cli/cli.h"
#include "workforce.pb-c.h"

const char *const daemons[] = {"registry", "workforce", "payroll", "evaluation", "gateway"};

const struct contract_service contract_services[] = {
    {"registry", &workrelief__registry__descriptor, false}, {"workforce", &workrelief__workforce__descriptor, false},
    {"payroll", &workrelief__payroll__descriptor, false},   {"evaluation", &workrelief__evaluation__descriptor, false},
    {"gateway", &workrelief__gateway__descriptor, false},   {"admin", &workrelief__admin__descriptor, true},
    {"journal", &workrelief__journal__descriptor, true},
};
const size_t contract_service_count = ARRAY_LENGTH(contract_services);

/* What a method cannot do without, from the services' own rows: shown in help and checked before a file is sent. */
#define METHOD(name, kind, access, relations, duty, flags, required, event, no_row, check, finish, procedure, gather) {SERVICE, #name, required},
static const struct {
  const char *service, *name, *required;
} rows[] = {
#define SERVICE "registry"
#include "services/registry/methods.def"
#undef SERVICE
#define SERVICE "workforce"
#include "services/workforce/methods.def"
#undef SERVICE
#define SERVICE "payroll"
#include "services/payroll/methods.def"
#undef SERVICE
#define SERVICE "evaluation"
#include "services/evaluation/methods.def"
#undef SERVICE
#define SERVICE "gateway"
#include "services/gateway/methods.def"
#undef SERVICE
};
#undef METHOD

static const char *required_of(const char *service, const char *name) {
  for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
    if (strcmp(rows[i].service, service) == 0 && strcmp(rows[i].name, name) == 0) return rows[i].required;
  return "";
}

/* Whether path ("lines[].work_date") stands in the list ("project_code lines.work_date"). */
static bool is_required(const char *required, const char *path) {
  char plain[256];
  size_t length = 0;
  for (; *path && length + 1 < sizeof(plain); path++)
    if (*path != '[' && *path != ']') plain[length++] = *path;
  plain[length] = '\0';
  for (const char *word = required; (word = strstr(word, plain)); word++)
    if ((word == required || word[-1] == ' ') && (word[length] == ' ' || !word[length])) return true;
  return false;
}

bool is_daemon(const char *name) {
  for (size_t i = 0; i < ARRAY_LENGTH(daemons); i++)
    if (strcmp(daemons[i], name) == 0) return true;
  return false;
}

static const struct contract_service *find_service(const char *name, size_t length) {
  for (size_t i = 0; i < contract_service_count; i++)
    if (strlen(contract_services[i].name) == length && strncmp(contract_services[i].name, name, length) == 0) return &contract_services[i];
  return NULL;
}

/* Names a stranger may have meant: the same letters in another case, or a part of the name. */
static void suggest(const struct contract_service *service, const char *method) {
  for (unsigned i = 0; i < service->descriptor->n_methods; i++) {
    const char *name = service->descriptor->methods[i].name;
    if (strcasestr(name, method) || strcasestr(method, name)) fprintf(stderr, "  %s.%s\n", service->name, name);
  }
}

bool contract_find(const char *name, struct contract_method *method) {
  const char *dot = strchr(name, '.');
  const struct contract_service *service = find_service(name, dot ? (size_t)(dot - name) : strlen(name));
  if (!service || !dot) {
    complain(METHOD_FORM, name);
    return false;
  }
  const ProtobufCMethodDescriptor *found = protobuf_c_service_descriptor_get_method_by_name(service->descriptor, dot + 1);
  if (!found) {
    complain(METHOD_UNKNOWN, service->name, dot + 1, service->name);
    suggest(service, dot + 1);
    return false;
  }
  *method =
      (struct contract_method){service->name, found->name, found->input, found->output, required_of(service->name, found->name), service->everywhere};
  return true;
}

void contract_list(struct cli *cli, const char *service) {
  (void)cli;
  for (size_t i = 0; i < contract_service_count; i++) {
    const struct contract_service *row = &contract_services[i];
    if (service && strcmp(service, row->name) != 0) continue;
    printf("%s%s%s\n", paint(stdout, PAINT_BOLD), row->name, paint(stdout, PAINT_OFF));
    int column = 0;
    for (unsigned j = 0; j < row->descriptor->n_methods; j++) {
      const char *name = row->descriptor->methods[j].name;
      int width = (int)strlen(name) + 2;
      if (column && column + width > 100) column = 0, putchar('\n');
      printf("  %s", name);
      column += width;
    }
    putchar('\n');
  }
}

static const char *type_name(const message_field *field) {
  static const char *const names[] = {
      [PROTOBUF_C_TYPE_INT32] = "int32", [PROTOBUF_C_TYPE_INT64] = "int64",   [PROTOBUF_C_TYPE_BOOL] = "bool",
      [PROTOBUF_C_TYPE_ENUM] = "enum",   [PROTOBUF_C_TYPE_STRING] = "string", [PROTOBUF_C_TYPE_BYTES] = "bytes (hex)",
  };
  if (field->type == PROTOBUF_C_TYPE_MESSAGE) return ((const message_type *)field->descriptor)->short_name;
  return (size_t)field->type < ARRAY_LENGTH(names) && names[field->type] ? names[field->type] : "number";
}

static const char *enum_values(struct cli *cli, const message_field *field) {
  const ProtobufCEnumDescriptor *type = field->descriptor;
  const char *text = "";
  for (unsigned i = 0; i < type->n_values; i++)
    if (type->values[i].value != 0) text = text_of(cli, "%s%s%s", text, *text ? " | " : "", type->values[i].name);
  return text;
}

/* A rule's sentence says what is wrong and then, behind a colon, what is right; here only the latter is wanted. */
static const char *demand_of(const struct field_rule *rule) {
  const char *sentence = BOTH(rule->zh, rule->en), *colon = strstr(sentence, ": ");
  return colon ? colon + 2 : sentence;
}

static const char *about_field(struct cli *cli, const message_field *field) {
  const struct field_rule *rule = field_rule_find(field->name);
  if (field->type == PROTOBUF_C_TYPE_ENUM) return enum_values(cli, field);
  if (!rule || field->type == PROTOBUF_C_TYPE_MESSAGE) return "";
  return rule->secrecy == FIELD_DERIVED ? TEXT(FIELD_FILLED_BY_NODE) : demand_of(rule);
}

static void describe_fields(struct cli *cli, struct grid *grid, const message_type *type, const char *required, const char *prefix, int depth) {
  for (unsigned i = 0; i < type->n_fields; i++) {
    const message_field *field = &type->fields[i];
    const char *path = text_of(cli, "%s%s%s", prefix, field->name, pb_is_repeated(field) ? "[]" : "");
    const char *head = say_text(table_field_head(field->name), field->name);
    grid_row(grid, (const char *[]){path, type_name(field), strcmp(head, field->name) ? head : "", is_required(required, path) ? TEXT(REQUIRED) : "",
                                    about_field(cli, field)});
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && depth < 4)
      describe_fields(cli, grid, field->descriptor, required, text_of(cli, "%s.", path), depth + 1);
  }
}

static void describe_type(struct cli *cli, const message_type *type, const char *required) {
  struct grid *grid = grid_new(&cli->arena, 5);
  grid_row(grid, (const char *[]){TEXT(HEAD_FIELD), TEXT(HEAD_TYPE), TEXT(HEAD_MEANING), TEXT(HEAD_REQUIRED), TEXT(HEAD_VALUES)});
  describe_fields(cli, grid, type, required, "", 0);
  grid_print(grid);
}

void contract_describe(struct cli *cli, const struct contract_method *method) {
  printf("%s%s.%s%s\n\n", paint(stdout, PAINT_BOLD), method->service, method->name, paint(stdout, PAINT_OFF));
  say(DESCRIBE_REQUEST, pb_type_name(method->input));
  describe_type(cli, method->input, method->required);
  putchar('\n');
  say(DESCRIBE_REPLY, pb_type_name(method->output));
  describe_type(cli, method->output, "");
  putchar('\n');
  say(DESCRIBE_EXAMPLE, method->service, method->name, method->input->n_fields ? method->input->fields[0].name : "");
}
