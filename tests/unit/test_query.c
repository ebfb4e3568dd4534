/* Questions about single records: by prefix, by source, by link; and what the core asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "keys/hash.h"
#include "tests/unit/store_world.h"

static struct kith_record *say(struct world *w, struct saying saying)
{
	saying.title = saying.title ? saying.title : "Something";
	return stored_record(&saying, &w->author, &w->seeded);
}

/* ---- prefixes ------------------------------------------------------------------------------ */

static void a_prefix_finds_one_none_or_several(void **state)
{
	struct world *w = *state;
	struct kith_record_id ids[60], out, matches[4];
	struct kith_reader *reader;
	char hex[65];
	size_t count;

	for (uint64_t i = 0; i < 60; i++)
		ids[i] = stored_put(&w->s, say(w, (struct saying){.created_ms = 1 + i}));
	reader = stored_reader(&w->s);
	for (size_t i = 0; i < 60; i++) {
		kith_hex_format(ids[i].bytes, KITH_ID_LEN, hex);
		for (size_t len = 64; len >= 8;
			len -= 7) { /* even and odd, beyond and within the head */
			hex[len] = '\0';
			assert_int_equal(
				kith_query_complete(reader, hex, &out, matches, 4, &count), 0);
			assert_memory_equal(&out, &ids[i], sizeof(out));
			assert_int_equal(count, 1);
		}
		hex[1] = '\0';
		if (kith_query_complete(reader, hex, &out, matches, 4, &count) ==
			KITH_E_AMBIGUOUS) {
			assert_in_range(count, 2, 4);
			for (size_t j = 0; j < count; j++)
				assert_int_equal(matches[j].bytes[0] >> 4, ids[i].bytes[0] >> 4);
		}
		assert_true(
			kith_query_complete(reader, hex, &out, NULL, 0, NULL) != KITH_E_NOT_FOUND);
		kith_hex_format(ids[i].bytes, KITH_ID_LEN, hex);
		hex[20] = hex[20] == '0' ? '1' : '0';
		assert_int_equal(
			kith_query_complete(reader, hex, &out, NULL, 0, NULL), KITH_E_NOT_FOUND);
	}
	assert_int_equal(kith_query_complete(reader, "", &out, NULL, 0, NULL), KITH_E_MALFORMED);
	assert_int_equal(kith_query_complete(reader, "xyz", &out, NULL, 0, NULL), KITH_E_MALFORMED);
	kith_store_reader_give(w->s.store, reader);
}

/* ---- sources ------------------------------------------------------------------------------- */

static struct kith_batch *import(struct world *w, const char *url, const char *id, uint64_t when)
{
	struct kith_batch *batch =
		stored_batch_of(say(w, (struct saying){.created_ms = when, .url = url, .id = id}));

	batch->durable = true;
	batch->unless_source = true;
	return batch;
}

static int import_one(struct world *w, const char *url, const char *id, uint64_t when)
{
	struct kith_batch *batch = import(w, url, id, when);
	int err = stored_write(&w->s, batch);

	if (!err)
		err = batch->entries[0].err;
	if (!err)
		assert_true(batch->entries[0].seq > 0);
	else
		assert_int_equal(batch->entries[0].seq, 0);
	kith_batch_free(batch);
	return err;
}

static void importing_again_stores_nothing(void **state)
{
	struct world *w = *state;
	struct kith_batch *batch;
	struct kith_record_id first, out;
	struct kith_reader *reader;

	first = stored_put(
		&w->s, say(w, (struct saying){.created_ms = 9, .url = "https://a", .id = "1"}));
	assert_int_equal(import_one(w, "https://a", "1", 10), KITH_E_EXISTS);
	assert_int_equal(import_one(w, "https://a", "2", 11), 0);
	assert_int_equal(import_one(w, "https://a", NULL, 12), 0);
	assert_int_equal(import_one(w, NULL, "1", 13), 0);
	assert_int_equal(import_one(w, "https://a", "2", 14), KITH_E_EXISTS);
	assert_int_equal(import_one(w, NULL, NULL, 15), 0); /* no source, no question */
	assert_int_equal(import_one(w, NULL, NULL, 16), 0);
	batch = import(w, "https://a", "1", 20);
	assert_int_equal(stored_write(&w->s, batch), 0);
	assert_memory_equal(&batch->entries[0].existing, &first, sizeof(first));
	kith_batch_free(batch);
	reader = stored_reader(&w->s);
	assert_int_equal(
		kith_query_source(reader, &w->author.public_key, "https://a", "1", &out), 0);
	assert_memory_equal(&out, &first, sizeof(first));
	assert_int_equal(kith_query_source(reader, &w->author.public_key, "https://b", "1", &out),
		KITH_E_NOT_FOUND);
	kith_store_reader_give(w->s.store, reader);
}

static void another_author_may_import_the_same(void **state)
{
	struct world *w = *state;

	assert_int_equal(import_one(w, "https://a", "1", 10), 0);
	w->author = seeded_sign_pair(&w->seeded);
	assert_int_equal(import_one(w, "https://a", "1", 11), 0);
}

static void one_source_twice_in_a_batch_is_stored_once(void **state)
{
	struct world *w = *state;
	struct kith_batch *batch = kith_batch_new(3);
	struct kith_record *again = NULL;

	for (uint64_t i = 0; i < 2; i++)
		stored_add(batch,
			say(w, (struct saying){.created_ms = 10 + i, .url = "u", .id = "i"}));
	assert_int_equal(kith_record_reopen(batch->entries[0].record->envelope.data,
				 batch->entries[0].record->envelope.len, &again),
		0);
	stored_add(batch, again);
	batch->durable = batch->unless_source = true;
	assert_int_equal(stored_write(&w->s, batch), 0);
	assert_int_equal(batch->entries[0].seq, 1);
	assert_int_equal(batch->entries[1].err, KITH_E_EXISTS);
	assert_int_equal(batch->entries[2].err, 0); /* the very same record is merely known */
	assert_int_equal(batch->entries[2].seq, 0);
	kith_batch_free(batch);
}

/* A bulk load that is not indexed yet is waited for. */
static void the_source_of_what_just_came_in_bulk_is_known(void **state)
{
	struct world *w = *state;
	struct kith_batch *bulk = kith_batch_new(700);
	struct kith_batch *batch = import(w, "u", "699", 5000);
	char id[16];

	for (uint64_t i = 0; i < 700; i++) {
		snprintf(id, sizeof(id), "%u", (unsigned)i);
		stored_add(
			bulk, say(w, (struct saying){.created_ms = 10 + i, .url = "u", .id = id}));
	}
	kith_store_write(w->s.store, bulk, stored_on_written, &w->s);
	kith_store_write(w->s.store, batch, stored_on_written, &w->s);
	stored_wait(&w->s, 2);
	assert_int_equal(batch->err, 0);
	assert_int_equal(bulk->err, 0);
	assert_int_equal(batch->entries[0].err, KITH_E_EXISTS);
	assert_memory_equal(
		&batch->entries[0].existing, &bulk->entries[699].record->id, KITH_ID_LEN);
	kith_batch_free(batch);
	kith_batch_free(bulk);
}

static void what_was_erased_is_not_imported_again(void **state)
{
	struct world *w = *state;
	struct kith_record_id id = stored_put(
		&w->s, say(w, (struct saying){.created_ms = 9, .url = "https://a", .id = "1"}));
	struct kith_record_id nobody = {{0}};

	assert_int_equal(stored_erase(&w->s, &id), 0);
	assert_int_equal(import_one(w, "https://a", "1", 10), KITH_E_EXISTS);
	assert_int_equal(stored_erase(&w->s, &nobody), KITH_E_NOT_FOUND);
}

static void lower(char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] >= 'A' && bytes[i] <= 'Z')
			bytes[i] = (char)(bytes[i] - 'A' + 'a');
}

/* Neither the text nor, once the index is merged, its words are anywhere in the file. */
static void erasing_leaves_no_trace_of_the_body(void **state)
{
	struct world *w = *state;
	/* The index stores of each word what the one before it in the alphabet does not begin
	 * with. */
	static const char secret[] = "olpertinger";
	struct kith_record_id id = stored_put(
		&w->s, say(w, (struct saying){.created_ms = 9, .text = "About a Wolpertinger"}));
	char *bytes = NULL;
	long len;
	FILE *file;

	stored_put(&w->s, say(w, (struct saying){.created_ms = 10, .text = "About a weasel"}));
	assert_int_equal(stored_erase(&w->s, &id), 0);
	while (kith_store_stats(w->s.store).purging)
		uv_run(&w->s.loop, UV_RUN_ONCE);
	stored_close(&w->s);
	file = fopen(w->s.path, "rb");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	len = ftell(file);
	rewind(file);
	bytes = malloc((size_t)len);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)len, file), len);
	fclose(file);
	lower(bytes, (size_t)len);
	assert_non_null(memmem(bytes, (size_t)len, "weasel", 6));
	assert_null(memmem(bytes, (size_t)len, secret, strlen(secret)));
	free(bytes);
}

/* ---- links --------------------------------------------------------------------------------- */

struct links {
	struct kith_link_row rows[8];
	size_t count;
};

static int take_link(void *ctx, const struct kith_link_row *row)
{
	struct links *links = ctx;

	assert_true(links->count < 8);
	links->rows[links->count++] = *row;
	return 0;
}

static struct links links_of(struct world *w, const struct kith_record_id *id, bool incoming,
	uint32_t type, size_t limit)
{
	struct kith_reader *reader = stored_reader(&w->s);
	struct links links = {.count = 0};

	assert_int_equal(kith_query_links(reader, id, incoming, type, limit, take_link, &links), 0);
	kith_store_reader_give(w->s.store, reader);
	return links;
}

static void links_are_seen_from_both_ends(void **state)
{
	struct world *w = *state;
	struct kith_record_id missing = {{1, 2, 3}};
	struct kith_record_id old = stored_put(
		&w->s, say(w, (struct saying){.created_ms = 1, .title = "Pharmacy of Kavala"}));
	struct kith_link both[] = {{.type = 2, .target = old}, {.type = 12, .target = missing}};
	struct kith_record_id new = stored_put(&w->s, say(w, (struct saying){.created_ms = 2,
								     .title = "Pharmacy of Gdańsk",
								     .links = both,
								     .link_count = 2}));
	struct links links = links_of(w, &new, false, 0, 8);

	assert_int_equal(links.count, 2);
	assert_int_equal(links.rows[0].type, 2);
	assert_true(links.rows[0].other_held);
	assert_int_equal(links.rows[0].other_kind, KITH__BODY__KIND_INITIATIVE);
	assert_string_equal(links.rows[0].other_caption, "Pharmacy of Kavala");
	assert_memory_equal(&links.rows[1].target, &missing, sizeof(missing));
	assert_false(links.rows[1].other_held); /* it dangles */
	assert_string_equal(links.rows[1].other_caption, "");
	assert_int_equal(links_of(w, &new, false, 12, 8).count, 1);
	assert_int_equal(links_of(w, &new, false, 0, 1).count, 1);

	links = links_of(w, &old, true, 0, 8);
	assert_int_equal(links.count, 1);
	assert_memory_equal(&links.rows[0].source, &new, sizeof(new));
	assert_memory_equal(&links.rows[0].target, &old, sizeof(old));
	assert_string_equal(links.rows[0].other_caption, "Pharmacy of Gdańsk");
	assert_int_equal(links_of(w, &old, true, 3, 8).count, 0);
	assert_int_equal(links_of(w, &old, true, 2, 8).count, 1);
	/* What nobody has can be linked to all the same. */
	assert_int_equal(links_of(w, &missing, true, 0, 8).count, 1);

	/* Lineage survives erasure. */
	assert_int_equal(stored_erase(&w->s, &new), 0);
	links = links_of(w, &old, true, 0, 8);
	assert_int_equal(links.count, 1);
	assert_false(links.rows[0].other_held);
}

static void the_head_of_a_target_alone_is_no_link(void **state)
{
	struct world *w = *state;
	struct kith_record_id target = {{9, 9, 9}};
	struct kith_link link = {.type = 2, .target = target};
	struct kith_reader *reader;
	struct kith_record_id id;
	struct links links = {.count = 0};

	stored_put(
		&w->s, say(w, (struct saying){.created_ms = 1, .links = &link, .link_count = 1}));
	assert_int_equal(links_of(w, &target, true, 0, 8).count, 1);
	target.bytes[31] = 1;
	assert_int_equal(links_of(w, &target, true, 0, 8).count, 0);
	memset(&id, 7, sizeof(id));
	reader = stored_reader(&w->s);
	assert_int_equal(
		kith_query_links(reader, &id, false, 0, 8, take_link, &links), KITH_E_NOT_FOUND);
	kith_store_reader_give(w->s.store, reader);
}

/* ---- one answer ---------------------------------------------------------------------------- */

static int see_nothing(void *ctx, const struct kith_record *record)
{
	(void)ctx;
	(void)record;
	return 0;
}

/* One answer asks as many questions as strangers have published records, each of them short. */
static void many_short_questions_end_together(void **state)
{
	struct world *w = *state;
	struct kith_record_id id = stored_put(&w->s, say(w, (struct saying){.created_ms = 1}));
	struct kith_reader *reader = stored_reader(&w->s);
	uint64_t since_ns = uv_hrtime();
	int err = 0;

	kith_query_within(reader, 20);
	while (!err && uv_hrtime() - since_ns < 10000000000)
		err = kith_query_linked(reader, &id, 1, see_nothing, NULL);
	assert_int_equal(err, KITH_E_TIMEOUT);
	kith_query_within(reader, 0);
	assert_int_equal(kith_query_linked(reader, &id, 1, see_nothing, NULL), 0);
	kith_store_reader_give(w->s.store, reader);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_prefix_finds_one_none_or_several),
		TEST(importing_again_stores_nothing),
		TEST(another_author_may_import_the_same),
		TEST(one_source_twice_in_a_batch_is_stored_once),
		TEST(the_source_of_what_just_came_in_bulk_is_known),
		TEST(what_was_erased_is_not_imported_again),
		TEST(erasing_leaves_no_trace_of_the_body),
		TEST(links_are_seen_from_both_ends),
		TEST(the_head_of_a_target_alone_is_no_link),
		TEST(many_short_questions_end_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
