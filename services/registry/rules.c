/* rules.c - pure rules over sets of enum values: no SQL, no messages, no clock. */
#include "services/registry/rules.h"

#include <string.h>

#include "registry.pb-c.h"

#define BIT(value) (1u << (value))
#define DOCUMENT(name) BIT(WORKRELIEF__DOCUMENT_KIND__VALUE__##name)
#define CLAUSE(name) BIT(WORKRELIEF__CLAUSE_KIND__VALUE__##name)
#define CHANNEL(name) BIT(WORKRELIEF__NOTICE_CHANNEL__VALUE__##name)

uint32_t enum_mask(const int *values, size_t count) {
  uint32_t mask = 0;
  for (size_t i = 0; i < count; i++)
    if (values[i] >= 0 && values[i] < 32) mask |= BIT(values[i]);
  return mask;
}

unsigned review_gaps(uint32_t kinds, bool simplified, bool deep) {
  unsigned gaps = 0;
  bool designed = (kinds & (DOCUMENT(PRELIM_DESIGN) | DOCUMENT(WORKING_DRAWING))) != 0;
  if (!(kinds & (DOCUMENT(FSR) | DOCUMENT(FUND_APPLICATION)))) gaps |= GAP_REPORT;
  if (!designed && !simplified) gaps |= GAP_DESIGN;
  if (!designed && simplified && !deep) gaps |= GAP_DEPTH;
  return gaps;
}

bool approval_covers_all(uint32_t kinds) {
  const uint32_t wanted = DOCUMENT(PROPOSAL) | DOCUMENT(FSR) | DOCUMENT(PRELIM_DESIGN) | DOCUMENT(ESTIMATE) | DOCUMENT(BUDGET);
  return (kinds & wanted) == wanted;
}

bool list_kind_fits(int kind, int level) { return kind != WORKRELIEF__LIST_KIND__VALUE__NONGTUI || level == WORKRELIEF__LIST_LEVEL__VALUE__DISTRICT; }

uint32_t contract_gaps(uint32_t clauses) { return (CLAUSE(LABOUR_ORG) | CLAUSE(LABOUR_PAY)) & ~clauses; }

uint32_t channel_gaps(int stage, int kind, uint32_t channels) {
  if (stage != WORKRELIEF__NOTICE_STAGE__VALUE__AWARD || kind != WORKRELIEF__NOTICE_KIND__VALUE__ANNOUNCEMENT) return 0;
  return (CHANNEL(COUNTY_WEB) | CHANNEL(TOWNSHIP_BOARD) | CHANNEL(VILLAGE_BOARD)) & ~channels;
}

static bool restricted_name_ok(const char *text, size_t length) {
  static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  static const char later[] = "abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+";
  return length > 0 && length <= 127 && strchr(first, text[0]) != NULL && strspn(text, later) >= length;
}

bool media_type_ok(const char *text) {
  const char *slash = strchr(text, '/');
  return slash != NULL && restricted_name_ok(text, (size_t)(slash - text)) && restricted_name_ok(slash + 1, strlen(slash + 1));
}
