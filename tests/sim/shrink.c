/* shrink.c: see shrink.h. Leaves out ever smaller pieces as long as the failure stays of the
 * same kind. */
#include "tests/sim/shrink.h"

#include "tests/sim/must.h"
#include "tests/sim/world.h"

struct shrink {
	const struct sim_plan *plan;
	const struct sim_pool *pool;
	const char *failed;
	unsigned runs_left;
	bool *keep, *trial;
};

static bool still_fails(struct shrink *shrink)
{
	struct sim_plan plan;
	struct sim_world world;
	bool same;

	shrink->runs_left--;
	sim_plan_subset(shrink->plan, shrink->trial, &plan);
	plan.options.verbose = false;
	sim_world_run(&world, &plan, shrink->pool);
	same = strcmp(world.failed, shrink->failed) == 0;
	sim_world_clear(&world);
	sim_plan_clear(&plan);
	return same;
}

/* Marks `size` kept steps from the at-th on as left out; false when there is none. */
static bool leave_out(struct shrink *shrink, size_t at, size_t size)
{
	size_t n = 0, left_out = 0;

	memcpy(shrink->trial, shrink->keep, shrink->plan->step_count * sizeof(bool));
	for (size_t i = 0; i < shrink->plan->step_count; i++) {
		if (!shrink->keep[i])
			continue;
		if (n >= at && n < at + size) {
			shrink->trial[i] = false;
			left_out++;
		}
		n++;
	}
	return left_out > 0;
}

static void pass(struct shrink *shrink, size_t size)
{
	size_t at = 0;

	while (shrink->runs_left && leave_out(shrink, at, size)) {
		if (still_fails(shrink))
			memcpy(shrink->keep, shrink->trial,
				shrink->plan->step_count * sizeof(bool));
		else
			at += size;
	}
}

void sim_shrink(const struct sim_plan *plan, const struct sim_pool *pool, const char *failed,
	unsigned runs_left, struct sim_plan *out)
{
	struct shrink shrink = {plan, pool, failed, runs_left, NULL, NULL};

	shrink.keep = must_calloc(plan->step_count, sizeof(bool));
	shrink.trial = must_calloc(plan->step_count, sizeof(bool));
	for (size_t i = 0; i < plan->step_count; i++)
		shrink.keep[i] = true;
	for (size_t size = plan->step_count; size > 0; size /= 2)
		pass(&shrink, size);
	sim_plan_subset(plan, shrink.keep, out);
	free(shrink.keep);
	free(shrink.trial);
}
