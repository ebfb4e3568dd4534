/*
 * Any bytes as an envelope: the doors agree with each other, what opens is what came, and nothing
 * that is refused leaves anything behind. Signatures almost never hold here, so most of the work
 * is done by kith_record_reopen(), the same but for them.
 */
#include <stdlib.h>
#include <string.h>

#include "keys/secret.h"
#include "protocol/body.h"
#include "protocol/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Input that a peer is to blame for is named; a lack of memory is nobody's fault. */
static void require_named(int err, const struct kith_problem *problem)
{
	require(err == KITH_E_NOMEM ||
		(kith_err_class(err) == KITH_CLASS_INPUT && problem->field[0] && problem->rule[0]));
}

static void look_at(const struct kith_record *record, const uint8_t *data, size_t len)
{
	struct kith_problem problem = {{0}, {0}};
	struct kith_claim claim;
	int err;

	require(record->envelope.len == len && memcmp(record->envelope.data, data, len) == 0);
	require(record->link_count <= KITH_LINKS_MAX && strlen(record->lang) > 0);
	require(record->created_ms <= KITH_CREATED_MAX_MS && record->kind > 0);
	require(!record->has_body ||
		(record->body.data > record->envelope.data &&
			record->body.data + record->body.len == record->envelope.data + len));
	require(kith_record_peek(data, len, &claim) == 0);
	require(memcmp(&claim.item.id, &record->id, sizeof(record->id)) == 0);
	err = kith_record_check(record, &problem);
	if (err)
		require_named(err, &problem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct kith_problem problem = {{0}, {0}};
	struct kith_record *opened, *reopened;
	int open_err, reopen_err;

	if (kith_keys_init())
		abort();
	open_err = kith_record_open(data, len, &opened, &problem);
	reopen_err = kith_record_reopen(data, len, &reopened);
	if (open_err)
		require_named(open_err, &problem);
	/* Only the signature tells them apart. */
	require(open_err == reopen_err || (reopen_err == 0 && open_err == KITH_E_FORGED));
	require((opened == NULL) == (open_err != 0));
	if (opened)
		look_at(opened, data, len);
	if (reopened)
		look_at(reopened, data, len);
	kith_record_free(opened);
	kith_record_free(reopened);
	return 0;
}
