#include "base/check.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static _Atomic(void (*)(void)) abort_hook;

void check_set_hook(void (*hook)(void))
{
    atomic_store(&abort_hook, hook);
}

_Noreturn void check_failed(const char *file, int line, const char *condition)
{
    void (*hook)(void) = atomic_exchange(&abort_hook, NULL);
    if (hook != NULL) {
        hook();
    }
    fprintf(stderr, "craps: internal fault at %s:%d: %s\n", file, line, condition);
    abort();
}
