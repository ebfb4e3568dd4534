/* entries.c: see entries.h. */
#include "node/store/entries.h"

#define SLOT_BITS  20
#define TIME_MAX   ((1ull << (63 - SLOT_BITS)) - 1)
#define HOMES      12   /* 20 bits each, of the 256 of an id */
#define NEIGHBOURS 8    /* looked at from each home */
#define CROWDED_MS 1000 /* how far a record may move when its millisecond is full */

int64_t kith_entry_floor(uint64_t created_ms)
{
	return (int64_t)((created_ms < TIME_MAX ? created_ms : TIME_MAX) << SLOT_BITS);
}

static int64_t slot_of(const struct kith_item *item, unsigned attempt)
{
	unsigned home = attempt / NEIGHBOURS % HOMES;
	const uint8_t *at = item->id.bytes + home * SLOT_BITS / 8;
	uint32_t bits = (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];

	if (home % 2 == 0)
		bits >>= 4; /* 20 bits begin at this byte, or in its middle */
	return (bits + attempt % NEIGHBOURS) & ((1u << SLOT_BITS) - 1);
}

static int64_t docid_of(const struct kith_item *item, unsigned attempt)
{
	uint64_t moved_ms = attempt / (HOMES * NEIGHBOURS);

	return kith_entry_floor(item->created_ms + moved_ms) + slot_of(item, attempt);
}

int64_t kith_entry_home(const struct kith_item *item)
{
	return docid_of(item, 0);
}

struct kith_item kith_entry_place(int64_t docid)
{
	uint32_t bits = (uint32_t)docid & ((1u << SLOT_BITS) - 1);

	return (struct kith_item){.created_ms = (uint64_t)docid >> SLOT_BITS,
		.id.bytes = {(uint8_t)(bits >> 12), (uint8_t)(bits >> 4), (uint8_t)(bits << 4)}};
}

bool kith_entry_is_place(const struct kith_item *item)
{
	const struct kith_item place = kith_entry_place(kith_entry_home(item));

	return item->created_ms == place.created_ms &&
	       kith_id_equal(item->id.bytes, place.id.bytes);
}

/* Walks the places a record may have until one holds `wanted` (0: nothing). */
static int look_for(
	struct kith_reader *reader, const struct kith_item *item, int64_t wanted, int64_t *docid)
{
	for (unsigned i = 0; i < CROWDED_MS * HOMES * NEIGHBOURS; i++) {
		int64_t there = 0;
		int err;

		*docid = docid_of(item, i);
		err = kith_db_number(
			reader, KITH_SQL_ENTRY_AT, KITH_ARGS(kith_arg_int(*docid)), &there);
		if (err && err != KITH_E_NOT_FOUND)
			return err;
		if (there == wanted)
			return 0;
		if (there == 0)
			return KITH_E_NOT_FOUND;
	}
	return wanted ? KITH_E_NOT_FOUND : KITH_E_TOO_LARGE;
}

int kith_entry_add(
	struct kith_reader *writer, const struct kith_item *item, uint64_t seq, int64_t *docid)
{
	int err = look_for(writer, item, 0, docid);

	if (err)
		return err;
	return kith_db_run(
		writer, KITH_SQL_ENTRY_PUT, KITH_ARGS(kith_arg_int(*docid), kith_arg_u64(seq)));
}

int kith_entry_find(
	struct kith_reader *reader, const struct kith_item *item, uint64_t seq, int64_t *docid)
{
	return look_for(reader, item, (int64_t)seq, docid);
}
