/* attribute.h - what the compiler may check for us. */
#ifndef WORKRELIEF_ATTRIBUTE_H
#define WORKRELIEF_ATTRIBUTE_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#endif
