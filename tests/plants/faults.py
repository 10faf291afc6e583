"""Planted faults: each takes one rule out of the program, and the ladder must notice within a minute.

A fault is a name, the rule it breaks, the texts it replaces (each must stand in its file exactly once), and the
command that must fail: a test program and its arguments. `quick` ones run in ./check. Nothing here changes the
product: plant.py writes a damaged copy, which is linked in front of the library that holds the sound one."""

from typing import NamedTuple


class Edit(NamedTuple):
    file: str
    old: str
    new: str


class Fault(NamedTuple):
    name: str
    rule: str
    edits: list
    program: str
    args: str = ""
    quick: bool = False


CAST = "consensus/simplex_cast.c"
VIEWS = "consensus/simplex_views.c"
VOTES = "consensus/simplex_votes.c"
WITNESS = "consensus/simplex_witness.c"
SYNC = "consensus/simplex_sync.c"
TIMERS = "consensus/simplex_timers.c"
SIMPLEX = "consensus/simplex.c"
ATTEMPT = "consensus/attempt.c"
MEMBERSHIP = "consensus/membership.c"
EXECUTION = "consensus/execution.c"

VOTING = [
    Fault("finalize-after-nullify", "S2 of A.3",
          [Edit(CAST, "return !rec->voted[VOTE_NULLIFY] && !rec->equivocated;", "return !rec->equivocated;")],
          "sim", "--seeds 0-39", quick=True),
    Fault("nullify-after-finalize", "S2 of A.3",
          [Edit(CAST, "return !rec->voted[VOTE_FINALIZE];", "return true;")],
          "test_simplex_restart"),
    Fault("two-f-plus-one", "0: q = n - f",
          [Edit("consensus/quorum.c", "return n - quorum_faulty(n);", "return 2 * quorum_faulty(n) + 1;")],
          "test_quorum"),
    Fault("quorum-minus-one", "0: q = n - f", [], "sim", "--plant quorum-minus-one --seeds 0-19"),
    Fault("skip-without-nullification", "A.3: a skipped view needs its nullification",
          [Edit(VIEWS, "            *missing = u;\n            return PARENT_UNKNOWN;", "            break;")],
          "test_simplex_rules"),
    Fault("wrong-parent", "A.3: the parent is the one that was notarized",
          [Edit(VIEWS, "return digest_equal(&rec->held[VOTE_NOTARIZE].digest, &h->parent) ? PARENT_READY : PARENT_WRONG;",
                "return PARENT_READY;")],
          "test_simplex_rules"),
    Fault("votes-unverified", "A.7: no certificate from votes nobody checked",
          [Edit("consensus/voteset.c", "e->state = good ? VOTE_VERIFIED : VOTE_ABSENT;", "e->state = VOTE_VERIFIED;")],
          "test_simplex_limits"),
    Fault("certificate-of-few", "A.3: a certificate has q signers",
          [Edit(VOTES, "if (c->signers >> s->n != 0 || count < s->q) {", "if (c->signers >> s->n != 0) {")],
          "test_simplex_limits"),
    Fault("certificate-signatures-unchecked", "A.8: certificates are verified before they are kept",
          [Edit(VOTES, "if (!known && !verify_now(s, &v)) {", "if (!known && false) {")],
          "test_simplex_limits"),
    Fault("one-nullify-is-enough", "A.3: f + 1 NULLIFY make one join in",
          [Edit(VIEWS, "views_nullify_count(s) >= s->f + 1;", "views_nullify_count(s) >= s->f;")],
          "test_simplex_rules"),
]

LIVENESS = [
    Fault("no-relay", "A.4: who left a view passes its certificate on",
          [Edit(SYNC, "        relay_view(s, view, step);", "        (void)relay_view;")],
          "test_simplex_limits", quick=True),
    Fault("no-answer-to-who-is-behind", "A.4: a STATUS that is behind is answered",
          [Edit(SYNC, "    if (behind) {\n", "    if (false) {\n")],
          "test_simplex_limits"),
    Fault("no-answer-to-old-votes", "A.4: a vote that is behind is answered",
          [Edit(VOTES, "sync_answer_behind(s, from, v->epoch, v->view, step);\n    }\n}", "}\n}")],
          "test_simplex_limits"),
    Fault("no-boundary", "A.4: across epochs too",
          [Edit(SIMPLEX, "s->has_boundary = s->begun && ", "s->has_boundary = false && ")],
          "test_simplex_limits"),
    Fault("standstill-without-own-votes", "A.4: a standstill sends all own votes again",
          [Edit(SYNC, "    sync_resend_own(s, from, VIEWS_AN_ATTEMPT, TO_ALL, step);\n", "")],
          "test_simplex_restart", quick=True),
    Fault("no-status-of-a-tail", "A.4: a notarization without finalization asks all",
          [Edit(TIMERS, "        sync_send_status(s, TO_ALL, step);\n", "")],
          "test_simplex_restart"),
    Fault("backoff-since-the-last-good-view", "A.5: k counts from the last final view",
          [Edit(TIMERS, "s->cur_view > s->final_view + 1 ? s->cur_view - s->final_view - 1 : 0;",
                "s->cur_view > s->top_cert_view + 1 ? s->cur_view - s->top_cert_view - 1 : 0;")],
          "test_simplex_restart"),
    Fault("no-early-copy", "A.6: an op in no proposal is sent once more after Delta",
          [Edit("consensus/engine_ops.c", "if (bytes != NULL && !(o->interval_ms == 0 && proposed(e, o))) {",
                "if (bytes != NULL && o->interval_ms != 0) {")],
          "test_engine"),
    Fault("tail-at-once", "A.6 (b): only after 2 Delta, or leaders add empty blocks for ever",
          [Edit(TIMERS, "return rec->notarized_ms + 2 * timers_delta(s);", "return rec->notarized_ms;")],
          "sim", "--seeds 0-19", quick=True),
    Fault("tail-never", "A.6 (b): an unfinal tail is work",
          [Edit(TIMERS, "return s->now_ms >= tail_ms(s);", "return false;")],
          "sim", "--seeds 0-59", quick=True),
    Fault("reply-at-once", "A.6 (d): one NULLIFY does not spin an idle table",
          [Edit(VIEWS, "if (!work && !timers_tail(s) && s->now_ms < timers_reply_ms(s)) {", "if (false) {")],
          "test_simplex_rules"),
    Fault("own-votes-not-counted", "A.9: a restarted member counts its own votes (commonware#4275)",
          [Edit(SIMPLEX, "    s->recount = true;\n", "")],
          "test_simplex_restart"),
    Fault("new-block-after-restart", "A.9: a restarted leader proposes the same block or none (malachite#864)",
          [Edit(SIMPLEX, "if (rec == NULL || rec->voted[r->kind]) {",
                "if (rec == NULL || rec->voted[r->kind] || (r->kind == VOTE_NOTARIZE && simplex_leads(s, r->view))) {"),
           Edit(SIMPLEX, "    rec->has_proposal = true;\n    rec->proposal = slot->digest;\n}", "}")],
          "sim", "--seeds 0-59", quick=True),
    Fault("old-epochs-journal", "A.9: records of other epochs are ignored (ava-labs#551)",
          [Edit(SIMPLEX, "if (!s->begun || r->epoch != s->params.epoch || ", "if (!s->begun || ")],
          "test_simplex_restart"),
    Fault("forget-journal", "A.9: votes are restored", [], "sim", "--plant forget-journal --seeds 0-19"),
    Fault("vote-before-persist", "A.9: persist before send", [], "sim", "--plant vote-before-persist --seeds 0-19"),
]

LEDGER = [
    Fault("legal-pair-is-evidence", "A.10: NOTARIZE(c) and FINALIZE(c') are no evidence",
          [Edit("consensus/evidence.c", "return nullify && finalize ? EVIDENCE_NULLIFY_AND_FINALIZE : EVIDENCE_NONE;",
                "return finalize ? EVIDENCE_NULLIFY_AND_FINALIZE : EVIDENCE_NONE;")],
          "test_evidence"),
    Fault("evidence-of-unsigned-votes", "A.10: both signatures of a pair are checked",
          [Edit("consensus/evidence.c", " &&\n                       vote_verify(s, b, game_id, vote_pk);", ";")],
          "test_evidence"),
    Fault("halves-never-meet", "A.10: a leader that sends two blocks to two halves is found out",
          [Edit(WITNESS, "if (v->kind != VOTE_NOTARIZE || s->params.self < 0 || ",
                "if (s->params.self < (int)s->n || v->kind != VOTE_NOTARIZE || "),
           Edit(WITNESS, "if (set != NULL && (int)leader != s->params.self && ", "if (s->n == 0 && ")],
          "test_simplex"),
    Fault("odd-votes-stay-here", "A.10: a vote that does not go with how its view ended is shown to others",
          [Edit(WITNESS, "if (set->view != view || ", "if (s->n > 0 || set->view != view || ")],
          "test_simplex"),
    Fault("evidence-stays-here", "A.10: whoever holds a proof tells every member",
          [Edit("consensus/engine_evidence.c", "if (e->self >= 0 && engine_final(e)->roster.count > 1) {", "if (false) {")],
          "test_engine_evidence"),
    Fault("rate-of-others-unchecked", "13: what comes faster than the house rule waits outside the pool",
          [Edit("consensus/engine_limits.c", "return within(e, op->author, op->kind, false, false);", "return true;")],
          "test_engine_limits"),
    Fault("own-rate-unchecked", "13: own operations over the rate are refused",
          [Edit("consensus/engine_limits.c", "return kind == OP_JOIN || within(e, author, kind, true, false);",
                "return kind == OP_JOIN || within(e, author, kind, true, false) || true;")],
          "test_engine_limits"),
    Fault("any-ticket-takes-room", "A.7: a JOIN that can never be agreed takes no pool memory",
          [Edit("consensus/engine_limits.c", "if (!ledger_may_pool(e->ledger, op, last_seq)) {",
                "if (!ledger_may_pool(e->ledger, op, last_seq) && op->kind != OP_JOIN) {")],
          "test_engine_limits"),
    Fault("pooled-op-not-compared", "A.10 E4: a block's op is compared with the pooled one of its number",
          [Edit("consensus/engine_evidence.c", "if (pooled == NULL || mempool_knows(e->pool, &op)) {", "if (pooled != NULL || true) {")],
          "test_engine_evidence"),
    Fault("seq-may-skip", "0: seq is exactly the last one plus one",
          [Edit(EXECUTION, "return op->seq == last + 1 && ", "return op->seq > last && ")],
          "test_ledger"),
    Fault("op-signature-unchecked", "0: an op is its author's",
          [Edit(EXECUTION, "mempool_knows(x->pool, op) || op_verify(x->signer, op, x->game_id));", "true);")],
          "test_ledger"),
    Fault("state-root-unchecked", "A.2: execute before voting",
          [Edit("consensus/ledger.c", "if (!digest_equal(&own.state_root, &h->state_root) ||\n        ", "if (")],
          "test_ledger"),
    Fault("members-hash-unchecked", "A.2: a header's members_hash is that after the block",
          [Edit("consensus/ledger.c", "        !digest_equal(&own.members_hash, &h->members_hash) ||\n        !digest_equal(&own.dkg",
                "        !digest_equal(&own.dkg")],
          "test_ledger"),
    Fault("ejected-may-act", "A.10: who was ejected is refused",
          [Edit(EXECUTION, "->standing == STANDING_EJECTED) {", "->standing == STANDING_COUNT) {")],
          "test_attempt"),
    Fault("throw-while-ready", "B.1.3: ROLL is refused from the last ACK on",
          [Edit(EXECUTION, "p->has_dice && p->attempt.phase != ATTEMPT_READY && !p->closed;", "p->has_dice && !p->closed;")],
          "test_rolls"),
    Fault("switch-under-a-throw", "B.1: a throw is never pending at a switch",
          [Edit(MEMBERSHIP, "p->attempt.phase == ATTEMPT_READY && !p->roll.active &&\n", "p->attempt.phase == ATTEMPT_READY &&\n"),
           Edit("consensus/ledger_propose.c", "p->attempt.phase == ATTEMPT_READY && !p->roll.active && ", "p->attempt.phase == ATTEMPT_READY && ")],
          "sim", "--seeds 0-59", quick=True),
    Fault("switch-without-all-acks", "C.3: every member acknowledges",
          [Edit(ATTEMPT, "if (a->acks_in == all_bits(a)) {",
                "if (__builtin_popcountll(a->acks_in) >= (int)quorum_size(a->roster.count)) {")],
          "test_attempt"),
    Fault("one-says-absent", "B.1.3: q members drop a member",
          [Edit(MEMBERSHIP, "quorum_size(p->roster.count) : quorum_witnesses(p->roster.count);", "1 : 1;")],
          "test_membership"),
    Fault("absent-once-an-attempt", "B.1.3: who is silent in a later phase is called absent again",
          [Edit("consensus/engine_duties.c", "if (e->duty.dkg_id != a->dkg_id || e->duty.phase != a->phase) {",
                "if (e->duty.dkg_id != a->dkg_id) {")],
          "sim", "--liar bad-complaint --members 4 --seeds 80-120"),
    Fault("expelled-by-liars", "B.1.1: min(q, n - 1) send somebody away",
          [Edit("consensus/quorum.c", "return q < n - 1 ? q : n - 1;", "return n / 3;")],
          "test_ballot"),
    Fault("ballot-counts-twice", "B.1.1: the last answer of a member counts, once",
          [Edit("consensus/ballot.c", "subject->yes = yes ? subject->yes | bit : subject->yes & ~bit;",
                "subject->yes = yes ? subject->yes << 1 | bit : subject->yes & ~bit;")],
          "test_ballot"),
    Fault("ballots-stay-with-places", "B.1.1: answers keep their voters when the electorate changes",
          [Edit(MEMBERSHIP, "    ballots_follow(x, &old);\n", "")],
          "test_ballot"),
    Fault("sent-away-rekeys", "B.1.1: who was sent away comes back with a new ticket only",
          [Edit(MEMBERSHIP, "if (identity->sent_away) {", "if (identity->sent_away && identity->bot) {")],
          "test_ballot"),
    Fault("ticket-unsigned", "B.1.1: a joiner has a member's countersignature",
          [Edit(MEMBERSHIP, "           ticket_signed(x, joiner, j);", "           (ticket_signed(x, joiner, j) || true);")],
          "test_membership"),
]

DICE = [
    Fault("share-with-notarize", "R1 of C.6", [], "sim", "--plant share-with-notarize --seeds 0-19"),
    Fault("share-for-ancestors", "R1 of C.6: for the block itself",
          [Edit("consensus/engine_dice.c", "        !digest_equal(&roll.block, digest) || roll.epoch", "        roll.epoch")],
          "sim", "--seeds 0-39"),
    Fault("possession-unproved", "C.3: a deal proves that its dealer knows e",
          [Edit("consensus/dkg.c", "return scalar_equal(&c, &deal->pop_c) ? DKG_DEAL_OK : DKG_DEAL_PROOF;", "return DKG_DEAL_OK;")],
          "sim", "--liar copied-key --members 4 --seeds 0-9", quick=True),
    Fault("key-may-be-copied", "C.3: E differs from every other E",
          [Edit(ATTEMPT, "        key_is_copied(a, &params, &deal) ||\n", "")],
          "test_attempt"),
    Fault("verdict-inverted", "C.4: upheld when the share is wrong",
          [Edit("consensus/dkg.c", "? DKG_COMPLAINT_FALSE\n", "? DKG_COMPLAINT_UPHELD\n"),
           Edit("consensus/dkg.c", ": DKG_COMPLAINT_UPHELD;", ": DKG_COMPLAINT_FALSE;")],
          "sim", "--liar bad-deal --members 4 --seeds 0-9"),
    Fault("complaint-unproved", "C.4: a complaint's key is proved",
          [Edit("consensus/dkg.c", "if (!dleq_verify(DKG_COMPLAINT_CONTEXT, &claim, &complaint->proof) ||\n        ", "if (")],
          "test_dkg_complaint"),
    Fault("proof-not-canonical", "C.2: c and s below L",
          [Edit("consensus/dleq.c", "    if (!scalar_is_canonical(&proof->c) || !scalar_is_canonical(&proof->s) ||\n        !claim_is_sound(claim) || !compute_composites(&composites, context, claim, NULL) ||",
                "    if (!claim_is_sound(claim) || !compute_composites(&composites, context, claim, NULL) ||"),
           Edit("consensus/group.c", "bool ok = scalar_is_canonical(k) && bit_255_is_clear(p);", "bool ok = bit_255_is_clear(p);"),
           Edit("consensus/group.c", "    if (!scalar_is_canonical(k)) {\n        return false;\n    }\n    CHECK(scalar_is_zero", "    CHECK(scalar_is_zero")],
          "test_dleq"),
    Fault("biased-dice", "C.7: a byte from 252 on is no throw",
          [Edit("consensus/beacon.c", "if (value[i] < DICE_BYTE_LIMIT) {", "if (value[i] <= 255) {")],
          "test_beacon"),
]

GAME = [
    Fault("odds-off-by-one", "rules: 6 to 5 on 6 and 8",
          [Edit("game/pay.c", "BY_NUMBER(TO(6, 1), TO(3, 1), TO(2, 1), TO(3, 2), TO(6, 5));", "BY_NUMBER(TO(6, 1), TO(3, 1), TO(2, 1), TO(3, 2), TO(7, 5));")],
          "test_edges"),
    Fault("payout-off-by-one", "rules: yo pays 15 to 1",
          [Edit("game/pay.c", "[BET_YO] = {[11] = 16},", "[BET_YO] = {[11] = 17},")],
          "test_edges", quick=True),
    Fault("hand-pay-off-by-one", "rules 11.5: four points pay 24 to 1",
          [Edit("game/hand.c", "{LOST, LOST, LOST, LOST, 24, 249, 999};", "{LOST, LOST, LOST, LOST, 25, 249, 999};")],
          "test_hand_edges"),
    Fault("odds-count-pushes-lost", "what is pushed is not lost",
          [Edit("game/odds.c", "value_of(one_less(plus(all.win, all.push)))", "value_of(one_less(all.win))")],
          "test_odds"),
    Fault("odds-forget-waiting", "rolls that decide nothing take their time, too",
          [Edit("game/odds.c", "{0, 1}, {DICE, 1}};", "{0, 1}, {1, 1}};")],
          "test_odds"),
]

STATE = [
    Fault("piece-path-unchecked", "E.2: each chunk is verified by its Merkle path on arrival",
          [Edit("consensus/state_chunk.c", "    return merkle_path_verify(&meta->tree, meta->chunks, index, &leaf, path, steps);",
                "    return leaf.b[0] == leaf.b[0];")],
          "test_state_chunk"),
    Fault("adopt-any-root", "E.1: a state is what its root covers",
          [Edit("consensus/ledger.c", "    if (!digest_equal(&header->game_id, &l->game_id) || !digest_equal(&header->state_root, &root)) {",
                "    if (!digest_equal(&header->game_id, &l->game_id) || digest_is_zero(&root)) {")],
          "test_state_chunk"),
    Fault("cover-unproved", "E.2: a certificate covers a chain of blocks when it checks",
          [Edit("consensus/engine_catchup.c", "    *lie = found && !proof_check(", "    *lie = false && !proof_check(")],
          "test_engine"),
    Fault("link-members-unchecked", "E.2: an epoch's members are those of the signed hash",
          [Edit("consensus/engine_takeover.c", "        !digest_equal(&h.members_hash, &members) || digest_equal(&members, &former) ||",
                "        digest_equal(&members, &former) ||")],
          "test_engine_takeover"),
    Fault("shape-unsigned", "E.2: a state's shape is that of the signed root",
          [Edit("consensus/engine_takeover.c", "           h->height > ledger_height(e->ledger) && digest_equal(&h->state_root, &root) &&",
                "           h->height > ledger_height(e->ledger) &&")],
          "test_engine_takeover"),
]

AUDIT = [
    Fault("proof-views-unordered", "B.1.4: the headers before a certificate are of growing views",
          [Edit("consensus/block.c", "           next->parent_view == before->view && next->view > before->view;",
                "           next->parent_view == before->view;")],
          "test_proof"),
    Fault("auditor-counts-few", "E.4: an auditor wants a quorum's signatures",
          [Edit("consensus/audit_proof.c", "    return count >= needed ||", "    return count > 0 ||")],
          "test_audit"),
    Fault("auditor-link-unsigned", "E.2: an auditor's epoch chain is signed, link by link",
          [Edit("consensus/audit_state.c", "    audit_check_run(&a->own);\n", "")],
          "test_audit_state"),
    Fault("auditor-link-members-unchecked", "E.2: an auditor believes the members of the signed hash",
          [Edit("consensus/audit_state.c", "    if (!digest_equal(&hash, &h.members_hash)) {", "    if (digest_is_zero(&hash)) {")],
          "test_audit_state"),
]

LINES = "net/gossip_lines.c"
GOSSIP = "net/gossip.c"

TALK = [
    Fault("talk-out-of-order", "F.2: a line follows everything that its author had seen",
          [Edit(LINES, "        if (!dep_met(g, &i->deps[d], history)) {", "        if (i->deps[d].number == 0) {")],
          "test_gossip", quick=True),
    Fault("talk-first-one-stays", "F.2: of two lines with one number all keep the smaller hash",
          [Edit(LINES, "    bool replace = memcmp(hash->b, k->hash.b, DIGEST_BYTES) < 0;", "    bool replace = hash == NULL;")],
          "test_gossip"),
    Fault("talk-lies-uncompared", "F.2: who tells two members two lines under one number is found out",
          [Edit("net/gossip_sync.c", "        if (comparable && trailing_sum(g, (unsigned)stream, trailing) != sum) {",
                "        if (comparable && sum == 1) {")],
          "test_gossip"),
    Fault("talk-waits-for-ever", "F.2: after 30 s a line is shown with a mark",
          [Edit(LINES, "            if (g->now_ms < w->since_ms + GOSSIP_GAP_MS) {", "            if (w->since_ms > 0) {")],
          "test_gossip"),
    Fault("talk-tie-by-arrival", "F.3: of two values with one clock all keep the same",
          [Edit("net/gossip_map.c", "    if (gossip_register_compare(from, into) <= 0) {", "    if (from->lamport < into->lamport) {")],
          "test_gossip"),
    Fault("talk-clock-followed", "F.3: a clock far ahead is refused",
          [Edit(GOSSIP, "    if (i->lamport > (told > g->lamport ? told : g->lamport) + lamport_ahead_max) {", "    if (i->lamport == 0) {")],
          "test_gossip"),
    Fault("talk-unsigned", "F.1: every item is signed by its author",
          [Edit(GOSSIP, "    if (!gossip_item_verify(bytes, size, i->author, &g->config.scope)) {", "    if (bytes == NULL || size == 0) {")],
          "test_gossip"),
    Fault("talk-without-rate", "F.1: so many items a second of one author",
          [Edit(GOSSIP, "    if (!bucket_has(&a->talk, talk_rate, 1, g->now_ms)) {", "    if (a->id == NULL) {")],
          "test_gossip"),
    Fault("talk-never-quiet", "F.3: who has compared and heard nothing new is silent",
          [Edit(GOSSIP, "        g->dirty = false;\n        g->synced_ms", "        g->sync_ms = now_ms + GOSSIP_SYNC_MS;\n        g->synced_ms")],
          "test_gossip"),
    Fault("talk-numbers-again", "F.2: whose files were lost does not use its numbers twice",
          [Edit(LINES, "    if (i->incarnation >= g->config.incarnation && !said", "    if (i->incarnation == 0 && !said")],
          "test_gossip"),
    Fault("talk-seen-for-ever", "F.3: a heartbeat expires on the receiver's clock",
          [Edit("net/gossip_here.c", "    if (author < 0 || now_ms >= g->authors[author].here_until_ms ||", "    if (author < 0 || now_ms == 0 ||")],
          "test_gossip"),
]

SWAPS = "src/snapshot_update.c"
VALUES = "src/snapshot_values.c"

SNAPSHOT = [
    Fault("swap-without-comparing", "an update that was beaten to it starts over: none is lost",
          [Edit(SWAPS, "    if (!atomic_compare_exchange_strong(&s->latest.value, &old, fresh)) {",
                "    if (atomic_exchange(&s->latest.value, fresh) == NULL) {")],
          "test_snapshot_combine", quick=True),
    Fault("change-taken-along-twice", "a change that a value holds is not applied to it again",
          [Edit(SWAPS, "        fresh->applied[i] = number;\n", "")],
          "test_snapshot_combine"),
    Fault("unwanted-change-stays", "a change that is not wanted after all leaves no trace",
          [Edit(SWAPS, "            *refused |= 1u << i;\n            return false;", "            *refused |= 1u << i;")],
          "test_snapshot_combine"),
    Fault("reclaim-under-a-reader", "a value that somebody inside may read is not used again",
          [Edit(VALUES, "        found = found || (m != but && since != 0 && since < epoch);", "        found = found && since < epoch && m != but;")],
          "test_snapshot", quick=True),
    Fault("reclaim-under-a-burst", "a value that a burst may read is not used again before its next step",
          [Edit(VALUES, "    urcu_qsbr_synchronize_rcu();\n", "")],
          "test_snapshot"),
]

# What the invariants of game/invariants.h and consensus/guard.h are for: with one taken out nothing else notices.
GUARD = [
    Fault("step-unlooked-at", "1.5: a player's chips move by what was paid",
          [Edit("game/invariants_step.c", "        if (is != was + w->moved[i]) {", "        if (is < 0 && was > 0) {")],
          "test_invariants"),
    Fault("cap-unlooked-at", "6.3: odds are within the cap",
          [Edit("game/invariants.c", "    return (invariant_sum)amount * den <= most ||", "    return (invariant_sum)amount * den <= most * 2 ||")],
          "test_invariants"),
    Fault("sequence-unlooked-at", "protocol 0: an author's numbers have no gap",
          [Edit("consensus/guard.c", "        if (at < 0 || ops[k].seq != seq[at] + 1) {", "        if (at < 0) {\n            seq[0] = 0;")],
          "test_guard"),
    Fault("broken-votes-on", "a seat whose invariant is broken signs no more",
          [Edit("consensus/engine_guard.c", "        simplex_stop(e->simplex);\n", "")],
          "test_guard", quick=True),
]

# Whole programs with a mistake in them, for tests/e2e/test_invariants.py: one member of a table runs it, the others do not.
MEMBERS = [
    Fault("member-of-another-version", "tables refuse another version of the protocol",
          [Edit("src/manager.c", "        .version = PROTOCOL_VERSION,\n", "        .version = PROTOCOL_VERSION + 1,\n")], "craps"),
    Fault("member-makes-chips", "1.3: a win takes its chips from the bank",
          [Edit("game/roll.c", "    p->balance_cents += d.paid_cents;\n", "    p->balance_cents += d.paid_cents + 7;\n")], "craps"),
    Fault("member-pays-more-than-it-says", "1.5: what is paid is what is said",
          [Edit("game/roll.c", "    p->balance_cents += d.paid_cents;\n    t->bank_cents -= d.paid_cents;\n",
                "    p->balance_cents += d.paid_cents + 7;\n    t->bank_cents -= d.paid_cents + 7;\n")], "craps"),
    Fault("member-has-other-rules", "14: everybody pays by one table",
          [Edit("game/roll.c", "    if (d.verdict == VERDICT_NONE || d.verdict == VERDICT_TRAVEL) {",
                "    d.paid_cents += d.verdict == VERDICT_WIN ? 7 : 0;\n    if (d.verdict == VERDICT_NONE || d.verdict == VERDICT_TRAVEL) {")],
          "craps"),
]

FAULTS = GUARD + SNAPSHOT + VOTING + LIVENESS + LEDGER + DICE + GAME + STATE + AUDIT + TALK

WALK = "src/simulate_walk.c"

FAULTS += [
    Fault("lookup-forgets-marks", "a state is everything that the next rolls depend on",
          [Edit("src/simulate_key.c", "            write_u8(&w, (uint8_t)layout_mark(p, slot));", "            write_u8(&w, 0);")],
          "test_simulate", quick=True),
    Fault("lookup-with-too-few-chips", "a step is looked up only where the rack covers its bets",
          [Edit(WALK, "    int64_t low = g->config.min_cents - swing->rack_low_cents;", "    int64_t low = 0;")],
          "test_simulate"),
    Fault("lookup-across-a-limit", "no amount that the plan compares with lies between",
          [Edit(WALK, "    low = chips_low > low ? chips_low : low;\n", "    (void)chips_low;\n")],
          "test_simulate"),
    Fault("bets-cut-off", "line bets are played out, or those that stand well are missing",
          [Edit("src/simulate_game.c", "    return bet_is_base(kind) || bet_specs[kind].hand_bet || kind == BET_MUGGSY;",
                "    return kind == BET_PASS;")],
          "test_simulate"),
    Fault("loaded-die", "each of the 36 rolls is one of 36",
          [Edit("src/simulate_dice.c", "    0, 1, 2, 3, 4, 5, ", "    0, 1, 2, 3, 4, 4, ")],
          "test_simulate"),
]
