/* year_text.c - 年度专题报告 as the office sends it: the sentences of a year's frozen facts. The same facts always read the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/money.h"
#include "common/pb/table.h"
#include "services/gateway/year.h"

struct writing {
  struct arena *arena;
  FILE *out;
  const Workrelief__YearReport *report;
  const Workrelief__YearFacts *facts;
};

static void put_date(FILE *out, const char *date) {
  long year = strtol(date, NULL, 10), month = strlen(date) == 10 ? strtol(date + 5, NULL, 10) : 0, day = month ? strtol(date + 8, NULL, 10) : 0;
  if (day) fprintf(out, "%ld年%ld月%ld日", year, month, day);
}

static const char *quarter_words(struct arena *arena, const char *quarter) {
  static const char *const numbers[] = {"一", "二", "三", "四"};
  const char *text = strlen(quarter) == 6 ? arena_printf(arena, "%.4s年第%s季度", quarter, numbers[(quarter[5] - '1') & 3]) : quarter;
  return text ? text : quarter;
}

/* A list goes into the facts as far as its share of a message reaches. */
static void put_rest(const struct writing *writing, size_t told, int count) {
  if ((size_t)count > told) fprintf(writing->out, "　　其余%zu项从略。\n", (size_t)count - told);
}

/* The Chinese label of an enum value of a report line. */
static const char *label(struct arena *arena, const char *field_name, const char *value) {
  const message_field *field = pb_field(&workrelief__report_line__descriptor, field_name);
  message *carrier = pb_new(arena, &workrelief__report_line__descriptor);
  if (!carrier || !*value || strcmp(value, "UNSPECIFIED") == 0 || !pb_put_text(arena, carrier, field, value)) return "其他";
  return table_get_cell(arena, carrier, field, 0);
}

static void put_note(const struct writing *writing, const char *note) {
  if (*note) fprintf(writing->out, "　　%s\n", note);
}

/* --- head, and the year as a whole ------------------------------------------------------------------------------------------------------- */

static void put_head(const struct writing *writing) {
  FILE *out = writing->out;
  const Workrelief__YearFacts *facts = writing->facts;
  fprintf(out, "关于%d年以工代赈工作情况的专题报告\n", facts->report_year);
  if (*writing->report->document_no) fprintf(out, "%s\n", writing->report->document_no);
  fputc('\n', out);
  for (size_t i = 0; i < facts->n_recipients; i++) fprintf(out, "%s%s", i ? "、" : "", facts->recipients[i]->recipient_name);
  fprintf(out, "：\n　　现将%d年以工代赈工作情况报告如下（数据截至", facts->report_year);
  put_date(out, facts->as_of_date);
  fputs("）。\n", out);
  if (*writing->report->revise_reason) fprintf(out, "　　本报告为更正稿：%s\n", writing->report->revise_reason);
}

/* "比上年增加12.34%", half up. Where nothing was there is no share. */
static void put_growth(FILE *out, int64_t now, int64_t before) {
  if (now == before)
    fputs("与上年持平", out);
  else if (before <= 0)
    fputs("上年为零", out);
  else {
    long long share = ratio_bp(now > before ? now - before : before - now, before);
    fprintf(out, "比上年%s%lld.%02lld%%", now > before ? "增加" : "减少", share / 100, share % 100);
  }
}

static void put_year_on_year(const struct writing *writing) {
  const Workrelief__YearTotal *now = writing->facts->whole, *before = writing->facts->former_whole;
  FILE *out = writing->out;
  if (!before) {
    fputs("　　上年没有季报汇总，不作同比。\n", out);
    return;
  }
  fputs("　　吸纳务工人数", out);
  put_growth(out, now->absorbed_count, before->absorbed_count);
  fputs("，应发劳务报酬", out);
  put_growth(out, now->due_fen, before->due_fen);
  fputs("，已发劳务报酬", out);
  put_growth(out, now->paid_fen, before->paid_fen);
  if (writing->facts->former_quarter_count < 4 || writing->facts->n_quarters < 4)
    fprintf(out, "（上年汇总%d个季度，本年汇总%zu个季度，口径不同）", writing->facts->former_quarter_count, writing->facts->n_quarters);
  fputs("。\n", out);
}

static void put_total(FILE *out, const Workrelief__YearTotal *total) {
  char text[MONEY_TEXT_SIZE];
  fprintf(out, "项目%d个，已开工%d个", total->project_count, total->started_count);
  if (total->total_investment_known_case) fprintf(out, "，总投资%s万元", money_wanyuan(total->total_investment_fen, text));
  if (total->total_investment_unknown_count) fprintf(out, "（%d个项目未公布总投资，未计入）", total->total_investment_unknown_count);
  fprintf(out, "，吸纳务工%d人", total->absorbed_count);
  fprintf(out, "，应发劳务报酬%s万元", money_wanyuan(total->due_fen, text));
  fprintf(out, "，已发%s万元", money_wanyuan(total->paid_fen, text));
}

static void put_whole(const struct writing *writing) {
  const Workrelief__YearTotal *whole = writing->facts->whole;
  FILE *out = writing->out;
  char text[MONEY_TEXT_SIZE];
  fputs("\n一、总体情况\n", out);
  if (!whole) {
    fputs("　　本年没有计入汇总的项目。\n", out);
  } else {
    fputs("　　全年纳入统计的", out);
    put_total(out, whole);
    if (whole->per_head_known_case) fprintf(out, "，人均%s元", money_yuan(whole->per_head_fen, text));
    if (!whole->parts_unknown)
      fprintf(out, "。务工人员中当地%d人、女性%d人、重点群体%d人", whole->local_count, whole->female_count, whole->priority_count);
    fprintf(out, "，投入%lld.%02lld个工日", (long long)(whole->day_hundredths / 100), (long long)(whole->day_hundredths % 100));
    if (whole->dividend_fen) fprintf(out, "；资产折股量化分红%s万元", money_wanyuan(whole->dividend_fen, text));
    fputs("。同一人全年只计一次。\n", out);
    put_year_on_year(writing);
  }
  for (size_t i = 0; i < writing->facts->n_by_field; i++) {
    fprintf(out, "　　%s：", label(writing->arena, "field", writing->facts->by_field[i]->total_key));
    put_total(out, writing->facts->by_field[i]);
    fputs("。\n", out);
  }
  put_note(writing, writing->report->summary_note);
}

/* --- who reported ------------------------------------------------------------------------------------------------------------------------- */

static void put_quarters(const struct writing *writing) {
  FILE *out = writing->out;
  char text[MONEY_TEXT_SIZE];
  fputs("\n二、季度报送情况\n", out);
  for (size_t i = 0; i < writing->facts->n_quarters; i++) {
    const Workrelief__YearQuarter *quarter = writing->facts->quarters[i];
    fprintf(out, "　　%s（第%d次汇总）：应报%d家，采用%d家，迟报%d家，未报%d家；吸纳务工%d人", quarter_words(writing->arena, quarter->quarter),
            quarter->consolidation_number, quarter->expected_count, quarter->accepted_count, quarter->late_count, quarter->missing_count,
            quarter->absorbed_count);
    fprintf(out, "，已发劳务报酬%s万元。\n", money_wanyuan(quarter->paid_fen, text));
  }
  fprintf(out, "　　定点联系单位应就清单项目逐季报送本级党委、政府和上级对口部门，应报%d项次，已报齐%d项次。\n", writing->facts->contact_due_count,
          writing->facts->contact_done_count);
  for (size_t i = 0; i < writing->facts->n_contact_reports; i++) {
    const Workrelief__YearContactReport *one = writing->facts->contact_reports[i];
    if (one->report && *one->report->report_note)
      fprintf(out, "　　%s，%s：%s\n", quarter_words(writing->arena, one->quarter), one->report->project_name, one->report->report_note);
  }
}

static void put_practice(const struct writing *writing) {
  FILE *out = writing->out;
  fprintf(out, "\n三、经验做法\n　　全年总结推广典型案例%d个。\n", writing->facts->model_case_count);
  for (size_t i = 0; i < writing->facts->n_model_cases; i++) {
    const Workrelief__ModelCase *one = writing->facts->model_cases[i];
    fprintf(out, "　　《%s》（%s，", one->case_title, one->project_name);
    put_date(out, one->published_date);
    fprintf(out, "）：%s\n", one->practice_note);
  }
  put_rest(writing, writing->facts->n_model_cases, writing->facts->model_case_count);
  put_note(writing, writing->report->practice_note);
}

/* --- what is wrong -------------------------------------------------------------------------------------------------------------------------- */

static void put_lacking(const struct writing *writing) {
  FILE *out = writing->out;
  for (size_t i = 0; i < writing->facts->n_missing_quarters; i++)
    fprintf(out, "　　%s尚未汇总。\n", quarter_words(writing->arena, writing->facts->missing_quarters[i]));
  for (size_t i = 0; i < writing->facts->n_quarters; i++)
    if (writing->facts->quarters[i]->overtaken_count)
      fprintf(out, "　　%s汇总之后又有%d家单位的季报变动，未计入。\n", quarter_words(writing->arena, writing->facts->quarters[i]->quarter),
              writing->facts->quarters[i]->overtaken_count);
  for (size_t i = 0; i < writing->facts->n_units; i++) {
    const Workrelief__YearUnit *unit = writing->facts->units[i];
    fprintf(out, "　　%s：", unit->unit_name);
    if (unit->late_count) fprintf(out, "迟报%d次", unit->late_count);
    for (size_t n = 0; n < unit->n_missing_quarters; n++)
      fprintf(out, "%s%s未报", n || unit->late_count ? "，" : "", quarter_words(writing->arena, unit->missing_quarters[n]));
    fputs("。\n", out);
  }
  put_rest(writing, writing->facts->n_units, writing->facts->lacking_unit_count);
}

static void put_arrears(const struct writing *writing) {
  const Workrelief__YearFacts *facts = writing->facts;
  FILE *out = writing->out;
  char text[MONEY_TEXT_SIZE];
  fprintf(out, "　　检查发现问题%d项，已整改%d项；逾期未整改%d项。\n", facts->whole ? facts->whole->finding_count : 0,
          facts->whole ? facts->whole->rectified_count : 0, facts->overdue_finding_count);
  for (size_t i = 0; i < facts->n_findings; i++)
    fprintf(out, "　　逾期未整改：%s（%s），逾期%d天。\n", facts->findings[i]->finding_note, facts->findings[i]->project_code,
            facts->findings[i]->overdue_days);
  put_rest(writing, facts->n_findings, facts->overdue_finding_count);
  fprintf(out, "　　欠发劳务报酬的项目%d个，欠发%s万元。\n", facts->arrears_project_count, money_wanyuan(facts->arrears_fen, text));
  for (size_t i = 0; i < facts->n_arrears; i++)
    fprintf(out, "　　欠发：%s，%d人，%s万元。\n", facts->arrears[i]->project_name, facts->arrears[i]->worker_count,
            money_wanyuan(facts->arrears[i]->owed_fen, text));
  put_rest(writing, facts->n_arrears, facts->arrears_project_count);
}

static void put_problems(const struct writing *writing) {
  const Workrelief__YearFacts *facts = writing->facts;
  FILE *out = writing->out;
  fputs("\n四、存在问题\n", out);
  put_lacking(writing);
  put_arrears(writing);
  for (size_t i = 0; i < facts->n_items; i++) {
    fprintf(out, "　　议定事项逾期：%s：%s（应于", facts->items[i]->unit_name, facts->items[i]->item_note);
    put_date(out, facts->items[i]->due_date);
    fprintf(out, "前办结，已逾期%d天）。\n", facts->items[i]->late_days);
  }
  for (size_t i = 0; i < facts->n_missing_lists; i++)
    fprintf(out, "　　%s未报送%d年度项目清单%s。\n", facts->missing_lists[i]->unit_name, facts->report_year,
            facts->missing_lists[i]->is_late ? "，已逾期" : "");
  put_note(writing, writing->report->problem_note);
}

/* --- plan and evaluation ---------------------------------------------------------------------------------------------------------------------- */

/* As the year's own totals name it; the plan knows units by their ids. */
static const char *unit_name(const struct writing *writing, const char *unit_id) {
  for (size_t i = 0; i < writing->facts->n_by_unit; i++)
    if (strcmp(writing->facts->by_unit[i]->total_key, unit_id) == 0) return writing->facts->by_unit[i]->total_name;
  return unit_id;
}

static void put_plan(const struct writing *writing, const Workrelief__YearDataset *plan) {
  FILE *out = writing->out;
  char text[MONEY_TEXT_SIZE];
  if (!plan || !plan->plan_entry_count) {
    fprintf(out, "　　%d年度清单尚无项目。\n", plan ? plan->report_year : writing->facts->report_year + 1);
    return;
  }
  fprintf(out, "　　%d年度清单项目%d个，总投资%s万元", plan->report_year, plan->plan_entry_count, money_wanyuan(plan->plan_investment_fen, text));
  fprintf(out, "，计划发放劳务报酬%s万元。\n", money_wanyuan(plan->plan_pay_fen, text));
  for (size_t i = 0; i < plan->n_plan_totals; i++) {
    const Workrelief__PlanTotal *total = plan->plan_totals[i];
    const message_field *field = pb_field(&workrelief__plan_total__descriptor, "field");
    fprintf(out, "　　%s（%s）：%d个项目，预计吸纳%d人。\n", table_get_cell(writing->arena, &total->base, field, 0),
            unit_name(writing, total->bureau_unit_id), total->entry_count, total->expected_workers);
  }
}

static void put_assessment(const struct writing *writing) {
  const Workrelief__Assessment *assessment = writing->facts->dataset ? writing->facts->dataset->assessment : NULL;
  FILE *out = writing->out;
  fputs("\n五、年度计划、清单和总结评估\n", out);
  put_plan(writing, writing->facts->dataset);
  if (!assessment) {
    fprintf(out, "　　%d年度评估尚未公布。\n", writing->facts->report_year);
    return;
  }
  fprintf(out, "　　%d年度评估（第%d版）参评%d家，列入排名%d家。\n", assessment->assessment_year, assessment->version_number,
          assessment->subject_count, assessment->ranked_count);
  for (size_t i = 0; i < assessment->n_subjects; i++) {
    const Workrelief__AssessmentSubject *subject = assessment->subjects[i];
    if (subject->rank_known_case)
      fprintf(out, "　　第%d名　%s　%d.%02d分。\n", subject->rank_place, subject->unit_name, subject->total_score / 100, subject->total_score % 100);
  }
}

static void put_next(const struct writing *writing) {
  fputs("\n六、下年度计划\n", writing->out);
  put_plan(writing, writing->facts->next_plan);
  put_note(writing, writing->report->plan_note);
  fprintf(writing->out, "\n%s\n", writing->facts->issuer_name);
  if (!*writing->report->issued_date) return;
  put_date(writing->out, writing->report->issued_date);
  fputc('\n', writing->out);
}

char *year_text(struct arena *arena, const Workrelief__YearReport *report) {
  char *text = NULL, *kept = NULL;
  size_t length = 0;
  struct writing writing = {.arena = arena, .out = open_memstream(&text, &length), .report = report, .facts = report->facts};
  if (!writing.out) return NULL;
  put_head(&writing);
  put_whole(&writing);
  put_quarters(&writing);
  put_practice(&writing);
  put_problems(&writing);
  put_assessment(&writing);
  put_next(&writing);
  if (fclose(writing.out) == 0) kept = arena_strndup(arena, text, length);
  free(text);
  return kept;
}
