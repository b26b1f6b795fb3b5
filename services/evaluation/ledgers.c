/* ledgers.c - CheckLedgers: attendance, pay ledger and bank month by month, trainees against the roster; what differs becomes a finding. */
#include <inttypes.h>
#include <string.h>

#include "evaluation.pb-c.h"
#include "services/evaluation/checks.h"
#include "services/evaluation/rules.h"

/* What one check may find; more than this is told to clear some months first. */
#define FINDINGS_MAX 1000

struct found {
  struct call *call;
  Workrelief__LedgerFinding *rows[FINDINGS_MAX];
  size_t count;
};

static const struct {
  Workrelief__FindingKind__Value kind;
  const char *note;
} mismatches[LEDGER_MISMATCHES] = {
    [LEDGER_SHEET_MISSING] = {WORKRELIEF__FINDING_KIND__VALUE__SHEET_MISSING, "考勤已封存，逾期仍无工资表"},
    [LEDGER_WORKERS] = {WORKRELIEF__FINDING_KIND__VALUE__WORKERS_DIFFER, "考勤人数与工资表人数不一致"},
    [LEDGER_DAYS] = {WORKRELIEF__FINDING_KIND__VALUE__DAYS_DIFFER, "考勤工日与工资表工日不一致"},
    [LEDGER_DIGEST] = {WORKRELIEF__FINDING_KIND__VALUE__DIGEST_DIFFERS, "工资表所依据的考勤与封存的考勤不是同一份"},
    [LEDGER_PAID] = {WORKRELIEF__FINDING_KIND__VALUE__PAID_DIFFERS, "工资台账已付金额与银行回单合计或应付金额不一致"},
};

static void find(struct found *found, Workrelief__FindingKind__Value kind, char *subject, int64_t involved_fen, char *note) {
  if (call_is_refused(found->call)) return;
  Workrelief__LedgerFinding *row = arena_alloc(call_arena(found->call), sizeof *row);
  if (!row || !note || found->count == FINDINGS_MAX) return call_refuse(found->call, "TOO_MANY_MISMATCHES", "project_code", subject);
  workrelief__ledger_finding__init(row);
  row->finding_kind = kind;
  row->subject = subject;
  row->involved_fen = involved_fen;
  row->finding_note = note;
  found->rows[found->count++] = row;
}

static bool equal_bytes(ProtobufCBinaryData left, ProtobufCBinaryData right) {
  return left.len == right.len && (left.len == 0 || memcmp(left.data, right.data, left.len) == 0);
}

static void compare_month(struct found *found, const Workrelief__LedgerMonth *row) {
  const struct ledger_month month = {.has_attendance = row->attendance_digest.len > 0,
                                     .has_sheet = row->sheet_code[0] != '\0',
                                     .digests_equal = equal_bytes(row->attendance_digest, row->payroll_digest),
                                     .is_sheet_due = row->is_sheet_due,
                                     .is_settled = row->is_settled,
                                     .workers = row->worker_count,
                                     .lines = row->line_count,
                                     .attendance_hundredths = row->attendance_hundredths,
                                     .payroll_hundredths = row->payroll_hundredths,
                                     .net_fen = row->net_fen,
                                     .paid_fen = row->paid_fen,
                                     .bank_fen = row->bank_fen};
  for (int i = 0; i < LEDGER_MISMATCHES; i++) {
    if (!ledger_differs(&month, (enum ledger_mismatch)i)) continue;
    find(found, mismatches[i].kind, row->month, ledger_involved_fen(&month, (enum ledger_mismatch)i),
         arena_printf(call_arena(found->call),
                      "%s %s：考勤%" PRId32 "人/%" PRId64 "，工资表%" PRId32 "人/%" PRId64 "（百分之一工日），已付%" PRId64 "分，银行%" PRId64 "分",
                      row->month, mismatches[i].note, row->worker_count, row->attendance_hundredths, row->line_count, row->payroll_hundredths,
                      row->paid_fen, row->bank_fen));
  }
}

static void compare_training(struct found *found, const Workrelief__LedgerTraining *row) {
  struct arena *arena = call_arena(found->call);
  if (row->unregistered_count > 0)
    find(found, WORKRELIEF__FINDING_KIND__VALUE__TRAINEE_NOT_REGISTERED, row->training_code, 0,
         arena_printf(arena, "培训%s有%" PRId32 "人不在用工名册", row->training_code, row->unregistered_count));
  if (row->is_after_acceptance)
    find(found, WORKRELIEF__FINDING_KIND__VALUE__TRAINING_AFTER_ACCEPTANCE, row->training_code, 0,
         arena_printf(arena, "培训%s日期%s在竣工验收之后", row->training_code, row->training_date));
}

static void store(struct call *call, struct session *session, Workrelief__StoreLedgerFindingsRequest *request) {
  struct filled filled;
  if (!session_run(session, "store_ledger_findings", &request->base, &filled)) return;
  const Workrelief__LedgerCheck *stored = (const Workrelief__LedgerCheck *)filled.reply;
  *(Workrelief__LedgerCheck *)call_reply(call) = *stored;
  Workrelief__LedgersChecked *event = (Workrelief__LedgersChecked *)call_event(call);
  event->project_code = stored->project_code;
  event->check_number = stored->check_number;
  event->mismatch_count = stored->mismatch_count;
  event->new_finding_count = stored->new_finding_count;
  event->checked_date = stored->checked_date;
}

void check_ledgers(struct call *call, struct session *session) {
  const Workrelief__CheckLedgersRequest *request = (const Workrelief__CheckLedgersRequest *)call_request(call);
  struct found *found = arena_alloc(call_arena(call), sizeof *found);
  struct filled filled;
  if (!found) return call_refuse(call, "TOO_MANY_MISMATCHES", "project_code", NULL);
  found->call = call;
  Workrelief__ListLedgerMonthsRequest ask;
  workrelief__list_ledger_months_request__init(&ask);
  ask.project_code = request->project_code;

  if (!session_run(session, "ListLedgerMonths", &ask.base, &filled)) return;
  const Workrelief__LedgerMonths *months = (const Workrelief__LedgerMonths *)filled.reply;
  for (size_t i = 0; i < months->n_rows; i++) compare_month(found, months->rows[i]);
  if (!session_run(session, "ledger_trainings", &ask.base, &filled)) return;
  const Workrelief__LedgerTrainings *trainings = (const Workrelief__LedgerTrainings *)filled.reply;
  for (size_t i = 0; i < trainings->n_rows; i++) compare_training(found, trainings->rows[i]);
  if (call_is_refused(call)) return;

  Workrelief__StoreLedgerFindingsRequest keep;
  workrelief__store_ledger_findings_request__init(&keep);
  keep.project_code = request->project_code;
  keep.due_date = request->due_date;
  keep.rows = found->rows;
  keep.n_rows = found->count;
  keep.month_count = (int32_t)months->n_rows;
  keep.training_count = (int32_t)trainings->n_rows;
  store(call, session, &keep);
}
