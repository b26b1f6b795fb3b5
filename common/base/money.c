/* money.c - exact integers; wide products in 128 bits. */
#include "common/base/money.h"

#include <stdio.h>

#define FEN_PER_YUAN 100
#define FEN_PER_WANYUAN 1000000

__extension__ typedef __int128 wide;

bool money_add(int64_t left, int64_t right, int64_t *sum) {
  int64_t added;
  if (__builtin_add_overflow(left, right, &added)) return false;
  *sum = added;
  return true;
}

static uint64_t magnitude_of(int64_t value) { return value < 0 ? 0 - (uint64_t)value : (uint64_t)value; }

char *money_yuan(int64_t fen, char *buffer) {
  const uint64_t magnitude = magnitude_of(fen);
  char digits[MONEY_TEXT_SIZE];
  const int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)(magnitude / FEN_PER_YUAN));
  char *out = buffer;
  if (fen < 0) *out++ = '-';
  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0) *out++ = ',';
    *out++ = digits[i];
  }
  const unsigned cents = (unsigned)(magnitude % FEN_PER_YUAN);
  *out++ = '.';
  *out++ = (char)('0' + cents / 10);
  *out++ = (char)('0' + cents % 10);
  *out = 0;
  return buffer;
}

/* Half away from zero, so that a correction shows as the negative of what it corrects. */
char *money_wanyuan(int64_t fen, char *buffer) {
  const uint64_t hundredths = (magnitude_of(fen) + 5000) / 10000;
  (void)snprintf(buffer, MONEY_TEXT_SIZE, "%s%llu.%02u", fen < 0 && hundredths > 0 ? "-" : "", (unsigned long long)(hundredths / 100),
                 (unsigned)(hundredths % 100));
  return buffer;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Whole part: digits, or groups of three behind commas ("1,234,567"); the first group has one to three. */
static const char *take_whole(const char *text, wide *value) {
  int in_group = 0, groups = 0, digits = 0;
  for (; is_digit(*text) || (*text == ',' && digits > 0); text++) {
    if (*text == ',') {
      if (in_group > 3 || (groups > 0 && in_group != 3)) return NULL;
      groups++;
      in_group = 0;
      continue;
    }
    if (++digits > 20) return NULL;
    in_group++;
    *value = *value * 10 + (*text - '0');
  }
  return digits > 0 && (groups == 0 || in_group == 3) ? text : NULL;
}

/* fen_per_unit is a power of ten; as many decimals are allowed as it has zeros. */
static bool parse_amount(const char *text, int64_t fen_per_unit, int64_t *fen) {
  const bool negative = *text == '-';
  wide value = 0;
  text = take_whole(negative ? text + 1 : text, &value);
  if (!text) return false;
  value *= fen_per_unit;
  if (*text == '.') {
    int64_t unit = fen_per_unit / 10;
    if (!is_digit(*++text)) return false;
    for (; is_digit(*text) && unit > 0; text++, unit /= 10) value += (*text - '0') * unit;
  }
  if (negative) value = -value;
  if (*text || value > INT64_MAX || value < INT64_MIN) return false;
  *fen = (int64_t)value;
  return true;
}

bool money_parse_yuan(const char *text, int64_t *fen) { return parse_amount(text, FEN_PER_YUAN, fen); }
bool money_parse_wanyuan(const char *text, int64_t *fen) { return parse_amount(text, FEN_PER_WANYUAN, fen); }

int64_t ratio_bp(int64_t pay_fen, int64_t base_fen) {
  if (base_fen <= 0) return -1;
  if (pay_fen <= 0) return 0;
  const wide ratio = ((wide)pay_fen * 20000 + base_fen) / ((wide)base_fen * 2);
  return ratio > INT64_MAX ? INT64_MAX : (int64_t)ratio;
}

bool ratio_meets(int64_t pay_fen, int64_t base_fen, int64_t floor_bp) { return base_fen > 0 && (wide)pay_fen * 10000 >= (wide)base_fen * floor_bp; }

char *ratio_text(int64_t bp, char *buffer) {
  if (bp < 0)
    (void)snprintf(buffer, MONEY_TEXT_SIZE, "不适用");
  else
    (void)snprintf(buffer, MONEY_TEXT_SIZE, "%lld.%02lld %%", (long long)(bp / 100), (long long)(bp % 100));
  return buffer;
}
