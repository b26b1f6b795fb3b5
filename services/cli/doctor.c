/* doctor.c - `workrelief doctor`: whether a node is well, and what to do where it is not. It changes nothing. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/crypto/key_file.h"
#include "common/crypto/sign.h"
#include "common/daemon/settings.h"
#include "common/db/migrate.h"
#include "services/cli/node.h"

#define LAG_MOST 1000 /* entries; a follower that works catches up with these within a second */
#define CERTIFICATE_SECONDS "2592000"

enum verdict { GOOD, LOOK, BAD };

struct doctor {
  struct cli *cli;
  size_t looks, bads;
  json_t *json; /* NULL: print */
};

static void tell(struct doctor *doctor, enum verdict verdict, const char *subject, const char *finding, const char *cure) {
  static const enum paint paints[] = {PAINT_GREEN, PAINT_YELLOW, PAINT_RED};
  static const char *const words[] = {"GOOD", "LOOK", "BAD"};
  const char *mark = verdict == GOOD ? TEXT(DOCTOR_GOOD) : verdict == LOOK ? TEXT(DOCTOR_LOOK) : TEXT(DOCTOR_BAD);
  doctor->looks += verdict == LOOK;
  doctor->bads += verdict == BAD;
  if (doctor->json) {
    json_array_append_new(doctor->json, json_pack("{ssssssss}", "verdict", words[verdict], "subject", subject, "finding", finding, "cure", cure));
    return;
  }
  printf("%s%s%s%*s %s: %s\n", paint(stdout, paints[verdict]), mark, paint(stdout, PAINT_OFF), (int)(5 - utf8_columns(mark)), "", subject, finding);
  if (*cure) say(DOCTOR_CURE, cure);
}

/* --- node.conf ---------------------------------------------------------------------------------------------------------------------- */

#define SETTING(name, fallback, lowest, highest, help) {#name, fallback, help, lowest, highest},
#define SETTING_END                                                                                                                                  \
  { 0, 0, 0, 0, 0 }
static const struct setting registry_settings[] = {
#include "services/registry/settings.def"
    SETTING_END};
static const struct setting workforce_settings[] = {
#include "services/workforce/settings.def"
    SETTING_END};
static const struct setting payroll_settings[] = {
#include "services/payroll/settings.def"
    SETTING_END};
static const struct setting evaluation_settings[] = {
#include "services/evaluation/settings.def"
    SETTING_END};
static const struct setting gateway_settings[] = {
#include "services/gateway/settings.def"
    SETTING_END};

extern const struct sql_text common_migrations[], registry_migrations[], workforce_migrations[], payroll_migrations[], evaluation_migrations[],
    gateway_migrations[];
extern const size_t common_migrations_count, registry_migrations_count, workforce_migrations_count, payroll_migrations_count,
    evaluation_migrations_count, gateway_migrations_count;

/* The daemons as their own main.c knows them, in the order of daemons[]. */
#define DAEMON(daemon)                                                                                                                               \
  {                                                                                                                                                  \
    .name = #daemon, .settings = daemon##_settings, .setting_count = ARRAY_LENGTH(daemon##_settings) - 1, .migrations = daemon##_migrations,         \
    .migration_count = &daemon##_migrations_count                                                                                                    \
  }
static const struct service services[DAEMON_COUNT] = {DAEMON(registry), DAEMON(workforce), DAEMON(payroll), DAEMON(evaluation), DAEMON(gateway)};

static bool table_has(const struct setting *settings, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(settings[i].name, name) == 0) return true;
  return false;
}

/* A daemon passes over names without prefix, and over prefixes that are not its own; here somebody must know each. */
static bool somebody_knows(const char *name) {
  if (table_has(common_settings, common_setting_count, name)) return true;
  for (size_t i = 0; i < DAEMON_COUNT; i++) {
    const struct service *service = &services[i];
    size_t length = strlen(service->name);
    if (table_has(service->settings, service->setting_count, name)) return true;
    if (strncmp(name, service->name, length) != 0 || name[length] != '.') continue;
    return table_has(common_settings, common_setting_count, name + length + 1) ||
           table_has(service->settings, service->setting_count, name + length + 1);
  }
  return false;
}

static bool check_names(struct doctor *doctor, const char *path) {
  char line[1200], *name, *value;
  FILE *file = fopen(path, "re");
  bool fine = true;
  while (file && fgets(line, sizeof(line), file)) {
    if (!node_conf_line(line, &name, &value) || somebody_knows(name)) continue;
    tell(doctor, BAD, "node.conf", text_of(doctor->cli, TEXT(DOCTOR_CONF_NAME), name), text_of(doctor->cli, TEXT(CURE_CONF), path));
    fine = false;
  }
  if (file) fclose(file);
  return fine;
}

static bool check_conf(struct doctor *doctor) {
  static const char *const needed[] = {"unit_id", "database", "endpoint"};
  const char *path = node_path(doctor->cli, "node.conf"), *problem = "", *cure = text_of(doctor->cli, TEXT(CURE_CONF), path);
  bool fine = true;
  for (size_t i = 0; i < DAEMON_COUNT && fine; i++) {
    struct settings *settings = settings_load(doctor->cli->node, &services[i], &problem);
    if (!settings) tell(doctor, BAD, "node.conf", problem, cure);
    fine = settings != NULL;
    for (size_t j = 0; fine && j < ARRAY_LENGTH(needed); j++) {
      if (*settings_text(settings, needed[j])) continue;
      tell(doctor, BAD, "node.conf", text_of(doctor->cli, TEXT(DOCTOR_CONF_NONE), text_of(doctor->cli, "%s.%s", daemons[i], needed[j])), cure);
      fine = false;
    }
    free(settings);
  }
  if (!fine || !check_names(doctor, path)) return false;
  tell(doctor, GOOD, "node.conf", TEXT(DOCTOR_CONF_GOOD), "");
  return true;
}

/* --- keys and ring -------------------------------------------------------------------------------------------------------------------- */

static bool has_end(const char *name, const char *end) {
  size_t length = strlen(name), wanted = strlen(end);
  return length > wanted && strcmp(name + length - wanted, end) == 0;
}

static bool check_key(struct doctor *doctor, const char *name, bool as_pair) {
  const char *path = node_path(doctor->cli, "keys/%s", name), *problem = "";
  char text[KEY_FILE_MAX];
  size_t length;
  struct key key;
  bool good = key_file_read(path, true, text, &length, &problem) && (!as_pair || key_load(path, &key, &problem));
  wipe(text, sizeof(text));
  wipe(&key, sizeof(key));
  struct stat file;
  bool open = stat(path, &file) == 0 && (file.st_mode & 077);
  if (!good) tell(doctor, BAD, TEXT(HEAD_KEYS), problem, open ? text_of(doctor->cli, TEXT(CURE_CHMOD), "600", path) : TEXT(CURE_KEY));
  return good;
}

static bool check_directory_mode(struct doctor *doctor) {
  const char *path = node_path(doctor->cli, "keys");
  struct stat directory;
  if (stat(path, &directory) == 0 && !(directory.st_mode & 077)) return true;
  tell(doctor, BAD, TEXT(HEAD_KEYS), text_of(doctor->cli, TEXT(DOCTOR_KEYS_OPEN), path, (unsigned)directory.st_mode & 07777),
       text_of(doctor->cli, TEXT(CURE_CHMOD), "700", path));
  return false;
}

/* Those that must be there, and the seal keys, however many. */
static void check_keys(struct doctor *doctor) {
  bool fine = check_directory_mode(doctor);
  size_t count = 0, seals = 0;
  for (size_t i = 0; i <= DAEMON_COUNT; i++, count++)
    fine &= check_key(doctor, text_of(doctor->cli, "%s.key", i < DAEMON_COUNT ? daemons[i] : "operator"), true);
  fine &= check_key(doctor, "district.token.key", false);
  fine &= check_key(doctor, "sign.key", false);
  count += 2;
  DIR *directory = opendir(node_path(doctor->cli, "keys"));
  for (struct dirent *entry; directory && (entry = readdir(directory));) {
    if (strncmp(entry->d_name, "seal-", 5) != 0 || !has_end(entry->d_name, ".key")) continue;
    fine &= check_key(doctor, entry->d_name, false);
    seals++;
  }
  if (directory) closedir(directory);
  if (!seals) tell(doctor, BAD, TEXT(HEAD_KEYS), TEXT(DOCTOR_SEAL_NONE), TEXT(CURE_KEY));
  if (fine && seals) tell(doctor, GOOD, TEXT(HEAD_KEYS), text_of(doctor->cli, TEXT(DOCTOR_KEYS_GOOD), count + seals), "");
}

static bool check_own_in_ring(struct doctor *doctor, const char *name) {
  const char *own_path = node_path(doctor->cli, "keys/%s.pub", name), *ring_path = node_path(doctor->cli, "keys/ring/%s.pub", name), *problem = "";
  struct key own, admitted;
  if (key_load(own_path, &own, &problem) && key_load(ring_path, &admitted, &problem) && strcmp(own.public_key, admitted.public_key) == 0) return true;
  tell(doctor, BAD, TEXT(HEAD_RING), text_of(doctor->cli, TEXT(DOCTOR_RING_MISSING), name),
       text_of(doctor->cli, TEXT(CURE_RING), own_path, ring_path));
  return false;
}

static void check_ring(struct doctor *doctor) {
  bool fine = true;
  size_t count = 0;
  for (size_t i = 0; i <= DAEMON_COUNT; i++) fine &= check_own_in_ring(doctor, i < DAEMON_COUNT ? daemons[i] : "operator");
  DIR *directory = opendir(node_path(doctor->cli, "keys/ring"));
  for (struct dirent *entry; directory && (entry = readdir(directory));) {
    const char *problem = "";
    struct key key;
    if (!has_end(entry->d_name, ".pub")) continue;
    count++;
    if (key_load(node_path(doctor->cli, "keys/ring/%s", entry->d_name), &key, &problem)) continue;
    tell(doctor, BAD, TEXT(HEAD_RING), problem, TEXT(CURE_RING_FILE));
    fine = false;
  }
  if (directory) closedir(directory);
  if (fine) tell(doctor, GOOD, TEXT(HEAD_RING), text_of(doctor->cli, TEXT(DOCTOR_RING_GOOD), count), "");
}

/* --- database -------------------------------------------------------------------------------------------------------------------------- */

static void check_database(struct doctor *doctor, const struct service *service) {
  size_t count = common_migrations_count + *service->migration_count, applied = 0;
  struct sql_text *texts = arena_array(&doctor->cli->arena, count, sizeof(*texts));
  const char *problem = "", *subject = text_of(doctor->cli, "%s %s", TEXT(HEAD_DATABASE), service->name);
  if (!texts) return tell(doctor, BAD, subject, TEXT(OUT_OF_MEMORY), "");
  memcpy(texts, common_migrations, common_migrations_count * sizeof(*texts));
  memcpy(texts + common_migrations_count, service->migrations, *service->migration_count * sizeof(*texts));
  enum migrate_verdict verdict = migrate_look(node_setting(doctor->cli, service->name, "database"), service->name, texts, count, &applied, &problem);
  if (verdict != MIGRATE_FITS)
    tell(doctor, BAD, subject, text_of(doctor->cli, "%.*s", (int)strcspn(problem, "\n"), problem),
         verdict == MIGRATE_UNLIKE ? TEXT(CURE_SCHEMA) : TEXT(CURE_DATABASE));
  else if (applied < count)
    tell(doctor, LOOK, subject, text_of(doctor->cli, TEXT(DOCTOR_SCHEMA_BEHIND), count - applied), TEXT(CURE_SCHEMA_BEHIND));
  else
    tell(doctor, GOOD, subject, text_of(doctor->cli, TEXT(DOCTOR_SCHEMA_GOOD), applied), "");
}

/* --- daemons ---------------------------------------------------------------------------------------------------------------------------- */

/* Whether somebody listens at tcp://ADDRESS:PORT of this machine. */
static bool is_taken(const char *endpoint) {
  char address[64];
  const char *text = strncmp(endpoint, "tcp://", 6) == 0 ? endpoint + 6 : endpoint, *colon = strrchr(text, ':');
  int64_t port;
  struct sockaddr_in there = {.sin_family = AF_INET};
  if (!colon || (size_t)(colon - text) >= sizeof(address) || !parse_int64(colon + 1, 1, 65535, &port)) return false;
  snprintf(address, sizeof(address), "%.*s", (int)(colon - text), text);
  if (inet_pton(AF_INET, strcmp(address, "*") == 0 || strcmp(address, "0.0.0.0") == 0 ? "127.0.0.1" : address, &there.sin_addr) != 1) return false;
  there.sin_port = htons((uint16_t)port);
  int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool taken = probe >= 0 && connect(probe, (struct sockaddr *)&there, sizeof(there)) == 0;
  if (probe >= 0) close(probe);
  return taken;
}

static void check_daemon(struct doctor *doctor, const char *service, const Workrelief__HealthReply *health) {
  struct cli *cli = doctor->cli;
  int pid = daemon_pid(cli, service);
  const char *endpoint = node_setting(cli, service, "endpoint");
  if (!health && !pid && is_taken(endpoint))
    tell(doctor, BAD, service, text_of(cli, TEXT(DOCTOR_PORT_TAKEN), endpoint), TEXT(CURE_PORT));
  else if (!health)
    tell(doctor, BAD, service, pid ? TEXT(SILENT) : TEXT(DOWN),
         pid ? text_of(cli, TEXT(CURE_SILENT), node_path(cli, "log/%s.log", service)) : text_of(cli, TEXT(CURE_UP), cli->node));
  else if (!health->database_up)
    tell(doctor, BAD, service, TEXT(DOCTOR_DAEMON_DATABASE), TEXT(CURE_DATABASE));
  else if (strcmp(health->version, WORKRELIEF_VERSION) != 0)
    tell(doctor, LOOK, service, text_of(cli, TEXT(DOCTOR_DAEMON_VERSION), health->version, WORKRELIEF_VERSION), TEXT(CURE_VERSION));
  else
    tell(doctor, strcmp(health->state, "READY") == 0 || strcmp(health->state, "STANDBY") == 0 ? GOOD : LOOK, service,
         text_of(cli, TEXT(DOCTOR_DAEMON_GOOD), health->state, pid, endpoint), "");
}

static int64_t head_of(const Workrelief__HealthReply *const healths[DAEMON_COUNT], const char *service) {
  for (size_t i = 0; i < DAEMON_COUNT; i++)
    if (healths[i] && strcmp(daemons[i], service) == 0) return healths[i]->last_seq;
  return -1;
}

static void check_follows(struct doctor *doctor, const char *service, const Workrelief__HealthReply *const healths[DAEMON_COUNT],
                          const Workrelief__HealthReply *own) {
  struct cli *cli = doctor->cli;
  const char *subject = text_of(cli, "%s %s", service, TEXT(HEAD_FOLLOWS));
  int64_t most = 0;
  bool fine = true;
  for (size_t i = 0; i < own->n_follows; i++) {
    const Workrelief__FollowState *follow = own->follows[i];
    int64_t head = head_of(healths, follow->source), lag = head < 0 ? 0 : head - follow->seq;
    if (lag > most) most = lag;
    if (strcmp(follow->state, "STOPPED") == 0) {
      tell(doctor, BAD, subject, text_of(cli, TEXT(DOCTOR_FOLLOW_STOPPED), follow->source, (long long)follow->seq, follow->problem),
           text_of(cli, TEXT(CURE_FOLLOW_STOPPED), service, follow->source, (long long)follow->seq + 1));
      fine = false;
    } else if (lag > LAG_MOST) {
      tell(doctor, LOOK, subject, text_of(cli, TEXT(DOCTOR_FOLLOW_LAG), follow->source, (long long)lag, follow->state), TEXT(CURE_FOLLOW_LAG));
      fine = false;
    }
  }
  if (fine && own->n_follows) tell(doctor, GOOD, subject, text_of(cli, TEXT(DOCTOR_FOLLOW_GOOD), own->n_follows, (long long)most), "");
}

static void check_daemons(struct doctor *doctor) {
  const Workrelief__HealthReply *healths[DAEMON_COUNT];
  for (size_t i = 0; i < DAEMON_COUNT; i++) {
    healths[i] = daemon_pid(doctor->cli, daemons[i]) ? node_health(doctor->cli, daemons[i], 2000) : NULL;
    check_daemon(doctor, daemons[i], healths[i]);
  }
  for (size_t i = 0; i < DAEMON_COUNT; i++)
    if (healths[i]) check_follows(doctor, daemons[i], healths, healths[i]);
}

/* --- the machine ----------------------------------------------------------------------------------------------------------------------- */

static void check_disk(struct doctor *doctor) {
  struct statvfs disk;
  int64_t reserve = 256;
  const char *set = node_setting(doctor->cli, NULL, "disk_reserve_megabytes");
  if (*set && !parse_int64(set, 0, 1048576, &reserve)) reserve = 256;
  if (statvfs(doctor->cli->node, &disk) != 0) return tell(doctor, BAD, TEXT(HEAD_DISK), strerror(errno), "");
  int64_t room = (int64_t)(disk.f_bavail * disk.f_frsize >> 20);
  enum verdict verdict = room < reserve ? BAD : room < 4 * reserve ? LOOK : GOOD;
  tell(doctor, verdict, TEXT(HEAD_DISK), text_of(doctor->cli, TEXT(DOCTOR_DISK), (long long)room, (long long)reserve),
       verdict == GOOD ? "" : TEXT(CURE_DISK));
}

static void check_clock(struct doctor *doctor) {
  const char *path = node_setting(doctor->cli, NULL, "clock_file");
  int64_t offset_us = 0;
  FILE *file = *path ? fopen(path, "re") : NULL;
  bool moved = file && fread(&offset_us, sizeof(offset_us), 1, file) == 1 && offset_us;
  if (file) fclose(file);
  struct timex state = {0};
  if (moved)
    tell(doctor, LOOK, TEXT(HEAD_CLOCK), text_of(doctor->cli, TEXT(DOCTOR_CLOCK_MOVED), (long long)(offset_us / 1000000)), TEXT(CURE_CLOCK_FILE));
  else if (adjtimex(&state) < 0 || state.status & STA_UNSYNC)
    tell(doctor, LOOK, TEXT(HEAD_CLOCK), TEXT(DOCTOR_CLOCK_FREE), TEXT(CURE_CLOCK));
  else
    tell(doctor, GOOD, TEXT(HEAD_CLOCK), TEXT(DOCTOR_CLOCK_GOOD), "");
}

static void check_certificate(struct doctor *doctor) {
  struct cli *cli = doctor->cli;
  const char *http = node_setting(cli, "gateway", "http_endpoint"), *path = node_setting(cli, "gateway", "http_tls_certificate");
  if (*path) {
    bool good = run_quietly((const char *[]){"/usr/bin/openssl", "x509", "-in", path, "-noout", "-checkend", CERTIFICATE_SECONDS, NULL}) == 0;
    tell(doctor, good ? GOOD : BAD, TEXT(HEAD_CERTIFICATE), good ? TEXT(DOCTOR_TLS_GOOD) : text_of(cli, TEXT(DOCTOR_TLS_ENDS), path),
         good ? "" : TEXT(CURE_TLS_ENDS));
  } else if (*http) {
    bool local = strncmp(http, "127.", 4) == 0 || strncmp(http, "localhost:", 10) == 0 || strncmp(http, "[::1]:", 6) == 0;
    tell(doctor, local ? GOOD : LOOK, TEXT(HEAD_CERTIFICATE), text_of(cli, local ? TEXT(DOCTOR_TLS_LOCAL) : TEXT(DOCTOR_TLS_NONE), http),
         local ? "" : TEXT(CURE_TLS_NONE));
  }
}

/* Without settings nothing else can be found; without the operator's key nobody can be asked. */
static int run(struct cli *cli, int count, char **words) {
  const char *problem;
  struct key own;
  (void)count, (void)words;
  if (access(node_path(cli, "node.conf"), F_OK) != 0) {
    complain(NODE_MISSING, node_path(cli, "node.conf"), strerror(errno));
    return CLI_BAD_CONFIG;
  }
  struct doctor doctor = {.cli = cli, .json = cli->json ? json_array() : NULL};
  bool readable = check_conf(&doctor);
  check_keys(&doctor);
  check_ring(&doctor);
  for (size_t i = 0; readable && i < DAEMON_COUNT; i++) check_database(&doctor, &services[i]);
  if (readable && key_load(node_path(cli, "keys/operator.key"), &own, &problem)) check_daemons(&doctor);
  wipe(&own, sizeof(own));
  check_disk(&doctor);
  check_clock(&doctor);
  if (readable) check_certificate(&doctor);
  if (doctor.json)
    print_json_value(doctor.json);
  else if (doctor.bads || doctor.looks)
    say(DOCTOR_ILL, doctor.bads, doctor.looks);
  else
    say(DOCTOR_WELL);
  return doctor.bads ? CLI_FINDINGS : CLI_OK;
}

static const struct command commands[] = {
    {"", "", run, NULL, "检查一个节点: 配置、密钥、准入名册、数据库、服务、跟进、磁盘、时钟、证书, 并说明怎样办 (什么也不改)",
     "examine a node: settings, keys, ring, database, daemons, followers, disk, clock, certificate; says what to do and changes nothing",
     "workrelief doctor --node var/office\nworkrelief doctor --node var/office -o json\n"},
    {0},
};
const struct noun doctor_noun = {"doctor", "检查节点是否正常, 并说明怎样办", "whether a node is well, and what to do", commands};
