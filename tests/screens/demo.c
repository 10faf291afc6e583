/* Plays the screens over a table in this process, to look at them: demo [--line] [--ascii]. Its
 * dice come from a seeded generator and are no one's proof of anything; it is never installed. */
#include "tests/support/fake_port.h"
#include "ui/ui.h"

#include <stdlib.h>
#include <string.h>

static const struct ui_model *(*plain_acquire)(void *self);

static const struct ui_model *acquire_and_step(void *self)
{
    fake_port_step(self);
    return plain_acquire(self);
}

int main(int argc, char **argv)
{
    struct fake_port *f = fake_port_create();
    struct ui_options options = {0};
    f->real_clock = true;
    f->solo_starts = true;
    f->model.first_run = true;
    f->now_ms = f->port.now_ms(f);
    for (int i = 1; i < argc; i++) {
        options.line = options.line || strcmp(argv[i], "--line") == 0;
        options.ascii = options.ascii || strcmp(argv[i], "--ascii") == 0;
        if (strcmp(argv[i], "--host") == 0) {
            const char *names[] = {"Ann", "Bo"};
            f->model.first_run = false;
            fake_port_sit(f, "Friday Table", names, 2, 20);
            f->model.hosting = true;
            strcpy(f->model.words, "otter-canyon-velvet");
            strcpy(f->model.address, "192.168.1.20:7777");
        }
    }
    plain_acquire = f->port.acquire;
    f->port.acquire = acquire_and_step;
    int status = ui_run(&f->port, &options);
    fake_port_destroy(f);
    return status;
}
