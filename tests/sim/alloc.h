/*
 * alloc.h: memory, watched and withheld. What a core allocates is counted to its node until
 * somebody frees it, wherever it has gone meanwhile; and a node can be made to run out of memory.
 *
 * This takes the place of malloc() and its family for the whole program. Sanitizers have their own;
 * with them nothing is counted and nothing fails.
 */
#ifndef KITH_TESTS_SIM_ALLOC_H
#define KITH_TESTS_SIM_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From here on, allocations are the node's, and may fail... */
void sim_alloc_enter(uint32_t node, bool may_fail);
/* ...and from here on nobody's. True when one of them was refused. */
bool sim_alloc_leave(void);

/* Whose allocations these are now; SIM_NODES_MAX: nobody's. */
uint32_t sim_alloc_owner(void);

/* Live bytes of a node's allocations. */
size_t sim_alloc_bytes(uint32_t node);
/* Of ten thousand allocations of the node so many fail, as chance will have it; 0: none. */
void sim_alloc_fail(uint32_t node, unsigned of_10000, uint64_t seed);
/* Before a run: no node fails or has anything. */
void sim_alloc_reset(void);

#endif
