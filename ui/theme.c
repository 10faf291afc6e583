#include "ui/theme.h"

/* Colours of one role: on a dark background (or one that nobody knows), on a light one, on black in the theme of high
 * contrast, and on the green felt; with 256 colours and with eight. */
struct role_colours {
    int16_t dark, light, contrast, green;
    int16_t dark8, light8, contrast8;
    int16_t bg, bg8; /* of its own, or -1 */
    bool bold, reverse, mono_bold, mono_reverse;
};

enum { WHITE = 231, BLACK = 16, GREEN_FELT = 22, NIGHT_FELT = 17, PAPER_FELT = 230 };

#define PLAIN    -1, -1, WHITE, 255, -1, -1, 7, -1, -1
#define BOLD     .bold = true, .mono_bold = true
#define REVERSED .reverse = true, .mono_reverse = true

/* The seats are a colour-blind safe set; letters tell players apart, colour only helps. Dark blue
 * is never used, nor what is pale on white or dark on black: a test computes the contrasts. */
static const struct role_colours roles[ROLE_COUNT] = {
    [ROLE_NORMAL] = {PLAIN, .bold = false},
    [ROLE_TITLE] = {PLAIN, BOLD},
    [ROLE_FRAME] = {71, 28, 250, 151, 2, -1, 7, -1, -1, .bold = false},
    [ROLE_KEY] = {172, 130, 227, 221, 3, 5, 3, -1, -1, BOLD},
    [ROLE_SELECTED] = {PLAIN, REVERSED},
    [ROLE_WIN] = {34, 28, 48, 121, 2, -1, 2, -1, -1, BOLD},
    [ROLE_LOSE] = {202, 160, 209, 216, 1, 1, 1, -1, -1, BOLD},
    [ROLE_WARNING] = {178, 130, 227, 227, 3, 1, 3, -1, -1, BOLD},
    [ROLE_BANNER] = {PLAIN, .bold = true, REVERSED},
    [ROLE_PUCK] = {BLACK, BLACK, BLACK, BLACK, 0, 0, 0, WHITE, 7, .bold = true,
        .mono_reverse = true},
    [ROLE_DICE] = {PLAIN, BOLD},
    [ROLE_QR] = {WHITE, WHITE, WHITE, WHITE, 7, 7, 7, BLACK, 0, .bold = false},
    [ROLE_QR_LIGHT] = {WHITE, WHITE, WHITE, WHITE, 7, 7, 7, WHITE, 7, .mono_reverse = true},
    [ROLE_SEAT + 0] = {208, 130, 214, 214, 3, 1, 3, -1, -1, .bold = false},
    [ROLE_SEAT + 1] = {39, 31, 117, 117, 6, -1, 6, -1, -1, .bold = false},
    [ROLE_SEAT + 2] = {35, 28, 48, 121, 2, 5, 2, -1, -1, .bold = false},
    [ROLE_SEAT + 3] = {178, 100, 227, 227, 3, -1, 3, -1, -1, .bold = false},
    [ROLE_SEAT + 4] = {68, 61, 111, 111, 6, 5, 6, -1, -1, .bold = false},
    [ROLE_SEAT + 5] = {166, 160, 209, 209, 1, 1, 1, -1, -1, .bold = false},
    [ROLE_SEAT + 6] = {175, 132, 218, 218, 5, 5, 5, -1, -1, .bold = false},
    [ROLE_SEAT + 7] = {245, 242, 255, 252, 7, -1, 7, -1, -1, .bold = false},
};

struct theme_look theme_look(
    enum setting_theme theme, enum setting_cloth cloth, unsigned role, bool felt)
{
    const struct role_colours *r = &roles[role < ROLE_COUNT ? role : ROLE_NORMAL];
    struct theme_look look = {.bg256 = r->bg,
        .bg8 = r->bg8,
        .bold = r->bold,
        .reverse = r->reverse,
        .mono_bold = r->mono_bold,
        .mono_reverse = r->mono_reverse};
    if (theme == THEME_CONTRAST) {
        look.fg256 = r->contrast;
        look.fg8 = r->contrast8;
        look.bg256 = r->bg < 0 ? BLACK : r->bg;
        look.bg8 = r->bg < 0 ? 0 : r->bg8;
        return look;
    }
    bool painted = felt && cloth != CLOTH_PLAIN;
    bool light = painted ? cloth == CLOTH_PAPER : theme == THEME_LIGHT;
    look.fg256 = painted && cloth == CLOTH_CLASSIC ? r->green : light ? r->light : r->dark;
    look.fg8 = theme == THEME_LIGHT ? r->light8 : r->dark8;
    if (painted) {
        /* The terminal's own foreground may be anything; on the felt it has to be named. */
        look.fg256 = look.fg256 >= 0 ? look.fg256 : cloth == CLOTH_PAPER ? BLACK : 252;
        look.bg256 = r->bg >= 0             ? r->bg
                     : cloth == CLOTH_PAPER ? PAPER_FELT
                     : cloth == CLOTH_NIGHT ? NIGHT_FELT
                                            : GREEN_FELT;
    }
    if (light && role == ROLE_PUCK) {
        /* White on white would be no puck. */
        look = (struct theme_look){.fg256 = WHITE,
            .bg256 = BLACK,
            .fg8 = 7,
            .bg8 = 0,
            .bold = r->bold,
            .mono_reverse = r->mono_reverse};
    }
    return look;
}

unsigned theme_seat(unsigned seat)
{
    return ROLE_SEAT + (seat + 7) % 8;
}
