/* print.c - replies as people read them, or as JSON. */
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/pb/json.h"
#include "common/pb/table.h"
#include "services/cli/cli.h"

const char *paint(FILE *where, enum paint paint) {
  static const char *const codes[] = {"\033[0m", "\033[1m", "\033[31m", "\033[32m", "\033[33m"};
  return isatty(fileno(where)) && !getenv("NO_COLOR") ? codes[paint] : "";
}

const char *text_of(struct cli *cli, const char *format, ...) {
  char text[4096];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  char *copy = arena_strdup(&cli->arena, text);
  return copy ? copy : "";
}

const char *number_text(struct cli *cli, int64_t value) { return text_of(cli, "%lld", (long long)value); }

const char *wanyuan_text(struct cli *cli, int64_t fen) {
  char text[MONEY_TEXT_SIZE];
  return text_of(cli, "%s", money_wanyuan(fen, text));
}

const char *days_text(struct cli *cli, int64_t hundredths) {
  return text_of(cli, "%lld.%02lld", (long long)(hundredths / 100), (long long)(hundredths % 100));
}

const char *time_text(struct cli *cli, int64_t at_us) {
  char text[CLOCK_TIMESTAMP_SIZE];
  if (!at_us) return "";
  timestamp_format(at_us, text);
  text[10] = ' ';
  return text_of(cli, "%.19s", text);
}

void print_json(const message *answer) { print_json_value(pb_to_json(answer)); }

void print_json_value(json_t *json) {
  if (!json) {
    complain(OUT_OF_MEMORY);
    return;
  }
  json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
  putchar('\n');
  json_decref(json);
}

static bool has_suffix(const char *name, const char *suffix) {
  size_t length = strlen(name), tail = strlen(suffix);
  return length >= tail && strcmp(name + length - tail, suffix) == 0;
}

static const char *element_text(struct cli *cli, const message *source, const message_field *field, size_t i) {
  if (field->type == PROTOBUF_C_TYPE_BYTES) {
    ProtobufCBinaryData bytes = pb_get_bytes(source, field, i);
    char *hex = arena_alloc(&cli->arena, 2 * bytes.len + 1);
    return hex ? hex_encode(bytes.data, bytes.len, hex) : "";
  }
  if (has_suffix(field->name, "_at_us")) return time_text(cli, pb_get_int(source, field, i));
  const char *text = table_get_cell(&cli->arena, source, field, i);
  return text ? text : "";
}

static const char *field_text(struct cli *cli, const message *source, const message_field *field) {
  size_t count = pb_count(source, field);
  const char *text = "";
  if (field->type == PROTOBUF_C_TYPE_MESSAGE) return count ? text_of(cli, "[%zu]", count) : "";
  for (size_t i = 0; i < count; i++) text = text_of(cli, "%s%s%s", text, i ? " " : "", element_text(cli, source, field, i));
  return text;
}

static const char *head_text(const char *name) { return say_text(table_field_head(name), name); }

static void print_rows(struct cli *cli, const message *source, const message_field *field) {
  const message_type *type = field->descriptor;
  const char **cells = arena_array(&cli->arena, type->n_fields, sizeof(*cells));
  struct grid *grid = grid_new(&cli->arena, type->n_fields);
  if (!cells || !grid) return;
  for (unsigned i = 0; i < type->n_fields; i++) cells[i] = head_text(type->fields[i].name);
  grid_row(grid, cells);
  for (size_t row = 0; row < pb_count(source, field); row++) {
    const message *element = pb_get_message(source, field, row);
    for (unsigned i = 0; i < type->n_fields; i++) cells[i] = element ? field_text(cli, element, &type->fields[i]) : "";
    grid_row(grid, cells);
  }
  grid_print(grid);
}

static void print_fields(struct cli *cli, const message *answer, const char *title) {
  struct grid *grid = grid_new(&cli->arena, 2);
  bool any = false;
  grid_row(grid, (const char *[]){TEXT(HEAD_FIELD), TEXT(HEAD_VALUE)});
  for (unsigned i = 0; i < answer->descriptor->n_fields; i++) {
    const message_field *field = &answer->descriptor->fields[i];
    if (field->type == PROTOBUF_C_TYPE_MESSAGE || pb_count(answer, field) == 0) continue;
    grid_row(grid, (const char *[]){head_text(field->name), field_text(cli, answer, field)});
    any = true;
  }
  if (any && title) printf("\n%s\n", title);
  if (any) grid_print(grid);
}

/* CSV is one table: the reply's rows, with their heads even when there are none. False: the reply is of a kind without rows. */
static bool print_first_rows(struct cli *cli, const message *answer) {
  for (unsigned i = 0; i < answer->descriptor->n_fields; i++) {
    const message_field *field = &answer->descriptor->fields[i];
    if (field->type != PROTOBUF_C_TYPE_MESSAGE || !pb_is_repeated(field)) continue;
    print_rows(cli, answer, field);
    return true;
  }
  return false;
}

/* Single values first, then each repeated message as a table of its own. */
void print_message(struct cli *cli, const message *answer) {
  if (grid_as_csv && print_first_rows(cli, answer)) return;
  print_fields(cli, answer, NULL);
  for (unsigned i = 0; i < answer->descriptor->n_fields && !grid_as_csv; i++) {
    const message_field *field = &answer->descriptor->fields[i];
    if (field->type != PROTOBUF_C_TYPE_MESSAGE || pb_count(answer, field) == 0) continue;
    if (!pb_is_repeated(field)) {
      print_fields(cli, pb_get_message(answer, field, 0), head_text(field->name));
      continue;
    }
    if (strcmp(field->name, "rows") != 0) printf("\n%s (%zu)\n", head_text(field->name), pb_count(answer, field));
    print_rows(cli, answer, field);
  }
}
