/*
 * node_start.c: how a node comes up and goes down. See node.h.
 *
 * Up: the sockets first, since a port in use is the likeliest thing to be wrong, and callers can
 * wait until the loop runs; then the store, the core with its certificate, partners and sets.
 * Down: the core says Bye, the net lets that leave, what is under way comes back, the store
 * checkpoints and closes.
 */
#include "node/node_internal.h"

#include <stdlib.h>
#include <string.h>

#include "node/file.h"
#include "node/why.h"

/* ---- going down ----------------------------------------------------------------------------- */

static void on_handle_closed(uv_handle_t *handle)
{
	struct kith_node *node = handle->data;
	void (*stopped)(void *ctx) = node->stopped;
	void *ctx = node->stopped_ctx;

	if (--node->handles > 0)
		return;
	kith_core_free(node->core);
	free(node->seen);
	free(node);
	stopped(ctx);
}

static void close_handles(void *ctx)
{
	struct kith_node *node = ctx;

	node->store = NULL;
	uv_close((uv_handle_t *)&node->timer, on_handle_closed);
	uv_close((uv_handle_t *)&node->look, on_handle_closed);
	uv_close((uv_handle_t *)&node->prepare, on_handle_closed);
}

static void close_store(uv_timer_t *timer)
{
	struct kith_node *node = timer->data;

	if (node->store)
		kith_store_close(node->store, close_handles, node);
	else
		close_handles(node);
}

/* The last to come back may be the store's own callback, from which it cannot be closed. */
void kith_node_stop_further(struct kith_node *node)
{
	if (!node->stopping || node->net || node->under_way > 0 || node->store_closing)
		return;
	node->store_closing = true;
	uv_timer_start(&node->timer, close_store, 0, 0);
}

static void on_net_stopped(void *ctx)
{
	struct kith_node *node = ctx;

	node->net = NULL;
	kith_node_stop_further(node);
}

void kith_node_stop(struct kith_node *node, void (*stopped)(void *ctx), void *ctx)
{
	node->stopping = true;
	node->stopped = stopped;
	node->stopped_ctx = ctx;
	uv_timer_stop(&node->look);
	uv_timer_stop(&node->timer);
	if (node->core) {
		kith_core_shutdown(node->core, kith_node_now_ms(node));
		kith_node_drain(node);
	}
	if (node->net)
		kith_net_stop(node->net, on_net_stopped, node);
	else
		kith_node_stop_further(node);
}

/* ---- coming up ------------------------------------------------------------------------------ */

static struct kith_node *node_new(uv_loop_t *loop, const struct kith_config *config,
	struct kith_keyring *keyring, struct kith_log *log)
{
	struct kith_node *node = calloc(1, sizeof(*node));

	if (!node)
		return NULL;
	node->loop = loop;
	node->config = *config;
	node->keyring = keyring;
	node->log = log;
	node->rng = kith_rng_system();
	node->published_last = &node->published;
	node->stats.started_wall_ms = kith_node_wall_ms(node);
	(void)uv_loop_configure(
		loop, UV_METRICS_IDLE_TIME); /* without it only the measure suffers */
	uv_timer_init(loop, &node->timer);
	uv_timer_init(loop, &node->look);
	uv_prepare_init(loop, &node->prepare);
	node->timer.data = node->look.data = node->prepare.data = node;
	node->handles = 3;
	return node;
}

static int no_memory(char *why, size_t why_len)
{
	return kith_why(why, why_len, KITH_E_NOMEM, "%s", kith_err_text(KITH_E_NOMEM));
}

static int open_net(struct kith_node *node, char *why, size_t why_len)
{
	struct kith_net_hooks hooks = kith_node_hooks;
	int err = 0;

	hooks.ctx = node;
	node->net = kith_net_new(node->loop, node->config.max_connections,
		node->config.handshakes_per_second, &hooks);
	if (!node->net)
		return no_memory(why, why_len);
	for (size_t i = 0; i < node->config.listen_count && !err; i++)
		err = kith_net_listen(node->net, &node->config.listen[i], why, why_len);
	return err;
}

static int open_store(struct kith_node *node, char *why, size_t why_len)
{
	char path[KITH_PATH_MAX + 16];
	struct kith_store_config config = {
		.path = path,
		.quick_check = node->config.check_at_start,
		.cache_kib = node->config.cache_kib,
	};

	if (kith_path_join(node->config.home, "kith.db", path, sizeof(path)) != 0)
		return kith_why(why, why_len, KITH_E_TOO_LARGE, "the path is too long: %s",
			node->config.home);
	return kith_store_open(node->loop, &config, &node->store, why, why_len);
}

static int open_core(struct kith_node *node, char *why, size_t why_len)
{
	uint64_t now = kith_node_now_ms(node), wall = kith_node_wall_ms(node);
	struct kith_buf certificate;
	struct kith_core_config config = {
		.node = node->keyring->node,
		.group = node->keyring->author->public_key,
		.agent = "kith/" KITH_VERSION,
		.rng = &node->rng,
		.reconcile_every_ms = node->config.reconcile_every_s * 1000,
		.pull_window_bytes = node->config.pull_window_bytes,
		.answer_within_ms = node->config.answer_within_s * 1000,
		.author_records_per_day = node->config.author_records_per_day,
		.new_authors_per_day = node->config.new_authors_per_day,
		.partner_records_per_day = node->config.partner_records_per_day,
	};
	int err;

	err = kith_node_certify(node, &certificate);
	if (err) {
		err = kith_why(why, why_len, err, "the node's certificate: %s", kith_err_text(err));
	} else {
		config.certificate = (struct kith_bytes){certificate.data, certificate.len};
		node->core = kith_core_new(&config, now, wall);
		if (!node->core)
			err = no_memory(why, why_len);
	}
	kith_buf_clear(&certificate);
	return err;
}

/* ---- what the store remembers --------------------------------------------------------------- */

static int restore_item(void *ctx, const struct kith_circle *circle, enum kith_class class_,
	const struct kith_item *item)
{
	struct kith_node *node = ctx;
	int err = kith_core_add_circle(node->core, circle);

	return err ? err : kith_core_restore(node->core, circle, class_, item);
}

static int restore_author(void *ctx, const struct kith_author *author)
{
	struct kith_node *node = ctx;

	return kith_core_restore_author(node->core, author);
}

static int restore_partner(void *ctx, const struct kith_partner_config *partner)
{
	struct kith_node *node = ctx;
	int err = kith_core_set_partner(node->core, partner, kith_node_now_ms(node));

	if (err == KITH_E_NOMEM)
		return err;
	if (err)
		kith_log(node->log, KITH_LOG_WARN, "a partner is left out", "name", partner->name,
			"partner", KITH_AUTHOR(&partner->group), "why", kith_err_text(err));
	return 0;
}

static int restore(struct kith_node *node, char *why, size_t why_len)
{
	struct kith_reader *reader;
	int err = kith_store_reader_take(node->store, &reader);

	if (!err) {
		err = kith_query_items(reader, restore_item, node);
		if (!err)
			err = kith_query_authors(reader, restore_author, node);
		if (!err)
			err = kith_query_partners(reader, restore_partner, node);
		kith_store_reader_give(node->store, reader);
	}
	if (err)
		err = kith_why(why, why_len, err, "%s/kith.db cannot be read back: %s",
			node->config.home, kith_err_text(err));
	return err;
}

static void on_given_up(void *ctx)
{
	*(bool *)ctx = true;
}

int kith_node_start(uv_loop_t *loop, const struct kith_config *config, struct kith_keyring *keyring,
	struct kith_log *log, struct kith_node **out, char *why, size_t why_len)
{
	struct kith_node *node = node_new(loop, config, keyring, log);
	bool given_up = false;
	int err;

	if (!node)
		return no_memory(why, why_len);
	err = open_net(node, why, why_len);
	if (!err)
		err = open_store(node, why, why_len);
	if (!err)
		err = open_core(node, why, why_len);
	if (!err)
		err = restore(node, why, why_len);
	if (err) {
		kith_node_stop(node, on_given_up, &given_up);
		while (!given_up)
			uv_run(loop, UV_RUN_ONCE);
		return err;
	}
	uv_prepare_start(&node->prepare, kith_node_on_prepare);
	kith_node_drain(node);
	*out = node;
	return 0;
}
