/* report_figures.c - see report_figures.h. Tables of one subject each rather than one wide one; money in 万元 with two decimals. */
#include "services/cli/report_figures.h"

#include <string.h>

#include "common/base/money.h"
#include "common/base/text.h"
#include "common/pb/table.h"
#include "services/cli/report.h"

#define MAIN true
#define MORE false
#define BLOCK(id, zh, en) {#id, zh, en},
const struct figure_block figure_blocks[] = {
#include "services/gateway/figures.def"
};
#define TOTAL(block, field, zh, en, kind, sheet, unknown) {#block, field, zh, en, kind, sheet, unknown},
const struct figure total_figures[] = {
#include "services/gateway/figures.def"
};
#define LINE(block, field, zh, en, kind) {#block, field, zh, en, kind, MAIN, NULL},
const struct figure line_figures[] = {
#include "services/gateway/figures.def"
};
#define SOURCE(field, zh, en, kind) {"", field, zh, en, kind, MAIN, NULL},
const struct figure source_figures[] = {
#include "services/gateway/figures.def"
};
const size_t figure_block_count = ARRAY_LENGTH(figure_blocks), total_figure_count = ARRAY_LENGTH(total_figures),
             line_figure_count = ARRAY_LENGTH(line_figures), source_figure_count = ARRAY_LENGTH(source_figures);

/* --- one figure ------------------------------------------------------------------------------------------------------------------- */

const message *figure_find(const struct figure *figure, const message *source, const message_field **field) {
  const message *holder = pb_find(source, figure->field, field); /* NULL: what an earlier report did not say */
  return holder && pb_is_nullable(*field) && !pb_count(holder, *field) ? NULL : holder;
}

int64_t figure_missing(const struct figure *figure, const message *holder) {
  return figure->unknown ? pb_get_int(holder, pb_field(holder->descriptor, figure->unknown), 0) : 0;
}

static bool is_below_floor(const message *line) {
  const message_field *floor = pb_field(line->descriptor, "floor_bp"), *ratio = pb_field(line->descriptor, "ratio_bp");
  return pb_count(line, floor) && pb_get_int(line, ratio, 0) < pb_get_int(line, floor, 0);
}

static const char *known_text(struct cli *cli, const struct figure *figure, const message *holder, const message_field *field) {
  char text[MONEY_TEXT_SIZE];
  int64_t value = figure->kind == LABEL ? 0 : pb_get_int(holder, field, 0);
  switch (figure->kind) {
    case COUNT:
    case PEOPLE: return number_text(cli, value);
    case WANYUAN: return wanyuan_text(cli, value);
    case YUAN: return text_of(cli, "%s", money_yuan(value, text));
    case DAYS: return days_text(cli, value);
    case SHARE: return text_of(cli, "%s", ratio_text(value, text));
    case RATIO: return text_of(cli, "%s%s", ratio_text(value, text), is_below_floor(holder) ? " !" : "");
    case YES_NO: return value ? TEXT(YES) : BOTH("否", "no");
    case LABEL: break;
  }
  if (!pb_count(holder, field)) return "";
  return say_english ? pb_get_text(holder, field, 0) : table_get_cell(&cli->arena, holder, field, 0);
}

const char *figure_text(struct cli *cli, const struct figure *figure, const message *source) {
  const message_field *field;
  const message *holder = figure_find(figure, source, &field);
  if (!holder) return TEXT(UNKNOWN_AMOUNT);
  int64_t missing = figure_missing(figure, holder);
  const char *text = known_text(cli, figure, holder, field);
  return missing ? text_of(cli, "≥%s(+%lld)", text, (long long)missing) : text;
}

/* --- a block as a table ------------------------------------------------------------------------------------------------------------ */

struct block {
  struct cli *cli;
  const struct figure **figures;
  const char **cells; /* of a row: the names before, then the figures */
  struct grid *grid;
  size_t key_count, figure_count;
};

static bool begin_block(struct block *block, const struct figure_block *subject, const struct figure *figures, size_t count,
                        const char *const *keys) {
  block->figures = arena_array(&block->cli->arena, count + 1, sizeof *block->figures);
  block->cells = arena_array(&block->cli->arena, block->key_count + count + 1, sizeof *block->cells);
  block->figure_count = 0;
  if (!block->figures || !block->cells) return false;
  for (size_t i = 0; i < count; i++)
    if (strcmp(figures[i].block, subject->id) == 0) block->figures[block->figure_count++] = &figures[i];
  if (!block->figure_count) return false;
  block->grid = grid_new(&block->cli->arena, block->key_count + block->figure_count);
  for (size_t i = 0; i < block->key_count; i++) block->cells[i] = keys[i];
  for (size_t i = 0; i < block->figure_count; i++) block->cells[block->key_count + i] = BOTH(block->figures[i]->zh, block->figures[i]->en);
  grid_row(block->grid, block->cells);
  printf("\n%s%s%s\n", paint(stdout, PAINT_BOLD), BOTH(subject->zh, subject->en), paint(stdout, PAINT_OFF));
  return true;
}

/* source NULL: a title above the rows that follow. */
static void add_row(struct block *block, size_t key_count, const char *const *keys, const message *source) {
  for (size_t i = 0; i < key_count; i++) block->cells[i] = keys[i];
  for (size_t i = 0; i < block->figure_count; i++) block->cells[key_count + i] = source ? figure_text(block->cli, block->figures[i], source) : "";
  grid_row(block->grid, block->cells);
}

/* --- totals ------------------------------------------------------------------------------------------------------------------------- */

struct part {
  const char *title, *field; /* field: of a line, whose values name the totals; NULL: units and places by their code */
  Workrelief__Total **totals;
  size_t count;
};

static const char *total_name(struct cli *cli, const Workrelief__ConsolidatedReport *report, const char *field, const Workrelief__Total *total) {
  const char *name = total->total_key;
  if (total->total_kind == WORKRELIEF__TOTAL_KIND__VALUE__UNIT) name = report_unit_name(report, name);
  if (field) name = report_label(cli, &workrelief__report_line__descriptor, field, name);
  return *name && strcmp(name, "UNSPECIFIED") != 0 ? name : TEXT(REPORT_OTHER);
}

static void add_parts(struct block *block, const Workrelief__ConsolidatedReport *report) {
  const struct part parts[] = {{TEXT(REPORT_BY_FIELD), "field", report->by_field, report->n_by_field},
                               {TEXT(REPORT_BY_TRACK), "track", report->by_track, report->n_by_track},
                               {TEXT(REPORT_BY_LIST), "list_kind", report->by_list_kind, report->n_by_list_kind},
                               {TEXT(REPORT_BY_LEVEL), "list_level", report->by_list_level, report->n_by_list_level},
                               {TEXT(REPORT_BY_TOWNSHIP), NULL, report->by_township, report->n_by_township},
                               {TEXT(REPORT_BY_UNIT), NULL, report->by_unit, report->n_by_unit}};
  if (report->summary) add_row(block, 1, (const char *[]){TEXT(REPORT_ALL)}, &report->summary->base);
  for (size_t p = 0; p < ARRAY_LENGTH(parts); p++) {
    if (parts[p].count) add_row(block, 1, &parts[p].title, NULL);
    for (size_t i = 0; i < parts[p].count; i++) {
      const Workrelief__Total *total = parts[p].totals[i];
      add_row(block, 1, (const char *[]){text_of(block->cli, "  %s", total_name(block->cli, report, parts[p].field, total))}, &total->base);
    }
  }
}

/* Which of the priority groups the people are of: a row each, who stands in two stands in both. */
static void print_groups(struct cli *cli, const Workrelief__Total *all) {
  if (!all || !all->figures || !all->figures->n_groups) return;
  struct grid *grid = grid_new(&cli->arena, 2);
  grid_row(grid, (const char *[]){TEXT(REPORT_GROUPS), TEXT(REPORT_PEOPLE)});
  for (size_t i = 0; i < all->figures->n_groups; i++) {
    const Workrelief__GroupCount *group = all->figures->groups[i];
    const message_field *field = pb_field(group->base.descriptor, "priority_group");
    const char *name = pb_enum_name(field, group->priority_group);
    grid_row(grid,
             (const char *[]){report_label(cli, group->base.descriptor, "priority_group", name ? name : ""), number_text(cli, group->worker_count)});
  }
  putchar('\n');
  grid_print(grid);
}

/* A project of several sources stands under each. */
static void print_sources(struct cli *cli, const Workrelief__ConsolidatedReport *report) {
  static const struct figure_block subject = {"", "按资金来源", "by source of money"};
  struct block block = {.cli = cli, .key_count = 1};
  if (!report->n_by_fund_source || !begin_block(&block, &subject, source_figures, source_figure_count, (const char *[]){""})) return;
  for (size_t i = 0; i < report->n_by_fund_source; i++) {
    const Workrelief__Total *total = report->by_fund_source[i];
    add_row(&block, 1, (const char *[]){report_label(cli, &workrelief__fund_share__descriptor, "fund_source", total->total_key)}, &total->base);
  }
  grid_print_within(block.grid, block.key_count, terminal_columns());
  say(REPORT_SOURCES_OVERLAP);
}

void print_total_blocks(struct cli *cli, const Workrelief__ConsolidatedReport *report) {
  for (size_t i = 0; i < figure_block_count; i++) {
    struct block block = {.cli = cli, .key_count = 1};
    if (!begin_block(&block, &figure_blocks[i], total_figures, total_figure_count, (const char *[]){""})) continue;
    add_parts(&block, report);
    grid_print_within(block.grid, block.key_count, terminal_columns());
    if (strcmp(figure_blocks[i].id, "PEOPLE") == 0) print_groups(cli, report->summary);
  }
  print_sources(cli, report);
}

/* --- lines ---------------------------------------------------------------------------------------------------------------------------- */

#define NAME_COLUMNS 24 /* of a project, in the blocks behind the first */

static const char *short_name(struct cli *cli, const char *name) {
  if (utf8_columns(name) <= NAME_COLUMNS) return name;
  const char *end = name;
  for (size_t taken = 0; *end;) {
    const char *next = end + 1;
    while (((unsigned char)*next & 0xc0) == 0x80) next++;
    const char *one = text_of(cli, "%.*s", (int)(next - end), end);
    if ((taken += utf8_columns(one)) > NAME_COLUMNS - 1) break;
    end = next;
  }
  return text_of(cli, "%.*s…", (int)(end - name), name);
}

/* Who is who: the number by which the blocks name a project, with its unit and its whole name. */
static void print_projects(struct cli *cli, const Workrelief__ReportLine *const *lines, const char *const *unit_names, size_t count) {
  struct grid *grid = grid_new(&cli->arena, 5);
  grid_row(grid, (const char *[]){TEXT(REPORT_NUMBER), TEXT(HEAD_UNIT), TEXT(REPORT_PROJECT_NAME), TEXT(REPORT_PROJECT), TEXT(REPORT_NOTE)});
  for (size_t i = 0; i < count; i++)
    grid_row(grid, (const char *[]){number_text(cli, (int64_t)i + 1), unit_names ? unit_names[i] : "", lines[i]->project_name, lines[i]->project_code,
                                    lines[i]->line_note});
  putchar('\n');
  grid_print_within(grid, 1, terminal_columns());
}

void print_line_blocks(struct cli *cli, const Workrelief__ReportLine *const *lines, const char *const *unit_names, size_t count) {
  if (!count) return;
  print_projects(cli, lines, unit_names, count);
  for (size_t b = 0; b < figure_block_count; b++) {
    struct block block = {.cli = cli, .key_count = 2};
    if (!begin_block(&block, &figure_blocks[b], line_figures, line_figure_count, (const char *[]){TEXT(REPORT_NUMBER), TEXT(REPORT_PROJECT_NAME)}))
      continue;
    for (size_t i = 0; i < count; i++) {
      const char *const keys[] = {number_text(cli, (int64_t)i + 1), short_name(cli, lines[i]->project_name)};
      add_row(&block, ARRAY_LENGTH(keys), keys, &lines[i]->base);
    }
    grid_print_within(block.grid, block.key_count, terminal_columns());
  }
}
