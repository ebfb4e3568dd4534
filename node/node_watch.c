/*
 * node_watch.c: who else looks at a running node: subscribers, the log, and those who ask for its
 * parts.
 */
#include "node/node_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/address.h"

#define LOOK_MS 250 /* a connection that comes and goes faster is logged once */

/* ---- subscribers ---------------------------------------------------------------------------- */

void kith_node_watch(struct kith_node *node, struct kith_watcher *watcher)
{
	watcher->next = node->watchers;
	node->watchers = watcher;
}

void kith_node_unwatch(struct kith_node *node, struct kith_watcher *watcher)
{
	struct kith_watcher **link = &node->watchers;

	while (*link && *link != watcher)
		link = &(*link)->next;
	if (*link)
		*link = watcher->next;
	if (node->next_watcher == watcher)
		node->next_watcher = watcher->next;
}

/* A watcher may leave, or make another leave, while it is told. */
void kith_node_announce(struct kith_node *node, uint64_t seq)
{
	struct kith_watcher *watcher = node->watchers;

	while (watcher) {
		node->next_watcher = watcher->next;
		watcher->stored(watcher->ctx, seq);
		watcher = node->next_watcher;
	}
	node->next_watcher = NULL;
}

/* ---- the log of partners -------------------------------------------------------------------- */

static struct kith_partner_seen *seen(struct kith_node *node, const struct kith_author *group)
{
	struct kith_partner_seen *grown;

	for (size_t i = 0; i < node->seen_count; i++)
		if (kith_id_equal(node->seen[i].group.bytes, group->bytes))
			return &node->seen[i];
	grown = realloc(node->seen, (node->seen_count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	node->seen = grown;
	grown = &node->seen[node->seen_count++];
	*grown = (struct kith_partner_seen){.group = *group};
	return grown;
}

static void say(struct kith_node *node, enum kith_log_level level, const char *what,
	const struct kith_partner_view *view, const char *why)
{
	kith_log(node->log, level, what, "name", *view->config.name ? view->config.name : NULL,
		"partner", KITH_AUTHOR(&view->config.group), "remote",
		*view->remote ? view->remote : NULL, "why", why);
}

static void compare(struct kith_node *node, const struct kith_partner_view *view)
{
	struct kith_partner_seen *before = seen(node, &view->config.group);
	bool in_step = view->state == KITH_PARTNER_LIVE;
	bool connected = in_step || view->state == KITH_PARTNER_SYNCING;
	const char *why = kith_node_trouble(view);

	if (!before)
		return;
	if (connected && !before->connected)
		say(node, KITH_LOG_INFO, "partner connected", view, NULL);
	if (in_step && !before->in_step)
		say(node, KITH_LOG_INFO, "partner is in step", view, NULL);
	if (!connected && before->connected)
		say(node, why ? KITH_LOG_WARN : KITH_LOG_INFO, "partner disconnected", view, why);
	else if (!connected && why && why != before->why)
		say(node, KITH_LOG_WARN, "partner cannot be reached", view, why);
	before->connected = connected;
	before->in_step = in_step;
	before->why = connected ? NULL : why;
}

static void on_look(uv_timer_t *timer)
{
	struct kith_node *node = timer->data;
	uint64_t now = kith_node_now_ms(node);
	struct kith_partner_view view;

	for (size_t i = 0; kith_core_partner_at(node->core, i, now, &view); i++)
		compare(node, &view);
}

void kith_node_look_later(struct kith_node *node)
{
	if (!node->stopping && !uv_is_active((uv_handle_t *)&node->look))
		uv_timer_start(&node->look, on_look, LOOK_MS, 0);
}

/* ---- parts ---------------------------------------------------------------------------------- */

uv_loop_t *kith_node_loop(struct kith_node *node)
{
	return node->loop;
}

const struct kith_config *kith_node_config(const struct kith_node *node)
{
	return &node->config;
}

const struct kith_keyring *kith_node_keyring(const struct kith_node *node)
{
	return node->keyring;
}

struct kith_log *kith_node_log(struct kith_node *node)
{
	return node->log;
}

struct kith_store *kith_node_store(struct kith_node *node)
{
	return node->store;
}

const struct kith_core *kith_node_core(const struct kith_node *node)
{
	return node->core;
}

const struct kith_rng *kith_node_rng(const struct kith_node *node)
{
	return &node->rng;
}

uint16_t kith_node_port(const struct kith_node *node)
{
	return node->net ? kith_net_port(node->net) : 0;
}

struct kith_node_stats kith_node_stats(const struct kith_node *node)
{
	struct kith_node_stats stats = node->stats;

	if (node->net) {
		struct kith_net_stats net = kith_net_stats(node->net);

		stats.accepted = net.accepted;
		stats.accept_refused = net.refused;
		stats.bytes_in = net.bytes_in;
		stats.bytes_out = net.bytes_out;
	}
	return stats;
}

static void own_host(const struct kith_node *node, char out[KITH_HOST_MAX + 1])
{
	const struct kith_config *config = &node->config;

	if (*config->public_host)
		snprintf(out, KITH_HOST_MAX + 1, "%s", config->public_host);
	else if (config->listen_count && strcmp(config->listen[0].host, "*") != 0)
		snprintf(out, KITH_HOST_MAX + 1, "%s", config->listen[0].host);
	else if (gethostname(out, KITH_HOST_MAX) != 0)
		snprintf(out, KITH_HOST_MAX + 1, "localhost");
	out[KITH_HOST_MAX] = '\0';
}

void kith_node_address(const struct kith_node *node, char *out, size_t len)
{
	struct kith_address address = {
		.group = node->keyring->author->public_key,
		.has_node = node->config.listen_count > 0,
		.node = node->keyring->node->public_key,
		.port = node->config.public_port ? node->config.public_port : kith_node_port(node),
	};
	char text[KITH_ADDRESS_MAX];

	own_host(node, address.host);
	kith_address_format(&address, text);
	snprintf(out, len, "%s", text);
}
