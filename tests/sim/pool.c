/* pool.c: see pool.h. */
#include "tests/sim/pool.h"

#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"
#include "protocol/body.h"
#include "protocol/header.h"
#include "protocol/wire.h"
#include "tests/sim/must.h"

#define AUTHORS      7u
#define KIND_CONTROL 40u /* unknown here, below KITH_KIND_CONTROL_END */
#define KIND_X       127u
#define KIND_LATER   900u /* of a later version: stored and forwarded untouched */
#define DAY_MS       (24ull * 3600 * 1000)

/* Most are of the last month, some at the very same millisecond; one in a hundred is held back
 * for the first minutes of a run because it claims to be more than a day ahead. */
static uint64_t draw_created_ms(struct sim_rng *rng)
{
	if (sim_rng_chance(rng, 1))
		return SIM_WALL_MS + KITH_FUTURE_SKEW_MS +
		       sim_rng_between(rng, 1, SIM_AHEAD_MAX_MS);
	if (sim_rng_chance(rng, 20))
		return SIM_WALL_MS - DAY_MS;
	return SIM_WALL_MS - sim_rng_below(rng, 30 * DAY_MS);
}

static size_t draw_body_len(const struct sim_pool *pool, struct sim_rng *rng)
{
	if (sim_rng_chance(rng, pool->large ? 90 : 2))
		return sim_rng_between(rng, 1, KITH_RECORD_MAX_BYTES - KITH_HEADER_MAX_BYTES - 128);
	return sim_rng_scale(rng, 32, 2000);
}

static void write_x_body(struct sim_rng *rng, size_t len, struct kith_buf *out)
{
	Kith__Body body = KITH__BODY__INIT;
	Kith__X x = KITH__X__INIT;
	Kith__Common common = KITH__COMMON__INIT;
	struct kith_rng hand = sim_rng_hand(rng);
	char title[] = "Something nobody thought of";
	char name[] = "org.example.sim";
	uint8_t data[1024];

	x.common = &common;
	common.title = title;
	x.name = name;
	x.has_data = 1;
	x.data.data = data;
	x.data.len = len < sizeof(data) ? len : sizeof(data);
	sim_rng_fill(rng, data, sizeof(data));
	body.kind_case = KITH__BODY__KIND_X;
	body.x = &x;
	MUST(kith_body_encode(&body, &hand, out) == 0);
}

static void write_body(
	const struct sim_pool *pool, struct sim_rng *rng, uint32_t kind, struct kith_buf *out)
{
	size_t len = draw_body_len(pool, rng);
	uint8_t *at;

	if (kind == KIND_X) {
		write_x_body(rng, len, out);
		return;
	}
	at = kith_write_reserve(out, len);
	MUST(at);
	sim_rng_fill(rng, at, len);
}

/* A record with everything but a signature that holds. */
static void write_hollow(const struct kith_record_draft *draft, const struct kith_sign_pair *author,
	struct kith_buf *out)
{
	static const uint8_t signature[KITH_SIGNATURE_LEN];
	struct kith_hash body_hash;
	struct kith_buf header;

	kith_buf_init(&header, KITH_HEADER_MAX_BYTES);
	kith_hash("kith/1 body", draft->body.data, draft->body.len, &body_hash);
	kith_header_encode(draft, &author->public_key, &body_hash, &header);
	kith_wire_put_bytes(out, KITH_ENVELOPE_HEADER, header.data, header.len);
	kith_wire_put_bytes(out, KITH_ENVELOPE_SIGNATURE, signature, sizeof(signature));
	kith_wire_put_bytes(out, KITH_ENVELOPE_BODY, draft->body.data, draft->body.len);
	kith_buf_clear(&header);
}

struct kith_circle sim_pool_circle(unsigned number)
{
	struct kith_circle circle = kith_circle_commons();

	if (number)
		memset(circle.bytes, (int)number, sizeof(circle.bytes));
	return circle;
}

static void make(const struct sim_pool *pool, struct sim_record *record, struct sim_rng *rng,
	const struct kith_sign_pair *author)
{
	struct kith_record_draft draft = {
		.kind = sim_rng_chance(rng, 10)   ? KIND_CONTROL
			: sim_rng_chance(rng, 25) ? KIND_X
						  : KIND_LATER,
		.lang = "en",
	};
	struct kith_buf body, out;
	struct kith_claim claim;

	record->circle = sim_rng_chance(rng, 15) ? (unsigned)sim_rng_between(rng, 1, 2) : 0;
	draft.circle = sim_pool_circle(record->circle);
	draft.created_ms = draw_created_ms(rng);
	kith_buf_init(&body, KITH_RECORD_MAX_BYTES);
	kith_buf_init(&out, KITH_RECORD_MAX_BYTES);
	write_body(pool, rng, draft.kind, &body);
	draft.body = (struct kith_bytes){body.data, body.len};
	if (pool->hollow)
		write_hollow(&draft, author, &out);
	else
		MUST(kith_record_sign(&draft, author, &out, NULL, NULL) == 0);
	MUST(kith_record_peek(out.data, out.len, &claim) == 0);
	kith_buf_clear(&body);
	record->item = claim.item;
	record->class_ = kith_class_of_kind(claim.kind);
	record->envelope = out.data;
	record->len = out.len;
	record->ahead = draft.created_ms > SIM_WALL_MS + KITH_FUTURE_SKEW_MS;
}

static int order(const void *a, const void *b)
{
	const struct sim_record *x = a, *y = b;

	return kith_item_compare(&x->item, &y->item);
}

static uint32_t *slot_of(const struct sim_pool *pool, const struct kith_record_id *id)
{
	uint32_t at =
		(uint32_t)id->bytes[0] | (uint32_t)id->bytes[1] << 8 | (uint32_t)id->bytes[2] << 16;

	for (at %= pool->table_len;; at = (at + 1) % pool->table_len) {
		uint32_t index = pool->table[at];

		if (index == SIM_NO_RECORD ||
			memcmp(pool->records[index].item.id.bytes, id->bytes, KITH_ID_LEN) == 0)
			return &pool->table[at];
	}
}

static void make_authors(struct sim_rng *rng, struct kith_sign_pair *authors, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t seed[KITH_SEED_LEN];

		sim_rng_fill(rng, seed, sizeof(seed));
		kith_sign_pair_from_seed(seed, &authors[i]);
	}
}

static void make_all(struct sim_pool *pool, struct sim_rng *rng)
{
	struct kith_sign_pair authors[AUTHORS], nobody;

	make_authors(rng, authors, AUTHORS);
	for (uint32_t i = 0; i < pool->count; i++) {
		const struct kith_sign_pair *author = &authors[sim_rng_below(rng, AUTHORS)];

		pool->records[i].made_up = i % 8 == 0;
		if (pool->records[i].made_up) {
			make_authors(rng, &nobody, 1);
			author = &nobody;
		}
		make(pool, &pool->records[i], rng, author);
	}
}

void sim_pool_init(struct sim_pool *pool, uint32_t count, bool hollow, bool large)
{
	struct sim_rng rng = sim_rng_fork(0, SIM_RNG_POOL, count, hollow);

	pool->count = count;
	pool->hollow = hollow;
	pool->large = large;
	pool->records = must_calloc(count, sizeof(*pool->records));
	make_all(pool, &rng);
	qsort(pool->records, count, sizeof(*pool->records), order);
	pool->table_len = count * 4 + 1;
	pool->table = must_calloc(pool->table_len, sizeof(*pool->table));
	memset(pool->table, 0xff, pool->table_len * sizeof(*pool->table));
	for (uint32_t i = 0; i < count; i++)
		*slot_of(pool, &pool->records[i].item.id) = i;
}

void sim_pool_clear(struct sim_pool *pool)
{
	for (uint32_t i = 0; i < pool->count; i++)
		free(pool->records[i].envelope);
	free(pool->records);
	free(pool->table);
	*pool = (struct sim_pool){0};
}

uint32_t sim_pool_find(const struct sim_pool *pool, const struct kith_record_id *id)
{
	return *slot_of(pool, id);
}

bool sim_pool_same(const struct sim_pool *pool, uint32_t index, const uint8_t *envelope, size_t len)
{
	return index < pool->count && pool->records[index].len == len &&
	       memcmp(pool->records[index].envelope, envelope, len) == 0;
}

void sim_pool_verify(const struct sim_pool *pool, struct sim_rng *rng, struct kith_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct kith_batch_entry *entry = &batch->entries[i];
		struct kith_claim claim;

		if (!entry->envelope || (!pool->hollow && sim_rng_chance(rng, 10)) ||
			kith_record_peek(entry->envelope, entry->envelope_len, &claim) ||
			!sim_pool_same(pool, sim_pool_find(pool, &claim.item.id), entry->envelope,
				entry->envelope_len))
			continue;
		MUST(kith_record_reopen(entry->envelope, entry->envelope_len, &entry->record) == 0);
		free(entry->envelope);
		entry->envelope = NULL;
	}
	kith_batch_verify(batch);
}

uint32_t sim_pool_nth(const struct sim_pool *pool, uint32_t n)
{
	return (n * 2654435761u) % pool->count;
}

uint32_t sim_pool_after(const struct sim_pool *pool, const struct kith_item *item)
{
	uint32_t low = 0, high = pool->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (kith_item_compare(&pool->records[middle].item, item) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
