/* notice_code.c - the code on the printed board: its key, the address in it, and its picture for those who print the board. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/crypto/seal.h"
#include "common/daemon/service.h"
#include "common/pb/validate.h"
#include "services/gateway/notice_board.h"
#include "services/gateway/notice_form.h"
#include "services/gateway/qr.h"

#define SEES_ALL (OFFICE | AUDIT | UPPER)

void notice_key_of(const struct notice_board *board, const char *project_code, char key[NOTICE_KEY_TEXT + 1]) {
  char subject[HTTP_PATH_SIZE + 32];
  uint8_t token[TOKEN_SIZE];
  snprintf(subject, sizeof subject, "%lld|%s", (long long)board->series, project_code);
  token_of(board->keys, "notice_key", subject, token);
  hex_encode(token, sizeof token, key);
}

bool notice_key_fits(const struct notice_board *board, const char *project_code, const char *key) {
  char right[NOTICE_KEY_TEXT + 1];
  notice_key_of(board, project_code, right);
  return strlen(key) == NOTICE_KEY_TEXT && bytes_equal(key, right, NOTICE_KEY_TEXT);
}

/* A host as it may stand in an address: no character that could end the address or begin another. */
static bool host_ok(const char *host) {
  size_t length = strlen(host);
  for (size_t i = 0; i < length; i++)
    if (!isalnum((unsigned char)host[i]) && !strchr(".-:[]", host[i])) return false;
  return length > 0 && length <= 255;
}

bool notice_address(struct http_site *site, const struct exchange *exchange, const char *project_code, char out[NOTICE_ADDRESS_SIZE]) {
  const struct notice_board *board = http_board(site);
  const char *host = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
  char key[NOTICE_KEY_TEXT + 1];
  notice_key_of(board, project_code, key);
  if (*board->url) return (size_t)snprintf(out, NOTICE_ADDRESS_SIZE, "%s/notice/b/%s/%s", board->url, project_code, key) < NOTICE_ADDRESS_SIZE;
  if (!host || !host_ok(host)) return false;
  return (size_t)snprintf(out, NOTICE_ADDRESS_SIZE, "%s://%s/notice/b/%s/%s", http_is_tls(site) ? "https" : "http", host, project_code, key) <
         NOTICE_ADDRESS_SIZE;
}

bool notice_may_print(struct http_site *site, struct exchange *exchange, const char *project_code) {
  const struct session_entry *session = session_of(site, exchange);
  uint32_t held = session ? runtime_relations(http_runtime(site), project_code, session->unit_id) : 0;
  for (size_t i = 0; session && i < session->relation_count; i++) held |= (1u << session->relations[i]) & SEES_ALL;
  if (held) return true;
  answer_problem(&exchange->answer, MHD_HTTP_FORBIDDEN, "NOT_RELATED", "本单位与该项目没有关系，不能打印它的公示牌。",
                 "Your unit has nothing to do with this project and may not print its board.", exchange->english);
  return false;
}

/* "2606-140214-04-01-000030.svg" */
static bool take_project(const char *rest, char project_code[HTTP_PATH_SIZE]) {
  static const char ending[] = ".svg";
  size_t length = strlen(rest), tail = sizeof ending - 1;
  if (length <= tail || strcmp(rest + length - tail, ending) != 0) return false;
  snprintf(project_code, HTTP_PATH_SIZE, "%.*s", (int)(length - tail), rest);
  return code_ok(project_code);
}

void qr_begin(struct http_site *site, struct exchange *exchange) {
  char project_code[HTTP_PATH_SIZE], address[NOTICE_ADDRESS_SIZE], *text = NULL;
  size_t length = 0;
  if (!http_board(site)->on || !take_project(exchange->rest, project_code))
    return answer_problem(&exchange->answer, MHD_HTTP_NOT_FOUND, "NO_SUCH_PAGE", "没有这一页，或本节点未开通公示栏（notices = on）。",
                          "There is no such page, or the notice board is off here (notices = on).", exchange->english);
  if (!identify(site, exchange, true) || !notice_may_print(site, exchange, project_code)) return;
  FILE *out = notice_address(site, exchange, project_code, address) ? open_memstream(&text, &length) : NULL;
  bool drawn = out && qr_svg(out, address, "公示栏二维码 QR code of the notice board");
  if (out && fclose(out) != 0) drawn = false;
  if (drawn) return answer_text(&exchange->answer, MHD_HTTP_OK, "image/svg+xml", text, length);
  free(text);
  answer_problem(&exchange->answer, MHD_HTTP_BAD_REQUEST, "NO_ADDRESS", "无法确定公示栏的网址：请在节点设置中写 notice_url。",
                 "The board's address is not known: set notice_url on the node.", exchange->english);
}

/* --- forms and codes ------------------------------------------------------------------------------------------------------------------- */

#define FORM_US (2 * 3600 * INT64_C(1000000))
#define SALT_TEXT 16

void notice_nonce_new(char nonce[NONCE_TEXT + 1]) {
  uint8_t bytes[NONCE_TEXT / 2];
  random_bytes(bytes, sizeof bytes);
  hex_encode(bytes, sizeof bytes, nonce);
}

bool notice_nonce_ok(const char *nonce) {
  uint8_t bytes[NONCE_TEXT / 2];
  return strlen(nonce) == NONCE_TEXT && hex_decode(nonce, bytes, sizeof bytes);
}

static void sign_form(const struct notice_board *board, const char *nonce, const char *project_code, const char *salt, int64_t until_s,
                      char token[FORM_TOKEN_SIZE]) {
  char subject[256], mac[2 * TOKEN_SIZE + 1];
  uint8_t digest[TOKEN_SIZE];
  snprintf(subject, sizeof subject, "%s|%s|%s|%lld", nonce, project_code, salt, (long long)until_s);
  token_of(board->keys, "notice_form", subject, digest);
  snprintf(token, FORM_TOKEN_SIZE, "%s.%lld.%s", salt, (long long)until_s, hex_encode(digest, sizeof digest, mac));
}

void notice_form_make(const struct notice_board *board, const char *nonce, const char *project_code, int64_t now_us, char token[FORM_TOKEN_SIZE]) {
  uint8_t bytes[SALT_TEXT / 2];
  char salt[SALT_TEXT + 1];
  random_bytes(bytes, sizeof bytes);
  sign_form(board, nonce, project_code, hex_encode(bytes, sizeof bytes, salt), (now_us + FORM_US) / 1000000, token);
}

bool notice_form_fits(const struct notice_board *board, const char *nonce, const char *project_code, const char *token, int64_t now_us) {
  char salt[SALT_TEXT + 1], right[FORM_TOKEN_SIZE];
  long long until_s;
  if (sscanf(token, "%16[0-9a-f].%18lld.", salt, &until_s) != 2 || !notice_nonce_ok(nonce)) return false;
  sign_form(board, nonce, project_code, salt, until_s, right);
  return strlen(token) == strlen(right) && bytes_equal(token, right, strlen(right)) && until_s >= now_us / 1000000;
}

static const char code_letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* no I, L, O, U: they are misread */

void notice_query_code(const struct notice_board *board, const char *nonce, const char *token, char code[QUERY_CODE_TEXT + 1]) {
  char subject[256];
  uint8_t digest[TOKEN_SIZE];
  snprintf(subject, sizeof subject, "%s|%s", nonce, token);
  token_of(board->keys, "complaint_code", subject, digest);
  for (unsigned i = 0; i < QUERY_CODE_TEXT; i++) {
    unsigned bit = i * 5, pair = (unsigned)digest[bit / 8] << 8 | digest[bit / 8 + 1];
    code[i] = code_letters[pair >> (11 - bit % 8) & 31];
  }
  code[QUERY_CODE_TEXT] = '\0';
}

static bool read_code(const char *text, const char *letters, size_t length, char *code) {
  size_t used = 0;
  for (; *text; text++) {
    char letter = (char)toupper((unsigned char)*text);
    if (letter == ' ' || letter == '-') continue;
    letter = letter == 'O' ? '0' : letter == 'I' || letter == 'L' ? '1' : letter;
    if (used == length || !memchr(letters, letter, strlen(letters))) return false;
    code[used++] = letter;
  }
  code[used] = '\0';
  return used == length;
}

bool notice_query_code_read(const char *text, char code[QUERY_CODE_TEXT + 1]) { return read_code(text, code_letters, QUERY_CODE_TEXT, code); }
bool notice_slip_code_read(const char *text, char code[SLIP_CODE_TEXT + 1]) { return read_code(text, "0123456789ABCDEF", SLIP_CODE_TEXT, code); }
