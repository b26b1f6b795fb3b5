/* settings.h - what a node's file node.conf says: "name = value" lines; "payroll.name = value" is meant for payroll alone. */
#ifndef WORKRELIEF_SETTINGS_H
#define WORKRELIEF_SETTINGS_H

#include <stdbool.h>

#include "common/daemon/service.h"

/* Settings all daemons share; printed by --help together with the service's own. */
extern const struct setting common_settings[];
extern const size_t common_setting_count;

struct settings;
/* Reads DIR/node.conf for a service. Refuses unknown names without a service prefix of somebody else, values out of range, lines that are
 * no settings: *problem names the line. Lives as long as the process. */
struct settings *settings_load(const char *directory, const struct service *service, const char **problem) MUST_CHECK;
/* The value, or the fallback of the table; "" when neither. Any name "<service>.endpoint" may be asked. */
const char *settings_text(const struct settings *settings, const char *name);
int64_t settings_number(const struct settings *settings, const char *name);

#endif
