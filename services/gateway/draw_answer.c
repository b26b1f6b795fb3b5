/* draw_answer.c - the node that has the ledgers answers a draw: each drawn row as it was when the report was drafted, with its proof, and as it
 * is now. A worker answers what is drawn from this node's own reports; what a parent draws comes by uplink.c. */
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/daemon/crash.h"
#include "common/pb/scan.h"
#include "services/gateway/draw.h"
#include "services/gateway/handlers.h"
#include "services/gateway/ledger_proof.h"
#include "services/gateway/taking.h"

#define BLOCK_PAGE 8
#define PAGE_ARENA ((size_t)16 << 20)
#define TURN_ARENA ((size_t)32 << 20)
#define PAGES_MOST 10000

struct answering {
  struct taking taking;
  struct arena page; /* one page of blocks */
  const Workrelief__Draw *draw;
  const Workrelief__Report *report;
  Workrelief__DrawnRow **rows;
  size_t row_count;
};

/* The paths of one line that are looked for, and where the rows go that they belong to. */
struct search {
  struct tree tree;
  struct tree_path *paths;
  Workrelief__DrawnRow **rows;
  size_t count;
};

static bool keep_if_drawn(struct answering *answering, struct search *search, ProtobufCBinaryData bytes) {
  for (size_t i = 0; i < search->count; i++) {
    if (search->paths[i].index != search->tree.count) continue;
    search->rows[i]->row = (ProtobufCBinaryData){bytes.len, arena_memdup(answering->taking.arena, bytes.data, bytes.len)};
    if (!search->rows[i]->row.data) return false;
  }
  return true;
}

static bool add_block(struct answering *answering, struct search *search, ProtobufCBinaryData content) {
  const Workrelief__LedgerBlock *block =
      (const Workrelief__LedgerBlock *)pb_unpack(&answering->page, &workrelief__ledger_block__descriptor, content.data, content.len);
  for (size_t i = 0; block && i < block->n_rows; i++) {
    int64_t sums[TREE_SUMS];
    const Workrelief__LedgerRow *row =
        (const Workrelief__LedgerRow *)pb_unpack(&answering->page, &workrelief__ledger_row__descriptor, block->rows[i].data, block->rows[i].len);
    if (!row || !keep_if_drawn(answering, search, block->rows[i])) return false;
    ledger_row_sums(row, sums);
    tree_add(&search->tree, sums, block->rows[i].data, block->rows[i].len);
  }
  return block != NULL;
}

/* All rows of a line through the tree, a page of blocks at a time. */
static bool add_blocks(struct answering *answering, struct search *search, int32_t line_number) {
  Workrelief__ListLedgerBlocksRequest request = WORKRELIEF__LIST_LEDGER_BLOCKS_REQUEST__INIT;
  struct taking paging = answering->taking;
  char token[32] = "";
  paging.arena = &answering->page;
  request.report_code = answering->report->report_code;
  request.line_number = line_number;
  request.page_size = BLOCK_PAGE;
  request.page_token = token;
  for (int page = 0; page < PAGES_MOST; page++) {
    const Workrelief__StoredLedgerBlocks *blocks = (const Workrelief__StoredLedgerBlocks *)taking_ask(
        &paging, "gateway.ListLedgerBlocks", &request.base, &workrelief__stored_ledger_blocks__descriptor);
    bool fine = blocks && strlen(blocks->next_page_token) < sizeof token;
    for (size_t i = 0; fine && i < blocks->n_rows; i++) fine = add_block(answering, search, blocks->rows[i]->block_content);
    if (fine) memcpy(token, blocks->next_page_token, strlen(blocks->next_page_token) + 1);
    arena_reset(&answering->page);
    if (!fine || !*token) return fine;
  }
  return false;
}

static bool put_steps(struct arena *arena, const struct tree_path *path, Workrelief__DrawnRow *row) {
  row->steps = arena_array(arena, path->step_count + 1, sizeof *row->steps);
  Workrelief__DrawStep *steps = arena_array(arena, path->step_count + 1, sizeof *steps);
  for (size_t i = 0; row->steps && steps && i < path->step_count; i++) {
    uint8_t *hash = arena_memdup(arena, path->steps[i].hash, SM3_SIZE);
    workrelief__draw_step__init(&steps[i]);
    steps[i].hash = (ProtobufCBinaryData){hash ? SM3_SIZE : 0, hash};
    steps[i].day_hundredths = path->steps[i].sums[0];
    steps[i].due_fen = path->steps[i].sums[1];
    steps[i].paid_fen = path->steps[i].sums[2];
    row->steps[i] = &steps[i];
  }
  row->n_steps = row->steps && steps ? path->step_count : 0;
  return row->steps && steps;
}

static Workrelief__DrawnRow *new_row(struct answering *answering, const Workrelief__DrawPosition *position) {
  Workrelief__DrawnRow *row = arena_alloc(answering->taking.arena, sizeof *row);
  if (!row) return NULL;
  workrelief__drawn_row__init(row);
  row->line_number = position->line_number;
  row->row_number = position->row_number;
  return row;
}

/* What was drawn of one line. A row that is not kept is left out: the one who drew will say so. */
static bool show_line(struct answering *answering, const Workrelief__ReportLine *line) {
  const Workrelief__Draw *draw = answering->draw;
  struct arena *arena = answering->taking.arena;
  uint8_t root[SM3_SIZE];
  struct search *search = arena_alloc(arena, sizeof *search);
  if (!search || !(search->paths = arena_array(arena, draw->n_positions + 1, sizeof *search->paths)) ||
      !(search->rows = arena_array(arena, draw->n_positions + 1, sizeof *search->rows)))
    return false;
  for (size_t i = 0; i < draw->n_positions; i++) {
    if (draw->positions[i]->line_number != line->line_number || draw->positions[i]->row_number < 1) continue;
    search->paths[search->count].index = (uint64_t)draw->positions[i]->row_number - 1;
    if (!(search->rows[search->count++] = new_row(answering, draw->positions[i]))) return false;
  }
  if (!search->count) return true;
  tree_begin(&search->tree, search->paths, search->count);
  if (!add_blocks(answering, search, line->line_number)) return false;
  if (!search->tree.count) return true; /* not kept here */
  if (!tree_root(&search->tree, root, NULL) || line->ledger_root.len != SM3_SIZE || !bytes_equal(root, line->ledger_root.data, SM3_SIZE))
    log_error("draw: the rows kept of a line are not those it was drafted from report=%s line=%d", draw->report_code, line->line_number);
  for (size_t i = 0; i < search->count; i++) {
    if (!search->rows[i]->row.len) continue;
    if (!put_steps(arena, &search->paths[i], search->rows[i])) return false;
    answering->rows[answering->row_count++] = search->rows[i];
  }
  return true;
}

/* --- as the ledgers are now ---------------------------------------------------------------------------------------------------------- */

static bool is_same_row(const Workrelief__LedgerRow *left, const Workrelief__LedgerRow *right) {
  return left->row_kind == right->row_kind && left->worker_number == right->worker_number && strcmp(left->project_code, right->project_code) == 0 &&
         strcmp(left->month, right->month) == 0 && strcmp(left->sheet_code, right->sheet_code) == 0;
}

static bool put_present(struct answering *answering, Workrelief__LedgerRowKind__Value kind, const char *method) {
  struct arena *arena = answering->taking.arena;
  Workrelief__FindLedgerRowsRequest request = WORKRELIEF__FIND_LEDGER_ROWS_REQUEST__INIT;
  const Workrelief__LedgerRow **drawn = arena_array(arena, answering->row_count + 1, sizeof *drawn);
  Workrelief__LedgerRowKey *keys = arena_array(arena, answering->row_count + 1, sizeof *keys);
  request.keys = arena_array(arena, answering->row_count + 1, sizeof *request.keys);
  if (!drawn || !keys || !request.keys) return false;
  for (size_t i = 0; i < answering->row_count; i++) {
    ProtobufCBinaryData bytes = answering->rows[i]->row;
    drawn[i] = (const Workrelief__LedgerRow *)pb_unpack(arena, &workrelief__ledger_row__descriptor, bytes.data, bytes.len);
    if (!drawn[i]) return false;
    if (drawn[i]->row_kind != kind) continue;
    Workrelief__LedgerRowKey *key = request.keys[request.n_keys] = &keys[request.n_keys];
    workrelief__ledger_row_key__init(key);
    key->project_code = drawn[i]->project_code;
    key->month = drawn[i]->month;
    key->sheet_code = drawn[i]->sheet_code;
    key->worker_number = drawn[i]->worker_number;
    request.n_keys++;
  }
  if (!request.n_keys) return true;
  const Workrelief__FoundLedgerRows *found =
      (const Workrelief__FoundLedgerRows *)taking_ask(&answering->taking, method, &request.base, &workrelief__found_ledger_rows__descriptor);
  for (size_t i = 0; found && i < answering->row_count; i++)
    for (size_t j = 0; j < found->n_rows; j++)
      if (is_same_row(drawn[i], found->rows[j])) answering->rows[i]->present = found->rows[j];
  return found != NULL;
}

static bool show_rows(struct answering *answering) {
  const Workrelief__Report *report = answering->report;
  answering->rows = arena_array(answering->taking.arena, answering->draw->n_positions + 1, sizeof *answering->rows);
  if (!answering->rows) return false;
  for (size_t i = 0; i < report->n_lines; i++)
    if (!show_line(answering, report->lines[i])) return false;
  return put_present(answering, WORKRELIEF__LEDGER_ROW_KIND__VALUE__ATTENDANCE, "workforce.FindLedgerRows") &&
         put_present(answering, WORKRELIEF__LEDGER_ROW_KIND__VALUE__WAGE, "payroll.FindLedgerRows") &&
         (!*report->filer_unit_id ||
          draw_relayed_rows(&answering->taking, answering->draw, answering->rows, answering->draw->n_positions, &answering->row_count));
}

/* --- signed -------------------------------------------------------------------------------------------------------------------------- */

static Workrelief__Signed *sign_answer(const struct answering *answering, char *receiver_unit_id) {
  const Workrelief__Draw *draw = answering->draw;
  Workrelief__DrawAnswerContent content = WORKRELIEF__DRAW_ANSWER_CONTENT__INIT;
  content.content_version = CONTENT_VERSION;
  content.sender_unit_id = (char *)(uintptr_t)runtime_setting(answering->taking.runtime, "unit_id");
  content.receiver_unit_id = receiver_unit_id;
  content.method = (char *)(uintptr_t) "gateway.AnswerDraw";
  content.draw_number = draw->draw_number;
  content.report_code = draw->report_code;
  content.seed = draw->seed;
  content.made_at_us = clock_now_us();
  content.rows = answering->rows;
  content.n_rows = answering->row_count;
  struct sign_key *key = node_sign_key(answering->taking.runtime);
  Workrelief__Signed *result = key ? content_sign(answering->taking.arena, key, &content.base) : NULL;
  sign_key_close(&key);
  return result;
}

Workrelief__Signed *draw_answer(struct runtime *runtime, struct arena *arena, const Workrelief__Draw *draw, char *receiver_unit_id) {
  struct answering answering = {.taking = {.runtime = runtime, .arena = arena}, .draw = draw};
  enum status status;
  answering.report = draw_report(runtime, arena, draw->report_code, &status);
  if (answering.report && *answering.report->filer_unit_id && !draw_relay(&answering.taking, draw)) return NULL; /* the nodes beneath are asked */
  arena_init(&answering.page, PAGE_ARENA);
  bool shown = answering.report && draw->n_positions <= DRAW_ROWS_MOST && show_rows(&answering);
  arena_reset(&answering.page);
  if (!shown) log_warn("draw: not answered yet draw=%lld report=%s", (long long)draw->draw_number, draw->report_code);
  crash_point("draw_after_rows");
  return shown ? sign_answer(&answering, receiver_unit_id) : NULL;
}

Workrelief__Signed *draw_answer_recorded(struct runtime *runtime, struct arena *arena, const Workrelief__Draw *draw) {
  struct taking taking = {.runtime = runtime, .arena = arena};
  Workrelief__GetTakenDrawRequest request = WORKRELIEF__GET_TAKEN_DRAW_REQUEST__INIT;
  request.seed = draw->seed;
  const Workrelief__TakenDraw *taken =
      (const Workrelief__TakenDraw *)taking_ask(&taking, "gateway.GetTakenDraw", &request.base, &workrelief__taken_draw__descriptor);
  if (!taken) return NULL;
  if (taken->answer) return taken->answer;
  Workrelief__RecordDrawRequest record = WORKRELIEF__RECORD_DRAW_REQUEST__INIT;
  record.seed = draw->seed;
  record.draw_number = draw->draw_number;
  record.report_code = draw->report_code;
  record.row_count = draw->row_count;
  record.due_date = draw->due_date;
  record.answer = draw_answer(runtime, arena, draw, (char *)(uintptr_t)runtime_setting(runtime, "parent.unit_id"));
  if (!record.answer) return NULL;
  taken = (const Workrelief__TakenDraw *)taking_ask(&taking, "gateway.RecordDraw", &record.base, &workrelief__taken_draw__descriptor);
  crash_point("draw_after_record");
  return taken ? taken->answer : NULL;
}

/* --- the worker ---------------------------------------------------------------------------------------------------------------------- */

static void answer_here(struct runtime *runtime, struct arena *arena, const Workrelief__Draw *draw) {
  struct taking taking = {.runtime = runtime, .arena = arena};
  Workrelief__AnswerDrawRequest request = WORKRELIEF__ANSWER_DRAW_REQUEST__INIT;
  request.signed_ = draw_answer(runtime, arena, draw, (char *)(uintptr_t)runtime_setting(runtime, "unit_id"));
  if (request.signed_ && taking_ask(&taking, "gateway.AnswerDraw", &request.base, &workrelief__draw__descriptor))
    log_info("draw: answered draw=%lld report=%s", (long long)draw->draw_number, draw->report_code);
}

static void note_unanswered(struct runtime *runtime, struct arena *arena, const Workrelief__Draw *draw) {
  struct taking taking = {.runtime = runtime, .arena = arena};
  Workrelief__NoteUnansweredRequest request = WORKRELIEF__NOTE_UNANSWERED_REQUEST__INIT;
  request.draw_number = draw->draw_number;
  if (taking_ask(&taking, "gateway.NoteUnanswered", &request.base, &workrelief__draw__descriptor))
    log_warn("draw: no answer by the due day draw=%lld report=%s", (long long)draw->draw_number, draw->report_code);
}

/* One of this node's own draws a turn; what is overdue, all at once. */
static void turn(struct runtime *runtime, struct arena *arena) {
  struct taking taking = {.runtime = runtime, .arena = arena};
  Workrelief__ListDrawsRequest request = WORKRELIEF__LIST_DRAWS_REQUEST__INIT;
  const Workrelief__Draw *own = NULL;
  request.draw_state = WORKRELIEF__DRAW_STATE__VALUE__ASKED;
  const Workrelief__DrawPage *open =
      (const Workrelief__DrawPage *)taking_ask(&taking, "gateway.ListDraws", &request.base, &workrelief__draw_page__descriptor);
  for (size_t i = 0; open && i < open->n_rows; i++) {
    if (open->rows[i]->is_overdue && !open->rows[i]->is_noted) note_unanswered(runtime, arena, open->rows[i]);
    if (!own && !*open->rows[i]->node_unit_id) own = open->rows[i];
  }
  if (own) answer_here(runtime, arena, own);
}

void draws_run(struct runtime *runtime) {
  struct arena arena;
  arena_init(&arena, TURN_ARENA);
  do {
    turn(runtime, &arena);
    arena_reset(&arena);
  } while (runtime_sleep(runtime, (int)runtime_number(runtime, "draw_interval_ms")));
}
