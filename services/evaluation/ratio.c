/* ratio.c - CheckRatio: which rule governs, is it reached, and the answer that is kept. */
#include "common/base/money.h"
#include "evaluation.pb-c.h"
#include "services/evaluation/checks.h"
#include "services/evaluation/rules.h"

static const Workrelief__RatioResult__Value results[] = {
    [RATIO_PASS] = WORKRELIEF__RATIO_RESULT__VALUE__PASS,
    [RATIO_BELOW] = WORKRELIEF__RATIO_RESULT__VALUE__BELOW,
    [RATIO_NOT_APPLICABLE] = WORKRELIEF__RATIO_RESULT__VALUE__NOT_APPLICABLE,
};

/* Index of the governing candidate; the first where none has a basis (there is always one, it bears the pay). */
static size_t choose(struct call *call, const Workrelief__RatioCandidates *candidates, struct ratio_case *chosen) {
  struct ratio_case *cases = arena_array(call_arena(call), candidates->n_rows, sizeof *cases);
  if (!cases || candidates->n_rows == 0) return call_refuse(call, "PROJECT_NOT_FOUND", "project_code", NULL), 0;
  for (size_t i = 0; i < candidates->n_rows; i++) {
    const Workrelief__RatioCandidate *row = candidates->rows[i];
    cases[i] = (struct ratio_case){row->pay_fen, row->base_fen, row->floor_bp};
  }
  size_t index = ratio_governing(cases, candidates->n_rows);
  if (index == candidates->n_rows) index = 0;
  *chosen = cases[index];
  return index;
}

/* Reply and event take the fields of what was stored that bear their names. */
static void answer(struct call *call, const message *stored) {
  message *const targets[] = {call_reply(call), call_event(call)};
  for (size_t t = 0; t < sizeof targets / sizeof targets[0]; t++) {
    for (unsigned i = 0; i < targets[t]->descriptor->n_fields; i++) {
      const message_field *to = &targets[t]->descriptor->fields[i], *from = pb_field(stored->descriptor, to->name);
      if (from && !pb_copy_field(targets[t], to, stored, from)) return call_refuse(call, "PROJECT_NOT_FOUND", "", to->name);
    }
  }
}

void check_ratio(struct call *call, struct session *session) {
  const Workrelief__CheckRatioRequest *request = (const Workrelief__CheckRatioRequest *)call_request(call);
  struct filled filled;
  struct ratio_case chosen = {0, 0, 0};
  if (!session_run(session, "ratio_candidates", &request->base, &filled)) return;
  const Workrelief__RatioCandidates *candidates = (const Workrelief__RatioCandidates *)filled.reply;
  size_t index = choose(call, candidates, &chosen);
  if (call_is_refused(call)) return;

  Workrelief__StoreRatioRequest store;
  workrelief__store_ratio_request__init(&store);
  store.project_code = request->project_code;
  store.pay_basis = request->pay_basis;
  store.rule_code = candidates->rows[index]->rule_code;
  store.ratio_basis = candidates->rows[index]->ratio_basis;
  store.pay_fen = chosen.pay_fen;
  store.base_fen = chosen.base_fen;
  store.floor_bp = chosen.floor_bp;
  store.ratio_result = results[ratio_judge(&chosen)];
  store.missing_fen = ratio_missing_fen(&chosen);
  int64_t share_bp = ratio_bp(chosen.pay_fen, chosen.base_fen);
  if (share_bp >= 0 && share_bp <= INT32_MAX) {
    store.ratio_known_case = WORKRELIEF__STORE_RATIO_REQUEST__RATIO_KNOWN_RATIO_BP;
    store.ratio_bp = (int32_t)share_bp;
  }
  if (session_run(session, "store_ratio", &store.base, &filled)) answer(call, filled.reply);
}
