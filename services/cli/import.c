/* import.c - `workrelief import TABLE FILE`: the whole file is checked before anything is sent; then it goes in chunks whose request ids
 * follow from their content, so that a second run resumes and doubles nothing. */
#include "services/cli/import.h"

#include <string.h>

#include "common/pb/table.h"
#include "services/cli/form.h"
#include "services/cli/ledger_import.h"
#include "services/cli/outcome.h"

static struct {
  bool dry_run;
  const char *reason;
} want;

static const struct option options[] = {
    {"dry-run", 'n', NULL, NULL, &want.dry_run, "只查不办: 服务逐批试算, 不留下任何记录",
     "check only: the service tries every chunk and keeps nothing"},
    {"reason", 'r', "TEXT", &want.reason, NULL, "考勤表: 与在册不同的工日按此理由更正 (缺省: 列出, 不改)",
     "attendance sheets: correct days that differ from the record, for this reason (default: list them)"},
    {0},
};

static const struct import_table tables[] = {
    {"workers", "workforce.AddWorkers", "lines", 500, "务工人员", "workers"},
    {"groups", "workforce.SetPriorityGroup", "lines", 500, "重点群体", "priority groups of workers"},
    {"agreements", "workforce.AddAgreements", "lines", 500, "劳务协议", "labour agreements"},
    {"attendance", "workforce.RecordAttendanceBatch", "lines", 1000, "考勤流水 (一行一人一日)", "attendance, a row a day"},
    {"trainees", "workforce.HoldTraining", "trainees", 0, "一次培训的学员", "the trainees of one training"},
    {"catalogue", "registry.LoadCatalogue", "rows", 0, "清单目录", "the catalogue"},
    {"list", "registry.SubmitYearList", "lines", 0, "年度清单", "a bureau's yearly list"},
    {"published", "registry.ImportPublished", "rows", 1, "公示项目", "projects as notices publish them"},
};

static const struct import_table *find_table(const char *name) {
  for (size_t i = 0; i < ARRAY_LENGTH(tables); i++)
    if (strcmp(tables[i].name, name) == 0) return &tables[i];
  return NULL;
}

static const struct ledger *find_ledger(const char *name) {
  for (size_t i = 0; i < ledger_count; i++)
    if (strcmp(ledgers[i].name, name) == 0) return &ledgers[i];
  return NULL;
}

static int unknown_table(const char *name) {
  complain(IMPORT_TABLE_UNKNOWN, name);
  for (size_t i = 0; i < ledger_count; i++) fprintf(stderr, "  %-12s %s\n", ledgers[i].name, BOTH(ledgers[i].zh, ledgers[i].en));
  fprintf(stderr, "  %-12s %s\n", "progress", BOTH("进展情况调度表", "monthly progress form"));
  for (size_t i = 0; i < ARRAY_LENGTH(tables); i++)
    if (!find_ledger(tables[i].name)) fprintf(stderr, "  %-12s %s (%s)\n", tables[i].name, BOTH(tables[i].zh, tables[i].en), tables[i].method);
  return CLI_USAGE;
}

/* Where a name is a ledger's and a table's, a file with a date in each row is the table. */
static bool has_dates(struct arena *arena, const char *path, int *code) {
  struct source *source = source_open(arena, path, code);
  struct source_row row;
  bool found = false;
  for (size_t rows = 0; source && !found && rows < HEADS_WITHIN && source_next(source, &row) == 1; rows++)
    for (size_t i = 0; i < row.count; i++) found = found || table_head_is("work_date", row.cells[i]);
  *code = source ? CLI_OK : *code;
  source_close(&source);
  return found;
}

static int import_rows(struct cli *cli, const struct import_table *table, const char *path, int count, char **assignments) {
  struct batch batch;
  if (!batch_open(&batch, &cli->arena, table->method, table->rows, table->chunk_rows)) return CLI_USAGE;
  int code = import_read(&batch, path, count, assignments);
  if (code == CLI_OK) {
    if (!outcome_wanted) say(IMPORT_CHECKED, batch.row_count, batch.chunk_count);
    fflush(stdout);
    code = batch_send(cli, &batch, want.dry_run);
    outcome_done(batch.row_count, 0, batch.row_count - batch.refused, batch.refused, want.dry_run);
    if (!outcome_wanted && (code == CLI_OK || code == CLI_REFUSED || code == CLI_BAD_DATA))
      say(IMPORT_DONE, batch.row_count - batch.refused, want.dry_run ? TEXT(IMPORT_TRIED) : TEXT(IMPORT_TAKEN), batch.refused);
  }
  batch_free(&batch);
  return code;
}

static int run(struct cli *cli, int count, char **words) {
  int code = CLI_OK;
  outcome_wanted = cli->json;
  if (count < 2) {
    complain(IMPORT_NEEDS);
    return CLI_USAGE;
  }
  if (strcmp(words[0], "progress") == 0) return form_import(cli, words[1], count - 2, words + 2, want.dry_run);
  const struct import_table *table = find_table(words[0]);
  const struct ledger *ledger = find_ledger(words[0]);
  if (!table && !ledger) return unknown_table(words[0]);
  if (table && ledger && has_dates(&cli->arena, words[1], &code)) ledger = NULL;
  if (code != CLI_OK) return code;
  if (ledger) return ledger_import(cli, ledger, words[1], count - 2, words + 2, want.dry_run, want.reason);
  return import_rows(cli, table, words[1], count - 2, words + 2);
}

static const struct command commands[] = {
    {"", "TABLE FILE.xlsx|FILE.csv [field=value ...]", run, options,
     "导入台账或表格 (先查全表, 列出每个有问题的单元格; 再分批办理, 可续办, 重复导入不会重复登记)",
     "import a ledger or a table (checked whole, every bad cell listed; sent in chunks, resumable; a repeated import changes nothing)",
     "workrelief import roster 花名册.xlsx --dry-run\nworkrelief import roster 花名册.xlsx project_code=2408-140214-04-01-000010\n"
     "workrelief import attendance 考勤7月.xlsx\nworkrelief import attendance 考勤7月.xlsx --reason 工地核对考勤机记录\n"
     "workrelief import progress 调度表7月.xlsx\nworkrelief import training 培训台账.csv\nworkrelief import workers 务工人员.csv\n"
     "workrelief import attendance 考勤流水.csv project_code=2408-140214-04-01-000010\n"},
    {0},
};
const struct noun import_noun = {"import", "导入: roster attendance training wages posts progress workers groups agreements trainees catalogue list published",
                                 "import ledgers and tables: roster, attendance, training, wages, posts, progress, workers ...", commands};
