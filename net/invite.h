/* Invitations (protocol D.1, decisions 6 and 7): three spoken words or a 26-character long code,
 * either with "@HOST[:PORT]" behind it. Both are secrets: wipe what you no longer need. */
#ifndef NET_INVITE_H
#define NET_INVITE_H

#include "base/err.h"
#include "net/words.h"

#include <stddef.h>
#include <stdint.h>

enum {
    INVITE_WORDS = 3,
    INVITE_CODE_CHARS = 26, /* base 32: 130 bits */
    INVITE_SPOKEN_RANDOM_BYTES = 6,
    INVITE_LONG_RANDOM_BYTES = 17, /* the last 6 bits are not used */
    INVITE_HOST_MAX = 253,
    INVITE_INPUT_MAX = 512, /* longest text that is looked at */
    INVITE_TEXT_SIZE = 32,  /* canonical text with its NUL */
    INVITE_PRS_MAX = 32,
    INVITE_TYPED_MAX = 16
};

enum invite_kind { INVITE_SPOKEN, INVITE_LONG };

struct invite {
    enum invite_kind kind;
    uint16_t words[INVITE_WORDS];     /* INVITE_SPOKEN: indexes into words_list */
    char code[INVITE_CODE_CHARS + 1]; /* INVITE_LONG: canonical, NUL-terminated */
    char host[INVITE_HOST_MAX + 1];   /* name or IPv4 address, "" when none was given */
    uint16_t port;                    /* 0 when none was given */
};

enum invite_fault {
    INVITE_NO_FAULT,
    INVITE_EMPTY,        /* nothing but spaces */
    INVITE_TOO_LONG,     /* more than INVITE_INPUT_MAX bytes */
    INVITE_WORD_COUNT,   /* not three words; `position` is how many there were */
    INVITE_WORD_SHORT,   /* fewer than three letters; `typed`, `position` */
    INVITE_WORD_UNKNOWN, /* `typed`, `position`, `nearest`, `edits` */
    INVITE_CODE_LENGTH,  /* a long code of another length; `position` is its length */
    INVITE_CODE_CHAR,    /* `typed` holds a character that no code has */
    INVITE_ADDRESS       /* what follows the @ is no HOST[:PORT] */
};

/* What was wrong, for the sentence that tells the player. */
struct invite_problem {
    enum invite_fault fault;
    size_t position;
    char typed[INVITE_TYPED_MAX + 1]; /* lower case, '?' for anything outside a-z and 0-9 */
    uint16_t nearest;                 /* index of the word to propose */
    unsigned edits;                   /* how far off it is */
};

/* Three uniform words out of three 16-bit numbers. */
void invite_pick_spoken(
    struct invite *invite, const uint8_t random[static INVITE_SPOKEN_RANDOM_BYTES]);

/* A code out of the first 130 bits. */
void invite_pick_long(struct invite *invite, const uint8_t random[static INVITE_LONG_RANDOM_BYTES]);

/* Reads `size` bytes of hostile text. Case does not matter; spaces, dashes, dots, underscores and
 * commas separate or are left out; three letters of a word are enough; in a code O is 0, I and L
 * are 1. ERR_FORMAT with `problem` filled otherwise, and `invite` left as it was.
 * `problem` may be NULL. */
enum err invite_parse(
    struct invite *invite, struct invite_problem *problem, const char *text, size_t size);

/* The same with the text spread over several arguments. */
enum err invite_parse_arguments(
    struct invite *invite, struct invite_problem *problem, int count, const char *const *arguments);

/* Canonical text without the address: "otter-canyon-velvet", or the code. Returns its length. */
size_t invite_format(const struct invite *invite, char text[static INVITE_TEXT_SIZE]);

/* PRS of protocol D.2: the last two words joined by a dash, or the code. Returns its length. */
size_t invite_prs(const struct invite *invite, uint8_t prs[static INVITE_PRS_MAX]);

/* The word that names the table on the LAN, or NULL for a long code. It is no secret. */
const char *invite_table_word(const struct invite *invite);

void invite_wipe(struct invite *invite);

#endif
