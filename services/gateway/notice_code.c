/* notice_code.c - the code on the printed board: its key, the address in it, and its picture for those who print the board. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/crypto/seal.h"
#include "common/daemon/service.h"
#include "common/pb/validate.h"
#include "services/gateway/notice_board.h"
#include "services/gateway/qr.h"

#define SEES_ALL (OFFICE | AUDIT | UPPER)

void notice_key_of(const struct notice_board *board, const char *project_code, char key[NOTICE_KEY_TEXT + 1]) {
  char subject[HTTP_PATH_SIZE + 32];
  uint8_t token[TOKEN_SIZE];
  snprintf(subject, sizeof subject, "%lld|%s", (long long)board->series, project_code);
  token_of(board->keys, "notice_key", subject, token);
  hex_encode(token, sizeof token, key);
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
