/* api.c: see api.h. Beginning and end, and what goes round by itself. */
#include "node/api/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "node/api/client.h"
#include "node/api/follow.h"
#include "node/api/server.h"

struct kith_api_stats kith_api_stats(const struct kith_api *api)
{
	return api->stats;
}

/* ---- what goes round ---------------------------------------------------------------------- */

void kith_api_on_turn(uv_idle_t *turn)
{
	struct kith_api *api = turn->data;

	if (api->ready)
		kith_client_next_turn(api->ready);
	if (!api->ready)
		uv_idle_stop(turn);
}

void kith_api_hold_jobs(struct kith_api *api)
{
	kith_jobs_hold(&api->jobs, !api->stopping && api->stats.unsent_bytes > KITH_API_UNSENT_MAX);
}

static void on_sweep(uv_timer_t *timer)
{
	struct kith_api *api = timer->data;
	struct kith_client *next;

	for (struct kith_client *client = api->clients; client; client = next) {
		next = kith_client_next(client);
		kith_client_sweep(client);
	}
	if (!api->clients)
		uv_timer_stop(timer);
}

static void on_connection(uv_stream_t *stream, int status)
{
	struct kith_api *api = stream->data;

	kith_client_on_connection(stream, status);
	if (!uv_is_active((uv_handle_t *)&api->sweep))
		uv_timer_start(&api->sweep, on_sweep, KITH_API_SWEEP_MS, KITH_API_SWEEP_MS);
}

static void on_stored(void *ctx, uint64_t last_seq)
{
	(void)last_seq; /* asked of the store when it is needed */
	kith_follow_pump_all(ctx);
}

/* ---- the end ------------------------------------------------------------------------------ */

static void give_reader(struct kith_api *api)
{
	if (api->reader)
		kith_store_reader_give(kith_node_store(api->node), api->reader);
	api->reader = NULL;
}

static void free_api(struct kith_api *api)
{
	void (*stopped)(void *ctx) = api->stopped;
	void *ctx = api->stopped_ctx;

	give_reader(api);
	kith_buf_clear(&api->spare);
	kith_schemas_free(api->schemas);
	free(api);
	if (stopped)
		stopped(ctx);
}

static void on_handle_closed(uv_handle_t *handle)
{
	struct kith_api *api = handle->data;

	api->handles--;
	kith_api_maybe_stopped(api);
}

/* The last handle's close callback frees, so that nobody up the stack still holds the api. */
static void on_last_closed(uv_handle_t *handle)
{
	free_api(handle->data);
}

void kith_api_maybe_stopped(struct kith_api *api)
{
	if (!api->stopping || api->handles > 1 || api->clients || kith_jobs_busy(&api->jobs) ||
		api->calls_running > 0)
		return;
	if (!uv_is_closing((uv_handle_t *)&api->turn))
		uv_close((uv_handle_t *)&api->turn, on_last_closed);
}

void kith_api_stop(struct kith_api *api, void (*stopped)(void *ctx), void *ctx)
{
	struct kith_client *next;

	api->stopping = true;
	api->stopped = stopped;
	api->stopped_ctx = ctx;
	kith_api_hold_jobs(api);
	kith_node_unwatch(api->node, &api->watcher);
	kith_socket_close(&api->admin, on_handle_closed);
	kith_socket_close(&api->read, on_handle_closed);
	uv_close((uv_handle_t *)&api->sweep, on_handle_closed);
	for (struct kith_client *client = api->clients; client; client = next) {
		next = kith_client_next(client);
		kith_client_stop(client);
	}
	kith_api_maybe_stopped(api);
}

/* ---- the beginning ------------------------------------------------------------------------ */

/* Partners need sockets too: clients get half of what the process may open. */
static size_t clients_max(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur / 2 >= KITH_API_CLIENTS_MAX)
		return KITH_API_CLIENTS_MAX;
	return files.rlim_cur / 2;
}

static struct kith_api *new_api(struct kith_node *node)
{
	struct kith_api *api = calloc(1, sizeof(*api));
	uv_loop_t *loop = kith_node_loop(node);

	if (!api)
		return NULL;
	api->node = node;
	api->clients_max = clients_max();
	api->ready_last = &api->ready;
	kith_buf_init(&api->spare, KITH_API_OUT_MAX);
	api->watcher = (struct kith_watcher){.stored = on_stored, .ctx = api};
	kith_jobs_init(&api->jobs, loop, kith_node_store(node));
	uv_idle_init(loop, &api->turn);
	uv_timer_init(loop, &api->sweep);
	api->turn.data = api;
	api->sweep.data = api;
	api->handles = 2;
	return api;
}

static int open_socket(struct kith_api *api, struct kith_socket *listener, const char *path,
	char *why, size_t why_len)
{
	const struct kith_config *config = kith_node_config(api->node);
	int err = kith_socket_open(listener, kith_node_loop(api->node), path, config->api_group,
		on_connection, why, why_len);

	if (listener->open) {
		listener->pipe.data = api;
		api->handles++;
	}
	return err;
}

static int open_all(struct kith_api *api, char *why, size_t why_len)
{
	const struct kith_config *config = kith_node_config(api->node);
	int err = 0;

	api->schemas = kith_schemas_new();
	if (!api->schemas)
		err = KITH_E_NOMEM;
	if (!err)
		err = kith_store_reader_take(kith_node_store(api->node), &api->reader);
	if (err)
		snprintf(why, why_len, "the API cannot start: %s", kith_err_text(err));
	if (!err)
		err = open_socket(api, &api->admin, config->api_socket, why, why_len);
	if (!err)
		err = open_socket(api, &api->read, config->read_socket, why, why_len);
	return err;
}

int kith_api_start(struct kith_node *node, struct kith_api **out, char *why, size_t why_len)
{
	struct kith_api *api = new_api(node);
	int err;

	if (!api) {
		snprintf(why, why_len, "the API cannot start: %s", kith_err_text(KITH_E_NOMEM));
		return KITH_E_NOMEM;
	}
	kith_node_watch(node, &api->watcher);
	err = open_all(api, why, why_len);
	if (!err) {
		*out = api;
		return 0;
	}
	give_reader(api); /* the store may be closed before our handles are */
	kith_api_stop(api, NULL, NULL);
	return err;
}
