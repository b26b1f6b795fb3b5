/* anchor.c - at the parent: the heads of a child's journals, verified and countersigned before the call is queued. Whether they go with those seen
 * before is the statement's to say. */
#include <string.h>

#include "common/bus/client.h"
#include "common/pb/scan.h"
#include "common/pb/validate.h"
#include "services/gateway/content.h"
#include "services/gateway/handlers.h"

static struct sign_key *child_key(struct call *call, struct runtime *runtime) {
  Workrelief__GetChildRequest request = WORKRELIEF__GET_CHILD_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  request.unit_id = (char *)(uintptr_t)call_caller(call)->unit_id;
  runtime_ask(runtime, call_arena(call), "gateway.GetChild", NULL, &request.base, &workrelief__child__descriptor, &reply, &answer);
  return answer ? sign_key_of_hex(((Workrelief__Child *)answer)->sign_public) : NULL;
}

static Workrelief__AnchorContent *unpacked(struct call *call, const Workrelief__Signed *anchor) {
  struct problems *problems = arena_alloc(call_arena(call), sizeof *problems);
  message *content = NULL;
  if (!problems) return NULL;
  problems_init(problems, call_arena(call));
  if (pb_scan(&workrelief__anchor_content__descriptor, anchor->content.data, anchor->content.len, SCAN_UNKNOWN_REFUSE, problems))
    content = pb_unpack(call_arena(call), &workrelief__anchor_content__descriptor, anchor->content.data, anchor->content.len);
  bool fine =
      content && pb_validate(content, problems) && pb_require(content, "made_at_us heads heads.service heads.epoch heads.seq heads.hash", problems);
  return fine ? (Workrelief__AnchorContent *)content : NULL;
}

static Workrelief__Signed *countersigned(struct call *call, struct runtime *runtime, Workrelief__AnchorContent *content,
                                         const Workrelief__Signed *anchor) {
  uint8_t digest[SM3_SIZE];
  struct sign_key *key = node_sign_key(runtime);
  Workrelief__AnchorReceiptContent receipt = WORKRELIEF__ANCHOR_RECEIPT_CONTENT__INIT;
  sm3_of(anchor->content.data, anchor->content.len, digest);
  receipt.content_version = CONTENT_VERSION;
  receipt.receiver_unit_id = content->receiver_unit_id;
  receipt.sender_unit_id = content->sender_unit_id;
  receipt.digest = (ProtobufCBinaryData){sizeof digest, digest};
  receipt.received_at_us = call_now_us(call);
  Workrelief__Signed *result = key ? content_sign(call_arena(call), key, &receipt.base) : NULL;
  sign_key_close(&key);
  return result;
}

void gather_anchor(struct call *call, struct runtime *runtime) {
  Workrelief__TakeAnchorRequest *request = (Workrelief__TakeAnchorRequest *)call_request(call);
  struct sign_key *key = child_key(call, runtime);
  bool good = key && content_verify(request->anchor, "AnchorContent", key);
  sign_key_close(&key);
  if (!good) return call_refuse(call, "SIGNATURE_BAD", "anchor", NULL);
  Workrelief__AnchorContent *content = unpacked(call, request->anchor);
  if (!content) return call_refuse(call, "CONTENT_BAD", "anchor.content", NULL);
  if (content->content_version != CONTENT_VERSION || strcmp(content->sender_unit_id, call_caller(call)->unit_id) != 0 ||
      strcmp(content->receiver_unit_id, runtime_setting(runtime, "unit_id")) != 0)
    return call_refuse(call, "SENDER_MISMATCH", "anchor", NULL);
  request->gathered_receipt = countersigned(call, runtime, content, request->anchor);
  if (!request->gathered_receipt) return call_refuse(call, "SIGN_KEY_MISSING", "", NULL);
  request->gathered_content = content;
}
