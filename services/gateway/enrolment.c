/* enrolment.c - a node that holds a one-time code becomes a child. Nobody unknown is let through the door for it: its operator's file is
 * brought in by this node's own people, and is checked here against the invitation. */
#include <string.h>

#include "common/bus/client.h"
#include "common/crypto/enrolment.h"
#include "common/pb/scan.h"
#include "common/pb/validate.h"
#include "services/gateway/content.h"
#include "services/gateway/handlers.h"

static Workrelief__EnrolmentContent *unpacked(struct call *call, const Workrelief__Signed *enrolment) {
  struct problems *problems = arena_alloc(call_arena(call), sizeof *problems);
  message *content = NULL;
  if (!problems) return call_refuse(call, "CONTENT_BAD", "enrolment", NULL), NULL;
  problems_init(problems, call_arena(call));
  if (pb_scan(&workrelief__enrolment_content__descriptor, enrolment->content.data, enrolment->content.len, SCAN_UNKNOWN_REFUSE, problems))
    content = pb_unpack(call_arena(call), &workrelief__enrolment_content__descriptor, enrolment->content.data, enrolment->content.len);
  if (content && pb_validate(content, problems) && pb_require(content, "unit_id receiver_unit_id public_key sign_public invitation_proof", problems))
    return (Workrelief__EnrolmentContent *)content;
  call_refuse(call, "CONTENT_BAD", "enrolment.content", problems->count ? problems->list[0].path : NULL);
  return NULL;
}

/* The file is signed with the key that it names: its sender has that key. */
static bool is_signed_by_itself(const Workrelief__Signed *enrolment, const Workrelief__EnrolmentContent *content) {
  struct sign_key *key = sign_key_of_hex(content->sign_public);
  bool good = key && content_verify(enrolment, "EnrolmentContent", key);
  sign_key_close(&key);
  return good;
}

/* The digest of the unit's invitation when the proof fits it; else empty. */
static ProtobufCBinaryData proven(struct call *call, struct runtime *runtime, const Workrelief__EnrolmentContent *content) {
  Workrelief__GetInvitationRequest request = WORKRELIEF__GET_INVITATION_REQUEST__INIT;
  struct client_reply reply;
  message *answer;
  uint8_t proof[SM3_SIZE];
  request.unit_id = content->unit_id;
  runtime_ask(runtime, call_arena(call), "gateway.GetInvitation", NULL, &request.base, &workrelief__invitation_secret__descriptor, &reply, &answer);
  if (!answer) return (ProtobufCBinaryData){0, NULL};
  ProtobufCBinaryData digest = ((Workrelief__InvitationSecret *)answer)->invitation_digest;
  if (digest.len != SM3_SIZE || content->invitation_proof.len != SM3_SIZE) return (ProtobufCBinaryData){0, NULL};
  enrolment_proof(digest.data, content->unit_id, content->public_key, content->sign_public, proof);
  return bytes_equal(proof, content->invitation_proof.data, SM3_SIZE) ? digest : (ProtobufCBinaryData){0, NULL};
}

void gather_enrolment(struct call *call, struct runtime *runtime) {
  Workrelief__EnrolChildRequest *request = (Workrelief__EnrolChildRequest *)call_request(call);
  Workrelief__EnrolmentContent *content = unpacked(call, request->enrolment);
  if (!content) return;
  if (!is_signed_by_itself(request->enrolment, content)) return call_refuse(call, "SIGNATURE_BAD", "enrolment", NULL);
  if (content->content_version != CONTENT_VERSION || strcmp(content->receiver_unit_id, runtime_setting(runtime, "unit_id")) != 0)
    return call_refuse(call, "SENDER_MISMATCH", "enrolment", NULL);
  request->gathered_digest = proven(call, runtime, content);
  if (!request->gathered_digest.len) return call_refuse(call, "INVITATION_INVALID", "enrolment", NULL);
  request->gathered_content = content;
}
