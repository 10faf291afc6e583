#!/bin/sh
# Every command and option that README.md and craps.6 name is in the program's own help:  check_docs.sh ROOT CRAPS
set -u
root=$1
craps=$2
bad=0
help=$("$craps" help && "$craps" help options) || exit 1
commands=$("$craps" help | sed -n '/^usage:/,/^More:/s/^  \([a-z][a-z]*\) .*/\1/p')
[ -n "$commands" ] || { echo "craps help lists no commands"; exit 1; }
for command in $commands; do
    help="$help
$("$craps" help "$command")" || { echo "craps help $command fails"; bad=1; }
done

known_option() {
    printf '%s\n' "$help" | grep -qE -e "(^|[^a-z-])$1([^a-z0-9-]|\$)"
}

# The options of ./check and of the build are not the program's.
options=$(grep -vE '\./check|meson' "$root/README.md" | grep -oE -e '--[a-z][a-z0-9-]+' | sort -u)
manual=$(grep -oE 'Fl -[a-z][a-z0-9-]+' "$root/craps.6" | sed 's/Fl /-/' | sort -u)
for option in $options $manual; do
    known_option "$option" || { echo "$option is in the documents but not in craps help"; bad=1; }
done

# shellcheck disable=SC2016 # backquotes are meant
# What stands behind "craps " in code: indented lines and `quoted` text.
named=$({ grep -E '^ {4}' "$root/README.md"; grep -oE '`[^`]+`' "$root/README.md"; } |
    grep -oE '(^|[ `$/])(craps|\./play) [a-z]+' | awk '{ print $NF }' | sort -u)
written=$(sed -n '/^\.Sh DESCRIPTION/,/^\.Ss /{s/^\.It Cm \([a-z]*\)$/\1/p}' "$root/craps.6")
for command in $named $written; do
    printf '%s\n' "$commands" | grep -qx "$command" ||
        { echo "craps $command is in the documents but not in craps help"; bad=1; }
done
for command in $commands; do
    printf '%s\n' "$written" | grep -qx "$command" ||
        { echo "craps $command is in craps help but not in craps.6"; bad=1; }
done

# The recording shows what the program draws today.
LC_ALL=C.UTF-8 "$craps" export "$root/tests/screens/evening.craps" --format asciicast | cmp -s - "$root/assets/demo.cast" || {
    echo "assets/demo.cast is old; make it again: craps export tests/screens/evening.craps --format asciicast -o assets/demo.cast"
    bad=1
}

# Every test that these pages name is a test of this build, every function that they name stands in the tests.
build=$(dirname "$(dirname "$craps")")
tests=$(meson introspect --tests "$build" | grep -oE '"name": "[^"]+"' | sed 's/.*: "//; s/"$//')
for page in docs/security.md docs/acceptance.md; do
    promised=$(grep -oE 'meson test -C BUILD[a-z0-9_ -]+' "$root/$page" | sed 's/meson test -C BUILD//' | tr ' ' '\n' | sort -u)
    [ -n "$promised" ] || { echo "$page names no tests"; bad=1; }
    for test in $promised; do
        printf '%s\n' "$tests" | grep -qx "$test" || { echo "$page names $test, which is no test"; bad=1; }
    done
    for name in $(grep -oE '`test_[a-z0-9_]+`' "$root/$page" | tr -d '`' | sort -u); do
        grep -rqE "(void|def) $name\(" "$root/tests" --include='*.c' --include='*.py' ||
            { echo "$page names $name, which no test has"; bad=1; }
    done
done
exit $bad
