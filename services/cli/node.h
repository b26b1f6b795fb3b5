/* node.h - the node's commands in two files. */
#ifndef WORKRELIEF_CLI_NODE_H
#define WORKRELIEF_CLI_NODE_H

#include "admin.pb-c.h"
#include "services/cli/cli.h"

extern const struct option node_init_options[];
int node_init(struct cli *cli, int count, char **words);

/* admin.Health of one daemon; NULL when it does not answer within timeout_ms. Complains about nothing. */
const Workrelief__HealthReply *node_health(struct cli *cli, const char *service, int timeout_ms);

#endif
