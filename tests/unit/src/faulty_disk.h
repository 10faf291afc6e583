/* A disk that fails on purpose: an SQLite VFS over the real one that fails the n-th call, or loses
 * power there and takes back what was not synced, whole or torn. */
#ifndef TESTS_UNIT_SRC_FAULTY_DISK_H
#define TESTS_UNIT_SRC_FAULTY_DISK_H

#include "base/prng.h"

#include <stdbool.h>

enum fault {
    FAULT_NONE,
    FAULT_IO,    /* the call says EIO, once */
    FAULT_FULL,  /* a write says that the disk is full, this one and all later ones */
    FAULT_SHORT, /* a write leaves half of its bytes and says EIO */
    FAULT_POWER, /* this call and all later ones say EIO: see faulty_disk_power_on */
};

/* Becomes the default VFS of the process. */
bool faulty_disk_install(void);

/* Fails call `at`, counted from 1; `lying`: a sync says yes and does nothing. */
void faulty_disk_begin(enum fault fault, unsigned long at, bool lying);

/* There is room again: from now on every call is answered. */
void faulty_disk_recover(void);

/* Calls since then. */
unsigned long faulty_disk_calls(void);
bool faulty_disk_struck(void);

/* Every file is closed: each unsynced write stays, goes, or stays in part, by the prng; then the
 * disk is sound again. */
void faulty_disk_power_on(struct prng *prng);
void faulty_disk_end(void);

#endif
