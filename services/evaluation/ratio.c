/* ratio.c - CheckRatio: what every rule that holds says, which one governs, and the answer that is kept. */
#include "common/base/money.h"
#include "evaluation.pb-c.h"
#include "services/evaluation/checks.h"
#include "services/evaluation/rules.h"

static const Workrelief__RatioResult__Value results[] = {
    [RATIO_PASS] = WORKRELIEF__RATIO_RESULT__VALUE__PASS,
    [RATIO_BELOW] = WORKRELIEF__RATIO_RESULT__VALUE__BELOW,
    [RATIO_NOT_APPLICABLE] = WORKRELIEF__RATIO_RESULT__VALUE__NOT_APPLICABLE,
};

/* The share in basis points; false where there is no basis. */
static bool share_of(const struct ratio_case *one, int32_t *share) {
  int64_t share_bp = ratio_bp(one->pay_fen, one->base_fen);
  *share = share_bp >= 0 && share_bp <= INT32_MAX ? (int32_t)share_bp : 0;
  return share_bp >= 0 && share_bp <= INT32_MAX;
}

static struct ratio_case case_of(const Workrelief__RatioCandidate *row) { return (struct ratio_case){row->pay_fen, row->base_fen, row->floor_bp}; }

/* What one rule says. NULL: the call is refused. */
static Workrelief__RatioCase *judge(struct call *call, const Workrelief__RatioCandidate *row) {
  Workrelief__RatioCase *judged = arena_alloc(call_arena(call), sizeof *judged);
  if (!judged) return call_refuse(call, "PROJECT_NOT_FOUND", "project_code", NULL), NULL;
  const struct ratio_case one = case_of(row);
  workrelief__ratio_case__init(judged);
  judged->rule_code = row->rule_code;
  judged->ratio_basis = row->ratio_basis;
  judged->base_fen = row->base_fen;
  judged->floor_bp = row->floor_bp;
  judged->ratio_known_case = share_of(&one, &judged->ratio_bp) ? WORKRELIEF__RATIO_CASE__RATIO_KNOWN_RATIO_BP : 0;
  judged->required_fen = ratio_required_fen(row->base_fen, row->floor_bp);
  judged->missing_fen = ratio_missing_fen(&one);
  judged->ratio_result = results[ratio_judge(&one)];
  judged->rule_standing = row->rule_standing;
  judged->dates_assumed = row->dates_assumed;
  judged->source_note = row->source_note;
  return judged;
}

/* Every rule that holds; none where the only candidate bears the pay and no rule. */
static void judge_all(struct call *call, const Workrelief__RatioCandidates *candidates, Workrelief__StoreRatioRequest *store) {
  store->cases = arena_array(call_arena(call), candidates->n_rows, sizeof *store->cases);
  for (size_t i = 0; store->cases && i < candidates->n_rows; i++)
    if (candidates->rows[i]->rule_code[0] && (store->cases[store->n_cases] = judge(call, candidates->rows[i]))) store->n_cases++;
}

/* Of the candidates (binding: those in force alone) the one that asks most; n_rows where none has a basis. */
static size_t governing(struct call *call, const Workrelief__RatioCandidates *candidates, bool binding) {
  struct ratio_case *cases = arena_array(call_arena(call), candidates->n_rows, sizeof *cases);
  for (size_t i = 0; cases && i < candidates->n_rows; i++)
    if (!binding || candidates->rows[i]->rule_standing == WORKRELIEF__RULE_STANDING__VALUE__IN_FORCE) cases[i] = case_of(candidates->rows[i]);
  return cases ? ratio_governing(cases, candidates->n_rows) : candidates->n_rows;
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
  if (!session_run(session, "ratio_candidates", &request->base, &filled)) return;
  const Workrelief__RatioCandidates *candidates = (const Workrelief__RatioCandidates *)filled.reply;
  if (candidates->n_rows == 0) return call_refuse(call, "PROJECT_NOT_FOUND", "project_code", NULL);
  size_t index = governing(call, candidates, false), binding = governing(call, candidates, true);
  const Workrelief__RatioCandidate *row = candidates->rows[index == candidates->n_rows ? 0 : index]; /* without a basis: the pay alone */
  const struct ratio_case chosen = case_of(row);

  Workrelief__StoreRatioRequest store;
  workrelief__store_ratio_request__init(&store);
  store.project_code = request->project_code;
  store.pay_basis = request->pay_basis;
  store.rule_code = row->rule_code;
  store.ratio_basis = row->ratio_basis;
  store.pay_fen = chosen.pay_fen;
  store.base_fen = chosen.base_fen;
  store.floor_bp = chosen.floor_bp;
  store.ratio_result = results[ratio_judge(&chosen)];
  store.missing_fen = ratio_missing_fen(&chosen);
  store.ratio_known_case = share_of(&chosen, &store.ratio_bp) ? WORKRELIEF__STORE_RATIO_REQUEST__RATIO_KNOWN_RATIO_BP : 0;
  store.binding_result = WORKRELIEF__RATIO_RESULT__VALUE__NOT_APPLICABLE;
  if (binding < candidates->n_rows) {
    const struct ratio_case bound = case_of(candidates->rows[binding]);
    store.binding_result = results[ratio_judge(&bound)];
    store.binding_rule_code = candidates->rows[binding]->rule_code;
  }
  judge_all(call, candidates, &store);
  if (call_is_refused(call) || !session_run(session, "store_ratio", &store.base, &filled)) return;
  answer(call, filled.reply);
  Workrelief__RatioCheck *reply = (Workrelief__RatioCheck *)call_reply(call);
  reply->cases = store.cases;
  reply->n_cases = store.n_cases;
}
