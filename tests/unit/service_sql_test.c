/* service_sql_test.c - every .sql file of every service, straight from the tree, against the schema its migrations make. What a
 * daemon would say at its boot, for all services at once: all complaints, one a line. `... payroll` looks at one service only. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/crypto/hash.h"
#include "common/db/database.h"
#include "common/db/migrate.h"
#include "tests/lib/cluster.h"

#define TEXTS_MAX 400
#define SERVICES_MAX 5
#define EVENT_ARGUMENT 7

static struct cluster cluster;
static const char *only;
/* Statements and the texts they are made of live as long as the process; here they stay reachable. */
static struct sql_text kept_texts[SERVICES_MAX][TEXTS_MAX];
static struct statements *kept_statements[SERVICES_MAX];
static size_t kept_count;

static char *read_file(const char *path) {
  FILE *file = fopen(path, "r");
  char *text = NULL;
  size_t size = 0;
  if (file == NULL || getdelim(&text, &size, '\0', file) < 0) {
    free(text);
    text = NULL;
  }
  if (file != NULL) fclose(file);
  return text;
}

static int is_sql(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return length > 4 && strcmp(entry->d_name + length - 4, ".sql") == 0;
}

/* Appends the folder's texts in order of their names. */
static size_t read_folder(const char *folder, struct sql_text *texts, size_t count) {
  struct dirent **entries = NULL;
  int found = scandir(folder, &entries, is_sql, alphasort);
  for (int i = 0; i < found; i++) {
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
    entries[i]->d_name[strlen(entries[i]->d_name) - 4] = '\0';
    if (count < TEXTS_MAX) texts[count++] = (struct sql_text){strdup(entries[i]->d_name), read_file(path)};
    free(entries[i]);
  }
  free(entries);
  return count;
}

static void free_texts(struct sql_text *texts, size_t count) {
  for (size_t i = 0; i < count; i++) {
    free((void *)(uintptr_t)texts[i].name);
    free((void *)(uintptr_t)texts[i].text);
  }
}

/* The n-th argument of the macro call that begins at text, blanks trimmed; quotes and brackets protect commas. */
static bool macro_argument(const char *text, int wanted, char *argument, size_t size) {
  int depth = 0, number = 0;
  bool quoted = false;
  size_t length = 0;
  for (; *text != '\0'; text++) {
    if (*text == '"' && text[-1] != '\\') quoted = !quoted;
    if (!quoted && *text == '(' && ++depth == 1) continue;
    if (!quoted && *text == ')' && --depth == 0) break;
    if (!quoted && *text == ',' && depth == 1) {
      if (++number > wanted) break;
      continue;
    }
    if (number == wanted && depth > 0 && length + 1 < size && (*text != ' ' || length > 0) && *text != '\n') argument[length++] = *text;
  }
  while (length > 0 && argument[length - 1] == ' ') length--;
  argument[length] = '\0';
  return length > 0;
}

/* Tells the statements of the events that methods.def gives their methods. */
static bool set_events(struct statements *statements, const char *definitions, const char **problem) {
  for (const char *at = definitions; at != NULL && (at = strstr(at, "METHOD(")) != NULL; at++) {
    char name[64], kind[32], event[64];
    if (!macro_argument(at, 0, name, sizeof name) || !macro_argument(at, 1, kind, sizeof kind) || strcmp(kind, "STATEMENT") != 0 ||
        !macro_argument(at, EVENT_ARGUMENT, event, sizeof event) || strcmp(event, "NONE") == 0)
      continue;
    const message_type *type = pb_type_find(event);
    if (type == NULL) print_error("%s: there is no message %s\n", name, event);
    if (type == NULL || !statement_set_event(statements, name, type, problem)) return false;
  }
  return true;
}

static bool check_statements(PGconn *connection, const char *service, const struct sql_text *texts, size_t count, const char **problem) {
  char path[80];
  snprintf(path, sizeof path, "services/%s/methods.def", service);
  char *definitions = read_file(path);
  struct statements *statements = statements_parse(texts, count, problem);
  kept_statements[kept_count++] = statements;
  bool fine = statements != NULL && set_events(statements, definitions, problem) && statements_prepare(statements, connection, true, problem);
  free(definitions);
  return fine;
}

static void check_service(const char *service) {
  static struct sql_text migrations[TEXTS_MAX];
  char folder[80];
  const char *problem = "";
  if (only != NULL && strcmp(only, service) != 0) skip();
  assert_true(kept_count < SERVICES_MAX);
  struct sql_text *texts = kept_texts[kept_count];
  size_t migration_count = read_folder("common/daemon/migrations", migrations, 0), count = read_folder("common/daemon/sql", texts, 0);
  snprintf(folder, sizeof folder, "services/%s/migrations", service);
  migration_count = read_folder(folder, migrations, migration_count);
  snprintf(folder, sizeof folder, "services/%s/sql", service);
  count = read_folder(folder, texts, count);
  PGconn *connection = database_connect(cluster.conninfo, service, "service_sql_test", &problem);
  bool fine = connection != NULL && migrate(connection, service, migrations, migration_count, "test", &problem) &&
              check_statements(connection, service, texts, count, &problem);
  if (!fine) print_error("%s:\n%s\n", service, problem);
  print_message("%s: %zu migrations, %zu statements\n", service, migration_count, count);
  PQfinish(connection);
  if (fine) free_texts(migrations, migration_count); /* the statements' names live on */
  assert_true(fine);
}

static void registry_fits(void **state) {
  (void)state;
  check_service("registry");
}
static void workforce_fits(void **state) {
  (void)state;
  check_service("workforce");
}
static void payroll_fits(void **state) {
  (void)state;
  check_service("payroll");
}
static void evaluation_fits(void **state) {
  (void)state;
  check_service("evaluation");
}
static void gateway_fits(void **state) {
  (void)state;
  check_service("gateway");
}

static int set_up(void **state) {
  (void)state;
  return hash_open() ? cluster_start(&cluster, "-c fsync=off") : -1;
}

static int tear_down(void **state) {
  (void)state;
  cluster_stop(&cluster);
  return 0;
}

int main(int argc, char **argv) {
  only = argc > 1 ? argv[1] : NULL;
  const struct CMUnitTest tests[] = {cmocka_unit_test(registry_fits), cmocka_unit_test(workforce_fits), cmocka_unit_test(payroll_fits),
                                     cmocka_unit_test(evaluation_fits), cmocka_unit_test(gateway_fits)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
