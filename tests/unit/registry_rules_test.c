/* registry_rules_test.c - the registry's pure rules by tables of cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/attribute.h"
#include "registry.pb-c.h"
#include "services/registry/rules.c"

#define NONE 0u

static void test_enum_mask(void **state) {
  (void)state;
  assert_int_equal(enum_mask(NULL, 0), 0);
  assert_int_equal(enum_mask((const int[]){1, 3, 3}, 3), 10);
  assert_int_equal(enum_mask((const int[]){-1, 32, 2000000000}, 3), 0);
}

/* R057 R064: a report always, a design unless simplified, and then a report as deep as one. */
static void test_review_gaps(void **state) {
  (void)state;
  static const struct {
    uint32_t kinds;
    bool simplified, deep;
    unsigned gaps;
  } cases[] = {
      {NONE, false, false, GAP_REPORT | GAP_DESIGN},
      {DOCUMENT(FSR), false, false, GAP_DESIGN},
      {DOCUMENT(FSR), false, true, GAP_DESIGN},
      {DOCUMENT(FSR) | DOCUMENT(PRELIM_DESIGN), false, false, 0},
      {DOCUMENT(FUND_APPLICATION) | DOCUMENT(WORKING_DRAWING), false, false, 0},
      {DOCUMENT(PRELIM_DESIGN), false, false, GAP_REPORT},
      {DOCUMENT(FSR), true, false, GAP_DEPTH},
      {DOCUMENT(FSR), true, true, 0},
      {DOCUMENT(FSR) | DOCUMENT(PRELIM_DESIGN), true, false, 0},
      {DOCUMENT(BUDGET), true, false, GAP_REPORT | GAP_DEPTH},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) assert_int_equal(review_gaps(cases[i].kinds, cases[i].simplified, cases[i].deep), cases[i].gaps);
}

/* R065: five papers under one approval; each of them missing leaves it incomplete. */
static void test_approval_covers_all(void **state) {
  (void)state;
  const uint32_t all = DOCUMENT(PROPOSAL) | DOCUMENT(FSR) | DOCUMENT(PRELIM_DESIGN) | DOCUMENT(ESTIMATE) | DOCUMENT(BUDGET);
  static const uint32_t each[] = {DOCUMENT(PROPOSAL), DOCUMENT(FSR), DOCUMENT(PRELIM_DESIGN), DOCUMENT(ESTIMATE), DOCUMENT(BUDGET)};
  assert_true(approval_covers_all(all));
  assert_true(approval_covers_all(all | DOCUMENT(WORKING_DRAWING)));
  for (size_t i = 0; i < ARRAY_LENGTH(each); i++) assert_false(approval_covers_all(all & ~each[i]));
}

/* R051: every kind at every level but 农推, which stands at the county's only. */
static void test_list_kind_fits(void **state) {
  (void)state;
  for (int kind = WORKRELIEF__LIST_KIND__VALUE__ZHONGTUI; kind <= WORKRELIEF__LIST_KIND__VALUE__MODE_ADOPTED; kind++)
    for (int level = WORKRELIEF__LIST_LEVEL__VALUE__NATIONAL; level <= WORKRELIEF__LIST_LEVEL__VALUE__DISTRICT; level++)
      assert_int_equal(list_kind_fits(kind, level),
                       kind != WORKRELIEF__LIST_KIND__VALUE__NONGTUI || level == WORKRELIEF__LIST_LEVEL__VALUE__DISTRICT);
}

/* R073 */
static void test_contract_gaps(void **state) {
  (void)state;
  assert_int_equal(contract_gaps(NONE), CLAUSE(LABOUR_ORG) | CLAUSE(LABOUR_PAY));
  assert_int_equal(contract_gaps(CLAUSE(LABOUR_PAY) | CLAUSE(TRAINING)), CLAUSE(LABOUR_ORG));
  assert_int_equal(contract_gaps(CLAUSE(LABOUR_ORG) | CLAUSE(LABOUR_PAY)), 0);
}

/* R170: three channels at award; other stages and kinds choose their own. */
static void test_channel_gaps(void **state) {
  (void)state;
  const int award = WORKRELIEF__NOTICE_STAGE__VALUE__AWARD, announcement = WORKRELIEF__NOTICE_KIND__VALUE__ANNOUNCEMENT;
  assert_int_equal(channel_gaps(award, announcement, CHANNEL(COUNTY_WEB)), CHANNEL(TOWNSHIP_BOARD) | CHANNEL(VILLAGE_BOARD));
  assert_int_equal(channel_gaps(award, announcement, CHANNEL(COUNTY_WEB) | CHANNEL(TOWNSHIP_BOARD) | CHANNEL(VILLAGE_BOARD)), 0);
  assert_int_equal(channel_gaps(award, WORKRELIEF__NOTICE_KIND__VALUE__RIGHTS_BOARD, CHANNEL(SITE_BOARD)), 0);
  assert_int_equal(channel_gaps(WORKRELIEF__NOTICE_STAGE__VALUE__COMPLETED, announcement, CHANNEL(COUNTY_WEB)), 0);
}

/* R062: what a paper says it is: type and subtype in lower case. */
static void test_media_type_ok(void **state) {
  (void)state;
  static const char *const good[] = {"application/pdf", "image/jpeg", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a/b+c"};
  static const char *const bad[] = {
      "", "/", "pdf", "application/", "/pdf", "Application/pdf", "application/pdf; charset=x", "a/b/c", "application /pdf", ".a/b"};
  for (size_t i = 0; i < ARRAY_LENGTH(good); i++) assert_true(media_type_ok(good[i]));
  for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) assert_false(media_type_ok(bad[i]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_enum_mask),      cmocka_unit_test(test_review_gaps),   cmocka_unit_test(test_approval_covers_all),
      cmocka_unit_test(test_list_kind_fits), cmocka_unit_test(test_contract_gaps), cmocka_unit_test(test_channel_gaps),
      cmocka_unit_test(test_media_type_ok),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
