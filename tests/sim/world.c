/* world.c: see world.h. The loop takes the earliest event, makes it now, and runs it. */
#include "tests/sim/world.h"

#include <stdarg.h>

#include "tests/sim/alloc.h"
#include "tests/sim/check.h"
#include "tests/sim/must.h"
#include "tests/sim/step.h"
#include "tests/sim/tap.h"

void sim_world_plan(struct sim_world *world, uint64_t delay_us, struct sim_event event)
{
	event.at_us = world->now_us + delay_us;
	if (event.node != SIM_NOBODY)
		event.life = world->nodes[event.node].life;
	sim_queue_put(&world->queue, event);
}

/* ---- what is told ---------------------------------------------------------------------------- */

void sim_world_trace(struct sim_world *world, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	uint64_t word = len;

	for (size_t i = 0; i < len; i++) {
		word = word << 8 | bytes[i];
		if (i % 8 == 7 || i + 1 == len)
			sim_world_trace_number(world, word);
	}
}

void sim_world_trace_number(struct sim_world *world, uint64_t number)
{
	world->trace ^= number;
	world->trace *= 0x9e3779b97f4a7c15u;
	world->trace ^= world->trace >> 29;
}

void sim_world_fail(struct sim_world *world, const char *kind, const char *why, ...)
{
	va_list args;

	if (world->failed[0])
		return;
	snprintf(world->failed, sizeof(world->failed), "%s", kind);
	va_start(args, why);
	vsnprintf(world->why, sizeof(world->why), why, args);
	va_end(args);
	sim_world_say(world, "FAILED %s: %s", world->failed, world->why);
	world->over = true;
}

void sim_world_say(const struct sim_world *world, const char *what, ...)
{
	va_list args;

	if (!world->plan->options.verbose)
		return;
	printf("# %11.6f ", (double)world->now_us / 1e6);
	va_start(args, what);
	vprintf(what, args);
	va_end(args);
	printf("\n");
}

/* ---- the run --------------------------------------------------------------------------------- */

static void preload(struct sim_world *world)
{
	const struct sim_plan *plan = world->plan;
	struct sim_rng rng = sim_rng_fork(plan->options.seed, SIM_RNG_POOL, 0, 0);

	for (uint32_t n = 0; n < plan->preload; n++) {
		uint32_t index = sim_pool_nth(world->pool, n);

		for (uint32_t i = 0; i < plan->node_count; i++)
			if (sim_rng_chance(&rng, plan->preload_percent[i]) &&
				plan->member[i][world->pool->records[index].circle] &&
				(plan->ahead || !world->pool->records[index].ahead))
				sim_disk_preload(&world->nodes[i].disk, index);
	}
}

static void begin(struct sim_world *world)
{
	for (uint32_t i = 0; i < world->plan->node_count; i++)
		sim_node_init(world, i);
	preload(world);
	for (uint32_t i = 0; i < world->plan->node_count; i++)
		sim_node_start(world, &world->nodes[i]);
	sim_steps_begin(world);
	sim_check_begin(world);
}

static void run_event(struct sim_world *world, const struct sim_event *event)
{
	if (event->node != SIM_NOBODY && (world->nodes[event->node].life != event->life ||
						 !sim_node_is_up(&world->nodes[event->node]))) {
		if (event->drop)
			event->drop(event->data);
		return;
	}
	world->figures.events++;
	sim_world_trace_number(world, event->at_us);
	sim_world_trace(world, event->what, strlen(event->what));
	sim_world_trace_number(world, event->node * 31 + event->a * 7 + event->b);
	sim_check_event(world);
	event->run(world, event);
}

void sim_world_run(
	struct sim_world *world, const struct sim_plan *plan, const struct sim_pool *pool)
{
	struct sim_event event;

	*world = (struct sim_world){.plan = plan, .pool = pool};
	world->nodes = must_calloc(plan->node_count, sizeof(*world->nodes));
	world->published_us = must_calloc(pool->count, sizeof(*world->published_us));
	sim_alloc_reset();
	sim_net_init(world);
	sim_tap(world);
	begin(world);
	while (!world->over && sim_queue_take(&world->queue, &event)) {
		world->now_us = event.at_us;
		run_event(world, &event);
	}
	sim_tap(NULL);
}

void sim_world_clear(struct sim_world *world)
{
	sim_queue_clear(&world->queue);
	for (uint32_t i = 0; i < world->plan->node_count; i++)
		sim_node_clear(&world->nodes[i]);
	free(world->nodes);
	free(world->published_us);
	sim_net_clear(world);
}
