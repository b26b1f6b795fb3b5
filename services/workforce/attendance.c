/* attendance.c - the batch's own check. */
#include <stdio.h>

#include "services/workforce/handlers.h"
#include "services/workforce/rules.h"
#include "workforce.pb-c.h"

#define REPEATS_TOLD 100

void check_attendance_batch(struct call *call) {
  const Workrelief__RecordAttendanceBatchRequest *request = (const Workrelief__RecordAttendanceBatchRequest *)call_request(call);
  struct entry *entries = arena_array(call_arena(call), request->n_lines, sizeof *entries);
  struct repeat repeats[REPEATS_TOLD];
  if (!entries) return; /* the largest frame has room for them; without it the table's key refuses a repeat, if less exactly */
  for (size_t i = 0; i < request->n_lines; i++) entries[i] = (struct entry){request->lines[i]->worker_number, request->lines[i]->work_date, i};
  size_t count = find_repeats(entries, request->n_lines, repeats, REPEATS_TOLD);
  for (size_t i = 0; i < count && i < REPEATS_TOLD; i++) {
    char path[64], first[64];
    snprintf(path, sizeof path, "lines[%zu].work_date", repeats[i].line);
    snprintf(first, sizeof first, "lines[%zu]", repeats[i].first_line);
    call_refuse(call, "ATTENDANCE_TWICE", path, first);
  }
}
