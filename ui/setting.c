#include "ui/setting.h"

#include "game/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool valid_name(const char *value)
{
    char clean[NAME_BYTES_MAX + 1];
    name_clean(clean, value, strlen(value));
    return strcmp(clean, value) == 0;
}

static bool valid_lessons(const char *value)
{
    return strlen(value) == SETTING_LESSONS_COUNT && strspn(value, "012") == SETTING_LESSONS_COUNT;
}

const struct setting_spec setting_specs[SETTING_COUNT] = {
    [SETTING_NAME] = {"name", "Name", SETTING_KIND_TEXT, "", .valid = valid_name,
        .hint = "shown to everyone at the table", .meaning = "what the table calls you"},
    [SETTING_CHIP] = {"chip", "Chip letter", SETTING_KIND_LETTER, "auto",
        .hint = "on your screen; friends see the seat",
        .meaning = "the letter of your chips on your own screen; auto is your seat's"},
    [SETTING_THEME] = {"theme", "Colours", SETTING_KIND_CHOICE, "auto",
        {"auto", "dark", "light", "contrast", "mono"},
        .hint = "auto, dark, light, high contrast, mono",
        .meaning = "colours for a dark or a light window, stronger ones, or none"},
    [SETTING_SYMBOLS] = {"symbols", "Symbols", SETTING_KIND_CHOICE, "auto",
        {"auto", "unicode", "ascii"}, .hint = "auto, unicode, ascii",
        .meaning = "frames and dice in lines and dots, or in plain characters"},
    [SETTING_FELT] = {"felt", "Felt", SETTING_KIND_CHOICE, "plain",
        {"plain", "classic", "night", "paper"}, .hint = "plain, classic, night, paper",
        .meaning = "what the felt is painted with where there are 256 colours"},
    [SETTING_ANIMATION] = {"animation", "Dice animation", SETTING_KIND_CHOICE, "short",
        {"off", "short", "long"}, .hint = "off, short 0.8 s, long 2 s",
        .meaning = "how long dice roll out; their faces are true at once"},
    [SETTING_REDUCE_MOTION] = {"reduce_motion", "Reduce motion", SETTING_KIND_SWITCH, "off",
        .hint = "no blinking, no moving text", .meaning = "nothing on the screen moves by itself"},
    [SETTING_COACH] = {"coach", "Coach", SETTING_KIND_SWITCH, "on",
        .hint = "one line of advice under the table",
        .meaning = "one line of advice under the table"},
    [SETTING_DEFAULT_CHIP] = {"default_chip", "Default chip", SETTING_KIND_CHOICE, "5",
        {"1", "5", "25", "100", "500"}, .hint = "1 5 25 100 500",
        .meaning = "the chip in your hand when you sit down"},
    [SETTING_CONFIRM] = {"confirm_big_bets", "Confirm big bets", SETTING_KIND_CHOICE, "25%",
        {"off", "10%", "25%", "50%", "75%"}, .hint = "ask first when a bet is over this much",
        .meaning = "ask first when a bet is over this much of all your chips"},
    [SETTING_BELL] = {"bell", "Bell", SETTING_KIND_CHOICE, "off", {"off", "my-turn", "on-seven"},
        .hint = "off, on my turn, on seven",
        .meaning = "ring when the dice come to you, or when a seven falls"},
    [SETTING_MOUSE] = {"mouse", "Mouse", SETTING_KIND_SWITCH, "on",
        .hint = "hold Shift to select text as usual",
        .meaning = "clicks and wheel; off leaves the mouse to the terminal"},
    [SETTING_BIG_NUMBERS] = {"big_numbers", "Big numbers", SETTING_KIND_SWITCH, "off",
        .hint = "larger dice and totals, needs 120×40",
        .meaning = "larger dice and totals in windows of 120x40 and up"},
    [SETTING_LINE] = {"line", "Line mode", SETTING_KIND_SWITCH, "off",
        .hint = "for screen readers and braille",
        .meaning = "one line of text at a time, for screen readers and braille"},
    [SETTING_COLOR] = {"color", NULL, SETTING_KIND_CHOICE, "auto", {"auto", "always", "never"},
        .meaning = "whether there are colours at all; auto heeds NO_COLOR"},
    [SETTING_KEEP_RECORDS] = {"keep_records", NULL, SETTING_KIND_NUMBER, "0", .low = 0,
        .high = 100000, .meaning = "how many records of past tables are kept; 0 keeps all"},
    [SETTING_DELTA_MS] = {"delta_ms", NULL, SETTING_KIND_NUMBER, "120", .low = 20, .high = 1000,
        .meaning = "the delay that the agreement expects at first"},
    [SETTING_PORT] = {"port", NULL, SETTING_KIND_NUMBER, "7777", .low = 0, .high = 65535,
        .meaning = "where tables are opened; 0 for any free port"},
    [SETTING_LESSONS] = {"lessons", NULL, SETTING_KIND_TEXT, "00000000", .valid = valid_lessons,
        .meaning = "how often each lesson of the coach was done, for starting over"},
};

static const char *const switch_words[][4] = {
    {"off", "0", "no", "false"}, {"on", "1", "yes", "true"}};

int setting_find(const char *key, size_t length)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (strlen(setting_specs[i].key) == length &&
            memcmp(setting_specs[i].key, key, length) == 0) {
            return i;
        }
    }
    return -1;
}

unsigned setting_choice_count(enum ui_setting setting)
{
    const struct setting_spec *spec = &setting_specs[setting];
    unsigned count = 0;
    while (spec->kind == SETTING_KIND_CHOICE && count < SETTING_CHOICES_MAX &&
           spec->choices[count] != NULL) {
        count++;
    }
    return spec->kind == SETTING_KIND_SWITCH ? 2 : spec->kind == SETTING_KIND_LETTER ? 27 : count;
}

const char *setting_choice_text(
    enum ui_setting setting, unsigned choice, char out[SETTING_VALUE_MAX])
{
    const struct setting_spec *spec = &setting_specs[setting];
    choice = choice < setting_choice_count(setting) ? choice : 0;
    if (spec->kind == SETTING_KIND_LETTER && choice > 0) {
        snprintf(out, SETTING_VALUE_MAX, "%c", (char)('A' + choice - 1));
    } else {
        snprintf(out, SETTING_VALUE_MAX, "%s",
            spec->kind == SETTING_KIND_SWITCH   ? switch_words[choice][0]
            : spec->kind == SETTING_KIND_LETTER ? "auto"
            : spec->choices[choice] != NULL     ? spec->choices[choice]
                                                : "");
    }
    return out;
}

/* "my turn" and "25" are what they look like. */
static bool same_choice(const char *choice, const char *text)
{
    for (; *choice != '\0' && *text != '\0'; choice++, text++) {
        if (*choice != (*text == ' ' || *text == '_' ? '-' : *text)) {
            return false;
        }
    }
    return *text == '\0' && (*choice == '\0' || strcmp(choice, "%") == 0);
}

int setting_choice_find(enum ui_setting setting, const char *text)
{
    const struct setting_spec *spec = &setting_specs[setting];
    char choice[SETTING_VALUE_MAX];
    for (unsigned i = 0; i < setting_choice_count(setting); i++) {
        bool found = same_choice(setting_choice_text(setting, i, choice), text);
        for (unsigned k = 0; spec->kind == SETTING_KIND_SWITCH && k < 4; k++) {
            found = found || same_choice(switch_words[i][k], text);
        }
        if (found) {
            return (int)i;
        }
    }
    /* On or off is enough for whoever does not care how long. */
    return setting == SETTING_ANIMATION && strcmp(text, "1") == 0   ? ANIMATION_SHORT
           : setting == SETTING_ANIMATION && strcmp(text, "0") == 0 ? ANIMATION_OFF
                                                                    : -1;
}

/* Decimal digits without a sign or leading zeros, at most nine. */
static bool in_range(const char *value, long low, long high)
{
    size_t length = strlen(value);
    if (length == 0 || length > 9 || strspn(value, "0123456789") != length ||
        (length > 1 && value[0] == '0')) {
        return false;
    }
    long number = strtol(value, NULL, 10);
    return number >= low && number <= high;
}

bool setting_parse(enum ui_setting setting, const char *text, char *out)
{
    const struct setting_spec *spec = &setting_specs[setting];
    size_t size = strlen(text);
    if (size == 0 || size >= SETTING_VALUE_MAX) {
        return false;
    }
    if (spec->kind == SETTING_KIND_TEXT || spec->kind == SETTING_KIND_NUMBER) {
        bool good = spec->kind == SETTING_KIND_TEXT ? spec->valid(text)
                                                    : in_range(text, spec->low, spec->high);
        if (good) {
            memcpy(out, text, size + 1);
        }
        return good;
    }
    int choice = setting_choice_find(setting, text);
    if (choice >= 0) {
        setting_choice_text(setting, (unsigned)choice, out);
    }
    return choice >= 0;
}

const char *setting_allowed(enum ui_setting setting, char out[SETTING_ALLOWED_MAX])
{
    const struct setting_spec *spec = &setting_specs[setting];
    char choice[SETTING_VALUE_MAX];
    unsigned count = setting_choice_count(setting);
    size_t used = 0;
    if (spec->kind == SETTING_KIND_TEXT) {
        snprintf(out, SETTING_ALLOWED_MAX, "%s",
            setting == SETTING_LESSONS ? "8 digits from 0 to 2" : "1 to 27 bytes of plain text");
    } else if (spec->kind == SETTING_KIND_LETTER) {
        snprintf(out, SETTING_ALLOWED_MAX, "auto, or a letter A to Z");
    } else if (spec->kind == SETTING_KIND_NUMBER) {
        snprintf(out, SETTING_ALLOWED_MAX, "%ld to %ld", spec->low, spec->high);
    }
    for (unsigned i = 0; spec->kind >= SETTING_KIND_CHOICE && i < count; i++) {
        used += (size_t)snprintf(out + used, SETTING_ALLOWED_MAX - used, "%s%s",
            i == 0           ? ""
            : i + 1 == count ? " or "
                             : ", ",
            setting_choice_text(setting, i, choice));
    }
    return out;
}

void setting_values_init(struct setting_values *values)
{
    memset(values, 0, sizeof *values);
    for (int i = 0; i < SETTING_COUNT; i++) {
        int choice = setting_choice_find((enum ui_setting)i, setting_specs[i].fallback);
        values->choice[i] = (uint8_t)(choice < 0 ? 0 : choice);
    }
}
