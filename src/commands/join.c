/* craps join: sit down at somebody's table by its words, or come back to the last one. */
#include "src/commands/command.h"
#include "src/launch.h"

#include "net/invite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ASK_TIMES = 3 };

/* What is wrong with some words, in one sentence; returns EX_USAGE. */
static int explain(const struct invite_problem *p)
{
    switch (p->fault) {
    case INVITE_EMPTY:
        return cli_fail(EX_USAGE, "no words were given; type the three words of the table");
    case INVITE_TOO_LONG:
        return cli_fail(EX_USAGE,
            "the words are longer than %d bytes; type the three words of the table",
            INVITE_INPUT_MAX);
    case INVITE_WORD_COUNT:
        return cli_fail(EX_USAGE,
            "a table has three words, not %zu; for example: otter canyon velvet", p->position);
    case INVITE_WORD_SHORT:
        return cli_fail(EX_USAGE,
            "word %zu, '%s', is too short: at least three letters; did you mean '%s'?",
            p->position + 1, p->typed, words_list[p->nearest]);
    case INVITE_WORD_UNKNOWN:
        return cli_fail(EX_USAGE, "word %zu, '%s', is not in the list; did you mean '%s'?",
            p->position + 1, p->typed, words_list[p->nearest]);
    case INVITE_CODE_LENGTH:
        return cli_fail(EX_USAGE, "a long code has %d characters, not %zu; copy it whole",
            INVITE_CODE_CHARS, p->position);
    case INVITE_CODE_CHAR:
        return cli_fail(EX_USAGE, "no code has the character '%s'; copy it again", p->typed);
    case INVITE_ADDRESS:
        return cli_fail(EX_USAGE,
            "what follows the @ must be HOST or HOST:PORT, for example @192.168.1.20:7777");
    case INVITE_NO_FAULT:
        break;
    }
    return cli_fail(EX_USAGE, "those are not the words of a table");
}

/* One line of standard input, byte by byte: what follows it belongs to the table. */
static size_t read_line(char *text, size_t capacity)
{
    size_t size = 0;
    char c;
    while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n') {
        if (size < capacity) {
            text[size++] = c;
        }
    }
    return size;
}

static int words_from_input(struct invite *words)
{
    char text[INVITE_INPUT_MAX + 1];
    struct invite_problem problem;
    size_t size = read_line(text, sizeof text);
    int status = invite_parse(words, &problem, text, size) == ERR_OK ? 0 : explain(&problem);
    sodium_memzero(text, sizeof text);
    return status;
}

static int ask(struct invite *words)
{
    int status = EX_USAGE;
    for (int i = 0; i < ASK_TIMES && status != 0; i++) {
        fputs("Words of the table: ", stderr);
        status = words_from_input(words);
    }
    return status;
}

/* Reads the arguments into `words` and blots them out for whoever lists processes. */
static int words_from_arguments(struct invocation *in, struct invite *words)
{
    struct invite_problem problem;
    const char *arguments[3];
    for (int i = 0; i < in->count; i++) {
        arguments[i] = in->arguments[i];
    }
    enum err e = invite_parse_arguments(words, &problem, in->count, arguments);
    for (int i = 0; i < in->count; i++) {
        sodium_memzero(in->arguments[i], strlen(in->arguments[i]));
    }
    return e == ERR_OK ? 0 : explain(&problem);
}

static int read_words(struct invocation *in, struct invite *words)
{
    bool from_input = in->count == 1 && strcmp(in->arguments[0], "-") == 0;
    if (in->count > 0 && !from_input) {
        return words_from_arguments(in, words);
    }
    if (from_input) {
        return words_from_input(words);
    }
    if (in->options.no_input || !isatty(STDIN_FILENO)) {
        return cli_fail(EX_USAGE, "no words were given; for example: craps join otter canyon "
                                  "velvet, or - to read them from "
                                  "standard input");
    }
    return ask(words);
}

/* --at HOST[:PORT] says where the words are good. */
static int set_address(struct invite *words, const char *at)
{
    if (at == NULL) {
        return 0;
    }
    if (words->host[0] != '\0') {
        return cli_fail(EX_USAGE, "the words already say where (@%s); leave --at out", words->host);
    }
    size_t host = strcspn(at, ":");
    unsigned port = 0;
    if (at[host] == ':' && sscanf(at + host + 1, "%5u", &port) != 1) {
        return EX_USAGE;
    }
    snprintf(words->host, sizeof words->host, "%.*s", (int)host, at);
    words->port = (uint16_t)port;
    return 0;
}

/* Nothing was said about which table: the page for it shows those that are found, and takes the words. */
static bool asks_on_screen(const struct invocation *in)
{
    const struct options *o = &in->options;
    const char *term = getenv("TERM");
    bool dumb = term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0;
    bool silent = o->headless || o->json || o->line || o->no_input;
    return in->count == 0 && !o->last && !o->watch && o->at == NULL && o->strategy == NULL &&
           !silent && !dumb && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
}

static int run(struct invocation *in)
{
    struct options *o = &in->options;
    struct manager_config config = {.start = START_LAST, .rules = house_rules_default()};
    if (o->last && in->count > 0) {
        sodium_memzero(in->arguments[0], strlen(in->arguments[0]));
        return cli_fail(EX_USAGE, "--last needs no words; use one or the other");
    }
    if (asks_on_screen(in)) {
        o->ask_on_screen = true;
        config.start = START_MENU;
        return launch_run(o, FRONT_SCREEN, &config);
    }
    int status = 0;
    if (!o->last) {
        config.start = START_JOIN;
        status = read_words(in, &config.words);
        status = status == 0 ? set_address(&config.words, o->at) : status;
    }
    if (status == 0 && !o->last && o->no_discovery && config.words.host[0] == '\0') {
        status = cli_fail(EX_USAGE,
            "with --no-discovery, say where the table is: --at HOST[:PORT] or WORDS@HOST[:PORT]");
    }
    int front = status == 0 ? launch_front_end(o, "join") : -1;
    if (front < 0) {
        invite_wipe(&config.words);
        return status == 0 ? EX_USAGE : status;
    }
    config.watch = o->watch;
    snprintf(config.at, sizeof config.at, "%s", o->at == NULL ? "" : o->at);
    status = launch_run(o, (enum front_end)front, &config);
    invite_wipe(&config.words);
    return status;
}

const struct command command_join = {
    .name = "join",
    .arguments = "[WORDS]",
    .summary = "sit down at a friend's table",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_NET | OPTIONS_PLAYER | OPTIONS_JOIN,
    .arguments_max = 3,
    .help = "  craps join otter canyon velvet         the words that the host reads aloud\n"
            "  craps join otter-canyon-velvet@192.168.1.20:7777\n"
            "  echo otter canyon velvet | craps join - --headless --strategy pass\n"
            "  craps join --last                      back to the last table, same chips\n"
            "\n"
            "usage: craps join [WORDS] [OPTIONS]\n"
            "  Three letters of a word are enough; case, spaces and dashes do not matter.\n"
            "  Without WORDS it asks; - reads them from standard input. A word that is not\n"
            "  in the list ends with status 64, words that the table refuses with 77.\n"
            "  --at HOST[:PORT]  where the table is, when it is not found by itself\n"
            "  --last            the last table, by its files\n"
            "  --watch           see and check everything without a seat\n"
            "Network:\n"
            "  --port P  --bind ADDR|IFACE  --discovery-port P (7776)  --no-discovery\n"
            "Player:\n"
            "  --as NAME  --strategy NAME|FILE  --rolls N  --seconds N\n"
            "  names of strategies, and how to write one: craps help strategies\n"
            "Options of every command: craps help options\n",
    .run = run,
};
