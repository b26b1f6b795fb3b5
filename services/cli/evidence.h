/* evidence.h - all that is on record of one project, as one archive that can be checked without the node (Reg. 724 art. 50).
 *
 *   manifest.json        what it is of, and every file with its length, SHA-256 and SM3
 *   manifest.sig         the node's SM2 signature over the exact bytes of manifest.json (context "evidence"), in hex; sign.key.pub beside it
 *   project.json  agreements.json  sealed_months.json  trainings.json  sheets.json  orders.json  roster.csv
 *   attendance/MONTH.json  attendance/MONTH.sealed.json  attendance/MONTH.corrections.json
 *   sheets/SHEET.json  slips/SHEET.json
 *   journal/SERVICE.json entries of the journals whose events are about the project, each with all that its hash covers */
#ifndef WORKRELIEF_CLI_EVIDENCE_H
#define WORKRELIEF_CLI_EVIDENCE_H

#include "admin.pb-c.h"
#include "common/crypto/hash.h"
#include "services/cli/cli.h"

#define EVIDENCE_CONTEXT "evidence"
#define EVIDENCE_FORMAT "workrelief-evidence-1"

int evidence_verify(struct cli *cli, int count, char **words);
/* The hash of a journal entry from its own fields (audit.c); false when it lacks one. */
bool journal_rehash(const Workrelief__JournalEntry *entry, uint8_t hash[SM3_SIZE]);

#endif
