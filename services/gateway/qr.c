/* qr.c - see qr.h. Medium correction: a board hangs in the rain, and its code is read although a seventh of it is lost. */
#include "services/gateway/qr.h"

#include <qrencode.h>

#include "services/gateway/page.h"

#define QUIET_ZONE 4 /* modules of white around the code, as the standard asks */

/* One rectangle for each run of dark modules in a row. */
static void dark_runs(FILE *out, const QRcode *code) {
  for (int row = 0; row < code->width; row++) {
    for (int column = 0, run = 0; column < code->width; column += run + 1, run = 0) {
      while (column + run < code->width && (code->data[row * code->width + column + run] & 1)) run++;
      if (run) fprintf(out, "M%d %dh%dv1h-%dz", column + QUIET_ZONE, row + QUIET_ZONE, run, run);
    }
  }
}

bool qr_svg(FILE *out, const char *text, const char *label) {
  QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
  if (!code) return false;
  const int side = code->width + 2 * QUIET_ZONE;
  fprintf(out,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
          "shape-rendering=\"crispEdges\"><title>",
          side, side, side * 4, side * 4);
  page_text(out, label);
  fprintf(out, "</title><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"", side, side);
  dark_runs(out, code);
  fputs("\"/></svg>", out);
  QRcode_free(code);
  return true;
}
