/* ledger_wages.c - 劳务报酬发放台账: the lines of a month's wage sheets. What is due follows from sealed attendance and is never
 * imported; what comes in from the signed paper is who has confirmed his line, and how. */
#include <string.h>

#include "payroll.pb-c.h"
#include "services/cli/ledger_import.h"

struct filling {
  struct ledger_record *record;
  const Workrelief__Sheet *sheets[1000];
  size_t count, at;
};

static bool take_sheet(void *context, message *row) {
  struct filling *filling = context;
  const Workrelief__Sheet *sheet = (const Workrelief__Sheet *)row;
  if (sheet->sheet_state == WORKRELIEF__SHEET_STATE__VALUE__VOID) return true;
  if (filling->count == ARRAY_LENGTH(filling->sheets)) return false;
  filling->sheets[filling->count++] = sheet;
  return true;
}

static bool take_line(void *context, message *row) {
  struct filling *filling = context;
  const char **cells = ledger_add_row(filling->record);
  if (!cells) return false;
  ledger_show(filling->record, cells, row);
  ledger_set(filling->record, cells, "sheet_code", filling->sheets[filling->at]->sheet_code);
  ledger_set(filling->record, cells, "team_name", filling->sheets[filling->at]->team_name);
  return true;
}

int wages_fetch(struct ledger_record *record) {
  struct cli *cli = record->cli;
  struct filling *filling = arena_alloc(&cli->arena, sizeof(*filling));
  if (!filling) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  filling->record = record;
  const char *project = text_of(cli, "project_code=%s", record->project_code), *month = text_of(cli, "month=%s", record->month);
  int code = list_rows(cli, "payroll.ListSheets", (const char *const[]){project, month, NULL}, take_sheet, filling);
  for (; code == CLI_OK && filling->at < filling->count; filling->at++) {
    const char *sheet = text_of(cli, "sheet_code=%s", filling->sheets[filling->at]->sheet_code);
    code = list_rows(cli, "payroll.ListSheetLines", (const char *const[]){project, sheet, NULL}, take_line, filling);
  }
  return code;
}

/* --- in --------------------------------------------------------------------------------------------------------------------------- */

static bool confirm(struct ledger_import *import, struct batch *batch, struct ledger_entry *entry, const char **sheet_code) {
  const char *sheet = entry->known[ledger_column(import->ledger, "sheet_code")];
  if (batch_is_full(batch) || !*sheet_code || strcmp(*sheet_code, sheet) != 0) {
    if (!begin_for_project(import, batch)) return false;
    if (!request_put(&import->cli->arena, batch->request, text_of(import->cli, "sheet_code=%s", sheet))) return false;
    *sheet_code = sheet;
  }
  message *line = batch_row(batch);
  if (!line) return false;
  put_entry(import, entry, CONFIRMATION, line);
  check_entry(import, entry, line, batch->row_required);
  return batch_add(batch, line, entry->place);
}

static int confirm_all(struct ledger_import *import, struct batch *batch) {
  size_t number = ledger_column(import->ledger, "worker_number"), method = ledger_column(import->ledger, "confirm_method");
  const char *sheet_code = NULL;
  int code = CLI_OK;
  if (!ledger_match(import, "sheet_code", "worker_number")) return CLI_INTERNAL;
  for (size_t i = 0; i < import->count; i++) {
    struct ledger_entry *entry = &import->entries[i];
    if (!entry->known) {
      fault_entry(import, entry, number, TEXT(WAGES_STRANGER));
      continue;
    }
    bool same = ledger_same(import, entry), fresh = *entry->cells[method] && !*entry->known[method];
    import->unchanged += same && !fresh;
    if (fresh && !confirm(import, batch, entry, &sheet_code)) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  }
  if (faults_count(import->faults)) return CLI_BAD_DATA;
  (void)ledger_send(import, batch, &code);
  return code;
}

int wages_take(struct ledger_import *import) {
  struct batch batch;
  if (!batch_open(&batch, &import->cli->arena, "payroll.ConfirmLines", "lines", 500)) return CLI_INTERNAL;
  int code = confirm_all(import, &batch);
  batch_free(&batch);
  return code;
}
