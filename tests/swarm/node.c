/* node.c: one core, and what a daemon would do for it: keys, time, checking, a store. */
#include "protocol/certificate.h"
#include "tests/sim/must.h"
#include "tests/swarm/swarm.h"

#define WALL_MS 1767225600000ull /* 2026-01-01, when a run begins */

#define CERTIFICATE_MS (300ull * 24 * 3600 * 1000)
/* So that all that is seen is the work of gossip. */
#define RECONCILE_MS (7u * 24 * 3600 * 1000)

#define VERIFY_US 60u  /* a record; and up to CHANCE_US until a thread is free */
#define STORE_US  420u /* a transaction of one record */
#define FETCH_US  200u
#define CHANCE_US 1000u

static void drain(struct swarm *swarm, uint32_t number);

void swarm_plan(struct swarm *swarm, uint64_t delay_us, struct swarm_event event)
{
	event.at_us = swarm->now_us + delay_us;
	swarm_heap_put(&swarm->heap, event);
}

static void plan_tick(struct swarm *swarm, uint32_t number)
{
	struct swarm_node *node = &swarm->nodes[number];
	uint64_t due_ms = kith_core_deadline_ms(node->core);
	uint64_t due_us = due_ms == UINT64_MAX ? UINT64_MAX : due_ms * 1000;

	if (due_us >= node->tick_us)
		return;
	node->tick_us = due_us > swarm->now_us ? due_us : swarm->now_us + 1;
	swarm_plan(swarm, node->tick_us - swarm->now_us,
		(struct swarm_event){.what = SWARM_TICK, .node = number});
}

void swarm_feed(struct swarm *swarm, uint32_t number, const struct kith_event *event)
{
	MUST(kith_core_feed(swarm->nodes[number].core, event, swarm->now_us / 1000) == 0);
	drain(swarm, number);
	plan_tick(swarm, number);
}

/* ---- life ------------------------------------------------------------------------------------ */

void swarm_node_init(struct swarm *swarm, uint32_t number, uint64_t seed, uint32_t record_room)
{
	struct swarm_node *node = &swarm->nodes[number];
	struct sim_rng keys = sim_rng_fork(seed, SIM_RNG_KEYS, number, 0);
	struct kith_core_config config = {.node = &node->pair,
		.agent = "kith/swarm",
		.rng = &node->hand,
		.reconcile_every_ms = RECONCILE_MS};
	uint8_t bytes[KITH_SEED_LEN];
	struct kith_buf certificate;

	sim_rng_fill(&keys, bytes, sizeof(bytes));
	kith_node_pair_from_seed(bytes, &node->pair);
	sim_rng_fill(&keys, bytes, sizeof(bytes));
	kith_sign_pair_from_seed(bytes, &node->group);
	kith_buf_init(&certificate, KITH_HELLO_MAX_BYTES);
	MUST(kith_certificate_sign(&node->group, &node->pair.public_key, WALL_MS + CERTIFICATE_MS,
		     &certificate) == 0);
	node->core_rng = sim_rng_fork(seed, SIM_RNG_CORE, number, 0);
	node->hand = sim_rng_hand(&node->core_rng);
	node->tick_us = UINT64_MAX;
	node->has = must_calloc(record_room / 8 + 1, 1);
	config.group = node->group.public_key;
	config.certificate = (struct kith_bytes){certificate.data, certificate.len};
	node->core = kith_core_new(&config, 0, WALL_MS);
	MUST(node->core);
	kith_buf_clear(&certificate);
}

static void set_partner(struct swarm *swarm, uint32_t number, uint32_t other, bool calls)
{
	struct kith_partner_config config = {.group = swarm->nodes[other].group.public_key,
		.node = swarm->nodes[other].pair.public_key,
		.has_address = calls,
		.port = 1};

	snprintf(config.host, sizeof(config.host), "node%u", other);
	MUST(kith_core_set_partner(swarm->nodes[number].core, &config, swarm->now_us / 1000) == 0);
	drain(swarm, number);
	plan_tick(swarm, number);
}

void swarm_node_meet(struct swarm *swarm, const struct swarm_edge *edge)
{
	set_partner(swarm, edge->b, edge->a, false);
	set_partner(swarm, edge->a, edge->b, true);
}

/* ---- records --------------------------------------------------------------------------------- */

static uint32_t find(const struct swarm *swarm, const struct kith_record_id *id)
{
	for (uint32_t i = swarm->record_count; i-- > 0;)
		if (memcmp(swarm->records[i].id.bytes, id->bytes, KITH_ID_LEN) == 0)
			return i;
	MUST(!"a record that nobody published");
	return 0;
}

bool swarm_has(const struct swarm *swarm, uint32_t node, uint32_t record)
{
	return swarm->nodes[node].has[record / 8] >> record % 8 & 1;
}

/* What kith_batch_verify() does, but the same bytes are opened with their signature once. */
static void verify(struct swarm *swarm, struct kith_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct kith_batch_entry *entry = &batch->entries[i];
		struct kith_record *opened;
		struct swarm_record *record;

		MUST(kith_record_reopen(entry->envelope, entry->envelope_len, &opened) == 0);
		record = &swarm->records[find(swarm, &opened->id)];
		MUST(record->len == entry->envelope_len &&
			memcmp(record->envelope, entry->envelope, record->len) == 0);
		if (!record->verified) {
			kith_record_free(opened);
			MUST(kith_record_open(
				     entry->envelope, entry->envelope_len, &opened, NULL) == 0);
			record->verified = true;
		}
		free(entry->envelope);
		entry->envelope = NULL;
		entry->record = opened;
	}
}

static void store(struct swarm *swarm, uint32_t number, struct kith_batch *batch)
{
	struct swarm_node *node = &swarm->nodes[number];

	for (size_t i = 0; i < batch->count; i++) {
		uint32_t index = find(swarm, &batch->entries[i].record->id);
		struct swarm_record *record = &swarm->records[index];

		if (swarm_has(swarm, number, index))
			continue;
		node->has[index / 8] |= (uint8_t)(1u << index % 8);
		batch->entries[i].seq = ++node->seq;
		record->reached++;
		record->last_us = swarm->now_us;
	}
}

static void fetch(const struct swarm *swarm, uint32_t number, struct kith_fetch *fetch)
{
	MUST(fetch->mode == KITH_FETCH_IDS);
	for (; fetch->ids_done < fetch->id_count; fetch->ids_done++) {
		uint32_t index = find(swarm, &fetch->ids[fetch->ids_done]);
		const struct swarm_record *record = &swarm->records[index];

		MUST(swarm_has(swarm, number, index));
		kith_write_u32(&fetch->found, (uint32_t)record->len);
		kith_write(&fetch->found, record->envelope, record->len);
		fetch->found_count++;
	}
	MUST(kith_buf_err(&fetch->found) == 0);
}

static struct kith_record *sign(
	struct swarm *swarm, const struct swarm_node *node, struct swarm_record *out)
{
	struct kith_record_draft draft = {.circle = kith_circle_commons(),
		.kind = 900, /* of a later version: its body is not looked into */
		.created_ms = WALL_MS + swarm->now_us / 1000,
		.lang = "en"};
	uint8_t body[512];
	struct kith_record *record;
	struct kith_buf envelope;

	sim_rng_fill(&swarm->rng, body, sizeof(body));
	draft.body = (struct kith_bytes){body, sizeof(body)};
	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	MUST(kith_record_sign(&draft, &node->group, &envelope, &out->id, NULL) == 0);
	MUST(kith_record_open(envelope.data, envelope.len, &record, NULL) == 0);
	out->envelope = envelope.data;
	out->len = envelope.len;
	return record;
}

void swarm_publish(struct swarm *swarm, uint32_t number)
{
	struct swarm_record *record = &swarm->records[swarm->record_count];
	struct kith_event event = {.type = KITH_EVENT_PUBLISH, .batch = kith_batch_new(1)};

	MUST(swarm->record_count < swarm->record_room && event.batch);
	*record = (struct swarm_record){.publisher = number, .published_us = swarm->now_us};
	MUST(kith_batch_add_record_take(event.batch, sign(swarm, &swarm->nodes[number], record)) ==
		0);
	swarm->record_count++;
	swarm_feed(swarm, number, &event);
}

/* ---- actions --------------------------------------------------------------------------------- */

static void later(
	struct swarm *swarm, uint32_t number, enum swarm_what what, void *data, uint64_t us)
{
	swarm_plan(swarm, us + sim_rng_below(&swarm->rng, CHANCE_US),
		(struct swarm_event){.what = what, .node = number, .data = data});
}

static void act(struct swarm *swarm, uint32_t number, const struct kith_action *action)
{
	switch (action->type) {
	case KITH_ACTION_DIAL:
		swarm_net_dial(swarm, number, action);
		break;
	case KITH_ACTION_SEND:
		swarm_net_send_take(swarm, action->conn, action->data, action->data_len);
		break;
	case KITH_ACTION_READ:
		MUST(!"too little traffic for that");
		break;
	case KITH_ACTION_CLOSE:
		swarm_net_close(swarm, action->conn);
		break;
	case KITH_ACTION_VERIFY:
		later(swarm, number, SWARM_VERIFIED, action->batch,
			VERIFY_US * action->batch->count);
		break;
	case KITH_ACTION_STORE:
		later(swarm, number, SWARM_STORED, action->batch, STORE_US);
		break;
	case KITH_ACTION_FETCH:
		later(swarm, number, SWARM_FETCHED, action->fetch, FETCH_US);
		break;
	case KITH_ACTION_ANNOUNCE:
		break;
	case KITH_ACTION_PUBLISHED:
		MUST(action->batch->err == 0);
		kith_batch_free(action->batch);
		break;
	}
}

static void drain(struct swarm *swarm, uint32_t number)
{
	const struct kith_action *action;

	while ((action = kith_core_next(swarm->nodes[number].core)) != NULL)
		act(swarm, number, action);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void on_tick(struct swarm *swarm, const struct swarm_event *event)
{
	struct swarm_node *node = &swarm->nodes[event->node];

	if (node->tick_us != event->at_us)
		return; /* an earlier one was planned since */
	node->tick_us = UINT64_MAX;
	MUST(kith_core_tick(node->core, swarm->now_us / 1000) == 0);
	drain(swarm, event->node);
	plan_tick(swarm, event->node);
}

void swarm_node_event(struct swarm *swarm, const struct swarm_event *event)
{
	struct kith_event back = {.batch = event->data};

	if (event->what == SWARM_TICK) {
		on_tick(swarm, event);
		return;
	}
	if (event->what == SWARM_FETCHED) {
		back = (struct kith_event){.type = KITH_EVENT_FETCHED, .fetch = event->data};
		fetch(swarm, event->node, back.fetch);
	} else if (event->what == SWARM_VERIFIED) {
		back.type = KITH_EVENT_VERIFIED;
		verify(swarm, back.batch);
	} else {
		back.type = KITH_EVENT_STORED;
		store(swarm, event->node, back.batch);
	}
	swarm_feed(swarm, event->node, &back);
}

void swarm_event_drop(const struct swarm_event *event)
{
	if (event->what == SWARM_VERIFIED || event->what == SWARM_STORED)
		kith_batch_free(event->data);
	else if (event->what == SWARM_FETCHED)
		kith_fetch_free(event->data);
	else
		free(event->data);
}
