/* notice_form.c - see notice_form.h: the forms' pages and what they are answered with. */
#include "services/gateway/notice_form.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/money.h"
#include "services/gateway/notice_page.h"
#include "services/gateway/page.h"

/* --- a complaint ------------------------------------------------------------------------------------------------------------------------ */

struct choice {
  const char *value, *zh, *en;
};

static const struct choice sources[] = {{"PUBLIC", "群众", "one of the public"}, {"WORKER", "在这里务工", "I work or worked here"}};
static const struct choice abouts[] = {{"", "不确定", "not sure"},
                                       {"CONTRACTOR", "施工单位", "the contractor"},
                                       {"OWNER", "项目业主", "the owner"},
                                       {"SUPERVISOR", "监理单位", "the supervisor"},
                                       {"TOWNSHIP", "乡镇（街道）", "the township"},
                                       {"BUREAU", "主管部门", "the bureau in charge"}};

static void choose(FILE *out, bool english, const char *name, const char *zh, const char *en, const struct choice *choices, size_t count,
                   const char *chosen) {
  fprintf(out, "<label>%s<select name=\"%s\">", english ? en : zh, name);
  for (size_t i = 0; i < count; i++)
    fprintf(out, "<option value=\"%s\"%s>%s</option>", choices[i].value, strcmp(choices[i].value, chosen) == 0 ? " selected" : "",
            english ? choices[i].en : choices[i].zh);
  fputs("</select></label>\n", out);
}

static void input(FILE *out, const char *label, const char *attributes, const char *value) {
  fprintf(out, "<label>%s<input %s value=\"", label, attributes);
  page_text(out, value);
  fputs("\"></label>\n", out);
}

static void problem_list(FILE *out, const struct complaint_form *form) {
  if (!form->problem_count) return;
  fputs("<ul class=\"problems\" role=\"alert\">", out);
  for (size_t i = 0; i < form->problem_count; i++) {
    fputs("<li>", out);
    page_text(out, form->problems[i]);
    fputs("</li>", out);
  }
  fputs("</ul>", out);
}

void notice_write_complaint(FILE *out, const struct complaint_form *form) {
  bool english = form->english;
  char path[256];
  snprintf(path, sizeof path, "/notice/complain/%s", form->project_code);
  notice_write_head(out, english, "我要反映", "Complain", path);
  fprintf(out, "<h1>%s</h1><p class=\"state\">", english ? "Complain" : "我要反映");
  page_text(out, form->project_name);
  fprintf(out, "</p><p>%s</p>",
          english
              ? "You need not say who you are. What you write goes to those who look into it; a name and a telephone number are kept sealed, and the "
                "unit you complain of does not see them. Do not write ID or card numbers."
              : "可以匿名。反映的内容会转有关单位核实；留下的姓名和电话加密保存，被反映的单位看不到。请不要写身份证号和银行卡号。");
  problem_list(out, form);
  fprintf(out, "<form method=\"post\" action=\"%s%s\"><input type=\"hidden\" name=\"form\" value=\"%s\">\n", path, notice_lang(english), form->token);
  choose(out, english, "source", "我是", "I am", sources, ARRAY_LENGTH(sources), form->source);
  choose(out, english, "about", "反映哪个单位", "About", abouts, ARRAY_LENGTH(abouts), form->about);
  fprintf(out, "<label>%s<textarea name=\"note\" rows=\"7\" maxlength=\"%u\" required>",
          english ? "What happened, when, where" : "什么事，什么时候，在哪里", COMPLAINT_MOST);
  page_text(out, form->note);
  fputs("</textarea></label>\n", out);
  input(out, english ? "Your name (optional)" : "姓名（可不填）", "name=\"name\" maxlength=\"64\" autocomplete=\"name\"", form->name);
  input(out, english ? "Telephone (optional)" : "电话（可不填）", "name=\"phone\" maxlength=\"32\" inputmode=\"tel\" autocomplete=\"tel\"",
        form->phone);
  fprintf(out, "<button>%s</button></form>", english ? "Send" : "提交");
  notice_write_tail(out, english);
}

void notice_write_complained(FILE *out, bool english, const char *code, const char *due_date) {
  notice_write_head(out, english, "已收到", "Received", "");
  fprintf(out, "<h1>%s</h1><p>%s <b>%s</b></p>", english ? "Received" : "已收到", english ? "You will have an answer by" : "最迟答复日期：",
          due_date);
  fprintf(out, "<p>%s</p><p class=\"code\">",
          english ? "Write this code down: only with it you can read the answer. It is shown once."
                  : "请记下查询码，凭它查看答复。查询码只显示这一次：");
  for (size_t i = 0; code[i]; i++) {
    if (i && i % 4 == 0) fputc('-', out);
    fputc(code[i], out);
  }
  fprintf(out, "</p><p><a class=\"button\" href=\"/notice/query%s\">%s</a></p>", notice_lang(english), english ? "Ask by code" : "凭码查询");
  notice_write_tail(out, english);
}

/* --- by a code -------------------------------------------------------------------------------------------------------------------------- */

static void code_form(FILE *out, bool english, const char *path, const char *label, bool unknown) {
  if (unknown)
    fprintf(out, "<ul class=\"problems\" role=\"alert\"><li>%s</li></ul>",
            english ? "There is nothing under this code; check it." : "没有查到：请核对查询码。");
  fprintf(out,
          "<form method=\"post\" action=\"%s%s\"><label>%s<input name=\"code\" required maxlength=\"40\" autocomplete=\"off\" "
          "autocapitalize=\"characters\" "
          "spellcheck=\"false\"></label><button>%s</button></form>",
          path, notice_lang(english), label, english ? "Ask" : "查询");
}

void notice_write_query(FILE *out, bool english, bool unknown) {
  notice_write_head(out, english, "查反映进度", "My complaint", "/notice/query");
  fprintf(out, "<h1>%s</h1>", english ? "My complaint" : "查反映进度");
  code_form(out, english, "/notice/query", english ? "The code you were given" : "提交时给出的查询码", unknown);
  notice_write_tail(out, english);
}

static void row(FILE *out, const char *label, const char *text) {
  if (!*text) return;
  fprintf(out, "<div><dt>%s</dt><dd>", label);
  page_text(out, text);
  fputs("</dd></div>", out);
}

void notice_write_progress(FILE *out, bool english, const Workrelief__ComplaintProgress *progress) {
  static const struct choice states[] = {{"", "", ""},
                                         {"", "已受理，待答复", "received, waiting for an answer"},
                                         {"", "已答复", "answered"},
                                         {"", "不服答复，正在复核", "appealed"},
                                         {"", "已办结", "closed"}};
  notice_write_head(out, english, "反映进度", "My complaint", "");
  const struct choice *state = (size_t)progress->complaint_state < ARRAY_LENGTH(states) ? &states[progress->complaint_state] : &states[0];
  fprintf(out, "<h1>%s</h1><dl>", english ? "My complaint" : "反映进度");
  row(out, english ? "State" : "状态", english ? state->en : state->zh);
  row(out, english ? "Sent" : "提交日期", progress->raised_date);
  row(out, english ? "Answer by" : "最迟答复", progress->due_date);
  row(out, english ? "Answered" : "答复日期", progress->answered_date);
  row(out, english ? "Answer" : "答复", progress->answer_note);
  row(out, english ? "You may appeal until" : "可申请复核至", progress->appeal_until_date);
  row(out, english ? "Last word" : "复核答复", progress->final_note);
  fputs("</dl>", out);
  notice_write_tail(out, english);
}

/* --- a payslip -------------------------------------------------------------------------------------------------------------------------- */

void notice_write_slip_form(FILE *out, bool english, bool unknown) {
  notice_write_head(out, english, "查我的工资", "My pay", "/notice/slip");
  fprintf(out, "<h1>%s</h1><p>%s</p>", english ? "My pay" : "查我的工资",
          english ? "The code is on your payslip. Nobody but you should have it." : "查询码印在工资单上。请不要把它交给别人。");
  code_form(out, english, "/notice/slip", english ? "Code on the payslip" : "工资单查询码", unknown);
  notice_write_tail(out, english);
}

static void money_row(FILE *out, bool english, const char *label, int64_t fen, bool always) {
  char money[MONEY_TEXT_SIZE], text[MONEY_TEXT_SIZE + 8];
  if (!fen && !always) return;
  snprintf(text, sizeof text, "%s %s", money_yuan(fen, money), english ? "yuan" : "元");
  row(out, label, text);
}

static void days_row(FILE *out, const char *label, int64_t hundredths) {
  char text[32];
  if (!hundredths) return;
  snprintf(text, sizeof text, "%" PRId64 ".%02" PRId64, hundredths / 100, hundredths % 100);
  row(out, label, text);
}

/* Of what the sheet and the line say; a line without a word of its own is not paid yet. */
static const char *line_word(bool english, const Workrelief__Payslip *slip) {
  static const struct choice words[] = {
      [WORKRELIEF__LINE_STATE__VALUE__ORDERED] = {"", "已通知银行发放", "the bank has been told to pay"},
      [WORKRELIEF__LINE_STATE__VALUE__PAID] = {"", "已发放", "paid"},
      [WORKRELIEF__LINE_STATE__VALUE__REJECTED] = {"", "银行未发放成功，将重新发放", "the bank could not pay; it is tried again"},
      [WORKRELIEF__LINE_STATE__VALUE__UNKNOWN] = {"", "银行正在核实", "the bank is looking into it"},
      [WORKRELIEF__LINE_STATE__VALUE__SUPERSEDED] = {"", "已由更正的工资表代替", "replaced by a corrected sheet"}};
  if (slip->held) return english ? "held: an objection is being dealt with" : "有异议正在处理，暂缓发放";
  const struct choice *word = (size_t)slip->line_state < ARRAY_LENGTH(words) ? &words[slip->line_state] : &words[0];
  return word->zh ? (english ? word->en : word->zh) : (english ? "not paid yet" : "尚未发放");
}

void notice_write_slip(FILE *out, bool english, const Workrelief__Payslip *slip) {
  notice_write_head(out, english, "我的工资", "My pay", "");
  fprintf(out, "<h1>%s</h1><dl>", english ? "My pay" : "我的工资");
  row(out, english ? "Name" : "姓名", slip->worker_name);
  row(out, english ? "Project" : "项目", slip->project_name);
  row(out, english ? "Employer" : "用工单位", slip->employer_name);
  row(out, english ? "Team" : "班组", slip->team_name);
  row(out, english ? "Post" : "岗位", slip->post_name);
  row(out, english ? "Sheet" : "工资表", slip->sheet_code);
  fprintf(out, "<div><dt>%s</dt><dd><span class=\"day\">%.10s</span> — <span class=\"day\">%.10s</span></dd></div>",
          english ? "Period" : "工资所属期", slip->period_from_date, slip->period_to_date);
  days_row(out, english ? "Days" : "工日", slip->day_hundredths);
  days_row(out, english ? "Hours" : "工时", slip->hours_hundredths);
  days_row(out, english ? "Pieces" : "计件数量", slip->piece_hundredths);
  money_row(out, english, english ? "Rate" : "单价", slip->rate_fen, false);
  money_row(out, english, english ? "Gross" : "应发", slip->gross_fen, true);
  money_row(out, english, english ? "Social insurance" : "社会保险", slip->social_insurance_fen, false);
  money_row(out, english, english ? "Housing fund" : "住房公积金", slip->housing_fund_fen, false);
  money_row(out, english, english ? "Income tax" : "个人所得税", slip->income_tax_fen, false);
  money_row(out, english, english ? "Court order" : "法院扣划", slip->court_order_fen, false);
  money_row(out, english, english ? "Deducted in all" : "扣款合计", slip->deduction_fen, false);
  money_row(out, english, english ? "Net" : "实发", slip->net_fen, true);
  row(out, english ? "Payment" : "发放情况", line_word(english, slip));
  row(out, english ? "To be paid by" : "最迟发放", slip->due_date);
  row(out, english ? "Paid on" : "发放日期", slip->paid_date);
  row(out, english ? "Bank" : "开户行", slip->bank_name);
  row(out, english ? "Account" : "账号", slip->account_no_mask);
  row(out, english ? "Bank's number" : "银行流水号", slip->bank_serial);
  row(out, english ? "Complaints" : "投诉电话", slip->hotline);
  fputs("</dl>", out);
  notice_write_tail(out, english);
}
