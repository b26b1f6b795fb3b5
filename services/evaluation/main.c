/* main.c - the evaluation daemon: its tables, and nothing else. Ratio, three ledgers, inspections, findings, evaluation. */
#include "common/daemon/service.h"
#include "common/daemon/tables.h"
#include "evaluation.pb-c.h"
#include "services/evaluation/checks.h"

SERVICE_TABLES(evaluation)

/* Those who take part in a project, and those who look on. */
#define PARTIES (BUREAU | OWNER | CONTRACTOR | SUPERVISOR | TOWNSHIP)
#define OVERSEERS (OFFICE | HR | AUDIT | SELF)

static const struct method methods[] = {
#include "services/evaluation/methods.def"
};
static const struct rule rules[] = {
#include "services/evaluation/rules.def"
};
static const struct constraint constraints[] = {
#include "services/evaluation/constraints.def"
};
static const struct transition transitions[] = {
#include "services/evaluation/states.def"
};
static const struct follow follows[] = {
#include "services/evaluation/follows.def"
    FOLLOW_END};
static const struct setting settings[] = {
#include "services/evaluation/settings.def"
    SETTING_END};

static const struct worker workers[] = {{"ledger lines", ledger_fetch_run}};

static const struct service evaluation = {
    .name = "evaluation",
    .descriptor = &workrelief__evaluation__descriptor,
    SERVICE_ARRAYS(evaluation),
    .workers = workers,
    .worker_count = ARRAY_LENGTH(workers),
    .scope_field = "project_code",
    .scope_statement = "scope",
    .open_events = "RatioRule SupervisionPolicy ComplaintPolicy EvaluationPolicy SignalRule ForecastPolicy AssessmentPolicy FindingClass",
};

int main(int argc, char **argv) { return service_main(argc, argv, &evaluation); }
