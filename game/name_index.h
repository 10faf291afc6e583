/* Finds a player of a big table by name: an open-addressed hash of player indices. */
#ifndef GAME_NAME_INDEX_H
#define GAME_NAME_INDEX_H

#include "game/table.h"

/* Zero-initialised is empty. */
struct name_index {
    uint32_t *slots; /* player index + 1, 0 = free */
    uint32_t capacity;
    uint32_t count;
};

void name_index_deinit(struct name_index *index);

/* The player's index, or -1. */
int64_t name_index_find(const struct name_index *index, const struct table *t, const char *name);

/* Adds the player of that index; false when memory ran out. */
bool name_index_add(struct name_index *index, const struct table *t, uint32_t player);

#endif
