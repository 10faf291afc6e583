/* What is said when a table is not as usual or cannot be joined: every such sentence, here alone. Each names people and
 * numbers, says what happened, what it means for one's chips, and what can be done. The manager says those of coming in. */
#ifndef UI_STATE_TEXT_H
#define UI_STATE_TEXT_H

#include "ui/sentence.h"
#include "ui/state.h"

enum {
    SLOW_PEER_US = 250000, /* from here on a player's network is called slow */
    PIECE_LATE_MS = 3000,  /* a piece of the dice is waited for aloud after so long */
    SLEPT_SAY_MS = 20000,  /* so long the sentence about a sleep stays */
};

enum state_lines {
    STATE_LINES_NONE, /* all is well */
    STATE_LINES_STAY, /* as long as it lasts */
    STATE_LINES_ESC,  /* until Esc puts them away */
};

/* The two lines that replace info and coach. The first begins with "! ", the second with two blanks. */
enum state_lines state_text_lines(const struct ui_state *s, const struct ui_model *m,
    char first[SENTENCE_MAX], char second[SENTENCE_MAX]);

/* "Eli's network is slow (410 ms)" */
void state_text_slow(const char *who, uint32_t rtt_us, char out[SENTENCE_MAX]);

/* Whose piece of the dice that are out is missing, at a table that needs all of them; false when none is waited for. */
bool state_text_piece(const struct ui_state *s, const struct ui_model *m, char out[SENTENCE_MAX]);

/* What a split of the table would take from those who are silent: "Eli's 35 on the table go to the house"; false when
 * nothing. */
bool state_text_forfeit(const struct ui_model *m, char out[SENTENCE_MAX]);

/* "This computer slept for 12 min. Catching up: 9 rolls checked." */
void state_text_slept(const struct ui_model *m, char out[SENTENCE_MAX]);

/* "back together at roll 37, 0:31 lost" */
void state_text_together(uint64_t roll, uint64_t lost_s, char *out, size_t size);

/* "You started this table, but it does not need you. It goes on with 4." */
void state_text_host_leaves(const struct ui_model *m, char out[SENTENCE_MAX]);

/* "Your rack is empty. The table can give 1,000 more, everyone sees it.", or that it gives none any more. */
void state_text_broke(const struct ui_model *m, char out[SENTENCE_MAX]);
/* Too little for any bet, and nothing on the table. */
bool state_is_broke(const struct ui_model *m);
/* ... and new chips may be taken. */
bool state_may_rebuy(const struct ui_model *m);

/* Coming in. */
void state_text_version(unsigned theirs, unsigned ours, char *out, size_t size);
void state_text_wrong_words(const char *table, char *out, size_t size);
void state_text_silent_host(const char *address, char *out, size_t size);
void state_text_full(unsigned seats, char *out, size_t size);

#endif
