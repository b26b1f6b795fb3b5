/* complaint.c - one text a thread that collects what is wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "common/db/complaint.h"

static _Thread_local char text[16384];
static _Thread_local size_t length;

static void append(const char *format, va_list arguments) {
  if (length > 0 && length + 1 < sizeof text) text[length++] = '\n';
  int written = vsnprintf(text + length, sizeof text - length, format, arguments);
  if (written > 0) length += (size_t)written < sizeof text - length ? (size_t)written : sizeof text - length - 1;
}

const char *complain(const char *format, ...) {
  complaints_begin();
  va_list arguments;
  va_start(arguments, format);
  append(format, arguments);
  va_end(arguments);
  return text;
}

void complaints_begin(void) {
  length = 0;
  text[0] = '\0';
}

void complaints_add(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  append(format, arguments);
  va_end(arguments);
}

const char *complaints_text(void) { return length > 0 ? text : NULL; }
