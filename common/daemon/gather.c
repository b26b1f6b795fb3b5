/* gather.c - calls that need facts of other services before they are executed: fetched here, off the writer, and put into derived
 * fields of the request, so that the journal holds them and replay needs nobody (DESIGN 5). */
#include "common/daemon/runtime.h"

#define TAKE_WAIT_MS 1000
#define PATIENCE_MS 5000 /* somebody waits for the call that gathers, and calls behind it for the thread */

static void gather(struct call *call) {
  call_make_room(call, CALL_ARENA_REPLY * 8); /* what is gathered may be many times the request */
  call->bound->method->gather(call, call->runtime);
  call->gathered = true;
  if (call->status != STATUS_OK) {
    call_pack_reply(call);
    return call_complete(call);
  }
  door_enqueue(call);
}

void *gather_main(void *argument) {
  struct runtime *runtime = argument;
  runtime_set_patience(PATIENCE_MS);
  for (;;) {
    struct call *call = queue_take(&runtime->gather_queue, 1, TAKE_WAIT_MS);
    if (!call && queue_is_over(&runtime->gather_queue)) break;
    if (call) gather(call);
  }
  runtime_close_siblings(); /* an open socket would keep the context from ending */
  return NULL;
}
