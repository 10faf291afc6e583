/* The page that answers "was this roll fair?" (proof.h is what it shows). */
#ifndef UI_PROOF_VIEW_H
#define UI_PROOF_VIEW_H

#include "ui/canvas.h"
#include "ui/proof.h"
#include "ui/sentence.h"

struct proof_view {
    char path[UI_PATH_MAX]; /* the record */
    bool running;           /* it is that of the table we sit at */
    uint64_t roll, last;    /* 0: not known yet */
    bool hex, naming;       /* all of it in hex; the name of a copy is being typed */
    bool audit_asked, export_asked;
    bool told; /* the table, of a fault */
};

/* What it means that n players hold a piece and t are needed. */
void proof_short_text(const struct ui_proof *p, char out[SENTENCE_MAX]);

/* From the value's first fitting byte to the dice, and what became of the bytes before it. */
void proof_byte_text(const struct ui_proof *p, char out[SENTENCE_MAX]);
void proof_skip_text(const struct ui_proof *p, char out[SENTENCE_MAX]);

/* "ROLL 38 DOES NOT CHECK: see step 3", and the same as a sentence with what it means. */
void proof_fault_title(const struct ui_fault *f, char out[SENTENCE_MAX]);
void proof_fault_text(
    const struct ui_fault *f, uint64_t roll, bool running, char out[SENTENCE_MAX]);

/* The two lines under the felt after that: this seat has stopped. */
void proof_stop_lines(
    const struct ui_model *m, char first[SENTENCE_MAX], char second[SENTENCE_MAX]);

/* What people ask, and the answer at this table; false after the last. */
bool proof_question(
    unsigned index, const struct ui_proof *p, const char **question, char answer[SENTENCE_MAX]);

/* Bytes as "4be1 9d02", at most `groups` of four digits. */
void proof_hex_groups(const uint8_t *bytes, unsigned groups, char *out);
void proof_hex(const uint8_t *bytes, unsigned size, char *out);

#endif
