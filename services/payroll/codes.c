/* codes.c - what must not be guessed and yet replay: made at the gather step, so that the journal keeps it (sealed) with the request. */
#include <stdio.h>

#include "common/crypto/hash.h"
#include "common/crypto/seal.h"
#include "payroll.pb-c.h"
#include "services/payroll/handlers.h"

#define CODES_MOST 500
#define CODE_FIELD "confirm_code"
#define CODES UINT64_C(1000000)

static bool make_code(struct call *call, const struct seal_keys *keys, Workrelief__GatheredCode *made) {
  uint64_t number;
  char clear[8];
  uint8_t *token = arena_alloc(call_arena(call), TOKEN_SIZE);
  random_bytes(&number, sizeof number);
  snprintf(clear, sizeof clear, "%06u", (unsigned)(number % CODES));
  workrelief__gathered_code__init(made);
  made->confirm_code = seal_text(keys, call_arena(call), CODE_FIELD, clear);
  if (!token || !made->confirm_code) return false;
  token_of(keys, CODE_FIELD, clear, token);
  made->confirm_code_token = (ProtobufCBinaryData){TOKEN_SIZE, token};
  return true;
}

static bool make_codes(struct call *call, const struct seal_keys *keys, Workrelief__SendConfirmCodesRequest *request) {
  struct arena *arena = call_arena(call);
  size_t count = request->n_worker_numbers;
  Workrelief__GatheredCode **list = arena_array(arena, count, sizeof *list), *codes = arena_array(arena, count, sizeof *codes);
  if (!list || !codes) return false;
  for (size_t i = 0; i < count; i++) {
    if (!make_code(call, keys, &codes[i])) return false;
    list[i] = &codes[i];
  }
  request->gathered_codes = list;
  request->n_gathered_codes = count;
  return true;
}

void gather_codes(struct call *call, struct runtime *runtime) {
  Workrelief__SendConfirmCodesRequest *request = (Workrelief__SendConfirmCodesRequest *)call_request(call);
  if (request->n_worker_numbers > CODES_MOST) return call_refuse(call, "TOO_MANY_CODES", "worker_numbers", NULL);
  const char *problem = "", *directory = arena_printf(call_arena(call), "%s/keys", runtime_directory(runtime));
  struct seal_keys *keys = directory ? seal_keys_open(directory, &problem) : NULL;
  if (!keys || !make_codes(call, keys, request))
    call_unavailable(call, "CODES_UNAVAILABLE", "节点暂不能生成确认码；请稍后再试。", "The node cannot make codes now; try again later.");
  if (keys) seal_keys_close(&keys);
}

void gather_slip_seed(struct call *call, struct runtime *runtime) {
  (void)runtime;
  Workrelief__PublishSheetRequest *request = (Workrelief__PublishSheetRequest *)call_request(call);
  uint8_t *seed = arena_alloc(call_arena(call), SM3_SIZE);
  if (!seed) return call_unavailable(call, "TOO_LARGE", "请求过大。", "The request is too large.");
  random_bytes(seed, SM3_SIZE);
  request->gathered_slip_seed = (ProtobufCBinaryData){SM3_SIZE, seed};
}
