/* The votes of Simplex as data: who signed what, which certificates that allows, which votes the
 * rules of A.3 permit next, and the properties that must hold in every state (protocol.md A.3,
 * C.6, G 1-3 and 19). A model of its own: it shares no code with the engine.
 *
 * Only honest votes are stored. A cheater's vote is always available to everyone, so a certificate
 * "can be formed" when the honest votes for it plus all cheaters reach the quorum. */
#ifndef TESTS_SIM_EXPLORER_MODEL_H
#define TESTS_SIM_EXPLORER_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum {
    MODEL_MEMBERS_MAX = 10,
    MODEL_VIEWS_MAX = 4,
    MODEL_VARIANTS = 2, /* c, and c' when the leader equivocates */
    MODEL_BLOCKS_MAX = MODEL_VIEWS_MAX * MODEL_VARIANTS,
    MODEL_GENESIS = 14, /* as a parent: the epoch's first block, in view 0 */
    MODEL_ABSENT = 15,  /* as a parent: the block was not created */
};

/* When an honest member lets its dice share go. The last two are planted faults. */
enum share_rule {
    RULE_R1,        /* with FINALIZE for the block's own roll, and as R2 */
    RULE_R2,        /* holding a finalization that covers the block */
    RULE_ANCESTORS, /* fault: FINALIZE also carries the shares of the ancestors' rolls */
    RULE_NOTARIZE,  /* fault: NOTARIZE carries the share */
    RULE_COUNT,
};

/* One-line faults in the vote rules. */
enum vote_fault {
    FAULT_NONE,
    FAULT_QUORUM_MINUS_ONE,
    FAULT_FINALIZE_AFTER_NULLIFY,
    FAULT_NULLIFY_AFTER_FINALIZE,
    FAULT_NOTARIZE_TWICE,
    FAULT_SKIP_WITHOUT_NULLIFICATION,
    FAULT_COUNT,
};

/* Properties, as bits of a mask. */
enum broken {
    BROKEN_AGREEMENT = 1,  /* two final blocks, neither an ancestor of the other */
    BROKEN_EXCLUSIVE = 2,  /* nullification and finalization of one view */
    BROKEN_S1 = 4,         /* an honest member signed two NOTARIZE or FINALIZE in a view */
    BROKEN_S2 = 8,         /* an honest member signed NULLIFY and FINALIZE in a view */
    BROKEN_EARLY = 16,     /* dice known to the cheaters while the block can still be skipped */
    BROKEN_NOTARIZED = 32, /* two notarizations in a view */
    BROKEN_GUARD = 64,     /* an honest member of a run cast a vote that A.3 does not permit */
    BROKEN_KINDS = 7,
};

struct model {
    unsigned members;
    unsigned cheaters;
    unsigned views;
    unsigned faulty; /* f = floor((n - 1) / 3) */
    unsigned quorum; /* n - f, less one under FAULT_QUORUM_MINUS_ONE */
    unsigned shares; /* n - f */
    enum share_rule rule;
    enum vote_fault fault;
};

/* Masks of honest members: bit i is member i, the honest ones come first. A block is numbered
 * (view - 1) * MODEL_VARIANTS + variant; views count from 1. */
struct votes {
    uint16_t notarize[MODEL_BLOCKS_MAX];
    uint16_t finalize[MODEL_BLOCKS_MAX];
    uint16_t nullify[MODEL_VIEWS_MAX + 1];
    uint8_t parent[MODEL_BLOCKS_MAX];
};

/* False when a number is outside the limits above or nobody is honest. */
bool model_init(struct model *m, unsigned members, unsigned cheaters, unsigned views);

/* Sets rule and fault, and the quorum that follows from the fault. */
void model_plant(struct model *m, enum share_rule rule, enum vote_fault fault);

unsigned model_honest(const struct model *m);
unsigned model_view_of(unsigned block);
unsigned model_bits(unsigned mask);

/* Names on the command line and in results; NULL past the end. */
const char *model_rule_name(enum share_rule rule);
const char *model_fault_name(enum vote_fault fault);
const char *model_broken_name(unsigned kind);

void votes_init(struct votes *s);

/* Whether the certificate can be formed now. The genesis counts as notarized. */
bool votes_notarized(const struct model *m, const struct votes *s, unsigned block);
bool votes_nullified(const struct model *m, const struct votes *s, unsigned view);
bool votes_finalized(const struct model *m, const struct votes *s, unsigned block);

/* Whether ancestor is block or one of its ancestors. */
bool votes_descends(const struct votes *s, unsigned block, unsigned ancestor);

/* Whether the rules of A.3 let an honest member cast the vote at some moment of some schedule.
 * What A.3 leaves to delivery (which certificates have arrived, what the leader sent to whom) is
 * left to the adversary, and a timer may fire in a view already left: more than A.3 allows, never
 * less. `parent` is that of the block, which need not have been created. */
bool votes_may_notarize(
    const struct model *m, const struct votes *s, unsigned member, unsigned block, unsigned parent);
bool votes_may_nullify(
    const struct model *m, const struct votes *s, unsigned member, unsigned view);
bool votes_may_finalize(
    const struct model *m, const struct votes *s, unsigned member, unsigned block);

/* Whether the cheaters can compute the dice of the roll in this block (C.6). */
bool votes_evaluable(const struct model *m, const struct votes *s, unsigned block);

/* Whether neither a nullification of the block's view nor another notarization in it can ever be
 * formed from here: every later block descends from this one. */
bool votes_locked(const struct model *m, const struct votes *s, unsigned block);

/* Mask of enum broken: all properties of the state but BROKEN_GUARD. */
unsigned votes_broken(const struct model *m, const struct votes *s);

#endif
