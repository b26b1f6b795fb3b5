/* asset.h - files given out over HTTP as they were at build time. */
#ifndef WORKRELIEF_GATEWAY_ASSET_H
#define WORKRELIEF_GATEWAY_ASSET_H

#include <stddef.h>

struct asset {
  const char *path; /* "/console/index.html" */
  const unsigned char *bytes;
  size_t length;
};
extern const struct asset gateway_assets[];
extern const size_t gateway_assets_count;

#endif
