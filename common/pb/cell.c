/* cell.c - cells as people and spreadsheets leave them. */
#include "common/pb/cell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"

#define DIGITS "0123456789"
#define DIGITS_KEPT 15 /* of a number, by every spreadsheet */

static bool begins(const char *text, const char *with) { return !strncmp(text, with, strlen(with)); }

/* --- cleaning ------------------------------------------------------------------------------------------------------------------ */

/* Bytes of the space at the beginning of the text; 0 = none. */
static size_t space_ahead(const char *text, size_t length) {
  static const char *const spaces[] = {" ", "\t", "\n", "\r", "\u00a0", "\u3000", "\ufeff", "\u200b"};
  if (!length || !strchr(" \t\n\r\xc2\xe3\xef\xe2", *text)) return 0; /* their first bytes: nearly every cell ends here */
  for (size_t i = 0; i < ARRAY_LENGTH(spaces); i++)
    if (strlen(spaces[i]) <= length && begins(text, spaces[i])) return strlen(spaces[i]);
  return 0;
}

static size_t space_behind(const char *text, size_t length) {
  for (size_t width = 1; width <= 3 && width <= length; width++)
    if (space_ahead(text + length - width, width) == width) return width;
  return 0;
}

/* Full-width letters, digits and signs (U+FF01..FF5E) as ASCII, but only when all of it then is ASCII and a digit is among it: a name
 * keeps its （）. */
static const char *narrow(struct arena *arena, const char *cell) {
  char *const plain = arena_alloc(arena, strlen(cell) + 1);
  size_t used = 0;
  bool digit = false;
  if (!plain) return NULL;
  for (const char *next = cell; *next;) {
    uint32_t point = utf8_next(&next);
    if (point >= 0xff01 && point <= 0xff5e) point -= 0xff01 - '!';
    if (point == 0x3000) point = ' ';
    if (point > 0x7e) return cell;
    digit = digit || (point >= '0' && point <= '9');
    plain[used++] = (char)point;
  }
  plain[used] = '\0';
  return digit ? plain : cell;
}

/* What a binary number adds behind the ninth decimal, and decimals that say nothing. */
static const char *without_noise(struct arena *arena, const char *cell) {
  const char *digits = cell + (*cell == '-'), *const point = strchr(cell, '.');
  if (!point || !strlen(point + 1) || strspn(digits, DIGITS) != (size_t)(point - digits) || point == digits || point - digits > 12) return cell;
  if (strspn(point + 1, DIGITS) != strlen(point + 1)) return cell;
  int64_t whole = 0, billionths = 0;
  for (const char *next = digits; next < point; next++) whole = whole * 10 + (*next - '0');
  const size_t decimals = strlen(point + 1);
  for (size_t i = 1; i <= 9; i++) billionths = billionths * 10 + (i <= decimals ? point[i] - '0' : 0);
  if (decimals > 9 && point[10] >= '5') billionths++;
  const bool round = decimals > 9 && billionths % 1000 == 0; /* at most six decimals are meant, ten and more were written */
  if (billionths != 0 && billionths != 1000000000 && !round) return cell;
  if (decimals > 9 && !round) return cell;
  if (billionths == 1000000000) whole++, billionths = 0;
  char *const plain = arena_printf(arena, "%s%" PRId64 ".%09" PRId64, *cell == '-' ? "-" : "", whole, billionths);
  if (!plain) return NULL;
  size_t length = strlen(plain);
  while (plain[length - 1] == '0') length--;
  if (plain[length - 1] == '.') length--;
  plain[length] = '\0';
  return plain;
}

static void trim(const char **cell, size_t *length) {
  for (size_t space; (space = space_ahead(*cell, *length)) > 0; *length -= space) *cell += space;
  for (size_t space; (space = space_behind(*cell, *length)) > 0;) *length -= space;
}

const char *cell_clean(struct arena *arena, const char *cell) {
  size_t length = strlen(cell);
  trim(&cell, &length);
  if (length > 1 && *cell == '\'') {
    cell++, length--;
    trim(&cell, &length);
  }
  const char *const copy = arena_strndup(arena, cell, length), *const plain = copy ? narrow(arena, copy) : NULL;
  return plain ? without_noise(arena, plain) : NULL;
}

/* --- what a cell is ------------------------------------------------------------------------------------------------------------ */

static bool is_one_of(const char *cell, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!strcmp(cell, words[i])) return true;
  return false;
}

bool cell_is_blank(const char *cell) {
  static const char *const words[] = {"", "-", "--", "—", "——", "－", "/", "／", "\\", "无", "空"};
  return is_one_of(cell, words, ARRAY_LENGTH(words));
}

bool cell_is_total(const char *cell) {
  static const char *const words[] = {"合计", "总计", "小计", "共计", "本页合计", "本页小计", "累计"};
  char plain[32];
  size_t used = 0;
  for (size_t space; *cell && used + 1 < sizeof plain; cell += space ? space : 1) {
    space = space_ahead(cell, strlen(cell));
    if (!space) plain[used++] = *cell;
  }
  plain[used] = '\0';
  if (used && plain[used - 1] == ':') plain[--used] = '\0';
  if (used > 3 && !strcmp(plain + used - 3, "：")) plain[used - 3] = '\0';
  return !*cell && is_one_of(plain, words, ARRAY_LENGTH(words));
}

bool cell_is_residue(const char *cell) {
  static const char *const errors[] = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"};
  if (is_one_of(cell, errors, ARRAY_LENGTH(errors))) return true;
  if (*cell == '=' && cell[1]) return true;
  return *cell == '#' && strspn(cell, "#") == strlen(cell);
}

bool cell_has_lost_digits(const char *cell) {
  const size_t digits = strspn(cell, DIGITS);
  if (digits && !cell[digits]) { /* 140298198506150000 */
    size_t zeros = 0;
    while (zeros < digits && cell[digits - 1 - zeros] == '0') zeros++;
    return digits > DIGITS_KEPT && zeros >= digits - DIGITS_KEPT;
  }
  const char *const exponent = strpbrk(cell, "Ee");
  if (!exponent || exponent == cell || strspn(cell, DIGITS ".") != (size_t)(exponent - cell)) return false;
  const char *const power = exponent + (exponent[1] == '+' ? 2 : 1);
  return *power && strspn(power, DIGITS) == strlen(power) && memchr(cell, '.', (size_t)(exponent - cell));
}

bool cell_serial_day(const char *cell, int32_t *day) {
  enum { NEW_YEAR_1970 = 25569, FIRST = 20000, LAST = 80000 };
  int64_t serial;
  if (strspn(cell, DIGITS) != 5 || cell[5] || !parse_int64(cell, FIRST, LAST, &serial)) return false;
  *day = (int32_t)(serial - NEW_YEAR_1970);
  return true;
}

char *cell_name(size_t column, size_t row, char *out) {
  char letters[8];
  size_t count = 0;
  for (size_t left = column + 1; left > 0 && count < sizeof letters; left = (left - 1) / 26) letters[count++] = (char)('A' + (left - 1) % 26);
  for (size_t i = 0; i < count; i++) out[i] = letters[count - 1 - i];
  snprintf(out + count, CELL_NAME_SIZE - count, "%zu", row);
  return out;
}
