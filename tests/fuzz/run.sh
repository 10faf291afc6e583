#!/bin/sh
# libFuzzer under ASan and UBSan on every decoder:  run.sh BUILD-DIR [SECONDS-EACH] [TARGET...]
# BUILD-DIR is made with clang when it is not there. A failure leaves the input in it and prints how to repeat it.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=$1
seconds=${2:-5}
[ $# -gt 2 ] && shift 2 || shift $#
command -v clang >/dev/null || { echo "skipped: no clang here"; exit 77; }
[ -f "$build/build.ninja" ] || CC=clang meson setup "$build" "$root" --buildtype=debugoptimized -Db_sanitize=address,undefined \
    -Db_lundef=false -Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=all' >/dev/null
ninja -C "$build" tests/fuzz/fuzz tests/fuzz/fuzz_smoke >/dev/null
[ $# -gt 0 ] || set -- $("$build/tests/fuzz/fuzz_smoke" --list)
mkdir -p "$build/seeds"
"$build/tests/fuzz/fuzz_smoke" --write "$build/seeds"
status=0
for target; do
    mkdir -p "$build/corpus/$target"
    cp "$build/seeds/$target" "$build/corpus/$target/seed"
    if FUZZ_TARGET=$target "$build/tests/fuzz/fuzz" -max_total_time="$seconds" -max_len=8192 -rss_limit_mb=2048 -timeout=10 \
        -artifact_prefix="$build/crash-$target-" "$build/corpus/$target" >"$build/$target.log" 2>&1; then
        echo "ok       $target   $(grep -o '^Done [0-9]* runs' "$build/$target.log" || echo)   $(ls "$build/corpus/$target" | wc -l) inputs"
    else
        status=1
        grep -E 'ERROR|does not hold|runtime error|Test unit' "$build/$target.log" | head -n 5
        echo "FAILED   $target   again: FUZZ_TARGET=$target $build/tests/fuzz/fuzz $build/crash-$target-*"
    fi
done
exit $status
