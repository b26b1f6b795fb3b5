/* main.c - the registry daemon: its tables, and nothing else. Units, catalogue, projects, lists, funds, progress, notices. */
#include "common/daemon/service.h"
#include "common/daemon/tables.h"
#include "registry.pb-c.h"
#include "services/registry/rules.h"

SERVICE_TABLES(registry)

static const struct method methods[] = {
#include "services/registry/methods.def"
};
static const struct rule rules[] = {
#include "services/registry/rules.def"
};
static const struct constraint constraints[] = {
#include "services/registry/constraints.def"
};
static const struct transition transitions[] = {
#include "services/registry/states.def"
};
static const struct follow follows[] = {
#include "services/registry/follows.def"
    FOLLOW_END};
static const struct setting settings[] = {
#include "services/registry/settings.def"
    SETTING_END};

static const struct service registry = {
    .name = "registry",
    .descriptor = &workrelief__registry__descriptor,
    SERVICE_ARRAYS(registry),
    .scope_field = "project_code",
    .scope_statement = "scope",
    .open_events = "CalendarDaysChanged CatalogueLoaded ParameterChanged",
};

int main(int argc, char **argv) { return service_main(argc, argv, &registry); }
