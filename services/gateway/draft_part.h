/* draft_part.h - what a draft takes over of the unit's last one, and the people of what it does not. */
#ifndef WORKRELIEF_GATEWAY_DRAFT_PART_H
#define WORKRELIEF_GATEWAY_DRAFT_PART_H

#include "common/daemon/service.h"
#include "gateway.pb-c.h"

/* Gives the gathering its key, and each line its part: the marks of the services, and where they are those of the last draft the keys under which its
 * people and ledger rows stand. In a trial run, which keeps nothing, no parts: all is read. */
void plan_parts(struct call *call, struct runtime *runtime, Workrelief__DraftReportRequest *request);
/* Reads the people of the parts that have none and keeps them in blocks; in a trial run they go with the request. */
void gather_people(struct call *call, struct runtime *runtime, Workrelief__DraftReportRequest *request);

#endif
