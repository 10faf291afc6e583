/* `craps verify` of a proof that somebody cheated (src/evidence_file.h). */
#ifndef SRC_COMMANDS_VERIFY_EVIDENCE_H
#define SRC_COMMANDS_VERIFY_EVIDENCE_H

#include "src/cli.h"

/* Exit status: 0 it proves what it says, 1 it does not, 65 it is no such file. */
int verify_evidence(const char *path, const struct options *o);

#endif
