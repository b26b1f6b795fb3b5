/* export.c - `workrelief export LEDGER`: the offices' ledgers as workbooks or CSV, and what the national platform takes. */
#include "services/cli/export.h"

#include <string.h>
#include <sys/stat.h>

#include "services/cli/ledger.h"

static struct { const char *project, *month, *file, *reveal; } want;

static const struct option options[] = {
    {"project", 'p', "CODE", &want.project, NULL, "项目代码", "the project's code"},
    {"month", 'm', "2026-07", &want.month, NULL, "月份 (按月的台账、考勤、报酬必填)", "the month, of ledgers by month"},
    {"output", 'o', "FILE.xlsx|FILE.csv", &want.file, NULL, "写到文件, 种类看扩展名 (缺省: CSV 写到标准输出)",
     "file to write; its ending says which kind (default: CSV on standard output)"},
    {"reveal", 0, "REASON", &want.reveal, NULL, "以此理由逐人调取完整证件号和账号 (逐笔留痕; 缺省: 脱敏)",
     "open ID numbers and accounts for this reason, each on record (default: masked)"},
    {0},
};

static int export_ledger(struct cli *cli, int count, char **words) {
  const struct ledger *ledger = count > 0 ? ledger_find(words[0]) : NULL;
  if (!ledger || count > 1) {
    if (count != 1) complain(EXPORT_NEEDS);
    return CLI_USAGE;
  }
  if (!ledger_can_write(want.file)) return CLI_USAGE;
  struct ledger_record record = {.cli = cli, .ledger = ledger, .project_code = want.project, .month = want.month, .reveal_reason = want.reveal};
  umask(077); /* names of people: for nobody else on this machine */
  int code = ledger_fetch(&record);
  if (code == CLI_OK) code = ledger_write(&record, want.file);
  if (code == CLI_OK && want.file) say(EXPORT_DONE, ledger->zh, record.count, want.file);
  return code;
}

static int export_for_platform(struct cli *cli, int count, char **words) {
  (void)words;
  if (count || !want.project || !want.month || !want.reveal) {
    complain(PLATFORM_NEEDS);
    return CLI_USAGE;
  }
  umask(077);
  return platform_export(cli, want.project, want.month, want.reveal, want.file);
}

static const struct command commands[] = {
    {"platform", "", export_for_platform, options, "全国农民工工资支付监控平台格式的 JSON: 花名册、考勤、培训、报酬",
     "JSON as the national platform takes it: roster, attendance, training, payroll",
     "workrelief export platform --project P1 --month 2026-07 --reveal 上报国家平台 -o 平台.json\n"},
    {"", "LEDGER", export_ledger, options,
     "导出台账: roster 花名册, attendance 考勤表, training 培训, wages 报酬发放, posts 公益性岗位 (A4 横向, 可再导入)",
     "export a ledger: roster, attendance, training, wages, posts (A4, can be imported again)",
     "workrelief export roster --project P1 -o 花名册.xlsx\nworkrelief export attendance --project P1 --month 2026-07 -o 考勤7月.xlsx\n"
     "workrelief export training --project P1 > 培训.csv\nworkrelief export roster --project P1 --reveal 银行开户核对 -o 花名册.xlsx\n"},
    {0},
};
const struct noun export_noun = {"export", "导出台账, 上报国家平台", "export ledgers, and for the national platform", commands};
