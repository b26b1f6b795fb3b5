/* settings.c - see settings.h. */
#include "common/daemon/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"

#define SETTINGS_MAX 200
#define NAME_SIZE 64
#define VALUE_SIZE 1024

const struct setting common_settings[] = {
    {"node_id", "node", "name of this node, unique in the tree", 0, 0},
    {"unit_id", "", "unit that runs the node", 0, 0},
    {"database", "", "libpq connection string of the node's database", 0, 0},
    {"endpoint", "", "where this daemon listens, e.g. tcp://127.0.0.1:7011 (given as <service>.endpoint)", 0, 0},
    {"clock_file", "", "file with an offset to real time, for demos and tests", 0, 0},
    {"log_level", "info", "debug, info, warn or error", 0, 0},
    {"queue_limit", "10000", "calls that may wait for the writer before RESOURCE_EXHAUSTED", 1, 1000000},
    {"queue_megabytes", "256", "request bytes that may wait for the writer", 1, 16384},
    {"batch_limit", "256", "calls the writer takes into one transaction", 1, 4096},
    {"reader_threads", "2", "threads that answer reads, each on its own connection", 1, 16},
    {"call_timeout_ms", "30000", "time-out of a call that names none", 100, 600000},
    {"disk_reserve_megabytes", "256", "free disk below which writes are refused (0 = do not look)", 0, 1048576},
};
const size_t common_setting_count = ARRAY_LENGTH(common_settings);

struct entry {
  char name[NAME_SIZE], value[VALUE_SIZE];
};

struct settings {
  const struct service *service;
  struct entry entries[SETTINGS_MAX];
  size_t count;
};

static const struct setting *setting_of(const struct settings *settings, const char *name) {
  for (size_t i = 0; i < common_setting_count; i++)
    if (strcmp(common_settings[i].name, name) == 0) return &common_settings[i];
  for (size_t i = 0; i < settings->service->setting_count; i++)
    if (strcmp(settings->service->settings[i].name, name) == 0) return &settings->service->settings[i];
  return NULL;
}

static char *trimmed(char *text) {
  while (*text == ' ' || *text == '\t') text++;
  size_t length = strlen(text);
  while (length && strchr(" \t\r\n", text[length - 1])) text[--length] = '\0';
  return text;
}

static const char *complaint(const char *path, int line, const char *what) {
  static _Thread_local char text[768];
  snprintf(text, sizeof text, "%.500s line %d: %s", path, line, what);
  return text;
}

/* A name without prefix, or with this service's own, must be known here; another's prefix is that service's business. */
static const char *check_entry(const struct settings *settings, const char *name, const char *value) {
  size_t own = strlen(settings->service->name);
  const char *dot = strchr(name, '.');
  if (dot && !(strncmp(name, settings->service->name, own) == 0 && name[own] == '.')) return NULL;
  const struct setting *setting = setting_of(settings, dot ? dot + 1 : name);
  if (!setting) return dot ? "no setting of this service has that name" : NULL; /* unprefixed: may be a sibling's */
  int64_t number;
  if ((setting->lowest || setting->highest) && !parse_int64(value, setting->lowest, setting->highest, &number))
    return "the value is no number in its range (see --help)";
  return NULL;
}

static const char *read_line(struct settings *settings, char *line) {
  char *text = trimmed(line);
  if (!*text || *text == '#') return NULL;
  char *equals = strchr(text, '=');
  if (!equals) return "not of the form name = value";
  *equals = '\0';
  char *name = trimmed(text), *value = trimmed(equals + 1);
  if (strlen(name) >= NAME_SIZE || strlen(value) >= VALUE_SIZE) return "too long";
  if (settings->count == SETTINGS_MAX) return "too many settings";
  const char *wrong = check_entry(settings, name, value);
  if (wrong) return wrong;
  struct entry *entry = &settings->entries[settings->count++];
  memcpy(entry->name, name, strlen(name) + 1);
  memcpy(entry->value, value, strlen(value) + 1);
  return NULL;
}

struct settings *settings_load(const char *directory, const struct service *service, const char **problem) {
  static _Thread_local char path[512];
  snprintf(path, sizeof path, "%s/node.conf", directory);
  FILE *file = fopen(path, "re");
  if (!file) {
    *problem = complaint(path, 0, strerror(errno));
    return NULL;
  }
  struct settings *settings = calloc(1, sizeof *settings);
  char line[NAME_SIZE + VALUE_SIZE];
  const char *wrong = settings ? NULL : "out of memory";
  if (settings) settings->service = service;
  for (int number = 1; !wrong && fgets(line, sizeof line, file); number++)
    if ((wrong = read_line(settings, line))) *problem = complaint(path, number, wrong);
  fclose(file);
  if (!wrong) return settings;
  free(settings);
  return NULL;
}

static const char *entry_value(const struct settings *settings, const char *name) {
  for (size_t i = settings->count; i-- > 0;) /* the last one wins */
    if (strcmp(settings->entries[i].name, name) == 0) return settings->entries[i].value;
  return NULL;
}

const char *settings_text(const struct settings *settings, const char *name) {
  char prefixed[2 * NAME_SIZE];
  snprintf(prefixed, sizeof prefixed, "%s.%s", settings->service->name, name);
  const char *value = entry_value(settings, prefixed);
  if (!value) value = entry_value(settings, name);
  if (value) return value;
  const struct setting *setting = setting_of(settings, name);
  return setting ? setting->fallback : "";
}

int64_t settings_number(const struct settings *settings, const char *name) {
  int64_t value = 0;
  return parse_int64(settings_text(settings, name), INT64_MIN, INT64_MAX, &value) ? value : 0;
}
