#include "tests/support/toy_net.h"

#include <stdio.h>
#include <stdlib.h>

void toy_net_fail(const struct toy_net *net, const char *what)
{
    fprintf(stderr, "toy network: %s (n %u, seed %llu, at %llu ms)\n", what, net->n,
        (unsigned long long)net->seed, (unsigned long long)net->now_ms);
    abort();
}

void toy_check(const struct toy_net *net, bool holds, const char *what)
{
    if (!holds) {
        toy_net_fail(net, what);
    }
}

/* S1, S2 (A.3) over everything an honest member ever let out, across its restarts. */
static void check_vote(struct toy_net *net, unsigned from, const struct vote *v)
{
    if (v->voter != from || v->view >= NET_VIEWS) {
        toy_check(net, v->view < NET_VIEWS, "view number ran away");
        return;
    }
    bool *voted = net->signed_votes[from][v->view].voted;
    struct digest *digest = net->signed_votes[from][v->view].digest;
    toy_check(net, !voted[v->kind] || digest_equal(&digest[v->kind], &v->digest),
        "S1: two different votes of a kind in a view");
    voted[v->kind] = true;
    digest[v->kind] = v->digest;
    toy_check(net, !(voted[VOTE_NULLIFY] && voted[VOTE_FINALIZE]), "S2: nullify and finalize");
}

/* One notarization a view, and never a nullification beside a finalization. */
static void toy_check_certificate(struct toy_net *net, const struct certificate *c)
{
    toy_check(net, certificate_verify(net->signer, c, &net->game_id, &net->roster),
        "an honest member sent a bad certificate");
    if (c->view >= NET_VIEWS) {
        return;
    }
    bool *seen = net->certificates[c->view].seen;
    struct digest *digest = net->certificates[c->view].digest;
    toy_check(net, !seen[c->kind] || digest_equal(&digest[c->kind], &c->digest),
        "two certificates of a kind in a view");
    seen[c->kind] = true;
    digest[c->kind] = c->digest;
    toy_check(net, !(seen[VOTE_NULLIFY] && seen[VOTE_FINALIZE]), "nullified and finalized");
}

void toy_check_sent(struct toy_net *net, unsigned from, const uint8_t *data, size_t size)
{
    struct reader r = reader_of(data + 1, size - 1);
    struct vote v;
    struct certificate c;
    if (data[0] >= MSG_PROPOSE && data[0] <= MSG_FINALIZE) {
        toy_check(net, vote_decode(&v, &r), "an honest member sent a malformed vote");
        check_vote(net, from, &v);
    } else if (data[0] == MSG_CERT) {
        toy_check(net, certificate_decode(&c, &r), "an honest member sent a malformed certificate");
        toy_check_certificate(net, &c);
    }
}

static void record_final(struct toy_net *net, uint64_t at, const struct final_block *final)
{
    if (at == net->final_count) {
        net->final_count++;
        net->finals[at].digest = final->digest;
        net->finals[at].view = final->view;
        net->finals[at].size = final->size;
        net->finals[at].has_cert = false;
        free(net->finals[at].bytes);
        net->finals[at].bytes = malloc(final->size);
        toy_check(net, net->finals[at].bytes != NULL, "no memory");
        memcpy(net->finals[at].bytes, final->bytes, final->size);
    }
    if (final->certificate != NULL) {
        net->finals[at].has_cert = true;
        net->finals[at].cert = *final->certificate;
    }
}

/* Agreement: everybody delivers the same list, and it is a chain. */
void toy_check_final(struct toy_net *net, struct toy_node *node, const struct final_block *final)
{
    struct toy_restart *disk = &node->disk;
    struct reader r = reader_of(final->bytes, final->size);
    struct block_header h;
    toy_check(net, block_header_decode(&h, &r), "delivered bytes are no block");
    struct digest digest = block_digest(&h);
    toy_check(net, digest_equal(&digest, &final->digest), "delivered bytes of another block");
    toy_check(net, node->finals < NET_FINALS, "too many blocks");
    record_final(net, node->finals, final);
    toy_check(
        net, digest_equal(&net->finals[node->finals].digest, &digest), "two members disagree");
    toy_check(net, h.view > disk->final_view, "final views do not grow");
    toy_check(net, toy_chain_finalize(&node->chain, final->bytes, final->size),
        "a final block does not follow the one before");
    node->finals++;
    disk->has_final = true;
    disk->final_view = final->view;
    disk->final = final->digest;
    disk->has_cert = final->certificate != NULL;
    if (final->certificate != NULL) {
        disk->cert = *final->certificate;
        toy_check(net,
            digest_equal(&disk->cert.digest, &digest) && disk->cert.kind == VOTE_FINALIZE,
            "a certificate for another block");
        toy_check_certificate(net, &disk->cert);
    }
}

static void check_pair(struct toy_net *net, const struct vote *a, const struct vote *b)
{
    net->evidence++;
    toy_check(net, a->voter == b->voter && a->view == b->view && a->epoch == b->epoch,
        "evidence about two things");
    toy_check(net, net->nodes[a->voter].fault != TOY_HONEST, "evidence against an honest member");
    toy_check(net,
        vote_verify(net->signer, a, &net->game_id, net->roster.members[a->voter].vote_pk) &&
            vote_verify(net->signer, b, &net->game_id, net->roster.members[b->voter].vote_pk),
        "evidence that does not verify");
    bool twice = a->kind == b->kind && !digest_equal(&a->digest, &b->digest);
    toy_check(
        net, twice || (a->kind == VOTE_NULLIFY && b->kind == VOTE_FINALIZE), "evidence of nothing");
}

void toy_check_evidence(struct toy_net *net, const struct simplex_step *step)
{
    for (uint32_t i = 0; i < step->evidence_count; i++) {
        check_pair(net, &step->evidence[i][0], &step->evidence[i][1]);
    }
}
