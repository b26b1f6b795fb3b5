/* page.c - see page.h. Sentence first, then the tables that prove it (the form is the offices': money in 万元, signs beside colours). */
#include "services/gateway/page.h"

#include <inttypes.h>
#include <string.h>

#include "common/base/attribute.h"
#include "common/base/clock.h"
#include "common/base/money.h"
#include "services/gateway/page_figures.h"

const char page_style[] =
    "body{font:14px/1.5 \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft YaHei\",SimSun,sans-serif;margin:24px auto;max-width:1240px;"
    "padding:0 16px;color:#1a1a1a;background:#fff}\n"
    "h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 6px;border-bottom:1px solid #ccc}\n"
    ".en,.note{color:#666;font-size:13px}.answer{font-size:17px;margin:10px 0}nav a{margin-right:14px}a{color:#1d4f91}\n"
    "table{border-collapse:collapse;width:100%;margin:6px 0}th,td{border:1px solid #d5d5d5;padding:3px 7px;text-align:left;vertical-align:top}\n"
    "th{background:#f4f4f2;font-weight:600}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td.n,td:first-child{white-space:nowrap}\n"
    ".ok{color:#1f6f43}.late{color:#9a5b00}.missing{color:#a11}.returned{color:#7a3e9d}.low{color:#a11;font-weight:600}\n"
    "tr.total td{font-weight:600;background:#fafaf7}tr.part th{background:#fff;color:#666;font-weight:400;padding-top:8px}.unit{font-weight:400}\n"
    "table.figures{width:auto;min-width:60%}footer{margin-top:28px;color:#666;font-size:13px}svg{display:block}\n"
    "@media print{@page{size:A4 landscape;margin:12mm}nav{display:none}a{color:inherit;text-decoration:none}body{max-width:none}"
    "h2{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}table.figures{width:100%;font-size:12px}}\n";

void page_text(FILE *out, const char *text) {
  for (; *text; text++) switch (*text) {
      case '&': fputs("&amp;", out); break;
      case '<': fputs("&lt;", out); break;
      case '>': fputs("&gt;", out); break;
      case '"': fputs("&quot;", out); break;
      case '\'': fputs("&#39;", out); break;
      default: fputc(*text, out);
    }
}

/* --- words ------------------------------------------------------------------------------------------------------------------------ */

static const struct {
  const char *id, *zh;
} exception_words[] = {
#define EXCEPTION(id, zh, en) {#id, zh},
#include "services/gateway/exceptions.def"
#undef EXCEPTION
};

static const char *exception_word(const char *id) {
  for (size_t i = 0; i < ARRAY_LENGTH(exception_words); i++)
    if (strcmp(exception_words[i].id, id) == 0) return exception_words[i].zh;
  return id;
}

struct sign {
  const char *mark, *zh, *style;
};

static struct sign unit_sign(const Workrelief__UnitStatus *unit) {
  switch (unit->report_state) {
    case WORKRELIEF__REPORT_STATE__VALUE__RETURNED: return (struct sign){"↩", "退回", "returned"};
    case WORKRELIEF__REPORT_STATE__VALUE__SUBMITTED:
      return unit->is_late ? (struct sign){"◐", "逾期已报，待审", "late"} : (struct sign){"●", "已报，待审", "ok"};
    case WORKRELIEF__REPORT_STATE__VALUE__ACCEPTED:
      return unit->is_late ? (struct sign){"◐", "逾期已报，已接受", "late"} : (struct sign){"●", "已接受", "ok"};
    case WORKRELIEF__REPORT_STATE__VALUE__DRAFT:
    case WORKRELIEF__REPORT_STATE__VALUE__CHECKED: return (struct sign){"○", "起草中", "missing"};
    case WORKRELIEF__REPORT_STATE__VALUE__UNSPECIFIED:
    case WORKRELIEF__REPORT_STATE__VALUE__MISSING:
    case WORKRELIEF__REPORT_STATE__VALUE__RECEIVING:
    case WORKRELIEF__REPORT_STATE__VALUE__REPLACED:
    case WORKRELIEF__REPORT_STATE__VALUE__RESTATED:
    case _WORKRELIEF__REPORT_STATE__VALUE_IS_INT_SIZE: break;
  }
  return (struct sign){"○", "未报", "missing"};
}

/* --- cells ------------------------------------------------------------------------------------------------------------------------ */

void page_cell(FILE *out, const char *text) {
  fputs("<td>", out);
  page_text(out, text);
  fputs("</td>", out);
}

static void names(FILE *out, char *const *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (i) fputs("、", out);
    page_text(out, list[i]);
  }
}

static void quarter_words(FILE *out, const char *quarter) {
  static const char *const numbers[] = {"一", "二", "三", "四"};
  int n = strlen(quarter) == 6 ? quarter[5] - '1' : -1;
  if (n < 0 || n > 3) return page_text(out, quarter);
  fprintf(out, "%.4s年第%s季度", quarter, numbers[n]);
}

/* --- parts of the page ------------------------------------------------------------------------------------------------------------ */

static void head(FILE *out, const char *title) {
  fputs("<!doctype html><html lang=zh-CN><head><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><title>", out);
  page_text(out, title);
  fputs("</title><link rel=stylesheet href=/style.css></head><body>\n", out);
}

static void navigation(FILE *out, const Workrelief__QuarterPage *quarters) {
  fputs("<nav>", out);
  for (size_t i = 0; i < quarters->n_rows; i++) {
    fputs("<a href=\"/report/", out);
    page_text(out, quarters->rows[i]->quarter);
    fputs("\">", out);
    quarter_words(out, quarters->rows[i]->quarter);
    fputs("</a>", out);
  }
  fputs("</nav>\n", out);
}

static void answer(FILE *out, const Workrelief__Completeness *c) {
  fputs("<p class=answer>", out);
  quarter_words(out, c->quarter);
  fprintf(out, "：%d 家应报，%d 家已报（%d 家按时），%d 家未报", c->expected_count, c->reported_count, c->on_time_count, c->missing_count);
  if (c->n_missing_unit_names) fputs("：", out);
  names(out, c->missing_unit_names, c->n_missing_unit_names);
  fputs("。", out);
  if (c->n_late_unit_names) {
    fputs("逾期：", out);
    names(out, c->late_unit_names, c->n_late_unit_names);
    fputs("。", out);
  }
  fputs("截止日 ", out);
  page_text(out, c->due_date);
  if (c->grace_days) fprintf(out, "，宽限 %d 天", c->grace_days);
  fprintf(out, "。</p>\n<p class=en>%d units due, %d filed (%d on time), %d missing.</p>\n", c->expected_count, c->reported_count, c->on_time_count,
          c->missing_count);
}

static void unit_table(FILE *out, const Workrelief__Completeness *c) {
  fputs("<h2 id=units>各单位报送情况</h2><table><tr><th>单位</th><th>状态</th><th>零报告</th><th>报送日期</th><th>季报编号</th></tr>\n", out);
  for (size_t i = 0; i < c->n_units; i++) {
    const Workrelief__UnitStatus *unit = c->units[i];
    struct sign sign = unit_sign(unit);
    char date[CLOCK_DATE_SIZE] = "";
    if (unit->submitted_at_us) date_format(clock_day_of(unit->submitted_at_us), date);
    fputs("<tr>", out);
    page_cell(out, unit->unit_name);
    fprintf(out, "<td class=%s>%s %s</td><td>%s</td>", sign.style, sign.mark, sign.zh, unit->is_zero ? "是" : "");
    page_cell(out, date);
    page_cell(out, unit->report_code);
    fputs("</tr>\n", out);
  }
  fputs("</table>\n", out);
}

static void summary(FILE *out, const Workrelief__ConsolidatedReport *r) {
  const Workrelief__Total *t = r->summary;
  char paid[MONEY_TEXT_SIZE], due[MONEY_TEXT_SIZE], unpaid[MONEY_TEXT_SIZE], day[CLOCK_DATE_SIZE], head_text[MONEY_TEXT_SIZE];
  if (!t) return;
  fprintf(out,
          "<h2 id=totals>汇总</h2><p class=answer>已接受 %d 家的季报（第 %d 次汇总，%s）：项目 %d 个，吸纳 %d 人（跨单位去重），%" PRId64
          ".%02" PRId64 " 工日，应发 %s 万元，实发 %s 万元，欠发 %s 万元",
          r->accepted_count, r->consolidation_number, date_format(clock_day_of(r->consolidated_at_us), day), t->project_count, t->absorbed_count,
          t->day_hundredths / 100, t->day_hundredths % 100, money_wanyuan(t->due_fen, due), money_wanyuan(t->paid_fen, paid),
          money_wanyuan(t->unpaid_fen, unpaid));
  if (t->per_head_known_case) fprintf(out, "，人均 %s 元", money_yuan(t->per_head_fen, head_text));
  fprintf(out, "。本年累计吸纳 %d 人，实发 %s 万元。</p>\n", t->cumulative_absorbed_count, money_wanyuan(t->cumulative_paid_fen, paid));
  fprintf(out, "<p class=en>%d projects, %d people counted once across units, paid %s of %s (10,000 yuan).</p>\n", t->project_count,
          t->absorbed_count, money_wanyuan(t->paid_fen, paid), due);
}

static void exception_table(FILE *out, const Workrelief__ConsolidatedReport *r) {
  fputs("<h2 id=exceptions>异常</h2>", out);
  if (!r->n_exceptions) {
    fputs("<p>本季没有异常。</p>\n", out);
    return;
  }
  fputs("<table><tr><th>异常</th><th>单位</th><th>项目</th><th>单位说明</th></tr>\n", out);
  for (size_t i = 0; i < r->n_exceptions; i++) {
    const Workrelief__ConsolidatedException *e = r->exceptions[i];
    fputs("<tr>", out);
    page_cell(out, exception_word(e->exception_rule));
    page_cell(out, e->unit_name);
    page_cell(out, e->project_code);
    page_cell(out, e->line_note);
    fputs("</tr>\n", out);
  }
  fputs("</table>\n", out);
}

/* What went up of it, and whether it still holds; and who is late or missing beneath the units that report here. */
static void level_notes(FILE *out, const Workrelief__ConsolidatedReport *r) {
  if (r->sent_up) {
    fputs("<p class=answer>已向上级报送 ", out);
    page_text(out, r->sent_up->report_code);
    fprintf(out, "（据第 %d 次汇总）。%s</p>\n<p class=en>Sent up as ", r->sent_up->consolidation_number,
            r->sent_up->is_overtaken ? "此后下级季报有变动：请重新汇总并更正上报。" : "");
    page_text(out, r->sent_up->report_code);
    fprintf(out, ", of consolidation %d.%s</p>\n", r->sent_up->consolidation_number,
            r->sent_up->is_overtaken ? " Reports beneath have changed since: consolidate again and restate it." : "");
  }
  const Workrelief__LevelCounts *c = r->level_counts;
  if (!c || c->expected_count == r->expected_count) return;
  fprintf(out, "<h2 id=below>下级各级</h2><p>连同下级共 %d 家基层单位应报，%d 家已接受，%d 家逾期，%d 家未报。", c->expected_count, c->accepted_count,
          c->late_count, c->missing_count);
  for (size_t i = 0; i < r->n_units_below; i++) {
    fputs(i ? "、" : "下级逾期、未报：", out);
    page_text(out, r->units_below[i]->unit_name);
  }
  if (r->unit_below_count > (int32_t)r->n_units_below) fprintf(out, "等 %d 家", r->unit_below_count);
  fprintf(out, "</p>\n<p class=en>%d base units in all, %d accepted, %d late, %d missing.</p>\n", c->expected_count, c->accepted_count, c->late_count,
          c->missing_count);
}

static void consolidated(FILE *out, const Workrelief__ConsolidatedReport *r) {
  summary(out, r);
  if (!r->summary) return;
  level_notes(out, r);
  page_totals(out, r);
  exception_table(out, r);
  page_lines(out, r);
}

void page_report(FILE *out, const Workrelief__Completeness *completeness, const Workrelief__ConsolidatedReport *report,
                 const Workrelief__QuarterPage *quarters) {
  head(out, "本季报送情况");
  navigation(out, quarters);
  fputs("<h1>本季报送情况</h1>\n", out);
  answer(out, completeness);
  unit_table(out, completeness);
  if (report)
    consolidated(out, report);
  else
    fputs("<h2 id=totals>汇总</h2><p>本季度尚未汇总：协调机制办公室接受季报后汇总，结果会出现在这里。</p>\n", out);
  fputs("<footer>人数按人员标识跨单位去重；1–2 人的数不公开显示。金额单位万元，四舍五入。"
        "<br>People are counted once across units; counts of 1 and 2 are not shown.</footer></body></html>\n",
        out);
}

void page_notice(FILE *out, const char *title, const char *zh, const char *en) {
  head(out, title);
  fputs("<h1>", out);
  page_text(out, title);
  fputs("</h1><p class=answer>", out);
  page_text(out, zh);
  fputs("</p><p class=en>", out);
  page_text(out, en);
  fputs("</p></body></html>\n", out);
}
