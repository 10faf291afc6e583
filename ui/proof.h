/* Proofs as pages of the screen: how one roll came about, what a whole record comes to, and the two
 * signed things that convict somebody. Found out by the auditor of `craps verify`; plain values. */
#ifndef UI_PROOF_H
#define UI_PROOF_H

#include "ui/page_head.h"

enum { UI_PIECES_MAX = LIVE_SEATS_MAX, UI_FAULT_MAX = 240, UI_HASH_BYTES = 32 };

/* What a roll consists of, in this order. */
enum proof_step {
    PROOF_NO_STEP,
    PROOF_LOCK,   /* the block that locked the bets, and all before it that was looked at */
    PROOF_PIECES, /* the pieces, each with its proof */
    PROOF_DICE,   /* their value and the dice */
    PROOF_RESULT, /* the block that holds them: signed, and paid by the rules */
    PROOF_STEP_COUNT,
};

enum proof_answer { PROOF_OPEN, PROOF_YES, PROOF_NO };

/* Where a record breaks. */
struct ui_fault {
    bool any;
    uint8_t step;    /* enum proof_step; PROOF_NO_STEP: the file as a whole */
    uint64_t roll;   /* that it belongs to */
    uint64_t height; /* 0: the file as a whole */
    char text[UI_FAULT_MAX];
};

struct ui_piece {
    char name[UI_NAME_MAX + 1];
    uint8_t id[LIVE_ID_BYTES];
    bool used;    /* stands in the record; else it was not needed */
    uint8_t fits; /* enum proof_answer */
    bool signed_lock;
    uint8_t piece[UI_HASH_BYTES], challenge[UI_HASH_BYTES], response[UI_HASH_BYTES];
};

/* UI_PAGE_PROOF: question.number = roll, 0 = the last; path = record. */
struct ui_proof {
    struct ui_page_head head;
    uint64_t roll;
    bool found;    /* its pieces were read; else only the steps say something */
    bool practice; /* all members live in one program */
    uint16_t members, needed;
    uint8_t steps[PROOF_STEP_COUNT]; /* enum proof_answer */
    struct ui_fault fault;
    char thrower[UI_NAME_MAX + 1];
    uint32_t op, epoch; /* op: from 1 on; 0 = let out by the beginning of the block */
    uint64_t view, lock_height, result_height;
    uint16_t lock_signed, result_signed;
    uint8_t block[UI_HASH_BYTES], input[UI_HASH_BYTES], table[UI_HASH_BYTES];
    uint8_t out[2 * UI_HASH_BYTES];
    uint8_t die1, die2;
    uint16_t piece_count;
    struct ui_piece pieces[UI_PIECES_MAX]; /* in the order of their keys */
    uint64_t
        begun; /* 0: checked from the first block on; else from the state kept at that height */
    uint64_t blocks;
};

/* UI_PAGE_AUDIT: the whole record; path "" ends what is being checked. */
struct ui_audit {
    struct ui_page_head head;
    struct ui_fault fault;
    uint64_t blocks, rolls, signatures, dice_proofs, payouts;
    uint16_t members;
};

/* UI_PAGE_EXPORT: path = record, to = where. */
struct ui_export {
    struct ui_page_head head;
    uint64_t bytes;
    char to[UI_PATH_MAX];
};

enum { UI_EVIDENCE_MAX = 8, UI_SIGNED_BYTES = 64 };

/* One of two signed things that no honest member signs both. */
struct ui_signed {
    char what[64]; /* "a vote for this block" */
    char where[80];
    bool has_hash;
    uint8_t hash[UI_HASH_BYTES]; /* of the block, or of the move's bytes */
    uint8_t signature[UI_SIGNED_BYTES];
};

struct ui_lie {
    char file[UI_PATH_MAX];
    uint8_t culprit[LIVE_ID_BYTES];
    char deed[64]; /* "voted for two different blocks" */
    char means[UI_TEXT_MAX + 1];
    bool right;        /* it proves what it says */
    char problem[128]; /* else why not */
    struct ui_signed two[2];
};

/* UI_PAGE_EVIDENCE: path = record; the proofs beside it. */
struct ui_evidence {
    struct ui_page_head head;
    uint16_t count;
    uint16_t left_out;
    struct ui_lie lies[UI_EVIDENCE_MAX];
};

#endif
