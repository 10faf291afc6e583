#include "src/audit_resume.h"

struct resume {
    struct audit *audit;
    struct store *store;
    uint64_t height;
    uint32_t epoch; /* of the state's block */
    bool found;
};

static bool is_sound(const struct resume *r)
{
    return audit_fault(r->audit)->what == AUDIT_NOTHING;
}

/* What a row says beside its header must be what the header says. */
static bool check_columns(struct audit *a, const struct persist *p, uint32_t epoch)
{
    struct block_header h;
    struct reader in = reader_of(p->proof, p->proof_size);
    bool decoded = block_header_decode(&h, &in);
    struct digest digest = block_digest(&h);
    return (decoded && h.height == p->height && h.epoch == epoch && h.view == p->view &&
               digest_equal(&digest, &p->digest)) ||
           audit_fail(a, p->height, AUDIT_SNAPSHOT, "what is kept here names another block");
}

static bool follow_link(void *argument, const struct persist *p)
{
    struct resume *r = argument;
    struct roster members;
    struct reader in = reader_of(p->data, p->size);
    if (p->epoch == 0 || p->epoch > r->epoch) {
        return p->epoch == 0;
    }
    if (!roster_decode(&members, &in) || !reader_done(&in)) {
        return audit_fail(r->audit, p->height, AUDIT_SNAPSHOT, "a link of the epoch chain is none");
    }
    return check_columns(r->audit, p, p->epoch - 1) &&
           audit_link(r->audit, &members, p->proof, p->proof_size);
}

static bool adopt(void *argument, const struct persist *p)
{
    struct resume *r = argument;
    if (p->height != r->height) {
        return true;
    }
    r->found = true;
    r->epoch = p->epoch;
    enum err err = store_visit_epochs(r->store, 0, follow_link, r, NULL);
    if (err != ERR_OK && err != ERR_AGAIN) {
        audit_fail(r->audit, p->height, AUDIT_PAGES, "the epoch chain cannot be read");
    }
    if (is_sound(r) && check_columns(r->audit, p, p->epoch)) {
        audit_adopt(r->audit, p->proof, p->proof_size, p->data, p->size);
    }
    return false;
}

enum err audit_resume(struct audit *a, struct store *s, uint64_t height)
{
    struct resume r = {.audit = a, .store = s, .height = height};
    enum err err = store_visit_snapshots(s, adopt, &r, NULL);
    err = err == ERR_AGAIN ? ERR_OK : err;
    return err == ERR_OK && !r.found ? ERR_NOT_FOUND : err;
}
