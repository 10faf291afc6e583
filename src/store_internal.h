/* What the files of the store share: the open table, and the halves that know one file each. */
#ifndef SRC_STORE_INTERNAL_H
#define SRC_STORE_INTERNAL_H

#include "consensus/dkg.h"
#include "src/db.h"
#include "src/store.h"

#include <limits.h>

enum {
    STORE_DEALS_BYTES_MAX = 6 + MEMBERS_MAX * (32 + 2 + DKG_DEAL_BYTES_MAX),
    TAG_BYTES = 16,
    SUM_BYTES = 8,
    RECORD_APPLICATION = 0x43524150, /* "CRAP" */
    KEYS_APPLICATION = 0x4352414b,   /* "CRAK" */
};

struct store {
    char record_path[PATH_MAX], keys_path[PATH_MAX];
    struct db *record, *keys;
    bool read_only;
    bool audit;      /* opened by store_open_audit: nothing but its ids has been looked at */
    enum err failed; /* ERR_IO once a write or sync has failed */
    uint8_t tag[TAG_BYTES];
    uint8_t genesis[GENESIS_BYTES_MAX];
    size_t genesis_size;

    uint64_t height; /* of the record, gap or not */
    uint32_t epoch;  /* of its last block */
    uint64_t view;
    uint64_t gap_low,
        gap_high; /* blocks between are not here yet: gap_low < h <= gap_high; 0, 0 = none */
    bool gap_changed;
    struct digest gap_digest; /* of the block at gap_high */
    uint32_t gap_epoch;
    uint64_t gap_view;
    uint64_t record_votes; /* own votes there were when the last block was stored */
    bool unsynced;         /* blocks of the record are written and not synced */
    struct statement *block_put, *block_get, *block_from;

    uint64_t votes;        /* own votes ever stored */
    uint64_t floor_height; /* votes under this height's view have been pruned */
    uint64_t pruned_view;  /* of this run */
    bool broken;           /* not to be trusted before the next epoch */
    bool erase_due;        /* deleted rows still stand in the log */
    struct statement *meta_put, *key_put, *vote_put, *vote_get, *proposal_put, *proposal_get,
        *op_put, *op_get, *op_prune, *secret_put, *secret_get, *secret_delete;
    struct statement *vote_prune, *proposal_prune, *vote_forget, *proposal_forget, *key_forget;
};

/* "what: the file" in `problem`. Returns `err`. */
enum err store_problem(char *problem, enum err err, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* First SUM_BYTES of H(tag, kind, a, b, c, x, y): stands in every row, so that a changed byte
 * shows. */
struct row_sum {
    uint8_t b[SUM_BYTES];
};
struct row_bytes {
    const void *data;
    size_t size;
};
struct row_sum row_sum(const char *tag, uint8_t kind, const uint64_t numbers[4], struct row_bytes a,
    struct row_bytes b, struct row_bytes c);

/* Record: store_record.c. */
enum err record_create(struct store *s);
/* Opens and checks; only after that, unless read_only, anything may be changed. */
enum err record_db_open(struct store *s, char *problem);
enum err record_put(struct store *s, const struct persist *p);
/* The row of a block that is not there. */
enum err record_insert_block(struct store *s, const struct persist *p);
void record_close(struct store *s);
/* Beside the blocks: store_snapshots.c. */
enum err snapshots_put(struct store *s, const struct persist *p);
enum err snapshots_visit_newest_first(
    struct store *s, store_visit *visit, void *argument, char *problem);
/* A row of `notes`. ERR_NOT_FOUND; ERR_FORMAT when it is damaged or does not fit. */
enum err snapshots_read_note(
    struct store *s, const char *key, void *value, size_t capacity, size_t *size);
/* The gap as it stands in the file, into s; and back, at the end of a transaction that changed it. */
enum err snapshots_load_gap(struct store *s);
enum err snapshots_save_gap(struct store *s);
/* The gap as PERSIST_GAP; its data points into `low`. */
struct persist snapshots_gap(const struct store *s, uint8_t low[8]);
/* The last PERSIST_DEALS; its data points into `memory`. */
enum err snapshots_read_deals(struct store *s, struct persist *p, uint8_t *memory, size_t capacity);

/* The steps of opening, for an auditor. */
enum err record_check_schema(struct store *s);
enum err record_load_meta(struct store *s, char *problem);

/* Every row of the blocks there is, in order of height, whatever it holds. */
struct record_row {
    bool right;           /* its sum is that of its columns; false: `block` may lack any part */
    struct persist block; /* borrowed until the next row */
    uint64_t votes;
};
/* False stops: ERR_AGAIN. */
typedef bool record_visit(void *argument, const struct record_row *row);
enum err record_visit_rows(struct store *s, record_visit *visit, void *argument);

/* Keys file: store_keys.c. */
enum err keys_create(struct store *s, bool broken);
enum err keys_open(struct store *s, bool *trusted);
enum err keys_put(struct store *s, const struct persist *p);
/* Drops what lies far enough under the last final block, inside the running transaction. */
enum err keys_prune(struct store *s);
/* `views` since the last time; in an idle moment after STORE_VIEWS_KEPT. */
enum { PRUNE_VIEWS_MAX = 2 * STORE_VIEWS_KEPT };
bool keys_prune_due(const struct store *s, uint64_t views);
void keys_close(struct store *s);
enum err keys_write_meta(struct store *s);
struct row_sum keys_secret_sum(const char *key, const void *data, size_t size);

/* Goes on wiping the keys file of that path where a kill had ended store_forget_keys. */
void store_wipe_leftovers(const char *keys_path);

#endif
