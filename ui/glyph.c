#include "ui/glyph.h"

#include <stddef.h>

static const struct {
    int32_t point;
    char ascii;
} glyphs[] = {
    {0x2500, '-'}, /* ─ */
    {0x2502, '|'}, /* │ */
    {0x250c, '+'}, /* ┌ */
    {0x2510, '+'}, /* ┐ */
    {0x2514, '+'}, /* └ */
    {0x2518, '+'}, /* ┘ */
    {0x251c, '+'}, /* ├ */
    {0x2524, '+'}, /* ┤ */
    {0x252c, '+'}, /* ┬ */
    {0x2534, '+'}, /* ┴ */
    {0x253c, '+'}, /* ┼ */
    {0x254c, '-'}, /* ╌ */
    {0x256d, '+'}, /* ╭ */
    {0x256e, '+'}, /* ╮ */
    {0x256f, '+'}, /* ╯ */
    {0x2570, '+'}, /* ╰ */
    {0x2550, '='}, /* ═ */
    {0x2551, '|'}, /* ║ */
    {0x2554, '+'}, /* ╔ */
    {0x2557, '+'}, /* ╗ */
    {0x255a, '+'}, /* ╚ */
    {0x255d, '+'}, /* ╝ */
    {0x25cf, 'o'}, /* ● */
    {0x25cb, '.'}, /* ○ */
    {0x25b8, '>'}, /* ▸ */
    {0x25c2, '<'}, /* ◂ */
    {0x25aa, '*'}, /* ▪ */
    {0x2588, '#'}, /* █ */
    {0x2587, '#'}, /* ▇ */
    {0x2586, '='}, /* ▆ */
    {0x2585, '='}, /* ▅ */
    {0x2584, '-'}, /* ▄ */
    {0x2583, '-'}, /* ▃ */
    {0x2582, '_'}, /* ▂ */
    {0x2581, '_'}, /* ▁ */
    {0x2591, '.'}, /* ░ */
    {0x2592, ':'}, /* ▒ */
    {0x2593, '#'}, /* ▓ */
    {0x00d7, 'x'}, /* × */
    {0x00b7, '.'}, /* · */
    {0x2192, '>'}, /* → */
};

enum { GLYPH_COUNT = sizeof glyphs / sizeof glyphs[0] };

int32_t glyph_ascii(int32_t point)
{
    for (size_t i = 0; i < GLYPH_COUNT; i++) {
        if (glyphs[i].point == point) {
            return glyphs[i].ascii;
        }
    }
    return point < 0x80 ? point : '?';
}

bool glyph_all_narrow(int (*width)(int32_t point))
{
    for (size_t i = 0; i < GLYPH_COUNT; i++) {
        if (width(glyphs[i].point) != 1) {
            return false;
        }
    }
    return true;
}
