#!/bin/bash
# What `craps completion` prints teaches the shell what it should:  check_completion.sh CRAPS
set -u
craps=$1
failed=0
scripts=$(mktemp -d)
trap 'rm -rf "$scripts"' EXIT

for shell in bash zsh fish; do
    "$craps" completion "$shell" >"$scripts/$shell"
    if ! command -v "$shell" >/dev/null; then
        echo "$shell is not installed: its script was printed, but not read by it"
    elif ! "$shell" -n "$scripts/$shell"; then
        echo "FAILED   $shell cannot read its script"
        failed=1
    fi
done

# shellcheck source=/dev/null
. "$scripts/bash"

# offers WANTED WORD...: the last word is being typed; WANTED must be all that is offered.
offers() {
    wanted=$1
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _craps
    if [ "${COMPREPLY[*]-}" != "$wanted" ]; then
        echo "FAILED   '$*' offers '${COMPREPLY[*]-}', not '$wanted'"
        failed=1
    fi
}

offers "join" craps jo
offers "solo" craps so
offers "--strategy" craps solo --str
offers "pass pass-odds" craps solo --strategy pas
offers "auto always" craps --color a
offers "--bots" craps host --bo
offers "" craps verify --bo
offers "zsh" craps completion z
offers "replay" craps help rep
offers "get" craps config g
offers "theme" craps config set the
offers "dark" craps config set theme d
offers "my-turn" craps config set bell m
offers "" craps config set port 7
touch "$scripts/friday.craps"
offers "$scripts/friday.craps" craps verify "$scripts/fri"
offers "$scripts/friday.craps" craps solo --rules "$scripts/fri"
exit $failed
