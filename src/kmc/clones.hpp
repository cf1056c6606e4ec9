#pragma once
/// HOPMC_CLONES before a function: one copy of it for each level of x86-64, chosen when the program is
/// loaded, so that one binary uses the vector units of every node. Results do not depend on the copy:
/// contraction is off. The sanitizers' run time is not up yet when the choice is made, so their builds do
/// without.
///
/// HOPMC_INSIDE_CLONES before a function: always inlined, so that every copy of its caller has one for its
/// own instructions. Left to the compiler, large ones become calls of a copy for the lowest level.

#if defined(__x86_64__) && !defined(HOPMC_SANITIZE)
#define HOPMC_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define HOPMC_CLONES
#endif

#define HOPMC_INSIDE_CLONES [[gnu::always_inline]] inline
