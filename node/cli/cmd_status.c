/* cmd_status.c: kith status: how the node is, and what is wrong since when; see status.h. */
#include "node/cli/say.h"
#include "node/cli/status.h"

#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/run.h"
#include "node/cli/table.h"
#include "node/record_json.h"

#define DAY_MS       (24ll * 3600 * 1000)
#define UNREAD_BYTES (128 * 1024) /* less waits now and then with anybody */

/* ---- a partner in words -------------------------------------------------------------------- */

static bool moment(const json_t *object, const char *name, int64_t *ms)
{
	return kith_time_parse(kith_json_get_text(object, name), ms) == 0;
}

/* "; shut out for 299 s" */
static void add_shut_out(struct kith_str *out, const json_t *partner, int64_t now_ms)
{
	const json_t *complaint = json_object_get(partner, "complaint");
	int64_t until_ms;

	if (complaint && moment(complaint, "shut_out_until", &until_ms) && until_ms > now_ms)
		kith_str_addf(out, _("; shut out for %lld s"),
			(long long)((until_ms - now_ms + 999) / 1000));
}

static void add_next_dial(struct kith_str *out, const json_t *partner, int64_t now_ms)
{
	int64_t next_ms;

	if (!*kith_json_get_text(partner, "address"))
		kith_str_add(out, _("; they have to call"));
	else if (moment(partner, "next_dial", &next_ms) && next_ms > now_ms)
		kith_str_addf(out, _("; next try in %lld s"),
			(long long)((next_ms - now_ms + 999) / 1000));
}

/* "in step, found equal 2 min ago" */
static void add_with_ago(struct kith_str *out, const char *format, int64_t then_ms, int64_t now_ms)
{
	struct kith_str ago;

	kith_str_init(&ago);
	kith_add_ago(&ago, then_ms, now_ms);
	kith_str_addf(out, format, ago.s);
	kith_str_clear(&ago);
}

/* "not connected, last seen 2 h ago: connection refused; next try in 30 s" */
static void add_waiting(struct kith_str *out, const json_t *partner, int64_t now_ms)
{
	const char *error = kith_json_get_text(partner, "last_error");
	int64_t seen_ms;

	if (moment(partner, "last_seen", &seen_ms)) {
		add_with_ago(out, _("not connected, last seen %s"), seen_ms, now_ms);
	} else {
		kith_str_add(out, _("never seen yet"));
	}
	if (*error)
		kith_str_addf(out, ": %s", error);
	add_shut_out(out, partner, now_ms);
	add_next_dial(out, partner, now_ms);
}

static void add_syncing(struct kith_str *out, const json_t *partner)
{
	long long behind = json_integer_value(json_object_get(partner, "behind"));

	kith_str_add(out, _("catching up"));
	if (behind)
		kith_str_addf(
			out, P_(", %lld record to come", ", %lld records to come", behind), behind);
}

static void add_live(struct kith_str *out, const json_t *partner, int64_t now_ms)
{
	int64_t synced_ms;

	kith_str_add(out, _("in step"));
	if (moment(partner, "last_synced", &synced_ms))
		add_with_ago(out, _(", found equal %s"), synced_ms, now_ms);
}

/* "; an audit 3 h ago found 2 records that the ordinary comparison had missed" */
static void add_audit(struct kith_str *out, const json_t *partner, int64_t now_ms)
{
	long long found = json_integer_value(json_object_get(partner, "last_audit_found"));
	int64_t at_ms;

	if (!found || !moment(partner, "last_audit", &at_ms))
		return;
	add_with_ago(out, _("; an audit %s"), at_ms, now_ms);
	kith_str_addf(out,
		P_(" found %lld record that the ordinary comparison had missed",
			" found %lld records that the ordinary comparison had missed", found),
		found);
}

/* What is not as it should be with a partner that is connected. */
static void add_blemishes(struct kith_str *out, const json_t *partner, int64_t now_ms)
{
	const json_t *complaint = json_object_get(partner, "complaint");
	long long away = json_integer_value(json_object_get(partner, "turned_away_today"));
	long long fresh = json_integer_value(json_object_get(partner, "new_authors_today"));
	long long unsent = json_integer_value(json_object_get(partner, "unsent"));
	int64_t at_ms;

	if (unsent >= UNREAD_BYTES) {
		struct kith_str bytes;

		kith_str_init(&bytes);
		kith_add_bytes(&bytes, (uint64_t)unsent);
		kith_str_addf(out, _("; %s wait for them to read"), bytes.s);
		kith_str_clear(&bytes);
	}
	if (away) {
		kith_str_addf(out,
			P_("; over the day's quota: %lld record not taken",
				"; over the day's quota: %lld records not taken", away),
			away);
		kith_str_addf(out, P_(" (%lld new author)", " (%lld new authors)", fresh), fresh);
	}
	if (json_is_true(json_object_get(partner, "quota_full")))
		kith_str_add(out, _("; no more is taken from them today, the rest tomorrow"));
	add_audit(out, partner, now_ms);
	if (complaint && moment(complaint, "at", &at_ms) && now_ms - at_ms < DAY_MS) {
		kith_str_add(out, "; ");
		kith_add_ago(out, at_ms, now_ms);
		kith_str_addf(out, " %s", kith_json_get_text(complaint, "text"));
	}
}

/* What a person would say of this partner: "in step", "catching up, 312 records to come",
 * "cannot be reached since 2 h: connection refused; next try in 30 s". now_ms: since 1970. */
static void describe_partner(struct kith_str *out, const json_t *partner, int64_t now_ms)
{
	const char *state = kith_json_get_text(partner, "state");

	if (strcmp(state, "paused") == 0)
		kith_str_add(out, _("paused by you"));
	else if (strcmp(state, "live") == 0)
		add_live(out, partner, now_ms);
	else if (strcmp(state, "syncing") == 0)
		add_syncing(out, partner);
	else if (strcmp(state, "connecting") == 0)
		kith_str_add(out, _("connecting"));
	else
		add_waiting(out, partner, now_ms);
	if (strcmp(state, "live") == 0 || strcmp(state, "syncing") == 0)
		add_blemishes(out, partner, now_ms);
}

/* ---- the table ----------------------------------------------------------------------------- */

#define ROW_COLUMNS 40 /* what name, key and state of a partner take beside what is said of it */

/* Then they can be told apart without their keys. */
static bool all_named(const json_t *partners)
{
	json_t *partner;
	size_t i;

	json_array_foreach(partners, i, partner)
		if (!*kith_json_get_text(partner, "name"))
			return false;
	return true;
}

/* What is wrong with a partner stands in the last cell; where a terminal would cut it, below. */
static void tell_in_full(struct kith_cli *cli, const json_t *partners)
{
	struct kith_str text, out;
	json_t *partner;
	size_t i;

	kith_str_init(&text);
	kith_str_init(&out);
	json_array_foreach(partners, i, partner) {
		kith_str_reset(&text);
		describe_partner(&text, partner, kith_wall_ms());
		if (!cli->out.tty || strcmp(kith_json_get_text(partner, "state"), "live") == 0 ||
			kith_columns(text.s, text.len) + ROW_COLUMNS <= cli->out.width)
			continue;
		kith_str_reset(&text);
		kith_add_author(cli, &text, kith_json_get_text(partner, "group"));
		kith_str_add(&text, ": ");
		describe_partner(&text, partner, kith_wall_ms());
		kith_str_add(&out, "\n");
		kith_add_wrapped(&out, text.s, 0, cli->out.width);
	}
	kith_out(cli, &out);
	kith_str_clear(&text);
	kith_str_clear(&out);
}

void kith_partners_print(struct kith_cli *cli, const json_t *partners)
{
	struct kith_column columns[] = {
		{.heading = N_("NAME"), .style = KITH_BOLD, .least = 8},
		{.heading = N_("GROUP"), .style = KITH_DIM, .leave = all_named(partners)},
		{.heading = N_("STATE")},
		{.heading = "", .least = 20},
	};
	struct kith_table table;
	struct kith_str cell;
	json_t *partner;
	size_t i;

	kith_table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
	kith_str_init(&cell);
	json_array_foreach(partners, i, partner) {
		const char *group = kith_json_get_text(partner, "group");

		kith_table_add(&table, kith_json_get_text(partner, "name"));
		/* Whole where a program reads, as far as eyes compare on a terminal. */
		kith_str_reset(&cell);
		if (cli->out.tty)
			kith_add_fingerprint(&cell, group);
		else
			kith_str_add(&cell, group);
		kith_table_add(&table, cell.s);
		kith_table_add(&table, kith_json_get_text(partner, "state"));
		kith_str_reset(&cell);
		describe_partner(&cell, partner, kith_wall_ms());
		kith_table_add(&table, cell.s);
	}
	kith_table_print(&table, &cli->out);
	kith_table_clear(&table);
	kith_str_clear(&cell);
	tell_in_full(cli, partners);
}

/* ---- the node ------------------------------------------------------------------------------ */

static void add_node(struct kith_cli *cli, struct kith_str *out, const json_t *info)
{
	const json_t *records = json_object_get(info, "records");
	long long held = json_integer_value(json_object_get(records, "held"));
	long long authors = json_integer_value(json_object_get(records, "authors"));
	struct kith_str line;
	int64_t started_ms;

	kith_str_init(&line);
	kith_str_addf(&line, "%s", kith_json_get_text(info, "name"));
	kith_style_add(out, &cli->out, KITH_BOLD, line.s);
	kith_str_reset(&line);
	kith_str_add(&line, out->len ? " " : "");
	kith_add_fingerprint(&line, kith_json_get_text(info, "author"));
	kith_str_addf(&line, _(", kithd %s"), kith_json_get_text(info, "version"));
	if (moment(info, "started", &started_ms)) {
		add_with_ago(&line, _(", started %s"), started_ms, kith_wall_ms());
	}
	kith_style_add(out, &cli->out, KITH_PLAIN, line.s);
	kith_str_reset(&line);
	kith_str_addf(&line, P_("%lld record", "%lld records", held), held);
	kith_str_addf(&line, P_(" by %lld author", " by %lld authors", authors), authors);
	kith_str_add_c(out, '\n');
	kith_style_add(out, &cli->out, KITH_PLAIN, line.s);
	kith_str_clear(&line);
}

static void add_store(struct kith_cli *cli, struct kith_str *out, const json_t *sync)
{
	const json_t *store = json_object_get(sync, "store");
	long long bytes = json_integer_value(json_object_get(store, "database_bytes"));
	long long lag = json_integer_value(json_object_get(store, "lag"));

	if (bytes > 0) {
		kith_str_add(out, ", ");
		kith_add_bytes(out, (uint64_t)bytes);
	}
	if (lag > 0)
		kith_str_addf(out, _("; search has %lld still to take in"), lag);
	kith_str_add_c(out, '\n');
	if (json_is_true(json_object_get(sync, "storage_blocked"))) {
		kith_style_add(out, &cli->out, KITH_RED,
			_("the disk is full or failing: nothing new is accepted until it has "
			  "room"));
		kith_str_add_c(out, '\n');
	}
}

static void add_authors_over(struct kith_cli *cli, struct kith_str *out, const json_t *authors)
{
	struct kith_str line;
	json_t *one;
	size_t i;

	kith_str_init(&line);
	json_array_foreach(authors, i, one) {
		long long away = json_integer_value(json_object_get(one, "turned_away"));

		kith_str_reset(&line);
		kith_str_addf(&line,
			P_("%s is over the quota of an author: %lld record not taken\n",
				"%s is over the quota of an author: %lld records not taken\n",
				away),
			kith_json_get_text(one, "author"), away);
		kith_style_add(out, &cli->out, KITH_PLAIN, line.s);
	}
	kith_str_clear(&line);
}

static void add_partners_heading(struct kith_str *out, const json_t *partners)
{
	size_t count = json_array_size(partners), live = 0, i;
	json_t *partner;

	json_array_foreach(partners, i, partner)
		live += strcmp(kith_json_get_text(partner, "state"), "live") == 0;
	if (!count)
		kith_str_add(out, _("no partners yet; kith partner add names one\n"));
	else
		kith_str_addf(out,
			P_("%zu partner, %zu in step\n\n", "%zu partners, %zu in step\n\n", count),
			count, live);
}

int kith_run_status(struct kith_cli *cli, const struct kith_args *args)
{
	json_t *info = NULL, *sync = NULL, *both;
	struct kith_str out;
	int code = kith_flag(cli, KITH_OPT_WAIT) ? kith_wait_in_step(cli) : 0;

	(void)args;
	if (!code)
		code = kith_ask(cli, "node.info", NULL, &info);
	if (!code)
		code = kith_ask(cli, "sync.status", NULL, &sync);
	if (!code && kith_flag(cli, KITH_OPT_JSON)) {
		both = kith_need_json(json_pack("{s:O, s:O}", "node", info, "sync", sync));
		kith_out_json(cli, both);
		json_decref(both);
	} else if (!code) {
		kith_str_init(&out);
		add_node(cli, &out, info);
		add_store(cli, &out, sync);
		add_authors_over(cli, &out, json_object_get(sync, "authors_over"));
		add_partners_heading(&out, json_object_get(sync, "partners"));
		kith_out(cli, &out);
		kith_partners_print(cli, json_object_get(sync, "partners"));
		kith_str_clear(&out);
	}
	json_decref(info);
	json_decref(sync);
	return code;
}
