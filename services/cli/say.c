/* say.c - see say.h. */
#include "services/cli/say.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN "workrelief"
#define CONTEXT_END "\004" /* between a context and its msgid, as gettext has it */
#define KEY_SIZE 2048

bool say_english;
static bool is_chinese = true;
static const char *service_language = "zh";

/* gettext translates in no locale called C; C.UTF-8 is on every system, and LANGUAGE says which catalogue. */
void say_in(const char *language, const char *bin) {
  char folder[4096];
  const char *const told = getenv("TEXTDOMAINDIR");
  is_chinese = strcmp(language, "zh") == 0;
  say_english = !is_chinese;
  if (is_chinese) return;
  service_language = strcmp(language, "en") == 0 ? "en" : "zh"; /* for another language we know the Chinese sentences, not the English */
  snprintf(folder, sizeof folder, "%s/../share/locale", bin);
  if (!setlocale(LC_MESSAGES, "C.UTF-8") || setenv("LANGUAGE", language, 1) != 0) return;
  (void)bindtextdomain(DOMAIN, told ? told : folder);
  (void)bind_textdomain_codeset(DOMAIN, "UTF-8");
}

const char *say_service_language(void) { return service_language; }

/* NULL: the catalogue lacks it. */
static const char *translated(const char *msgid) {
  const char *const found = *msgid ? dgettext(DOMAIN, msgid) : msgid;
  return found != msgid ? found : NULL;
}

/* Where one Chinese sentence is two English ones, the second is told apart by its English as the context. */
const char *say_text(const char *zh, const char *en) {
  char key[KEY_SIZE];
  const char *found = NULL;
  if (is_chinese) return zh;
  if ((size_t)snprintf(key, sizeof key, "%s" CONTEXT_END "%s", en, zh) < sizeof key) found = translated(key);
  if (!found) found = translated(zh);
  return found ? found : en;
}

/* Behind a rule's sentence may stand what it is about: "sentence (detail)". */
const char *say_told(const char *sentence, char *room, size_t size) {
  if (is_chinese || strcmp(service_language, "en") == 0) return sentence;
  const char *found = translated(sentence);
  for (const char *at = sentence; !found && (at = strstr(at, " (")); at++) {
    const char *const known = (size_t)snprintf(room, size, "%.*s", (int)(at - sentence), sentence) < size ? translated(room) : NULL;
    if (known && (size_t)snprintf(room, size, "%s%s", known, at) < size) found = room;
  }
  return found ? found : sentence;
}
