/* ledgers.c - CheckLedgers: attendance, pay ledger and bank month by month and worker by worker, trainees against the roster; what
 * differs becomes a finding with the rows that prove it. */
#include <inttypes.h>
#include <string.h>

#include "evaluation.pb-c.h"
#include "services/evaluation/checks.h"
#include "services/evaluation/rules.h"

/* What one check may find; more than this is told to clear some months first. Rows beyond theirs are counted, not kept. */
#define FINDINGS_MAX 1000
#define EVIDENCE_MAX 1000

struct found {
  struct call *call;
  Workrelief__LedgerFinding *rows[FINDINGS_MAX];
  size_t count;
  Workrelief__FindingRow *evidence[EVIDENCE_MAX];
  size_t evidence_count;
  int32_t worker_mismatches;
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
static const struct {
  Workrelief__FindingKind__Value kind;
  const char *note, *row_note;
} worker_mismatches[WORKER_MISMATCHES] = {
    [WORKER_ROSTER] = {WORKRELIEF__FINDING_KIND__VALUE__ROSTER_DIFFERS, "有工日不在用工名册的协议期内，逐人见明细", "出勤工日超出协议期"},
    [WORKER_DAYS] = {WORKRELIEF__FINDING_KIND__VALUE__DAYS_DIFFER, "考勤工日与工资表工日逐人不一致，逐人见明细", "考勤工日与工资表工日不一致"},
    [WORKER_MISSING] = {WORKRELIEF__FINDING_KIND__VALUE__WORKERS_DIFFER, "考勤与工资表人员不一致，逐人见明细", "只在一本台账中"},
    [WORKER_PAID] = {WORKRELIEF__FINDING_KIND__VALUE__PAID_DIFFERS, "台账已付与银行回单逐人不一致，逐人见明细", "台账已付与银行回单不一致"},
};

/* The finding of this kind on this subject; made on first mention. NULL: the call is refused. */
static Workrelief__LedgerFinding *find(struct found *found, Workrelief__FindingKind__Value kind, char *subject, char *note) {
  if (call_is_refused(found->call)) return NULL;
  for (size_t i = 0; i < found->count; i++)
    if (found->rows[i]->finding_kind == kind && strcmp(found->rows[i]->subject, subject) == 0) return found->rows[i];
  Workrelief__LedgerFinding *row = arena_alloc(call_arena(found->call), sizeof *row);
  if (!row || !note || found->count == FINDINGS_MAX) return call_refuse(found->call, "TOO_MANY_MISMATCHES", "project_code", subject), NULL;
  workrelief__ledger_finding__init(row);
  row->finding_kind = kind;
  row->subject = subject;
  row->finding_note = note;
  return found->rows[found->count++] = row;
}

static void prove(struct found *found, Workrelief__FindingRow *row) {
  if (found->evidence_count < EVIDENCE_MAX) found->evidence[found->evidence_count++] = row;
}

/* --- month by month -------------------------------------------------------------------------------------------------------------- */

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
    Workrelief__LedgerFinding *finding = find(found, mismatches[i].kind, row->month,
                                              arena_printf(call_arena(found->call),
                                                           "%s %s：考勤%" PRId32 "人/%" PRId64 "，工资表%" PRId32 "人/%" PRId64
                                                           "（百分之一工日），已付%" PRId64 "分，银行%" PRId64 "分",
                                                           row->month, mismatches[i].note, row->worker_count, row->attendance_hundredths,
                                                           row->line_count, row->payroll_hundredths, row->paid_fen, row->bank_fen));
    if (finding) finding->involved_fen = ledger_involved_fen(&month, (enum ledger_mismatch)i);
  }
}

/* --- worker by worker ------------------------------------------------------------------------------------------------------------ */

static Workrelief__FindingRow *evidence_of(struct found *found, const Workrelief__LedgerWorker *worker, int mismatch) {
  Workrelief__FindingRow *row = arena_alloc(call_arena(found->call), sizeof *row);
  if (!row) return call_refuse(found->call, "TOO_MANY_MISMATCHES", "project_code", worker->month), NULL;
  workrelief__finding_row__init(row);
  row->finding_kind = worker_mismatches[mismatch].kind;
  row->subject = row->month = worker->month;
  row->worker_number = worker->worker_number;
  row->id_number_mask = worker->id_number_mask;
  row->sheet_code = worker->sheet_code;
  row->roster_known_case = worker->roster_known_case ? WORKRELIEF__FINDING_ROW__ROSTER_KNOWN_ROSTER_HUNDREDTHS : 0;
  row->roster_hundredths = worker->roster_hundredths;
  row->attendance_known_case = worker->attendance_known_case ? WORKRELIEF__FINDING_ROW__ATTENDANCE_KNOWN_ATTENDANCE_HUNDREDTHS : 0;
  row->attendance_hundredths = worker->attendance_hundredths;
  if (worker->payroll_known_case) {
    row->payroll_known_case = WORKRELIEF__FINDING_ROW__PAYROLL_KNOWN_PAYROLL_HUNDREDTHS;
    row->payroll_hundredths = worker->payroll_hundredths;
    row->paid_known_case = WORKRELIEF__FINDING_ROW__PAID_KNOWN_PAID_FEN;
    row->paid_fen = worker->paid_fen;
  }
  row->bank_known_case = worker->bank_known_case ? WORKRELIEF__FINDING_ROW__BANK_KNOWN_BANK_FEN : 0;
  row->bank_fen = worker->bank_fen;
  row->row_note = (char *)worker_mismatches[mismatch].row_note;
  return row;
}

static void compare_worker(struct found *found, const Workrelief__LedgerWorker *row) {
  const struct ledger_worker worker = {.roster_hundredths = row->roster_known_case ? row->roster_hundredths : -1,
                                       .attendance_hundredths = row->attendance_known_case ? row->attendance_hundredths : -1,
                                       .payroll_hundredths = row->payroll_known_case ? row->payroll_hundredths : -1,
                                       .paid_fen = row->paid_fen,
                                       .bank_fen = row->bank_known_case ? row->bank_fen : -1,
                                       .is_sheet_due = row->is_sheet_due};
  bool differs = false;
  for (int i = 0; i < WORKER_MISMATCHES; i++) {
    if (!ledger_worker_differs(&worker, (enum worker_mismatch)i)) continue;
    size_t before = found->count;
    Workrelief__LedgerFinding *finding =
        find(found, worker_mismatches[i].kind, row->month, arena_printf(call_arena(found->call), "%s %s", row->month, worker_mismatches[i].note));
    Workrelief__FindingRow *evidence = finding ? evidence_of(found, row, i) : NULL;
    if (!evidence) return;
    if (found->count > before) finding->involved_fen = row->net_fen;
    prove(found, evidence);
    differs = true;
  }
  if (differs) found->worker_mismatches++;
}

/* --- trainings ------------------------------------------------------------------------------------------------------------------- */

static void compare_training(struct found *found, const Workrelief__LedgerTraining *row) {
  struct arena *arena = call_arena(found->call);
  if (row->unregistered_count > 0)
    find(found, WORKRELIEF__FINDING_KIND__VALUE__TRAINEE_NOT_REGISTERED, row->training_code,
         arena_printf(arena, "培训%s有%" PRId32 "人不在用工名册", row->training_code, row->unregistered_count));
  if (row->is_after_acceptance)
    find(found, WORKRELIEF__FINDING_KIND__VALUE__TRAINING_AFTER_ACCEPTANCE, row->training_code,
         arena_printf(arena, "培训%s日期%s在竣工验收之后", row->training_code, row->training_date));
}

/* --- the check ------------------------------------------------------------------------------------------------------------------- */

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
  event->new_findings = stored->new_findings;
  event->n_new_findings = stored->n_new_findings;
  event->unit_ids = stored->unit_ids;
  event->n_unit_ids = stored->n_unit_ids;
}

static bool compare_all(struct found *found, struct session *session, const message *ask, Workrelief__StoreLedgerFindingsRequest *keep) {
  struct filled filled;
  if (!session_run(session, "ListLedgerMonths", ask, &filled)) return false;
  const Workrelief__LedgerMonths *months = (const Workrelief__LedgerMonths *)filled.reply;
  for (size_t i = 0; i < months->n_rows; i++) compare_month(found, months->rows[i]);
  keep->month_count = (int32_t)months->n_rows;
  if (!session_run(session, "ledger_workers", ask, &filled)) return false;
  const Workrelief__LedgerWorkers *workers = (const Workrelief__LedgerWorkers *)filled.reply;
  for (size_t i = 0; i < workers->n_rows; i++) compare_worker(found, workers->rows[i]);
  if (!session_run(session, "ledger_trainings", ask, &filled)) return false;
  const Workrelief__LedgerTrainings *trainings = (const Workrelief__LedgerTrainings *)filled.reply;
  for (size_t i = 0; i < trainings->n_rows; i++) compare_training(found, trainings->rows[i]);
  keep->training_count = (int32_t)trainings->n_rows;
  if (!session_run(session, "ledger_trainees", ask, &filled)) return false;
  const Workrelief__FindingRows *trainees = (const Workrelief__FindingRows *)filled.reply;
  for (size_t i = 0; i < trainees->n_rows; i++) prove(found, trainees->rows[i]);
  return !call_is_refused(found->call);
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
  if (!session_run(session, "ledger_ground", &ask.base, &filled)) return;
  const Workrelief__LedgerGround *ground = (const Workrelief__LedgerGround *)filled.reply;
  if (ground->pending_count > 0)
    return call_unavailable(call, "LEDGER_LINES_PENDING", "工资表明细正在同步，请稍后再核对。",
                            "Lines of a wage sheet are on their way from payroll; ask again in a moment.");

  Workrelief__StoreLedgerFindingsRequest keep;
  workrelief__store_ledger_findings_request__init(&keep);
  if (!compare_all(found, session, &ask.base, &keep)) return;
  keep.project_code = request->project_code;
  keep.due_date = request->due_date;
  keep.rows = found->rows;
  keep.n_rows = found->count;
  keep.evidence = found->evidence;
  keep.n_evidence = found->evidence_count;
  keep.attendance_seq = ground->attendance_seq;
  keep.payroll_seq = ground->payroll_seq;
  keep.worker_month_count = ground->worker_month_count;
  keep.worker_mismatch_count = found->worker_mismatches;
  store(call, session, &keep);
}
