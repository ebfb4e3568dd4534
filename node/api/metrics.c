/* metrics.c: metrics.get: every counter and gauge of the process, flat, from the stats of its
 * parts. */
#include "node/api/families.h"

#include "node/answer.h"
#include "node/api/call.h"

struct sum {
	struct kith_partner_stats stats;
	uint64_t count, connected, live, behind;
};

static void add_partner(struct sum *sum, const struct kith_partner_view *view)
{
	const struct kith_partner_stats *s = &view->stats;
	struct kith_partner_stats *t = &sum->stats;

	sum->count++;
	sum->connected += view->connected_wall_ms != 0;
	sum->live += view->state == KITH_PARTNER_LIVE;
	sum->behind += view->behind;
	t->bytes_in += s->bytes_in;
	t->bytes_out += s->bytes_out;
	t->records_in += s->records_in;
	t->records_out += s->records_out;
	t->duplicates += s->duplicates;
	t->forged += s->forged;
	t->declined += s->declined;
	t->held_back += s->held_back;
	t->unavailable += s->unavailable;
	t->reconciliations += s->reconciliations;
	t->rounds += s->rounds;
	t->audits += s->audits;
	t->audit_found += s->audit_found;
	t->connections += s->connections;
	t->truncations += s->truncations;
	t->offences += s->offences;
	t->turned_away += s->turned_away;
}

static void partner_metrics(json_t *out, struct kith_node *node)
{
	struct kith_partner_view view;
	struct sum sum = {.count = 0};

	for (size_t i = 0;
		kith_core_partner_at(kith_node_core(node), i, kith_node_now_ms(node), &view); i++)
		add_partner(&sum, &view);
	kith_answer_number(out, "partners.count", sum.count);
	kith_answer_number(out, "partners.connected", sum.connected);
	kith_answer_number(out, "partners.live", sum.live);
	kith_answer_number(out, "partners.behind", sum.behind);
	kith_answer_number(out, "partners.bytes_in", sum.stats.bytes_in);
	kith_answer_number(out, "partners.bytes_out", sum.stats.bytes_out);
	kith_answer_number(out, "partners.records_in", sum.stats.records_in);
	kith_answer_number(out, "partners.records_out", sum.stats.records_out);
	kith_answer_number(out, "partners.duplicates", sum.stats.duplicates);
	kith_answer_number(out, "partners.forged", sum.stats.forged);
	kith_answer_number(out, "partners.declined", sum.stats.declined);
	kith_answer_number(out, "partners.held_back", sum.stats.held_back);
	kith_answer_number(out, "partners.unavailable", sum.stats.unavailable);
	kith_answer_number(out, "partners.reconciliations", sum.stats.reconciliations);
	kith_answer_number(out, "partners.rounds", sum.stats.rounds);
	kith_answer_number(out, "partners.audits", sum.stats.audits);
	kith_answer_number(out, "partners.audit_found", sum.stats.audit_found);
	kith_answer_number(out, "partners.connections", sum.stats.connections);
	kith_answer_number(out, "partners.truncations", sum.stats.truncations);
	kith_answer_number(out, "partners.offences", sum.stats.offences);
	kith_answer_number(out, "partners.turned_away", sum.stats.turned_away);
}

static void core_metrics(json_t *out, const struct kith_core *core)
{
	struct kith_core_stats stats = kith_core_stats(core);

	kith_answer_number(out, "core.connections_in", stats.connections_in);
	kith_answer_number(out, "core.connections_open", stats.connections_open);
	kith_answer_number(out, "core.openings_refused", stats.openings_refused);
	kith_answer_number(out, "core.not_partners", stats.not_partners);
	kith_answer_number(out, "core.records_stored", stats.records_stored);
	kith_answer_number(out, "core.published", stats.published);
	kith_answer_number(out, "core.store_failures", stats.store_failures);
	kith_answer_number(out, "core.in_flight_records", stats.in_flight_records);
	kith_answer_number(out, "core.in_flight_bytes", stats.in_flight_bytes);
	kith_answer_number(out, "core.set_bytes", stats.set_bytes);
	kith_answer_number(out, "core.storage_blocked", stats.storage_blocked);
}

static void store_metrics(json_t *out, const struct kith_store *store)
{
	struct kith_store_stats stats = kith_store_stats(store);

	kith_answer_number(out, "store.last_seq", stats.last_seq);
	kith_answer_number(out, "store.indexed_seq", stats.indexed_seq);
	kith_answer_number(out, "store.commits", stats.commits);
	kith_answer_number(out, "store.full_commits", stats.full_commits);
	kith_answer_number(out, "store.rows_written", stats.rows_written);
	kith_answer_number(out, "store.failures", stats.failures);
	kith_answer_number(out, "store.queued_batches", stats.queued_batches);
	kith_answer_number(out, "store.commit_us_max", stats.commit_us_max);
	kith_answer_number(out, "store.database_bytes", stats.database_bytes);
}

static void node_metrics(json_t *out, const struct kith_node *node)
{
	struct kith_node_stats stats = kith_node_stats(node);
	uint64_t now = kith_node_wall_ms(node), started = stats.started_wall_ms;

	kith_answer_number(out, "node.uptime_s", now > started ? (now - started) / 1000 : 0);
	kith_answer_number(out, "node.loop_iterations", stats.lag.turns);
	kith_answer_number(out, "node.loop_busy_us_p50", kith_lag_us(&stats.lag, 500));
	kith_answer_number(out, "node.loop_busy_us_p99", kith_lag_us(&stats.lag, 990));
	kith_answer_number(out, "node.loop_blocked_us_max", stats.lag.busy_us_max);
	kith_answer_number(out, "node.loop_blocked_20ms", stats.lag.long_turns);
	kith_answer_number(out, "node.loop_cpu_us_max", stats.lag.cpu_us_max);
	kith_answer_number(out, "node.accepted", stats.accepted);
	kith_answer_number(out, "node.accept_refused", stats.accept_refused);
	kith_answer_number(out, "node.verify_queued", stats.verify_queued);
	kith_answer_number(out, "node.bytes_in", stats.bytes_in);
	kith_answer_number(out, "node.bytes_out", stats.bytes_out);
}

static void api_metrics(json_t *out, const struct kith_api *api)
{
	struct kith_api_stats stats = kith_api_stats(api);

	kith_answer_number(out, "api.clients", stats.clients);
	kith_answer_number(out, "api.followers", stats.followers);
	kith_answer_number(out, "api.accepted", stats.accepted);
	kith_answer_number(out, "api.refused", stats.refused);
	kith_answer_number(out, "api.crowded", stats.crowded);
	kith_answer_number(out, "api.dropped", stats.dropped);
	kith_answer_number(out, "api.calls", stats.calls);
	kith_answer_number(out, "api.errors", stats.errors);
	kith_answer_number(out, "api.followed", stats.followed);
	kith_answer_number(out, "api.unsent_bytes", stats.unsent_bytes);
}

void kith_method_metrics_get(struct kith_call *call)
{
	struct kith_node *node = call->api->node;
	json_t *metrics = json_object();

	node_metrics(metrics, node);
	core_metrics(metrics, kith_node_core(node));
	partner_metrics(metrics, node);
	store_metrics(metrics, kith_node_store(node));
	api_metrics(metrics, call->api);
	kith_call_result(call, metrics);
}
