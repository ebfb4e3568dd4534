/*
 * store.c: the writer's thread, its queue, and the way back to the loop.
 *
 * Jobs go to the thread through one queue and come back through another, both behind one mutex;
 * an async handle wakes the loop. The thread takes as many batches as a group may hold, commits
 * them, and hands them back; when nothing waits, it indexes what bulk loading left behind, one
 * step at a time.
 */
#include "node/store/store.h"

#include <stdio.h>
#include <stdlib.h>

#include "node/store/pool.h"
#include "node/store/writer.h"

#define READERS 2

/* What is stored is told for so long in one turn of the loop: with many partners to pass it on to,
 * a group of thousands would keep everybody waiting. */
#define DELIVER_NS 2000000u

struct job {
	struct job *next;
	struct kith_batch *batch; /* or NULL: a change */
	void (*written)(void *ctx, struct kith_batch *batch);
	int (*fn)(struct kith_reader *writer, void *arg);
	void (*changed)(void *arg, int err);
	void *ctx;
	int err;
};

struct queue {
	struct job *first;
	struct job **last;
	size_t count;
};

struct kith_store {
	struct kith_writer writer; /* the thread's, once it runs; but for `wanted` */
	struct kith_pool *pool;
	uv_thread_t thread;
	uv_async_t wake_loop;

	/* ---- behind the mutex ---- */
	uv_mutex_t mutex;
	uv_cond_t wake_thread;
	struct queue waiting;
	struct queue finished;
	struct kith_store_stats published;
	bool stop;    /* finish the queue, then end */
	bool stopped; /* the thread has ended */

	/* ---- the loop's ---- */
	struct kith_store_stats stats;
	size_t pending; /* jobs whose callback has not run */
	bool closing;   /* nothing is taken any more */
	bool joined;
	void (*closed)(void *ctx);
	void *closed_ctx;
};

static void queue_init(struct queue *queue)
{
	*queue = (struct queue){.last = &queue->first};
}

static void queue_put(struct queue *queue, struct job *job)
{
	job->next = NULL;
	*queue->last = job;
	queue->last = &job->next;
	queue->count++;
}

/* A person waits for it. An import must find all that came before it, so it keeps its place. */
static bool is_urgent(const struct job *job)
{
	return job->batch && job->batch->durable && !job->batch->unless_source;
}

/* Goes before what partners brought, however much that is, but not before others like it. */
static void queue_put_urgent(struct queue *queue, struct job *job)
{
	struct job **at = &queue->first;

	while (*at && is_urgent(*at))
		at = &(*at)->next;
	job->next = *at;
	*at = job;
	if (!job->next)
		queue->last = &job->next;
	queue->count++;
}

static struct job *queue_take(struct queue *queue)
{
	struct job *job = queue->first;

	if (!job)
		return NULL;
	queue->first = job->next;
	if (!queue->first)
		queue->last = &queue->first;
	queue->count--;
	return job;
}

/* ---- the thread ---------------------------------------------------------------------------- */

/* Whether the next job can share a transaction with those taken. Changes stand alone; what asks for
 * sources must find everything before it committed and indexed. */
static bool belongs_to(const struct job *next, const struct job *first)
{
	return next->batch && first->batch &&
	       next->batch->unless_source == first->batch->unless_source;
}

/* Takes one job, and as many of those behind it as one group may hold. */
static size_t take_group(struct queue *waiting, struct job **group)
{
	size_t records = 0;
	size_t bytes = 0;
	size_t count = 0;

	while (waiting->first && count < KITH_GROUP_MAX_BATCHES) {
		const struct kith_batch *batch = waiting->first->batch;

		records += batch ? batch->count : 0;
		bytes += batch ? batch->bytes : 0;
		if (count &&
			(!belongs_to(waiting->first, group[0]) ||
				records > KITH_GROUP_MAX_RECORDS || bytes > KITH_GROUP_MAX_BYTES))
			break;
		group[count++] = queue_take(waiting);
	}
	return count;
}

static void work_off(struct kith_store *store, struct job **group, size_t count)
{
	struct kith_batch *batches[KITH_GROUP_MAX_BATCHES];

	if (!group[0]->batch) {
		group[0]->err = kith_writer_change(&store->writer, group[0]->fn, group[0]->ctx);
		return;
	}
	for (size_t i = 0; i < count; i++)
		batches[i] = group[i]->batch;
	kith_writer_group(&store->writer, batches, count);
}

/* With the mutex held. */
static void hand_back(struct kith_store *store, struct job **group, size_t count)
{
	for (size_t i = 0; i < count; i++)
		queue_put(&store->finished, group[i]);
	store->published = store->writer.stats;
	uv_async_send(&store->wake_loop);
}

/* One round with the mutex held on entry and exit; it is free while SQLite works. */
static void round_of_work(struct kith_store *store, struct job **group)
{
	size_t count = take_group(&store->waiting, group);

	store->writer.wanted = store->waiting.first != NULL;
	uv_mutex_unlock(&store->mutex);
	if (count)
		work_off(store, group, count);
	else
		kith_writer_idle_step(&store->writer);
	uv_mutex_lock(&store->mutex);
	hand_back(store, group, count);
	uv_mutex_unlock(&store->mutex);
	kith_writer_checkpoint_if_due(&store->writer);
	if (count)
		kith_writer_keep_up(&store->writer);
	uv_mutex_lock(&store->mutex);
}

/* With the mutex held: until a job comes, or idle work is due. */
static bool wait_for_work(struct kith_store *store)
{
	uint64_t idle_in_ns = kith_writer_idle_in_ns(&store->writer);

	if (store->waiting.first || (idle_in_ns == 0 && !store->stop))
		return true;
	if (store->stop)
		return false;
	if (idle_in_ns == UINT64_MAX)
		uv_cond_wait(&store->wake_thread, &store->mutex);
	else
		uv_cond_timedwait(&store->wake_thread, &store->mutex, idle_in_ns);
	return store->waiting.first != NULL;
}

static void thread_main(void *arg)
{
	struct kith_store *store = arg;
	struct job *group[KITH_GROUP_MAX_BATCHES];

	uv_mutex_lock(&store->mutex);
	while (store->waiting.first || !store->stop)
		if (wait_for_work(store))
			round_of_work(store, group);
	uv_mutex_unlock(&store->mutex);
	kith_writer_close(&store->writer);
	uv_mutex_lock(&store->mutex);
	store->stopped = true;
	uv_async_send(&store->wake_loop);
	uv_mutex_unlock(&store->mutex);
}

/* ---- back on the loop ---------------------------------------------------------------------- */

static void ignore(void *ctx)
{
	(void)ctx;
}

static void deliver(struct kith_store *store, struct job *job)
{
	store->pending--;
	if (job->batch)
		job->written(job->ctx, job->batch);
	else
		job->changed(job->ctx, job->err);
	free(job);
}

static void free_store(uv_handle_t *handle)
{
	struct kith_store *store = handle->data;
	void (*closed)(void *ctx) = store->closed;
	void *ctx = store->closed_ctx;

	uv_cond_destroy(&store->wake_thread);
	uv_mutex_destroy(&store->mutex);
	free(store);
	closed(ctx);
}

/* What was queued has been written; nothing can follow. */
static void finish_close(struct kith_store *store)
{
	uv_thread_join(&store->thread);
	store->joined = true;
	uv_close((uv_handle_t *)&store->wake_loop, free_store);
}

static void on_wake(uv_async_t *handle)
{
	struct kith_store *store = handle->data;
	uint64_t until_ns = uv_hrtime() + DELIVER_NS;
	struct job *job;
	bool stopped;

	do {
		uv_mutex_lock(&store->mutex);
		job = queue_take(&store->finished);
		store->stats = store->published;
		stopped = store->stopped;
		uv_mutex_unlock(&store->mutex);
		if (job)
			deliver(store, job);
	} while (job && uv_hrtime() < until_ns);
	if (job)
		uv_async_send(&store->wake_loop); /* for the rest, if there is any */
	/* A callback may have queued another job, which is then refused through `finished`. */
	if (stopped && store->pending == 0 && !store->joined)
		finish_close(store);
}

static void fail(struct job *job, int err)
{
	job->err = err;
	if (job->batch)
		job->batch->err = err;
}

/* ---- the public side ----------------------------------------------------------------------- */

static void submit(struct kith_store *store, const struct job *what)
{
	struct job *job = malloc(sizeof(*job));

	store->pending++;
	if (!job) {
		struct job failed = *what;

		fail(&failed, KITH_E_NOMEM);
		deliver(store, &failed);
		return;
	}
	*job = *what;
	uv_mutex_lock(&store->mutex);
	if (store->closing) {
		fail(job, KITH_E_STATE);
		queue_put(&store->finished, job);
		uv_async_send(&store->wake_loop);
	} else {
		if (is_urgent(job))
			queue_put_urgent(&store->waiting, job);
		else
			queue_put(&store->waiting, job);
		store->writer.wanted = true;
		uv_cond_signal(&store->wake_thread);
	}
	uv_mutex_unlock(&store->mutex);
}

void kith_store_write(struct kith_store *store, struct kith_batch *batch,
	void (*done)(void *ctx, struct kith_batch *batch), void *ctx)
{
	submit(store, &(struct job){.batch = batch, .written = done, .ctx = ctx});
}

void kith_store_change(struct kith_store *store, int (*fn)(struct kith_reader *writer, void *arg),
	void (*done)(void *arg, int err), void *arg)
{
	submit(store, &(struct job){.fn = fn, .changed = done, .ctx = arg});
}

void kith_store_read(struct kith_store *store, int (*fn)(struct kith_reader *reader, void *arg),
	void (*done)(void *arg, int err), void *arg)
{
	if (store->closing)
		done(arg, KITH_E_STATE);
	else
		kith_pool_read(store->pool, fn, done, arg);
}

int kith_store_reader_take(struct kith_store *store, struct kith_reader **out)
{
	return kith_pool_take(store->pool, out);
}

void kith_store_reader_give(struct kith_store *store, struct kith_reader *reader)
{
	kith_pool_give(store->pool, reader);
}

struct kith_store_stats kith_store_stats(const struct kith_store *store)
{
	struct kith_store_stats stats = store->stats;

	stats.queued_batches = store->pending;
	return stats;
}

/* ---- opening and closing ------------------------------------------------------------------- */

static int init_locks(struct kith_store *store)
{
	if (uv_mutex_init(&store->mutex))
		return KITH_E_NOMEM;
	if (uv_cond_init(&store->wake_thread)) {
		uv_mutex_destroy(&store->mutex);
		return KITH_E_NOMEM;
	}
	return 0;
}

/* After this nothing fails, for an open handle could only be closed by the loop. */
static int start(struct kith_store *store, uv_loop_t *loop)
{
	int err = init_locks(store);

	if (err)
		return err;
	queue_init(&store->waiting);
	queue_init(&store->finished);
	store->stats = store->published = store->writer.stats;
	store->wake_loop.data = store;
	if (uv_async_init(loop, &store->wake_loop, on_wake))
		err = KITH_E_NOMEM;
	else if (uv_thread_create(&store->thread, thread_main, store))
		abort(); /* no thread, no store; and the handle is the loop's by now */
	if (err) {
		uv_cond_destroy(&store->wake_thread);
		uv_mutex_destroy(&store->mutex);
	}
	return err;
}

int kith_store_open(uv_loop_t *loop, const struct kith_store_config *config,
	struct kith_store **out, char *why, size_t why_len)
{
	struct kith_store *store = calloc(1, sizeof(*store));
	int err = store ? kith_writer_open(&store->writer, config, why, why_len) : KITH_E_NOMEM;

	if (err) {
		free(store);
		return err;
	}
	store->pool =
		kith_pool_new(loop, config->path, config->readers ? config->readers : READERS);
	err = store->pool ? start(store, loop) : KITH_E_NOMEM;
	if (err) {
		snprintf(why, why_len, "%s: %s", config->path, kith_err_text(err));
		if (store->pool)
			kith_pool_close(store->pool, ignore, NULL);
		kith_writer_close(&store->writer);
		free(store);
		return err;
	}
	*out = store;
	return 0;
}

/* The readers are gone, so the last checkpoint finds nobody in its way. */
static void stop_thread(void *ctx)
{
	struct kith_store *store = ctx;

	uv_mutex_lock(&store->mutex);
	store->stop = true;
	store->writer.wanted = true;
	uv_cond_signal(&store->wake_thread);
	uv_mutex_unlock(&store->mutex);
}

void kith_store_close(struct kith_store *store, void (*closed)(void *ctx), void *ctx)
{
	store->closing = true;
	store->closed = closed;
	store->closed_ctx = ctx;
	kith_pool_close(store->pool, stop_thread, store);
}
