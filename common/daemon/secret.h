/* secret.h - personal data at the door: sealed on the way in, opened on the way out of a Reveal method (DESIGN 6). */
#ifndef WORKRELIEF_SECRET_H
#define WORKRELIEF_SECRET_H

#include "common/crypto/seal.h"
#include "common/pb/problem.h"
#include "common/pb/reflect.h"

/* Replaces every sealed field of the request (fields.def) by its ciphertext and fills its siblings <name>_token, <name>_mask and, for an ID
 * number, _birth_date and _sex, where the message has them. trusted: a call of the node itself may bring derived fields filled and
 * sealed texts as they are; from anybody else that is NOT_YOURS_TO_FILL. False: problems, or the arena is full (no problems then). */
bool secret_seal(const struct seal_keys *keys, struct arena *arena, message *request, bool trusted, struct problems *problems) MUST_CHECK;
/* Opens every sealed field of a reply. False when one is not ours. */
bool secret_open(const struct seal_keys *keys, struct arena *arena, message *reply) MUST_CHECK;

#endif
