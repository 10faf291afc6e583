/* What the page about a roll says in words. Nothing here promises more than is true at that number
 * of players. */
#include "ui/proof_view.h"

#include <stdio.h>

enum { BYTE_LIMIT = 252, OUTCOMES = 36 };

static const char *count_word(unsigned n, char out[16])
{
    static const char *const words[] = {"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven",
        "Eight", "Nine", "Ten", "Eleven", "Twelve"};
    snprintf(out, 16, "%u", n);
    return n < sizeof words / sizeof words[0] ? words[n] : out;
}

void proof_short_text(const struct ui_proof *p, char out[SENTENCE_MAX])
{
    char word[16];
    unsigned n = p->members;
    if (p->practice) {
        snprintf(out, SENTENCE_MAX,
            "In short: practice. All %u pieces of this key are made on this computer, yours and "
            "the bots': fair dice, but no proof against yourself. The steps are those of a table "
            "with friends.",
            n);
    } else if (n <= 1) {
        snprintf(out, SENTENCE_MAX,
            "In short: one player alone held the key at this roll: fair dice, but no proof against "
            "that player. From the second player on nobody has the whole key.");
    } else if (p->needed == n) {
        snprintf(out, SENTENCE_MAX,
            "In short: these dice come from a key that nobody has alone. %s people hold one piece "
            "each, and every piece is needed. Who keeps one back stops the table; nobody can make "
            "other dice of it.",
            count_word(n, word));
    } else {
        snprintf(out, SENTENCE_MAX,
            "In short: these dice come from a key that nobody has. %s people hold one piece each. "
            "Any %u pieces give one result, always the same; %u or fewer give nothing. Honest "
            "programs hand theirs in only after all bets were locked.",
            count_word(n, word), p->needed, p->needed - 1u);
    }
}

/* The byte that decides; -1 when the value has none. */
static int deciding_byte(const struct ui_proof *p)
{
    for (int i = 0; i < (int)sizeof p->out; i++) {
        if (p->out[i] < BYTE_LIMIT) {
            return i;
        }
    }
    return -1;
}

void proof_byte_text(const struct ui_proof *p, char out[SENTENCE_MAX])
{
    int at = deciding_byte(p);
    if (at < 0) {
        snprintf(out, SENTENCE_MAX, "no byte is below 252: the value was hashed on, then %u + %u",
            p->die1, p->die2);
        return;
    }
    unsigned byte = p->out[at], v = byte % OUTCOMES;
    snprintf(out, SENTENCE_MAX,
        "byte %d: %02x = %u, mod 36 = %u: dice 1 + %u/6 = %u and 1 + %u mod 6 = %u", at + 1, byte,
        byte, v, v, 1 + v / 6, v, 1 + v % 6);
}

void proof_skip_text(const struct ui_proof *p, char out[SENTENCE_MAX])
{
    int at = deciding_byte(p);
    if (at > 0) {
        snprintf(out, SENTENCE_MAX,
            "%d byte%s of 252 to 255 skipped before it: all 36 throws stay "
            "equally likely",
            at, at == 1 ? "" : "s");
    } else {
        snprintf(
            out, SENTENCE_MAX, "bytes 252-255 are skipped, so all 36 throws are equally likely");
    }
}

void proof_fault_title(const struct ui_fault *f, char out[SENTENCE_MAX])
{
    if (f->step == PROOF_NO_STEP) {
        snprintf(out, SENTENCE_MAX, "THE RECORD DOES NOT CHECK");
    } else {
        snprintf(out, SENTENCE_MAX, "ROLL %llu DOES NOT CHECK: see step %u",
            (unsigned long long)f->roll, f->step);
    }
}

void proof_fault_text(const struct ui_fault *f, uint64_t roll, bool running, char out[SENTENCE_MAX])
{
    static const char *const what[PROOF_STEP_COUNT] = {
        [PROOF_LOCK] = "the steps up to its locked bets are not what was signed",
        [PROOF_PIECES] = "its pieces are not what was signed, or do not fit their keys",
        [PROOF_DICE] = "it does not match its pieces",
        [PROOF_RESULT] = "its result is not what was signed, or not paid by the rules"};
    out[0] = '\0';
    if (f->step == PROOF_NO_STEP) {
        sentence_add(out, "The file of this record is damaged.");
    } else if (f->step == PROOF_DICE) {
        sentence_add(out, "Roll %llu does not match its pieces.", (unsigned long long)f->roll);
    } else {
        sentence_add(out, "Roll %llu: %s.", (unsigned long long)f->roll, what[f->step]);
    }
    if (f->step != PROOF_NO_STEP && f->roll != roll && roll != 0) {
        sentence_add(out, " So roll %llu stands on nothing.", (unsigned long long)roll);
    }
    sentence_add(out, "%s",
        running ? " Your seat is stopped and the evidence is saved."
                : " Compare it with another player's record.");
}

void proof_stop_lines(const struct ui_model *m, char first[SENTENCE_MAX], char second[SENTENCE_MAX])
{
    snprintf(first, SENTENCE_MAX,
        "! Roll %llu does not check. Your seat is stopped and the evidence is saved.",
        (unsigned long long)m->bad_roll);
    snprintf(second, SENTENCE_MAX,
        "  v shows which step, and e there copies the record. q leaves the table.");
}

static void team_answer(const struct ui_proof *p, char out[SENTENCE_MAX])
{
    if (p->practice || p->members <= 1) {
        snprintf(out, SENTENCE_MAX, "Nobody else is here: all pieces are yours.");
    } else if (p->needed == p->members) {
        snprintf(out, SENTENCE_MAX,
            "Without your piece all the others together know nothing; they can stop.");
    } else {
        snprintf(out, SENTENCE_MAX,
            "It takes %u of %u, who have the key together. %u or fewer know nothing.", p->needed,
            p->members, p->needed - 1u);
    }
}

static void refuse_answer(const struct ui_proof *p, char out[SENTENCE_MAX])
{
    if (p->practice || p->members <= 1) {
        snprintf(out, SENTENCE_MAX, "Not here. At a table of two or three every piece is needed.");
    } else if (p->needed == p->members) {
        snprintf(out, SENTENCE_MAX,
            "Then the table waits. When the others go on without somebody, that roll is void and "
            "his bets on it go to the house.");
    } else {
        snprintf(out, SENTENCE_MAX,
            "It changes nothing while %u hand theirs in: any %u give the same dice. With fewer the "
            "table waits.",
            p->needed, p->needed);
    }
}

bool proof_question(
    unsigned index, const struct ui_proof *p, const char **question, char answer[SENTENCE_MAX])
{
    static const char *const questions[] = {"Could the host pick the dice?",
        "Could some friends team up against me?", "Could someone refuse to hand in a piece?",
        "Could old rolls be changed later?", "Can I check without this program?",
        "What if I play alone?"};
    if (index >= sizeof questions / sizeof questions[0]) {
        return false;
    }
    *question = questions[index];
    switch (index) {
    case 0:
        snprintf(answer, SENTENCE_MAX, "%s",
            p->practice || p->members <= 1
                ? "Whoever holds all pieces knows the key: here that is this computer."
                : "No. The host holds one piece, like everyone else.");
        break;
    case 1:
        team_answer(p, answer);
        break;
    case 2:
        refuse_answer(p, answer);
        break;
    case 3:
        if (p->practice || p->members <= 1) {
            snprintf(answer, SENTENCE_MAX,
                "Only by whoever holds all keys: here that is this computer.");
            break;
        }
        snprintf(answer, SENTENCE_MAX,
            "Only if %u of %u signed anew: each step holds the one before's fingerprint.",
            p->needed, p->members);
        break;
    case 4:
        snprintf(answer, SENTENCE_MAX,
            "Yes. e copies the record; docs/protocol.md says what each byte of it is.");
        break;
    default:
        snprintf(answer, SENTENCE_MAX,
            "Then the key is yours: practice dice, fair but no proof against yourself.");
        break;
    }
    return true;
}

void proof_hex(const uint8_t *bytes, unsigned size, char *out)
{
    for (unsigned i = 0; i < size; i++) {
        snprintf(out + (size_t)2 * i, 3, "%02x", bytes[i]);
    }
}

void proof_hex_groups(const uint8_t *bytes, unsigned groups, char *out)
{
    out[0] = '\0';
    for (unsigned i = 0; i < groups; i++) {
        snprintf(
            out + (size_t)5 * i, 6, "%02x%02x ", bytes[(size_t)2 * i], bytes[(size_t)2 * i + 1]);
    }
}
