/*
 * tap.c: see tap.h. Whose core is speaking, alloc.c knows; to whom, the certificate says.
 *
 * The world is remembered here because kith_session_send() has no room for it.
 */
#include "tests/sim/tap.h"

#include "protocol/message.h"
#include "protocol/record.h"
#include "protocol/session.h"
#include "tests/sim/alloc.h"
#include "tests/sim/must.h"

int __real_kith_session_send(struct kith_session *session, uint8_t message_type, const void *a,
	size_t a_len, const void *b, size_t b_len, uint64_t now_ms);
int __wrap_kith_session_send(struct kith_session *session, uint8_t message_type, const void *a,
	size_t a_len, const void *b, size_t b_len, uint64_t now_ms);

static struct sim_world *tapped;

/* One message on its way from a real core. */
struct heard {
	struct sim_world *world;
	struct sim_node *from;
	uint32_t to;
	const struct kith_session *session;
	enum kith_message_type type;
};

void sim_tap(struct sim_world *world)
{
	tapped = world;
}

/* ---- who ------------------------------------------------------------------------------------- */

static uint32_t node_of_group(const struct sim_world *world, const struct kith_author *group)
{
	for (uint32_t i = 0; i < world->plan->node_count; i++)
		if (kith_id_equal(world->nodes[i].group.public_key.bytes, group->bytes))
			return i;
	return SIM_NOBODY;
}

/* The connection by which a record came is the one that there is now. */
static bool is_only_way(const struct heard *heard, uint64_t conn)
{
	int side, of_from;
	const struct sim_link *link = sim_net_link(heard->world, conn, &side);

	if (!link || !link->sides[side].open || link->sides[1 - side].node != heard->to)
		return false;
	for (size_t i = 0; i < heard->world->net.count; i++) {
		const struct sim_link *other = heard->world->net.links[i];

		if (!other || other == link)
			continue;
		of_from = other->sides[0].node == heard->from->number ? 0 : 1;
		if (other->sides[of_from].node == heard->from->number &&
			other->sides[1 - of_from].node == heard->to && other->sides[of_from].open)
			return false;
	}
	return true;
}

/* ---- what ------------------------------------------------------------------------------------ */

static void check_news(const struct heard *heard, uint32_t index)
{
	if (heard->from->came_by[index] && is_only_way(heard, heard->from->came_by[index]))
		sim_world_fail(heard->world, "echo",
			"node %u tells node %u of a record that came from there",
			heard->from->number, heard->to);
}

/* Closed circles have members, but until a core knows who they are it shares the commons alone, so
 * being in a circle is not enough. */
static void check_circle(const struct heard *heard, unsigned circle)
{
	if (circle != 0)
		sim_world_fail(heard->world, "leak",
			"node %u tells node %u something of a closed circle", heard->from->number,
			heard->to);
}

static void check_tag(const struct heard *heard, struct kith_cursor *cursor)
{
	const struct kith_set_tag tag = kith_read_set_tag(cursor);
	uint8_t shared[KITH_TAG_LEN];
	const struct kith_circle commons = sim_pool_circle(0);

	kith_message_tag(&commons, kith_session_hash(heard->session), shared);
	check_circle(heard, memcmp(tag.circle, shared, sizeof(shared)) != 0);
}

static void check_records(const struct heard *heard, struct kith_cursor *cursor)
{
	while (kith_cursor_left(cursor) > 0) {
		struct kith_bytes envelope = kith_read_envelope(cursor);
		struct kith_claim claim;
		uint32_t index;

		MUST(!cursor->err);
		if (kith_record_peek(envelope.data, envelope.len, &claim))
			continue; /* a liar's disk */
		index = sim_pool_find(heard->world->pool, &claim.item.id);
		if (index == SIM_NO_RECORD)
			continue;
		check_circle(heard, heard->world->pool->records[index].circle);
		if (!heard->from->stored_us[index])
			sim_world_fail(heard->world, "unstored",
				"node %u sends a record before it is stored", heard->from->number);
		if (heard->type == KITH_MESSAGE_PUSH)
			check_news(heard, index);
	}
}

static void check_items(const struct heard *heard, struct kith_cursor *cursor)
{
	while (kith_cursor_left(cursor) > 0) {
		struct kith_item item = kith_read_item(cursor);
		uint32_t index = sim_pool_find(heard->world->pool, &item.id);

		(void)kith_read_u16(cursor); /* its tree */
		if (index == SIM_NO_RECORD)
			continue;
		check_circle(heard, heard->world->pool->records[index].circle);
		if (!heard->from->stored_us[index])
			sim_world_fail(heard->world, "unstored",
				"node %u announces a record before it is stored",
				heard->from->number);
		check_news(heard, index);
	}
}

static void check_wishes(const struct heard *heard, struct kith_cursor *cursor)
{
	while (kith_cursor_left(cursor) > 0) {
		struct kith_record_id id;
		uint32_t index;

		kith_read_copy(cursor, id.bytes, KITH_ID_LEN);
		index = sim_pool_find(heard->world->pool, &id);
		if (index != SIM_NO_RECORD && heard->from->stored_us[index] &&
			sim_disk_has(&heard->from->disk, index) && !heard->from->forgets)
			sim_world_fail(heard->world, "greedy",
				"node %u asks node %u for a record that it has",
				heard->from->number, heard->to);
	}
}

static void check_message(const struct heard *heard, struct kith_cursor *cursor)
{
	switch (heard->type) {
	case KITH_MESSAGE_RECORDS:
		(void)kith_read_u8(cursor);
		check_records(heard, cursor);
		return;
	case KITH_MESSAGE_PUSH:
		check_records(heard, cursor);
		return;
	case KITH_MESSAGE_IHAVE:
		check_tag(heard, cursor);
		(void)kith_read_u8(cursor);
		check_items(heard, cursor);
		return;
	case KITH_MESSAGE_GRAFT:
		check_tag(heard, cursor);
		(void)kith_read_u16(cursor);
		check_wishes(heard, cursor);
		return;
	case KITH_MESSAGE_WANT:
		check_tag(heard, cursor);
		check_wishes(heard, cursor);
		return;
	case KITH_MESSAGE_RECONCILE:
	case KITH_MESSAGE_SYNCED:
	case KITH_MESSAGE_PULL:
	case KITH_MESSAGE_CREDIT:
	case KITH_MESSAGE_PULLED:
	case KITH_MESSAGE_AUDIT:
		check_tag(heard, cursor);
		return;
	case KITH_MESSAGE_SCOPE:
	case KITH_MESSAGE_UNAVAILABLE:
	case KITH_MESSAGE_PRUNE:
	case KITH_MESSAGE_UNPRUNE:
	case KITH_MESSAGE_PING:
	case KITH_MESSAGE_PONG:
	case KITH_MESSAGE_NUDGE:
		return;
	}
}

/* ---- the way by ------------------------------------------------------------------------------ */

/* Cores hand over a message in two parts; what is looked at here has the second one large. */
static void listen(struct sim_world *world, const struct kith_session *session, uint8_t type,
	struct kith_bytes a, struct kith_bytes b)
{
	const struct kith_session_peer *peer = kith_session_peer(session);
	const uint32_t from = sim_alloc_owner();
	struct heard heard = {
		.world = world, .session = session, .type = (enum kith_message_type)type};
	static uint8_t whole[KITH_MESSAGE_MAX_BYTES];
	struct kith_cursor cursor;

	if (from >= world->plan->node_count || !peer || a.len + b.len > sizeof(whole) ||
		world->nodes[from].temper != SIM_HONEST)
		return;
	heard.from = &world->nodes[from];
	heard.to = node_of_group(world, &peer->certificate.group);
	if (a.len)
		memcpy(whole, a.data, a.len);
	if (b.len)
		memcpy(whole + a.len, b.data, b.len);
	kith_cursor_init(&cursor, whole, a.len + b.len);
	check_message(&heard, &cursor);
}

int __wrap_kith_session_send(struct kith_session *session, uint8_t message_type, const void *a,
	size_t a_len, const void *b, size_t b_len, uint64_t now_ms)
{
	if (tapped)
		listen(tapped, session, message_type, (struct kith_bytes){a, a_len},
			(struct kith_bytes){b, b_len});
	return __real_kith_session_send(session, message_type, a, a_len, b, b_len, now_ms);
}
