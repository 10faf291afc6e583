#!/bin/sh
# The layer test: reads every #include of the house and refuses one that goes upwards or sideways, and checks that exactly
# one file includes each of ENet, SQLite, and one family includes ncurses.
cd "$1" || exit 1
bad=0
allowed() {
    case "$1" in
    base) echo 'base' ;;
    game) echo 'game|base' ;;
    consensus) echo 'consensus|base' ;;
    net) echo 'net|base' ;;
    ui) echo 'ui|game|base|assets' ;;
    src) echo 'src|ui|net|consensus|game|base|assets' ;;
    esac
}
for layer in base game consensus net ui src; do
    ok=$(allowed $layer)
    wrong=$(grep -rnE '^ *# *include *"' --include='*.[ch]' "$layer" | grep -vE "#include \"($ok)/" | grep -vE '#include "[a-z_]+\.h"')
    if [ -n "$wrong" ]; then
        echo "includes against the layers of $layer (allowed: $ok):"
        echo "$wrong"
        bad=1
    fi
    if [ "$layer" = game ] || [ "$layer" = consensus ]; then
        io=$(grep -rnE '#include <(time|pthread|sys/socket|unistd|fcntl|sqlite3|enet)' --include='*.[ch]' "$layer")
        if [ -n "$io" ]; then
            echo "$layer has no clock, no I/O and no threads:"
            echo "$io"
            bad=1
        fi
    fi
done
one_file() {
    found=$(grep -rlE "#include <$1" --include='*.[ch]' base game consensus net ui src | sort)
    count=$(printf '%s' "$found" | grep -c .)
    if [ "$count" -gt 1 ]; then
        echo "<$1> is included by more than one file:"
        echo "$found"
        bad=1
    fi
}
one_file 'enet/enet.h'
one_file 'sqlite3.h'
one_file 'lz4'
outside=$(grep -rlE '#include <(ncurses|curses)' --include='*.[ch]' base game consensus net src)
if [ -n "$outside" ]; then
    echo "ncurses belongs to ui/ alone: $outside"
    bad=1
fi
exit $bad
