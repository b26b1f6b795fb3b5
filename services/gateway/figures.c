/* figures.c - the lines of a unit's quarter, asked of the four services page by page. What their rows and a report line have in common by name goes
 * over by descriptor; nothing here knows what a figure means. */
#include <string.h>

#include "common/base/log.h"
#include "common/bus/client.h"
#include "gateway.pb-c.h"
#include "workforce.pb-c.h"
#include "services/gateway/draft_part.h"
#include "services/gateway/handlers.h"
#include "services/gateway/ledger_proof.h"
#include "services/gateway/outreach.h"

#define PAGE_ROWS 1000
#define PAGE_ARENA ((size_t)32 << 20)
/* 2: lines say on which list a project stood on the quarter's last day; 3: and whom outreach reached; 4: and the parts of the year's people */
#define GATHERED_VERSION 4
#define PAGES_MOST 10000 /* a service that never ends its pages must not hold a gather thread */

struct gathering {
  struct runtime *runtime;
  struct call *call;
  const char *unit_id, *quarter;
  const message_type *line_type; /* ReportLine or ProjectCounts: what the rows of a project are gathered into */
  message **lines;
  size_t line_count, line_room;
  Workrelief__LineFund **funds;
  size_t fund_count, fund_room;
  Workrelief__LineOutreach **outreach;
  size_t outreach_count, outreach_room;
  size_t last; /* line found last: rows of a project stand together */
};
typedef void row_function(struct gathering *gathering, const message *row);

/* Which of the four does not answer is what the operator needs to know. */
static void no_answer(const struct gathering *gathering, const char *method, const struct client_reply *reply) {
  int length = (int)strcspn(method, ".");
  log_warn("figures not gathered method=%s status=%s reason=%s", method, status_name(reply->status),
           reply->header ? reply->header->reason : "NO_ANSWER");
  const char *zh = arena_printf(call_arena(gathering->call), "汇集数据时 %.*s 服务没有答复；请稍后重试，仍不行请联系运维。", length, method);
  const char *en =
      arena_printf(call_arena(gathering->call), "The %.*s service gave no answer while the figures were gathered; try again, then tell the operator.",
                   length, method);
  call_unavailable(gathering->call, "FIGURES_UNAVAILABLE", zh ? zh : "汇集数据时有服务没有答复。", en ? en : "A service gave no answer.");
}

static const message_field *field_of(const message *source, const char *name) { return pb_field(source->descriptor, name); }

static void no_room(struct gathering *gathering) {
  call_unavailable(gathering->call, "FIGURES_TOO_LARGE", "本单位本季数据超过一次汇集的上限；请联系运维。",
                   "The unit's quarter is larger than one gathering may hold; tell the operator.");
}

/* Room for one more pointer; the list doubles. */
static bool grow(struct gathering *gathering, void ***list, size_t count, size_t *room) {
  if (count < *room) return true;
  size_t wanted = *room ? *room * 2 : 64;
  void **bigger = arena_array(call_arena(gathering->call), wanted, sizeof *bigger);
  if (!bigger) return no_room(gathering), false;
  if (count) memcpy(bigger, *list, count * sizeof *bigger);
  *list = bigger;
  *room = wanted;
  return true;
}

/* What a line is called by: its place in the report, or the unit it was asked for. */
static bool put_head(struct gathering *gathering, message *line) {
  struct arena *arena = call_arena(gathering->call);
  const message_field *number = field_of(line, "line_number"), *unit = field_of(line, "unit_id");
  return (!number || pb_put_int(arena, line, number, (int64_t)gathering->line_count + 1)) &&
         (!unit || pb_put_text(arena, line, unit, gathering->unit_id));
}

static message *line_of(struct gathering *gathering, const char *project_code) {
  const message_field *code = pb_field(gathering->line_type, "project_code");
  for (size_t step = 0; step < gathering->line_count; step++) {
    size_t i = (gathering->last + step) % gathering->line_count;
    if (strcmp(pb_get_text(gathering->lines[i], code, 0), project_code) != 0) continue;
    gathering->last = i;
    return gathering->lines[i];
  }
  if (!grow(gathering, (void ***)(void *)&gathering->lines, gathering->line_count, &gathering->line_room)) return NULL;
  message *line = pb_new(call_arena(gathering->call), gathering->line_type);
  if (!line || !pb_put_text(call_arena(gathering->call), line, code, project_code) || !put_head(gathering, line)) {
    no_room(gathering);
    return NULL;
  }
  gathering->last = gathering->line_count;
  return gathering->lines[gathering->line_count++] = line;
}

/* Names that differ between a service's figures and a report line. */
static const struct { const char *theirs, *ours; } aliases[] = {{"agreement_count", "registered_count"}};

static const message_field *line_field(const message *line, const char *name) {
  for (size_t i = 0; i < ARRAY_LENGTH(aliases); i++)
    if (strcmp(aliases[i].theirs, name) == 0) name = aliases[i].ours;
  return field_of(line, name);
}

/* The part of the line that holds what its older fields do not; NULL: these lines have none, or the arena is full. */
static message *more_of(struct gathering *gathering, message *line) {
  const message_field *field = field_of(line, "figures");
  message *more = field ? pb_get_message(line, field, 0) : NULL;
  if (!field || more) return more;
  more = pb_new(call_arena(gathering->call), field->descriptor);
  return more && pb_put_message(call_arena(gathering->call), line, field, more) ? more : NULL;
}

/* A value that an earlier service gave stays: the registry is asked first. */
static bool copy_value(struct gathering *gathering, message *line, const message *row, const message_field *from) {
  if (pb_is_repeated(from) || from->type == PROTOBUF_C_TYPE_MESSAGE || !pb_count(row, from)) return true;
  const message_field *to = line_field(line, from->name);
  message *holder = to ? line : more_of(gathering, line);
  if (!to && holder) to = field_of(holder, from->name);
  if (!to || pb_count(holder, to)) return true;
  if (from->type == PROTOBUF_C_TYPE_STRING) return pb_put_text(call_arena(gathering->call), holder, to, pb_get_text(row, from, 0));
  return pb_put_int(call_arena(gathering->call), holder, to, pb_get_int(row, from, 0));
}

/* Money by source goes as rows of their own. */
static bool take_funds(struct gathering *gathering, const message *line, const message *row) {
  const message_field *shares = field_of(row, "fund_shares"), *number = field_of(line, "line_number");
  for (size_t i = 0; shares && number && i < pb_count(row, shares); i++) {
    const Workrelief__FundShare *share = (const Workrelief__FundShare *)pb_get_message(row, shares, i);
    Workrelief__LineFund *fund = arena_alloc(call_arena(gathering->call), sizeof *fund);
    if (!fund || !grow(gathering, (void ***)(void *)&gathering->funds, gathering->fund_count, &gathering->fund_room)) return false;
    workrelief__line_fund__init(fund);
    fund->line_number = (int32_t)pb_get_int(line, number, 0);
    fund->fund_source = share->fund_source;
    fund->approved_fen = share->approved_fen;
    gathering->funds[gathering->fund_count++] = fund;
  }
  return true;
}

/* Whom outreach must reach behind the project. */
static bool take_outreach(struct gathering *gathering, const message *line, const message *row) {
  const message_field *units = field_of(row, "outreach_units"), *number = field_of(line, "line_number");
  for (size_t i = 0; units && number && i < pb_count(row, units); i++) {
    Workrelief__LineOutreach *reach = outreach_row(call_arena(gathering->call), (int32_t)pb_get_int(line, number, 0),
                                                   (const Workrelief__OutreachUnit *)pb_get_message(row, units, i));
    if (!reach || !grow(gathering, (void ***)(void *)&gathering->outreach, gathering->outreach_count, &gathering->outreach_room)) return false;
    gathering->outreach[gathering->outreach_count++] = reach;
  }
  return true;
}

static void take_figures(struct gathering *gathering, const message *row) {
  const message_field *code = field_of(row, "project_code");
  message *line = code ? line_of(gathering, pb_get_text(row, code, 0)) : NULL;
  for (unsigned i = 0; line && i < row->descriptor->n_fields; i++)
    if (!copy_value(gathering, line, row, &row->descriptor->fields[i])) return no_room(gathering);
  if (line && !(take_funds(gathering, line, row) && take_outreach(gathering, line, row))) no_room(gathering);
}

static message *page_request(struct gathering *gathering, struct arena *arena, const message_type *type, const char *page_token) {
  message *request = pb_new(arena, type);
  bool fine = request && pb_put_text(arena, request, field_of(request, "unit_id"), gathering->unit_id) &&
              pb_put_text(arena, request, field_of(request, "quarter"), gathering->quarter) &&
              pb_put_int(arena, request, field_of(request, "page_size"), PAGE_ROWS) &&
              pb_put_text(arena, request, field_of(request, "page_token"), page_token);
  return fine ? request : NULL;
}

/* One page; *next: its successor's token in the call's arena, NULL = the last. */
static void ask_page(struct gathering *gathering, struct arena *arena, const char *method, const ProtobufCMethodDescriptor *rpc,
                     const char *page_token, const char **next, row_function *take) {
  struct client_reply reply;
  message *answer = NULL, *request = page_request(gathering, arena, rpc->input, page_token);
  *next = NULL;
  if (!request) return no_room(gathering);
  runtime_ask(gathering->runtime, arena, method, NULL, request, rpc->output, &reply, &answer);
  if (!answer) return no_answer(gathering, method, &reply);
  const message_field *rows = field_of(answer, "rows"), *token = field_of(answer, "next_page_token");
  for (size_t i = 0; !call_is_refused(gathering->call) && i < pb_count(answer, rows); i++) take(gathering, pb_get_message(answer, rows, i));
  if (token && *pb_get_text(answer, token, 0)) *next = arena_strdup(call_arena(gathering->call), pb_get_text(answer, token, 0));
}

static void ask_pages(struct gathering *gathering, const char *method, row_function *take) {
  const ProtobufCMethodDescriptor *rpc = rpc_find(method);
  if (!rpc) log_fatal("no rpc %s", method);
  struct arena arena;
  arena_init(&arena, PAGE_ARENA);
  const char *token = "";
  for (int page = 0; token && page < PAGES_MOST && !call_is_refused(gathering->call); page++) {
    ask_page(gathering, &arena, method, rpc, token, &token, take);
    arena_reset(&arena);
  }
}

static void gather_lines(struct gathering *gathering) {
  static const char *const sources[] = {"registry.GetQuarterFigures", "workforce.GetQuarterFigures", "payroll.GetQuarterFigures",
                                        "evaluation.GetQuarterFigures"};
  for (size_t i = 0; i < ARRAY_LENGTH(sources) && !call_is_refused(gathering->call); i++) ask_pages(gathering, sources[i], take_figures);
}

/* Has workforce count what changed since the last draft, a piece a call, so that its writer is not held for long; where nothing did it is not asked to
 * write. Where that fails the figures are the same: they are counted as they are read. */
static void refresh_figures(const struct gathering *gathering) {
  Workrelief__GetStaleFiguresRequest stale = WORKRELIEF__GET_STALE_FIGURES_REQUEST__INIT;
  Workrelief__RefreshFiguresRequest request = WORKRELIEF__REFRESH_FIGURES_REQUEST__INIT;
  struct arena arena;
  struct client_reply reply;
  message *answer;
  if (call_is_dry_run(gathering->call)) return;
  request.unit_id = stale.unit_id = (char *)(uintptr_t)gathering->unit_id;
  request.quarter = stale.quarter = (char *)(uintptr_t)gathering->quarter;
  arena_init(&arena, PAGE_ARENA);
  runtime_ask(gathering->runtime, &arena, "workforce.GetStaleFigures", NULL, &stale.base, &workrelief__stale_figures__descriptor, &reply, &answer);
  bool more = answer && ((const Workrelief__StaleFigures *)answer)->stale_count > 0;
  for (int round = 0; more && round < PAGES_MOST; round++) {
    arena_reset(&arena);
    runtime_ask(gathering->runtime, &arena, "workforce.RefreshFigures", NULL, &request.base, &workrelief__refresh_figures_reply__descriptor, &reply,
                &answer);
    more = answer && ((const Workrelief__RefreshFiguresReply *)answer)->left_count > 0;
  }
  arena_reset(&arena);
}

void gather_figures(struct call *call, struct runtime *runtime) {
  Workrelief__DraftReportRequest *request = (Workrelief__DraftReportRequest *)call_request(call);
  struct gathering gathering = {
      .runtime = runtime, .call = call, .unit_id = request->unit_id, .quarter = request->quarter, .line_type = &workrelief__report_line__descriptor};
  refresh_figures(&gathering);
  gather_lines(&gathering);
  request->gathered_version = GATHERED_VERSION;
  request->gathered_funds = gathering.funds;
  request->n_gathered_funds = gathering.fund_count;
  request->gathered_outreach = gathering.outreach;
  request->n_gathered_outreach = gathering.outreach_count;
  request->gathered_lines = (Workrelief__ReportLine **)gathering.lines;
  request->n_gathered_lines = gathering.line_count;
  plan_parts(call, runtime, request);
  gather_people(call, runtime, request);
  gather_ledger(call, runtime, request);
}

void gather_zero(struct call *call, struct runtime *runtime) {
  Workrelief__ZeroReportRequest *request = (Workrelief__ZeroReportRequest *)call_request(call);
  struct gathering gathering = {
      .runtime = runtime, .call = call, .unit_id = request->unit_id, .quarter = request->quarter, .line_type = &workrelief__report_line__descriptor};
  gather_lines(&gathering);
  request->gathered_version = GATHERED_VERSION;
  request->gathered_lines = (Workrelief__ReportLine **)gathering.lines;
  request->n_gathered_lines = gathering.line_count;
}

/* --- completeness -------------------------------------------------------------------------------------------------------------------- */

static struct gathering counts_of(struct call *call, struct runtime *runtime, const char *quarter) {
  return (struct gathering){.runtime = runtime, .call = call, .quarter = quarter, .line_type = &workrelief__project_counts__descriptor};
}

static bool may_see(const struct call *call, const char *unit_id) {
  const struct identity *caller = call_caller(call);
  return (caller->relations & (OFFICE | AUDIT | UPPER | SELF)) || strcmp(caller->unit_id, unit_id) == 0;
}

/* Nothing is asked for a unit that the caller may not see; the statement then has no row for it. */
void gather_unit_counts(struct call *call, struct runtime *runtime) {
  Workrelief__GetUnitCompletenessRequest *request = (Workrelief__GetUnitCompletenessRequest *)call_request(call);
  struct gathering gathering = counts_of(call, runtime, request->quarter);
  gathering.unit_id = request->unit_id;
  if (may_see(call, request->unit_id)) gather_lines(&gathering);
  request->gathered_counts = (Workrelief__ProjectCounts **)gathering.lines;
  request->n_gathered_counts = gathering.line_count;
}

void gather_all_counts(struct call *call, struct runtime *runtime) {
  Workrelief__GetCompletenessMatrixRequest *request = (Workrelief__GetCompletenessMatrixRequest *)call_request(call);
  struct gathering gathering = counts_of(call, runtime, request->quarter);
  Workrelief__GetCompletenessRequest ask = WORKRELIEF__GET_COMPLETENESS_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  ask.quarter = request->quarter;
  runtime_ask(runtime, call_arena(call), "gateway.GetCompleteness", NULL, &ask.base, &workrelief__completeness__descriptor, &reply, &answer);
  if (!answer && reply.status != STATUS_NOT_FOUND) return no_answer(&gathering, "gateway.GetCompleteness", &reply);
  const Workrelief__Completeness *expected = (const Workrelief__Completeness *)answer;
  for (size_t i = 0; expected && i < expected->n_units && !call_is_refused(call); i++) {
    gathering.unit_id = expected->units[i]->unit_id;
    if (may_see(call, gathering.unit_id)) gather_lines(&gathering);
  }
  request->gathered_counts = (Workrelief__ProjectCounts **)gathering.lines;
  request->n_gathered_counts = gathering.line_count;
}
