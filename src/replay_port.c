#include "src/replay_port.h"

#include "src/clerk.h"
#include "src/clock.h"
#include "src/game_app.h"
#include "src/page_csv.h"
#include "src/page_proof.h"
#include "src/replay_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct replay_port {
    struct tape *tape;
    struct clerk *clerk;
    struct replay_place place;
    int wake_fd;
    uint64_t (*now_ms)(void *self);
    void *now_self;
};

static void wake(void *self)
{
    struct replay_port *p = self;
    uint64_t one = 1;
    ssize_t written = write(p->wake_fd, &one, sizeof one);
    (void)written; /* full means that it is readable already */
}

static uint64_t port_now_ms(void *self)
{
    struct replay_port *p = self;
    return p->now_ms == NULL ? clock_now_ms() : p->now_ms(p->now_self);
}

static const struct ui_model *port_acquire(void *self)
{
    struct replay_port *p = self;
    replay_place_update(&p->place, p->tape, port_now_ms(self));
    return p->place.model;
}

static void port_release(void *self)
{
    (void)self;
}

static bool port_command(void *self, const struct ui_command *command)
{
    struct replay_port *p = self;
    if (command->kind == UI_REPLAY) {
        replay_place_move(&p->place, p->tape, (enum ui_replay_move)command->number,
            strtoll(command->text, NULL, 10), port_now_ms(self));
    } else if (command->kind == UI_QUIT || command->kind == UI_LEAVE) {
        replay_place_move(&p->place, p->tape, REPLAY_LEAVE, 0, port_now_ms(self));
    }
    wake(p);
    return true;
}

static bool port_notice(void *self, struct notice *notice, uint64_t *lost)
{
    struct replay_port *p = self;
    *lost = 0;
    return replay_place_notice(&p->place, notice);
}

static void port_clear(void *self)
{
    struct replay_port *p = self;
    uint64_t ignored;
    ssize_t got = read(p->wake_fd, &ignored, sizeof ignored);
    (void)got; /* only to make it quiet again */
}

static bool port_ask(void *self, const struct ui_question *question)
{
    struct replay_port *p = self;
    return clerk_ask(p->clerk, question);
}

static bool port_answer(void *self, enum ui_page page, uint64_t *seen, void *out, size_t size)
{
    struct replay_port *p = self;
    return clerk_answer(p->clerk, (uint8_t)page, seen, out, size);
}

enum err replay_port_open(struct replay_port **out, const struct replay_port_order *order)
{
    static clerk_maker *const makers[UI_PAGE_COUNT] = {
        [UI_PAGE_PROOF] = page_proof_make,
        [UI_PAGE_AUDIT] = page_audit_make,
        [UI_PAGE_EXPORT] = page_export_make,
        [UI_PAGE_CSV] = page_csv_make,
    };
    struct replay_port *p = calloc(1, sizeof *p);
    *out = NULL;
    if (p == NULL) {
        return ERR_NO_MEMORY;
    }
    p->now_ms = order->now_ms;
    p->now_self = order->now_self;
    p->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    enum err err = p->wake_fd < 0 ? ERR_NO_MEMORY : replay_place_init(&p->place, order);
    err = err == ERR_OK ? clerk_create(&p->clerk, makers, order->records, wake, p) : err;
    err = err == ERR_OK ? tape_create(&p->tape, &order->tape, wake, p) : err;
    if (err != ERR_OK) {
        replay_port_close(p);
        return err;
    }
    *out = p;
    return ERR_OK;
}

void replay_port_close(struct replay_port *p)
{
    if (p == NULL) {
        return;
    }
    tape_destroy(p->tape);
    clerk_destroy(p->clerk);
    replay_place_deinit(&p->place);
    if (p->wake_fd >= 0) {
        close(p->wake_fd);
    }
    free(p);
}

struct ui_port replay_port_of(struct replay_port *p)
{
    return (struct ui_port){
        .self = p,
        .acquire = port_acquire,
        .release = port_release,
        .command = port_command,
        .notice = port_notice,
        .wake_fd = p->wake_fd,
        .clear = port_clear,
        .now_ms = port_now_ms,
        .ask = port_ask,
        .answer = port_answer,
    };
}

void replay_port_look(struct replay_port *p, struct tape_status *out)
{
    tape_look(p->tape, out);
}
