/* job.c: see job.h. */
#include "node/api/job.h"

#include "keys/error.h"

void kith_jobs_init(struct kith_jobs *jobs, uv_loop_t *loop, struct kith_store *store)
{
	*jobs = (struct kith_jobs){.loop = loop, .store = store};
	jobs->last = &jobs->first;
}

bool kith_jobs_busy(const struct kith_jobs *jobs)
{
	return jobs->first || jobs->running > 0;
}

static void start_waiting(struct kith_jobs *jobs);

static void finish(struct kith_job *job, int err)
{
	struct kith_jobs *jobs = job->jobs;

	jobs->running--;
	job->done(job, err); /* the job may be gone now */
	start_waiting(jobs);
}

/* ---- questions to the store --------------------------------------------------------------- */

static int on_read(struct kith_reader *reader, void *arg)
{
	struct kith_job *job = arg;

	return job->read(reader, job);
}

static void on_read_done(void *arg, int err)
{
	finish(arg, err);
}

/* ---- work without the store --------------------------------------------------------------- */

static void on_work(uv_work_t *request)
{
	struct kith_job *job = request->data;

	job->err = job->work(job);
}

static void on_work_done(uv_work_t *request, int status)
{
	struct kith_job *job = request->data;

	finish(job, status == 0 ? job->err : KITH_E_STATE);
}

/* ---- in turn ------------------------------------------------------------------------------ */

static void start(struct kith_job *job)
{
	struct kith_jobs *jobs = job->jobs;

	jobs->running++;
	if (job->read) {
		kith_store_read(jobs->store, on_read, on_read_done, job);
		return;
	}
	job->request.data = job;
	if (uv_queue_work(jobs->loop, &job->request, on_work, on_work_done) != 0)
		finish(job, KITH_E_NOMEM);
}

static void start_waiting(struct kith_jobs *jobs)
{
	while (jobs->first && jobs->running < KITH_JOBS_MAX && !jobs->held) {
		struct kith_job *job = jobs->first;

		jobs->first = job->next;
		if (!jobs->first)
			jobs->last = &jobs->first;
		start(job);
	}
}

void kith_job_submit(struct kith_jobs *jobs, struct kith_job *job)
{
	job->jobs = jobs;
	job->next = NULL;
	*jobs->last = job;
	jobs->last = &job->next;
	start_waiting(jobs);
}

void kith_jobs_hold(struct kith_jobs *jobs, bool hold)
{
	jobs->held = hold;
	start_waiting(jobs);
}
