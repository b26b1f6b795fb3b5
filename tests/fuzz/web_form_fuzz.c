/* web_form_fuzz.c - the body of a form, from anybody at all: what is taken is clean text, inside the body, and says the same when sent again. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/gateway/web_form.c"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define must(condition)                                                                                                                              \
  do {                                                                                                                                               \
    if (!(condition)) abort();                                                                                                                       \
  } while (0)

static void check_text(const char *text) {
  size_t bad;
  must(utf8_is_valid(text, strlen(text), &bad));
  for (; *text; text++) must((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t');
}

/* Every byte as %XX: the plainest way to send it. */
static size_t encode(const char *text, char *out) {
  size_t used = 0;
  for (; *text; text++) {
    memcpy(out + used, (const char[]){'%', "0123456789ABCDEF"[(unsigned char)*text >> 4], "0123456789ABCDEF"[(unsigned char)*text & 15]}, 3);
    used += 3;
  }
  return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  struct web_form form, again;
  char *body = malloc(length + 1), *sent = malloc(6 * length + 64);
  if (body && sent) memcpy(body, bytes, length);
  if (body && sent && web_form_parse(body, length, &form)) {
    size_t used = 0;
    for (size_t i = 0; i < form.count; i++) {
      check_text(form.fields[i].name);
      check_text(form.fields[i].value);
      used += encode(form.fields[i].name, sent + used);
      sent[used++] = '=';
      used += encode(form.fields[i].value, sent + used);
      sent[used++] = '&';
    }
    must(web_form_parse(sent, used, &again) && again.count == form.count);
    for (size_t i = 0; i < form.count; i++)
      must(strcmp(form.fields[i].name, again.fields[i].name) == 0 && strcmp(form.fields[i].value, again.fields[i].value) == 0);
  }
  free(body);
  free(sent);
  return 0;
}
