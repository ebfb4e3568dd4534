/* shrink.h: from a schedule that fails to a short one that fails in the same way. */
#ifndef KITH_TESTS_SIM_SHRINK_H
#define KITH_TESTS_SIM_SHRINK_H

#include "tests/sim/plan.h"
#include "tests/sim/pool.h"

/* Delta debugging (Zeller, Hildebrandt 2002) over the steps, at most runs_left further runs. */
void sim_shrink(const struct sim_plan *plan, const struct sim_pool *pool, const char *failed,
	unsigned runs_left, struct sim_plan *out);

#endif
