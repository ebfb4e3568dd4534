/*
 * domain_world.h: records of a few people, in memory, and the view of them that protocol/domain/
 * reads. For tests. Records are written as JSON; included after cmocka.
 *
 * Records are made in one order and arrive in another: `made` holds them all, `here` those that
 * have arrived, in that order.
 */
#ifndef KITH_TESTS_UNIT_DOMAIN_WORLD_H
#define KITH_TESTS_UNIT_DOMAIN_WORLD_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/record_json.h"
#include "protocol/domain/view.h"
#include "tests/unit/seeded.h"

#define PEOPLE 6

struct domain_world {
	struct seeded seeded;
	struct kith_sign_pair people[PEOPLE];
	struct kith_record **made;
	size_t made_count, made_room;
	const struct kith_record **here;
	size_t here_count;
	const char *lang; /* of the next record; NULL: en */
};

static inline void domain_init(struct domain_world *w, uint64_t seed)
{
	*w = (struct domain_world){.seeded = {seed}};
	for (size_t i = 0; i < PEOPLE; i++)
		w->people[i] = seeded_sign_pair(&w->seeded);
}

static inline void domain_clear(struct domain_world *w)
{
	for (size_t i = 0; i < w->made_count; i++)
		kith_record_free(w->made[i]);
	free(w->made);
	free(w->here);
}

/* ---- making -------------------------------------------------------------------------------- */

static inline const struct kith_author *domain_person(const struct domain_world *w, size_t who)
{
	return &w->people[who].public_key;
}

static inline void domain_grow(struct domain_world *w)
{
	if (w->made_count < w->made_room)
		return;
	w->made_room = w->made_room ? 2 * w->made_room : 64;
	w->made = realloc(w->made, w->made_room * sizeof(struct kith_record *));
	w->here = realloc(w->here, w->made_room * sizeof(struct kith_record *));
	assert_true(w->made && w->here);
}

/* "@2" stands for the key of person 2, "#5" for the id of the sixth record. */
static inline void domain_expand(
	const struct domain_world *w, const char *text, char *out, size_t len)
{
	size_t used = 0;

	for (; *text; text++) {
		assert_true(used + 80 < len);
		if (*text == '@') {
			kith_id_format(KITH_ID_AUTHOR,
				domain_person(w, strtoul(++text, NULL, 10))->bytes, out + used);
			used += strlen(out + used);
		} else if (*text == '#') {
			size_t digits = strspn(text + 1, "0123456789");
			size_t i = strtoul(text + 1, NULL, 10);

			kith_hex_format(w->made[i]->id.bytes, KITH_ID_LEN, out + used);
			used += strlen(out + used);
			text += digits;
		} else {
			out[used++] = *text;
		}
	}
	out[used] = '\0';
}

/*
 * Makes a record: what `links` and `body` hold between their brackets, with double quotes written
 * as single ones. It has not arrived. The position in made.
 */
static inline size_t domain_make(struct domain_world *w, size_t who, uint64_t created_ms,
	const char *kind, const char *links, const char *body)
{
	char text[8192], draft[16384];
	struct kith_rng rng = seeded_rng(&w->seeded);
	struct kith_problem problem = {.field = ""};
	struct kith_buf envelope;
	json_t *json;
	int err;

	snprintf(text, sizeof(text), "{'kind': '%s', 'lang': '%s', 'links': [%s], 'body': {%s}}",
		kind, w->lang ? w->lang : "en", links, body);
	domain_expand(w, text, draft, sizeof(draft));
	for (char *c = draft; *c; c++)
		if (*c == '\'')
			*c = '"';
	json = json_loads(draft, 0, NULL);
	assert_non_null(json);
	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	err = kith_record_from_json(
		json, &w->people[who], "en", created_ms, &rng, &envelope, NULL, &problem);
	if (err)
		fail_msg("%s: %s: %s", draft, problem.field, problem.rule);
	domain_grow(w);
	assert_int_equal(
		kith_record_reopen(envelope.data, envelope.len, &w->made[w->made_count]), 0);
	kith_buf_clear(&envelope);
	json_decref(json);
	return w->made_count++;
}

/* Makes a record that is here at once. */
static inline size_t domain_say(struct domain_world *w, size_t who, uint64_t created_ms,
	const char *kind, const char *links, const char *body)
{
	size_t i = domain_make(w, who, created_ms, kind, links, body);

	w->here[w->here_count++] = w->made[i];
	return i;
}

/* Erases the body of a record that is here: the envelope ends before its last field. */
static inline void domain_erase(struct domain_world *w, size_t i)
{
	struct kith_record *erased, *record = w->made[i];
	size_t prefix = 2; /* tag and length */

	for (size_t len = record->body.len; len >= 0x80; len >>= 7)
		prefix++;
	assert_int_equal(kith_record_reopen(record->envelope.data,
				 record->envelope.len - record->body.len - prefix, &erased),
		0);
	assert_false(erased->has_body);
	for (size_t k = 0; k < w->here_count; k++)
		if (w->here[k] == record)
			w->here[k] = erased;
	kith_record_free(record);
	w->made[i] = erased;
}

/* One link in JSON to the record made as i-th. */
struct domain_link {
	char text[200];
};
static inline struct domain_link domain_link(const char *type, size_t target)
{
	struct domain_link link;
	const char *note = strcmp(type, "adapts") == 0 ? ", 'kept': 'k', 'changed': 'c', 'why': 'w'"
			   : strcmp(type, "contradicts") == 0 ? ", 'note': 'n'"
			   : strcmp(type, "translates") == 0  ? ", 'method': 'human'"
							      : "";

	snprintf(link.text, sizeof(link.text), "{'type': '%s', 'target': '#%zu'%s}", type, target,
		note);
	return link;
}
#define LINK(type, target) domain_link(type, target).text

/* ---- what is said often -------------------------------------------------------------------- */

#define T       "'title': 't'"
#define SUPPORT "'position': 'support'"
#define OBJECT  "'position': 'object', 'reason': 'too dear'"
#define ABSTAIN "'position': 'abstain'"
#define BLOCK   "'position': 'block', 'reason': 'unlawful'"

#define SAME(a, b) assert_memory_equal((a)->bytes, (b)->bytes, KITH_ID_LEN)

static inline size_t take_stance(
	struct domain_world *w, size_t who, uint64_t when, size_t about, const char *position)
{
	return domain_say(w, who, when, "stance", LINK("about", about), position);
}

static inline size_t co_sign(struct domain_world *w, size_t who, uint64_t when, size_t what)
{
	return domain_say(w, who, when, "stance", LINK("co-signs", what), SUPPORT);
}

/* ---- the view ------------------------------------------------------------------------------ */

static inline int domain_get(
	void *ctx, const struct kith_record_id *id, kith_view_visit *visit, void *visit_ctx)
{
	const struct domain_world *w = ctx;

	for (size_t i = 0; i < w->here_count; i++)
		if (memcmp(w->here[i]->id.bytes, id->bytes, KITH_ID_LEN) == 0)
			return visit(visit_ctx, w->here[i]);
	return KITH_E_NOT_FOUND;
}

static inline bool domain_links(
	const struct kith_record *record, const struct kith_record_id *target, uint32_t type)
{
	for (size_t i = 0; i < record->link_count; i++)
		if (record->links[i].type == type &&
			memcmp(record->links[i].target.bytes, target->bytes, KITH_ID_LEN) == 0)
			return true;
	return false;
}

static inline int domain_linked(void *ctx, const struct kith_record_id *target, uint32_t type,
	kith_view_visit *visit, void *visit_ctx)
{
	const struct domain_world *w = ctx;
	int err = 0;

	for (size_t i = 0; !err && i < w->here_count; i++)
		if (domain_links(w->here[i], target, type))
			err = visit(visit_ctx, w->here[i]);
	return err;
}

static inline struct kith_view domain_view(struct domain_world *w)
{
	return (struct kith_view){.ctx = w, .get = domain_get, .linked = domain_linked};
}

/* ---- one world for each test ----------------------------------------------------------------- */

static inline int domain_set_up(void **state)
{
	struct domain_world *w = malloc(sizeof(*w));

	assert_non_null(w);
	domain_init(w, 42);
	*state = w;
	return 0;
}

static inline int domain_tear_down(void **state)
{
	domain_clear(*state);
	free(*state);
	return 0;
}
#define DOMAIN_TEST(test) cmocka_unit_test_setup_teardown(test, domain_set_up, domain_tear_down)

#endif
