/*
 * record_sample.h: drafts of records with everything in them, made of seeded randomness. For tests.
 */
#ifndef KITH_TESTS_UNIT_RECORD_SAMPLE_H
#define KITH_TESTS_UNIT_RECORD_SAMPLE_H

#include "protocol/record.h"
#include "protocol/wire.h"
#include "tests/unit/seeded.h"

/* A draft and all that it points to. */
struct sample {
	struct kith_sign_pair pair;
	struct kith_author group;
	struct kith_record_id delegation;
	struct kith_link links[KITH_LINKS_MAX];
	uint8_t body[KITH_RECORD_MAX_BYTES];
	struct kith_record_draft draft;
};

static inline void sample_links(struct sample *s, struct seeded *seeded, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		s->links[i].type = 1 + (uint32_t)seeded_below(seeded, 20);
		seeded_fill(seeded, s->links[i].target.bytes, KITH_ID_LEN);
	}
	s->draft.links = s->links;
	s->draft.link_count = count;
}

static inline void sample_init(struct sample *s, struct seeded *seeded)
{
	static const char *const langs[] = {"pl", "el", "nl-BE", "zh-Hant-TW", "x-whatever"};
	static const uint32_t kinds[] = {1, 3, 63, 64, 65, 127, 5000, KITH_WIRE_NUMBER_MAX};

	*s = (struct sample){.pair = seeded_sign_pair(seeded)};
	seeded_fill(seeded, &s->group, sizeof(s->group));
	seeded_fill(seeded, &s->delegation, sizeof(s->delegation));
	s->draft = (struct kith_record_draft){
		.circle = kith_circle_commons(),
		.on_behalf_of = seeded_below(seeded, 2) ? &s->group : NULL,
		.delegation = seeded_below(seeded, 2) ? &s->delegation : NULL,
		.kind = kinds[seeded_below(seeded, sizeof(kinds) / sizeof(kinds[0]))],
		.created_ms = seeded_next(seeded) >> (11 + seeded_below(seeded, 53)),
		.lang = langs[seeded_below(seeded, 5)],
		.body = {s->body, 1 + seeded_below(seeded, 600)},
	};
	sample_links(s, seeded, seeded_below(seeded, 8));
	seeded_fill(seeded, s->body, s->draft.body.len);
}

static inline struct kith_buf sample_sign(const struct sample *s, struct kith_record_id *id)
{
	struct kith_buf out;

	kith_buf_init(&out, KITH_RECORD_MAX_BYTES);
	assert_int_equal(kith_record_sign(&s->draft, &s->pair, &out, id, NULL), 0);
	return out;
}

/* Signs after something that was there before, and sees that a failure leaves that alone. */
static inline int sample_try(const struct sample *s, struct kith_problem *problem)
{
	struct kith_buf out;
	int err;

	kith_buf_init(&out, 2 * KITH_RECORD_MAX_BYTES);
	kith_write(&out, "before", 6);
	err = kith_record_sign(&s->draft, &s->pair, &out, NULL, problem);
	if (err)
		assert_int_equal(out.len, 6); /* a failure leaves what was there */
	kith_buf_clear(&out);
	return err;
}

#endif
