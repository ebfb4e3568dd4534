/* The search against a naive one: random records, random questions, page by page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "node/store/entries.h"
#include "tests/stored.h"

#define RECORDS 600
#define AUTHORS 3

/* As written, and as anybody may type it. */
static const struct {
	const char *written, *typed;
} vocabulary[] = {
	{"Łódź", "lodz"},
	{"Straße", "STRASSE"},
	{"garden", "Garden"},
	{"gardening", "gardening"},
	{"Garten", "garten"},
	{"logement", "LOGEMENT"},
	{"Ædelsten", "aedelsten"},
	{"coopérative", "cooperative"},
	{"kooperacja", "kooperacja"},
	{"Καβάλα", "καβαλα"},
	{"zażółć", "zazolc"},
	{"NOT", "not"},
	{"near", "NEAR"},
	{"and", "AND"},
};
#define WORDS (sizeof(vocabulary) / sizeof(vocabulary[0]))

static const char *const tags[][2] = {
	{"zero waste", "Zero-Waste"}, {"wspólnota", "wspolnota"}, {"housing", "HOUSING"}};
static const char *const countries[] = {"PL", "GR", "RO"};
static const char *const places[][2] = {
	{"Baia Mare", "baia"}, {"Gdańsk", "gdansk"}, {"Gdynia", "Gdyn"}, {"Kraków", "krakow"}};
static const char *const levels[] = {NULL, "innovation", "network", "context"};
static const char *const statuses[] = {NULL, "in-planning", "active", "on_hold"};
static const char *const langs[][2] = {{"nl", "nl"}, {"nl-BE", "nl-be"}, {"pl", "PL"}};

/* What is known of a record without looking into it. */
struct fact {
	struct kith_record_id id;
	uint64_t created_ms;
	uint32_t kind;
	size_t author, lang, country, place, tag; /* a number beyond the list: none */
	unsigned words;                           /* bits */
	bool has_target;
	uint32_t link_type;
	int level, status; /* 0: none */
	size_t asked;      /* of the authors */
	bool gone;
};

struct world {
	struct stored s;
	struct seeded seeded;
	struct kith_sign_pair authors[AUTHORS];
	struct kith_record_id target;
	struct fact facts[RECORDS];
};

/* ---- records ------------------------------------------------------------------------------- */

static void write_words(struct world *w, unsigned words, char *out, size_t room)
{
	static const char *const between[] = {" ", ", ", "\xe2\x80\x94", " (", "! "};
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < WORDS; i++)
		if (words >> i & 1)
			len += (size_t)snprintf(out + len, room - len, "%s%s",
				between[seeded_below(&w->seeded, 5)], vocabulary[i].written);
}

static struct kith_record *make(struct world *w, struct fact *fact)
{
	char texts[3][512];
	struct kith_link link = {
		.type = 2 + (uint32_t)seeded_below(&w->seeded, 2), .target = w->target};
	struct saying saying = {.title = texts[0], .summary = texts[1], .text = texts[2]};
	unsigned in_title = (unsigned)seeded_next(&w->seeded);
	unsigned in_summary = (unsigned)seeded_next(&w->seeded);
	struct kith_record *record;

	*fact = (struct fact){
		.created_ms = 1000000 + seeded_below(&w->seeded, 400), /* some at the same time */
		.author = seeded_below(&w->seeded, AUTHORS),
		.lang = seeded_below(&w->seeded, 3),
		.country = seeded_below(&w->seeded, 4),
		.place = seeded_below(&w->seeded, 5),
		.tag = seeded_below(&w->seeded, 4),
		.words = (unsigned)(seeded_next(&w->seeded) & seeded_next(&w->seeded)) &
			 ((1u << WORDS) - 1),
		.kind = KITH__BODY__KIND_INITIATIVE,
		.has_target = seeded_below(&w->seeded, 4) == 0,
		.link_type = link.type,
		.level = (int)seeded_below(&w->seeded, 4),
		.asked = seeded_below(&w->seeded, 2 * AUTHORS),
	};
	if (fact->asked < AUTHORS) {
		fact->kind = KITH__BODY__KIND_ASK;
		saying.asked = &w->authors[fact->asked].public_key;
	} else {
		fact->status = saying.status = (int)seeded_below(&w->seeded, 4);
	}
	saying.level = fact->level;
	write_words(w, fact->words & in_title, texts[0], sizeof(texts[0]));
	write_words(w, fact->words & ~in_title & in_summary, texts[1], sizeof(texts[1]));
	write_words(w, fact->words & ~in_title & ~in_summary, texts[2], sizeof(texts[2]));
	saying.created_ms = fact->created_ms;
	saying.lang = langs[fact->lang][0];
	saying.country = fact->country < 3 ? countries[fact->country] : NULL;
	saying.place = fact->place < 4 ? places[fact->place][0] : NULL;
	saying.tags[0] = fact->tag < 3 ? tags[fact->tag][0] : NULL;
	saying.links = &link;
	saying.link_count = fact->has_target;
	if (seeded_below(&w->seeded, 20) == 0) {
		fact->kind = saying.kind = 200; /* unknown here: nothing of its body is searched */
		fact->words = 0;
		fact->country = fact->place = fact->tag = fact->asked = 99;
		fact->level = fact->status = 0;
	}
	record = stored_record(&saying, &w->authors[fact->author], &w->seeded);
	fact->id = record->id;
	return record;
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct kith_batch *batch;

	w->seeded.state = 3;
	seeded_fill(&w->seeded, &w->target, sizeof(w->target));
	for (size_t i = 0; i < AUTHORS; i++)
		w->authors[i] = seeded_sign_pair(&w->seeded);
	stored_make(&w->s);
	stored_open(&w->s);
	for (size_t at = 0; at < RECORDS; at += 200) {
		batch = kith_batch_new(200);
		for (size_t i = 0; i < 200; i++)
			stored_add(batch, make(w, &w->facts[at + i]));
		stored_must(stored_write(&w->s, batch) == 0, "storing");
		kith_batch_free(batch);
	}
	stored_wait_indexed(&w->s);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	stored_remove(&w->s);
	free(w);
	return 0;
}

/* ---- questions ----------------------------------------------------------------------------- */

struct question {
	struct kith_find find;
	size_t author, lang, country, place, tag, asked;
	int level, status; /* 0: any */
	unsigned words;
	const char *prefix;
	char text[512];
	struct kith_where where[2];
};

static struct question draw_question(struct world *w)
{
	static const char *const prefixes[] = {"gard", "COOP", "zaż", "łod", "καβ", "xyz"};
	struct question q = {
		.author = 99, .lang = 99, .country = 99, .place = 99, .tag = 99, .asked = 99};
	size_t len = 0;

	if (seeded_below(&w->seeded, 3) == 0)
		q.author = seeded_below(&w->seeded, AUTHORS);
	if (seeded_below(&w->seeded, 3) == 0)
		q.lang = seeded_below(&w->seeded, 3);
	if (seeded_below(&w->seeded, 4) == 0)
		q.country = seeded_below(&w->seeded, 3);
	if (seeded_below(&w->seeded, 4) == 0)
		q.place = seeded_below(&w->seeded, 4);
	if (seeded_below(&w->seeded, 4) == 0)
		q.tag = seeded_below(&w->seeded, 3);
	for (size_t i = seeded_below(&w->seeded, 3); i > 0; i--)
		q.words |= 1u << seeded_below(&w->seeded, WORDS);
	for (size_t i = 0; i < WORDS; i++)
		if (q.words >> i & 1)
			len += (size_t)snprintf(
				q.text + len, sizeof(q.text) - len, "%s\" ", vocabulary[i].typed);
	if (seeded_below(&w->seeded, 6) == 0) {
		q.prefix = prefixes[seeded_below(&w->seeded, 6)];
		snprintf(q.text + len, sizeof(q.text) - len, "%s* ", q.prefix);
	}
	if (seeded_below(&w->seeded, 4) == 0)
		q.asked = seeded_below(&w->seeded, AUTHORS);
	if (seeded_below(&w->seeded, 4) == 0)
		q.level = 1 + (int)seeded_below(&w->seeded, 3);
	if (seeded_below(&w->seeded, 5) == 0)
		q.find.kind = seeded_below(&w->seeded, 2) ? 200 : KITH__BODY__KIND_INITIATIVE;
	if (q.find.kind == KITH__BODY__KIND_INITIATIVE && seeded_below(&w->seeded, 2))
		q.status = 1 + (int)seeded_below(&w->seeded, 3);
	q.find.oldest_first = seeded_below(&w->seeded, 2);
	if (seeded_below(&w->seeded, 3) == 0)
		q.find.since_ms = 1000000 + seeded_below(&w->seeded, 400);
	if (seeded_below(&w->seeded, 3) == 0)
		q.find.until_ms = 1000000 + seeded_below(&w->seeded, 400);
	if (seeded_below(&w->seeded, 5) == 0)
		q.find.target = &w->target;
	if (q.find.target && seeded_below(&w->seeded, 2))
		q.find.link_type = 2 + (uint32_t)seeded_below(&w->seeded, 3);
	return q;
}

/* Points the find at what the question says; the question must not move afterwards. */
static void aim(const struct world *w, struct question *q)
{
	q->find.author = q->author < AUTHORS ? &w->authors[q->author].public_key : NULL;
	q->find.lang = q->lang < 3 ? langs[q->lang][1] : NULL;
	q->find.country = q->country < 3 ? countries[q->country] : NULL;
	q->find.place = q->place < 4 ? places[q->place][1] : NULL;
	q->find.tag = q->tag < 3 ? tags[q->tag][1] : NULL;
	q->find.words = *q->text ? q->text : NULL;
	q->find.mentions = q->asked < AUTHORS ? &w->authors[q->asked].public_key : NULL;
	q->find.where = q->where;
	if (q->level)
		q->where[q->find.where_count++] = (struct kith_where){"level", levels[q->level]};
	if (q->status)
		q->where[q->find.where_count++] =
			(struct kith_where){"status", statuses[q->status]};
}

static bool begins_so(unsigned words, const char *prefix)
{
	static const struct {
		const char *prefix;
		unsigned words;
	} known[] = {{"gard", 1u << 2 | 1u << 3}, {"COOP", 1u << 7}, {"zaż", 1u << 10},
		{"łod", 1u << 0}, {"καβ", 1u << 9}, {"xyz", 0}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].prefix, prefix) == 0)
			return (words & known[i].words) != 0;
	return false;
}

static bool fits(const struct fact *f, const struct question *q)
{
	const struct kith_find *find = &q->find;

	return !f->gone && (q->author == 99 || f->author == q->author) &&
	       (q->lang == 99 || f->lang == q->lang || (q->lang == 0 && f->lang == 1)) &&
	       (q->country == 99 || f->country == q->country) &&
	       (q->place == 99 || f->place == q->place) && (q->tag == 99 || f->tag == q->tag) &&
	       (f->words & q->words) == q->words && (q->asked == 99 || f->asked == q->asked) &&
	       (!q->level || f->level == q->level) && (!q->status || f->status == q->status) &&
	       (!q->prefix || begins_so(f->words, q->prefix)) &&
	       (!find->kind || f->kind == find->kind) && f->created_ms >= find->since_ms &&
	       (!find->until_ms || f->created_ms < find->until_ms) &&
	       (!find->target ||
		       (f->has_target && (!find->link_type || f->link_type == find->link_type)));
}

/* ---- answers ------------------------------------------------------------------------------- */

struct answer {
	struct kith_item items[RECORDS + 1];
	size_t count;
};

static int take(void *ctx, const struct kith_row *row)
{
	struct answer *answer = ctx;

	assert_true(answer->count < RECORDS);
	answer->items[answer->count++] = kith_record_item(row->record);
	assert_true(row->rank <= 0);
	return 0;
}

static void ask_in_pages(
	struct kith_reader *reader, struct question *q, size_t limit, struct answer *answer)
{
	bool more = true;

	answer->count = 0;
	q->find.limit = limit;
	q->find.has_after = false;
	while (more) {
		size_t before = answer->count;

		assert_int_equal(kith_query_find(reader, &q->find, take, answer, &more), 0);
		assert_true(answer->count - before <= limit);
		assert_true(!more || answer->count - before == limit);
		if (more)
			q->find.after = answer->items[answer->count - 1];
		q->find.has_after = true;
	}
}

/* The same by one who cannot wait: from before the first place there is, page by page, short and
 * empty ones too. */
static void ask_in_haste(
	struct kith_reader *reader, struct question *q, struct answer *answer, size_t *early)
{
	struct kith_find find = q->find;
	struct kith_item reached;
	bool more = true;

	answer->count = 0;
	find.limit = 1000;
	find.has_after = true;
	find.after = kith_entry_place(find.oldest_first ? 0 : kith_entry_floor(2000000));
	find.reached = &reached;
	while (more) {
		reached = find.after;
		assert_int_equal(kith_query_find(reader, &find, take, answer, &more), 0);
		assert_true(!more || !kith_id_equal(reached.id.bytes, find.after.id.bytes));
		find.after = reached;
		*early += more;
	}
}

static bool has(const struct answer *answer, const struct fact *fact)
{
	for (size_t i = 0; i < answer->count; i++)
		if (kith_id_equal(answer->items[i].id.bytes, fact->id.bytes))
			return true;
	return false;
}

/* All that fit, each once, in order. */
static void assert_right(
	const struct world *w, const struct question *q, const struct answer *answer)
{
	size_t expected = 0;

	for (size_t i = 0; i < RECORDS; i++) {
		bool fit = fits(&w->facts[i], q);

		expected += fit;
		assert_int_equal(has(answer, &w->facts[i]), fit);
	}
	assert_int_equal(answer->count, expected);
	for (size_t i = 1; i < answer->count; i++)
		assert_true(
			q->find.oldest_first
				? answer->items[i].created_ms >= answer->items[i - 1].created_ms
				: answer->items[i].created_ms <= answer->items[i - 1].created_ms);
}

static void check_questions(struct world *w, int rounds)
{
	static struct answer answer, again;
	struct kith_reader *reader = stored_reader(&w->s);
	size_t found = 0, early = 0;

	for (int i = 0; i < rounds; i++) {
		struct question q = draw_question(w);

		aim(w, &q);
		ask_in_pages(reader, &q, 1 + seeded_below(&w->seeded, 30), &answer);
		assert_right(w, &q, &answer);
		ask_in_pages(reader, &q, 1000, &again);
		assert_int_equal(again.count, answer.count);
		assert_memory_equal(
			again.items, answer.items, answer.count * sizeof(answer.items[0]));
		ask_in_haste(reader, &q, &again, &early);
		assert_int_equal(again.count, answer.count);
		assert_memory_equal(
			again.items, answer.items, answer.count * sizeof(answer.items[0]));
		found += answer.count;
	}
	assert_true(found > (size_t)rounds); /* the questions were not all in vain */
	assert_true(early > 0);
	kith_store_reader_give(w->s.store, reader);
}

static void finds_what_a_naive_search_finds(void **state)
{
	check_questions(*state, 400);
}

/* ---- erasure and restarts ------------------------------------------------------------------ */

static int erase(struct kith_reader *writer, void *arg)
{
	const struct stored_call *call = arg;
	struct world *w = (struct world *)call->s->loop.data;

	for (size_t i = 0; i < RECORDS; i += 3) {
		int err = kith_change_erase(writer, &w->facts[i].id);

		if (err)
			return err;
		w->facts[i].gone = true;
	}
	return kith_change_erase(writer, &w->facts[0].id); /* again: nothing happens */
}

static void what_was_erased_is_not_found(void **state)
{
	struct world *w = *state;
	struct stored_call call = {.s = &w->s, .err = 1};
	struct kith_counts counts;
	struct kith_reader *reader;
	int before = w->s.done;

	w->s.loop.data = w;
	kith_store_change(w->s.store, erase, stored_on_changed, &call);
	stored_wait(&w->s, before + 1);
	assert_int_equal(call.err, 0);
	check_questions(w, 200);
	reader = stored_reader(&w->s);
	assert_int_equal(kith_query_counts(reader, &counts), 0);
	assert_int_equal(counts.erased, RECORDS / 3);
	assert_int_equal(counts.held, RECORDS - RECORDS / 3);
	kith_store_reader_give(w->s.store, reader);
}

static void a_lost_projection_is_rebuilt(void **state)
{
	struct world *w = *state;
	sqlite3 *db = NULL;

	stored_close(&w->s);
	assert_int_equal(sqlite3_open(w->s.path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, "UPDATE state SET projection = 0", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	stored_open(&w->s);
	assert_int_equal(kith_store_stats(w->s.store).indexed_seq, 0);
	stored_wait_indexed(&w->s);
	check_questions(w, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_a_naive_search_finds),
		cmocka_unit_test(what_was_erased_is_not_found),
		cmocka_unit_test(a_lost_projection_is_rebuilt),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
