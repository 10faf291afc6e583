#include "ui/felt_chips.h"

#include "ui/bet_text.h"
#include "ui/screen.h"
#include "ui/talk.h"
#include "ui/theme.h"

#include <stdio.h>

static int shown_rank(const struct ui_state *s, const struct ui_model *m, uint32_t account)
{
    unsigned seat = s->moves.live->accounts[account].seat;
    return (int)account == m->me ? 0 : seat != 0 && seat == s->shown_seat ? 1 : 2;
}

unsigned chips_order(
    const struct ui_state *s, const struct ui_model *m, uint16_t out[LIVE_ACCOUNTS_MAX])
{
    unsigned count = 0;
    for (int rank = 0; rank < 3; rank++) {
        for (uint32_t i = 0; i < s->moves.live->account_count; i++) {
            if (shown_rank(s, m, i) == rank) {
                out[count++] = (uint16_t)i;
            }
        }
    }
    return count;
}

static int64_t cents_in(const struct live *l, unsigned account, uint8_t kind, unsigned number)
{
    uint16_t slot = bet_slot((struct bet_ref){kind, (uint8_t)number});
    return slot == BET_SLOT_NONE || account >= l->account_count
               ? 0
               : l->players[account].bet_cents[slot];
}

void chips_text(const struct ui_state *s, const struct ui_model *m, unsigned account,
    const struct chips_layer *layer, unsigned number, const char *between, char out[CHIPS_TEXT_MAX])
{
    const struct live *l = s->moves.live;
    int64_t cents = cents_in(l, account, layer->kind, number);
    int64_t odds = cents_in(l, account, layer->odds, number);
    char flat_text[MONEY_TEXT_MAX];
    char odds_text[MONEY_TEXT_MAX];
    out[0] = '\0';
    if (cents == 0 && odds == 0) {
        return;
    }
    bool agreed = cents == cents_in(&m->live, account, layer->kind, number) &&
                  odds == cents_in(&m->live, account, layer->odds, number);
    struct bet_ref bet = {cents > 0 ? layer->kind : layer->odds, (uint8_t)number};
    bool works = table_bet_works(&l->table, &l->players[account], bet_slot(bet));
    snprintf(out, CHIPS_TEXT_MAX, "%s%s%c%s%s%s%s", agreed ? "" : "~", layer->mark,
        chip_letter(s, m, account), money_short(cents, flat_text), odds > 0 ? between : "",
        odds > 0 ? money_short(odds, odds_text) : "", works ? "" : "z");
}

unsigned chips_attr(
    const struct ui_state *s, const struct ui_model *m, unsigned account, const char *text)
{
    unsigned seat = s->moves.live->accounts[account].seat;
    return theme_seat(talk_colour(m, seat)) | ((int)account == m->me ? CELL_BOLD : 0u) |
           (text[0] == '~' ? CELL_DIM : 0u) |
           (seat != 0 && seat == s->shown_seat ? CELL_REVERSE : 0u);
}
