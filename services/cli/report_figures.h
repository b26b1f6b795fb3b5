/* report_figures.h - the figures of services/gateway/figures.def as the command shows them: in the terminal and in the workbook. */
#ifndef WORKRELIEF_CLI_REPORT_FIGURES_H
#define WORKRELIEF_CLI_REPORT_FIGURES_H

#include "gateway.pb-c.h"
#include "services/cli/cli.h"

enum figure_kind { COUNT, PEOPLE, WANYUAN, YUAN, DAYS, SHARE, RATIO, LABEL, YES_NO };
struct figure {
  const char *block, *field, *zh, *en;
  enum figure_kind kind;
  bool is_main;        /* of a total: on the workbook's sheets of totals */
  const char *unknown; /* beside the field: how many projects are missing in the sum; NULL = none can be */
};
struct figure_block {
  const char *id, *zh, *en;
};
extern const struct figure_block figure_blocks[];
extern const struct figure total_figures[], line_figures[], source_figures[];
extern const size_t figure_block_count, total_figure_count, line_figure_count, source_figure_count;

/* The message that holds the figure, and its field there; NULL: the report does not say it, which is no 0. */
const message *figure_find(const struct figure *figure, const message *source, const message_field **field);
/* Projects missing in the sum. */
int64_t figure_missing(const struct figure *figure, const message *holder);
/* As a cell of the terminal: "—" is not known, "≥1.50(+2)" a sum in which two projects are missing. */
const char *figure_text(struct cli *cli, const struct figure *figure, const message *source);

/* Every block with its totals, all kinds of them; every block with the lines; nothing wider than the terminal. */
void print_total_blocks(struct cli *cli, const Workrelief__ConsolidatedReport *report);
void print_line_blocks(struct cli *cli, const Workrelief__ReportLine *const *lines, const char *const *unit_names, size_t count);

#endif
