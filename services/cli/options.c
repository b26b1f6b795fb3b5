/* options.c - flags. */
#include "services/cli/options.h"

#include <string.h>

#include "services/cli/say.h"

static const struct option *find(const struct option *table, const char *name, size_t length, char letter) {
  for (; table && table->name; table++)
    if (letter ? table->letter == letter : strlen(table->name) == length && strncmp(table->name, name, length) == 0) return table;
  return NULL;
}

static bool take_value(const struct option *option, const char *value, const char *word) {
  if (!value) {
    complain(OPTION_NEEDS_VALUE, word, option->value_name);
    return false;
  }
  *option->value = value;
  return true;
}

/* One flag at words[*i]; moves *i over a value that stands apart. */
static bool take(const struct option *common, const struct option *own, char **words, int count, int *i) {
  const char *word = words[*i], *name = word + 2, *equals = strchr(word, '=');
  bool is_long = word[1] == '-';
  size_t length = equals ? (size_t)(equals - name) : strlen(name);
  const struct option *option = find(own, name, length, is_long ? 0 : word[1]);
  if (!option) option = find(common, name, length, is_long ? 0 : word[1]);
  if (!option || (!option->value_name && equals)) {
    complain(OPTION_UNKNOWN, word);
    return false;
  }
  if (!option->value_name) {
    *option->flag = true;
    return is_long || !word[2] ? true : (complain(OPTION_UNKNOWN, word), false);
  }
  if (is_long && equals) return take_value(option, equals + 1, word);
  if (!is_long && word[2]) return take_value(option, word + 2, word);
  return take_value(option, *i + 1 < count ? words[++*i] : NULL, word);
}

bool options_parse(const struct option *common, const struct option *own, int *count, char **words) {
  int kept = 0;
  bool flags = true;
  for (int i = 0; i < *count; i++) {
    if (flags && strcmp(words[i], "--") == 0) {
      flags = false;
    } else if (flags && words[i][0] == '-' && words[i][1]) {
      if (!take(common, own, words, *count, &i)) return false;
    } else {
      words[kept++] = words[i];
    }
  }
  *count = kept;
  return true;
}

void options_print(const struct option *options) {
  for (; options && options->name; options++) {
    char letter[4] = {'-', options->letter, ',', '\0'}, flag[64];
    snprintf(flag, sizeof(flag), "%3s --%s %s", options->letter ? letter : "", options->name, options->value_name ? options->value_name : "");
    printf("  %-28s %s\n", flag, BOTH(options->zh, options->en));
  }
}
