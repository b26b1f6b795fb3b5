/* clock.c - the wall clock with its shared offset, and proleptic Gregorian arithmetic on whole days. */
#include "common/base/clock.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SECOND_US INT64_C(1000000)
#define DAY_US (86400 * SECOND_US)
#define CHINA_OFFSET_US (8 * 3600 * SECOND_US)

/* The offset's place: our own zero until clock_use_file maps a shared one. Mapped once at boot and never unmapped. */
static _Atomic int64_t no_offset;
static _Atomic int64_t *_Atomic offset_us = &no_offset;

bool clock_use_file(const char *path) {
  const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return false;
  struct stat found;
  void *mapped = MAP_FAILED;
  if (fstat(file, &found) == 0 && (found.st_size >= (off_t)sizeof(int64_t) || ftruncate(file, sizeof(int64_t)) == 0))
    mapped = mmap(NULL, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (mapped == MAP_FAILED) return false;
  atomic_store(&offset_us, (_Atomic int64_t *)mapped);
  return true;
}

static int64_t read_clock(clockid_t which) {
  struct timespec now;
  clock_gettime(which, &now);
  return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

int64_t clock_now_us(void) { return read_clock(CLOCK_REALTIME) + atomic_load_explicit(atomic_load(&offset_us), memory_order_relaxed); }

int64_t clock_monotonic_us(void) { return read_clock(CLOCK_MONOTONIC); }

static int64_t floor_divide(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

int32_t clock_day_of(int64_t wall_us) { return (int32_t)floor_divide(wall_us + CHINA_OFFSET_US, DAY_US); }

/* Years are counted from 1 March, so that the leap day is the last day of its year; 400 years are 146,097 days. */
struct civil civil_of_day(int32_t day) {
  const int64_t shifted = (int64_t)day + 719468;
  const int64_t era = floor_divide(shifted, 146097);
  const int day_of_era = (int)(shifted - era * 146097);
  const int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int month_from_march = (5 * day_of_year + 2) / 153;
  const int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return (struct civil){
      .year = (int)(era * 400) + year_of_era + (month <= 2 ? 1 : 0), .month = month, .day = day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

int32_t day_of_civil(struct civil civil) {
  const int64_t year = (int64_t)civil.year - (civil.month <= 2 ? 1 : 0);
  const int64_t era = floor_divide(year, 400);
  const int year_of_era = (int)(year - era * 400);
  const int month_from_march = civil.month > 2 ? civil.month - 3 : civil.month + 9;
  const int day_of_year = (153 * month_from_march + 2) / 5 + civil.day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return (int32_t)(era * 146097 + day_of_era - 719468);
}

static int days_in_month(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[month - 1];
}

bool civil_is_valid(struct civil civil) {
  return civil.year >= 1900 && civil.year <= 9999 && civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
         civil.day <= days_in_month(civil.year, civil.month);
}

/* Moves *text behind count digits; false when there are fewer. */
static bool take_digits(const char **text, int count, int *value) {
  int number = 0;
  for (int i = 0; i < count; i++) {
    const char c = (*text)[i];
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  *text += count;
  *value = number;
  return true;
}

static bool take_char(const char **text, char wanted) {
  if (**text != wanted) return false;
  (*text)++;
  return true;
}

static bool take_date(const char **text, int32_t *day) {
  struct civil civil;
  if (!take_digits(text, 4, &civil.year) || !take_char(text, '-') || !take_digits(text, 2, &civil.month) || !take_char(text, '-') ||
      !take_digits(text, 2, &civil.day) || !civil_is_valid(civil))
    return false;
  *day = day_of_civil(civil);
  return true;
}

bool date_parse(const char *text, int32_t *day) {
  int32_t parsed;
  if (!take_date(&text, &parsed) || *text) return false;
  *day = parsed;
  return true;
}

static char *put_digits(char *out, int value, int count) {
  for (int i = count - 1; i >= 0; i--, value /= 10) out[i] = (char)('0' + value % 10);
  return out + count;
}

/* Days outside the years 0000 to 9999 have no form in GB/T 7408.1; they show as the nearest one that has. */
static char *put_date(char *out, int32_t day) {
  const int32_t first = -719528, last = 2932896;
  const struct civil civil = civil_of_day(day < first ? first : day > last ? last : day);
  out = put_digits(out, civil.year, 4);
  *out++ = '-';
  out = put_digits(out, civil.month, 2);
  *out++ = '-';
  return put_digits(out, civil.day, 2);
}

char *date_format(int32_t day, char *buffer) {
  *put_date(buffer, day) = 0;
  return buffer;
}

static bool months_span(int year, int first_month, int last_month, int32_t *first_day, int32_t *last_day) {
  const struct civil first = {year, first_month, 1};
  if (first_month < 1 || last_month > 12 || !civil_is_valid(first)) return false;
  *first_day = day_of_civil(first);
  *last_day = day_of_civil((struct civil){year, last_month, days_in_month(year, last_month)});
  return true;
}

bool month_parse(const char *text, int32_t *first_day, int32_t *last_day) {
  int year, month;
  return take_digits(&text, 4, &year) && take_char(&text, '-') && take_digits(&text, 2, &month) && !*text &&
         months_span(year, month, month, first_day, last_day);
}

bool quarter_parse(const char *text, int32_t *first_day, int32_t *last_day) {
  int year, quarter;
  return take_digits(&text, 4, &year) && take_char(&text, 'Q') && take_digits(&text, 1, &quarter) && !*text &&
         months_span(year, 3 * quarter - 2, 3 * quarter, first_day, last_day);
}

char *timestamp_format(int64_t wall_us, char *buffer) {
  int64_t china;
  if (__builtin_add_overflow(wall_us, CHINA_OFFSET_US, &china)) china = INT64_MAX;
  const int64_t days = floor_divide(china, DAY_US);
  const int64_t rest = china - days * DAY_US;
  const int second = (int)(rest / SECOND_US);
  char *out = put_date(buffer, days < INT32_MIN ? INT32_MIN : days > INT32_MAX ? INT32_MAX : (int32_t)days);
  *out++ = 'T';
  out = put_digits(out, second / 3600, 2);
  *out++ = ':';
  out = put_digits(out, second / 60 % 60, 2);
  *out++ = ':';
  out = put_digits(out, second % 60, 2);
  *out++ = '.';
  out = put_digits(out, (int)(rest % SECOND_US), 6);
  memcpy(out, "+08:00", 7);
  return buffer;
}

static bool take_fraction(const char **text, int *microseconds) {
  *microseconds = 0;
  if (!take_char(text, '.')) return true;
  int unit = 100000, digits = 0;
  for (int digit; digits < 6 && take_digits(text, 1, &digit); digits++, unit /= 10) *microseconds += digit * unit;
  return digits > 0;
}

static bool take_zone(const char **text, int *minutes) {
  *minutes = 0;
  if (take_char(text, 'Z')) return true;
  const int sign = **text == '-' ? -1 : 1;
  int hour, minute;
  if ((!take_char(text, '+') && !take_char(text, '-')) || !take_digits(text, 2, &hour) || !take_char(text, ':') || !take_digits(text, 2, &minute) ||
      hour > 23 || minute > 59)
    return false;
  *minutes = sign * (60 * hour + minute);
  return true;
}

bool timestamp_parse(const char *text, int64_t *wall_us) {
  int32_t day;
  int hour, minute, second, microseconds, zone;
  if (!take_date(&text, &day) || !take_char(&text, 'T') || !take_digits(&text, 2, &hour) || !take_char(&text, ':') ||
      !take_digits(&text, 2, &minute) || !take_char(&text, ':') || !take_digits(&text, 2, &second) || !take_fraction(&text, &microseconds) ||
      !take_zone(&text, &zone) || *text || hour > 23 || minute > 59 || second > 59)
    return false;
  *wall_us = day * DAY_US + (int64_t)(hour * 3600 + (minute - zone) * 60 + second) * SECOND_US + microseconds;
  return true;
}

struct timespec clock_deadline(int ms) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += ms / 1000;
  until.tv_nsec += (long)(ms % 1000) * 1000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_sec++;
    until.tv_nsec -= 1000000000;
  }
  return until;
}
