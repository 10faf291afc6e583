#include "src/cli.h"

#include "game/name.h"
#include "src/export.h"
#include "src/metrics_address.h"
#include "src/strategy_file.h"
#include "src/trace.h"

#include <stdlib.h>
#include <string.h>

static bool text_printable(const char *text, size_t bytes_max)
{
    size_t size = strlen(text);
    if (size == 0 || size > bytes_max) {
        return false;
    }
    for (size_t at = 0, used; at < size; at += used) {
        if (!code_point_printable(utf8_next(text + at, size - at, &used))) {
            return false;
        }
    }
    return true;
}

static bool valid_table_name(const char *value)
{
    return text_printable(value, TABLE_NAME_BYTES_MAX);
}

static bool valid_player_name(const char *value)
{
    return text_printable(value, NAME_CLEAN_BYTES_MAX);
}

static bool valid_file(const char *value)
{
    return value[0] != '\0';
}

static bool valid_color(const char *value)
{
    return strcmp(value, "auto") == 0 || strcmp(value, "always") == 0 ||
           strcmp(value, "never") == 0;
}

static bool valid_invite(const char *value)
{
    return strcmp(value, "words") == 0 || strcmp(value, "long") == 0;
}

static bool valid_bind(const char *value)
{
    return value[0] != '\0' && strlen(value) < 64;
}

static bool valid_metrics(const char *value)
{
    struct metrics_address address;
    return metrics_address_parse(&address, value);
}

static bool valid_speed(const char *value)
{
    size_t digits = strspn(value, "0123456789");
    size_t more = value[digits] == '.' ? 1 + strspn(value + digits + 1, "0123456789") : 0;
    return digits > 0 && digits <= 4 && more != 1 && value[digits + more] == '\0' &&
           strtod(value, NULL) <= 1000;
}

static bool valid_format(const char *value)
{
    return export_format_find(value) != EXPORT_FORMATS;
}

static bool valid_snapshot(const char *value)
{
    uint64_t height;
    return strcmp(value, "last") == 0 || cli_number_parse(&height, value, 1, INT64_MAX);
}

bool cli_address_valid(const char *text)
{
    static const char host_bytes[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
    size_t host = strspn(text, host_bytes);
    uint64_t port;
    if (host == 0 || host > 253 || text[0] == '-' || text[0] == '.') {
        return false;
    }
    return text[host] == '\0' ||
           (text[host] == ':' && cli_number_parse(&port, text + host + 1, 1, 65535));
}

#define AT(field)   .offset = offsetof(struct options, field)
#define MONEY_RANGE "MONEY: 500c for cents or 5 for chips of 100 cents, up to 10000000000"

const struct option_spec option_specs[] = {
    {"help", 'h', OPTION_FLAG, OPTIONS_EVERYWHERE, AT(help)},
    {"version", 0, OPTION_FLAG, OPTIONS_EVERYWHERE, AT(version)},
    {"json", 0, OPTION_FLAG, OPTIONS_EVERYWHERE, AT(json)},
    {"headless", 0, OPTION_FLAG, OPTIONS_EVERYWHERE, AT(headless)},
    {"data-dir", 0, OPTION_TEXT, OPTIONS_EVERYWHERE, "DIR", "a folder", "./player", NULL,
        AT(data_dir), .valid = valid_file},
    {"config", 0, OPTION_TEXT, OPTIONS_EVERYWHERE, "FILE", "a file", "./config.ini", NULL,
        AT(config_file), .valid = valid_file},
    {"log", 0, OPTION_TEXT, OPTIONS_EVERYWHERE, "FILE", "a file, or - for standard error",
        "craps.log", NULL, AT(log_file), .valid = valid_file},
    {"quiet", 'q', OPTION_FLAG, OPTIONS_EVERYWHERE, AT(quiet)},
    {"verbose", 'v', OPTION_FLAG, OPTIONS_EVERYWHERE, AT(verbose)},
    {"no-input", 0, OPTION_FLAG, OPTIONS_EVERYWHERE, AT(no_input)},
    {"color", 0, OPTION_TEXT, OPTIONS_EVERYWHERE, "WHEN", "auto, always or never", "auto", NULL,
        AT(color), .valid = valid_color},
    {"ascii", 0, OPTION_FLAG, OPTIONS_EVERYWHERE, AT(ascii)},
    {"line", 0, OPTION_FLAG, OPTIONS_EVERYWHERE, AT(line)},
    {"no-mouse", 0, OPTION_FLAG, OPTIONS_EVERYWHERE, AT(no_mouse)},
    {"no-animation", 0, OPTION_FLAG, OPTIONS_EVERYWHERE, AT(no_animation)},
    {"metrics", 0, OPTION_TEXT, OPTIONS_EVERYWHERE, "ADDR:PORT",
        "a port, or an own address and a port as ADDR:PORT or [IPV6]:PORT", "127.0.0.1:9100", NULL,
        AT(metrics), .valid = valid_metrics},
    {"trace", 0, OPTION_TEXT, OPTIONS_EVERYWHERE, "FILE",
        "a file or the http:// address of a collector (https is not supported)",
        "http://127.0.0.1:4318/v1/traces", NULL, AT(trace), .valid = trace_target_valid},

    {"name", 0, OPTION_TEXT, OPTIONS_TABLE, "T", "1 to 40 bytes of printable text",
        "\"Friday Table\"", NULL, AT(table_name), .valid = valid_table_name},
    {"seats", 0, OPTION_RULE, OPTIONS_TABLE, "N", "a whole number from 1 to 50", "8", "seats"},
    {"start", 0, OPTION_RULE, OPTIONS_TABLE, "N", "a whole number from 1 to 50", "2", "start"},
    {"min", 0, OPTION_RULE_MONEY, OPTIONS_TABLE | OPTIONS_SIMULATE, "MONEY", MONEY_RANGE, "1",
        "min"},
    {"max", 0, OPTION_RULE_MONEY, OPTIONS_TABLE | OPTIONS_SIMULATE, "MONEY", MONEY_RANGE, "500",
        "max"},
    {"buy-in", 0, OPTION_RULE_MONEY, OPTIONS_TABLE | OPTIONS_SIMULATE, "MONEY", MONEY_RANGE, "1000",
        "buy_in"},
    {"odds", 0, OPTION_RULE, OPTIONS_TABLE | OPTIONS_SIMULATE, "M", "345, 1, 2, 5, 10, 20 or 100",
        "345", "odds"},
    {"field2", 0, OPTION_RULE, OPTIONS_TABLE | OPTIONS_ODDS | OPTIONS_SIMULATE, "M", "2 or 3", "2",
        "field2"},
    {"field12", 0, OPTION_RULE, OPTIONS_TABLE | OPTIONS_ODDS | OPTIONS_SIMULATE, "M", "2 or 3", "3",
        "field12"},
    {"vig", 0, OPTION_RULE, OPTIONS_TABLE | OPTIONS_ODDS | OPTIONS_SIMULATE, "WHEN",
        "win or upfront", "win", "vig"},
    {"ats", 0, OPTION_RULE, OPTIONS_TABLE | OPTIONS_ODDS | OPTIONS_SIMULATE, "PAYS",
        "34_175 or 30_150", "34_175", "ats"},
    {"rtl", 0, OPTION_RULE, OPTIONS_TABLE | OPTIONS_ODDS | OPTIONS_SIMULATE, "TABLE",
        "a whole number from 1 to 7", "1", "rtl"},
    {"crapless", 0, OPTION_RULE_FLAG, OPTIONS_TABLE | OPTIONS_ODDS | OPTIONS_SIMULATE,
        .rule = "crapless"},
    {"window", 0, OPTION_RULE, OPTIONS_TABLE, "SECONDS",
        "a whole number of seconds from 0 (no window) to 3600", "20", "window"},
    {"shooter-clock", 0, OPTION_RULE, OPTIONS_TABLE, "SECONDS",
        "a whole number of seconds from 1 to 3600", "45", "shooter_clock"},
    {"grace", 0, OPTION_RULE, OPTIONS_TABLE, "SECONDS", "a whole number of seconds from 1 to 36000",
        "600", "grace"},
    {"rebuys", 0, OPTION_RULE, OPTIONS_TABLE, "N", "a whole number from 0 (none) to 60000, or any",
        "3", "rebuys"},
    {"rate", 0, OPTION_RULE, OPTIONS_TABLE, "N",
        "a whole number from 1 to 60000 operations a second, or any", "10", "rate"},
    {"rules", 0, OPTION_TEXT, OPTIONS_TABLE | OPTIONS_ODDS | OPTIONS_SIMULATE, "FILE",
        "a file of KEY VALUE lines", "house.rules", NULL, AT(rules_file), .valid = valid_file},
    {"engine", 0, OPTION_RULE, OPTIONS_TABLE, "E", "bft", "bft", "engine"},
    {"admission", 0, OPTION_RULE, OPTIONS_TABLE, "A", "code or vote", "vote", "admission"},

    {"port", 0, OPTION_NUMBER, OPTIONS_NET, "P", "a port from 1 to 65535, or 0 for any free one",
        "7777", NULL, AT(port), 0, 65535},
    {"bind", 0, OPTION_TEXT, OPTIONS_NET | OPTIONS_BENCH, "ADDR",
        "an own IPv4 address or a network interface", "192.168.1.20", NULL, AT(bind),
        .valid = valid_bind},
    {"discovery-port", 0, OPTION_NUMBER, OPTIONS_NET, "P", "a port from 1 to 65535", "7776", NULL,
        AT(discovery_port), 1, 65535},
    {"no-discovery", 0, OPTION_FLAG, OPTIONS_NET, AT(no_discovery)},

    {"as", 0, OPTION_TEXT, OPTIONS_PLAYER, "NAME", "1 to 27 bytes of printable text", "Ann", NULL,
        AT(as), .valid = valid_player_name},
    {"strategy", 0, OPTION_TEXT, OPTIONS_PLAYER | OPTIONS_SIMULATE, "NAME|FILE",
        "idle, pass, pass-odds, dont-pass, place-6-8, iron-cross, three-point-molly, field, "
        "random, "
        "or a file such as ./mine.plan",
        "pass-odds", NULL, AT(strategy), .valid = strategy_value_valid},
    {"rolls", 0, OPTION_NUMBER, OPTIONS_PLAYER | OPTIONS_REPLAY | OPTIONS_EXPORT | OPTIONS_SIMULATE,
        "N", "a whole number from 1 to 1000000000", "100", NULL, AT(rolls), 1, 1000000000},
    {"seconds", 0, OPTION_NUMBER, OPTIONS_PLAYER | OPTIONS_BENCH, "N",
        "a whole number of seconds from 1 to 31536000", "60", NULL, AT(seconds), 1, 31536000},

    {"bots", 0, OPTION_NUMBER, OPTIONS_SOLO, "N", "a whole number from 0 to 8", "3", NULL, AT(bots),
        0, CLI_BOTS_SOLO_MAX},
    {"bots", 0, OPTION_NUMBER, OPTIONS_HOST, "N", "a whole number from 0 to 15", "2", NULL,
        AT(bots), 0, CLI_BOTS_HOST_MAX},
    {"qr", 0, OPTION_FLAG, OPTIONS_HOST, AT(qr)},
    {"invite", 0, OPTION_TEXT, OPTIONS_HOST, "KIND", "words or long", "words", NULL, AT(invite),
        .valid = valid_invite},
    {"at", 0, OPTION_TEXT, OPTIONS_JOIN | OPTIONS_BENCH, "HOST[:PORT]",
        "a host name or an IPv4 address, perhaps with :PORT", "192.168.1.20:7777", NULL, AT(at),
        .valid = cli_address_valid},
    {"last", 0, OPTION_FLAG, OPTIONS_JOIN, AT(last)},
    {"watch", 0, OPTION_FLAG, OPTIONS_JOIN, AT(watch)},
    {"wait", 0, OPTION_NUMBER, OPTIONS_DISCOVER, "SECONDS",
        "a whole number of seconds from 1 to 3600", "2", NULL, AT(wait_s), 1, 3600},
    {"cheat", 0, OPTION_TEXT, OPTIONS_SANDBOX, "KIND", "a kind of cheating; see craps help sandbox",
        "double-vote", NULL, AT(cheat)},
    {"roll", 0, OPTION_NUMBER, OPTIONS_VERIFY, "N", "a whole number from 1 to 1000000000", "17",
        NULL, AT(roll), 1, 1000000000},
    {"record", 0, OPTION_TEXT, OPTIONS_VERIFY, "FILE", "a record", "./friday.craps", NULL,
        AT(record), .valid = valid_file},
    {"from", 0, OPTION_NUMBER, OPTIONS_REPLAY | OPTIONS_EXPORT, "N",
        "a whole number from 1 to 1000000000", "40", NULL, AT(from), 1, 1000000000},
    {"from-snapshot", 0, OPTION_TEXT, OPTIONS_REPLAY, "HEIGHT",
        "the height of a state that the record keeps, or last", "last", NULL, AT(from_snapshot),
        .valid = valid_snapshot},
    {"format", 0, OPTION_TEXT, OPTIONS_EXPORT, "F", "csv, json, jsonl or asciicast", "csv", NULL,
        AT(format), .valid = valid_format},
    {"output", 'o', OPTION_TEXT, OPTIONS_EXPORT, "OUT", "a file, or - for standard output",
        "friday.csv", NULL, AT(output), .valid = valid_file},
    {"speed", 0, OPTION_TEXT, OPTIONS_REPLAY | OPTIONS_EXPORT, "X",
        "a number from 0 (at once) to 1000, such as 0.5, 1 or 4", "4", NULL, AT(speed),
        .valid = valid_speed},

    {"members", 0, OPTION_NUMBER, OPTIONS_BENCH, "N", "a whole number from 1 to 50", "4", NULL,
        AT(members), 1, 50},
    {"operations", 0, OPTION_NUMBER, OPTIONS_BENCH, "K", "a whole number from 1 to 10000000", "200",
        NULL, AT(operations), 1, 10000000},
    {"rate", 0, OPTION_NUMBER, OPTIONS_BENCH, "R",
        "a whole number from 1 to 1000000 operations a second", "20", NULL, AT(bench_rate), 1,
        1000000},
    {"batch", 0, OPTION_NUMBER, OPTIONS_BENCH, "B", "a whole number from 1 to 1024", "256", NULL,
        AT(batch), 1, 1024},
    {"crash-leader", 0, OPTION_FLAG, OPTIONS_BENCH, AT(crash_leader)},
    {"lan", 0, OPTION_FLAG, OPTIONS_BENCH, AT(lan)},
    {"threads", 0, OPTION_NUMBER, OPTIONS_BENCH | OPTIONS_SIMULATE, "T",
        "a whole number from 1 to 64", "2", NULL, AT(threads), 1, 64},
    {"blocks", 0, OPTION_NUMBER, OPTIONS_BENCH, "K", "a whole number from 1 to 1000000", "1000",
        NULL, AT(blocks), 1, 1000000},
    {"count", 0, OPTION_NUMBER, OPTIONS_BENCH, "N", "a whole number from 1 to 1000", "100", NULL,
        AT(count), 1, 1000},

    {"sessions", 0, OPTION_NUMBER, OPTIONS_SIMULATE, "N", "a whole number from 1 to 10000000",
        "1000", NULL, AT(sessions), 1, 10000000},
    {"bankroll", 0, OPTION_NUMBER, OPTIONS_SIMULATE, "CENTS",
        "a whole number of cents from 1 to 1000000000000", "100000", NULL, AT(bankroll), 1,
        1000000000000},
    {"seed", 0, OPTION_NUMBER, OPTIONS_SIMULATE, "S", "a whole number from 0 to 999999999999999",
        "7", NULL, AT(seed), 0, 999999999999999},
};

enum { OPTION_COUNT = sizeof option_specs / sizeof option_specs[0] };
_Static_assert(
    (int)OPTION_COUNT <= (int)CLI_OPTIONS_MAX, "struct options.given has room for each row");

size_t option_count(void)
{
    return OPTION_COUNT;
}
