/* rules.h - what the registry can tell from a request alone. Sets of enum values are bit masks: 1 << value. */
#ifndef WORKRELIEF_REGISTRY_RULES_H
#define WORKRELIEF_REGISTRY_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Values of a repeated enum as a mask; numbers above 31 count as none. */
uint32_t enum_mask(const int *values, size_t count);

enum review_gap { GAP_REPORT = 1, GAP_DESIGN = 2, GAP_DEPTH = 4 };
/* What pre-review papers lack (R057, R064). kinds: mask of DocumentKind; deep: the feasibility report reaches preliminary-design depth. */
unsigned review_gaps(uint32_t kinds, bool simplified, bool deep);
/* Whether one approval covers what a simplified one must (R065). */
bool approval_covers_all(uint32_t kinds);
/* 农推 lists stand at county level only (R051). */
bool list_kind_fits(int kind, int level);
/* Clauses of the works contract without which no award stands (R073), as a mask of ClauseKind. */
uint32_t contract_gaps(uint32_t clauses);
/* Channels that a notice still needs (R170), as a mask of NoticeChannel. */
uint32_t channel_gaps(int stage, int kind, uint32_t channels);

/* "application/pdf": type and subtype in lower case, at most 127 characters each (RFC 6838). */
bool media_type_ok(const char *text);

struct call;
void check_pre_review(struct call *call);
void check_pre_review_decision(struct call *call);
void check_approval(struct call *call);
void check_list_proposal(struct call *call);
void check_list_decision(struct call *call);
void check_list_adjustment(struct call *call);
void check_award(struct call *call);
void check_notice(struct call *call);
void check_paper(struct call *call);
void check_paper_limit(struct call *call);
/* Adds the rules' sentences to the gaps of GetGates. */
void say_gaps(struct call *call);

#endif
