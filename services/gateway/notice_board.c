/* notice_board.c - the notice board as a whole: what it is set to. */
#include "services/gateway/notice_board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/daemon/service.h"

struct notice_board *notice_board_new(struct runtime *runtime) {
  char directory[512];
  const char *problem = "";
  struct notice_board *board = calloc(1, sizeof *board);
  if (!board) return NULL;
  snprintf(directory, sizeof directory, "%s/keys", runtime_directory(runtime));
  board->runtime = runtime;
  board->url = runtime_setting(runtime, "notice_url");
  board->series = runtime_number(runtime, "notice_series");
  board->on = strcmp(runtime_setting(runtime, "notices"), "on") == 0;
  board->keys = seal_keys_open(directory, &problem);
  if (board->keys) return board;
  log_error("notices: no keys: %s", problem);
  free(board);
  return NULL;
}

void notice_board_free(struct notice_board **board) {
  if (!*board) return;
  seal_keys_close(&(*board)->keys);
  free(*board);
  *board = NULL;
}
