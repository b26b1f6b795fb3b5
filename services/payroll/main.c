/* main.c - the payroll daemon: its tables, and nothing else. Wage sheets, payment, filing, fund ledger. */
#include "common/daemon/service.h"
#include "common/daemon/tables.h"
#include "payroll.pb-c.h"
#include "services/payroll/handlers.h"

SERVICE_TABLES(payroll)

/* Those who have to do with a sheet, and those who look on. */
#define PARTIES (BUREAU | OWNER | CONTRACTOR | SUPERVISOR | TOWNSHIP)
#define OVERSEERS (OFFICE | HR | AUDIT | SELF)

static const struct method methods[] = {
#include "services/payroll/methods.def"
};
static const struct rule rules[] = {
#include "services/payroll/rules.def"
};
static const struct constraint constraints[] = {
#include "services/payroll/constraints.def"
};
static const struct transition transitions[] = {
#include "services/payroll/states.def"
};
static const struct follow follows[] = {
#include "services/payroll/follows.def"
    FOLLOW_END};
static const struct setting settings[] = {
#include "services/payroll/settings.def"
    SETTING_END};

static const struct worker workers[] = {{"reopened", reopened_run}};

static const struct service payroll = {
    .name = "payroll",
    .descriptor = &workrelief__payroll__descriptor,
    SERVICE_ARRAYS(payroll),
    .workers = workers,
    .worker_count = ARRAY_LENGTH(workers),
    .scope_field = "project_code",
    .scope_statement = "scope",
    .open_events = "PayPolicy MinimumWage AlertThreshold",
};

int main(int argc, char **argv) { return service_main(argc, argv, &payroll); }
