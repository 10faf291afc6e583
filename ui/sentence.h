/* What happened, in words: for the table talk, the info line and line mode. Names people and
 * numbers, says what it means and what can be done; never a code. */
#ifndef UI_SENTENCE_H
#define UI_SENTENCE_H

#include "ui/model.h"

enum { SENTENCE_MAX = 256 };

/* Why a move was refused and what may be done instead. `live` and `me` are those shown, `bet` the
 * bet it was about. */
const char *sentence_refusal(
    unsigned refusal, const struct live *live, int me, struct bet_ref bet, char out[SENTENCE_MAX]);

/* A notice as one sentence; false when it needs none. Payouts of others need none: the felt shows
 * them. */
bool sentence_notice(const struct notice *n, const struct ui_model *model, char out[SENTENCE_MAX]);

/* The stickman's call: "SIX, easy" and what it did: "point is 6". */
void sentence_call(const struct ui_roll *roll, char call[SENTENCE_MAX], char effect[SENTENCE_MAX]);

/* Own decisions of the last roll: "pass 10 → +10    odds 20 → lost"; *total is the sum won less
 * lost. False when nothing of one's own was decided. `arrow` is the sign between stake and result.
 * */
bool sentence_payouts(
    const struct ui_model *model, const char *arrow, int64_t *total_cents, char out[SENTENCE_MAX]);

/* What a payout means to the player's worth. */
int64_t payout_net_cents(const struct ui_payout *p);

/* Own bets that lie on the layout: "place 8 for 12, come 5 for 10 + odds 20"; false when there is
 * none. */
bool sentence_bets(const struct live *l, int me, char out[SENTENCE_MAX]);

/* Appends formatted text to a sentence; what does not fit is cut. */
void sentence_add(char out[SENTENCE_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What it means to be two or three, when everybody's vote is needed (protocol B.4): for the lobby and for the table before its
 * first roll; "" at any other table. */
const char *sentence_unanimous(const struct ui_model *m);

#endif
