/* report.h - what the report's printed and written forms share. */
#ifndef WORKRELIEF_CLI_REPORT_H
#define WORKRELIEF_CLI_REPORT_H

#include "gateway.pb-c.h"
#include "services/cli/cli.h"

/* The Chinese label of an enum value by name: what a cell of that field would show. */
const char *report_label(struct cli *cli, const message_type *type, const char *field_name, const char *value);
const char *report_state_text(struct cli *cli, Workrelief__ReportState__Value state);
const char *report_exception_text(const char *id);
const char *report_unit_name(const Workrelief__ConsolidatedReport *report, const char *unit_id);
int report_newest_quarter(struct cli *cli, char **quarter);

/* The unit's report of the quarter, without its lines; revision 0 = the newest. */
int report_find(struct cli *cli, const char *unit_id, char *quarter, int revision, const Workrelief__Report **report);

/* report_verify.c */
extern const struct option report_verify_options[];
int report_verify(struct cli *cli, int count, char **words);
/* report_diff.c */
extern const struct option report_diff_options[];
int report_diff(struct cli *cli, int count, char **words);

/* report_peers.c */
extern const struct option report_peers_options[];
int report_peers(struct cli *cli, int count, char **words);

/* report_files.c */
extern const struct option report_export_options[], report_year_options[], report_rows_options[], report_read_options[];
int report_export(struct cli *cli, int count, char **words);
int report_year(struct cli *cli, int count, char **words);
int report_rows(struct cli *cli, int count, char **words);
int report_read(struct cli *cli, int count, char **words);

/* A reply bears the first lines only; the accepted revisions that the consolidation froze bear them all. */
int report_complete_lines(struct cli *cli, Workrelief__ConsolidatedReport *report);
/* The quarter's workbook. A report whose lines do not fit one reply is completed from the units' own. */
int report_book_write(struct cli *cli, Workrelief__ConsolidatedReport *report, const char *path);

#endif
