#include "game/name.h"

#include <string.h>

void name_clean(char *out, const char *text, size_t size)
{
    if (text_clean(out, NAME_CLEAN_BYTES_MAX, text, size) == 0) {
        memcpy(out, "Player", sizeof "Player");
    }
}
