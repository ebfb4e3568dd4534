/*
 * budget.c: what a partner may cost, beside memory (SPEC section "Budgets").
 *
 * Each kind of cost is counted per partner, whatever connection it comes by, in windows of
 * KITH_BUDGET_WINDOW_MS. An allowance is a base and so much for each 64 records that are known
 * here; who spends more has broken a rule, for no honest node comes near it.
 */
#include "protocol/core_state.h"

struct allowance {
	uint64_t base, per_64_known;
	enum kith_complaint complaint;
};

static const struct allowance allowances[KITH_SPENDINGS] = {
	[KITH_SPEND_TALK] = {KITH_BUDGET_TALK, KITH_BUDGET_TALK_64, KITH_COMPLAINT_TALK},
	[KITH_SPEND_ASKED] = {KITH_BUDGET_ASKED, KITH_BUDGET_ASKED_64, KITH_COMPLAINT_ASKED},
	[KITH_SPEND_ANNOUNCED] = {KITH_BUDGET_ANNOUNCED, KITH_BUDGET_NEWS_64,
		KITH_COMPLAINT_ANNOUNCED},
	[KITH_SPEND_REPEATED] = {KITH_BUDGET_REPEATED, KITH_BUDGET_NEWS_64,
		KITH_COMPLAINT_REPEATED},
	[KITH_SPEND_UNAVAILABLE] = {KITH_BUDGET_UNAVAILABLE, KITH_BUDGET_NEWS_64,
		KITH_COMPLAINT_UNAVAILABLE},
	[KITH_SPEND_ROUNDS] = {KITH_BUDGET_ROUNDS, 1, KITH_COMPLAINT_ENDLESS},
	[KITH_SPEND_CALLS] = {KITH_BUDGET_CALLS, 0, KITH_COMPLAINT_CALLS},
	[KITH_SPEND_BROKEN] = {KITH_BUDGET_BROKEN, 0, KITH_COMPLAINT_WITHHELD},
};

static uint64_t known_here(const struct kith_peer *peer)
{
	uint64_t known = 0;

	for (size_t i = 0; i < peer->sync_count; i++)
		known += kith_sync_count(&peer->syncs[i]);
	return known;
}

static void turn_window(const struct kith_core *core, struct kith_budget *budget)
{
	if (core->now_ms - budget->since_ms >= KITH_BUDGET_WINDOW_MS)
		*budget = (struct kith_budget){.since_ms = core->now_ms};
}

/* A partner allows more where it knows more, but how much it knows is not known here: it may be
 * slow, its disk full, or its quotas smaller. */
bool kith_budget_may_announce(const struct kith_core *core, struct kith_partner *partner)
{
	uint64_t *told = &partner->ours.spent[KITH_SPEND_ANNOUNCED];

	turn_window(core, &partner->ours);
	*told += *told < KITH_ANNOUNCE_MAX + 1;
	return *told <= KITH_ANNOUNCE_MAX;
}

int kith_budget_spend(
	struct kith_core *core, struct kith_peer *peer, enum kith_spending what, uint64_t amount)
{
	const struct allowance *allowance = &allowances[what];
	struct kith_budget *budget = &peer->partner->budget;

	turn_window(core, budget);
	budget->spent[what] += amount;
	if (budget->spent[what] <= allowance->base ||
		budget->spent[what] <=
			allowance->base + known_here(peer) * allowance->per_64_known / 64)
		return 0;
	peer->complaint = allowance->complaint;
	return KITH_E_UNEXPECTED;
}

/* What is not a list of whole elements is found out by whoever reads it. */
int kith_budget_message(struct kith_core *core, struct kith_peer *peer, uint8_t type, size_t len)
{
	switch ((enum kith_message_type)type) {
	case KITH_MESSAGE_WANT:
	case KITH_MESSAGE_GRAFT:
		return kith_budget_spend(core, peer, KITH_SPEND_ASKED, len / KITH_ID_LEN);
	case KITH_MESSAGE_IHAVE:
		return kith_budget_spend(core, peer, KITH_SPEND_ANNOUNCED, len / KITH_TOLD_LEN);
	case KITH_MESSAGE_UNAVAILABLE:
		return kith_budget_spend(core, peer, KITH_SPEND_UNAVAILABLE, len / KITH_ID_LEN);
	case KITH_MESSAGE_RECONCILE:
	case KITH_MESSAGE_SYNCED:
	case KITH_MESSAGE_AUDIT:
		return kith_budget_spend(core, peer, KITH_SPEND_ROUNDS, 1);
	case KITH_MESSAGE_SCOPE:
	case KITH_MESSAGE_RECORDS:
	case KITH_MESSAGE_PUSH:
		return 0; /* bounded by what is in flight, and by KITH_SPEND_REPEATED */
	case KITH_MESSAGE_PULL:
	case KITH_MESSAGE_CREDIT:
	case KITH_MESSAGE_PULLED:
	case KITH_MESSAGE_PING:
	case KITH_MESSAGE_PONG:
	case KITH_MESSAGE_PRUNE:
	case KITH_MESSAGE_UNPRUNE:
	case KITH_MESSAGE_NUDGE:
		break;
	}
	return kith_budget_spend(core, peer, KITH_SPEND_TALK, 1);
}
