#include "src/commands/replay_screen.h"

#include "src/launch.h"
#include "src/player_id.h"
#include "src/record_path.h"
#include "src/replay_port.h"
#include "src/store.h"

#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>

static uint64_t begin_of(const struct options *o)
{
    uint64_t height = 0;
    if (o->from_snapshot != NULL && !cli_number_parse(&height, o->from_snapshot, 1, INT64_MAX)) {
        height = RECORD_LAST_STATE;
    }
    return height;
}

/* What can be said before the screen is there, is said without it. */
static int wait_for_tape(struct replay_port *p, struct ui_port *port, const struct options *o)
{
    struct tape_status s;
    replay_port_look(p, &s);
    while (s.frames == 0 && !s.done) {
        struct pollfd fd = {.fd = port->wake_fd, .events = POLLIN};
        if (poll(&fd, 1, -1) > 0) {
            port->clear(port->self);
        }
        replay_port_look(p, &s);
    }
    if (s.frames > 0) {
        return 0;
    }
    if (s.err == ERR_RANGE && o->from_snapshot != NULL) {
        return cli_fail(EX_USAGE, "--from-snapshot %s: %s", o->from_snapshot, s.problem);
    }
    return s.err != ERR_OK ? record_path_fail(s.err, s.problem)
                           : cli_fail(1, "the record does not check; see: craps verify");
}

static int judge(struct replay_port *p)
{
    struct tape_status s;
    replay_port_look(p, &s);
    return s.done && !s.checks ? cli_fail(1, "%s See: craps verify", s.problem) : 0;
}

int replay_screen(const char *path, const struct options *o)
{
    uint8_t id[LIVE_ID_BYTES];
    struct replay_port *p;
    char *absolute = realpath(path, NULL);
    struct replay_port_order order = {
        .tape = {.path = absolute == NULL ? path : absolute,
            .begin = begin_of(o),
            .to = cli_given(o, "rolls") ? o->rolls : 0},
        .id = player_id_find(id, o) ? id : NULL,
        .records = "",
        .from = cli_given(o, "from") ? o->from : 0,
        .speed = o->speed != NULL ? strtod(o->speed, NULL) : 1,
        .playing = o->speed != NULL,
    };
    if (order.tape.to > 0 && order.tape.to < order.from) {
        free(absolute);
        return cli_fail(
            EX_USAGE, "--rolls %" PRIu64 " ends before --from %" PRIu64, order.tape.to, order.from);
    }
    enum err err = replay_port_open(&p, &order);
    free(absolute);
    if (err != ERR_OK) {
        return record_path_fail(err, "there is no room for what is read of the record");
    }
    struct ui_port port = replay_port_of(p);
    int status = wait_for_tape(p, &port, o);
    status = status == 0 ? launch_show(o, &port) : status;
    status = status == 0 ? judge(p) : status;
    replay_port_close(p);
    return status;
}
