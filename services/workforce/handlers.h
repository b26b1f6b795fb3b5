/* handlers.h - what SQL cannot say of workforce's methods; named in methods.def. */
#ifndef WORKRELIEF_WORKFORCE_HANDLERS_H
#define WORKRELIEF_WORKFORCE_HANDLERS_H

#include "common/daemon/service.h"

/* Relations that often come together in methods.def. */
#define REGISTRARS (CONTRACTOR | OWNER | TOWNSHIP | BUREAU | HR | SELF)                                      /* may register people */
#define CONCERNED (BUREAU | OWNER | CONTRACTOR | SUPERVISOR | TOWNSHIP | OFFICE | HR | AUDIT | UPPER | SELF) /* may read a project's records */

check_function check_workers;             /* warns when the account is another person's */
finish_function finish_agreements;        /* warns of age */
finish_function finish_post_holding;      /* likewise */
check_function check_attendance_batch;    /* refuses the same worker and day twice in one call */
finish_function finish_sealed_attendance; /* keys the digests of telephone numbers */
procedure_function seal_month;            /* freezes what is not frozen yet, and closes the month */
procedure_function freeze_workers;        /* the next page of a barred month */
gather_function gather_sealing;           /* a large month is frozen page by page before the call that closes it */
procedure_function correct_training, annul_training;

/* Gives the call this message as its reply and, where it emits one of the same type, as its event. rule: when there is no room for it. */
void answer_same(struct call *call, const message *answer, const char *rule);

#endif
