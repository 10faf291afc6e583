/* All settings there are: one table, which the settings file, `craps config`, the options page and the manual page are
 * made from. What a setting does stands where it is done; here is what it is called and what it may be. */
#ifndef UI_SETTING_H
#define UI_SETTING_H

#include "ui/key_map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SETTING_VALUE_MAX = 128,
    SETTING_LESSONS_COUNT = 8,
    SETTING_CHOICES_MAX = 8,
    SETTING_ALLOWED_MAX = 160
};

/* In the order of the options page; those from SETTING_COLOR on are not on it. */
enum ui_setting {
    SETTING_NAME,
    SETTING_CHIP,
    SETTING_THEME,
    SETTING_SYMBOLS,
    SETTING_FELT,
    SETTING_ANIMATION,
    SETTING_REDUCE_MOTION,
    SETTING_COACH,
    SETTING_DEFAULT_CHIP,
    SETTING_CONFIRM,
    SETTING_BELL,
    SETTING_MOUSE,
    SETTING_BIG_NUMBERS,
    SETTING_LINE,
    SETTING_COLOR,
    SETTING_KEEP_RECORDS,
    SETTING_DELTA_MS,
    SETTING_PORT,
    SETTING_LESSONS,
    SETTING_COUNT,
    SETTING_ON_PAGE = SETTING_COLOR,
};

enum setting_kind {
    SETTING_KIND_TEXT,   /* judged by `valid` */
    SETTING_KIND_LETTER, /* auto, or a letter A to Z */
    SETTING_KIND_CHOICE, /* one of `choices` */
    SETTING_KIND_SWITCH, /* off or on; 0, 1, no and yes are taken too */
    SETTING_KIND_NUMBER, /* low..high */
};

struct setting_spec {
    const char *key;   /* in the file and for `craps config` */
    const char *label; /* on the options page; NULL: not there */
    uint8_t kind;      /* enum setting_kind */
    const char *fallback;
    const char *choices[SETTING_CHOICES_MAX];
    long low, high;
    bool (*valid)(const char *value);
    const char *hint;    /* beside the value on the options page */
    const char *meaning; /* one line for `craps config list` and the manual page */
};

extern const struct setting_spec setting_specs[SETTING_COUNT];

/* The setting of a key, or -1. */
int setting_find(const char *key, size_t length);

/* The value as it is written (`out`, SETTING_VALUE_MAX bytes) of what somebody typed; false when it is none. */
bool setting_parse(enum ui_setting setting, const char *text, char *out);

/* What it may be, in words: "auto, dark or light", "0 to 65535". */
const char *setting_allowed(enum ui_setting setting, char out[SETTING_ALLOWED_MAX]);

/* Letters, choices and switches: how many values there are, the text of one, and the one of a text (-1: none). */
unsigned setting_choice_count(enum ui_setting setting);
const char *setting_choice_text(
    enum ui_setting setting, unsigned choice, char out[SETTING_VALUE_MAX]);
int setting_choice_find(enum ui_setting setting, const char *text);

/* What the choices mean where they are numbers. */
enum setting_theme { THEME_AUTO, THEME_DARK, THEME_LIGHT, THEME_CONTRAST, THEME_MONO };
enum setting_symbols { SYMBOLS_AUTO, SYMBOLS_UNICODE, SYMBOLS_ASCII };
enum setting_cloth { CLOTH_PLAIN, CLOTH_CLASSIC, CLOTH_NIGHT, CLOTH_PAPER };
enum setting_animation { ANIMATION_OFF, ANIMATION_SHORT, ANIMATION_LONG };
enum setting_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
enum setting_bell { BELL_OFF, BELL_MY_TURN, BELL_SEVEN };

/* The values that the screen acts on, as choices. */
struct setting_values {
    uint8_t choice[SETTING_COUNT];
    bool environment[SETTING_COUNT];         /* a variable or an option goes before the file */
    char lessons[SETTING_LESSONS_COUNT + 1]; /* the coach's; "" = none done */
    struct key_map keys;
    char file[96]; /* where they are kept, for the page; "" = nowhere */
};

/* Every setting at its default. */
void setting_values_init(struct setting_values *values);

#endif
