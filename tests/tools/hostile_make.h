/*
 * hostile_make.h: records as hostile.c wants them: of any author, time and circle.
 */
#ifndef KITH_TESTS_TOOLS_HOSTILE_MAKE_H
#define KITH_TESTS_TOOLS_HOSTILE_MAKE_H

#include "protocol/body.h"
#include "protocol/record.h"
#include "tests/plain.h"
#include "tests/tools/hostile_talk.h"

/* Appends "length u32 | envelope" of a sound record. */
static void add_record(struct kith_buf *out, const struct kith_sign_pair *author,
	const struct kith_circle *circle, uint64_t created_ms)
{
	struct kith_record_draft draft = {
		.circle = *circle, .kind = 127, .created_ms = created_ms, .lang = "en"};
	struct kith_buf packed, envelope;

	kith_buf_init(&packed, KITH_RECORD_MAX_BYTES);
	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	MUST(plain_body("What nobody asked for", (struct kith_bytes){0}, &chance, &packed) == 0);
	draft.body = (struct kith_bytes){packed.data, packed.len};
	MUST(kith_record_sign(&draft, author, &envelope, NULL, NULL) == 0);
	kith_write_u32(out, (uint32_t)envelope.len);
	kith_write(out, envelope.data, envelope.len);
	MUST(kith_buf_err(out) == 0);
	kith_buf_clear(&packed);
	kith_buf_clear(&envelope);
}

static void add_common_record(
	struct kith_buf *out, const struct kith_sign_pair *author, uint64_t created_ms)
{
	const struct kith_circle commons = kith_circle_commons();

	add_record(out, author, &commons, created_ms);
}

/* Somebody who does not exist; another one each time. */
static struct kith_sign_pair make_up_author(void)
{
	uint8_t seed[KITH_SEED_LEN];
	struct kith_sign_pair pair;

	randombytes_buf(seed, sizeof(seed));
	kith_sign_pair_from_seed(seed, &pair);
	return pair;
}

static void add_chance(struct kith_buf *out, size_t len)
{
	uint8_t *at = kith_write_reserve(out, len);

	MUST(at);
	randombytes_buf(at, len);
}

#endif
