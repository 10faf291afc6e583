# Turns assets/words.txt (one word a line, sorted) into the C array that net/words.h declares.
# Refuses a line that the look-up could not serve, so that a bad list stops the build.
BEGIN {
    print "#include \"net/words.h\"\n"
    print "const char words_list[WORDS_COUNT][WORDS_SIZE] = {"
}
{
    if ($0 ~ /[^a-z]/ || length($0) < 4 || length($0) > 7) {
        bad("not 4 to 7 letters a-z")
    } else if (NR > 1 && substr($0, 1, 3) <= substr(last, 1, 3)) {
        bad("out of order, or its first three letters are taken")
    }
    printf "    \"%s\",\n", $0
    last = $0
}
END {
    print "};\n"
    printf "_Static_assert(WORDS_COUNT == %d, \"words.txt has %d words\");\n", NR, NR
    exit failed
}
function bad(why) {
    printf "%s:%d: %s: %s\n", FILENAME, NR, $0, why > "/dev/stderr"
    failed = 1
}
