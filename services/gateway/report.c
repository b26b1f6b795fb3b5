/* report.c - a stored report on its way: what its checker sees and settles, and the signed parts that go to a parent. */
#include <string.h>

#include "common/base/log.h"
#include "common/base/status.h"
#include "common/bus/client.h"
#include "services/gateway/content.h"
#include "services/gateway/draw.h"
#include "services/gateway/level.h"
#include "services/gateway/handlers.h"
#include "services/gateway/ledger_proof.h"
#include "services/gateway/rows.h"
#include "services/gateway/rules.h"

static message **fetch_rows_of(struct call *call, struct runtime *runtime, const char *method, char *report_code, size_t *count) {
  message *request = pb_new(call_arena(call), rpc_find(method)->input);
  bool fine = request && pb_put_text(call_arena(call), request, pb_field(request->descriptor, "report_code"), report_code);
  return fine ? rows_fetch(call, runtime, method, request, count) : NULL;
}

/* The report as it is stored, with all its lines; NULL when there is none (the statement then says so) or the call has been refused. */
static Workrelief__Report *fetch_report(struct call *call, struct runtime *runtime, char *report_code) {
  enum status status;
  Workrelief__Report *report = draw_report(runtime, call_arena(call), report_code, &status);
  if (!report && status != STATUS_NOT_FOUND) report_not_read(call);
  return report;
}

/* The totals of the consolidation that a level's report was made of. False: refused. */
static bool fetch_totals(struct call *call, struct runtime *runtime, const Workrelief__Report *report, Workrelief__Total ***totals, size_t *count) {
  Workrelief__ListConsolidatedRequest request = WORKRELIEF__LIST_CONSOLIDATED_REQUEST__INIT;
  request.quarter = report->quarter;
  request.consolidation_number = report->consolidation_number;
  *totals = (Workrelief__Total **)(void *)rows_fetch(call, runtime, "gateway.ListConsolidatedTotals", &request.base, count);
  if (!*totals) report_not_read(call);
  return *totals != NULL;
}

static bool put_digest(struct call *call, Workrelief__Report *report, ProtobufCBinaryData *digest) {
  uint8_t *bytes = arena_alloc(call_arena(call), SM3_SIZE);
  if (!bytes || !lines_digest(call_arena(call), report->lines, report->n_lines, bytes)) return report_not_read(call), false;
  *digest = (ProtobufCBinaryData){SM3_SIZE, bytes};
  return true;
}

/* A level's report against the consolidation it was made of, by the rules that its parent will apply. */
static void check_level(struct call *call, struct runtime *runtime, const Workrelief__Report *report, Workrelief__CheckReportRequest *request) {
  struct level_fault fault;
  Workrelief__Total **totals;
  size_t count;
  const bool *conflicts = level_conflicts(call_arena(call), report->lines, report->n_lines);
  if (!conflicts || !fetch_totals(call, runtime, report, &totals, &count)) return report_not_read(call);
  if (level_origin_fault(report->unit_id, report->lines, report->n_lines, true, &fault) ||
      level_total_fault(call_arena(call), report->lines, report->n_lines, conflicts, totals, count, &fault))
    return call_refuse(call, fault.rule, arena_printf(call_arena(call), "%s[%zu].%s", fault.of_total ? "totals" : "lines", fault.index, fault.field),
                       fault.detail);
  if (!level_exceptions(call_arena(call), report->lines, report->n_lines, conflicts, report->level_counts, &request->gathered_exceptions,
                        &request->n_gathered_exceptions))
    report_not_read(call);
}

/* The lines with the comments on them: so they are hashed, and so they will stand. */
void gather_checked(struct call *call, struct runtime *runtime) {
  Workrelief__CheckReportRequest *request = (Workrelief__CheckReportRequest *)call_request(call);
  Workrelief__Report *report = fetch_report(call, runtime, request->report_code);
  if (!report) return;
  for (size_t i = 0; i < request->n_comments; i++) {
    const char *project_code = request->comments[i]->project_code;
    for (size_t l = 0; *project_code && l < report->n_lines; l++)
      if (strcmp(report->lines[l]->project_code, project_code) == 0) report->lines[l]->line_note = request->comments[i]->comment_note;
  }
  request->gathered_lines = report->lines;
  request->n_gathered_lines = report->n_lines;
  request->gathered_past = past_figures(call, runtime, report->unit_id, report->quarter);
  if (!request->gathered_past) return report_not_read(call);
  if (!put_digest(call, report, &request->gathered_digest)) return;
  if (!lines_exceptions(call_arena(call), report->lines, report->n_lines, request->gathered_past, &request->gathered_exceptions,
                        &request->n_gathered_exceptions))
    return report_not_read(call);
  if (*report->filer_unit_id) check_level(call, runtime, report, request);
}

static void refuse_line(struct call *call, const char *rule, const Workrelief__ReportLine *line, const char *field,
                        const Workrelief__PastLine *past) {
  if (field)
    call_refuse(call, rule, arena_printf(call_arena(call), "lines[%d].%s", line->line_number - 1, field),
                arena_printf(call_arena(call), "%s %s", line->project_code, past->quarter));
}

static void check_past(struct call *call, const Workrelief__CheckReportRequest *request) {
  const Workrelief__PastFigures *past = request->gathered_past;
  for (size_t i = 0; past && i < past->n_lines; i++) {
    const Workrelief__ReportLine *line = lines_find(request->gathered_lines, request->n_gathered_lines, past->lines[i]->project_code);
    if (!line) continue;
    refuse_line(call, "CUMULATIVE_FELL", line, line_fallen(line, past->lines[i]), past->lines[i]);
    refuse_line(call, "CUMULATIVE_MISMATCH", line, line_mismatch(line, past->lines[i]), past->lines[i]);
  }
}

/* A project's comment is on its line; one without a project is on the unit. */
static bool is_commented(const Workrelief__CheckReportRequest *request, const Workrelief__ReportException *exception) {
  const Workrelief__ReportLine *line = lines_find(request->gathered_lines, request->n_gathered_lines, exception->project_code);
  for (size_t i = 0; !*exception->project_code && i < request->n_comments; i++)
    if (!*request->comments[i]->project_code && *request->comments[i]->comment_note) return true;
  return line && *line->line_note;
}

void check_report(struct call *call) {
  const Workrelief__CheckReportRequest *request = (const Workrelief__CheckReportRequest *)call_request(call);
  lines_check(call, request->gathered_lines, request->n_gathered_lines);
  check_past(call, request);
  for (size_t i = 0; i < request->n_comments && request->n_gathered_lines; i++)
    if (*request->comments[i]->project_code && !lines_find(request->gathered_lines, request->n_gathered_lines, request->comments[i]->project_code))
      call_refuse(call, "COMMENT_PROJECT", arena_printf(call_arena(call), "comments[%zu].project_code", i), request->comments[i]->project_code);
  for (size_t i = 0; i < request->n_gathered_exceptions; i++) {
    const Workrelief__ReportException *exception = request->gathered_exceptions[i];
    if (exception->severity != WORKRELIEF__SEVERITY__VALUE__INFO && !is_commented(request, exception))
      call_refuse(call, "COMMENT_MISSING", "comments", arena_printf(call_arena(call), "%s %s", exception->project_code, exception->exception_rule));
  }
}

/* --- for the parent ------------------------------------------------------------------------------------------------------------- */

struct sending {
  struct call *call;
  struct runtime *runtime;
  const struct sign_key *key;
  const Workrelief__Report *report;
  Workrelief__ReportPerson **persons;
  Workrelief__Total **totals; /* of a level's report, with the units beneath: in part 1 */
  Workrelief__UnitBelow **below;
  size_t person_count, total_count, below_count;
  ProtobufCBinaryData ledger_root;
};

/* What one part holds: lines and people from .. up to .. */
struct span {
  size_t line, line_end, person, person_end;
};

static bool fetch_people(struct sending *sending) {
  sending->persons = (Workrelief__ReportPerson **)(void *)fetch_rows_of(sending->call, sending->runtime, "gateway.ListReportPersons",
                                                                        sending->report->report_code, &sending->person_count);
  size_t workers = 0;
  for (size_t i = 0; sending->persons && i < sending->person_count; i++) workers += !sending->persons[i]->is_trainee;
  bool fine = sending->persons && workers == (size_t)sending->report->person_count;
  if (!fine) report_not_read(sending->call);
  return fine;
}

static bool fetch_level(struct sending *sending) {
  if (!*sending->report->filer_unit_id) return true;
  sending->below = (Workrelief__UnitBelow **)(void *)fetch_rows_of(sending->call, sending->runtime, "gateway.ListReportBelow",
                                                                   sending->report->report_code, &sending->below_count);
  if (!sending->below) report_not_read(sending->call);
  return sending->below && fetch_totals(sending->call, sending->runtime, sending->report, &sending->totals, &sending->total_count);
}

static void fill_head(const struct sending *sending, Workrelief__ReportContent *content, size_t part, size_t parts) {
  const Workrelief__Report *report = sending->report;
  content->content_version = CONTENT_VERSION;
  content->sender_unit_id = (char *)(uintptr_t)runtime_setting(sending->runtime, "unit_id");
  content->receiver_unit_id = (char *)(uintptr_t)runtime_setting(sending->runtime, "parent.unit_id");
  content->method = (char *)(uintptr_t) "gateway.Deliver";
  content->report_code = report->report_code;
  content->unit_id = report->unit_id;
  content->quarter = report->quarter;
  content->revision = report->revision;
  content->is_zero = report->is_zero;
  content->zero_reason = report->zero_reason;
  content->restate_reason = report->restate_reason;
  content->unit_note = report->unit_note;
  content->line_digest = report->line_digest;
  content->ledger_root = sending->ledger_root;
  content->part_number = (int32_t)part + 1;
  content->part_count = (int32_t)parts;
  content->line_count = report->line_count;
  content->person_count = report->person_count;
}

static void fill_level(const struct sending *sending, Workrelief__ReportContent *content) {
  content->totals = sending->totals;
  content->n_totals = sending->total_count;
  content->units_below = sending->below;
  content->n_units_below = sending->below_count;
  if (!*sending->report->filer_unit_id) return;
  content->level_counts = sending->report->level_counts;
  content->consolidation_number = sending->report->consolidation_number;
}

static Workrelief__OutgoingPart *sign_part(const struct sending *sending, const struct span *span, size_t part, size_t parts) {
  struct arena *arena = call_arena(sending->call);
  Workrelief__ReportContent content = WORKRELIEF__REPORT_CONTENT__INIT;
  fill_head(sending, &content, part, parts);
  if (part == 0) fill_level(sending, &content);
  content.lines = sending->report->lines + span->line;
  content.n_lines = span->line_end - span->line;
  content.persons = sending->persons + span->person;
  content.n_persons = span->person_end - span->person;
  const Workrelief__Signed *content_signed = content_sign(arena, sending->key, &content.base);
  Workrelief__OutgoingPart *out = arena_alloc(arena, sizeof *out);
  uint8_t *digest = arena_alloc(arena, SM3_SIZE);
  if (!content_signed || !out || !digest) return NULL;
  workrelief__outgoing_part__init(out);
  sm3_of(content_signed->content.data, content_signed->content.len, digest);
  out->part_number = content.part_number;
  out->content = content_signed->content;
  out->signature = content_signed->signature;
  out->key_id = content_signed->key_id;
  out->digest = (ProtobufCBinaryData){SM3_SIZE, digest};
  return out;
}

static size_t packed_bytes(message **list, size_t count) {
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++) bytes += protobuf_c_message_get_packed_size(list[i]) + 4;
  return bytes;
}

/* The next part: as many lines as fit, and behind the last line as many people. */
static struct span next_span(const struct sending *sending, struct span before, size_t bytes) {
  const Workrelief__Report *report = sending->report;
  struct span span = {before.line_end, before.line_end, before.person_end, before.person_end};
  for (; span.line_end < report->n_lines && span.line_end - span.line < LINES_A_PART; span.line_end++) {
    bytes += packed_bytes((message *[]){&report->lines[span.line_end]->base}, 1);
    if (bytes > PART_BYTES && span.line_end > span.line) return span;
  }
  if (span.line_end < report->n_lines) return span;
  size_t room = bytes < PART_BYTES ? (PART_BYTES - bytes) / PERSON_BYTES : 0, left = sending->person_count - span.person;
  if (room > PERSONS_A_PART) room = PERSONS_A_PART;
  span.person_end += left < room ? left : room;
  return span;
}

static struct span *all_spans(const struct sending *sending, size_t *count) {
  struct span *spans = arena_array(call_arena(sending->call), PARTS_MOST, sizeof *spans), span = {0};
  size_t level = packed_bytes((message **)(void *)sending->totals, sending->total_count) +
                 packed_bytes((message **)(void *)sending->below, sending->below_count);
  for (*count = 0; spans && *count < PARTS_MOST; level = 0) {
    spans[(*count)++] = span = next_span(sending, span, level);
    if (span.line_end == sending->report->n_lines && span.person_end == sending->person_count) return spans;
  }
  return NULL;
}

static void sign_parts(struct sending *sending, Workrelief__SubmitReportRequest *request) {
  size_t parts;
  const struct span *spans = all_spans(sending, &parts);
  request->gathered_parts = spans ? arena_array(call_arena(sending->call), parts, sizeof *request->gathered_parts) : NULL;
  if (!request->gathered_parts) return report_not_read(sending->call);
  for (size_t i = 0; i < parts; i++) {
    if (!(request->gathered_parts[i] = sign_part(sending, &spans[i], i, parts))) return report_not_read(sending->call);
    request->n_gathered_parts = i + 1;
  }
}

/* A level sends its own report up and decides on those of its units; a unit's node sends all. */
static bool goes_up(const struct runtime *runtime, const Workrelief__Report *report) {
  const char *upper_unit_id = runtime_setting(runtime, "upper_unit_id");
  return *runtime_setting(runtime, "parent.unit_id") && (!*upper_unit_id || strcmp(upper_unit_id, report->unit_id) == 0);
}

static void refuse_unsigned(struct call *call) {
  call_unavailable(call, "SIGN_KEY_MISSING", "本节点没有可用的签名密钥（keys/sign.key）：请先生成。",
                   "This node has no usable signing key (keys/sign.key): make one first.");
}

void gather_parts(struct call *call, struct runtime *runtime) {
  Workrelief__SubmitReportRequest *request = (Workrelief__SubmitReportRequest *)call_request(call);
  Workrelief__Report *report = fetch_report(call, runtime, request->report_code);
  if (!report || !put_digest(call, report, &request->gathered_digest) || !goes_up(runtime, report)) return;
  struct sign_key *key = node_sign_key(runtime);
  if (!key) return refuse_unsigned(call);
  struct sending sending = {.call = call, .runtime = runtime, .key = key, .report = report};
  uint8_t root[SM3_SIZE];
  if (lines_ledger_root(report->lines, report->n_lines, root)) sending.ledger_root = (ProtobufCBinaryData){sizeof root, root};
  if (fetch_people(&sending) && fetch_level(&sending)) sign_parts(&sending, request);
  sign_key_close(&key);
}
