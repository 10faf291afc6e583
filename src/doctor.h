/* craps doctor: what on this computer stands in the way of play, or makes it worse. Everything is only looked at: sockets on this
 * computer alone, and one temporary file where records are kept already; no folder is made. Each finding has its line. */
#ifndef SRC_DOCTOR_H
#define SRC_DOCTOR_H

#include "src/cli.h"
#include "src/paths.h"

enum doctor_verdict { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_FAULT };

enum { DOCTOR_FINDINGS_MAX = 64, DOCTOR_TEXT_BYTES = 240 };

struct doctor_finding {
    const char *area, *check; /* "network", "lobby_port" */
    uint8_t verdict;          /* enum doctor_verdict */
    int status;               /* of a fault: exit status of cli.md */
    char text[DOCTOR_TEXT_BYTES];
    const char *means, *fix; /* of a note or a fault */
};

struct doctor {
    const struct options *options;
    struct paths paths;
    size_t count;
    struct doctor_finding findings[DOCTOR_FINDINGS_MAX];
};

/* Adds one; what does not fit is left out. For an ok line means and fix are NULL and status 0. */
void doctor_add(struct doctor *d, const char *area, const char *check, enum doctor_verdict verdict,
    int status, const char *means, const char *fix, const char *format, ...)
    __attribute__((format(printf, 8, 9)));

/* The first fault's status, or 0. */
int doctor_status(const struct doctor *d);

/* doctor_terminal.c */
void doctor_terminal(struct doctor *d);
void doctor_locale(struct doctor *d);
/* doctor_clock.c */
void doctor_clock(struct doctor *d);
/* doctor_network.c */
void doctor_network(struct doctor *d);
/* doctor_files.c */
void doctor_files(struct doctor *d);
/* doctor_libraries.c */
void doctor_libraries(struct doctor *d);

#endif
