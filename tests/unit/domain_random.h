/*
 * domain_random.h: small worlds of records that link to each other at random, mostly to what they
 * should and sometimes to what they should not. For tests; included after cmocka.
 *
 * People are few and times are fewer, so that revisions are concurrent, stances change, and ids
 * decide between records of the same millisecond. What is never let arrive dangles.
 */
#ifndef KITH_TESTS_UNIT_DOMAIN_RANDOM_H
#define KITH_TESTS_UNIT_DOMAIN_RANDOM_H

#include "tests/unit/domain_world.h"

struct domain_shape {
	const char *kind;
	const char *type; /* of its link, which leads … */
	const char *to;   /* … most often to this kind; NULL: to its own */
	const char *body;
	const char *lang;
};

#define PARTIES                                                                                    \
	"'title': 'p', 'parties': ['@0', '@1', '@2'], 'clauses': [{'who': 'w', 'what': 'w'}]"
#define CODED "'criteria': [{'codes': 1, 'dimension': 'https://example.org/d'}]"

static const struct domain_shape domain_shapes[] = {
	{"profile", NULL, NULL, "'title': 't', 'type': 'person'", NULL},
	{"practice", NULL, NULL, "'title': 't', 'lessons': 'l', 'voice': 'we'", NULL},
	{"practice", "revises", NULL, "'title': 't', 'lessons': 'new'", NULL},
	{"practice", "revises", NULL, "'title': 't', 'lessons': 'newer'", NULL},
	{"practice", "adapts", NULL, "'title': 't'", NULL},
	{"practice", "translates", NULL, "'title': 't'", "nl"},
	{"practice", "translates", NULL, "'title': 't', 'lessons': 'l'", "pl"},
	{"ask", NULL, NULL, "'title': 't', 'type': 'question', 'addressed_to': ['@1', '@2']", NULL},
	{"ask", "revises", NULL, "'title': 't', 'type': 'question'", NULL},
	{"statement", "answers", "ask", "'intent': 'comment', 'text': 't', 'voice': 'we'", NULL},
	{"statement", "answers", "ask", "'intent': 'decision', 'text': 't'", NULL},
	{"exchange", NULL, NULL, "'title': 't', 'direction': 'need', 'what': 'w'", NULL},
	{"exchange", "answers", NULL, "'title': 't', 'direction': 'offer', 'what': 'w'", NULL},
	{"exchange", "answers", NULL, "'title': 't', 'direction': 'potential', 'what': 'w'", NULL},
	{"stance", "about", "statement", "'position': 'support'", NULL},
	{"stance", "about", "exchange", "'position': 'support'", NULL},
	{"stance", "about", "exchange", "'position': 'abstain'", NULL},
	{"stance", "about", "practice", "'position': 'support', 'reason': 'yes'", NULL},
	{"stance", "about", "practice", "'position': 'object', 'reason': 'no'", NULL},
	{"stance", "about", "statement", "'position': 'block', 'reason': 'never'", NULL},
	{"stance", "co-signs", "pact", "'position': 'support'", NULL},
	{"stance", "co-signs", "pact", "'position': 'support'", NULL},
	{"stance", "co-signs", "practice", "'position': 'support'", NULL},
	{"stance", "answers", "introduction", "'position': 'support'", NULL},
	{"stance", "answers", "introduction", "'position': 'support'", NULL},
	{"stance", "answers", "introduction", "'position': 'abstain'", NULL},
	{"pact", NULL, NULL, PARTIES ", 'rule': 'all'", NULL},
	{"pact", NULL, NULL, PARTIES ", 'rule': 'quorum', 'quorum': 2", NULL},
	{"evaluation", "evaluates", "practice",
		"'title': 't', 'criteria': [{'polarity': 'well', 'text': 'green'}]", NULL},
	{"evaluation", "evaluates", NULL, "'title': 't', " CODED, NULL},
	{"introduction", NULL, NULL, "'a': '@0', 'b': '@1', 'why': 'w'", NULL},
	{"introduction", "introduces", "profile", "'a': '@0', 'b': '@1', 'why': 'w'", NULL},
};
#define DOMAIN_SHAPES (sizeof(domain_shapes) / sizeof(domain_shapes[0]))

/* A record made before, of that kind if one is found soon. */
static inline size_t domain_pick(struct domain_world *w, const char *kind)
{
	struct kith_kind wanted;
	size_t i = seeded_below(&w->seeded, w->made_count);
	bool any = seeded_below(&w->seeded, 8) == 0;

	assert_true(kith_kind_by_name(kind, &wanted));
	for (size_t tries = 0; !any && w->made[i]->kind != wanted.number && tries < 30; tries++)
		i = seeded_below(&w->seeded, w->made_count);
	return i;
}

/* Whoever wrote the target is who may revise it; 0 and 1 are who is introduced, and not who
 * introduces. */
static inline size_t domain_author(
	struct domain_world *w, const struct domain_shape *shape, size_t target)
{
	size_t who = seeded_below(&w->seeded, PEOPLE);

	if (strcmp(shape->kind, "introduction") == 0)
		return 2 + who / 2;
	if (!shape->type || seeded_below(&w->seeded, 4) == 0)
		return who;
	if (shape->to && strcmp(shape->to, "introduction") == 0)
		return who / 3;
	if (strcmp(shape->type, "revises") == 0)
		for (who = 0; who < PEOPLE - 1; who++)
			if (memcmp(domain_person(w, who), &w->made[target]->author, KITH_ID_LEN) ==
				0)
				break;
	return who;
}

static inline void domain_make_any(struct domain_world *w)
{
	const struct domain_shape *shape = &domain_shapes[seeded_below(&w->seeded, DOMAIN_SHAPES)];
	size_t target = 0;

	if (shape->type && w->made_count == 0) /* nothing to link to yet */
		shape = &domain_shapes[0];
	if (shape->type)
		target = domain_pick(w, shape->to ? shape->to : shape->kind);
	w->lang = shape->lang;
	domain_make(w, domain_author(w, shape, target), 1000 + seeded_below(&w->seeded, 12),
		shape->kind, shape->type ? LINK(shape->type, target) : "", shape->body);
}

static inline void domain_make_world(struct domain_world *w, uint64_t seed, size_t count)
{
	domain_init(w, seed);
	for (size_t i = 0; i < count; i++)
		domain_make_any(w);
}

/* Lets all but the first `missing` of the shuffled records arrive, in a new order. What is
 * missing is the same each time. */
static inline void domain_arrive(struct domain_world *w, struct seeded *seeded, size_t missing)
{
	w->here_count = 0;
	for (size_t i = 0; i < w->made_count; i++)
		if (i % 8 != 3 || i / 8 >= missing)
			w->here[w->here_count++] = w->made[i];
	for (size_t i = w->here_count; i > 1; i--) {
		size_t j = seeded_below(seeded, i);
		const struct kith_record *record = w->here[i - 1];

		w->here[i - 1] = w->here[j];
		w->here[j] = record;
	}
}

/* The derived state of every record made, in the order in which they were made. */
static inline void domain_put_all(const struct kith_view *view, const struct domain_world *w,
	void (*put)(const struct kith_view *, const struct kith_record *, struct kith_buf *),
	struct kith_buf *out)
{
	for (size_t i = 0; i < w->made_count; i++)
		put(view, w->made[i], out);
	assert_int_equal(kith_buf_err(out), 0);
}

#endif
