/* level_proof.c - see level_proof.h. */
#include "services/gateway/level_proof.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/pb/scan.h"

static Workrelief__LevelProof *proof_of(struct arena *arena, ProtobufCBinaryData bytes) {
  struct problems *problems = arena_alloc(arena, sizeof *problems);
  if (!problems) return NULL;
  problems_init(problems, arena);
  if (!pb_scan(&workrelief__level_proof__descriptor, bytes.data, bytes.len, SCAN_UNKNOWN_KEEP, problems)) return NULL;
  return (Workrelief__LevelProof *)pb_unpack(arena, &workrelief__level_proof__descriptor, bytes.data, bytes.len);
}

static message *opened(struct arena *arena, const Workrelief__Signed *word, const message_type *type, const struct sign_key *key) {
  bool good = word && key && content_verify(word, pb_type_name(type), key);
  return good ? pb_unpack(arena, type, word->content.data, word->content.len) : NULL;
}

/* The key that the last statement names, and in *unit whose it is. NULL: the chain breaks. The caller closes it. */
static struct sign_key *vouched_key(const struct taking *taking, const Workrelief__LevelProof *proof, const char **unit) {
  struct sign_key *key = NULL;
  *unit = runtime_setting(taking->runtime, "parent.unit_id");
  for (size_t i = 0; i < proof->n_keys; i++) {
    const Workrelief__KeyStatementContent *statement = (const Workrelief__KeyStatementContent *)opened(
        taking->arena, proof->keys[i], &workrelief__key_statement_content__descriptor, i ? key : taking->parent_key);
    sign_key_close(&key);
    if (!statement || strcmp(statement->sender_unit_id, *unit) != 0) return NULL;
    *unit = statement->subject_unit_id;
    if (!(key = sign_key_of_hex(statement->subject_sign_public))) return NULL;
  }
  return key;
}

bool level_proof_holds(const struct taking *taking, const Workrelief__Decision *decision) {
  if (!decision->level_proof.len) return true;
  const Workrelief__LevelProof *proof = proof_of(taking->arena, decision->level_proof);
  if (!proof || decision->level_number < 2 || proof->n_keys != (size_t)decision->level_number - 1) return false;
  const char *unit;
  struct sign_key *key = vouched_key(taking, proof, &unit);
  const Workrelief__DecisionContent *content =
      (const Workrelief__DecisionContent *)opened(taking->arena, proof->decision, &workrelief__decision_content__descriptor, key);
  sign_key_close(&key);
  return content && strcmp(content->sender_unit_id, unit) == 0 && strcmp(unit, decision->level_unit_id) == 0 &&
         strcmp(content->report_code, decision->level_report_code) == 0 && content->report_state == decision->report_state &&
         strcmp(content->decided_by, decision->decided_by) == 0;
}

static Workrelief__Signed *own_statement(const struct taking *taking) {
  Workrelief__KeyStatementContent statement = WORKRELIEF__KEY_STATEMENT_CONTENT__INIT;
  statement.content_version = CONTENT_VERSION;
  statement.sender_unit_id = (char *)(uintptr_t)runtime_setting(taking->runtime, "unit_id");
  statement.subject_unit_id = (char *)(uintptr_t)runtime_setting(taking->runtime, "parent.unit_id");
  statement.subject_sign_public = (char *)(uintptr_t)runtime_setting(taking->runtime, "parent.sign_public");
  statement.stated_at_us = clock_now_us();
  return content_sign_here(taking->arena, taking->runtime, &statement.base);
}

ProtobufCBinaryData level_proof_passed(const struct taking *taking, const Workrelief__Decision *decision) {
  const ProtobufCBinaryData nothing = {0, NULL};
  Workrelief__LevelProof passed = WORKRELIEF__LEVEL_PROOF__INIT;
  const Workrelief__LevelProof *above = decision->level_proof.len ? proof_of(taking->arena, decision->level_proof) : NULL;
  size_t count = above ? above->n_keys : 0;
  passed.decision = decision->level_number > 1 ? (above ? above->decision : NULL) : decision->signed_;
  if (!passed.decision || !passed.decision->content.len) return nothing;
  passed.keys = arena_array(taking->arena, count + 1, sizeof *passed.keys);
  if (!passed.keys || !(passed.keys[0] = own_statement(taking))) return nothing;
  if (count) memcpy(passed.keys + 1, above->keys, count * sizeof *passed.keys);
  passed.n_keys = count + 1;
  ProtobufCBinaryData bytes;
  bytes.data = pb_pack(taking->arena, &passed.base, &bytes.len);
  return bytes.data ? bytes : nothing;
}
