/* libFuzzer's side: FUZZ_TARGET names the decoder (tests/fuzz/run.sh). */
#include "tests/fuzz/target.h"

#include <sodium.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fuzz_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = getenv("FUZZ_TARGET");
    (void)argc;
    (void)argv;
    target = name == NULL ? NULL : fuzz_target_named(name);
    if (target == NULL || sodium_init() < 0) {
        fprintf(stderr, "FUZZ_TARGET names no decoder\n");
        exit(64);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    target->run(data, size);
    return 0;
}
