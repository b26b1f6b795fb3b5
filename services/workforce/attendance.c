/* attendance.c - the batch's own check, and the sealing of a month: SQL lists the month in order, SM3 is computed here. */
#include <stdio.h>
#include <string.h>

#include "services/workforce/handlers.h"
#include "services/workforce/rules.h"
#include "workforce.pb-c.h"

#define REPEATS_TOLD 100

void check_attendance_batch(struct call *call) {
  const Workrelief__RecordAttendanceBatchRequest *request = (const Workrelief__RecordAttendanceBatchRequest *)call_request(call);
  struct entry *entries = arena_array(call_arena(call), request->n_lines, sizeof *entries);
  struct repeat repeats[REPEATS_TOLD];
  if (!entries) return call_refuse(call, "BATCH_TOO_LARGE", "lines", NULL);
  for (size_t i = 0; i < request->n_lines; i++) entries[i] = (struct entry){request->lines[i]->worker_number, request->lines[i]->work_date, i};
  size_t count = find_repeats(entries, request->n_lines, repeats, REPEATS_TOLD);
  for (size_t i = 0; i < count && i < REPEATS_TOLD; i++) {
    char path[64], first[64];
    snprintf(path, sizeof path, "lines[%zu].work_date", repeats[i].line);
    snprintf(first, sizeof first, "lines[%zu]", repeats[i].first_line);
    call_refuse(call, "ATTENDANCE_TWICE", path, first);
  }
}

/* Chains the month's lines page by page; *totals: workers and days as counted when the month was frozen. */
static bool digest_month(struct call *call, struct session *session, const Workrelief__SealMonthRequest *request,
                         const Workrelief__AttendanceSealed *totals, struct seal_digest *digest) {
  Workrelief__SealLinesRequest page;
  workrelief__seal_lines_request__init(&page);
  page.project_code = request->project_code;
  page.month = request->month;
  seal_digest_begin(digest);
  for (int32_t lines = 0; lines < totals->worker_count;) {
    struct filled filled;
    if (!session_run(session, "seal_lines", &page.base, &filled)) return false;
    const Workrelief__SealLinesReply *reply = (const Workrelief__SealLinesReply *)filled.reply;
    if (reply->n_rows == 0) return call_refuse(call, "SEAL_INCOMPLETE", "month", NULL), false;
    for (size_t i = 0; i < reply->n_rows; i++) seal_digest_add(digest, reply->rows[i]->canonical_text);
    page.after_worker_number = reply->rows[reply->n_rows - 1]->worker_number;
    lines += (int32_t)reply->n_rows;
  }
  seal_digest_end(digest, request->project_code, request->month, totals->worker_count, totals->day_hundredths);
  return true;
}

/* Reply and event are the same message: what was sealed. */
static void answer_sealed(struct call *call, const message *sealed) {
  for (unsigned i = 0; i < sealed->descriptor->n_fields; i++) {
    const message_field *field = &sealed->descriptor->fields[i];
    if (!pb_copy_field(call_reply(call), field, sealed, field) || !pb_copy_field(call_event(call), field, sealed, field))
      return call_refuse(call, "SEAL_INCOMPLETE", "", field->name);
  }
}

void seal_month(struct call *call, struct session *session) {
  const Workrelief__SealMonthRequest *request = (const Workrelief__SealMonthRequest *)call_request(call);
  struct filled opened, closed;
  struct seal_digest digest;
  if (!session_run(session, "seal_open", &request->base, &opened)) return;
  if (!digest_month(call, session, request, (const Workrelief__AttendanceSealed *)opened.reply, &digest)) return;
  Workrelief__SealCloseRequest close;
  workrelief__seal_close_request__init(&close);
  close.project_code = request->project_code;
  close.month = request->month;
  close.attendance_digest = (ProtobufCBinaryData){sizeof digest.value, digest.value};
  if (session_run(session, "seal_close", &close.base, &closed)) answer_sealed(call, closed.reply);
}
