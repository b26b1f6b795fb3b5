/* parse.c - the text of a .sql file: its types from the first line, its placeholders turned into $n. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/db/complaint.h"
#include "common/db/plan.h"

#define PLANS_BYTES_MAX (64u << 20)

static const struct {
  const char *name;
  enum parameter_source source;
  Oid oid, array;
  enum codec codec;
} call_parameters[] = {
    {"call.now", FROM_NOW, 1184, 1185, CODEC_TIME},
    {"call.today", FROM_TODAY, 1082, 1182, CODEC_INT4},
    {"call.principal", FROM_PRINCIPAL, 25, 1009, CODEC_TEXT},
    {"call.unit", FROM_UNIT, 25, 1009, CODEC_TEXT},
    {"call.id", FROM_ID, 17, 1001, CODEC_BYTES},
    {"call.sees_all", FROM_SEES_ALL, 16, 1000, CODEC_BOOL},
    {"call.sees_people", FROM_SEES_PEOPLE, 16, 1000, CODEC_BOOL},
    {"call.limit", FROM_LIMIT, 23, 1007, CODEC_INT4},
};

struct parser {
  struct arena *arena;
  struct statement *statement;
  struct parameter parameters[PARAMETERS_MAX];
  int count;
};

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

static const char *skip_quoted(const char *at, char quote, bool backslashes) {
  for (at++; *at != '\0'; at++) {
    if (backslashes && *at == '\\' && at[1] != '\0')
      at++;
    else if (*at == quote && at[1] == quote)
      at++;
    else if (*at == quote)
      return at + 1;
  }
  return NULL;
}

static const char *skip_block_comment(const char *at) {
  int depth = 0;
  for (; *at != '\0'; at++) {
    if (at[0] == '/' && at[1] == '*')
      depth++, at++;
    else if (at[0] == '*' && at[1] == '/') {
      at++;
      if (--depth == 0) return at + 1;
    }
  }
  return NULL;
}

/* $$ ... $$ or $tag$ ... $tag$; at itself when no such quote begins here. */
static const char *skip_dollar_quoted(const char *at) {
  const char *tag = at + 1;
  while (is_word(*tag)) tag++;
  if (*tag != '$' || isdigit((unsigned char)at[1])) return at;
  size_t length = (size_t)(tag - at) + 1;
  for (const char *end = strchr(at + length, '$'); end != NULL; end = strchr(end + 1, '$'))
    if (strncmp(end, at, length) == 0) return end + length;
  return NULL;
}

/* Behind the quote or comment that begins at at; at when none does; NULL when it never ends. */
static const char *skip_opaque(const char *text, const char *at) {
  bool in_word = at > text && is_word(at[-1]);
  if (*at == '\'') {
    bool escapes = in_word && (at[-1] == 'e' || at[-1] == 'E') && (at - 1 == text || !is_word(at[-2]));
    return skip_quoted(at, '\'', escapes);
  }
  if (*at == '"') return skip_quoted(at, '"', false);
  if (at[0] == '-' && at[1] == '-') return at + strcspn(at, "\n");
  if (at[0] == '/' && at[1] == '*') return skip_block_comment(at);
  if (*at == '$' && !in_word) return skip_dollar_quoted(at);
  return at;
}

static bool resolve_parameter(struct parser *parser, struct parameter *parameter) {
  const struct statement *statement = parser->statement;
  for (size_t i = 0; strncmp(parameter->name, "call.", 5) == 0 && i < ARRAY_LENGTH(call_parameters); i++) {
    if (strcmp(call_parameters[i].name, parameter->name) != 0) continue;
    parameter->source = call_parameters[i].source;
    parameter->oid = statement->many ? call_parameters[i].array : call_parameters[i].oid;
    parameter->element_oid = call_parameters[i].oid;
    parameter->codec = call_parameters[i].codec;
    return true;
  }
  const char *why;
  if (!field_path_resolve(statement->request, parameter->name, &parameter->path, &why)) {
    complaints_add("%s.sql: parameter :%s %s", statement->name, parameter->name,
                   strncmp(parameter->name, "call.", 5) == 0 ? "is none of :call.now .today .principal .unit .id .sees_all .sees_people .limit"
                                                             : why);
    return false;
  }
  const message_field *leaf = field_path_leaf(&parameter->path);
  if (leaf->type == PROTOBUF_C_TYPE_MESSAGE) {
    complaints_add("%s.sql: parameter :%s is a message; name one of its fields (:%s.x)", statement->name, parameter->name, parameter->name);
    return false;
  }
  if (statement->many && parameter->path.repeated >= 0) {
    complaints_add("%s.sql: parameter :%s is a list; a statement for many calls takes one value a call", statement->name, parameter->name);
    return false;
  }
  parameter->oid = field_declared_oid(leaf, statement->many || parameter->path.repeated >= 0);
  return true;
}

/* Number of the placeholder's parameter, from 1; 0 = complained. The same name is the same parameter. */
static int parameter_number(struct parser *parser, const char *name, size_t length) {
  for (int i = 0; i < parser->count; i++)
    if (strlen(parser->parameters[i].name) == length && memcmp(parser->parameters[i].name, name, length) == 0) return i + 1;
  if (parser->count == PARAMETERS_MAX) {
    complaints_add("%s.sql: more than %d parameters", parser->statement->name, PARAMETERS_MAX);
    return 0;
  }
  struct parameter *parameter = &parser->parameters[parser->count];
  *parameter = (struct parameter){.name = arena_strndup(parser->arena, name, length), .source = FROM_FIELD};
  if (parameter->name == NULL || !resolve_parameter(parser, parameter)) return 0;
  if (parameter->source == FROM_LIMIT) parser->statement->uses_limit = true;
  return ++parser->count;
}

static size_t placeholder_length(const char *at) {
  size_t length = 0;
  while (is_word(at[length]) || (at[length] == '.' && (isalpha((unsigned char)at[length + 1]) || at[length + 1] == '_'))) length++;
  return length;
}

static int line_of(const char *text, const char *at) {
  int line = 1;
  for (; text < at; text++) line += *text == '\n';
  return line;
}

/* out has room for twice the text, which "$999" for ":a" may need. */
static bool rewrite_into(struct parser *parser, const char *text, char *out) {
  const struct statement *statement = parser->statement;
  char *to = out;
  bool fine = true;
  for (const char *at = text; *at != '\0';) {
    const char *end = skip_opaque(text, at);
    if (end == NULL) {
      complaints_add("%s.sql line %d: a quote or comment without end", statement->name, line_of(text, at));
      return false;
    }
    if (end > at) {
      memcpy(to, at, (size_t)(end - at));
      to += end - at;
      at = end;
    } else if (at[0] == ':' && (at[1] == ':' || at[1] == '=')) {
      *to++ = *at++;
      *to++ = *at++;
    } else if (at[0] == ':' && (isalpha((unsigned char)at[1]) || at[1] == '_')) {
      size_t length = placeholder_length(at + 1);
      int number = parameter_number(parser, at + 1, length);
      fine = fine && number > 0;
      to += snprintf(to, 5, "$%d", number % 1000);
      at += length + 1;
    } else if (at[0] == '$' && isdigit((unsigned char)at[1])) {
      complaints_add("%s.sql line %d: write :field, not $1", statement->name, line_of(text, at));
      return false;
    } else
      *to++ = *at++;
  }
  *to = '\0';
  return fine;
}

/* Statements stay as long as the process: what is kept is as long as it is, not as long as it might have become. */
static bool rewrite(struct parser *parser, const char *text) {
  char *scratch = malloc(strlen(text) * 2 + 1);
  if (scratch == NULL) return false;
  bool fine = rewrite_into(parser, text, scratch);
  if (fine) parser->statement->sql = arena_strdup(parser->arena, scratch);
  free(scratch);
  return fine && parser->statement->sql != NULL;
}

/* Below its first line, comments aside. */
static bool has_statement(const char *text) {
  while (*text != '\0') {
    bool comment = strncmp(text, "--", 2) == 0 || strncmp(text, "/*", 2) == 0;
    if (!comment && !isspace((unsigned char)*text) && *text != ';') return true;
    text = comment ? skip_opaque(text, text) : text + 1;
    if (text == NULL) return true; /* a comment without end: rewrite says where it begins */
  }
  return false;
}

/* "-- Request -> Reply" or "-- Request -> Reply.rows[]" or "-- Request[] -> Reply" */
static bool parse_head(struct statement *statement, const char *text) {
  char request[64], reply[64], rows[64] = "", rest[2] = "";
  char line[256];
  size_t length = strcspn(text, "\r\n");
  if (length >= sizeof line) length = sizeof line - 1;
  memcpy(line, text, length);
  line[length] = '\0';
  int found = sscanf(line, "-- %63[A-Za-z0-9_] -> %63[A-Za-z0-9_].%63[a-z0-9_][]%1s", request, reply, rows, rest);
  if (found == 2) found = sscanf(line, "-- %63[A-Za-z0-9_] -> %63[A-Za-z0-9_] %1s", request, reply, rest);
  if (found == 1 && (found = sscanf(line, "-- %63[A-Za-z0-9_][] -> %63[A-Za-z0-9_] %1s", request, reply, rest)) == 2) statement->many = true;
  if (found != 2 && (found != 3 || strstr(line, "[]") == NULL)) {
    complaints_add("%s.sql: the first line must be \"-- Request -> Reply\", \"-- Request -> Reply.rows[]\" or \"-- Request[] -> Reply\", not \"%s\"",
                   statement->name, line);
    return false;
  }
  statement->request = pb_type_find(request);
  statement->reply = pb_type_find(reply);
  if (statement->request == NULL || statement->reply == NULL) {
    complaints_add("%s.sql: there is no message %s", statement->name, statement->request == NULL ? request : reply);
    return false;
  }
  if (found == 2) return true;
  statement->rows = pb_field(statement->reply, rows);
  if (statement->rows == NULL || statement->rows->label != PROTOBUF_C_LABEL_REPEATED || statement->rows->type != PROTOBUF_C_TYPE_MESSAGE) {
    complaints_add("%s.sql: %s is no repeated message of %s", statement->name, rows, reply);
    return false;
  }
  return true;
}

static void parse_statement(struct parser *parser, struct statement *statement, const struct sql_text *text) {
  *statement = (struct statement){.name = text->name, .refusal = -1, .refusal_path = -1, .refusal_detail = -1, .page_key = -1, .call_index = -1};
  parser->statement = statement;
  parser->count = 0;
  if (!parse_head(statement, text->text)) return;
  if (!has_statement(text->text)) complaints_add("%s.sql: has no statement below its first line", statement->name);
  if (!rewrite(parser, text->text)) return;
  statement->page_size = pb_field(statement->request, "page_size");
  statement->next_page_token = pb_field(statement->reply, "next_page_token");
  statement->parameter_count = parser->count;
  statement->parameters = arena_memdup(parser->arena, parser->parameters, sizeof parser->parameters[0] * (size_t)parser->count);
  statement->formats = arena_array(parser->arena, (size_t)parser->count + 1, sizeof *statement->formats);
  if (statement->parameters == NULL || statement->formats == NULL) return;
  for (int i = 0; i < parser->count; i++) statement->formats[i] = 1;
}

static int compare_statements(const void *left, const void *right) {
  return strcmp(((const struct statement *)left)->name, ((const struct statement *)right)->name);
}

struct statements *statements_parse(const struct sql_text *texts, size_t count, const char **problem) {
  struct statements *statements = calloc(1, sizeof *statements);
  struct parser *parser = calloc(1, sizeof *parser);
  complaints_begin();
  if (statements != NULL && parser != NULL) {
    arena_init(&statements->arena, PLANS_BYTES_MAX);
    parser->arena = &statements->arena;
    statements->count = count;
    statements->list = arena_array(&statements->arena, count, sizeof *statements->list);
    for (size_t i = 0; statements->list != NULL && i < count; i++) parse_statement(parser, &statements->list[i], &texts[i]);
  }
  free(parser);
  if (statements == NULL || statements->list == NULL || statements->arena.failed) complaints_add("out of memory for statements");
  *problem = complaints_text();
  if (*problem == NULL && statements != NULL && statements->list != NULL) {
    qsort(statements->list, count, sizeof *statements->list, compare_statements);
    return statements;
  }
  if (statements != NULL) arena_reset(&statements->arena);
  free(statements);
  return NULL;
}
