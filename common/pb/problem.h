/* problem.h - the complaints of one message, collected in its arena; all come back together. */
#ifndef WORKRELIEF_PROBLEM_H
#define WORKRELIEF_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"

#define PROBLEMS_MAX 100 /* more complaints of one message are counted, not kept */

enum severity { SEVERITY_BLOCK = 1, SEVERITY_WARN = 2, SEVERITY_INFO = 3 };

struct problem {
  const char *path;    /* "lines[12].id_number"; "" = the whole request */
  const char *reason;  /* stable code */
  const char *zh, *en; /* the sentence in both languages */
  const char *basis;   /* requirement or article; "" = none */
  enum severity severity;
};

struct problems {
  struct arena *arena; /* borrowed; holds paths and sentences */
  struct problem list[PROBLEMS_MAX];
  size_t count;    /* kept */
  size_t total;    /* seen */
  size_t blocking; /* seen with SEVERITY_BLOCK */
};

void problems_init(struct problems *problems, struct arena *arena);
/* Copies path; reason, sentences and basis are borrowed (static or in the arena). */
void problem_add(struct problems *problems, enum severity severity, const char *path, const char *reason, const char *zh, const char *en,
                 const char *basis);

#endif
