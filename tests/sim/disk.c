/* disk.c: see disk.h. */
#include "tests/sim/disk.h"

#include "tests/sim/must.h"

void sim_disk_init(struct sim_disk *disk, const struct sim_pool *pool, struct sim_rng *rng)
{
	*disk = (struct sim_disk){.pool = pool, .rng = rng};
	disk->log = must_calloc(pool->count, sizeof(*disk->log));
	disk->place = must_calloc(pool->count, sizeof(*disk->place));
}

void sim_disk_clear(struct sim_disk *disk)
{
	free(disk->log);
	free(disk->place);
	*disk = (struct sim_disk){0};
}

bool sim_disk_has(const struct sim_disk *disk, uint32_t index)
{
	return disk->place[index] != 0;
}

bool sim_disk_is_committed(const struct sim_disk *disk, uint32_t index)
{
	return sim_disk_has(disk, index) && disk->place[index] <= disk->committed;
}

static void append(struct sim_disk *disk, uint32_t index)
{
	disk->log[disk->log_len++] = index;
	disk->place[index] = disk->log_len;
}

void sim_disk_preload(struct sim_disk *disk, uint32_t index)
{
	append(disk, index);
	disk->committed = disk->log_len;
}

/* ---- storing --------------------------------------------------------------------------------- */

static const char *check_entry(
	const struct sim_disk *disk, const struct kith_batch_entry *entry, uint32_t *index)
{
	const struct kith_record *record = entry->record;

	if (entry->err || !record)
		return "the batch has an entry that is no verified record";
	*index = sim_pool_find(disk->pool, &record->id);
	if (*index == SIM_NO_RECORD)
		return "the record was never signed by anybody";
	if (!sim_pool_same(disk->pool, *index, record->envelope.data, record->envelope.len))
		return "the record is not what its author signed";
	return entry->known == KITH_KNOWN_HELD ? NULL : "a good record was declined";
}

/* A forger's store hands its core, which is about to push the record, another one than it was
 * given. */
static void flip_a_bit(struct sim_disk *disk, const struct kith_bytes *envelope)
{
	size_t near = envelope->len < 200 ? envelope->len : 200; /* header and signature */
	size_t at = sim_rng_below(disk->rng, sim_rng_chance(disk->rng, 50) ? near : envelope->len);

	((uint8_t *)(uintptr_t)envelope->data)[at] ^= (uint8_t)(1u << sim_rng_below(disk->rng, 8));
}

const char *sim_disk_store(struct sim_disk *disk, struct kith_batch *batch)
{
	uint32_t index;

	if (disk->write_err && disk->writes_left == 0) {
		batch->err = disk->write_err;
		return NULL;
	}
	disk->writes_left -= disk->writes_left > 0;
	for (size_t i = 0; i < batch->count; i++) {
		struct kith_batch_entry *entry = &batch->entries[i];
		const char *wrong = check_entry(disk, entry, &index);

		if (wrong)
			return wrong;
		if (!sim_disk_has(disk, index)) {
			append(disk, index);
			entry->seq = disk->log_len;
		}
		if (disk->lies_by_flipping && sim_rng_chance(disk->rng, 50))
			flip_a_bit(disk, &entry->record->envelope);
	}
	if (batch->durable || sim_rng_chance(disk->rng, 25))
		disk->committed = disk->log_len;
	return NULL;
}

/* ---- fetching -------------------------------------------------------------------------------- */

/* Appends a record; false when it does not fit any more. */
static bool give(struct sim_disk *disk, struct kith_fetch *fetch, uint32_t index)
{
	const struct sim_record *record = &disk->pool->records[index];
	struct kith_bytes given;

	if (fetch->found_count && fetch->found.len + 4 + record->len > fetch->max_bytes)
		return false;
	kith_write_u32(&fetch->found, (uint32_t)record->len);
	given = (struct kith_bytes){kith_write_reserve(&fetch->found, record->len), record->len};
	MUST(given.data);
	memcpy(fetch->found.data + fetch->found.len - record->len, record->envelope, record->len);
	if (disk->lies_by_flipping && sim_rng_chance(disk->rng, 50))
		flip_a_bit(disk, &given);
	fetch->found_count++;
	return true;
}

static bool may_give(const struct sim_disk *disk, const struct kith_fetch *fetch, uint32_t index)
{
	struct kith_circle circle;

	if (index == SIM_NO_RECORD || !sim_disk_has(disk, index) || disk->lies_by_withholding)
		return false;
	circle = sim_pool_circle(disk->pool->records[index].circle);
	return disk->pool->records[index].class_ == fetch->class_ &&
	       kith_id_equal(circle.bytes, fetch->circle.bytes);
}

static void fetch_ids(struct sim_disk *disk, struct kith_fetch *fetch)
{
	fetch->missing = must_calloc(fetch->id_count, sizeof(*fetch->missing));
	for (size_t i = 0; i < fetch->id_count; i++) {
		uint32_t index = sim_pool_find(disk->pool, &fetch->ids[i]);

		if (!may_give(disk, fetch, index))
			fetch->missing[fetch->missing_count++] = fetch->ids[i];
		else if (!give(disk, fetch, index))
			return;
		fetch->ids_done++;
	}
}

static void fetch_after(struct sim_disk *disk, struct kith_fetch *fetch)
{
	uint32_t index = sim_pool_after(disk->pool, &fetch->after);

	fetch->last = fetch->after;
	for (; index < disk->pool->count; index++) {
		if (!may_give(disk, fetch, index))
			continue;
		if (!give(disk, fetch, index))
			return;
		fetch->last = disk->pool->records[index].item;
	}
	fetch->end = true;
}

void sim_disk_fetch(struct sim_disk *disk, struct kith_fetch *fetch)
{
	if (disk->read_err)
		fetch->err = disk->read_err;
	else if (fetch->mode == KITH_FETCH_IDS)
		fetch_ids(disk, fetch);
	else
		fetch_after(disk, fetch);
}

/* ---- losing ---------------------------------------------------------------------------------- */

void sim_disk_truncate(struct sim_disk *disk, uint32_t log_len)
{
	while (disk->log_len > log_len)
		disk->place[disk->log[--disk->log_len]] = 0;
	if (disk->committed > log_len)
		disk->committed = log_len;
}

void sim_disk_power_cut(struct sim_disk *disk)
{
	uint32_t kept = disk->committed +
			(uint32_t)sim_rng_below(disk->rng, disk->log_len - disk->committed + 1);

	sim_disk_truncate(disk, kept);
	disk->committed = kept;
}
