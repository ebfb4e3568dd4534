/* Questions that search refuses, or answers as far as they mean anything, whatever is in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/store_world.h"

#define RECORDS 20

static int set_up_records(void **state)
{
	struct kith_batch *batch = kith_batch_new(RECORDS);
	struct world *w;
	char title[32];

	set_up(state);
	w = *state;
	for (size_t i = 0; i < RECORDS; i++) {
		struct saying saying = {.created_ms = 1000000 + i, .title = title};

		snprintf(title, sizeof(title), "Garden %zu", i);
		stored_add(batch, stored_record(&saying, &w->author, &w->seeded));
	}
	stored_must(stored_write(&w->s, batch) == 0, "storing");
	kith_batch_free(batch);
	stored_wait_indexed(&w->s);
	return 0;
}

static int count(void *ctx, const struct kith_row *row)
{
	(void)row;
	++*(size_t *)ctx;
	return 0;
}

static int find_err(struct kith_reader *reader, struct kith_find find)
{
	size_t found = 0;
	bool more;

	return kith_query_find(reader, &find, count, &found, &more);
}

static size_t count_words(struct kith_reader *reader, const char *text)
{
	struct kith_find find = {.words = text, .limit = 1000};
	size_t found = 0;
	bool more;

	assert_int_equal(kith_query_find(reader, &find, count, &found, &more), 0);
	return found;
}

static void words_are_never_sql(void **state)
{
	static const char *const nasty[] = {"\"", "'", "\"\"\"", "a\"b", "title:x", "NEAR(a b)",
		"-garden", "^garden", "{title} : x", "garden AND", "OR OR", "(((",
		"x'); DROP TABLE", "col : \"", "a + b", "garden\xff\xfe", "*a", "\x01 b", "=k66",
		"\"=k66\"", "garden *"};
	struct world *w = *state;
	struct kith_reader *reader = stored_reader(&w->s);

	for (size_t i = 0; i < sizeof(nasty) / sizeof(nasty[0]); i++) {
		int err = find_err(reader, (struct kith_find){.words = nasty[i], .limit = 10});

		assert_true(err == 0 || err == KITH_E_RULE);
	}
	assert_int_equal(count_words(reader, "=k66"), 0); /* facets are no words */
	assert_int_equal(count_words(reader, "garden"), RECORDS);
	assert_int_equal(count_words(reader, "garden *"), count_words(reader, "gard* "));
	kith_store_reader_give(w->s.store, reader);
}

static void random_bytes_are_no_sql_either(void **state)
{
	struct world *w = *state;
	struct kith_reader *reader = stored_reader(&w->s);
	char text[64];

	for (int round = 0; round < 2000; round++) {
		static const char alphabet[] = "\"'*()^:+-{}ab \\%_=.\xc5\x82\xff";
		size_t len = seeded_below(&w->seeded, sizeof(text) - 1);
		struct kith_find find = {.limit = 3};
		int err;

		for (size_t i = 0; i < len; i++)
			text[i] = alphabet[seeded_below(&w->seeded, sizeof(alphabet) - 1)];
		text[len] = '\0';
		if (round % 4 == 0)
			find.words = text;
		else if (round % 4 == 1)
			find.tag = text;
		else if (round % 4 == 2)
			find.place = text;
		else
			find.lang = text;
		err = find_err(reader, find);
		assert_true(err == 0 || err == KITH_E_RULE);
	}
	kith_store_reader_give(w->s.store, reader);
}

static void what_says_nothing_is_against_the_rule(void **state)
{
	struct world *w = *state;
	struct kith_reader *reader = stored_reader(&w->s);
	const struct kith_where unknown = {"outcome", "failed"}; /* of which kind? */
	char many[400] = "";

	for (int i = 0; i < 33; i++)
		strcat(many, "word ");
	assert_int_equal(
		find_err(reader, (struct kith_find){.words = "?!", .limit = 1}), KITH_E_RULE);
	assert_int_equal(
		find_err(reader, (struct kith_find){.words = "", .limit = 1}), KITH_E_RULE);
	assert_int_equal(find_err(reader, (struct kith_find){.tag = "-", .limit = 1}), KITH_E_RULE);
	assert_int_equal(
		find_err(reader, (struct kith_find){.place = " ", .limit = 1}), KITH_E_RULE);
	assert_int_equal(
		find_err(reader, (struct kith_find){.words = "ab*", .limit = 1}), KITH_E_RULE);
	assert_int_equal(
		find_err(reader, (struct kith_find){.words = many, .limit = 1}), KITH_E_RULE);
	assert_int_equal(
		find_err(reader,
			(struct kith_find){.where = &unknown, .where_count = 1, .limit = 1}),
		KITH_E_RULE);
	assert_int_equal(find_err(reader, (struct kith_find){.limit = 0}), KITH_E_ARGUMENT);
	assert_int_equal(find_err(reader, (struct kith_find){.limit = 1001}), KITH_E_ARGUMENT);
	many[32 * 5] = '\0';
	assert_int_equal(find_err(reader, (struct kith_find){.words = many, .limit = 1}), 0);
	kith_store_reader_give(w->s.store, reader);
}

static int stop_at_second(void *ctx, const struct kith_row *row)
{
	int *left = ctx;

	(void)row;
	return --*left == 0 ? -4711 : 0;
}

static void a_visitor_can_stop_the_walk(void **state)
{
	struct world *w = *state;
	struct kith_reader *reader = stored_reader(&w->s);
	struct kith_find find = {.limit = 10};
	int left = 2;
	bool more;

	assert_int_equal(kith_query_find(reader, &find, stop_at_second, &left, &more), -4711);
	assert_int_equal(left, 0);
	kith_store_reader_give(w->s.store, reader);
}

/* More than one question at a time on one reader, but not the same. */
static int ask_again(void *ctx, const struct kith_row *row)
{
	struct kith_find find = {.limit = 1};
	bool more;

	(void)row;
	return kith_query_find(ctx, &find, ask_again, ctx, &more);
}

static void the_same_question_within_itself_is_refused(void **state)
{
	struct world *w = *state;
	struct kith_reader *reader = stored_reader(&w->s);
	struct kith_find find = {.limit = 1};
	bool more;

	assert_int_equal(kith_query_find(reader, &find, ask_again, reader, &more), KITH_E_STATE);
	assert_int_equal(find_err(reader, find), 0);
	kith_store_reader_give(w->s.store, reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_never_sql),
		cmocka_unit_test(random_bytes_are_no_sql_either),
		cmocka_unit_test(what_says_nothing_is_against_the_rule),
		cmocka_unit_test(a_visitor_can_stop_the_walk),
		cmocka_unit_test(the_same_question_within_itself_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up_records, tear_down);
}
