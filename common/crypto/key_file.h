/* key_file.h - files that hold keys, and problems told in a text of the thread's own. */
#ifndef WORKRELIEF_KEY_FILE_H
#define WORKRELIEF_KEY_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/attribute.h"

#define KEY_FILE_MAX 8192

/* Formats a problem into a buffer of this thread, valid until its next call. */
const char *problem_text(const char *format, ...) PRINTF_LIKE(1, 2);

/* Reads a small file whole and ends it with NUL. private_only: refuses a file that group or others may read or write, or that is
 * not a regular file. text holds KEY_FILE_MAX bytes. */
bool key_file_read(const char *path, bool private_only, char *text, size_t *length, const char **problem) MUST_CHECK;
/* Creates the file with 0600 (is_private) or 0644 and writes it durably; refuses to replace one that exists. */
bool key_file_write(const char *path, bool is_private, const char *text, size_t length, const char **problem) MUST_CHECK;

#endif
