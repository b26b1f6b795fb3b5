/* page.c - see page.h. Sentence first, then the tables that prove it (the form is the offices': money in 万元, signs beside colours). */
#include "services/gateway/page.h"

#include <inttypes.h>
#include <string.h>

#include "common/base/attribute.h"
#include "common/base/clock.h"
#include "common/base/money.h"

const char page_style[] =
    "body{font:14px/1.5 \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft YaHei\",SimSun,sans-serif;margin:24px auto;max-width:1240px;"
    "padding:0 16px;color:#1a1a1a;background:#fff}\n"
    "h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 6px;border-bottom:1px solid #ccc}\n"
    ".en,.note{color:#666;font-size:13px}.answer{font-size:17px;margin:10px 0}nav a{margin-right:14px}a{color:#1d4f91}\n"
    "table{border-collapse:collapse;width:100%;margin:6px 0}th,td{border:1px solid #d5d5d5;padding:3px 7px;text-align:left;vertical-align:top}\n"
    "th{background:#f4f4f2;font-weight:600}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td.n,td:first-child{white-space:nowrap}\n"
    ".ok{color:#1f6f43}.late{color:#9a5b00}.missing{color:#a11}.returned{color:#7a3e9d}.low{color:#a11;font-weight:600}\n"
    "tr.total td{font-weight:600;background:#fafaf7}footer{margin-top:28px;color:#666;font-size:13px}svg{display:block}\n"
    "@media print{@page{size:A4 landscape;margin:12mm}nav{display:none}a{color:inherit;text-decoration:none}body{max-width:none}}\n";

#define SMALL_CELL 3 /* counts of 1 and 2 are not shown in public tables (PIPL art. 73) */

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

static const char *const field_words[] = {"未分类", "交通", "水利", "能源", "农业农村", "城镇建设", "生态建设（自然资源）", "灾后恢复重建"};
static const char *const track_words[] = {"未分类", "专项资金项目", "农推", "重推"};
static const char *const list_words[] = {"专项资金（不列清单）", "重推清单", "农推清单", "采取以工代赈方式清单"};
static const char *const level_words[] = {"专项资金（不列清单）", "国家级", "省级", "市级", "区级"};
static const char *const project_words[] = {"", "草拟", "预审", "退回", "已批复", "已发包", "在建", "完工", "已验收", "归档", "停工", "取消"};
static const struct {
  const char *id, *zh;
} exception_words[] = {
#define EXCEPTION(id, zh, en) {#id, zh},
#include "services/gateway/exceptions.def"
#undef EXCEPTION
};

static const char *word(const char *const *words, size_t count, int value) { return value >= 0 && (size_t)value < count ? words[value] : ""; }
#define WORD(words, value) word(words, ARRAY_LENGTH(words), (int)(value))

/* The number of an enum value by its name, as it stands in a total's key. */
static const char *key_word(const char *const *words, size_t count, const ProtobufCEnumDescriptor *type, const char *key) {
  const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value_by_name(type, key);
  return value ? word(words, count, value->value) : words[0];
}

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

static void text_cell(FILE *out, const char *text) {
  fputs("<td>", out);
  page_text(out, text);
  fputs("</td>", out);
}

static void count_cell(FILE *out, int64_t value) { fprintf(out, "<td class=n>%" PRId64 "</td>", value); }

static void people_cell(FILE *out, int64_t value) {
  if (value > 0 && value < SMALL_CELL)
    fputs("<td class=n>&lt;3</td>", out);
  else
    count_cell(out, value);
}

static void money_cell(FILE *out, int64_t fen) {
  char text[MONEY_TEXT_SIZE];
  fprintf(out, "<td class=n>%s</td>", money_wanyuan(fen, text));
}

/* The sum of what is known, and how many projects are missing in it. */
struct open_sum {
  bool known;
  int64_t fen;
  int unknown_count;
};

static struct open_sum investment_of(const Workrelief__Total *t) {
  return (struct open_sum){t->total_investment_known_case != 0, t->total_investment_fen, t->total_investment_unknown_count};
}

static struct open_sum fiscal_of(const Workrelief__Total *t) {
  return (struct open_sum){t->fiscal_known_case != 0, t->fiscal_fen, t->fiscal_unknown_count};
}

static void open_sum_cell(FILE *out, struct open_sum sum) {
  char text[MONEY_TEXT_SIZE];
  if (!sum.known)
    fputs("<td class=n>—</td>", out);
  else if (!sum.unknown_count)
    money_cell(out, sum.fen);
  else
    fprintf(out, "<td class=n>≥ %s <span class=en>(+%d)</span></td>", money_wanyuan(sum.fen, text), sum.unknown_count);
}

static void days_cell(FILE *out, int64_t hundredths) {
  fprintf(out, "<td class=n>%" PRId64 ".%02" PRId64 "</td>", hundredths / 100, hundredths % 100);
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
    text_cell(out, unit->unit_name);
    fprintf(out, "<td class=%s>%s %s</td><td>%s</td>", sign.style, sign.mark, sign.zh, unit->is_zero ? "是" : "");
    text_cell(out, date);
    text_cell(out, unit->report_code);
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

static void total_row(FILE *out, const char *name, const Workrelief__Total *t, const char *style) {
  fprintf(out, "<tr class=%s>", style);
  text_cell(out, name);
  count_cell(out, t->project_count);
  count_cell(out, t->started_count);
  open_sum_cell(out, investment_of(t));
  open_sum_cell(out, fiscal_of(t));
  people_cell(out, t->absorbed_count);
  people_cell(out, t->local_count);
  people_cell(out, t->female_count);
  people_cell(out, t->priority_count);
  days_cell(out, t->day_hundredths);
  money_cell(out, t->due_fen);
  money_cell(out, t->paid_fen);
  money_cell(out, t->unpaid_fen);
  people_cell(out, t->trainee_count);
  people_cell(out, t->cumulative_absorbed_count);
  money_cell(out, t->cumulative_paid_fen);
  fputs("</tr>\n", out);
}

static void total_head(FILE *out, const char *id, const char *title, const char *first) {
  static const char *const heads[] = {"项目", "已开工", "总投资", "财政资金", "吸纳人数", "其中当地",   "女性",      "重点群体",
                                      "工日", "应发",   "实发",   "欠发",     "培训",     "年累计人数", "年累计实发"};
  fprintf(out, "<h2 id=%s>%s <span class=en>金额：万元；人数跨单位去重</span></h2><table><tr><th>%s</th>", id, title, first);
  for (size_t i = 0; i < ARRAY_LENGTH(heads); i++) fprintf(out, "<th class=n>%s</th>", heads[i]);
  fputs("</tr>\n", out);
}

/* Closes a table of totals and says what its signs leave open. */
static void total_end(FILE *out, const Workrelief__Total *all) {
  struct open_sum investment = investment_of(all), fiscal = fiscal_of(all);
  fputs("</table>\n", out);
  if (investment.unknown_count)
    fprintf(out,
            "<p class=note>总投资：另有 %d 个项目未公布总投资，未计入（≥ 后的 (+N) 为各行未公布的项目数，— 为全部未公布）。"
            "这些项目的财政资金仍计入“财政资金”，所以财政资金可能大于总投资。<br>%d of the projects published no total investment and are not in it "
            "(+N: how many of a row; —: all of them). Their fiscal money is counted all the same and may exceed the investment shown.</p>\n",
            investment.unknown_count, investment.unknown_count);
  if (fiscal.unknown_count)
    fprintf(out, "<p class=note>财政资金：另有 %d 个项目未登记资金来源，未计入。<br>No source of money is on record for %d of the projects.</p>\n",
            fiscal.unknown_count, fiscal.unknown_count);
}

struct grouping {
  const char *id, *title, *first;
  const char *const *words;
  size_t word_count;
  const ProtobufCEnumDescriptor *type;
};

static void totals_by(FILE *out, const struct grouping *grouping, Workrelief__Total *const *totals, size_t count, const Workrelief__Total *all) {
  if (!count) return;
  total_head(out, grouping->id, grouping->title, grouping->first);
  for (size_t i = 0; i < count; i++)
    total_row(out, key_word(grouping->words, grouping->word_count, grouping->type, totals[i]->total_key), totals[i], "row");
  total_row(out, "合计", all, "total");
  total_end(out, all);
}

static const char *unit_name(const Workrelief__ConsolidatedReport *r, const char *unit_id) {
  for (size_t i = 0; i < r->n_units; i++)
    if (strcmp(r->units[i]->unit_id, unit_id) == 0) return r->units[i]->unit_name;
  return unit_id;
}

static void totals_by_unit(FILE *out, const Workrelief__ConsolidatedReport *r) {
  if (!r->n_by_unit) return;
  total_head(out, "by-unit", "按单位", "单位");
  for (size_t i = 0; i < r->n_by_unit; i++) total_row(out, unit_name(r, r->by_unit[i]->total_key), r->by_unit[i], "row");
  total_row(out, "合计", r->summary, "total");
  total_end(out, r->summary);
}

/* Ratio, its floor and the distance; a dot strip from 0 to 100 % with the floor as a line. */
static void ratio_cell(FILE *out, const Workrelief__ReportLine *l) {
  char ratio[MONEY_TEXT_SIZE], floor_text[MONEY_TEXT_SIZE], distance[MONEY_TEXT_SIZE];
  if (!l->ratio_known_case || !l->floor_known_case) {
    fputs("<td class=n>不适用</td>", out);
    return;
  }
  bool low = l->ratio_bp < l->floor_bp;
  int64_t apart = low ? l->floor_bp - l->ratio_bp : l->ratio_bp - l->floor_bp;
  fprintf(out,
          "<td class=\"n%s\">%s%s（≥ %s，%s%s）<svg width=100 height=10 role=img><line x1=0 x2=100 y1=5 y2=5 stroke=#bbb />"
          "<line x1=%" PRId64 " x2=%" PRId64 " y1=0 y2=10 stroke=#555 /><circle cx=%" PRId64 " cy=5 r=4 fill=%s /></svg></td>",
          low ? " low" : "", low ? "■ " : "", ratio_text(l->ratio_bp, ratio), ratio_text(l->floor_bp, floor_text), low ? "−" : "+",
          ratio_text(apart, distance), l->floor_bp / 100, l->floor_bp / 100, l->ratio_bp > 10000 ? 100 : l->ratio_bp / 100, low ? "#a11" : "#1f6f43");
}

static void line_row(FILE *out, const Workrelief__ConsolidatedLine *row) {
  const Workrelief__ReportLine *l = row->line;
  if (!l) return;
  fputs("<tr>", out);
  text_cell(out, row->unit_name);
  fputs("<td>", out);
  page_text(out, l->project_name);
  fputs("<br><span class=en>", out);
  page_text(out, l->project_code);
  fprintf(out, "</span></td><td>%s</td><td>%s</td><td>%s</td>", WORD(field_words, l->field), WORD(track_words, l->track),
          WORD(project_words, l->project_state));
  fputs(l->is_counted ? "<td>是</td>" : "<td>否（未列清单）</td>", out);
  people_cell(out, l->absorbed_count);
  days_cell(out, l->day_hundredths);
  money_cell(out, l->due_fen);
  money_cell(out, l->paid_fen);
  money_cell(out, l->cumulative_paid_fen);
  ratio_cell(out, l);
  text_cell(out, l->line_note);
  fputs("</tr>\n", out);
}

static void line_table(FILE *out, const Workrelief__ConsolidatedReport *r) {
  fputs("<h2 id=projects>各项目 <span class=en>金额：万元</span></h2>", out);
  if (!r->n_lines) {
    fputs("<p>已接受的季报中没有项目；接受季报并重新汇总后，项目会列在这里。</p>\n", out);
    return;
  }
  fputs("<table><tr><th>单位</th><th>项目</th><th>领域</th><th>类别</th><th>阶段</th><th>计入合计</th><th class=n>吸纳人数</th><th class=n>工日</th>"
        "<th class=n>应发</th><th class=n>实发</th><th class=n>年累计实发</th><th class=n>报酬占比（下限，差距）</th><th>说明</th></tr>\n",
        out);
  for (size_t i = 0; i < r->n_lines; i++) line_row(out, r->lines[i]);
  fputs("</table>\n", out);
  if ((size_t)r->line_count > r->n_lines) fprintf(out, "<p>共 %d 个项目，此处列出前 %zu 个。</p>\n", r->line_count, r->n_lines);
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
    text_cell(out, exception_word(e->exception_rule));
    text_cell(out, e->unit_name);
    text_cell(out, e->project_code);
    text_cell(out, e->line_note);
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
  static const struct grouping groupings[] = {
      {"by-field", "按建设领域", "领域", field_words, ARRAY_LENGTH(field_words), &workrelief__field_of_work__value__descriptor},
      {"by-track", "按类别", "类别", track_words, ARRAY_LENGTH(track_words), &workrelief__track__value__descriptor},
      {"by-list", "按清单", "清单", list_words, ARRAY_LENGTH(list_words), &workrelief__list_kind__value__descriptor},
      {"by-level", "按清单级别", "级别", level_words, ARRAY_LENGTH(level_words), &workrelief__list_level__value__descriptor}};
  summary(out, r);
  if (!r->summary) return;
  level_notes(out, r);
  totals_by(out, &groupings[0], r->by_field, r->n_by_field, r->summary);
  totals_by(out, &groupings[1], r->by_track, r->n_by_track, r->summary);
  totals_by(out, &groupings[2], r->by_list_kind, r->n_by_list_kind, r->summary);
  totals_by(out, &groupings[3], r->by_list_level, r->n_by_list_level, r->summary);
  totals_by_unit(out, r);
  exception_table(out, r);
  line_table(out, r);
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
