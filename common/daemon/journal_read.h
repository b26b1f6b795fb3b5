/* journal_read.h - journal.Read and journal.Watch on a reader's connection. */
#ifndef WORKRELIEF_JOURNAL_READ_H
#define WORKRELIEF_JOURNAL_READ_H

#include "common/daemon/pipeline.h"

/* Fills the call's reply with entries behind after_seq, at most max_bytes of them. Events only where the reader may see them. */
void journal_read(struct call *call, struct pipeline *pipeline);
/* The same with events alone, of those asked for that the reader may see. */
void journal_watch(struct call *call, struct pipeline *pipeline);

#endif
