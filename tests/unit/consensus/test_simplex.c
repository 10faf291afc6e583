/* Simplex in a small network: agreement, liveness, quiet, restarts, traitors (protocol G 1 to 4, 8
 * to 11, 13). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "consensus/quorum.h"
#include "tests/support/signer_fast.h"
#include "tests/support/toy_net.h"

static struct toy_net *net;

static int setup(void **state)
{
    (void)state;
    net = toy_net_create();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    toy_net_destroy(net);
    return 0;
}

static void require(bool holds, const char *what)
{
    if (!holds) {
        toy_net_fail(net, what);
    }
}

/* Ten virtual minutes without a message, and nothing due. */
static void require_quiet(void)
{
    toy_net_run(net, net->now_ms + 40000);
    uint64_t messages = net->messages, polls = net->polls;
    toy_net_run(net, net->now_ms + 600000);
    require(net->messages == messages, "messages in an idle epoch");
    require(net->polls == polls, "timers in an idle epoch");
    for (unsigned i = 0; i < net->n; i++) {
        bool due = net->nodes[i].up && net->nodes[i].deadline_ms != UINT64_MAX;
        require(!due, "something is due in an idle epoch");
    }
}

static void test_simplex_finalizes_at_once_when_all_is_well(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 7; n++) {
        toy_net_start(net, n, n, &signer_fast);
        toy_net_run(net, 2000);
        assert_int_equal(net->messages, 0);
        for (unsigned op = 0; op < 20; op++) {
            uint64_t before = net->now_ms;
            toy_net_submit(net, op);
            require(toy_net_finish(net, 1000), "an operation is not final");
            /* Three one-way delays, each at most 10 ms, seen in steps of 20 ms. */
            require(net->now_ms - before <= 40, "slower than three delays");
        }
        for (unsigned i = 0; i < n; i++) {
            struct simplex_view v = simplex_inspect(net->nodes[i].simplex);
            assert_int_equal(v.views_nullified, 0);
            assert_int_equal(v.votes_bad, 0);
            assert_int_equal(net->nodes[i].finals, 20);
        }
        require_quiet();
    }
}

static void test_simplex_works_with_ed25519(void **state)
{
    (void)state;
    toy_net_start(net, 4, 77, &signer_ed25519);
    for (unsigned op = 0; op < 10; op++) {
        toy_net_submit(net, op);
        toy_net_run(net, net->now_ms + 5);
    }
    require(toy_net_finish(net, 1000), "operations are not final");
    require_quiet();
}

/* Loss, duplication, reordering, cuts and crashes for a while; then all heals, and everything must
 * become final. */
static void stress(uint64_t seed, unsigned n)
{
    toy_net_start(net, n, seed, &signer_fast);
    struct prng *p = &net->prng;
    net->delay_max_ms = 5 + (unsigned)prng_below(p, 80);
    net->loss_per_mille = (unsigned)prng_below(p, 200);
    net->twice_per_mille = (unsigned)prng_below(p, 100);
    net->crash_per_mille = prng_chance(p, 600) ? (unsigned)prng_below(p, 15) : 0;
    for (unsigned i = 0; seed % 3 == 0 && i < quorum_faulty(n); i++) {
        net->nodes[prng_below(p, n)].fault = (enum toy_fault)prng_below(p, TOY_FAULTS);
    }
    unsigned steps = 30 + (unsigned)prng_below(p, 60);
    for (unsigned i = 0; i < steps; i++) {
        unsigned a = (unsigned)prng_below(p, n), b = (unsigned)prng_below(p, n);
        if (prng_chance(p, 500) && i < 200) {
            toy_net_submit(net, i);
        }
        if (a != b && prng_chance(p, 150)) {
            toy_net_link(net, a, b, net->cut[a][b]);
        }
        if (prng_chance(p, 100) && net->nodes[a].up) {
            toy_net_crash(net, a);
        }
        if (!net->nodes[b].up && prng_chance(p, 500)) {
            toy_net_restart(net, b);
        }
        toy_net_run(net, net->now_ms + prng_below(p, 400));
    }
    toy_net_heal(net);
    require(toy_net_finish(net, 60000), "not final a minute after all healed");
}

static void test_simplex_agrees_and_recovers_for_every_seed(void **state)
{
    (void)state;
    const char *asked = getenv("SIMPLEX_SEEDS");
    uint64_t finals = 0, restarts = 0;
    uint64_t seeds = asked != NULL ? strtoull(asked, NULL, 10) : 210;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        stress(seed, 1 + (unsigned)(seed % 7));
        finals += net->final_count;
        restarts += net->restarts;
        if (seed % 10 == 1 && seed % 3 != 0) {
            require_quiet();
        }
    }
    /* The runs must have meant something. */
    assert_true(finals > 1000);
    assert_true(restarts > 200);
}

static void test_simplex_survives_a_crash_of_all(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        unsigned n = 1 + (unsigned)(seed % 7);
        toy_net_start(net, n, 1000 + seed, &signer_fast);
        net->loss_per_mille = seed % 2 == 0 ? 100 : 0;
        for (unsigned round = 0; round < 6; round++) {
            toy_net_submit(net, 2 * round);
            toy_net_submit(net, 2 * round + 1);
            toy_net_run(net, net->now_ms + prng_below(&net->prng, 60));
            for (unsigned i = 0; i < n; i++) {
                toy_net_crash(net, i);
            }
            toy_net_drop(net);
            for (unsigned i = 0; i < n; i++) {
                toy_net_restart(net, i);
            }
        }
        net->loss_per_mille = 0;
        require(toy_net_finish(net, 30000), "stuck after all crashed");
    }
}

/* Power fails for all, and f of them never come back. */
static void test_simplex_survives_a_crash_of_all_without_the_proposer(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 80; seed++) {
        toy_net_start(net, 4, 3000 + seed, &signer_fast);
        toy_net_submit(net, 1);
        toy_net_run(net, net->now_ms + seed % 40);
        unsigned leader = simplex_inspect(net->nodes[0].simplex).leader;
        unsigned lost = (leader + 3 + (unsigned)(seed % 2)) % 4;
        for (unsigned i = 0; i < 4; i++) {
            toy_net_crash(net, i);
        }
        toy_net_drop(net);
        for (unsigned i = 0; i < 4; i++) {
            if (i != lost) {
                toy_net_restart(net, i);
            }
        }
        toy_net_submit(net, 2);
        require(toy_net_finish(net, 30000), "stuck without the proposer");
    }
}

static void test_simplex_goes_on_with_f_members_silent(void **state)
{
    (void)state;
    for (unsigned n = 4; n <= 7; n++) {
        for (unsigned first = 0; first < n; first++) {
            toy_net_start(net, n, 50 + first, &signer_fast);
            for (unsigned i = 0; i < quorum_faulty(n); i++) {
                toy_net_crash(net, (first + i) % n);
            }
            for (unsigned op = 0; op < 8; op++) {
                toy_net_submit(net, op);
                require(toy_net_finish(net, 3000), "a silent member stops the rest");
            }
            require_quiet();
        }
    }
}

static void test_simplex_waits_without_a_quorum_and_goes_on_with_it(void **state)
{
    (void)state;
    for (unsigned n = 2; n <= 7; n++) {
        toy_net_start(net, n, 90 + n, &signer_fast);
        for (unsigned i = 0; i <= quorum_faulty(n); i++) {
            toy_net_crash(net, i);
        }
        toy_net_submit(net, 3);
        toy_net_run(net, net->now_ms + 60000);
        assert_int_equal(net->final_count, 0);
        /* A minute of waiting costs little. */
        assert_true(net->messages < 200 * n * n);
        for (unsigned i = 0; i <= quorum_faulty(n); i++) {
            toy_net_restart(net, i);
        }
        uint64_t back = net->now_ms;
        require(toy_net_finish(net, 10000), "does not go on with a quorum");
        require(net->now_ms - back <= 1000, "healing takes more than a second");
        require_quiet();
    }
}

static void test_simplex_heals_after_a_partition(void **state)
{
    (void)state;
    for (unsigned n = 2; n <= 7; n++) {
        toy_net_start(net, n, 200 + n, &signer_fast);
        for (unsigned round = 0; round < 4; round++) {
            toy_net_submit(net, 2 * round);
            toy_net_run(net, net->now_ms + 7);
            for (unsigned a = 0; a < n; a++) {
                for (unsigned b = 0; b < a; b++) {
                    if ((a + round) % 2 != (b + round / 2) % 2) {
                        toy_net_link(net, a, b, false);
                    }
                }
            }
            toy_net_submit(net, 2 * round + 1);
            toy_net_run(net, net->now_ms + 3000);
            toy_net_heal(net);
            require(toy_net_finish(net, 5000), "not final after the partition healed");
        }
        require_quiet();
    }
}

static void test_simplex_is_safe_and_live_with_a_traitor(void **state)
{
    (void)state;
    unsigned convicted[TOY_FAULTS] = {0};
    for (unsigned fault = TOY_SILENT; fault < TOY_FAULTS; fault++) {
        for (uint64_t seed = 1; seed <= 20; seed++) {
            unsigned n = 4 + (unsigned)(seed % 4);
            toy_net_start(net, n, 500 + seed, &signer_fast);
            net->delay_max_ms = 5 + (unsigned)(seed % 3) * 20;
            for (unsigned i = 0; i < quorum_faulty(n); i++) {
                net->nodes[(seed + i) % n].fault = (enum toy_fault)fault;
            }
            for (unsigned op = 0; op < 3 * n; op++) {
                toy_net_submit(net, op);
                toy_net_run(net, net->now_ms + prng_below(&net->prng, 40));
            }
            require(toy_net_finish(net, 20000), "a traitor stops the rest");
            convicted[fault] += net->evidence > 0;
        }
    }
    assert_true(convicted[TOY_EQUIVOCATES] >= 15);
    assert_true(convicted[TOY_BOTH] >= 15);
    /* Nobody is sent both halves of these lies: the honest have to bring them together. */
    assert_int_equal(convicted[TOY_HALVES], 20);
    assert_int_equal(convicted[TOY_TWICE], 20);
    assert_int_equal(convicted[TOY_APART], 20);
    assert_int_equal(convicted[TOY_SILENT], 0);
    assert_int_equal(convicted[TOY_WITHHOLDS_BLOCK], 0);
    assert_int_equal(convicted[TOY_BAD_SIGNATURES], 0);
}

static void test_simplex_blames_and_goes_on_when_a_link_brings_bad_signatures(void **state)
{
    (void)state;
    toy_net_start(net, 4, 9, &signer_fast);
    net->delay_max_ms = 1;
    net->nodes[2].fault = TOY_BAD_SIGNATURES;
    for (unsigned op = 0; op < 30; op++) {
        toy_net_submit(net, op);
        require(toy_net_finish(net, 2000), "bad signatures stop the rest");
    }
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(net->nodes[i].blamed, i == 2 ? 0 : 1 << 2);
    }
    require_quiet();
}

static void vote_from(unsigned to, unsigned kind, unsigned voter, const struct digest *digest)
{
    uint8_t bytes[256];
    struct vote v = {.kind = (uint8_t)kind, .epoch = 3, .view = 1, .voter = (uint16_t)voter};
    struct writer w = writer_of(bytes, sizeof bytes);
    if (digest != NULL) {
        v.digest = *digest;
    }
    vote_sign(net->signer, &v, &net->game_id, net->nodes[voter].vote_sk);
    write_u8(&w, (uint8_t)(MSG_NOTARIZE + kind));
    vote_encode(&v, &w);
    require(toy_net_inject(net, to, 5, bytes, w.size), "a vote is refused");
}

static struct digest propose_as_traitor(const unsigned *to, unsigned count)
{
    static uint8_t bytes[MESSAGE_BYTES_MAX], block[BLOCK_BYTES_MAX];
    struct toy_chain world;
    struct digest digest;
    toy_chain_init(&world, &net->game_id, 3, &net->base);
    struct chain chain = toy_chain_callbacks(&world);
    size_t size = chain.propose(&world, &net->base, 0, 1, true, block, sizeof block, &digest);
    struct vote v = {.kind = VOTE_NOTARIZE, .epoch = 3, .view = 1, .voter = 5, .digest = digest};
    vote_sign(net->signer, &v, &net->game_id, net->nodes[5].vote_sk);
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, MSG_PROPOSE);
    vote_encode(&v, &w);
    write_bytes(&w, block, size);
    for (unsigned i = 0; i < count; i++) {
        require(toy_net_inject(net, to[i], 5, bytes, w.size), "a proposal is refused");
    }
    return digest;
}

/* Members 0 and 1 leave view 1 by its notarization, 2 to 4 by its nullification; the traitors 5 and
 * 6, who voted for both, fall silent. Each side must learn the other's certificate to accept its
 * proposals (commonware #2192, #2695, #4332). */
static void test_simplex_heals_split_certificates(void **state)
{
    (void)state;
    static const unsigned some[] = {0, 1, 2};
    for (unsigned round = 0; round < 20; round++) {
        toy_net_start(net, 7, 4 + 7 * round, &signer_fast); /* member 5 leads view 1 */
        toy_net_crash(net, 5);
        toy_net_crash(net, 6);
        for (unsigned a = 0; a < 2; a++) {
            for (unsigned b = 2; b < 5; b++) {
                toy_net_link(net, a, b, false);
            }
        }
        struct digest c = propose_as_traitor(some, 3);
        for (unsigned to = 0; to < 2; to++) {
            vote_from(to, VOTE_NOTARIZE, 6, &c);
            vote_from(to, VOTE_NOTARIZE, 2, &c);
        }
        for (unsigned to = 2; to < 5; to++) {
            vote_from(to, VOTE_NULLIFY, 5, NULL);
            vote_from(to, VOTE_NULLIFY, 6, NULL);
        }
        toy_net_run(net, net->now_ms + 100);
        for (unsigned i = 0; i < 5; i++) {
            require(simplex_inspect(net->nodes[i].simplex).view >= 2, "view 1 is not left");
        }
        require(simplex_inspect(net->nodes[0].simplex).notarized_view == 1, "not notarized");
        require(simplex_inspect(net->nodes[4].simplex).notarized_view == 0, "not nullified");
        toy_net_submit(net, 1);
        for (unsigned a = 0; a < 2; a++) {
            for (unsigned b = 2; b < 5; b++) {
                /* Every second time nobody notices that the link was away. */
                if (round % 2 == 0) {
                    toy_net_link(net, a, b, true);
                } else {
                    net->cut[a][b] = net->cut[b][a] = false;
                }
            }
        }
        require(toy_net_finish(net, 20000), "two halves with two certificates stay apart");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simplex_finalizes_at_once_when_all_is_well),
        cmocka_unit_test(test_simplex_works_with_ed25519),
        cmocka_unit_test(test_simplex_goes_on_with_f_members_silent),
        cmocka_unit_test(test_simplex_waits_without_a_quorum_and_goes_on_with_it),
        cmocka_unit_test(test_simplex_heals_after_a_partition),
        cmocka_unit_test(test_simplex_heals_split_certificates),
        cmocka_unit_test(test_simplex_agrees_and_recovers_for_every_seed),
        cmocka_unit_test(test_simplex_survives_a_crash_of_all),
        cmocka_unit_test(test_simplex_survives_a_crash_of_all_without_the_proposer),
        cmocka_unit_test(test_simplex_is_safe_and_live_with_a_traitor),
        cmocka_unit_test(test_simplex_blames_and_goes_on_when_a_link_brings_bad_signatures),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
