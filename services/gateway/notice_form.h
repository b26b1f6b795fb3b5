/* notice_form.h - the forms of the notice board and what they are answered with. The forms work without a script; a complaint's form bears a
 * token bound to a cookie, so that another site's page cannot send it, and the query code is made of it, so that sending it twice is one
 * complaint with one code. */
#ifndef WORKRELIEF_GATEWAY_NOTICE_FORM_H
#define WORKRELIEF_GATEWAY_NOTICE_FORM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/attribute.h"
#include "evaluation.pb-c.h"
#include "payroll.pb-c.h"

struct notice_board;

#define NONCE_TEXT 32
#define FORM_TOKEN_SIZE 96
#define QUERY_CODE_TEXT 20 /* characters of five bits */
#define SLIP_CODE_TEXT 20  /* of four */
#define COMPLAINT_LEAST 5u
#define COMPLAINT_MOST 2000u /* code points */
#define FORM_PROBLEMS_MOST 8

struct complaint_form {
  bool english;
  const char *project_code, *project_name, *token;
  const char *note, *about, *source, *name, *phone;
  const char *problems[FORM_PROBLEMS_MOST];
  size_t problem_count;
};

/* notice_code.c */
void notice_nonce_new(char nonce[NONCE_TEXT + 1]);
bool notice_nonce_ok(const char *nonce) MUST_CHECK;
void notice_form_make(const struct notice_board *board, const char *nonce, const char *project_code, int64_t now_us, char token[FORM_TOKEN_SIZE]);
bool notice_form_fits(const struct notice_board *board, const char *nonce, const char *project_code, const char *token, int64_t now_us) MUST_CHECK;
void notice_query_code(const struct notice_board *board, const char *nonce, const char *token, char code[QUERY_CODE_TEXT + 1]);
/* As somebody wrote it down: blanks, hyphens and small letters do not matter, nor O for 0. False: cannot be a code. */
bool notice_query_code_read(const char *text, char code[QUERY_CODE_TEXT + 1]) MUST_CHECK;
bool notice_slip_code_read(const char *text, char code[SLIP_CODE_TEXT + 1]) MUST_CHECK;

/* notice_form.c, pure */
void notice_write_complaint(FILE *out, const struct complaint_form *form);
void notice_write_complained(FILE *out, bool english, const char *code, const char *due_date);
/* What is asked by a code; unknown: the code that was tried has no answer. */
void notice_write_query(FILE *out, bool english, bool unknown);
void notice_write_progress(FILE *out, bool english, const Workrelief__ComplaintProgress *progress);
void notice_write_slip_form(FILE *out, bool english, bool unknown);
void notice_write_slip(FILE *out, bool english, const Workrelief__Payslip *slip);

#endif
