/*
 * step.c: see step.h. A fault that lasts is begun by one event and undone by another; faults of one
 * kind may overlap, so what they change is counted or put right as a whole when all is healed.
 */
#include "tests/sim/step.h"

#include "tests/sim/alloc.h"
#include "tests/sim/must.h"

static struct sim_node *subject(struct sim_world *world, const struct sim_step *step)
{
	return &world->nodes[step->a];
}

/* ---- the network ----------------------------------------------------------------------------- */

static void split(struct sim_world *world, uint64_t mask, bool on)
{
	for (uint32_t a = 0; a < world->plan->node_count; a++)
		for (uint32_t b = 0; b < world->plan->node_count; b++)
			if ((mask >> a & 1) != (mask >> b & 1))
				sim_net_cut(world, a, b, on);
}

static void slow(struct sim_world *world, const struct sim_step *step, bool on)
{
	subject(world, step)->read_per_s = on ? (uint64_t)step->n : 0;
}

/* ---- the disk -------------------------------------------------------------------------------- */

static void break_disk(struct sim_world *world, const struct sim_step *step, bool on)
{
	struct sim_disk *disk = &subject(world, step)->disk;
	bool io = step->kind == SIM_STEP_DISK_IO;

	disk->write_err = !on ? 0 : io ? KITH_E_IO : KITH_E_FULL;
	disk->read_err = on && io ? KITH_E_IO : 0;
	disk->writes_left = on ? (unsigned)step->n : 0;
}

/* ---- processes ------------------------------------------------------------------------------- */

static void kill_at_store(struct sim_world *world, const struct sim_step *step)
{
	struct sim_node *node = subject(world, step);

	if (!node->core)
		return;
	node->crash_at_store = true;
	node->down_for_ms = step->for_ms;
}

static void restore(struct sim_world *world, const struct sim_step *step)
{
	struct sim_node *node = subject(world, step);

	if (!sim_node_is_up(node))
		return;
	sim_node_crash(world, node, false, step->for_ms);
	sim_node_restore(node, (uint32_t)(node->disk.log_len * (uint64_t)step->n / 1000));
}

static void set_paused(struct sim_world *world, const struct sim_step *step, bool on)
{
	struct sim_node *node = subject(world, step);

	node->paused[step->b] = on ? node->paused[step->b] + 1 : node->paused[step->b] - 1;
	sim_node_set_partner(world, node, step->b);
}

static void publish(struct sim_world *world, const struct sim_step *step)
{
	uint32_t *indexes = must_calloc((size_t)step->n, sizeof(*indexes)), count = 0;

	for (uint32_t n = step->first; n < step->first + step->n; n++) {
		uint32_t index = sim_pool_nth(world->pool, n);

		if ((world->plan->ahead || !world->pool->records[index].ahead) &&
			world->plan->member[step->a][world->pool->records[index].circle])
			indexes[count++] = index;
	}
	sim_node_publish(world, subject(world, step), indexes, count);
	free(indexes);
}

/* ---- one step -------------------------------------------------------------------------------- */

static void begin_step(struct sim_world *world, const struct sim_step *step)
{
	struct sim_node *node = subject(world, step);

	switch (step->kind) {
	case SIM_STEP_PUBLISH:
		publish(world, step);
		return;
	case SIM_STEP_STOP:
		sim_node_stop(world, node, step->for_ms);
		return;
	case SIM_STEP_KILL:
	case SIM_STEP_POWER:
		sim_node_crash(world, node, step->kind == SIM_STEP_POWER, step->for_ms);
		return;
	case SIM_STEP_KILL_AT_STORE:
		kill_at_store(world, step);
		return;
	case SIM_STEP_RESTORE:
		restore(world, step);
		return;
	case SIM_STEP_CUT:
		sim_net_cut(world, step->a, step->b, true);
		return;
	case SIM_STEP_SPLIT:
		split(world, (uint64_t)step->n, true);
		return;
	case SIM_STEP_RESET:
		sim_net_reset(world, step->a, step->b);
		return;
	case SIM_STEP_FLIP:
		sim_net_flip(world, step->a, step->b);
		return;
	case SIM_STEP_SLOW:
		slow(world, step, true);
		return;
	case SIM_STEP_DISK_FULL:
	case SIM_STEP_DISK_IO:
		break_disk(world, step, true);
		return;
	case SIM_STEP_DISK_SLOW:
		node->disk.slow_us = (uint64_t)step->n * 1000;
		return;
	case SIM_STEP_CLOCK:
		node->clock_off_ms += step->n * 1000;
		return;
	case SIM_STEP_PAUSE:
		set_paused(world, step, true);
		return;
	case SIM_STEP_NOMEM:
		node->forgets = true;
		sim_alloc_fail(
			node->number, (unsigned)step->n, world->plan->options.seed + step->number);
		return;
	case SIM_STEP_KINDS:
		return;
	}
}

static void end_step(struct sim_world *world, const struct sim_step *step)
{
	struct sim_node *node = subject(world, step);

	switch (step->kind) {
	case SIM_STEP_KILL_AT_STORE:
		node->crash_at_store = false;
		return;
	case SIM_STEP_CUT:
		sim_net_cut(world, step->a, step->b, false);
		return;
	case SIM_STEP_SPLIT:
		split(world, (uint64_t)step->n, false);
		return;
	case SIM_STEP_SLOW:
		slow(world, step, false);
		return;
	case SIM_STEP_DISK_FULL:
	case SIM_STEP_DISK_IO:
		break_disk(world, step, false);
		return;
	case SIM_STEP_DISK_SLOW:
		node->disk.slow_us = 0;
		return;
	case SIM_STEP_CLOCK:
		node->clock_off_ms -= step->n * 1000;
		return;
	case SIM_STEP_PAUSE:
		set_paused(world, step, false);
		return;
	case SIM_STEP_NOMEM:
		sim_alloc_fail(node->number, 0, 0);
		return;
	case SIM_STEP_PUBLISH:
	case SIM_STEP_STOP:
	case SIM_STEP_KILL:
	case SIM_STEP_POWER:
	case SIM_STEP_RESTORE:
	case SIM_STEP_RESET:
	case SIM_STEP_FLIP:
	case SIM_STEP_KINDS:
		return;
	}
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void on_begin(struct sim_world *world, const struct sim_event *event)
{
	const struct sim_step *step = &world->plan->steps[event->a];

	if (world->plan->options.verbose)
		sim_step_print(step, stdout);
	begin_step(world, step);
}

static void on_end(struct sim_world *world, const struct sim_event *event)
{
	end_step(world, &world->plan->steps[event->a]);
}

static void on_healed(struct sim_world *world, const struct sim_event *event)
{
	(void)event;
	sim_world_say(world, "all is healed");
	world->healed = true;
}

void sim_steps_begin(struct sim_world *world)
{
	const struct sim_plan *plan = world->plan;
	struct sim_event event = {.node = SIM_NOBODY};

	for (size_t i = 0; i < plan->step_count; i++) {
		const struct sim_step *step = &plan->steps[i];

		event.a = i;
		event.what = "step";
		event.run = on_begin;
		sim_world_plan(world, step->at_ms * 1000, event);
		event.what = "step over";
		event.run = on_end;
		sim_world_plan(world, (step->at_ms + step->for_ms) * 1000, event);
	}
	event.what = "healed";
	event.run = on_healed;
	sim_world_plan(world, plan->heal_ms * 1000, event);
}
