/* Did this computer stand still. */
#include "src/manager_internal.h"

#include "src/clock.h"

void manager_note_sleep(struct manager *m, int timeout)
{
    uint64_t boot_ms = clock_boot_ms();
    uint64_t now_ms = clock_now_ms();
    uint64_t boot = boot_ms - m->round_boot_ms;
    uint64_t ran = now_ms - m->round_ms;
    uint64_t slept = boot > ran ? boot - ran : 0;
    if (timeout >= 0 && ran > (uint64_t)timeout) {
        slept += ran - (uint64_t)timeout;
    }
    if (slept >= SLEPT_MS && m->round_ms != 0 && m->session != NULL) {
        session_slept(m->session, slept);
        m->dirty = true;
    }
    m->round_boot_ms = boot_ms;
    m->round_ms = now_ms;
}
