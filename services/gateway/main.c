/* main.c - the gateway daemon: its tables, and nothing else. The door, the quarter, and what goes up to the parent. */
#include "common/daemon/service.h"
#include "common/daemon/tables.h"
#include "gateway.pb-c.h"
#include "services/gateway/handlers.h"

#define REPORT_READERS (BUREAU | OFFICE | AUDIT | UPPER | CHILD | SELF) /* of the whole district's figures */

SERVICE_TABLES(gateway)

static const struct method methods[] = {
#include "services/gateway/methods.def"
};
static const struct rule rules[] = {
#include "services/gateway/rules.def"
};
static const struct constraint constraints[] = {
#include "services/gateway/constraints.def"
};
static const struct transition transitions[] = {
#include "services/gateway/states.def"
};
static const struct follow follows[] = {
#include "services/gateway/follows.def"
    FOLLOW_END};
static const struct setting settings[] = {
#include "services/gateway/settings.def"
    SETTING_END};
static const struct worker workers[] = {{"uplink", uplink_run}, {"http", http_run},     {"calendar", calendar_run},
                                        {"draws", draws_run},   {"anchor", anchor_run}, {"retention", retention_run}};

static const struct service gateway = {
    .name = "gateway",
    .descriptor = &workrelief__gateway__descriptor,
    SERVICE_ARRAYS(gateway),
    .workers = workers,
    .worker_count = ARRAY_LENGTH(workers),
    .scope_field = "project_code",
    .scope_statement = "scope",
    .principal_statement = "principals",
    .open_events = "ReportingPolicySet QuarterChanged",
    .forwards = true,
};

int main(int argc, char **argv) { return service_main(argc, argv, &gateway); }
