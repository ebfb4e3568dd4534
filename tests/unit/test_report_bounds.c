/*
 * What strangers publish decides how much a report has to read and to say. However much it is, a
 * report takes bounded time and memory, and says that there is more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "node/record_json.h"
#include "node/report/linked.h"
#include "node/report/report.h"
#include "node/vocabulary.h"
#include "node/store/view.h"
#include "tests/unit/store_world.h"

#define START_MS 1700000000000ull

/* ---- what strangers publish ---------------------------------------------------------------- */

static char *long_text(size_t len)
{
	char *text = calloc(1, len + 1);

	return memset(text, 'a', len);
}

static json_t *link_to(const char *type, const struct kith_record_id *target)
{
	char hex[2 * KITH_ID_LEN + 1];

	kith_hex_format(target->bytes, KITH_ID_LEN, hex);
	return json_pack("[{s:s, s:s}]", "type", type, "target", hex);
}

static struct kith_record *record_of(struct world *w, const struct kith_sign_pair *author,
	const char *kind, json_t *links, json_t *body)
{
	json_t *draft = json_pack("{s:s, s:s, s:o}", "kind", kind, "lang", "en", "body", body);
	struct kith_rng rng = seeded_rng(&w->seeded);
	struct kith_problem problem = {{0}, {0}};
	static uint64_t now_ms = START_MS;
	struct kith_record *record;
	struct kith_record_id id;
	struct kith_buf envelope;

	if (links)
		json_object_set_new(draft, "links", links);
	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	if (kith_record_from_json(draft, author, "en", now_ms++, &rng, &envelope, &id, &problem))
		stored_must(0, problem.rule);
	stored_must(kith_record_reopen(envelope.data, envelope.len, &record) == 0, "reopening");
	kith_buf_clear(&envelope);
	json_decref(draft);
	return record;
}

/* Writes what `make` makes, count times. */
static void put_many(struct world *w, size_t count,
	struct kith_record *(*make)(struct world *, const struct kith_record_id *),
	const struct kith_record_id *target)
{
	struct kith_batch *batch = kith_batch_new(count);

	for (size_t i = 0; i < count; i++)
		stored_add(batch, make(w, target));
	stored_must(stored_write(&w->s, batch) == 0, "storing");
	kith_batch_free(batch);
}

static struct kith_record_id put_case(struct world *w)
{
	return stored_put(&w->s,
		record_of(w, &w->author, "statement", NULL,
			json_pack("{s:s, s:s}", "intent", "observation", "text", "A shelf.")));
}

static struct kith_record *make_obstacle(struct world *w, const struct kith_record_id *target)
{
	char *text = long_text(8000);
	struct kith_record *record = record_of(w, &w->author, "statement", link_to("about", target),
		json_pack("{s:s, s:s}", "intent", "obstacle", "text", text));

	free(text);
	return record;
}

static struct kith_record *make_objection(struct world *w, const struct kith_record_id *target)
{
	struct kith_sign_pair author = seeded_sign_pair(&w->seeded);
	char *reason = long_text(400);
	struct kith_record *record = record_of(w, &author, "stance", link_to("about", target),
		json_pack("{s:s, s:s}", "position", "object", "reason", reason));

	free(reason);
	return record;
}

/* ---- asking -------------------------------------------------------------------------------- */

struct asked {
	struct kith_reader *reader;
	struct kith_report report;
	json_t *params;
};

static void ask(struct world *w, struct asked *asked, const struct kith_record_id *id)
{
	stored_wait_indexed(&w->s);
	*asked = (struct asked){.reader = stored_reader(&w->s), .params = json_object()};
	asked->report = (struct kith_report){.reader = asked->reader,
		.view = kith_store_view(asked->reader),
		.params = asked->params,
		.id = id,
		.me = &w->author.public_key,
		.now_ms = START_MS + 1000000,
		.sections = json_array(),
		.notes = json_array()};
}

static void put_away(struct world *w, struct asked *asked)
{
	json_decref(asked->report.aside);
	json_decref(asked->report.sections);
	json_decref(asked->report.notes);
	json_decref(asked->params);
	kith_store_reader_give(w->s.store, asked->reader);
}

static size_t page_bytes(const struct kith_report *report)
{
	return json_dumpb(report->sections, NULL, 0, JSON_COMPACT);
}

/* ---- tests --------------------------------------------------------------------------------- */

static void a_page_has_an_end_however_much_is_said(void **state)
{
	struct world *w = *state;
	struct kith_record_id about = put_case(w);
	struct asked asked;

	put_many(w, 700, make_obstacle, &about);
	ask(w, &asked, &about);
	assert_int_equal(kith_report_find("cafe")(&asked.report), 0);
	assert_in_range(page_bytes(&asked.report), KITH_REPORT_SAY_BYTES / 2,
		KITH_REPORT_SAY_BYTES + 65536);
	assert_true(asked.report.full);
	assert_int_equal(json_array_size(asked.report.notes), 1);
	assert_int_equal(asked.report.kept, 0);
	put_away(w, &asked);
}

static void rows_and_what_is_in_them_count_together(void **state)
{
	struct world *w = *state;
	struct kith_record_id about = put_case(w);
	struct asked asked;
	json_t *rows;

	put_many(w, 30, make_objection, &about);
	ask(w, &asked, &about);
	asked.report.said = KITH_REPORT_SAY_BYTES - 8 * 1024;
	assert_int_equal(kith_report_find("dissent")(&asked.report), 0);
	rows = json_object_get(json_array_get(asked.report.sections, 0), "rows");
	assert_in_range(
		json_array_size(json_object_get(json_array_get(rows, 0), "stances")), 5, 20);
	assert_true(asked.report.full);
	assert_non_null(kith_report_row(&asked.report)); /* but nobody sees it */
	assert_int_equal(json_array_size(rows), 1);
	put_away(w, &asked);
}

static void records_are_kept_as_far_as_there_is_memory(void **state)
{
	struct world *w = *state;
	struct kith_record_id about = put_case(w);
	struct kith_linked linked = {0};
	struct asked asked;

	put_many(w, 40, make_obstacle, &about);
	ask(w, &asked, &about);
	asked.report.kept = KITH_REPORT_KEEP_BYTES - 100000; /* by other lists */
	assert_int_equal(kith_linked_add(&asked.report, &about, KITH__LINK_TYPE__LINK_TYPE_ABOUT, 0,
				 &linked),
		0);
	assert_true(linked.cut);
	assert_in_range(linked.count, 8, 12);
	assert_in_range(asked.report.kept, KITH_REPORT_KEEP_BYTES - 20000, KITH_REPORT_KEEP_BYTES);
	kith_linked_clear(&linked);
	assert_int_equal(asked.report.kept, KITH_REPORT_KEEP_BYTES - 100000);
	put_away(w, &asked);
}

/* ---- vocabularies -------------------------------------------------------------------------- */

/* 250 words for one thing, and one of them 100 times. */
static struct kith_record *make_vocabulary(struct world *w, const struct kith_record_id *target)
{
	json_t *terms = json_array();
	char label[32];

	(void)target;
	for (unsigned i = 0; i < 250; i++) {
		snprintf(label, sizeof(label), "word %u", i < 100 ? 0 : i);
		json_array_append_new(terms,
			json_pack("{s:s, s:s, s:s}", "id", "thing", "lang", "en", "label", label));
	}
	return record_of(w, &w->author, "vocabulary", NULL,
		json_pack("{s:s, s:s, s:o}", "title", "Words", "uri", "https://words.example/",
			"terms", terms));
}

static void a_partner_cannot_make_words_mean_everything(void **state)
{
	struct world *w = *state;
	struct kith_vocabulary vocabulary;
	struct asked asked;
	json_t *same;

	put_many(w, 20, make_vocabulary, NULL);
	ask(w, &asked, NULL);
	assert_int_equal(kith_vocabulary_load(asked.reader, &asked.report.view,
				 &w->author.public_key, &vocabulary),
		0);
	same = kith_vocabulary_same(&vocabulary, "word 0");
	assert_in_range(json_array_size(same), 2, KITH_SAME_MAX);
	assert_int_equal(json_array_size(json_object_get(vocabulary.terms, "word.0")), 1);
	json_decref(same);
	kith_vocabulary_clear(&vocabulary);
	put_away(w, &asked);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_page_has_an_end_however_much_is_said),
		TEST(rows_and_what_is_in_them_count_together),
		TEST(records_are_kept_as_far_as_there_is_memory),
		TEST(a_partner_cannot_make_words_mean_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
