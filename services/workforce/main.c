/* main.c - the workforce daemon: its tables, and nothing else. Workers, agreements, attendance, training, figures. */
#include "common/daemon/service.h"
#include "common/daemon/tables.h"
#include "services/workforce/handlers.h"
#include "workforce.pb-c.h"

SERVICE_TABLES(workforce)

static const struct method methods[] = {
#include "services/workforce/methods.def"
};
static const struct rule rules[] = {
#include "services/workforce/rules.def"
};
static const struct constraint constraints[] = {
#include "services/workforce/constraints.def"
};
static const struct transition transitions[] = {
#include "services/workforce/states.def"
};
static const struct follow follows[] = {
#include "services/workforce/follows.def"
    FOLLOW_END};
static const struct setting settings[] = {
#include "services/workforce/settings.def"
    SETTING_END};

static const struct service workforce = {
    .name = "workforce",
    .descriptor = &workrelief__workforce__descriptor,
    SERVICE_ARRAYS(workforce),
    .scope_field = "project_code",
    .scope_statement = "scope",
    .open_events = "WorkforcePolicy DayRuleSet MatchWeightsSet",
};

int main(int argc, char **argv) { return service_main(argc, argv, &workforce); }
