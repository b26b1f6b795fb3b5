/* draw_relay.c - a level's report is made of the reports beneath it, and so are its ledger rows: what the level above draws of them is asked of
 * the nodes that have them, and shown on with the same proofs, which hold at every level because a line keeps its root on the way up. */
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/gateway/draw.h"
#include "services/gateway/taking.h"

/* On the due day what is there is shown: rows of a node that does not answer are then findings, those of the others are none. */
static bool is_due(const Workrelief__Draw *draw) {
  int32_t due;
  return !date_parse(draw->due_date, &due) || clock_day_of(clock_now_us()) >= due;
}

bool draw_relay(const struct taking *taking, const Workrelief__Draw *draw) {
  Workrelief__RelayDrawRequest request = WORKRELIEF__RELAY_DRAW_REQUEST__INIT;
  request.seed = draw->seed;
  request.report_code = draw->report_code;
  request.due_date = draw->due_date;
  request.positions = draw->positions;
  request.n_positions = draw->n_positions;
  const Workrelief__RelayState *state =
      (const Workrelief__RelayState *)taking_ask(taking, "gateway.RelayDraw", &request.base, &workrelief__relay_state__descriptor);
  if (state && state->open_count && !is_due(draw))
    log_debug("draw: %d nodes beneath have not answered draw=%lld", state->open_count, (long long)draw->draw_number);
  return state && (!state->open_count || is_due(draw));
}

/* The row under the line of the report above. */
static const Workrelief__RelayedPosition *position_of(const Workrelief__RelayedAnswer *answer, const Workrelief__DrawnRow *row) {
  for (size_t i = 0; i < answer->n_positions; i++)
    if (answer->positions[i]->line_number == row->line_number && answer->positions[i]->row_number == row->row_number) return answer->positions[i];
  return NULL;
}

static bool add_rows(const struct taking *taking, const Workrelief__RelayedAnswer *answer, Workrelief__DrawnRow **rows, size_t room, size_t *count) {
  const Workrelief__DrawAnswerContent *content = (const Workrelief__DrawAnswerContent *)pb_unpack(
      taking->arena, &workrelief__draw_answer_content__descriptor, answer->content.data, answer->content.len);
  for (size_t i = 0; content && i < content->n_rows; i++) {
    const Workrelief__RelayedPosition *position = position_of(answer, content->rows[i]);
    if (!position || *count == room) continue; /* nobody asked for it */
    content->rows[i]->line_number = position->upper_line_number;
    rows[(*count)++] = content->rows[i];
  }
  return content != NULL;
}

bool draw_relayed_rows(const struct taking *taking, const Workrelief__Draw *draw, Workrelief__DrawnRow **rows, size_t room, size_t *count) {
  Workrelief__ListRelayedAnswersRequest request = WORKRELIEF__LIST_RELAYED_ANSWERS_REQUEST__INIT;
  request.seed = draw->seed;
  request.page_size = 1; /* an answer may fill a message */
  do {
    const Workrelief__RelayedAnswers *page =
        (const Workrelief__RelayedAnswers *)taking_ask(taking, "gateway.ListRelayedAnswers", &request.base, &workrelief__relayed_answers__descriptor);
    if (!page) return false;
    for (size_t i = 0; i < page->n_rows; i++)
      if (!add_rows(taking, page->rows[i], rows, room, count)) return false;
    request.page_token = page->next_page_token;
  } while (*request.page_token);
  return true;
}
