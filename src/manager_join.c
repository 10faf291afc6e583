/* Finding the table of some words, and going there. */
#include "src/manager_internal.h"

#include "src/clock.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>

/* The first address that `host` has, or false. Blocks on a name that is not a number; only before a table is open. */
static bool resolve(const char *host, uint32_t *ip)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM};
    struct addrinfo *list = NULL;
    if (getaddrinfo(host, NULL, &hints, &list) != 0 || list == NULL) {
        return false;
    }
    const struct sockaddr_in *a = (const struct sockaddr_in *)(const void *)list->ai_addr;
    *ip = ntohl(a->sin_addr.s_addr);
    freeaddrinfo(list);
    return true;
}

static void join_at(struct manager *m, struct net_address address)
{
    struct session_config c = manager_session_config(m);
    struct mesh_found found[NET_TABLES_FOUND_MAX];
    size_t count = mesh_found_tables(m->mesh, found, NET_TABLES_FOUND_MAX);
    m->looking = false;
    for (size_t i = 0; i < count; i++) {
        if (found[i].address.ip == address.ip && found[i].address.port == address.port) {
            snprintf(c.table, sizeof c.table, "%.*s", UI_NAME_MAX, found[i].info.name);
            c.seats = found[i].info.seats;
        }
    }
    manager_began(m, session_join(&c, &m->words, address, &m->problem));
}

static void join_fails(struct manager *m, int exit_status, const char *text)
{
    m->looking = false;
    m->problem.exit_status = exit_status;
    snprintf(m->problem.text, sizeof m->problem.text, "%s", text);
    manager_began(m, NULL);
}

void manager_search(struct manager *m)
{
    if (m->mesh != NULL) {
        mesh_search(m->mesh, clock_now_ms());
        m->searched_ms = clock_now_ms();
        m->searching = true;
        m->dirty = true;
    }
}

/* Joins at the address that came with the words, or looks around for a table of that first word. */
void manager_start_join(struct manager *m, const struct invite *words)
{
    if (words != &m->words) {
        m->words = *words;
        m->watch_until_free = false;
    }
    m->problem = (struct session_problem){0};
    if (!manager_open_mesh(m)) {
        manager_began(m, NULL);
        return;
    }
    if (words->host[0] != '\0') {
        struct net_address address = {.port = words->port == 0 ? NET_PORT_DEFAULT : words->port};
        if (!resolve(words->host, &address.ip)) {
            char text[UI_TEXT_MAX];
            snprintf(text, sizeof text, "There is no host %.100s. Check the address after the @.",
                words->host);
            join_fails(m, 68, text);
            return;
        }
        join_at(m, address);
        return;
    }
    if (m->config.discovery_port == 0) {
        join_fails(m, 69,
            "Looking around is off (--no-discovery). Say where the table is: WORDS@HOST:PORT");
        return;
    }
    m->looking = true;
    m->look_started_ms = clock_now_ms();
    m->look_again_ms = m->look_started_ms + SEARCH_AGAIN_MS;
    mesh_seek(m->mesh, invite_table_word(&m->words));
    manager_search(m);
    m->dirty = true;
}

void manager_start_resume(struct manager *m)
{
    if (!manager_open_mesh(m)) {
        manager_began(m, NULL);
        return;
    }
    struct net_address address = {0};
    struct invite at;
    char text[INVITE_HOST_MAX + 32];
    snprintf(text, sizeof text, "otter-canyon-velvet@%s", m->config.at);
    if (m->config.at[0] != '\0' && invite_parse(&at, NULL, text, strlen(text)) == ERR_OK) {
        address.port = at.port == 0 ? NET_PORT_DEFAULT : at.port;
        if (!resolve(at.host, &address.ip)) {
            join_fails(m, 68, "That host is not known. Check the address behind --at.");
            return;
        }
    }
    struct session_config c = manager_session_config(m);
    manager_began(m, session_resume(&c, address, &m->problem));
}

/* While looking: the one table whose first word matches; several are a question, never tried in turn (D.4). */
void manager_poll_looking(struct manager *m)
{
    uint64_t now = clock_now_ms();
    if (!m->looking) {
        return;
    }
    struct mesh_found found[NET_TABLES_FOUND_MAX];
    size_t count = mesh_found_tables(m->mesh, found, NET_TABLES_FOUND_MAX);
    const char *word = invite_table_word(&m->words);
    const struct mesh_found *match = NULL;
    unsigned matches = 0;
    for (size_t i = 0; i < count; i++) {
        if (word == NULL || strcmp(found[i].info.first_word, word) == 0) {
            bool same = match != NULL &&
                        memcmp(&match->game_id, &found[i].game_id, sizeof match->game_id) == 0;
            matches += !same;
            match = same ? match : &found[i];
        }
    }
    /* A short wait, so that a second table of that name is not overlooked. */
    if (matches == 1 && now - m->look_started_ms >= 300) {
        join_at(m, match->address);
    } else if (matches > 1) {
        join_fails(
            m, 69, "Several tables here answer to that first word. Say which: WORDS@HOST:PORT");
    } else if (now - m->look_started_ms >= SEARCH_GIVE_UP_MS) {
        join_fails(m, 69,
            "No table here answers to those words. Same network? Or say where: WORDS@HOST:PORT");
    } else if (now >= m->look_again_ms) {
        m->look_again_ms = now + SEARCH_AGAIN_MS;
        manager_search(m);
    }
}

void manager_join_text(struct manager *m, const char *text)
{
    struct invite words;
    struct invite_problem why;
    if (invite_parse(&words, &why, text, strlen(text)) != ERR_OK) {
        manager_complain(
            m, "Those are not three words of the list. Ask the host to read them again.");
        return;
    }
    manager_start_join(m, &words);
    invite_wipe(&words);
}

void manager_find_last(struct manager *m)
{
    char name[128];
    uint64_t age_s;
    struct house_rules rules;
    m->last_table[0] = '\0';
    if (m->config.start == START_MENU && session_last_table(m->config.paths.sessions_dir, name,
                                             sizeof name, &rules, &age_s) == ERR_OK) {
        snprintf(m->last_table, sizeof m->last_table, "%s", rules.name);
        m->last_age_s = age_s;
    }
}
