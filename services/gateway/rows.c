/* rows.c - see rows.h. */
#include "services/gateway/rows.h"

#include <string.h>

#include "common/base/log.h"

#define PAGE_ROWS 1000

struct rows {
  struct call *call;
  message **list;
  size_t count, room;
};

static bool take_rows(struct rows *rows, const message *page, const message_field *field) {
  size_t more = pb_count(page, field), wanted = rows->count + more;
  if (wanted > rows->room) {
    size_t room = wanted > rows->room * 2 ? wanted : rows->room * 2;
    message **bigger = arena_array(call_arena(rows->call), room, sizeof *bigger);
    if (!bigger) return false;
    if (rows->count) memcpy(bigger, rows->list, rows->count * sizeof *bigger);
    rows->list = bigger;
    rows->room = room;
  }
  for (size_t i = 0; i < more; i++) rows->list[rows->count++] = pb_get_message(page, field, i);
  return true;
}

message **rows_fetch(struct call *call, struct runtime *runtime, const char *method, message *request, size_t *count) {
  const ProtobufCMethodDescriptor *rpc = rpc_find(method);
  if (!rpc || rpc->input != request->descriptor) log_fatal("no rpc %s of this request", method);
  const message_field *rows_field = pb_field(rpc->output, "rows"), *next = pb_field(rpc->output, "next_page_token"),
                      *size = pb_field(rpc->input, "page_size"), *token = pb_field(rpc->input, "page_token");
  struct rows rows = {.call = call, .list = arena_array(call_arena(call), 1, sizeof *rows.list)};
  bool fine = rows.list && pb_put_int(call_arena(call), request, size, PAGE_ROWS), more = true;
  while (fine && more) {
    struct client_reply reply;
    message *page;
    runtime_ask(runtime, call_arena(call), method, NULL, request, rpc->output, &reply, &page);
    fine = page && take_rows(&rows, page, rows_field);
    more = fine && *pb_get_text(page, next, 0);
    if (more) fine = pb_put_text(call_arena(call), request, token, pb_get_text(page, next, 0));
  }
  *count = rows.count;
  return fine ? rows.list : NULL;
}
