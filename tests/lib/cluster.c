/* cluster.c - see cluster.h. */
#include "tests/lib/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int cluster_start(struct cluster *cluster, const char *options) {
  char socket[128] = "";
  snprintf(cluster->directory, sizeof cluster->directory, "/tmp/workrelief-test-XXXXXX");
  if (mkdtemp(cluster->directory) == NULL || chmod(cluster->directory, 0755) != 0) return -1;
  char command[256];
  snprintf(command, sizeof command, "CLUSTER_OPTIONS='%s' deploy/cluster start %s", options, cluster->directory);
  FILE *output = popen(command, "r");
  if (output == NULL) return -1;
  char *line = fgets(socket, sizeof socket, output);
  int status = pclose(output);
  socket[strcspn(socket, "\n")] = '\0';
  snprintf(cluster->conninfo, sizeof cluster->conninfo, "host=%s user=workrelief dbname=postgres", socket);
  return line != NULL && status == 0 ? 0 : -1;
}

void cluster_stop(struct cluster *cluster) {
  char command[160];
  snprintf(command, sizeof command, "deploy/cluster stop %s && rm -rf %s", cluster->directory, cluster->directory);
  if (system(command) != 0) fprintf(stderr, "%s failed\n", command);
}
