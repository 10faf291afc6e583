/* What the parts of a session share. Beginning and coming in: session_open, session_join, session_door. Stepping, leaving:
 * session. Links and what is said on them: session_net, session_book (addresses, words, keys), session_limits and session_guard
 * (floods), session_local (members of one process, with session_spare and session_sandbox). What agreed blocks mean:
 * session_play, session_auto, session_evidence, session_alert, session_sync (states taken over). Clocks of rule 16, away: session_timers. Lost quorum
 * (session_split.h): session_wait, session_split, session_move, session_receipt. Talk and names, which nobody votes on
 * (session_talk.h): session_talk, session_talk_names. The picture: session_model. */
#ifndef SRC_SESSION_INTERNAL_H
#define SRC_SESSION_INTERNAL_H

#include "consensus/engine.h"
#include "consensus/quorum.h"
#include "game/refusal.h"
#include "consensus/ballot.h"
#include "game/strategy.h"
#include "net/lobby_guard.h"
#include "src/ahead.h"
#include "src/cheat.h"
#include "src/clock.h"
#include "src/control.h"
#include "src/game_app.h"
#include "src/session.h"
#include "src/session_limits.h"
#include "src/session_split.h"
#include "src/session_talk.h"
#include "src/session_steps.h"
#include "src/store.h"
#include "src/strategy_file.h"
#include "src/trace_record.h"

enum {
    NODES_MAX = 12, /* own member and the bots that are members beside it (solo) */
    BOTS_MAX = 16,
    LOCAL_RING_BYTES = 1 << 22,
    INFLIGHT_MAX = 256,
    SAMPLES_MAX = 16384,
    PEERS_KEPT = 64,
    LINK_SILENCE_MS = 2500, /* about how long ENet waits before it gives a link up */
    AWAY_MS = 3000,         /* rule 16.6 */
    ABSENT_MS = 30000,      /* rule 16.6: then the next epoch is prepared without him */
    REJOIN_MS = 10000,
    LEAVE_MS = 10000, /* protocol B.1.6 */
    DONE_MS = 5000,   /* cli.md --rolls */
    LINGER_MS = 150,
    RECORD_SYNC_MS = 20, /* final blocks wait for their sync at most so long */
    JOIN_MS = 60000,
    RESUME_MS = 60000,
    SPARES_MAX = 64,
    RATE_RETRY_MS = 50,
    PROVING_MS = 5000,
};

/* A member in this process. The first is the player's own. */
struct node {
    struct engine *engine;
    struct engine_update *update;
    struct store *store; /* NULL for bots: their members live and die with the process */
    struct identity_keys keys;
    bool join_sent;
};

/* A strategy that plays one account: the own player with --strategy, or a bot. */
struct player_bot {
    bool used;
    struct identity_keys keys;
    struct node *node; /* whose engine signs or relays */
    bool own_node;     /* the node's own identity plays (solo bots, own strategy); else a bot key */
    bool registered;   /* hosted bots: JOIN sent */
    uint64_t inflight_seq; /* 0 = none */
    struct strategy strategy;
    char name[UI_NAME_MAX + 1];
};

/* An own operation that is not final: for latencies, and to tell the player. */
struct inflight {
    uint8_t author[ID_BYTES];
    uint64_t seq; /* 0 = free */
    uint64_t submitted_us;
    uint32_t command_id;
    struct live_command command;
    uint64_t at_us[TRACE_FINAL + 1]; /* with --trace */
    struct digest block;             /* the last one that held it */
};

/* A final block that is not in the player's record yet (practice tables). */
struct spare_block {
    uint64_t height; /* 0 = none */
    uint8_t *bytes;  /* block, then proof; owned */
    size_t size, proof_size;
};

struct samples { /* milliseconds; the last SAMPLES_MAX */
    float *values;
    uint64_t count;
};

/* What we know about another identity of the table. */
struct known_peer {
    bool used;
    uint8_t id[ID_BYTES];
    uint8_t net_pk[32];
    struct net_address address;
    bool wanted;                          /* mesh_want_peer was called */
    bool link_member, link_lobby, joiner; /* joiner: came through our door */
    bool card_sent;
    bool here;      /* has said that it is at this table */
    bool elsewhere; /* at another table of the same lineage: it answers, and not for this one */
    uint64_t elsewhere_ms; /* since when, as far as we know */
    bool hello_seen;
    bool watches; /* looks on through our door, and listens to what is said */
    uint8_t profile_size;
    uint8_t profile[PROFILE_BYTES_MAX];
    uint64_t down_ms;     /* since when no link; 0 = linked */
    bool silent;          /* ENGINE_LINK_DOWN was told */
    uint64_t away_ms;     /* last AWAY submitted */
    uint64_t done_height; /* CONTROL_DONE */
    struct link_limit limit;
};

struct member_timer {
    bool running, submitted;
    uint64_t instance;
    uint64_t started_ms;
};

/* A question about somebody that is open (protocol D.4). */
struct asked {
    uint8_t id[ID_BYTES];
    uint8_t question; /* enum ballot_question */
    uint64_t yes, no;
    struct ballot_count count;
    char name[UI_NAME_MAX + 1];
};

enum join_step { JOIN_LINKING, JOIN_HELLO, JOIN_CATCHING_UP, JOIN_SEAT, JOIN_DONE };

struct session {
    struct session_config config;
    uint8_t state; /* enum session_state */
    struct session_problem problem;
    bool practice, hosting, resumed;
    struct genesis genesis;
    struct digest game_id;
    uint32_t node_count;
    struct node nodes[NODES_MAX];
    uint32_t bot_count;
    struct player_bot bots[BOTS_MAX];
    bool dirty;

    /* The sandbox: the last node's messages go through this. */
    struct cheat cheat;
    bool cheat_told, cheat_caught, cheat_noticed;

    /* Messages between members of this process. */
    uint8_t *ring;
    size_t ring_head, ring_tail;           /* bytes */
    struct spare_block spares[SPARES_MAX]; /* at height % SPARES_MAX */

    /* Links. */
    struct known_peer peers[PEERS_KEPT];
    uint8_t link_key[32];
    struct digest link_id; /* the first table's id: links outlive splits */
    bool has_link_key;
    struct invite words;
    bool has_words;
    uint32_t words_failed;
    uint64_t proving_ms; /* since when somebody at the door proves the words; 0 = nobody does */
    struct lobby_guard guard;
    bool door_open;
    bool door_wanted;
    uint64_t door_retry_ms;

    /* Coming in. */
    uint8_t join_step;
    uint64_t join_started_ms;
    uint64_t join_height, join_progress_ms; /* how far, and since when no further */
    uint8_t sponsor[ID_BYTES];
    struct net_address sponsor_address; /* of the door, for knocking again */
    uint8_t ticket[64];
    uint64_t welcome_height;
    bool join_submitted;
    uint64_t rejoin_ms;
    struct ahead *ahead; /* while the history comes in */

    struct split split;
    struct talk talk;
    struct session_steps steps;

    /* Play. */
    struct inflight inflight[INFLIGHT_MAX];
    const struct ui_command *obeying; /* the command at hand, or NULL */
    struct inflight *submitting;      /* gets its number from the step under way */
    bool submit_accepted;
    bool step_malformed;  /* the last step's message was no good */
    uint8_t submit_error; /* enum err of the last submission */
    uint64_t rate_ms;     /* a strategy was faster than the house rule: again then; 0 = none was */
    bool moves_due;       /* a strategy's move was final at once: it may have another */
    uint64_t sync_ms;     /* the record is synced then; 0 = it is */
    struct {
        bool stopped;       /* by its player, or it has ended */
        uint64_t rolled_ms; /* the last roll, for looking at it */
        uint64_t wait_ms;   /* nothing before */
    } autoplay;
    struct member_timer window_timer, shooter_timer;
    struct member_timer grace_timers[LIVE_ACCOUNTS_MAX];
    struct counters *count;          /* of the manager */
    struct engine_status count_from; /* of node 0: what has been added to them */
    struct samples commit_ms, roll_ms;
    uint32_t commit_us_p50; /* refreshed now and then: sorting samples is not for every picture */
    uint64_t commit_p50_ms;
    uint64_t throw_us;
    uint64_t history_count;
    struct ui_roll history[UI_HISTORY_MAX];
    uint16_t payout_count;
    struct ui_payout payouts[UI_PAYOUTS_MAX];
    uint32_t done_id;
    uint32_t refused_from, refused_to; /* commands refused while earlier ones are on their way */
    uint8_t point;                     /* before the blocks at hand */
    bool joined_reported;
    bool seats_reported;
    bool stalled;
    uint16_t asked_count; /* questions about others that are open here, as last said aloud */
    struct asked asked[UI_BALLOTS_MAX];
    uint64_t ballot_ms;   /* a strategy's next answer, at the earliest */
    bool was_asked_about; /* we wait to be let in */
    bool alarmed;         /* our state and the others' differ */
    bool broken;          /* an invariant does not hold here: this seat says nothing any more */
    uint64_t
        bad_roll; /* of our record, does not check: this seat says nothing any more; 0 = none */
    uint64_t stalled_since_ms;
    struct {
        uint32_t count;
        uint16_t lies; /* proven, each told once */
        char text[UI_TEXT_MAX + 1], more[UI_TEXT_MAX + 1];
        char farewell[UI_FAREWELL_MAX]; /* about the last proven lie */
    } alert;
    uint64_t slept_ms, slept_roll, slept_until_ms; /* the last time this computer slept */
    int64_t sat_down_cents;
    bool has_sat_down;
    uint64_t back_ms;

    /* The end. */
    bool frozen;           /* nothing is submitted any more */
    uint64_t convicted_ms; /* since when there is proof against this very seat; 0 = none */
    bool leave_submitted;
    uint64_t leaving_ms, linger_ms;
    bool summary_done;
    struct {
        bool valid;
        uint64_t height, rolls, epoch;
        struct digest state_hash;
        int64_t bank_cents;
        uint32_t account_count;
        int64_t balances[LIVE_ACCOUNTS_MAX];
        bool conserved;
    } final;
};

/* session.c */
void session_step(struct session *s, struct node *node, struct engine_event *event);
bool session_flush(struct session *s, struct node *node);
void session_fail(struct session *s, int exit_status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* False when e is ERR_OK; else the session ends with the sentence and status for it. */
bool session_disk_failed(struct session *s, enum err e);
void session_notice(struct session *s, int kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool session_submit(struct session *s, struct node *node, uint8_t op_kind, const uint8_t *payload,
    size_t size, const struct identity_keys *bot, uint32_t command_id,
    const struct live_command *command);
bool session_submit_live(struct session *s, struct node *node, const struct identity_keys *bot,
    const struct live_command *command, uint32_t command_id);
bool session_open_node(struct session *s, struct node *node, const uint8_t founder_vote_sk[64]);
void session_start_node(struct session *s, struct node *node, bool journal_trusted);
/* Nobody is linked any more: whatever had to be agreed is, or cannot be. */
bool session_alone(const struct session *s);
void session_submit_join(struct session *s, struct node *node, const struct identity_keys *joiner,
    const char *name, bool bot, const uint8_t sponsor[ID_BYTES], const uint8_t ticket[64]);
/* A bot beside the host: a player without a vote (rule 16.2). */
void session_add_bot(struct session *s);
static inline const struct live *session_live(const struct session *s)
{
    return engine_final_state(s->nodes[0].engine);
}
/* The own context for rule questions (timers). */
struct live_context session_context(const struct session *s);

/* session_local.c: between members of this process. Full: dropped. */
void session_send_local(struct session *s, const struct node *from, const struct node *to,
    const uint8_t *data, uint32_t size);
void session_deliver_local(struct session *s);

/* session_book.c: addresses, words and the link key, told and kept. */
void session_announce(struct session *s, const uint8_t to[ID_BYTES]);
void session_send_addresses(struct session *s, const uint8_t to[ID_BYTES]);
void session_send_words(struct session *s, const uint8_t to[ID_BYTES]);
void session_hear_control(struct session *s, const struct mesh_event *e, const struct control *c);

/* session_net.c */
void session_send(struct session *s, const uint8_t to[ID_BYTES], unsigned channel,
    const uint8_t *data, size_t size);
void session_send_control(struct session *s, const uint8_t to[ID_BYTES], const struct control *c);
struct known_peer *session_peer(struct session *s, const uint8_t id[ID_BYTES], bool add);
void session_sync_peers(struct session *s);
/* We hung up: nothing more comes of that link, not even the news of its end. */
void session_link_lost(struct session *s, struct known_peer *p);
void session_poll_net(struct session *s);

/* Somebody did not know the words, the count-th time; that burned them. New ones follow, unless it happened too often. */
void session_guess_failed(struct session *s, uint32_t count);
void session_words_burned(struct session *s);

/* New words, where the door is ours; the old ones open nothing any more. */
void session_renew_words(struct session *s);

/* session_ballot.c: what the members are asked about somebody. After each block that is agreed on; in idle moments, for a strategy,
 * which lets everybody in; for the picture; and the player's own answers. */
void session_ballots_look(struct session *s, const struct committed *c);
void session_poll_ballots(struct session *s);
void session_fill_ballots(const struct session *s, struct ui_model *m);
void session_fill_asked(const struct session *s, struct ui_model *m);
void session_ballot_command(struct session *s, const struct ui_command *command);
void session_report_open(struct session *s);
/* The words and their failures so far, to every member (decision 7). */
void session_tell_words(struct session *s);
bool session_linked(const struct known_peer *p);
/* Links are made under the lineage's id and key. */
void session_set_links(struct session *s);
/* False: it could not be written, and the log says so. */
bool session_save_net(struct session *s);
void session_load_net(struct session *s);

/* session_spare.c: final blocks that bots have and the player's record has not. */
void session_keep_spares(struct session *s, const struct node *node);
void session_answer_spares(struct session *s, uint64_t height, struct writer *w);
void session_free_spares(struct session *s);

/* session_sandbox.c: one of the bots cheats. */
void session_begin_cheat(struct session *s);
/* True when the message has been dealt with. */
bool session_cheat(
    struct session *s, struct node *node, const struct outgoing *m, const uint8_t *data);
/* A message of another member of this process did not check. */
void session_misbehaved(struct session *s, const struct node *from);
/* An operation of `author` was refused by the rules. */
void session_cheat_refused(struct session *s, const uint8_t author[ID_BYTES]);
/* What came of the cheating, in one or two sentences. */
void session_sandbox_farewell(const struct session *s, char *text, size_t size);
/* Has everybody sat down who is not proven a liar: then a practice table begins. */
bool session_solo_complete(const struct session *s);

/* session_guard.c */
/* Whether a message of that link is taken; counts it, and cuts the link off when it is too much. */
bool session_guard_takes(struct session *s, struct known_peer *p, size_t size);
/* It was malformed. */
void session_guard_blames(struct session *s, struct known_peer *p);
/* Wants those again whose time is over. */
void session_poll_guard(struct session *s);

/* session_join.c */
void session_join_control(struct session *s, const uint8_t from[ID_BYTES], const struct control *c);
void session_poll_join(struct session *s);

/* session_auto.c: the own player's strategy, which he can stop and start again. */
/* May this bot move at all: only the own strategy may be stopped, or wait so that its player can look. */
bool session_auto_plays(const struct session *s, const struct player_bot *b);
/* Where somebody watches, the last roll is looked at before saying ready: true, and it comes later. */
bool session_auto_looks(
    struct session *s, const struct player_bot *b, const struct live_command *command);
uint64_t session_auto_deadline_ms(const struct session *s);
/* All strategies of this process learn what the dice did. */
void session_auto_saw(struct session *s, const struct event_sink *sink);
/* If its plan has ended by itself: the player takes over, and where there is none the table is left. */
void session_auto_ended(struct session *s, struct player_bot *b);
void session_auto_set(struct session *s, bool on);
void session_fill_auto(const struct session *s, struct ui_model *m);

/* session_play.c */
void session_committed(struct session *s, const struct engine_update *update);
void session_poll_bots(struct session *s);
/* A move as its player would type it. */
enum { COMMAND_TEXT_BYTES = 96 };
void session_command_text(const struct live_command *c, char text[COMMAND_TEXT_BYTES]);
/* "bet", "throw"; "" for none. */
const char *session_command_word(uint8_t kind);
void session_report_joined(struct session *s);
/* session_join.c: the table has freed a seat. Ours, and not by leaving now: there is nothing left to do here. */
void session_seat_lost(struct session *s, uint16_t account);
/* Says that an own command was refused, by the table or before it got there. */
void session_refuse(
    struct session *s, const struct live_command *command, uint32_t id, uint16_t refusal);
/* A command of the screen that goes nowhere. Those before it may be on their way still. */
void session_command_refused(struct session *s, uint32_t command_id);
void samples_add(struct samples *all, double value);
struct report_times samples_times(const struct samples *all);

/* session_trace.c, called where somebody traces: an own operation begins; a step has been saved and sent; it is final. */
void session_trace_begin(struct session *s, struct inflight *f);
void session_trace_step(struct session *s, const struct engine_update *u);
void session_trace_settle(struct session *s, const struct committed *c, const struct op_outcome *o,
    const struct inflight *f);

/* session_measure.c: what the own member's engine has counted, into the counters. After its start, and before its end. */
void session_count_begin(struct session *s);
void session_count_engine(struct session *s);

/* session_alert.c */
/* Two lines that stay in sight until the player puts them away; the feed has them, too. */
void session_alert(struct session *s, const char *text, const char *more);
void session_fill_alert(const struct session *s, struct ui_model *m);
/* The own record of that roll does not check: whatever this seat would sign now stands on nothing, so it signs no more. */
void session_stop_for(struct session *s, uint64_t roll);

/* session_invariants.c */
/* An invariant does not hold here (guard.h): nothing that this step wanted sent goes out, or anything after it; the proof is kept
 * and it is said. Once. A practice bot runs this very program: its fault is ours. */
void session_watch(struct session *s, const struct node *node);

/* session_evidence.c */
/* Somebody who never had a seat has a name all the same: that of its JOIN. */
void session_name_of(
    const struct session *s, const uint8_t id[ID_BYTES], char name[static NAME_BYTES_MAX + 1]);
/* The liar's seat is free; an alert that nobody has put away yet says so from now on. */
void session_tell_put_out(struct session *s, const char *name);
/* Is that player out because of a proven lie? */
bool session_was_put_out(const struct session *s, uint16_t account);
/* Tells of proven lies, once each. */
void session_lies(struct session *s, const struct engine_update *u);
/* Ends the session of a liar that is out. */
void session_poll_convicted(struct session *s);
/* Proofs of before the restart that no block holds yet. */
void session_restore_evidence(struct session *s);
/* Does the record say so, or a proof beside it: there is no way back into that table. */
bool session_is_convicted(struct session *s);

/* session_sync.c: what a step says of catching up: a state taken over, a peer that lied. */
void session_synced(struct session *s, const struct engine_update *update);
/* Before the engine gets an agreement message: a newcomer's history is looked at by all cores (src/ahead.h). */
void session_look_ahead(struct session *s, const uint8_t *message, size_t size);
bool session_vouched(void *self, uint64_t height, const struct digest *block);

/* session_timers.c */
void session_poll_timers(struct session *s);
uint64_t session_timer_deadline(
    const struct session *s, const struct member_timer *t, enum live_timer timer);

#endif
