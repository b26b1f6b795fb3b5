/* http_paper.c - the QR code on a printed page of the console: it leads back to the page and bears the code by which the paper is checked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/gateway/http.h"
#include "services/gateway/qr.h"

#define TEXT_MOST 300
#define SIDE 52 /* CSS pixels: 14 mm on paper */

/* The picture as large as a page's margin takes it: qr_svg says its own width, in a picture that scales it. */
static char *scaled(const char *picture, size_t *length) {
  static const char width[] = " width=\"";
  const char *said = strstr(picture, width);
  char *text = NULL;
  FILE *out = said ? open_memstream(&text, length) : NULL;
  if (!out) return NULL;
  said += sizeof width - 1;
  int digits = (int)strspn(said, "0123456789");
  fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %.*s %.*s\">%s</svg>", SIDE, SIDE, digits, said,
          digits, said, picture);
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}

void paper_code_begin(struct http_site *site, struct exchange *exchange) {
  const char *target = MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, "text");
  char *text = NULL;
  size_t length = 0;
  if (!identify(site, exchange, true)) return;
  FILE *out = target && *target && strlen(target) <= TEXT_MOST ? open_memstream(&text, &length) : NULL;
  bool drawn = out && qr_svg(out, target, "校验码 code of this paper");
  if (out && fclose(out) != 0) drawn = false;
  char *small = drawn ? scaled(text, &length) : NULL;
  free(text);
  if (small) {
    answer_text(&exchange->answer, MHD_HTTP_OK, "image/svg+xml", small, length);
    exchange->answer.cacheable = true;
    return;
  }
  answer_problem(&exchange->answer, MHD_HTTP_BAD_REQUEST, "NO_TEXT", "text 应为不超过 300 字节的文字。", "text is to be a text of at most 300 bytes.",
                 exchange->english);
}
