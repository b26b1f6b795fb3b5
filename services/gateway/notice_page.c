/* notice_page.c - see notice_page.h: the list of projects, a project, and what its pages have in common. */
#include "services/gateway/notice_page.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "common/base/attribute.h"
#include "common/base/money.h"
#include "services/gateway/notice_board.h"
#include "services/gateway/page.h"

#define LIST_PAGE 50

/* --- what all pages have --------------------------------------------------------------------------------------------------------------- */

void notice_say_in(FILE *out, bool english, const char *zh, const char *en) { fputs(english ? en : zh, out); }

const char *notice_lang(bool english) { return english ? "?lang=en" : ""; }

/* path: the page's own, for the other language; it holds codes only. */
void notice_write_head(FILE *out, bool english, const char *title_zh, const char *title_en, const char *path) {
  fprintf(out,
          "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
          "<title>%s · %s</title><link rel=\"stylesheet\" href=\"/notice/notice.css\"></head><body>\n",
          english ? "en" : "zh-CN", english ? title_en : title_zh, english ? "Work-relief notice board" : "以工代赈公示栏");
  fprintf(out, "<header><a href=\"/notice/%s\">%s</a>", notice_lang(english), english ? "Work-relief notice board" : "以工代赈公示栏");
  if (*path)
    fprintf(out, "<a class=\"lang\" lang=\"%s\" href=\"%s%s\">%s</a>", english ? "zh-CN" : "en", path, notice_lang(!english),
            english ? "中文" : "English");
  fputs("</header>\n<main>\n", out);
}

void notice_write_tail(FILE *out, bool english) {
  const char *lang = notice_lang(english);
  fputs("</main>\n<footer><nav>", out);
  fprintf(out, "<a href=\"/notice/%s\">%s</a><a href=\"/notice/slip%s\">%s</a><a href=\"/notice/query%s\">%s</a>", lang,
          english ? "All projects" : "全部项目", lang, english ? "My pay" : "查我的工资", lang, english ? "My complaint" : "查反映进度");
  fputs("</nav><p>", out);
  notice_say_in(out, english, "姓名隐去部分，证件只显示末四位；人数少的表不公开明细。",
                "Names are masked, of ID numbers only the last four characters are shown; tables of few people are not shown.");
  fputs("</p></footer></body></html>\n", out);
}

void notice_write_words(FILE *out, bool english, const char *title_zh, const char *title_en, const char *zh, const char *en) {
  notice_write_head(out, english, title_zh, title_en, "");
  fprintf(out, "<h1>%s</h1><p class=\"lead\">%s</p>", english ? title_en : title_zh, english ? en : zh);
  notice_write_tail(out, english);
}

static void fact(FILE *out, bool english, const char *zh, const char *en, const char *text) {
  if (!*text) return;
  fprintf(out, "<div><dt>%s</dt><dd>", english ? en : zh);
  page_text(out, text);
  fputs("</dd></div>", out);
}

/* A number that a telephone dials when it is nothing else. */
static void telephone(FILE *out, bool english, const char *zh, const char *en, const char *text) {
  if (!*text) return;
  bool dials = strlen(text) >= 3;
  for (const char *c = text; *c; c++) dials = dials && (isdigit((unsigned char)*c) || strchr("+- ", *c));
  fprintf(out, "<div><dt>%s</dt><dd>", english ? en : zh);
  if (dials) {
    fputs("<a class=\"tel\" href=\"tel:", out);
    for (const char *c = text; *c; c++)
      if (*c != ' ') fputc(*c, out);
    fputs("\">", out);
  }
  page_text(out, text);
  fputs(dials ? "</a></dd></div>" : "</dd></div>", out);
}

/* --- the list --------------------------------------------------------------------------------------------------------------------------- */

static bool is_wanted(const Workrelief__NoticeProject *row, const char *wanted) {
  return !*wanted || strstr(row->project_name, wanted) || strstr(row->project_code, wanted) || strstr(row->place_name, wanted) ||
         strstr(row->bureau_name, wanted);
}

static void list_row(FILE *out, bool english, const Workrelief__NoticeProject *row) {
  fprintf(out, "<li><a href=\"/notice/p/%s%s\">", row->project_code, notice_lang(english));
  page_text(out, row->project_name);
  fputs("</a><small>", out);
  page_text(out, row->bureau_name);
  if (*row->place_name) fputs(" · ", out);
  page_text(out, row->place_name);
  fprintf(out, " · %s</small></li>\n", row->newest_date);
}

static void list_link(FILE *out, bool english, const char *wanted, int page, const char *zh, const char *en) {
  fprintf(out, "<a href=\"/notice/?page=%d%s&amp;q=", page, english ? "&amp;lang=en" : "");
  for (const char *c = wanted; *c; c++) {
    if (isalnum((unsigned char)*c))
      fputc(*c, out);
    else
      fprintf(out, "%%%02X", (unsigned char)*c);
  }
  fprintf(out, "\">%s</a> ", english ? en : zh);
}

void notice_write_list(FILE *out, bool english, const struct notice_index *index, const char *wanted, int page) {
  size_t found = 0, first = (size_t)page * LIST_PAGE;
  notice_write_head(out, english, "项目公示", "Projects", "/notice/");
  fprintf(out, "<h1>%s</h1><form action=\"/notice/\" method=\"get\" class=\"search\">%s<label>%s <input name=\"q\" maxlength=\"40\" value=\"",
          english ? "Projects" : "项目公示", english ? "<input type=\"hidden\" name=\"lang\" value=\"en\">" : "",
          english ? "Name, place or code" : "项目名称、地点或代码");
  page_text(out, wanted);
  fprintf(out, "\"></label><button>%s</button></form>\n<ul class=\"projects\">", english ? "Search" : "查找");
  for (size_t i = 0; i < index->count; i++) {
    if (!is_wanted(index->rows[i], wanted)) continue;
    if (found >= first && found < first + LIST_PAGE) list_row(out, english, index->rows[i]);
    found++;
  }
  fputs("</ul><p class=\"pages\">", out);
  if (!found) notice_say_in(out, english, "没有符合的项目；尚无公告的项目不在此列。", "No such project; projects without a notice are not listed.");
  if (page > 0) list_link(out, english, wanted, page - 1, "上一页", "Back");
  if (found > first + LIST_PAGE) list_link(out, english, wanted, page + 1, "下一页", "More");
  fputs("</p>", out);
  notice_write_tail(out, english);
}

/* --- a project --------------------------------------------------------------------------------------------------------------------------- */

struct word {
  const char *zh, *en;
};

static const struct word state_words[] = {{"", ""},
                                          {"草拟", "Draft"},
                                          {"预审", "Under review"},
                                          {"退回", "Returned"},
                                          {"已批复", "Approved"},
                                          {"已发包", "Awarded"},
                                          {"在建", "Under construction"},
                                          {"完工", "Completed"},
                                          {"已验收", "Accepted"},
                                          {"归档", "Closed"},
                                          {"停工", "Suspended"},
                                          {"取消", "Cancelled"}};
static const struct word field_words[] = {{"", ""},
                                          {"交通", "Transport"},
                                          {"水利", "Water"},
                                          {"能源", "Energy"},
                                          {"农业农村", "Agriculture"},
                                          {"城镇建设", "Urban works"},
                                          {"生态建设", "Ecology"},
                                          {"灾后恢复重建", "Reconstruction"}};
static const struct word stage_words[] = {{"", ""}, {"发包阶段", "Award"}, {"施工阶段", "Construction"}, {"竣工阶段", "Completion"}};
static const struct word kind_words[] = {{"", ""}, {"公告", "Announcement"}, {"维权信息告示牌", "Rights board"}, {"永久性公示牌", "Permanent sign"}};

#define WORD(words, value, english) ((size_t)(value) < ARRAY_LENGTH(words) ? ((english) ? (words)[value].en : (words)[value].zh) : "")

static void party_facts(FILE *out, bool english, const Workrelief__NoticeBoard *board) {
  static const struct {
    Workrelief__Relation__Value relation;
    struct word word;
  } shown[] = {{WORKRELIEF__RELATION__VALUE__BUREAU, {"主管部门", "Bureau in charge"}},
               {WORKRELIEF__RELATION__VALUE__OWNER, {"项目业主", "Owner"}},
               {WORKRELIEF__RELATION__VALUE__CONTRACTOR, {"施工单位", "Contractor"}},
               {WORKRELIEF__RELATION__VALUE__SUPERVISOR, {"监理单位", "Supervisor"}},
               {WORKRELIEF__RELATION__VALUE__TOWNSHIP, {"乡镇（街道）", "Township"}}};
  for (size_t s = 0; s < ARRAY_LENGTH(shown); s++)
    for (size_t i = 0; i < board->n_parties; i++)
      if (board->parties[i]->relation == shown[s].relation) fact(out, english, shown[s].word.zh, shown[s].word.en, board->parties[i]->unit_name);
}

static void project_facts(FILE *out, bool english, const Workrelief__NoticeBoard *board) {
  char text[MONEY_TEXT_SIZE + 16], money[MONEY_TEXT_SIZE];
  fputs("<dl>", out);
  fact(out, english, "项目代码", "Project code", board->project_code);
  fact(out, english, "地点", "Place", board->place_name);
  fact(out, english, "领域", "Field", WORD(field_words, board->field, english));
  fact(out, english, "建设内容", "Works", board->content_note);
  if (board->total_investment_known_case) {
    snprintf(text, sizeof text, "%s %s", money_wanyuan(board->total_investment_fen, money), english ? "× 10,000 yuan" : "万元");
    fact(out, english, "总投资", "Investment", text);
  }
  if (board->planned_pay_known_case) {
    snprintf(text, sizeof text, "%s %s", money_wanyuan(board->planned_pay_fen, money), english ? "× 10,000 yuan" : "万元");
    fact(out, english, "计划发放劳务报酬", "Labour pay planned", text);
  }
  if (board->planned_workers_known_case) {
    snprintf(text, sizeof text, "%" PRId32, board->planned_workers);
    fact(out, english, "计划吸纳务工人数", "Workers planned", text);
  }
  fact(out, english, "开工", "Begun", board->start_date);
  fact(out, english, "完工", "Completed", board->complete_date);
  fact(out, english, "验收", "Accepted", board->accept_date);
  party_facts(out, english, board);
  fputs("</dl>\n", out);
}

/* Award notices are the offices' own word and stay; what is posted while building tells of workers and their pay, and is shown for its days
 * (PIPL art. 6). Boards and signs hang for good. */
bool notice_text_shown(const Workrelief__NoticeRow *row, const char *today) {
  bool passing =
      row->notice_kind == WORKRELIEF__NOTICE_KIND__VALUE__ANNOUNCEMENT && row->notice_stage == WORKRELIEF__NOTICE_STAGE__VALUE__CONSTRUCTION;
  return strcmp(row->published_date, today) <= 0 && !*row->replaced_by_code && (!passing || strcmp(today, row->objection_until_date) <= 0);
}

const Workrelief__NoticeRow *notice_of_kind(const struct notice_view *view, Workrelief__NoticeKind__Value kind) {
  const Workrelief__NoticeRow *newest = NULL;
  for (size_t i = 0; i < view->notices->n_rows; i++) {
    const Workrelief__NoticeRow *row = view->notices->rows[i];
    if (row->notice_kind == kind && notice_text_shown(row, view->today) && (!newest || strcmp(row->published_date, newest->published_date) > 0))
      newest = row;
  }
  return newest;
}

void notice_write_rights(FILE *out, bool english, const Workrelief__RightsBoard *b) {
  char money[MONEY_TEXT_SIZE], text[MONEY_TEXT_SIZE + 24];
  snprintf(text, sizeof text, "%s %s", money_yuan(b->minimum_wage_fen, money), english ? "yuan a month" : "元/月");
  fprintf(out, "<h3>%s</h3><dl>", english ? "Who is responsible" : "参建和主管单位");
  fact(out, english, "建设单位", "Owner", b->owner_name);
  fact(out, english, "施工总承包单位", "General contractor", b->general_contractor_name);
  fact(out, english, "项目部", "Project department", b->project_department_name);
  fact(out, english, "分包单位", "Subcontractor", b->subcontractor_name);
  fact(out, english, "行业主管部门", "Competent bureau", b->competent_bureau_name);
  fact(out, english, "劳资专管员", "Labour officer", b->labour_officer_name);
  fprintf(out, "</dl><h3>%s</h3><dl>", english ? "Pay" : "工资标准与支付日期");
  fact(out, english, "当地最低工资标准", "Minimum wage here", text);
  fact(out, english, "工资支付日期", "Day of payment", b->pay_date_note);
  fprintf(out, "</dl><h3>%s</h3><dl>", english ? "Where to complain and get help" : "投诉举报和维权渠道");
  telephone(out, english, "主管部门投诉电话", "Competent bureau", b->bureau_hotline);
  telephone(out, english, "劳动保障监察投诉电话", "Labour inspection", b->inspection_hotline);
  fact(out, english, "劳动争议调解仲裁申请渠道", "Arbitration", b->arbitration_note);
  fact(out, english, "法律援助申请渠道", "Legal aid", b->legal_aid_note);
  telephone(out, english, "公共法律服务热线", "Public legal service", b->legal_service_hotline);
  fputs("</dl>\n", out);
}

static void notice_body(FILE *out, bool english, const Workrelief__NoticeRow *row) {
  if (row->is_held)
    fprintf(out, "<p class=\"held\">%s</p>",
            english ? "▲ An objection to this notice is being dealt with; it does not hold meanwhile."
                    : "▲ 本公告有异议正在处理，处理前暂不作为依据。");
  fputs("<p class=\"text\">", out);
  page_text(out, row->notice_text);
  fputs("</p>", out);
  for (size_t i = 0; i < row->n_held_lines; i++) {
    fprintf(out, "<p class=\"held\">%s", english ? "▲ An objection is being dealt with: " : "▲ 下列内容有异议正在处理：");
    page_text(out, row->held_lines[i]);
    fputs("</p>", out);
  }
  if (row->notice_kind != WORKRELIEF__NOTICE_KIND__VALUE__PERMANENT_SIGN) return;
  char built[32];
  snprintf(built, sizeof built, "%.10s — %.10s", row->built_from_date, row->built_to_date);
  fputs("<dl>", out);
  fact(out, english, "建设时间", "Built", built);
  fact(out, english, "建设内容", "Works", row->content_note);
  fact(out, english, "群众受益情况", "Benefit", row->benefit_note);
  fact(out, english, "运行管护责任主体", "Upkeep by", row->upkeep_body_name);
  fputs("</dl>", out);
}

static void notice_item(FILE *out, const struct notice_view *view, const Workrelief__NoticeRow *row) {
  bool english = view->english;
  fprintf(out, "<article><p class=\"kind\">%s · %s</p><h3>", WORD(stage_words, row->notice_stage, english),
          WORD(kind_words, row->notice_kind, english));
  page_text(out, row->notice_title);
  fprintf(out, "</h3><p class=\"dates\">%s %s", english ? "Published" : "发布", row->published_date);
  if (row->notice_kind == WORKRELIEF__NOTICE_KIND__VALUE__ANNOUNCEMENT)
    fprintf(out, " · %s %s", english ? "objections until" : "异议截止", row->objection_until_date);
  fputs("</p>", out);
  if (notice_text_shown(row, view->today))
    notice_body(out, english, row);
  else if (*row->replaced_by_code)
    fprintf(out, "<p class=\"gone\">%s</p>", english ? "Replaced by a newer notice." : "已由更正公告代替。");
  else
    fprintf(out, "<p class=\"gone\">%s</p>", english ? "Its days of publicity are over; the text is no longer shown." : "公示期已满，不再显示内容。");
  fputs("</article>\n", out);
}

/* Newest first; the rights board has a place of its own. */
static void notice_items(FILE *out, const struct notice_view *view) {
  size_t shown = 0;
  fprintf(out, "<h2>%s</h2>", view->english ? "Notices" : "公告");
  const char *before = "9999-12-31";
  for (;;) { /* one pass for each date: notices of a project are few */
    const char *date = "";
    for (size_t i = 0; i < view->notices->n_rows; i++) {
      const char *one = view->notices->rows[i]->published_date;
      if (strcmp(one, before) < 0 && strcmp(one, date) > 0) date = one;
    }
    if (!*date) break;
    for (size_t i = 0; i < view->notices->n_rows; i++) {
      const Workrelief__NoticeRow *row = view->notices->rows[i];
      if (strcmp(row->published_date, date) != 0 || row->notice_kind == WORKRELIEF__NOTICE_KIND__VALUE__RIGHTS_BOARD) continue;
      notice_item(out, view, row);
      shown++;
    }
    before = date;
  }
  if (!shown) notice_say_in(out, view->english, "<p>暂无公告。</p>", "<p>No notice yet.</p>");
}

static void sheet_item(FILE *out, const struct notice_view *view, const Workrelief__PostedSheet *sheet) {
  bool english = view->english, few = sheet->people_count < view->board->small_cell_count;
  char money[MONEY_TEXT_SIZE];
  fprintf(out, "<li><b>%s", sheet->month);
  if (*sheet->team_name) fputs(" · ", out);
  page_text(out, sheet->team_name);
  fprintf(out, "</b><small>%s %s — %s</small>", english ? "posted" : "公示", sheet->publicity_start_date, sheet->publicity_end_date);
  if (few)
    fprintf(out, english ? "<p>Fewer than %d people: neither rows nor sums are shown.</p>" : "<p>不足 %d 人，不公开明细和合计。</p>",
            view->board->small_cell_count);
  else
    fprintf(out, english ? "<p>%d people, net pay %s yuan in all</p>" : "<p>%d 人，实发合计 %s 元</p>", sheet->people_count,
            money_yuan(sheet->net_fen, money));
  if (!few && sheet->is_open && *view->key)
    fprintf(out, "<p><a class=\"button\" href=\"/notice/b/%s/%s/%s%s\">%s</a></p>", view->board->project_code, view->key, sheet->sheet_code,
            notice_lang(english), english ? "Show the rows" : "看明细");
  if (!few && !sheet->is_open) fprintf(out, "<p class=\"gone\">%s</p>", english ? "Its days of publicity are over." : "公示期已满，明细不再显示。");
  fputs("</li>\n", out);
}

static void page_link(FILE *out, bool english, const char *path, int page, const char *zh, const char *en) {
  fprintf(out, "<a href=\"%s?sheets=%d%s\">%s</a> ", path, page, english ? "&amp;lang=en" : "", english ? en : zh);
}

static void sheet_items(FILE *out, const struct notice_view *view, const char *path) {
  bool english = view->english;
  fprintf(out, "<h2>%s</h2>", english ? "Pay posted" : "劳务报酬发放公示");
  if (!view->sheets) {
    notice_say_in(out, english, "<p>工资数据暂时取不到，请稍后再看。</p>", "<p>The pay service does not answer now; look again later.</p>");
    return;
  }
  if (!*view->key)
    notice_say_in(
        out, english, "<p class=\"hint\">每人明细只在公示期内、扫描工地或村公示牌上的二维码后显示。</p>",
        "<p class=\"hint\">The rows are shown during the days of publicity to who scans the code on the board at the site or in the village.</p>");
  fputs("<ul class=\"sheets\">", out);
  for (size_t i = 0; i < view->sheets->n_rows; i++) sheet_item(out, view, view->sheets->rows[i]);
  fputs("</ul><p class=\"pages\">", out);
  if (view->sheets_page > 0) page_link(out, english, path, view->sheets_page - 1, "较新的工资表", "Later sheets");
  if (*view->sheets->next_page_token) page_link(out, english, path, view->sheets_page + 1, "更早的工资表", "Earlier sheets");
  fputs("</p>", out);
  if (!view->sheets->n_rows && !view->sheets_page)
    notice_say_in(out, english, "<p>还没有公示过工资表。</p>", "<p>No wage sheet has been posted yet.</p>");
}

void notice_write_project(FILE *out, const struct notice_view *view) {
  bool english = view->english;
  char path[HTTP_PATH_SIZE];
  snprintf(path, sizeof path, "/notice/%s/%s%s%s", *view->key ? "b" : "p", view->board->project_code, *view->key ? "/" : "", view->key);
  notice_write_head(out, english, "项目公示", "Project", path);
  fputs("<h1>", out);
  page_text(out, view->board->project_name);
  fprintf(out, "</h1><p class=\"state\">%s</p>", WORD(state_words, view->board->project_state, english));
  fprintf(out, "<p class=\"acts\"><a class=\"button\" href=\"/notice/complain/%s%s\">%s</a><a class=\"button\" href=\"/notice/slip%s\">%s</a></p>",
          view->board->project_code, notice_lang(english), english ? "Complain" : "我要反映", notice_lang(english),
          english ? "My pay" : "查我的工资");
  project_facts(out, english, view->board);
  sheet_items(out, view, path);
  const Workrelief__NoticeRow *rights = notice_of_kind(view, WORKRELIEF__NOTICE_KIND__VALUE__RIGHTS_BOARD);
  fprintf(out, "<h2>%s</h2>", english ? "Rights board" : "维权信息告示牌");
  if (rights && rights->rights_board)
    notice_write_rights(out, english, rights->rights_board);
  else
    notice_say_in(out, english, "<p>尚未设置。</p>", "<p>Not put up yet.</p>");
  notice_items(out, view);
  notice_write_tail(out, english);
}
