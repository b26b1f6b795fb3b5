/* signed_file.c - see signed_file.h. */
#include "services/cli/signed_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/crypto/hash.h"
#include "common/pb/scan.h"

#define FILE_BYTES_MOST ((off_t)256 << 20)

/* Durably, whole or not at all. */
static bool write_whole(struct cli *cli, const char *path, const uint8_t *bytes, size_t length) {
  const char *beside = text_of(cli, "%s.part-%d", path, (int)getpid());
  int file = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool good = file >= 0;
  for (size_t done = 0; good && done < length;) {
    ssize_t written = write(file, bytes + done, length - done);
    if (written > 0) done += (size_t)written;
    good = written > 0 || (written < 0 && errno == EINTR);
  }
  good = good && fsync(file) == 0;
  if (file >= 0 && close(file) != 0) good = false;
  if (good && rename(beside, path) == 0) return true;
  complain(CANNOT_WRITE, path, strerror(errno));
  unlink(beside);
  return false;
}

static bool sign(struct cli *cli, Workrelief__Signed *result, uint8_t signature[SIGN_SIGNATURE_MAX], uint8_t key_id[SIGN_KEY_ID_SIZE]) {
  const char *problem = NULL;
  struct sign_key *key = sign_key_open(node_path(cli, "keys/sign.key"), &problem);
  bool good = key && sign_bytes(key, result->content_type, result->content.data, result->content.len, signature, &result->signature.len);
  if (key) sign_key_id(key, key_id);
  if (!good) complain(KEY_BAD, problem ? problem : "keys/sign.key");
  sign_key_close(&key);
  return good;
}

int signed_file_write(struct cli *cli, const char *path, const message *content) {
  Workrelief__Signed result;
  uint8_t signature[SIGN_SIGNATURE_MAX], key_id[SIGN_KEY_ID_SIZE];
  size_t length;
  workrelief__signed__init(&result);
  result.content.data = pb_pack(&cli->arena, content, &result.content.len);
  if (!result.content.data) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  result.content_type = (char *)(uintptr_t)pb_type_name(content->descriptor);
  result.algorithm = (char *)(uintptr_t)SIGNED_ALGORITHM;
  if (!sign(cli, &result, signature, key_id)) return CLI_BAD_CONFIG;
  result.signature.data = signature;
  result.key_id = (ProtobufCBinaryData){sizeof(key_id), key_id};
  const uint8_t *bytes = pb_pack(&cli->arena, &result.base, &length);
  if (!bytes) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  return write_whole(cli, path, bytes, length) ? CLI_OK : CLI_CANNOT_WRITE;
}

static uint8_t *read_whole(struct cli *cli, const char *path, size_t *length) {
  struct stat about;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  bool good = file >= 0 && fstat(file, &about) == 0;
  if (good && (!S_ISREG(about.st_mode) || about.st_size > FILE_BYTES_MOST)) good = false, errno = EFBIG;
  uint8_t *bytes = good ? arena_alloc(&cli->arena, (size_t)about.st_size) : NULL;
  *length = 0;
  while (bytes && *length < (size_t)about.st_size) {
    ssize_t got = read(file, bytes + *length, (size_t)about.st_size - *length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    *length += (size_t)got;
  }
  if (bytes && *length < (size_t)about.st_size) bytes = NULL;
  if (!bytes) complain(CANNOT_READ, path, strerror(errno));
  if (file >= 0) close(file);
  return bytes;
}

int signed_file_read(struct cli *cli, const char *path, Workrelief__Signed **content) {
  struct problems problems;
  size_t length;
  const uint8_t *bytes = read_whole(cli, path, &length);
  if (!bytes) return CLI_NO_INPUT;
  problems_init(&problems, &cli->arena);
  *content = NULL;
  if (pb_scan(&workrelief__signed__descriptor, bytes, length, SCAN_UNKNOWN_REFUSE, &problems))
    *content = (Workrelief__Signed *)pb_unpack(&cli->arena, &workrelief__signed__descriptor, bytes, length);
  if (*content && (*content)->content.len && (*content)->signature.len) return CLI_OK;
  complain(BUNDLE_NOT_ONE, path, "");
  return CLI_BAD_DATA;
}

bool signed_file_verify(const Workrelief__Signed *content, const uint8_t point[SIGN_PUBLIC_SIZE]) {
  struct sign_key *key = sign_key_from_public(point);
  uint8_t key_id[SIGN_KEY_ID_SIZE];
  if (key) sign_key_id(key, key_id);
  bool good = key && strcmp(content->algorithm, SIGNED_ALGORITHM) == 0 && content->key_id.len == sizeof(key_id) &&
              bytes_equal(content->key_id.data, key_id, sizeof(key_id)) &&
              verify_bytes(key, content->content_type, content->content.data, content->content.len, content->signature.data, content->signature.len);
  sign_key_close(&key);
  return good;
}
