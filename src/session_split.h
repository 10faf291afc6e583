/* Lost quorum and table split (protocol B.5) as a session lives it. session_wait.c says for whom the table waits;
 * session_split.c is the survivors' agreement; session_move.c goes over to the new table.
 *
 * From the moment its human has said yes a member takes no further step in the old agreement, so that the block it may not go
 * below stays where it is. It is free again when somebody of the set goes, comes back or changes his mind. With its signature on
 * disk it is bound: free only if one of the survivors says, over its sealed link, that it has not signed and that its key in the
 * statement is gone. A whole RECOVER is on disk before anything of the new table is. */
#ifndef SRC_SESSION_SPLIT_H
#define SRC_SESSION_SPLIT_H

#include "consensus/engine.h"

struct session;
struct node;
struct receipt;
struct persist;

/* What a member of the roster has said about splitting. */
struct split_word {
    bool confirmed;
    uint8_t vote_pk[32];
    struct split_tip tip;
    struct digest set;
};

struct split {
    bool confirmed; /* our human said yes */
    bool bound;     /* our signature may be out */
    uint8_t vote_pk[32], vote_sk[64];
    uint16_t count; /* the set he said it for, by identity */
    uint8_t ids[MEMBERS_MAX][ID_BYTES];
    struct split_word words[MEMBERS_MAX]; /* by place in the roster */
    bool drafted;
    struct recover r; /* points into parts */
    uint8_t parts[RECOVER_BYTES_MAX];
    uint64_t said_ms;
    bool told_unproven;
    bool
        unflushed; /* bound since before the restart: what the agreement's first step wants waits */

    /* Lost quorum. */
    bool lost;
    uint64_t lost_ms;
    bool offered; /* the screen may offer it */
    bool told_unanimous;

    /* Leaving with a receipt: being signed until then. */
    struct receipt *receipt;
    uint8_t *receipt_parts;
    uint64_t receipt_ms;

    /* At a split table. */
    bool survivor; /* its first files have just been made with our key */
    uint16_t absent_count;
    uint8_t absent[MEMBERS_MAX][ID_BYTES]; /* who voted in the old table and was not there */
};

enum { WAIT_SAY_MS = 5000, WAIT_OFFER_MS = 30000, RECEIPT_WAIT_MS = 2000 };

/* session_wait.c */
/* Members that answer, self included, and how many are needed. */
void session_quorum(const struct session *s, unsigned *have, unsigned *need);

/* Since when a quorum has been missing: since the last of the missing ones went. 0: nobody is missing. */
uint64_t session_missing_since_ms(const struct session *s);
/* True when the table waits: nothing can be agreed, and the sentence says for whom. */
bool session_waits(const struct session *s);
void session_waiting_text(const struct session *s, char *text, size_t size);
/* Members that do not answer, or (`here`) others that do: "Bo and Cy". */
void session_names(const struct session *s, bool here, char *text, size_t size);
void session_poll_wait(struct session *s);
/* Why nothing can be bet now, as a refusal of that move; false when it can. */
bool session_refuse_waiting(struct session *s, uint32_t command_id, const char *command);

/* session_split.c, session_split_wire.c */
void session_split_ask(struct session *s);  /* our human says split */
void session_split_wait(struct session *s); /* or: wait */
void session_split_poll(struct session *s);
void session_split_link(struct session *s, const uint8_t peer[ID_BYTES]);
void session_split_message(
    struct session *s, const uint8_t from[ID_BYTES], const uint8_t *data, size_t size);
/* How many of those who could go on have said so. */
void session_split_count(const struct session *s, uint16_t *yes, uint16_t *of);
/* Own signature given before a restart. */
void session_split_load(struct session *s);
static inline bool split_frozen(const struct split *p)
{
    return p->confirmed || p->bound;
}

/* Between session_split.c and session_split_wire.c. */
void split_to_all(struct session *s); /* our word, and with it the RECOVER when we are bound */
void split_withdraw(struct session *s);
int split_word_of(const struct session *s, const uint8_t id[ID_BYTES]); /* place in the roster */
struct digest split_set_digest(const struct split *p);
/* Has everybody of the set said yes to the same set; then the highest of their blocks. */
bool split_all_confirmed(const struct session *s, struct split_tip *best);
/* The electorate of the statement: everybody of the set with the key he announced. */
void split_survivors(const struct session *s, struct roster *out);
bool split_is_whole(const struct recover *r);
void split_move_if_whole(struct session *s);
const char *split_name_of(const struct session *s, const uint8_t id[ID_BYTES]);

/* session_receipt.c */
/* Asks who is here to sign; false when there is nothing to sign. Poll is true when the file is written, or nothing is under way. */
bool session_receipt_begin(struct session *s);
bool session_receipt_poll(struct session *s);
void session_receipt_end(struct session *s);
void session_receipt_message(
    struct session *s, const uint8_t from[ID_BYTES], const uint8_t *data, size_t size);
/* Final blocks of the record in nodes[0], for engine_split_fill; `self` is the session. */
bool session_record_block(void *self, uint64_t height, struct persist *out);

/* session_move.c */
/* Over to the table that this RECOVER begins; `vote_sk` when we are one of its survivors. The old table is dead for us from the
 * first call on, whatever happens. False: the session has failed. */
bool session_move(struct session *s, const uint8_t *recover, size_t size, const uint8_t *vote_sk);
/* A restart: the store in nodes[0] is of a table that was split, or of one that was not quite begun: goes over to the right one.
 * False: the session has failed. */
bool session_move_resumed(struct session *s, bool *trusted);
/* Coming in by words: are the files in nodes[0] of this table; or of the one it was split from, where we had signed: then the new
 * ones take their place, with our key. */
bool session_same_table(struct session *s, const uint8_t *genesis, size_t size, bool *trusted);
/* The genesis from the files in nodes[0], which it borrows. */
void session_read_genesis(struct session *s);
/* The engine again, with the vote key of the files. */
bool session_reopen_node(struct session *s, struct node *node);
/* After the engine of a table is there: who is absent, if it is a split one. */
void session_note_absent(struct session *s);

#endif
