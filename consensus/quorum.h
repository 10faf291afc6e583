/* Fault and quorum sizes, one function each (protocol 0). Never "2f+1": at n = 5 and 6 that is unsafe. */
#ifndef CONSENSUS_QUORUM_H
#define CONSENSUS_QUORUM_H

/* f = floor((n-1)/3): members that may be Byzantine; 0 for n = 0. */
unsigned quorum_faulty(unsigned n);

/* q = n - f: votes in any certificate, and t, the dice shares needed. */
unsigned quorum_size(unsigned n);

/* max(f + 1, min(n, 2)): how many members must say so before something counts for the table (rules 16.5). */
unsigned quorum_witnesses(unsigned n);

/* floor(n/2) + 1: members that let somebody in, where the house rule asks them (D.4). */
unsigned quorum_admission(unsigned n);

/* min(q, n - 1): members that send one of them away (B.1.1), who has no say in it. Of two nobody can: n + 1. */
unsigned quorum_removal(unsigned n);

#endif
