/* clock.h - time as the services see it, and the calendar of the offices.
 *
 * Wall time is microseconds since 1970-01-01 UTC. Policy dates are those of China Standard Time, UTC+8, which has had no summer
 * time since 1992, so the offset is a constant and TZ is never read. Days are counted from 1970-01-01. */
#ifndef WORKRELIEF_CLOCK_H
#define WORKRELIEF_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "common/base/attribute.h"

#define CLOCK_DATE_SIZE 11      /* "2026-03-31" */
#define CLOCK_TIMESTAMP_SIZE 33 /* "2026-03-31T08:00:00.000000+08:00" */

/* Takes the offset to real time from a file of 8 bytes (int64 microseconds, host order), mapped shared, so that a demo or a test
 * can move the time of all its daemons at once. Creates the file with 0 when it does not exist. False on an I/O error. */
bool clock_use_file(const char *path) MUST_CHECK;
/* Wall time, microseconds. */
int64_t clock_now_us(void);
/* For time-outs: never jumps, not moved by clock_use_file. */
int64_t clock_monotonic_us(void);
/* CLOCK_MONOTONIC in ms from now, for pthread_cond_timedwait. */
struct timespec clock_deadline(int ms);
/* Days since 1970-01-01 in China Standard Time. */
int32_t clock_day_of(int64_t wall_us);

struct civil {
  int year, month, day;
};
struct civil civil_of_day(int32_t day);
int32_t day_of_civil(struct civil civil);
bool civil_is_valid(struct civil civil); /* 1900-01-01 .. 9999-12-31, real days only */

/* GB/T 7408.1 "YYYY-MM-DD", exactly 10 characters; false on anything else, 31 February included. */
bool date_parse(const char *text, int32_t *day) MUST_CHECK;
/* Buffer of CLOCK_DATE_SIZE; returns it. */
char *date_format(int32_t day, char *buffer);
/* "YYYY-MM" -> first and last day of the month. */
bool month_parse(const char *text, int32_t *first_day, int32_t *last_day) MUST_CHECK;
/* "YYYYQn" -> first and last day of the quarter. */
bool quarter_parse(const char *text, int32_t *first_day, int32_t *last_day) MUST_CHECK;
/* "2026-03-31T08:00:00.000000+08:00"; buffer of CLOCK_TIMESTAMP_SIZE; returns it. */
char *timestamp_format(int64_t wall_us, char *buffer);
/* RFC 3339 with offset or Z, up to 6 fraction digits. */
bool timestamp_parse(const char *text, int64_t *wall_us) MUST_CHECK;

#endif
