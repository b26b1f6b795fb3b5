/* assessment.c - AssessYear: a version is made, scored and ranked by SQL; whether its order holds is judged here and kept with it. */
#include <string.h>

#include "evaluation.pb-c.h"
#include "services/evaluation/checks.h"
#include "services/evaluation/stability.h"

/* How many rows the first subject has: its indicators, the same for all. */
static size_t indicators_of(const Workrelief__AssessedScores *assessed) {
  size_t count = 0;
  while (count < assessed->n_rows && strcmp(assessed->rows[count]->unit_id, assessed->rows[0]->unit_id) == 0) count++;
  return count;
}

/* Weights, scores and places of n subjects in the arena; false when it is full. */
static bool judge(struct call *call, const Workrelief__AssessedScores *assessed, Workrelief__KeepStabilityRequest *keep) {
  struct arena *arena = call_arena(call);
  const size_t indicators = indicators_of(assessed), subjects = assessed->n_rows / indicators;
  int32_t *weights = arena_array(arena, indicators, sizeof *weights), *scores = arena_array(arena, assessed->n_rows, sizeof *scores);
  struct place *places = arena_array(arena, subjects, sizeof *places);
  Workrelief__AssessedPlace *told = arena_array(arena, subjects, sizeof *told);
  keep->places = arena_array(arena, subjects, sizeof *keep->places);
  if (!weights || !scores || !places || !told || !keep->places) return false;
  for (size_t i = 0; i < indicators; i++) weights[i] = assessed->rows[i]->weight;
  for (size_t i = 0; i < assessed->n_rows; i++) scores[i] = assessed->rows[i]->score;
  keep->unstable_pair_count = (int32_t)stability_places(weights, scores, subjects, indicators, assessed->tolerance_bp, places);
  for (size_t i = 0; i < subjects; i++) {
    workrelief__assessed_place__init(&told[i]);
    told[i].unit_id = assessed->rows[i * indicators]->unit_id;
    told[i].best_place = places[i].best;
    told[i].worst_place = places[i].worst;
    told[i].is_firm_above = places[i].firm_above;
    keep->places[keep->n_places++] = &told[i];
  }
  return true;
}

void assess_year(struct call *call, struct session *session) {
  struct filled filled;
  if (!session_run(session, "make_assessment", call_request(call), &filled)) return;
  Workrelief__GetAssessmentRequest which;
  workrelief__get_assessment_request__init(&which);
  which.assessment_code = ((const Workrelief__AssessmentMade *)filled.reply)->assessment_code;
  if (!session_run(session, "score_assessment", &which.base, &filled)) return;
  const Workrelief__AssessedScores *assessed = (const Workrelief__AssessedScores *)filled.reply;
  Workrelief__KeepStabilityRequest keep;
  workrelief__keep_stability_request__init(&keep);
  keep.assessment_code = which.assessment_code;
  if (assessed->n_rows > 0 && !judge(call, assessed, &keep))
    return call_unavailable(call, "TOO_LARGE", "参评单位过多。", "There are too many subjects for one assessment.");
  if (!session_run(session, "keep_stability", &keep.base, NULL) || !session_run(session, "GetAssessment", &which.base, &filled)) return;
  *(Workrelief__Assessment *)call_reply(call) = *(const Workrelief__Assessment *)filled.reply;
}
