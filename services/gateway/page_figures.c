/* page_figures.c - see page_figures.h. Money in 万元 with two decimals; what is not known is "—" and never 0, a sum in which some is missing "≥". */
#include "services/gateway/page_figures.h"

#include <inttypes.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/attribute.h"
#include "common/base/money.h"
#include "common/pb/table.h"
#include "services/gateway/page.h"

#define SMALL_CELL 3 /* counts of 1 and 2 are not shown in public tables (PIPL art. 73) */
#define WORDS_ARENA ((size_t)1 << 20)

enum figure_kind { COUNT, PEOPLE, WANYUAN, YUAN, DAYS, SHARE, RATIO, LABEL, YES_NO };
struct figure {
  const char *block, *field, *zh, *en;
  enum figure_kind kind;
  const char *unknown; /* beside the field: how many projects are missing in the sum; NULL = none can be */
};
#define BLOCK(id, zh, en) {#id, zh, en},
static const struct {
  const char *id, *zh, *en;
} blocks[] = {
#include "services/gateway/figures.def"
};
#define TOTAL(block, field, zh, en, kind, sheet, unknown) {#block, field, zh, en, kind, unknown},
static const struct figure total_figures[] = {
#include "services/gateway/figures.def"
};
#define LINE(block, field, zh, en, kind) {#block, field, zh, en, kind, NULL},
static const struct figure line_figures[] = {
#include "services/gateway/figures.def"
};
#define SOURCE(field, zh, en, kind) {"SOURCES", field, zh, en, kind, NULL},
static const struct figure source_figures[] = {
#include "services/gateway/figures.def"
};

/* --- cells ------------------------------------------------------------------------------------------------------------------------- */

/* Ratio, its floor and the distance; a dot strip from 0 to 100 % with the floor as a line. */
static void ratio_cell(FILE *out, int64_t ratio_bp, const message *line) {
  char ratio[MONEY_TEXT_SIZE], floor_text[MONEY_TEXT_SIZE], distance[MONEY_TEXT_SIZE];
  const message_field *field = pb_field(line->descriptor, "floor_bp");
  int64_t floor_bp = pb_get_int(line, field, 0);
  if (!pb_count(line, field)) {
    fprintf(out, "<td class=n>%s</td>", ratio_text(ratio_bp, ratio));
    return;
  }
  bool low = ratio_bp < floor_bp;
  fprintf(out,
          "<td class=\"n%s\">%s%s（≥ %s，%s%s）<svg width=100 height=10 role=img><line x1=0 x2=100 y1=5 y2=5 stroke=#bbb />"
          "<line x1=%" PRId64 " x2=%" PRId64 " y1=0 y2=10 stroke=#555 /><circle cx=%" PRId64 " cy=5 r=4 fill=%s /></svg></td>",
          low ? " low" : "", low ? "■ " : "", ratio_text(ratio_bp, ratio), ratio_text(floor_bp, floor_text), low ? "−" : "+",
          ratio_text(low ? floor_bp - ratio_bp : ratio_bp - floor_bp, distance), floor_bp / 100, floor_bp / 100,
          ratio_bp > 10000 ? 100 : ratio_bp / 100, low ? "#a11" : "#1f6f43");
}

/* MONEY_TEXT_SIZE holds each of them. */
static const char *number(enum figure_kind kind, int64_t value, char *text) {
  switch (kind) {
    case WANYUAN: return money_wanyuan(value, text);
    case YUAN: return money_yuan(value, text);
    case SHARE:
    case RATIO: return ratio_text(value, text);
    case DAYS: snprintf(text, MONEY_TEXT_SIZE, "%" PRId64 ".%02" PRId64, value / 100, value % 100); return text;
    case COUNT:
    case PEOPLE:
    case LABEL:
    case YES_NO: break;
  }
  snprintf(text, MONEY_TEXT_SIZE, "%" PRId64, value);
  return text;
}

static void number_cell(FILE *out, const struct figure *figure, int64_t value, int64_t missing) {
  char text[MONEY_TEXT_SIZE];
  if (figure->kind == PEOPLE && value > 0 && value < SMALL_CELL)
    fputs("<td class=n>&lt;3</td>", out);
  else if (missing)
    fprintf(out, "<td class=n>≥ %s <span class=en>(+%" PRId64 ")</span></td>", number(figure->kind, value, text), missing);
  else
    fprintf(out, "<td class=n>%s</td>", number(figure->kind, value, text));
}

static void figure_cell(FILE *out, struct arena *words, const struct figure *figure, const message *source) {
  const message_field *field;
  const message *holder = pb_find(source, figure->field, &field);
  if (!holder || (pb_is_nullable(field) && !pb_count(holder, field))) {
    fputs("<td class=n>—</td>", out);
    return;
  }
  int64_t value = figure->kind == LABEL ? 0 : pb_get_int(holder, field, 0);
  if (figure->kind == LABEL)
    page_cell(out, pb_count(holder, field) ? table_get_cell(words, holder, field, 0) : "");
  else if (figure->kind == YES_NO)
    fputs(value ? "<td>是</td>" : "<td>否</td>", out);
  else if (figure->kind == RATIO)
    ratio_cell(out, value, holder);
  else
    number_cell(out, figure, value, figure->unknown ? pb_get_int(holder, pb_field(holder->descriptor, figure->unknown), 0) : 0);
}

/* --- a subject's table ---------------------------------------------------------------------------------------------------------------- */

struct subject {
  const char *block;
  const struct figure *figures;
  size_t count;
};

static size_t width_of(const struct subject *subject) {
  size_t width = 0;
  for (size_t i = 0; i < subject->count; i++) width += strcmp(subject->figures[i].block, subject->block) == 0;
  return width;
}

static void head_cells(FILE *out, const struct subject *subject) {
  for (size_t i = 0; i < subject->count; i++) {
    const struct figure *figure = &subject->figures[i];
    if (strcmp(figure->block, subject->block) != 0) continue;
    bool is_word = figure->kind == LABEL || figure->kind == YES_NO;
    fprintf(out, "<th%s>%s%s</th>", is_word ? "" : " class=n", figure->zh, figure->kind == WANYUAN ? "<span class=unit>(万元)</span>" : "");
  }
  fputs("</tr></thead>\n", out);
}

static void row_cells(FILE *out, struct arena *words, const struct subject *subject, const message *source) {
  for (size_t i = 0; i < subject->count; i++)
    if (strcmp(subject->figures[i].block, subject->block) == 0) figure_cell(out, words, &subject->figures[i], source);
  fputs("</tr>\n", out);
}

static void title(FILE *out, const char *id, const char *zh, const char *en) {
  fprintf(out, "<h2 id=%s>%s <span class=en>%s</span></h2>\n<table class=figures><thead><tr>", id, zh, en);
}

/* --- totals ----------------------------------------------------------------------------------------------------------------------------- */

static const char *const field_words[] = {"未分类", "交通", "水利", "能源", "农业农村", "城镇建设", "生态建设（自然资源）", "灾后恢复重建"};
static const char *const track_words[] = {"未分类", "专项资金项目", "农推", "重推"};
static const char *const list_words[] = {"专项资金（不列清单）", "重推清单", "农推清单", "采取以工代赈方式清单"};
static const char *const level_words[] = {"专项资金（不列清单）", "国家级", "省级", "市级", "区级"};

/* The number of an enum value by its name, as it stands in a total's key. */
static const char *key_word(const char *const *words, size_t count, const ProtobufCEnumDescriptor *type, const char *key) {
  const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value_by_name(type, key);
  return value && value->value >= 0 && (size_t)value->value < count ? words[value->value] : words[0];
}

struct part {
  const char *title;
  const char *const *words; /* NULL: units by their name, places by their code */
  size_t word_count;
  const ProtobufCEnumDescriptor *type;
  Workrelief__Total **totals;
  size_t count;
};

static const char *total_name(const Workrelief__ConsolidatedReport *report, const struct part *part, const Workrelief__Total *total) {
  if (part->words) return key_word(part->words, part->word_count, part->type, total->total_key);
  for (size_t i = 0; total->total_kind == WORKRELIEF__TOTAL_KIND__VALUE__UNIT && i < report->n_units; i++)
    if (strcmp(report->units[i]->unit_id, total->total_key) == 0) return report->units[i]->unit_name;
  return strcmp(total->total_key, "UNSPECIFIED") == 0 ? "其他" : total->total_key;
}

static void total_row(FILE *out, const struct subject *subject, const char *name, const Workrelief__Total *total, const char *style) {
  fprintf(out, "<tr class=%s>", style);
  page_cell(out, name);
  row_cells(out, NULL, subject, &total->base);
}

/* What the signs in the table of money leave open. */
static void money_note(FILE *out, const Workrelief__Total *all) {
  if (all->total_investment_unknown_count)
    fprintf(out,
            "<p class=note>总投资：另有 %d 个项目未公布总投资，未计入（≥ 后的 (+N) 为各行未公布的项目数，— 为全部未公布）。"
            "这些项目的财政资金仍计入“财政资金”，所以财政资金可能大于总投资。<br>%d of the projects published no total investment and are not in it "
            "(+N: how many of a row; —: all of them). Their fiscal money is counted all the same and may exceed the investment shown.</p>\n",
            all->total_investment_unknown_count, all->total_investment_unknown_count);
  if (all->fiscal_unknown_count)
    fprintf(out, "<p class=note>财政资金：另有 %d 个项目未登记资金来源，未计入。<br>No source of money is on record for %d of the projects.</p>\n",
            all->fiscal_unknown_count, all->fiscal_unknown_count);
}

static void subject_totals(FILE *out, const struct subject *subject, const Workrelief__ConsolidatedReport *report, const struct part *parts,
                           size_t part_count) {
  fputs("<th>范围</th>", out);
  head_cells(out, subject);
  total_row(out, subject, "合计", report->summary, "total");
  for (size_t p = 0; p < part_count; p++) {
    if (parts[p].count) fprintf(out, "<tr class=part><th colspan=%zu>%s</th></tr>\n", width_of(subject) + 1, parts[p].title);
    for (size_t i = 0; i < parts[p].count; i++) total_row(out, subject, total_name(report, &parts[p], parts[p].totals[i]), parts[p].totals[i], "row");
  }
  fputs("</table>\n", out);
}

/* Which of the priority groups the people are of; who is of two stands in both. */
static void group_table(FILE *out, struct arena *words, const Workrelief__TotalFigures *figures) {
  static const struct figure people = {"", "worker_count", "", "", PEOPLE, NULL};
  if (!figures || !figures->n_groups) return;
  fputs("<table class=figures><thead><tr><th>重点群体（去重，一人可属多类）</th><th class=n>吸纳务工(人)</th></tr></thead>\n", out);
  for (size_t i = 0; i < figures->n_groups; i++) {
    const message *group = &figures->groups[i]->base;
    fputs("<tr>", out);
    page_cell(out, table_get_cell(words, group, pb_field(group->descriptor, "priority_group"), 0));
    figure_cell(out, words, &people, group);
    fputs("</tr>\n", out);
  }
  fputs("</table>\n", out);
}

static void source_table(FILE *out, struct arena *words, const Workrelief__ConsolidatedReport *report) {
  static const struct subject subject = {"SOURCES", source_figures, ARRAY_LENGTH(source_figures)};
  Workrelief__FundShare share = WORKRELIEF__FUND_SHARE__INIT;
  const message_field *field = pb_field(share.base.descriptor, "fund_source");
  if (!report->n_by_fund_source) return;
  title(out, "block-SOURCES", "按资金来源", "by source of money");
  fputs("<th>资金来源</th>", out);
  head_cells(out, &subject);
  for (size_t i = 0; i < report->n_by_fund_source; i++) {
    const Workrelief__Total *total = report->by_fund_source[i];
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value_by_name(&workrelief__fund_source__value__descriptor, total->total_key);
    share.fund_source = value ? (Workrelief__FundSource__Value)value->value : WORKRELIEF__FUND_SOURCE__VALUE__UNSPECIFIED;
    total_row(out, &subject, pb_count(&share.base, field) ? table_get_cell(words, &share.base, field, 0) : "其他", total, "row");
  }
  fputs("</table>\n<p class=note>有多个资金来源的项目在各来源下都列出其全部数据，资金只列该来源的份额；各行不可相加。</p>\n", out);
}

void page_totals(FILE *out, const Workrelief__ConsolidatedReport *report) {
  const struct part parts[] = {
      {"按建设领域", field_words, ARRAY_LENGTH(field_words), &workrelief__field_of_work__value__descriptor, report->by_field, report->n_by_field},
      {"按类别", track_words, ARRAY_LENGTH(track_words), &workrelief__track__value__descriptor, report->by_track, report->n_by_track},
      {"按清单", list_words, ARRAY_LENGTH(list_words), &workrelief__list_kind__value__descriptor, report->by_list_kind, report->n_by_list_kind},
      {"按清单级别", level_words, ARRAY_LENGTH(level_words), &workrelief__list_level__value__descriptor, report->by_list_level,
       report->n_by_list_level},
      {"按所在地", NULL, 0, NULL, report->by_township, report->n_by_township},
      {"按单位", NULL, 0, NULL, report->by_unit, report->n_by_unit}};
  struct arena words;
  arena_init(&words, WORDS_ARENA);
  for (size_t b = 0; b < ARRAY_LENGTH(blocks); b++) {
    const struct subject subject = {blocks[b].id, total_figures, ARRAY_LENGTH(total_figures)};
    char id[64];
    snprintf(id, sizeof id, "block-%s", blocks[b].id);
    title(out, id, blocks[b].zh, blocks[b].en);
    subject_totals(out, &subject, report, parts, ARRAY_LENGTH(parts));
    if (strcmp(blocks[b].id, "PROJECTS") == 0) money_note(out, report->summary);
    if (strcmp(blocks[b].id, "PEOPLE") == 0) group_table(out, &words, report->summary->figures);
  }
  source_table(out, &words, report);
  arena_reset(&words);
}

/* --- projects --------------------------------------------------------------------------------------------------------------------------- */

/* Who is who: the number by which the tables behind it name a project. */
static void project_names(FILE *out, const Workrelief__ConsolidatedReport *report) {
  fputs(
      "<h2 id=projects>各项目 <span class=en>金额：万元</span></h2>\n<table class=figures><thead><tr><th class=n>序号</th><th>单位</th><th>项目</th>"
      "<th>说明</th></tr></thead>\n",
      out);
  for (size_t i = 0; i < report->n_lines; i++) {
    const Workrelief__ReportLine *line = report->lines[i]->line;
    if (!line) continue;
    fprintf(out, "<tr><td class=n>%zu</td>", i + 1);
    page_cell(out, report->lines[i]->unit_name);
    fputs("<td>", out);
    page_text(out, line->project_name);
    fputs("<br><span class=en>", out);
    page_text(out, line->project_code);
    fputs("</span></td>", out);
    page_cell(out, line->line_note);
    fputs("</tr>\n", out);
  }
  fputs("</table>\n", out);
  if ((size_t)report->line_count > report->n_lines) fprintf(out, "<p>共 %d 个项目，此处列出前 %zu 个。</p>\n", report->line_count, report->n_lines);
}

void page_lines(FILE *out, const Workrelief__ConsolidatedReport *report) {
  if (!report->n_lines) {
    fputs("<h2 id=projects>各项目</h2><p>已接受的季报中没有项目；接受季报并重新汇总后，项目会列在这里。</p>\n", out);
    return;
  }
  struct arena words;
  arena_init(&words, WORDS_ARENA);
  project_names(out, report);
  for (size_t b = 0; b < ARRAY_LENGTH(blocks); b++) {
    const struct subject subject = {blocks[b].id, line_figures, ARRAY_LENGTH(line_figures)};
    char id[64];
    snprintf(id, sizeof id, "lines-%s", blocks[b].id);
    title(out, id, blocks[b].zh, "各项目");
    fputs("<th class=n>序号</th><th>项目</th>", out);
    head_cells(out, &subject);
    for (size_t i = 0; i < report->n_lines; i++) {
      const Workrelief__ReportLine *line = report->lines[i]->line;
      if (!line) continue;
      fprintf(out, "<tr><td class=n>%zu</td>", i + 1);
      page_cell(out, line->project_name);
      row_cells(out, &words, &subject, &line->base);
      arena_reset(&words); /* the words of one row */
    }
    fputs("</table>\n", out);
  }
  arena_reset(&words);
}
