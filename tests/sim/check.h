/*
 * check.h: what must hold, whatever happens.
 *
 * While a run goes on:
 *   V1  a core hands to its store only records that are authentic, byte for byte;
 *   V2  a record leaves an honest core only after that core heard STORED for it (C1 of core.h);
 *   V3  what a core has in hand, and what it has queued for a connection, stays within its limits;
 *   V4  a connection on which a bit was turned over ends, and so does one whose other end is gone;
 *   V5  no livelock: events of one virtual second and of one moment are bounded, deadlines move on;
 *   V6  what was acknowledged to a local writer is there after every crash;
 *   V7 nothing is taken from a partner that claims to be from too far in the future, and no honest
 *   partner is accused of breaking a rule that it did not break.
 *   V10 nobody is told of a record on the connection by which it came, and nobody asks for what it
 *       has stored;
 *   V11 a bulk pull goes on where it was, so that nothing is passed over;
 *   V12 a core that stopped reading goes on when nothing of the connection is in its hands;
 *   V13 nothing of a circle is said to anybody who does not share it.
 * Once everything is healed:
 *   V8  within a bounded time honest nodes hold the same records, all that any of them held, and
 *       are connected;
 *   V14 then what each of them publishes is soon with all, by gossip alone;
 *   V9  and then they are quiet: no record moves, and few bytes.
 */
#ifndef KITH_TESTS_SIM_CHECK_H
#define KITH_TESTS_SIM_CHECK_H

#include "tests/sim/world.h"

void sim_check_verify(
	struct sim_world *world, struct sim_node *node, const struct kith_batch *batch);
void sim_check_store(
	struct sim_world *world, struct sim_node *node, const struct kith_batch *batch);
void sim_check_stored(
	struct sim_world *world, struct sim_node *node, const struct kith_batch *batch);
/* A batch comes into the hands of the node, or goes back to its core. */
void sim_check_in_hand(
	struct sim_world *world, struct sim_node *node, const struct kith_batch *batch, bool comes);
/* A piece of a store is asked for, or has been read. */
void sim_check_fetch(
	struct sim_world *world, const struct sim_node *node, const struct kith_fetch *fetch);
void sim_check_fetched(
	struct sim_world *world, struct sim_node *node, const struct kith_fetch *fetch);
void sim_check_memory(struct sim_world *world, const struct sim_node *node,
	const struct kith_core_stats *stats); /* V3, each event of the node */
void sim_check_after_crash(struct sim_world *world, struct sim_node *node);
void sim_check_event(struct sim_world *world); /* V5, each event */
void sim_check_unsent(struct sim_world *world, const struct sim_node *node, uint64_t unsent);
/* Begins the audit, which repeats itself and ends the run. */
void sim_check_begin(struct sim_world *world);

#endif
