/* How a session begins: a table of our own, a friend's, or the one we left. */
#include "src/session_internal.h"

#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

/* House rule `rate`: so many operations a second and twice as many at once (decision 13). */
static void set_rate(const struct session *s, struct engine_config *config)
{
    struct house_rules rules;
    struct reader r = reader_of(s->genesis.rules, s->genesis.rules_size);
    if (house_rules_decode(&rules, &r) && rules.rate != LIVE_ANY) {
        config->op_rate = rules.rate;
        config->op_burst = rules.rate > UINT16_MAX / 2 ? UINT16_MAX : (uint16_t)(2 * rules.rate);
    }
}

bool session_open_node(struct session *s, struct node *node, const uint8_t founder_vote_sk[64])
{
    struct engine_config config = {
        .app = &game_app,
        .signer = &signer_ed25519,
        .genesis = s->genesis,
        .delta_ms = s->config.delta_ms,
        .shares_with_finalize = true,
        .watcher = s->config.watch,
    };
    if (node == &s->nodes[0]) {
        config.vouching = (struct vouching){.self = s, .vouched = session_vouched};
    }
    set_rate(s, &config);
    memcpy(config.id_sk, node->keys.id_sk, sizeof config.id_sk);
    memcpy(config.net_pk, node->keys.net_pk, sizeof config.net_pk);
    randombytes_buf(config.seed, sizeof config.seed);
    if (founder_vote_sk != NULL) {
        memcpy(config.founder_vote_sk, founder_vote_sk, sizeof config.founder_vote_sk);
    }
    node->engine = engine_create(&config);
    node->update = calloc(1, sizeof *node->update);
    sodium_memzero(&config, sizeof config);
    return node->engine != NULL && node->update != NULL;
}

void session_start_node(struct session *s, struct node *node, bool journal_trusted)
{
    engine_start(node->engine, journal_trusted, clock_now_ms(), node->update);
    if (node == &s->nodes[0]) {
        session_count_begin(s);
    }
    if (node == &s->nodes[0] && split_frozen(&s->split)) {
        s->split.unflushed = true; /* bound: not a vote more (protocol B.5) */
    } else {
        session_flush(s, node);
    }
}

static struct session *session_alloc(const struct session_config *config)
{
    struct session *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return NULL;
    }
    s->config = *config;
    s->count = config->counters;
    s->ring = malloc(LOCAL_RING_BYTES);
    s->commit_ms.values = calloc(SAMPLES_MAX, sizeof(float));
    s->roll_ms.values = calloc(SAMPLES_MAX, sizeof(float));
    s->nodes[0].keys = *config->keys;
    s->node_count = 1;
    if (s->ring == NULL || s->commit_ms.values == NULL || s->roll_ms.values == NULL) {
        session_destroy(s);
        return NULL;
    }
    return s;
}

/* Moves the problem out of a session that could not begin. */
static struct session *give_up(
    struct session *s, struct session_problem *problem, const char *text, int exit_status)
{
    if (s != NULL && s->problem.exit_status != 0) {
        *problem = s->problem;
    } else {
        problem->exit_status = exit_status;
        snprintf(problem->text, sizeof problem->text, "%s", text);
    }
    session_destroy(s);
    return NULL;
}

/* Genesis, record and engine of a table of our own. */
static bool found_table(struct session *s, const struct house_rules *rules)
{
    uint8_t vote_pk[32], vote_sk[64];
    crypto_sign_keypair(vote_pk, vote_sk);
    struct genesis *g = &s->genesis;
    struct writer w = writer_of(g->rules, sizeof g->rules);
    house_rules_encode(rules, &w);
    CHECK(!w.bad);
    g->version = PROTOCOL_VERSION;
    g->rules_size = (uint16_t)w.size;
    memcpy(g->founder_id, s->config.keys->id_pk, ID_BYTES);
    memcpy(g->founder_net_pk, s->config.keys->net_pk, 32);
    memcpy(g->founder_vote_pk, vote_pk, 32);
    g->profile_size = (uint8_t)strnlen(s->config.name, PROFILE_BYTES_MAX);
    memcpy(g->profile, s->config.name, g->profile_size);
    randombytes_buf(g->nonce, sizeof g->nonce);
    s->game_id = genesis_game_id(g);
    uint8_t bytes[GENESIS_FOUNDED_BYTES_MAX];
    w = writer_of(bytes, sizeof bytes);
    genesis_encode(g, &w);
    char file[128];
    enum err e = store_new_name(s->config.paths->sessions_dir, rules->name, file, sizeof file);
    if (e == ERR_OK) {
        e = store_create(&s->nodes[0].store, s->config.paths->sessions_dir, file, bytes, w.size);
    }
    if (e == ERR_OK) {
        e = store_put_secret(s->nodes[0].store, "founder_vote_sk", vote_sk, sizeof vote_sk);
    }
    if (e != ERR_OK) {
        sodium_memzero(vote_sk, sizeof vote_sk);
        session_fail(s, 73, "The table's record could not be made in %s: %s.",
            s->config.paths->sessions_dir, err_name(e));
        return false;
    }
    bool opened = session_open_node(s, &s->nodes[0], vote_sk);
    sodium_memzero(vote_sk, sizeof vote_sk);
    if (!opened) {
        session_fail(s, 70, "Not enough memory for a table.");
        return false;
    }
    session_start_node(s, &s->nodes[0], true);
    return s->state != SESSION_ENDED;
}

static const char *const bot_names[] = {"Bo", "Cy", "Dee", "Eli", "Flo", "Gus", "Hal", "Ida", "Jo",
    "Kit", "Lou", "Max", "Nan", "Oz", "Pip", "Quin"};
static const enum strategy_kind bot_plans[] = {STRATEGY_PASS_ODDS, STRATEGY_PLACE_6_8,
    STRATEGY_DONT_PASS, STRATEGY_THREE_POINT_MOLLY, STRATEGY_IRON_CROSS, STRATEGY_FIELD};

static struct player_bot *add_bot(struct session *s, const char *name)
{
    if (s->bot_count == BOTS_MAX) {
        return NULL;
    }
    struct player_bot *b = &s->bots[s->bot_count];
    memset(b, 0, sizeof *b);
    b->used = true;
    snprintf(b->name, sizeof b->name, "%s", name);
    s->bot_count++;
    return b;
}

/* Which bets a bot likes; never the dice. */
static uint64_t bot_seed(void)
{
    uint64_t seed;
    randombytes_buf(&seed, sizeof seed);
    return seed;
}

static void add_own_strategy(struct session *s)
{
    if (s->config.strategy == NULL) {
        return;
    }
    struct player_bot *b = add_bot(s, s->config.name);
    strategy_choice_init(&b->strategy, s->config.strategy, bot_seed());
    b->keys = *s->config.keys;
    b->node = &s->nodes[0];
    b->own_node = true;
    b->registered = true;
}

/* The next bot beside the host; its keys are for the caller to fill in. */
static struct player_bot *add_hosted_bot(struct session *s)
{
    size_t plans = sizeof bot_plans / sizeof bot_plans[0];
    uint32_t own = s->config.strategy != NULL;
    uint32_t index = s->bot_count - own;
    if (index >= sizeof bot_names / sizeof bot_names[0]) {
        return NULL;
    }
    struct player_bot *b = add_bot(s, bot_names[index]);
    if (b != NULL) {
        strategy_init(&b->strategy, bot_plans[index % plans], bot_seed());
        b->node = &s->nodes[0];
    }
    return b;
}

enum { BOT_SECRET_BYTES = 64 + 32 + 32 };

/* Bots come back with their host: only it can sign for them. */
static void save_bots(struct session *s)
{
    uint8_t bytes[BOTS_MAX * BOT_SECRET_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    for (uint32_t i = 0; i < s->bot_count; i++) {
        if (!s->bots[i].own_node) {
            write_bytes(&w, s->bots[i].keys.id_sk, 64);
            write_bytes(&w, s->bots[i].keys.net_sk, 32);
            write_bytes(&w, s->bots[i].keys.net_pk, 32);
        }
    }
    (void)session_disk_failed(s, store_put_secret(s->nodes[0].store, "bots", bytes, w.size));
    sodium_memzero(bytes, sizeof bytes);
}

static void load_bots(struct session *s)
{
    uint8_t bytes[BOTS_MAX * BOT_SECRET_BYTES];
    size_t size = 0;
    if (store_get_secret(s->nodes[0].store, "bots", bytes, sizeof bytes, &size) != ERR_OK) {
        return;
    }
    struct reader r = reader_of(bytes, size);
    while (reader_left(&r) >= BOT_SECRET_BYTES) {
        struct player_bot *b = add_hosted_bot(s);
        if (b == NULL) {
            break;
        }
        read_bytes(&r, b->keys.id_sk, 64);
        memcpy(b->keys.id_pk, b->keys.id_sk + 32, ID_BYTES);
        read_bytes(&r, b->keys.net_sk, 32);
        read_bytes(&r, b->keys.net_pk, 32);
        b->registered =
            protocol_identity(engine_protocol(s->nodes[0].engine), b->keys.id_pk) != NULL;
    }
    sodium_memzero(bytes, sizeof bytes);
}

void session_add_bot(struct session *s)
{
    struct player_bot *b = s->hosting ? add_hosted_bot(s) : NULL;
    if (b != NULL) {
        identity_generate(&b->keys);
        save_bots(s);
    }
}

static void link_nodes(struct session *s, struct node *a, struct node *b)
{
    struct engine_event up = {.kind = ENGINE_LINK_UP};
    memcpy(up.from, b->keys.id_pk, ID_BYTES);
    session_step(s, a, &up);
    memcpy(up.from, a->keys.id_pk, ID_BYTES);
    session_step(s, b, &up);
}

/* A bot that is a member: its own identity, engine and vote, in this process (solo only, rule 16.2). */
static bool add_member_bot(struct session *s, unsigned index)
{
    struct node *n = &s->nodes[s->node_count];
    identity_generate(&n->keys);
    if (!session_open_node(s, n, NULL)) {
        return false;
    }
    s->node_count++;
    session_start_node(s, n, true);
    size_t plans = sizeof bot_plans / sizeof bot_plans[0];
    struct player_bot *b = add_bot(s, bot_names[index]);
    strategy_init(&b->strategy, bot_plans[index % plans], bot_seed());
    b->keys = n->keys;
    b->node = n;
    b->own_node = true;
    b->registered = true;
    for (uint32_t i = 0; i + 1 < s->node_count; i++) {
        link_nodes(s, &s->nodes[i], n);
    }
    return true;
}

struct session *session_solo(const struct session_config *config, const struct house_rules *rules,
    unsigned bots, struct session_problem *problem)
{
    struct session *s = session_alloc(config);
    if (s == NULL) {
        return give_up(s, problem, "Not enough memory for a table.", 70);
    }
    s->practice = true;
    s->config.mesh = NULL;
    add_own_strategy(s);
    if (!found_table(s, rules)) {
        return give_up(s, problem, "", 70);
    }
    for (unsigned i = 0; i < bots && i + 1 < NODES_MAX; i++) {
        if (!add_member_bot(s, i)) {
            return give_up(s, problem, "Not enough memory for the bots.", 70);
        }
    }
    s->join_step = JOIN_DONE;
    s->state = SESSION_PLAYING;
    session_report_open(s);
    session_begin_cheat(s);
    return s;
}

struct session *session_host(const struct session_config *config, const struct house_rules *rules,
    unsigned bots, struct session_problem *problem)
{
    struct session *s = session_alloc(config);
    if (s == NULL) {
        return give_up(s, problem, "Not enough memory for a table.", 70);
    }
    s->hosting = true;
    add_own_strategy(s);
    if (!found_table(s, rules)) {
        return give_up(s, problem, "", 70);
    }
    uint8_t random[INVITE_LONG_RANDOM_BYTES];
    randombytes_buf(random, sizeof random);
    s->config.words = NULL;
    if (config->words != NULL) {
        s->words = *config->words;
    } else if (config->invite_long) {
        invite_pick_long(&s->words, random);
    } else {
        invite_pick_spoken(&s->words, random);
    }
    sodium_memzero(random, sizeof random);
    s->has_words = true;
    s->door_wanted = true;
    randombytes_buf(s->link_key, sizeof s->link_key);
    s->link_id = s->game_id;
    s->has_link_key = true;
    session_set_links(s);
    for (unsigned i = 0; i < bots; i++) {
        session_add_bot(s);
    }
    s->join_step = JOIN_DONE;
    s->state = SESSION_PLAYING;
    session_save_net(s);
    session_poll_net(s);
    if (s->problem.exit_status != 0) {
        return give_up(s, problem, "", 70);
    }
    return s;
}

struct session *session_join(const struct session_config *config, const struct invite *invite,
    struct net_address address, struct session_problem *problem)
{
    struct session *s = session_alloc(config);
    if (s == NULL) {
        return give_up(s, problem, "Not enough memory for a table.", 70);
    }
    s->words = *invite;
    s->has_words = true;
    s->state = SESSION_JOINING;
    s->join_started_ms = clock_now_ms();
    add_own_strategy(s);
    char secret[INVITE_PRS_MAX + 1] = {0};
    size_t size = invite_prs(invite, (uint8_t *)secret);
    secret[size] = '\0';
    enum err e = mesh_join(config->mesh, address, secret);
    sodium_memzero(secret, sizeof secret);
    if (e != ERR_OK) {
        return give_up(s, problem, "The table could not be dialled. Is the address right?", 69);
    }
    return s;
}

struct session *session_resume(const struct session_config *config, struct net_address address,
    struct session_problem *problem)
{
    struct session *s = session_alloc(config);
    if (s == NULL) {
        return give_up(s, problem, "Not enough memory for a table.", 70);
    }
    char name[128], text[256] = "";
    uint64_t age_s;
    struct house_rules rules;
    bool trusted = false;
    enum err e = session_last_table(config->paths->sessions_dir, name, sizeof name, &rules, &age_s);
    if (e == ERR_OK) {
        e = store_open(&s->nodes[0].store, config->paths->sessions_dir, name, &trusted, text);
    }
    if (e == ERR_NOT_FOUND) {
        return give_up(
            s, problem, "There is no table to come back to. Join one by its words: craps join", 66);
    }
    if (e != ERR_OK) {
        session_fail(s, 65, "The record of the last table cannot be read: %s.",
            text[0] == '\0' ? err_name(e) : text);
        return give_up(s, problem, "", 65);
    }
    if (!session_move_resumed(s, &trusted)) {
        return give_up(s, problem, "", 74);
    }
    size_t size;
    const uint8_t *bytes = store_genesis(s->nodes[0].store, &size);
    struct reader r = reader_of(bytes, size);
    if (!genesis_decode(&s->genesis, &r)) {
        return give_up(
            s, problem, "The record of the last table is not one this version can read.", 65);
    }
    s->game_id = genesis_game_id(&s->genesis);
    uint8_t vote_sk[64];
    size_t sk_size = 0;
    bool founder = store_get_secret(s->nodes[0].store, "founder_vote_sk", vote_sk, sizeof vote_sk,
                       &sk_size) == ERR_OK &&
                   sk_size == sizeof vote_sk;
    bool opened = session_open_node(s, &s->nodes[0], founder ? vote_sk : NULL);
    sodium_memzero(vote_sk, sizeof vote_sk);
    if (!opened) {
        return give_up(s, problem, "Not enough memory for the table.", 70);
    }
    e = store_restore(s->nodes[0].store, s->nodes[0].engine, false, text);
    if (e != ERR_OK) {
        session_fail(s, 65, "The record of the last table is damaged: %s.", text);
        return give_up(s, problem, "", 65);
    }
    if (engine_protocol(s->nodes[0].engine)->ended) {
        store_forget_keys(s->nodes[0].store); /* leaving was agreed, and then this was cut off */
        return give_up(s, problem,
            "The last table is over: everybody has left. Open one with: craps host", 66);
    }
    if (session_is_convicted(s)) {
        return give_up(s, problem,
            "That table has proof that this identity cheated, and goes on without it.", 76);
    }
    s->resumed = true;
    s->join_started_ms = clock_now_ms();
    add_own_strategy(s);
    load_bots(s);
    session_load_net(s);
    session_split_load(s);
    session_note_absent(s);
    if (address.port != 0) {
        for (size_t i = 0; i < PEERS_KEPT; i++) {
            if (s->peers[i].used) {
                s->peers[i].address = address;
            }
        }
    }
    s->join_step = JOIN_SEAT;
    s->state = SESSION_JOINING;
    if (s->has_link_key) {
        session_set_links(s);
    }
    session_start_node(s, &s->nodes[0], trusted);
    session_restore_evidence(s);
    session_sync_peers(s);
    return s;
}
