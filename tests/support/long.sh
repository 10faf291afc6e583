#!/bin/sh
# Longer runs of what ./check runs in small:  long.sh BUILD-DIR [SEED]. Prints the seed; a failure prints how to repeat it.
# LIAR_SEEDS is how many seeds every kind of liar gets at each size of table (100; 1000 take a day).
# SOAK_S: seconds of the soak on a changing network (600).
set -eu
build=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
seed=${2:-$(date +%s)}
echo "seed $seed   again: $0 $build $seed"
"$build/tests/sim/explorer" --all --runs 100000 --seed "$seed"
"$build/tests/sim/sim" --seeds "$seed-$((seed + 1999))"
for members in 4 5 6 7 8 9 10; do
    "$build/tests/sim/sim" --liar all --members "$members" --seeds "$seed-$((seed + ${LIAR_SEEDS:-100} - 1))"
done
python3 -B "$here/plants/run.py" --build "$build"
python3 -B "$here/e2e/differential.py" "$build/src/craps" --seeds "$seed-$((seed + 9999))"
"$here/fuzz/run.sh" "$here/../build-fuzz" 5 || [ $? -eq 77 ]
ATTACKER=$build/tests/attack/attack ATTACK_COUNT=${ATTACK_COUNT:-10000000} \
    python3 -B "$here/e2e/test_attack.py" --craps "$build/src/craps" --seed "$seed" --deadline 3600
ROGUES=3000 python3 -B "$here/e2e/test_hostile.py" --craps "$build/src/craps" --seed "$seed" --times 5
python3 -B "$here/e2e/test_hostile.py" --craps "$build/src/craps" --seed "$seed" test_words_burned_thrice
GOSSIP_SEEDS=2000 "$build/tests/unit/net/test_gossip"
python3 -B "$here/e2e/test_talk.py" --craps "$build/src/craps" --seed "$seed" --times 5
python3 -B "$here/e2e/test_talk.py" --craps "$build/src/craps" --seed "$seed" long_talk_outlives_a_split
python3 -B "$here/e2e/test_table.py" --craps "$build/src/craps" --seed "$seed" --times 10
python3 -B "$here/e2e/test_states.py" --craps "$build/src/craps" --seed "$seed" test_a_move_after_a_long_silence_breaks_no_link
python3 -B "$here/e2e/test_verify.py" --craps "$build/src/craps" --seed "$seed" --times 10
python3 -B "$here/e2e/test_verify.py" --craps "$build/src/craps" --seed "$seed" test_every_bit_of_one_row
python3 -B "$here/e2e/test_snapshots.py" --craps "$build/src/craps" --seed "$seed" --times 10
python3 -B "$here/e2e/test_bench.py" --craps "$build/src/craps" --seed "$seed"
python3 -B "$here/e2e/test_bench.py" --craps "$build/src/craps" --seed "$seed" test_consensus_in_batches test_growth test_tables test_machine
# 77: no network of its own can be had here; the reason was printed.
network() {
    python3 -B "$here/e2e/test_switch.py" --craps "$build/src/craps" --switch "$build/tests/e2e/faulty_switch" --seed "$seed" --deadline 300 "$@" ||
        [ $? -eq 77 ]
}
network test_loss_and_delay long_commit_latency long_idle_minute long_away_after_kill long_heavy_loss long_flapping_link long_one_way_cut long_talk_over_a_third \
    long_wireless long_slow_line
network long_faults_and_pairs_4 long_faults_and_pairs_7 long_faults_and_pairs_10
network --soak "${SOAK_S:-600}" long_soak
CRAPS_FAIL_CALLS=$build/tests/e2e/fail_calls.so python3 -B "$here/e2e/test_faults.py" --craps "$build/src/craps" --seed "$seed" \
    long_every_allocation_fails long_every_disk_call_fails long_killed_at_every_step_of_a_split
python3 -B "$here/e2e/test_kill.py" --craps "$build/src/craps" --seed "$seed" --times "${KILL_TIMES:-5}" long_killed_twenty_times
