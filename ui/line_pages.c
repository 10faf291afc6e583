/* What is told from files: whether the last roll was fair, and the figures of all one's tables. The
 * pages are asked for and said when they have come. */
#include "ui/line_parts.h"

#include "ui/proof_view.h"

#include <stdio.h>
#include <string.h>

void line_ask(struct line *l, const struct ui_model *m, enum ui_page page)
{
    bool proof = page == UI_PAGE_PROOF;
    l->page_asked = true;
    l->page = (uint8_t)page;
    ui_pages_ask(&l->pages, l->port, page, proof ? m->live.roll : 0, proof ? m->record : "");
}

static void say_proof(const struct ui_proof *p)
{
    char text[LINE_TEXT_MAX] = "";
    unsigned fits = 0;
    unsigned long long roll = p->roll;
    if (p->fault.any) {
        proof_fault_text(&p->fault, roll, true, text);
        line_say(text);
        return;
    }
    for (unsigned i = 0; i < p->piece_count && i < UI_PIECES_MAX; i++) {
        fits += p->pieces[i].used && p->pieces[i].fits == PROOF_YES;
    }
    line_text_add(text,
        "Roll %llu was checked on this computer, from the record. The bets were locked first, "
        "signed "
        "by %u of %u. %u pieces fit their owners' keys, %u are needed; joined they are %u and %u.",
        roll, p->lock_signed, p->members, fits, p->needed, p->die1, p->die2);
    line_text_add(text, " The result is signed by %u of %u.%s", p->result_signed, p->members,
        p->practice ? " This is practice: all pieces are in this one program." : "");
    line_say(text);
}

static void say_stats(const struct ui_stats *p)
{
    char text[LINE_TEXT_MAX] = "", net[MONEY_TEXT_MAX], expected[MONEY_TEXT_MAX];
    if (p->sessions == 0) {
        return;
    }
    line_text_add(text,
        "In all your tables, %u: %llu rolls, result %s, where the odds expect %s; bets won %u, "
        "lost "
        "%u.",
        p->sessions, (unsigned long long)p->rolls, money_signed(p->net_cents, net),
        money_signed(p->expected_cents, expected), p->won, p->lost);
    if (p->longest_rolls > 0) {
        line_text_add(text, " Longest hand: %u roll%s, %s.", p->longest_rolls,
            p->longest_rolls == 1 ? "" : "s", p->longest_name);
    }
    if (p->dice.words[0] != '\0') {
        line_text_add(text, " The dice: %s.", p->dice.words);
    }
    line_say(text);
}

void line_pages_news(struct line *l)
{
    size_t size = 0;
    if (!ui_pages_update(&l->pages, l->port) || !l->page_asked) {
        return;
    }
    const struct ui_page_head *head = ui_pages_place(&l->pages, (enum ui_page)l->page, &size);
    if (head == NULL || (head->state != PAGE_READY && head->state != PAGE_FAILED)) {
        return;
    }
    l->page_asked = false;
    if (head->state == PAGE_FAILED) {
        line_say(head->problem);
    } else if (l->page == UI_PAGE_PROOF) {
        say_proof(&l->pages.proof);
    } else {
        say_stats(&l->pages.stats);
    }
}
