#include "src/late_library.h"

#include <dlfcn.h>
#include <string.h>

bool late_library_open(
    const char *const names[], const struct late_symbol *symbols, size_t count, void *functions)
{
    void *library = NULL;
    for (size_t i = 0; names[i] != NULL && library == NULL; i++) {
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    }
    for (size_t i = 0; library != NULL && i < count; i++) {
        void *found = dlsym(library, symbols[i].name);
        if (found == NULL) {
            return false;
        }
        memcpy((char *)functions + symbols[i].offset, &found, sizeof found);
    }
    return library != NULL;
}
