/* ledger_proof.c - see ledger_proof.h. Line by line: first the project's sealed attendance in the order of its key, then its wage lines; no row
 * is held longer than its block. */
#include "services/gateway/ledger_proof.h"

#include <string.h>

#include "common/base/log.h"
#include "common/bus/client.h"
#include "common/daemon/crash.h"

#define PAGE_ROWS 1000
#define PAGES_MOST 10000
#define BLOCK_ROWS 2000
#define BLOCK_BYTES 500000 /* of rows: a block goes in one message */
#define PAGE_ARENA ((size_t)16 << 20)
#define BLOCK_ARENA ((size_t)4 << 20)
#define TOKEN_MOST 256

struct walk {
  struct call *call;
  struct runtime *runtime;
  const Workrelief__DraftReportRequest *request;
  ProtobufCBinaryData key; /* of this gathering */
  Workrelief__ReportLine *line;
  struct tree tree;
  int32_t block_number;
  ProtobufCBinaryData rows[BLOCK_ROWS];
  size_t row_count, byte_count;
  struct arena page, block;
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
  request.ledger_key = walk->key;
  request.unit_id = walk->request->unit_id;
  request.quarter = walk->request->quarter;
  request.project_code = walk->line->project_code;
  request.block_number = ++walk->block_number;
  request.row_count = (int32_t)walk->row_count;
  request.block_content.data = pb_pack(&walk->block, &block.base, &request.block_content.len);
  if (request.block_content.data)
    runtime_ask(walk->runtime, &walk->block, "gateway.StoreLedgerBlock", NULL, &request.base, &workrelief__nothing__descriptor, &reply, &answer);
  if (!answer) no_answer(walk, "gateway.StoreLedgerBlock");
  crash_point("ledger_after_block");
}

static void end_block(struct walk *walk) {
  store_block(walk);
  walk->row_count = walk->byte_count = 0;
  arena_reset(&walk->block);
}

static void take_row(struct walk *walk, const Workrelief__LedgerRow *row) {
  int64_t sums[TREE_SUMS];
  ProtobufCBinaryData *bytes = &walk->rows[walk->row_count];
  if (!(bytes->data = pb_pack(&walk->block, &row->base, &bytes->len))) return no_answer(walk, "gateway.StoreLedgerBlock");
  ledger_row_sums(row, sums);
  tree_add(&walk->tree, sums, bytes->data, bytes->len);
  walk->byte_count += bytes->len;
  if (++walk->row_count == BLOCK_ROWS || walk->byte_count > BLOCK_BYTES) end_block(walk);
}

static void walk_rows(struct walk *walk, const char *method) {
  Workrelief__ListQuarterLedgerRowsRequest request = WORKRELIEF__LIST_QUARTER_LEDGER_ROWS_REQUEST__INIT;
  char token[TOKEN_MOST] = "";
  request.project_code = walk->line->project_code;
  request.quarter = walk->request->quarter;
  request.page_size = PAGE_ROWS;
  request.page_token = token;
  for (int page = 0; page < PAGES_MOST && !call_is_refused(walk->call); page++) {
    struct client_reply reply;
    message *answer;
    runtime_ask(walk->runtime, &walk->page, method, NULL, &request.base, &workrelief__ledger_row_page__descriptor, &reply, &answer);
    const Workrelief__LedgerRowPage *rows = (const Workrelief__LedgerRowPage *)answer;
    if (!rows || strlen(rows->next_page_token) >= sizeof token) return no_answer(walk, method);
    for (size_t i = 0; !call_is_refused(walk->call) && i < rows->n_rows; i++) take_row(walk, rows->rows[i]);
    memcpy(token, rows->next_page_token, strlen(rows->next_page_token) + 1);
    arena_reset(&walk->page);
    if (!*token) return;
  }
}

static void walk_line(struct walk *walk, Workrelief__ReportLine *line) {
  int64_t sums[TREE_SUMS];
  uint8_t *root = arena_alloc(call_arena(walk->call), SM3_SIZE);
  walk->line = line;
  walk->block_number = 0;
  tree_begin(&walk->tree, NULL, 0);
  walk_rows(walk, "workforce.ListQuarterLedgerRows");
  walk_rows(walk, "payroll.ListQuarterLedgerRows");
  end_block(walk);
  if (call_is_refused(walk->call)) return;
  if (!root || !tree_root(&walk->tree, root, sums)) return no_answer(walk, "gateway.StoreLedgerBlock");
  line->ledger_root = (ProtobufCBinaryData){SM3_SIZE, root};
  line->ledger_row_count = (int32_t)walk->tree.count;
  line->ledger_day_hundredths = sums[0];
  line->ledger_due_fen = sums[1];
  line->ledger_paid_fen = sums[2];
}

/* As it was read when its rows were the same; in the request the line alone says it. */
static void keep_line(Workrelief__ReportLine *line, Workrelief__DraftPart *part) {
  line->ledger_root = part->ledger_root;
  line->ledger_row_count = part->ledger_row_count;
  line->ledger_day_hundredths = part->ledger_day_hundredths;
  line->ledger_due_fen = part->ledger_due_fen;
  line->ledger_paid_fen = part->ledger_paid_fen;
  part->ledger_root = (ProtobufCBinaryData){0, NULL};
  part->ledger_day_hundredths = part->ledger_due_fen = part->ledger_paid_fen = 0;
}

void gather_ledger(struct call *call, struct runtime *runtime, Workrelief__DraftReportRequest *request) {
  if (call_is_refused(call) || !request->n_gathered_lines) return;
  struct walk *walk = arena_alloc(call_arena(call), sizeof *walk);
  if (!walk)
    return call_unavailable(call, "LEDGER_TOO_LARGE", "本单位项目过多，无法汇集台账明细；请联系运维。",
                            "The unit has more projects than the ledger rows can be gathered for; tell the operator.");
  *walk = (struct walk){.call = call, .runtime = runtime, .request = request, .key = request->gathered_ledger_key};
  arena_init(&walk->page, PAGE_ARENA);
  arena_init(&walk->block, BLOCK_ARENA);
  for (size_t i = 0; i < request->n_gathered_lines && !call_is_refused(call); i++) {
    Workrelief__DraftPart *part = i < request->n_gathered_parts ? request->gathered_parts[i] : NULL;
    if (part && part->ledger_key.len) {
      keep_line(request->gathered_lines[i], part);
      continue;
    }
    walk_line(walk, request->gathered_lines[i]);
    if (part) part->ledger_key = walk->key;
    if (part) part->ledger_row_count = request->gathered_lines[i]->ledger_row_count;
  }
  arena_reset(&walk->page);
  arena_reset(&walk->block);
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
