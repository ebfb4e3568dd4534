/* Files that are not what was written: refused with a sentence that says what to do, or survived.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "tests/stored.h"

#define RECORDS 60
#define ROUNDS  240

struct world {
	struct stored s;
	struct seeded seeded;
	struct kith_sign_pair author;
	struct kith_record_id ids[RECORDS];
	uint8_t *image; /* the file as it should be */
	size_t image_len;
};

static void write_file(const struct world *w, const void *bytes, size_t len)
{
	FILE *file = fopen(w->s.path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void read_image(struct world *w)
{
	struct stat st;
	FILE *file = fopen(w->s.path, "rb");

	assert_non_null(file);
	assert_int_equal(stat(w->s.path, &st), 0);
	w->image_len = (size_t)st.st_size;
	w->image = malloc(w->image_len);
	assert_non_null(w->image);
	assert_int_equal(fread(w->image, 1, w->image_len, file), w->image_len);
	fclose(file);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct kith_link link = {.type = 2};

	w->seeded.state = 13;
	w->author = seeded_sign_pair(&w->seeded);
	stored_make(&w->s);
	stored_open(&w->s);
	for (uint64_t i = 0; i < RECORDS; i++) {
		link.target = w->ids[i / 2];
		w->ids[i] =
			stored_put(&w->s, stored_record(&(struct saying){.created_ms = 1000 + i,
								.title = "A title of some words",
								.links = &link,
								.link_count = 1},
						  &w->author, &w->seeded));
	}
	stored_close(&w->s);
	read_image(w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	stored_remove(&w->s);
	free(w->image);
	free(w);
	return 0;
}

/* ---- refused at the door ------------------------------------------------------------------- */

static void assert_refused(struct world *w, int err, const char *hint)
{
	assert_int_equal(stored_open_with(&w->s, (struct kith_store_config){0}), err);
	assert_non_null(strstr(w->s.why, w->s.path));
	if (!strstr(w->s.why, hint))
		fail_msg("\"%s\" does not say \"%s\"", w->s.why, hint);
}

static void set_pragma(const struct world *w, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(w->s.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_newer_schema_is_refused(void **state)
{
	struct world *w = *state;

	write_file(w, w->image, w->image_len);
	set_pragma(w, "PRAGMA user_version = 99");
	assert_refused(w, KITH_E_UNKNOWN_VERSION, "newer");
	assert_non_null(strstr(w->s.why, "99"));
}

static void what_is_no_database_of_kith_is_refused(void **state)
{
	static const char text[] = "This is a shopping list: bread, milk, a federated database ...";
	struct world *w = *state;
	uint8_t noise[20000];

	write_file(w, text, sizeof(text));
	assert_refused(w, KITH_E_CORRUPT, "backup");
	seeded_fill(&w->seeded, noise, sizeof(noise));
	write_file(w, noise, sizeof(noise));
	assert_refused(w, KITH_E_CORRUPT, "backup");
	write_file(w, "", 0);
	set_pragma(w, "CREATE TABLE recipes (name TEXT)");
	assert_refused(w, KITH_E_CORRUPT, "not a database of kith");
	write_file(w, w->image, w->image_len);
	set_pragma(w, "PRAGMA application_id = 7");
	assert_refused(w, KITH_E_CORRUPT, "not a database of kith");
}

static void an_empty_file_becomes_a_database(void **state)
{
	struct world *w = *state;

	write_file(w, "", 0);
	stored_open(&w->s);
	assert_int_equal(kith_store_stats(w->s.store).last_seq, 0);
	stored_close(&w->s);
}

static void a_path_that_leads_nowhere_is_named(void **state)
{
	struct world *w = *state;
	char kept[sizeof(w->s.path)];

	memcpy(kept, w->s.path, sizeof(kept));
	snprintf(w->s.path, sizeof(w->s.path), "%s/missing/kith.db", w->s.home);
	assert_refused(w, KITH_E_NOT_FOUND, "missing");
	snprintf(w->s.path, sizeof(w->s.path), "%s", w->s.home);
	assert_refused(w, KITH_E_IO, "");
	memcpy(w->s.path, kept, sizeof(kept));
}

/* ---- damage -------------------------------------------------------------------------------- */

static int ignore_row(void *ctx, const struct kith_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static int ignore_link(void *ctx, const struct kith_link_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static int ignore_item(void *ctx, const struct kith_circle *circle, enum kith_class class_,
	const struct kith_item *item)
{
	(void)ctx;
	(void)circle;
	(void)class_;
	(void)item;
	return 0;
}

static int ignore_partner(void *ctx, const struct kith_partner_config *partner)
{
	(void)ctx;
	(void)partner;
	return 0;
}

static void count_err(int err, int *bad)
{
	*bad += err != 0 && err != KITH_E_NOT_FOUND;
}

/* Asks everything. How much of it failed. */
static int ask_everything(struct world *w)
{
	struct kith_reader *reader = NULL;
	struct kith_find find = {.limit = 100};
	struct kith_fetch *fetch = kith_fetch_new();
	struct kith_record_id id;
	struct kith_counts counts;
	int bad = 0;
	bool more;

	if (kith_store_reader_take(w->s.store, &reader)) {
		kith_fetch_free(fetch);
		return 1;
	}
	count_err(kith_query_items(reader, ignore_item, NULL), &bad);
	count_err(kith_query_counts(reader, &counts), &bad);
	count_err(kith_query_since(reader, 0, 0, 100, ignore_row, NULL), &bad);
	count_err(kith_query_find(reader, &find, ignore_row, NULL, &more), &bad);
	find.words = "title";
	count_err(kith_query_find(reader, &find, ignore_row, NULL, &more), &bad);
	find.words = "wor*";
	count_err(kith_query_find(reader, &find, ignore_row, NULL, &more), &bad);
	count_err(kith_query_partners(reader, ignore_partner, NULL), &bad);
	for (size_t i = 0; i < RECORDS; i += 7) {
		count_err(kith_query_get(reader, &w->ids[i], ignore_row, NULL), &bad);
		count_err(kith_query_links(reader, &w->ids[i], i % 2, 0, 10, ignore_link, NULL),
			&bad);
	}
	count_err(kith_query_complete(reader, "0", &id, NULL, 0, NULL) == KITH_E_CORRUPT, &bad);
	fetch->mode = KITH_FETCH_AFTER;
	fetch->circle = kith_circle_commons();
	fetch->class_ = KITH_CLASS_CONTENT;
	fetch->max_bytes = 1 << 20;
	kith_query_fetch(reader, fetch);
	count_err(fetch->err, &bad);
	kith_fetch_free(fetch);
	kith_store_reader_give(w->s.store, reader);
	return bad;
}

static void damage(struct world *w, int round)
{
	uint8_t *bytes = malloc(w->image_len);
	size_t len = w->image_len;

	assert_non_null(bytes);
	memcpy(bytes, w->image, len);
	if (round % 4 == 0)
		len = seeded_below(&w->seeded, len); /* the end is missing */
	for (size_t i = 1 + seeded_below(&w->seeded, 8); round % 4 == 1 && i > 0; i--)
		bytes[seeded_below(&w->seeded, len)] ^=
			(uint8_t)(1u << seeded_below(&w->seeded, 8));
	if (round % 4 == 2) /* a page of nothing */
		memset(bytes + seeded_below(&w->seeded, len / 4096) * 4096, 0, 4096);
	if (round % 4 == 3) { /* a page in the place of another */
		size_t from = seeded_below(&w->seeded, len / 4096);

		memmove(bytes + seeded_below(&w->seeded, len / 4096) * 4096, bytes + from * 4096,
			4096);
	}
	write_file(w, bytes, len);
	free(bytes);
}

/* Whatever is damaged: refused, or every call ends with an answer or an error. */
static void damaged_files_do_no_harm(void **state)
{
	struct world *w = *state;
	int refused = 0, erred = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct kith_store_config config = {.quick_check = round % 3 == 0};
		struct kith_batch *batch;
		int err;

		damage(w, round);
		w->s.why[0] = '\0';
		err = stored_open_with(&w->s, config);
		if (err) {
			refused++;
			assert_true(w->s.why[0] != '\0');
			continue;
		}
		erred += ask_everything(w) != 0;
		batch = stored_batch_of(stored_record(
			&(struct saying){.created_ms = 5, .title = "new"}, &w->author, &w->seeded));
		err = stored_write(&w->s, batch);
		assert_true(err == 0 || kith_err_class(err) == KITH_CLASS_STORAGE);
		kith_batch_free(batch);
		stored_close(&w->s);
	}
	assert_true(refused > ROUNDS / 10);
	assert_true(erred > 0);
}

/* A partner would take a damaged record for a forged one, so it is not given away. */
static void a_damaged_record_is_as_good_as_missing(void **state)
{
	struct world *w = *state;
	struct kith_fetch *fetch = kith_fetch_new();
	struct kith_reader *reader;

	write_file(w, w->image, w->image_len);
	set_pragma(w, "UPDATE records SET envelope = CAST(substr(envelope, 1, 150) || x'ff' ||"
		      " substr(envelope, 152) AS BLOB) WHERE seq = 7");
	stored_open(&w->s);
	reader = stored_reader(&w->s);
	fetch->circle = kith_circle_commons();
	fetch->class_ = KITH_CLASS_CONTENT;
	fetch->max_bytes = 1 << 20;
	fetch->mode = KITH_FETCH_AFTER;
	kith_query_fetch(reader, fetch);
	assert_int_equal(fetch->err, 0);
	assert_true(fetch->end);
	assert_int_equal(fetch->found_count, RECORDS - 1);
	fetch->mode = KITH_FETCH_IDS;
	fetch->ids = calloc(1, sizeof(*fetch->ids));
	fetch->ids[0] = w->ids[6];
	fetch->id_count = 1;
	kith_query_fetch(reader, fetch);
	assert_int_equal(fetch->missing_count, 1);
	assert_int_equal(kith_query_get(reader, &w->ids[6], ignore_row, NULL), KITH_E_CORRUPT);
	kith_store_reader_give(w->s.store, reader);
	kith_fetch_free(fetch);
	stored_close(&w->s);
}

/* quick_check finds what opening alone does not see. */
static void a_quick_check_looks_deeper(void **state)
{
	struct world *w = *state;
	uint8_t *bytes = malloc(w->image_len);
	size_t with = 0, without = 0;

	assert_non_null(bytes);
	for (size_t page = 1; page < w->image_len / 4096; page++) {
		for (int check = 0; check < 2; check++) {
			struct kith_store_config config = {.quick_check = check == 1};

			memcpy(bytes, w->image, w->image_len);
			memset(bytes + page * 4096, 0xa5, 4096);
			write_file(w, bytes, w->image_len);
			if (stored_open_with(&w->s, config) == 0)
				stored_close(&w->s);
			else if (check)
				with++;
			else
				without++;
		}
	}
	assert_true(with > without);
	free(bytes);
}

static int count_row(void *ctx, const struct kith_row *row)
{
	size_t *count = ctx;

	(void)row;
	(*count)++;
	return 0;
}

static int find_titles(struct world *w, size_t *count)
{
	struct kith_find find = {.limit = 1000, .words = "title"};
	struct kith_reader *reader = stored_reader(&w->s);
	bool more;
	int err;

	*count = 0;
	err = kith_query_find(reader, &find, count_row, count, &more);
	kith_store_reader_give(w->s.store, reader);
	return err;
}

static void damage_index(const struct world *w)
{
	write_file(w, w->image, w->image_len);
	/* Row 10 says which pieces the index has: more of them than there can be. */
	set_pragma(w, "UPDATE words_data SET block = x'00000000ffff7fffff7f' WHERE id = 10");
}

/* Search is damaged, the records are whole: storing goes on, and search is built again. */
static void a_damaged_index_is_built_again_at_the_next_write(void **state)
{
	struct world *w = *state;
	size_t count;

	damage_index(w);
	stored_open(&w->s);
	assert_int_equal(find_titles(w, &count), KITH_E_CORRUPT);
	stored_put(&w->s, stored_record(&(struct saying){.created_ms = 5, .title = "New title"},
				  &w->author, &w->seeded));
	stored_wait_indexed(&w->s);
	assert_int_equal(find_titles(w, &count), 0);
	assert_int_equal(count, RECORDS + 1);
	stored_close(&w->s);
}

static int reindex(struct kith_reader *writer, void *arg)
{
	(void)arg;
	return kith_change_reindex(writer);
}

static void a_damaged_index_is_built_again_when_asked(void **state)
{
	struct world *w = *state;
	struct stored_call call = {.s = &w->s, .err = 1};
	int before = w->s.done;
	size_t count;

	damage_index(w);
	stored_open(&w->s);
	kith_store_change(w->s.store, reindex, stored_on_changed, &call);
	stored_wait(&w->s, before + 1);
	assert_int_equal(call.err, 0);
	stored_wait_indexed(&w->s);
	assert_int_equal(find_titles(w, &count), 0);
	assert_int_equal(count, RECORDS);
	stored_close(&w->s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_newer_schema_is_refused),
		cmocka_unit_test(what_is_no_database_of_kith_is_refused),
		cmocka_unit_test(an_empty_file_becomes_a_database),
		cmocka_unit_test(a_path_that_leads_nowhere_is_named),
		cmocka_unit_test(damaged_files_do_no_harm),
		cmocka_unit_test(a_damaged_record_is_as_good_as_missing),
		cmocka_unit_test(a_quick_check_looks_deeper),
		cmocka_unit_test(a_damaged_index_is_built_again_at_the_next_write),
		cmocka_unit_test(a_damaged_index_is_built_again_when_asked),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
