#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];
static char where[PATH_BYTES_MAX];

static int enter(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/craps-test-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int leave(void **state)
{
    (void)state;
    char command[128];
    paths_unlock();
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void assert_mode(const char *path, mode_t mode)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, mode);
}

static void assert_under(const char *path, const char *tail)
{
    char want[PATH_BYTES_MAX];
    snprintf(want, sizeof want, "%s/%s", folder, tail);
    assert_string_equal(path, want);
}

static void test_paths_puts_everything_under_the_data_dir(void **state)
{
    (void)state;
    struct paths p;
    char dir[128];
    snprintf(dir, sizeof dir, "%s/a/b", folder);
    assert_int_equal(paths_resolve(&p, dir, where), ERR_OK);
    assert_string_equal(where, "");
    assert_under(p.config_file, "a/b/config.ini");
    assert_under(p.identity_file, "a/b/identity");
    assert_under(p.sessions_dir, "a/b/sessions");
    assert_under(p.log_file, "a/b/craps.log");
    assert_mode(dir, 0700);
    assert_mode(p.sessions_dir, 0700);
    assert_int_equal(paths_resolve(&p, dir, where), ERR_OK); /* again: everything is there */
}

static void test_paths_follows_xdg_and_its_defaults(void **state)
{
    (void)state;
    struct paths p;
    char value[128];
    setenv("HOME", folder, 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_STATE_HOME");
    unsetenv("XDG_DATA_HOME");
    assert_int_equal(paths_resolve(&p, NULL, where), ERR_OK);
    assert_under(p.config_file, ".config/craps/config.ini");
    assert_under(p.sessions_dir, ".local/state/craps/sessions");
    assert_under(p.log_file, ".local/state/craps/craps.log");
    assert_under(p.identity_file, ".local/share/craps/identity");
    snprintf(value, sizeof value, "%s/conf", folder);
    setenv("XDG_CONFIG_HOME", value, 1);
    setenv("XDG_DATA_HOME", "relative", 1); /* ignored, as the specification says */
    assert_int_equal(paths_resolve(&p, NULL, where), ERR_OK);
    assert_under(p.config_file, "conf/craps/config.ini");
    assert_under(p.identity_file, ".local/share/craps/identity");
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_DATA_HOME");
}

static void test_paths_makes_a_relative_data_dir_absolute(void **state)
{
    (void)state;
    struct paths p;
    char before[512];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    enum err err = paths_resolve(&p, "player", where);
    assert_int_equal(chdir(before), 0);
    assert_int_equal(err, ERR_OK);
    assert_under(p.identity_file, "player/identity");
}

static void test_paths_names_the_folder_that_cannot_be_made(void **state)
{
    (void)state;
    struct paths p;
    char file[128], dir[160];
    snprintf(file, sizeof file, "%s/file", folder);
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    fclose(f);
    snprintf(dir, sizeof dir, "%s/below", file);
    assert_int_equal(paths_resolve(&p, dir, where), ERR_NOT_FOUND);
    assert_string_equal(where, dir);
    assert_int_equal(paths_resolve(&p, file, where), ERR_NOT_FOUND);
    assert_int_not_equal(paths_resolve(&p, "/proc/craps", where), ERR_OK);
    assert_int_not_equal(paths_resolve(&p, "", where), ERR_OK);
    char *longest = malloc(2 * PATH_BYTES_MAX);
    assert_non_null(longest);
    memset(longest, 'x', 2 * PATH_BYTES_MAX);
    longest[0] = '/';
    longest[2 * PATH_BYTES_MAX - 1] = '\0';
    assert_int_equal(paths_resolve(&p, longest, where), ERR_RANGE);
    free(longest);
}

static void test_paths_lock_names_the_process_that_has_it(void **state)
{
    (void)state;
    struct paths p;
    long pid = -1;
    char go = 'g';
    int ready[2], finish[2];
    assert_int_equal(paths_resolve(&p, folder, where), ERR_OK);
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(finish), 0);
    pid_t child = fork();
    if (child == 0) {
        char text = paths_lock(&p, &pid) == ERR_OK ? 'y' : 'n';
        _exit(write(ready[1], &text, 1) == 1 && read(finish[0], &text, 1) == 1 ? 0 : 1);
    }
    char said = '?';
    assert_int_equal(read(ready[0], &said, 1), 1);
    assert_int_equal(said, 'y');
    assert_int_equal(paths_lock(&p, &pid), ERR_BUSY);
    assert_int_equal(pid, child);
    assert_int_equal(write(finish[1], &go, 1), 1);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    /* Its end frees the lock, whatever stands in the file. */
    assert_int_equal(paths_lock(&p, &pid), ERR_OK);
    assert_int_equal(paths_lock(&p, &pid), ERR_BUSY);
    assert_int_equal(pid, getpid());
    paths_unlock();
    assert_int_equal(paths_lock(&p, &pid), ERR_OK);
    paths_unlock();
    paths_unlock();
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(finish[i]);
    }
}

static void test_paths_lock_fails_without_its_folder(void **state)
{
    (void)state;
    struct paths p = {.lock_file = "/proc/craps/lock"};
    long pid;
    assert_int_equal(paths_lock(&p, &pid), ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_paths_puts_everything_under_the_data_dir, enter, leave),
        cmocka_unit_test_setup_teardown(test_paths_follows_xdg_and_its_defaults, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_paths_makes_a_relative_data_dir_absolute, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_paths_names_the_folder_that_cannot_be_made, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_paths_lock_names_the_process_that_has_it, enter, leave),
        cmocka_unit_test_setup_teardown(test_paths_lock_fails_without_its_folder, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
