/* export.c - `workrelief export LEDGER`: the offices' ledgers as workbooks or CSV, and what the national platform takes. */
#include "services/cli/export.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/clock.h"

#include "services/cli/form.h"
#include "services/cli/ledger.h"
#include "services/cli/outfile.h"

static struct {
  const char *project, *month, *file, *reveal, *unit, *filler;
  bool recorded, all;
} want;

static const struct option options[] = {
    {"project", 'p', "CODE", &want.project, NULL, "项目代码", "the project's code"},
    {"month", 'm', "2026-07", &want.month, NULL, "月份 (按月的台账、考勤、报酬必填)", "the month, of ledgers by month"},
    {"output", 'o', "FILE.xlsx|FILE.csv", &want.file, NULL, "写到文件, 种类看扩展名; -.xlsx 写到标准输出 (缺省: CSV 写到标准输出)",
     "file to write; its ending says which kind; -.xlsx: on standard output (default: CSV on standard output)"},
    {"reveal", 0, "REASON", &want.reveal, NULL, "以此理由逐人调取完整证件号和账号 (逐笔留痕; 缺省: 脱敏)",
     "open ID numbers and accounts for this reason, each on record (default: masked)"},
    {"unit", 'u', "UNIT", &want.unit, NULL, "只要这一单位的项目 (调度表、区县台账、公示)", "this unit's projects only, of forms"},
    {"filler", 0, "NAME", &want.filler, NULL, "填报人", "who fills the form in"},
    {"all", 0, NULL, NULL, &want.all, "调度表: 也列没有省级财政资金的项目", "the progress form: also projects without provincial funds"},
    {"recorded", 0, NULL, NULL, &want.recorded, "调度表: 按本单位导入的原样导出 (缺省: 按在册数据生成)",
     "the progress form as it was imported (default: made of what is on record)"},
    {0},
};

/* Standard output bears either the file or what is said of it. */
static bool is_told(void) { return want.file && !outfile_is_output(want.file); }

static int month_number(void) { return (int)strtol(want.month + 5, NULL, 10); }

/* "2026年省级财政以工代赈项目进展情况调度表(2026年7月更新)"; a sign and a notice bear their own title. */
static void put_title(struct form_sheet *sheet) {
  sheet->annex = "";
  sheet->title = sheet->form->title;
  if (strcmp(sheet->form->name, "progress") == 0) sheet->annex = "附件2";
  if (strcmp(sheet->form->name, "progress") == 0)
    sheet->title = text_of(sheet->cli, "%.4s年%s(%.4s年%d月更新)", want.month, sheet->form->title, want.month, month_number());
  else if (strcmp(sheet->form->name, "district") == 0)
    sheet->title = text_of(sheet->cli, "%s(%.4s年%d月)", sheet->form->title, want.month, month_number());
}

static int export_form(struct cli *cli, const struct form *form) {
  struct form_sheet sheet = {.cli = cli, .form = form, .filler_name = want.filler ? want.filler : ""};
  char today[CLOCK_DATE_SIZE];
  int32_t first, last;
  size_t rounded;
  bool by_month = strcmp(form->name, "progress") == 0 || strcmp(form->name, "district") == 0;
  if (!want.month && !by_month) want.month = text_of(cli, "%.7s", date_format(clock_day_of(clock_now_us()), today));
  if (!want.month || !month_parse(want.month, &first, &last)) return complain(FORM_NEEDS_MONTH), CLI_USAGE;
  if (form->page == CARD && !want.project) return complain(FORM_NEEDS_PROJECT), CLI_USAGE;
  if (!ledger_can_write(want.file)) return CLI_USAGE;
  sheet.filled_date = text_of(cli, "%s", date_format(clock_day_of(clock_now_us()), today));
  put_title(&sheet);
  sheet.provincial_only = strcmp(form->name, "progress") == 0 && !want.all;
  int code = want.recorded && strcmp(form->name, "progress") == 0 ? form_recorded(&sheet, want.month, want.unit)
                                                                  : form_fill(&sheet, want.month, want.unit, want.project);
  if (code == CLI_OK) code = form_write(&sheet, want.file, &rounded);
  if (code == CLI_OK && is_told()) say(EXPORT_DONE, BOTH(form->title, form->en), sheet.count, want.file);
  if (code == CLI_OK && is_told() && rounded) say(FORM_SHOWN, rounded);
  return code;
}

static int export_ledger(struct cli *cli, int count, char **words) {
  const struct form *form = count == 1 ? form_find(words[0]) : NULL;
  if (form) return export_form(cli, form);
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
  if (code == CLI_OK && is_told()) say(EXPORT_DONE, ledger->zh, record.count, want.file);
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
     "导出台账: roster 花名册, attendance 考勤表, training 培训, wages 报酬发放, posts 公益性岗位; 报表: progress 调度表, district 区县台账, "
     "notice-plan 和 notice-effect 公示, sign 公示牌 (A4)",
     "export a ledger: roster, attendance, training, wages, posts; a form: progress, district, notice-plan, notice-effect, sign (A4)",
     "workrelief export roster --project P1 -o 花名册.xlsx\nworkrelief export attendance --project P1 --month 2026-07 -o 考勤7月.xlsx\n"
     "workrelief export progress --month 2026-07 --filler 王某 -o 调度表7月.xlsx\nworkrelief export sign --project P1 -o 公示牌.xlsx\n"
     "workrelief export training --project P1 > 培训.csv\nworkrelief export roster --project P1 --reveal 银行开户核对 -o 花名册.xlsx\n"},
    {0},
};
const struct noun export_noun = {"export", "导出台账, 上报国家平台", "export ledgers, and for the national platform", commands};
