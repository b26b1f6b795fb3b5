/* circular.c - 汇总通报 as the office circulates it: the sentences of a frozen circular. The same rows always read the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/money.h"
#include "gateway.pb-c.h"
#include "services/gateway/frozen.h"
#include "services/gateway/handlers.h"

static const char *exception_words(const char *id) {
  static const struct {
    const char *id, *zh;
  } words[] = {
#define EXCEPTION(id, zh, en) {#id, zh},
#include "services/gateway/exceptions.def"
#undef EXCEPTION
  };
  for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
    if (strcmp(words[i].id, id) == 0) return words[i].zh;
  return id;
}

/* "2026-07-05" as 2026年7月5日. */
static void put_date(FILE *out, const char *date) {
  long year = strtol(date, NULL, 10), month = strlen(date) == 10 ? strtol(date + 5, NULL, 10) : 0, day = month ? strtol(date + 8, NULL, 10) : 0;
  if (day) fprintf(out, "%ld年%ld月%ld日", year, month, day);
}

static void put_quarter(FILE *out, const char *quarter) {
  static const char *const numbers[] = {"一", "二", "三", "四"};
  fprintf(out, "%.4s年第%s季度", quarter, numbers[(quarter[5] - '1') & 3]);
}

static void put_names(FILE *out, char **names, size_t count) {
  for (size_t i = 0; i < count; i++) fprintf(out, "%s%s", i ? "、" : "", names[i]);
}

static void put_head(FILE *out, const Workrelief__Circular *circular) {
  fputs("关于", out);
  put_quarter(out, circular->quarter);
  fputs("以工代赈工作进展情况的通报\n", out);
  if (*circular->document_no) fprintf(out, "%s\n", circular->document_no);
  fputs("\n各成员单位：\n　　现将", out);
  put_quarter(out, circular->quarter);
  fprintf(out, "以工代赈工作进展情况通报如下（据第%d次汇总）。\n", circular->consolidation_number);
}

static void put_unit(FILE *out, const Workrelief__CircularUnit *unit) {
  fprintf(out, "　　第%d名　%s：", unit->rank_number, unit->unit_name);
  if (unit->timeliness == WORKRELIEF__TIMELINESS__VALUE__MISSING) {
    fputs("未报送。\n", out);
    return;
  }
  put_date(out, unit->first_filed_date);
  fputs("报送", out);
  if (unit->is_zero) fputs("零报告", out);
  if (unit->timeliness == WORKRELIEF__TIMELINESS__VALUE__LATE)
    fprintf(out, "，逾期%d天。\n", unit->late_days);
  else
    fputs("，按时。\n", out);
}

static void put_filing(FILE *out, const Workrelief__Circular *circular) {
  fputs("\n一、报送情况\n　　报送截止日为", out);
  put_date(out, circular->due_date);
  if (strcmp(circular->on_time_until_date, circular->due_date) != 0) {
    fputs("（含宽限至", out);
    put_date(out, circular->on_time_until_date);
    fputs("）", out);
  }
  fprintf(out, "。应报%d家，按时报送%d家，逾期报送%d家，未报送%d家；已审定采用%d家。及时性排名如下：\n", circular->expected_count,
          circular->on_time_count, circular->late_count, circular->missing_count, circular->accepted_count);
  for (size_t i = 0; i < circular->n_units; i++) put_unit(out, circular->units[i]);
}

static void put_progress(FILE *out, const Workrelief__Circular *circular) {
  char text[MONEY_TEXT_SIZE];
  fprintf(out, "\n二、工作进展\n　　纳入统计的项目%d个，已开工%d个", circular->project_count, circular->started_count);
  if (circular->total_investment_known_case) {
    fprintf(out, "，总投资%s万元", money_wanyuan(circular->total_investment_fen, text));
    if (circular->total_investment_unknown_count) fprintf(out, "（另有%d个项目未公布总投资，未计入）", circular->total_investment_unknown_count);
  }
  fprintf(out, "。\n　　本季度吸纳务工%d人，其中当地%d人", circular->absorbed_count, circular->local_count);
  fprintf(out, "；投入%lld.%02lld个工日；应发劳务报酬%s万元", (long long)(circular->day_hundredths / 100),
          (long long)(circular->day_hundredths % 100), money_wanyuan(circular->due_fen, text));
  fprintf(out, "，已发放%s万元", money_wanyuan(circular->paid_fen, text));
  fprintf(out, "，尚未发放%s万元", money_wanyuan(circular->unpaid_fen, text));
  if (circular->per_head_known_case) fprintf(out, "，人均%s元", money_yuan(circular->per_head_fen, text));
  fprintf(out, "。本年累计吸纳务工%d人，累计发放劳务报酬%s万元。\n", circular->cumulative_absorbed_count,
          money_wanyuan(circular->cumulative_paid_fen, text));
}

static void put_problems(FILE *out, const Workrelief__Circular *circular) {
  fputs("\n三、存在问题\n", out);
  if (!circular->n_exceptions) fputs("　　采用的季报中没有异常。\n", out);
  for (size_t i = 0; i < circular->n_exceptions; i++) {
    const Workrelief__CircularException *exception = circular->exceptions[i];
    fprintf(out, "　　%s：%d项，涉及", exception_words(exception->exception_rule), exception->exception_count);
    put_names(out, exception->unit_names, exception->n_unit_names);
    fputs("。\n", out);
  }
}

static void put_items(FILE *out, const Workrelief__Circular *circular) {
  fputs("\n四、议定事项落实情况\n", out);
  if (!circular->n_items) fputs("　　没有逾期未落实的议定事项。\n", out);
  for (size_t i = 0; i < circular->n_items; i++) {
    const Workrelief__CircularItem *item = circular->items[i];
    fprintf(out, "　　%s：%s（应于", item->unit_name, item->item_note);
    put_date(out, item->due_date);
    fprintf(out, "前办结，已逾期%d天%s）。\n", item->late_days,
            item->item_state == WORKRELIEF__ITEM_STATE__VALUE__REPORTED_DONE ? "，责任单位已报办结、待确认" : "");
  }
}

static void put_matters(FILE *out, const Workrelief__Circular *circular) {
  fputs("\n五、重大事项报告情况\n", out);
  if (!circular->n_matters) fputs("　　没有需要报告的重大事项。\n", out);
  for (size_t i = 0; i < circular->n_matters; i++) {
    const Workrelief__CircularMatter *matter = circular->matters[i];
    fprintf(out, "　　%s（%s，", matter->matter_title, matter->unit_name);
    put_date(out, matter->matter_date);
    fputs("）：", out);
    if (*matter->reported_date) {
      put_date(out, matter->reported_date);
      fprintf(out, "报告政府%s。\n", matter->report_late ? "，逾期" : "");
    } else {
      fputs("尚未报告政府，应于", out);
      put_date(out, matter->report_due_date);
      fprintf(out, "前报告%s。\n", matter->report_late ? "，已逾期" : "");
    }
  }
}

static void put_foot(FILE *out, const Workrelief__Circular *circular) {
  if (*circular->circular_note) fprintf(out, "\n六、工作要求\n　　%s\n", circular->circular_note);
  fprintf(out, "\n%s\n", circular->issuer_name);
  if (*circular->issued_date) {
    put_date(out, circular->issued_date);
    fputc('\n', out);
  }
}

/* In the arena; NULL: no memory. */
static char *render(struct arena *arena, const Workrelief__Circular *circular) {
  char *text = NULL, *kept = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out) return NULL;
  put_head(out, circular);
  put_filing(out, circular);
  put_progress(out, circular);
  put_problems(out, circular);
  put_items(out, circular);
  put_matters(out, circular);
  put_foot(out, circular);
  if (fclose(out) == 0) kept = arena_strndup(arena, text, length);
  free(text);
  return kept;
}

static void no_text(struct call *call) {
  call_unavailable(call, "CIRCULAR_NOT_READ", "读取通报失败；请稍后重试。", "The circular could not be read; try again.");
}

void finish_circular(struct call *call) {
  Workrelief__Circular *circular = (Workrelief__Circular *)call_reply(call);
  if (circular->circular_state == WORKRELIEF__CIRCULAR_STATE__VALUE__ISSUED) return;
  char *text = render(call_arena(call), circular);
  if (!text) return no_text(call);
  circular->circular_text = text;
}

static char *text_of(struct arena *arena, const message *circular) { return render(arena, (const Workrelief__Circular *)circular); }

void gather_circular(struct call *call, struct runtime *runtime) {
  static const struct frozen_kind circular = {"gateway.GetCircular", text_of, no_text};
  const Workrelief__IssueCircularRequest *request = (const Workrelief__IssueCircularRequest *)call_request(call);
  Workrelief__GetCircularRequest get = WORKRELIEF__GET_CIRCULAR_REQUEST__INIT;
  get.quarter = request->quarter;
  get.circular_number = request->circular_number;
  frozen_issue(call, runtime, &circular, &get.base);
}
