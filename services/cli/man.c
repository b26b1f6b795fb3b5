/* man.c - `workrelief help man`: the manual page, from the same tables as the help. */
#include <string.h>

#include "services/cli/cli.h"

/* A text as roff has it: minus signs that can be copied, backslashes, and no line that would be taken for a request. */
static void put_text(const char *text) {
  bool line_begins = true;
  for (; *text; text++) {
    if (line_begins && (*text == '.' || *text == '\'')) fputs("\\&", stdout);
    line_begins = *text == '\n';
    if (*text == '-')
      fputs("\\-", stdout);
    else if (*text == '\\')
      fputs("\\e", stdout);
    else if (*text == '\'')
      fputs("\\(aq", stdout);
    else
      putchar(*text);
  }
}

static void put_heading(const char *heading) { printf(".SH %s\n", heading); }

static void put_entry(const char *letter, const char *name, const char *value, const char *text) {
  fputs(".TP\n", stdout);
  if (*letter) printf("\\fB\\-%s\\fR, ", letter);
  fputs("\\fB", stdout);
  put_text(name);
  fputs("\\fR", stdout);
  if (*value) {
    fputs(" \\fI", stdout);
    put_text(value);
    fputs("\\fR", stdout);
  }
  putchar('\n');
  put_text(text);
  putchar('\n');
}

static void put_options(const struct option *options) {
  char name[64];
  for (; options && options->name; options++) {
    const char letter[2] = {options->letter, '\0'};
    snprintf(name, sizeof name, "--%s", options->name);
    put_entry(letter, name, options->value_name ? options->value_name : "", BOTH(options->zh, options->en));
  }
}

static void put_examples(const char *examples) {
  fputs(".PP\n.nf\n.RS\n", stdout);
  put_text(examples);
  fputs(".RE\n.fi\n", stdout);
}

static void put_command(const struct noun *noun, const struct command *command) {
  char name[96];
  snprintf(name, sizeof name, "workrelief %s%s%s", noun->name, *command->verb ? " " : "", command->verb);
  put_entry("", name, command->arguments, BOTH(command->zh, command->en));
  if (command->options && command->options->name) {
    fputs(".RS\n", stdout);
    put_options(command->options);
    fputs(".RE\n", stdout);
  }
  if (command->examples) put_examples(command->examples);
}

static void put_noun(const struct noun *noun) {
  printf(".SS %s\n", noun->name);
  put_text(BOTH(noun->zh, noun->en));
  putchar('\n');
  for (const struct command *command = noun->commands; command->run; command++) put_command(noun, command);
}

static void put_exits(void) {
  char number[8];
  for (const struct exit_meaning *row = exit_meanings; row->zh; row++) {
    snprintf(number, sizeof number, "%d", row->code);
    put_entry("", number, "", BOTH(row->zh, row->en));
  }
}

void man_print(void) {
  fputs(".TH WORKRELIEF 1 \"\" \"workrelief " WORKRELIEF_VERSION "\" \"workrelief\"\n", stdout);
  fputs(".ad l\n.nh\n", stdout); /* Chinese has no spaces to stretch, and a flag is not to be broken */
  put_heading(TEXT(MAN_NAME));
  say(MAN_NAME_LINE);
  put_heading(TEXT(MAN_SYNOPSIS));
  fputs(".B workrelief\n", stdout);
  put_text(TEXT(MAN_USAGE));
  putchar('\n');
  put_heading(TEXT(MAN_DESCRIPTION));
  put_text(TEXT(MAN_ABOUT));
  put_heading(TEXT(MAN_OPTIONS));
  put_options(common_options);
  put_heading(TEXT(MAN_COMMANDS));
  for (size_t i = 0; i < noun_count; i++) put_noun(nouns[i]);
  put_heading(TEXT(MAN_EXITS));
  put_exits();
  put_heading(TEXT(MAN_ENVIRONMENT));
  put_entry("", "WORKRELIEF_NODE", "", TEXT(MAN_NODE));
  put_entry("", "WORKRELIEF_LANG", "", TEXT(MAN_LANG));
  put_entry("", "NO_COLOR", "", TEXT(MAN_COLOR));
  put_heading(TEXT(MAN_FILES));
  put_entry("", "node.conf", "", TEXT(MAN_CONF));
  put_entry("", "keys/", "", TEXT(MAN_KEYS));
  put_entry("", "log/", "", TEXT(MAN_LOG));
}
