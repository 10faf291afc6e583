/* Commands, the state and the script of the game, and free text. */
#include "game/integer.h"
#include "game/live.h"
#include "game/name.h"
#include "game/script.h"
#include "tests/fuzz/target.h"

#include <string.h>

FUZZ_CODEC(live_command, struct live_command, live_command_decode, live_command_encode)
FUZZ_CODEC(house_rules, struct house_rules, house_rules_decode, house_rules_encode)

static void seed_live_command(struct writer *w)
{
    struct live_command c = {.kind = LIVE_REBUY};
    live_command_encode(&c, w);
}

static void seed_house_rules(struct writer *w)
{
    struct house_rules rules = house_rules_default();
    house_rules_encode(&rules, w);
}

FUZZ_CODEC(live, struct live, live_decode, live_encode)

static void seed_live(struct writer *w)
{
    static struct live l;
    struct house_rules rules = house_rules_default();
    live_init(&l, &rules);
    live_encode(&l, w);
}

static bool answer(void *context, const char *bytes, size_t size)
{
    size_t *answers = context;
    MUST(size > 1 && bytes[size - 1] == '\n' && memchr(bytes, '\n', size) == bytes + size - 1);
    (*answers)++;
    return true;
}

static bool run_script(const uint8_t *data, size_t size)
{
    size_t answers = 0;
    struct script *s = script_create((struct script_sink){.write = answer, .ctx = &answers});
    MUST(s != NULL);
    (void)script_feed(s, data, size);
    (void)script_finish(s);
    script_destroy(s);
    return answers > 0;
}

static void write_text(struct writer *w, const char *text)
{
    write_bytes(w, text, strlen(text));
}

static void seed_script(struct writer *w)
{
    write_text(w, "player Ann 1000\nbet Ann pass 10\nroll 3 4\nbet Ann place 6 12\nroll 5 5\ntake "
                  "Ann place 6\nstate\n");
}

/* Clean text is printable, trimmed, and clean already. */
static bool run_text(const uint8_t *data, size_t size)
{
    enum { MOST = 120 };
    char out[MOST + 1], again[MOST + 1];
    size_t length = text_clean(out, MOST, (const char *)data, size);
    MUST(length <= MOST && out[length] == '\0' && strlen(out) == length);
    for (size_t i = 0; i < length;) {
        size_t used;
        MUST(code_point_printable(utf8_next(out + i, length - i, &used)));
        i += used;
    }
    MUST(text_clean(again, MOST, out, length) == length && memcmp(out, again, length) == 0);
    char name[NAME_BYTES_MAX + 1];
    name_clean(name, (const char *)data, size);
    MUST(name[0] != '\0' && strlen(name) <= NAME_CLEAN_BYTES_MAX);
    return length > 0;
}

static void seed_text(struct writer *w)
{
    write_text(w, "Zo\xc3\xab \xe2\x80\xae\x1b[31m \xf0\x9f\x8e\xb2 e\xcc\x81");
}

static bool run_integer(const uint8_t *data, size_t size)
{
    int64_t value;
    if (!integer_parse((const char *)data, size, &value)) {
        return false;
    }
    MUST(value > -1000000000000000 && value < 1000000000000000);
    return true;
}

static void seed_integer(struct writer *w)
{
    write_text(w, "-1234");
}

const struct fuzz_target fuzz_game[] = {
    {"live_command", run_live_command, seed_live_command},
    {"house_rules", run_house_rules, seed_house_rules},
    {"live", run_live, seed_live},
    {"script", run_script, seed_script},
    {"text", run_text, seed_text},
    {"integer", run_integer, seed_integer},
};
const size_t fuzz_game_count = sizeof fuzz_game / sizeof fuzz_game[0];
