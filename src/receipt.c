#include "src/receipt.h"

#include "consensus/execution.h"
#include "consensus/protocol_state.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char first_line[] = "CRAPS RECEIPT 1\n";
static const char begin_line[] = "-----BEGIN CRAPS RECEIPT-----\n";
static const char end_line[] = "-----END CRAPS RECEIPT-----\n";

enum { BODY_BYTES = 8 + 32 + 32 + 8 + 8, LINE_CHARS = 76 };

static size_t body_of(const struct receipt *r, uint8_t body[BODY_BYTES])
{
    struct writer w = writer_of(body, BODY_BYTES);
    write_u64(&w, r->block.height);
    write_bytes(&w, r->block.block.b, DIGEST_BYTES);
    write_bytes(&w, r->player, ID_BYTES);
    write_u64(&w, (uint64_t)r->balance_cents);
    write_u64(&w, (uint64_t)r->layout_cents);
    return w.size;
}

void receipt_sign(const struct receipt *r, uint8_t sig[SIG_BYTES], const uint8_t id_sk[64])
{
    uint8_t body[BODY_BYTES];
    size_t size = body_of(r, body);
    sign_message(&signer_ed25519, sig, "receipt", &r->block.game_id, r->block.epoch, r->block.view,
        body, size, id_sk);
}

bool receipt_signature_right(
    const struct receipt *r, const uint8_t signer[ID_BYTES], const uint8_t sig[SIG_BYTES])
{
    uint8_t body[BODY_BYTES];
    size_t size = body_of(r, body);
    return verify_message(&signer_ed25519, sig, "receipt", &r->block.game_id, r->block.epoch,
        r->block.view, body, size, signer);
}

bool receipt_fill_chips(struct receipt *r, const struct live *live)
{
    int64_t account = live_find(live, r->player);
    if (account < 0) {
        return false;
    }
    r->balance_cents = live->players[account].balance_cents;
    r->layout_cents = table_layout_cents(&live->players[account]);
    return true;
}

static void encode(const struct receipt *r, struct writer *w)
{
    write_u16(w, RECEIPT_VERSION);
    write_bytes(w, r->player, ID_BYTES);
    write_u64(w, (uint64_t)r->balance_cents);
    write_u64(w, (uint64_t)r->layout_cents);
    write_u8(w, r->signer_count);
    for (uint8_t i = 0; i < r->signer_count; i++) {
        write_bytes(w, r->signers[i], ID_BYTES);
        write_bytes(w, r->sigs[i], SIG_BYTES);
    }
    block_header_encode(&r->block.header, w);
    write_lp(w, r->block.proof, r->block.proof_size);
    write_lp(w, r->block.electorate, r->block.electorate_size);
    write_u32(w, (uint32_t)r->block.state_size);
    write_bytes(w, r->block.state, r->block.state_size);
}

static bool decode(struct receipt *r, const uint8_t *bytes, size_t size)
{
    struct reader in = reader_of(bytes, size);
    memset(r, 0, sizeof *r);
    bool version = read_u16(&in) == RECEIPT_VERSION;
    read_bytes(&in, r->player, ID_BYTES);
    r->balance_cents = (int64_t)read_u64(&in);
    r->layout_cents = (int64_t)read_u64(&in);
    r->signer_count = read_u8(&in);
    if (!version || r->signer_count == 0 || r->signer_count > MEMBERS_MAX) {
        return false;
    }
    for (uint8_t i = 0; i < r->signer_count; i++) {
        read_bytes(&in, r->signers[i], ID_BYTES);
        read_bytes(&in, r->sigs[i], SIG_BYTES);
    }
    struct recover *b = &r->block;
    if (!block_header_decode(&b->header, &in)) {
        return false;
    }
    b->proof = read_lp(&in, &b->proof_size);
    b->electorate = read_lp(&in, &b->electorate_size);
    b->state_size = read_u32(&in);
    b->state = read_span(&in, b->state_size);
    b->game_id = b->header.game_id;
    b->epoch = b->header.epoch;
    b->view = b->header.view;
    b->height = b->header.height;
    b->block = block_digest(&b->header);
    return reader_done(&in);
}

struct text {
    char *at;
    size_t size, capacity;
    bool bad;
};

static void say(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->at + t->size, t->capacity - t->size, format, args);
    va_end(args);
    t->bad = t->bad || n < 0 || (size_t)n >= t->capacity - t->size;
    t->size += t->bad ? 0 : (size_t)n;
}

static const char *name_of(const struct live *live, const uint8_t id[ID_BYTES])
{
    int64_t account = live_find(live, id);
    return account < 0 ? "a member" : live->players[account].name;
}

/* The part for people: nothing in it but what the bytes say. */
static void say_facts(struct text *t, const struct receipt *r, const struct live *live)
{
    char hex[2 * DIGEST_BYTES + 1];
    say(t, "%s\n", first_line);
    say(t, "Table:   %s\n", live->rules.name);
    sodium_bin2hex(hex, sizeof hex, r->block.game_id.b, DIGEST_BYTES);
    say(t, "         %s\n", hex);
    say(t, "Agreed:  block %" PRIu64 ", after roll %" PRIu64 "\n", r->block.height, live->roll);
    sodium_bin2hex(hex, sizeof hex, r->block.block.b, DIGEST_BYTES);
    say(t, "         %s\n", hex);
    say(t, "Player:  %s\n", name_of(live, r->player));
    say(t, "Rack:    %" PRId64 ".%02d chips\n", r->balance_cents / 100,
        (int)(r->balance_cents % 100));
    say(t, "On bets: %" PRId64 ".%02d chips%s\n", r->layout_cents / 100,
        (int)(r->layout_cents % 100), live_rolling(live) ? ", with the dice out" : "");
    say(t, "Signed:  %s", name_of(live, r->signers[0]));
    for (uint8_t i = 1; i < r->signer_count; i++) {
        say(t, ", %s", name_of(live, r->signers[i]));
    }
    say(t, "\n\nThe table could not agree on anything more when %s left.\n",
        name_of(live, r->player));
    say(t, "Anybody can check all this: craps verify FILE\n\n");
}

enum err receipt_format(
    const struct receipt *r, const struct live *live, char *text, size_t capacity, size_t *size)
{
    struct text t = {.at = text, .capacity = capacity};
    uint8_t *bytes = malloc(RECEIPT_BYTES_MAX);
    char *coded = malloc(RECEIPT_FILE_BYTES_MAX);
    struct writer w = writer_of(bytes, RECEIPT_BYTES_MAX);
    if (bytes == NULL || coded == NULL) {
        free(bytes);
        free(coded);
        return ERR_NO_MEMORY;
    }
    encode(r, &w);
    say_facts(&t, r, live);
    say(&t, "%s", begin_line);
    if (!w.bad) {
        sodium_bin2base64(
            coded, RECEIPT_FILE_BYTES_MAX, bytes, w.size, sodium_base64_VARIANT_ORIGINAL);
        for (const char *at = coded; *at != '\0'; at += strnlen(at, LINE_CHARS)) {
            say(&t, "%.*s\n", LINE_CHARS, at);
        }
    }
    say(&t, "%s", end_line);
    free(bytes);
    free(coded);
    *size = t.size;
    return w.bad || t.bad ? ERR_NO_SPACE : ERR_OK;
}

bool receipt_is(const char *text, size_t size)
{
    return size >= sizeof first_line - 1 && memcmp(text, first_line, sizeof first_line - 1) == 0;
}

static bool not_right(char problem[RECEIPT_PROBLEM_BYTES], const char *what)
{
    snprintf(problem, RECEIPT_PROBLEM_BYTES, "%s", what);
    return false;
}

/* The bytes between the two marks; NULL when they are not there. */
static bool decode_text(
    const char *text, size_t size, uint8_t *bytes, size_t capacity, size_t *bytes_size)
{
    const char *begin = memmem(text, size, begin_line, sizeof begin_line - 1);
    if (!receipt_is(text, size) || begin == NULL) {
        return false;
    }
    begin += sizeof begin_line - 1;
    size_t left = size - (size_t)(begin - text);
    const char *end = memmem(begin, left, end_line, sizeof end_line - 1);
    return end != NULL && sodium_base642bin(bytes, capacity, begin, (size_t)(end - begin), "\n",
                              bytes_size, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

static bool signers_right(
    const struct receipt *r, const struct protocol_state *p, char problem[RECEIPT_PROBLEM_BYTES])
{
    if (memcmp(r->signers[0], r->player, ID_BYTES) != 0) {
        return not_right(problem, "the player has not signed it");
    }
    for (uint8_t i = 0; i < r->signer_count; i++) {
        if (i > 0 && roster_find(&p->roster, r->signers[i]) < 0) {
            return not_right(problem, "somebody has signed it who is no member of the table");
        }
        for (uint8_t k = 0; k < i; k++) {
            if (memcmp(r->signers[i], r->signers[k], ID_BYTES) == 0) {
                return not_right(problem, "somebody has signed it twice");
            }
        }
        if (!receipt_signature_right(r, r->signers[i], r->sigs[i])) {
            return not_right(problem, "a signature under it is wrong");
        }
    }
    return true;
}

static bool judge(const struct receipt *r, struct protocol_state *p, struct live *live,
    char problem[RECEIPT_PROBLEM_BYTES])
{
    struct digest root = state_root_of(r->block.state, r->block.state_size);
    struct reader in = reader_of(r->block.state, r->block.state_size);
    struct receipt own = *r;
    if (!digest_equal(&root, &r->block.header.state_root) || !protocol_decode(p, &in) ||
        !live_decode(live, &in) || !reader_done(&in)) {
        return not_right(problem, "the table's state is not the one that its block names");
    }
    if (!digest_equal(&p->members_hash, &r->block.header.members_hash) ||
        !recover_certified(&signer_ed25519, &r->block, &p->roster)) {
        return not_right(problem, "the block is not certified by the table's members");
    }
    if (!receipt_fill_chips(&own, live)) {
        return not_right(problem, "that player had no chips at the table");
    }
    if (own.balance_cents != r->balance_cents || own.layout_cents != r->layout_cents) {
        return not_right(problem, "the chips are not those of the table's state");
    }
    return signers_right(r, p, problem);
}

static void fill_facts(struct receipt_facts *f, const struct receipt *r,
    const struct protocol_state *p, const struct live *live)
{
    *f = (struct receipt_facts){.table = r->block.game_id,
        .block = r->block.block,
        .height = r->block.height,
        .roll = live->roll,
        .balance_cents = r->balance_cents,
        .layout_cents = r->layout_cents,
        .signers = r->signer_count,
        .voters = p->roster.count};
    snprintf(f->table_name, sizeof f->table_name, "%s", live->rules.name);
    snprintf(f->player, sizeof f->player, "%s", name_of(live, r->player));
}

bool receipt_verify(
    const char *text, size_t size, struct receipt_facts *facts, char problem[RECEIPT_PROBLEM_BYTES])
{
    uint8_t *bytes = malloc(RECEIPT_BYTES_MAX);
    char *again = malloc(RECEIPT_FILE_BYTES_MAX);
    struct receipt *r = malloc(sizeof *r);
    struct protocol_state *p = calloc(1, sizeof *p);
    struct live *live = calloc(1, sizeof *live);
    size_t bytes_size, again_size;
    bool right = false;
    if (bytes == NULL || again == NULL || r == NULL || p == NULL || live == NULL) {
        not_right(problem, "out of memory");
    } else if (!decode_text(text, size, bytes, RECEIPT_BYTES_MAX, &bytes_size) ||
               !decode(r, bytes, bytes_size)) {
        not_right(problem, "it is cut off or changed: its coded part cannot be read");
    } else if (judge(r, p, live, problem)) {
        right = receipt_format(r, live, again, RECEIPT_FILE_BYTES_MAX, &again_size) == ERR_OK &&
                again_size == size && memcmp(again, text, size) == 0;
        if (!right) {
            not_right(problem, "its text says something else than its coded part");
        } else {
            fill_facts(facts, r, p, live);
        }
    }
    free(bytes);
    free(again);
    free(r);
    free(p);
    free(live);
    return right;
}
