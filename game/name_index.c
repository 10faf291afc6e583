#include "game/name_index.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_SLOTS_MIN = 64 };

void name_index_deinit(struct name_index *index)
{
    free(index->slots);
    *index = (struct name_index){0};
}

/* FNV-1a: names come from one script, which can only slow itself down. */
static uint32_t hash_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    }
    return hash;
}

/* The slot that holds the name, or the free one where it belongs. */
static uint32_t *place_of(const struct name_index *index, const struct table *t, const char *name)
{
    uint32_t i = hash_of(name) & (index->capacity - 1);
    while (index->slots[i] != 0 && strcmp(t->players[index->slots[i] - 1].name, name) != 0) {
        i = (i + 1) & (index->capacity - 1);
    }
    return &index->slots[i];
}

int64_t name_index_find(const struct name_index *index, const struct table *t, const char *name)
{
    return index->capacity == 0 ? -1 : (int64_t)*place_of(index, t, name) - 1;
}

static bool grow(struct name_index *index, const struct table *t)
{
    struct name_index bigger = {.count = index->count};
    bigger.capacity = index->capacity != 0 ? index->capacity * 2 : NAME_SLOTS_MIN;
    bigger.slots = calloc(bigger.capacity, sizeof bigger.slots[0]);
    if (bigger.slots == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < index->capacity; i++) {
        if (index->slots[i] != 0) {
            *place_of(&bigger, t, t->players[index->slots[i] - 1].name) = index->slots[i];
        }
    }
    free(index->slots);
    *index = bigger;
    return true;
}

bool name_index_add(struct name_index *index, const struct table *t, uint32_t player)
{
    if (index->count >= index->capacity / 2 && !grow(index, t)) {
        return false;
    }
    *place_of(index, t, t->players[player].name) = player + 1;
    index->count++;
    return true;
}
