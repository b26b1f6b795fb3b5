/* validate.c - fields.def applied to whole messages. What a type needs checked is worked out once and kept. */
#include "common/pb/validate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/text.h"

#define TEXT_LARGEST 4000 /* code points of a string that fields.def does not name */
#define PATH_SIZE 512
#define PATH_DEPTH 16
#define NAME_SIZE 128 /* of a field */
#define MONEY_LARGEST INT64_C(100000000000000)

#define DERIVED_ZH "此字段由节点自动生成, 请不要填写。"
#define DERIVED_EN "The node fills this field itself; leave it out."
#define PHONE_ZH "联系电话不正确: 应为11位手机号, 或带区号的固定电话。"
#define PHONE_EN "Not a telephone number: 11 digits of a mobile, or a fixed line with its area code."
#define NAME_ZH "名称不正确: 应为1至200字, 首尾无空格, 不含换行等控制字符。"
#define NAME_EN "Not a name: 1 to 200 characters, no space at either end, no control characters."
#define USCC_ZH "统一社会信用代码不正确: 应为18位, 不含I、O、S、V、Z, 末位校验码相符; 请对照证照核对。"
#define USCC_EN "Not a unified social credit code: 18 characters without I, O, S, V, Z and a matching check character; compare it with the licence."
#define DIVISION_ZH "行政区划代码不正确: 应为6、9或12位数字, 省级代码存在, 上级为零时下级也须为零。"
#define DIVISION_EN "Not an administrative division code: 6, 9 or 12 digits of a known province, no lower level below an empty one."
#define PROJECT_ZH "项目代码不正确: 国家统一代码形如 2408-140298-04-01-000010(月份01至12), 本地编号为64位以内的字母、数字、点、横线、下划线。"
#define PROJECT_EN                                                                                                                                   \
  "Not a project code: the national code looks like 2408-140298-04-01-000010 (month 01 to 12); a code of your own has up to 64 letters, digits, "    \
  "dots, hyphens, underscores."
#define CODE_ZH "编号不正确: 应为1至64位字母、数字、点、横线或下划线。"
#define CODE_EN "Not a code: 1 to 64 letters, digits, dots, hyphens or underscores."
#define MONTH_ZH "月份不正确: 应写作 2026-03。"
#define MONTH_EN "Not a month: write it as 2026-03."
#define QUARTER_ZH "季度不正确: 应写作 2026Q1。"
#define QUARTER_EN "Not a quarter: write it as 2026Q1."
#define COUNT_ZH "数量不正确: 不得为负, 且不得超出合理范围。"
#define COUNT_EN "Not a count: it may not be negative nor beyond any sensible size."

/* A number whose owner is not born yet was mistyped; the one check of the door that looks at the clock. */
static bool id_number_of_the_born(const char *text) {
  int32_t birth;
  return id_number_ok(text) && id_number_birth(text, &birth) && birth <= clock_day_of(clock_now_us());
}

/* A project has a code of its own until the national one is given; what has the national length and hyphens must be one. */
static bool own_or_national_code_ok(const char *text) {
  const bool looks_national = strnlen(text, 25) == 24 && text[4] == '-' && text[11] == '-' && text[14] == '-' && text[17] == '-';
  return looks_national ? project_code_ok(text) : code_ok(text);
}

static bool ethnicity_ok(const char *text) {
  if (strnlen(text, 3) != 2) return false;
  int64_t code;
  return parse_int64(text, 1, 98, &code) && (code <= 56 || code >= 97);
}

static bool is_control(uint32_t point) { return point < 0x20 || (point >= 0x7f && point < 0xa0); }

static bool name_ok(const char *text) {
  const size_t bytes = strlen(text), points = utf8_length(text);
  if (points < 1 || points > 200 || text[0] == ' ' || text[bytes - 1] == ' ') return false;
  for (uint32_t point; (point = utf8_next(&text)) != 0;)
    if (is_control(point)) return false;
  return true;
}

static const struct field_rule field_rules[] = {
#define FIELD(pattern, secrecy, reason, zh, en, basis, text_ok, lowest, highest, mask)                                                               \
  {pattern, secrecy, reason, zh, en, basis, text_ok, lowest, highest, mask},
#include "common/pb/fields.def"
#undef FIELD
};

/* For every string that has no rule of its own. */
static const struct field_rule general_text = {.pattern = "",
                                               .reason = "TEXT_TOO_LONG",
                                               .zh = "文字过长: 不超过4000字。",
                                               .en = "The text is too long: at most 4,000 characters.",
                                               .basis = "",
                                               .highest = TEXT_LARGEST};

/* Rules by pattern, sorted once; so a name is found by a search for itself and one for each of its tails. */
static const struct field_rule *rules_by_pattern[ARRAY_LENGTH(field_rules)];
static pthread_once_t rules_once = PTHREAD_ONCE_INIT;

static int compare_rules(const void *left, const void *right) {
  return strcmp((*(const struct field_rule *const *)left)->pattern, (*(const struct field_rule *const *)right)->pattern);
}

static int compare_pattern(const void *pattern, const void *rule) { return strcmp(pattern, (*(const struct field_rule *const *)rule)->pattern); }

static void sort_rules(void) {
  for (size_t i = 0; i < ARRAY_LENGTH(field_rules); i++) rules_by_pattern[i] = &field_rules[i];
  qsort(rules_by_pattern, ARRAY_LENGTH(rules_by_pattern), sizeof rules_by_pattern[0], compare_rules);
}

static const struct field_rule *rule_of_pattern(const char *pattern) {
  const struct field_rule *const *const found =
      bsearch(pattern, rules_by_pattern, ARRAY_LENGTH(rules_by_pattern), sizeof rules_by_pattern[0], compare_pattern);
  return found ? *found : NULL;
}

static const struct field_rule *search_rule(const char *name) {
  pthread_once(&rules_once, sort_rules);
  const struct field_rule *rule = rule_of_pattern(name);
  char pattern[NAME_SIZE];
  const char *joint = strchr(name, '_');
  if (!rule && joint) {
    (void)snprintf(pattern, sizeof pattern, "%.*s*", (int)(joint + 1 - name), name);
    rule = rule_of_pattern(pattern);
  }
  for (; !rule && joint; joint = strchr(joint + 1, '_')) {
    (void)snprintf(pattern, sizeof pattern, "*%s", joint);
    rule = rule_of_pattern(pattern);
  }
  return rule;
}

/* Names that have been asked for, with their rules. Every row of a large request asks for the same ones: a search for patterns each time
 * cost more than sealing what it found. Lock-free; two threads may search for one name, one answer is kept. A name that finds no room is
 * searched for each time. */
struct answer {
  const struct field_rule *rule;
  char name[];
};

#define ANSWERS_MAX 2048 /* a power of two, twice the names of the contract */
#define ANSWER_STEPS 16
static struct answer *_Atomic answers[ANSWERS_MAX];

static struct answer *make_answer(const char *name) {
  const size_t size = strlen(name) + 1;
  struct answer *const answer = malloc(sizeof *answer + size);
  if (!answer) return NULL;
  answer->rule = search_rule(name);
  memcpy(answer->name, name, size);
  return answer;
}

const struct field_rule *field_rule_find(const char *name) {
  uint32_t hash = 2166136261u; /* FNV-1a */
  for (const char *next = name; *next; next++) hash = (hash ^ (uint8_t)*next) * 16777619u;
  for (size_t step = 0; step < ANSWER_STEPS; step++) {
    struct answer *_Atomic *const slot = &answers[(hash + step) % ANSWERS_MAX];
    struct answer *found = atomic_load_explicit(slot, memory_order_acquire);
    if (!found) {
      struct answer *const made = make_answer(name);
      if (!made) break;
      if (atomic_compare_exchange_strong(slot, &found, made)) return made->rule;
      free(made);
    }
    if (!strcmp(found->name, name)) return found->rule;
  }
  return search_rule(name);
}

/* --- what to check in a message type: made at its first message, kept for good ------------------------------------------------- */

struct check {
  const message_field *field;
  const struct field_rule *rule; /* NULL for a sub-message without rule */
};

struct plan {
  const message_type *type;
  size_t count;
  struct check checks[];
};

#define PLANS_MAX 4096 /* a power of two, several times the types of the contract */
static struct plan *_Atomic plans[PLANS_MAX];

static bool is_integer(const message_field *field) {
  return field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_BYTES && field->type != PROTOBUF_C_TYPE_MESSAGE &&
         field->type != PROTOBUF_C_TYPE_ENUM && field->type != PROTOBUF_C_TYPE_BOOL;
}

static bool needs_check(const message_field *field, const struct field_rule *rule) {
  return field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE ||
         (rule && rule->secrecy != FIELD_DERIVED && is_integer(field) && !rule->text_ok);
}

static struct plan *make_plan(const message_type *type) {
  struct plan *const plan = malloc(sizeof *plan + type->n_fields * sizeof plan->checks[0]);
  if (!plan) return NULL;
  plan->type = type;
  plan->count = 0;
  for (unsigned i = 0; i < type->n_fields; i++) {
    const message_field *const field = &type->fields[i];
    const struct field_rule *rule = field_rule_find(field->name);
    if (field->type == PROTOBUF_C_TYPE_STRING && (!rule || rule->secrecy == FIELD_DERIVED)) rule = &general_text;
    if (needs_check(field, rule)) plan->checks[plan->count++] = (struct check){field, rule};
  }
  return plan;
}

/* Lock-free: two threads may make the same plan, one is kept. NULL on memory or, which our contract cannot reach, a full table. */
static const struct plan *plan_of(const message_type *type) {
  const size_t start = (size_t)(((uintptr_t)type >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 40);
  for (size_t step = 0; step < PLANS_MAX; step++) {
    struct plan *_Atomic *const slot = &plans[(start + step) % PLANS_MAX];
    struct plan *found = atomic_load_explicit(slot, memory_order_acquire);
    if (!found) {
      struct plan *const made = make_plan(type);
      if (!made) return NULL;
      if (atomic_compare_exchange_strong(slot, &found, made)) return made;
      free(made);
    }
    if (found->type == type) return found;
  }
  return NULL;
}

/* --- paths --------------------------------------------------------------------------------------------------------------------- */

struct place {
  const struct place *outer;
  const message_field *field;
  size_t index;
};

static size_t put_path(const struct place *place, char *out, size_t size) {
  if (!place) return 0;
  const size_t used = put_path(place->outer, out, size);
  const char *const dot = used > 0 ? "." : "";
  const int n = pb_is_repeated(place->field) && place->index != SIZE_MAX
                    ? snprintf(out + used, size - used, "%s%s[%zu]", dot, place->field->name, place->index)
                    : snprintf(out + used, size - used, "%s%s", dot, place->field->name);
  const size_t total = used + (n > 0 ? (size_t)n : 0);
  return total < size ? total : size - 1;
}

static void complain(struct problems *problems, const struct place *place, const struct field_rule *rule) {
  char path[PATH_SIZE] = "";
  if (problems->count < PROBLEMS_MAX) put_path(place, path, sizeof path);
  problem_add(problems, SEVERITY_BLOCK, path, rule->reason, rule->zh, rule->en, rule->basis);
}

/* --- checking ------------------------------------------------------------------------------------------------------------------ */

static const struct field_rule control_character = {.reason = "CONTROL_CHARACTER",
                                                    .zh = "文字含有不可见的控制字符, 请删除后重填。",
                                                    .en = "The text holds invisible control characters; remove them.",
                                                    .basis = ""};

/* Tabulators and line ends are text; other control characters are not. Looks at bytes: C1 controls are harmless enough here. */
static bool has_control(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 && *text != '\t' && *text != '\n' && *text != '\r') return true;
  return false;
}

static void to_upper(const message *subject, const message_field *field, size_t i) {
  char *const *const member = (char *const *)(const void *)((const char *)subject + field->offset);
  char *const text = pb_is_repeated(field) ? (*(char **const *)(const void *)member)[i] : *member;
  for (char *at = text; *at; at++)
    if (*at >= 'a' && *at <= 'z') *at = (char)(*at - 'a' + 'A');
}

static bool has_one_right_case(const struct field_rule *rule) { return rule->text_ok == id_number_of_the_born || rule->text_ok == uscc_ok; }

static const struct field_rule personal_number = {.reason = "PERSONAL_NUMBER_SHOWN",
                                                  .zh = "文字中不得出现完整的公民身份号码或银行卡号: 请只写末四位。",
                                                  .en = "No text may bear a citizen number or card number in full; write its last four digits.",
                                                  .basis = "R171 PIPL art. 25, 28"};

/* One walk over a message. */
struct checking {
  struct problems *problems;
  bool inside; /* the node itself hands it on */
};

static void check_text(const message *subject, const struct check *check, size_t i, const struct place *place, struct checking *checking) {
  const struct field_rule *const rule = check->rule;
  if (!*pb_get_text(subject, check->field, i) && !pb_is_repeated(check->field)) return;
  if (has_one_right_case(rule)) to_upper(subject, check->field, i);
  const char *const text = pb_get_text(subject, check->field, i);
  if (rule->secrecy == FIELD_WRITTEN && !checking->inside && bears_personal_number(text)) complain(checking->problems, place, &personal_number);
  if (rule->text_ok) {
    if (!rule->text_ok(text)) complain(checking->problems, place, rule);
    return;
  }
  /* The byte length settles most texts without counting. */
  const size_t bytes = strlen(text);
  const size_t points = bytes <= (size_t)rule->highest && (int64_t)bytes >= 4 * rule->lowest ? bytes : utf8_length(text);
  if ((int64_t)points < rule->lowest || (int64_t)points > rule->highest) complain(checking->problems, place, rule);
  if (has_control(text)) complain(checking->problems, place, &control_character);
}

static void check_int(const message *subject, const struct check *check, size_t i, const struct place *place, struct checking *checking) {
  const int64_t value = pb_get_int(subject, check->field, i);
  const bool unsigned_overflow = check->field->type == PROTOBUF_C_TYPE_UINT64 && value < 0;
  if (value < check->rule->lowest || value > check->rule->highest || unsigned_overflow) complain(checking->problems, place, check->rule);
}

static void check_message(const message *subject, const struct place *outer, int depth, struct checking *checking);

static void check_field(const message *subject, const struct check *check, const struct place *outer, int depth, struct checking *checking) {
  const size_t count = pb_count(subject, check->field);
  struct place place = {.outer = outer, .field = check->field, .index = SIZE_MAX};
  for (size_t i = 0; i < count; i++) {
    place.index = i;
    if (check->field->type == PROTOBUF_C_TYPE_MESSAGE)
      check_message(pb_get_message(subject, check->field, i), &place, depth + 1, checking);
    else if (check->field->type == PROTOBUF_C_TYPE_STRING)
      check_text(subject, check, i, &place, checking);
    else
      check_int(subject, check, i, &place, checking);
  }
}

static const struct field_rule cannot_check = {.reason = "TOO_DEEP",
                                               .zh = "报文无法校验: 嵌套超过16层或内存不足。",
                                               .en = "The message cannot be checked: nested more than 16 deep, or out of memory.",
                                               .basis = ""};

static void check_message(const message *subject, const struct place *outer, int depth, struct checking *checking) {
  const struct plan *const plan = subject && depth <= PATH_DEPTH ? plan_of(subject->descriptor) : NULL;
  if (!plan) {
    complain(checking->problems, outer, &cannot_check);
    return;
  }
  for (size_t i = 0; i < plan->count; i++) check_field(subject, &plan->checks[i], outer, depth, checking);
}

static bool validate(const message *subject, bool inside, struct problems *problems) {
  const size_t before = problems->blocking;
  struct checking checking = {problems, inside};
  check_message(subject, NULL, 1, &checking);
  return problems->blocking == before;
}

bool pb_validate(message *subject, struct problems *problems) { return validate(subject, false, problems); }
bool pb_validate_inside(message *subject, struct problems *problems) { return validate(subject, true, problems); }

/* --- required fields ----------------------------------------------------------------------------------------------------------- */

static const struct field_rule required_rule = {
    .reason = "REQUIRED", .zh = "必填项未填写, 请补充。", .en = "A required field is missing; fill it in.", .basis = ""};

/* The fields along one path: "lines.work_date" of a type. 0 when the path does not exist. */
static size_t resolve_path(const message_type *type, const char *path, size_t length, const message_field *fields[PATH_DEPTH]) {
  size_t depth = 0;
  const char *const end = path + length;
  while (path < end && type && depth < PATH_DEPTH) {
    const char *const dot = memchr(path, '.', (size_t)(end - path));
    const size_t step = dot ? (size_t)(dot - path) : (size_t)(end - path);
    char name[NAME_SIZE];
    if (step >= sizeof name) return 0;
    memcpy(name, path, step);
    name[step] = 0;
    const message_field *const field = pb_field(type, name);
    if (!field) return 0;
    fields[depth++] = field;
    type = field->type == PROTOBUF_C_TYPE_MESSAGE ? field->descriptor : NULL;
    path += step + (dot ? 1 : 0);
    if (dot && path == end) return 0;
  }
  return path == end ? depth : 0;
}

static void require_path(const message *subject, const message_field *const *fields, size_t depth, const struct place *outer,
                         struct problems *problems) {
  const size_t count = pb_count(subject, fields[0]);
  struct place place = {.outer = outer, .field = fields[0], .index = SIZE_MAX};
  if (depth == 1) {
    if (count == 0) complain(problems, &place, &required_rule);
    return;
  }
  if (count == 0 && !pb_is_repeated(fields[0])) {
    const struct place inner = {.outer = &place, .field = fields[1], .index = SIZE_MAX};
    complain(problems, &inner, &required_rule);
  }
  for (size_t i = 0; i < count; i++) {
    place.index = i;
    const message *const inner = pb_get_message(subject, fields[0], i);
    if (inner) require_path(inner, fields + 1, depth - 1, &place, problems);
  }
}

/* Next word of a space-separated list; NULL at its end. */
static const char *next_word(const char **list, size_t *length) {
  const char *const start = *list + strspn(*list, " ");
  *length = strcspn(start, " ");
  *list = start + *length;
  return *length > 0 ? start : NULL;
}

bool pb_require(const message *subject, const char *required, struct problems *problems) {
  const size_t before = problems->blocking;
  size_t length;
  for (const char *path; (path = next_word(&required, &length));) {
    const message_field *fields[PATH_DEPTH];
    const size_t depth = resolve_path(subject->descriptor, path, length, fields);
    if (depth > 0) require_path(subject, fields, depth, NULL, problems);
  }
  return problems->blocking == before;
}

bool pb_require_fits(const message_type *type, const char *required, const char **missing) {
  static char unfit[PATH_SIZE]; /* the boot has one thread, and stops here */
  size_t length;
  for (const char *path; (path = next_word(&required, &length));) {
    const message_field *fields[PATH_DEPTH];
    if (resolve_path(type, path, length, fields) > 0) continue;
    (void)snprintf(unfit, sizeof unfit, "%.*s", (int)length, path);
    *missing = unfit;
    return false;
  }
  return true;
}
