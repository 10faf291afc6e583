/* craps discover: tables on this network. */
#include "src/commands/command.h"

#include "consensus/genesis.h"
#include "net/mesh.h"
#include "src/clock.h"
#include "src/identity.h"
#include "src/money.h"

#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { WAIT_DEFAULT_S = 2, ASK_AGAIN_MS = 700, DESCRIPTORS_MAX = 16 };

static bool set_bind(struct mesh_config *c, const char *bind)
{
    unsigned b[4];
    char more;
    if (bind == NULL) {
        return true;
    }
    if (sscanf(bind, "%3u.%3u.%3u.%3u%c", &b[0], &b[1], &b[2], &b[3], &more) == 4 && b[0] < 256 &&
        b[1] < 256 && b[2] < 256 && b[3] < 256) {
        c->bind_ip = b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
        return true;
    }
    return snprintf(c->bind_interface, sizeof c->bind_interface, "%s", bind) <
           (int)sizeof c->bind_interface;
}

/* A mesh that belongs to nobody: it only asks. */
static enum err open_mesh(struct mesh **out, const struct options *o)
{
    struct identity_keys keys;
    identity_generate(&keys);
    struct mesh_config c = {
        .version = PROTOCOL_VERSION,
        .discovery_port = cli_given(o, "discovery-port") ? (uint16_t)o->discovery_port
                                                         : NET_DISCOVERY_PORT_DEFAULT,
    };
    memcpy(c.id_pk, keys.id_pk, sizeof c.id_pk);
    memcpy(c.id_sk, keys.id_sk, sizeof c.id_sk);
    memcpy(c.net_pk, keys.net_pk, sizeof c.net_pk);
    memcpy(c.net_sk, keys.net_sk, sizeof c.net_sk);
    randombytes_buf(c.seed, sizeof c.seed);
    enum err e = set_bind(&c, o->bind) ? mesh_create(out, &c) : ERR_RANGE;
    identity_wipe(&keys);
    sodium_memzero(&c, sizeof c);
    return e;
}

static void listen_for(struct mesh *mesh, uint64_t wait_ms)
{
    uint64_t start = clock_now_ms(), now = start, asked = 0;
    while (now - start < wait_ms) {
        if (asked == 0 || now - asked >= ASK_AGAIN_MS) {
            mesh_search(mesh, now);
            asked = now;
        }
        struct pollfd fds[DESCRIPTORS_MAX];
        int descriptors[DESCRIPTORS_MAX];
        size_t count = mesh_descriptors(mesh, descriptors, DESCRIPTORS_MAX);
        for (size_t i = 0; i < count; i++) {
            fds[i] = (struct pollfd){.fd = descriptors[i], .events = POLLIN};
        }
        uint64_t left = wait_ms - (now - start);
        poll(fds, count, left < 100 ? (int)left : 100);
        now = clock_now_ms();
        mesh_service(mesh, now);
    }
}

static void address_text(char text[static 16], uint32_t ip)
{
    snprintf(text, 16, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
}

static const char *state_word(uint8_t state)
{
    return state == 0 ? "lobby" : "playing";
}

static json_t *row(const struct mesh_found *f)
{
    char address[16];
    address_text(address, f->address.ip);
    return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:i, s:s, s:I, s:I}", "name",
        f->info.name, "host", f->info.host, "address", address, "port", (int)f->address.port,
        "seats", (int)f->info.seats, "seated", (int)f->info.seated, "state",
        state_word(f->info.state), "version", (int)f->version, "word", f->info.first_word, "min",
        (json_int_t)f->info.min_cents, "max", (json_int_t)f->info.max_cents);
}

static void print_json(const struct mesh_found *found, size_t count)
{
    json_t *tables = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(tables, row(&found[i])); /* refuses NULL */
    }
    json_t *document = json_pack("{s:i, s:o}", "schema", 1, "tables", tables);
    json_dumpf(document, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(document);
}

static void print_table(const struct mesh_found *found, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct mesh_found *f = &found[i];
        char address[16], min[MONEY_TEXT_BYTES], max[MONEY_TEXT_BYTES];
        address_text(address, f->address.ip);
        money_format(min, f->info.min_cents);
        money_format(max, f->info.max_cents);
        printf("%-24s host %-16s %s:%u  %u of %u seats, %s to %s, %s%s%s\n", f->info.name,
            f->info.host, address, f->address.port, f->info.seated, f->info.seats, min, max,
            state_word(f->info.state), f->info.first_word[0] == '\0' ? "" : ", first word ",
            f->info.first_word);
        if (f->version != PROTOCOL_VERSION) {
            printf("    speaks version %u, this program version %u: cannot join\n", f->version,
                PROTOCOL_VERSION);
        }
    }
}

static int run(struct invocation *in)
{
    const struct options *o = &in->options;
    struct mesh *mesh = NULL;
    if (o->no_discovery) {
        return cli_fail(EX_USAGE, "--no-discovery leaves nothing to do here; leave it out");
    }
    enum err e = open_mesh(&mesh, o);
    if (e != ERR_OK) {
        return cli_fail(e == ERR_PERMISSION ? EX_NOPERM : EX_UNAVAILABLE,
            "the network cannot be used (%s); check --bind and the network's settings",
            err_name(e));
    }
    listen_for(mesh, 1000 * (cli_given(o, "wait") ? o->wait_s : WAIT_DEFAULT_S));
    struct mesh_found found[NET_TABLES_FOUND_MAX];
    size_t count = mesh_found_tables(mesh, found, NET_TABLES_FOUND_MAX);
    mesh_destroy(mesh);
    if (o->json) {
        print_json(found, count);
    } else if (count > 0) {
        print_table(found, count);
    } else if (!o->quiet) {
        fputs("craps: no table answers on this network\n", stderr);
    }
    return count > 0 ? 0 : 1;
}

const struct command command_discover = {
    .name = "discover",
    .arguments = "",
    .summary = "tables on this network",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_NET | OPTIONS_DISCOVER,
    .arguments_max = 0,
    .help = "  craps discover                         who is playing here\n"
            "  craps discover --wait 5                listen for longer\n"
            "  craps discover --json                  one document for a script\n"
            "\n"
            "usage: craps discover [OPTIONS]\n"
            "  --wait SECONDS       1 to 3600 (2)\n"
            "  --bind ADDR|IFACE    look there only\n"
            "  --discovery-port P   (7776)\n"
            "  --port P and --no-discovery are of no use here.\n"
            "\n"
            "Ends with status 0 when there are tables, 1 when there are none.\n"
            "Options of every command: craps help options\n",
    .run = run,
};
