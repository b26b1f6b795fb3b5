/* sealed_page.c - a page of sealed attendance on its way out: telephone numbers are eleven digits, so a digest of one that bears no key is
 * turned back by trying them all. */
#include "common/base/text.h"
#include "common/crypto/seal.h"
#include "services/workforce/handlers.h"
#include "workforce.pb-c.h"

#define DIGEST_MOST 32u

static bool key_digest(struct call *call, Workrelief__SealedAttendanceRow *row) {
  char text[2 * DIGEST_MOST + 1];
  if (!row->phone_digest.len) return true;
  if (row->phone_digest.len > DIGEST_MOST) return false;
  uint8_t *token = arena_alloc(call_arena(call), TOKEN_SIZE);
  if (!token) return false;
  call_token(call, "phone", hex_encode(row->phone_digest.data, row->phone_digest.len, text), token);
  row->phone_digest = (ProtobufCBinaryData){TOKEN_SIZE, token};
  return true;
}

void finish_sealed_attendance(struct call *call) {
  Workrelief__SealedAttendancePage *page = (Workrelief__SealedAttendancePage *)call_reply(call);
  for (size_t i = 0; i < page->n_rows; i++)
    if (!key_digest(call, page->rows[i]))
      return call_unavailable(call, "TOO_LARGE", "回复过大，请减小每页条数。", "The reply is too large; ask for smaller pages.");
}
