/* Who one is, for commands that only read and make nothing. */
#ifndef SRC_PLAYER_ID_H
#define SRC_PLAYER_ID_H

#include "src/cli.h"

/* --data-dir, CRAPS_DATA_DIR, or NULL for the XDG folders. */
const char *player_data_dir(const struct options *o);

/* The public key of the player whose folder it is; false when there is none yet. */
bool player_id_find(uint8_t id[LIVE_ID_BYTES], const struct options *o);

#endif
