#include "src/player_id.h"

#include "src/identity.h"
#include "src/paths.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *player_data_dir(const struct options *o)
{
    const char *variable = getenv("CRAPS_DATA_DIR");
    return o->data_dir != NULL                       ? o->data_dir
           : variable != NULL && variable[0] != '\0' ? variable
                                                     : NULL;
}

bool player_id_find(uint8_t id[LIVE_ID_BYTES], const struct options *o)
{
    char path[PATH_BYTES_MAX];
    struct identity_keys keys;
    if (paths_identity(path, player_data_dir(o)) != ERR_OK || access(path, R_OK) != 0 ||
        identity_load(path, &keys) != ERR_OK) {
        return false;
    }
    memcpy(id, keys.id_pk, LIVE_ID_BYTES);
    identity_wipe(&keys);
    return true;
}
