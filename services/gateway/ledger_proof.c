/* ledger_proof.c - see ledger_proof.h. The rows come in the order of their keys: first the sealed attendance of all projects, then their wage
 * lines; so the trees of all lines grow side by side, each a few nodes, and no row is held longer than its block. */
#include "services/gateway/ledger_proof.h"

#include <string.h>

#include "common/base/log.h"
#include "common/bus/client.h"
#include "common/daemon/crash.h"

#define PAGE_ROWS 1000
#define PAGES_MOST 10000
#define BLOCK_ROWS 500
#define PAGE_ARENA ((size_t)16 << 20)
#define BLOCK_ARENA ((size_t)4 << 20)
#define KEY_SIZE 16

struct walk {
  struct call *call;
  struct runtime *runtime;
  Workrelief__DraftReportRequest *request;
  struct ledger {
    struct tree tree;
    int32_t block_number;
  } * ledgers; /* one a line */
  size_t line; /* whose rows are in the block */
  ProtobufCBinaryData rows[BLOCK_ROWS];
  size_t row_count;
  struct arena block;
};

void ledger_row_sums(const Workrelief__LedgerRow *row, int64_t sums[TREE_SUMS]) {
  bool is_attendance = row->row_kind == WORKRELIEF__LEDGER_ROW_KIND__VALUE__ATTENDANCE;
  bool is_relief = strcmp(row->employment_kind, "WORK_RELIEF_SERVICE") == 0;
  sums[0] = is_attendance && is_relief ? row->day_hundredths : 0; /* as the line's figure counts: work-relief alone */
  sums[1] = is_attendance ? 0 : row->net_fen;
  sums[2] = is_attendance ? 0 : row->paid_fen;
}

static void no_answer(struct walk *walk, const char *method) {
  log_warn("ledger rows not gathered method=%s", method);
  call_unavailable(walk->call, "LEDGER_UNAVAILABLE", "汇集台账明细时有服务没有答复；请稍后重试。",
                   "A service gave no answer while the ledger rows were gathered; try again later.");
}

/* What is kept in a trial run would stay. */
static void store_block(struct walk *walk) {
  Workrelief__LedgerBlock block = WORKRELIEF__LEDGER_BLOCK__INIT;
  Workrelief__StoreLedgerBlockRequest request = WORKRELIEF__STORE_LEDGER_BLOCK_REQUEST__INIT;
  struct client_reply reply;
  message *answer = NULL;
  if (call_is_refused(walk->call) || !walk->row_count || call_is_dry_run(walk->call)) return;
  block.rows = walk->rows;
  block.n_rows = walk->row_count;
  request.ledger_key = walk->request->gathered_ledger_key;
  request.unit_id = walk->request->unit_id;
  request.quarter = walk->request->quarter;
  request.project_code = walk->request->gathered_lines[walk->line]->project_code;
  request.block_number = ++walk->ledgers[walk->line].block_number;
  request.row_count = (int32_t)walk->row_count;
  request.block_content.data = pb_pack(&walk->block, &block.base, &request.block_content.len);
  if (request.block_content.data)
    runtime_ask(walk->runtime, &walk->block, "gateway.StoreLedgerBlock", NULL, &request.base, &workrelief__nothing__descriptor, &reply, &answer);
  if (!answer) no_answer(walk, "gateway.StoreLedgerBlock");
  crash_point("ledger_after_block");
}

static void end_block(struct walk *walk) {
  store_block(walk);
  walk->row_count = 0;
  arena_reset(&walk->block);
}

/* Rows of a project stand together. */
static bool turn_to_line(struct walk *walk, const char *project_code) {
  const Workrelief__DraftReportRequest *request = walk->request;
  for (size_t step = 0; step < request->n_gathered_lines; step++) {
    size_t i = (walk->line + step) % request->n_gathered_lines;
    if (strcmp(request->gathered_lines[i]->project_code, project_code) != 0) continue;
    if (step) end_block(walk);
    walk->line = i;
    return true;
  }
  return false;
}

static void take_row(struct walk *walk, const Workrelief__LedgerRow *row) {
  int64_t sums[TREE_SUMS];
  if (!turn_to_line(walk, row->project_code)) return; /* a project that came after the figures */
  ProtobufCBinaryData *bytes = &walk->rows[walk->row_count];
  if (!(bytes->data = pb_pack(&walk->block, &row->base, &bytes->len))) return no_answer(walk, "gateway.StoreLedgerBlock");
  ledger_row_sums(row, sums);
  tree_add(&walk->ledgers[walk->line].tree, sums, bytes->data, bytes->len);
  if (++walk->row_count == BLOCK_ROWS) end_block(walk);
}

static void walk_rows(struct walk *walk, const char *method) {
  Workrelief__ListQuarterLedgerRowsRequest request = WORKRELIEF__LIST_QUARTER_LEDGER_ROWS_REQUEST__INIT;
  struct arena arena;
  request.unit_id = walk->request->unit_id;
  request.quarter = walk->request->quarter;
  request.page_size = PAGE_ROWS;
  request.page_token = (char *)(uintptr_t) "";
  arena_init(&arena, PAGE_ARENA);
  for (int page = 0; page < PAGES_MOST && request.page_token && !call_is_refused(walk->call); page++) {
    struct client_reply reply;
    message *answer;
    runtime_ask(walk->runtime, &arena, method, NULL, &request.base, &workrelief__ledger_row_page__descriptor, &reply, &answer);
    const Workrelief__LedgerRowPage *rows = (const Workrelief__LedgerRowPage *)answer;
    if (!rows) no_answer(walk, method);
    for (size_t i = 0; rows && i < rows->n_rows && !call_is_refused(walk->call); i++) take_row(walk, rows->rows[i]);
    bool is_last = !rows || !*rows->next_page_token;
    request.page_token = is_last ? NULL : arena_strdup(call_arena(walk->call), rows->next_page_token);
    if (!is_last && !request.page_token) no_answer(walk, method);
    arena_reset(&arena);
  }
  end_block(walk);
}

static void close_line(struct walk *walk, size_t i) {
  Workrelief__ReportLine *line = walk->request->gathered_lines[i];
  int64_t sums[TREE_SUMS];
  uint8_t *root = arena_alloc(call_arena(walk->call), SM3_SIZE);
  if (!root || !tree_root(&walk->ledgers[i].tree, root, sums)) return no_answer(walk, "gateway.StoreLedgerBlock");
  line->ledger_root = (ProtobufCBinaryData){SM3_SIZE, root};
  line->ledger_row_count = (int32_t)walk->ledgers[i].tree.count;
  line->ledger_day_hundredths = sums[0];
  line->ledger_due_fen = sums[1];
  line->ledger_paid_fen = sums[2];
}

static struct walk *begin(struct call *call, struct runtime *runtime, Workrelief__DraftReportRequest *request) {
  struct walk *walk = arena_alloc(call_arena(call), sizeof *walk);
  uint8_t *key = arena_alloc(call_arena(call), KEY_SIZE);
  struct ledger *ledgers = arena_array(call_arena(call), request->n_gathered_lines + 1, sizeof *ledgers);
  if (!walk || !key || !ledgers) return NULL;
  *walk = (struct walk){.call = call, .runtime = runtime, .request = request, .ledgers = ledgers};
  uuid7(key, call_now_us(call));
  request->gathered_ledger_key = (ProtobufCBinaryData){KEY_SIZE, key};
  for (size_t i = 0; i < request->n_gathered_lines; i++) tree_begin(&ledgers[i].tree, NULL, 0);
  arena_init(&walk->block, BLOCK_ARENA);
  return walk;
}

void gather_ledger(struct call *call, struct runtime *runtime, Workrelief__DraftReportRequest *request) {
  if (call_is_refused(call) || !request->n_gathered_lines) return;
  struct walk *walk = begin(call, runtime, request);
  if (!walk)
    return call_unavailable(call, "LEDGER_TOO_LARGE", "本单位项目过多，无法汇集台账明细；请联系运维。",
                            "The unit has more projects than the ledger rows can be gathered for; tell the operator.");
  walk_rows(walk, "workforce.ListQuarterLedgerRows");
  walk_rows(walk, "payroll.ListQuarterLedgerRows");
  for (size_t i = 0; i < request->n_gathered_lines && !call_is_refused(call); i++) close_line(walk, i);
}

bool lines_ledger_root(Workrelief__ReportLine *const *lines, size_t count, uint8_t root[SM3_SIZE]) {
  struct tree tree;
  bool has_root = false;
  tree_begin(&tree, NULL, 0);
  for (size_t i = 0; i < count; i++) {
    has_root = has_root || lines[i]->ledger_root.len;
    tree_add(&tree, (int64_t[TREE_SUMS]){lines[i]->ledger_day_hundredths, lines[i]->ledger_due_fen, lines[i]->ledger_paid_fen},
             lines[i]->ledger_root.data, lines[i]->ledger_root.len);
  }
  return tree_root(&tree, root, NULL) && has_root;
}
