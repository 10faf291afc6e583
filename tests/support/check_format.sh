#!/bin/sh
# Every C file is as clang-format leaves it.
cd "$1" || exit 1
files=$(find base game consensus net ui src tests -name '*.[ch]')
[ -n "$files" ] || { echo "no sources found"; exit 1; }
# shellcheck disable=SC2086
exec clang-format --dry-run -Werror $files
