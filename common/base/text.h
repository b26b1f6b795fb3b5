/* text.h - bytes that claim to be text: UTF-8 checks, code points, hex, and parsing that never guesses. */
#ifndef WORKRELIEF_TEXT_H
#define WORKRELIEF_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/attribute.h"

/* Strict UTF-8 (no overlong form, no surrogate, at most U+10FFFF); NUL is refused too. *bad: offset of the first bad byte. */
bool utf8_is_valid(const void *bytes, size_t length, size_t *bad) MUST_CHECK;
/* Number of code points of valid UTF-8. */
size_t utf8_length(const char *text);
/* Display columns on a terminal: CJK and full-width count 2. For aligned tables. */
size_t utf8_columns(const char *text);
/* Decodes one code point of valid UTF-8 and moves *text behind it; 0 at the end. */
uint32_t utf8_next(const char **text);

/* Whole string, decimal, in range; false otherwise and *value untouched. */
bool parse_int64(const char *text, int64_t lowest, int64_t highest, int64_t *value) MUST_CHECK;

/* Lower-case hex of bytes; out holds 2 * length + 1; returns out. */
char *hex_encode(const void *bytes, size_t length, char *out);
/* Exactly 2 * length hex digits; false otherwise. */
bool hex_decode(const char *text, void *bytes, size_t length) MUST_CHECK;
/* Standard base64 with padding. Sizes: encoded 4 * ((n + 2) / 3) + 1. decode: returns length or -1. */
char *base64_encode(const void *bytes, size_t length, char *out);
long base64_decode(const char *text, size_t text_length, void *bytes, size_t capacity);

/* Wipes memory in a way the compiler keeps. */
void wipe(void *bytes, size_t length);

#endif
