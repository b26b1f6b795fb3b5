/* seal.c - sealing a month: SQL freezes the workers in order, SM3 is chained here. A small month is barred, frozen and closed in one
 * call; a large one page by page in calls of its own, so that the writer serves others in between. */
#include <string.h>

#include "common/bus/client.h"
#include "sealing.pb-c.h"
#include "services/workforce/handlers.h"
#include "services/workforce/rules.h"
#include "workforce.pb-c.h"

#define AT_ONCE_MOST 2000 /* workers whose month is frozen by the closing call itself */
#define PAGES_MOST 100000 /* of a month that never ends a gather thread must not be held */
#define BUSY_TRIES 20     /* the writer's queue may be full for a moment */
#define BUSY_WAIT_MS 250

/* Freezes one page; *state: digest so far, and whether that was the end. */
static bool freeze_page(struct call *call, struct session *session, const Workrelief__FreezeWorkersRequest *request,
                        const Workrelief__SealingState **state) {
  struct filled page, advanced;
  struct seal_digest digest;
  Workrelief__FreezeAdvanceRequest advance;
  if (!session_run(session, "freeze_page", &request->base, &page)) return false;
  const Workrelief__SealLinesReply *reply = (const Workrelief__SealLinesReply *)page.reply;
  workrelief__freeze_advance_request__init(&advance);
  advance.project_code = request->project_code;
  advance.month = request->month;
  if (reply->n_rows > 0) {
    if (reply->running_digest.len != sizeof digest.value) return call_refuse(call, "SEAL_INCOMPLETE", "month", NULL), false;
    memcpy(digest.value, reply->running_digest.data, sizeof digest.value);
    for (size_t i = 0; i < reply->n_rows; i++)
      if (*reply->rows[i]->canonical_text) seal_digest_add(&digest, reply->rows[i]->canonical_text);
    advance.running_digest = (ProtobufCBinaryData){sizeof digest.value, digest.value};
    advance.last_worker_number = reply->rows[reply->n_rows - 1]->worker_number;
  }
  if (!session_run(session, "freeze_advance", &advance.base, &advanced)) return false;
  *state = (const Workrelief__SealingState *)advanced.reply;
  return true;
}

static void close_month(struct call *call, struct session *session, const Workrelief__FreezeWorkersRequest *request,
                        const Workrelief__SealingState *state) {
  struct filled counted, closed;
  struct seal_digest digest;
  if (state->running_digest.len != sizeof digest.value) return call_refuse(call, "SEAL_INCOMPLETE", "month", NULL);
  memcpy(digest.value, state->running_digest.data, sizeof digest.value);
  if (!session_run(session, "seal_totals", &request->base, &counted)) return;
  const Workrelief__AttendanceSealed *totals = (const Workrelief__AttendanceSealed *)counted.reply;
  seal_digest_end(&digest, request->project_code, request->month, totals->worker_count, totals->day_hundredths);
  Workrelief__SealCloseRequest close;
  workrelief__seal_close_request__init(&close);
  close.project_code = request->project_code;
  close.month = request->month;
  close.attendance_digest = (ProtobufCBinaryData){sizeof digest.value, digest.value};
  if (session_run(session, "seal_close", &close.base, &closed)) answer_same(call, closed.reply, "SEAL_INCOMPLETE");
}

static Workrelief__FreezeWorkersRequest pages_of(const Workrelief__SealMonthRequest *request) {
  Workrelief__FreezeWorkersRequest pages;
  workrelief__freeze_workers_request__init(&pages);
  pages.project_code = request->project_code;
  pages.month = request->month;
  return pages;
}

static Workrelief__BeginSealingRequest beginning_of(const struct call *call, const Workrelief__SealMonthRequest *request) {
  Workrelief__BeginSealingRequest begin;
  workrelief__begin_sealing_request__init(&begin);
  begin.project_code = request->project_code;
  begin.month = request->month;
  begin.principal = (char *)call_caller(call)->principal;
  return begin;
}

void seal_month(struct call *call, struct session *session) {
  const Workrelief__SealMonthRequest *request = (const Workrelief__SealMonthRequest *)call_request(call);
  Workrelief__BeginSealingRequest begin = beginning_of(call, request);
  Workrelief__FreezeWorkersRequest pages = pages_of(request);
  struct filled begun;
  if (!session_run(session, "BeginSealing", &begin.base, &begun)) return;
  const Workrelief__SealingState *state = (const Workrelief__SealingState *)begun.reply;
  while (!state->finished)
    if (!freeze_page(call, session, &pages, &state)) return;
  if (request->gathered_known_case == WORKRELIEF__SEAL_MONTH_REQUEST__GATHERED_KNOWN_GATHERED_ENTRY_COUNT) {
    pages.entry_count_known_case = WORKRELIEF__FREEZE_WORKERS_REQUEST__ENTRY_COUNT_KNOWN_ENTRY_COUNT;
    pages.entry_count = request->gathered_entry_count;
  }
  close_month(call, session, &pages, state);
}

void freeze_workers(struct call *call, struct session *session) {
  const Workrelief__FreezeWorkersRequest *request = (const Workrelief__FreezeWorkersRequest *)call_request(call);
  const Workrelief__SealingState *state = NULL;
  if (!freeze_page(call, session, request, &state)) return;
  answer_same(call, &state->base, "SEAL_INCOMPLETE");
}

/* --- before the closing call ------------------------------------------------------------------------------------------------------ */

struct sealing {
  struct runtime *runtime;
  struct arena arena; /* of one question; the call's own must not grow with the pages */
};

/* Asks this service; a full queue is waited for. NULL: refused, or never answered. */
static const message *ask(struct sealing *sealing, const char *method, const message *request, const message_type *type) {
  for (int tries = 0; tries < BUSY_TRIES && !runtime_is_stopping(sealing->runtime); tries++) {
    struct client_reply reply;
    message *answer;
    arena_reset(&sealing->arena);
    runtime_ask(sealing->runtime, &sealing->arena, method, NULL, request, type, &reply, &answer);
    if (reply.status == STATUS_OK) return answer;
    if (!status_is_retryable(reply.status) || !runtime_sleep(sealing->runtime, BUSY_WAIT_MS)) return NULL;
  }
  return NULL;
}

static bool freeze_all(struct sealing *sealing, const Workrelief__FreezeWorkersRequest *pages) {
  for (long page = 0; page < PAGES_MOST; page++) {
    const Workrelief__SealingState *state =
        (const Workrelief__SealingState *)ask(sealing, "workforce.FreezeWorkers", &pages->base, &workrelief__sealing_state__descriptor);
    if (!state || state->finished) return state != NULL;
  }
  return false;
}

static const Workrelief__SealingSize *size_of(struct sealing *sealing, const Workrelief__FreezeWorkersRequest *pages) {
  return (const Workrelief__SealingSize *)ask(sealing, "workforce.GetSealingSize", &pages->base, &workrelief__sealing_size__descriptor);
}

static void freeze_large(struct call *call, struct sealing *sealing, Workrelief__SealMonthRequest *request) {
  Workrelief__FreezeWorkersRequest pages = pages_of(request);
  Workrelief__BeginSealingRequest begin = beginning_of(call, request);
  const Workrelief__SealingSize *size = size_of(sealing, &pages);
  if (!size || size->agreement_count <= AT_ONCE_MOST) return;
  if (!ask(sealing, "workforce.BeginSealing", &begin.base, &workrelief__sealing_state__descriptor)) return; /* the closing call says why */
  size = freeze_all(sealing, &pages) ? size_of(sealing, &pages) : NULL;
  if (!size)
    return call_unavailable(call, "SEALING_UNFINISHED", "封账未完成，已完成的部分保留；请稍后再次封账，将从中断处继续。",
                            "The sealing was interrupted; what is done is kept. Seal the month again and it goes on from there.");
  request->gathered_known_case = WORKRELIEF__SEAL_MONTH_REQUEST__GATHERED_KNOWN_GATHERED_ENTRY_COUNT;
  request->gathered_entry_count = size->entry_count;
}

void gather_sealing(struct call *call, struct runtime *runtime) {
  if (call_is_dry_run(call)) return;
  struct sealing sealing = {.runtime = runtime};
  arena_init(&sealing.arena, 1u << 20);
  freeze_large(call, &sealing, (Workrelief__SealMonthRequest *)call_request(call));
  arena_reset(&sealing.arena);
}
