/* notice_board.c - the notice board as a whole: its settings, its routes, what it remembers, and when it forgets. */
#include "services/gateway/notice_board.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/daemon/service.h"
#include "common/pb/validate.h"
#include "services/gateway/notice_page.h"

#define PAGES_MOST 512
#define PAGE_BYTES_MOST ((size_t)32 << 20)
#define FRESH_S 60 /* should a journal be out of reach */
#define SECOND_US INT64_C(1000000)
#define INDEX_FRESH_US (300 * INT64_C(1000000))
#define INDEX_STALE_US (-INDEX_FRESH_US) /* older than any machine runs */
#define JOB_PATIENCE_US (60 * INT64_C(1000000))
#define LINES_MOST 10000000
#define SHEET_PAGES_MOST 80 /* of a project: a thousand sheets, which is what one question brings */
#define FORWARDED_MOST 1024

/* --- its life ------------------------------------------------------------------------------------------------------------------------- */

static struct throttle *rate(struct runtime *runtime, const char *setting, int64_t times) {
  int64_t each = runtime_number(runtime, setting);
  return throttle_new((struct throttle_rate){each, each / 2}, (struct throttle_rate){each * times, each * times / 2});
}

static bool fill(struct notice_board *board) {
  char directory[512];
  const char *problem = "no memory";
  snprintf(directory, sizeof directory, "%s/keys", runtime_directory(board->runtime));
  board->keys = seal_keys_open(directory, &problem);
  board->cache = page_cache_new(PAGES_MOST, PAGE_BYTES_MOST);
  board->reads = rate(board->runtime, "notice_reads_per_hour", 1000);
  board->codes = rate(board->runtime, "notice_codes_per_hour", 100);
  board->complaints = rate(board->runtime, "notice_complaints_per_hour", 20);
  if (board->keys && board->cache && board->reads && board->codes && board->complaints) return true;
  log_error("notices: %s", problem);
  return false;
}

struct notice_board *notice_board_new(struct runtime *runtime) {
  struct notice_board *board = calloc(1, sizeof *board);
  if (!board) return NULL;
  board->runtime = runtime;
  board->url = runtime_setting(runtime, "notice_url");
  board->trusted = runtime_setting(runtime, "http_trusted_proxies");
  board->series = runtime_number(runtime, "notice_series");
  board->on = strcmp(runtime_setting(runtime, "notices"), "on") == 0;
  if (!fill(board)) notice_board_free(&board);
  return board;
}

static void index_free(struct notice_index *index) {
  if (!index) return;
  arena_reset(&index->arena);
  free(index);
}

void notice_board_free(struct notice_board **board) {
  if (!*board) return;
  if ((*board)->keys) seal_keys_close(&(*board)->keys);
  page_cache_free((*board)->cache);
  throttle_free((*board)->reads);
  throttle_free((*board)->codes);
  throttle_free((*board)->complaints);
  index_free((*board)->index);
  free(*board);
  *board = NULL;
}

/* --- what is asked for ------------------------------------------------------------------------------------------------------------------ */

void notice_wish_write(const struct notice_wish *wish, char key[PAGE_KEY_SIZE]) {
  snprintf(key, PAGE_KEY_SIZE, "%c|%d|%s|%s|%d|%" PRId32, wish->kind, wish->english, *wish->project_code ? wish->project_code : "-",
           *wish->sheet_code ? wish->sheet_code : "-", wish->after, clock_day_of(clock_now_us()));
}

bool notice_wish_read(const char *key, struct notice_wish *wish) {
  int english;
  if (sscanf(key, "%c|%d|%64[^|]|%64[^|]|%d", &wish->kind, &english, wish->project_code, wish->sheet_code, &wish->after) != 5) return false;
  wish->english = english != 0;
  return true;
}

bool notice_english(const struct exchange *exchange) {
  const char *language = MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, "lang");
  return language && strcmp(language, "en") == 0;
}

void notice_say(struct http_answer *answer, bool english, unsigned status, const char *title_zh, const char *title_en, const char *zh,
                const char *en) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out) notice_write_words(out, english, title_zh, title_en, zh, en);
  if (out && fclose(out) != 0) free(text), text = NULL;
  answer_text(answer, status, "text/html; charset=utf-8", text, length);
  answer->is_unlisted = true;
}

void notice_unknown(struct exchange *exchange) {
  notice_say(&exchange->answer, notice_english(exchange), MHD_HTTP_NOT_FOUND, "没有这一页", "No such page",
             "没有这个公示页面：请从项目列表进入，或重新扫描公示牌上的二维码。",
             "There is no such page: go by the list of projects, or scan the code on the board again.");
}

void notice_away(struct http_answer *answer, bool english) {
  notice_say(answer, english, MHD_HTTP_SERVICE_UNAVAILABLE, "暂时打不开", "Not available now", "系统正在启动或维护，请稍后再试。",
             "The node is starting or being maintained; try again in a moment.");
  answer->retry_after_s = 5;
}

static void too_often(struct exchange *exchange, int retry_after_s) {
  notice_say(&exchange->answer, notice_english(exchange), MHD_HTTP_TOO_MANY_REQUESTS, "请稍后再试", "Try again later",
             "访问或提交过于频繁，请过一会儿再试；急事请拨打公示牌上的电话。",
             "Too many requests; try again later, or call the numbers on the board.");
  exchange->answer.retry_after_s = retry_after_s;
}

/* Every X-Forwarded-For in its order, as one list: a proxy may add a line of its own behind the one that the asker wrote. */
struct forwarded {
  char list[FORWARDED_MOST];
  size_t length;
};

static enum MHD_Result take_forwarded(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
  struct forwarded *forwarded = context;
  (void)kind;
  if (strcasecmp(name, "X-Forwarded-For") != 0 || !value) return MHD_YES;
  int length = snprintf(forwarded->list + forwarded->length, FORWARDED_MOST - forwarded->length, ",%s", value);
  if (length < 0 || (size_t)length >= FORWARDED_MOST - forwarded->length) {
    forwarded->length = 0; /* too long to be told by proxies: nobody is believed */
    forwarded->list[0] = '\0';
    return MHD_NO;
  }
  forwarded->length += (size_t)length;
  return MHD_YES;
}

/* Who asks, behind our own proxies. */
static void client_address(const struct exchange *exchange, const char *trusted, uint8_t address[ADDRESS_SIZE]) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  struct forwarded forwarded = {.length = 0};
  const struct sockaddr_in *peer = info ? (const struct sockaddr_in *)(const void *)info->client_addr : NULL;
  char text[INET_ADDRSTRLEN] = "";
  uint8_t own[ADDRESS_SIZE] = {0};
  bool known = peer && peer->sin_family == AF_INET && inet_ntop(AF_INET, &peer->sin_addr, text, sizeof text) && address_parse(text, own);
  if (!known) memset(own, 0, sizeof own);
  if (*trusted) (void)MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, take_forwarded, &forwarded);
  address_of_client(own, forwarded.list, trusted, address);
}

bool notice_may(struct http_site *site, struct exchange *exchange, struct throttle *throttle) {
  uint8_t address[ADDRESS_SIZE];
  int retry_after_s = 0;
  client_address(exchange, http_board(site)->trusted, address);
  if (throttle_take(throttle, address, clock_monotonic_us(), &retry_after_s)) return true;
  too_often(exchange, retry_after_s);
  return false;
}

/* --- the second thread's work ------------------------------------------------------------------------------------------------------------- */

static struct notice_job *job_of(struct notice_board *board, const char *key) {
  for (size_t i = 0; i < NOTICE_JOBS_MOST; i++)
    if (board->jobs[i].hop_id && strcmp(board->jobs[i].key, key) == 0) return &board->jobs[i];
  return NULL;
}

/* The exchange gets the answer of a job for this key: of one under way, or of a new one. */
static void want(struct http_site *site, struct exchange *exchange, const char *key, const char *subject) {
  struct notice_board *board = http_board(site);
  const struct notice_job *running = job_of(board, key);
  if (running) {
    exchange->shares = running->hop_id;
    exchange->state = EXCHANGE_WAITING;
    return;
  }
  snprintf(exchange->path, sizeof exchange->path, "%s", key);
  http_work(site, exchange, notice_page_job);
  if (exchange->state != EXCHANGE_WAITING) return;
  for (size_t i = 0; i < NOTICE_JOBS_MOST; i++)
    if (!board->jobs[i].hop_id) {
      board->jobs[i] = (struct notice_job){.hop_id = exchange->hop_id};
      snprintf(board->jobs[i].key, sizeof board->jobs[i].key, "%s", key);
      snprintf(board->jobs[i].subject, sizeof board->jobs[i].subject, "%s", subject);
      return;
    }
}

static void keep_page(struct notice_board *board, const struct notice_job *done, const struct http_job *job) {
  if (!done->spoiled && job->answer.status == MHD_HTTP_OK && job->answer.cacheable)
    page_cache_put(board->cache, done->key, done->subject, job->answer.text, job->answer.length, clock_monotonic_us(),
                   job->answer.max_age_s * SECOND_US);
}

void notice_built(struct notice_board *board, struct http_job *job) {
  for (size_t i = 0; i < NOTICE_JOBS_MOST; i++) {
    if (board->jobs[i].hop_id != job->hop_id) continue;
    keep_page(board, &board->jobs[i], job);
    if (job->result) {
      index_free(board->index);
      board->index = job->result;
      board->index_us = board->jobs[i].spoiled ? INDEX_STALE_US : clock_monotonic_us();
    }
    job->result = NULL;
    board->jobs[i].hop_id = 0;
  }
}

/* The index begins the exchange once more; an index that is being asked for a second time is good enough for now. */
bool notice_indexed(struct http_site *site, struct exchange *exchange) {
  struct notice_board *board = http_board(site);
  if (board->index && (exchange->waited || clock_monotonic_us() - board->index_us < INDEX_FRESH_US)) return true;
  if (exchange->waited) {
    notice_away(&exchange->answer, notice_english(exchange));
    return false;
  }
  exchange->waited = true;
  char key[PAGE_KEY_SIZE];
  notice_wish_write(&(struct notice_wish){.kind = 'i'}, key);
  char path[HTTP_PATH_SIZE], *body = exchange->body;
  const size_t length = exchange->length, room = exchange->room;
  memcpy(path, exchange->path, sizeof path);
  exchange->body = NULL, exchange->length = exchange->room = 0; /* the index needs none; what was posted stays with the exchange */
  want(site, exchange, key, "");
  exchange->body = body, exchange->length = length, exchange->room = room;
  memcpy(exchange->path, path, sizeof path); /* it begins again by its own path */
  return false;
}

const Workrelief__NoticeProject *notice_project(const struct notice_board *board, const char *project_code) {
  for (size_t i = 0; i < board->index->count; i++)
    if (strcmp(board->index->rows[i]->project_code, project_code) == 0) return board->index->rows[i];
  return NULL;
}

/* --- forgetting ------------------------------------------------------------------------------------------------------------------------ */

bool notice_listens(const struct notice_board *board) { return board->on; }

static void forget(struct notice_board *board, const char *project_code) {
  page_cache_drop(board->cache, project_code);
  for (size_t i = 0; i < NOTICE_JOBS_MOST; i++)
    if (!*project_code || strcmp(board->jobs[i].subject, project_code) == 0) board->jobs[i].spoiled = true;
  if (!*project_code) board->index_us = INDEX_STALE_US;
}

/* Calls that change what is shown and have no event that says of which project. */
static bool changes_all(const char *service, const char *method) {
  static const char *const methods[] = {"PublishNotice", "ResolveNoticeObjection", "SetParameter", "ChangeUnit"};
  for (size_t i = 0; i < ARRAY_LENGTH(methods); i++)
    if (strcmp(service, "registry") == 0 && strcmp(method, methods[i]) == 0) return true;
  return false;
}

void notice_heard(struct notice_board *board, const char *service, const Workrelief__JournalEntry *entry, struct arena *arena) {
  if (!board->on || (strcmp(service, "registry") != 0 && strcmp(service, "payroll") != 0)) return;
  const char *dot = entry ? strrchr(entry->method, '.') : NULL;
  if (!entry || changes_all(service, dot ? dot + 1 : entry->method)) return forget(board, "");
  const message_type *type = entry->event.len ? pb_type_find(entry->event_type) : NULL;
  const message *event = type ? pb_unpack(arena, type, entry->event.data, entry->event.len) : NULL;
  const message_field *field = event ? pb_field(type, "project_code") : NULL;
  if (field && !pb_is_repeated(field) && field->type == PROTOBUF_C_TYPE_STRING && *pb_get_text(event, field, 0))
    forget(board, pb_get_text(event, field, 0));
}

/* --- routes ---------------------------------------------------------------------------------------------------------------------------- */

/* 0: none, or not a number up to most. */
static int number_argument(const struct exchange *exchange, const char *name, int most) {
  const char *text = MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, name);
  int64_t value = 0;
  return text && parse_int64(text, 0, most, &value) ? (int)value : 0;
}

static void list_begin(struct http_site *site, struct exchange *exchange) {
  const char *wanted = MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, "q");
  size_t bad, length = 0;
  char *text = NULL;
  if (!notice_indexed(site, exchange)) return;
  if (!wanted || strlen(wanted) > 128 || !utf8_is_valid(wanted, strlen(wanted), &bad)) wanted = "";
  FILE *out = open_memstream(&text, &length);
  if (out) notice_write_list(out, notice_english(exchange), http_board(site)->index, wanted, number_argument(exchange, "page", LINES_MOST));
  if (out && fclose(out) != 0) free(text), text = NULL;
  answer_text(&exchange->answer, MHD_HTTP_OK, "text/html; charset=utf-8", text, length);
  exchange->answer.cacheable = true;
  exchange->answer.max_age_s = FRESH_S;
}

/* From what is remembered, or made. */
static void show(struct http_site *site, struct exchange *exchange, const struct notice_wish *wish) {
  struct notice_board *board = http_board(site);
  char key[PAGE_KEY_SIZE];
  size_t length = 0;
  int64_t fresh_us = 0;
  notice_wish_write(wish, key);
  char *text = page_cache_copy(board->cache, key, clock_monotonic_us(), &length, &fresh_us);
  if (!text) return want(site, exchange, key, wish->project_code);
  answer_text(&exchange->answer, MHD_HTTP_OK, "text/html; charset=utf-8", text, length);
  notice_keep(&exchange->answer, wish, (int)(fresh_us / SECOND_US) + 1);
}

void notice_keep(struct http_answer *answer, const struct notice_wish *wish, int seconds) {
  answer->cacheable = true;
  answer->max_age_s = seconds < FRESH_S ? seconds : FRESH_S;
  answer->is_keyed = answer->is_unlisted = wish->kind != 'p';
}

/* The next piece of a path; false: none, or no code. */
static bool take_code(const char **rest, char code[NOTICE_CODE_SIZE]) {
  size_t length = strcspn(*rest, "/");
  if (!length || length >= NOTICE_CODE_SIZE) return false;
  snprintf(code, NOTICE_CODE_SIZE, "%.*s", (int)length, *rest);
  *rest += length;
  if (**rest == '/') (*rest)++;
  return code_ok(code);
}

static void project_begin(struct http_site *site, struct exchange *exchange) {
  struct notice_wish wish = {.kind = 'p', .english = notice_english(exchange), .after = number_argument(exchange, "sheets", SHEET_PAGES_MOST)};
  const char *rest = exchange->rest + strlen("p/");
  if (!take_code(&rest, wish.project_code) || *rest) return notice_unknown(exchange);
  if (!notice_indexed(site, exchange)) return;
  if (!notice_project(http_board(site), wish.project_code)) return notice_unknown(exchange);
  show(site, exchange, &wish);
}

/* By the code on the printed board: whether the project or its key is wrong, the answer is the same. */
static void board_begin(struct http_site *site, struct exchange *exchange) {
  struct notice_wish wish = {.kind = 'b', .english = notice_english(exchange), .after = number_argument(exchange, "sheets", SHEET_PAGES_MOST)};
  char key[NOTICE_CODE_SIZE] = "";
  const char *rest = exchange->rest + strlen("b/");
  bool coded = take_code(&rest, wish.project_code) && take_code(&rest, key);
  if (coded && *rest) {
    wish.kind = 's';
    wish.after = number_argument(exchange, "after", LINES_MOST);
    coded = take_code(&rest, wish.sheet_code) && !*rest;
  }
  if (!coded || !notice_key_fits(http_board(site), wish.project_code, key)) return notice_unknown(exchange);
  if (!notice_indexed(site, exchange)) return;
  if (!notice_project(http_board(site), wish.project_code)) return notice_unknown(exchange);
  show(site, exchange, &wish);
}

/* The board as it is printed; by session, and never kept: it bears the code. */
static void print_begin(struct http_site *site, struct exchange *exchange) {
  struct notice_wish wish = {.kind = 'f', .english = notice_english(exchange)};
  const char *rest = exchange->rest + strlen("print/");
  char key[PAGE_KEY_SIZE], address[NOTICE_ADDRESS_SIZE];
  if (!take_code(&rest, wish.project_code) || *rest) return notice_unknown(exchange);
  if (!identify(site, exchange, true) || !notice_may_print(site, exchange, wish.project_code)) return;
  if (!notice_indexed(site, exchange)) return;
  if (!notice_project(http_board(site), wish.project_code) || !notice_address(site, exchange, wish.project_code, address))
    return notice_unknown(exchange);
  notice_wish_write(&wish, key);
  free(exchange->body);
  exchange->body = strdup(address);
  exchange->length = exchange->body ? strlen(exchange->body) : 0;
  snprintf(exchange->path, sizeof exchange->path, "%s", key);
  http_work(site, exchange, notice_page_job);
}

static void style_begin(struct http_site *site, struct exchange *exchange) {
  static_begin(site, exchange);
  exchange->answer.max_age_s = exchange->answer.cacheable ? 3600 : 0;
}

/* prefix: the rest of the path is the page's own. */
static const struct {
  const char *path;
  bool prefix;
  exchange_function *get, *post;
} pages[] = {{"", false, list_begin, NULL},
             {"p/", true, project_begin, NULL},
             {"b/", true, board_begin, NULL},
             {"print/", true, print_begin, NULL},
             {"complain/", true, notice_complain_begin, notice_complain_begin},
             {"query", false, notice_query_begin, notice_query_begin},
             {"slip", false, notice_slip_begin, notice_slip_begin},
             {"notice.css", false, style_begin, NULL}};

void notice_begin(struct http_site *site, struct exchange *exchange) {
  if (!http_board(site)->on) return notice_unknown(exchange);
  for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
    bool fits = pages[i].prefix ? strncmp(exchange->rest, pages[i].path, strlen(pages[i].path)) == 0 : strcmp(exchange->rest, pages[i].path) == 0;
    exchange_function *begin = fits ? (exchange->is_post ? pages[i].post : pages[i].get) : NULL;
    if (!begin) continue;
    if (exchange->counted || notice_may(site, exchange, http_board(site)->reads)) {
      exchange->counted = true;
      begin(site, exchange);
    }
    return;
  }
  notice_unknown(exchange);
}

void notice_post_begin(struct http_site *site, struct exchange *exchange) { notice_begin(site, exchange); }
