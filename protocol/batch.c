/* batch.c: see batch.h. Owns envelopes and records until their batch is freed; decides nothing. */
#include "protocol/batch.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/body.h"

struct kith_batch *kith_batch_new(size_t room)
{
	struct kith_batch *batch = calloc(1, sizeof(*batch));

	if (batch)
		batch->room = room;
	return batch;
}

/* The next entry. The array doubles as it fills, for most batches are smaller than they may be. */
static int next_entry(struct kith_batch *batch, struct kith_batch_entry **out)
{
	size_t held = batch->held ? batch->held * 2 : 2;
	struct kith_batch_entry *entries;

	if (batch->count == batch->room)
		return KITH_E_NOSPACE;
	if (batch->count == batch->held) {
		if (held > batch->room)
			held = batch->room;
		entries = realloc(batch->entries, held * sizeof(*entries));
		if (!entries)
			return KITH_E_NOMEM;
		batch->entries = entries;
		batch->held = held;
	}
	*out = &batch->entries[batch->count];
	**out = (struct kith_batch_entry){0};
	return 0;
}

void kith_batch_free(struct kith_batch *batch)
{
	if (!batch)
		return;
	for (size_t i = 0; i < batch->count; i++) {
		free(batch->entries[i].envelope);
		if (batch->entries[i].record)
			kith_record_free(batch->entries[i].record);
	}
	free(batch->entries);
	free(batch);
}

int kith_batch_add(struct kith_batch *batch, const uint8_t *envelope, size_t len)
{
	struct kith_batch_entry *entry;
	uint8_t *copy;
	int err = next_entry(batch, &entry);

	if (err)
		return err;
	copy = malloc(len ? len : 1);
	if (!copy)
		return KITH_E_NOMEM;
	if (len)
		memcpy(copy, envelope, len);
	batch->count++;
	entry->envelope = copy;
	entry->envelope_len = len;
	batch->bytes += len;
	return 0;
}

int kith_batch_add_record_take(struct kith_batch *batch, struct kith_record *record)
{
	struct kith_batch_entry *entry;
	int err = next_entry(batch, &entry);

	if (err)
		return err;
	batch->count++;
	entry->record = record;
	entry->envelope_len = record->envelope.len;
	batch->bytes += record->envelope.len;
	return 0;
}

/* Running out of memory must not decline a record: what is declined is declined for good. */
static void verify_body(struct kith_batch_entry *entry)
{
	int err = kith_record_check(entry->record, &entry->problem);

	if (err && kith_err_class(err) == KITH_CLASS_INPUT)
		entry->known = KITH_KNOWN_DECLINED;
	else
		entry->err = err;
}

static void verify(struct kith_batch_entry *entry)
{
	if (!entry->envelope)
		return; /* came as a verified record */
	entry->err = kith_record_open(
		entry->envelope, entry->envelope_len, &entry->record, &entry->problem);
	if (entry->err)
		return;
	free(entry->envelope);
	entry->envelope = NULL;
	verify_body(entry);
}

void kith_batch_verify(struct kith_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		verify(&batch->entries[i]);
}

struct kith_fetch *kith_fetch_new(void)
{
	struct kith_fetch *fetch = calloc(1, sizeof(*fetch));

	/* Whoever fills `found` in keeps to max_bytes. */
	if (fetch)
		kith_buf_init(&fetch->found, SIZE_MAX);
	return fetch;
}

void kith_fetch_free(struct kith_fetch *fetch)
{
	if (!fetch)
		return;
	free(fetch->ids);
	free(fetch->missing);
	kith_buf_clear(&fetch->found);
	free(fetch);
}
