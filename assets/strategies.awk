# Turns the plans of assets/strategies that have a name in the program into the C table that game/plan.h declares.
function quoted(text) {
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    return text
}
function name_of(file) {
    sub(/.*\//, "", file)
    sub(/\.plan$/, "", file)
    return file
}
BEGIN {
    print "#include \"game/plan_builtin.h\"\n"
    print "const struct plan_text plan_texts[] = {"
}
FNR == 1 {
    printf("%s    {\"%s\",", (NR > 1) ? "},\n" : "", name_of(FILENAME))
}
{
    printf "\n        \"%s\\n\"", quoted($0)
}
END {
    print "},\n};"
    print "const size_t plan_text_count = sizeof plan_texts / sizeof plan_texts[0];"
}
