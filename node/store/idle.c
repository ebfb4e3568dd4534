/*
 * idle.c: what the writer does when nobody wants anything: it indexes what is not indexed yet, then
 * purges (purge.c), one transaction at a time.
 *
 * A long pull leaves no idle time; so once much is behind, each group is followed by a step.
 *
 * What fails is tried again after a while, and at once when a write has succeeded meanwhile. A
 * damaged projection is dropped and filled again from the records; if that keeps happening, search
 * rests until the next start, while storing goes on.
 */
#include <malloc.h>

#include "node/store/migrate.h"
#include "node/store/writer.h"

#define REBUILDS_MAX 3
#define WAIT_MIN_NS  1000000000ull
#define WAIT_MAX_NS  (60 * WAIT_MIN_NS)

bool kith_writer_is_behind(const struct kith_writer *writer)
{
	return writer->stats.indexed_seq < writer->stats.last_seq &&
	       writer->rebuilds <= REBUILDS_MAX;
}

static int rebuild(struct kith_writer *writer)
{
	int err = kith_writer_begin(writer, false);

	writer->rebuilds++;
	if (!err)
		err = kith_change_reindex(&writer->db);
	if (!err)
		writer->indexed_seq = 0;
	err = kith_writer_finish(writer, err);
	if (!err) {
		writer->purge = 0; /* what was erased is not indexed again */
		writer->stats.purging = false;
	}
	return err;
}

/* The index is written out with each transaction, and what is small is merged more often; so as
 * much goes into one as can be without keeping anybody waiting. */
int kith_writer_catch_up(struct kith_writer *writer)
{
	int err = kith_writer_begin(writer, false);

	for (unsigned i = 0; !err && i < KITH_INDEX_STEPS; i++) {
		if (writer->indexed_seq == writer->last_seq || (i && writer->wanted))
			break;
		err = kith_index_run(writer, KITH_INDEX_STEP);
	}
	err = kith_writer_finish(writer, err);
	return err == KITH_E_CORRUPT ? rebuild(writer) : err;
}

/* A pull goes on for as long as the partner has more, but search should not be further behind the
 * more there is. The step is one transaction; what fails is tried again when all is quiet. */
void kith_writer_keep_up(struct kith_writer *writer)
{
	uint64_t behind = writer->stats.last_seq - writer->stats.indexed_seq;

	if (behind > writer->lag_max && kith_writer_is_behind(writer) &&
		writer->idle_wait_ns == 0 && kith_writer_catch_up(writer))
		writer->stats.failures++;
}

static bool has_work(const struct kith_writer *writer)
{
	return kith_writer_is_behind(writer) ||
	       (kith_purge_is_due(writer) && writer->rebuilds <= REBUILDS_MAX);
}

uint64_t kith_writer_idle_in_ns(const struct kith_writer *writer)
{
	uint64_t now_ns = uv_hrtime();

	if (!has_work(writer))
		return UINT64_MAX;
	return writer->idle_after_ns > now_ns ? writer->idle_after_ns - now_ns : 0;
}

static int step(struct kith_writer *writer)
{
	int err;

	if (kith_writer_is_behind(writer))
		return kith_writer_catch_up(writer);
	err = kith_purge_step(writer);
	return err == KITH_E_CORRUPT ? rebuild(writer) : err;
}

void kith_writer_idle_step(struct kith_writer *writer)
{
	if (step(writer)) {
		writer->stats.failures++;
		writer->idle_wait_ns =
			writer->idle_wait_ns ? 2 * writer->idle_wait_ns : WAIT_MIN_NS;
		if (writer->idle_wait_ns > WAIT_MAX_NS)
			writer->idle_wait_ns = WAIT_MAX_NS;
		writer->idle_after_ns = uv_hrtime() + writer->idle_wait_ns;
		return;
	}
	writer->idle_wait_ns = 0;
	if (!has_work(writer)) {
		sqlite3_db_release_memory(writer->db.db);
		malloc_trim(0); /* a bulk load leaves much behind */
	}
}
