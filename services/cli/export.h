/* export.h - what leaves the house as files. */
#ifndef WORKRELIEF_CLI_EXPORT_H
#define WORKRELIEF_CLI_EXPORT_H

#include "services/cli/cli.h"

int platform_export(struct cli *cli, const char *project_code, const char *month, const char *reveal_reason, const char *path);

/* Opens the numbers of many people one by one over one connection; each call stands in the journal. */
struct revealing;
struct revealing *revealing_open(struct cli *cli, const char *reason, int *code);
void revealing_close(struct revealing **revealing);
/* A workforce.RevealedWorker; NULL: *code says why. */
const message *reveal_worker(struct revealing *revealing, int64_t worker_number, int *code);

#endif
