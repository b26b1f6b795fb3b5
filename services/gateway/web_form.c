/* web_form.c - see web_form.h. */
#include "services/gateway/web_form.h"

#include <string.h>

#include "common/base/text.h"

/* Decodes [from, to) in place and ends it. False: a broken escape, or a character that no field of ours may bear. */
static bool decode(char *from, const char *to) {
  char *out = from;
  for (const char *in = from; in < to; in++) {
    char byte = *in == '+' ? ' ' : *in;
    if (*in == '%') {
      const char hex[3] = {to - in > 2 ? in[1] : 'x', to - in > 2 ? in[2] : 'x', '\0'};
      if (!hex_decode(hex, &byte, 1)) return false;
      in += 2;
    }
    if (byte == '\r') continue;
    if (((unsigned char)byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7f) return false;
    *out++ = byte;
  }
  *out = '\0';
  return true;
}

static char *trimmed(char *text) {
  text += strspn(text, " \t\n");
  size_t length = strlen(text);
  while (length && strchr(" \t\n", text[length - 1])) text[--length] = '\0';
  return text;
}

static bool take_field(char *name, char *end, struct web_form *form) {
  size_t bad;
  char *equals = memchr(name, '=', (size_t)(end - name)), *value = equals ? equals + 1 : end;
  if (form->count == WEB_FORM_FIELDS_MOST || !decode(value, end) || !decode(name, equals ? equals : end)) return false;
  if (!utf8_is_valid(name, strlen(name), &bad) || !utf8_is_valid(value, strlen(value), &bad)) return false;
  form->fields[form->count].name = name;
  form->fields[form->count++].value = trimmed(value);
  return true;
}

bool web_form_parse(char *body, size_t length, struct web_form *form) {
  form->count = 0;
  for (size_t at = 0; at < length;) {
    char *ampersand = memchr(body + at, '&', length - at), *end = ampersand ? ampersand : body + length;
    if (!take_field(body + at, end, form)) return false;
    at = (size_t)(end - body) + 1;
  }
  return true;
}

const char *web_form_text(const struct web_form *form, const char *name) {
  for (size_t i = 0; i < form->count; i++)
    if (strcmp(form->fields[i].name, name) == 0) return form->fields[i].value;
  return "";
}
