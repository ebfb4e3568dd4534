/*
 * bench_units: what one of each costs: the figures from which the capacity tables of SPEC.md are
 * worked out, as far as bench_store (insert, index, file), bench_set (memory of the set) and
 * bench_ingest (memory of a connection) do not give them. Lines of name, value, unit.
 */
#include <malloc.h>
#include <stdio.h>
#include <time.h>

#include "keys/hash.h"
#include "protocol/core.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "tests/unit/two_sessions.h"

#define ENVELOPE 717 /* a body of 512 bytes; bench_store's store_envelope */

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static void print(const char *name, double value, const char *unit)
{
	printf("%s %.3f %s\n", name, value, unit);
}

/* The best of five tries: the others were interrupted. */
static double best_us(void (*work)(struct side *), struct side *side, int times)
{
	double best = 1e18;

	for (int round = 0; round < 5; round++) {
		double begun = now_us(), took;

		for (int i = 0; i < times; i++)
			work(side);
		took = (now_us() - begun) / times;
		best = took < best ? took : best;
	}
	return best;
}

static void verify(struct side *side)
{
	static const uint8_t message[32];
	static struct kith_signature signature;
	static bool made;

	if (!made)
		kith_sign(&side->group, "bench", message, sizeof(message), &signature);
	made = true;
	MUST(!kith_verify(&side->group.public_key, "bench", message, sizeof(message), &signature));
}

static void hash_id(struct side *side)
{
	struct kith_hash hash;

	kith_hash("bench", side->group.public_key.bytes, 32, &hash);
}

/* ---- bytes on the wire ----------------------------------------------------------------------- */

/* Frame, message head and tag included; lengths and bodies of one message. */
static double wire_bytes(struct talk *talk, uint8_t type, size_t payload)
{
	static const uint8_t zeros[KITH_MESSAGE_MAX_BYTES];
	size_t len;

	MUST(!kith_session_send(talk->a, type, zeros, payload, NULL, 0, 0));
	MUST(!kith_session_flush(talk->a, 0));
	len = kith_session_output(talk->a)->len;
	kith_buf_consume(kith_session_output(talk->a), len);
	return (double)len;
}

static void wire(struct talk *talk)
{
	size_t list = KITH_SET_TAG_LEN + 1;

	print("unit_wire_push", wire_bytes(talk, KITH_MESSAGE_PUSH, 4 + ENVELOPE), "bytes");
	print("unit_wire_ihave_alone", wire_bytes(talk, KITH_MESSAGE_IHAVE, list + KITH_TOLD_LEN),
		"bytes");
	print("unit_wire_ihave_of_100",
		wire_bytes(talk, KITH_MESSAGE_IHAVE, list + 100 * KITH_TOLD_LEN) / 100, "bytes");
	print("unit_wire_want_of_100",
		wire_bytes(talk, KITH_MESSAGE_WANT, list - 1 + 100 * KITH_ID_LEN) / 100, "bytes");
	print("unit_wire_ping", wire_bytes(talk, KITH_MESSAGE_PING, 8), "bytes");
}

/* ---- memory ---------------------------------------------------------------------------------- */

static double in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return (double)info.uordblks + (double)info.hblkhd;
}

static void partners(const struct side *side)
{
	const struct kith_core_config config = {.node = &side->node,
		.group = side->group.public_key,
		.certificate = {side->certificate.data, side->certificate.len},
		.agent = "kith/bench",
		.rng = &side->rng};
	struct kith_core *core = kith_core_new(&config, 0, WALL_MS);
	double before = in_use();
	unsigned count = 200;

	MUST(core);
	for (unsigned i = 0; i < count; i++) {
		struct kith_partner_config partner = {.group = {{(uint8_t)i, 1}}};

		MUST(!kith_core_set_partner(core, &partner, 0));
	}
	print("unit_memory_partner", (in_use() - before) / count, "bytes");
	kith_core_free(core);
}

int main(void)
{
	struct side a, b;
	struct talk talk;
	double before;

	MUST(!kith_keys_init());
	side_init(&a, 1);
	side_init(&b, 2);
	print("unit_verify", best_us(verify, &a, 2000), "us");
	print("unit_audit_hash", best_us(hash_id, &a, 200000), "us");
	partners(&a);
	before = in_use();
	talk_start(&talk, &a, &b);
	talk_establish(&talk);
	print("unit_memory_session", (in_use() - before) / 2, "bytes");
	wire(&talk);
	talk_end(&talk);
	side_clear(&a);
	side_clear(&b);
	return 0;
}
