/* completion.c - `workrelief completion bash`: the shell asks the command itself, so that it always knows the commands, flags and methods there are. */
#include <string.h>

#include "services/cli/cli.h"

/* Words with a colon or "=" are one word to bash only when it is told so; field names end in "=" and want no space behind. */
static const char bash_script[] = "_workrelief() {\n"
                                  "  local word\n"
                                  "  COMPREPLY=()\n"
                                  "  while IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(\"${COMP_WORDS[0]}\" completion words -- "
                                  "\"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
                                  "  [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
                                  "  return 0\n"
                                  "}\n"
                                  "complete -o default -F _workrelief workrelief\n";

static int bash(struct cli *cli, int count, char **words) {
  (void)cli, (void)count, (void)words;
  fputs(bash_script, stdout);
  return CLI_OK;
}

static void offer(const char *begun, const char *word, const char *end) {
  if (strncmp(word, begun, strlen(begun)) == 0) printf("%s%s\n", word, end);
}

static void offer_options(const char *begun, const struct option *options) {
  char flag[64];
  for (; options && options->name; options++) {
    snprintf(flag, sizeof(flag), "--%s", options->name);
    offer(begun, flag, "");
  }
}

static void offer_methods(const char *begun) {
  char name[160];
  for (size_t i = 0; i < contract_service_count; i++)
    for (unsigned j = 0; j < contract_services[i].descriptor->n_methods; j++) {
      snprintf(name, sizeof(name), "%s.%s", contract_services[i].name, contract_services[i].descriptor->methods[j].name);
      offer(begun, name, "");
    }
}

/* Fields of the method named before; an unknown method has none and is no reason to complain into somebody's prompt. */
static void offer_fields(const char *begun, const char *method_name) {
  const char *dot = strchr(method_name, '.');
  for (size_t i = 0; dot && i < contract_service_count; i++) {
    const struct contract_service *service = &contract_services[i];
    if (strlen(service->name) != (size_t)(dot - method_name) || strncmp(service->name, method_name, strlen(service->name)) != 0) continue;
    const ProtobufCMethodDescriptor *method = protobuf_c_service_descriptor_get_method_by_name(service->descriptor, dot + 1);
    for (unsigned j = 0; method && j < method->input->n_fields; j++) offer(begun, method->input->fields[j].name, "=");
  }
}

static const struct noun *noun_named(const char *name) {
  for (size_t i = 0; i < noun_count; i++)
    if (strcmp(nouns[i]->name, name) == 0) return nouns[i];
  return NULL;
}

static const struct command *command_of(const struct noun *noun, const char *verb) {
  for (const struct command *command = noun->commands; command->run; command++)
    if (!*command->verb || (verb && strcmp(command->verb, verb) == 0)) return command;
  return NULL;
}

static void offer_arguments(const char *begun, const struct noun *noun, int count, char **words) {
  if (count == 2)
    for (const struct command *command = noun->commands; command->run; command++)
      if (*command->verb) offer(begun, command->verb, "");
  if (noun != &call_noun) return;
  if (count == 2)
    offer_methods(begun);
  else
    offer_fields(begun, words[1]);
}

/* The last word is the one being typed, empty when it has not been begun. One word a line that it may become. */
static int offer_words(struct cli *cli, int count, char **words) {
  (void)cli;
  const char *begun = count ? words[count - 1] : "";
  const struct noun *noun = count > 1 ? noun_named(words[0]) : NULL;
  const struct command *command = noun ? command_of(noun, words[1]) : NULL;
  if (*begun == '-') {
    if (command) offer_options(begun, command->options);
    offer_options(begun, common_options);
  } else if (noun) {
    offer_arguments(begun, noun, count, words);
  } else if (count <= 1) {
    for (size_t i = 0; i < noun_count; i++) offer(begun, nouns[i]->name, "");
    offer(begun, "help", "");
  } else if (count == 2 && strcmp(words[0], "help") == 0) {
    for (size_t i = 0; i < noun_count; i++) offer(begun, nouns[i]->name, "");
    offer_methods(begun);
  }
  return CLI_OK;
}

static int usage(struct cli *cli, int count, char **words) {
  (void)cli, (void)count, (void)words;
  complain(COMPLETION_NEEDS);
  return CLI_USAGE;
}

static const struct command commands[] = {
    {"bash", "", bash, NULL, "打印 bash 的补全脚本", "print the completion script of bash", "source <(workrelief completion bash)\n"},
    {"words", "-- WORD ...", offer_words, NULL, "最后一个词可以补成什么 (脚本用)", "what the last word may become (for the script)", NULL},
    {"", "", usage, NULL, "命令、选项、方法与字段的补全", "completes commands, flags, methods and fields", NULL},
    {0},
};
const struct noun completion_noun = {"completion", "命令行补全", "completion in the shell", commands};
