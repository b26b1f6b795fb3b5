/* enrolment.h - the one-time code by which a node becomes the child of another, and the proof that its holder gives of it. */
#ifndef WORKRELIEF_ENROLMENT_H
#define WORKRELIEF_ENROLMENT_H

#include <stdint.h>

#include "common/crypto/hash.h"

#define ENROLMENT_CODE_SIZE 16

/* What the parent keeps of a code. */
void enrolment_digest(const uint8_t code[ENROLMENT_CODE_SIZE], uint8_t digest[SM3_SIZE]);
/* Over the unit and both its public keys, under the digest. */
void enrolment_proof(const uint8_t digest[SM3_SIZE], const char *unit_id, const char *public_key, const char *sign_public, uint8_t proof[SM3_SIZE]);

#endif
