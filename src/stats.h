/* Figures over many records: what `craps stats` prints and the screen's statistics and summary show (ui/pages.h). */
#ifndef SRC_STATS_H
#define SRC_STATS_H

#include "src/figures.h"
#include "ui/pages.h"

struct stats;

/* Adds up into `page`, which is zeroed first and borrowed. NULL on no memory. */
struct stats *stats_create(struct ui_stats *page);
void stats_destroy(struct stats *s);

/* One record's figures, oldest record first. `used_s` is when it was written last. */
void stats_add(struct stats *s, const struct figures *f, const char *file, int64_t used_s);

/* Works out what comes of the sums; may be called between records. */
void stats_finish(struct stats *s);

/* One record as a summary: everything but head, path, file and bytes. */
void stats_summarise(struct ui_summary *page, const struct figures *f);

/* The newest name of a record: its file's name without folder and ending. */
void stats_file_name(char *out, size_t size, const char *path);

#endif
