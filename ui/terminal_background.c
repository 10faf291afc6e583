#include "ui/terminal_background.h"

#include <stdlib.h>
#include <string.h>

const char *background_ask(struct background *b, const char *colorfgbg)
{
    const char *last = colorfgbg == NULL ? NULL : strrchr(colorfgbg, ';');
    if (!b->known && last != NULL && last[1] >= '0' && last[1] <= '9') {
        long colour = strtol(last + 1, NULL, 10);
        b->known = true;
        b->light = colour == 7 || (colour >= 9 && colour <= 15);
    }
    if (b->known || b->listening) {
        return NULL;
    }
    b->listening = true;
    b->size = 0;
    return "\033]11;?\033\\";
}

/* One of "rrrr/gggg/bbbb", 1 to 4 hexadecimal digits, in 255ths; -1 when it is none. */
static int part(const char **text)
{
    char *end = NULL;
    unsigned long value = strtoul(*text, &end, 16);
    long digits = end - *text;
    if (digits < 1 || digits > 4 || (*text)[0] == '-' || (*text)[0] == '+' || (*text)[0] == ' ') {
        return -1;
    }
    *text = *end == '/' ? end + 1 : end;
    unsigned long most = (1ul << 4 * digits) - 1;
    return (int)(value * 255 / most);
}

static void judge(struct background *b)
{
    const char *at = strchr(b->text, ':');
    at = at == NULL ? "" : at + 1;
    int red = part(&at), green = part(&at), blue = part(&at);
    b->listening = false;
    if (red >= 0 && green >= 0 && blue >= 0) {
        b->known = true;
        b->light = 299 * red + 587 * green + 114 * blue > 127500;
    }
}

enum background_answer background_take(struct background *b, int32_t code)
{
    static const char begin[] = "11;rgb";
    size_t known = sizeof begin - 1;
    bool ends = code == '\a' || code == '\\';
    if (ends && b->size > known) {
        b->text[b->size] = '\0';
        judge(b);
        b->size = 0;
        return BACKGROUND_DONE;
    }
    if (code == 27 && b->size > known) {
        return BACKGROUND_MORE; /* ESC \ is on its way */
    }
    bool good = code > ' ' && code < 127 && b->size + 1 < sizeof b->text &&
                (b->size >= known || code == begin[b->size]);
    if (!good) {
        b->size = 0;
        return BACKGROUND_NOT_MINE;
    }
    b->text[b->size++] = (char)code;
    return BACKGROUND_MORE;
}
