/* standards.c - the national standards' validators and the masks of publicity (facts D). Pure. */
#include "common/pb/validate.h"

#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/text.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/* The first count characters are digits; short text is not. */
static bool are_digits(const char *text, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!is_digit(text[i])) return false;
  return true;
}

static int number_of(const char *digits, size_t count) {
  int number = 0;
  for (size_t i = 0; i < count; i++) number = number * 10 + (digits[i] - '0');
  return number;
}

/* Provinces of GB/T 2260, which also begin citizen numbers (83 is used for residents of Taiwan). */
static bool province_ok(const char *digits) {
  static const struct { int first, last; } known[] = {{11, 15}, {21, 23}, {31, 37}, {41, 46}, {50, 54}, {61, 65}, {71, 71}, {81, 83}};
  const int province = number_of(digits, 2);
  for (size_t i = 0; i < ARRAY_LENGTH(known); i++)
    if (province >= known[i].first && province <= known[i].last) return true;
  return false;
}

/* --- GB 11643-1999 ------------------------------------------------------------------------------------------------------------- */

bool id_number_birth(const char *text, int32_t *day) {
  const struct civil birth = {number_of(text + 6, 4), number_of(text + 10, 2), number_of(text + 12, 2)};
  if (!civil_is_valid(birth)) return false;
  *day = day_of_civil(birth);
  return true;
}

int id_number_sex(const char *text) { return (text[16] - '0') % 2 == 1 ? 1 : 2; }

bool id_number_ok(const char *text) {
  static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  static const char checks[] = "10X98765432";
  if (strnlen(text, 19) != 18 || !are_digits(text, 17) || !province_ok(text)) return false;
  int32_t birth;
  if (!id_number_birth(text, &birth)) return false;
  int sum = 0;
  for (int i = 0; i < 17; i++) sum += (text[i] - '0') * weights[i];
  const char given = text[17] == 'x' ? 'X' : text[17];
  return given == checks[sum % 11];
}

/* --- GB 32100-2015, GB 11714-1997 ---------------------------------------------------------------------------------------------- */

bool uscc_ok(const char *text) {
  static const char letters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  int sum = 0, weight = 1;
  if (strnlen(text, 19) != 18 || !are_digits(text + 2, 6)) return false;
  for (int i = 0; i < 17; i++, weight = weight * 3 % 31) {
    const char *const found = strchr(letters, text[i]);
    if (!found) return false;
    sum += (int)(found - letters) * weight;
  }
  return text[17] == letters[(31 - sum % 31) % 31];
}

bool organisation_code_ok(const char *text) {
  static const int weights[8] = {3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  if (strnlen(text, 10) != 9) return false;
  for (int i = 0; i < 8; i++) {
    if (!is_digit(text[i]) && !is_upper(text[i])) return false;
    sum += (is_digit(text[i]) ? text[i] - '0' : text[i] - 'A' + 10) * weights[i];
  }
  return text[8] == "0X987654321"[sum % 11];
}

/* --- ISO/IEC 7812-1 ------------------------------------------------------------------------------------------------------------ */

bool card_number_ok(const char *text) {
  const size_t length = strnlen(text, 20);
  int sum = 0;
  if (length < 13 || length > 19 || !are_digits(text, length)) return false;
  for (size_t i = 0; i < length; i++) {
    const int digit = text[length - 1 - i] - '0';
    const int doubled = i % 2 == 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 == 0;
}

bool account_number_ok(const char *text) {
  const size_t length = strnlen(text, 33);
  if (length < 5 || length > 32) return false;
  for (size_t i = 0; i < length; i++)
    if (!is_digit(text[i]) && !is_upper(text[i]) && !(text[i] >= 'a' && text[i] <= 'z') && text[i] != '-') return false;
  const bool is_card = (length == 16 || length == 19) && !strncmp(text, "62", 2) && are_digits(text, length);
  return !is_card || card_number_ok(text);
}

/* --- GB/T 2260, GB/T 10114 ----------------------------------------------------------------------------------------------------- */

/* Cities without counties: their towns hang on the city's own code. */
static bool city_without_counties(const char *text) {
  static const char *const cities[] = {"4419", "4420", "4604", "6202"};
  for (size_t i = 0; i < ARRAY_LENGTH(cities); i++)
    if (!strncmp(text, cities[i], 4)) return true;
  return false;
}

bool division_code_ok(const char *text) {
  const size_t length = strnlen(text, 13);
  if ((length != 6 && length != 9 && length != 12) || !are_digits(text, length) || !province_ok(text)) return false;
  const bool city = number_of(text + 2, 2) > 0, county = number_of(text + 4, 2) > 0;
  const bool town = length > 6 && number_of(text + 6, 3) > 0, village = length > 9 && number_of(text + 9, 3) > 0;
  return (!county || city) && (!town || county || (city && city_without_counties(text))) && (!village || town);
}

/* GB/T 40058-2021: the shape only; the algorithm of its check character is not published. */
bool project_code_ok(const char *text) {
  static const char shape[] = "0000-000000-00-00-00000A";
  if (strnlen(text, sizeof shape) != sizeof shape - 1) return false;
  for (size_t i = 0; shape[i]; i++) {
    const bool fits = shape[i] == '-' ? text[i] == '-' : is_digit(text[i]) || (shape[i] == 'A' && is_upper(text[i]));
    if (!fits) return false;
  }
  const int month = number_of(text + 2, 2);
  return month >= 1 && month <= 12;
}

/* --- phones, dates, own codes -------------------------------------------------------------------------------------------------- */

/* Mobile: 11 digits from 13 to 19. Fixed line: area code from 0, with or without a hyphen, 7 or 8 digits behind it. */
bool phone_ok(const char *text) {
  const size_t length = strnlen(text, 14);
  if (length == 11 && text[0] == '1') return text[1] >= '3' && are_digits(text, length);
  if (text[0] != '0' || length < 10 || length > 13) return false;
  const char *const hyphen = strchr(text, '-');
  if (!hyphen) return length <= 12 && are_digits(text, length);
  const size_t area = (size_t)(hyphen - text), rest = length - area - 1;
  return (area == 3 || area == 4) && (rest == 7 || rest == 8) && are_digits(text, area) && are_digits(hyphen + 1, rest);
}

bool month_ok(const char *text) {
  int32_t first, last;
  return month_parse(text, &first, &last);
}

bool quarter_ok(const char *text) {
  int32_t first, last;
  return quarter_parse(text, &first, &last);
}

bool date_ok(const char *text) {
  int32_t day;
  return date_parse(text, &day);
}

bool code_ok(const char *text) {
  const size_t length = strnlen(text, 65);
  if (length < 1 || length > 64) return false;
  for (size_t i = 0; i < length; i++)
    if (!is_digit(text[i]) && !is_upper(text[i]) && !(text[i] >= 'a' && text[i] <= 'z') && !strchr("._-", text[i])) return false;
  return true;
}

/* --- masks: what does not fit in out is replaced by a single star ------------------------------------------------------------- */

static void mask_middle(const char *text, size_t head, size_t tail, char *out, size_t size) {
  const size_t length = strlen(text);
  if (length >= size) {
    (void)snprintf(out, size, "*");
    return;
  }
  const bool too_short = length <= head + tail;
  for (size_t i = 0; i < length; i++) out[i] = !too_short && (i < head || i >= length - tail) ? text[i] : '*';
  out[length] = 0;
}

void mask_id_number(const char *text, char *out, size_t size) { mask_middle(text, 0, 4, out, size); }
void mask_account_no(const char *text, char *out, size_t size) { mask_middle(text, 0, 4, out, size); }
void mask_phone(const char *text, char *out, size_t size) { mask_middle(text, 3, 4, out, size); }

/* By code points: 张* for two, 张*三 for three, first and last for more; the dots of a long name stay. */
void mask_name(const char *text, char *out, size_t size) {
  const uint32_t middle_dot = 0xb7;
  const size_t points = utf8_length(text);
  size_t used = 0;
  for (size_t i = 0; i < points; i++) {
    const char *const from = text;
    const uint32_t point = utf8_next(&text);
    const bool shown = (points > 1 && i == 0) || (points > 2 && i == points - 1) || point == middle_dot;
    const size_t length = shown ? (size_t)(text - from) : 1;
    if (used + length >= size) {
      (void)snprintf(out, size, "*");
      return;
    }
    memcpy(out + used, shown ? from : "*", length);
    used += length;
  }
  if (size > 0) out[used] = 0;
}

/* --- numbers of people in a text ------------------------------------------------------------------------------------------------------- */

#define NUMBER_MOST 19 /* characters of the longest */

/* A digit or X at text, full width or not, as ASCII; *bytes: how long it is there. 0: none. */
static char number_character(const char *text, size_t *bytes) {
  *bytes = 1;
  if (is_digit(*text)) return *text;
  if (*text == 'X' || *text == 'x') return 'X';
  if (strncmp(text, "\xef\xbc", 2) != 0 && strncmp(text, "\xef\xbd", 2) != 0) return 0;
  const unsigned char second = (unsigned char)text[1], last = (unsigned char)text[2];
  *bytes = 3;
  if (second == 0xbc && last >= 0x90 && last <= 0x99) return (char)('0' + last - 0x90);
  return (second == 0xbc && last == 0xb8) || (second == 0xbd && last == 0x98) ? 'X' : 0;
}

static bool is_personal_number(const char *number, size_t length) {
  if (length == 18) return id_number_ok(number);
  return (length == 16 || length == 19) && strncmp(number, "62", 2) == 0 && account_number_ok(number);
}

/* Whether a number begins at text and ends with some group of its digits: "140298 19850615 0019" is one number in three groups. */
static bool begins_personal_number(const char *text) {
  char number[NUMBER_MOST + 1];
  size_t length = 0, bytes;
  for (char c; length < NUMBER_MOST && (c = number_character(text, &bytes)) != 0;) {
    number[length++] = c;
    number[length] = '\0';
    text += bytes;
    if (number_character(text, &bytes)) continue;
    if (is_personal_number(number, length)) return true;
    if (*text == ' ' || *text == '-') text++;
  }
  return false;
}

bool bears_personal_number(const char *text) {
  bool inside = false; /* of a group of digits: a number does not begin in its middle */
  while (*text) {
    size_t bytes;
    const bool is_number = number_character(text, &bytes) != 0;
    if (is_number && !inside && begins_personal_number(text)) return true;
    inside = is_number;
    text += is_number ? bytes : 1;
  }
  return false;
}
