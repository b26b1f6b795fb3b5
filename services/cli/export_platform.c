/* export_platform.c - what the national real-name and wage platform takes (facts C.9): roster, attendance, training and payroll of one
 * project and month in its field names and with its codes. Its codes differ from the national standards and are never stored: they are
 * turned here, by policy/platform_codes.csv. What has no code there is listed, not guessed, and then nothing is written. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/money.h"
#include "common/pb/table.h"
#include "payroll.pb-c.h"
#include "registry.pb-c.h"
#include "services/cli/export.h"
#include "services/cli/ledger.h"
#include "workforce.pb-c.h"

#define ID_CARD_TYPE "01"  /* 居民身份证: the only one the house registers */
#define DIRECTION_OUT "02" /* 出场 */
#define DIRECTION_IN "01"  /* 进场 */
#define ATTEND_OTHER "011" /* 其他: what was written down by hand says a day, no moment and no device */
#define CODES_MAX 2000
#define ROWS_MAX 30000

struct code {
  const char *list, *ours, *theirs;
};

/* A worker as far as the platform asks for him. */
struct person {
  int64_t number;
  const Workrelief__AgreementRow *agreement;
  const Workrelief__RevealedWorker *revealed;
};

struct platform {
  struct cli *cli;
  const char *project_code, *project, *month;
  struct code codes[CODES_MAX];
  size_t code_count, unknown;
  json_t *unknown_codes; /* "list ours" already listed */
  json_t *seen;          /* "number date" of days with passes */
  struct person *people;
  size_t count;
  json_t *roster, *attendance, *training, *payroll;
  const char *corp_code, *corp_name;
  const Workrelief__Sheet *sheets[1000];
  size_t sheet_count, sheet;
};

/* --- codes --------------------------------------------------------------------------------------------------------------------------- */

/* The node's own table before the one that comes with the programs, which stand in build/bin or, built in another flavour, deeper. */
static FILE *open_codes(struct cli *cli, const char **path) {
  const char *const places[] = {node_path(cli, "platform_codes.csv"), text_of(cli, "%s/../../policy/platform_codes.csv", cli->bin),
                                text_of(cli, "%s/../../../policy/platform_codes.csv", cli->bin)};
  FILE *file = NULL;
  for (size_t i = 0; !file && i < ARRAY_LENGTH(places); i++) {
    *path = places[i];
    file = fopen(places[i], "re");
  }
  return file;
}

static int read_codes(struct platform *platform) {
  struct arena *arena = &platform->cli->arena;
  const char *path;
  char **cells;
  size_t count;
  int got;
  FILE *file = open_codes(platform->cli, &path);
  struct csv_reader *csv = file ? csv_open(file) : NULL;
  if (!csv) {
    complain(CANNOT_READ, path, strerror(errno));
    if (file) fclose(file);
    return CLI_NO_INPUT;
  }
  while ((got = csv_next(csv, &cells, &count)) == 1 && count >= 3 && platform->code_count < CODES_MAX)
    platform->codes[platform->code_count++] =
        (struct code){arena_strdup(arena, cells[0]), arena_strdup(arena, cells[1]), arena_strdup(arena, cells[2])};
  if (got != 0) complain(IMPORT_NOT_CSV, csv_line(csv), csv_problem(csv));
  csv_close(&csv);
  fclose(file);
  if (arena->failed) complain(OUT_OF_MEMORY);
  return got == 0 && !arena->failed ? CLI_OK : CLI_BAD_DATA;
}

static void miss(struct platform *platform, const char *list, const char *ours) {
  const char *key = text_of(platform->cli, "%s %s", list, ours);
  if (json_object_get(platform->unknown_codes, key)) return;
  json_object_set_new(platform->unknown_codes, key, json_true());
  if (!platform->unknown++) complain(PLATFORM_UNKNOWN);
  fprintf(stderr, "  %s  %s\n", list, ours);
}

/* The nth code of the list for ours; NULL = there is none. part: ours contains the table's word (names of banks). */
static const char *find_code(const struct platform *platform, const char *list, const char *ours, bool part, size_t nth) {
  for (size_t i = 0; i < platform->code_count; i++) {
    const struct code *code = &platform->codes[i];
    if (strcmp(code->list, list) != 0 || !(part ? strstr(ours, code->ours) != NULL : strcmp(ours, code->ours) == 0)) continue;
    if (nth-- == 0) return code->theirs;
  }
  return NULL;
}

/* Sets the field to the platform's code; an absent value stays absent. */
static void put_code(struct platform *platform, json_t *target, const char *field, const char *list, const char *ours, bool part) {
  const char *theirs = *ours ? find_code(platform, list, ours, part, 0) : NULL;
  if (theirs)
    json_object_set_new(target, field, json_string(theirs));
  else if (*ours)
    miss(platform, list, ours);
}

static void put_text(json_t *target, const char *field, const char *text) {
  if (text && *text) json_object_set_new(target, field, json_string(text));
}

static void put_days(struct platform *platform, json_t *target, const char *field, int64_t hundredths) {
  put_text(target, field, short_number(&platform->cli->arena, days_text(platform->cli, hundredths)));
}

static void put_money(json_t *target, const char *field, int64_t fen) {
  char with_commas[MONEY_TEXT_SIZE], plain[MONEY_TEXT_SIZE];
  size_t used = 0;
  for (const char *from = money_yuan(fen, with_commas); *from; from++)
    if (*from != ',') plain[used++] = *from;
  plain[used] = '\0';
  put_text(target, field, plain);
}

static const char *enum_name(const ProtobufCEnumDescriptor *type, int value) {
  const ProtobufCEnumValue *found = value ? protobuf_c_enum_descriptor_get_value(type, value) : NULL;
  return found ? found->name : "";
}

/* --- people --------------------------------------------------------------------------------------------------------------------------- */

static bool take_agreement(void *context, message *row) {
  struct platform *platform = context;
  const Workrelief__AgreementRow *agreement = (const Workrelief__AgreementRow *)row;
  if (platform->count == ROWS_MAX) return false;
  platform->people[platform->count++] = (struct person){agreement->worker_number, agreement, NULL};
  return true;
}

static int by_number(const void *left, const void *right) {
  const struct person *a = left, *b = right;
  if (a->number != b->number) return a->number < b->number ? -1 : 1;
  return a->agreement && b->agreement ? strcmp(b->agreement->start_date, a->agreement->start_date) : 0;
}

/* The newest agreement of each worker, and his numbers in clear: one recorded call each. */
static int read_people(struct platform *platform, const char *reason) {
  int code = list_rows(platform->cli, "workforce.ListAgreements", (const char *const[]){platform->project, NULL}, take_agreement, platform);
  size_t kept = 0;
  if (code != CLI_OK) return code;
  if (platform->count) qsort(platform->people, platform->count, sizeof(*platform->people), by_number);
  for (size_t i = 0; i < platform->count; i++)
    if (!kept || platform->people[kept - 1].number != platform->people[i].number) platform->people[kept++] = platform->people[i];
  platform->count = kept;
  struct revealing *revealing = revealing_open(platform->cli, reason, &code);
  if (!revealing) return code;
  code = CLI_OK;
  for (size_t i = 0; code == CLI_OK && i < kept; i++)
    platform->people[i].revealed = (const Workrelief__RevealedWorker *)reveal_worker(revealing, platform->people[i].number, &code);
  revealing_close(&revealing);
  return code;
}

static const struct person *find_person(const struct platform *platform, int64_t number) {
  struct person wanted = {number, NULL, NULL};
  return platform->count ? bsearch(&wanted, platform->people, platform->count, sizeof(wanted), by_number) : NULL;
}

static json_t *identity(const struct person *person) {
  return json_pack("{s:s, s:s}", "idCardType", ID_CARD_TYPE, "idCardNumber", person->revealed->id_number);
}

/* The object of one team in a list of them, with the rows under `rows`; made when it is the team's first. */
static json_t *rows_of_team(struct platform *platform, json_t *list, const char *team, const char *rows) {
  size_t i;
  json_t *object;
  json_array_foreach(list, i, object) {
    const char *name = json_string_value(json_object_get(object, "teamName"));
    if (strcmp(name ? name : "", team) == 0) return json_object_get(object, rows);
  }
  object = json_pack("{s:s}", "projectCode", platform->project_code);
  put_text(object, "corpCode", platform->corp_code);
  put_text(object, "corpName", platform->corp_name);
  put_text(object, "teamName", team);
  json_object_set_new(object, rows, json_array());
  json_array_append_new(list, object);
  return json_object_get(object, rows);
}

/* --- ProjectWorker.Add ------------------------------------------------------------------------------------------------------------------ */

static void add_worker(struct platform *platform, const struct person *person) {
  const Workrelief__AgreementRow *agreement = person->agreement;
  json_t *worker = identity(person);
  put_text(worker, "workerName", person->revealed->worker_name);
  put_code(platform, worker, "sex", "sex", enum_name(&workrelief__sex__value__descriptor, (int)agreement->sex), false);
  put_code(platform, worker, "workType", "workType", agreement->post_name, false);
  const char *role = enum_name(&workrelief__site_role__value__descriptor, (int)agreement->site_role);
  put_code(platform, worker, "workRole", "workRole", *role ? role : "BUILDER", false); /* who is not the contractor's staff builds */
  put_code(platform, worker, "nation", "nation", agreement->ethnicity_code, false);
  put_text(worker, "address", agreement->home_address);
  put_text(worker, "cellPhone", person->revealed->phone);
  put_text(worker, "payRollBankCardNumber", person->revealed->account_no);
  put_text(worker, "payRollBankName", person->revealed->bank_name);
  put_code(platform, worker, "payRollTopBankCode", "payRollTopBankCode", person->revealed->bank_name, true);
  json_object_set_new(worker, "hasBuyInsurance", json_string(agreement->insured ? "1" : "0"));
  put_text(worker, "joinedTime", agreement->start_date);
  put_text(worker, "startDate", agreement->start_date);
  put_text(worker, "expiryDate", agreement->end_date);
  json_array_append_new(rows_of_team(platform, platform->roster, agreement->team_name, "workerList"), worker);
}

/* --- WorkerAttendance.Add --------------------------------------------------------------------------------------------------------------- */

static const char *day_key(struct platform *platform, int64_t worker_number, const char *date) {
  return text_of(platform->cli, "%lld %s", (long long)worker_number, date);
}

/* A device saw him come or go: the moment, the way and the means as they were. */
static bool add_pass(void *context, message *row) {
  struct platform *platform = context;
  const Workrelief__PassRow *pass = (const Workrelief__PassRow *)row;
  const struct person *person = find_person(platform, pass->worker_number);
  if (!person || pass->pass_state != WORKRELIEF__PASS_STATE__VALUE__CLEAR) return true;
  const char *moment = time_text(platform->cli, pass->passed_at_us);
  json_t *seen = identity(person);
  put_text(seen, "date", moment);
  put_text(seen, "direction", pass->pass_direction == WORKRELIEF__PASS_DIRECTION__VALUE__EXIT ? DIRECTION_OUT : DIRECTION_IN);
  put_text(seen, "attendType", text_of(platform->cli, "%03d", (int)pass->pass_means)); /* numbered as the platform numbers them */
  json_object_set_new(platform->seen, day_key(platform, pass->worker_number, text_of(platform->cli, "%.10s", moment)), json_true());
  return json_array_append_new(rows_of_team(platform, platform->attendance, person->agreement->team_name, "dataList"), seen) == 0;
}

/* Day by day, as passes are listed. */
static int read_passes(struct platform *platform) {
  int32_t first, last;
  char date[CLOCK_DATE_SIZE];
  int code = CLI_OK;
  if (!month_parse(platform->month, &first, &last)) return complain(VALUE_BAD, "--month", platform->month), CLI_USAGE;
  for (int32_t day = first; code == CLI_OK && day <= last; day++) {
    const char *on = text_of(platform->cli, "work_date=%s", date_format(day, date));
    code = list_rows(platform->cli, "workforce.ListPasses", (const char *const[]){platform->project, on, NULL}, add_pass, platform);
  }
  return code;
}

/* A day that no device saw: written down by hand. */
static bool add_day(void *context, message *row) {
  struct platform *platform = context;
  const Workrelief__AttendanceEntry *entry = (const Workrelief__AttendanceEntry *)row;
  const struct person *person = find_person(platform, entry->worker_number);
  if (!person || entry->day_hundredths == 0 || json_object_get(platform->seen, day_key(platform, entry->worker_number, entry->work_date)))
    return true;
  json_t *day = identity(person);
  put_text(day, "date", entry->work_date);
  put_text(day, "direction", DIRECTION_IN);
  put_text(day, "attendType", ATTEND_OTHER);
  return json_array_append_new(rows_of_team(platform, platform->attendance, person->agreement->team_name, "dataList"), day) == 0;
}

/* --- ProjectTraining.Add ---------------------------------------------------------------------------------------------------------------- */

static bool add_training(void *context, message *row) {
  struct platform *platform = context;
  const Workrelief__Training *training = (const Workrelief__Training *)row;
  const char *content = enum_name(&workrelief__training_content__value__descriptor, (int)training->training_content), *code;
  if (strncmp(training->training_date, platform->month, strlen(platform->month)) != 0) return true;
  if (training->training_audience != WORKRELIEF__TRAINING_AUDIENCE__VALUE__WORKERS) return true; /* of cadres: none of the site's */
  if (!find_code(platform, "trainingTypeCode", content, false, 0)) miss(platform, "trainingTypeCode", content);
  for (size_t i = 0; (code = find_code(platform, "trainingTypeCode", content, false, i)); i++) {
    json_t *object = json_pack("{s:s}", "projectCode", platform->project_code);
    put_text(object, "trainingDate", training->training_date);
    put_days(platform, object, "trainingDuration", training->hours_hundredths);
    put_text(object, "trainingName", training->training_name);
    put_text(object, "trainingTypeCode", code);
    if (json_array_append_new(platform->training, object) != 0) return false;
  }
  return true;
}

/* --- Payroll.Add ------------------------------------------------------------------------------------------------------------------------ */

static bool take_sheet(void *context, message *row) {
  struct platform *platform = context;
  const Workrelief__Sheet *sheet = (const Workrelief__Sheet *)row;
  if (sheet->sheet_state == WORKRELIEF__SHEET_STATE__VALUE__VOID) return true;
  if (platform->sheet_count == ARRAY_LENGTH(platform->sheets)) return false;
  platform->sheets[platform->sheet_count++] = sheet;
  return true;
}

static bool add_line(void *context, message *row) {
  struct platform *platform = context;
  const Workrelief__Sheet *sheet = platform->sheets[platform->sheet];
  const Workrelief__SheetLine *line = (const Workrelief__SheetLine *)row;
  const struct person *person = find_person(platform, line->worker_number);
  if (!person) return miss(platform, "worker", text_of(platform->cli, "%lld", (long long)line->worker_number)), true;
  json_t *detail = identity(person);
  put_days(platform, detail, "days", line->day_hundredths);
  if (line->hours_hundredths) put_days(platform, detail, "workHours", line->hours_hundredths);
  put_text(detail, "payRollBankCardNumber", person->revealed->account_no);
  put_code(platform, detail, "payRollBankCode", "payRollTopBankCode", person->revealed->bank_name, true);
  put_text(detail, "payRollBankName", person->revealed->bank_name);
  put_money(detail, "totalPayAmount", line->gross_fen);
  put_money(detail, "actualAmount", line->net_fen);
  json_object_set_new(detail, "isBackPay", json_string(line->line_kind == WORKRELIEF__LINE_KIND__VALUE__BACK_PAY ? "1" : "0"));
  put_text(detail, "balanceDate", line->paid_date);
  put_text(detail, "thirdPayRollCode", sheet->sheet_code);
  json_t *rows = rows_of_team(platform, platform->payroll, sheet->team_name, "detailList");
  return json_array_append_new(rows, detail) == 0;
}

static void say_month(struct platform *platform) {
  size_t i;
  json_t *object;
  json_array_foreach(platform->payroll, i, object) put_text(object, "payMonth", platform->month);
}

/* --- all of it --------------------------------------------------------------------------------------------------------------------------- */

/* Who employs them: the contractor of the project. */
static int read_corp(struct platform *platform) {
  message *answer = NULL;
  int code = ask_with(platform->cli, "registry.GetProject", (const char *const[]){platform->project, NULL}, &answer);
  const Workrelief__Project *project = (const Workrelief__Project *)answer;
  const char *unit_id = NULL;
  for (size_t i = 0; project && i < project->n_parties; i++)
    if (project->parties[i]->relation == WORKRELIEF__RELATION__VALUE__CONTRACTOR) unit_id = project->parties[i]->unit_id;
  if (code != CLI_OK || !unit_id) return code;
  code = ask_with(platform->cli, "registry.ListUnits", (const char *const[]){text_of(platform->cli, "unit_id=%s", unit_id), NULL}, &answer);
  const Workrelief__ListUnitsReply *units = (const Workrelief__ListUnitsReply *)answer;
  if (code == CLI_OK && units->n_rows == 1) platform->corp_code = units->rows[0]->uscc, platform->corp_name = units->rows[0]->unit_name;
  return code;
}

static int collect(struct platform *platform, const char *reason) {
  struct cli *cli = platform->cli;
  const char *const project[] = {platform->project, NULL}, *const month[] = {platform->project, text_of(cli, "month=%s", platform->month), NULL};
  int code = read_codes(platform);
  if (code == CLI_OK) code = read_corp(platform);
  if (code == CLI_OK) code = read_people(platform, reason);
  for (size_t i = 0; code == CLI_OK && i < platform->count; i++) add_worker(platform, &platform->people[i]);
  if (code == CLI_OK) code = read_passes(platform);
  if (code == CLI_OK) code = list_rows(cli, "workforce.ListAttendance", month, add_day, platform);
  if (code == CLI_OK) code = list_rows(cli, "workforce.ListTrainings", project, add_training, platform);
  if (code == CLI_OK) code = list_rows(cli, "payroll.ListSheets", month, take_sheet, platform);
  for (platform->sheet = 0; code == CLI_OK && platform->sheet < platform->sheet_count; platform->sheet++) {
    const char *sheet = text_of(cli, "sheet_code=%s", platform->sheets[platform->sheet]->sheet_code);
    code = list_rows(cli, "payroll.ListSheetLines", (const char *const[]){platform->project, sheet, NULL}, add_line, platform);
  }
  say_month(platform);
  if (code == CLI_OK && platform->unknown) complain(PLATFORM_UNKNOWN_TOTAL, platform->unknown), code = CLI_BAD_DATA;
  return code;
}

static int write_out(struct platform *platform, const char *path) {
  json_t *all = json_pack("{s:O, s:O, s:O, s:O}", "ProjectWorker.Add", platform->roster, "WorkerAttendance.Add", platform->attendance,
                          "ProjectTraining.Add", platform->training, "Payroll.Add", platform->payroll);
  const char *beside = path ? text_of(platform->cli, "%s.part-%d", path, (int)getpid()) : NULL;
  FILE *file = path ? fopen(beside, "we") : stdout;
  bool good = all && file && json_dumpf(all, file, JSON_INDENT(1) | JSON_PRESERVE_ORDER) == 0 && fputc('\n', file) != EOF;
  if (path && file && fclose(file) != 0) good = false;
  json_decref(all);
  if (good && path) good = rename(beside, path) == 0;
  if (good) return CLI_OK;
  complain(CANNOT_WRITE, path ? path : "-", strerror(errno));
  if (path) unlink(beside);
  return CLI_CANNOT_WRITE;
}

int platform_export(struct cli *cli, const char *project_code, const char *month, const char *reveal_reason, const char *path) {
  struct platform *platform = arena_alloc(&cli->arena, sizeof(*platform));
  struct person *people = arena_array(&cli->arena, ROWS_MAX, sizeof(*people));
  if (!platform || !people) return complain(OUT_OF_MEMORY), CLI_INTERNAL;
  *platform = (struct platform){.cli = cli,
                                .project_code = project_code,
                                .project = text_of(cli, "project_code=%s", project_code),
                                .month = month,
                                .people = people,
                                .roster = json_array(),
                                .attendance = json_array(),
                                .training = json_array(),
                                .payroll = json_array(),
                                .unknown_codes = json_object(),
                                .seen = json_object()};
  int code = collect(platform, reveal_reason);
  if (code == CLI_OK) code = write_out(platform, path);
  if (code == CLI_OK && path) say(PLATFORM_DONE, platform->count, path);
  json_t *const parts[] = {platform->roster, platform->attendance, platform->training, platform->payroll, platform->unknown_codes, platform->seen};
  for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) json_decref(parts[i]);
  return code;
}
