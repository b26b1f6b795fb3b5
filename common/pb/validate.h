/* validate.h - the meaning of field names (fields.def), checked on every request before its handler runs. */
#ifndef WORKRELIEF_VALIDATE_H
#define WORKRELIEF_VALIDATE_H

#include "common/pb/problem.h"
#include "common/pb/reflect.h"

enum field_secrecy {
  FIELD_OPEN,
  FIELD_SEALED,  /* sealed at the door; siblings <name>_token (bytes) and <name>_mask (string) are filled there when they exist */
  FIELD_DERIVED, /* filled by the node only; refused from outside */
  FIELD_WRITTEN  /* a sentence of somebody: from outside it may bear nobody's ID or card number in full */
};

/* One row of fields.def: what a field of this name (or suffix, when it begins with '*'; prefix, when it ends so) must look like. Absent values pass; what a
 * method cannot do without is named in its row. */
struct field_rule {
  const char *pattern; /* "id_number", "*_fen" or "gathered_*" */
  enum field_secrecy secrecy;
  const char *reason; /* stable code of the complaint */
  const char *zh, *en, *basis;
  bool (*text_ok)(const char *text);                      /* for strings; NULL = any */
  int64_t lowest, highest;                                /* for integers; for strings without text_ok: code points */
  void (*mask)(const char *text, char *out, size_t size); /* for FIELD_SEALED and masked output; NULL = none */
};

/* The rule for a field name: exact name first, then the longest suffix; NULL = none (strings then have the general cap of 4000
 * code points). */
const struct field_rule *field_rule_find(const char *name);

/* Checks every field of the message and its sub-messages. True when nothing blocks. Also normalises in place what has one right
 * form: id_number and uscc to upper case. */
bool pb_validate(message *subject, struct problems *problems) MUST_CHECK;
/* The same for what the node itself hands on: what people wrote elsewhere was looked at where they wrote it. */
bool pb_validate_inside(message *subject, struct problems *problems) MUST_CHECK;
/* required: space-separated paths ("project_code lines.worker_code"); a path into a repeated message is required in each element,
 * the repeated field itself when named must have one element at least. Adds REQUIRED. */
bool pb_require(const message *subject, const char *required, struct problems *problems) MUST_CHECK;
/* For the boot check: true when every path of required exists in the type; else *missing names the first that does not. */
bool pb_require_fits(const message_type *type, const char *required, const char **missing) MUST_CHECK;

/* Validators of the standards, pure. */
bool id_number_ok(const char *text);                  /* GB 11643-1999, 18 characters, birth from 1900, x accepted */
bool id_number_birth(const char *text, int32_t *day); /* days since 1970 of a valid number */
int id_number_sex(const char *text);                  /* GB/T 2261.1: 1 male, 2 female, of a valid number */
bool uscc_ok(const char *text);                       /* GB 32100-2015 */
bool organisation_code_ok(const char *text);          /* GB 11714-1997 */
bool card_number_ok(const char *text);                /* Luhn, 13..19 digits */
bool account_number_ok(const char *text);             /* 5..32 of [0-9A-Za-z-]; when 16 or 19 digits beginning 62: Luhn too */
bool division_code_ok(const char *text);              /* GB/T 2260 + 10114: 6, 9 or 12 digits, no gap (facts D.4) */
bool project_code_ok(const char *text);               /* GB/T 40058 shape, month 01-12 */
bool phone_ok(const char *text);
bool month_ok(const char *text);
bool quarter_ok(const char *text);
bool date_ok(const char *text);
bool code_ok(const char *text); /* our own short codes: [0-9A-Za-z._-]{1,64} */

/* Whether a text bears somebody's citizen number or bank card in full, single blanks or hyphens between the digits or not. */
bool bears_personal_number(const char *text);

void mask_id_number(const char *text, char *out, size_t size);
void mask_account_no(const char *text, char *out, size_t size);
void mask_phone(const char *text, char *out, size_t size);
void mask_name(const char *text, char *out, size_t size);

#endif
