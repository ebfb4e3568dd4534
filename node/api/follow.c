/* follow.c: see follow.h. */
#include "node/api/follow.h"

#include <stdlib.h>
#include <string.h>

#include "node/api/client.h"
#include "node/api/cursor.h"
#include "node/api/jsonrpc.h"
#include "node/api/server.h"
#include "node/record_json.h"

#define ROWS_AT_ONCE 64

/* So few new records are read on the loop, for so few followers: to hand them to a thread and back
 * takes longer. */
#define ROWS_ON_LOOP      2
#define FOLLOWERS_ON_LOOP 8

struct kith_follow {
	struct kith_api *api;
	struct kith_client *client; /* NULL: gone */
	struct kith_follow *next, **link;
	uint64_t cursor; /* the last that was told, or looked at and not wanted */
	uint32_t kind;

	/* the question under way */
	struct kith_job job;
	bool busy;
	uint64_t upto;    /* committed when it was asked */
	uint64_t reached; /* the cursor after it */
	size_t rows, told;
	bool cut; /* more rows would have followed */
	struct kith_buf lines;
};

static struct kith_follow *follow_of(struct kith_job *job)
{
	return (struct kith_follow *)(void *)((char *)job - offsetof(struct kith_follow, job));
}

static void free_follow(struct kith_follow *follow)
{
	kith_buf_clear(&follow->lines);
	free(follow);
}

int kith_follow_begin(struct kith_client *client, uint64_t cursor, uint32_t kind)
{
	struct kith_api *api = kith_client_api(client);
	struct kith_follow *follow;

	if (api->stats.followers >= KITH_API_FOLLOWERS_MAX)
		return KITH_E_TOO_LARGE;
	follow = calloc(1, sizeof(*follow));
	if (!follow)
		return KITH_E_NOMEM;
	*follow =
		(struct kith_follow){.api = api, .client = client, .cursor = cursor, .kind = kind};
	kith_buf_init(&follow->lines, KITH_API_OUT_MAX);
	follow->link = &api->follows;
	follow->next = api->follows;
	if (follow->next)
		follow->next->link = &follow->next;
	api->follows = follow;
	api->stats.followers++;
	kith_client_set_follow(client, follow);
	return 0;
}

uint64_t kith_follow_end(struct kith_follow *follow)
{
	uint64_t cursor = follow->cursor;

	*follow->link = follow->next;
	if (follow->next)
		follow->next->link = follow->link;
	follow->api->stats.followers--;
	kith_client_set_follow(follow->client, NULL);
	follow->client = NULL;
	if (!follow->busy)
		free_follow(follow);
	return cursor;
}

/* ---- on the thread pool ------------------------------------------------------------------- */

static void write_line(const struct kith_row *row, struct kith_buf *buf)
{
	char cursor[KITH_FOLLOW_CURSOR_MAX];
	struct kith_json_out out;

	kith_follow_cursor_format(row->seq, cursor);
	kith_json_out_init(&out, buf);
	kith_json_out_open(&out, '{');
	kith_json_out_name(&out, "jsonrpc");
	kith_json_out_plain(&out, "2.0");
	kith_json_out_name(&out, "method");
	kith_json_out_plain(&out, "record.follow");
	kith_json_out_name(&out, "params");
	kith_json_out_open(&out, '{');
	kith_json_out_name(&out, "cursor");
	kith_json_out_plain(&out, cursor);
	kith_json_out_name(&out, "record");
	kith_record_write(row->record, &out);
	kith_json_out_close(&out, '}');
	kith_json_out_close(&out, '}');
	kith_write(buf, "\n", 1);
}

static int on_row(void *ctx, const struct kith_row *row)
{
	struct kith_follow *follow = ctx;

	if (row->known == KITH_KNOWN_HELD) {
		write_line(row, &follow->lines);
		follow->told++;
	}
	if (kith_buf_err(&follow->lines))
		return kith_buf_err(&follow->lines);
	follow->rows++;
	follow->reached = row->seq;
	follow->cut = follow->lines.len >= KITH_API_OUT_HIGH;
	return follow->cut;
}

static int on_read(struct kith_reader *reader, struct kith_job *job)
{
	struct kith_follow *follow = follow_of(job);
	int err = kith_query_since(
		reader, follow->reached, follow->kind, ROWS_AT_ONCE, on_row, follow);

	if (err < 0)
		return err;
	/* All there was has been seen, so what is of another kind need not be looked at again. */
	if (!follow->cut && follow->rows < ROWS_AT_ONCE && follow->reached < follow->upto)
		follow->reached = follow->upto;
	return 0;
}

/* ---- on the loop -------------------------------------------------------------------------- */

static void on_done(struct kith_job *job, int err)
{
	struct kith_follow *follow = follow_of(job);
	struct kith_client *client = follow->client;
	struct kith_api *api = follow->api;

	follow->busy = false;
	if (!client) {
		free_follow(follow);
		kith_api_maybe_stopped(api);
	} else if (err) {
		/* It comes back with its last cursor when it likes; nothing is lost. */
		kith_log(kith_node_log(api->node), KITH_LOG_WARN,
			"API follower dropped: the store cannot be read", "error",
			kith_err_name(err));
		kith_client_close(client);
	} else {
		follow->cursor = follow->reached;
		api->stats.followed += follow->told;
		kith_client_give(client, follow->lines.data, follow->lines.len);
	}
}

static bool is_little(const struct kith_follow *follow)
{
	return follow->upto - follow->cursor <= ROWS_ON_LOOP &&
	       follow->api->stats.followers <= FOLLOWERS_ON_LOOP;
}

void kith_follow_pump(struct kith_follow *follow)
{
	uint64_t last = kith_store_stats(kith_node_store(follow->api->node)).last_seq;

	if (follow->busy || follow->cursor >= last || !kith_client_can_take(follow->client))
		return;
	follow->busy = true;
	follow->upto = last;
	follow->reached = follow->cursor;
	follow->rows = 0;
	follow->told = 0;
	follow->cut = false;
	kith_buf_reset(&follow->lines);
	follow->job = (struct kith_job){.read = on_read, .done = on_done};
	if (is_little(follow))
		on_done(&follow->job, on_read(follow->api->reader, &follow->job));
	else
		kith_job_submit(&follow->api->jobs, &follow->job);
}

void kith_follow_pump_all(struct kith_api *api)
{
	struct kith_follow *next;

	for (struct kith_follow *follow = api->follows; follow; follow = next) {
		next = follow->next;
		kith_follow_pump(follow);
	}
}
