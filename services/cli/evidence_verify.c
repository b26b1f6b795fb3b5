/* evidence_verify.c - `workrelief evidence verify`: a bundle checked by itself, without the node it came from. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/crypto/sign.h"
#include "common/pb/json.h"
#include "services/cli/archive.h"
#include "services/cli/evidence.h"
#include "workforce.pb-c.h"

struct check {
  struct cli *cli;
  struct archive_file *files;
  size_t count;
  json_t *manifest;
  const char *project_code;
  size_t findings, entries, months;
};

static void find(struct check *check, const char *path, const char *what) {
  printf("  %s%s%s  %s\n", paint(stdout, PAINT_RED), path, paint(stdout, PAINT_OFF), what);
  check->findings++;
}

static const struct archive_file *file_of(const struct check *check, const char *path) {
  for (size_t i = 0; i < check->count; i++)
    if (strcmp(check->files[i].path, path) == 0) return &check->files[i];
  return NULL;
}

static json_t *json_of(const struct archive_file *file) {
  json_error_t error;
  return file ? json_loadb((const char *)file->bytes, file->length, JSON_REJECT_DUPLICATES, &error) : NULL;
}

/* --- files ------------------------------------------------------------------------------------------------------------------------- */

static bool has_digests(const struct archive_file *file, const char *sha256, const char *own) {
  uint8_t digest[SHA256_SIZE], wanted[SHA256_SIZE], sm3_wanted[SM3_SIZE], sm3_digest[SM3_SIZE];
  if (!sha256 || !own || !hex_decode(sha256, wanted, SHA256_SIZE) || !hex_decode(own, sm3_wanted, SM3_SIZE)) return false;
  sm3_of(file->bytes, file->length, sm3_digest);
  sha256_of(file->bytes, file->length, digest);
  return bytes_equal(digest, wanted, SHA256_SIZE) && bytes_equal(sm3_digest, sm3_wanted, SM3_SIZE);
}

static bool is_listed(const json_t *files, const char *path) {
  size_t i;
  json_t *row;
  json_array_foreach(files, i, row) {
    const char *listed = json_string_value(json_object_get(row, "path"));
    if (listed && strcmp(listed, path) == 0) return true;
  }
  return strcmp(path, "manifest.json") == 0 || strcmp(path, "manifest.sig") == 0 || strcmp(path, "sign.key.pub") == 0;
}

static void check_files(struct check *check) {
  const json_t *files = json_object_get(check->manifest, "files");
  size_t i;
  json_t *row;
  json_array_foreach(files, i, row) {
    const char *path = json_string_value(json_object_get(row, "path"));
    const struct archive_file *file = path ? file_of(check, path) : NULL;
    if (!file)
      find(check, path ? path : "?", TEXT(EVIDENCE_MISSING));
    else if ((json_int_t)file->length != json_integer_value(json_object_get(row, "bytes")) ||
             !has_digests(file, json_string_value(json_object_get(row, "sha256")), json_string_value(json_object_get(row, "sm3"))))
      find(check, path, TEXT(EVIDENCE_CHANGED));
  }
  for (size_t j = 0; j < check->count; j++)
    if (!is_listed(files, check->files[j].path)) find(check, check->files[j].path, TEXT(EVIDENCE_STRANGE));
}

/* --- signature --------------------------------------------------------------------------------------------------------------------- */

static size_t hex_bytes(const void *text, size_t length, uint8_t *bytes, size_t most) {
  char digits[512] = "";
  while (length && strchr("\r\n ", ((const char *)text)[length - 1])) length--;
  if (length % 2 || length / 2 > most || length >= sizeof(digits)) return 0;
  memcpy(digits, text, length);
  return hex_decode(digits, bytes, length / 2) ? length / 2 : 0;
}

static size_t read_point(const char *path, uint8_t point[SIGN_PUBLIC_SIZE]) {
  char text[512];
  FILE *file = fopen(path, "re");
  size_t length = file ? fread(text, 1, sizeof(text), file) : 0;
  if (file) fclose(file);
  return hex_bytes(text, length, point, SIGN_PUBLIC_SIZE);
}

/* known: the file of the public key that the reader trusts; NULL: the bundle's own, which proves only that nothing was changed since. */
static const char *check_signature(struct check *check, const char *known) {
  const struct archive_file *manifest = file_of(check, "manifest.json"), *signature = file_of(check, "manifest.sig"),
                            *own = file_of(check, "sign.key.pub");
  uint8_t point[SIGN_PUBLIC_SIZE], trusted[SIGN_PUBLIC_SIZE], bytes[SIGN_SIGNATURE_MAX], id[SIGN_KEY_ID_SIZE];
  if (!signature || !own) return known ? (find(check, "manifest.sig", TEXT(EVIDENCE_MISSING)), "") : TEXT(EVIDENCE_NO_SIGNATURE);
  size_t length = hex_bytes(signature->bytes, signature->length, bytes, sizeof(bytes));
  bool whole = length && hex_bytes(own->bytes, own->length, point, sizeof(point)) == SIGN_PUBLIC_SIZE;
  struct sign_key *key = whole ? sign_key_from_public(point) : NULL;
  bool good = key && verify_bytes(key, EVIDENCE_CONTEXT, manifest->bytes, manifest->length, bytes, length);
  char hex[2 * SIGN_KEY_ID_SIZE + 1] = "";
  if (key) sign_key_id(key, id), hex_encode(id, sizeof(id), hex);
  sign_key_close(&key);
  if (!good) find(check, "manifest.sig", TEXT(EVIDENCE_SIGNATURE_BAD));
  if (good && known && (read_point(known, trusted) != SIGN_PUBLIC_SIZE || !bytes_equal(trusted, point, sizeof(point))))
    find(check, "sign.key.pub", TEXT(EVIDENCE_ANOTHER_KEY));
  return good ? text_of(check->cli, known ? TEXT(EVIDENCE_SIGNED_BY) : TEXT(EVIDENCE_SIGNED), hex) : "";
}

/* --- journal ------------------------------------------------------------------------------------------------------------------------ */

static bool is_sound(const Workrelief__JournalEntry *entry) {
  uint8_t hash[SM3_SIZE], event[SM3_SIZE];
  if (!journal_rehash(entry, hash) || entry->hash.len != SM3_SIZE || !bytes_equal(hash, entry->hash.data, SM3_SIZE)) return false;
  sm3_of(entry->event.data, entry->event.len, event);
  return entry->event.len == 0 || (entry->event_hash.len == SM3_SIZE && bytes_equal(event, entry->event_hash.data, SM3_SIZE));
}

/* The seal of a month, from the event that closed it; false when no such entry is there. The newest one counts. */
static bool find_seal(struct check *check, const json_t *rows, const char *month, uint8_t digest[SM3_SIZE]) {
  struct problems problems;
  bool found = false;
  size_t i;
  json_t *row;
  json_array_foreach(rows, i, row) {
    problems_init(&problems, &check->cli->arena);
    Workrelief__JournalEntry *entry =
        (Workrelief__JournalEntry *)pb_from_json(&check->cli->arena, &workrelief__journal_entry__descriptor, row, &problems);
    if (!entry || strcmp(entry->event_type, "AttendanceSealed") != 0) continue;
    const Workrelief__AttendanceSealed *sealed = (const Workrelief__AttendanceSealed *)pb_unpack(
        &check->cli->arena, &workrelief__attendance_sealed__descriptor, entry->event.data, entry->event.len);
    if (!sealed || strcmp(sealed->month, month) != 0 || sealed->attendance_digest.len != SM3_SIZE) continue;
    memcpy(digest, sealed->attendance_digest.data, SM3_SIZE);
    found = true;
  }
  return found;
}

static void check_journal(struct check *check, const struct archive_file *file) {
  struct problems problems;
  json_t *rows = json_of(file), *row;
  size_t i;
  if (!json_is_array(rows)) find(check, file->path, TEXT(EVIDENCE_UNREADABLE));
  json_array_foreach(rows, i, row) {
    problems_init(&problems, &check->cli->arena);
    message *entry = pb_from_json(&check->cli->arena, &workrelief__journal_entry__descriptor, row, &problems);
    if (!entry || !is_sound((const Workrelief__JournalEntry *)entry)) find(check, file->path, text_of(check->cli, TEXT(EVIDENCE_ENTRY_BAD), i));
    check->entries++;
  }
  json_decref(rows);
}

/* --- seals of attendance ------------------------------------------------------------------------------------------------------------ */

/* The digest as proto/workforce.proto defines it at AttendanceSealed. */
static bool digest_of(struct check *check, const json_t *rows, const char *month, uint8_t digest[SM3_SIZE]) {
  struct problems problems;
  int64_t hundredths = 0;
  size_t i;
  json_t *row;
  memset(digest, 0, SM3_SIZE);
  json_array_foreach(rows, i, row) {
    problems_init(&problems, &check->cli->arena);
    const Workrelief__SealedAttendanceRow *line =
        (const Workrelief__SealedAttendanceRow *)pb_from_json(&check->cli->arena, &workrelief__sealed_attendance_row__descriptor, row, &problems);
    if (!line) return false;
    const ProtobufCEnumValue *unit = protobuf_c_enum_descriptor_get_value(&workrelief__pay_unit__value__descriptor, (int)line->pay_unit);
    const char *quantities = line->hours_hundredths || line->piece_hundredths
                                 ? text_of(check->cli, "|h%" PRId64 "|p%" PRId64, line->hours_hundredths, line->piece_hundredths)
                                 : "";
    const char *text = arena_printf(&check->cli->arena, "%" PRId64 "|%s|%s|%s|%" PRId64 "%s", line->worker_number, line->days_text,
                                    line->agreement_code, unit ? unit->name : "", line->rate_fen, quantities);
    if (!text) return false;
    sm3((struct hash_part[]){{digest, SM3_SIZE}, {text, strlen(text)}}, 2, digest);
    hundredths += line->day_hundredths;
  }
  const char *close = text_of(check->cli, "%s|%s|%zu|%" PRId64, check->project_code, month, json_array_size(rows), hundredths);
  sm3((struct hash_part[]){{digest, SM3_SIZE}, {close, strlen(close)}}, 2, digest);
  return true;
}

static void check_month(struct check *check, const struct archive_file *file, const char *month) {
  json_t *rows = json_of(file), *journal = json_of(file_of(check, "journal/workforce.json"));
  uint8_t wanted[SM3_SIZE], digest[SM3_SIZE];
  if (!find_seal(check, journal, month, wanted))
    find(check, file->path, TEXT(EVIDENCE_NO_SEAL));
  else if (!json_is_array(rows) || !digest_of(check, rows, month, digest) || !bytes_equal(wanted, digest, SM3_SIZE))
    find(check, file->path, TEXT(EVIDENCE_SEAL_BAD));
  check->months++;
  json_decref(rows);
  json_decref(journal);
}

/* --- all of it ----------------------------------------------------------------------------------------------------------------------- */

static void check_contents(struct check *check) {
  static const char tail[] = ".sealed.json", folder[] = "attendance/";
  for (size_t i = 0; i < check->count; i++) {
    const struct archive_file *file = &check->files[i];
    size_t length = strlen(file->path);
    if (strncmp(file->path, "journal/", 8) == 0) check_journal(check, file);
    if (strncmp(file->path, folder, strlen(folder)) != 0 || length != strlen(folder) + strlen("2026-07") + strlen(tail)) continue;
    if (strcmp(file->path + length - strlen(tail), tail) == 0) check_month(check, file, text_of(check->cli, "%.7s", file->path + strlen(folder)));
  }
}

static int verify(struct check *check, const char *known) {
  const char *format, *made_at, *signature;
  check->manifest = json_of(file_of(check, "manifest.json"));
  format = json_string_value(json_object_get(check->manifest, "format"));
  check->project_code = json_string_value(json_object_get(check->manifest, "project_code"));
  made_at = json_string_value(json_object_get(check->manifest, "made_at"));
  if (!format || strcmp(format, EVIDENCE_FORMAT) != 0 || !check->project_code || !made_at) {
    complain(EVIDENCE_NO_MANIFEST);
    return CLI_BAD_DATA;
  }
  check_files(check);
  check_contents(check);
  signature = check_signature(check, known);
  say(EVIDENCE_SUMMARY, check->project_code, made_at, check->count, check->months, check->entries, signature);
  if (check->findings) complain(EVIDENCE_FINDINGS, check->findings);
  return check->findings ? CLI_FINDINGS : CLI_OK;
}

int evidence_verify(struct cli *cli, int count, char **words) {
  struct check check = {.cli = cli};
  if (count < 1 || count > 2) {
    complain(EVIDENCE_VERIFY_NEEDS);
    return CLI_USAGE;
  }
  int code = archive_read_all(cli, words[0], &check.files, &check.count);
  if (code == CLI_OK) code = verify(&check, count == 2 ? words[1] : NULL);
  json_decref(check.manifest);
  return code;
}
