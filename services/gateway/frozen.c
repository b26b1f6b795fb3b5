/* frozen.c - see frozen.h. */
#include "services/gateway/frozen.h"

#include <string.h>

#include "common/bus/client.h"
#include "common/crypto/hash.h"

bool frozen_digest(struct call *call, const void *bytes, size_t length, ProtobufCBinaryData *digest) {
  digest->data = arena_alloc(call_arena(call), SM3_SIZE);
  if (!digest->data) return false;
  digest->len = SM3_SIZE;
  sm3_of(bytes, length, digest->data);
  return true;
}

static bool copy(message *target, const message *source, const char *name) {
  const message_field *to = pb_field(target->descriptor, name), *from = pb_field(source->descriptor, name);
  return to && from && pb_copy_field(target, to, source, from);
}

static bool freeze(struct call *call, const struct frozen_kind *kind, message *document) {
  message *request = call_request(call);
  const message_type *type = request->descriptor;
  ProtobufCBinaryData digest;
  if (!document || !copy(document, request, "document_no") || !copy(document, request, "issued_date")) return false;
  const char *text = kind->text(call_arena(call), document);
  return text && frozen_digest(call, text, strlen(text), &digest) && pb_put_text(call_arena(call), request, pb_field(type, "gathered_text"), text) &&
         pb_put_bytes(call_arena(call), request, pb_field(type, "gathered_digest"), digest.data, digest.len);
}

void frozen_issue(struct call *call, struct runtime *runtime, const struct frozen_kind *kind, const message *get) {
  struct client_reply reply;
  message *document;
  runtime_ask(runtime, call_arena(call), kind->get_method, NULL, get, rpc_find(kind->get_method)->output, &reply, &document);
  if (!document && reply.status == STATUS_NOT_FOUND) return; /* the statement says so */
  if (!freeze(call, kind, document)) kind->not_read(call);
}
