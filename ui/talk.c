#include "ui/talk.h"

#include <stdio.h>
#include <string.h>

const char *talk_mark(const struct ui_talk *t, bool late, char out[TALK_MARK_MAX])
{
    out[0] = '\0';
    if (t->gap && t->missing > 0) {
        snprintf(out, TALK_MARK_MAX, "(%u missing) ", t->missing > 999 ? 999 : t->missing);
    } else if (t->gap) {
        snprintf(out, TALK_MARK_MAX, "(after a gap) ");
    } else if (late) {
        snprintf(out, TALK_MARK_MAX, "(late) ");
    }
    return out;
}

unsigned talk_colour(const struct ui_model *m, unsigned seat)
{
    return seat <= LIVE_SEATS_MAX && m->colours[seat] != 0 ? m->colours[seat] : seat;
}

const char *talk_title(const struct feed *f, const struct ui_model *m, char out[SENTENCE_MAX])
{
    if (f->scroll > 0 || m->topic[0] == '\0') {
        snprintf(out, SENTENCE_MAX, "%s", f->scroll > 0 ? "talk, earlier" : "table talk");
    } else {
        snprintf(out, SENTENCE_MAX, "talk: %s", m->topic);
    }
    return out;
}

static uint64_t kept(const struct feed *f)
{
    return f->count < FEED_LINES_MAX ? f->count : FEED_LINES_MAX;
}

/* The line so far back from the newest. */
static struct feed_line *line_at(struct feed *f, uint64_t back)
{
    return &f->lines[(f->count - 1 - back) % FEED_LINES_MAX];
}

static bool is_talk(const struct feed_line *l)
{
    return l->kind == FEED_CHAT && l->talk.number != 0;
}

static bool same_stream(const struct ui_talk *a, const struct ui_talk *b)
{
    return memcmp(a->author, b->author, sizeof a->author) == 0 && a->incarnation == b->incarnation;
}

static bool follows(const struct ui_talk *a, const struct ui_talk *b)
{
    int author = memcmp(a->author, b->author, sizeof a->author);
    return a->lamport != b->lamport           ? a->lamport > b->lamport
           : author != 0                      ? author > 0
           : a->incarnation != b->incarnation ? a->incarnation > b->incarnation
                                              : a->number > b->number;
}

/* The mark before the text is another than when it was written. */
static void mark_again(struct feed_line *l)
{
    char mark[TALK_MARK_MAX], text[SENTENCE_MAX];
    snprintf(text, sizeof text, "%s", l->text + l->mark_size);
    talk_mark(&l->talk, l->late, mark);
    l->mark_size = (uint8_t)strlen(mark);
    size_t room = sizeof l->text - 1 - l->mark_size;
    memcpy(l->text, mark, l->mark_size);
    snprintf(l->text + l->mark_size, room + 1, "%.*s", (int)room, text);
}

static void remove_line(struct feed *f, uint64_t back)
{
    for (; back > 0; back--) {
        *line_at(f, back) = *line_at(f, back - 1);
    }
    f->count--;
}

static void replace(struct feed *f, const struct ui_talk *t)
{
    for (uint64_t back = 0; back < kept(f); back++) {
        const struct feed_line *l = line_at(f, back);
        if (is_talk(l) && same_stream(&l->talk, t) && l->talk.number == t->number) {
            remove_line(f, back);
            return;
        }
    }
}

/* It was missing before the next line of the same player. */
static void close_gap(struct feed *f, const struct ui_talk *t)
{
    struct feed_line *next = NULL;
    for (uint64_t back = 0; back < kept(f); back++) {
        struct feed_line *l = line_at(f, back);
        if (is_talk(l) && same_stream(&l->talk, t) && l->talk.number > t->number &&
            (next == NULL || l->talk.number < next->talk.number)) {
            next = l;
        }
    }
    if (next != NULL && next->talk.gap && next->talk.missing > 0) {
        next->talk.missing--;
        next->talk.gap = next->talk.missing > 0;
        mark_again(next);
    }
}

void feed_talk(struct feed *f, const struct notice *n, unsigned seat, const char *text)
{
    uint64_t newer = 0;
    bool late = false;
    if (n->talk.replaces) {
        replace(f, &n->talk);
        if (n->text[0] == '\0') {
            return;
        }
    }
    for (uint64_t back = 0; back < kept(f); back++) {
        const struct feed_line *l = line_at(f, back);
        if (is_talk(l) && follows(&l->talk, &n->talk)) {
            newer = back + 1;
            late = !n->talk.history && !n->talk.replaces && l->t_ms + TALK_LATE_MS < n->t_ms;
        }
    }
    if (newer == FEED_LINES_MAX) {
        return; /* older than everything that is still here */
    }
    unsigned scroll = f->scroll;
    feed_add(f, FEED_CHAT, seat, "");
    if (newer > scroll) {
        f->scroll = scroll; /* above what is read: that stays where it is */
    }
    struct feed_line line = *line_at(f, 0);
    for (uint64_t back = 0; back < newer; back++) {
        *line_at(f, back) = *line_at(f, back + 1);
    }
    line.talk = n->talk;
    line.t_ms = n->t_ms;
    line.late = late;
    snprintf(line.text, sizeof line.text, "%s", text);
    mark_again(&line);
    *line_at(f, newer) = line;
    if (newer > 0) {
        close_gap(f, &n->talk);
    }
}
