/*
 * Any bytes as a body: the first byte chooses the kind, the circle and how many links there are,
 * the rest is the body. What is unpacked costs what was promised and can be walked, searched and
 * packed again; what is refused or declined says why.
 */
#include <stdlib.h>
#include <string.h>

#include "protocol/body.h"
#include "protocol/limits.h"
#include "protocol/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* By bits 0, 1, 5 and 6 of the first byte. */
static const uint32_t kinds[16] = {
	64, 65, 66, 127, 67, 68, 69, 70, 71, 72, 73, 74, 75, 21, 22, 127};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void count_text(void *ctx, const char *text)
{
	*(size_t *)ctx += strlen(text);
}

static void no_randomness(void *ctx, void *out, size_t len)
{
	(void)ctx;
	memset(out, 0, len);
}

/* Packed again, it is taken again, and has grown no longer than its bytes were. */
static void pack_again(const struct kith_body *body, size_t len)
{
	const struct kith_rng rng = {no_randomness, NULL};
	Kith__Body copy = *body->body;
	struct kith_body again;
	struct kith_buf out;

	kith_buf_init(&out, KITH_RECORD_MAX_BYTES);
	require(kith_body_encode(&copy, &rng, &out) == 0);
	require(out.len <= len);
	require(kith_body_decode((struct kith_bytes){out.data, out.len}, body->kind.number, &again,
			NULL) == 0);
	kith_body_clear(&again);
	kith_buf_clear(&out);
}

static void look_at(const struct kith_body *body, const struct kith_header_facts *facts, size_t len)
{
	struct kith_problem problem = {{0}, {0}};
	size_t text_len = 0;
	int err = kith_body_check(body, facts, &problem);

	require(err == 0 || err == KITH_E_NOMEM ||
		(err == KITH_E_RULE && problem.field[0] && problem.rule[0]));
	kith_body_each_text(body, count_text, &text_len);
	require(text_len <= len);
	pack_again(body, len);
}

static void check_price(struct kith_bytes packed)
{
	struct kith_unpack_room room;

	if (kith_unpack_scan(&kith__body__descriptor, packed, &room, NULL) == 0)
		require(room.structs + room.bytes <=
			KITH_PROTO_EXPANSION * packed.len + KITH_PROTO_BASE_BYTES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct kith_link links[] = {{.type = 2}, {.type = 13}, {.type = 900}};
	struct kith_problem problem = {{0}, {0}};
	struct kith_header_facts facts = {.links = links};
	struct kith_bytes packed;
	struct kith_body body;
	int err;

	if (len == 0)
		return 0;
	facts.in_commons = data[0] & 4;
	facts.link_count = data[0] >> 3 & 3;
	packed = (struct kith_bytes){data + 1, len - 1};
	check_price(packed);
	err = kith_body_decode(packed, kinds[(data[0] & 3) | (data[0] >> 3 & 12)], &body, &problem);
	if (err)
		require(err == KITH_E_NOMEM ||
			((err == KITH_E_MALFORMED || err == KITH_E_TOO_LARGE) && problem.field[0] &&
				problem.rule[0]));
	else
		look_at(&body, &facts, packed.len);
	kith_body_clear(&body);
	return 0;
}
