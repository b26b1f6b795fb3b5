/* cluster.h - a throw-away PostgreSQL for C tests, through deploy/cluster. Run from the root of the tree. */
#ifndef WORKRELIEF_TEST_CLUSTER_H
#define WORKRELIEF_TEST_CLUSTER_H

struct cluster {
  char directory[64], conninfo[256];
};

/* 0 on success, as cmocka's group fixtures have it. options: of the server, e.g. "-c fsync=off". */
int cluster_start(struct cluster *cluster, const char *options);
void cluster_stop(struct cluster *cluster);

#endif
