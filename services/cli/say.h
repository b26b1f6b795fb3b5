/* say.h - what the command says: Chinese in the sources with the English beside it, and any language that has a catalogue (gettext).
 *
 * The Chinese sentence is the msgid of the catalogue, which po/extract.py makes from the sources; it lies at ../share/locale of the
 * programs, or where TEXTDOMAINDIR says. A sentence that the catalogue lacks comes in English. The texts stand in messages.def; the
 * compiler checks both against their arguments. */
#ifndef WORKRELIEF_SAY_H
#define WORKRELIEF_SAY_H

#include <stdbool.h>
#include <stdio.h>

#define SENTENCE_SIZE 4096

/* "zh", "en", or the language of a catalogue ("ug", "zh_TW"); bin: the directory of the programs. */
void say_in(const char *language, const char *bin);
/* Names and values as the contract has them, instead of the offices' Chinese words. */
extern bool say_english;
/* The sentence in the language chosen. */
const char *say_text(const char *zh, const char *en) __attribute__((format_arg(1), format_arg(2)));
/* A service's own sentence, which comes in Chinese or English: the same in the language chosen, as far as it is known. */
const char *say_told(const char *sentence, char *room, size_t size);
/* In which of its two languages a service is asked. */
const char *say_service_language(void);

#define MESSAGE(id, zh, en) static const char ZH_##id[] = zh, EN_##id[] = en;
#include "services/cli/messages.def"
#undef MESSAGE

#define TEXT(id) say_text(ZH_##id, EN_##id)
#define say(id, ...) printf(TEXT(id), ##__VA_ARGS__)
/* To standard error, behind the program's name. */
#define complain(id, ...) (fputs("workrelief: ", stderr), fprintf(stderr, TEXT(id), ##__VA_ARGS__), fputc('\n', stderr))
#define BOTH(zh, en) say_text(zh, en)

/* Colours, only when standard output (or error) is a terminal and NO_COLOR is not set. */
enum paint { PAINT_OFF, PAINT_BOLD, PAINT_RED, PAINT_GREEN, PAINT_YELLOW };
const char *paint(FILE *where, enum paint paint);

#endif
