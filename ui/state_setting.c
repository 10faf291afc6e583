/* What the settings do to this screen. */
#include "ui/screen.h"

#include <stdio.h>

enum { SHORT_MS = 800, LONG_MS = 2000 };

void ui_setting_coloured(struct ui_state *s, bool coloured, int colours)
{
    s->coloured = coloured;
    s->colours = colours;
}

void ui_setting_force(struct ui_state *s, enum ui_setting setting, bool given, unsigned choice)
{
    if (given) {
        s->now.choice[setting] = (uint8_t)choice;
        s->now.environment[setting] = true;
    }
}

void ui_setting_apply(struct ui_state *s, enum ui_setting setting)
{
    unsigned choice = s->now.choice[setting];
    switch (setting) {
    case SETTING_SYMBOLS:
        s->ascii =
            s->ascii_only || choice == SYMBOLS_ASCII || (choice == SYMBOLS_AUTO && s->ascii_auto);
        s->want_look = true; /* every cell is another one */
        break;
    case SETTING_ANIMATION:
    case SETTING_REDUCE_MOTION:
        s->animate = s->now.choice[SETTING_ANIMATION] != ANIMATION_OFF &&
                     s->now.choice[SETTING_REDUCE_MOTION] == 0;
        s->animation_ms = !s->animate                                          ? 0
                          : s->now.choice[SETTING_ANIMATION] == ANIMATION_LONG ? LONG_MS
                                                                               : SHORT_MS;
        break;
    case SETTING_COACH:
        s->coach = choice != 0;
        break;
    case SETTING_DEFAULT_CHIP:
        s->chip = (uint8_t)choice;
        break;
    case SETTING_MOUSE:
        s->mouse = choice != 0;
        s->want_look = true;
        break;
    case SETTING_THEME:
    case SETTING_FELT:
        s->want_look = true;
        break;
    case SETTING_LINE:
        s->want_line = choice != 0;
        break;
    default:
        break;
    }
}

void ui_setting_choose(
    struct ui_state *s, const struct ui_port *port, enum ui_setting setting, unsigned choice)
{
    char text[SETTING_VALUE_MAX];
    char command[SETTING_VALUE_MAX + 32];
    const char *key = setting_specs[setting].key;
    snprintf(command, sizeof command, "%s %s", key, setting_choice_text(setting, choice, text));
    if (!ui_send(s, port, UI_SETTING, 0, command)) {
        return;
    }
    s->now.choice[setting] = (uint8_t)choice;
    if (setting != SETTING_LINE) {
        ui_setting_apply(s, setting); /* lines begin when the page is left */
    }
    if (s->now.environment[setting]) {
        ui_say(s, false, "For now. What craps was started with goes before the file next time.");
    }
}
