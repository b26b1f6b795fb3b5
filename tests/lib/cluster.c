/* cluster.c - see cluster.h. */
#include "tests/lib/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int cluster_start(struct cluster *cluster, const char *options) {
  char command[256];
  snprintf(cluster->directory, sizeof cluster->directory, "/tmp/workrelief-test-XXXXXX");
  if (mkdtemp(cluster->directory) == NULL || chmod(cluster->directory, 0755) != 0) return -1;
  snprintf(command, sizeof command, "tests/lib/cluster.sh start %s %s", cluster->directory, options);
  FILE *output = popen(command, "r");
  if (output == NULL) return -1;
  char *line = fgets(cluster->conninfo, sizeof cluster->conninfo, output);
  int status = pclose(output);
  cluster->conninfo[strcspn(cluster->conninfo, "\n")] = '\0';
  return line != NULL && status == 0 ? 0 : -1;
}

void cluster_stop(struct cluster *cluster) {
  char command[128];
  snprintf(command, sizeof command, "tests/lib/cluster.sh stop %s", cluster->directory);
  if (system(command) != 0) fprintf(stderr, "%s failed\n", command);
}
