#include "ui/theme.h"

/* The seats are a colour-blind safe set; letters tell players apart, colour only helps. Dark blue
 * is never used. */
const struct theme_look theme_looks[ROLE_COUNT] = {
    [ROLE_NORMAL] = {-1, -1, -1, -1, .bold = false},
    [ROLE_TITLE] = {-1, -1, -1, -1, .bold = true, .mono_bold = true},
    [ROLE_FRAME] = {71, -1, 2, -1, .bold = false},
    [ROLE_KEY] = {172, -1, 3, -1, .bold = true, .mono_bold = true},
    [ROLE_SELECTED] = {-1, -1, -1, -1, .reverse = true, .mono_reverse = true},
    [ROLE_WIN] = {34, -1, 2, -1, .bold = true, .mono_bold = true},
    [ROLE_LOSE] = {202, -1, 1, -1, .bold = true, .mono_bold = true},
    [ROLE_WARNING] = {178, -1, 3, -1, .bold = true, .mono_bold = true},
    [ROLE_BANNER] = {-1, -1, -1, -1, .bold = true, .reverse = true, .mono_reverse = true},
    [ROLE_PUCK] = {16, 231, 0, 7, .bold = true, .mono_reverse = true},
    [ROLE_DICE] = {-1, -1, -1, -1, .bold = true, .mono_bold = true},
    [ROLE_QR] = {231, 16, 7, 0, .bold = false},
    [ROLE_QR_LIGHT] = {231, 231, 7, 7, .mono_reverse = true},
    [ROLE_SEAT + 0] = {208, -1, 3, -1, .bold = false},
    [ROLE_SEAT + 1] = {39, -1, 6, -1, .bold = false},
    [ROLE_SEAT + 2] = {35, -1, 2, -1, .bold = false},
    [ROLE_SEAT + 3] = {178, -1, 3, -1, .bold = false},
    [ROLE_SEAT + 4] = {68, -1, 6, -1, .bold = false},
    [ROLE_SEAT + 5] = {166, -1, 1, -1, .bold = false},
    [ROLE_SEAT + 6] = {175, -1, 5, -1, .bold = false},
    [ROLE_SEAT + 7] = {245, -1, 7, -1, .bold = false},
};

unsigned theme_seat(unsigned seat)
{
    return ROLE_SEAT + (seat + 7) % 8;
}
