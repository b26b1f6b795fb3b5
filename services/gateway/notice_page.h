/* notice_page.h - the pages of the public notice board, from what the services say. Pure. For a telephone, without a script; Chinese, or
 * English by ?lang=en. Nothing that identifies a worker is in them but his masked name and the last four characters of his ID number. */
#ifndef WORKRELIEF_GATEWAY_NOTICE_PAGE_H
#define WORKRELIEF_GATEWAY_NOTICE_PAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "payroll.pb-c.h"
#include "registry.pb-c.h"

struct notice_index;

struct notice_view {
  bool english;
  const char *today; /* 2026-03-31 */
  const Workrelief__NoticeBoard *board;
  const Workrelief__ListNoticesReply *notices;
  const Workrelief__PostedSheetPage *sheets; /* NULL: payroll does not answer */
  int sheets_page;                           /* which of its pages, from 0 */
  const char *key;                           /* of the printed board; "" = who reads did not come by it */
  const char *address;                       /* in the code of the printed board */
};

void notice_write_head(FILE *out, bool english, const char *title_zh, const char *title_en, const char *path);
void notice_write_tail(FILE *out, bool english);
/* The sentence in the page's language; constants only. */
void notice_say_in(FILE *out, bool english, const char *zh, const char *en);
/* The suffix that keeps the language through a link. */
const char *notice_lang(bool english);

void notice_write_words(FILE *out, bool english, const char *title_zh, const char *title_en, const char *zh, const char *en);
void notice_write_list(FILE *out, bool english, const struct notice_index *index, const char *wanted, int page);
void notice_write_project(FILE *out, const struct notice_view *view);
void notice_write_sheet(FILE *out, const struct notice_view *view, const Workrelief__PostedSheet *sheet, const Workrelief__PublicLinePage *lines,
                        int after);
/* The board for the wall, A4. */
void notice_write_print(FILE *out, const struct notice_view *view);
/* The rights board: three groups of fields (Reg. 724 art. 34). */
void notice_write_rights(FILE *out, bool english, const Workrelief__RightsBoard *board);
/* Whether a notice's text is shown on this day. */
bool notice_text_shown(const Workrelief__NoticeRow *row, const char *today);
/* The newest notice of this kind that stands; NULL: none. */
const Workrelief__NoticeRow *notice_of_kind(const struct notice_view *view, Workrelief__NoticeKind__Value kind);

#endif
