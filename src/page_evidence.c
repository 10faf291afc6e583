#include "src/page_evidence.h"

#include "src/evidence_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FORM_VOTES = 1, FORM_OPS = 2 };

static const char *meaning(enum evidence_kind kind)
{
    switch (kind) {
    case EVIDENCE_NOTARIZE_TWICE:
        return "Each turn has one block. Two votes would let two halves of the table go two ways.";
    case EVIDENCE_FINALIZE_TWICE:
        return "Two final blocks in one turn would be two different games, each with its own dice.";
    case EVIDENCE_NULLIFY_AND_FINALIZE:
        return "Who gives a turn up promises that its block will not count; here it was made to.";
    default:
        return "Moves are numbered so that everybody sees the same ones; here one number has two.";
    }
}

static const char *vote_text(const struct vote *v)
{
    return v->kind == VOTE_NOTARIZE   ? "a vote for this block"
           : v->kind == VOTE_FINALIZE ? "a vote that makes this block final"
                                      : "a vote that gives the turn up";
}

static void show_votes(struct ui_lie *lie, struct reader *r)
{
    for (int i = 0; i < 2; i++) {
        struct ui_signed *s = &lie->two[i];
        struct vote v;
        if (!vote_decode(&v, r)) {
            return;
        }
        snprintf(s->what, sizeof s->what, "%s", vote_text(&v));
        snprintf(s->where, sizeof s->where, "epoch %" PRIu32 ", view %" PRIu64 ", member %u",
            v.epoch, v.view, v.voter + 1u);
        s->has_hash = v.kind != VOTE_NULLIFY;
        memcpy(s->hash, v.digest.b, UI_HASH_BYTES);
        memcpy(s->signature, v.sig, UI_SIGNED_BYTES);
    }
}

static void show_ops(struct ui_lie *lie, struct reader *r)
{
    for (int i = 0; i < 2; i++) {
        struct ui_signed *s = &lie->two[i];
        struct op op;
        size_t size;
        const uint8_t *bytes = read_lp(r, &size);
        struct reader inner = reader_of(bytes, bytes == NULL ? 0 : size);
        if (bytes == NULL || !op_decode(&op, &inner)) {
            return;
        }
        struct digest digest = op_digest(&op);
        snprintf(s->what, sizeof s->what, "a move of %zu bytes", op.payload_size);
        snprintf(s->where, sizeof s->where, "number %" PRIu64 " of that player", op.seq);
        s->has_hash = true;
        memcpy(s->hash, digest.b, UI_HASH_BYTES);
        memcpy(s->signature, op.sig, UI_SIGNED_BYTES);
    }
}

static bool add(void *self, const char *path)
{
    struct clerk_job *job = self;
    struct ui_evidence *page = job->page;
    static _Thread_local uint8_t bytes[EVIDENCE_FILE_BYTES_MAX];
    struct evidence_file f;
    if (page->count == UI_EVIDENCE_MAX) {
        page->left_out++;
        return !clerk_cancelled(job);
    }
    struct ui_lie *lie = &page->lies[page->count++];
    snprintf(lie->file, sizeof lie->file, "%s", path);
    if (evidence_file_read(path, &f, bytes) != ERR_OK) {
        snprintf(lie->deed, sizeof lie->deed, "did something");
        snprintf(lie->problem, sizeof lie->problem, "the file is damaged or cut off");
        return !clerk_cancelled(job);
    }
    char fault[EVIDENCE_FAULT_BYTES];
    lie->right = evidence_file_check(&f, fault);
    snprintf(lie->problem, sizeof lie->problem, "%.120s", fault);
    memcpy(lie->culprit, f.culprit, LIVE_ID_BYTES);
    snprintf(lie->deed, sizeof lie->deed, "%s", evidence_deed(f.kind));
    snprintf(lie->means, sizeof lie->means, "%s", meaning(f.kind));
    struct reader r = reader_of(f.payload, f.payload_size);
    uint8_t form = read_u8(&r);
    if (form == FORM_VOTES) {
        show_votes(lie, &r);
    } else if (form == FORM_OPS) {
        show_ops(lie, &r);
    }
    return !clerk_cancelled(job);
}

void page_evidence_make(struct clerk_job *job)
{
    struct ui_evidence *page = job->page;
    page->head.state = PAGE_READY;
    evidence_files_each(job->question.path, add, job);
}
