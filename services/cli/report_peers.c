/* report_peers.c - `workrelief report peers`: projects whose pay or work stands far from that of others of their field. */
#include <inttypes.h>
#include <string.h>

#include "common/base/money.h"
#include "services/cli/report.h"

static struct { const char *quarter; } want;

const struct option report_peers_options[] = {
    {"quarter", 'q', "2026Q3", &want.quarter, NULL, "季度 (缺省: 最近一个)", "quarter (default: the newest)"},
    {0},
};

/* Days for what counts days, yuan for the rest. */
static const char *value_text(struct cli *cli, const char *rule, int64_t value) {
  char yuan[MONEY_TEXT_SIZE];
  return strcmp(rule, "PEER_DAYS_A_HEAD") == 0 ? days_text(cli, value) : text_of(cli, "%s", money_yuan(value, yuan));
}

static void add_rows(struct cli *cli, struct grid *grid, const Workrelief__PeerOutlierPage *page) {
  for (size_t i = 0; i < page->n_rows; i++) {
    const Workrelief__PeerOutlier *row = page->rows[i];
    grid_row(grid, (const char *[]){row->unit_name, row->project_code, row->project_name, report_exception_text(row->exception_rule),
                                    value_text(cli, row->exception_rule, row->figure_value), value_text(cli, row->exception_rule, row->median_value),
                                    text_of(cli, "%" PRId32, row->peer_count)});
  }
}

int report_peers(struct cli *cli, int count, char **words) {
  (void)count, (void)words;
  Workrelief__ListPeerOutliersRequest request = WORKRELIEF__LIST_PEER_OUTLIERS_REQUEST__INIT;
  struct grid *grid = cli->json ? NULL : grid_new(&cli->arena, 7);
  char *quarter = want.quarter ? arena_strdup(&cli->arena, want.quarter) : NULL;
  int code = quarter ? CLI_OK : report_newest_quarter(cli, &quarter);
  request.quarter = quarter;
  request.page_size = 500;
  if (grid)
    grid_row(grid, (const char *[]){TEXT(PEER_UNIT), TEXT(REPORT_PROJECT), TEXT(REPORT_PROJECT_NAME), TEXT(PEER_WHAT), TEXT(PEER_VALUE),
                                    TEXT(PEER_MEDIAN), TEXT(PEER_COUNT)});
  for (bool more = true; more && code == CLI_OK;) {
    message *answer;
    code = cli_ask_once(cli, "gateway", "gateway.ListPeerOutliers", &request.base, &workrelief__peer_outlier_page__descriptor, &answer);
    if (code != CLI_OK) return code;
    const Workrelief__PeerOutlierPage *page = (const Workrelief__PeerOutlierPage *)answer;
    if (grid)
      add_rows(cli, grid, page);
    else
      print_json(answer);
    request.page_token = page->next_page_token;
    more = *page->next_page_token != '\0';
  }
  if (grid && code == CLI_OK) grid_print(grid);
  return code;
}
