/* The life of one member of a bench's table: its process, its manager, the moves that the bench orders, what is counted. */
#ifndef SRC_BENCH_PLAYER_H
#define SRC_BENCH_PLAYER_H

#include "src/bench_member.h"

/* Plays with the files of `folder` until the manager has finished; returns the exit status. For the child of a fork only: its
 * process is this member and nothing else. `news_fd` is set whenever something was counted, `order_fd` when orders have changed. */
int bench_player_live(struct bench_counts *counts, struct manager_config *config,
    const char *folder, int news_fd, int order_fd);

#endif
