/* money.h - fen in int64, ratios in basis points (10,000 = 100 %), exact integers only. */
#ifndef WORKRELIEF_MONEY_H
#define WORKRELIEF_MONEY_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include "common/base/attribute.h"

#define MONEY_TEXT_SIZE 32

/* False on overflow; *sum untouched then. */
bool money_add(int64_t left, int64_t right, int64_t *sum) MUST_CHECK;
/* fen -> "1,234,567.89" (yuan). Buffer of MONEY_TEXT_SIZE; returns it. */
char *money_yuan(int64_t fen, char *buffer);
/* fen -> "123.46" (ten thousand yuan, two decimals, rounded half up; for display only). */
char *money_wanyuan(int64_t fen, char *buffer);
/* "1234.5", "1,234.50" -> fen; at most two decimals, no sign but "-"; false otherwise. */
bool money_parse_yuan(const char *text, int64_t *fen) MUST_CHECK;
/* "445", "12.3456" ten thousand yuan -> fen; at most six decimals; false otherwise. */
bool money_parse_wanyuan(const char *text, int64_t *fen) MUST_CHECK;

/* pay / base in basis points, rounded half up; -1 when base is 0 or less: not applicable, never a pass (facts D.9). */
int64_t ratio_bp(int64_t pay_fen, int64_t base_fen);
/* pay * 10000 >= base * floor_bp in 128 bits. base <= 0 is false: the caller asks ratio_bp first. */
bool ratio_meets(int64_t pay_fen, int64_t base_fen, int64_t floor_bp);
/* basis points -> "45.19 %"; -1 -> "不适用". Buffer of MONEY_TEXT_SIZE; returns it. */
char *ratio_text(int64_t bp, char *buffer);

#endif
