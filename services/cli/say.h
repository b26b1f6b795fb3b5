/* say.h - what the command says, Chinese first, English with --lang en. The texts stand in messages.def; the compiler checks both
 * against their arguments. */
#ifndef WORKRELIEF_SAY_H
#define WORKRELIEF_SAY_H

#include <stdbool.h>
#include <stdio.h>

extern bool say_english;

#define MESSAGE(id, zh, en) static const char ZH_##id[] = zh, EN_##id[] = en;
#include "services/cli/messages.def"
#undef MESSAGE

#define TEXT(id) (say_english ? EN_##id : ZH_##id)
#define say(id, ...) printf(TEXT(id), ##__VA_ARGS__)
/* To standard error, behind the program's name. */
#define complain(id, ...) (fputs("workrelief: ", stderr), fprintf(stderr, TEXT(id), ##__VA_ARGS__), fputc('\n', stderr))
#define BOTH(zh, en) (say_english ? (en) : (zh))

/* Colours, only when standard output (or error) is a terminal and NO_COLOR is not set. */
enum paint { PAINT_OFF, PAINT_BOLD, PAINT_RED, PAINT_GREEN, PAINT_YELLOW };
const char *paint(FILE *where, enum paint paint);

#endif
