/* notice_ask.c - what the second thread does for the notice board: ask the services as the node itself, write the page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/daemon/service.h"
#include "services/gateway/notice_ask.h"

#define ASK_ARENA ((size_t)32 << 20)
#define INDEX_MOST 20000u
#define INDEX_PAGE 1000
#define NOTICES_PAGE 500
#define SHEETS_PAGE 12
#define LINES_PAGE 100
#define KEEP_S 60
#define KEEP_PART_S 5                    /* a page that lacks what a service did not say */
#define SILENT_US (3 * INT64_C(1000000)) /* a service that did not answer is not waited for again so soon: all wait behind this thread */

void asking_begin(struct asking *asking, struct http_site *site, struct http_job *job, bool english) {
  *asking = (struct asking){.site = site, .job = job};
  arena_init(&asking->arena, ASK_ARENA);
  date_format(clock_day_of(clock_now_us()), asking->today);
  asking->view = (struct notice_view){.english = english, .today = asking->today, .key = "", .address = ""};
}

/* Services that did not answer, and until when nobody asks them; the second thread's own. */
static struct {
  char service[16];
  int64_t until_us;
} silent[4];

static int64_t *silence_of(const char *method) {
  size_t length = strcspn(method, ".");
  for (size_t i = 0; i < ARRAY_LENGTH(silent); i++) {
    if (!*silent[i].service) snprintf(silent[i].service, sizeof silent[i].service, "%.*s", (int)length, method);
    if (strlen(silent[i].service) == length && strncmp(silent[i].service, method, length) == 0) return &silent[i].until_us;
  }
  return NULL;
}

message *asking_send(struct asking *asking, const char *method, const uint8_t *request_id, const message *request, const message_type *type,
                     struct client_reply *reply) {
  message *answer = NULL;
  int64_t *until_us = silence_of(method);
  *reply = (struct client_reply){.status = STATUS_UNAVAILABLE};
  if (until_us && clock_monotonic_us() < *until_us) return NULL;
  runtime_ask(http_runtime(asking->site), &asking->arena, method, request_id, request, type, reply, &answer);
  if (until_us && !answer && !reply->header) *until_us = clock_monotonic_us() + SILENT_US;
  return answer;
}

message *asking_ask(struct asking *asking, const char *method, const message *request, const message_type *type, struct client_reply *reply) {
  return asking_send(asking, method, NULL, request, type, reply);
}

/* --- writing: the page's text goes to the job ---------------------------------------------------------------------------------------- */

bool sink_open(struct sink *sink) {
  *sink = (struct sink){.text = NULL};
  return (sink->out = open_memstream(&sink->text, &sink->length)) != NULL;
}

void sink_close(struct sink *sink, struct http_job *job, unsigned status) {
  if (fclose(sink->out) != 0) free(sink->text), sink->text = NULL;
  answer_text(&job->answer, status, "text/html; charset=utf-8", sink->text, sink->length);
  job->answer.is_unlisted = true;
}

/* --- the index ------------------------------------------------------------------------------------------------------------------------ */

static int newest_first(const void *left, const void *right) {
  const Workrelief__NoticeProject *l = *(Workrelief__NoticeProject *const *)left, *r = *(Workrelief__NoticeProject *const *)right;
  int by_date = strcmp(r->newest_date, l->newest_date);
  return by_date ? by_date : strcmp(l->project_code, r->project_code);
}

static bool read_index(struct http_site *site, struct notice_index *index) {
  Workrelief__ListNoticeProjectsRequest request = WORKRELIEF__LIST_NOTICE_PROJECTS_REQUEST__INIT;
  request.page_size = INDEX_PAGE;
  index->rows = arena_array(&index->arena, INDEX_MOST, sizeof(Workrelief__NoticeProject *));
  while (index->rows) {
    struct client_reply reply;
    message *answer;
    runtime_ask(http_runtime(site), &index->arena, "registry.ListNoticeProjects", NULL, &request.base, &workrelief__notice_project_page__descriptor,
                &reply, &answer);
    const Workrelief__NoticeProjectPage *page = (const Workrelief__NoticeProjectPage *)answer;
    if (!page) return false;
    for (size_t i = 0; i < page->n_rows && index->count < INDEX_MOST; i++) index->rows[index->count++] = page->rows[i];
    if (!*page->next_page_token || index->count == INDEX_MOST) break;
    request.page_token = page->next_page_token;
  }
  if (index->rows) qsort(index->rows, index->count, sizeof *index->rows, newest_first);
  return index->rows != NULL;
}

static void index_job(struct http_site *site, struct http_job *job) {
  struct notice_index *index = calloc(1, sizeof *index);
  job->again = true;
  if (!index) return;
  arena_init(&index->arena, 2 * ASK_ARENA);
  if (read_index(site, index)) {
    job->result = index;
    return;
  }
  arena_reset(&index->arena);
  free(index);
}

/* --- a project ------------------------------------------------------------------------------------------------------------------------ */

bool asking_board(struct asking *asking, const char *project_code) {
  Workrelief__GetNoticeBoardRequest request = WORKRELIEF__GET_NOTICE_BOARD_REQUEST__INIT;
  struct client_reply reply;
  request.project_code = (char *)(uintptr_t)project_code;
  asking->view.board =
      (const Workrelief__NoticeBoard *)asking_ask(asking, "registry.GetNoticeBoard", &request.base, &workrelief__notice_board__descriptor, &reply);
  if (asking->view.board) return true;
  bool english = asking->view.english;
  if (reply.status != STATUS_NOT_FOUND) return notice_away(&asking->job->answer, english), false;
  notice_say(&asking->job->answer, english, MHD_HTTP_NOT_FOUND, "没有这一页", "No such page", "没有这个公示页面。", "There is no such page.");
  return false;
}

static bool ask_notices(struct asking *asking, const char *project_code) {
  Workrelief__ListNoticesRequest request = WORKRELIEF__LIST_NOTICES_REQUEST__INIT;
  struct client_reply reply;
  request.project_code = (char *)(uintptr_t)project_code;
  request.page_size = NOTICES_PAGE;
  asking->view.notices = (const Workrelief__ListNoticesReply *)asking_ask(asking, "registry.ListNotices", &request.base,
                                                                          &workrelief__list_notices_reply__descriptor, &reply);
  if (!asking->view.notices) notice_away(&asking->job->answer, asking->view.english);
  return asking->view.notices != NULL;
}

/* NULL: payroll does not answer. sheet_code "": all. */
static Workrelief__PostedSheetPage *ask_sheets(struct asking *asking, const struct notice_wish *wish, const char *sheet_code, int size) {
  Workrelief__ListPostedSheetsRequest request = WORKRELIEF__LIST_POSTED_SHEETS_REQUEST__INIT;
  struct client_reply reply;
  request.project_code = (char *)(uintptr_t)wish->project_code;
  request.sheet_code = (char *)(uintptr_t)sheet_code;
  request.page_size = size;
  return (Workrelief__PostedSheetPage *)asking_ask(asking, "payroll.ListPostedSheets", &request.base, &workrelief__posted_sheet_page__descriptor,
                                                   &reply);
}

/* The newest sheets, or a page of earlier ones: its number is bounded, so that pages nobody needs cannot be asked for without end. */
static void ask_sheet_page(struct asking *asking, const struct notice_wish *wish) {
  const size_t before = (size_t)wish->after * SHEETS_PAGE;
  Workrelief__PostedSheetPage *page = ask_sheets(asking, wish, "", (int)before + SHEETS_PAGE);
  asking->view.sheets = page;
  asking->view.sheets_page = wish->after;
  if (!page) return;
  const size_t left_out = before < page->n_rows ? before : page->n_rows;
  page->rows += left_out;
  page->n_rows -= left_out;
}

static void project_page(struct asking *asking, const struct notice_wish *wish) {
  struct sink sink;
  if (!asking_board(asking, wish->project_code) || !ask_notices(asking, wish->project_code)) return;
  ask_sheet_page(asking, wish);
  if (!sink_open(&sink)) return;
  if (wish->kind == 'f')
    notice_write_print(sink.out, &asking->view);
  else
    notice_write_project(sink.out, &asking->view);
  sink_close(&sink, asking->job, MHD_HTTP_OK);
  asking->job->answer.is_unlisted = wish->kind != 'p';
  if (wish->kind != 'f') notice_keep(&asking->job->answer, wish, asking->view.sheets ? KEEP_S : KEEP_PART_S);
}

/* --- the rows of a sheet ---------------------------------------------------------------------------------------------------------------- */

/* Whether its rows are shown: in its days of publicity, and only where there are people enough. */
static bool is_shown(const struct notice_view *view, const Workrelief__PostedSheet *sheet) {
  return sheet->is_open && sheet->people_count >= view->board->small_cell_count;
}

static void sheet_page(struct asking *asking, const struct notice_wish *wish) {
  Workrelief__ListPublicLinesRequest request = WORKRELIEF__LIST_PUBLIC_LINES_REQUEST__INIT;
  struct client_reply reply;
  struct sink sink;
  char after[16];
  if (!asking_board(asking, wish->project_code)) return;
  const Workrelief__PostedSheetPage *found = ask_sheets(asking, wish, wish->sheet_code, 1);
  if (!found) return notice_away(&asking->job->answer, wish->english);
  if (!found->n_rows || !is_shown(&asking->view, found->rows[0]))
    return notice_say(&asking->job->answer, wish->english, MHD_HTTP_NOT_FOUND, "不再显示", "Not shown",
                      "这张工资表不在公示期，或人数过少不公开明细。", "The days of publicity of this sheet are over, or it has too few people.");
  snprintf(after, sizeof after, "%d", wish->after);
  request.project_code = (char *)(uintptr_t)wish->project_code;
  request.sheet_code = (char *)(uintptr_t)wish->sheet_code;
  request.page_size = LINES_PAGE;
  if (wish->after) request.page_token = after;
  const Workrelief__PublicLinePage *lines = (const Workrelief__PublicLinePage *)asking_ask(asking, "payroll.ListPublicLines", &request.base,
                                                                                           &workrelief__public_line_page__descriptor, &reply);
  if (!lines) return notice_away(&asking->job->answer, wish->english);
  if (!sink_open(&sink)) return;
  notice_write_sheet(sink.out, &asking->view, found->rows[0], lines, wish->after);
  sink_close(&sink, asking->job, MHD_HTTP_OK);
  notice_keep(&asking->job->answer, wish, KEEP_S);
}

void notice_page_job(struct http_site *site, struct http_job *job) {
  struct notice_wish wish;
  struct asking asking;
  char key[NOTICE_KEY_TEXT + 1] = "";
  if (!notice_wish_read(job->path, &wish)) return;
  if (wish.kind == 'i') return index_job(site, job);
  asking_begin(&asking, site, job, wish.english);
  if (wish.kind == 'b' || wish.kind == 's') notice_key_of(http_board(site), wish.project_code, key);
  asking.view.key = key;
  if (wish.kind == 'f' && job->body) asking.view.address = arena_printf(&asking.arena, "%.*s", (int)job->length, job->body);
  if (!asking.view.address) asking.view.address = "";
  if (wish.kind == 's')
    sheet_page(&asking, &wish);
  else
    project_page(&asking, &wish);
  arena_reset(&asking.arena);
}
