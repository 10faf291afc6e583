/* The table to come back to: the last one used that others may still be at. */
#include "src/session_internal.h"

#include "base/log.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static bool rules_of(struct store *store, struct house_rules *rules)
{
    size_t size;
    const uint8_t *bytes = store_genesis(store, &size);
    struct reader r = reader_of(bytes, size);
    struct genesis *genesis = malloc(sizeof *genesis);
    bool good = genesis != NULL && genesis_decode(genesis, &r);
    if (good) {
        struct reader rest = reader_of(genesis->rules, genesis->rules_size);
        good = house_rules_decode(rules, &rest);
    }
    free(genesis);
    return good;
}

/* The bots of a practice table ended with their process: nobody is left to come back to. */
static bool leave_practice(const char *dir, const char *name)
{
    struct store *store = NULL;
    bool trusted;
    char text[256];
    if (store_open(&store, dir, name, &trusted, text) != ERR_OK) {
        return false;
    }
    bool left = store_forget_keys(store) == ERR_OK;
    store_close(store);
    return left;
}

enum err session_last_table(
    const char *dir, char *name, size_t capacity, struct house_rules *rules, uint64_t *age_s)
{
    for (;;) {
        char path[PATH_MAX], text[256];
        int64_t used_s;
        struct store *store = NULL;
        enum err e = store_last(dir, name, capacity, &used_s);
        if (e != ERR_OK) {
            return e;
        }
        int64_t now_s = (int64_t)time(NULL);
        *age_s = now_s > used_s ? (uint64_t)(now_s - used_s) : 0;
        int n = snprintf(path, sizeof path, "%s/%s.craps", dir, name);
        if (n < 0 || n >= (int)sizeof path) {
            return ERR_RANGE;
        }
        /* What is damaged is for whoever wants to come back to it to say. */
        bool known = store_open_record(&store, path, text) == ERR_OK && rules_of(store, rules);
        store_close(store);
        if (!known) {
            *rules = house_rules_default();
            return ERR_OK;
        }
        if (!rules->solo) {
            return ERR_OK;
        }
        if (!leave_practice(dir, name)) {
            log_warn("the practice table %s cannot be put away", name);
            return ERR_NOT_FOUND;
        }
    }
}
