/* explain.c - `workrelief explain REASON|R127|article`: a refusal with the policy behind it, all from the services' own tables. Needs no node. */
#include "services/cli/explain.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/pb/table.h"
#include "common/pb/validate.h"
#include "services/cli/cli.h"

struct reason {
  const char *service; /* "" = every daemon, or the command itself */
  const char *id;
  enum status status;
  const char *basis, *zh, *en;
};

#define RULE(id, status, basis, zh, en) {SERVICE, #id, STATUS_##status, basis, zh, en},
#define REASON(id, status, zh, en) {SERVICE, #id, STATUS_##status, "", zh, en},
static const struct reason reasons[] = {
#define SERVICE "registry"
#include "services/registry/rules.def"
#undef SERVICE
#define SERVICE "workforce"
#include "services/workforce/rules.def"
#undef SERVICE
#define SERVICE "payroll"
#include "services/payroll/rules.def"
#undef SERVICE
#define SERVICE "evaluation"
#include "services/evaluation/rules.def"
#undef SERVICE
#define SERVICE "gateway"
#include "services/gateway/rules.def"
#undef SERVICE
#define SERVICE ""
#include "common/daemon/rules.def"
#include "services/cli/reasons.def"
#undef SERVICE
};
#undef REASON
#undef RULE

/* Names of fields.def, by which its rules are found. */
static const char *const field_patterns[] = {
#define FIELD(pattern, secrecy, reason, zh, en, basis, text_ok, lowest, highest, mask) pattern,
#include "common/pb/fields.def"
#undef FIELD
};

/* What a statement cannot show: the rule a method names for "no such row". */
#define METHOD(name, kind, access, relations, duty, flags, required, event, no_row, check, finish, procedure, gather) {SERVICE, no_row, #name},
static const struct answer no_rows[] = {
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

/* --- the policy ----------------------------------------------------------------------------------------------------------------------- */

enum column { COLUMN_ID, COLUMN_GROUP, COLUMN_REQUIREMENT, COLUMN_CHINESE, COLUMN_SOURCE, COLUMN_OWNER, COLUMN_RULE, COLUMNS };
struct policy {
  const char *cells[COLUMNS];
};

/* The row of that id ("R127"); false when policy/requirements.csv has none. */
static bool policy_find(struct cli *cli, const char *id, struct policy *policy) {
  FILE *file = fmemopen((void *)(uintptr_t)requirements_csv, requirements_csv_length, "r");
  struct csv_reader *reader = file ? csv_open(file) : NULL;
  char **cells;
  size_t count;
  bool found = false;
  while (reader && !found && csv_next(reader, &cells, &count) == 1) {
    found = count >= COLUMNS && strcasecmp(cells[COLUMN_ID], id) == 0;
    for (size_t i = 0; found && i < COLUMNS; i++) policy->cells[i] = text_of(cli, "%s", cells[i]);
  }
  if (reader) csv_close(&reader);
  if (file) fclose(file);
  return found;
}

/* The next "R127" in a basis; "" at its end. */
static const char *next_requirement(const char **basis, char id[8]) {
  for (const char *at = *basis; *at; at++) {
    size_t digits = *at == 'R' || *at == 'r' ? strspn(at + 1, "0123456789") : 0;
    if (digits != 3 || (at > *basis && isalnum((unsigned char)at[-1])) || isalnum((unsigned char)at[4])) continue;
    snprintf(id, 8, "R%.3s", at + 1);
    *basis = at + 4;
    return id;
  }
  return "";
}

static bool basis_has(const char *basis, const char *wanted) {
  const char *found = strcasestr(basis, wanted);
  return found && !isalnum((unsigned char)found[strlen(wanted)]);
}

/* --- one reason ----------------------------------------------------------------------------------------------------------------------- */

static bool list_has(const char *list, const char *name) {
  size_t length = strlen(name);
  for (const char *at = list; (at = strstr(at, name)); at++)
    if ((at == list || at[-1] == ' ') && (!at[length] || at[length] == ',')) return true;
  return false;
}

/* "payroll.DrawWageSheet, payroll.GetSheet" */
static const char *methods_of(struct cli *cli, const struct reason *reason, json_t *list) {
  const char *text = "";
  const struct answer *const tables[] = {no_rows, answers};
  const size_t counts[] = {ARRAY_LENGTH(no_rows), answer_count};
  for (size_t table = 0; table < ARRAY_LENGTH(tables); table++)
    for (size_t i = 0; i < counts[table]; i++) {
      const struct answer *answer = &tables[table][i];
      if (!answer->rule || strcmp(answer->rule, reason->id) != 0 || strcmp(answer->service, reason->service) != 0) continue;
      const char *name = text_of(cli, "%s.%s", answer->service, answer->method);
      if (list_has(text, name)) continue;
      const char *longer = arena_printf(&cli->arena, "%s%s%s", text, *text ? ", " : "", name);
      if (longer) text = longer;
      if (list) json_array_append_new(list, json_string(name));
    }
  return text;
}

static void print_policy(struct cli *cli, const char *id) {
  struct policy policy;
  if (!policy_find(cli, id, &policy)) return;
  printf("  %s%s%s %s\n", paint(stdout, PAINT_BOLD), policy.cells[COLUMN_ID], paint(stdout, PAINT_OFF),
         BOTH(policy.cells[COLUMN_CHINESE], policy.cells[COLUMN_REQUIREMENT]));
  printf("       %s\n", BOTH(policy.cells[COLUMN_REQUIREMENT], policy.cells[COLUMN_CHINESE]));
  say(EXPLAIN_SOURCE, policy.cells[COLUMN_SOURCE]);
  if (*policy.cells[COLUMN_RULE]) say(EXPLAIN_RULE, policy.cells[COLUMN_RULE]);
}

static void print_reason(struct cli *cli, const struct reason *reason, bool with_policy) {
  printf("%s%s%s  %s%s%s\n", paint(stdout, PAINT_BOLD), reason->id, paint(stdout, PAINT_OFF),
         *reason->service ? reason->service : TEXT(EXPLAIN_EVERYWHERE), reason->status == STATUS_OK ? "" : "  ",
         reason->status == STATUS_OK ? "" : status_name(reason->status));
  printf("  %s\n  %s\n", BOTH(reason->zh, reason->en), BOTH(reason->en, reason->zh));
  if (reason->status != STATUS_OK) printf("  %s\n", status_is_retryable(reason->status) ? TEXT(EXPLAIN_AGAIN) : TEXT(EXPLAIN_FINAL));
  if (with_policy && *reason->basis) {
    char id[8];
    say(EXPLAIN_BASIS, reason->basis);
    for (const char *rest = reason->basis; *next_requirement(&rest, id);) print_policy(cli, id);
  }
  const char *methods = methods_of(cli, reason, NULL);
  if (*methods) say(EXPLAIN_METHODS, methods);
}

static json_t *policy_json(struct cli *cli, const char *id) {
  struct policy policy;
  if (!policy_find(cli, id, &policy)) return NULL;
  return json_pack("{ssssssssss}", "id", policy.cells[COLUMN_ID], "requirement", policy.cells[COLUMN_REQUIREMENT], "chinese",
                   policy.cells[COLUMN_CHINESE], "source", policy.cells[COLUMN_SOURCE], "rule", policy.cells[COLUMN_RULE]);
}

static json_t *reason_json(struct cli *cli, const struct reason *reason) {
  json_t *methods = json_array(), *policies = json_array(), *row;
  char id[8];
  methods_of(cli, reason, methods);
  for (const char *rest = reason->basis; *next_requirement(&rest, id);)
    if ((row = policy_json(cli, id))) json_array_append_new(policies, row);
  return json_pack("{ssssssssssssso so}", "reason", reason->id, "service", reason->service, "status", status_name(reason->status), "zh", reason->zh,
                   "en", reason->en, "basis", reason->basis, "policy", policies, "methods", methods);
}

/* --- which -------------------------------------------------------------------------------------------------------------------------- */

struct asked {
  const char *words; /* what was typed */
  bool by_basis;     /* a requirement or an article, not a reason */
  size_t found;
  json_t *json; /* NULL: print */
};

static void take(struct cli *cli, struct asked *asked, const struct reason *reason) {
  if (asked->json)
    json_array_append_new(asked->json, reason_json(cli, reason));
  else
    printf("%s", asked->found ? "\n" : ""), print_reason(cli, reason, !asked->by_basis);
  asked->found++;
}

/* Several names of fields share a rule: it is told once. */
static void take_fields(struct cli *cli, struct asked *asked) {
  const char *told[ARRAY_LENGTH(field_patterns)];
  size_t count = 0;
  for (size_t i = 0; i < ARRAY_LENGTH(field_patterns); i++) {
    const char *pattern = field_patterns[i], *star = strchr(pattern, '*');
    const struct field_rule *rule = field_rule_find(!star             ? pattern
                                                    : star == pattern ? text_of(cli, "x%s", star + 1)
                                                                      : text_of(cli, "%.*sx", (int)(star - pattern), pattern));
    if (!rule || !rule->reason) continue;
    if (asked->by_basis ? !basis_has(rule->basis, asked->words) : strcasecmp(rule->reason, asked->words) != 0) continue;
    bool known = false;
    for (size_t j = 0; j < count; j++) known |= strcmp(told[j], rule->zh) == 0;
    if (known) continue;
    told[count++] = rule->zh;
    take(cli, asked, &(struct reason){"", rule->reason, STATUS_INVALID_ARGUMENT, rule->basis, rule->zh, rule->en});
  }
}

static void take_all(struct cli *cli, struct asked *asked) {
  for (size_t i = 0; i < ARRAY_LENGTH(reasons); i++)
    if (asked->by_basis ? basis_has(reasons[i].basis, asked->words) : strcasecmp(reasons[i].id, asked->words) == 0) take(cli, asked, &reasons[i]);
  take_fields(cli, asked);
}

static void suggest(const char *words) {
  size_t count = 0;
  for (size_t i = 0; i < ARRAY_LENGTH(reasons) && count < 12; i++)
    if (strcasestr(reasons[i].id, words) || strcasestr(words, reasons[i].id)) fprintf(stderr, "  %s\n", reasons[i].id), count++;
}

static int list(struct cli *cli) {
  struct grid *grid = grid_new(&cli->arena, 4);
  json_t *all = cli->json ? json_array() : NULL;
  grid_row(grid, (const char *[]){TEXT(HEAD_REASON), TEXT(HEAD_SERVICE), TEXT(HEAD_BASIS), TEXT(HEAD_MEANING)});
  for (size_t i = 0; i < ARRAY_LENGTH(reasons); i++) {
    if (all) json_array_append_new(all, reason_json(cli, &reasons[i]));
    grid_row(grid, (const char *[]){reasons[i].id, reasons[i].service, reasons[i].basis, BOTH(reasons[i].zh, reasons[i].en)});
  }
  if (all)
    print_json_value(all);
  else
    grid_print(grid);
  return CLI_OK;
}

static int run(struct cli *cli, int count, char **words) {
  struct policy policy;
  char id[8];
  if (count < 1) return list(cli);
  const char *typed = words[0], *rest;
  for (int i = 1; i < count; i++) typed = text_of(cli, "%s %s", typed, words[i]);
  rest = typed;
  bool is_policy = strlen(typed) == 4 && *next_requirement(&rest, id) && policy_find(cli, id, &policy);
  struct asked asked = {.words = typed, .by_basis = is_policy || strchr(typed, ' '), .json = cli->json ? json_array() : NULL};
  if (is_policy && !asked.json) print_policy(cli, id), putchar('\n');
  take_all(cli, &asked);
  if (asked.json && is_policy) asked.json = json_pack("{so so}", "policy", policy_json(cli, id), "reasons", asked.json);
  if (is_policy && !asked.found && !asked.json) say(EXPLAIN_NO_RULE);
  if (asked.json) print_json_value(asked.json);
  if (asked.found || is_policy) return CLI_OK;
  complain(EXPLAIN_UNKNOWN, typed);
  suggest(typed);
  return CLI_USAGE;
}

static const struct command commands[] = {
    {"", "[REASON|R127|'Reg. 724 art. 32']", run, NULL, "一个拒绝理由是什么意思、依据哪条政策、怎样改正",
     "what a refusal means, on which policy it rests, and what clears it",
     "workrelief explain SHEET_EXISTS\nworkrelief explain R127\nworkrelief explain Reg. 724 art. 32\nworkrelief explain -o csv > reasons.csv\n"},
    {0},
};
const struct noun explain_noun = {"explain", "说明一个拒绝理由或一条政策要求", "tell a refusal or a requirement of the policy", commands};
