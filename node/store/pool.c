/* pool.c: see pool.h. A connection belongs to one question at a time, or lies in `idle`. */
#include "node/store/pool.h"

#include <stdlib.h>
#include <string.h>

#define READER_CACHE_KIB 512 /* the system caches the file as well */

struct question {
	uv_work_t work;
	struct kith_pool *pool;
	struct kith_reader *reader;
	int (*fn)(struct kith_reader *reader, void *arg);
	void (*done)(void *arg, int err);
	void *arg;
	int err;
	struct question *next;
};

struct kith_pool {
	uv_loop_t *loop;
	char *path;
	unsigned max;
	unsigned running;
	struct kith_reader *idle;
	struct question *first; /* waiting */
	struct question **last;
	bool closing;
	void (*closed)(void *ctx);
	void *closed_ctx;
};

struct kith_pool *kith_pool_new(uv_loop_t *loop, const char *path, unsigned max)
{
	struct kith_pool *pool = calloc(1, sizeof(*pool));
	char *copy = strdup(path);

	if (!pool || !copy) {
		free(pool);
		free(copy);
		return NULL;
	}
	pool->loop = loop;
	pool->path = copy;
	pool->max = max;
	pool->last = &pool->first;
	return pool;
}

/* ---- connections --------------------------------------------------------------------------- */

static int open_reader(const struct kith_pool *pool, struct kith_reader *reader)
{
	return reader->db ? 0
			  : kith_db_open(
				    reader, pool->path, KITH_DB_READER, READER_CACHE_KIB, NULL, 0);
}

/* A connection, perhaps still to be opened; NULL: no memory. */
static struct kith_reader *pick_reader(struct kith_pool *pool)
{
	struct kith_reader *reader = pool->idle;

	if (!reader)
		return calloc(1, sizeof(*reader));
	pool->idle = reader->next;
	return reader;
}

void kith_pool_give(struct kith_pool *pool, struct kith_reader *reader)
{
	if (reader->db)
		sqlite3_db_release_memory(reader->db);
	reader->next = pool->idle;
	pool->idle = reader;
}

int kith_pool_take(struct kith_pool *pool, struct kith_reader **out)
{
	struct kith_reader *reader = pick_reader(pool);
	int err = reader ? open_reader(pool, reader) : KITH_E_NOMEM;

	if (err) {
		free(reader);
		return err;
	}
	*out = reader;
	return 0;
}

/* ---- questions ----------------------------------------------------------------------------- */

static void finish_close(struct kith_pool *pool)
{
	void (*closed)(void *ctx) = pool->closed;
	void *ctx = pool->closed_ctx;
	struct kith_reader *next;

	for (struct kith_reader *reader = pool->idle; reader; reader = next) {
		next = reader->next;
		kith_db_close(reader);
		free(reader);
	}
	free(pool->path);
	free(pool);
	closed(ctx);
}

/* On a thread of the pool. */
static void on_work(uv_work_t *work)
{
	struct question *question = work->data;

	question->err = open_reader(question->pool, question->reader);
	if (!question->err)
		question->err = question->fn(question->reader, question->arg);
}

static void on_done(uv_work_t *work, int status);

static int start(struct kith_pool *pool, struct question *question)
{
	question->reader = pick_reader(pool);
	if (!question->reader)
		return KITH_E_NOMEM;
	question->work.data = question;
	if (uv_queue_work(pool->loop, &question->work, on_work, on_done)) {
		kith_pool_give(pool, question->reader);
		return KITH_E_NOMEM;
	}
	pool->running++;
	return 0;
}

static struct question *next_waiting(struct kith_pool *pool)
{
	struct question *question = pool->first;

	if (!question)
		return NULL;
	pool->first = question->next;
	if (!pool->first)
		pool->last = &pool->first;
	return question;
}

static void start_next(struct kith_pool *pool)
{
	struct question *question;
	int err = KITH_E_NOMEM;

	while (err && (question = next_waiting(pool))) {
		err = start(pool, question);
		if (err) {
			question->done(question->arg, err);
			free(question);
		}
	}
}

static void on_done(uv_work_t *work, int status)
{
	struct question *question = work->data;
	struct kith_pool *pool = question->pool;

	(void)status; /* never cancelled */
	kith_pool_give(pool, question->reader);
	pool->running--;
	start_next(pool);
	question->done(question->arg, question->err);
	free(question);
	if (pool->closing && pool->running == 0)
		finish_close(pool);
}

void kith_pool_read(struct kith_pool *pool, int (*fn)(struct kith_reader *reader, void *arg),
	void (*done)(void *arg, int err), void *arg)
{
	struct question *question = calloc(1, sizeof(*question));
	int err = question ? 0 : KITH_E_NOMEM;

	if (question)
		*question = (struct question){.pool = pool, .fn = fn, .done = done, .arg = arg};
	if (!err && pool->running < pool->max) {
		err = start(pool, question);
	} else if (!err) {
		*pool->last = question;
		pool->last = &question->next;
	}
	if (err) {
		free(question);
		done(arg, err);
	}
}

void kith_pool_close(struct kith_pool *pool, void (*closed)(void *ctx), void *ctx)
{
	pool->closing = true;
	pool->closed = closed;
	pool->closed_ctx = ctx;
	if (pool->running == 0)
		finish_close(pool);
}
