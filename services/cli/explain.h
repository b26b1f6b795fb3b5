/* explain.h - what the build puts beside explain.c: policy/requirements.csv as it stands, and which methods answer which rule. */
#ifndef WORKRELIEF_CLI_EXPLAIN_H
#define WORKRELIEF_CLI_EXPLAIN_H

#include <stddef.h>

struct answer {
  const char *service, *rule, *method;
};
extern const struct answer answers[]; /* written by answers.sh */
extern const size_t answer_count;

extern const unsigned char requirements_csv[];
extern const size_t requirements_csv_length;

#endif
