/* training.c - correcting and annulling a training: the change, what follows from it for workers and agreements, and whether days already
 * worked would lose the training they stand on; then nothing of it stays. */
#include "services/workforce/handlers.h"
#include "training.pb-c.h"

/* Reply and event are the training as it now stands. */
static void follow_up(struct call *call, struct session *session, char *project_code, char *training_code) {
  Workrelief__TrainingEffects effects;
  workrelief__training_effects__init(&effects);
  effects.project_code = project_code;
  effects.training_code = training_code;
  struct filled snapshot;
  if (!session_run(session, "retrain", &effects.base, NULL) || !session_run(session, "training_relied_on", &effects.base, NULL) ||
      !session_run(session, "training_snapshot", &effects.base, &snapshot))
    return;
  answer_same(call, snapshot.reply, "TRAINING_UNKNOWN");
}

void correct_training(struct call *call, struct session *session) {
  const Workrelief__CorrectTrainingRequest *request = (const Workrelief__CorrectTrainingRequest *)call_request(call);
  if (session_run(session, "correct_training", &request->base, NULL)) follow_up(call, session, request->project_code, request->training_code);
}

void annul_training(struct call *call, struct session *session) {
  const Workrelief__AnnulTrainingRequest *request = (const Workrelief__AnnulTrainingRequest *)call_request(call);
  if (session_run(session, "annul_training", &request->base, NULL)) follow_up(call, session, request->project_code, request->training_code);
}
