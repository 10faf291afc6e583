/* The answers of the script interface as JSON (rules 15.6 to 15.8). */
#ifndef GAME_SCRIPT_PRINT_H
#define GAME_SCRIPT_PRINT_H

#include "game/answer.h"
#include "game/table.h"

/* Each adds one line with its LF. The roll's payouts are put into the order of rule 15.6. */
void script_print_roll(struct answer *a, const struct table *t, struct roll_result *result);
void script_print_shooter(struct answer *a, const struct table *t);
void script_print_state(struct answer *a, const struct table *t);
void script_print_refusal(struct answer *a, enum refusal refusal);

#endif
