/* signed_file.h - a file that is one Signed: a message's exact bytes under the SM2 signature of the node that wrote it. */
#ifndef WORKRELIEF_CLI_SIGNED_FILE_H
#define WORKRELIEF_CLI_SIGNED_FILE_H

#include "common.pb-c.h"
#include "common/crypto/sign.h"
#include "services/cli/cli.h"

#define SIGNED_ALGORITHM "SM2-SM3"

/* Signs with the node's keys/sign.key and writes beside the place first; mode 0600. Returns the exit code. */
int signed_file_write(struct cli *cli, const char *path, const message *content) MUST_CHECK;
/* Bounded and scanned; the signature is not looked at. Returns the exit code, after a complaint when it is not CLI_OK. */
int signed_file_read(struct cli *cli, const char *path, Workrelief__Signed **content) MUST_CHECK;
bool signed_file_verify(const Workrelief__Signed *content, const uint8_t point[SIGN_PUBLIC_SIZE]) MUST_CHECK;

#endif
