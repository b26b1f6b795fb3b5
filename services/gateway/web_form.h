/* web_form.h - the body of a form as a browser sends it without a script: application/x-www-form-urlencoded. Pure. */
#ifndef WORKRELIEF_GATEWAY_WEB_FORM_H
#define WORKRELIEF_GATEWAY_WEB_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/attribute.h"

#define WEB_FORM_FIELDS_MOST 16u

struct web_form {
  struct {
    const char *name, *value;
  } fields[WEB_FORM_FIELDS_MOST];
  size_t count;
};

/* Decodes in place: body holds length bytes and room for one more, and outlives the form. Lines of a text end with \n, blanks around a
 * value go. False: no such body, bytes that are no UTF-8, a control character, or too many fields. */
bool web_form_parse(char *body, size_t length, struct web_form *form) MUST_CHECK;
/* "" when it is not there; of several the first. */
const char *web_form_text(const struct web_form *form, const char *name);

#endif
