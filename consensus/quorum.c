#include "consensus/quorum.h"

unsigned quorum_faulty(unsigned n)
{
    return n == 0 ? 0 : (n - 1) / 3;
}

unsigned quorum_size(unsigned n)
{
    return n - quorum_faulty(n);
}

unsigned quorum_witnesses(unsigned n)
{
    unsigned majority_of_two = n < 2 ? n : 2;
    unsigned one_honest = quorum_faulty(n) + 1;
    return one_honest > majority_of_two ? one_honest : majority_of_two;
}

unsigned quorum_admission(unsigned n)
{
    return n / 2 + 1;
}

unsigned quorum_removal(unsigned n)
{
    unsigned q = quorum_size(n);
    if (n < 3) {
        return n + 1;
    }
    return q < n - 1 ? q : n - 1;
}
