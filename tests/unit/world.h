/*
 * world.h: up to three cores in one process, joined by plain buffers, with an array for a store
 * each.
 *
 * Time moves only with advance(); run() lets everybody do what there is to do now. Included by one
 * test program at a time, after cmocka.
 */
#ifndef KITH_TESTS_UNIT_WORLD_H
#define KITH_TESTS_UNIT_WORLD_H

#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"
#include "keys/secret.h"
#include "protocol/body.h"
#include "protocol/certificate.h"
#include "protocol/core.h"
#include "tests/plain.h"

#define WALL 1700000000000ull

struct stored {
	struct kith_record *record;
};

struct node {
	struct kith_sign_pair author;
	struct kith_node_pair pair;
	struct kith_rng rng;
	uint64_t rng_state;
	struct kith_core *core;
	struct stored *store;
	size_t count, room;
	size_t announced, published;
	int fail_stores; /* so many STOREs fail with KITH_E_FULL */
	size_t fetches;
};

struct wire {
	struct node *node[2]; /* node[0] dialled */
	uint64_t conn[2];
	bool open;
};

struct world {
	struct node nodes[4];
	size_t node_count;
	struct wire wires[16];
	size_t wire_count;
	uint64_t now_ms, next_conn;
	void (*tamper)(struct kith_batch_entry *entry); /* once, with what is next verified */
};

static void fill(void *ctx, void *out, size_t len)
{
	uint64_t *state = ctx;
	uint8_t *bytes = out;

	for (size_t i = 0; i < len; i++) {
		*state = *state * 6364136223846793005ull + 1442695040888963407ull;
		bytes[i] = (uint8_t)(*state >> 56);
	}
}

static void node_start(struct world *world, struct node *node)
{
	struct kith_buf certificate;
	struct kith_core_config config = {
		.node = &node->pair,
		.group = node->author.public_key,
		.agent = "test",
		.rng = &node->rng,
		.pull_window_bytes = 64 * 1024,
	};

	kith_buf_init(&certificate, 1024);
	assert_int_equal(kith_certificate_sign(&node->author, &node->pair.public_key,
				 WALL + KITH_CERTIFICATE_MS, &certificate),
		0);
	config.certificate = (struct kith_bytes){certificate.data, certificate.len};
	node->core = kith_core_new(&config, world->now_ms, WALL);
	assert_non_null(node->core);
	kith_buf_clear(&certificate);
	for (size_t i = 0; i < node->count; i++) {
		struct kith_circle commons = kith_circle_commons();
		struct kith_item item = kith_record_item(node->store[i].record);
		assert_int_equal(
			kith_core_restore(node->core, &commons, KITH_CLASS_CONTENT, &item), 0);
	}
}

/* Of the group of tests. */
static inline int world_setup(void **state)
{
	(void)state;
	return kith_keys_init();
}

static void world_init(struct world *world, size_t nodes)
{
	memset(world, 0, sizeof(*world));
	world->node_count = nodes;
	world->now_ms = 1000;
	for (size_t i = 0; i < nodes; i++) {
		struct node *node = &world->nodes[i];
		uint8_t seed[32];

		memset(seed, (int)i + 1, sizeof(seed));
		kith_sign_pair_from_seed(seed, &node->author);
		seed[31] ^= 0x80;
		kith_node_pair_from_seed(seed, &node->pair);
		node->rng_state = i + 77;
		node->rng = (struct kith_rng){fill, &node->rng_state};
		node_start(world, node);
	}
}

static inline void world_clear(struct world *world)
{
	for (size_t n = 0; n < world->node_count; n++) {
		kith_core_free(world->nodes[n].core);
		for (size_t i = 0; i < world->nodes[n].count; i++)
			kith_record_free(world->nodes[n].store[i].record);
		free(world->nodes[n].store);
	}
}

/* ---- records -------------------------------------------------------------------------------- */

static struct kith_record *make_record(struct node *node, uint64_t created_ms, const char *title)
{
	struct kith_record_draft draft = {.circle = kith_circle_commons(),
		.kind = 127,
		.created_ms = created_ms,
		.lang = "en"};
	struct kith_buf packed, envelope;
	struct kith_record *record;

	kith_buf_init(&packed, KITH_RECORD_MAX_BYTES);
	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	assert_int_equal(plain_body(title, (struct kith_bytes){0}, &node->rng, &packed), 0);
	draft.body = (struct kith_bytes){packed.data, packed.len};
	assert_int_equal(kith_record_sign(&draft, &node->author, &envelope, NULL, NULL), 0);
	assert_int_equal(kith_record_open(envelope.data, envelope.len, &record, NULL), 0);
	kith_buf_clear(&packed);
	kith_buf_clear(&envelope);
	return record;
}

static struct stored *find(struct node *node, const struct kith_record_id *id)
{
	for (size_t i = 0; i < node->count; i++)
		if (memcmp(&node->store[i].record->id, id, sizeof(*id)) == 0)
			return &node->store[i];
	return NULL;
}

static void keep(struct node *node, struct kith_record *record)
{
	if (node->count == node->room) {
		node->room = node->room ? node->room * 2 : 64;
		node->store = realloc(node->store, node->room * sizeof(*node->store));
	}
	node->store[node->count++].record = record;
}

/* A record that is there from the start: in the store and in the set. */
static inline void seed_record(struct node *node, uint64_t created_ms)
{
	struct kith_record *record = make_record(node, created_ms, "seed");
	struct kith_circle commons = kith_circle_commons();
	struct kith_item item = kith_record_item(record);

	keep(node, record);
	assert_int_equal(kith_core_restore(node->core, &commons, KITH_CLASS_CONTENT, &item), 0);
}

/* ---- carrying out actions ------------------------------------------------------------------- */

static void feed(struct world *world, struct node *node, struct kith_event event)
{
	assert_int_equal(kith_core_feed(node->core, &event, world->now_ms), 0);
}

static void dial(struct world *world, struct node *from, const struct kith_action *action)
{
	struct node *to = &world->nodes[action->port];
	struct wire *wire = &world->wires[world->wire_count++];
	struct kith_event event = {.type = KITH_EVENT_CONNECTED, .dial = action->dial};

	*wire = (struct wire){{from, to}, {++world->next_conn, ++world->next_conn}, true};
	event.conn = wire->conn[0];
	feed(world, from, event);
	event.conn = wire->conn[1];
	event.dial = 0;
	feed(world, to, event);
}

static struct wire *wire_of(struct world *world, struct node *node, uint64_t conn, int *side)
{
	for (size_t i = 0; i < world->wire_count; i++)
		for (*side = 0; *side < 2; (*side)++)
			if (world->wires[i].conn[*side] == conn &&
				world->wires[i].node[*side] == node)
				return &world->wires[i];
	return NULL;
}

static void send_bytes(struct world *world, struct node *node, const struct kith_action *action)
{
	int side;
	struct wire *wire = wire_of(world, node, action->conn, &side);
	struct kith_event event = {.type = KITH_EVENT_BYTES,
		.conn = wire->conn[!side],
		.bytes = {action->data, action->data_len}};
	struct kith_event drained = {.type = KITH_EVENT_WRITABLE, .conn = action->conn};

	if (wire->open) { /* else nobody takes it */
		feed(world, wire->node[!side], event);
		feed(world, node, drained);
	}
	free(action->data);
}

static void close_wire(struct world *world, struct wire *wire, int side)
{
	struct kith_event event = {.type = KITH_EVENT_CLOSED, .conn = wire->conn[!side]};

	if (!wire->open)
		return;
	wire->open = false;
	feed(world, wire->node[!side], event);
}

static void store(struct world *world, struct node *node, struct kith_batch *batch)
{
	struct kith_event event = {.type = KITH_EVENT_STORED, .batch = batch};

	if (node->fail_stores > 0) {
		node->fail_stores--;
		batch->err = KITH_E_FULL;
	}
	for (size_t i = 0; !batch->err && i < batch->count; i++) {
		struct kith_record *copy, *record = batch->entries[i].record;

		if (find(node, &record->id))
			continue;
		assert_int_equal(
			kith_record_open(record->envelope.data, record->envelope.len, &copy, NULL),
			0);
		keep(node, copy);
		batch->entries[i].seq = node->count;
	}
	feed(world, node, event);
}

static void verify(struct world *world, struct node *node, struct kith_batch *batch)
{
	struct kith_event event = {.type = KITH_EVENT_VERIFIED, .batch = batch};

	if (world->tamper && batch->entries[0].envelope) {
		world->tamper(&batch->entries[0]);
		world->tamper = NULL;
	}
	kith_batch_verify(batch);
	feed(world, node, event);
}

static int by_item(const void *a, const void *b)
{
	const struct stored *x = a, *y = b;
	struct kith_item i = kith_record_item(x->record), j = kith_record_item(y->record);

	return kith_item_compare(&i, &j);
}

static void give(struct kith_fetch *fetch, const struct kith_record *record)
{
	kith_write_u32(&fetch->found, (uint32_t)record->envelope.len);
	kith_write(&fetch->found, record->envelope.data, record->envelope.len);
	fetch->found_count++;
}

static void fetch_after(struct node *node, struct kith_fetch *fetch)
{
	fetch->last = fetch->after;
	fetch->end = true;
	qsort(node->store, node->count, sizeof(*node->store), by_item);
	for (size_t i = 0; i < node->count; i++) {
		struct kith_item item = kith_record_item(node->store[i].record);

		if (kith_item_compare(&item, &fetch->after) <= 0)
			continue;
		if (fetch->found_count && fetch->found.len >= fetch->max_bytes) {
			fetch->end = false;
			return;
		}
		give(fetch, node->store[i].record);
		fetch->last = item;
	}
}

static void fetch(struct world *world, struct node *node, struct kith_fetch *fetch)
{
	struct kith_event event = {.type = KITH_EVENT_FETCHED, .fetch = fetch};

	node->fetches++;
	if (fetch->mode == KITH_FETCH_AFTER)
		fetch_after(node, fetch);
	for (size_t i = 0; fetch->mode == KITH_FETCH_IDS && i < fetch->id_count; i++) {
		struct stored *stored = find(node, &fetch->ids[i]);

		if (stored)
			give(fetch, stored->record);
		else {
			fetch->missing = realloc(fetch->missing,
				(fetch->missing_count + 1) * sizeof(*fetch->missing));
			fetch->missing[fetch->missing_count++] = fetch->ids[i];
		}
		fetch->ids_done = i + 1;
	}
	feed(world, node, event);
}

static bool act(struct world *world, struct node *node)
{
	const struct kith_action *action = kith_core_next(node->core);
	int side;
	struct wire *wire;

	if (!action)
		return false;
	switch (action->type) {
	case KITH_ACTION_DIAL:
		dial(world, node, action);
		break;
	case KITH_ACTION_SEND:
		send_bytes(world, node, action);
		break;
	case KITH_ACTION_READ:
		break;
	case KITH_ACTION_CLOSE:
		wire = wire_of(world, node, action->conn, &side);
		close_wire(world, wire, side);
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
		node->announced++;
		break;
	case KITH_ACTION_PUBLISHED:
		node->published++;
		kith_batch_free(action->batch);
		break;
	}
	return true;
}

/* Until nobody has anything to do. */
static void run(struct world *world)
{
	bool busy = true;

	while (busy) {
		busy = false;
		for (size_t i = 0; i < world->node_count; i++)
			while (act(world, &world->nodes[i]))
				busy = true;
	}
}

static inline void advance(struct world *world, uint64_t ms)
{
	uint64_t until = world->now_ms + ms;

	run(world);
	for (;;) {
		uint64_t due = UINT64_MAX;

		for (size_t i = 0; i < world->node_count; i++) {
			uint64_t d = kith_core_deadline_ms(world->nodes[i].core);
			due = d < due ? d : due;
		}
		if (due > until)
			break;
		world->now_ms = due > world->now_ms ? due : world->now_ms;
		for (size_t i = 0; i < world->node_count; i++)
			assert_int_equal(kith_core_tick(world->nodes[i].core, world->now_ms), 0);
		run(world);
	}
	world->now_ms = until;
}

static inline void partner(struct world *world, size_t a, size_t b, bool dials)
{
	struct kith_partner_config config = {.group = world->nodes[b].author.public_key,
		.node = world->nodes[b].pair.public_key,
		.has_address = dials,
		.host = "test",
		.port = (uint16_t)b};

	assert_int_equal(kith_core_set_partner(world->nodes[a].core, &config, world->now_ms), 0);
}

static inline void publish(struct world *world, size_t n, uint64_t created_ms, const char *title)
{
	struct kith_batch *batch = kith_batch_new(1);
	struct kith_event event = {.type = KITH_EVENT_PUBLISH, .batch = batch};

	assert_int_equal(
		kith_batch_add_record_take(batch, make_record(&world->nodes[n], created_ms, title)),
		0);
	feed(world, &world->nodes[n], event);
}

static struct kith_partner_view view(struct world *world, size_t n, size_t i)
{
	struct kith_partner_view out;

	assert_true(kith_core_partner_at(world->nodes[n].core, i, world->now_ms, &out));
	return out;
}

/* Two nodes, of which the first dials the second, and a second later. */
static inline void world_pair(struct world *world)
{
	world_init(world, 2);
	partner(world, 0, 1, true);
	partner(world, 1, 0, false);
	advance(world, 1000);
	assert_int_equal(view(world, 1, 0).state, KITH_PARTNER_LIVE);
}

static inline void assert_equal_sets(struct world *world, size_t count)
{
	struct kith_circle commons = kith_circle_commons();

	for (size_t n = 0; n < world->node_count; n++) {
		const struct kith_set *set =
			kith_core_set(world->nodes[n].core, &commons, KITH_CLASS_CONTENT);
		assert_int_equal(world->nodes[n].count, count);
		assert_int_equal(kith_set_count(set), count);
	}
	for (size_t i = 0; i < count; i++)
		for (size_t n = 1; n < world->node_count; n++)
			assert_non_null(
				find(&world->nodes[n], &world->nodes[0].store[i].record->id));
}

#endif
