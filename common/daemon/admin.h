/* admin.h - the methods every daemon has beside its service's: admin.*, journal.Read, and a follower's own commands. */
#ifndef WORKRELIEF_ADMIN_H
#define WORKRELIEF_ADMIN_H

#include "common/daemon/service.h"

struct admin_method {
  const char *service; /* wire prefix */
  const ProtobufCServiceDescriptor *descriptor;
  struct method method;
};
extern const struct admin_method admin_methods[];
extern const size_t admin_method_count;

#endif
