/* service.c - service_main: everything is checked before a socket is bound, then the threads run until SIGTERM, then they drain. */
#include "common/daemon/service.h"

#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/daemon/runtime.h"
#include "common/daemon/scope.h"
#include "common/db/migrate.h"

#define EXIT_USAGE_ERROR 64
#define EXIT_UNRECOVERABLE 70
#define EXIT_MISFIT 78
#define DATABASE_PAUSE_MS 500
#define THREADS_MOST 32

extern const struct sql_text common_statements[], common_migrations[];
extern const size_t common_statements_count, common_migrations_count;

enum mode { MODE_SERVE, MODE_CHECK, MODE_REPLAY, MODE_EPOCH };

struct options {
  const char *directory, *endpoint, *reason;
  enum mode mode;
};

const char *service_state_name(enum service_state state) {
  static const char *const names[] = {
      [SERVICE_STARTING] = "STARTING", [SERVICE_STANDBY] = "STANDBY", [SERVICE_READY] = "READY", [SERVICE_DRAINING] = "DRAINING"};
  return names[state];
}

/* --- command line ----------------------------------------------------------------------------------------------------------------- */

static void print_settings(const struct setting *settings, size_t count) {
  for (size_t i = 0; i < count; i++)
    printf("  %-24s %s (default: %s)\n", settings[i].name, settings[i].help, *settings[i].fallback ? settings[i].fallback : "none");
}

static void print_help(const struct service *service) {
  printf("%s - one daemon of a workrelief node\n\n"
         "usage: %s --node DIR [--endpoint ADDRESS] [--check | --replay | --new-epoch REASON]\n\n"
         "  --node DIR          the node's directory with node.conf and keys/\n"
         "  --endpoint ADDRESS  listen elsewhere than node.conf says: a second instance waits as hot standby\n"
         "  --check             check tables, statements and schema, then exit\n"
         "  --replay            run the journal into an empty schema and compare all tables; 0 = equal, 1 = they differ\n"
         "  --new-epoch REASON  after a restore, while the daemon is stopped: a new epoch of the journal, so that followers notice what was lost\n"
         "  --version, --help\n\n"
         "exit status: 0 stopped, 64 usage or settings, 70 unrecoverable (restart it), 78 schema or tables do not fit\n\n"
         "settings in node.conf (name = value; \"%s.name = value\" for this daemon alone):\n",
         service->name, service->name, service->name);
  print_settings(common_settings, common_setting_count);
  print_settings(service->settings, service->setting_count);
}

/* -1: go on; else the exit status. */
static int read_options(int argc, char **argv, const struct service *service, struct options *options) {
  static const struct option longs[] = {{"node", required_argument, 0, 'n'},
                                        {"endpoint", required_argument, 0, 'e'},
                                        {"check", no_argument, 0, 'c'},
                                        {"replay", no_argument, 0, 'r'},
                                        {"new-epoch", required_argument, 0, 'p'},
                                        {"version", no_argument, 0, 'v'},
                                        {"help", no_argument, 0, 'h'},
                                        {0, 0, 0, 0}};
  for (int option; (option = getopt_long(argc, argv, "", longs, NULL)) != -1;) switch (option) {
      case 'n': options->directory = optarg; break;
      case 'e': options->endpoint = optarg; break;
      case 'c': options->mode = MODE_CHECK; break;
      case 'r': options->mode = MODE_REPLAY; break;
      case 'p': options->mode = MODE_EPOCH, options->reason = optarg; break;
      case 'v': printf("%s %s\n", service->name, WORKRELIEF_VERSION); return 0;
      case 'h': print_help(service); return 0;
      default: return EXIT_USAGE_ERROR;
    }
  if (options->directory && optind == argc) return -1;
  fprintf(stderr, "%s: --node DIR is needed; see --help\n", service->name);
  return EXIT_USAGE_ERROR;
}

/* --- what must be so before anything runs ------------------------------------------------------------------------------------------ */

static bool load_keys(struct runtime *runtime, const char **problem) {
  char path[512];
  snprintf(path, sizeof path, "%s/keys/%s.key", runtime->directory, runtime->service->name);
  if (!key_load(path, &runtime->own_key, problem)) return false;
  snprintf(path, sizeof path, "%s/keys", runtime->directory);
  return (runtime->seal_keys = seal_keys_open(path, problem)) != NULL;
}

/* The one runtime of the process; NULL when it cannot be set up. */
static struct runtime *runtime_new(const struct service *service, const struct options *options, const char **problem) {
  static struct runtime process, *const runtime = &process;
  runtime->service = service;
  runtime->directory = options->directory;
  if (!(runtime->settings = settings_load(options->directory, service, problem))) return NULL;
  runtime->endpoint = options->endpoint ? options->endpoint : settings_text(runtime->settings, "endpoint");
  runtime->queue_limit = settings_number(runtime->settings, "queue_limit");
  runtime->queue_bytes = settings_number(runtime->settings, "queue_megabytes") << 20;
  runtime->batch_limit = settings_number(runtime->settings, "batch_limit");
  runtime->call_timeout_us = settings_number(runtime->settings, "call_timeout_ms") * 1000;
  const char *clock_file = settings_text(runtime->settings, "clock_file");
  if (*clock_file && !clock_use_file(clock_file)) return *problem = "the clock file cannot be used", NULL;
  if (!hash_open()) return *problem = "this libcrypto lacks SM3", NULL;
  if (!load_keys(runtime, problem)) return NULL;
  struct call_queue *queues[] = {&runtime->writer_queue, &runtime->reader_queue, &runtime->gather_queue, &runtime->done_queue};
  for (size_t i = 0; i < ARRAY_LENGTH(queues); i++) queue_init(queues[i]);
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_mutex_init(&runtime->stop_lock, NULL);
  pthread_cond_init(&runtime->stop_signal, &monotonic);
  runtime->done_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (!(runtime->scope = scope_new()) || !(runtime->ring = key_ring_new()) || runtime->done_fd < 0) return *problem = "out of memory", NULL;
  return runtime;
}

static const struct sql_text *joined(const struct sql_text *first, size_t first_count, const struct sql_text *second, size_t second_count) {
  struct sql_text *all = calloc(first_count + second_count + 1, sizeof *all);
  if (!all) log_fatal("out of memory");
  memcpy(all, first, first_count * sizeof *all);
  memcpy(all + first_count, second, second_count * sizeof *all);
  return all;
}

/* State machines are rows of states.def; SQL asks the table. */
static bool load_transitions(const struct service *service, PGconn *connection, const char **problem) {
  if (!database_execute(connection, "BEGIN; DELETE FROM state_transition", problem)) return false;
  for (size_t i = 0; i < service->transition_count; i++) {
    const struct transition *row = &service->transitions[i];
    const char *values[] = {row->machine, row->from, row->to, row->method, row->sentence};
    PGresult *result =
        PQexecParams(connection, "INSERT INTO state_transition (machine, from_state, to_state, method, sentence) VALUES ($1, $2, $3, $4, $5)", 5,
                     NULL, values, NULL, NULL, 0);
    bool fine = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    if (!fine) return *problem = "a row of states.def is there twice", false;
  }
  return database_execute(connection, "COMMIT", problem);
}

bool schema_prepare(struct runtime *runtime, PGconn *connection, const char *schema, const char **problem) {
  const struct service *service = runtime->service;
  if (!runtime->migrations) runtime->migrations = joined(common_migrations, common_migrations_count, service->migrations, *service->migration_count);
  return migrate(connection, schema, runtime->migrations, common_migrations_count + *service->migration_count, WORKRELIEF_VERSION, problem) &&
         load_transitions(service, connection, problem);
}

static bool parse_statements(struct runtime *runtime, const char **problem) {
  const struct service *service = runtime->service;
  runtime->texts = joined(common_statements, common_statements_count, service->statements, *service->statement_count);
  runtime->statements = statements_parse(runtime->texts, common_statements_count + *service->statement_count, problem);
  return runtime->statements && boot_methods(runtime, problem);
}

/* The database may come up after us; anything else that does not fit ends the boot. */
static PGconn *connect_patiently(struct runtime *runtime) {
  const char *problem = "";
  for (int tries = 0;; tries++) {
    PGconn *connection = runtime_connect(runtime, "boot", &problem);
    if (connection) return connection;
    if (tries % 20 == 0) log_warn("waiting for the database: %s", problem);
    if (atomic_load(&runtime->stopping)) return NULL;
    usleep(DATABASE_PAUSE_MS * 1000);
  }
}

static int check_schema(struct runtime *runtime) {
  const char *problem = "";
  if (!parse_statements(runtime, &problem)) {
    log_error("%s", problem);
    return EXIT_MISFIT;
  }
  PGconn *connection = connect_patiently(runtime);
  if (!connection) return EXIT_UNRECOVERABLE;
  bool fits =
      schema_prepare(runtime, connection, runtime->service->name, &problem) && statements_prepare(runtime->statements, connection, true, &problem);
  if (!fits) log_error("%s", problem);
  PQfinish(connection);
  return fits ? 0 : EXIT_MISFIT;
}

/* --- running ------------------------------------------------------------------------------------------------------------------------ */

struct threads {
  pthread_t list[THREADS_MOST];
  size_t count;
};

static void start(struct threads *threads, void *(*run)(void *), void *argument) {
  if (threads->count == THREADS_MOST || pthread_create(&threads->list[threads->count++], NULL, run, argument) != 0) log_fatal("no thread");
}

static void join(const struct threads *threads) {
  for (size_t i = 0; i < threads->count; i++) pthread_join(threads->list[i], NULL);
}

struct worker_start {
  struct runtime *runtime;
  const struct worker *worker;
};

static void *worker_thread(void *argument) {
  struct worker_start *start = argument;
  start->worker->run(start->runtime);
  runtime_close_siblings();
  free(start);
  return NULL;
}

static void start_worker(struct threads *threads, struct runtime *runtime, const struct worker *worker) {
  struct worker_start *argument = malloc(sizeof *argument);
  if (!argument) log_fatal("out of memory");
  *argument = (struct worker_start){runtime, worker};
  start(threads, worker_thread, argument);
}

static void open_bus(struct runtime *runtime) {
  const char *problem = "";
  runtime->context = zmq_ctx_new();
  if (!runtime->context) log_fatal("no ZeroMQ context");
  zmq_ctx_set(runtime->context, ZMQ_IO_THREADS, 1);
  zmq_ctx_set(runtime->context, ZMQ_MAX_SOCKETS, 4096);
  if (runtime->service->principal_statement) key_ring_await(runtime->ring);
  if (!(runtime->zap = zap_start(runtime->context, runtime->ring, &problem))) log_fatal("no ZAP handler: %s", problem);
}

static void wait_for_signal(const sigset_t *signals) {
  int number;
  while (sigwait(signals, &number) != 0 || (number != SIGTERM && number != SIGINT)) continue;
  log_info("stopping");
}

static void stop(struct runtime *runtime) {
  pthread_mutex_lock(&runtime->stop_lock);
  int ready = SERVICE_READY;
  atomic_compare_exchange_strong(&runtime->state, &ready, SERVICE_DRAINING);
  atomic_store(&runtime->stopping, true);
  pthread_cond_broadcast(&runtime->stop_signal);
  pthread_mutex_unlock(&runtime->stop_lock);
}

static int serve(struct runtime *runtime, const sigset_t *signals) {
  struct threads threads = {0}, readers = {0}, gatherers = {0}, workers = {0};
  const char *problem = "";
  open_bus(runtime);
  if (!followers_open(runtime, &problem)) log_fatal("%s", problem);
  start(&threads, front_main, runtime);
  start(&threads, writer_main, runtime);
  for (int64_t i = settings_number(runtime->settings, "reader_threads"); i > 0; i--) start(&readers, reader_main, runtime);
  start(&gatherers, gather_main, runtime);
  if (!followers_start(runtime, &problem)) log_fatal("%s", problem);
  for (size_t i = 0; i < runtime->service->worker_count; i++) start_worker(&workers, runtime, &runtime->service->workers[i]);
  wait_for_signal(signals);
  stop(runtime);
  followers_join(runtime); /* who asks inside goes first, so that nobody waits for one who has left */
  join(&workers);
  queue_close(&runtime->gather_queue);
  join(&gatherers);
  queue_close(&runtime->reader_queue);
  join(&readers);
  queue_close(&runtime->writer_queue);
  join(&threads);
  zap_stop(&runtime->zap);
  zmq_ctx_term(runtime->context);
  seal_keys_close(&runtime->seal_keys);
  log_info("stopped");
  return 0;
}

/* Many idle connections must not stop us, keys must not reach a core file, five daemons must fit on a small machine. */
static void prepare_process(sigset_t *signals) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
#ifndef __SANITIZE_ADDRESS__ /* LeakSanitizer looks at us as a debugger would */
  prctl(PR_SET_DUMPABLE, 0);
#endif
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
  sigemptyset(signals);
  sigaddset(signals, SIGTERM);
  sigaddset(signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, signals, NULL); /* inherited by all threads; the main thread takes them with sigwait */
  signal(SIGPIPE, SIG_IGN);
}

int service_main(int argc, char **argv, const struct service *service) {
  struct options options = {0};
  sigset_t signals;
  const char *problem = "";
  int status = read_options(argc, argv, service, &options);
  if (status >= 0) return status;
  prepare_process(&signals);
  log_open(service->name, LOG_INFO);
  struct runtime *runtime = runtime_new(service, &options, &problem);
  if (!runtime) {
    log_error("%s", problem);
    return EXIT_USAGE_ERROR;
  }
  int level = log_level_parse(settings_text(runtime->settings, "log_level"));
  if (level >= 0) log_open(service->name, (enum log_level)level);
  status = check_schema(runtime);
  if (status != 0 || options.mode == MODE_CHECK) return status;
  if (options.mode == MODE_EPOCH) return epoch_run(runtime, options.reason);
  return options.mode == MODE_REPLAY ? replay_run(runtime) : serve(runtime, &signals);
}

/* --- for workers --------------------------------------------------------------------------------------------------------------------- */

bool runtime_is_stopping(const struct runtime *runtime) { return atomic_load(&runtime->stopping); }

bool runtime_sleep(struct runtime *runtime, int ms) {
  const struct timespec until = clock_deadline(ms);
  pthread_mutex_lock(&runtime->stop_lock);
  while (!atomic_load(&runtime->stopping))
    if (pthread_cond_timedwait(&runtime->stop_signal, &runtime->stop_lock, &until) == ETIMEDOUT) break;
  pthread_mutex_unlock(&runtime->stop_lock);
  return !atomic_load(&runtime->stopping);
}

const char *runtime_setting(const struct runtime *runtime, const char *name) { return settings_text(runtime->settings, name); }
int64_t runtime_number(const struct runtime *runtime, const char *name) { return settings_number(runtime->settings, name); }
