/* text.c - UTF-8 by the table of RFC 3629, eight ASCII bytes at a time where it can. */
#include "common/base/text.h"

#include <string.h>

/* Any byte that is NUL or not ASCII sets its high bit in the result. */
static bool eight_plain(const unsigned char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  const uint64_t nul = (word - UINT64_C(0x0101010101010101)) & ~word;
  return ((word | nul) & UINT64_C(0x8080808080808080)) == 0;
}

/* Length of the sequence that begins here; 0 when it is none. The second byte's range excludes overlong forms, surrogates and
 * what lies beyond U+10FFFF. */
static size_t sequence_length(const unsigned char *at, size_t left) {
  unsigned lowest = 0x80, highest = 0xbf;
  size_t length;
  const unsigned char first = at[0];
  if (first == 0 || (first >= 0x80 && first < 0xc2) || first > 0xf4) return 0;
  if (first < 0x80) return 1;
  if (first < 0xe0) {
    length = 2;
  } else if (first < 0xf0) {
    length = 3;
    if (first == 0xe0) lowest = 0xa0;
    if (first == 0xed) highest = 0x9f;
  } else {
    length = 4;
    if (first == 0xf0) lowest = 0x90;
    if (first == 0xf4) highest = 0x8f;
  }
  if (left < length || at[1] < lowest || at[1] > highest) return 0;
  for (size_t i = 2; i < length; i++)
    if ((at[i] & 0xc0) != 0x80) return 0;
  return length;
}

bool utf8_is_valid(const void *bytes, size_t length, size_t *bad) {
  const unsigned char *const start = bytes;
  size_t at = 0;
  while (at < length) {
    if (length - at >= 8 && eight_plain(start + at)) {
      at += 8;
      continue;
    }
    const size_t step = sequence_length(start + at, length - at);
    if (step == 0) {
      *bad = at;
      return false;
    }
    at += step;
  }
  return true;
}

size_t utf8_length(const char *text) {
  size_t count = 0;
  for (; *text; text++)
    if (((unsigned char)*text & 0xc0) != 0x80) count++;
  return count;
}

uint32_t utf8_next(const char **text) {
  const unsigned char *const at = (const unsigned char *)*text;
  if (!at[0]) return 0;
  const unsigned length = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
  uint32_t point = length == 1 ? at[0] : at[0] & (0x7fu >> length);
  unsigned taken = 1;
  for (; taken < length && (at[taken] & 0xc0) == 0x80; taken++) point = point << 6 | (at[taken] & 0x3fu);
  *text += taken;
  return point;
}

static bool is_wide(uint32_t point) {
  static const struct {
    uint32_t first, last;
  } wide[] = {
      {0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
      {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
  };
  for (size_t i = 0; i < ARRAY_LENGTH(wide) && point >= wide[i].first; i++)
    if (point <= wide[i].last) return true;
  return false;
}

size_t utf8_columns(const char *text) {
  size_t columns = 0;
  for (uint32_t point; (point = utf8_next(&text)) != 0;) columns += is_wide(point) ? 2 : 1;
  return columns;
}

bool parse_int64(const char *text, int64_t lowest, int64_t highest, int64_t *value) {
  const bool negative = *text == '-';
  if (negative) text++;
  if (!*text) return false;
  int64_t parsed = 0;
  for (; *text; text++) {
    if (*text < '0' || *text > '9') return false;
    const int digit = *text - '0';
    if (__builtin_mul_overflow(parsed, (int64_t)10, &parsed) || __builtin_add_overflow(parsed, (int64_t)(negative ? -digit : digit), &parsed))
      return false;
  }
  if (parsed < lowest || parsed > highest) return false;
  *value = parsed;
  return true;
}

char *hex_encode(const void *bytes, size_t length, char *out) {
  static const char digits[] = "0123456789abcdef";
  const unsigned char *const from = bytes;
  for (size_t i = 0; i < length; i++) {
    out[2 * i] = digits[from[i] >> 4];
    out[2 * i + 1] = digits[from[i] & 15];
  }
  out[2 * length] = 0;
  return out;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool hex_decode(const char *text, void *bytes, size_t length) {
  unsigned char *const to = bytes;
  if (strnlen(text, 2 * length + 1) != 2 * length) return false;
  for (size_t i = 0; i < length; i++) {
    const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    to[i] = (unsigned char)(high << 4 | low);
  }
  return true;
}

char *base64_encode(const void *bytes, size_t length, char *out) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const unsigned char *const from = bytes;
  char *to = out;
  for (size_t i = 0; i < length; i += 3) {
    const size_t left = length - i;
    const uint32_t group = (uint32_t)from[i] << 16 | (left > 1 ? (uint32_t)from[i + 1] << 8 : 0) | (left > 2 ? from[i + 2] : 0u);
    *to++ = letters[group >> 18];
    *to++ = letters[group >> 12 & 63];
    *to++ = left > 1 ? letters[group >> 6 & 63] : '=';
    *to++ = left > 2 ? letters[group & 63] : '=';
  }
  *to = 0;
  return out;
}

static int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

long base64_decode(const char *text, size_t text_length, void *bytes, size_t capacity) {
  unsigned char *const to = bytes;
  size_t done = 0;
  if (text_length % 4 != 0) return -1;
  for (size_t i = 0; i < text_length; i += 4) {
    const bool last = i + 4 == text_length;
    const size_t padding = last && text[i + 3] == '=' ? (text[i + 2] == '=' ? 2 : 1) : 0;
    uint32_t group = 0;
    for (size_t j = 0; j < 4; j++) {
      const int digit = j < 4 - padding ? base64_digit(text[i + j]) : 0;
      if (digit < 0) return -1;
      group = group << 6 | (uint32_t)digit;
    }
    /* Bits under the padding must be zero: one value, one spelling. */
    if ((padding == 1 && (group & 0xff)) || (padding == 2 && (group & 0xffff)) || capacity - done < 3 - padding) return -1;
    for (size_t j = 0; j < 3 - padding; j++) to[done++] = (unsigned char)(group >> (16 - 8 * j));
  }
  return (long)done;
}

void wipe(void *bytes, size_t length) {
  if (length > 0) explicit_bzero(bytes, length);
}
