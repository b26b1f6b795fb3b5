/* enrolment.c - see enrolment.h. */
#include "common/crypto/enrolment.h"

#include <string.h>

void enrolment_digest(const uint8_t code[ENROLMENT_CODE_SIZE], uint8_t digest[SM3_SIZE]) {
  static const char context[] = "enrolment"; /* with its NUL */
  sm3((const struct hash_part[]){{context, sizeof(context)}, {code, ENROLMENT_CODE_SIZE}}, 2, digest);
}

/* Each text with its NUL: no two triples read the same. */
void enrolment_proof(const uint8_t digest[SM3_SIZE], const char *unit_id, const char *public_key, const char *sign_public, uint8_t proof[SM3_SIZE]) {
  const struct hash_part parts[] = {{unit_id, strlen(unit_id) + 1}, {public_key, strlen(public_key) + 1}, {sign_public, strlen(sign_public) + 1}};
  hmac_sm3(digest, SM3_SIZE, parts, 3, proof);
}
