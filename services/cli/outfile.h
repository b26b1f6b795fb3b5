/* outfile.h - a file that nobody sees before it is whole: it is written beside its place first. The path "-.xlsx" (a dash and an ending)
 * is standard output: then it is made in memory, since a workbook is written back and forth and a pipe goes one way. */
#ifndef WORKRELIEF_CLI_OUTFILE_H
#define WORKRELIEF_CLI_OUTFILE_H

#include "services/cli/cli.h"

bool outfile_is_output(const char *path);
/* Where to write meanwhile; one file at a time. */
const char *outfile_begin(struct cli *cli, const char *path);
/* good: what was written is whole. Puts it into its place; else nothing is left of it. CLI_OK, or CLI_CANNOT_WRITE after a complaint. */
int outfile_end(const char *beside, const char *path, bool good) MUST_CHECK;

#endif
