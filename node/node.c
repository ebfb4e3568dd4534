/*
 * node.c: events in, actions out. See node.h.
 *
 * Whatever happens ends in kith_node_feed(): the core is told, and what it then wants is carried
 * out at once or handed to a thread. Nothing is decided here.
 */
#include "node/node_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

#define LITTLE_BYTES 4096u

uint64_t kith_node_now_ms(const struct kith_node *node)
{
	(void)node;
	return uv_hrtime() / 1000000;
}

uint64_t kith_node_wall_ms(const struct kith_node *node)
{
	struct timespec now;

	(void)node;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void kith_node_feed(struct kith_node *node, const struct kith_event *event)
{
	uint64_t now = kith_node_now_ms(node);
	int err;

	kith_core_set_wall_ms(node->core, kith_node_wall_ms(node), now);
	err = kith_core_feed(node->core, event, now);
	if (err)
		kith_log(node->log, KITH_LOG_WARN, "an event was lost", "err", kith_err_name(err));
	if (err && event->type == KITH_EVENT_CONNECTED)
		kith_net_close(node->net, event->conn);
	kith_node_drain(node);
}

void kith_node_came_back(struct kith_node *node)
{
	assert(node->under_way > 0);
	node->under_way--;
	kith_node_stop_further(node);
}

/* ---- verifying: on the thread pool, a batch at a time --------------------------------------- */

struct verification {
	uv_work_t work;
	struct kith_node *node;
	struct kith_batch *batch;
};

static void feed_batch(struct kith_node *node, enum kith_event_type type, struct kith_batch *batch)
{
	kith_node_feed(node, &(struct kith_event){.type = type, .batch = batch});
}

static void verify_on_thread(uv_work_t *work)
{
	struct verification *verification = work->data;

	kith_batch_verify(verification->batch);
}

static void after_verify(uv_work_t *work, int status)
{
	struct verification *verification = work->data;
	struct kith_node *node = verification->node;
	struct kith_batch *batch = verification->batch;

	(void)status; /* never cancelled */
	free(verification);
	node->stats.verify_queued--;
	feed_batch(node, KITH_EVENT_VERIFIED, batch);
	kith_node_came_back(node);
}

/* One short record, of those that come live, and nobody before it: it is checked in less time than
 * a thread needs to wake. */
static bool is_little(const struct kith_node *node, const struct kith_batch *batch)
{
	return batch->count == 1 && batch->bytes <= LITTLE_BYTES && node->stats.verify_queued == 0;
}

static void verify(struct kith_node *node, struct kith_batch *batch)
{
	struct verification *verification =
		is_little(node, batch) ? NULL : malloc(sizeof(*verification));

	if (!verification) {
		kith_batch_verify(batch);
		feed_batch(node, KITH_EVENT_VERIFIED, batch);
		return;
	}
	*verification = (struct verification){.node = node, .batch = batch};
	verification->work.data = verification;
	node->under_way++;
	node->stats.verify_queued++;
	uv_queue_work(node->loop, &verification->work, verify_on_thread, after_verify);
}

/* ---- storing and fetching ------------------------------------------------------------------- */

static void log_storage(struct kith_node *node, int err)
{
	if (err && err != node->store_err)
		kith_log(node->log, KITH_LOG_ERROR,
			"records cannot be stored; none are accepted until they can", "err",
			kith_err_name(err), "why", kith_err_text(err));
	else if (!err && node->store_err)
		kith_log(node->log, KITH_LOG_INFO, "records are stored again");
	node->store_err = err;
}

static void after_store(void *ctx, struct kith_batch *batch)
{
	struct kith_node *node = ctx;

	log_storage(node, batch->err);
	feed_batch(node, KITH_EVENT_STORED, batch);
	kith_node_came_back(node);
}

static void store(struct kith_node *node, struct kith_batch *batch)
{
	node->under_way++;
	kith_store_write(node->store, batch, after_store, node);
}

struct reading {
	struct kith_node *node;
	struct kith_fetch *fetch;
};

static void feed_fetch(struct kith_node *node, struct kith_fetch *fetch)
{
	kith_node_feed(node, &(struct kith_event){.type = KITH_EVENT_FETCHED, .fetch = fetch});
}

static int fetch_on_thread(struct kith_reader *reader, void *arg)
{
	struct reading *reading = arg;

	kith_query_fetch(reader, reading->fetch);
	return 0;
}

static void after_fetch(void *arg, int err)
{
	struct reading *reading = arg;
	struct kith_node *node = reading->node;
	struct kith_fetch *fetch = reading->fetch;

	free(reading);
	if (err)
		fetch->err = err;
	feed_fetch(node, fetch);
	kith_node_came_back(node);
}

static void fetch(struct kith_node *node, struct kith_fetch *wanted)
{
	struct reading *reading = malloc(sizeof(*reading));

	if (!reading) {
		wanted->err = KITH_E_NOMEM;
		feed_fetch(node, wanted);
		return;
	}
	*reading = (struct reading){.node = node, .fetch = wanted};
	node->under_way++;
	kith_store_read(node->store, fetch_on_thread, after_fetch, reading);
}

/* ---- publishing ----------------------------------------------------------------------------- */

struct publication {
	void (*done)(void *ctx, struct kith_batch *batch);
	void *ctx;
};

static void published(struct kith_node *node, struct kith_batch *batch)
{
	batch->next = NULL;
	*node->published_last = batch;
	node->published_last = &batch->next;
}

static void answer_publisher(struct kith_node *node)
{
	struct kith_batch *batch = node->published;
	struct publication *publication = batch->publisher;
	struct publication own = *publication;

	node->published = batch->next;
	if (!node->published)
		node->published_last = &node->published;
	free(publication);
	batch->publisher = NULL;
	batch->next = NULL;
	own.done(own.ctx, batch);
	kith_node_came_back(node);
}

/* A node takes part in whatever circle its own people write to. */
static int join_circles(struct kith_node *node, const struct kith_batch *batch)
{
	int err = 0;

	for (size_t i = 0; i < batch->count && !err; i++)
		err = kith_core_add_circle(node->core, &batch->entries[i].record->circle);
	return err;
}

void kith_node_publish(struct kith_node *node, struct kith_batch *batch,
	void (*done)(void *ctx, struct kith_batch *batch), void *ctx)
{
	struct publication *publication = NULL;

	batch->err = node->stopping ? KITH_E_STATE : join_circles(node, batch);
	if (!batch->err) {
		publication = malloc(sizeof(*publication));
		batch->err = publication ? 0 : KITH_E_NOMEM;
	}
	if (batch->err) {
		done(ctx, batch);
		return;
	}
	*publication = (struct publication){done, ctx};
	batch->publisher = publication;
	node->under_way++;
	feed_batch(node, KITH_EVENT_PUBLISH, batch);
}

/* ---- actions -------------------------------------------------------------------------------- */

static void dial(struct kith_node *node, const struct kith_action *action)
{
	int err = node->net && !node->stopping
			  ? kith_net_dial(node->net, action->dial, action->host, action->port)
			  : KITH_E_STATE;

	kith_log(node->log, KITH_LOG_DEBUG, "dialling", "host", action->host, "port",
		KITH_NUM(action->port));
	if (err)
		kith_node_feed(node,
			&(struct kith_event){
				.type = KITH_EVENT_DIAL_FAILED, .dial = action->dial, .err = err});
}

static void hang_up(struct kith_node *node, const struct kith_action *action)
{
	kith_log(node->log, KITH_LOG_DEBUG, "closing", "conn", KITH_NUM(action->conn), "reason",
		kith_err_name(action->reason));
	if (node->net)
		kith_net_close(node->net, action->conn);
}

static void act(struct kith_node *node, const struct kith_action *action)
{
	switch (action->type) {
	case KITH_ACTION_DIAL:
		dial(node, action);
		return;
	case KITH_ACTION_SEND:
		if (node->net)
			kith_net_send_take(node->net, action->conn, action->data, action->data_len);
		else
			free(action->data);
		return;
	case KITH_ACTION_READ:
		if (node->net)
			kith_net_read(node->net, action->conn, action->on);
		return;
	case KITH_ACTION_CLOSE:
		hang_up(node, action);
		return;
	case KITH_ACTION_VERIFY:
		verify(node, action->batch);
		return;
	case KITH_ACTION_STORE:
		store(node, action->batch);
		return;
	case KITH_ACTION_FETCH:
		fetch(node, action->fetch);
		return;
	case KITH_ACTION_ANNOUNCE:
		if (action->seq > node->announced_seq)
			node->announced_seq = action->seq;
		return;
	case KITH_ACTION_PUBLISHED:
		published(node, action->batch);
		return;
	}
}

/* Tells one of those on this machine who wait for news; false: nobody does. */
static bool tell(struct kith_node *node)
{
	uint64_t seq = node->announced_seq;

	if (node->published) {
		answer_publisher(node);
		return true;
	}
	node->announced_seq = 0;
	if (seq)
		kith_node_announce(node, seq);
	return seq != 0;
}

/* Acting may feed the core again; the outermost call goes on until nothing is left. What is for
 * partners has the longer way, so it goes first. */
void kith_node_drain(struct kith_node *node)
{
	const struct kith_action *action;

	if (node->draining)
		return;
	node->draining = true;
	do
		while ((action = kith_core_next(node->core)))
			act(node, action);
	while (tell(node));
	node->draining = false;
	kith_node_look_later(node);
}

/* ---- the loop ------------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *timer)
{
	struct kith_node *node = timer->data;
	uint64_t now = kith_node_now_ms(node);
	int err;

	kith_core_set_wall_ms(node->core, kith_node_wall_ms(node), now);
	err = kith_core_tick(node->core, now);
	if (err)
		kith_log(
			node->log, KITH_LOG_WARN, "a deadline was lost", "err", kith_err_name(err));
	kith_node_drain(node);
}

/* One millisecond more than asked, since the loop's clock is rounded down. */
static void set_timer(struct kith_node *node)
{
	uint64_t due = kith_core_deadline_ms(node->core), now = kith_node_now_ms(node);

	if (node->stopping)
		return;
	if (due == UINT64_MAX) {
		uv_timer_stop(&node->timer);
		return;
	}
	uv_update_time(node->loop);
	uv_timer_start(&node->timer, on_timer, due > now ? due - now + 1 : 0, 0);
}

static uint64_t thread_cpu_ns(void)
{
	struct timespec spent;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
	return (uint64_t)spent.tv_sec * 1000000000 + (uint64_t)spent.tv_nsec;
}

/* Between two calls the loop has polled once, with idle time, and run whatever was due,
 * without. */
void kith_node_on_prepare(uv_prepare_t *prepare)
{
	struct kith_node *node = prepare->data;
	uint64_t now = uv_hrtime(), idle = uv_metrics_idle_time(node->loop);
	uint64_t cpu = thread_cpu_ns();

	if (node->prepared_ns > 0)
		kith_lag_add(&node->stats.lag,
			(now - node->prepared_ns - (idle - node->idle_ns)) / 1000,
			(cpu - node->cpu_ns) / 1000);
	node->prepared_ns = now;
	node->idle_ns = idle;
	node->cpu_ns = cpu;
	set_timer(node);
}

/* ---- what the net reports ------------------------------------------------------------------- */

static void on_connected(void *ctx, uint64_t conn, uint64_t dial, const char *remote)
{
	struct kith_node *node = ctx;

	kith_log(node->log, KITH_LOG_DEBUG, "connection", "conn", KITH_NUM(conn), "remote", remote,
		"dialled", dial ? "yes" : "no");
	kith_node_mind_certificate(node);
	kith_node_feed(node, &(struct kith_event){.type = KITH_EVENT_CONNECTED,
				     .conn = conn,
				     .dial = dial,
				     .remote = remote});
}

static void on_dial_failed(void *ctx, uint64_t dial, int err)
{
	kith_node_feed(ctx,
		&(struct kith_event){.type = KITH_EVENT_DIAL_FAILED, .dial = dial, .err = err});
}

static void on_bytes(void *ctx, uint64_t conn, struct kith_bytes bytes)
{
	kith_node_feed(
		ctx, &(struct kith_event){.type = KITH_EVENT_BYTES, .conn = conn, .bytes = bytes});
}

static void on_writable(void *ctx, uint64_t conn, size_t unsent)
{
	kith_node_feed(ctx,
		&(struct kith_event){.type = KITH_EVENT_WRITABLE, .conn = conn, .unsent = unsent});
}

static void on_closed(void *ctx, uint64_t conn, int err)
{
	struct kith_node *node = ctx;

	kith_log(node->log, KITH_LOG_DEBUG, "connection lost", "conn", KITH_NUM(conn), "err",
		kith_err_name(err));
	kith_node_feed(
		node, &(struct kith_event){.type = KITH_EVENT_CLOSED, .conn = conn, .err = err});
}

const struct kith_net_hooks kith_node_hooks = {
	.connected = on_connected,
	.dial_failed = on_dial_failed,
	.bytes = on_bytes,
	.writable = on_writable,
	.closed = on_closed,
};
