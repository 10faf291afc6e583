/* Everything that is read before somebody has proven who he is, and the sealed records after that. */
#include "net/discovery.h"
#include "net/gate.h"
#include "net/invite.h"
#include "net/lobby.h"
#include "net/record.h"
#include "net/session.h"
#include "tests/fuzz/target.h"

#include <sodium.h>
#include <string.h>

enum { PACKET_MAX = 2048 };

static const uint8_t NO_KEY[HELLO_KEY_BYTES];
static const struct net_address SOMEBODY = {.ip = 0x0a000001, .port = 4000};

/* The checksum is made right, or nothing would ever get past it. */
static bool run_hello(const uint8_t *data, size_t size)
{
    uint8_t bytes[HELLO_BYTES] = {0}, again[HELLO_BYTES];
    struct hello h;
    bool taken = hello_read(&h, data, size, NO_KEY);
    memcpy(bytes, data, size < HELLO_BYTES - 8 ? size : HELLO_BYTES - 8);
    crypto_shorthash(bytes + HELLO_BYTES - 8, bytes, HELLO_BYTES - 8, NO_KEY);
    if (hello_read(&h, bytes, sizeof bytes, NO_KEY)) {
        hello_write(again, &h, NO_KEY);
        taken = true;
    }
    return taken;
}

static void seed_hello(struct writer *w)
{
    uint8_t bytes[HELLO_BYTES];
    hello_write(bytes, &(struct hello){.type = HELLO_ASK, .version = 1, .nonce = 5}, NO_KEY);
    write_bytes(w, bytes, sizeof bytes);
}

/* What a datagram does at each kind of door: nothing is answered with more bytes than came. */
static bool run_gate(const uint8_t *data, size_t size)
{
    static struct gate g;
    uint8_t bytes[PACKET_MAX], reply[HELLO_BYTES], key[HELLO_KEY_BYTES];
    uint32_t id, sum;
    struct hello answer;
    struct gate_header header;
    bool taken = false;
    if (size < 1 || size > sizeof bytes) {
        return false;
    }
    gate_init(&g, (enum gate_kind)(data[0] % 3), 1, NO_KEY);
    gate_set_key(&g, NO_KEY, NO_KEY);
    memcpy(bytes, data + 1, size - 1);
    struct gate_datagram d = {.from = SOMEBODY, .data = bytes, .size = size - 1, .now_ms = 100000};
    if (hello_is(bytes, size - 1)) {
        enum gate_hello_verdict v = gate_take_hello(&g, &d, false, reply, &answer);
        MUST(v != GATE_REPLY || d.size >= sizeof reply);
        taken = v != GATE_DROP;
    } else if (gate_parse(&g, &d, &header)) {
        taken = gate_admit_connect(&g, &d, &header, &id, &sum, key);
        taken = gate_admit(&g, &d, &header, 7, NO_KEY, &sum) || taken;
    }
    MUST(memcmp(bytes, data + 1, size - 1) == 0);
    return taken;
}

static void seed_gate(struct writer *w)
{
    write_u8(w, GATE_LOBBY);
    seed_hello(w);
}

static bool run_discovery(const uint8_t *data, size_t size)
{
    struct mesh_found found;
    uint64_t nonce;
    uint16_t version;
    bool query = discovery_read_query(data, size, &version, &nonce);
    if (!discovery_read_answer(&found, &nonce, data, size)) {
        return query;
    }
    uint8_t again[DISCOVERY_BYTES];
    MUST(discovery_write_answer(again, &found, nonce) <= DISCOVERY_BYTES);
    for (const char *p = found.info.name; *p != '\0'; p++) {
        MUST((uint8_t)*p >= 0x20 && *p != 0x7f);
    }
    return true;
}

static void seed_discovery(struct writer *w)
{
    uint8_t bytes[DISCOVERY_BYTES];
    struct mesh_found own = {.address.port = 7,
        .version = 1,
        .info = {.first_word = "otter", .name = "Friday", .host = "Ann"}};
    write_bytes(w, bytes, discovery_write_answer(bytes, &own, 77));
}

static bool run_invite(const uint8_t *data, size_t size)
{
    struct invite invite, again;
    struct invite_problem problem;
    char text[INVITE_TEXT_SIZE];
    if (invite_parse(&invite, &problem, (const char *)data, size) != ERR_OK) {
        return false;
    }
    size_t length = invite_format(&invite, text);
    MUST(length < sizeof text && invite_parse(&again, NULL, text, length) == ERR_OK);
    return true;
}

static void seed_invite(struct writer *w)
{
    write_bytes(w, "otter canyon-velvet@host:7777", 29);
}

/* Inside the seal anything may stand: the record is sealed as a member with the key would. */
static bool run_record(const uint8_t *data, size_t size)
{
    static const uint8_t split[RECORD_KEY_BYTES] = {1};
    static uint8_t packet[8192], out[8192];
    static struct record_sealer sealer;
    static struct record_opener opener;
    size_t packet_size, out_size;
    if (size < 4 || size > 4096) {
        return false;
    }
    record_sealer_init(&sealer, split);
    record_opener_init(&opener, split, 0x2f);
    uint8_t channel = data[0] % RECORD_CHANNELS;
    MUST(record_seal(&sealer, channel, data, size, packet, sizeof packet, &packet_size) == ERR_OK);
    size_t at = (size_t)(data[1] << 8 | data[2]) % packet_size;
    packet[at] ^= data[3];
    enum record_verdict v =
        record_open(&opener, channel, packet, packet_size, out, sizeof out, &out_size);
    MUST((v == RECORD_OK) == (data[3] == 0));
    MUST(v != RECORD_OK || (out_size == size && memcmp(out, data, size) == 0));
    return record_open(&opener, channel, data, size, out, sizeof out, &out_size) != RECORD_OK &&
           v == RECORD_OK;
}

static void seed_record(struct writer *w)
{
    write_bytes(w, "\0\0\0\0message", 11);
}

static const struct session_identity *self(void)
{
    static struct session_identity s;
    static const uint8_t seed[32] = {9};
    if (s.version == 0) {
        crypto_sign_seed_keypair(s.id_pk, s.id_sk, seed);
        memcpy(s.net_sk, seed, sizeof seed);
        crypto_scalarmult_base(s.net_pk, s.net_sk);
        s.version = 1;
    }
    return &s;
}

/* Packets u8 channel, u16 size, bytes to somebody who waits for a handshake. */
static bool run_session(const uint8_t *data, size_t size)
{
    static const struct digest game = {{3}};
    static struct session s;
    static struct session_output out;
    static uint8_t plain[PACKET_MAX];
    struct session_setup setup = {
        .kind = SESSION_MEMBER, .self = self(), .game_id = &game, .ephemeral_sk = {5}};
    struct reader r = reader_of(data, size);
    size_t plain_size;
    bool went_on = false;
    session_begin(&s, &setup, &out);
    while (reader_left(&r) > 3) {
        uint8_t channel = read_u8(&r);
        size_t length = read_u16(&r) % PACKET_MAX;
        length = length < reader_left(&r) ? length : reader_left(&r);
        const uint8_t *packet = read_span(&r, length);
        enum session_verdict v =
            session_receive(&s, channel, packet, length, &out, plain, sizeof plain, &plain_size);
        went_on = went_on || v == SESSION_GOES_ON;
        MUST(v != SESSION_READY && v != SESSION_MESSAGE); /* nobody signs for somebody else */
        if (v == SESSION_FAILED) {
            break;
        }
    }
    session_wipe(&s);
    return went_on;
}

static void seed_session(struct writer *w)
{
    static const struct digest game = {{3}};
    static struct session s;
    static struct session_output out;
    const uint8_t somebody[32] = {1};
    struct session_setup setup = {.kind = SESSION_MEMBER,
        .initiator = true,
        .self = self(),
        .game_id = &game,
        .ephemeral_sk = {6},
        .peer_id = somebody,
        .peer_net_pk = self()->net_pk};
    session_begin(&s, &setup, &out);
    write_u8(w, 0);
    write_lp(w, out.packets[0], out.sizes[0]);
    session_wipe(&s);
}

/* Messages u16 size, bytes to both sides of the door. */
static bool run_admission(const uint8_t *data, size_t size)
{
    static const struct digest game = {{3}};
    uint8_t random[ADMISSION_RANDOM_BYTES], reply[ADMISSION_MESSAGE_MAX];
    struct admission a;
    struct reader r = reader_of(data, size);
    bool joiner = read_u8(&r) & 1;
    bool went_on = false;
    struct writer w = writer_of(reply, sizeof reply);
    memset(&a, 0, sizeof a);
    memset(random, 7, sizeof random);
    if (joiner) {
        admission_knock(&a, self(), "canyon-velvet", random, &w);
    } else {
        admission_expect(&a);
    }
    while (reader_left(&r) > 2) {
        size_t length = read_u16(&r);
        length = length < reader_left(&r) ? length : reader_left(&r);
        w = writer_of(reply, sizeof reply);
        enum admission_verdict v =
            admission_receive(&a, self(), read_span(&r, length), length, random, &w);
        MUST(v != ADMISSION_PROVEN && !w.bad);
        if (v == ADMISSION_IN_LINE) {
            struct offer offer = {.self = self(), .game_id = &game, .secret = "canyon-velvet"};
            w = writer_of(reply, sizeof reply);
            admission_offer(&a, &offer, random, &w);
        } else if (v != ADMISSION_GOES_ON) {
            break;
        }
        went_on = true;
    }
    admission_wipe(&a);
    return went_on;
}

static void seed_admission(struct writer *w)
{
    uint8_t nonce[CPACE_NONCE_BYTES] = {4}, knock[64];
    struct admission a;
    struct writer k = writer_of(knock, sizeof knock);
    admission_knock(&a, self(), "canyon-velvet", nonce, &k);
    write_u8(w, 0);
    write_lp(w, knock, k.size);
}

static bool run_cpace_party(const uint8_t *data, size_t size)
{
    struct cpace_party party;
    uint8_t again[CPACE_AD_MAX];
    if (size > CPACE_AD_MAX ||
        cpace_party_decode(&party, (struct cpace_bytes){data, size}) != ERR_OK) {
        return false;
    }
    MUST(cpace_party_encode(again, &party) == size && memcmp(again, data, size) == 0);
    return true;
}

static void seed_cpace_party(struct writer *w)
{
    uint8_t bytes[CPACE_AD_MAX];
    struct cpace_party party = {.extra = {(const uint8_t *)"\0\1", 2}};
    write_bytes(w, bytes, cpace_party_encode(bytes, &party));
}

const struct fuzz_target fuzz_net[] = {
    {"hello", run_hello, seed_hello},
    {"gate", run_gate, seed_gate},
    {"discovery", run_discovery, seed_discovery},
    {"invite", run_invite, seed_invite},
    {"record", run_record, seed_record},
    {"session", run_session, seed_session},
    {"admission", run_admission, seed_admission},
    {"cpace_party", run_cpace_party, seed_cpace_party},
};
const size_t fuzz_net_count = sizeof fuzz_net / sizeof fuzz_net[0];
