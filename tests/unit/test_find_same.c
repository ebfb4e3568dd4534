/* The search where words are called differently: tags, words and terms of several words, page by
 * page; and records by any of many authors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "node/store/fold.h"
#include "protocol/limits.h"
#include "tests/stored.h"

struct world {
	struct stored s;
	struct seeded seeded;
	struct kith_sign_pair author, other;
};

/* Terms that mean the same, folded, with dots. */
static const char *const terms[][4] = {
	{"pharmacy", "pharmacie", "farmacie", "Φαρμακείο"},
	{"zero waste", "nul afval", "zero.waste", NULL},
	{"bank", "bank", "ba\"nk*", "social bank"}, /* not to be fooled by */
};

static bool is_label(const char *label, const char *folded)
{
	struct kith_buf buf;
	bool is;

	kith_buf_init(&buf, 4096);
	kith_fold(label, strlen(label), '.', &buf);
	is = buf.len == strlen(folded) && memcmp(buf.data, folded, buf.len) == 0;
	kith_buf_clear(&buf);
	return is;
}

static void each_same(void *ctx, const char *folded,
	void (*visit)(void *visit_ctx, const char *label), void *visit_ctx)
{
	(void)ctx;
	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++)
		for (size_t j = 0; j < 4 && terms[i][j]; j++)
			if (is_label(terms[i][j], folded))
				for (size_t k = 0; k < 4 && terms[i][k]; k++)
					visit(visit_ctx, terms[i][k]);
}

static const struct kith_same same = {each_same, NULL};

static void put(struct world *w, const char *title, const char *tag, uint64_t created_ms,
	const struct kith_sign_pair *author)
{
	struct saying saying = {
		.title = title, .tags = {tag}, .lang = "en", .created_ms = created_ms};

	stored_put(&w->s, stored_record(&saying, author, &w->seeded));
}

static int set_up(void **state)
{
	static struct world w;

	w.seeded = (struct seeded){.state = 7};
	w.author = seeded_sign_pair(&w.seeded);
	w.other = seeded_sign_pair(&w.seeded);
	stored_make(&w.s);
	stored_open(&w.s);
	put(&w, "A pharmacie of the people", "Pharmacie", 1000, &w.author);
	put(&w, "Een farmacie", "farmacie", 2000, &w.author);
	put(&w, "Ένα φαρμακειο", "φαρμακείο", 3000, &w.other);
	put(&w, "A pharmacist", "pharmacist", 4000, &w.other);
	put(&w, "Nul kilo afval", "nul-afval", 5000, &w.author);
	put(&w, "Zero and no waste", "zero waste", 6000, &w.author);
	put(&w, "Zero", "rest", 7000, &w.author);
	put(&w, "A bank", "bank", 8000, &w.author);
	stored_wait_indexed(&w.s);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	stored_close(&w->s);
	stored_remove(&w->s);
	return 0;
}

struct answer {
	char times[64]; /* "3 2 1": seconds of creation, in order */
	struct kith_item last;
	double rank;
};

static int take(void *ctx, const struct kith_row *row)
{
	struct answer *answer = ctx;
	size_t len = strlen(answer->times);

	snprintf(answer->times + len, sizeof(answer->times) - len, "%s%u", len ? " " : "",
		(unsigned)(row->record->created_ms / 1000));
	answer->last = kith_record_item(row->record);
	answer->rank = row->rank;
	return 0;
}

/* Page by page, a row each. */
static void assert_finds(struct world *w, struct kith_find find, const char *times)
{
	struct kith_reader *reader = stored_reader(&w->s);
	struct answer answer = {.times = ""};
	bool more = true;

	find.limit = 1;
	while (more) {
		assert_int_equal(kith_query_find(reader, &find, take, &answer, &more), 0);
		find.has_after = true;
		find.after = answer.last;
	}
	kith_store_reader_give(w->s.store, reader);
	assert_string_equal(answer.times, times);
}

static void words_find_what_is_called_the_same(void **state)
{
	struct world *w = *state;

	assert_finds(w, (struct kith_find){.words = "pharmacie", .same = &same}, "3 2 1");
	assert_finds(w, (struct kith_find){.words = "FARMACIE", .same = &same}, "3 2 1");
	assert_finds(w, (struct kith_find){.words = "φαρμακείο een", .same = &same}, "2");
	assert_finds(w, (struct kith_find){.words = "pharmacie"}, "1");
	assert_finds(w, (struct kith_find){.words = "farmacie"}, "2");
	assert_finds(w, (struct kith_find){.words = "Farmacie peop*", .same = &same}, "1");
	assert_finds(w,
		(struct kith_find){.words = "pharmacy", .same = &same, .oldest_first = true},
		"1 2 3");
}

static void terms_of_two_words_are_found_together(void **state)
{
	struct world *w = *state;

	assert_finds(w, (struct kith_find){.words = "zero waste", .same = &same}, "6 5");
	assert_finds(w, (struct kith_find){.words = "nul afval", .same = &same}, "6 5");
	assert_finds(w, (struct kith_find){.words = "zero waste"}, "6");
	assert_finds(w, (struct kith_find){.words = "zero", .same = &same}, "7 6");
	assert_finds(w, (struct kith_find){.words = "a bank", .same = &same}, "8");
}

static void tags_find_what_is_called_the_same(void **state)
{
	struct world *w = *state;

	assert_finds(w, (struct kith_find){.tag = "pharmacy", .same = &same}, "3 2 1");
	assert_finds(w, (struct kith_find){.tag = "farmacie", .same = &same}, "3 2 1");
	assert_finds(w, (struct kith_find){.tag = "farmacie"}, "2");
	assert_finds(
		w, (struct kith_find){.tag = "farmacie", .same = &same, .exact_tag = true}, "2");
	assert_finds(w, (struct kith_find){.tag = "Zero-Waste", .same = &same}, "6 5");
	assert_finds(
		w, (struct kith_find){.tag = "pharmacy", .words = "people", .same = &same}, "1");
}

static double rank_of(struct world *w, const char *words, const struct kith_same *called)
{
	const struct kith_find find = {.words = words, .same = called, .limit = 1};
	struct kith_reader *reader = stored_reader(&w->s);
	struct answer answer = {.times = ""};
	bool more;

	assert_int_equal(kith_query_find(reader, &find, take, &answer, &more), 0);
	kith_store_reader_give(w->s.store, reader);
	return answer.rank;
}

static void a_name_given_twice_weighs_once(void **state)
{
	assert_true(rank_of(*state, "bank", &same) == rank_of(*state, "bank", NULL));
	assert_true(rank_of(*state, "bank", NULL) < 0);
}

static void any_of_many_authors(void **state)
{
	struct world *w = *state;
	struct kith_author authors[KITH_PARTNERS_MAX];
	struct kith_find find = {.authors = authors, .author_count = KITH_PARTNERS_MAX};

	for (size_t i = 0; i < KITH_PARTNERS_MAX; i++)
		authors[i] = seeded_sign_pair(&w->seeded).public_key;
	assert_finds(w, find, "");
	authors[KITH_PARTNERS_MAX / 2] = w->other.public_key;
	assert_finds(w, find, "4 3");
	authors[0] = w->author.public_key;
	find.words = "farmacie";
	find.same = &same;
	assert_finds(w, find, "3 2 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_find_what_is_called_the_same),
		cmocka_unit_test(terms_of_two_words_are_found_together),
		cmocka_unit_test(tags_find_what_is_called_the_same),
		cmocka_unit_test(a_name_given_twice_weighs_once),
		cmocka_unit_test(any_of_many_authors),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
