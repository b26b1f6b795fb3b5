/* report_files.c - a report as a file: workbook, JSON, the lines as CSV, or the message itself under the node's signature, which `report read`
 * looks at; the yearly report as it was issued; and the lines beneath a consolidated figure. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/pb/json.h"
#include "common/pb/table.h"
#include "services/cli/form.h"
#include "services/cli/ledger.h"
#include "services/cli/outfile.h"
#include "services/cli/report.h"
#include "services/cli/signed_file.h"

static struct { const char *quarter, *unit, *file, *year, *revision, *figure, *by, *signer; } want;

const struct option report_export_options[] = {
    {"quarter", 'q', "2026Q3", &want.quarter, NULL, "季度 (缺省: 最近一个)", "quarter (default: the newest)"},
    {"unit", 'u', "UNIT", &want.unit, NULL, "这一单位的季报 (缺省: 汇总)", "this unit's report (default: the consolidated one)"},
    {"output", 'o', "FILE", &want.file, NULL, "写到文件: .xlsx 工作簿, .json, .csv 项目行, .signed 带签名的报文; 只写种类时按季度命名 (必填)",
     "file to write: .xlsx, .json, .csv the project lines, .signed the message under the node's signature; a kind alone: named by the quarter "
     "(required)"},
    {0},
};
const struct option report_year_options[] = {
    {"year", 'y', "2026", &want.year, NULL, "年度 (必填)", "year (required)"},
    {"revision", 'r', "2", &want.revision, NULL, "哪一版 (缺省: 最近一版)", "which revision (default: the newest)"},
    {"output", 'o', "FILE", &want.file, NULL, "写到文件: .txt 文本, .json, .signed 带签名的报文 (缺省: 打印)",
     "file to write: .txt, .json, .signed (default: print)"},
    {0},
};
const struct option report_rows_options[] = {
    {"quarter", 'q', "2026Q3", &want.quarter, NULL, "季度 (缺省: 最近一个)", "quarter (default: the newest)"},
    {"figure", 'f', "paid_fen", &want.figure, NULL, "哪项指标 (必填)", "which figure of the totals (required)"},
    {"by", 'b', "FIELD=TRANSPORT", &want.by, NULL, "哪一分类: FIELD, TRACK, LIST_KIND, LIST_LEVEL, UNIT (缺省: 合计)",
     "of which total (default: all)"},
    {0},
};
const struct option report_read_options[] = {
    {"signer", 's', "sign.key.pub", &want.signer, NULL, "签名单位的公钥文件 (缺省: 本节点的)", "the signer's public key file (default: this node's)"},
    {0},
};

/* --- files ------------------------------------------------------------------------------------------------------------------------------ */

static bool ends_in(const char *path, const char *tail) {
  size_t length = strlen(path), wanted = strlen(tail);
  return length > wanted && strcasecmp(path + length - wanted, tail) == 0;
}

static int write_text(struct cli *cli, const char *path, const char *text, size_t length) {
  const char *beside = outfile_begin(cli, path);
  FILE *file = fopen(beside, "we");
  bool good = file && fwrite(text, 1, length, file) == length;
  if (file && fclose(file) != 0) good = false;
  return outfile_end(beside, path, good);
}

static int write_json(struct cli *cli, const char *path, const message *content) {
  json_t *json = pb_to_json(content);
  char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
  int code = text ? write_text(cli, path, text, strlen(text)) : (complain(OUT_OF_MEMORY), CLI_INTERNAL);
  free(text);
  json_decref(json);
  return code;
}

/* The fields of a line and of what stands in it, or their heads; lists within a line do not fit a cell. */
static void put_fields(FILE *out, struct cli *cli, const message_type *type, const message *source, bool heads) {
  for (unsigned i = 0; i < type->n_fields; i++) {
    const message_field *field = &type->fields[i];
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && !pb_is_repeated(field)) {
      put_fields(out, cli, field->descriptor, source ? pb_get_message(source, field, 0) : NULL, heads);
      continue;
    }
    if (field->type == PROTOBUF_C_TYPE_MESSAGE || field->type == PROTOBUF_C_TYPE_BYTES) continue;
    putc(',', out);
    form_csv_cell(out,
                  heads    ? table_field_head(field->name)
                  : source ? field_cell(&cli->arena, source, field)
                           : "",
                  field->type == PROTOBUF_C_TYPE_STRING);
  }
}

static void put_line(FILE *out, struct cli *cli, const Workrelief__ConsolidatedLine *line) {
  form_csv_cell(out, line ? line->unit_id : table_field_head("unit_id"), true);
  putc(',', out);
  form_csv_cell(out, line ? line->unit_name : table_field_head("unit_name"), true);
  put_fields(out, cli, &workrelief__report_line__descriptor, line ? &line->line->base : NULL, !line);
  fputs("\r\n", out);
}

/* Every field of every line, heads as the offices know them; money in yuan. */
static int write_lines(struct cli *cli, const char *path, Workrelief__ConsolidatedLine **lines, size_t count) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  fputs("\xef\xbb\xbf", out); /* Excel reads UTF-8 only with it */
  put_line(out, cli, NULL);
  for (size_t i = 0; i < count; i++)
    if (lines[i]->line) put_line(out, cli, lines[i]);
  int code = fclose(out) == 0 ? write_text(cli, path, text, length) : CLI_INTERNAL;
  free(text);
  return code;
}

/* --- a quarter --------------------------------------------------------------------------------------------------------------------------- */

static int fetch_unit(struct cli *cli, char *quarter, message **answer) {
  Workrelief__GetReportRequest get = WORKRELIEF__GET_REPORT_REQUEST__INIT;
  const Workrelief__Report *newest;
  int code = report_find(cli, want.unit, quarter, 0, &newest);
  if (code != CLI_OK) return code;
  get.report_code = newest->report_code;
  return cli_ask_once(cli, "gateway", "gateway.GetReport", &get.base, &workrelief__report__descriptor, answer);
}

static int fetch_all(struct cli *cli, char *quarter, message **answer) {
  Workrelief__GetConsolidatedReportRequest get = WORKRELIEF__GET_CONSOLIDATED_REPORT_REQUEST__INIT;
  get.quarter = quarter;
  return cli_ask_once(cli, "gateway", "gateway.GetConsolidatedReport", &get.base, &workrelief__consolidated_report__descriptor, answer);
}

/* A unit's report stands in the same workbook as the consolidated one, alone. */
static Workrelief__ConsolidatedReport *alone(struct cli *cli, Workrelief__Report *report) {
  Workrelief__ConsolidatedReport *whole = (Workrelief__ConsolidatedReport *)pb_new(&cli->arena, &workrelief__consolidated_report__descriptor);
  Workrelief__UnitStatus *unit = (Workrelief__UnitStatus *)pb_new(&cli->arena, &workrelief__unit_status__descriptor);
  if (!whole || !unit) return NULL;
  whole->quarter = report->quarter;
  whole->expected_count = whole->reported_count = 1;
  whole->accepted_count = report->report_state == WORKRELIEF__REPORT_STATE__VALUE__ACCEPTED;
  whole->late_count = report->is_late;
  whole->consolidated_at_us = report->submitted_at_us;
  unit->unit_id = report->unit_id;
  unit->unit_name = report->unit_name;
  unit->report_state = report->report_state;
  unit->is_zero = report->is_zero;
  unit->is_late = report->is_late;
  unit->submitted_at_us = report->submitted_at_us;
  if (!pb_put_message(&cli->arena, &whole->base, pb_field(whole->base.descriptor, "units"), &unit->base)) return NULL;
  for (size_t i = 0; i < report->n_lines; i++) {
    message *line = pb_new(&cli->arena, &workrelief__consolidated_line__descriptor);
    if (!line || !pb_put_text(&cli->arena, line, pb_field(line->descriptor, "unit_id"), report->unit_id) ||
        !pb_put_text(&cli->arena, line, pb_field(line->descriptor, "unit_name"), report->unit_name) ||
        !pb_put_message(&cli->arena, line, pb_field(line->descriptor, "line"), &report->lines[i]->base) ||
        !pb_put_message(&cli->arena, &whole->base, pb_field(whole->base.descriptor, "lines"), line))
      return NULL;
  }
  whole->line_count = (int32_t)whole->n_lines;
  return whole;
}

static int write_report(struct cli *cli, message *report) {
  bool of_unit = report->descriptor == &workrelief__report__descriptor;
  if (ends_in(want.file, ".json")) return write_json(cli, want.file, report);
  if (ends_in(want.file, ".signed")) return signed_file_write(cli, want.file, report);
  Workrelief__ConsolidatedReport *whole = of_unit ? alone(cli, (Workrelief__Report *)report) : (Workrelief__ConsolidatedReport *)report;
  if (!whole) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  if (ends_in(want.file, ".xlsx")) return report_book_write(cli, whole, want.file);
  int code = report_complete_lines(cli, whole);
  return code == CLI_OK ? write_lines(cli, want.file, whole->lines, whole->n_lines) : code;
}

/* A file by its ending, or a kind alone: then it stands in this directory under the quarter's name. */
static bool takes_kind(struct cli *cli, const char *quarter) {
  static const char *const kinds[] = {"xlsx", "json", "csv", "signed"};
  for (size_t i = 0; want.file && i < ARRAY_LENGTH(kinds); i++) {
    if (ends_in(want.file, text_of(cli, ".%s", kinds[i]))) return true;
    if (strcmp(want.file, kinds[i]) != 0) continue;
    want.file = text_of(cli, "%s%s%s.%s", quarter, want.unit ? "-" : "", want.unit ? want.unit : "", kinds[i]);
    return true;
  }
  complain(REPORT_EXPORT_NEEDS);
  return false;
}

int report_export(struct cli *cli, int count, char **words) {
  (void)words;
  message *answer = NULL;
  char *quarter = want.quarter ? arena_strdup(&cli->arena, want.quarter) : NULL;
  int code = quarter ? CLI_OK : report_newest_quarter(cli, &quarter);
  if (code == CLI_OK && (count || !takes_kind(cli, quarter))) return CLI_USAGE;
  if (code == CLI_OK) code = want.unit ? fetch_unit(cli, quarter, &answer) : fetch_all(cli, quarter, &answer);
  if (code == CLI_OK) code = write_report(cli, answer);
  if (code == CLI_OK && !outfile_is_output(want.file)) say(REPORT_EXPORTED, quarter, want.file);
  return code;
}

/* --- the year ------------------------------------------------------------------------------------------------------------------------------ */

int report_year(struct cli *cli, int count, char **words) {
  (void)words;
  Workrelief__GetYearReportRequest get = WORKRELIEF__GET_YEAR_REPORT_REQUEST__INIT;
  message *answer;
  int64_t year = 0, revision = 0;
  if (count || !want.year || !parse_int64(want.year, 1900, 9999, &year) || (want.revision && !parse_int64(want.revision, 1, 1000000, &revision)) ||
      (want.file && !ends_in(want.file, ".txt") && !ends_in(want.file, ".json") && !ends_in(want.file, ".signed"))) {
    complain(REPORT_YEAR_NEEDS);
    return CLI_USAGE;
  }
  get.report_year = (int32_t)year;
  get.revision = (int32_t)revision;
  int code = cli_ask_once(cli, "gateway", "gateway.GetYearReport", &get.base, &workrelief__year_report__descriptor, &answer);
  if (code != CLI_OK) return code;
  const Workrelief__YearReport *report = (const Workrelief__YearReport *)answer;
  if (!want.file) {
    if (cli->json)
      print_json(answer);
    else
      fputs(report->report_text, stdout);
    return CLI_OK;
  }
  if (ends_in(want.file, ".json")) return write_json(cli, want.file, answer);
  if (ends_in(want.file, ".signed")) return signed_file_write(cli, want.file, answer);
  return write_text(cli, want.file, report->report_text, strlen(report->report_text));
}

/* --- what a file's signature says -------------------------------------------------------------------------------------------------------------- */

static bool read_point(const char *path, uint8_t point[SIGN_PUBLIC_SIZE]) {
  char hex[2 * SIGN_PUBLIC_SIZE + 2] = {0};
  FILE *file = fopen(path, "re");
  size_t length = file ? fread(hex, 1, sizeof(hex) - 1, file) : 0;
  if (file) fclose(file);
  hex[strcspn(hex, "\r\n")] = '\0';
  return length && hex_decode(hex, point, SIGN_PUBLIC_SIZE);
}

int report_read(struct cli *cli, int count, char **words) {
  Workrelief__Signed *content;
  uint8_t point[SIGN_PUBLIC_SIZE];
  if (count != 1) {
    complain(REPORT_READ_NEEDS);
    return CLI_USAGE;
  }
  const char *signer = want.signer ? want.signer : node_path(cli, "keys/sign.key.pub");
  if (!read_point(signer, point)) {
    complain(KEY_BAD, signer);
    return CLI_NO_INPUT;
  }
  int code = signed_file_read(cli, words[0], &content);
  if (code != CLI_OK) return code;
  const message_type *type = pb_type_find(content->content_type);
  message *report = type ? pb_unpack(&cli->arena, type, content->content.data, content->content.len) : NULL;
  if (!report || !signed_file_verify(content, point)) {
    complain(REPORT_NOT_SIGNED, words[0], signer);
    return CLI_FINDINGS;
  }
  if (cli->json)
    print_json(report);
  else
    say(REPORT_SIGNED, words[0], content->content_type);
  return CLI_OK;
}

/* --- the lines beneath a figure ------------------------------------------------------------------------------------------------------------------ */

static const char *value_text(struct cli *cli, const char *figure, bool known, int64_t value) {
  const char *unit = strrchr(figure, '_');
  if (!known) return TEXT(UNKNOWN_AMOUNT);
  if (unit && strcmp(unit, "_fen") == 0) return wanyuan_text(cli, value);
  if (unit && strcmp(unit, "_hundredths") == 0) return days_text(cli, value);
  return number_text(cli, value);
}

static void add_rows(struct cli *cli, struct grid *grid, const Workrelief__FigureRows *page) {
  for (size_t i = 0; i < page->n_rows; i++) {
    const Workrelief__FigureRow *row = page->rows[i];
    const char *source =
        row->n_sources ? text_of(cli, "%s '%s'%s", row->sources[0]->source_method, row->sources[0]->source_request, row->n_sources > 1 ? " ..." : "")
                       : "";
    grid_row(grid, (const char *[]){row->unit_name, row->project_code, row->project_name,
                                    value_text(cli, page->figure, row->figure_known_case != 0, row->figure_value), row->node_unit_id, source});
  }
}

/* "FIELD=TRANSPORT" */
static bool take_total(struct cli *cli, message *request) {
  const char *equals = want.by ? strchr(want.by, '=') : NULL;
  if (!want.by) return true;
  if (!equals) return false;
  char *kind = arena_strndup(&cli->arena, want.by, (size_t)(equals - want.by));
  return kind && pb_put_text(&cli->arena, request, pb_field(request->descriptor, "total_kind"), kind) &&
         pb_put_text(&cli->arena, request, pb_field(request->descriptor, "total_key"), equals + 1);
}

static int print_rows(struct cli *cli, Workrelief__GetFigureRowsRequest *request) {
  struct grid *grid = grid_new(&cli->arena, 6);
  const Workrelief__FigureRows *page, *first = NULL; /* the sums stand on the first page */
  message *answer;
  grid_row(grid, (const char *[]){TEXT(HEAD_UNIT), TEXT(REPORT_PROJECT), TEXT(REPORT_PROJECT_NAME), table_field_head(request->figure),
                                  TEXT(ROWS_NODE), TEXT(ROWS_SOURCE)});
  do {
    int code = cli_ask_once(cli, "gateway", "gateway.GetFigureRows", &request->base, &workrelief__figure_rows__descriptor, &answer);
    if (code != CLI_OK) return code;
    page = (const Workrelief__FigureRows *)answer;
    if (!first) first = page;
    if (cli->json) print_json(answer);
    add_rows(cli, grid, page);
    request->consolidation_number = page->consolidation_number; /* the next page is of the same */
    request->page_token = page->next_page_token;
  } while (*page->next_page_token);
  if (cli->json) return CLI_OK;
  grid_print(grid);
  if (grid_as_csv) return CLI_OK;
  say(ROWS_SUM, value_text(cli, request->figure, first->total_known_case != 0, first->total_value),
      value_text(cli, request->figure, first->sum_known_case != 0, first->row_sum_value),
      value_text(cli, request->figure, true, first->overlap_value), first->unknown_count);
  return CLI_OK;
}

int report_rows(struct cli *cli, int count, char **words) {
  (void)words;
  Workrelief__GetFigureRowsRequest request = WORKRELIEF__GET_FIGURE_ROWS_REQUEST__INIT;
  char *quarter = want.quarter ? arena_strdup(&cli->arena, want.quarter) : NULL;
  if (count || !want.figure || !take_total(cli, &request.base)) {
    complain(ROWS_NEEDS);
    return CLI_USAGE;
  }
  int code = quarter ? CLI_OK : report_newest_quarter(cli, &quarter);
  if (code != CLI_OK) return code;
  request.quarter = quarter;
  request.figure = (char *)(uintptr_t)want.figure;
  request.page_size = 1000;
  return print_rows(cli, &request);
}
