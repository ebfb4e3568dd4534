/*
 * quota.c: how many records of one author, and how many records and new authors by one partner, are
 * taken in a day (SPEC section "Quotas").
 *
 * A partner's records are counted before they are verified, since each costs that; when its
 * number is full nothing is asked of it any more. Only authentic records count for authors. What is
 * over a quota is not stored and not known: it is turned away, and as far as there is room its id
 * is remembered, so that it is not asked for again before the next day. That is no fault of the
 * partner that carries it. Days are counted by the monotonic clock from the start of the core;
 * counts do not outlive it.
 */
#include "protocol/core_state.h"

#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"

#define PLACES (2 * KITH_TURNED_AWAY_MAX) /* of the table of ids; never more than half are used */
_Static_assert((PLACES & (PLACES - 1)) == 0, "a power of two");

int kith_quota_init(
	struct kith_quota *quota, const struct kith_core_config *config, uint64_t now_ms)
{
	quota->author_records = config->author_records_per_day ? config->author_records_per_day
							       : KITH_AUTHOR_RECORDS_PER_DAY;
	quota->new_authors = config->new_authors_per_day ? config->new_authors_per_day
							 : KITH_NEW_AUTHORS_PER_DAY;
	quota->partner_records = config->partner_records_per_day ? config->partner_records_per_day
								 : KITH_PARTNER_RECORDS_PER_DAY;
	quota->since_ms = now_ms;
	kith_rng_fill(config->rng, quota->key, sizeof(quota->key));
	quota->authors = kith_authors_new(config->rng);
	return quota->authors ? 0 : KITH_E_NOMEM;
}

void kith_quota_clear(struct kith_quota *quota)
{
	kith_authors_free(quota->authors);
	free(quota->turned_away);
}

int kith_core_restore_author(struct kith_core *core, const struct kith_author *author)
{
	return kith_authors_add(core->quota.authors, author);
}

/* ---- ids turned away ------------------------------------------------------------------------ */

/* For an author's sake (group NULL), or for that of the partner who brought it. */
static uint64_t print_of(const struct kith_quota *quota, const struct kith_record_id *id,
	const struct kith_author *group)
{
	uint8_t both[2 * KITH_ID_LEN] = {0};
	uint64_t print;

	memcpy(both, id->bytes, KITH_ID_LEN);
	if (group)
		memcpy(both + KITH_ID_LEN, group->bytes, KITH_ID_LEN);
	print = kith_siphash(quota->key, both, sizeof(both));
	return print ? print : 1;
}

static uint64_t *place_of(const struct kith_quota *quota, uint64_t print)
{
	size_t i = (size_t)print & (PLACES - 1);

	while (quota->turned_away[i] && quota->turned_away[i] != print)
		i = (i + 1) & (PLACES - 1);
	return &quota->turned_away[i];
}

/* As far as there is room; what is forgotten is only asked for once more. */
static void remember(struct kith_quota *quota, uint64_t print)
{
	uint64_t *place;

	if (!quota->turned_away)
		quota->turned_away = calloc(PLACES, sizeof(*quota->turned_away));
	if (!quota->turned_away || quota->turned_away_count >= KITH_TURNED_AWAY_MAX)
		return;
	place = place_of(quota, print);
	quota->turned_away_count += *place == 0;
	*place = print;
}

bool kith_quota_knows(
	struct kith_core *core, const struct kith_peer *peer, const struct kith_record_id *id)
{
	const struct kith_quota *quota = &core->quota;
	const struct kith_author *group = &peer->partner->config.group;

	return quota->turned_away && (*place_of(quota, print_of(quota, id, NULL)) ||
					     *place_of(quota, print_of(quota, id, group)));
}

/* ---- authors over their quota, for people --------------------------------------------------- */

/* The one of whom least was turned away makes room. */
static void name_author(struct kith_quota *quota, const struct kith_author *author)
{
	struct kith_author_over *least = &quota->over[0];

	for (size_t i = 0; i < quota->over_count; i++) {
		if (kith_id_equal(quota->over[i].author.bytes, author->bytes)) {
			quota->over[i].turned_away++;
			return;
		}
		if (quota->over[i].turned_away < least->turned_away)
			least = &quota->over[i];
	}
	if (quota->over_count < KITH_AUTHORS_OVER_MAX)
		least = &quota->over[quota->over_count++];
	*least = (struct kith_author_over){.author = *author, .turned_away = 1};
}

bool kith_core_author_over_at(const struct kith_core *core, size_t i, struct kith_author_over *out)
{
	if (i >= core->quota.over_count)
		return false;
	*out = core->quota.over[i];
	return true;
}

/* ---- judging -------------------------------------------------------------------------------- */

/* Whom this node's people chose: itself, and its partners. They are never new. */
static bool is_chosen(const struct kith_core *core, const struct kith_author *author)
{
	return kith_id_equal(author->bytes, core->group.bytes) || kith_partner_find(core, author);
}

static int take_author(
	struct kith_core *core, struct kith_peer *peer, const struct kith_author *author)
{
	bool chosen = is_chosen(core, author);
	int err;

	if (!chosen && (!peer || peer->partner->new_authors_today >= core->quota.new_authors))
		return KITH_E_REFUSED;
	err = kith_authors_add(core->quota.authors, author);
	if (!err && !chosen)
		peer->partner->new_authors_today++;
	return err;
}

static void turn_away(struct kith_core *core, struct kith_peer *peer,
	const struct kith_record *record, bool known)
{
	struct kith_quota *quota = &core->quota;

	if (known) {
		name_author(quota, &record->author);
		remember(quota, print_of(quota, &record->id, NULL));
	} else if (peer) {
		remember(quota, print_of(quota, &record->id, &peer->partner->config.group));
	}
	if (!peer)
		return;
	peer->partner->stats.turned_away++;
	peer->partner->turned_away_today++;
}

int kith_quota_judge(
	struct kith_core *core, struct kith_peer *peer, const struct kith_record *record)
{
	struct kith_quota *quota = &core->quota;
	uint32_t *today = kith_authors_today(quota->authors, &record->author);
	bool known = today != NULL;
	int err = 0;

	if (kith_id_equal(record->author.bytes, core->group.bytes))
		return 0; /* own records that come back after a loss */
	if (!known)
		err = take_author(core, peer, &record->author);
	else if (*today >= quota->author_records)
		err = KITH_E_REFUSED;
	if (err == KITH_E_REFUSED)
		turn_away(core, peer, record, known);
	if (err)
		return err;
	(*kith_authors_today(quota->authors, &record->author))++;
	return 0;
}

/* ---- partners ------------------------------------------------------------------------------- */

bool kith_quota_is_full(const struct kith_core *core, const struct kith_partner *partner)
{
	return partner->records_today >= core->quota.partner_records;
}

/* Own records that come back after a loss; who only claims that they are ours forges. */
static bool is_own(const struct kith_core *core, const struct kith_claim *claim)
{
	return kith_id_equal(claim->author.bytes, core->group.bytes);
}

bool kith_quota_bars(
	const struct kith_core *core, const struct kith_peer *peer, const struct kith_claim *claim)
{
	return kith_quota_is_full(core, peer->partner) && !is_own(core, claim);
}

void kith_quota_count(
	const struct kith_core *core, struct kith_peer *peer, const struct kith_claim *claim)
{
	if (!is_own(core, claim))
		peer->partner->records_today++;
}

/* ---- days ----------------------------------------------------------------------------------- */

void kith_quota_tick(struct kith_core *core)
{
	struct kith_quota *quota = &core->quota;

	if (core->now_ms - quota->since_ms < KITH_QUOTA_DAY_MS)
		return;
	quota->since_ms = core->now_ms;
	quota->over_count = quota->turned_away_count = 0;
	free(quota->turned_away);
	quota->turned_away = NULL;
	kith_authors_new_day(quota->authors);
	for (size_t i = 0; i < core->partner_count; i++) {
		core->partners[i]->new_authors_today = 0;
		core->partners[i]->records_today = 0;
		core->partners[i]->turned_away_today = 0;
		core->partners[i]->offences_today = 0;
	}
}
