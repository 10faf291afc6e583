/* Assertions about our own code. On in release. Nothing that a peer, a file, the terminal or the
 * environment can reach may CHECK: those failures are verdicts and counters, never aborts. */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

/* Aborts with the place and the condition when it does not hold, after running the hook. */
#define CHECK(cond)                                                                                \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            check_failed(__FILE__, __LINE__, #cond);                                               \
        }                                                                                          \
    } while (0)

/* Prints to stderr, runs the hook once, aborts. */
_Noreturn void check_failed(const char *file, int line, const char *condition);

/* Sets the function that runs before an abort (the terminal restorer). It must be
 * async-signal-safe. NULL removes it. */
void check_set_hook(void (*hook)(void));

#endif
