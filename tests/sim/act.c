/*
 * act.c: what a core asks for, done (node.h): at once where it is a call on the network, or after a
 * while, when a batch or a fetch comes back.
 */
#include "tests/sim/check.h"
#include "tests/sim/must.h"
#include "tests/sim/world.h"

#define VERIFY_US 60u  /* a record, on one thread */
#define STORE_US  20u  /* a record */
#define COMMIT_US 400u /* a transaction */
#define FETCH_US  200u

#define PUBLISH_AGAIN_US 30000000u

static void drop_batch(void *batch)
{
	kith_batch_free(batch);
}

static void drop_fetch(void *fetch)
{
	kith_fetch_free(fetch);
}

static void on_verified(struct sim_world *world, const struct sim_event *event)
{
	struct sim_node *node = &world->nodes[event->node];
	const struct kith_event verified = {.type = KITH_EVENT_VERIFIED, .batch = event->data};

	sim_pool_verify(world->pool, &node->rng, event->data);
	sim_check_in_hand(world, node, event->data, false);
	sim_node_feed(world, node, &verified);
}

static void verify(struct sim_world *world, struct sim_node *node, struct kith_batch *batch)
{
	uint64_t now_us = world->now_us;

	node->verifies++;
	world->figures.verified += batch->count;
	sim_check_verify(world, node, batch);
	sim_check_in_hand(world, node, batch, true);
	if (node->verifying_us < now_us)
		node->verifying_us = now_us;
	node->verifying_us += sim_rng_below(&node->rng, 2000) + batch->count * VERIFY_US;
	sim_world_plan(world, node->verifying_us - now_us,
		(struct sim_event){.what = "verified",
			.run = on_verified,
			.drop = drop_batch,
			.node = node->number,
			.data = batch});
}

static void stored(struct sim_world *world, struct sim_node *node, struct kith_batch *batch)
{
	const struct kith_event event = {.type = KITH_EVENT_STORED, .batch = batch};
	const char *wrong = sim_disk_store(&node->disk, batch);

	sim_check_in_hand(world, node, batch, false);
	if (wrong) {
		sim_world_fail(world, "unverified", "node %u stores: %s", node->number, wrong);
	} else if (node->crash_at_store) {
		sim_node_crash(world, node, false, node->down_for_ms);
	} else {
		world->figures.stored += batch->err ? 0 : batch->count;
		sim_check_stored(world, node, batch);
		sim_node_feed(world, node, &event);
		return;
	}
	kith_batch_free(batch);
}

static void write_next(struct sim_world *world, struct sim_node *node);

static void on_written(struct sim_world *world, const struct sim_event *event)
{
	struct sim_node *node = &world->nodes[event->node];
	struct kith_batch *batch = node->to_store[0];

	memmove(node->to_store, node->to_store + 1,
		--node->to_store_count * sizeof(*node->to_store));
	if (node->to_store_count)
		write_next(world, node);
	stored(world, node, batch);
}

static void write_next(struct sim_world *world, struct sim_node *node)
{
	uint64_t us = COMMIT_US + node->to_store[0]->count * STORE_US + node->disk.slow_us;

	sim_world_plan(world, us + sim_rng_below(&node->rng, 1000),
		(struct sim_event){.what = "written", .run = on_written, .node = node->number});
}

static void store(struct sim_world *world, struct sim_node *node, struct kith_batch *batch)
{
	node->stores++;
	sim_check_store(world, node, batch);
	sim_check_in_hand(world, node, batch, true);
	node->to_store =
		must_realloc(node->to_store, (node->to_store_count + 1) * sizeof(*node->to_store));
	node->to_store[node->to_store_count++] = batch;
	if (node->to_store_count == 1)
		write_next(world, node);
}

static void on_fetched(struct sim_world *world, const struct sim_event *event)
{
	struct sim_node *node = &world->nodes[event->node];
	const struct kith_event fetched = {.type = KITH_EVENT_FETCHED, .fetch = event->data};

	sim_disk_fetch(&node->disk, event->data);
	sim_check_fetched(world, node, event->data);
	world->figures.fetched += fetched.fetch->found_count;
	sim_node_feed(world, node, &fetched);
}

static void fetch(struct sim_world *world, struct sim_node *node, struct kith_fetch *fetch)
{
	node->fetches++;
	sim_check_fetch(world, node, fetch);
	sim_world_plan(world, FETCH_US + node->disk.slow_us + sim_rng_below(&node->rng, 2000),
		(struct sim_event){.what = "fetched",
			.run = on_fetched,
			.drop = drop_fetch,
			.node = node->number,
			.data = fetch});
}

static void on_again(struct sim_world *world, const struct sim_event *event)
{
	const uint32_t index = (uint32_t)event->a;

	sim_node_publish(world, &world->nodes[event->node], &index, 1);
}

/* People whose record was not taken try again. */
static void publish_again(struct sim_world *world, const struct sim_node *node, uint32_t index)
{
	sim_world_plan(world, PUBLISH_AGAIN_US,
		(struct sim_event){
			.what = "again", .run = on_again, .node = node->number, .a = index});
}

static void published(struct sim_world *world, struct sim_node *node, struct kith_batch *batch)
{
	node->publishing--;
	for (size_t i = 0; i < batch->count; i++) {
		uint32_t index = sim_pool_find(world->pool, &batch->entries[i].record->id);

		if (batch->err || batch->entries[i].err) {
			publish_again(world, node, index);
			continue;
		}
		if (!sim_disk_is_committed(&node->disk, index))
			sim_world_fail(world, "acknowledged",
				"node %u acknowledges a record that is not committed",
				node->number);
		world->figures.published += !node->acknowledged[index];
		node->acknowledged[index] = true;
	}
	kith_batch_free(batch);
}

static void announce(struct sim_world *world, const struct sim_node *node, uint64_t seq)
{
	if (seq == 0 || seq > node->disk.log_len)
		sim_world_fail(world, "announced", "node %u announces %llu of %u records",
			node->number, (unsigned long long)seq, node->disk.log_len);
}

static void dial(struct sim_world *world, struct sim_node *node, const struct kith_action *action)
{
	unsigned to;

	MUST(sscanf(action->host, "node%u", &to) == 1 && to < world->plan->node_count);
	sim_net_dial(world, node->number, to, action->dial);
}

void sim_node_act(struct sim_world *world, struct sim_node *node, const struct kith_action *action)
{
	switch (action->type) {
	case KITH_ACTION_DIAL:
		dial(world, node, action);
		break;
	case KITH_ACTION_SEND:
		sim_net_send_take(world, action->conn, action->data, action->data_len);
		break;
	case KITH_ACTION_READ:
		sim_net_read(world, action->conn, action->on);
		break;
	case KITH_ACTION_CLOSE:
		sim_net_close(world, action->conn);
		break;
	case KITH_ACTION_VERIFY:
		verify(world, node, action->batch);
		break;
	case KITH_ACTION_STORE:
		store(world, node, action->batch);
		break;
	case KITH_ACTION_FETCH:
		fetch(world, node, action->fetch);
		break;
	case KITH_ACTION_ANNOUNCE:
		announce(world, node, action->seq);
		break;
	case KITH_ACTION_PUBLISHED:
		published(world, node, action->batch);
		break;
	}
}

void sim_node_trace_action(struct sim_world *world, const struct kith_action *action)
{
	world->figures.actions++;
	sim_world_trace_number(world, (uint64_t)action->type);
	sim_world_trace_number(world, action->conn + action->dial + action->seq);
	sim_world_trace_number(world, (uint64_t)action->reason);
	if (action->batch)
		sim_world_trace_number(world, action->batch->bytes);
	if (action->fetch)
		sim_world_trace_number(world, action->fetch->id_count);
	sim_world_trace(world, action->data, action->data_len);
}
