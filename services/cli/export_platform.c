#include "services/cli/export.h"
int platform_export(struct cli *cli, const char *project_code, const char *month, const char *reveal_reason, const char *path) {
  (void)cli, (void)project_code, (void)month, (void)reveal_reason, (void)path;
  return 0;
}
