/* notice_sheet.c - the posted rows of a wage sheet, and the board as it is printed. Pure; see notice_page.h. */
#include <inttypes.h>
#include <string.h>

#include "common/base/money.h"
#include "services/gateway/notice_board.h"
#include "services/gateway/notice_page.h"
#include "services/gateway/page.h"
#include "services/gateway/qr.h"

static void days_text(FILE *out, int64_t hundredths) {
  fprintf(out, "%" PRId64, hundredths / 100);
  if (hundredths % 100) fprintf(out, ".%02" PRId64, hundredths % 100);
}

/* "**************0019" -> "0019" */
static const char *last_four(const char *mask) {
  size_t length = strlen(mask);
  return length > 4 ? mask + length - 4 : "";
}

static void line_row(FILE *out, const Workrelief__PublicLine *line) {
  char gross[MONEY_TEXT_SIZE], deduction[MONEY_TEXT_SIZE], net[MONEY_TEXT_SIZE];
  fprintf(out, "<tr><td>%" PRId32 "</td><td>", line->line_number);
  page_text(out, line->worker_mask);
  fputs("</td><td>", out);
  page_text(out, last_four(line->id_number_mask));
  fputs("</td><td class=\"n\">", out);
  days_text(out, line->day_hundredths);
  fprintf(out, "</td><td class=\"n\"><b>%s</b></td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n", money_yuan(line->net_fen, net),
          money_yuan(line->gross_fen, gross), money_yuan(line->deduction_fen, deduction));
}

void notice_write_sheet(FILE *out, const struct notice_view *view, const Workrelief__PostedSheet *sheet, const Workrelief__PublicLinePage *lines,
                        int after) {
  bool english = view->english;
  char path[HTTP_PATH_SIZE];
  snprintf(path, sizeof path, "/notice/b/%s/%s/%s", view->board->project_code, view->key, sheet->sheet_code);
  notice_write_head(out, english, "工资公示", "Pay posted", path);
  fputs("<h1>", out);
  page_text(out, view->board->project_name);
  fprintf(out, "</h1><p class=\"state\">%s %s", sheet->month, english ? "labour pay" : "劳务报酬");
  if (*sheet->team_name) fputs(" · ", out);
  page_text(out, sheet->team_name);
  fprintf(out, " · %s %s</p><p>%s%s", english ? "objections until" : "公示至", sheet->publicity_end_date,
          english ? "Amounts in yuan; the last four characters of the ID number are shown. " : "金额单位：元；证件号码只显示末四位。",
          english ? "Objections: " : "有异议请拨打：");
  page_text(out, sheet->hotline);
  fprintf(out,
          english ? ", or <a href=\"/notice/complain/%s?lang=en\">write here</a>.</p>" : "，或<a href=\"/notice/complain/%s\">在此反映</a>。</p>",
          view->board->project_code);
  fputs(english ? "<div class=\"wide\"><table><tr><th>No.</th><th>Name</th><th>ID ends</th><th class=\"n\">Days</th><th class=\"n\">Net</th>"
                  "<th class=\"n\">Gross</th><th class=\"n\">Deducted</th></tr>\n"
                : "<div class=\"wide\"><table><tr><th>序号</th><th>姓名</th><th>末四位</th><th class=\"n\">工日</th><th class=\"n\">实发</th>"
                  "<th class=\"n\">应发</th><th class=\"n\">扣款</th></tr>\n",
        out);
  for (size_t i = 0; i < lines->n_rows; i++) line_row(out, lines->rows[i]);
  fputs("</table></div><p class=\"pages\">", out);
  if (after > 0) fprintf(out, "<a href=\"%s%s\">%s</a> ", path, notice_lang(english), english ? "From the beginning" : "从头看");
  if (*lines->next_page_token && lines->n_rows)
    fprintf(out, "<a href=\"%s?after=%" PRId32 "%s\">%s</a>", path, lines->rows[lines->n_rows - 1]->line_number, english ? "&amp;lang=en" : "",
            english ? "More" : "下一页");
  fputs("</p>", out);
  notice_write_tail(out, english);
}

static void print_sign(FILE *out, bool english, const Workrelief__NoticeRow *sign) {
  const struct {
    const char *zh, *en, *text;
  } rows[] = {{"建设内容", "Works", sign->content_note},
              {"群众受益情况", "Benefit", sign->benefit_note},
              {"运行管护责任主体", "Upkeep by", sign->upkeep_body_name}};
  fprintf(out, "<h2>%s</h2><dl><div><dt>%s</dt><dd>%s — %s</dd></div>", english ? "Permanent sign" : "永久性公示牌", english ? "Built" : "建设时间",
          sign->built_from_date, sign->built_to_date);
  for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
    fprintf(out, "<div><dt>%s</dt><dd>", english ? rows[i].en : rows[i].zh);
    page_text(out, rows[i].text);
    fputs("</dd></div>", out);
  }
  fputs("</dl>", out);
}

void notice_write_print(FILE *out, const struct notice_view *view) {
  bool english = view->english;
  char path[HTTP_PATH_SIZE];
  snprintf(path, sizeof path, "/notice/print/%s", view->board->project_code);
  notice_write_head(out, english, "公示牌", "Board", path);
  fputs("<section class=\"sheet\"><h1>", out);
  page_text(out, view->board->project_name);
  fputs("</h1><div class=\"qr\">", out);
  if (!qr_svg(out, view->address, english ? "code of the notice board" : "公示栏二维码")) page_text(out, view->address);
  fputs("<p>", out);
  notice_say_in(out, english, "手机扫码：看公告和工资公示、反映问题、查自己的工资", "Scan: notices, pay posted, complaints, your own pay");
  fputs("</p></div>", out);
  const Workrelief__NoticeRow *rights = notice_of_kind(view, WORKRELIEF__NOTICE_KIND__VALUE__RIGHTS_BOARD),
                              *sign = notice_of_kind(view, WORKRELIEF__NOTICE_KIND__VALUE__PERMANENT_SIGN);
  if (rights && rights->rights_board) {
    fprintf(out, "<h2>%s</h2>", english ? "Rights board" : "维权信息告示牌");
    notice_write_rights(out, english, rights->rights_board);
  }
  if (sign) print_sign(out, english, sign);
  fputs("</section>", out);
  notice_write_tail(out, english);
}
