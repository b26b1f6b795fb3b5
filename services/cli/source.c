/* source.c - CSV as it is; workbooks through xlsx2csv, which runs bounded: processor time, memory, output and wall time. */
#include "services/cli/source.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/pb/cell.h"
#include "common/pb/table.h"
#include "services/cli/outcome.h"

#define WORKBOOK_MAX ((off_t)64 << 20)
#define CONVERT_SECONDS 120
#define CONVERT_MEMORY ((rlim_t)2 << 30)
#define CONVERT_OUTPUT ((rlim_t)1 << 30)
#define SHEET_MARK '\f' /* no XML text can hold it, so no cell and no name can forge it */

struct source {
  struct arena *arena;
  FILE *file;
  struct csv_reader *csv;
  bool workbook;
  const char *sheet;
  size_t sheet_row; /* of the reader, on which the sheet's mark stands */
  bool fresh;
};

/* --- a workbook becomes CSV ------------------------------------------------------------------------------------------------------ */

static void bound(int resource, rlim_t most) { (void)setrlimit(resource, &(struct rlimit){most, most}); }

static _Noreturn void become_converter(const char *path, int output) {
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  bound(RLIMIT_CPU, CONVERT_SECONDS);
  bound(RLIMIT_AS, CONVERT_MEMORY);
  bound(RLIMIT_FSIZE, CONVERT_OUTPUT);
  bound(RLIMIT_CORE, 0);
  if (nowhere < 0 || dup2(nowhere, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0) _exit(CLI_INTERNAL);
  execlp("xlsx2csv", "xlsx2csv", "--sheet", "0", "--sheetdelimiter", "\\f", "--no-line-breaks", "--dateformat", "%Y-%m-%d", "--ignore-formats",
         "float", "--", path, (char *)NULL);
  _exit(CLI_BAD_CONFIG);
}

/* Its exit code; CLI_TRY_AGAIN when it took too long and was ended. */
static int wait_for(pid_t pid) {
  int64_t deadline = clock_monotonic_us() + (int64_t)CONVERT_SECONDS * 1000000;
  int status = 0;
  for (pid_t ended = 0; !ended;) {
    ended = waitpid(pid, &status, WNOHANG);
    if (ended < 0 && errno != EINTR) return CLI_INTERNAL;
    if (ended) break;
    if (clock_monotonic_us() > deadline) {
      kill(pid, SIGKILL);
      waitpid(pid, &status, 0);
      return CLI_TRY_AGAIN;
    }
    nanosleep(&(struct timespec){0, 5000000}, NULL);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : CLI_TRY_AGAIN;
}

static FILE *convert(const char *path, int *code) {
  char *whole = *path == '/' ? strdup(path) : realpath(path, NULL); /* absolute: never taken for an option; it may name an open file */
  int output = memfd_create("workbook", MFD_CLOEXEC);
  fflush(NULL);
  pid_t pid = whole && output >= 0 ? fork() : -1;
  if (pid == 0) become_converter(whole, output);
  int ended = pid > 0 ? wait_for(pid) : CLI_INTERNAL;
  free(whole);
  FILE *file = ended == CLI_OK && lseek(output, 0, SEEK_SET) == 0 ? fdopen(output, "re") : NULL;
  if (file) return file;
  if (output >= 0) close(output);
  if (ended == CLI_BAD_CONFIG)
    complain(NO_CONVERTER);
  else
    complain(NOT_A_WORKBOOK, path);
  *code = ended == CLI_BAD_CONFIG ? CLI_BAD_CONFIG : CLI_BAD_DATA;
  return NULL;
}

/* --- rows ------------------------------------------------------------------------------------------------------------------------ */

enum kind { KIND_TEXT, KIND_WORKBOOK, KIND_OLD_WORKBOOK };

static enum kind kind_of(FILE *file) {
  static const unsigned char zip[] = {'P', 'K', 3, 4}, ole[] = {0xd0, 0xcf, 0x11, 0xe0};
  unsigned char head[4] = {0};
  size_t got = fread(head, 1, sizeof(head), file);
  rewind(file);
  if (got == sizeof(head) && memcmp(head, zip, sizeof(zip)) == 0) return KIND_WORKBOOK;
  return got == sizeof(head) && memcmp(head, ole, sizeof(ole)) == 0 ? KIND_OLD_WORKBOOK : KIND_TEXT;
}

static FILE *open_rows(const char *path, bool *workbook, int *code) {
  struct stat facts;
  FILE *file = fopen(path, "re");
  *code = CLI_NO_INPUT;
  if (!file || fstat(fileno(file), &facts) != 0) {
    complain(CANNOT_READ, path, strerror(errno));
    if (file) fclose(file);
    return NULL;
  }
  if (!S_ISREG(facts.st_mode)) return file; /* a pipe bears CSV */
  enum kind kind = kind_of(file);
  *workbook = kind == KIND_WORKBOOK;
  if (kind == KIND_TEXT) return file;
  fclose(file);
  *code = CLI_BAD_DATA;
  if (kind == KIND_OLD_WORKBOOK) {
    complain(OLD_WORKBOOK, path);
  } else if (facts.st_size > WORKBOOK_MAX) {
    complain(WORKBOOK_LARGE, path, (long long)facts.st_size >> 20, (long long)WORKBOOK_MAX >> 20);
  } else {
    return convert(path, code);
  }
  return NULL;
}

struct source *source_open(struct arena *arena, const char *path, int *code) {
  bool workbook = false;
  FILE *file = open_rows(path, &workbook, code);
  if (!file) return NULL;
  struct source *source = arena_alloc(arena, sizeof(*source));
  struct csv_reader *csv = csv_open(file);
  if (!source || !csv) {
    csv_close(&csv);
    fclose(file);
    complain(OUT_OF_MEMORY);
    *code = CLI_INTERNAL;
    return NULL;
  }
  *source = (struct source){.arena = arena, .file = file, .csv = csv, .workbook = workbook, .sheet = "", .fresh = true};
  return source;
}

void source_close(struct source **source) {
  if (!*source) return;
  csv_close(&(*source)->csv);
  fclose((*source)->file);
  *source = NULL;
}

/* "\f 2 - 考勤" opens a sheet; a comma in its name has parted it into cells. */
static bool opens_sheet(struct source *source, char **cells, size_t count) {
  if (!source->workbook || cells[0][0] != SHEET_MARK) return false;
  const char *name = strstr(cells[0], " - ");
  source->sheet = name ? name + 3 : "";
  char *whole = arena_strdup(source->arena, source->sheet);
  for (size_t i = 1; whole && i < count; i++) whole = arena_printf(source->arena, "%s,%s", whole, cells[i]);
  source->sheet = whole ? whole : "";
  source->sheet_row = csv_row(source->csv);
  source->fresh = true;
  return true;
}

static bool is_empty(char **cells, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (*cells[i]) return false;
  return true;
}

int source_next(struct source *source, struct source_row *row) {
  char **cells;
  size_t count;
  int got;
  while ((got = csv_next(source->csv, &cells, &count)) == 1) {
    if (opens_sheet(source, cells, count) || is_empty(cells, count)) continue;
    *row = (struct source_row){source->sheet, csv_row(source->csv) - source->sheet_row, cells, count, source->fresh};
    source->fresh = false;
    return 1;
  }
  if (got < 0) complain(IMPORT_NOT_CSV, csv_line(source->csv), csv_problem(source->csv));
  return got;
}

/* --- what is wrong with them ----------------------------------------------------------------------------------------------------- */

#define SHOWN_MAX 1000
#define KINDS_MAX 64
#define SHOWN_OF_A_KIND 10

/* Cells left empty: the first of a column are shown, so that a forgotten column does not fill the screen. */
struct kind_of_fault {
  const char *head, *why;
  size_t count;
};

struct faults {
  struct arena *arena;
  size_t count, shown, kind_count;
  struct kind_of_fault kinds[KINDS_MAX];
};

struct faults *faults_new(struct arena *arena) {
  struct faults *faults = arena_alloc(arena, sizeof(*faults));
  if (faults) faults->arena = arena;
  return faults;
}

size_t faults_count(const struct faults *faults) { return faults->count; }

static struct kind_of_fault *kind_of_fault(struct faults *faults, const char *head, const char *why) {
  for (size_t i = 0; i < faults->kind_count; i++)
    if (strcmp(faults->kinds[i].head, head) == 0 && strcmp(faults->kinds[i].why, why) == 0) return &faults->kinds[i];
  if (faults->kind_count == KINDS_MAX) return &faults->kinds[KINDS_MAX - 1];
  struct kind_of_fault *kind = &faults->kinds[faults->kind_count++];
  kind->head = arena_strdup(faults->arena, head);
  kind->why = arena_strdup(faults->arena, why);
  if (!kind->head || !kind->why) *kind = (struct kind_of_fault){"", "", 0};
  return kind;
}

static bool is_shown(struct faults *faults, const char *head, const char *value, const char *why) {
  if (!faults->count++) complain(IMPORT_BAD_CELLS);
  if (!*value && kind_of_fault(faults, head, why)->count++ >= SHOWN_OF_A_KIND) return false;
  if (faults->shown == SHOWN_MAX) return false;
  faults->shown++;
  return true;
}

void fault_cell(struct faults *faults, const char *sheet, size_t column, size_t row, const char *head, const char *value, const char *why) {
  char name[CELL_NAME_SIZE];
  if (!is_shown(faults, head, value, why)) return;
  cell_name(column, row, name);
  outcome_fault(&(struct outcome_fault){.sheet = sheet, .cell = name, .head = head, .value = value, .why = why, .row = row});
  fprintf(stderr, TEXT(IMPORT_BAD_CELL), sheet, *sheet ? "!" : "", name, head, value, why);
}

void fault_row(struct faults *faults, const char *sheet, size_t row, const char *head, const char *why) {
  if (!is_shown(faults, head, "", why)) return;
  outcome_fault(&(struct outcome_fault){.sheet = sheet, .head = head, .why = why, .row = row});
  fprintf(stderr, TEXT(IMPORT_BAD_ROW), sheet, *sheet ? "!" : "", row, head, why);
}

void faults_end(const struct faults *faults) {
  for (size_t i = 0; i < faults->kind_count; i++) {
    const struct kind_of_fault *kind = &faults->kinds[i];
    if (kind->count > SHOWN_OF_A_KIND) fprintf(stderr, TEXT(IMPORT_BAD_MORE), kind->head, kind->why, kind->count - SHOWN_OF_A_KIND);
  }
  if (faults->count) complain(IMPORT_BAD_TOTAL, faults->count);
}
