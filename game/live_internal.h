/* What the parts of the live table share: live.c (commands, dice), live_seats.c (who sits), live_timers.c (who says
 * that time is up), live_split.c (who is left after a table split). */
#ifndef GAME_LIVE_INTERNAL_H
#define GAME_LIVE_INTERNAL_H

#include "game/live.h"

/* Emits with the account's seat filled in; account -1 = nobody; roll 0 = the roll that comes. */
void live_emit(struct live *l, struct event_sink *sink, int kind, int64_t account, struct event e);

/* Seated, and neither away nor sitting out. */
bool live_acts(const struct live_account *a);

/* Everybody who acts is ready, and somebody does. */
bool live_all_ready(const struct live *l);

bool live_window_timed(const struct live *l);
void live_open_window(struct live *l, struct event_sink *sink);
void live_close_window(struct live *l, struct event_sink *sink);
void live_new_shooter_clock(struct live *l);
bool live_may_throw_now(const struct live *l, const struct live_context *ctx);

/* Brings everything that follows from the rest up to date; after every accepted change. */
void live_settle(struct live *l, const struct live_context *ctx, struct event_sink *sink);

/* Is that account a bot the identity signs for. */
bool live_is_bot_of(const struct live *l, uint32_t account, const uint8_t id[LIVE_ID_BYTES]);
void live_unseat_with_bots(struct live *l, uint32_t account, struct event_sink *sink);
void live_set_away_with_bots(struct live *l, uint32_t account, bool away, struct event_sink *sink);
enum refusal live_sit_out(struct live *l, uint32_t account, struct event_sink *sink);

enum refusal live_apply_elapsed(struct live *l, const struct live_context *ctx, int64_t voter,
    const struct live_command *c, struct event_sink *sink);
enum refusal live_apply_away(struct live *l, const struct live_context *ctx, int64_t voter,
    const struct live_command *c, struct event_sink *sink);

#endif
