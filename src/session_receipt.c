/* Leaving while nothing can be agreed: a receipt for the last agreed rack, signed by who is there (protocol B.5). */
#include "src/session_internal.h"

#include "base/log.h"
#include "src/receipt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { RECEIPT_ASK = 1, RECEIPT_ANSWER };

/* The receipt's block and chips, by our own state. False: it cannot be told now. */
static bool fill(
    struct session *s, const uint8_t player[ID_BYTES], struct receipt *r, uint8_t *parts)
{
    struct split_record record = {s, session_record_block};
    struct engine_status st = engine_inspect(s->nodes[0].engine);
    struct writer w = writer_of(parts, RECOVER_BYTES_MAX);
    memset(r, 0, sizeof *r);
    memcpy(r->player, player, ID_BYTES);
    return engine_split_fill(s->nodes[0].engine, &st.final, &record, &r->block, &w) == ERR_OK &&
           receipt_fill_chips(r, session_live(s));
}

bool session_receipt_begin(struct session *s)
{
    struct split *p = &s->split;
    uint8_t bytes[2 + DIGEST_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct engine_status st = engine_inspect(s->nodes[0].engine);
    p->receipt = malloc(sizeof *p->receipt);
    p->receipt_parts = malloc(RECOVER_BYTES_MAX);
    if (p->receipt == NULL || p->receipt_parts == NULL || s->nodes[0].store == NULL ||
        !fill(s, s->config.keys->id_pk, p->receipt, p->receipt_parts)) {
        session_receipt_end(s);
        session_notice(s, NOTICE_WARNING,
            "No receipt could be made: the last agreed block's proof is not here.");
        return false;
    }
    struct receipt *r = p->receipt;
    memcpy(r->signers[0], r->player, ID_BYTES);
    receipt_sign(r, r->sigs[0], s->config.keys->id_sk);
    r->signer_count = 1;
    p->receipt_ms = clock_now_ms() + RECEIPT_WAIT_MS;
    write_u8(&w, PAYLOAD_RECEIPT);
    write_u8(&w, RECEIPT_ASK);
    write_bytes(&w, st.final.b, DIGEST_BYTES);
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        if (s->peers[i].used && s->peers[i].link_member) {
            session_send(s, s->peers[i].id, CHANNEL_CONTROL, bytes, w.size);
        }
    }
    return true;
}

/* Somebody leaves: what we say to it is what we know ourselves, and nothing about another block than our last. */
static void on_ask(struct session *s, const uint8_t from[ID_BYTES], struct reader *in)
{
    uint8_t bytes[2 + SIG_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct digest want;
    read_bytes(in, want.b, DIGEST_BYTES);
    struct digest final = engine_inspect(s->nodes[0].engine).final;
    struct receipt *r = malloc(sizeof *r);
    uint8_t *parts = malloc(RECOVER_BYTES_MAX);
    if (reader_done(in) && digest_equal(&want, &final) && session_waits(s) && r != NULL &&
        parts != NULL && fill(s, from, r, parts)) {
        uint8_t sig[SIG_BYTES];
        receipt_sign(r, sig, s->config.keys->id_sk);
        write_u8(&w, PAYLOAD_RECEIPT);
        write_u8(&w, RECEIPT_ANSWER);
        write_bytes(&w, sig, sizeof sig);
        session_send(s, from, CHANNEL_CONTROL, bytes, w.size);
    }
    free(r);
    free(parts);
}

static void on_answer(struct session *s, const uint8_t from[ID_BYTES], struct reader *in)
{
    uint8_t sig[SIG_BYTES];
    struct receipt *r = s->split.receipt;
    read_bytes(in, sig, sizeof sig);
    if (r == NULL || !reader_done(in) || r->signer_count == MEMBERS_MAX ||
        roster_find(&engine_protocol(s->nodes[0].engine)->roster, from) < 0 ||
        !receipt_signature_right(r, from, sig)) {
        return;
    }
    for (uint8_t i = 0; i < r->signer_count; i++) {
        if (memcmp(r->signers[i], from, ID_BYTES) == 0) {
            return;
        }
    }
    memcpy(r->signers[r->signer_count], from, ID_BYTES);
    memcpy(r->sigs[r->signer_count++], sig, sizeof sig);
}

void session_receipt_message(
    struct session *s, const uint8_t from[ID_BYTES], const uint8_t *data, size_t size)
{
    struct reader in = reader_of(data, size);
    uint8_t kind = read_u8(&in);
    const struct known_peer *peer = session_peer(s, from, false);
    if (peer == NULL || !peer->link_member) {
        return;
    }
    if (kind == RECEIPT_ASK) {
        on_ask(s, from, &in);
    } else if (kind == RECEIPT_ANSWER) {
        on_answer(s, from, &in);
    }
}

static enum err write_file(const char *path, const char *text, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) {
        return err_from_errno(errno);
    }
    size_t done = 0;
    while (done < size) {
        ssize_t n = write(fd, text + done, size - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        done += (size_t)n;
    }
    bool good = done == size && fsync(fd) == 0;
    enum err err = good ? ERR_OK : err_from_errno(errno);
    close(fd);
    return err;
}

static void write_receipt(struct session *s)
{
    char path[PATH_BYTES_MAX];
    size_t size;
    char *text = malloc(RECEIPT_FILE_BYTES_MAX);
    const char *record = store_record_path(s->nodes[0].store);
    int n = snprintf(
        path, sizeof path, "%.*s.receipt", (int)(strlen(record) - strlen(".craps")), record);
    enum err e = text == NULL || n >= (int)sizeof path
                     ? ERR_NO_MEMORY
                     : receipt_format(
                           s->split.receipt, session_live(s), text, RECEIPT_FILE_BYTES_MAX, &size);
    e = e == ERR_OK ? write_file(path, text, size) : e;
    free(text);
    if (e == ERR_OK) {
        session_notice(s, NOTICE_WARNING, "Your receipt is in %.150s.", path);
        snprintf(
            s->alert.farewell, sizeof s->alert.farewell, "Your receipt: craps verify %s", path);
        s->dirty = true;
        struct report r = {.kind = REPORT_RECEIPT,
            .t_ms = clock_now_ms(),
            .live = session_live(s),
            .balance_cents = s->split.receipt->balance_cents,
            .have = s->split.receipt->signer_count,
            .record = path,
            .latency_ms = -1};
        reporter_send(&s->config.reporter, &r);
    } else {
        log_error("the receipt %s could not be written: %s", path, err_name(e));
        session_notice(s, NOTICE_WARNING, "The receipt could not be written (%s).", err_name(e));
    }
}

bool session_receipt_poll(struct session *s)
{
    struct split *p = &s->split;
    unsigned have, need;
    if (p->receipt == NULL) {
        return true;
    }
    session_quorum(s, &have, &need);
    if (p->receipt->signer_count < have && clock_now_ms() < p->receipt_ms) {
        return false;
    }
    write_receipt(s);
    session_receipt_end(s);
    return true;
}

void session_receipt_end(struct session *s)
{
    free(s->split.receipt);
    free(s->split.receipt_parts);
    s->split.receipt = NULL;
    s->split.receipt_parts = NULL;
}
