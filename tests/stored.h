/*
 * stored.h: a store on a loop in a directory of its own, and records to put into it. For tests and
 * benchmarks of node/store/. What cannot fail in a sane test stops the program.
 */
#ifndef KITH_TESTS_STORED_H
#define KITH_TESTS_STORED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "node/store/store.h"
#include "protocol/body.h"
#include "tests/unit/seeded.h"

static inline void stored_must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "the test itself went wrong: %s\n", what);
	abort();
}

/* ---- records ------------------------------------------------------------------------------- */

/* What an initiative, or an ask to somebody, says; NULL and 0 leave things out. */
struct saying {
	uint64_t created_ms;
	uint32_t kind; /* 0: initiative; a kind no build knows has only the title, as bytes */
	const char *lang;
	const char *title, *summary, *text;
	const char *tags[4];
	const char *country, *place;
	const char *url, *id;
	const struct kith_link *links;
	size_t link_count;
	const struct kith_circle *circle;
	int level, status;               /* status: of an initiative */
	const struct kith_author *asked; /* given: it is an ask, addressed to them */
};

static inline char *stored_text(const char *text)
{
	char *copy =
		text ? strdup(text) : NULL; /* protobuf-c wants char *; lives as long as the test */

	return copy;
}

static inline void stored_body(
	const struct saying *saying, struct seeded *seeded, struct kith_buf *out)
{
	Kith__Body body = KITH__BODY__INIT;
	Kith__Initiative initiative = KITH__INITIATIVE__INIT;
	Kith__Ask ask = KITH__ASK__INIT;
	ProtobufCBinaryData asked = {.len = KITH_ID_LEN};
	struct kith_author somebody;
	Kith__Common common = KITH__COMMON__INIT;
	Kith__Place place = KITH__PLACE__INIT;
	Kith__Source source = KITH__SOURCE__INIT;
	struct kith_rng rng = seeded_rng(seeded);
	char *owned[12] = {0};
	char *tags[4];
	size_t n = 0;

	initiative.common = &common;
	common.title = owned[n++] = stored_text(saying->title);
	common.summary = owned[n++] = stored_text(saying->summary);
	initiative.text = ask.text = owned[n++] = stored_text(saying->text);
	place.country = owned[n++] = stored_text(saying->country);
	place.name = owned[n++] = stored_text(saying->place);
	source.url = owned[n++] = stored_text(saying->url);
	source.id = owned[n++] = stored_text(saying->id);
	common.tags = tags;
	while (common.n_tags < 4 && saying->tags[common.n_tags]) {
		tags[common.n_tags] = owned[n++] = stored_text(saying->tags[common.n_tags]);
		common.n_tags++;
	}
	if (saying->country || saying->place)
		common.place = &place;
	if (saying->url || saying->id)
		common.source = &source;
	common.has_level = saying->level != 0;
	common.level = (Kith__Level)saying->level;
	body.kind_case = KITH__BODY__KIND_INITIATIVE;
	body.initiative = &initiative;
	initiative.has_status = saying->status != 0;
	initiative.status = (Kith__InitiativeStatus)saying->status;
	if (saying->asked) {
		somebody = *saying->asked;
		asked.data = somebody.bytes;
		ask.common = &common;
		ask.has_type = true;
		ask.type = KITH__ASK_TYPE__ASK_TYPE_QUESTION;
		ask.n_addressed_to_author = 1;
		ask.addressed_to_author = &asked;
		body.kind_case = KITH__BODY__KIND_ASK;
		body.ask = &ask;
	}
	stored_must(kith_body_encode(&body, &rng, out) == 0, "encoding a body");
	for (size_t i = 0; i < n; i++)
		free(owned[i]);
}

static inline struct kith_record *stored_record(
	const struct saying *saying, const struct kith_sign_pair *author, struct seeded *seeded)
{
	struct kith_record_draft draft = {
		.circle = saying->circle ? *saying->circle : kith_circle_commons(),
		.kind = saying->kind    ? saying->kind
			: saying->asked ? KITH__BODY__KIND_ASK
					: KITH__BODY__KIND_INITIATIVE,
		.created_ms = saying->created_ms,
		.lang = saying->lang ? saying->lang : "en",
		.links = saying->links,
		.link_count = saying->link_count,
	};
	struct kith_record *record = NULL;
	struct kith_problem problem;
	struct kith_buf body;
	struct kith_buf envelope;

	kith_buf_init(&body, KITH_RECORD_MAX_BYTES);
	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	if (saying->kind)
		kith_write(&body, saying->title, strlen(saying->title) + 1);
	else
		stored_body(saying, seeded, &body);
	draft.body = (struct kith_bytes){body.data, body.len};
	if (kith_record_sign(&draft, author, &envelope, NULL, &problem))
		stored_must(0, problem.field);
	stored_must(kith_record_reopen(envelope.data, envelope.len, &record) == 0, "reopening");
	kith_buf_clear(&body);
	kith_buf_clear(&envelope);
	return record;
}

static inline void stored_add(struct kith_batch *batch, struct kith_record *record)
{
	stored_must(kith_batch_add_record_take(batch, record) == 0, "adding to a batch");
}

static inline struct kith_batch *stored_batch_of(struct kith_record *record)
{
	struct kith_batch *batch = kith_batch_new(1);

	stored_must(batch != NULL, "a batch");
	stored_add(batch, record);
	return batch;
}

/* ---- the store ----------------------------------------------------------------------------- */

struct stored {
	uv_loop_t loop;
	struct kith_store *store;
	char home[256];
	char path[300];
	char why[512];
	int done; /* callbacks that have come back */
};

static inline void stored_make(struct stored *s)
{
	const char *base = getenv("TMPDIR");

	*s = (struct stored){0};
	snprintf(s->home, sizeof(s->home), "%s/kith-store.XXXXXX", base && *base ? base : "/tmp");
	stored_must(mkdtemp(s->home) != NULL, "a directory");
	snprintf(s->path, sizeof(s->path), "%s/kith.db", s->home);
	stored_must(uv_loop_init(&s->loop) == 0, "a loop");
}

static inline int stored_open_with(struct stored *s, struct kith_store_config config)
{
	config.path = s->path;
	return kith_store_open(&s->loop, &config, &s->store, s->why, sizeof(s->why));
}

static inline void stored_open(struct stored *s)
{
	int err = stored_open_with(s, (struct kith_store_config){0});

	stored_must(err == 0, s->why);
}

static inline void stored_on_closed(void *ctx)
{
	struct stored *s = ctx;

	s->store = NULL;
}

static inline void stored_close(struct stored *s)
{
	if (s->store)
		kith_store_close(s->store, stored_on_closed, s);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	stored_must(s->store == NULL, "closing");
}

static inline void stored_remove(struct stored *s)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
	char path[320];

	stored_close(s);
	stored_must(uv_loop_close(&s->loop) == 0, "closing the loop");
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", s->path, endings[i]);
		unlink(path);
	}
	rmdir(s->home);
}

/* ---- one thing after the other ------------------------------------------------------------- */

static inline void stored_on_written(void *ctx, struct kith_batch *batch)
{
	struct stored *s = ctx;

	(void)batch;
	s->done++;
}

static inline void stored_wait(struct stored *s, int done)
{
	while (s->done < done)
		uv_run(&s->loop, UV_RUN_ONCE);
}

/* The batch stays the caller's. */
static inline int stored_write(struct stored *s, struct kith_batch *batch)
{
	int before = s->done;

	kith_store_write(s->store, batch, stored_on_written, s);
	stored_wait(s, before + 1);
	return batch->err;
}

/* Stores one record and frees it; its id stays. */
static inline struct kith_record_id stored_put(struct stored *s, struct kith_record *record)
{
	struct kith_batch *batch = stored_batch_of(record);
	struct kith_record_id id = record->id;

	stored_must(stored_write(s, batch) == 0, "storing");
	stored_must(batch->entries[0].err == 0, "storing a record");
	kith_batch_free(batch);
	return id;
}

struct stored_call {
	struct stored *s;
	int err;
	uv_sem_t go; /* for a call that is to wait */
};

static inline void stored_on_changed(void *arg, int err)
{
	struct stored_call *call = arg;

	call->err = err;
	call->s->done++;
}

static inline int stored_erase_it(struct kith_reader *writer, void *arg)
{
	struct stored_call *call = arg;

	return kith_change_erase(writer, call->s->loop.data);
}

static inline int stored_erase(struct stored *s, struct kith_record_id *id)
{
	struct stored_call call = {.s = s, .err = 1};
	int before = s->done;

	s->loop.data = id;
	kith_store_change(s->store, stored_erase_it, stored_on_changed, &call);
	stored_wait(s, before + 1);
	return call.err;
}

static inline struct kith_reader *stored_reader(struct stored *s)
{
	struct kith_reader *reader = NULL;

	stored_must(kith_store_reader_take(s->store, &reader) == 0, "a reader");
	return reader;
}

/* Until search knows everything. */
static inline void stored_wait_indexed(struct stored *s)
{
	for (;;) {
		struct kith_store_stats stats = kith_store_stats(s->store);

		if (stats.indexed_seq == stats.last_seq)
			return;
		uv_run(&s->loop, UV_RUN_ONCE);
	}
}

#endif
