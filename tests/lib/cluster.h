/* cluster.h - a throw-away PostgreSQL for C tests, through tests/lib/cluster.sh. Run from the root of the tree. */
#ifndef WORKRELIEF_TEST_CLUSTER_H
#define WORKRELIEF_TEST_CLUSTER_H

struct cluster { char directory[64], conninfo[256]; };

/* 0 on success, as cmocka's group fixtures have it. options: for cluster.sh start, e.g. "--no-fsync". */
int cluster_start(struct cluster *cluster, const char *options);
void cluster_stop(struct cluster *cluster);

#endif
