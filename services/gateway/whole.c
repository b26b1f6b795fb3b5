/* whole.c - see whole.h. Earlier parts are read as they were signed; where one has not arrived the statement refuses the order of parts. */
#include "services/gateway/whole.h"

#include "common/bus/client.h"
#include "services/gateway/content.h"
#include "services/gateway/ledger_proof.h"
#include "services/gateway/level.h"

#define PART_ARENA ((size_t)64 << 20)

struct whole {
  struct call *call;
  const Workrelief__ReportContent *first; /* bears the totals */
  Workrelief__ReportLine **lines;
  int32_t *persons; /* by line number */
  int32_t *trainees;
  size_t line_count;
  int64_t person_count, trainee_count;
};

void delivery_too_large(struct call *call) { call_unavailable(call, "TOO_LARGE", "报文过大。", "The delivery is too large."); }

static void refuse_content(struct call *call, const char *detail) { call_refuse(call, "CONTENT_BAD", "signed.content", detail); }

static void add_part(struct whole *whole, const Workrelief__ReportContent *part, size_t expected) {
  if (whole->line_count + part->n_lines > expected) return refuse_content(whole->call, "line_count");
  for (size_t i = 0; i < part->n_lines; i++) {
    if ((size_t)part->lines[i]->line_number != whole->line_count + 1) return refuse_content(whole->call, "line_number");
    whole->lines[whole->line_count++] = part->lines[i];
  }
  for (size_t i = 0; i < part->n_persons; i++) {
    int32_t line = part->persons[i]->line_number;
    if (line < 1 || (size_t)line > expected) return refuse_content(whole->call, arena_printf(call_arena(whole->call), "persons[%zu]", i));
    if (part->persons[i]->is_trainee)
      whole->trainees[line]++, whole->trainee_count++;
    else
      whole->persons[line]++, whole->person_count++;
  }
}

/* Lines outlive the page's arena, people do not. False: it is not here. */
static bool add_earlier(struct whole *whole, struct runtime *runtime, struct arena *arena, const Workrelief__ReportContent *last,
                        int32_t part_number) {
  Workrelief__GetDeliveredPartRequest request = WORKRELIEF__GET_DELIVERED_PART_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.report_code = last->report_code;
  request.part_number = part_number;
  runtime_ask(runtime, arena, "gateway.GetDeliveredPart", NULL, &request.base, &workrelief__delivered_part__descriptor, &reply, &answer);
  if (!answer) return false;
  ProtobufCBinaryData bytes = ((const Workrelief__DeliveredPart *)answer)->content;
  const Workrelief__ReportContent *part =
      (const Workrelief__ReportContent *)pb_unpack(arena, &workrelief__report_content__descriptor, bytes.data, bytes.len);
  if (part && (part->n_lines || part_number == 1))
    part = (const Workrelief__ReportContent *)pb_unpack(call_arena(whole->call), &workrelief__report_content__descriptor, bytes.data, bytes.len);
  if (!part) return false;
  if (part_number == 1) whole->first = part;
  add_part(whole, part, (size_t)last->line_count);
  return true;
}

static bool assemble(struct whole *whole, struct runtime *runtime, const Workrelief__ReportContent *last) {
  struct arena arena;
  bool here = true;
  arena_init(&arena, PART_ARENA);
  for (int32_t part = 1; here && part < last->part_number && !call_is_refused(whole->call); part++) {
    here = add_earlier(whole, runtime, &arena, last, part);
    arena_reset(&arena);
  }
  if (here && !call_is_refused(whole->call)) add_part(whole, last, (size_t)last->line_count);
  if (!whole->first) whole->first = last;
  return here && !call_is_refused(whole->call);
}

/* --- what is checked ----------------------------------------------------------------------------------------------------------- */

/* Each line has its root or none has, and the root over them is theirs; of a level's report some units beneath may have none. */
static const char *ledger_fault(const struct whole *whole, const Workrelief__ReportContent *last) {
  uint8_t root[SM3_SIZE];
  bool is_proven = lines_ledger_root(whole->lines, whole->line_count, root);
  for (size_t i = 0; i < whole->line_count; i++) {
    size_t length = whole->lines[i]->ledger_root.len;
    if (length != (is_proven ? SM3_SIZE : 0) && (length || !whole->first->n_totals)) return "lines.ledger_root";
  }
  bool same = last->ledger_root.len == (is_proven ? SM3_SIZE : 0) && (!is_proven || bytes_equal(last->ledger_root.data, root, SM3_SIZE));
  return same ? NULL : "ledger_root";
}

static void check_lines(struct whole *whole, const Workrelief__ReportContent *last) {
  uint8_t digest[SM3_SIZE];
  if (whole->line_count != (size_t)last->line_count) return refuse_content(whole->call, "line_count");
  if (!lines_digest(call_arena(whole->call), whole->lines, whole->line_count, digest)) return delivery_too_large(whole->call);
  if (last->line_digest.len != SM3_SIZE || !bytes_equal(last->line_digest.data, digest, SM3_SIZE)) return refuse_content(whole->call, "line_digest");
  const char *ledger = ledger_fault(whole, last);
  if (ledger) return refuse_content(whole->call, ledger);
  lines_check(whole->call, whole->lines, whole->line_count);
}

/* Either all people by token, each line as many as it says, or none and totals in their place. */
static void check_persons(struct whole *whole, const Workrelief__ReportContent *last) {
  if (whole->person_count != last->person_count)
    return call_refuse(whole->call, "PERSON_COUNT", "signed", arena_printf(call_arena(whole->call), "%d", last->person_count));
  if (whole->first->n_totals && (whole->person_count || whole->trainee_count))
    return call_refuse(whole->call, "PERSONS_ABOVE_DISTRICT", "signed", NULL);
  for (size_t i = 0; !whole->first->n_totals && i < whole->line_count; i++)
    if (whole->persons[i + 1] != whole->lines[i]->absorbed_count)
      call_refuse(whole->call, "ABSORBED_MISMATCH", arena_printf(call_arena(whole->call), "lines[%zu].absorbed_count", i),
                  whole->lines[i]->project_code);
  for (size_t i = 0; whole->trainee_count && i < whole->line_count; i++)
    if (whole->trainees[i + 1] != whole->lines[i]->trainee_count)
      call_refuse(whole->call, "ABSORBED_MISMATCH", arena_printf(call_arena(whole->call), "lines[%zu].trainee_count", i),
                  whole->lines[i]->project_code);
}

static void check_level(struct whole *whole, const bool *conflicts) {
  struct level_fault fault;
  const Workrelief__ReportContent *first = whole->first;
  if (level_origin_fault(first->unit_id, whole->lines, whole->line_count, first->n_totals > 0, &fault) ||
      (first->n_totals &&
       level_total_fault(call_arena(whole->call), whole->lines, whole->line_count, conflicts, first->totals, first->n_totals, &fault)))
    call_refuse(whole->call, fault.rule,
                arena_printf(call_arena(whole->call), "%s[%zu].%s", fault.of_total ? "totals" : "lines", fault.index, fault.field), fault.detail);
}

static void note_exceptions(struct whole *whole, struct runtime *runtime, Workrelief__DeliverRequest *request, const bool *conflicts) {
  const Workrelief__ReportContent *first = whole->first;
  const Workrelief__PastFigures *past = whole->line_count ? past_figures(whole->call, runtime, first->unit_id, first->quarter) : NULL;
  if (whole->line_count && !past)
    return call_unavailable(whole->call, "PAST_NOT_READ", "读取往期季报失败；请稍后重报。",
                            "The unit's earlier reports could not be read; send it again later.");
  if (!lines_exceptions(call_arena(whole->call), whole->lines, whole->line_count, past, &request->gathered_exceptions,
                        &request->n_gathered_exceptions) ||
      (first->n_totals && !level_exceptions(call_arena(whole->call), whole->lines, whole->line_count, conflicts, first->level_counts,
                                            &request->gathered_exceptions, &request->n_gathered_exceptions)))
    delivery_too_large(whole->call);
}

void whole_check(struct call *call, struct runtime *runtime, Workrelief__DeliverRequest *request, const Workrelief__ReportContent *last) {
  struct whole whole = {.call = call,
                        .lines = arena_array(call_arena(call), (size_t)last->line_count + 1, sizeof *whole.lines),
                        .persons = arena_array(call_arena(call), (size_t)last->line_count + 1, sizeof *whole.persons),
                        .trainees = arena_array(call_arena(call), (size_t)last->line_count + 1, sizeof *whole.trainees)};
  if (!whole.lines || !whole.persons || !whole.trainees) return delivery_too_large(call);
  if (!assemble(&whole, runtime, last)) return;
  check_lines(&whole, last);
  const bool *conflicts = level_conflicts(call_arena(call), whole.lines, whole.line_count);
  if (!conflicts) return delivery_too_large(call);
  if (!call_is_refused(call)) check_persons(&whole, last);
  if (!call_is_refused(call)) check_level(&whole, conflicts);
  if (!call_is_refused(call)) note_exceptions(&whole, runtime, request, conflicts);
}
