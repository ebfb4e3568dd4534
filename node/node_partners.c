/*
 * node_partners.c: partners added, changed and removed: on disk first, then in the core.
 */
#include "node/node_internal.h"

#include <stdlib.h>

struct change {
	struct kith_node *node;
	struct kith_partner_config partner;
	bool remove;
	int err; /* what is reported, when this change only takes another one back */
	void (*done)(void *ctx, int err);
	void *ctx;
};

static int change_on_thread(struct kith_reader *writer, void *arg)
{
	struct change *change = arg;

	if (change->remove)
		return kith_change_partner_delete(writer, &change->partner.group);
	return kith_change_partner_put(writer, &change->partner);
}

static void after_change(void *arg, int err);

static void begin(struct change *change)
{
	change->node->under_way++;
	kith_store_change(change->node->store, change_on_thread, after_change, change);
}

/* The core's part; it decides last, and what it does not take leaves the disk again. */
static int apply(struct change *change)
{
	struct kith_node *node = change->node;
	uint64_t now = kith_node_now_ms(node);
	int err;

	if (!change->remove) {
		err = kith_core_set_partner(node->core, &change->partner, now);
	} else {
		err = kith_core_remove_partner(node->core, &change->partner.group, now);
		if (err == KITH_E_NOT_FOUND)
			err = 0; /* the disk knew it, that is enough */
	}
	kith_node_drain(node);
	return err;
}

static void after_change(void *arg, int err)
{
	struct change *change = arg;
	struct kith_node *node = change->node;

	if (change->err) {
		err = change->err;
	} else if (!err) {
		err = apply(change);
		if (err && !change->remove) {
			change->err = err;
			change->remove = true;
			begin(change);
			kith_node_came_back(node);
			return;
		}
	}
	change->done(change->ctx, err);
	free(change);
	kith_node_came_back(node);
}

/* What the core would refuse need not be written first. */
static int foresee(struct kith_node *node, const struct kith_partner_config *partner)
{
	struct kith_partner_view view;
	size_t count = 0;

	if (kith_id_equal(partner->group.bytes, node->keyring->author->public_key.bytes))
		return KITH_E_REFUSED;
	while (kith_core_partner_at(node->core, count, kith_node_now_ms(node), &view)) {
		if (kith_id_equal(view.config.group.bytes, partner->group.bytes))
			return 0;
		count++;
	}
	return count < KITH_PARTNERS_MAX ? 0 : KITH_E_TOO_LARGE;
}

static void change_partner(struct kith_node *node, const struct kith_partner_config *partner,
	bool remove, void (*done)(void *ctx, int err), void *ctx)
{
	struct change *change = NULL;
	int err = node->stopping ? KITH_E_STATE : remove ? 0 : foresee(node, partner);

	if (!err) {
		change = malloc(sizeof(*change));
		err = change ? 0 : KITH_E_NOMEM;
	}
	if (err) {
		done(ctx, err);
		return;
	}
	*change = (struct change){
		.node = node, .partner = *partner, .remove = remove, .done = done, .ctx = ctx};
	begin(change);
}

void kith_node_set_partner(struct kith_node *node, const struct kith_partner_config *partner,
	void (*done)(void *ctx, int err), void *ctx)
{
	change_partner(node, partner, false, done, ctx);
}

void kith_node_remove_partner(struct kith_node *node, const struct kith_author *group,
	void (*done)(void *ctx, int err), void *ctx)
{
	change_partner(node, &(struct kith_partner_config){.group = *group}, true, done, ctx);
}
