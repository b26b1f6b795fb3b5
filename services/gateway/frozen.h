/* frozen.h - a text that an office issues is frozen with its digest: the draft is read once more, number and day of issue are put in, and what
 * it then says is what stands for ever. */
#ifndef WORKRELIEF_GATEWAY_FROZEN_H
#define WORKRELIEF_GATEWAY_FROZEN_H

#include "common/daemon/service.h"

/* A kind of such a document. Its rows do not change behind a draft, so what is read here is what is issued. */
struct frozen_kind {
  const char *get_method;                                      /* reads the draft that the request names */
  char *(*text)(struct arena *arena, const message *document); /* NULL: no memory, or the draft lacks what it is made of */
  void (*not_read)(struct call *call);
};

/* For gather functions: fills gathered_text and gathered_digest of the call's request, which bears document_no and issued_date. A draft that is
 * not there is left to the statement to refuse. */
void frozen_issue(struct call *call, struct runtime *runtime, const struct frozen_kind *kind, const message *get);
/* SM3 of the bytes, in the call's arena; false: it is full. */
bool frozen_digest(struct call *call, const void *bytes, size_t length, ProtobufCBinaryData *digest) MUST_CHECK;

#endif
