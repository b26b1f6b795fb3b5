/* ledger_posts.c - 公益性岗位台账: the posts of a project, each with its last holder. */
#include <string.h>

#include "post.pb-c.h"
#include "services/cli/ledger_import.h"

static bool take(void *context, message *row) {
  struct ledger_record *record = context;
  const Workrelief__Post *post = (const Workrelief__Post *)row;
  const char **cells = ledger_add_row(record);
  if (!cells) return false;
  ledger_show(record, cells, row);
  bool held = post->holding && !*post->holding->end_date; /* who has left is history, not the holder */
  for (size_t i = 0; held && i < record->ledger->column_count; i++) {
    const struct ledger_column *column = &record->ledger->columns[i];
    const message_field *field = pb_field(post->holding->base.descriptor, column->shown);
    bool own = column->into == POST || column->into == REQUEST || strcmp(column->shown, "post_state") == 0;
    if (field && !own) cells[i] = field_cell(&record->cli->arena, &post->holding->base, field);
  }
  return true;
}

int posts_fetch(struct ledger_record *record) {
  const char *const project[] = {text_of(record->cli, "project_code=%s", record->project_code), NULL};
  return list_rows(record->cli, "workforce.ListPosts", project, take, record);
}

/* --- in --------------------------------------------------------------------------------------------------------------------------- */

struct filling {
  struct ledger_import *import;
  struct batch posts, holdings;
};

static bool set_post(struct filling *filling, struct ledger_entry *entry) {
  if (!begin_for_project(filling->import, &filling->posts)) return false;
  put_entry(filling->import, entry, POST, filling->posts.request);
  check_entry(filling->import, entry, filling->posts.request, filling->posts.required);
  return batch_add(&filling->posts, NULL, entry->place);
}

static bool fill_post(struct filling *filling, struct ledger_entry *entry) {
  struct ledger_import *import = filling->import;
  const char *code = entry->cells[ledger_column(import->ledger, "post_code")];
  if (!begin_for_project(import, &filling->holdings)) return false;
  Workrelief__FillPostRequest *request = (Workrelief__FillPostRequest *)filling->holdings.request;
  put_entry(import, entry, HOLDING, &request->base);
  request->post_code = (char *)(uintptr_t)code;
  check_entry(import, entry, &request->base, filling->holdings.required);
  return batch_add(&filling->holdings, NULL, entry->place);
}

static bool take_entry(struct filling *filling, struct ledger_entry *entry) {
  struct ledger_import *import = filling->import;
  size_t number = ledger_column(import->ledger, "worker_number");
  bool names_holder = *entry->cells[number] != '\0', is_held = entry->known && *entry->known[number];
  if (!entry->known && !set_post(filling, entry)) return false;
  if (is_held && names_holder && strcmp(entry->cells[number], entry->known[number]) != 0) {
    fault_entry(import, entry, number, TEXT(POSTS_HELD));
    return true;
  }
  bool fresh = names_holder && !is_held;
  if (fresh && !fill_post(filling, entry)) return false;
  if (entry->known && !fresh) import->unchanged += ledger_same(import, entry);
  return true;
}

static int take_all(struct filling *filling) {
  struct ledger_import *import = filling->import;
  int code = CLI_OK;
  if (!ledger_match(import, "post_code", "")) return CLI_INTERNAL;
  for (size_t i = 0; i < import->count; i++)
    if (!take_entry(filling, &import->entries[i])) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  if (faults_count(import->faults)) return CLI_BAD_DATA;
  bool kept = ledger_send(import, &filling->posts, &code) && !(import->dry_run && filling->posts.row_count);
  if (kept) (void)ledger_send(import, &filling->holdings, &code); /* a post that was only tried takes nobody */
  return code;
}

int posts_take(struct ledger_import *import) {
  struct filling filling = {.import = import};
  if (!batch_open(&filling.posts, &import->cli->arena, "workforce.SetPost", NULL, 1) ||
      !batch_open(&filling.holdings, &import->cli->arena, "workforce.FillPost", NULL, 1))
    return CLI_INTERNAL;
  int code = take_all(&filling);
  batch_free(&filling.posts);
  batch_free(&filling.holdings);
  return code;
}
