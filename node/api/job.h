/*
 * job.h: work of the API on the thread pool, a few at a time.
 *
 * The pool is the node's: verification, the partners' questions to the store and name look-ups run
 * there too. So at most KITH_JOBS_MAX pieces of ours are handed to it at once, the others wait here
 * in order.
 */
#ifndef KITH_NODE_API_JOB_H
#define KITH_NODE_API_JOB_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "node/store/store.h"

#define KITH_JOBS_MAX 2

struct kith_jobs;

struct kith_job {
	/* One of the two; on a thread of the pool. */
	int (*read)(struct kith_reader *reader, struct kith_job *job);
	int (*work)(struct kith_job *job);
	/* On the loop, once. err is the result of the above, or why it never ran. */
	void (*done)(struct kith_job *job, int err);

	/* job.c's own */
	struct kith_jobs *jobs;
	struct kith_job *next;
	uv_work_t request;
	int err;
};

struct kith_jobs {
	uv_loop_t *loop;
	struct kith_store *store;
	struct kith_job *first, **last; /* waiting */
	unsigned running;
	bool held; /* nothing new is started */
};

void kith_jobs_init(struct kith_jobs *jobs, uv_loop_t *loop, struct kith_store *store);

/* The job is the caller's again when done() is called, which may be before this returns. */
void kith_job_submit(struct kith_jobs *jobs, struct kith_job *job);

/* Holds back what waits, or lets it go on. */
void kith_jobs_hold(struct kith_jobs *jobs, bool hold);

/* Whether any job waits or runs. */
bool kith_jobs_busy(const struct kith_jobs *jobs);

#endif
