#include "game/live.h"

/* A boolean byte; anything but 0 and 1 is not canonical. */
void live_command_encode(const struct live_command *c, struct writer *w)
{
    write_u8(w, c->kind);
    switch (c->kind) {
    case LIVE_BET:
    case LIVE_TAKE:
        write_u8(w, c->bet.kind);
        write_u8(w, c->bet.number);
        write_u8(w, c->has_amount);
        write_u64(w, (uint64_t)c->amount_cents);
        break;
    case LIVE_MARK:
        write_u8(w, c->bet.kind);
        write_u8(w, c->bet.number);
        write_u8(w, c->mark);
        break;
    case LIVE_READY:
        write_u8(w, c->amount_cents != 0);
        break;
    case LIVE_ELAPSED:
        write_u8(w, c->timer);
        write_u64(w, c->instance);
        write_bytes(w, c->subject, sizeof c->subject);
        break;
    case LIVE_AWAY:
        write_bytes(w, c->subject, sizeof c->subject);
        break;
    default:
        break;
    }
}

bool live_command_decode(struct live_command *out, struct reader *r)
{
    struct live_command c = {.kind = read_u8(r)};
    switch (c.kind) {
    case LIVE_BET:
    case LIVE_TAKE:
        c.bet.kind = read_u8(r);
        c.bet.number = read_u8(r);
        c.has_amount = read_flag(r);
        c.amount_cents = (int64_t)read_u64(r);
        break;
    case LIVE_MARK:
        c.bet.kind = read_u8(r);
        c.bet.number = read_u8(r);
        c.mark = read_u8(r);
        break;
    case LIVE_READY:
        c.amount_cents = read_flag(r);
        break;
    case LIVE_ELAPSED:
        c.timer = read_u8(r);
        c.instance = read_u64(r);
        read_bytes(r, c.subject, sizeof c.subject);
        break;
    case LIVE_AWAY:
        read_bytes(r, c.subject, sizeof c.subject);
        break;
    case LIVE_THROW:
    case LIVE_SIT_OUT:
    case LIVE_SIT_IN:
    case LIVE_REBUY:
    case LIVE_LEAVE:
    case LIVE_BACK:
        break;
    default:
        return false;
    }
    if (r->bad || c.bet.kind >= BET_KIND_COUNT || c.mark > MARK_ON) {
        return false;
    }
    *out = c;
    return true;
}

static void set_encode(const struct account_set *s, struct writer *w)
{
    for (size_t i = 0; i < sizeof s->bits / sizeof s->bits[0]; i++) {
        write_u64(w, s->bits[i]);
    }
}

static void set_decode(struct account_set *s, struct reader *r)
{
    for (size_t i = 0; i < sizeof s->bits / sizeof s->bits[0]; i++) {
        s->bits[i] = read_u64(r);
    }
}

static void hand_encode(const struct hand_counters *h, struct writer *w)
{
    write_u32(w, h->rolls);
    write_u32(w, h->line_wins);
    for (size_t i = 0; i < sizeof h->made / sizeof h->made[0]; i++) {
        write_u16(w, h->made[i]);
    }
    for (size_t i = 0; i < sizeof h->fell / sizeof h->fell[0]; i++) {
        write_u16(w, h->fell[i]);
    }
    write_u8(w, h->doubles);
}

static void hand_decode(struct hand_counters *h, struct reader *r)
{
    h->rolls = read_u32(r);
    h->line_wins = read_u32(r);
    for (size_t i = 0; i < sizeof h->made / sizeof h->made[0]; i++) {
        h->made[i] = read_u16(r);
    }
    for (size_t i = 0; i < sizeof h->fell / sizeof h->fell[0]; i++) {
        h->fell[i] = read_u16(r);
    }
    h->doubles = read_u8(r);
}

static uint16_t bets_live(const struct table_player *p)
{
    uint16_t n = 0;
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        n += p->bet_cents[slot] > 0;
    }
    return n;
}

static void account_encode(
    const struct live_account *a, const struct table_player *p, struct writer *w)
{
    write_bytes(w, a->id, sizeof a->id);
    write_bytes(w, a->sponsor, sizeof a->sponsor);
    write_u8(w, a->seat);
    write_u8(w, a->bot);
    write_u8(w, a->ready);
    write_u8(w, a->away);
    write_u8(w, a->sitting_out);
    write_u8(w, a->passed_over);
    write_u16(w, a->rebuys);
    write_u32(w, a->graces);
    set_encode(&a->away_votes, w);
    set_encode(&a->grace_votes, w);
    write_lp(w, p->name, strlen(p->name));
    write_u64(w, (uint64_t)p->balance_cents);
    write_u64(w, (uint64_t)p->issued_cents);
    write_u16(w, bets_live(p));
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        if (p->bet_cents[slot] > 0) {
            write_u16(w, slot);
            write_u64(w, (uint64_t)p->bet_cents[slot]);
            write_u8(w, (uint8_t)table_bet_mark(p, slot));
        }
    }
}

static void bets_decode(struct table_player *p, struct reader *r)
{
    uint16_t count = read_u16(r);
    int32_t last = -1;
    for (uint16_t i = 0; i < count && !r->bad; i++) {
        uint16_t slot = read_u16(r);
        int64_t cents = (int64_t)read_u64(r);
        uint8_t mark = read_u8(r);
        if (slot >= BET_SLOT_COUNT || (int32_t)slot <= last || cents <= 0 || mark > MARK_ON) {
            r->bad = true;
            return;
        }
        last = slot;
        uint64_t bit = UINT64_C(1) << (slot % 64);
        p->bet_cents[slot] = cents;
        p->live[slot / 64] |= bit;
        p->marked_off[slot / 64] |= mark == MARK_OFF ? bit : 0;
        p->marked_on[slot / 64] |= mark == MARK_ON ? bit : 0;
    }
}

static void account_decode(struct live_account *a, struct table_player *p, struct reader *r)
{
    memset(a, 0, sizeof *a);
    memset(p, 0, sizeof *p);
    read_bytes(r, a->id, sizeof a->id);
    read_bytes(r, a->sponsor, sizeof a->sponsor);
    a->seat = read_u8(r);
    a->bot = read_flag(r);
    a->ready = read_flag(r);
    a->away = read_flag(r);
    a->sitting_out = read_flag(r);
    a->passed_over = read_u8(r);
    a->rebuys = read_u16(r);
    a->graces = read_u32(r);
    set_decode(&a->away_votes, r);
    set_decode(&a->grace_votes, r);
    size_t size;
    const uint8_t *name = read_lp(r, &size);
    if (name == NULL || size == 0 || size > NAME_BYTES_MAX || memchr(name, 0, size) != NULL) {
        r->bad = true;
        return;
    }
    memcpy(p->name, name, size);
    p->balance_cents = (int64_t)read_u64(r);
    p->issued_cents = (int64_t)read_u64(r);
    p->seated = a->seat != 0;
    p->may_throw = a->seat != 0 && !a->away && !a->sitting_out;
    bets_decode(p, r);
}

void live_encode(const struct live *l, struct writer *w)
{
    const struct table *t = &l->table;
    house_rules_encode(&l->rules, w);
    write_u8(w, t->point);
    write_u32(w, t->dice_seat);
    write_u32(w, t->point == 0 ? 0 : t->shooter);
    hand_encode(&t->hand, w);
    write_u64(w, (uint64_t)t->bank_cents);
    write_u8(w, l->phase);
    write_u8(w, l->started);
    write_u8(w, l->window_open);
    write_u64(w, l->roll);
    write_u64(w, l->window_instance);
    write_u64(w, l->shooter_instance);
    write_u16(w, l->thrower);
    set_encode(&l->window_votes, w);
    set_encode(&l->shooter_votes, w);
    write_u16(w, (uint16_t)l->account_count);
    for (uint32_t i = 0; i < l->account_count; i++) {
        account_encode(&l->accounts[i], &l->players[i], w);
    }
}

static bool point_valid(uint8_t point)
{
    return point == 0 || (point >= 2 && point <= 12 && point != 7);
}

bool live_decode(struct live *l, struct reader *r)
{
    struct house_rules rules;
    if (!house_rules_decode(&rules, r)) {
        return false;
    }
    live_init(l, &rules);
    struct table *t = &l->table;
    t->point = read_u8(r);
    t->dice_seat = read_u32(r);
    t->shooter = read_u32(r);
    hand_decode(&t->hand, r);
    t->bank_cents = (int64_t)read_u64(r);
    l->phase = read_u8(r);
    l->started = read_flag(r);
    l->window_open = read_flag(r);
    l->roll = read_u64(r);
    l->window_instance = read_u64(r);
    l->shooter_instance = read_u64(r);
    l->thrower = read_u16(r);
    set_decode(&l->window_votes, r);
    set_decode(&l->shooter_votes, r);
    uint16_t count = read_u16(r);
    if (r->bad || count > LIVE_ACCOUNTS_MAX) {
        return false;
    }
    for (uint16_t i = 0; i < count && !r->bad; i++) {
        account_decode(&l->accounts[i], &l->players[i], r);
    }
    l->account_count = count;
    t->player_count = count;
    bool seats_valid = count == 0 ? t->dice_seat == 0 && t->shooter == 0
                                  : t->dice_seat < count && t->shooter < count;
    return !r->bad && point_valid(t->point) && seats_valid && live_check(l);
}
