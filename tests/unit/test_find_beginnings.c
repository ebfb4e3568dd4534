/* Words of which only the beginning is asked: records are asked one by one while many have such a
 * word, and the index where few have. Nobody can tell from the answer which of the two it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/stored.h"

#define RECORDS  2600 /* more than are asked one by one */
#define EVERY    97   /* one in so many has a rare word */
#define START_MS 1000000

struct answer {
	size_t count;
	uint64_t created_ms[RECORDS];
	double rank[RECORDS];
	struct kith_item last;
};

static const char *const ends[] = {"", " third", " seldomly", " third seldomly"};

static int set_up(void **state)
{
	struct stored *s = calloc(1, sizeof(*s));
	struct seeded seeded = {.state = 5};
	struct kith_sign_pair author = seeded_sign_pair(&seeded);
	struct kith_batch *batch = kith_batch_new(RECORDS);
	char title[64], text[64];

	stored_make(s);
	stored_open(s);
	for (size_t i = 0; i < RECORDS; i++) {
		struct saying saying = {.created_ms = START_MS + i, .title = title, .text = text};

		snprintf(title, sizeof(title), "Often%zu %s", i, i % EVERY ? "" : "Seldom");
		snprintf(text, sizeof(text), "%s oftener%s", i < 2 ? "ancient" : "new",
			ends[(i % 3 == 0) + 2 * (i % EVERY == 0)]);
		stored_add(batch, stored_record(&saying, &author, &seeded));
	}
	stored_must(stored_write(s, batch) == 0, "storing");
	kith_batch_free(batch);
	stored_wait_indexed(s);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	stored_remove(*state);
	free(*state);
	return 0;
}

static int take(void *ctx, const struct kith_row *row)
{
	struct answer *answer = ctx;

	assert_true(answer->count < RECORDS);
	answer->last = kith_record_item(row->record);
	answer->rank[answer->count] = row->rank;
	answer->created_ms[answer->count++] = row->record->created_ms;
	return 0;
}

static void ask_as(struct stored *s, struct kith_find find, struct answer *answer)
{
	struct kith_reader *reader = stored_reader(s);
	bool more = true;

	answer->count = 0;
	while (more) {
		size_t before = answer->count;

		assert_int_equal(kith_query_find(reader, &find, take, answer, &more), 0);
		assert_true(answer->count - before == find.limit || !more);
		find.after = answer->last;
		find.has_after = true;
	}
	kith_store_reader_give(s->store, reader);
}

static void ask(struct stored *s, const char *words, size_t limit, struct answer *answer)
{
	ask_as(s, (struct kith_find){.words = words, .limit = limit}, answer);
}

static void assert_answer(const struct answer *answer, size_t step, size_t count, double rank)
{
	assert_int_equal(answer->count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(answer->created_ms[i], START_MS + (count - 1 - i) * step);
		assert_true(answer->rank[i] == rank);
	}
}

static void rare_beginnings_are_all_found(void **state)
{
	static struct answer answer;
	size_t count = (RECORDS + EVERY - 1) / EVERY;

	for (size_t limit = 1; limit <= 31; limit += 5) {
		ask(*state, "sel*", limit, &answer);
		assert_answer(&answer, EVERY, count, -9); /* 8 for the title, 1 for the text */
		ask(*state, "new seldom*", limit, &answer);
		assert_int_equal(answer.count, count - 1); /* the first one is ancient */
		assert_true(answer.rank[0] == -10);
	}
}

static void common_beginnings_are_all_found(void **state)
{
	static struct answer answer;

	for (size_t limit = 20; limit <= 1000; limit *= 7) {
		ask(*state, "often*", limit, &answer);
		assert_answer(&answer, 1, RECORDS, -9);
		ask(*state, "oftener*", limit, &answer);
		assert_answer(&answer, 1, RECORDS, -1);
		ask(*state, "thi*", limit, &answer);
		assert_answer(&answer, 3, (RECORDS + 2) / 3, -1);
	}
}

static void oldest_first_turns_them_round(void **state)
{
	static const struct {
		const char *words;
		size_t step;
	} questions[] = {{"sel*", EVERY}, {"thi*", 3}, {"often*", 1}};
	static struct answer answer;

	for (size_t i = 0; i < 3; i++) {
		size_t step = questions[i].step;

		ask_as(*state,
			(struct kith_find){
				.words = questions[i].words, .limit = 950, .oldest_first = true},
			&answer);
		assert_int_equal(answer.count, (RECORDS + step - 1) / step);
		for (size_t k = 0; k < answer.count; k++)
			assert_int_equal(answer.created_ms[k], START_MS + k * step);
	}
}

static void what_no_record_has_is_not_found(void **state)
{
	static struct answer answer;

	ask(*state, "nev*", 20, &answer);
	assert_int_equal(answer.count, 0);
	ask(*state, "seldom ancient oft*", 20, &answer);
	assert_answer(&answer, EVERY, 1, -18); /* 8 and 1, and 8 and 1 for the beginning */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rare_beginnings_are_all_found),
		cmocka_unit_test(common_beginnings_are_all_found),
		cmocka_unit_test(oldest_first_turns_them_round),
		cmocka_unit_test(what_no_record_has_is_not_found),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
