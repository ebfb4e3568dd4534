/*
 * nuisance.c: hostile partners who do not wait to be spoken to (talk.h): they flood, call again and
 * again, push what ever new authors wrote, and reconcile without end. They do so a quarter of each
 * minute, until all else is healed and for a while after.
 */
#include "protocol/message.h"
#include "protocol/reconcile.h"
#include "tests/sim/must.h"
#include "tests/sim/talk.h"
#include "tests/sim/world.h"

#define EVERY_US    250000u
#define AFTER_MS    300000u
#define MINUTE_MS   60000u
#define QUIETER_MS  15000u /* of each minute they are at it */
#define PINGS       200
#define IDS         64
#define CALLS       3
#define PUSHES      4
#define BACKLOG_MAX (256u * 1024)

/* ---- sums ------------------------------------------------------------------------------------ */

/* One range, from the beginning to the end of all sets. */
static void write_sum(struct sim_node *node, struct kith_buf *out)
{
	kith_write_u8(out, KITH_RECONCILE_VERSION);
	kith_write_varint(out, 0); /* up to infinity */
	kith_write_varint(out, 0);
	if (sim_rng_chance(&node->rng, 80)) {
		kith_write_varint(out, 1); /* a fingerprint */
		sim_talk_write_chance(node, 16, out);
	} else {
		kith_write_varint(out, 2); /* ids */
		kith_write_varint(out, IDS);
		sim_talk_write_chance(node, (size_t)IDS * KITH_ID_LEN, out);
	}
}

static void reconcile(struct sim_world *world, struct sim_node *node, struct talk *talk,
	uint8_t class_, enum kith_reconcile_role role)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	sim_talk_write_tag(talk, class_, &buf);
	kith_write_u8(&buf, (uint8_t)role);
	write_sum(node, &buf);
	sim_talk_say(world, talk, KITH_MESSAGE_RECONCILE, &buf);
	kith_buf_clear(&buf);
}

void sim_talk_ask(struct sim_world *world, struct sim_node *node, struct talk *talk)
{
	reconcile(world, node, talk, KITH_CLASS_CONTROL, KITH_RECONCILE_QUERY);
}

void sim_talk_lie(
	struct sim_world *world, struct sim_node *node, struct talk *talk, struct kith_bytes heard)
{
	struct kith_cursor cursor;
	struct kith_set_tag tag;
	uint8_t role;

	kith_cursor_init(&cursor, heard.data, heard.len);
	tag = kith_read_set_tag(&cursor);
	role = kith_read_u8(&cursor);
	reconcile(world, node, talk, tag.class_,
		role == KITH_RECONCILE_QUERY ? KITH_RECONCILE_ANSWER : KITH_RECONCILE_QUERY);
}

/* ---- floods ---------------------------------------------------------------------------------- */

static void ping(struct sim_world *world, struct talk *talk)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	kith_write_u64(&buf, 0);
	for (int i = 0; i < PINGS; i++)
		sim_talk_say(world, talk, KITH_MESSAGE_PING, &buf);
	kith_buf_clear(&buf);
}

/* Asks for records that there are, and never reads them. */
static void want(struct sim_world *world, struct sim_node *node, struct talk *talk)
{
	struct kith_buf buf;

	sim_net_read(world, talk->conn, false);
	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	sim_talk_write_tag(talk, KITH_CLASS_CONTENT, &buf);
	for (int i = 0; i < IDS; i++) {
		uint64_t n = sim_rng_below(&node->rng, world->pool->count);

		kith_write(&buf, world->pool->records[n].item.id.bytes, KITH_ID_LEN);
	}
	sim_talk_say(world, talk, KITH_MESSAGE_WANT, &buf);
	kith_buf_clear(&buf);
}

static void announce(struct sim_world *world, struct sim_node *node, struct talk *talk)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	sim_talk_write_tag(talk, KITH_CLASS_CONTENT, &buf);
	kith_write_u8(&buf, 0);
	for (unsigned i = 0; i < IDS; i++) {
		sim_talk_write_chance(node, KITH_ITEM_LEN, &buf);
		kith_write_u16(&buf, (uint16_t)sim_rng_below(&node->rng, KITH_TREES));
	}
	sim_talk_say(world, talk, KITH_MESSAGE_IHAVE, &buf);
	kith_buf_clear(&buf);
}

static void flood(struct sim_world *world, struct sim_node *node, struct talk *talk)
{
	switch (talk->conn / 2 % 3) {
	case 0:
		ping(world, talk);
		return;
	case 1:
		want(world, node, talk);
		return;
	default:
		announce(world, node, talk);
		return;
	}
}

static void crowd(struct sim_world *world, struct sim_node *node, struct talk *talk)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	for (int i = 0; i < PUSHES; i++) {
		uint64_t n = sim_rng_below(&node->rng, world->pool->count);
		const struct sim_record *record = &world->pool->records[n];

		if (!record->made_up || record->circle || record->ahead)
			continue;
		kith_write_u32(&buf, (uint32_t)record->len);
		kith_write(&buf, record->envelope, record->len);
	}
	if (buf.len)
		sim_talk_say(world, talk, KITH_MESSAGE_PUSH, &buf);
	kith_buf_clear(&buf);
}

/* ---- calls ----------------------------------------------------------------------------------- */

void sim_talk_mumble(struct sim_world *world, struct sim_node *node, struct talk *talk)
{
	size_t len = (size_t)sim_rng_below(&node->rng, 200);
	uint8_t *bytes;

	if (!sim_rng_chance(&node->rng, 50))
		return;
	bytes = must_calloc(1, len);
	sim_rng_fill(&node->rng, bytes, len);
	sim_net_send_take(world, talk->conn, bytes, len);
}

static bool is_talking_to(const struct sim_world *world, const struct sim_node *node, uint32_t to)
{
	for (const struct talk *talk = node->hostile->talks; talk; talk = talk->next)
		if (!talk->over && sim_net_other(world, talk->conn) == to)
			return true;
	return false;
}

static void call(struct sim_world *world, const struct sim_node *node)
{
	for (size_t i = 0; i < world->plan->edge_count; i++) {
		const struct sim_edge *edge = &world->plan->edges[i];

		if (edge->b != node->number || world->nodes[edge->a].temper != SIM_HONEST)
			continue;
		if (node->temper == SIM_LIAR && !is_talking_to(world, node, edge->a))
			sim_net_dial(world, node->number, edge->a, edge->a + 1);
		for (int n = 0; node->temper == SIM_CALLER && n < CALLS; n++)
			sim_net_dial(world, node->number, edge->a, edge->a + 1);
	}
}

/* ---- time ------------------------------------------------------------------------------------ */

static bool can_take_more(const struct sim_world *world, const struct talk *talk)
{
	int side;
	const struct sim_link *link = sim_net_link(world, talk->conn, &side);

	return link && talk->session && !talk->over && kith_session_peer(talk->session) &&
	       link->pipes[side].unsent.bytes < BACKLOG_MAX;
}

static void bother(struct sim_world *world, struct sim_node *node)
{
	call(world, node);
	for (struct talk *talk = node->hostile->talks; talk; talk = talk->next) {
		if (!can_take_more(world, talk))
			continue;
		if (node->temper == SIM_FLOODER)
			flood(world, node, talk);
		else if (node->temper == SIM_CROWD)
			crowd(world, node, talk);
		sim_talk_let_out(world, talk);
	}
}

/* What was never read waits in the network, for that of a simulator does not give up. */
static void read_all(struct sim_world *world, const struct sim_node *node)
{
	for (const struct talk *talk = node->hostile->talks; talk; talk = talk->next)
		sim_net_read(world, talk->conn, true);
}

static void on_nuisance(struct sim_world *world, const struct sim_event *event)
{
	struct sim_node *node = &world->nodes[event->node];

	if (sim_now_ms(world) % MINUTE_MS < QUIETER_MS)
		bother(world, node);
	if (sim_now_ms(world) < world->plan->heal_ms + AFTER_MS)
		sim_world_plan(world, EVERY_US, *event);
	else
		read_all(world, node);
}

void sim_hostile_begin(struct sim_world *world, struct sim_node *node)
{
	if (node->temper >= SIM_LIAR)
		sim_world_plan(world, EVERY_US,
			(struct sim_event){
				.what = "nuisance", .run = on_nuisance, .node = node->number});
}
