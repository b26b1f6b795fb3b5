/* content.c - see content.h. */
#include "services/gateway/content.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/log.h"
#include "common/base/text.h"
#include "common/bus/client.h"
#include "services/gateway/outlier.h"
#include "services/gateway/rules.h"

#define ALGORITHM "SM2-SM3"

bool lines_digest(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count, uint8_t digest[SM3_SIZE]) {
  struct hash_part *parts = arena_array(arena, count + 1, sizeof *parts);
  if (!parts) return false;
  for (size_t i = 0; i < count; i++)
    if (!(parts[i].bytes = pb_pack(arena, &lines[i]->base, &parts[i].length))) return false;
  sm3(parts, count, digest);
  return true;
}

static Workrelief__ReportException *add_exception(struct arena *arena, Workrelief__ReportException ***next, const char *id,
                                                  Workrelief__Severity__Value severity, char *project_code) {
  Workrelief__ReportException *exception = arena_alloc(arena, sizeof *exception);
  if (!exception) return NULL;
  workrelief__report_exception__init(exception);
  exception->exception_rule = (char *)(uintptr_t)id;
  exception->severity = severity;
  exception->project_code = project_code;
  return *(*next)++ = exception;
}

static bool line_exceptions(struct arena *arena, const Workrelief__ReportLine *line, Workrelief__ReportException ***next) {
  for (size_t i = 0; i < exception_rule_count; i++) {
    const struct line_rule *rule = &exception_rules[i];
    if (!line->is_counted || !rule->broken(line)) continue;
    Workrelief__ReportException *exception = add_exception(arena, next, rule->id, rule->severity, line->project_code);
    if (exception && strcmp(rule->field, "ratio_bp") == 0)
      exception->exception_note = arena_printf(arena, "%lld/%lld bp", (long long)line->ratio_bp, (long long)line->floor_bp);
    if (exception && line->figures && strcmp(rule->field, "figures.per_head_fen") == 0)
      exception->exception_note = arena_printf(arena, "%lld / %lld fen", (long long)line->figures->per_head_fen,
                                               (long long)(line->absorbed_count ? line->figures->relief_paid_fen / line->absorbed_count : 0));
    if (exception && line->figures && strcmp(rule->field, "figures.cumulative_per_head_fen") == 0)
      exception->exception_note = arena_printf(
          arena, "%lld / %lld fen", (long long)line->figures->cumulative_per_head_fen,
          (long long)(line->cumulative_absorbed_count ? line->figures->cumulative_relief_paid_fen / line->cumulative_absorbed_count : 0));
    if (!exception || !exception->exception_note) return false;
  }
  return true;
}

/* The unit's quarter against its own earlier ones. */
static bool unit_exceptions(struct arena *arena, const Workrelief__PastQuarter *total, const Workrelief__PastFigures *past,
                            Workrelief__ReportException ***next) {
  int64_t *values = arena_array(arena, past->n_quarters + 1, sizeof *values);
  if (!values) return false;
  for (size_t i = 0; i < unit_rule_count; i++) {
    size_t count = 0;
    int64_t now = unit_rules[i].value(total);
    for (size_t q = 0; q < past->n_quarters; q++)
      if ((values[count] = unit_rules[i].value(past->quarters[q])) >= 0) count++;
    struct outlier outlier = outlier_of(values, count, now);
    if (now < 0 || !outlier.is_far) continue;
    Workrelief__ReportException *exception = add_exception(arena, next, unit_rules[i].id, WORKRELIEF__SEVERITY__VALUE__WARN, (char *)(uintptr_t) "");
    if (exception) exception->exception_note = arena_printf(arena, "%lld / %lld", (long long)now, (long long)outlier.median);
    if (!exception || !exception->exception_note) return false;
  }
  return true;
}

bool lines_exceptions(struct arena *arena, Workrelief__ReportLine *const *lines, size_t count, const Workrelief__PastFigures *past,
                      Workrelief__ReportException ***exceptions, size_t *exception_count) {
  Workrelief__ReportException **next = arena_array(arena, count * exception_rule_count + unit_rule_count + 1, sizeof *next);
  *exceptions = next;
  if (!next) return false;
  for (size_t i = 0; i < count; i++)
    if (!line_exceptions(arena, lines[i], &next)) return false;
  Workrelief__PastQuarter total = lines_total(lines, count);
  if (past && count && !unit_exceptions(arena, &total, past, &next)) return false;
  *exception_count = (size_t)(next - *exceptions);
  return true;
}

Workrelief__PastFigures *past_figures(struct call *call, struct runtime *runtime, const char *unit_id, const char *quarter) {
  Workrelief__GetPastFiguresRequest request = WORKRELIEF__GET_PAST_FIGURES_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.unit_id = (char *)(uintptr_t)unit_id;
  request.quarter = (char *)(uintptr_t)quarter;
  runtime_ask(runtime, call_arena(call), "gateway.GetPastFigures", NULL, &request.base, &workrelief__past_figures__descriptor, &reply, &answer);
  return (Workrelief__PastFigures *)answer;
}

void lines_check(struct call *call, Workrelief__ReportLine *const *lines, size_t count) {
  for (size_t i = 0; i < count; i++)
    for (size_t rule = 0; rule < line_rule_count; rule++) {
      if (!line_rules[rule].broken(lines[i])) continue;
      const char *path = arena_printf(call_arena(call), "lines[%zu].%s", i, line_rules[rule].field);
      call_refuse(call, line_rules[rule].id, path, lines[i]->project_code);
    }
  size_t second = lines_repeated(call_arena(call), lines, count);
  if (second == SIZE_MAX) return call_unavailable(call, "TOO_LARGE", "报文过大。", "The report is too large.");
  if (second < count) call_refuse(call, "LINE_TWICE", "lines", lines[second]->project_code);
}

struct sign_key *node_sign_key(const struct runtime *runtime) {
  char path[512];
  const char *problem = "";
  snprintf(path, sizeof path, "%s/keys/sign.key", runtime_directory(runtime));
  struct sign_key *key = sign_key_open(path, &problem);
  if (!key) log_error("no signing key: %s", problem);
  return key;
}

struct sign_key *sign_key_of_hex(const char *hex) {
  uint8_t point[SIGN_PUBLIC_SIZE];
  if (strlen(hex) != 2 * sizeof point || !hex_decode(hex, point, sizeof point)) return NULL;
  return sign_key_from_public(point);
}

struct sign_key *child_sign_key(struct call *call, struct runtime *runtime) {
  Workrelief__GetChildRequest request = WORKRELIEF__GET_CHILD_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.unit_id = (char *)(uintptr_t)call_caller(call)->unit_id;
  runtime_ask(runtime, call_arena(call), "gateway.GetChild", NULL, &request.base, &workrelief__child__descriptor, &reply, &answer);
  const Workrelief__Child *child = (const Workrelief__Child *)answer;
  if (child && child->child_state == WORKRELIEF__CHILD_STATE__VALUE__REVOKED) call_refuse(call, "CHILD_REVOKED", "signed", child->revoke_reason);
  return child ? sign_key_of_hex(child->sign_public) : NULL;
}

Workrelief__Signed *content_sign(struct arena *arena, const struct sign_key *key, const message *content) {
  Workrelief__Signed *result = arena_alloc(arena, sizeof *result);
  uint8_t *signature = arena_alloc(arena, SIGN_SIGNATURE_MAX), *key_id = arena_alloc(arena, SIGN_KEY_ID_SIZE);
  if (!result || !signature || !key_id) return NULL;
  workrelief__signed__init(result);
  result->content.data = pb_pack(arena, content, &result->content.len);
  result->content_type = (char *)(uintptr_t)pb_type_name(content->descriptor);
  result->algorithm = (char *)(uintptr_t)ALGORITHM;
  if (!result->content.data || !sign_bytes(key, result->content_type, result->content.data, result->content.len, signature, &result->signature.len))
    return NULL;
  result->signature.data = signature;
  sign_key_id(key, key_id);
  result->key_id = (ProtobufCBinaryData){SIGN_KEY_ID_SIZE, key_id};
  return result;
}

/* The node's key as it was read last, and the file it was read from. */
static struct {
  pthread_mutex_t lock;
  struct sign_key *key;
  struct stat file;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool is_same_file(const struct stat *one, const struct stat *other) {
  return one->st_ino == other->st_ino && one->st_dev == other->st_dev && one->st_size == other->st_size &&
         one->st_mtim.tv_sec == other->st_mtim.tv_sec && one->st_mtim.tv_nsec == other->st_mtim.tv_nsec && one->st_mode == other->st_mode;
}

static void keep_key(const struct runtime *runtime) {
  char path[512];
  struct stat file;
  snprintf(path, sizeof path, "%s/keys/sign.key", runtime_directory(runtime));
  bool there = stat(path, &file) == 0;
  if (there && kept.key && is_same_file(&file, &kept.file)) return;
  if (kept.key) sign_key_close(&kept.key);
  kept.key = node_sign_key(runtime);
  if (there) kept.file = file;
}

Workrelief__Signed *content_sign_here(struct arena *arena, const struct runtime *runtime, const message *content) {
  pthread_mutex_lock(&kept.lock);
  keep_key(runtime);
  Workrelief__Signed *result = kept.key ? content_sign(arena, kept.key, content) : NULL;
  pthread_mutex_unlock(&kept.lock);
  return result;
}

bool content_verify(const Workrelief__Signed *content, const char *content_type, const struct sign_key *key) {
  uint8_t key_id[SIGN_KEY_ID_SIZE];
  sign_key_id(key, key_id);
  return strcmp(content->content_type, content_type) == 0 && strcmp(content->algorithm, ALGORITHM) == 0 && content->key_id.len == sizeof key_id &&
         bytes_equal(content->key_id.data, key_id, sizeof key_id) &&
         verify_bytes(key, content_type, content->content.data, content->content.len, content->signature.data, content->signature.len);
}
