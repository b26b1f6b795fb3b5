/* log.h - one line a fact on stderr: time, level, service, sentence with key=value. Thread-safe; keeps errno.
 *
 * Never log a request's body: ids, digests and reason codes only (personal data, DESIGN 6). */
#ifndef WORKRELIEF_LOG_H
#define WORKRELIEF_LOG_H

#include "common/base/attribute.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* name: of the daemon, in every line; must outlive the process. Call before the first thread starts. */
void log_open(const char *name, enum log_level lowest);
/* "debug", "info", "warn", "error" -> level; -1 for anything else. */
int log_level_parse(const char *text);

void log_write(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_write(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_write(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)

/* An unrecoverable fault: logs and exits with status 70; the supervisor restarts us, PostgreSQL holds all state. */
_Noreturn void log_fatal(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
