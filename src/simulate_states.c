#include "src/simulate_states.h"

#include <stdlib.h>
#include <string.h>

/* A state of an ordinary plan has a key of some 50 bytes and some 10 decisions a step; one of all bets has 20 times that. */
enum { STATES_FIRST = 64, KEY_BYTES_A_STATE = 1024, ITEMS_A_STATE = 128 };

/* Makes the array hold `count` things; false when there is no memory, and it is as it was. */
static bool resize(void *array, size_t count, size_t size)
{
    void *old, *grown;
    memcpy(&old, array, sizeof old);
    grown = realloc(old, count * size);
    if (grown == NULL) {
        return false;
    }
    memcpy(array, &grown, sizeof grown);
    return true;
}

static uint64_t hash_of(const uint8_t *key, size_t size)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ size;
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = 0;
        memcpy(&word, key + i, size - i < 8 ? size - i : 8);
        h = (h ^ word) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return h;
}

/* Where the key stands in the index, or the free place for it. */
static uint32_t place_of(const struct sim_states *s, const uint8_t *key, size_t size)
{
    uint32_t mask = s->index_size - 1;
    uint32_t at = (uint32_t)hash_of(key, size) & mask;
    for (; s->index[at] != SIM_STATE_NONE; at = (at + 1) & mask) {
        const struct sim_state *state = &s->states[s->index[at]];
        if (state->key_size == size && memcmp(s->keys + state->key, key, size) == 0) {
            break;
        }
    }
    return at;
}

static bool grow(struct sim_states *s, uint32_t capacity)
{
    size_t steps = (size_t)capacity * SIM_THROWS;
    uint32_t index_size = 4 * capacity;
    uint32_t *index = malloc(index_size * sizeof *index);
    if (index == NULL || !resize(&s->states, capacity, sizeof *s->states) ||
        !resize(&s->steps, steps, sizeof *s->steps) ||
        !resize(&s->step_items, steps, sizeof *s->step_items) ||
        !resize(&s->touched, steps, sizeof *s->touched)) {
        free(index);
        return false;
    }
    free(s->index);
    s->index = index;
    s->index_size = index_size;
    s->capacity = capacity;
    memset(index, 0xff, index_size * sizeof *index);
    for (uint32_t i = 0; i < s->count; i++) {
        s->index[place_of(s, s->keys + s->states[i].key, s->states[i].key_size)] = i;
    }
    return true;
}

enum err sim_states_init(struct sim_states *s, uint32_t most)
{
    *s = (struct sim_states){.most = most};
    if (!grow(s, STATES_FIRST)) {
        sim_states_deinit(s);
        return ERR_NO_MEMORY;
    }
    return ERR_OK;
}

void sim_states_deinit(struct sim_states *s)
{
    free(s->states);
    free(s->steps);
    free(s->step_items);
    free(s->touched);
    free(s->keys);
    free(s->items);
    free(s->index);
    *s = (struct sim_states){0};
}

static bool keep_key(struct sim_states *s, const void *key, size_t size)
{
    if (s->keys_size + size > s->keys_capacity) {
        size_t capacity = s->keys_capacity == 0 ? SIM_KEY_MAX : 2 * s->keys_capacity;
        if (capacity > (size_t)s->most * KEY_BYTES_A_STATE + SIM_KEY_MAX ||
            !resize(&s->keys, capacity, 1)) {
            return false;
        }
        s->keys_capacity = capacity;
    }
    memcpy(s->keys + s->keys_size, key, size);
    s->keys_size += size;
    return true;
}

uint32_t sim_states_find(struct sim_states *s, const void *key, size_t size,
    const struct sim_mind *mind, int64_t hand_cents)
{
    uint32_t at = place_of(s, key, size);
    if (s->index[at] != SIM_STATE_NONE) {
        return s->index[at];
    }
    if (s->count == s->most || size > SIM_KEY_MAX) {
        return SIM_STATE_NONE;
    }
    if (s->count == s->capacity) {
        if (!grow(s, 2 * s->capacity)) {
            return SIM_STATE_NONE;
        }
        at = place_of(s, key, size);
    }
    uint32_t place = (uint32_t)s->keys_size;
    if (!keep_key(s, key, size)) {
        return SIM_STATE_NONE;
    }
    s->index[at] = s->count;
    s->states[s->count] = (struct sim_state){place, (uint32_t)size, hand_cents, *mind};
    size_t step = (size_t)s->count * SIM_THROWS;
    memset(&s->steps[step], 0, SIM_THROWS * sizeof *s->steps);
    memset(&s->step_items[step], 0, SIM_THROWS * sizeof *s->step_items);
    return s->count++;
}

bool sim_states_keep_items(
    struct sim_states *s, uint32_t step, struct sim_item *items, size_t count)
{
    if (s->items_count + count > s->items_capacity) {
        size_t capacity = s->items_capacity == 0 ? 1024 : 2 * s->items_capacity;
        if (capacity > (size_t)s->most * ITEMS_A_STATE + 1024 ||
            !resize(&s->items, capacity, sizeof *s->items)) {
            return false;
        }
        s->items_capacity = capacity;
    }
    struct sim_item *first = s->items + s->items_count;
    uint16_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint16_t k = 0;
        while (k < kept && first[k].row != items[i].row) {
            k++;
        }
        if (k == kept) {
            first[kept++] = items[i];
            continue;
        }
        first[k].decided = (uint16_t)(first[k].decided + items[i].decided);
        first[k].won = (uint16_t)(first[k].won + items[i].won);
        first[k].staked_cents += items[i].staked_cents;
        first[k].net_cents += items[i].net_cents;
    }
    s->step_items[step] = (struct sim_step_items){(uint32_t)s->items_count, kept, true};
    s->items_count += kept;
    return true;
}

void sim_states_flush(struct sim_states *s, struct sim_tally *tally)
{
    for (uint32_t i = 0; i < s->touched_count; i++) {
        struct sim_step *step = &s->steps[s->touched[i]];
        const struct sim_step_items *of = &s->step_items[s->touched[i]];
        for (const struct sim_item *item = s->items + of->first;
             item < s->items + of->first + of->count; item++) {
            sim_tally_add(tally, item->row, step->taken, item->decided, item->won,
                item->staked_cents, item->net_cents);
        }
        step->taken = 0;
    }
    s->touched_count = 0;
}
