/* complaint.h - what went wrong at boot, as text for people; internal to this folder. One text a thread. */
#ifndef WORKRELIEF_COMPLAINT_H
#define WORKRELIEF_COMPLAINT_H

#include "common/base/attribute.h"

/* Begins anew with one sentence and returns the text, valid until the thread complains again. */
const char *complain(const char *format, ...) PRINTF_LIKE(1, 2);

/* Several complaints, one a line, so that the developer sees them together. */
void complaints_begin(void);
void complaints_add(const char *format, ...) PRINTF_LIKE(1, 2);
const char *complaints_text(void); /* NULL when there are none */

#endif
