/* craps completion: a script that teaches the shell our commands, options and their values. Made from
 * the same tables that read them. */
#include "src/commands/command.h"

#include "base/nearest.h"
#include "ui/setting.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_BYTES = 512 };

/* "auto, always or never" gives "auto always never"; "" for what is no list of words. "or a file ..." may end it. */
static void words_of(const char *text, char out[static WORDS_BYTES])
{
    size_t used = 0, words = 0;
    out[0] = '\0';
    while (text != NULL && *text != '\0' && strncmp(text, "or a file ", 10) != 0) {
        size_t size = strcspn(text, ", ");
        bool joins = size == 2 && strncmp(text, "or", 2) == 0;
        bool word = size > 0;
        for (size_t i = 0; i < size; i++) {
            word = word && (islower((unsigned char)text[i]) || isdigit((unsigned char)text[i]) ||
                               strchr("-_", text[i]) != NULL);
        }
        size_t gap = strspn(text + size, ", ");
        bool ends = text[size + gap] == '\0';
        bool listed = text[size] == ',' || ends || strncmp(text + size + gap, "or ", 3) == 0;
        if (!joins && (!word || !listed || used + size + 2 > WORDS_BYTES)) {
            out[0] = '\0';
            return;
        }
        if (!joins) {
            used += (size_t)snprintf(
                out + used, WORDS_BYTES - used, "%s%.*s", words++ == 0 ? "" : " ", (int)size, text);
        }
        text += size + gap;
    }
    if (words < 2) {
        out[0] = '\0';
    }
}

static bool takes_path(const struct option_spec *s)
{
    return s->value != NULL && (strcmp(s->value, "FILE") == 0 || strcmp(s->value, "DIR") == 0);
}

/* Words, or a file of one's own. */
static bool takes_both(const struct option_spec *s)
{
    return s->value != NULL && strcmp(s->value, "NAME|FILE") == 0;
}

/* Option number i is another row of a name that stood there before, within these groups. */
static bool repeated(size_t i, unsigned groups)
{
    for (size_t k = 0; k < i; k++) {
        if ((option_specs[k].groups & groups) != 0 &&
            strcmp(option_specs[k].name, option_specs[i].name) == 0) {
            return true;
        }
    }
    return false;
}

static bool offered(size_t i, unsigned groups)
{
    return (option_specs[i].groups & groups) != 0 && !repeated(i, groups);
}

/* The words that may follow a command, as its usage has them: "path | get KEY" gives "path get". */
static void arguments_of(const struct command *c, char out[static WORDS_BYTES])
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; c == &command_help && i < command_count(); i++) {
        used += (size_t)snprintf(out + used, WORDS_BYTES - used, "%s ", command_list[i]->name);
    }
    for (int i = 0; c == &command_config && i < SETTING_COUNT; i++) {
        used += (size_t)snprintf(out + used, WORDS_BYTES - used, "%s ", setting_specs[i].key);
    }
    for (const char *p = c->arguments; *p != '\0'; p += strspn(p, " |[]")) {
        size_t size = strcspn(p, " |[]");
        if (islower((unsigned char)*p) && used + size + 2 < WORDS_BYTES) {
            used += (size_t)snprintf(out + used, WORDS_BYTES - used, "%.*s ", (int)size, p);
        }
        p += size;
    }
}

static bool takes_file(const struct command *c)
{
    return strstr(c->arguments, "FILE") != NULL;
}

static void command_names(char separator)
{
    for (size_t i = 0; i < command_count(); i++) {
        printf("%s%c", command_list[i]->name, i + 1 == command_count() ? ' ' : separator);
    }
}

static void option_names(unsigned groups)
{
    for (size_t i = 0; i < option_count(); i++) {
        if (offered(i, groups)) {
            printf("--%s ", option_specs[i].name);
        }
    }
}

/* craps config set theme ...: its values. */
static void bash_settings(void)
{
    char allowed[SETTING_ALLOWED_MAX], words[WORDS_BYTES];
    printf("    case $cmd:$prev in\n");
    for (int i = 0; i < SETTING_COUNT; i++) {
        words_of(setting_allowed((enum ui_setting)i, allowed), words);
        if (words[0] != '\0') {
            printf("    config:%s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n",
                setting_specs[i].key, words);
        }
    }
    printf("    esac\n");
}

static void print_bash(void)
{
    char words[WORDS_BYTES];
    printf("# bash completion for craps\n"
           "_craps()\n{\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd= i\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        case ${COMP_WORDS[i]} in ");
    command_names('|');
    printf(") cmd=${COMP_WORDS[i]}; break ;; esac\n"
           "    done\n"
           "    case $prev in\n");
    for (size_t i = 0; i < option_count(); i++) {
        const struct option_spec *s = &option_specs[i];
        if (s->value == NULL || !offered(i, ~0U)) {
            continue;
        }
        words_of(s->allowed, words);
        printf("    --%s) ", s->name);
        if (takes_path(s)) {
            printf("COMPREPLY=($(compgen -f -- \"$cur\"))");
        } else {
            printf(
                "COMPREPLY=($(compgen -W '%s' %s-- \"$cur\"))", words, takes_both(s) ? "-f " : "");
        }
        printf("; return ;;\n");
    }
    printf("    esac\n");
    bash_settings();
    printf("    case $cmd in\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_list[i];
        arguments_of(c, words);
        printf("    %s)\n"
               "        if [[ $cur == -* ]]; then\n"
               "            COMPREPLY=($(compgen -W '",
            c->name);
        option_names(c->groups);
        printf("' -- \"$cur\"))\n"
               "        else\n"
               "            COMPREPLY=($(compgen -W '%s' %s-- \"$cur\"))\n"
               "        fi ;;\n",
            words, takes_file(c) ? "-f " : "");
    }
    printf("    *)\n"
           "        if [[ $cur == -* ]]; then\n"
           "            COMPREPLY=($(compgen -W '");
    option_names(command_menu.groups);
    printf("' -- \"$cur\"))\n"
           "        else\n"
           "            COMPREPLY=($(compgen -W '");
    command_names(' ');
    printf("' -- \"$cur\"))\n"
           "        fi ;;\n"
           "    esac\n"
           "}\n"
           "complete -F _craps craps\n");
}

/* Within single quotes of any of the shells. */
static void quoted(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        fputs(*p == '\'' ? "'\\''" : (char[]){*p, '\0'}, stdout);
    }
}

static void zsh_options(unsigned groups)
{
    char words[WORDS_BYTES];
    for (size_t i = 0; i < option_count(); i++) {
        const struct option_spec *s = &option_specs[i];
        if (!offered(i, groups)) {
            continue;
        }
        printf("        '--%s", s->name);
        if (s->value != NULL) {
            words_of(s->allowed, words);
            if (takes_both(s)) {
                printf(":%s:{_alternative \"name:name:(%s)\" \"file:file:_files\"}' \\\n", s->name,
                    words);
                continue;
            }
            printf(":%s:%s%s%s", s->name,
                takes_path(s)      ? "_files"
                : words[0] != '\0' ? "("
                                   : " ",
                takes_path(s) ? "" : words, !takes_path(s) && words[0] != '\0' ? ")" : "");
        }
        printf("' \\\n");
    }
}

static void print_zsh(void)
{
    char words[WORDS_BYTES];
    printf("#compdef craps\n"
           "_craps()\n{\n"
           "    local curcontext=$curcontext state line\n"
           "    _arguments -C '1:command:->command' '*::argument:->argument'\n"
           "    case $state in\n"
           "    command)\n"
           "        local -a commands=(\n");
    for (size_t i = 0; i < command_count(); i++) {
        printf("            '%s:", command_list[i]->name);
        quoted(command_list[i]->summary);
        printf("'\n");
    }
    printf("        )\n"
           "        _describe command commands ;;\n"
           "    argument)\n"
           "        case $line[1] in\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_list[i];
        arguments_of(c, words);
        printf("        %s) _arguments \\\n", c->name);
        zsh_options(c->groups);
        if (words[0] != '\0') {
            printf("        '*:argument:(%s)' ;;\n", words);
        } else {
            printf("        '*:argument:%s' ;;\n", takes_file(c) ? "_files" : " ");
        }
    }
    printf("        esac ;;\n"
           "    esac\n"
           "}\n"
           "compdef _craps craps\n");
}

static void print_fish(void)
{
    char words[WORDS_BYTES];
    printf("# fish completion for craps\n"
           "complete -c craps -f\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_list[i];
        printf("complete -c craps -n __fish_use_subcommand -a %s -d '", c->name);
        quoted(c->summary);
        printf("'\n");
        arguments_of(c, words);
        if (words[0] != '\0') {
            printf(
                "complete -c craps -n '__fish_seen_subcommand_from %s' -a '%s'\n", c->name, words);
        }
        if (takes_file(c)) {
            printf("complete -c craps -n '__fish_seen_subcommand_from %s' -F\n", c->name);
        }
        for (size_t k = 0; k < option_count(); k++) {
            const struct option_spec *s = &option_specs[k];
            if (!offered(k, c->groups)) {
                continue;
            }
            words_of(s->allowed, words);
            printf("complete -c craps -n '__fish_seen_subcommand_from %s' -l %s%s%s%s%s\n", c->name,
                s->name,
                s->value == NULL                 ? ""
                : takes_path(s) || takes_both(s) ? " -r -F"
                                                 : " -x",
                words[0] != '\0' && s->value != NULL && !takes_path(s) ? " -a '" : "",
                s->value != NULL && !takes_path(s) ? words : "",
                words[0] != '\0' && s->value != NULL && !takes_path(s) ? "'" : "");
        }
    }
}

static int run_completion(struct invocation *in)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
    if (in->count == 0) {
        return cli_fail(EX_USAGE, "which shell? craps completion bash, zsh or fish");
    }
    struct nearest near = {.typed = in->arguments[0]};
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(shells[i].name, in->arguments[0]) == 0) {
            shells[i].print();
            return 0;
        }
        nearest_offer(&near, shells[i].name);
    }
    return cli_fail(EX_USAGE,
        "there is no completion for '%.20s'; did you mean: craps completion %s?", in->arguments[0],
        near.name);
}

const struct command command_completion = {
    .name = "completion",
    .arguments = "bash | zsh | fish",
    .summary = "what teaches your shell to complete",
    .groups = OPTIONS_EVERYWHERE,
    .arguments_max = 1,
    .help = "  . <(craps completion bash)             for this shell only\n"
            "  craps completion fish > ~/.config/fish/completions/craps.fish\n"
            "  craps completion zsh > _craps          into a folder of $fpath\n"
            "\n"
            "usage: craps completion bash | zsh | fish\n"
            "\n"
            "An installed package brings them already.\n",
    .run = run_completion,
};
